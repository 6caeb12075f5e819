//! Clearing away

use std::sync::Arc;

use countersign_core::id::{AccountId, ChallengeId, SessionId};
use countersign_core::limits::{Bucket, Counter, CounterKey, SECOND_STEP_STRANGER};
use countersign_core::link::LinkPurpose;
use countersign_core::request::RequestState;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::api_token::ApiTokenRow;
use countersign_store::breaker::{self, BreakerRow};
use countersign_store::contract::query_opt;
use countersign_store::delivered_code::DeliveredCode;
use countersign_store::dispatch::{self, Channel};
use countersign_store::link::LinkRow;
use countersign_store::phone_number::{self, Most, PhoneNumberRow};
use countersign_store::purge::{self, Purged};
use countersign_store::sign_up::{self, SignUpRow};
use countersign_store::sso_attempt::SsoAttemptRow;
use countersign_store::telegram_link::{self, TelegramLinkRow};
use countersign_store::telegram_prompt::{self, TelegramPromptRow};
use countersign_store::{
    Store, api_token, browser, challenge, counter, delivered_code, letter, link, nonce, session,
    support_request,
};
use tokio::sync::Notify;

use crate::rows::{
    self, DICE, NOW, api_token_row, browser_row, challenge_row, commit, later, link_row, new_authenticator,
    new_letter, session_row,
};
use crate::support::Home;

const DAY: i64 = 24 * 3600;

/// One row of each kind that ends at this instant.
async fn everything(store: &Store, end: Timestamp) {
    let account = rows::account(store).await;
    let mut session = session_row(&account);
    let mut challenge = challenge_row(&account);
    let mut browser = browser_row(&account);
    let mut pending = new_authenticator(account.id, SessionId::new(NOW, &DICE));
    (session.expires_at, challenge.expires_at, browser.expires_at, pending.expires_at) = (end, end, end, end);
    rows::start_set_up(store, 1, pending).await.unwrap();
    rows::device(store, account.id, "confirmed").await;
    let link = LinkRow { expires_at: end, ..link_row(&account, LinkPurpose::PasswordReset) };
    let sign_up = SignUpRow {
        link_id: link.id,
        email_key: "ada@example.org".into(),
        display_name: "Ada Example".into(),
        language: None,
        password: rows::password("first"),
    };
    let code = DeliveredCode { expires_at: end, ..rows::delivered_code(&account) };
    let ended = new_letter(&account);
    let letter = ended.id;
    rows::post(store, 1, ended).await;
    rows::post(store, 1, new_letter(&account)).await;
    let provider = crate::sso::provider(store, account.organisation_id).await;
    let visit = SsoAttemptRow { expires_at: end, ..crate::sso::attempt_row(&provider) };
    crate::sso::begin(store, 1, &visit).await;
    messengers(store, &account, end).await;
    let key = CounterKey::second_step(account.id, &Bucket::Strangers);
    let hash = rows::hash();
    let api_token = ApiTokenRow { expires_at: end, ..api_token_row(&account) };
    commit!(store, |tx, letter, end, link, sign_up, code, hash| {
        letter::sent(tx, *letter, *end).await?;
        delivered_code::put(tx, code).await?;
        link::create(tx, hash, link).await?;
        sign_up::create(tx, sign_up).await
    })
    .unwrap();
    commit!(store, |tx, session, challenge, browser, key, end, hash, api_token| {
        api_token::create(tx, hash, api_token).await?;
        session::create(tx, hash, session).await?;
        challenge::create(tx, hash, challenge).await?;
        browser::create(tx, hash, browser).await?;
        counter::save(tx, key, &Counter::default(), *end).await?;
        nonce::spend(tx, hash, *end).await
    })
    .unwrap();
}

