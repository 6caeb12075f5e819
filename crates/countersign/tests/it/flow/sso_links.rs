//! Linking, unlinking and confirming at a provider (ALL-3, ALL-4).

use std::time::Duration;

use serde_json::json;

use crate::support::{Idp, Options, SET_UP, TestApp, come_back};

const PAGE: &str = "/account/security";
const LINK: &str = "/account/security/sso/corp/link";
const UNLINK: &str = "/account/security/sso/corp/unlink";

on_both! {
    async fn all_3_a_provider_is_linked_used_and_unlinked_and_the_owner_is_told(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut person = app.member().await;
        let back = idp.go(&mut person.browser, PAGE, LINK).await;
        come_back(&mut person.browser, &back).await.assert_leads_to("/account/security");
        person.browser.get(PAGE).await.assert_shows("Linked sign-ins").assert_shows("ada@corp.example");
        let mut other = app.browser();
        idp.sign_in(&mut other).await.assert_leads_to(SET_UP);
        assert_eq!(app.place.count("account"), 1);
        person.browser.submit(PAGE, UNLINK, &[]).await.assert_leads_to("/account/security");
        assert!(person.browser.is_in().await && !other.is_in().await, "what it opened has ended");
        idp.sign_in(&mut other).await.assert_status(303);
        let letters = app.letters_to(&person.email).await;
        for subject in ["A way to sign in was added", "A way to sign in was removed"] {
            assert!(letters.iter().any(|letter| letter.0.subject.contains(subject)), "{subject}");
        }
        assert_eq!((app.events("sso.linked"), app.events("sso.unlinked")), (2, 1));
    }
}

#[tokio::test]
async fn all_4_linking_and_unlinking_need_fresh_proof() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut person = app.enrolled().await;
    let step_up = "/account/step-up?next=%2Faccount%2Fsecurity";
    app.turn(Duration::from_mins(6));
    idp.follow(&app).await;
    person.browser.submit(PAGE, LINK, &[]).await.assert_leads_to(step_up);
    let code = person.phone().fresh(&app);
    person.browser.step_up(&code).await.assert_status(303);
    let back = idp.go(&mut person.browser, PAGE, LINK).await;
    let cookie = person.browser.cookie("sso").unwrap();
    // Whoever takes long at the provider proves it once more.
    app.turn(Duration::from_mins(6));
    idp.follow(&app).await;
    person.browser.set_cookie("sso", &cookie);
    come_back(&mut person.browser, &back).await.assert_status(401).assert_shows("took too long");
    assert_eq!(app.place.count("sso_identity"), 0);
    let code = person.phone().fresh(&app);
    person.browser.step_up(&code).await.assert_status(303);
    let back = idp.go(&mut person.browser, PAGE, LINK).await;
    come_back(&mut person.browser, &back).await.assert_leads_to("/account/security");
    app.turn(Duration::from_mins(6));
    person.browser.submit(PAGE, UNLINK, &[]).await.assert_leads_to(step_up);
    assert_eq!(app.place.count("sso_identity"), 1);
}

#[tokio::test]
async fn c_20_nothing_is_linked_from_half_a_session_or_another_one() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut half = app.enrolled().await;
    half.sign_out().await;
    half.sign_in().await.assert_leads_to("/second-step");
    half.browser.post(LINK, &[]).await.assert_leads_to("/sign-in");
    // The answer comes back to a browser in which somebody else has signed in meanwhile.
    let mut person = app.member().await;
    let back = idp.go(&mut person.browser, PAGE, LINK).await;
    let visit = person.browser.cookie("sso").unwrap();
    let mut other = app.member().await;
    other.browser.set_cookie("sso", &visit);
    come_back(&mut other.browser, &back).await.assert_status(401).assert_shows("took too long");
    assert_eq!(app.place.count("sso_identity"), 0);
}

#[tokio::test]
async fn one_identity_opens_one_account() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let (mut one, mut other) = (app.member().await, app.member().await);
    let back = idp.go(&mut one.browser, PAGE, LINK).await;
    come_back(&mut one.browser, &back).await.assert_leads_to("/account/security");
    let back = idp.go(&mut other.browser, PAGE, LINK).await;
    come_back(&mut other.browser, &back).await.assert_status(401).assert_shows("opens an account already");
    idp.set(json!({"member": {"sub": "u-2"}})).await;
    let back = {
        let page = one.browser.get(PAGE).await;
        assert!(!page.body.contains(LINK), "one of each provider");
        idp.go(&mut other.browser, PAGE, LINK).await
    };
    come_back(&mut other.browser, &back).await.assert_leads_to("/account/security");
    assert_eq!(app.place.count("sso_identity"), 2);
}

#[tokio::test]
async fn key_11_an_account_without_a_password_confirms_its_owner_at_the_provider() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
    app.turn(Duration::from_mins(6));
    idp.follow(&app).await;
    let (page, action) = ("/account/step-up?next=/account/sessions", "/account/step-up/sso/corp");
    browser.get(page).await.assert_ok().assert_shows("Confirm at Corp Login");
    let before = browser.cookie("sid").unwrap();
    for wrong in ["no-auth-time"] {
        idp.set(json!({"wrong": wrong})).await;
        let back = idp.go(&mut browser, page, action).await;
        come_back(&mut browser, &back).await.assert_status(401);
    }
    idp.set(json!({"wrong": "", "authTime": app.now().as_secs() - 120})).await;
    let back = idp.go(&mut browser, page, action).await;
    come_back(&mut browser, &back).await.assert_status(401);
    idp.set(json!({"authTime": null, "member": {"sub": "u-9"}})).await;
    let back = idp.go(&mut browser, page, action).await;
    come_back(&mut browser, &back).await.assert_status(401).assert_shows("somebody else signed in");
    assert_eq!(app.events("step-up.succeeded"), 0);
    idp.set(json!({"member": {"sub": "u-1"}})).await;
    let away = browser.submit(page, action, &[]).await;
    let address = crate::support::away_to(away.assert_ok());
    assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
    let back = idp.visit(&address).await;
    come_back(&mut browser, &back).await.assert_leads_to("/account/sessions");
    assert_eq!(app.events("step-up.succeeded"), 1);
    assert_ne!(browser.cookie("sid").unwrap(), before, "the session has a new token");
    // Now a device may be enrolled; from then on the provider confirms nothing.
    let phone = browser.enrol("Phone").await;
    browser.get(PAGE).await.assert_ok();
    browser.post(action, &[]).await.assert_status(404);
    app.next_step();
    app.turn(Duration::from_mins(6));
    let code = phone.code(&app);
    browser.step_up(&code).await.assert_status(303);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
    let page = browser.get(PAGE).await;
    page.assert_shows("This is the only way into your account");
    assert!(!page.body.contains(UNLINK));
    browser.post(UNLINK, &[]).await.assert_status(409);
    assert_eq!(app.place.count("sso_identity"), 1);
    let refused = countersign::flow::sso::remove_as_operator(&app.operator(), "corp").await;
    assert!(matches!(refused, Err(countersign::flow::FlowError::Conflict(_))));
}
