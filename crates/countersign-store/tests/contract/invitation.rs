//! Invitations of one organisation

use countersign_core::email::EmailAddress;
use countersign_core::link::LinkPurpose;
use countersign_core::role::Role;
use countersign_store::link::{self, LinkRow};

use crate::rows::{self, NOW, commit, later};

fn invitation(of: &countersign_store::account::AccountRow, email: &str, at: i64) -> LinkRow {
    let email = Some(EmailAddress::parse(email).unwrap());
    LinkRow {
        account_id: None,
        email,
        role: Some(Role::Member),
        invited_by: Some(of.id),
        created_at: later(at),
        expires_at: later(at + 1800),
        ..rows::link_row(of, LinkPurpose::Invitation)
    }
}

on_both! {
    async fn invitations_that_can_be_used_are_listed_within_their_organisation(home) {
        let store = &home.store;
        let (ours, theirs) = (rows::account(store).await, rows::account(store).await);
        let mut made = Vec::new();
        for (of, email, at) in [(&ours, "A@example.org", 0), (&ours, "b@example.org", 1), (&theirs, "c@example.org", 2)] {
            let (hash, row) = (rows::hash(), invitation(of, email, at));
            commit!(store, |tx, hash, row| link::create(tx, hash, row).await).unwrap();
            made.push(row);
        }
        let organisation = ours.organisation_id;
        let mut db = store.reader().await.unwrap();
        let all = link::pending_invitations(&mut db, organisation, NOW, None, 9).await.unwrap();
        assert_eq!(all, [made[1].clone(), made[0].clone()]);
        let first = link::pending_invitations(&mut db, organisation, NOW, None, 1).await.unwrap();
        let before = Some((first[0].created_at, first[0].id));
        let second = link::pending_invitations(&mut db, organisation, NOW, before, 1).await.unwrap();
        assert_eq!((&first[..], &second[..]), (&made[1..2], &made[..1]));
        let of = async |id, now| link::pending_invitation(&mut store.reader().await.unwrap(), organisation, id, now).await;
        assert_eq!(of(made[0].id, NOW).await, Ok(Some(made[0].clone())));
        assert_eq!(of(made[0].id, later(1800)).await, Ok(None));
        assert_eq!(of(made[2].id, NOW).await, Ok(None));
        let addresses = link::invited_addresses(&mut db, organisation, NOW).await.unwrap();
        let known: Vec<_> = addresses.into_iter().collect();
        assert_eq!(known, [("a@example.org".to_owned(), made[0].id), ("b@example.org".to_owned(), made[1].id)]);
        drop(db);
        let id = made[0].id;
        assert_eq!(commit!(store, |tx, id| link::spend(tx, *id, later(5)).await), Ok(true));
        let mut db = store.reader().await.unwrap();
        assert_eq!(link::count_invitations(&mut db, organisation, NOW).await, Ok(1));
    }

    async fn invitations_to_the_staff_are_voided_by_whoever_made_them(home) {
        let store = &home.store;
        let (one, other) = (rows::account(store).await, rows::account(store).await);
        for (of, email, role) in [
            (&one, "a@example.org", Role::Member),
            (&one, "b@example.org", Role::Support),
            (&one, "c@example.org", Role::Administrator),
            (&other, "d@example.org", Role::Support),
        ] {
            let (hash, row) = (rows::hash(), LinkRow { role: Some(role), ..invitation(of, email, 0) });
            commit!(store, |tx, hash, row| link::create(tx, hash, row).await).unwrap();
        }
        let id = one.id;
        let void = || async { commit!(store, |tx, id| link::void_invitations_to_staff(tx, *id, NOW).await) };
        assert_eq!((void().await, void().await), (Ok(2), Ok(0)));
        let mut db = store.reader().await.unwrap();
        assert_eq!(link::count_invitations(&mut db, one.organisation_id, NOW).await, Ok(1));
        assert_eq!(link::count_invitations(&mut db, other.organisation_id, NOW).await, Ok(1));
    }
}
