//! Clearing away

use countersign_core::id::{AccountId, LinkId, SessionId};
use countersign_core::limits::{Bucket, Counter, CounterKey, SECOND_STEP_STRANGER};
use countersign_core::link::LinkPurpose;
use countersign_core::time::Timestamp;
use countersign_store::link::LinkRow;
use countersign_store::purge::{self, Purged};
use countersign_store::{Store, browser, challenge, counter, link, nonce, session};

use crate::rows::{
    self, DICE, NOW, at_once, browser_row, challenge_row, commit, later, new_authenticator, session_row,
};

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
    let link = LinkRow {
        id: LinkId::new(NOW, &DICE),
        purpose: LinkPurpose::PasswordReset,
        account_id: Some(account.id),
        organisation_id: account.organisation_id,
        email: None,
        role: None,
        created_at: NOW,
        expires_at: end,
        spent_at: None,
        created_by: "command-line".into(),
    };
    let key = CounterKey::second_step(account.id, &Bucket::Strangers);
    let hash = rows::hash();
    commit!(store, |tx, session, challenge, browser, link, key, end, hash| {
        session::create(tx, hash, session).await?;
        challenge::create(tx, hash, challenge).await?;
        browser::create(tx, hash, browser).await?;
        link::create(tx, hash, link).await?;
        counter::save(tx, key, &Counter::default(), *end).await?;
        nonce::spend(tx, hash, *end).await
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
        let soon = Purged { sessions: 1, counters: 1, nonces: 1, pending: 1, browsers: 1, ..Purged::default() };
        assert_eq!(purge(store, NOW, 9).await, soon);
        assert_eq!(purge(store, later(DAY - 1), 9).await, Purged::default());
        let late = Purged { challenges: 1, links: 1, ..Purged::default() };
        assert_eq!(purge(store, later(DAY), 9).await, late);
        let rest = purge(store, later(11 * DAY), 9).await;
        assert_eq!(rest.total(), 7);
        assert_eq!(purge(store, later(999 * DAY), 9).await, Purged::default(), "confirmed devices stay");
    }

    async fn a_batch_is_no_larger_than_asked(home) {
        let store = &home.store;
        for _ in 0..3 {
            everything(store, NOW).await;
        }
        for total in [14, 7, 0] {
            assert_eq!(purge(store, later(DAY), 2).await.total(), total);
        }
    }

    async fn a_counter_that_is_charged_meanwhile_is_not_lost(home) {
        let store = &home.store;
        let keys: Vec<_> = (0..64)
            .map(|_| CounterKey::second_step(AccountId::new(NOW, &DICE), &Bucket::Strangers))
            .collect();
        let expired: Vec<_> = keys.iter().map(|key| (key.clone(), Counter::default(), NOW)).collect();
        commit!(store, |tx, expired| counter::save_all(tx, expired).await).unwrap();
        let charged = at_once(|number| {
            let (store, key) = (store.clone(), keys[number].clone());
            async move {
                let job = commit!(store, |tx, key| {
                    let keys = [key.clone()];
                    let (_, mut counter) = counter::lock(tx, &keys).await?.remove(0);
                    counter.fail(&SECOND_STEP_STRANGER, NOW);
                    counter::save(tx, key, &counter, later(9)).await
                });
                job.unwrap();
            }
        });
        // Those that were charged before it came along are none of its business any more.
        let cleared = at_once(|_| {
            let store = store.clone();
            async move { purge(&store, NOW, 3).await }
        });
        tokio::join!(charged, cleared);
        let mut db = store.reader().await.unwrap();
        let left = counter::peek(&mut db, &keys).await.unwrap();
        assert_eq!(left.iter().filter(|(_, counter)| counter.in_a_row() == 1).count(), keys.len());
    }
}
