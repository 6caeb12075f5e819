//! Single sign-on (KEY-11, ALL-9): the same gate as a password, and no way round it.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::flow::sso;
use countersign_core::policy::TrustedClaims;
use countersign_core::time::Timestamp;
use countersign_store::policy::{self, PolicyRow};
use serde_json::json;

use crate::support::{Idp, Options, SET_UP, TestApp, come_back, long_password};

/// Changes the organisation's policy.
async fn rule(app: &TestApp, change: impl FnOnce(&mut countersign_core::policy::Policy)) {
    let call = app.operator();
    let (_, row) = countersign::flow::policy::current(&call, None).await.unwrap();
    let mut next = PolicyRow { version: row.version + 1, changed_at: Timestamp::from_millis(1), ..row };
    change(&mut next.policy);
    let job = call.deps.store.write(next, |tx, next| Box::pin(async move { policy::append(tx, next).await }));
    assert!(job.await.unwrap());
}

on_both! {
    async fn key_11_all_9_a_sign_in_by_provider_is_followed_by_the_same_second_step(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut browser = app.browser();
        idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
        assert_eq!(app.place.text("SELECT email FROM account").unwrap(), "ada@corp.example");
        assert_eq!(app.place.text("SELECT password_hash FROM account"), None);
        let phone = browser.enrol("Phone").await;
        app.next_step();
        idp.follow(&app).await;
        browser.submit("/account/profile", "/sign-out", &[]).await.assert_leads_to("/sign-in");
        idp.sign_in(&mut browser).await.assert_leads_to("/second-step?next=%2Faccount");
        assert!(!browser.is_in().await, "the provider alone opens nothing");
        let code = phone.code(&app);
        browser.second_step(&code).await.assert_leads_to("/account");
        assert!(browser.is_in().await);
        assert_eq!(app.place.count("account"), 1);
        assert_eq!(app.place.count("sso_identity"), 1);
    }

    async fn all_1_an_answer_counts_once_however_many_copies_arrive(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut browser = app.browser();
        let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
        let (mut copy, mut late) = (browser.clone(), browser.clone());
        let (one, other) = tokio::join!(come_back(&mut browser, &back), come_back(&mut copy, &back));
        let won = [&one, &other].iter().filter(|answer| answer.location() == SET_UP).count();
        assert_eq!(won, 1, "{} {}", one.status, other.status);
        come_back(&mut late, &back).await.assert_status(401).assert_shows("is over or was started in another");
        assert_eq!(app.place.count("session"), 1);
    }
}

#[tokio::test]
async fn key_11_whoever_must_have_a_second_step_sets_it_up_after_the_provider() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
    app.place.run("UPDATE account SET role = 'administrator'");
    let mut again = app.browser();
    idp.sign_in(&mut again).await.assert_leads_to(SET_UP);
    assert!(again.get("/account").await.location().starts_with("/account/set-up"));
    assert!(again.get("/account/sessions").await.status.is_redirection());
}

#[tokio::test]
async fn key_11_trusted_claims_stand_for_the_second_step_and_others_do_not() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
    browser.enrol("Phone").await;
    app.next_step();
    idp.follow(&app).await;
    rule(&app, |rules| {
        let claims = TrustedClaims { amr: BTreeSet::from(["hwk".to_owned()]), ..TrustedClaims::default() };
        rules.trusted.insert("corp".to_owned(), claims);
    })
    .await;
    for (amr, leads) in [
        (json!(null), "/second-step?next=%2Faccount"),
        (json!(["pwd"]), "/second-step?next=%2Faccount"),
        (json!(["HWK"]), "/second-step?next=%2Faccount"),
        (json!(["pwd", "hwk"]), "/account"),
    ] {
        idp.set(json!({"amr": amr})).await;
        idp.sign_in(&mut app.browser()).await.assert_leads_to(leads);
    }
    let mut trusted = app.browser();
    idp.sign_in(&mut trusted).await.assert_leads_to("/account");
    assert!(trusted.is_in().await);
    rule(&app, |rules| rules.trusted.clear()).await;
    assert!(!trusted.is_in().await, "what is no longer trusted counts for nothing at once");
}

