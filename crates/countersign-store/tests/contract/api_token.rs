//! `api_token`

use countersign_core::api_token::Scope;
use countersign_core::method::Class;
use countersign_core::preset::Preset;
use countersign_store::api_token::{self, ApiTokenRow, ApiTokenView};
use countersign_store::contract::{Value, execute};
use countersign_store::{Store, StoreError, suspension};

use crate::rows::{self, NOW, api_token_row, commit, later, suspension_row};

async fn put(store: &Store, row: &ApiTokenRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, hash, row| api_token::create(tx, hash, row).await).unwrap();
    hash
}

async fn view(store: &Store, hash: &[u8; 32]) -> Option<ApiTokenView> {
    let mut db = store.reader().await.unwrap();
    api_token::by_token_hash(&mut db, hash, NOW).await.unwrap()
}

on_both! {
    async fn a_view_holds_the_token_and_the_live_facts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        rows::device(store, account.id, "phone").await;
        let running = suspension_row(&account);
        commit!(store, |tx, running| suspension::create(tx, running).await).unwrap();
        let mut row = api_token_row(&account);
        row.scopes = Scope::ALL.iter().copied().collect();
        let hash = put(store, &row).await;
        let found = view(store, &hash).await.unwrap();
        assert_eq!((found.token, found.facts.account), (row, account));
        assert_eq!((found.facts.policy_version, found.facts.policy), (1, Preset::Recommended.policy()));
        assert_eq!((found.facts.authenticators, found.facts.suspension), (1, Some(running)));
        assert_eq!(view(store, &rows::hash()).await, None);
    }

    async fn an_unknown_scope_is_an_error_and_not_a_smaller_token(home) {
        let store = &home.store;
        let row = api_token_row(&rows::account(store).await);
        let hash = put(store, &row).await;
        let id = row.id;
        let sql = "UPDATE api_token SET scopes = 'account:read everything' WHERE id = ?1";
        commit!(store, |tx, id, sql| execute(tx, sql, &[Value::from(id)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let found = api_token::by_token_hash(&mut db, &hash, NOW).await;
        assert_eq!(found, Err(StoreError::Corrupt("api_token.scopes")));
    }

    async fn tokens_are_listed_newest_first_and_ended_once(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await;
        let (mut tokens, mut hashes) = (Vec::new(), Vec::new());
        for second in [1, 2, 3] {
            let mut row = api_token_row(&account);
            row.created_at = later(second);
            hashes.insert(0, put(store, &row).await);
            tokens.insert(0, row);
        }
        put(store, &api_token_row(&other)).await;
        let (id, mine, theirs) = (tokens[1].id, account.id, other.id);
        assert_eq!(commit!(store, |tx, id, theirs| api_token::end(tx, *id, *theirs, NOW).await), Ok(false));
        for ended in [true, false] {
            assert_eq!(commit!(store, |tx, id, mine| api_token::end(tx, *id, *mine, later(7)).await), Ok(ended));
        }
        tokens.remove(1);
        let mut db = store.reader().await.unwrap();
        assert_eq!(api_token::live(&mut db, mine, 1, later(8), 9).await.unwrap(), tokens);
        assert_eq!(api_token::live(&mut db, mine, 1, later(8), 1).await.unwrap(), tokens[..1]);
        assert_eq!(api_token::live(&mut db, mine, 2, later(8), 9).await.unwrap(), [], "another password");
        assert_eq!(api_token::live(&mut db, mine, 1, later(3600), 9).await.unwrap(), [], "its time is over");
        drop(db);
        assert_eq!(commit!(store, |tx, mine| api_token::end_all(tx, *mine, later(8)).await), Ok(2));
        for (hash, end) in hashes.iter().zip([8, 7, 8]) {
            assert_eq!(view(store, hash).await.unwrap().token.ended_at, Some(later(end)));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(api_token::live(&mut db, theirs, 1, later(8), 9).await.unwrap().len(), 1);
    }

    async fn tokens_below_a_class_end_and_the_others_stay(home) {
        let store = &home.store;
        let (account, other) = (rows::account(store).await, rows::account(store).await);
        let mut hashes = Vec::new();
        for (owner, class) in [&account, &other].into_iter().zip([Class::None, Class::None]) {
            hashes.push(put(store, &ApiTokenRow { class, ..api_token_row(owner) }).await);
        }
        for class in [Class::Restricted, Class::Strong, Class::PhishingResistant] {
            hashes.push(put(store, &ApiTokenRow { class, ..api_token_row(&account) }).await);
        }
        let id = account.id;
        for count in [2, 0] {
            let ended = commit!(store, |tx, id| api_token::end_below(tx, *id, Class::Strong, later(5)).await);
            assert_eq!(ended, Ok(count));
        }
        for (hash, ended) in hashes.iter().zip([true, false, true, false, false]) {
            assert_eq!(view(store, hash).await.unwrap().token.ended_at, ended.then(|| later(5)));
        }
    }

    async fn a_use_is_noted_forwards_only(home) {
        let store = &home.store;
        let row = api_token_row(&rows::account(store).await);
        let hash = put(store, &row).await;
        for (seconds, noted) in [(60, true), (60, false), (30, false), (90, true)] {
            let data = (row.id, later(seconds));
            assert_eq!(commit!(store, |tx, data| api_token::touch(tx, data.0, data.1).await), Ok(noted));
        }
        assert_eq!(view(store, &hash).await.unwrap().token.last_used_at, Some(later(90)));
    }

    async fn an_end_is_told_once_and_not_before_two_fifths_of_the_time(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let token = api_token_row(&account);
        put(store, &token).await;
        let ended = ApiTokenRow { ended_at: Some(later(1)), ..api_token_row(&account) };
        put(store, &ended).await;
        put(store, &ApiTokenRow { password_version: 2, ..api_token_row(&account) }).await;
        let due = async |now, until| {
            let mut db = store.reader().await.unwrap();
            let found = api_token::ending(&mut db, later(now), later(until), 9).await.unwrap();
            found.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(due(1439, 4000).await, []);
        assert_eq!(due(1440, 3599).await, [], "it ends later than that");
        assert_eq!(due(1440, 3600).await, [token.id]);
        assert_eq!(due(3600, 9000).await, [], "it is over");
        let id = token.id;
        for told in [true, false] {
            assert_eq!(commit!(store, |tx, id| api_token::end_told(tx, *id, later(5)).await), Ok(told));
        }
        assert_eq!(due(1440, 3600).await, []);
        let id = ended.id;
        assert_eq!(commit!(store, |tx, id| api_token::end_told(tx, *id, later(5)).await), Ok(false));
    }
}
