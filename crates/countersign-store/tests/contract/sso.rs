//! `sso_provider`, `sso_identity` and `sso_attempt`

use std::collections::BTreeSet;

use countersign_core::id::{OrganisationId, SessionId, SsoAttemptId, SsoProviderId};
use countersign_core::keys::KeyId;
use countersign_core::sso::{ReturnTo, SsoPurpose};
use countersign_store::contract::{Value, execute};
use countersign_store::sso_attempt::{self, SsoAttemptRow};
use countersign_store::sso_identity::{self, SsoIdentityRow};
use countersign_store::sso_provider::{self, SsoProviderRow};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, later, ring, wins};

/// A provider that is switched on.
pub(crate) fn provider_row(organisation: OrganisationId) -> SsoProviderRow {
    let id = SsoProviderId::new(NOW, &DICE);
    SsoProviderRow {
        id,
        organisation_id: organisation,
        slug: format!("p-{id}"),
        name: "Corp Login".into(),
        issuer: "https://login.example.org".into(),
        client_id: "countersign".into(),
        domains: BTreeSet::from(["example.org".into(), "example.net".into()]),
        jit: true,
        button: false,
        enabled: true,
        created_at: NOW,
        changed_at: NOW,
        checked_at: None,
        check_error: None,
    }
}

async fn put(store: &Store, key: u8, row: &SsoProviderRow, secret: &'static str) -> bool {
    commit!(store, |tx, key, row, secret| sso_provider::create(tx, &ring(*key), &DICE, row, secret).await)
        .unwrap()
}

/// A provider in the database.
pub(crate) async fn provider(store: &Store, organisation: OrganisationId) -> SsoProviderRow {
    let row = provider_row(organisation);
    assert!(put(store, 1, &row, "a client secret").await);
    row
}

/// A visit to it.
pub(crate) fn attempt_row(provider: &SsoProviderRow) -> SsoAttemptRow {
    SsoAttemptRow {
        id: SsoAttemptId::new(NOW, &DICE),
        state_hash: rows::hash(),
        provider_id: provider.id,
        purpose: SsoPurpose::Link,
        session_id: Some(SessionId::new(NOW, &DICE)),
        account_id: None,
        nonce_hash: rows::hash(),
        return_to: ReturnTo::Security,
        created_at: NOW,
        expires_at: later(600),
        spent_at: None,
    }
}

/// Writes a visit.
pub(crate) async fn begin(store: &Store, key: u8, row: &SsoAttemptRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, key, hash, row| {
        sso_attempt::create(tx, &ring(*key), &DICE, hash, row, "a verifier").await
    })
    .unwrap();
    hash
}

fn identity(
    provider: &SsoProviderRow,
    subject: &str,
    account: countersign_core::id::AccountId,
) -> SsoIdentityRow {
    SsoIdentityRow {
        provider_id: provider.id,
        subject: subject.into(),
        account_id: account,
        email: Some("ada@example.org".into()),
        created_at: NOW,
        last_used_at: None,
    }
}

