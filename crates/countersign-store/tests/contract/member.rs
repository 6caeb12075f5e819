//! Members of an organisation, and the figures that are taken of them

use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_store::account::{self, AccountRow, AccountState};
use countersign_store::adoption::{self, day_of};
use countersign_store::member::{self, MemberCounts, MemberFilter, Protection, cursor};
use countersign_store::{Store, audit, recovery_key, session};

use crate::rows::{self, NOW, account_row, audit_row, commit, later};

/// Five members of one organisation, by the letter their addresses begin with: a: nothing; b: an authenticator; c: codes
/// by e-mail, support; d: both and a saved recovery key, administrator; e: nothing, disabled.
async fn five(store: &Store) -> Vec<AccountRow> {
    let organisation = rows::organisation(store).await;
    let mut people = Vec::new();
    for (letter, role, state, mail) in [
        ('a', Role::Member, AccountState::Active, false),
        ('b', Role::Member, AccountState::Active, false),
        ('c', Role::Support, AccountState::Active, true),
        ('d', Role::Administrator, AccountState::Active, true),
        ('e', Role::Member, AccountState::Disabled, false),
    ] {
        let mut row = account_row(organisation.id, &format!("{letter}.{}@example.org", organisation.id));
        (row.role, row.state, row.email_codes_at) = (role, state, mail.then_some(NOW));
        row.display_name = format!("Person {}", letter.to_uppercase());
        row.last_sign_in_at = (letter != 'a').then(|| later(i64::from(u32::from(letter))));
        assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
        people.push(row);
    }
    for at in [1, 3] {
        rows::device(store, people[at].id, "Phone").await;
    }
    let key = rows::recovery_key_row(&people[3]);
    commit!(store, |tx, key| recovery_key::replace(tx, key).await).unwrap();
    people
}

async fn letters(store: &Store, people: &[AccountRow], filter: &MemberFilter) -> String {
    let mut db = store.reader().await.unwrap();
    let found = member::list(&mut db, people[0].organisation_id, filter, 9).await.unwrap();
    found.iter().map(|row| row.account.email.as_str().chars().next().unwrap()).collect()
}