#[tokio::test]
async fn an_answer_belongs_to_one_browser_one_visit_and_one_provider() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    idp.set_up(&app, "other", &[]).await;
    idp.set(json!({"redirects": ["https://account.example.org/sso/other/callback"]})).await;
    let mut browser = app.browser();
    let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
    let forged = back.replace("state=", "state=x");
    let elsewhere = back.replace("/sso/corp/", "/sso/other/");
    come_back(&mut app.browser(), &back).await.assert_status(401);
    for path in [
        &*forged,
        &*elsewhere,
        "/sso/corp/callback",
        "/sso/corp/callback?code=a&state=b",
        "/sso/none/callback",
    ] {
        come_back(&mut browser, path).await.assert_status(401);
        assert!(!browser.is_in().await, "{path}");
    }
    // None of that has spent the visit.
    come_back(&mut browser, &back).await.assert_leads_to(SET_UP);
    for doubled in ["/sso/corp/callback?code=a&code=b&state=c", "/sso/corp/callback?state=a&state=a"] {
        come_back(&mut browser, doubled).await.assert_status(400);
    }
    assert_eq!(app.events("sso.refused"), 2, "of each network the same minute is noted once");
}

#[tokio::test]
async fn a_visit_ends_after_ten_minutes_and_is_cleared_away() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
    let cookie = browser.cookie("sso").unwrap();
    app.turn(Duration::from_mins(10));
    browser.set_cookie("sso", &cookie);
    come_back(&mut browser, &back).await.assert_status(401).assert_shows("is over");
    assert_eq!(app.place.count("session"), 0);
}

#[tokio::test]
async fn nothing_begins_by_get_or_without_a_form_of_ours() {
    let app = TestApp::with(Idp::options()).await;
    let _idp = Idp::of(&app).await;
    let mut browser = app.browser();
    browser.get("/sso/corp/start").await.assert_status(405);
    browser.get("/sign-in").await;
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    browser.send("POST", "/sso/corp/start", &headers, "csrf=x").await.assert_status(403);
    assert_eq!(app.place.count("sso_attempt"), 0);
}

#[tokio::test]
async fn c_88_the_way_back_is_from_a_list() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for (next, leads) in [
        ("/account/security", "/account/set-up?next=%2Faccount%2Fsecurity"),
        ("https://evil.example/", SET_UP),
        ("//evil.example", SET_UP),
        ("/link/abc", SET_UP),
    ] {
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let away = browser.post("/sso/corp/start", &[("next", next)]).await;
        let back = idp.visit(&crate::support::away_to(away.assert_ok())).await;
        come_back(&mut browser, &back).await.assert_leads_to(leads);
    }
}

#[tokio::test]
async fn c_73_c_74_an_account_that_exists_is_never_linked_by_its_address() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    app.account("ada@corp.example", &long_password(20)).await;
    for verified in [true, false] {
        idp.set(json!({"member": {"sub": "u-1", "email": "Ada@CORP.example", "email_verified": verified}}))
            .await;
        let mut browser = app.browser();
        idp.sign_in(&mut browser)
            .await
            .assert_status(401)
            .assert_shows("sign in with your password and link it");
        assert!(!browser.is_in().await);
    }
    assert_eq!((app.place.count("account"), app.place.count("sso_identity")), (1, 0));
}

