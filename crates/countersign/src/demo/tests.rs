//! The ready accounts serve as the people of these tests, and the tray as their phone.

mod trays;

use std::sync::Arc;
use std::time::Duration;

use countersign_core::id::{LetterId, RecoveryKeyId};
use countersign_core::keys::{KeyId, KeyRing};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::method::Method;
use countersign_core::password::Parameters;
use countersign_core::secret::{Password, Token};
use countersign_store::account::{self, AccountRow};
use countersign_store::letter::{self, NewLetter};
use countersign_store::recovery_key::{self, RecoveryKeyRow};

use super::plan::Plan;
use super::{seed, tray};
use crate::app::testing;
use crate::flow::keys::KeyFault;
use crate::flow::second_step::{self, Answer, Reply};
use crate::flow::sign_in::{self, Credentials, FirstStepOutcome};
use crate::flow::suspension::{self, NewSuspension};
use crate::flow::{Call, Deps, admin, keys};
use crate::hasher::PasswordPool;

const ROBIN: &str = "robin@northwind.example";

async fn demo() -> (Call, Plan, tempfile::TempDir) {
    let (app, folder) = testing::app("").await;
    let call = app.call(countersign_core::audit::Actor::System, "test");
    let plan = Plan::new(call.entropy());
    seed(&call, &plan).await.unwrap();
    (call, plan, folder)
}

async fn first_step(call: &Call, plan: &Plan, email: &str) -> FirstStepOutcome {
    let domain = email.split('@').nth(1).unwrap();
    let organisation = plan.organisations.iter().find(|one| domain.starts_with(one.slug)).unwrap();
    let password = Password::new(organisation.password.clone());
    sign_in::first_step(
        call,
        Credentials { email: email.to_owned(), password, browser: None, puzzle: None, session: None },
    )
    .await
    .unwrap()
}

fn challenge(outcome: FirstStepOutcome) -> Token {
    let FirstStepOutcome::Challenge(open) = outcome else { panic!("no second step was asked for") };
    open.token
}

/// The code that the phone shows for an account now.
async fn code(call: &Call, email: &str) -> String {
    let apps = tray::apps(&tray::owners(call, "being set up").await.unwrap());
    apps.iter().find(|app| app.email == email).unwrap().devices[0].code.clone()
}

async fn enters(call: &Call, plan: &Plan, email: &str) -> bool {
    let challenge = challenge(first_step(call, plan, email).await);
    let code = code(call, email).await;
    let reply = Reply { challenge: &challenge, browser: None, session: None, method: None, code: &code };
    matches!(second_step::answer(call, &reply).await.unwrap(), Answer::Entered(_))
}

#[tokio::test]
async fn every_ready_account_gets_in_with_what_the_demo_prints() {
    let (call, plan, _folder) = demo().await;
    for organisation in &plan.organisations {
        for ready in &organisation.accounts {
            let email = organisation.email(ready);
            if ready.has_recovery_key() {
                let challenge = challenge(first_step(&call, &plan, &email).await);
                let (method, code) = (Some(Method::RecoveryKey), &*organisation.recovery_key);
                let reply = Reply { challenge: &challenge, browser: None, session: None, method, code };
                let answer = second_step::answer(&call, &reply).await.unwrap();
                assert!(matches!(answer, Answer::Entered(entry) if entry.recovered), "{email}");
            } else if ready.has_email_codes() || !ready.chats.is_empty() {
                challenge(first_step(&call, &plan, &email).await);
            } else if ready.devices.is_empty() || ready.suspended {
                assert!(
                    matches!(first_step(&call, &plan, &email).await, FirstStepOutcome::Entered(_)),
                    "{email}"
                );
            } else {
                assert!(enters(&call, &plan, &email).await, "{email}");
            }
        }
    }
}

#[tokio::test]
async fn app_9_a_suspension_ends_by_itself_and_the_devices_ask_again() {
    let (mut call, plan, _folder) = demo().await;
    challenge(first_step(&call, &plan, ROBIN).await);
    let new = NewSuspension {
        email: ROBIN.to_owned(),
        length: Duration::from_hours(2),
        reason: "lost phone, called back".to_owned(),
    };
    let until = suspension::start(&call, new).await.unwrap();
    assert_eq!(until, call.now.plus(Duration::from_hours(2)));
    assert!(matches!(first_step(&call, &plan, ROBIN).await, FirstStepOutcome::Entered(_)));
    assert_eq!(admin::show(&call, ROBIN).await.unwrap().devices.len(), 1, "the device stays enrolled");
    // Nothing runs; only the clock goes on.
    call.now = until;
    assert!(enters(&call, &plan, ROBIN).await);
}

