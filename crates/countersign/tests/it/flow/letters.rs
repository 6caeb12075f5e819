//! Letters leave the house: soon, from any process, and once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign::worker::Worker;
use countersign_core::email::EmailAddress;
use countersign_core::id::LetterId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_store::letter::{self, NewLetter};

use crate::support::TestApp;

/// Puts so many letters into the outbox in one transaction.
async fn write(app: &TestApp, kind: LetterKind, count: usize) {
    let deps = Arc::clone(&app.app.deps);
    let now = app.now();
    let letters: Vec<NewLetter> = (0..count)
        .map(|number| NewLetter {
            id: LetterId::new(now, &*deps.entropy),
            account_id: None,
            challenge_id: None,
            kind,
            recipient: EmailAddress::parse(&format!("reader{number}@example.org")).unwrap(),
            language: "en".to_owned(),
            body: LetterBody::default(),
            bundle: None,
            created_at: now,
            expires_at: now.plus(kind.life()),
        })
        .collect();
    let job = app.app.deps.store.write((deps, letters), |tx, (deps, letters)| {
        Box::pin(async move {
            for new in letters {
                letter::post(tx, &deps.keys, &*deps.entropy, new).await?;
            }
            Ok::<_, countersign_store::StoreError>(())
        })
    });
    job.await.unwrap();
    app.app.deps.post_wake.notify_one();
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..500 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come about within ten seconds");
}

on_both! {
    async fn two_processes_on_one_database_send_each_letter_once(kind) {
        let app = TestApp::on(kind).await;
        let other = app.another().await;
        let workers = [Worker::start(Arc::clone(&app.app)), Worker::start(Arc::clone(&other.app))];
        for _ in 0..4 {
            write(&app, LetterKind::NewBrowser, 25).await;
        }
        let sent = "SELECT COUNT(*) FROM letter WHERE state = 'sent'";
        until(|| app.place.number(sent) == 100).await;
        for worker in workers {
            worker.stop().await;
        }
        let ids: BTreeSet<String> = app.place.tray.mails().iter().map(|mail| mail.mail.id.clone()).collect();
        assert_eq!((ids.len(), app.place.tray.mails().len()), (100, 100));
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE body IS NOT NULL"), 0);
        drop(other);
    }

    async fn a_letter_that_nobody_took_in_time_is_given_up_and_stands_in_the_audit_log(kind) {
        let app = TestApp::on(kind).await;
        app.place.tray.set_failing(true);
        write(&app, LetterKind::Code, 1).await;
        let worker = Worker::start(Arc::clone(&app.app));
        until(|| app.place.number("SELECT COUNT(*) FROM letter WHERE attempts > 0") == 1).await;
        worker.stop().await;
        app.turn(LetterKind::Code.life());
        let worker = Worker::start(Arc::clone(&app.app));
        until(|| app.events("letter.given-up") == 1).await;
        worker.stop().await;
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'expired' AND body IS NULL"), 1);
        assert!(app.place.tray.mails().is_empty());
    }
}
