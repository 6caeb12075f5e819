//! What Telegram and phones add to accounts, challenges, delivered codes and figures

use countersign_core::factor::telegram::Shown;
use countersign_core::id::{AccountId, ChallengeId, PhoneNumberId, TelegramAccountId};
use countersign_core::keys::KeyId;
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::Method;
use countersign_core::policy::TelegramStyle;
use countersign_store::account::AccountRow;
use countersign_store::adoption::{self, day_of};
use countersign_store::census::{self, CensusRow};
use countersign_store::challenge::{self, ChallengeRow};
use countersign_store::delivered_code::{self, DeliveredCode, SentTo};
use countersign_store::dispatch::Channel;
use countersign_store::facts::{self, TelegramFacts};
use countersign_store::member::{self, MemberFilter, Protection};
use countersign_store::{Store, StoreError, account, telegram_account, telegram_link, telegram_prompt};

use crate::phone_number::proved;
use crate::rows::{
    self, DICE, NOW, at_once, challenge_row, commit, later, new_dispatch, phone_number_row, ring,
    telegram_link_row, telegram_prompt_row, wins,
};
use crate::telegram_prompt::linked;

async fn put(store: &Store, row: &ChallengeRow) -> [u8; 32] {
    let (hash, row) = (rows::hash(), row.clone());
    commit!(store, |tx, hash, row| challenge::create(tx, hash, row).await).unwrap();
    hash
}

async fn started(store: &Store, account: &AccountRow) -> ChallengeId {
    let row = challenge_row(account);
    put(store, &row).await;
    row.id
}

async fn approve(store: &Store, id: ChallengeId, by: TelegramAccountId, seconds: i64) -> bool {
    let now = later(seconds);
    commit!(store, |tx, id, by, now| challenge::approve(tx, *id, *by, *now).await).unwrap()
}

async fn telegram_on(store: &Store, account: &AccountRow) {
    let id = account.id;
    assert!(commit!(store, |tx, id| account::set_telegram(tx, *id, Some(later(3))).await).unwrap());
}

