//! `account`

use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::keys::KeyId;
use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_store::account::{self, AccountFilter, AccountRow, AccountState};
use countersign_store::contract::{Value, execute};
use countersign_store::{Store, StoreError};

use crate::rows::{self, NOW, commit, later, password};

async fn read(store: &Store, id: AccountId) -> AccountRow {
    let mut db = store.reader().await.unwrap();
    account::by_id(&mut db, id).await.unwrap().unwrap()
}

on_both! {
    async fn an_account_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let full = rows::account(store).await;
        let mut bare = rows::account_row(full.organisation_id, "bare@example.org");
        bare.language = None;
        bare.email_verified_at = None;
        bare.password = None;
        bare.state = AccountState::Disabled;
        bare.role = Role::Administrator;
        let mut marked = rows::account_row(full.organisation_id, "marked@example.org");
        (marked.email_codes_at, marked.last_method) = (Some(later(1)), Some(Method::Email));
        (marked.mail_reset_at, marked.changes_locked_at) = (Some(later(2)), Some(later(3)));
        marked.previous_email = Some(EmailAddress::parse("before@example.org").unwrap());
        marked.previous_email_until = Some(later(4));
        for row in [&bare, &marked] {
            assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
        }
        let mut db = store.reader().await.unwrap();
        for row in [full, bare, marked] {
            assert_eq!(account::by_id(&mut db, row.id).await.unwrap(), Some(row.clone()));
            assert_eq!(account::by_email_key(&mut db, &row.email.key()).await.unwrap(), Some(row));
        }
        assert_eq!(account::by_email_key(&mut db, "nobody@example.org").await.unwrap(), None);
        assert_eq!(account::by_id(&mut db, AccountId::new(NOW, &rows::DICE)).await.unwrap(), None);
    }

    async fn a_taken_address_writes_nothing_and_leaves_the_transaction_alive(home) {
        let store = &home.store;
        let first = rows::account(store).await;
        let again = rows::account_row(first.organisation_id, &first.email.as_str().to_uppercase());
        let other = rows::account_row(first.organisation_id, "other@example.org");
        let made = commit!(store, |tx, again, other| {
            Ok([account::create(tx, again).await?, account::create(tx, other).await?])
        });
        assert_eq!(made.unwrap(), [false, true]);
        let mut db = store.reader().await.unwrap();
        assert_eq!(account::count(&mut db).await.unwrap(), 2);
    }

    async fn half_a_password_is_an_error_and_not_an_account_without_one(home) {
        let store = &home.store;
        let row = rows::account(store).await;
        let id = row.id;
        let sql = "UPDATE account SET pepper_key = NULL WHERE id = ?1";
        commit!(store, |tx, id, sql| execute(tx, sql, &[Value::from(id)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let found = account::by_id(&mut db, id).await;
        assert_eq!(found, Err(StoreError::Corrupt("account.password_hash")));
    }

    async fn a_list_is_searched_and_paged(home) {
        let store = &home.store;
        let organisation = rows::organisation(store).await.id;
        let other = rows::organisation(store).await.id;
        for (organisation, email, name) in [
            (organisation, "anna@example.org", "Anna Ärmel"),
            (organisation, "bob@example.org", "Bob 100%"),
            (other, "carl@example.org", "Carl"),
            (organisation, "dora@example.org", "Anna’s sister"),
        ] {
            let mut row = rows::account_row(organisation, email);
            row.display_name = name.into();
            assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
        }
        let mut db = store.reader().await.unwrap();
        let mut found = async |organisation, search: &str, after: &str, most| {
            let (search, after) = (Some(search.to_owned()), Some(after.to_owned()));
            let filter = AccountFilter { organisation, search, after };
            let rows = account::list(&mut db, &filter, most).await.unwrap();
            rows.iter().map(|row| row.email.local().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found(None, "", "", 9).await, ["anna", "bob", "carl", "dora"]);
        assert_eq!(found(None, "", "", 2).await, ["anna", "bob"]);
        assert_eq!(found(None, "", "bob@example.org", 9).await, ["carl", "dora"]);
        assert_eq!(found(Some(organisation), "", "anna@example.org", 9).await, ["bob", "dora"]);
        assert_eq!(found(None, "ANNA", "", 9).await, ["anna", "dora"]);
        assert_eq!(found(Some(other), "anna", "", 9).await, [""; 0]);
        assert_eq!(found(None, "0%", "", 9).await, ["bob"]);
        assert_eq!(found(None, "a%a", "", 9).await, [""; 0]);
        assert_eq!(found(None, "_", "", 9).await, [""; 0]);
        assert_eq!(found(None, "\\", "", 9).await, [""; 0]);
    }

    async fn a_new_password_raises_its_version(home) {
        let store = &home.store;
        let (id, new) = (rows::account(store).await.id, password("second"));
        let version = commit!(store, |tx, id, new| account::set_password(tx, *id, new).await).unwrap();
        assert_eq!(version, Some(2));
        let row = read(store, id).await;
        assert_eq!((row.password, row.password_version, row.factor_version), (Some(new), 2, 1));
        let nobody = AccountId::new(NOW, &rows::DICE);
        let version =
            commit!(store, |tx, nobody| account::set_password(tx, *nobody, &password("third")).await).unwrap();
        assert_eq!(version, None);
    }

    async fn a_rehash_never_undoes_a_change_of_password(home) {
        let store = &home.store;
        let id = rows::account(store).await.id;
        let same = password("first again");
        assert!(commit!(store, |tx, id, same| account::rehash(tx, *id, 1, same).await).unwrap());
        let row = read(store, id).await;
        assert_eq!((row.password, row.password_version), (Some(same.clone()), 1));
        let new = password("second");
        commit!(store, |tx, id, new| account::set_password(tx, *id, new).await).unwrap();
        assert!(!commit!(store, |tx, id, same| account::rehash(tx, *id, 1, same).await).unwrap());
        assert_eq!(read(store, id).await.password, Some(new));
    }

    async fn the_factor_version_is_raised_one_at_a_time(home) {
        let store = &home.store;
        let id = rows::account(store).await.id;
        for version in [2, 3] {
            let raised = commit!(store, |tx, id| account::bump_factor_version(tx, *id).await);
            assert_eq!(raised, Ok(Some(version)));
        }
        let nobody = AccountId::new(NOW, &rows::DICE);
        assert_eq!(commit!(store, |tx, nobody| account::bump_factor_version(tx, *nobody).await), Ok(None));
    }

    async fn profile_state_role_and_marks_change_alone(home) {
        let store = &home.store;
        let mut row = rows::account(store).await;
        let id = row.id;
        assert!(commit!(store, |tx, id| account::set_profile(tx, *id, "Grace", None).await).unwrap());
        (row.display_name, row.language) = ("Grace".into(), None);
        for changed in [true, false] {
            let state = AccountState::Disabled;
            assert_eq!(commit!(store, |tx, id, state| account::set_state(tx, *id, *state).await), Ok(changed));
            assert_eq!(commit!(store, |tx, id| account::set_role(tx, *id, Role::Support).await), Ok(changed));
        }
        (row.state, row.role) = (AccountState::Disabled, Role::Support);
        assert_eq!(commit!(store, |tx, id| account::set_email_verified(tx, *id, NOW).await), Ok(false));
        for (second, method) in [(4, Some(Method::Email)), (5, None)] {
            let data = (id, later(second), method);
            commit!(store, |tx, data| account::touch_sign_in(tx, data.0, data.1, data.2).await).unwrap();
        }
        (row.last_sign_in_at, row.last_method) = (Some(later(5)), Some(Method::Email));
        assert_eq!(read(store, id).await, row);
    }

    async fn what_mail_may_do_is_noted_alone(home) {
        let store = &home.store;
        let mut row = rows::account(store).await;
        let id = row.id;
        for at in [Some(later(1)), None, Some(later(2))] {
            let done = commit!(store, |tx, id, at| {
                Ok([account::set_email_codes(tx, *id, *at).await?, account::set_mail_reset(tx, *id, *at).await?])
            });
            assert_eq!(done, Ok([true, true]));
            (row.email_codes_at, row.mail_reset_at) = (at, at);
            assert_eq!(read(store, id).await, row);
        }
        for locked in [true, false] {
            assert_eq!(commit!(store, |tx, id| account::lock_changes(tx, *id, later(3)).await), Ok(locked));
        }
        row.changes_locked_at = Some(later(3));
        assert_eq!(read(store, id).await, row);
        for opened in [true, false] {
            assert_eq!(commit!(store, |tx, id| account::unlock_changes(tx, *id).await), Ok(opened));
        }
        assert_eq!(read(store, id).await.changes_locked_at, None);
        let nobody = AccountId::new(NOW, &rows::DICE);
        let done = commit!(store, |tx, nobody| {
            Ok([account::set_email_codes(tx, *nobody, None).await?, account::set_mail_reset(tx, *nobody, None).await?])
        });
        assert_eq!(done, Ok([false, false]));
    }

    async fn an_address_is_changed_and_the_one_before_stays_reserved(home) {
        let store = &home.store;
        let row = rows::account(store).await;
        let id = row.id;
        let (old, new) = (row.email.clone(), EmailAddress::parse("New@example.org").unwrap());
        let taken = async |email: &EmailAddress, now| {
            let mut db = store.reader().await.unwrap();
            account::is_taken(&mut db, &email.key(), later(now)).await.unwrap()
        };
        assert!(taken(&old, 0).await && !taken(&new, 0).await);
        let changed = commit!(store, |tx, id, new, old| {
            account::set_email(tx, *id, new, later(5), Some((old, later(60)))).await
        });
        assert_eq!(changed, Ok(true));
        let changed = AccountRow {
            email: new.clone(),
            email_verified_at: Some(later(5)),
            previous_email: Some(old.clone()),
            previous_email_until: Some(later(60)),
            ..row.clone()
        };
        assert_eq!(read(store, id).await, changed);
        assert!(taken(&new, 0).await && taken(&old, 59).await && !taken(&old, 60).await);
        let mut db = store.reader().await.unwrap();
        assert_eq!(account::by_email_key(&mut db, &old.key()).await.unwrap(), None);
        assert!(account::by_email_key(&mut db, &new.key()).await.unwrap().is_some());
        drop(db);
        let restored = commit!(store, |tx, id, old| account::restore_email(tx, *id, old, later(9)).await);
        assert_eq!(restored, Ok(true));
        assert_eq!(read(store, id).await, AccountRow { email_verified_at: Some(later(9)), ..row.clone() });
        assert!(!taken(&new, 0).await);
        commit!(store, |tx, id, new| account::set_email(tx, *id, new, NOW, None).await).unwrap();
        assert!(!taken(&old, 0).await, "nothing was reserved");
        let nobody = AccountId::new(NOW, &rows::DICE);
        let done = commit!(store, |tx, nobody, old| {
            let set = account::set_email(tx, *nobody, old, NOW, None).await?;
            Ok([set, account::restore_email(tx, *nobody, old, NOW).await?])
        });
        assert_eq!(done, Ok([false, false]));
    }

    async fn of_two_changes_in_a_row_the_first_can_still_be_undone(home) {
        let store = &home.store;
        let row = rows::account(store).await;
        let (id, mut before) = (row.id, row.email.clone());
        for next in ["second@example.org", "third@example.org"] {
            let next = EmailAddress::parse(next).unwrap();
            commit!(store, |tx, id, next, before| {
                account::set_email(tx, *id, next, NOW, Some((before, later(60)))).await
            })
            .unwrap();
            before = next;
        }
        let first = row.email.clone();
        assert!(commit!(store, |tx, id, first| account::restore_email(tx, *id, first, NOW).await).unwrap());
        assert_eq!(read(store, id).await, row);
    }

    async fn an_address_of_another_account_is_never_taken_over(home) {
        let store = &home.store;
        let first = rows::account(store).await;
        let second = rows::account(store).await;
        let unique = || Err(StoreError::Unique("account.email_key".into()));
        let (id, email) = (second.id, EmailAddress::parse(&first.email.as_str().to_uppercase()).unwrap());
        let done = commit!(store, |tx, id, email| account::set_email(tx, *id, email, NOW, None).await);
        assert_eq!(done, unique());
        let done = commit!(store, |tx, id, email| account::restore_email(tx, *id, email, NOW).await);
        assert_eq!(done, unique());
        assert_eq!(read(store, id).await, second);
    }

    async fn an_address_is_verified_once(home) {
        let store = &home.store;
        let mut row = rows::account_row(rows::organisation(store).await.id, "new@example.org");
        row.email_verified_at = None;
        commit!(store, |tx, row| account::create(tx, row).await).unwrap();
        let id = row.id;
        assert_eq!(commit!(store, |tx, id| account::set_email_verified(tx, *id, later(1)).await), Ok(true));
        assert_eq!(commit!(store, |tx, id| account::set_email_verified(tx, *id, later(2)).await), Ok(false));
        assert_eq!(read(store, id).await.email_verified_at, Some(later(1)));
    }

    async fn accounts_are_counted_by_role_and_by_pepper_key(home) {
        let store = &home.store;
        let first = rows::account(store).await;
        let mut second = rows::account_row(first.organisation_id, "second@example.org");
        second.role = Role::Administrator;
        second.password = Some(countersign_core::password::PasswordHash { pepper_key: KeyId(2), ..password("x") });
        let mut third = rows::account_row(first.organisation_id, "third@example.org");
        (third.role, third.state, third.password) = (Role::Administrator, AccountState::Disabled, None);
        for row in [second, third] {
            commit!(store, |tx, row| account::create(tx, row).await).unwrap();
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(account::count(&mut db).await.unwrap(), 3);
        assert_eq!(account::count_role(&mut db, Role::Administrator).await.unwrap(), 1);
        assert_eq!(account::count_role(&mut db, Role::Support).await.unwrap(), 0);
        assert_eq!(account::count_by_pepper_key(&mut db).await.unwrap(), [(KeyId(1), 1), (KeyId(2), 1)]);
    }

    async fn the_set_up_is_put_off_and_reminded_of_once_a_stage(home) {
        let store = &home.store;
        let (first, second) = (rows::account(store).await, rows::account(store).await);
        let (organisation, id) = (first.organisation_id, first.id);
        let mut others = Vec::new();
        for (mail, role, state) in [
            ("agent@example.org", Role::Support, AccountState::Active),
            ("closed@example.org", Role::Member, AccountState::Disabled),
            ("member@example.org", Role::Member, AccountState::Active),
        ] {
            let mut row = rows::account_row(organisation, mail);
            (row.role, row.state) = (role, state);
            others.push(row.id);
            commit!(store, |tx, row| account::create(tx, row).await).unwrap();
        }
        let due = async |after, stage, most| {
            let mut db = store.reader().await.unwrap();
            account::to_remind(&mut db, organisation, after, stage, most).await.unwrap()
        };
        assert_ne!(second.organisation_id, organisation);
        assert_eq!(due(None, later(5), 10).await, [id, others[2]]);
        assert_eq!(due(None, later(5), 1).await, [id]);
        assert_eq!(due(Some(id), later(5), 10).await, [others[2]]);
        for (at, stage, told) in [(5, 5, true), (6, 5, false), (7, 7, true)] {
            let (at, stage) = (later(at), later(stage));
            let done = commit!(store, |tx, id, at, stage| account::reminded(tx, *id, *at, *stage).await);
            assert_eq!(done, Ok(told));
        }
        assert_eq!(due(None, later(7), 10).await, [others[2]]);
        let closed = others[1];
        assert_eq!(commit!(store, |tx, closed| account::reminded(tx, *closed, NOW, NOW).await), Ok(false));
        assert_eq!(commit!(store, |tx, id| account::put_off(tx, *id, later(9)).await), Ok(true));
        let row = read(store, id).await;
        assert_eq!((row.not_now_at, row.enrolment_reminded_at), (Some(later(9)), Some(later(7))));
    }
}
