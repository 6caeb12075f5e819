//! Looking through one organisation's part of the audit log

use countersign_core::audit::{Actor, Event};
use countersign_store::audit::{self, AuditSearch, By};

use crate::rows::{self, NOW, audit_row, commit, later};

on_both! {
    async fn rows_are_found_by_every_filter_within_one_organisation(home) {
        let store = &home.store;
        let (ours, theirs) = (rows::account(store).await, rows::account(store).await);
        let mut first = audit_row(&ours, later(1), Event::SignInSucceeded);
        let mut second = audit_row(&ours, later(2), Event::AccountDisabled);
        second.actor = Actor::Account(theirs.id);
        let mut third = audit_row(&ours, later(3), Event::PolicyChanged);
        (third.actor, third.account) = (Actor::CommandLine, None);
        first.detail.clear();
        let foreign = audit_row(&theirs, later(2), Event::SignInSucceeded);
        let rows = vec![first.clone(), second.clone(), third.clone(), foreign];
        commit!(store, |tx, rows| audit::append_all(tx, rows).await).unwrap();
        let all = AuditSearch::default;
        for (wanted, found) in [
            (all(), vec![&third, &second, &first]),
            (AuditSearch { event: Some(Event::PolicyChanged), ..all() }, vec![&third]),
            (AuditSearch { by: Some(By::Account(theirs.id)), ..all() }, vec![&second]),
            (AuditSearch { by: Some(By::Kind("command-line")), ..all() }, vec![&third]),
            (AuditSearch { by: Some(By::Kind("account")), ..all() }, vec![&second, &first]),
            (AuditSearch { account: Some(ours.id), ..all() }, vec![&second, &first]),
            (AuditSearch { account: Some(theirs.id), ..all() }, vec![]),
            (AuditSearch { from: Some(later(2)), ..all() }, vec![&third, &second]),
            (AuditSearch { to: Some(later(2)), ..all() }, vec![&first]),
            (AuditSearch { before: Some((later(2), second.id)), ..all() }, vec![&first]),
        ] {
            let mut db = store.reader().await.unwrap();
            let rows = audit::search(&mut db, ours.organisation_id, &wanted, 9).await.unwrap();
            assert_eq!(rows.iter().collect::<Vec<_>>(), found, "{wanted:?}");
        }
        let mut db = store.reader().await.unwrap();
        let one = audit::search(&mut db, ours.organisation_id, &all(), 1).await.unwrap();
        assert_eq!(one, [third]);
        assert!(first.at > NOW);
    }
}