on_both! {
    async fn msg_3_of_64_confirmations_of_a_challenge_one_counts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (one, two) = (linked(store, &account, 5).await.id, linked(store, &account, 6).await.id);
        let stranger = linked(store, &rows::account(store).await, 5).await.id;
        let id = started(store, &account).await;
        assert!(!approve(store, id, stranger, 1).await, "linked to another account");
        assert!(!approve(store, id, TelegramAccountId::new(NOW, &DICE), 1).await);
        assert!(!approve(store, id, one, 600).await, "it is over");
        let answers = at_once(|number| {
            let store = store.clone();
            async move { approve(&store, id, if number % 2 == 0 { one } else { two }, 1).await }
        });
        assert_eq!(wins(&answers.await), 1);
        let mut db = store.reader().await.unwrap();
        let row = challenge::by_id(&mut db, id).await.unwrap().unwrap();
        assert_eq!(row.approved_at, Some(later(1)));
        assert!(row.approved_by == Some(one) || row.approved_by == Some(two));
        drop(db);
        for spoilt in [
            ChallengeRow { spent_at: Some(NOW), ..challenge_row(&account) },
            ChallengeRow { tries: CHALLENGE_TRIES, ..challenge_row(&account) },
        ] {
            put(store, &spoilt).await;
            assert!(!approve(store, spoilt.id, one, 1).await);
        }
        let (who, open) = (rows::person(5).id, started(store, &account).await);
        commit!(store, |tx, who| telegram_account::set_blocked(tx, &ring(1), *who, NOW).await).unwrap();
        assert!(!approve(store, open, one, 1).await, "nobody can have asked it");
        assert!(approve(store, open, two, 1).await);
    }

    async fn msg_2_what_the_browser_shows_is_sealed_to_its_challenge(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (id, owner) = (started(store, &account).await, account.id);
        let set = async |key: u8, challenge: (ChallengeId, AccountId), text: &'static str, seconds: i64| {
            let now = later(seconds);
            commit!(store, |tx, key, challenge, text, now| {
                let shown = Shown::parse(text).unwrap();
                challenge::set_shown(tx, &ring(*key), &DICE, *challenge, &shown, *now).await
            })
        };
        let read = async |key| {
            let mut db = store.reader().await.unwrap();
            let shown = challenge::shown(&mut db, &ring(key), id).await;
            shown.map(|shown| shown.map(|shown| (shown.reveal().to_string(), shown.style())))
        };
        assert_eq!(read(1).await, Ok(None));
        for (text, style) in
            [("42", TelegramStyle::Match), ("012345", TelegramStyle::Type), ("", TelegramStyle::Tap)]
        {
            assert_eq!(set(1, (id, owner), text, 1).await, Ok(true));
            assert_eq!(read(1).await, Ok(Some((text.to_owned(), style))));
        }
        assert_eq!(set(1, (id, owner), "17", 600).await, Ok(false), "it is over");
        assert_eq!(set(1, (id, rows::account(store).await.id), "17", 1).await, Ok(false));
        for resealed in [1, 0] {
            let job = commit!(store, |tx| challenge::reseal_batch(tx, &ring(2), &DICE, 9).await);
            assert_eq!(job, Ok(resealed));
        }
        assert_eq!(read(2).await, Ok(Some((String::new(), TelegramStyle::Tap))));
        assert_eq!(read(1).await, Err(StoreError::Corrupt("challenge.telegram_shown")));
        let mut db = store.reader().await.unwrap();
        assert_eq!(challenge::key_counts(&mut db).await, Ok(vec![(KeyId(2), 1)]));
    }

    async fn msg_7_of_64_that_begin_a_call_one_does_and_never_too_many(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let id = started(store, &account).await;
        let begin = async |sms: bool, seen: (u32, u32), most: u32, seconds: i64| {
            let (store, now) = (store.clone(), later(seconds));
            let begun = at_once(move |_| {
                let store = store.clone();
                async move {
                    commit!(store, |tx, sms, id, seen, most, now| if *sms {
                        challenge::count_sms(tx, *id, *seen, *most, *now).await
                    } else {
                        challenge::count_call(tx, *id, *seen, *most, *now).await
                    })
                    .unwrap()
                }
            });
            begun.await.into_iter().flatten().collect::<Vec<_>>()
        };
        assert_eq!(begin(false, (0, 0), 2, 1).await, [1]);
        assert_eq!(begin(false, (0, 0), 2, 2).await, [0; 0], "somebody was faster");
        assert_eq!(begin(false, (1, 0), 2, 30).await, [2]);
        assert_eq!(begin(false, (2, 0), 2, 60).await, [0; 0], "no more calls");
        assert_eq!(begin(true, (2, 0), 1, 90).await, [1]);
        assert_eq!(begin(true, (2, 1), 1, 120).await, [0; 0], "no more SMS");
        assert_eq!(begin(false, (2, 1), 9, 600).await, [0; 0], "it is over");
        let phone = PhoneNumberId::new(NOW, &DICE);
        for (seconds, done) in [(600, false), (99, true)] {
            let now = later(seconds);
            let job = commit!(store, |tx, id, phone, now| challenge::choose_phone(tx, *id, *phone, *now).await);
            assert_eq!(job, Ok(done));
        }
        let mut db = store.reader().await.unwrap();
        let row = challenge::by_id(&mut db, id).await.unwrap().unwrap();
        assert_eq!((row.calls, row.sms, row.phone_at, row.phone_id), (2, 1, Some(later(90)), Some(phone)));
    }

    async fn msg_6_one_wrong_answer_ends_the_code_of_a_call_and_not_that_of_an_sms(home) {
        let store = &home.store;
        let phone = PhoneNumberId::new(NOW, &DICE);
        for (sent_to, still) in [(SentTo::Call(phone), false), (SentTo::Sms(phone), true)] {
            let account = rows::account(store).await;
            let code = DeliveredCode { method: Method::Phone, sent_to, ..rows::delivered_code(&account) };
            commit!(store, |tx, code| delivered_code::put(tx, code).await).unwrap();
            let missed = at_once(|_| {
                let (store, code) = (store.clone(), code.clone());
                async move {
                    commit!(store, |tx, code| {
                        let challenge = code.challenge_id;
                        delivered_code::miss(tx, code.account_id, code.method, challenge, &code.mac, later(1)).await
                    })
                    .unwrap()
                }
            });
            assert_eq!(wins(&missed.await), 1);
            let mut db = store.reader().await.unwrap();
            let found = delivered_code::of_account(&mut db, account.id, Method::Phone).await;
            assert_eq!(found, Ok(Some(DeliveredCode { missed_at: Some(later(1)), ..code.clone() })));
            drop(db);
            let spent = commit!(store, |tx, code| {
                let challenge = code.challenge_id;
                delivered_code::spend(tx, code.account_id, code.method, challenge, &code.mac, later(2)).await
            });
            assert_eq!(spent, Ok(still));
        }
    }

    async fn all_9_telegram_and_phones_are_among_the_live_facts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let hash = put(store, &challenge_row(&account)).await;
        let told = async || {
            let mut db = store.reader().await.unwrap();
            let found = facts::account_facts(&mut db, account.id, NOW).await.unwrap().unwrap();
            let of_challenge = facts::challenge_facts(&mut db, &hash, NOW).await.unwrap().unwrap().facts;
            assert_eq!(of_challenge, found);
            (found.telegram, found.phone_numbers)
        };
        assert_eq!(told().await, (TelegramFacts::default(), 0));
        linked(store, &account, 5).await;
        linked(store, &account, 6).await;
        linked(store, &rows::account(store).await, 7).await;
        telegram_on(store, &account).await;
        proved(store, &phone_number_row(&account, "+4915112345678")).await;
        let pending = phone_number_row(&account, "+4915112345679");
        commit!(store, |tx, pending| {
            let most = countersign_store::phone_number::Most { of_account: 9, pending: 9, of_number: 9 };
            countersign_store::phone_number::add(tx, &ring(1), &DICE, pending, most).await
        })
        .unwrap();
        let on = TelegramFacts { on_since: Some(later(3)), accounts: 2, refused: vec![] };
        assert_eq!(told().await, (on.clone(), 1));
        let (who, id) = (rows::person(6).id, account.id);
        commit!(store, |tx, who| telegram_account::set_blocked(tx, &ring(1), *who, NOW).await).unwrap();
        for seconds in [10, 20, 30] {
            let now = later(seconds);
            assert!(commit!(store, |tx, id, now| account::note_telegram_refusal(tx, *id, *now).await).unwrap());
        }
        let refused = vec![later(30), later(20)];
        assert_eq!(told().await.0, TelegramFacts { accounts: 1, refused, ..on.clone() });
        for forgotten in [true, false] {
            let job = commit!(store, |tx, id| account::forget_telegram_refusals(tx, *id).await);
            assert_eq!(job, Ok(forgotten));
        }
        assert!(commit!(store, |tx, id| account::set_telegram(tx, *id, None).await).unwrap());
        assert_eq!(told().await.0, TelegramFacts { on_since: None, accounts: 1, refused: vec![] });
    }

    async fn telegram_and_phones_are_counted_where_they_can_be_asked(home) {
        let store = &home.store;
        let organisation = rows::organisation(store).await.id;
        let mut people = Vec::new();
        for letter in ["a", "b", "c", "d", "e"] {
            let row = rows::account_row(organisation, &format!("{letter}-{organisation}@example.org"));
            assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
            people.push(row);
        }
        // a: Telegram; b: linked but off; c: on but blocked; d: a phone; e: both.
        for at in [0, 1, 2, 4] {
            linked(store, &people[at], 10 + i64::try_from(at).unwrap()).await;
        }
        linked(store, &people[0], 99).await;
        for at in [0, 2, 4] {
            telegram_on(store, &people[at]).await;
        }
        let who = rows::person(12).id;
        commit!(store, |tx, who| telegram_account::set_blocked(tx, &ring(1), *who, NOW).await).unwrap();
        for at in [3, 4] {
            proved(store, &phone_number_row(&people[at], "+4915112345678")).await;
        }
        let mut db = store.reader().await.unwrap();
        let mut found = census::of_organisation(&mut db, organisation).await.unwrap();
        found.sort_by_key(|row: &CensusRow| row.methods.clone());
        let found: Vec<_> = found.into_iter().map(|row| (row.methods, row.accounts)).collect();
        let (telegram, phone) = (Method::Telegram, Method::Phone);
        let wanted = [(vec![], 2), (vec![telegram], 1), (vec![telegram, phone], 1), (vec![phone], 1)];
        assert_eq!(found, wanted);
        for (protection, wanted) in [
            (Protection::By(Method::Telegram), "ae"),
            (Protection::By(Method::Phone), "de"),
            (Protection::Any, "ae"),
            (Protection::None, "bcd"),
        ] {
            let filter = MemberFilter { protection: Some(protection), ..MemberFilter::default() };
            let rows = member::list(&mut db, organisation, &filter, 9).await.unwrap();
            let letters: String = rows.iter().map(|row| &row.account.email.as_str()[..1]).collect();
            assert_eq!(letters, wanted, "{protection:?}");
            assert!(rows.iter().all(|row| row.telegram == "ae".contains(&row.account.email.as_str()[..1])));
            assert!(rows.iter().all(|row| row.phone == "de".contains(&row.account.email.as_str()[..1])));
        }
        assert_eq!(member::counts(&mut db, organisation).await.unwrap().unprotected, 3);
        drop(db);
        let today = day_of(NOW);
        commit!(store, |tx, today| adoption::take(tx, *today).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let day = adoption::list(&mut db, organisation, today).await.unwrap().remove(0);
        assert_eq!(["all", "none", "telegram", "phone", "email"].map(|word| day.of(word)), [5, 3, 2, 2, 0]);
    }

    async fn a_deleted_account_takes_its_telegram_and_phones_along(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let chat = linked(store, &account, 5).await;
        proved(store, &phone_number_row(&account, "+4915112345678")).await;
        let (link, hash) = (telegram_link_row(&account), rows::hash());
        let prompt = telegram_prompt_row(&chat, ChallengeId::new(NOW, &DICE));
        commit!(store, |tx, hash, link, prompt| {
            telegram_link::create(tx, hash, link).await?;
            telegram_prompt::create(tx, hash, prompt).await
        })
        .unwrap();
        crate::dispatch::post(store, &new_dispatch(&account, Channel::Call)).await;
        let (id, home) = (account.id, account.organisation_id);
        assert_eq!(commit!(store, |tx, id, home| member::delete(tx, *id, *home).await), Ok(true));
        let mut db = store.reader().await.unwrap();
        for sql in [
            "SELECT COUNT(*) AS n FROM telegram_account",
            "SELECT COUNT(*) AS n FROM telegram_link",
            "SELECT COUNT(*) AS n FROM telegram_prompt",
            "SELECT COUNT(*) AS n FROM phone_number",
            "SELECT COUNT(*) AS n FROM dispatch",
        ] {
            let row = countersign_store::contract::query_opt(&mut db, sql, &[]).await.unwrap().unwrap();
            assert_eq!(row.int("n"), Ok(0), "{sql}");
        }
    }
}
