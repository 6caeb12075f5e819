//! `authenticator`

use countersign_core::factor::totp::{Drift, Secret};
use countersign_core::id::{AccountId, AuthenticatorId, SessionId};
use countersign_core::keys::KeyId;
use countersign_core::name::DeviceName;
use countersign_store::authenticator::{self, AuthenticatorRow};
use countersign_store::contract::{Value, execute, query_opt};
use countersign_store::{Store, StoreError, account};

use crate::rows::{self, DICE, NOW, STEADY, at_once, commit, confirmation, later, ring, wins};

async fn read(store: &Store, id: AuthenticatorId) -> Option<AuthenticatorRow> {
    let mut db = store.reader().await.unwrap();
    authenticator::by_id(&mut db, id).await.unwrap()
}

fn name(text: &str) -> DeviceName {
    DeviceName::parse(text).unwrap()
}

/// The sealed key as the column holds it.
async fn column(store: &Store, id: AuthenticatorId) -> Vec<u8> {
    let mut db = store.reader().await.unwrap();
    let sql = "SELECT secret FROM authenticator WHERE id = ?1";
    query_opt(&mut db, sql, &[Value::from(id)]).await.unwrap().unwrap().blob("secret").unwrap()
}

async fn secrets(store: &Store, account: AccountId, key: u8) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut db = store.reader().await.unwrap();
    let devices = authenticator::devices(&mut db, &ring(key), account).await?;
    Ok(devices.iter().map(|device| device.secret.as_bytes().to_vec()).collect())
}

