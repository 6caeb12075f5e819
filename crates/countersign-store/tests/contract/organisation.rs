//! `organisation`

use countersign_store::organisation;

use crate::rows::{self, write};
use crate::support::each;

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_found_by_its_identifier_and_its_slug() {
    each(async |store| {
        let row = rows::organisation(&store).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(organisation::by_id(&mut db, row.id).await.unwrap(), Some(row.clone()));
        assert_eq!(organisation::by_slug(&mut db, &row.slug).await.unwrap(), Some(row.clone()));
        assert_eq!(organisation::by_slug(&mut db, "nobody").await.unwrap(), None);
        assert_eq!(organisation::list(&mut db).await.unwrap(), [row]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_slug_writes_nothing() {
    each(async |store| {
        let row = rows::organisation(&store).await;
        let mut other = row.clone();
        other.id = countersign_core::id::OrganisationId::new(rows::NOW, &rows::DICE);
        other.name = "Other".into();
        assert!(!write!(store, |tx, other| organisation::create(tx, other).await).unwrap());
        let mut db = store.reader().await.unwrap();
        assert_eq!(organisation::list(&mut db).await.unwrap(), [row]);
    })
    .await;
}
