//! One-time links: first administrator, invitation, password reset.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::{link, policy};
use countersign_core::preset::Preset;
use countersign_core::role::Role;

use crate::support::{Answer, Browser, TestApp, password_of};

async fn reset_link(app: &TestApp, email: &str) -> String {
    format!("/link/{}", *admin::reset_link(&app.operator(), email).await.unwrap().0.reveal())
}

async fn invitation(app: &TestApp, email: &str, role: Role) -> String {
    invitation_to(app, email, role, None).await
}

async fn invitation_to(app: &TestApp, email: &str, role: Role, organisation: Option<&str>) -> String {
    let organisation = organisation.map(str::to_owned);
    let new = NewAccount { email: email.to_owned(), display_name: None, role, organisation, password: None };
    match admin::add(&app.operator(), new).await.unwrap() {
        Added::Invited(token, _) => format!("/link/{}", *token.reveal()),
        Added::Account => panic!("an account without a password"),
    }
}

async fn first_administrator(app: &TestApp) -> Option<String> {
    let token = link::first_administrator(&app.operator()).await.unwrap()?;
    Some(format!("/link/{}", *token.reveal()))
}

async fn spend(browser: &mut Browser<'_>, link: &str, fields: &[(&str, &str)]) -> Answer {
    browser.get(link).await.assert_leads_to("/link");
    browser.submit("/link", "/link", fields).await
}

#[tokio::test]
async fn all_9_a_reset_asks_for_the_second_step_and_touches_no_factor() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let link = reset_link(&app, &person.email).await;
    let mut browser = app.browser();
    let answer = spend(&mut browser, &link, &[("password", &password_of(8_001))]).await;
    answer.assert_leads_to("/second-step");
    assert!(browser.cookie("sid").is_none() && !browser.is_in().await);
    assert_eq!(app.place.count("authenticator"), 1);
    let code = person.phone().code(&app);
    browser.second_step(&code).await.assert_leads_to("/account");
    person.password = password_of(8_001);
    person.elsewhere().sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn all_9_a_reset_without_a_device_enters() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = reset_link(&app, &person.email).await;
    spend(&mut app.browser(), &link, &[("password", &password_of(8_002))])
        .await
        .assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn all_9_an_invitation_passes_the_gate_and_makes_the_account() {
    let app = TestApp::start().await;
    let link = invitation(&app, "guest@example.net", Role::Member).await;
    let mut browser = app.browser();
    browser.get(&link).await.assert_leads_to("/link");
    browser.get("/link").await.assert_shows("Join Example Hosting");
    let fields = [("display_name", "Guest"), ("password", &*password_of(8_003))];
    browser.submit("/link", "/link", &fields).await.assert_leads_to("/account/set-up");
    browser.get("/account/profile").await.assert_shows("guest@example.net");
}

#[tokio::test]
async fn all_9_the_first_administrator_reaches_enrolment_only() {
    let app = TestApp::start().await;
    let link = first_administrator(&app).await.unwrap();
    let mut browser = app.browser();
    let fields =
        [("email", "root@example.net"), ("display_name", "Root"), ("password", &*password_of(8_004))];
    spend(&mut browser, &link, &fields).await.assert_status(303);
    for page in
        ["/account", "/account/profile", "/account/security", "/account/sessions", "/account/activity"]
    {
        let sent = browser.get(page).await;
        assert!(sent.location().starts_with("/account/set-up"), "{page} {}", sent.location());
    }
    browser.get("/account/security/authenticator").await.assert_ok().assert_shows("One more step");
    let phone = browser.enrol("Phone").await;
    browser.get("/account").await.assert_ok();
    app.next_step();
    let mut again = app.browser();
    again.sign_in("root@example.net", &password_of(8_004)).await.assert_leads_to("/second-step");
    again.second_step(&phone.code(&app)).await.assert_leads_to("/account");
    assert!(first_administrator(&app).await.is_none(), "there is one now");
}