#[tokio::test]
async fn key_11_only_a_vouched_address_of_an_allowed_domain_gets_an_account() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for member in [
        json!({"sub": "u-1", "email": "eve@corp.example", "email_verified": false}),
        json!({"sub": "u-2", "email": "eve@corp.example"}),
        json!({"sub": "u-3", "email": "eve@sub.corp.example", "email_verified": true}),
        json!({"sub": "u-4", "email": "eve@corp.example.evil.example", "email_verified": true}),
        json!({"sub": "u-5", "email": "no address", "email_verified": true}),
        json!({"sub": "u-6"}),
    ] {
        idp.set(json!({"member": member})).await;
        idp.sign_in(&mut app.browser()).await.assert_status(401).assert_shows("No account is linked");
    }
    assert_eq!(app.place.count("account"), 0);
    let events =
        "SELECT COUNT(*) FROM audit WHERE event = 'sso.refused' AND detail LIKE '%linked to no account%'";
    assert_eq!(app.place.number(events), 6);
}

#[tokio::test]
async fn a_person_is_who_the_provider_calls_so_whatever_the_address() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    idp.set(json!({"member": {"sub": "u-1", "email": "new@elsewhere.example", "email_verified": false}}))
        .await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    idp.set(json!({"member": {"sub": "u-2", "email": "ada@corp.example", "email_verified": true}})).await;
    idp.sign_in(&mut app.browser()).await.assert_status(401);
    assert_eq!(app.place.count("account"), 1);
    assert_eq!(
        app.place.text("SELECT email FROM account").unwrap(),
        "ada@corp.example",
        "nothing was changed by it"
    );
}

#[tokio::test]
async fn a_closed_account_stays_closed_and_a_provider_that_is_off_opens_nothing() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    let mut under_way = app.browser();
    let back = idp.go(&mut under_way, "/sign-in", "/sso/corp/start").await;
    app.place.run("UPDATE account SET state = 'disabled'");
    idp.sign_in(&mut app.browser()).await.assert_status(401).assert_shows("This account cannot sign in");
    app.place.run("UPDATE account SET state = 'active'");
    let off = sso::Changes { enabled: Some(false), ..sso::Changes::default() };
    sso::change(&app.operator(), sso::Which::Any("corp"), off).await.unwrap();
    come_back(&mut under_way, &back).await.assert_status(401);
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert!(!page.text().contains("Corp Login"));
    browser.post("/sso/corp/start", &[]).await.assert_status(404);
}

#[tokio::test]
async fn the_provider_is_found_by_the_domain_and_nothing_is_said_of_accounts() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    app.account("known@elsewhere.example", &long_password(20)).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await.assert_shows("Use single sign-on");
    let away = browser.submit("/sso", "/sso", &[("email", "Ada@Corp.example")]).await;
    let address = crate::support::away_to(away.assert_ok());
    assert!(address.contains("login_hint=Ada%40Corp.example"), "{address}");
    let back = idp.visit(&address).await;
    come_back(&mut browser, &back).await.assert_leads_to(SET_UP);
    let mut told = Vec::new();
    for email in ["known@elsewhere.example", "unknown@elsewhere.example"] {
        let answer = app.browser().submit("/sso", "/sso", &[("email", email)]).await;
        told.push(answer.assert_status(422).text());
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn a_password_can_be_switched_off_for_those_who_have_a_provider() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut person = app.member().await;
    let back = idp.go(&mut person.browser, "/account/security", "/account/security/sso/corp/link").await;
    come_back(&mut person.browser, &back).await.assert_leads_to("/account/security");
    rule(&app, |rules| rules.password_sign_in = false).await;
    let mut new = person.elsewhere();
    let answer = new.sign_in().await;
    answer.assert_status(401).assert_shows("Use single sign-on");
    let wrong = app.browser().sign_in("nobody@example.net", "some other password 1").await;
    assert_eq!(answer.text().replace(&person.email, ""), wrong.text().replace("nobody@example.net", ""));
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    let mut other = app.member().await;
    other.sign_out().await;
    other.sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn visits_are_limited() {
    let app = TestApp::with(Idp::options()).await;
    let _idp = Idp::of(&app).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    for _ in 0..60 {
        browser.post("/sso/corp/start", &[]).await.assert_ok();
    }
    browser.post("/sso/corp/start", &[]).await.assert_status(429);
    assert_eq!(app.place.count("sso_attempt"), 60);
}
