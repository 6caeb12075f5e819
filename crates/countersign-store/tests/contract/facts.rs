//! What decisions rest on, in one round trip

use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::preset::Preset;
use countersign_store::facts::{self, AccountFacts, ChallengeFacts, RecoveryKeyFacts, TelegramFacts};
use countersign_store::{challenge, policy, recovery_key, suspension};

use crate::rows::{
    self, DICE, NOW, challenge_row, commit, later, policy_row, recovery_key_row, suspension_row,
};

on_both! {
    async fn all_9_every_way_in_reads_the_same_live_facts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let next = policy_row(account.organisation_id, 2, Preset::Messenger);
        let running = suspension_row(&account);
        let open = challenge_row(&account);
        let (hash, key) = (rows::hash(), recovery_key_row(&account));
        commit!(store, |tx, next, running, open, hash, key| {
            recovery_key::replace(tx, key).await?;
            policy::append(tx, next).await?;
            suspension::create(tx, running).await?;
            challenge::create(tx, hash, open).await
        })
        .unwrap();
        rows::device(store, account.id, "phone").await;
        let email = account.email.clone();
        let wanted = AccountFacts {
            account,
            policy_version: 2,
            policy: Preset::Messenger.policy(),
            authenticators: 1,
            suspension: Some(running),
            recovery_key: Some(RecoveryKeyFacts { made_at: NOW, saved: false }),
            telegram: TelegramFacts::default(),
            phone_numbers: 0,
        };
        let mut db = store.reader().await.unwrap();
        let found = facts::sign_in_facts(&mut db, &email.key(), NOW).await.unwrap();
        assert_eq!(found, Some(wanted.clone()));
        let found = facts::account_facts(&mut db, wanted.account.id, NOW).await.unwrap();
        assert_eq!(found, Some(wanted.clone()));
        let found = facts::challenge_facts(&mut db, &hash, NOW).await.unwrap();
        assert_eq!(found, Some(ChallengeFacts { challenge: open, facts: wanted.clone() }));
        let after = facts::account_facts(&mut db, wanted.account.id, later(3600)).await.unwrap();
        assert_eq!(after, Some(AccountFacts { suspension: None, ..wanted }), "the suspension has ended");
    }

    async fn a_recovery_key_is_told_until_it_is_used(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let told = async || {
            let mut db = store.reader().await.unwrap();
            facts::account_facts(&mut db, account.id, NOW).await.unwrap().unwrap().recovery_key
        };
        assert_eq!(told().await, None);
        let key = recovery_key_row(&account);
        commit!(store, |tx, key| {
            recovery_key::replace(tx, key).await?;
            recovery_key::confirm(tx, key.account_id, key.id, later(1)).await
        })
        .unwrap();
        assert_eq!(told().await, Some(RecoveryKeyFacts { made_at: NOW, saved: true }));
        commit!(store, |tx, key| recovery_key::spend(tx, key.account_id, key.id, later(2)).await).unwrap();
        assert_eq!(told().await, None);
    }

    async fn nothing_is_found_for_what_is_not_there(home) {
        let store = &home.store;
        rows::account(store).await;
        let mut db = store.reader().await.unwrap();
        let nobody = EmailAddress::parse("nobody@example.org").unwrap();
        assert_eq!(facts::sign_in_facts(&mut db, &nobody.key(), NOW).await.unwrap(), None);
        assert_eq!(facts::account_facts(&mut db, AccountId::new(NOW, &DICE), NOW).await.unwrap(), None);
        assert_eq!(facts::challenge_facts(&mut db, &rows::hash(), NOW).await.unwrap(), None);
    }

    async fn a_lifted_suspension_leaves_an_earlier_one_that_still_runs(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let running = suspension_row(&account);
        let mut lifted = suspension_row(&account);
        lifted.created_at = later(5);
        lifted.lifted_at = Some(later(6));
        lifted.lifted_by = Some("support".into());
        for row in [&running, &lifted] {
            commit!(store, |tx, row| suspension::create(tx, row).await).unwrap();
        }
        let mut db = store.reader().await.unwrap();
        let found = facts::account_facts(&mut db, account.id, later(7)).await.unwrap().unwrap();
        assert_eq!(found.suspension, Some(running));
    }
}
