//! `audit` and its seals

use countersign_core::audit::{Actor, AuditRow, Event, seal_digest};
use countersign_core::id::AuditId;
use countersign_core::time::Timestamp;
use countersign_store::audit::{self, AuditFilter, AuditScope, SealRow};
use countersign_store::contract::{Value, execute};
use countersign_store::{Store, StoreError};

use crate::rows::{self, NOW, audit_row, commit, later};

async fn list(store: &Store, filter: &AuditFilter, most: u32) -> Vec<AuditRow> {
    let mut db = store.reader().await.unwrap();
    audit::list(&mut db, filter, most).await.unwrap()
}

async fn unsealed(store: &Store, horizon: Timestamp, most: u32) -> Vec<AuditRow> {
    let mut db = store.reader().await.unwrap();
    audit::unsealed(&mut db, horizon, most).await.unwrap()
}

/// So many rows of one account, one a second, oldest first.
async fn some(store: &Store, most: i64) -> Vec<AuditRow> {
    let account = rows::account(store).await;
    let rows: Vec<_> =
        (0..most).map(|second| audit_row(&account, later(second), Event::SignInSucceeded)).collect();
    commit!(store, |tx, rows| audit::append_all(tx, rows).await).unwrap();
    rows
}

const DAY: i64 = 24 * 3600;

async fn seal(
    store: &Store,
    number: u64,
    previous: [u8; 32],
    rows: &[AuditRow],
) -> Result<SealRow, StoreError> {
    let sealed_at = later(100 * i64::try_from(number).unwrap());
    let digest = seal_digest(previous, number, sealed_at, rows);
    let count = u64::try_from(rows.len()).unwrap();
    let row = SealRow { number, rows: count, previous, digest, sealed_at, purged_at: None };
    let ids: Vec<AuditId> = rows.iter().map(|row| row.id).collect();
    commit!(store, |tx, row, ids| audit::seal(tx, row, ids).await)?;
    Ok(row)
}

