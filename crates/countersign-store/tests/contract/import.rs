//! `import_run`, `imported_account`, and what is written in batches

use countersign_core::factor::totp::Secret;
use countersign_core::id::{AuthenticatorId, ImportId, OrganisationId};
use countersign_core::name::DeviceName;
use countersign_store::account::{self, AccountRow};
use countersign_store::import::{self, ImportRow};
use countersign_store::{StoreError, authenticator};

use crate::rows::{self, DICE, NOW, account_row, at_once, commit, later, ring, wins};

fn run(organisation_id: OrganisationId) -> ImportRow {
    ImportRow {
        id: ImportId::new(NOW, &DICE),
        organisation_id,
        kind: "accounts".into(),
        digest: rows::hash(),
        lines_done: 0,
        accepted: 0,
        refused: 0,
        started_at: NOW,
        finished_at: None,
    }
}

on_both! {
    async fn rec_3_a_file_goes_on_where_it_stopped(home) {
        let store = &home.store;
        let organisation = rows::organisation(store).await;
        let row = run(organisation.id);
        let begin = async |row: &ImportRow| commit!(store, |tx, row| import::begin(tx, row).await).unwrap();
        assert_eq!(begin(&row).await, row);
        let id = row.id;
        let step = commit!(store, |tx, id| import::advance(tx, *id, 0..500, 498, 2).await);
        assert_eq!(step, Ok(true));
        let again = ImportRow { id: ImportId::new(NOW, &DICE), started_at: later(60), ..row.clone() };
        let found = begin(&again).await;
        assert_eq!(found, ImportRow { lines_done: 500, accepted: 498, refused: 2, ..row.clone() });

        assert_eq!(commit!(store, |tx, id| import::finish(tx, *id, later(9)).await), Ok(true));
        assert_eq!(commit!(store, |tx, id| import::finish(tx, *id, later(10)).await), Ok(false));
        assert_eq!(begin(&again).await.finished_at, Some(later(9)));
        let late = commit!(store, |tx, id| import::advance(tx, *id, 500..501, 1, 0).await);
        assert_eq!(late, Ok(false), "it is finished");
        assert_eq!(commit!(store, |tx, id| import::restart(tx, *id, later(60)).await), Ok(true));
        let fresh = ImportRow { started_at: later(60), ..row.clone() };
        assert_eq!(begin(&again).await, fresh);
        let mut db = store.reader().await.unwrap();
        assert_eq!(import::list(&mut db, 5).await.unwrap(), [fresh]);
        let nobody = ImportId::new(NOW, &DICE);
        assert_eq!(commit!(store, |tx, nobody| import::restart(tx, *nobody, NOW).await), Ok(false));
    }

    async fn rec_3_of_64_imports_of_one_file_one_writes_each_batch(home) {
        let store = &home.store;
        let row = run(rows::organisation(store).await.id);
        commit!(store, |tx, row| import::begin(tx, row).await).unwrap();
        let id = row.id;
        let steps = at_once(|_| {
            let store = store.clone();
            async move { commit!(store, |tx, id| import::advance(tx, *id, 0..7, 7, 0).await).unwrap() }
        });
        assert_eq!(wins(&steps.await), 1);
    }

    async fn rec_3_a_batch_tells_which_accounts_are_new(home) {
        let store = &home.store;
        let old = rows::account(store).await;
        let organisation = old.organisation_id;
        let mut batch: Vec<AccountRow> = ["a", "b", "c"]
            .map(|name| account_row(organisation, &format!("{name}-{}@example.org", old.id)))
            .to_vec();
        let mut twice = batch[1].clone();
        twice.id = account_row(organisation, "x@example.org").id;
        let taken = AccountRow { id: account_row(organisation, "y@example.org").id, ..old.clone() };
        batch.extend([twice, taken]);
        let made = commit!(store, |tx, batch| account::create_all(tx, batch).await);
        assert_eq!(made, Ok(vec![true, true, true, false, false]));
        let mut db = store.reader().await.unwrap();
        for row in &batch[..3] {
            assert_eq!(account::by_id(&mut db, row.id).await.unwrap().as_ref(), Some(row));
        }
        let keys = [old.email.key(), "free@example.org".to_owned(), batch[2].email.key()];
        let taken = account::taken(&mut db, keys.iter().map(String::as_str), NOW).await;
        assert_eq!(taken, Ok(vec![true, false, true]));
        assert_eq!(account::taken(&mut db, [], NOW).await, Ok(vec![]));
        let other = rows::account(store).await;
        let keys = [old.email.key(), other.email.key(), batch[2].email.key()];
        let keys = keys.iter().map(String::as_str);
        let within = account::taken_within(&mut db, organisation, keys, NOW).await;
        assert_eq!(within, Ok(vec![true, false, true]), "of another organisation nothing is told");
    }

    async fn rec_3_an_account_is_found_by_its_name_elsewhere_and_the_name_goes_with_it(home) {
        let store = &home.store;
        let (first, second) = (rows::account(store).await.id, rows::account(store).await.id);
        let name = format!("user-{first}");
        let done = commit!(store, |tx, first, second, name| {
            import::name_all(tx, [(*first, name.as_str()), (*second, name.as_str())]).await
        });
        assert_eq!(done, Ok(()));
        let mut db = store.reader().await.unwrap();
        let mut both = [first, second];
        both.sort();
        assert_eq!(import::named(&mut db, &name, 9).await.unwrap(), both);
        assert_eq!(import::named(&mut db, &name, 1).await.unwrap().len(), 1);
        assert_eq!(import::named(&mut db, "nobody", 9).await.unwrap(), []);
        let again = commit!(store, |tx, first| import::name_all(tx, [(*first, "x")]).await);
        assert_eq!(again, Err(StoreError::Unique("imported_account.account_id".into())));
    }

    async fn rec_3_an_imported_device_is_confirmed_and_sealed_to_its_row(home) {
        let store = &home.store;
        let account = rows::account(store).await.id;
        let id = AuthenticatorId::new(NOW, &DICE);
        let secret = Secret::from_bytes(&[9; 33]).unwrap();
        let name = DeviceName::parse("Old phone").unwrap();
        let put = commit!(store, |tx, id, account, name, secret| {
            authenticator::import(tx, &ring(1), &DICE, (*id, *account, name, secret), NOW).await
        });
        assert_eq!(put, Ok(()));
        let mut db = store.reader().await.unwrap();
        let rows = authenticator::confirmed(&mut db, account).await.unwrap();
        assert_eq!((rows.len(), rows[0].name.as_deref()), (1, Some("Old phone")));
        assert_eq!((rows[0].confirmed_at, rows[0].last_step, rows[0].session_id), (Some(NOW), None, None));
        let devices = authenticator::devices(&mut db, &ring(1), account).await.unwrap();
        assert!(devices[0].secret.is(&secret));
        let other = AuthenticatorId::new(NOW, &DICE);
        let again = commit!(store, |tx, other, account, name, secret| {
            authenticator::import(tx, &ring(1), &DICE, (*other, *account, name, secret), NOW).await
        });
        assert!(matches!(again, Err(StoreError::Unique(_))));
    }
}
