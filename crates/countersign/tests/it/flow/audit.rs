//! The audit log: each step once, each refusal once, a chain that shows tampering.

use std::time::Duration;

use countersign::flow::audit;
use countersign_core::audit::Actor;

use crate::support::{TestApp, password_of};

/// Every event so far with its count, but for those of the installation itself.
fn events(app: &TestApp) -> Vec<String> {
    let sql = "SELECT GROUP_CONCAT(line) FROM (SELECT event || ' ' || COUNT(*) AS line FROM audit WHERE account_id IS NOT NULL \
               OR event LIKE 'sign-in%' GROUP BY event ORDER BY event)";
    app.place.text(sql).unwrap_or_default().split(',').map(str::to_owned).collect()
}

#[tokio::test]
async fn after_the_happy_path_each_step_has_exactly_one_event() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    let (old, new) = (person.password.clone(), password_of(4_001));
    let fields = [("current_password", &*old), ("new_password", &*new)];
    person.browser.submit("/account/password", "/account/password", &fields).await.assert_status(303);
    person
        .browser
        .submit("/account/profile", "/account/profile", &[("display_name", "Ada")])
        .await
        .assert_status(303);
    person.sign_out().await;
    let expected = [
        "account.added 1",
        "authenticator.added 1",
        "authenticator.set-up-started 1",
        "password.changed 1",
        "profile.changed 1",
        "sign-in.first-step-passed 1",
        "sign-in.succeeded 2",
        "sign-out 2",
        "step-up.succeeded 1",
    ];
    assert_eq!(events(&app), expected);
}

#[tokio::test]
async fn every_refusal_leaves_one_event() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.browser.sign_in(&person.email, "not the password").await.assert_status(401);
    assert_eq!(app.events("sign-in.first-step-failed"), 1);
    app.browser().sign_in("nobody@example.net", "not the password").await.assert_status(401);
    assert_eq!(app.events("sign-in.first-step-failed"), 2);
    person.sign_in().await.assert_leads_to("/second-step");
    let (wrong, late) = (person.phone().wrong(&app), person.phone().code(&app));
    person.browser.second_step(&wrong).await.assert_status(401);
    app.turn(Duration::from_secs(90));
    person.browser.second_step(&late).await.assert_status(401);
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_status(303);
    person.sign_out().await;
    person.sign_in().await;
    person.browser.second_step(&code).await.assert_status(401);
    for (event, count) in [("second-step.failed", 1), ("second-step.late", 1), ("second-step.used", 1)] {
        assert_eq!(app.events(event), count, "{event}");
    }
    let mut stranger = app.browser();
    for _ in 0..7 {
        stranger.sign_in(&person.email, "not the password").await;
    }
    assert_eq!(app.events("sign-in.first-step-refused"), 1, "two within a minute are one row");
    app.turn(Duration::from_secs(30));
    stranger.sign_in(&person.email, "not the password").await.assert_status(401);
    app.turn(Duration::from_secs(59));
    stranger.sign_in(&person.email, "not the password").await.assert_status(429);
    assert_eq!(app.events("sign-in.first-step-refused"), 2);
    for _ in 0..4 {
        person.browser.second_step(&wrong).await;
    }
    person.sign_in().await.assert_leads_to("/second-step");
    person.browser.second_step(&wrong).await.assert_status(429);
    assert_eq!(app.events("second-step.refused"), 1);
}

#[tokio::test]
async fn every_refusal_of_somebody_signed_in_leaves_one_event() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(6));
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401);
    assert_eq!(app.events("second-step.failed"), 1);
    let mut plain = app.member().await;
    let password = [("password", "not the password")];
    plain.browser.submit("/account/step-up", "/account/step-up", &password).await.assert_status(401);
    assert_eq!(app.events("sign-in.first-step-failed"), 1);
    for _ in 0..5 {
        plain.browser.submit("/account/step-up", "/account/step-up", &password).await;
    }
    assert_eq!(app.events("sign-in.first-step-failed"), 5);
    assert_eq!(app.events("sign-in.first-step-refused"), 1);
}