/// One of each kind that Telegram and phones leave behind, which end at this instant, and some that stay.
async fn messengers(store: &Store, account: &AccountRow, end: Timestamp) {
    let link = TelegramLinkRow { expires_at: end, ..rows::telegram_link_row(account) };
    let chat = rows::telegram_account_row(account, 5);
    let prompt = TelegramPromptRow {
        expires_at: end,
        ..rows::telegram_prompt_row(&chat, ChallengeId::new(NOW, &DICE))
    };
    let phone = PhoneNumberRow { expires_at: Some(end), ..rows::phone_number_row(account, "+4915112345678") };
    crate::phone_number::proved(store, &rows::phone_number_row(account, "+4915112345679")).await;
    let (ended, waiting) =
        (rows::new_dispatch(account, Channel::Sms), rows::new_dispatch(account, Channel::Call));
    let breaker = BreakerRow {
        prefix: account.id.to_string(),
        country: "DE".into(),
        reason: "too-few-answers".into(),
        organisation_id: None,
        opened_at: end,
        closed_at: None,
        closed_by: None,
    };
    let hash = rows::hash();
    commit!(store, |tx, hash, link, prompt, phone, breaker| {
        telegram_link::create(tx, hash, link).await?;
        telegram_prompt::create(tx, hash, prompt).await?;
        let most = Most { of_account: 9, pending: 9, of_number: 9 };
        phone_number::add(tx, &rows::ring(1), &DICE, phone, most).await?;
        breaker::open(tx, breaker, NOW).await
    })
    .unwrap();
    let challenge = ended.challenge_id.unwrap();
    commit!(store, |tx, ended, waiting, challenge, end| {
        for new in [ended, waiting] {
            dispatch::insert(tx, &rows::ring(1), &DICE, new).await?;
        }
        dispatch::drop_waiting_of_challenge(tx, *challenge, *end).await
    })
    .unwrap();
}

async fn purge(store: &Store, now: Timestamp, limit: u32) -> Purged {
    let data = (now, limit);
    commit!(store, |tx, data| purge::expired(tx, data.0, data.1).await).unwrap()
}