on_both! {
    async fn members_are_found_by_every_filter_and_by_all_together(home) {
        let store = &home.store;
        let people = five(store).await;
        five(store).await;
        let all = MemberFilter::default;
        for (filter, wanted) in [
            (all(), "abcde"),
            (MemberFilter { search: Some("PERSON c".into()), ..all() }, "c"),
            (MemberFilter { search: Some("d.".into()), ..all() }, "d"),
            (MemberFilter { search: Some("%".into()), ..all() }, ""),
            (MemberFilter { role: Some(Role::Member), ..all() }, "abe"),
            (MemberFilter { state: Some(AccountState::Disabled), ..all() }, "e"),
            (MemberFilter { protection: Some(Protection::Any), ..all() }, "bcd"),
            (MemberFilter { protection: Some(Protection::None), ..all() }, "ae"),
            (MemberFilter { protection: Some(Protection::By(Method::Authenticator)), ..all() }, "bd"),
            (MemberFilter { protection: Some(Protection::By(Method::Email)), ..all() }, "cd"),
            (MemberFilter { protection: Some(Protection::By(Method::RecoveryKey)), ..all() }, ""),
            (MemberFilter { quiet_since: Some(later(99)), ..all() }, "ab"),
            (MemberFilter { role: Some(Role::Member), protection: Some(Protection::None),
                state: Some(AccountState::Active), ..all() }, "a"),
        ] {
            assert_eq!(letters(store, &people, &filter).await, wanted, "{filter:?}");
        }
    }

    async fn pages_of_members_neither_miss_nor_repeat_one(home) {
        let store = &home.store;
        let people = five(store).await;
        let (mut filter, mut found) = (MemberFilter::default(), Vec::new());
        for _ in 0..5 {
            let mut db = store.reader().await.unwrap();
            let page = member::list(&mut db, people[0].organisation_id, &filter, 2).await.unwrap();
            filter.after = page.last().map(cursor);
            found.extend(page.into_iter().map(|row| row.account));
            if filter.after.is_none() {
                break;
            }
        }
        assert_eq!(found, people);
    }

    async fn members_are_counted_within_their_organisation(home) {
        let store = &home.store;
        let people = five(store).await;
        rows::account(store).await;
        let mut db = store.reader().await.unwrap();
        let counts = member::counts(&mut db, people[0].organisation_id).await.unwrap();
        drop(db);
        let wanted = MemberCounts { all: 5, disabled: 1, support: 1, administrators: 1, unprotected: 1 };
        assert_eq!(counts, wanted);
        let organisation = people[0].organisation_id;
        let held = commit!(store, |tx, organisation| member::hold_administrators(tx, *organisation).await);
        assert_eq!(held, Ok(1));
    }

    async fn a_deleted_account_takes_everything_along_but_the_audit_log(home) {
        let store = &home.store;
        let people = five(store).await;
        let (ours, other) = (people[3].clone(), rows::account(store).await);
        let session = rows::session_row(&ours);
        let hash = rows::hash();
        commit!(store, |tx, hash, session| session::create(tx, hash, session).await).unwrap();
        rows::post(store, 1, rows::new_letter(&ours)).await;
        let row = audit_row(&ours, NOW, countersign_core::audit::Event::SignOut);
        commit!(store, |tx, row| audit::append(tx, row).await).unwrap();
        let (theirs, mine) = (other.organisation_id, ours.organisation_id);
        let id = ours.id;
        assert_eq!(commit!(store, |tx, id, theirs| member::delete(tx, *id, *theirs).await), Ok(false));
        assert_eq!(commit!(store, |tx, id, mine| member::delete(tx, *id, *mine).await), Ok(true));
        assert_eq!(commit!(store, |tx, id, mine| member::delete(tx, *id, *mine).await), Ok(false));
        let mut db = store.reader().await.unwrap();
        assert_eq!(account::by_id(&mut db, id).await, Ok(None));
        assert_eq!(session::list(&mut db, id, NOW).await, Ok(vec![]));
        let kept = audit::list(&mut db, &audit::AuditFilter::default(), 9).await.unwrap();
        assert_eq!(kept, [row]);
    }

    async fn the_figures_of_a_day_are_taken_again_and_stay_when_it_is_over(home) {
        let store = &home.store;
        let people = five(store).await;
        let (organisation, today) = (people[0].organisation_id, day_of(NOW));
        let figures = async || {
            let mut db = store.reader().await.unwrap();
            let days = adoption::list(&mut db, organisation, today).await.unwrap();
            let of = |word| days.iter().map(|day| day.of(word)).collect::<Vec<_>>();
            ["all", "none", "authenticator", "email", "recovery-key"].map(of)
        };
        assert!(figures().await.iter().all(Vec::is_empty));
        for _ in 0..2 {
            commit!(store, |tx, today| adoption::take(tx, *today).await).unwrap();
            assert_eq!(figures().await, [vec![4], vec![1], vec![2], vec![2], vec![0]]);
        }
        let (id, mine) = (people[0].id, organisation);
        commit!(store, |tx, id, mine| member::delete(tx, *id, *mine).await).unwrap();
        commit!(store, |tx, today| adoption::take(tx, *today).await).unwrap();
        assert_eq!(figures().await[..2], [vec![3], vec![0]]);
        let tomorrow = today + 1;
        commit!(store, |tx, tomorrow| adoption::take(tx, *tomorrow).await).unwrap();
        assert_eq!(figures().await[..2], [vec![3, 3], vec![0, 0]]);
        let mut db = store.reader().await.unwrap();
        assert_eq!(adoption::is_taken(&mut db, tomorrow).await, Ok(true));
        assert_eq!(adoption::is_taken(&mut db, tomorrow + 1).await, Ok(false));
    }
}
