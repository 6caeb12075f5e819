//! A provider that goes down while it is remembered: nobody is sent there.

use std::time::Duration;

use countersign::time_source::Stopwatch;
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
    assert!(waited < Duration::from_millis(4_500), "{waited:?}");
    idp.set(json!({"down": ""})).await;
    start(&app).await.assert_ok();
}
