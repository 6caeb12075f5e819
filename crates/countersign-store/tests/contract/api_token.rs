//! `api_token`

use std::collections::BTreeSet;

use countersign_core::api_token::Scope;
use countersign_core::id::ApiTokenId;
use countersign_core::method::Class;
use countersign_core::preset::Preset;
use countersign_store::account::AccountRow;
use countersign_store::api_token::{self, ApiTokenRow, ApiTokenView};
use countersign_store::contract::{Value, execute};
use countersign_store::{Store, StoreError, suspension};

use crate::rows::{self, DICE, NOW, commit, later, suspension_row};

fn token_row(account: &AccountRow) -> ApiTokenRow {
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
        let mut row = token_row(&account);
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
        let row = token_row(&rows::account(store).await);
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
        let mut tokens = Vec::new();
        for second in [1, 2, 3] {
            let mut row = token_row(&account);
            row.created_at = later(second);
            put(store, &row).await;
            tokens.insert(0, row);
        }
        put(store, &token_row(&other)).await;
        let (id, mine, theirs) = (tokens[1].id, account.id, other.id);
        assert_eq!(commit!(store, |tx, id, theirs| api_token::end(tx, *id, *theirs, NOW).await), Ok(false));
        for ended in [true, false] {
            assert_eq!(commit!(store, |tx, id, mine| api_token::end(tx, *id, *mine, later(7)).await), Ok(ended));
        }
        tokens[1].ended_at = Some(later(7));
        let mut db = store.reader().await.unwrap();
        assert_eq!(api_token::list(&mut db, mine, 9).await.unwrap(), tokens);
        assert_eq!(api_token::list(&mut db, mine, 1).await.unwrap(), tokens[..1]);
        drop(db);
        assert_eq!(commit!(store, |tx, mine| api_token::end_all(tx, *mine, later(8)).await), Ok(2));
        let mut db = store.reader().await.unwrap();
        let ends: Vec<_> = api_token::list(&mut db, mine, 9).await.unwrap().iter().map(|row| row.ended_at).collect();
        assert_eq!(ends, [Some(later(8)), Some(later(7)), Some(later(8))]);
        assert_eq!(api_token::list(&mut db, theirs, 9).await.unwrap()[0].ended_at, None);
    }

    async fn a_use_is_noted_forwards_only(home) {
        let store = &home.store;
        let row = token_row(&rows::account(store).await);
        let hash = put(store, &row).await;
        for (seconds, noted) in [(60, true), (60, false), (30, false), (90, true)] {
            let data = (row.id, later(seconds));
            assert_eq!(commit!(store, |tx, data| api_token::touch(tx, data.0, data.1).await), Ok(noted));
        }
        assert_eq!(view(store, &hash).await.unwrap().token.last_used_at, Some(later(90)));
    }
}
