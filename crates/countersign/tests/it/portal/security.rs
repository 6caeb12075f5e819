//! The security page: methods, wording, what is not on offer.

use countersign_core::preset::Preset;

use crate::support::TestApp;

#[tokio::test]
async fn app_7_sms_is_not_on_offer_and_the_page_says_why() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let page = person.browser.get("/account/security").await;
    page.assert_shows("Code by SMS Not on offer An SMS can be read or redirected on its way");
    page.assert_shows("needs network reception");
    assert!(!page.page().links().iter().any(|link| link.contains("sms")));
}

/// The words of each preset: menu, tab, enable, confirm (REC, EXC-6, KEY-2, KEY-10, MSG-14).
async fn wording(preset: Preset, [menu, tab, enable, confirm]: [&str; 4]) {
    let app = TestApp::preset(preset).await;
    let mut person = app.member().await;
    person.confirm_address();
    let page = person.browser.get("/account/security").await;
    page.assert_shows(&format!("{menu} Sign out")).assert_shows(&format!("{enable} Authenticator app"));
    assert_eq!(page.page().text_of("main").unwrap().matches(tab).count().min(1), 1, "{}", page.text());
    assert!(page.body.contains(&format!("<title>{tab} ·")), "{tab}");
    person.browser.start_set_up().await;
    let set_up = person.browser.get("/account/security/authenticator/set-up").await;
    assert!(set_up.body.contains(&format!("type=\"submit\">{confirm}</button>")), "{confirm}");
}

#[tokio::test]
async fn app_4_wording_of_the_preset_authenticator() {
    wording(Preset::Authenticator, ["Account", "Security", "Enable", "Complete activation"]).await;
}

#[tokio::test]
async fn exc_6_wording_of_the_preset_email_or_authenticator() {
    wording(Preset::EmailOrAuthenticator, ["Account", "Security", "Enable", "Validate"]).await;
}

#[tokio::test]
async fn key_10_wording_of_the_preset_email_with_recovery_key() {
    wording(Preset::EmailWithRecoveryKey, ["Account", "Security and credentials", "Enable", "Verify"]).await;
}

#[tokio::test]
async fn msg_14_wording_of_the_preset_messenger() {
    wording(Preset::Messenger, ["Personal data", "Security", "Launch", "Confirm"]).await;
}

#[tokio::test]
async fn rec_1_wording_of_the_preset_recommended() {
    wording(Preset::Recommended, ["Account", "Security", "Enable", "Confirm"]).await;
}

#[tokio::test]
async fn exc_4_a_key_is_made_only_after_yes_show_my_qr_code() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = app.member().await;
    let before = person.browser.get("/account/security/authenticator").await;
    before.assert_shows("Yes, show my QR code");
    assert_eq!(app.place.count("authenticator"), 0);
    person.browser.send_form(&before, "/account/security/authenticator/start", &[]).await.assert_status(303);
    assert_eq!(app.place.count("authenticator"), 1);
}

#[tokio::test]
async fn a_change_of_policy_counts_with_the_next_request() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.get("/account/security").await.assert_shows("Code by SMS");
    let call = app.operator();
    countersign::flow::policy::set_preset(&call, None, Preset::Messenger, "test").await.unwrap();
    person.browser.get("/account/security").await.assert_shows("Personal data").assert_shows("Launch");
}

#[tokio::test]
async fn the_portal_speaks_german() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person
        .browser
        .submit("/account/profile", "/account/profile", &[("language", "de")])
        .await
        .assert_status(303);
    person.browser.get("/account/security").await.assert_shows("Zwei-Faktor");
    let mut stranger = app.browser();
    stranger.language = "de-AT,de;q=0.9".to_owned();
    let page = stranger.get("/sign-in").await;
    assert!(page.body.contains("<html lang=\"de\""));
}