#[tokio::test]
async fn staff_that_has_removed_the_last_device_reaches_enrolment_only() {
    let app = TestApp::start().await;
    let link = invitation(&app, "desk@example.net", Role::Support).await;
    let mut browser = app.browser();
    let fields = [("display_name", "Desk"), ("password", &*password_of(8_005))];
    spend(&mut browser, &link, &fields).await.assert_status(303);
    browser.get("/account").await.assert_status(303);
    let phone = browser.enrol("Phone").await;
    app.next_step();
    let links = browser.get("/account/security").await.page().links();
    let remove = links.into_iter().find(|link| link.ends_with("/remove")).unwrap();
    browser.submit(&remove, &remove, &[]).await.assert_leads_to("/second-step");
    browser.second_step(&phone.code(&app)).await;
    let sent = browser.get("/account").await;
    assert!(sent.location().starts_with("/account/set-up"), "{}", sent.location());
    let mut again = app.browser();
    again.sign_in("desk@example.net", &password_of(8_005)).await;
    again.get("/account/profile").await.assert_status(303);
}

#[tokio::test]
async fn staff_sessions_end_sooner() {
    let app = TestApp::start().await;
    let link = invitation(&app, "desk@example.net", Role::Support).await;
    let mut browser = app.browser();
    spend(&mut browser, &link, &[("display_name", "Desk"), ("password", &password_of(8_006))]).await;
    browser.enrol("Phone").await;
    app.turn(Duration::from_mins(14));
    assert!(browser.is_in().await);
    app.turn(Duration::from_mins(15));
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn opening_a_link_spends_nothing_and_hides_its_token() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = reset_link(&app, &person.email).await;
    let mut browser = app.browser();
    for _ in 0..3 {
        let opened = browser.get(&link).await;
        opened.assert_leads_to("/link");
        let cookie = opened.set_cookies().into_iter().find(|one| one.starts_with("__Host-link=")).unwrap();
        assert!(cookie.contains("Max-Age=600"), "{cookie}");
        let page = browser.get("/link").await;
        page.assert_ok().assert_hides(link.strip_prefix("/link/").unwrap());
    }
    assert_eq!(app.place.number("SELECT COUNT(*) FROM link WHERE spent_at IS NOT NULL"), 0);
}

#[tokio::test]
async fn a_form_that_was_drawn_for_another_link_does_nothing() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.member().await, app.member().await);
    let (first, second) = (reset_link(&app, &ada.email).await, reset_link(&app, &bea.email).await);
    let mut browser = app.browser();
    browser.get(&first).await.assert_leads_to("/link");
    let shown = browser.get("/link").await;
    browser.get(&second).await.assert_leads_to("/link");
    let fields = [("password", &*password_of(8_040))];
    let answer = browser.send_form(&shown, "/link", &fields).await;
    answer.assert_status(409).assert_shows("You have opened another link meanwhile");
    assert_eq!(app.place.number("SELECT COUNT(*) FROM link WHERE spent_at IS NOT NULL"), 0);
    browser.send_form(&answer, "/link", &fields).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn c_33_a_link_works_once() {
    let app = TestApp::start().await;
    let person = app.member().await;
    for link in [reset_link(&app, &person.email).await, invitation(&app, "g@example.net", Role::Member).await]
    {
        let mut first = app.browser();
        let mut second = app.browser();
        first.get(&link).await;
        second.get(&link).await;
        let page = first.get("/link").await;
        second.get("/link").await;
        let asks_name = page.form("/link").fields.iter().any(|field| field.0 == "display_name");
        let password = password_of(8_007);
        let mut all = vec![("password", &*password)];
        if asks_name {
            all.push(("display_name", "Guest"));
        }
        first.send_form(&page, "/link", &all).await.assert_status(303);
        second.post("/link", &all).await.assert_status(410);
        assert!(second.cookie("sid").is_none());
        app.browser().open(&link).await.assert_status(410).assert_shows("This link has ended");
    }
}

#[tokio::test]
async fn a_link_ends_by_itself() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let reset = reset_link(&app, &person.email).await;
    app.turn(Duration::from_secs(30 * 60 - 1));
    app.browser().open(&reset).await.assert_ok();
    app.turn(Duration::from_secs(1));
    app.browser().open(&reset).await.assert_status(410);
    let invited = invitation(&app, "g@example.net", Role::Member).await;
    app.turn(Duration::from_hours(72));
    app.browser().open(&invited).await.assert_status(410);
}

#[tokio::test]
async fn a_new_link_voids_the_one_before() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let (old, new) = (reset_link(&app, &person.email).await, reset_link(&app, &person.email).await);
    app.browser().open(&old).await.assert_status(410);
    app.browser().open(&new).await.assert_ok();
}

