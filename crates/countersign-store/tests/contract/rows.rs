//! Rows to test with: one organisation, one account, and what hangs on them.

mod messenger;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use countersign_core::api_token::Scope;
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::email::EmailAddress;
use countersign_core::entropy::Entropy;
use countersign_core::factor::totp::{Drift, Secret};
use countersign_core::id::{
    AccountId, ApiTokenId, AuditId, AuthenticatorId, BrowserId, ChallengeId, LetterId, LinkId,
    OrganisationId, RecoveryKeyId, SessionId, SupportNoteId, SupportRequestId, SuspensionId,
};
use countersign_core::keys::{KeyId, KeyRing};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::method::{Class, Method};
use countersign_core::name::DeviceName;
use countersign_core::password::PasswordHash;
use countersign_core::preset::Preset;
use countersign_core::request::{Lost, RequestProof, RequestState};
use countersign_core::role::Role;
use countersign_core::sign_in::{Purpose, SuspensionKind};
use countersign_core::testing::CountingEntropy;
use countersign_core::time::Timestamp;
use countersign_store::account::{self, AccountRow, AccountState};
use countersign_store::api_token::ApiTokenRow;
use countersign_store::authenticator::{self, Confirmation, NewAuthenticator};
use countersign_store::browser::BrowserRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::delivered_code::{DeliveredCode, SentTo};
use countersign_store::letter::{self, NewLetter};
use countersign_store::link::LinkRow;
use countersign_store::organisation::{self, OrganisationRow};
use countersign_store::policy::{self, PolicyRow};
use countersign_store::recovery_key::RecoveryKeyRow;
use countersign_store::session::SessionRow;
use countersign_store::support_request::{SupportNoteRow, SupportRequestRow};
use countersign_store::suspension::{Approval, SuspensionRow};
use countersign_store::{Store, StoreError};

pub(crate) use messenger::*;

/// The dice of all tests: no two rolls are alike.
pub(crate) static DICE: CountingEntropy = CountingEntropy::new(20);

/// When the tests play.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_123);

/// Runs a transaction with copies of some values, which its body then has by reference.
macro_rules! commit {
    ($store:expr, |$tx:ident $(, $value:ident)*| $body:expr) => {
        $store.write(($($value.clone(),)*), |$tx, ($($value,)*)| Box::pin(async move { $body })).await
    };
}
pub(crate) use commit;