on_both! {
    async fn a_provider_reads_back_is_changed_and_removed(home) {
        let store = &home.store;
        let organisation = rows::organisation(store).await.id;
        let mut row = provider(store, organisation).await;
        assert!(!put(store, 1, &SsoProviderRow { slug: row.slug.clone(), ..provider_row(organisation) }, "x").await);
        let mut db = store.reader().await.unwrap();
        assert_eq!(sso_provider::by_id(&mut db, row.id).await.unwrap(), Some(row.clone()));
        assert_eq!(sso_provider::by_slug(&mut db, &row.slug).await.unwrap(), Some(row.clone()));
        let told = sso_provider::secret(&mut db, &ring(1), row.id).await.unwrap();
        assert_eq!(told.unwrap().as_str(), "a client secret");
        drop(db);
        let elsewhere = SsoProviderRow { organisation_id: rows::organisation(store).await.id, ..row.clone() };
        assert_eq!(commit!(store, |tx, elsewhere| sso_provider::update(tx, elsewhere, elsewhere.changed_at).await), Ok(false));
        let before = row.changed_at;
        (row.name, row.enabled, row.changed_at) = ("Other".into(), false, later(5));
        row.domains = BTreeSet::new();
        assert_eq!(commit!(store, |tx, row, before| sso_provider::update(tx, row, *before).await), Ok(true));
        let late = commit!(store, |tx, row, before| sso_provider::update(tx, row, *before).await);
        assert_eq!(late, Ok(false), "somebody else was faster");
        let id = row.id;
        let noted = commit!(store, |tx, id| sso_provider::note_check(tx, *id, later(6), Some("down")).await);
        assert_eq!(noted, Ok(true));
        (row.checked_at, row.check_error) = (Some(later(6)), Some("down".into()));
        let replaced = commit!(store, |tx, id| {
            sso_provider::set_secret(tx, &ring(1), &DICE, *id, "another", later(7)).await
        });
        assert_eq!(replaced, Ok(true));
        row.changed_at = later(7);
        let mut db = store.reader().await.unwrap();
        assert_eq!(sso_provider::list(&mut db, organisation).await.unwrap(), [row.clone()]);
        assert!(!sso_provider::enabled(&mut db).await.unwrap().contains(&row));
        assert!(sso_provider::all(&mut db).await.unwrap().contains(&row));
        assert_eq!(sso_provider::secret(&mut db, &ring(1), id).await.unwrap().unwrap().as_str(), "another");
        drop(db);
        let other = elsewhere.organisation_id;
        assert_eq!(commit!(store, |tx, id, other| sso_provider::delete(tx, *id, *other).await), Ok(false));
        assert_eq!(commit!(store, |tx, id, organisation| sso_provider::delete(tx, *id, *organisation).await), Ok(true));
        let mut db = store.reader().await.unwrap();
        assert_eq!(sso_provider::by_id(&mut db, id).await.unwrap(), None);
    }

    async fn all_7_a_sealed_secret_is_bound_to_its_row_and_sealed_anew(home) {
        let store = &home.store;
        let organisation = rows::organisation(store).await.id;
        let (one, other) = (provider(store, organisation).await, provider(store, organisation).await);
        let hash = begin(store, 1, &attempt_row(&one)).await;
        for (done, visits) in [(1, 1), (1, 0), (0, 0)] {
            let resealed = commit!(store, |tx| sso_provider::reseal_batch(tx, &ring(2), &DICE, 1).await);
            let again = commit!(store, |tx| sso_attempt::reseal_batch(tx, &ring(2), &DICE, 1).await);
            assert_eq!((resealed, again), (Ok(done), Ok(visits)));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(sso_provider::key_counts(&mut db).await.unwrap(), [(KeyId(2), 2)]);
        assert_eq!(sso_attempt::key_counts(&mut db).await.unwrap(), [(KeyId(2), 1)]);
        assert_eq!(sso_provider::secret(&mut db, &ring(2), one.id).await.unwrap().unwrap().as_str(), "a client secret");
        let (_, verifier) = sso_attempt::by_token_hash(&mut db, &ring(2), &hash).await.unwrap().unwrap();
        assert_eq!(verifier.as_str(), "a verifier");
        drop(db);
        let (from, to) = (one.id, other.id);
        let sql = "UPDATE sso_provider SET client_secret = \
            (SELECT o.client_secret FROM sso_provider o WHERE o.id = ?1) WHERE id = ?2";
        commit!(store, |tx, sql, from, to| execute(tx, sql, &[Value::from(from), Value::from(to)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let moved = sso_provider::secret(&mut db, &ring(2), other.id).await;
        assert_eq!(moved.map(|secret| secret.is_some()), Err(StoreError::Corrupt("sso_provider.client_secret")));
    }

    async fn an_identity_is_provider_and_subject_and_opens_one_account(home) {
        let store = &home.store;
        let (ada, eve) = (rows::account(store).await, rows::account(store).await);
        let one = provider(store, ada.organisation_id).await;
        let other = provider(store, ada.organisation_id).await;
        let link = async |row: SsoIdentityRow| {
            commit!(store, |tx, row| sso_identity::create(tx, row).await).unwrap()
        };
        assert!(link(identity(&one, "u-1", ada.id)).await);
        assert!(!link(identity(&one, "u-1", eve.id)).await, "it is ada's");
        assert!(!link(identity(&one, "u-2", ada.id)).await, "ada has one of this provider");
        assert!(link(identity(&other, "u-1", eve.id)).await, "the same subject elsewhere is somebody else");
        let id = one.id;
        for (subject, used) in [("u-1", true), ("U-1", false)] {
            let touched = commit!(store, |tx, id, subject| {
                sso_identity::touch(tx, *id, subject, later(9), Some("new@example.org")).await
            });
            assert_eq!(touched, Ok(used));
        }
        let mut db = store.reader().await.unwrap();
        let found = sso_identity::by_subject(&mut db, id, "u-1").await.unwrap().unwrap();
        assert_eq!((found.account_id, found.last_used_at), (ada.id, Some(later(9))));
        assert_eq!(found.email.as_deref(), Some("new@example.org"));
        assert_eq!(sso_identity::by_subject(&mut db, id, "u-9").await.unwrap(), None);
        let of = sso_identity::of_account(&mut db, ada.id).await.unwrap();
        assert_eq!((of.len(), &of[0].slug, of[0].enabled), (1, &one.slug, true));
        let counts = sso_identity::counts(&mut db, ada.organisation_id).await.unwrap();
        assert!(counts.contains(&(one.id, 1)), "{counts:?}");
        assert_eq!(sso_identity::only_way(&mut db, id).await.unwrap(), 0, "ada has a password");
        drop(db);
        let account = ada.id;
        let sql = "UPDATE account SET password_hash = NULL, pepper_key = NULL WHERE id = ?1";
        commit!(store, |tx, sql, account| execute(tx, sql, &[Value::from(account)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(sso_identity::only_way(&mut db, id).await.unwrap(), 1);
        drop(db);
        for gone in [true, false] {
            let deleted = commit!(store, |tx, id, account| sso_identity::delete(tx, *id, *account).await);
            assert_eq!(deleted, Ok(gone));
        }
    }

    async fn all_1_a_visit_is_spent_once(home) {
        let store = &home.store;
        let provider = provider(store, rows::organisation(store).await.id).await;
        let row = attempt_row(&provider);
        let hash = begin(store, 1, &row).await;
        let mut db = store.reader().await.unwrap();
        let (found, verifier) = sso_attempt::by_token_hash(&mut db, &ring(1), &hash).await.unwrap().unwrap();
        assert_eq!((found, verifier.as_str()), (row.clone(), "a verifier"));
        assert!(sso_attempt::by_token_hash(&mut db, &ring(1), &rows::hash()).await.unwrap().is_none());
        drop(db);
        let answers = at_once(|_| {
            let (store, id) = (store.clone(), row.id);
            async move { commit!(store, |tx, id| sso_attempt::spend(tx, *id, later(1)).await).unwrap() }
        })
        .await;
        assert_eq!(wins(&answers), 1);
        let late = attempt_row(&provider);
        begin(store, 1, &late).await;
        let id = late.id;
        assert_eq!(commit!(store, |tx, id| sso_attempt::spend(tx, *id, later(600)).await), Ok(false));
    }
}