on_both! {
    async fn a_row_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let full = audit_row(&account, later(1), Event::AuthenticatorAdded);
        let mut bare = audit_row(&account, NOW, Event::SignInFirstStepFailed);
        (bare.organisation, bare.account, bare.actor) = (None, None, Actor::Stranger);
        bare.detail.clear();
        (bare.address, bare.device, bare.request_id) = (None, None, None);
        for row in [&full, &bare] {
            commit!(store, |tx, row| audit::append(tx, row).await).unwrap();
        }
        assert_eq!(list(store, &AuditFilter::default(), 9).await, [full, bare]);
    }

    async fn every_event_and_actor_comes_back(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let actors = [Actor::Account(account.id), Actor::CommandLine, Actor::System, Actor::Stranger];
        let mut written = Vec::new();
        for (second, event) in (0..).zip(Event::ALL) {
            let mut row = audit_row(&account, later(second), *event);
            row.actor = actors[written.len() % actors.len()];
            written.push(row);
        }
        commit!(store, |tx, written| audit::append_all(tx, written).await).unwrap();
        written.reverse();
        assert_eq!(list(store, &AuditFilter::default(), 999).await, written);
    }

    async fn a_list_is_narrowed_by_scope_event_and_time(home) {
        let store = &home.store;
        let ours = rows::account(store).await;
        let theirs = rows::account(store).await;
        let first = audit_row(&ours, later(1), Event::SignInSucceeded);
        let second = audit_row(&ours, later(2), Event::SignOut);
        let third = audit_row(&theirs, later(3), Event::SignInSucceeded);
        let rows = vec![first.clone(), second.clone(), third.clone()];
        commit!(store, |tx, rows| audit::append_all(tx, rows).await).unwrap();
        let all = AuditFilter::default;
        for (filter, wanted) in [
            (all(), vec![&third, &second, &first]),
            (AuditFilter { scope: AuditScope::Account(ours.id), ..all() }, vec![&second, &first]),
            (AuditFilter { scope: AuditScope::Organisation(theirs.organisation_id), ..all() }, vec![&third]),
            (AuditFilter { event: Some(Event::SignInSucceeded), ..all() }, vec![&third, &first]),
            (AuditFilter { from: Some(later(2)), ..all() }, vec![&third, &second]),
            (AuditFilter { to: Some(later(2)), ..all() }, vec![&first]),
            (
                AuditFilter { scope: AuditScope::Account(ours.id), event: Some(Event::SignOut), ..all() },
                vec![&second],
            ),
        ] {
            assert_eq!(list(store, &filter, 9).await.iter().collect::<Vec<_>>(), wanted, "{filter:?}");
        }
    }

    async fn pages_neither_miss_nor_repeat_rows_of_one_millisecond(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut rows: Vec<_> = (0..7).map(|_| audit_row(&account, NOW, Event::SignOut)).collect();
        commit!(store, |tx, rows| audit::append_all(tx, rows).await).unwrap();
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        for scope in [
            AuditScope::Everything,
            AuditScope::Account(account.id),
            AuditScope::Organisation(account.organisation_id),
        ] {
            let mut found = Vec::new();
            let mut filter = AuditFilter { scope, ..AuditFilter::default() };
            for _ in 0..=rows.len() {
                let page = list(store, &filter, 3).await;
                let Some(last) = page.last() else { break };
                filter.before = Some((last.at, last.id));
                found.extend(page);
            }
            assert_eq!(found, rows);
        }
    }

    async fn a_row_that_makes_no_sense_is_an_error(home) {
        let store = &home.store;
        let id = AuditId::new(NOW, &rows::DICE);
        let sql = "INSERT INTO audit (id, at, actor, event, detail) VALUES (?1, 1, 'system', 'nonsense', '{}')";
        commit!(store, |tx, id, sql| execute(tx, sql, &[Value::from(id)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let found = audit::list(&mut db, &AuditFilter::default(), 9).await;
        assert_eq!(found, Err(StoreError::Corrupt("audit.event")));
    }

    async fn unsealed_rows_are_those_after_the_horizon_in_no_seal(home) {
        let store = &home.store;
        let rows = some(store, 5).await;
        assert_eq!(unsealed(store, later(-1), 9).await, rows);
        assert_eq!(unsealed(store, later(-1), 2).await, rows[..2]);
        assert_eq!(unsealed(store, later(2), 9).await, rows[3..]);
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::count_unsealed(&mut db, later(3)).await, Ok(3));
        drop(db);
        seal(store, 1, [0; 32], &rows[1..3]).await.unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::count_unsealed(&mut db, later(3)).await, Ok(1));
        assert_eq!(audit::newest_in(&mut db, 1).await, Ok(Some(later(2))));
        assert_eq!(audit::newest_in(&mut db, 2).await, Ok(None));
        drop(db);
        assert_eq!(unsealed(store, later(-1), 2).await, [rows[0].clone(), rows[3].clone()]);
    }

    async fn seals_form_a_chain_that_can_be_checked(home) {
        let store = &home.store;
        let rows = some(store, 5).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::last_seal(&mut db).await.unwrap(), None);
        drop(db);
        // Not in the order of time: a seal keeps its own.
        let swapped = [rows[1].clone(), rows[0].clone()];
        let first = seal(store, 1, [0; 32], &swapped).await.unwrap();
        let second = seal(store, 2, first.digest, &rows[2..]).await.unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::last_seal(&mut db).await.unwrap(), Some(second.clone()));
        assert_eq!(audit::seals(&mut db, 0, 9).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(audit::seals(&mut db, 0, 1).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(audit::seals(&mut db, 1, 9).await.unwrap(), std::slice::from_ref(&second));
        let mut previous = [0; 32];
        for seal in audit::seals(&mut db, 0, 9).await.unwrap() {
            let rows = audit::rows_of(&mut db, seal.number).await.unwrap();
            assert_eq!(seal.digest, seal_digest(previous, seal.number, seal.sealed_at, &rows));
            assert_eq!(seal.previous, previous);
            previous = seal.digest;
        }
        assert_eq!(audit::rows_of(&mut db, 1).await.unwrap(), swapped);
    }

    async fn the_last_row_under_the_newest_seal_tells_how_far_sealing_came(home) {
        let store = &home.store;
        let rows = some(store, 5).await;
        let up_to = async || audit::sealed_up_to(&mut store.reader().await.unwrap()).await.unwrap();
        assert_eq!(up_to().await, None);
        let first = seal(store, 1, [0; 32], &rows[..2]).await.unwrap();
        assert_eq!(up_to().await, Some(rows[1].at));
        seal(store, 2, first.digest, &rows[2..4]).await.unwrap();
        assert_eq!(up_to().await, Some(rows[3].at));
        for number in [1, 2] {
            commit!(store, |tx, number| audit::purge(tx, *number, later(2 * 86_400)).await).unwrap();
        }
        assert_eq!(up_to().await, None);
    }

    async fn of_two_replicas_that_seal_one_wins_and_the_other_leaves_nothing(home) {
        let store = &home.store;
        let rows = some(store, 4).await;
        seal(store, 1, [0; 32], &rows[..2]).await.unwrap();
        let taken = seal(store, 1, [0; 32], &rows[2..]).await;
        assert_eq!(taken, Err(StoreError::Unique("audit_seal.number".into())));
        let taken = seal(store, 2, [1; 32], &rows[1..]).await;
        assert_eq!(taken, Err(StoreError::Unique("audit_seal_entry.audit_id".into())));
        assert_eq!(unsealed(store, later(-1), 9).await, rows[2..]);
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::seals(&mut db, 0, 9).await.unwrap().len(), 1);
    }

    async fn a_purge_takes_the_rows_of_whole_seals_and_leaves_the_seals(home) {
        let store = &home.store;
        let rows = some(store, 5).await;
        let mut first = seal(store, 1, [0; 32], &rows[..2]).await.unwrap();
        let second = seal(store, 2, first.digest, &rows[2..4]).await.unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::purgeable(&mut db, later(100), 9).await.unwrap(), []);
        assert_eq!(audit::purgeable(&mut db, later(101), 9).await.unwrap(), [first.clone()]);
        assert_eq!(audit::purgeable(&mut db, later(999), 1).await.unwrap(), [first.clone()]);
        drop(db);
        for (number, seconds) in [(1, DAY + 99), (2, 9 * DAY), (3, 9 * DAY)] {
            let early = commit!(store, |tx, number, seconds| audit::purge(tx, *number, later(*seconds)).await);
            assert_eq!(early, Err(StoreError::Refused("append-only")), "{number}");
        }
        assert_eq!(commit!(store, |tx| audit::purge(tx, 1, later(DAY + 100)).await), Ok(2));
        let again = commit!(store, |tx| audit::purge(tx, 1, later(DAY + 101)).await);
        assert_eq!(again, Err(StoreError::Unique("audit_purge.number".into())));
        first.purged_at = Some(later(DAY + 100));
        let mut db = store.reader().await.unwrap();
        assert_eq!(audit::seals(&mut db, 0, 9).await.unwrap(), [first, second.clone()]);
        assert_eq!(audit::rows_of(&mut db, 1).await.unwrap(), []);
        assert_eq!(audit::rows_of(&mut db, 2).await.unwrap(), rows[2..4]);
        assert_eq!(audit::purgeable(&mut db, later(999), 9).await.unwrap(), [second]);
        drop(db);
        let mut left = list(store, &AuditFilter::default(), 9).await;
        left.reverse();
        assert_eq!(left, rows[2..]);
    }

    async fn nobody_changes_or_deletes_a_row_another_way(home) {
        let store = &home.store;
        let rows = some(store, 3).await;
        seal(store, 1, [0; 32], &rows[..2]).await.unwrap();
        for sql in [
            "UPDATE audit SET detail = '{}'",
            "DELETE FROM audit",
            "DELETE FROM audit_seal_entry",
            "UPDATE audit_seal SET rows = 1",
            "DELETE FROM audit_seal",
        ] {
            let refused = commit!(store, |tx, sql| execute(tx, sql, &[]).await);
            assert_eq!(refused, Err(StoreError::Refused("append-only")), "{sql}");
        }
        assert_eq!(list(store, &AuditFilter::default(), 9).await.len(), 3);
    }
}
