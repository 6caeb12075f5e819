//! A provider that goes down while it is remembered: nobody is sent there.

use std::time::Duration;

use countersign::time_source::Stopwatch;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Answer, Idp, SET_UP, TestApp, come_back};

async fn start(app: &TestApp) -> Answer {
    app.browser().submit("/sign-in", "/sso/corp/start", &[]).await
}

#[tokio::test]
async fn key_11_a_provider_that_went_down_is_told_before_anybody_is_sent_there() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    start(&app).await.assert_ok();
    idp.set(json!({"down": "closed"})).await;
    app.turn(Duration::from_secs(29));
    start(&app).await.assert_ok();
    app.turn(Duration::from_secs(1));
    let told = start(&app).await;
    told.assert_status(502).assert_shows("Corp Login").assert_shows("cannot be reached at the moment");
    told.assert_shows("it still works");
    app.rules(|rules| rules.password_sign_in = false).await;
    start(&app).await.assert_status(502).assert_hides("it still works");
    assert_eq!(app.events("sso.refused"), 2);
    idp.set(json!({"down": ""})).await;
    idp.follow(&app).await;
    let mut browser = app.browser();
    let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
    come_back(&mut browser, &back).await.assert_leads_to(SET_UP);
}

#[tokio::test]
async fn key_11_a_provider_that_hangs_keeps_nobody_waiting_long() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    start(&app).await.assert_ok();
    idp.set(json!({"down": "slow"})).await;
    app.turn(Duration::from_mins(1));
    let watch = Stopwatch::start();
    start(&app).await.assert_status(502).assert_shows("cannot be reached at the moment");
    let waited = watch.elapsed();
    assert!(waited < Duration::from_millis(6_500), "{waited:?}");
    idp.set(json!({"down": ""})).await;
    start(&app).await.assert_ok();
}

#[tokio::test]
async fn key_11_a_provider_that_is_slow_but_works_stays_up_and_is_asked_once() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    start(&app).await.assert_ok();
    let before = idp.set(json!({"delay": 3_200})).await["asked"].clone();
    app.turn(Duration::from_mins(1));
    for told in join_all((0..5).map(|_| start(&app))).await {
        told.assert_ok();
    }
    let after = idp.set(json!({"delay": 0})).await["asked"].clone();
    let asked = |path: &str| after[path].as_u64().unwrap() - before[path].as_u64().unwrap();
    assert_eq!(asked("/.well-known/openid-configuration"), 1, "whoever waits takes what another found");
    assert_eq!(asked("/jwks"), 0, "nobody waits for keys that are known");
    start(&app).await.assert_ok();
}