#[tokio::test]
async fn a_flood_of_refused_sign_ins_leaves_one_row_a_minute() {
    let app = TestApp::start().await;
    let mut stranger = app.browser();
    stranger.user_agent = "x".repeat(390);
    for number in 0..60 {
        stranger.sign_in(&format!("nobody{number}@example.net"), "not the password").await;
    }
    assert_eq!(app.events("sign-in.first-step-failed"), 20);
    assert_eq!(app.events("sign-in.first-step-refused"), 1);
    assert_eq!(app.place.number("SELECT MAX(LENGTH(device)) FROM audit"), 200);
}

#[tokio::test]
async fn a_row_tells_who_what_when_and_where() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    app.turn(Duration::from_millis(1_234));
    person.sign_in_fully().await.assert_status(303);
    let row = |column: &str| {
        let sql =
            format!("SELECT {column} FROM audit WHERE event = 'sign-in.succeeded' ORDER BY at DESC LIMIT 1");
        app.place.text(&sql).unwrap()
    };
    assert_eq!(row("at"), app.now().as_millis().to_string());
    assert_eq!(row("address"), person.browser.address);
    assert_eq!(row("actor"), "account");
    assert_eq!(row("actor_id"), row("account_id"));
    assert_eq!(row("request_id").len(), 32);
    assert!(row("device").contains("Firefox"));
    let device = app.place.text("SELECT lower(hex(id)) FROM authenticator").unwrap();
    assert!(row("detail").replace('-', "").contains(&device), "which device matched");
}

on_both! {
    async fn the_chain_verifies_after_sealing(kind) {
        let app = TestApp::on(kind).await;
        app.enrolled().await;
        assert!(app.seal().await >= 3);
        app.member().await;
        app.seal().await;
        assert_eq!(app.seal().await, 0);
        let found = audit::verify(&app.operator()).await.unwrap();
        assert_eq!((found.broken.as_slice(), found.seals, found.unsealed), (&[][..], 2, 0));
        assert_eq!(found.rows, u64::try_from(app.place.count("audit")).unwrap());
    }

    async fn rows_and_seals_are_never_changed_through_the_database(kind) {
        let app = TestApp::on(kind).await;
        app.member().await;
        app.seal().await;
        for sql in [
            "UPDATE audit SET event = 'sign-out'",
            "UPDATE audit_seal SET rows = 0",
            "UPDATE audit_seal_entry SET position = 9",
            "UPDATE policy SET body = '{}'",
        ] {
            assert!(app.place.try_run(sql).is_err(), "{sql}");
        }
    }
}

/// What an intruder does who is the owner of the database and takes the guards away.
fn tamper(app: &TestApp, sql: &str) {
    let names =
        "SELECT GROUP_CONCAT(name) FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'";
    for trigger in app.place.text(names).unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
        app.place.run(&format!("DROP TRIGGER {trigger}"));
    }
    app.place.run(sql);
}

#[tokio::test]
async fn a_row_that_was_changed_is_found() {
    for (sql, fault) in [
        (
            "UPDATE audit SET address = '203.0.113.99' WHERE event = 'sign-in.succeeded'",
            "audit-fault-changed-row",
        ),
        ("UPDATE audit SET at = at + 1 WHERE event = 'account.added'", "audit-fault-changed-row"),
        ("UPDATE audit SET detail = '{}' WHERE event = 'authenticator.added'", "audit-fault-changed-row"),
        ("DELETE FROM audit WHERE event = 'sign-in.succeeded'", "audit-fault-missing-row"),
        ("UPDATE audit_seal SET previous = zeroblob(32) WHERE number = 2", "audit-fault-chain"),
    ] {
        let app = TestApp::start().await;
        app.enrolled().await;
        app.seal().await;
        app.member().await;
        app.seal().await;
        tamper(&app, &format!("PRAGMA foreign_keys = OFF; {sql}"));
        let found = audit::verify(&app.operator()).await.unwrap();
        assert!(found.broken.iter().any(|(_, what)| *what == fault), "{sql}: {:?}", found.broken);
    }
}

