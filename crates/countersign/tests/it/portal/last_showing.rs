//! The preset `email-or-authenticator`: one of two, and the key one last time (EXC).

use std::time::Duration;

use countersign_core::preset::Preset;

use crate::support::{Person, Phone, TestApp};

const SHOWING: &str = "/account/security/authenticator/last-showing";

async fn shown(app: &TestApp) -> Person<'_> {
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let done = person.browser.confirm_set_up("Phone", &phone.code(app)).await;
    assert!(done.location().starts_with(SHOWING), "{}", done.location());
    person.phone = Some(phone);
    person
}

#[tokio::test]
async fn exc_5_and_exc_6_key_picture_timers_and_validate_stand_in_one_window() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    let page = person.browser.get("/account/security/authenticator/set-up").await;
    assert!(page.body.contains("<details class=\"quiet-details\" open>"), "the key as text stands open");
    assert!(page.body.contains(">Validate</button>"));
    page.assert_shows("New code in 30 s").assert_shows("10 minutes left for this set-up");
    let picture = person.browser.send_form(&page, "/account/security/authenticator/qr", &[]).await;
    assert_eq!(picture.header("content-type"), "image/png");
}

#[tokio::test]
async fn exc_7_the_key_is_shown_one_last_time_and_accept_ends_it() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = shown(&app).await;
    let page = person.browser.get(SHOWING).await;
    page.assert_shows("will not be shown again");
    let key = Phone::typed(&page.page().text_of("key").unwrap());
    assert_eq!(key.code(&app), person.phone().code(&app));
    let accept = format!("{SHOWING}/accept");
    let on = person.browser.send_form(&page, &accept, &[]).await;
    assert!(on.location().starts_with("/account/security/authenticator/done"), "{}", on.location());
    person.browser.get(SHOWING).await.assert_status(303);
    person.browser.post(&format!("{SHOWING}/download"), &[]).await.assert_status(404);
}

#[tokio::test]
async fn exc_7_download_is_the_picture_and_ends_it_too() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = shown(&app).await;
    let page = person.browser.get(SHOWING).await;
    let picture = person.browser.send_form(&page, &format!("{SHOWING}/download"), &[]).await;
    assert_eq!(picture.assert_ok().header("content-type"), "image/png");
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    person.browser.send_form(&page, &format!("{SHOWING}/download"), &[]).await.assert_status(404);
    // The page that is still open goes on all the same.
    let on = person.browser.send_form(&page, &format!("{SHOWING}/accept"), &[]).await;
    assert!(on.location().starts_with("/account/security/authenticator/done"), "{}", on.location());
}

#[tokio::test]
async fn exc_7_the_showing_ends_by_itself_and_is_of_this_browser_only() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = shown(&app).await;
    let mut elsewhere = person.elsewhere();
    app.next_step();
    elsewhere.sign_in_fully().await.assert_leads_to("/account");
    elsewhere.browser.get(SHOWING).await.assert_status(303);
    person.browser.get(SHOWING).await.assert_ok();
    app.turn(Duration::from_mins(10));
    person.browser.get(SHOWING).await.assert_status(303);
}

#[tokio::test]
async fn exc_2_the_app_takes_the_place_of_codes_by_mail_and_the_page_says_so_before() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = app.member().await;
    person.enable_email().await.assert_leads_to("/account/set-up/done");
    let before = person.browser.get("/account/security/authenticator").await;
    before.assert_shows("Codes by e-mail will be switched off");
    person.phone = Some(person.browser.enrol("Phone").await);
    let page = person.browser.get("/account/security").await;
    page.assert_shows("Remove your authenticator app first.").assert_shows("Yours: 1 device.");
    assert!(!page.page().links_to("/account/security/email"), "a button that can't be pressed");
    // And the other way round once the app is off.
    app.next_step();
    let remove = page.page().links().into_iter().find(|link| link.ends_with("/remove")).unwrap();
    person.browser.submit(&remove, &remove, &[]).await.assert_leads_to("/second-step");
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account/security");
    person.enable_email().await.assert_leads_to("/account/set-up/done");
}

#[tokio::test]
async fn exc_3_each_option_has_its_enable_button() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = app.member().await;
    let page = person.browser.get("/account/security").await;
    page.assert_shows("Enable Authenticator app").assert_shows("Enable Code by e-mail");
    assert!(page.page().links_to("/account/security/email"));
    assert!(page.page().links_to("/account/security/authenticator"));
}