on_both! {
    async fn app_4_nothing_is_active_before_it_is_confirmed(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let session = SessionId::new(NOW, &DICE);
        let new = rows::new_authenticator(account, session);
        let (id, secret) = (new.id, new.secret.clone());
        rows::start_set_up(store, 1, new).await.unwrap();

        let mut db = store.reader().await.unwrap();
        assert_eq!(authenticator::confirmed(&mut db, account).await.unwrap(), []);
        assert_eq!(secrets(store, account, 1).await.unwrap(), [[0; 0]; 0]);
        let pending = authenticator::pending_for(&mut db, &ring(1), session, account, NOW).await.unwrap();
        let pending = pending.unwrap();
        assert_eq!(pending.secret.as_bytes(), secret.as_bytes());
        let row = AuthenticatorRow {
            id,
            account_id: account,
            name: None,
            key_id: KeyId(1),
            drift: STEADY,
            last_step: None,
            created_at: NOW,
            expires_at: Some(later(600)),
            session_id: Some(session),
            tries: 0,
            confirmed_at: None,
            last_used_at: None,
        };
        assert_eq!(pending.row, row);
        assert_eq!(read(store, id).await, Some(row.clone()));
        drop(db);

        let mut done = confirmation((id, account), "Philipp iPhone", 77);
        done.offset = -1;
        assert!(commit!(store, |tx, done| authenticator::confirm(tx, done, later(30)).await).unwrap());
        let row = AuthenticatorRow {
            name: Some("Philipp iPhone".into()),
            drift: Drift { offset: -1, ..STEADY },
            last_step: Some(77),
            expires_at: None,
            session_id: None,
            confirmed_at: Some(later(30)),
            ..row
        };
        let mut db = store.reader().await.unwrap();
        assert_eq!(authenticator::confirmed(&mut db, account).await.unwrap(), [row]);
        assert_eq!(secrets(store, account, 1).await.unwrap(), [secret.as_bytes()]);
    }

    async fn a_set_up_belongs_to_its_session_and_its_account_and_ends_in_time(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let other = rows::account(store).await.id;
        let session = SessionId::new(NOW, &DICE);
        let new = rows::new_authenticator(account, session);
        let id = new.id;
        rows::start_set_up(store, 1, new).await.unwrap();
        let mut db = store.reader().await.unwrap();
        for (session, account, now) in [
            (SessionId::new(NOW, &DICE), account, NOW),
            (session, other, NOW),
            (session, account, later(600)),
        ] {
            let found = authenticator::pending_for(&mut db, &ring(1), session, account, now).await.unwrap();
            assert!(found.is_none());
        }
        drop(db);
        for (account, now) in [(other, NOW), (account, later(600))] {
            let done = confirmation((id, account), "x", 1);
            let data = (done, now);
            assert!(!commit!(store, |tx, data| authenticator::confirm(tx, &data.0, data.1).await).unwrap());
        }
        assert_eq!(read(store, id).await.unwrap().confirmed_at, None);
    }

    async fn the_latest_set_up_is_shown_and_all_are_discarded(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let (kept, _) = rows::device(store, account, "kept").await;
        let session = SessionId::new(NOW, &DICE);
        let first = rows::new_authenticator(account, session);
        let mut second = rows::new_authenticator(account, session);
        second.created_at = later(1);
        let id = second.id;
        rows::start_set_up(store, 1, second).await.unwrap();
        rows::start_set_up(store, 1, first).await.unwrap();
        let mut db = store.reader().await.unwrap();
        let found = authenticator::pending_for(&mut db, &ring(1), session, account, NOW).await.unwrap();
        assert_eq!(found.unwrap().row.id, id);
        drop(db);
        assert_eq!(commit!(store, |tx, account| authenticator::discard_pending(tx, *account).await), Ok(2));
        assert_eq!(read(store, id).await, None);
        assert!(read(store, kept).await.is_some());
    }

    async fn app_5_devices_are_named_renamed_and_removed_alone(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let other = rows::account(store).await.id;
        let (phone, _) = rows::device(store, account, "Phone").await;
        let (tablet, kept) = rows::device(store, account, "Tablet").await;
        rows::device(store, other, "Phone").await;

        let renamed = commit!(store, |tx, tablet, account| {
            authenticator::rename(tx, *tablet, *account, &name("PHONE")).await
        });
        assert_eq!(renamed, Err(StoreError::Unique("authenticator.account_id,name_key".into())));
        let renamed = commit!(store, |tx, tablet, other| {
            authenticator::rename(tx, *tablet, *other, &name("Watch")).await
        });
        assert_eq!(renamed, Ok(false));
        let renamed = commit!(store, |tx, tablet, account| {
            authenticator::rename(tx, *tablet, *account, &name("Watch")).await
        });
        assert_eq!(renamed, Ok(true));

        assert_eq!(commit!(store, |tx, phone, other| authenticator::delete(tx, *phone, *other).await), Ok(false));
        for gone in [true, false] {
            let deleted = commit!(store, |tx, phone, account| authenticator::delete(tx, *phone, *account).await);
            assert_eq!(deleted, Ok(gone));
        }
        let mut db = store.reader().await.unwrap();
        let left = authenticator::confirmed(&mut db, account).await.unwrap();
        assert_eq!(left.iter().map(|row| row.name.as_deref()).collect::<Vec<_>>(), [Some("Watch")]);
        assert_eq!(secrets(store, account, 1).await.unwrap(), [kept.as_bytes()]);
    }

    async fn wrong_codes_of_a_set_up_are_counted_to_the_last(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let new = rows::new_authenticator(account, SessionId::new(NOW, &DICE));
        let id = new.id;
        rows::start_set_up(store, 1, new).await.unwrap();
        for tries in [Some(1), Some(2), Some(3), None, None] {
            let counted = commit!(store, |tx, id| authenticator::count_try(tx, *id, 3, NOW).await);
            assert_eq!(counted, Ok(tries));
        }
        let counted = commit!(store, |tx, id| authenticator::count_try(tx, *id, 9, later(600)).await);
        assert_eq!(counted, Ok(None), "over");
        let (id, _) = rows::device(store, account, "phone").await;
        let counted = commit!(store, |tx, id| authenticator::count_try(tx, *id, 3, NOW).await);
        assert_eq!(counted, Ok(None), "confirmed");
    }

    async fn all_1_of_64_copies_of_a_code_one_is_accepted(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let (id, _) = rows::device(store, account, "phone").await;
        for step in [101, 105] {
            let accepted = at_once(|_| {
                let (store, data) = (store.clone(), (id, step));
                async move {
                    let job = commit!(store, |tx, data| authenticator::spend(tx, data.0, data.1, &STEADY, NOW).await);
                    job.unwrap()
                }
            });
            assert_eq!(wins(&accepted.await), 1, "step {step}");
        }
    }

    async fn all_1_a_step_at_or_before_the_last_one_is_never_accepted(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let (id, _) = rows::device(store, account, "phone").await;
        let drift = Drift { offset: 1, side: -1, run: 2 };
        for (step, accepted) in [(100, false), (99, false), (103, true), (103, false), (102, false)] {
            let data = (id, step, drift, later(9));
            let spent =
                commit!(store, |tx, data| authenticator::spend(tx, data.0, data.1, &data.2, data.3).await);
            assert_eq!(spent, Ok(accepted), "{step}");
        }
        let row = read(store, id).await.unwrap();
        assert_eq!((row.last_step, row.drift, row.last_used_at), (Some(103), drift, Some(later(9))));
        let mut db = store.reader().await.unwrap();
        let device = &authenticator::devices(&mut db, &ring(1), account).await.unwrap()[0];
        assert_eq!((device.id, device.last_step, device.drift), (id, Some(103), drift));
    }

    async fn all_1_a_set_up_in_progress_accepts_no_sign_in(home) {
        let store = &home.store;
        let new = rows::new_authenticator(rows::account(store).await.id, SessionId::new(NOW, &DICE));
        let id = new.id;
        rows::start_set_up(store, 1, new).await.unwrap();
        let spent = commit!(store, |tx, id| authenticator::spend(tx, *id, 1, &STEADY, NOW).await);
        assert_eq!(spent, Ok(false));
    }

    async fn msg_14_of_many_set_ups_finished_at_once_only_as_many_count_as_may(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let confirmed = at_once(|number| {
            let store = store.clone();
            async move {
                let new = rows::new_authenticator(account, SessionId::new(NOW, &DICE));
                let mut done = confirmation((new.id, account), &format!("phone {number}"), 1);
                done.most = 1;
                rows::start_set_up(&store, 1, new).await.unwrap();
                let job = commit!(store, |tx, done| {
                    account::bump_factor_version(tx, done.account_id).await?;
                    authenticator::confirm(tx, done, NOW).await
                });
                job.unwrap()
            }
        });
        assert_eq!(wins(&confirmed.await), 1);
    }

    async fn exc_7_a_key_is_shown_again_to_one_session_and_only_so_long(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let other = rows::account(store).await.id;
        let (id, secret) = rows::device(store, account, "Phone").await;
        let session = SessionId::new(NOW, &DICE);
        let shown = async |account, session, now| {
            let mut db = store.reader().await.unwrap();
            let found = authenticator::shown(&mut db, &ring(1), account, session, later(now)).await.unwrap();
            found.map(|(id, name, secret)| (id, name, secret.as_bytes().to_vec()))
        };
        assert_eq!(shown(account, session, 0).await, None);
        for (owner, allowed) in [(other, false), (account, true)] {
            let data = (id, owner, session);
            let done = commit!(store, |tx, data| {
                authenticator::show_until(tx, data.0, data.1, data.2, later(600)).await
            });
            assert_eq!(done, Ok(allowed));
        }
        assert_eq!(shown(account, session, 599).await, Some((id, "Phone".into(), secret.as_bytes().to_vec())));
        for (account, session, now) in
            [(account, session, 600), (other, session, 0), (account, SessionId::new(NOW, &DICE), 0)]
        {
            assert_eq!(shown(account, session, now).await, None);
        }
        for ended in [true, false] {
            let data = (account, session);
            let done = commit!(store, |tx, data| authenticator::end_showing(tx, data.0, data.1).await);
            assert_eq!(done, Ok(ended));
        }
        assert_eq!(shown(account, session, 0).await, None);
    }

    async fn exc_7_a_set_up_in_progress_is_not_shown_again(home) {
        let store = &home.store;
        let new = rows::new_authenticator(rows::account(store).await.id, SessionId::new(NOW, &DICE));
        let data = (new.id, new.account_id, new.session_id);
        rows::start_set_up(store, 1, new).await.unwrap();
        let done = commit!(store, |tx, data| {
            authenticator::show_until(tx, data.0, data.1, data.2, later(600)).await
        });
        assert_eq!(done, Ok(false));
    }

    async fn all_7_the_column_holds_no_plain_key(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let (id, secret) = rows::device(store, account, "phone").await;
        let column = column(store, id).await;
        let plain = secret.as_bytes();
        assert!(!column.windows(plain.len()).any(|window| window == plain));
        assert!(!column.windows(4).any(|window| plain.windows(4).any(|part| part == window)));
        let base32 = secret.base32();
        assert!(!String::from_utf8_lossy(&column).contains(&**base32));
    }

    async fn all_7_a_key_moved_to_another_row_or_account_does_not_open(home) {
        let store = &home.store;
        let ours = rows::account(store).await.id;
        let theirs = rows::account(store).await.id;
        let (mine, _) = rows::device(store, ours, "phone").await;
        let (second, _) = rows::device(store, ours, "tablet").await;
        let (other, _) = rows::device(store, theirs, "phone").await;
        for (from, to, account) in [(mine, second, ours), (mine, other, theirs)] {
            let data = (from, to);
            commit!(store, |tx, data| {
                let sql = "UPDATE authenticator SET secret = \
                    (SELECT o.secret FROM authenticator o WHERE o.id = ?1) WHERE id = ?2";
                execute(tx, sql, &[Value::from(data.0), Value::from(data.1)]).await
            })
            .unwrap();
            let found = secrets(store, account, 1).await;
            assert_eq!(found, Err(StoreError::Corrupt("authenticator.secret")));
        }
        // The row itself moved to another account.
        let data = (mine, theirs);
        commit!(store, |tx, data| {
            let sql = "UPDATE authenticator SET account_id = ?2, name_key = 'moved' WHERE id = ?1";
            execute(tx, sql, &[Value::from(data.0), Value::from(data.1)]).await?;
            let sql = "DELETE FROM authenticator WHERE account_id = ?2 AND id <> ?1";
            execute(tx, sql, &[Value::from(data.0), Value::from(data.1)]).await
        })
        .unwrap();
        assert_eq!(secrets(store, theirs, 1).await, Err(StoreError::Corrupt("authenticator.secret")));
    }

    async fn all_7_a_key_that_does_not_open_is_an_error_and_never_skipped(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        rows::device(store, account, "sound").await;
        let (broken, _) = rows::device(store, account, "broken").await;
        let mut sealed = column(store, broken).await;
        *sealed.last_mut().unwrap() ^= 1;
        let data = (broken, sealed);
        commit!(store, |tx, data| {
            let sql = "UPDATE authenticator SET secret = ?2 WHERE id = ?1";
            execute(tx, sql, &[Value::from(data.0), Value::from(&data.1)]).await
        })
        .unwrap();
        let corrupt = Err(StoreError::Corrupt("authenticator.secret"));
        assert_eq!(secrets(store, account, 1).await, corrupt);
        let resealed = commit!(store, |tx| authenticator::reseal_batch(tx, &ring(2), &DICE, 9).await);
        assert_eq!(resealed, Err(StoreError::Corrupt("authenticator.secret")));
        let mut db = store.reader().await.unwrap();
        assert_eq!(authenticator::key_counts(&mut db).await.unwrap(), [(KeyId(1), 2)], "nothing was half done");
    }

    async fn all_7_keys_are_sealed_anew_in_batches_until_the_old_one_is_free(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let mut plain = Vec::new();
        for number in 0..5 {
            let (_, secret) = rows::device(store, account, &format!("phone {number}")).await;
            plain.push(secret.as_bytes().to_vec());
        }
        let mut new = rows::new_authenticator(account, SessionId::new(NOW, &DICE));
        new.secret = Secret::from_bytes(&[7; 20]).unwrap();
        let session = new.session_id;
        rows::start_set_up(store, 2, new).await.unwrap();
        let mut db = store.reader().await.unwrap();
        let counts = authenticator::key_counts(&mut db).await.unwrap();
        assert_eq!(counts, [(KeyId(1), 5), (KeyId(2), 1)]);
        drop(db);
        for resealed in [2, 2, 1, 0] {
            let done = commit!(store, |tx| authenticator::reseal_batch(tx, &ring(2), &DICE, 2).await);
            assert_eq!(done, Ok(resealed));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(authenticator::key_counts(&mut db).await.unwrap(), [(KeyId(2), 6)]);
        let mut found = secrets(store, account, 2).await.unwrap();
        found.sort();
        plain.sort();
        assert_eq!(found, plain);
        let pending = authenticator::pending_for(&mut db, &ring(2), session, account, NOW).await.unwrap();
        assert_eq!(pending.unwrap().secret.as_bytes(), [7; 20]);
        let one = countersign_core::keys::KeyRing::new(KeyId(1), vec![(KeyId(1), [1; 32])]).unwrap();
        let found = authenticator::devices(&mut db, &one, account).await;
        assert!(found.is_err_and(|error| error == StoreError::Corrupt("authenticator.secret")), "key 2 is needed");
    }
}