#[tokio::test]
async fn a_purge_drops_whole_segments_and_the_chain_still_verifies() {
    let app = TestApp::start().await;
    app.enrolled().await;
    let old = app.seal().await;
    app.turn(Duration::from_hours(24 * 40));
    app.member().await;
    app.seal().await;
    let call = app.app.call(Actor::System, "job");
    assert_eq!(audit::purge(&call, Duration::from_hours(24 * 30)).await.unwrap(), old);
    let found = audit::verify(&call).await.unwrap();
    assert_eq!((found.broken.as_slice(), found.seals, found.purged), (&[][..], 2, 1));
    assert_eq!(app.events("audit.purged"), 1);
    assert_eq!(audit::purge(&call, Duration::from_hours(24 * 30)).await.unwrap(), 0);
}

#[tokio::test]
async fn an_unsealed_row_is_reported_once_it_is_a_minute_old() {
    let app = TestApp::start().await;
    app.member().await;
    app.turn(Duration::from_mins(2));
    let found = audit::verify(&app.operator()).await.unwrap();
    assert!(found.unsealed > 0);
}

const MONTH: Duration = Duration::from_hours(24 * 30);

#[tokio::test]
async fn a_purge_that_the_server_did_not_do_is_found() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        app.member().await;
        app.seal().await;
        app.turn(Duration::from_mins(1));
    }
    app.turn(MONTH * 2);
    let call = app.app.call(Actor::System, "job");
    let purge =
        |number: u32, at: i64| app.place.try_run(&format!("INSERT INTO audit_purge VALUES ({number}, {at})"));
    let now = app.now().as_millis();
    assert!(purge(2, now).is_err(), "the first is there still");
    assert!(purge(1, now - 60 * 24 * 3_600_000).is_err(), "younger than a day");
    purge(1, now).unwrap();
    app.place.run("DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_seal_entry WHERE number = 1)");
    app.place.run("DELETE FROM audit_seal_entry WHERE number = 1");
    let found = audit::verify(&call).await.unwrap();
    assert_eq!(found.broken, [(1, "audit-fault-purge-unrecorded")]);

    // A row that an operator's deed could leave proves nothing; the server's own purge does, and for those before it.
    audit::purge(&app.operator(), MONTH).await.unwrap();
    let found = audit::verify(&call).await.unwrap();
    assert_eq!(found.broken.len(), 3, "{:?}", found.broken);
}

#[tokio::test]
async fn an_old_purge_is_believed_after_its_own_row_is_purged() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        app.member().await;
        app.seal().await;
        app.turn(MONTH * 2);
        audit::purge(&app.app.call(Actor::System, "job"), MONTH).await.unwrap();
        app.seal().await;
    }
    let found = audit::verify(&app.operator()).await.unwrap();
    assert_eq!((found.broken.as_slice(), found.unsealed), (&[][..], 0));
    assert!(found.purged > 3);
}

#[tokio::test]
async fn rows_that_waited_for_days_are_sealed() {
    let app = TestApp::start().await;
    app.member().await;
    app.turn(Duration::from_hours(72));
    assert!(app.seal().await > 0, "nothing was sealed before");
    app.member().await;
    app.turn(Duration::from_hours(72));
    assert!(audit::head(&app.operator()).await.unwrap().unsealed > 0);
    assert!(app.seal().await > 0, "the server stood still for three days");
    // More than one seal takes, as old as that.
    let copies = "INSERT INTO audit (id, at, actor, event, detail) WITH RECURSIVE n(i) AS \
        (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
        SELECT randomblob(16), (SELECT MAX(at) FROM audit) + i, 'system', 'sign-out', '{}' FROM n";
    app.place.run(copies);
    app.turn(Duration::from_hours(72));
    let found = audit::verify(&app.operator()).await.unwrap();
    assert_eq!(found.unsealed, 2_500);
    assert_eq!((app.seal().await, app.seal().await), (2_500, 0), "in several seals of one turn");
    let found = audit::verify(&app.operator()).await.unwrap();
    assert_eq!((found.broken.as_slice(), found.unsealed), (&[][..], 0));
}
