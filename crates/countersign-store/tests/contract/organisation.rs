//! `organisation`

use countersign_store::organisation;

use crate::rows::{self, commit};

on_both! {
    async fn an_organisation_is_found_by_its_identifier_and_its_slug(home) {
        let store = &home.store;
        let row = rows::organisation(store).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(organisation::by_id(&mut db, row.id).await.unwrap(), Some(row.clone()));
        assert_eq!(organisation::by_slug(&mut db, &row.slug).await.unwrap(), Some(row.clone()));
        assert_eq!(organisation::by_slug(&mut db, "nobody").await.unwrap(), None);
        assert_eq!(organisation::list(&mut db).await.unwrap(), [row]);
    }

    async fn a_taken_slug_writes_nothing(home) {
        let store = &home.store;
        let row = rows::organisation(store).await;
        let mut other = row.clone();
        other.id = countersign_core::id::OrganisationId::new(rows::NOW, &rows::DICE);
        other.name = "Other".into();
        assert!(!commit!(store, |tx, other| organisation::create(tx, other).await).unwrap());
        let mut db = store.reader().await.unwrap();
        assert_eq!(organisation::list(&mut db).await.unwrap(), [row]);
    }
}