on_both! {
    async fn each_kind_goes_when_it_has_expired_and_not_before(home) {
        let store = &home.store;
        everything(store, NOW).await;
        everything(store, later(10 * DAY)).await;
        assert_eq!(purge(store, later(-1), 9).await, Purged::default());
        let soon = Purged {
            sessions: 1,
            counters: 1,
            nonces: 1,
            pending: 1,
            browsers: 1,
            phone_numbers: 1,
            ..Purged::default()
        };
        assert_eq!(purge(store, NOW, 9).await, soon);
        // The name of the number that was proved was held for its transaction only.
        let held = Purged { nonces: 1, ..Purged::default() };
        assert_eq!(purge(store, later(DAY - 1), 9).await, held);
        let late = Purged {
            challenges: 1,
            links: 1,
            api_tokens: 1,
            delivered_codes: 1,
            sso_attempts: 1,
            telegram_links: 1,
            telegram_prompts: 1,
            ..Purged::default()
        };
        assert_eq!(purge(store, later(DAY), 9).await, late);
        assert_eq!(purge(store, later(7 * DAY - 1), 9).await, Purged::default());
        assert_eq!(purge(store, later(7 * DAY), 9).await, Purged { letters: 1, ..Purged::default() });
        let rest = purge(store, later(17 * DAY), 9).await;
        assert_eq!(rest.total(), 14);
        for days in [30, 40] {
            let ended = Purged { dispatches: 1, breakers: 1, ..Purged::default() };
            assert_eq!(purge(store, later(days * DAY - 1), 9).await, Purged::default());
            assert_eq!(purge(store, later(days * DAY), 9).await, ended);
        }
        assert_eq!(
            purge(store, later(999 * DAY), 9).await,
            Purged::default(),
            "confirmed devices, proved numbers and what waits stay"
        );
        let mut db = store.reader().await.unwrap();
        let row = query_opt(&mut db, "SELECT COUNT(*) AS n FROM sign_up", &[]).await.unwrap();
        assert_eq!(row.unwrap().int("n"), Ok(0), "a sign-up goes with its link");
    }

    async fn an_api_token_that_was_ended_goes_a_day_later(home) {
        let store = &home.store;
        let mut row = api_token_row(&rows::account(store).await);
        (row.expires_at, row.ended_at) = (later(300 * DAY), Some(NOW));
        let hash = rows::hash();
        commit!(store, |tx, hash, row| api_token::create(tx, hash, row).await).unwrap();
        assert_eq!(purge(store, later(DAY - 1), 9).await, Purged::default());
        assert_eq!(purge(store, later(DAY), 9).await, Purged { api_tokens: 1, ..Purged::default() });
    }

    async fn app_8_a_closed_request_goes_after_180_days_and_an_open_one_never(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (closed, open) = (rows::request_row(&account), rows::request_row(&account));
        let note = rows::note_row(&closed, account.id);
        commit!(store, |tx, closed, open, note| {
            support_request::create(tx, closed).await?;
            support_request::create(tx, open).await?;
            support_request::add_note(tx, note).await?;
            let (id, home) = (closed.id, closed.organisation_id);
            support_request::set_state(tx, id, home, RequestState::Closed, NOW).await
        })
        .unwrap();
        assert_eq!(purge(store, later(180 * DAY - 1), 9).await, Purged::default());
        assert_eq!(purge(store, later(180 * DAY), 9).await, Purged { requests: 1, ..Purged::default() });
        assert_eq!(purge(store, later(999 * DAY), 9).await, Purged::default());
        let mut db = store.reader().await.unwrap();
        assert_eq!(support_request::of_account(&mut db, account.id, 9).await.unwrap(), [open]);
        assert_eq!(support_request::notes(&mut db, closed.id).await.unwrap(), [], "notes go with it");
    }

    async fn a_batch_is_no_larger_than_asked(home) {
        let store = &home.store;
        for _ in 0..3 {
            everything(store, NOW).await;
        }
        for total in [28, 15, 0] {
            assert_eq!(purge(store, later(7 * DAY), 2).await.total(), total);
        }
    }
}

/// How many wait for the transaction that asks.
const WAITING: &str = "SELECT COUNT(*) AS n FROM pg_locks \
    WHERE NOT granted AND transactionid = CAST(pg_current_xact_id() AS xid)";

/// SQLite has one writer, so there it cannot happen.
#[test]
fn a_counter_that_is_charged_while_it_is_cleared_away_is_not_lost() {
    crate::support::on_postgres(|home| Box::pin(charged_while_cleared(home)));
}

async fn charged_while_cleared(home: &Home) {
    let store = &home.store;
    let key = CounterKey::second_step(AccountId::new(NOW, &DICE), &Bucket::Strangers);
    commit!(store, |tx, key| counter::save(tx, key, &Counter::default(), NOW).await).unwrap();
    let charged = Arc::new(Notify::new());
    let charging = store.write((key.clone(), Arc::clone(&charged)), |tx, (key, charged)| {
        Box::pin(async move {
            let (_, mut counter) = counter::lock(tx, std::slice::from_ref(key)).await?.remove(0);
            counter.fail(&SECOND_STEP_STRANGER, NOW);
            counter::save(tx, key, &counter, later(9)).await?;
            charged.notify_one();
            while query_opt(tx, WAITING, &[]).await?.unwrap().int("n")? == 0 {}
            Ok(())
        })
    });
    let clearing = async {
        charged.notified().await;
        purge(store, NOW, 9).await
    };
    let (charging, cleared) = tokio::join!(charging, clearing);
    assert_eq!((charging, cleared), (Ok(()), Purged::default()));
    let mut db = store.reader().await.unwrap();
    let (_, counter) = counter::peek(&mut db, &[key]).await.unwrap().remove(0);
    assert_eq!(counter.in_a_row(), 1);
}