#[tokio::test]
async fn c_84_a_reset_ends_sessions_what_browsers_may_and_second_steps_in_progress() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    let link = reset_link(&app, &person.email).await;
    spend(&mut app.browser(), &link, &[("password", &password_of(8_008))])
        .await
        .assert_leads_to("/second-step");
    assert!(!person.browser.is_in().await);
    let code = person.phone().code(&app);
    waiting.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
    // It is known still, for what codes by mail are worth in it, but under the old password: strangers' limits apply.
    let current = "SELECT COUNT(*) FROM recognised_browser b JOIN account a ON a.id = b.account_id \
                   WHERE b.password_version = a.password_version";
    assert_eq!(app.place.number(current), 0);
}

#[tokio::test]
async fn c_29_a_reset_in_the_browser_that_was_signed_in_still_asks() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let link = reset_link(&app, &person.email).await;
    spend(&mut person.browser, &link, &[("password", &password_of(8_009))])
        .await
        .assert_leads_to("/second-step");
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn c_22_the_host_header_builds_no_link_and_no_redirect() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = reset_link(&app, &person.email).await;
    let mut browser = app.browser();
    let poison =
        [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    for path in [&*link, "/", "/account", "/sign-in", "/link"] {
        let answer = browser.send("GET", path, &poison, "").await;
        assert!(!answer.location().contains("evil"), "{path} {}", answer.location());
        answer.assert_hides("evil.example");
    }
}

#[tokio::test]
async fn junk_links_are_limited_by_address_and_tell_nothing() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = reset_link(&app, &person.email).await;
    let mut browser = app.browser();
    let junk = format!("/link/{}", "A".repeat(43));
    for _ in 0..20 {
        browser.open(&junk).await.assert_status(410);
    }
    browser.open(&junk).await.assert_status(429);
    // A neighbour's noise stops no right link.
    browser.open(&link).await.assert_ok();
    app.browser().open("/link/short").await.assert_status(410);
}

#[tokio::test]
async fn a_disabled_account_gets_no_reset() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = reset_link(&app, &person.email).await;
    let mut browser = app.browser();
    browser.get(&link).await;
    browser.get("/link").await.assert_ok();
    let disabled = countersign_store::account::AccountState::Disabled;
    admin::set_state(&app.operator(), &person.email, disabled).await.unwrap();
    let mut later = app.browser();
    later.get(&link).await;
    later.get("/link").await.assert_status(410);
    browser.post("/link", &[("password", &password_of(8_010))]).await.assert_status(410);
    assert!(admin::reset_link(&app.operator(), &person.email).await.is_err());
}

#[tokio::test]
async fn c_41_a_link_takes_one_address_and_not_that_of_somebody_else() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let link = invitation(&app, "guest@example.net", Role::Member).await;
    let mut browser = app.browser();
    browser.get(&link).await;
    browser.get("/link").await;
    let body = format!("csrf={}&email=a%40b.org&email={}&password=x", browser.csrf(), person.email);
    browser.post_body("/link", &body).await.assert_status(400);
    // The invitation's own address counts, whatever is sent along.
    let fields = [("email", &*person.email), ("display_name", "Guest"), ("password", &password_of(8_011))];
    browser.post("/link", &fields).await;
    browser.get("/account/profile").await.assert_shows("guest@example.net").assert_hides(&person.email);
}

#[tokio::test]
async fn a_link_bears_the_name_of_its_own_organisation() {
    let app = TestApp::start().await;
    let rules = Preset::Authenticator.policy();
    policy::add_organisation(&app.operator(), "Harbour Mobile", "harbour", rules).await.unwrap();
    let link = invitation_to(&app, "guest@example.net", Role::Member, Some("harbour")).await;
    let mut browser = app.browser();
    browser.get(&link).await.assert_leads_to("/link");
    browser.get("/link").await.assert_shows("Join Harbour Mobile").assert_hides("Example Hosting");
    let fields = [("display_name", "Guest"), ("password", &*password_of(8_031))];
    browser.submit("/link", "/link", &fields).await.assert_status(303);
    let link = reset_link(&app, "guest@example.net").await;
    browser.get(&link).await.assert_leads_to("/link");
    browser.get("/link").await.assert_shows("Harbour Mobile").assert_hides("Example Hosting");
}