/// Runs a task 64 times at once and returns what each of them answers.
pub(crate) async fn at_once<F, T>(task: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = (0..64).map(|number| tokio::spawn(task(number))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// How many of them won.
pub(crate) fn wins(answers: &[bool]) -> usize {
    answers.iter().filter(|won| **won).count()
}

/// So many seconds after [`NOW`]; negative: before.
pub(crate) fn later(seconds: i64) -> Timestamp {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { NOW.minus(span) } else { NOW.plus(span) }
}

/// 32 fresh bytes, as the hash of a token.
pub(crate) fn hash() -> [u8; 32] {
    let mut bytes = [0; 32];
    DICE.fill(&mut bytes);
    bytes
}

/// A ring with keys 1 to `active`, of which the last writes.
pub(crate) fn ring(active: u8) -> KeyRing {
    let keys = (1..=active).map(|key| (KeyId(key.into()), [key; 32])).collect();
    KeyRing::new(KeyId(active.into()), keys).unwrap()
}

/// An organisation with the policy that a new installation starts with.
pub(crate) async fn organisation(store: &Store) -> OrganisationRow {
    let id = OrganisationId::new(NOW, &DICE);
    let row = OrganisationRow {
        id,
        name: "Example GmbH".into(),
        slug: format!("o-{id}"),
        created_at: NOW,
        accent: None,
    };
    assert!(commit!(store, |tx, row| organisation::create(tx, row).await).unwrap());
    let first = policy_row(id, 1, Preset::Recommended);
    assert!(commit!(store, |tx, first| policy::append(tx, first).await).unwrap());
    row
}

/// A version of an organisation's policy: a preset as it is.
pub(crate) fn policy_row(organisation_id: OrganisationId, version: i64, preset: Preset) -> PolicyRow {
    PolicyRow {
        organisation_id,
        version,
        policy: preset.policy(),
        changed_at: later(version),
        changed_by: "command-line".into(),
        reason: format!("{preset:?} suits us"),
    }
}

/// An account of an organisation that is not written yet.
pub(crate) fn account_row(organisation_id: OrganisationId, email: &str) -> AccountRow {
    AccountRow {
        id: AccountId::new(NOW, &DICE),
        organisation_id,
        email: EmailAddress::parse(email).unwrap(),
        display_name: "Ada Example".into(),
        language: Some("de".into()),
        role: Role::Member,
        state: AccountState::Active,
        email_verified_at: Some(NOW),
        password: Some(password("first")),
        password_version: 1,
        factor_version: 1,
        created_at: NOW,
        last_sign_in_at: None,
        email_codes_at: None,
        last_method: None,
        mail_reset_at: None,
        changes_locked_at: None,
        previous_email: None,
        previous_email_until: None,
        not_now_at: None,
        enrolment_reminded_at: None,
    }
}

/// Something in the form of a password's hash.
pub(crate) fn password(word: &str) -> PasswordHash {
    PasswordHash { phc: format!("$argon2id$v=19$m=47104,t=2,p=1${word}"), pepper_key: KeyId(1) }
}

/// An account in an organisation of its own.
pub(crate) async fn account(store: &Store) -> AccountRow {
    let organisation = organisation(store).await;
    let row = account_row(organisation.id, &format!("{}@example.org", organisation.id));
    assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
    row
}

/// A session of an account that is not written yet.
pub(crate) fn session_row(account: &AccountRow) -> SessionRow {
    SessionRow {
        id: SessionId::new(NOW, &DICE),
        account_id: account.id,
        class: Class::Strong,
        created_at: NOW,
        last_used_at: NOW,
        expires_at: later(24 * 3600),
        stepped_up_at: None,
        address: "192.0.2.7".into(),
        device: "Mozilla/5.0 (Android)".into(),
        recognised_browser_id: None,
        recovered_at: None,
        key_grant_until: None,
        suspension_id: None,
        trusted_claims: None,
    }
}

/// A challenge of an account that is not written yet.
pub(crate) fn challenge_row(account: &AccountRow) -> ChallengeRow {
    ChallengeRow {
        id: ChallengeId::new(NOW, &DICE),
        account_id: account.id,
        purpose: Purpose::SignIn,
        subject: None,
        session_id: None,
        method: None,
        browser_id: None,
        browser_is_current: false,
        password_version: account.password_version,
        factor_version: account.factor_version,
        tries: 0,
        created_at: NOW,
        expires_at: later(600),
        spent_at: None,
        address: "192.0.2.7".into(),
        device: "Mozilla/5.0 (Android)".into(),
        first_step: "password".into(),
        sends: 0,
        sent_at: None,
        approved_at: None,
        approved_by: None,
        phone_id: None,
        calls: 0,
        sms: 0,
        phone_at: None,
    }
}

/// A recognised browser of an account that is not written yet.
pub(crate) fn browser_row(account: &AccountRow) -> BrowserRow {
    BrowserRow {
        id: BrowserId::new(NOW, &DICE),
        account_id: account.id,
        password_version: account.password_version,
        created_at: NOW,
        expires_at: later(180 * 24 * 3600),
        last_used_at: NOW,
        device: "Mozilla/5.0 (Android)".into(),
    }
}

/// A suspension of an account from [`NOW`] on, for one hour, that is not written yet.
pub(crate) fn suspension_row(account: &AccountRow) -> SuspensionRow {
    SuspensionRow {
        id: SuspensionId::new(NOW, &DICE),
        account_id: account.id,
        kind: SuspensionKind::PasswordAlone,
        reason: "lost the phone".into(),
        created_by: "command-line".into(),
        created_at: NOW,
        until: later(3600),
        lifted_at: None,
        lifted_by: None,
        ticket: "4711".into(),
        identity_proof: "called back".into(),
        approval: Approval::NoneNeeded,
        approved_by: None,
        approved_at: None,
        code: None,
        end_told_at: None,
    }
}

/// A set-up that was started in a session.
pub(crate) fn new_authenticator(account: AccountId, session_id: SessionId) -> NewAuthenticator {
    NewAuthenticator {
        id: AuthenticatorId::new(NOW, &DICE),
        account_id: account,
        session_id,
        secret: Secret::new(&DICE),
        created_at: NOW,
        expires_at: later(600),
    }
}

/// Writes a set-up with its key sealed under the last key of [`ring`]`(key)`, which has to be 1 or 2.
pub(crate) async fn start_set_up(store: &Store, key: u8, new: NewAuthenticator) -> Result<(), StoreError> {
    store
        .write((key, new), |tx, (key, new)| {
            Box::pin(async move { authenticator::create_pending(tx, &ring(*key), &DICE, new).await })
        })
        .await
}

/// What finishes a set-up.
pub(crate) fn confirmation(new: (AuthenticatorId, AccountId), name: &str, step: i64) -> Confirmation {
    let name = DeviceName::parse(name).unwrap();
    Confirmation { id: new.0, account_id: new.1, name, step, offset: 0, most: 5 }
}

/// A confirmed device of an account, whose last step is 100.
pub(crate) async fn device(store: &Store, account: AccountId, name: &str) -> (AuthenticatorId, Secret) {
    let new = new_authenticator(account, SessionId::new(NOW, &DICE));
    let (id, secret) = (new.id, new.secret.clone());
    start_set_up(store, 1, new).await.unwrap();
    let done = confirmation((id, account), name, 100);
    assert!(commit!(store, |tx, done| authenticator::confirm(tx, done, NOW).await).unwrap());
    (id, secret)
}

/// A drift with nothing learned.
pub(crate) const STEADY: Drift = Drift { offset: 0, side: 0, run: 0 };

/// A row of the audit log.
pub(crate) fn audit_row(account: &AccountRow, at: Timestamp, event: Event) -> AuditRow {
    AuditRow {
        id: AuditId::new(at, &DICE),
        at,
        organisation: Some(account.organisation_id),
        account: Some(account.id),
        actor: Actor::Account(account.id),
        event,
        detail: BTreeMap::from([("device-name".to_owned(), "Ada’s phone".to_owned())]),
        address: Some("192.0.2.7".into()),
        device: Some("Firefox on Android".into()),
        request_id: Some("r-1".into()),
    }
}

/// A token of the account, an hour long.
pub(crate) fn api_token_row(account: &AccountRow) -> ApiTokenRow {
    ApiTokenRow {
        id: ApiTokenId::new(NOW, &DICE),
        account_id: account.id,
        name: "backup".into(),
        scopes: BTreeSet::from([Scope::AccountRead]),
        class: Class::Strong,
        password_version: 1,
        created_at: NOW,
        expires_at: later(3600),
        last_used_at: None,
        ended_at: None,
    }
}

/// A link of an account, half an hour long, that is not written yet.
pub(crate) fn link_row(account: &AccountRow, purpose: LinkPurpose) -> LinkRow {
    LinkRow {
        id: LinkId::new(NOW, &DICE),
        purpose,
        account_id: Some(account.id),
        organisation_id: account.organisation_id,
        email: None,
        role: None,
        created_at: NOW,
        expires_at: later(1800),
        spent_at: None,
        created_by: account.id.to_string(),
        invited_by: None,
    }
}

/// A letter with a code to an account, ten minutes long.
pub(crate) fn new_letter(account: &AccountRow) -> NewLetter {
    let body = LetterBody { code: Some("012345".to_owned().into()), ..LetterBody::default() };
    NewLetter {
        id: LetterId::new(NOW, &DICE),
        account_id: Some(account.id),
        challenge_id: Some(ChallengeId::new(NOW, &DICE)),
        kind: LetterKind::Code,
        recipient: account.email.clone(),
        language: "de".into(),
        body,
        bundle: None,
        created_at: NOW,
        expires_at: later(600),
    }
}

/// Puts a letter into the outbox with its body sealed under the last key of [`ring`]`(key)`,
/// and returns the link that was in the letter which took it in.
pub(crate) async fn post(store: &Store, key: u8, new: NewLetter) -> Option<String> {
    let job = store.write((key, new), |tx, (key, new)| {
        Box::pin(async move { letter::post(tx, &ring(*key), &DICE, new).await })
    });
    job.await.unwrap().map(|link| link.to_string())
}

/// A code that was sent for a challenge of an account, ten minutes long.
pub(crate) fn delivered_code(account: &AccountRow) -> DeliveredCode {
    DeliveredCode {
        account_id: account.id,
        method: Method::Email,
        challenge_id: ChallengeId::new(NOW, &DICE),
        sent_to: SentTo::Mail(account.email.clone()),
        mac: hash(),
        earlier: vec![],
        sent_at: NOW,
        expires_at: later(600),
        spent_at: None,
        missed_at: None,
    }
}

/// A recovery key of an account that was just made.
pub(crate) fn recovery_key_row(account: &AccountRow) -> RecoveryKeyRow {
    RecoveryKeyRow {
        id: RecoveryKeyId::new(NOW, &DICE),
        account_id: account.id,
        mac: hash(),
        key_id: KeyId(1),
        created_at: NOW,
        confirmed_at: None,
        spent_at: None,
    }
}

/// An open request about an account.
pub(crate) fn request_row(account: &AccountRow) -> SupportRequestRow {
    SupportRequestRow {
        id: SupportRequestId::new(NOW, &DICE),
        organisation_id: account.organisation_id,
        account_id: Some(account.id),
        email: account.email.clone(),
        lost: Lost::LostPhone,
        message: "It fell into the sea.\nWhat now?".into(),
        proof: RequestProof::Nothing,
        language: "en".into(),
        address: "192.0.2.7".into(),
        device: "Firefox".into(),
        state: RequestState::Open,
        taken_by: None,
        created_at: NOW,
        changed_at: NOW,
        closed_at: None,
    }
}

/// A note about a request.
pub(crate) fn note_row(request: &SupportRequestRow, author: AccountId) -> SupportNoteRow {
    SupportNoteRow {
        id: SupportNoteId::new(NOW, &DICE),
        request_id: request.id,
        author,
        body: "Called back.".into(),
        mailed: false,
        created_at: NOW,
    }
}
