//! `session`

use countersign_core::id::{BrowserId, SessionId};
use countersign_core::method::Class;
use countersign_core::preset::Preset;
use countersign_store::account::AccountRow;
use countersign_store::contract::{Value, execute};
use countersign_store::session::{self, SessionRow, SessionView};
use countersign_store::{Store, StoreError, policy, suspension};

use crate::rows::{self, DICE, NOW, commit, later, policy_row, session_row, suspension_row};

async fn put(store: &Store, row: &SessionRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, hash, row| session::create(tx, hash, row).await).unwrap();
    hash
}

async fn begin(store: &Store, account: &AccountRow) -> (SessionId, [u8; 32]) {
    let row = session_row(account);
    (row.id, put(store, &row).await)
}

async fn view(store: &Store, hash: &[u8; 32]) -> Option<SessionView> {
    let mut db = store.reader().await.unwrap();
    session::by_token_hash(&mut db, hash, NOW).await.unwrap()
}

on_both! {
    async fn a_view_holds_the_session_and_the_live_facts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut row = session_row(&account);
        row.stepped_up_at = Some(later(1));
        row.recognised_browser_id = Some(BrowserId::new(NOW, &DICE));
        let hash = put(store, &row).await;
        let found = view(store, &hash).await.unwrap();
        assert_eq!(found.session, row);
        assert_eq!(found.facts.account, account);
        assert_eq!((found.facts.policy_version, found.facts.policy), (1, Preset::Recommended.policy()));
        assert_eq!((found.facts.authenticators, found.facts.suspension), (0, None));
        assert_eq!(view(store, &rows::hash()).await, None);
    }

    async fn key_10_a_view_changes_with_policy_factors_and_suspension(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (_, hash) = begin(store, &account).await;
        let next = policy_row(account.organisation_id, 2, Preset::Authenticator);
        commit!(store, |tx, next| policy::append(tx, next).await).unwrap();
        rows::device(store, account.id, "phone").await;
        rows::device(store, account.id, "tablet").await;
        let pending = rows::new_authenticator(account.id, SessionId::new(NOW, &DICE));
        rows::start_set_up(store, 1, pending).await.unwrap();
        rows::device(store, rows::account(store).await.id, "somebody else’s").await;
        let running = suspension_row(&account);
        commit!(store, |tx, running| suspension::create(tx, running).await).unwrap();
        let facts = view(store, &hash).await.unwrap().facts;
        assert_eq!((facts.policy_version, facts.policy), (2, Preset::Authenticator.policy()));
        assert_eq!((facts.authenticators, facts.suspension), (2, Some(running)));
    }

    async fn an_organisation_without_a_policy_is_an_error_and_not_a_missing_session(home) {
        let store = &home.store;
        let mut organisation = rows::organisation(store).await;
        organisation.id = countersign_core::id::OrganisationId::new(NOW, &DICE);
        organisation.slug = "bare".into();
        let account = rows::account_row(organisation.id, "a@example.org");
        let bare = account.clone();
        commit!(store, |tx, organisation, bare| {
            countersign_store::organisation::create(tx, organisation).await?;
            countersign_store::account::create(tx, bare).await
        })
        .unwrap();
        let (_, hash) = begin(store, &account).await;
        let mut db = store.reader().await.unwrap();
        let found = session::by_token_hash(&mut db, &hash, NOW).await;
        assert!(matches!(found, Err(StoreError::Corrupt(_))));
    }

    async fn a_session_that_makes_no_sense_is_an_error(home) {
        let store = &home.store;
        let (id, hash) = begin(store, &rows::account(store).await).await;
        let sql = "UPDATE session SET class = 'splendid' WHERE id = ?1";
        commit!(store, |tx, id, sql| execute(tx, sql, &[Value::from(id)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let found = session::by_token_hash(&mut db, &hash, NOW).await;
        assert_eq!(found, Err(StoreError::Corrupt("session.class")));
    }

    async fn all_5_sessions_are_listed_last_used_first(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut older = session_row(&account);
        older.last_used_at = later(1);
        let mut newer = session_row(&account);
        newer.last_used_at = later(2);
        let mut over = session_row(&account);
        over.expires_at = NOW;
        let stranger = session_row(&rows::account(store).await);
        for row in [&older, &newer, &over, &stranger] {
            put(store, row).await;
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(session::list(&mut db, account.id, NOW).await.unwrap(), [newer, older]);
    }

    async fn a_use_is_noted_forwards_only(home) {
        let store = &home.store;
        let (id, hash) = begin(store, &rows::account(store).await).await;
        for (seconds, noted) in [(60, true), (60, false), (30, false)] {
            let data = (id, later(seconds));
            let touched =
                commit!(store, |tx, data| session::touch(tx, data.0, data.1, "198.51.100.9").await);
            assert_eq!(touched, Ok(noted), "{seconds}");
        }
        let row = view(store, &hash).await.unwrap().session;
        assert_eq!((row.last_used_at, row.address.as_str()), (later(60), "198.51.100.9"));
    }

    async fn a_rotated_token_is_dead_and_only_one_rotation_wins(home) {
        let store = &home.store;
        let (id, old) = begin(store, &rows::account(store).await).await;
        let (new, late) = (rows::hash(), rows::hash());
        assert_eq!(commit!(store, |tx, id, old, new| session::rotate(tx, *id, old, new).await), Ok(true));
        assert_eq!(commit!(store, |tx, id, old, late| session::rotate(tx, *id, old, late).await), Ok(false));
        assert_eq!(view(store, &old).await, None);
        assert_eq!(view(store, &late).await, None);
        assert_eq!(view(store, &new).await.unwrap().session.id, id);
    }

    async fn a_step_up_changes_token_class_and_time(home) {
        let store = &home.store;
        let mut weak = session_row(&rows::account(store).await);
        weak.class = Class::Weak;
        let (id, old, new) = (weak.id, put(store, &weak).await, rows::hash());
        let raised = commit!(store, |tx, id, new| session::step_up(tx, *id, new, Class::Strong, later(5)).await);
        assert_eq!(raised, Ok(true));
        assert_eq!(view(store, &old).await, None);
        let row = view(store, &new).await.unwrap().session;
        assert_eq!(row, SessionRow { class: Class::Strong, stepped_up_at: Some(later(5)), ..weak.clone() });
        let data = (id, old, weak.expires_at);
        let raised = commit!(store, |tx, data| {
            session::step_up(tx, data.0, &data.1, Class::Strong, data.2).await
        });
        assert_eq!(raised, Ok(false), "it is over");
    }

    async fn key_8_a_grant_of_the_recovery_key_is_noted_and_ended_once(home) {
        let store = &home.store;
        let mut row = session_row(&rows::account(store).await);
        (row.recovered_at, row.class) = (Some(NOW), Class::Recovery);
        let (id, hash) = (row.id, put(store, &row).await);
        assert_eq!(view(store, &hash).await.unwrap().session, row);
        let granted = commit!(store, |tx, id| session::grant_key(tx, *id, later(600)).await);
        assert_eq!(granted, Ok(true));
        let found = view(store, &hash).await.unwrap().session;
        assert_eq!(found, SessionRow { key_grant_until: Some(later(600)), ..row.clone() });
        for ended in [true, false] {
            assert_eq!(commit!(store, |tx, id| session::end_key_grant(tx, *id).await), Ok(ended));
        }
        assert_eq!(view(store, &hash).await.unwrap().session, row);
        let nobody = SessionId::new(NOW, &DICE);
        let granted = commit!(store, |tx, nobody| session::grant_key(tx, *nobody, later(600)).await);
        assert_eq!(granted, Ok(false));
    }

    async fn a_session_is_there_until_it_is_ended_or_over_and_for_its_own_account_alone(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await.id;
        let row = session_row(&account);
        put(store, &row).await;
        let (id, owner, end) = (row.id, row.account_id, row.expires_at);
        let just_before = end.minus(std::time::Duration::from_millis(1));
        for (account, now, there) in
            [(owner, NOW, true), (owner, just_before, true), (owner, end, false), (other, NOW, false)]
        {
            let mut db = store.reader().await.unwrap();
            assert_eq!(session::exists(&mut db, id, account, now).await, Ok(there));
        }
        assert_eq!(commit!(store, |tx, id, owner| session::delete(tx, *id, *owner).await), Ok(true));
        let mut db = store.reader().await.unwrap();
        assert_eq!(session::exists(&mut db, id, owner, NOW).await, Ok(false));
    }

    async fn all_5_one_session_all_others_or_all_are_ended(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await;
        let (first, first_hash) = begin(store, &account).await;
        let (kept, kept_hash) = begin(store, &account).await;
        begin(store, &account).await;
        begin(store, &account).await;
        let (_, others_hash) = begin(store, &other).await;
        let (mine, theirs) = (account.id, other.id);
        assert_eq!(commit!(store, |tx, first, theirs| session::delete(tx, *first, *theirs).await), Ok(false));
        for ended in [true, false] {
            assert_eq!(commit!(store, |tx, first, mine| session::delete(tx, *first, *mine).await), Ok(ended));
        }
        assert_eq!(view(store, &first_hash).await, None);
        assert_eq!(commit!(store, |tx, mine, kept| session::delete_others(tx, *mine, *kept).await), Ok(2));
        assert!(view(store, &kept_hash).await.is_some());
        assert_eq!(commit!(store, |tx, mine| session::delete_all(tx, *mine).await), Ok(1));
        assert_eq!(view(store, &kept_hash).await, None);
        assert!(view(store, &others_hash).await.is_some());
    }

    async fn the_oldest_sessions_beyond_the_most_are_ended_and_named(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut ids = Vec::new();
        for second in [3, 1, 2, 4] {
            let mut row = session_row(&account);
            row.created_at = later(second);
            put(store, &row).await;
            ids.push(row.id);
        }
        begin(store, &rows::account(store).await).await;
        let id = account.id;
        assert_eq!(commit!(store, |tx, id| session::trim_to(tx, *id, 4).await), Ok(vec![]));
        let mut ended = commit!(store, |tx, id| session::trim_to(tx, *id, 2).await).unwrap();
        ended.sort();
        let mut oldest = vec![ids[1], ids[2]];
        oldest.sort();
        assert_eq!(ended, oldest);
        let mut db = store.reader().await.unwrap();
        assert_eq!(session::list(&mut db, id, NOW).await.unwrap().len(), 2);
    }
}