#[tokio::test]
async fn app_9_a_suspension_can_be_ended_by_hand() {
    let (call, plan, _folder) = demo().await;
    suspension::lift_by_operator(&call, "toni@northwind.example").await.unwrap();
    assert!(enters(&call, &plan, "toni@northwind.example").await);
}

/// The same installation after a restart with other keys.
fn restarted(call: &Call, active: u32, ids: &[u32]) -> Call {
    let secrets = ids.iter().map(|id| (KeyId(*id), [u8::try_from(*id).unwrap() + 6; 32]));
    let keys = Arc::new(KeyRing::new(KeyId(active), secrets.collect()).unwrap());
    let entropy = Arc::clone(&call.deps.entropy);
    let parameters = Parameters::new(64, 1, 1).unwrap();
    let hasher = PasswordPool::start(1, Arc::clone(&keys), Arc::clone(&entropy), parameters).unwrap();
    let (store, product) = (call.deps.store.clone(), call.deps.product.clone());
    let (post_wake, mail) = (Arc::clone(&call.deps.post_wake), call.deps.mail);
    let identity = Arc::clone(&call.deps.identity);
    let language = "en".to_owned();
    let (reach, dispatch_wake) = (call.deps.reach.clone(), Arc::default());
    let deps = Deps {
        store,
        keys,
        entropy,
        hasher,
        mail,
        post_wake,
        reach,
        dispatch_wake,
        language,
        identity,
        product,
    };
    Call { deps: Arc::new(deps), ..call.clone() }
}

async fn robin(call: &Call) -> AccountRow {
    let mut db = call.deps.store.reader().await.unwrap();
    account::by_email_key(&mut db, ROBIN).await.unwrap().unwrap()
}

/// A waiting letter to Robin, and a recovery key of theirs, both under the call's active key.
async fn letter_and_recovery_key(call: &Call) {
    let owner = robin(call).await;
    let (now, entropy, key_id) = (call.now, call.entropy(), call.deps.keys.active());
    let letter = NewLetter {
        id: LetterId::new(now, entropy),
        account_id: Some(owner.id),
        challenge_id: None,
        kind: LetterKind::Test,
        recipient: owner.email,
        language: "en".to_owned(),
        body: LetterBody { person: Some("Robin".to_owned()), ..LetterBody::default() },
        bundle: None,
        created_at: now,
        expires_at: now.plus(Duration::from_hours(1)),
    };
    let id = RecoveryKeyId::new(now, entropy);
    let (confirmed_at, spent_at) = (Some(now), None);
    let row = RecoveryKeyRow {
        id,
        account_id: owner.id,
        mac: [7; 32],
        key_id,
        created_at: now,
        confirmed_at,
        spent_at,
    };
    let job = call.deps.store.write((call.clone(), letter, row), |tx, (call, letter, row)| {
        Box::pin(async move {
            letter::post(tx, &call.deps.keys, call.entropy(), letter).await?;
            recovery_key::replace(tx, row).await
        })
    });
    job.await.unwrap();
}

#[tokio::test]
async fn all_7_letters_move_with_a_change_of_keys_and_recovery_keys_are_taken_away() {
    let (old, _plan, _folder) = demo().await;
    let sealed = keys::uses(&old).await.unwrap()[&KeyId(1)].sealed;
    letter_and_recovery_key(&old).await;
    let uses = keys::uses(&old).await.unwrap()[&KeyId(1)];
    // Robin's, and that of a ready account.
    assert_eq!((uses.sealed, uses.recovery_keys), (sealed + 1, 2));

    let both = restarted(&old, 2, &[1, 2]);
    assert_eq!(keys::reseal(&both).await.unwrap(), sealed + 1);
    let uses = keys::uses(&both).await.unwrap();
    assert_eq!((uses[&KeyId(1)].sealed, uses[&KeyId(1)].recovery_keys), (0, 2));
    let before = robin(&both).await;
    assert_eq!(keys::void_recovery_keys(&both, KeyId(1)).await.unwrap(), 2);
    assert_eq!(keys::uses(&both).await.unwrap()[&KeyId(1)].recovery_keys, 0);
    assert!(robin(&both).await.factor_version > before.factor_version, "second steps in progress are over");

    let new = restarted(&both, 2, &[2]);
    let claimed = new.deps.store.write(new.clone(), |tx, call| {
        Box::pin(async move {
            let until = call.now.plus(Duration::from_mins(1));
            letter::claim(tx, &call.deps.keys, call.now, until, 9).await
        })
    });
    let claimed = claimed.await.unwrap();
    let told = |kind| {
        let of_kind = claimed.iter().filter(move |one| one.row.kind == kind);
        of_kind.filter_map(|one| one.body.as_ref().ok()?.person.as_deref()).collect::<Vec<_>>()
    };
    assert_eq!(told(LetterKind::Test), ["Robin"], "with the new key alone");
    assert_eq!(told(LetterKind::MethodRemoved).len(), 2, "both owners are told that their key is gone");
    assert_eq!(told(LetterKind::SuspensionStarted).len(), 1, "of the account that is suspended");
    assert_eq!(claimed.len(), 4);
}

#[tokio::test]
async fn all_7_sign_in_works_before_during_and_after_a_change_of_keys() {
    let (old, plan, _folder) = demo().await;
    let mut both = restarted(&old, 2, &[1, 2]);
    assert!(enters(&both, &plan, ROBIN).await, "while everything is still sealed with the old key");
    assert!(keys::reseal(&both).await.unwrap() > 0);
    let mut uses = keys::uses(&both).await.unwrap();
    // The new hash is made beside the answer, at its leisure.
    for _ in 0..500 {
        if uses[&KeyId(2)].passwords > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        uses = keys::uses(&both).await.unwrap();
    }
    assert_eq!(uses[&KeyId(1)].sealed, 0);
    assert_eq!(uses[&KeyId(2)].passwords, 1, "the password moved when its owner signed in");
    let missing = keys::missing(&restarted(&old, 2, &[2])).await.unwrap();
    assert_eq!(missing, [KeyId(1)], "passwords still rest on it");

    assert_eq!(keys::forget_passwords(&both, KeyId(1)).await.unwrap(), uses[&KeyId(1)].passwords);
    assert_eq!(keys::void_recovery_keys(&both, KeyId(1)).await.unwrap(), 1, "a ready account's");
    both.now = both.now.plus(Duration::from_mins(1));
    let mut new = restarted(&both, 2, &[2]);
    assert_eq!(keys::missing(&new).await.unwrap(), []);
    assert!(enters(&new, &plan, ROBIN).await, "with the new key alone");
    let forgotten = first_step(&new, &plan, "sascha@northwind.example").await;
    assert!(matches!(forgotten, FirstStepOutcome::Refused(_)));
    let (token, _) = admin::reset_link(&new, "sascha@northwind.example").await.unwrap();
    new.now = new.now.plus(Duration::from_secs(1));
    assert!(crate::flow::link::view(&new, &token).await.is_ok());
}

/// ALL-7: a key file that was lost and made anew under the same number is found out before anything is sealed with it.
#[tokio::test]
async fn all_7_another_key_of_the_same_number_is_refused() {
    let (old, _plan, _folder) = demo().await;
    let other = Arc::new(KeyRing::new(KeyId(1), vec![(KeyId(1), [99; 32])]).unwrap());
    assert_eq!(keys::faults(&old).await.unwrap(), [], "the installation's own key leaves its check value");
    let deps = &old.deps;
    let (store, entropy, product) = (deps.store.clone(), Arc::clone(&deps.entropy), deps.product.clone());
    let hasher = deps.hasher.clone();
    let (post_wake, mail) = (Arc::clone(&deps.post_wake), deps.mail);
    let (identity, language) = (Arc::clone(&deps.identity), "en".to_owned());
    let (reach, dispatch_wake) = (deps.reach.clone(), Arc::default());
    let strange = Deps {
        store,
        keys: other,
        entropy,
        hasher,
        mail,
        post_wake,
        reach,
        dispatch_wake,
        language,
        identity,
        product,
    };
    let strange = Call { deps: Arc::new(strange), ..old.clone() };
    assert_eq!(keys::faults(&strange).await.unwrap(), [KeyFault::Different(KeyId(1))]);
    assert_eq!(keys::found(&strange).await.unwrap(), [KeyFault::Different(KeyId(1))]);
    let without = restarted(&old, 2, &[2]);
    assert_eq!(keys::faults(&without).await.unwrap(), [KeyFault::Missing(KeyId(1))]);
    keys::forgotten(&old, KeyId(1)).await.unwrap();
}
