//! Codes by e-mail on the pages: switching on and off, signing in, and all that may be wrong with a code (EXC-1, KEY).

use std::time::Duration;

use countersign_core::preset::Preset;

use crate::support::{Answer, Person, TestApp};

const PAGE: &str = "/second-step";

async fn with_mail(app: &TestApp) -> Person<'_> {
    let mut person = app.member().await;
    person.confirm_address();
    person.enable_email().await.assert_status(303);
    app.letters().await;
    person
}

/// A number that this code is not.
fn another(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn send(person: &mut Person<'_>) -> Answer {
    person.browser.submit(PAGE, "/second-step/send", &[]).await
}

#[tokio::test]
async fn exc_1_a_sign_in_asks_for_the_mailed_code_and_shows_how_its_letter_stands() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await.elsewhere();
    person.sign_in().await.assert_leads_to(PAGE);
    let page = person.browser.get(PAGE).await;
    page.assert_shows("We sent a 6-digit code to p•••@e•••.net").assert_shows("just now");
    page.assert_shows("on its way").assert_hides(&person.email);
    let reference = page.page().text();
    let letters = app.letters_to(&person.email).await;
    let [letter] = &letters[..] else { panic!("{} letters", letters.len()) };
    let told = letter.0.text.split("request ").nth(1).unwrap()[..4].to_owned();
    assert!(reference.contains(&format!("The e-mail says {told}")), "{reference}");
    person.browser.get(PAGE).await.assert_hides("on its way");
    person.browser.second_step(&letter.code().unwrap()).await.assert_leads_to("/account");
    person.browser.get("/account").await.assert_shows("Your account is protected by codes by e-mail");
}

#[tokio::test]
async fn key_3_and_msg_5_enabling_says_what_happens_and_takes_the_code() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut person = app.member().await;
    person.confirm_address();
    let mut other = person.elsewhere();
    other.sign_in().await.assert_leads_to("/account/set-up");
    let page = person.browser.get("/account/security/email").await;
    page.assert_shows("Send verification code").assert_shows("your other session will be signed out");
    page.assert_shows("Then you make a recovery key").assert_shows(&person.email);
    person.browser.send_form(&page, "/account/security/email/start", &[]).await.assert_leads_to(PAGE);
    let asked = person.browser.get(PAGE).await;
    asked.assert_shows("Continue");
    let code = person.mailed_code().await;
    let wrong = person.browser.second_step(&another(&code)).await;
    wrong.assert_status(401).assert_shows("That code is not right. You have 4 tries left.");
    let done = person.browser.second_step(&code).await;
    done.assert_leads_to("/account/security/recovery-key");
    person.browser.follow(done).await.assert_shows("Codes by e-mail are on.");
    assert!(!other.browser.is_in().await, "MSG-9");
}

#[tokio::test]
async fn key_1_without_a_verified_address_the_buttons_wait_and_say_why() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut person = app.member().await;
    let page = person.browser.get("/account/security").await;
    page.assert_shows("Confirm your e-mail address first.").assert_shows("Not confirmed");
    assert!(page.body.contains("disabled aria-describedby=\"reason-mail\""));
    assert!(!page.page().links_to("/account/security/email"));
    let sent = person.browser.send_form(&page, "/account/email/confirm", &[]).await;
    sent.assert_leads_to("/account/security");
    let letters = app.letters_to(&person.email).await;
    assert_eq!(letters.iter().flat_map(crate::support::Letter::links).count(), 1);
    person.browser.get("/account/security/authenticator").await.assert_shows("Verify now");
    person.browser.get("/account/security/email").await.assert_status(403);
    person.confirm_address();
    person.browser.get("/account/security").await.assert_shows("Confirmed");
    person.browser.get("/account/security/email").await.assert_ok();
}

#[tokio::test]
async fn another_code_waits_its_time_and_replaces_the_one_before() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await;
    person.sign_out().await;
    person.sign_in().await.assert_leads_to(PAGE);
    let first = person.mailed_code().await;
    let page = person.browser.get(PAGE).await;
    page.assert_shows("You can have another one sent in");
    assert!(page.body.contains("type=\"submit\" disabled aria-describedby=\"send-wait\""));
    // Pressed all the same, nothing is sent.
    person.browser.post("/second-step/send", &[]).await.assert_leads_to(PAGE);
    assert!(app.letters_to(&person.email).await.is_empty());
    app.turn(Duration::from_mins(2));
    send(&mut person).await.assert_leads_to(PAGE);
    let second = person.mailed_code().await;
    if first != second {
        let old = person.browser.second_step(&first).await;
        old.assert_status(401).assert_shows("from an earlier e-mail; the newest one says");
    }
    person.browser.second_step(&second).await.assert_leads_to("/account");
}

#[tokio::test]
async fn an_expired_code_leads_to_another_one() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await.elsewhere();
    person.sign_in().await.assert_leads_to(PAGE);
    let code = person.mailed_code().await;
    let short = person.browser.second_step("12 34").await;
    short.assert_status(422).assert_shows("A code has 6 digits.");
    app.turn(Duration::from_mins(11));
    person.browser.post(PAGE, &[("code", &code), ("method", "email")]).await.assert_status(410);
}

#[tokio::test]
async fn a_mail_server_that_cannot_be_reached_is_told_kindly() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await.elsewhere();
    app.place.tray.set_failing(true);
    person.sign_in().await.assert_leads_to(PAGE);
    app.post().await;
    person.browser.get(PAGE).await.assert_shows("Our mail server cannot be reached at the moment.");
    person.browser.get(PAGE).await.assert_shows("Try another way");
    app.place.tray.set_failing(false);
}

#[tokio::test]
async fn key_6_and_msg_10_switching_off_takes_a_fresh_code() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await;
    let off = "/account/security/email/disable";
    let page = person.browser.get(off).await;
    page.assert_shows("This is your last way.");
    person.browser.send_form(&page, off, &[]).await.assert_leads_to(PAGE);
    let code = person.mailed_code().await;
    person.browser.second_step(&code).await.assert_leads_to("/account/security");
    person.elsewhere().sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn key_9_the_person_chooses_and_the_last_used_comes_first() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut person = with_mail(&app).await;
    person.phone = Some(person.browser.enrol("Phone").await);
    app.next_step();
    person.sign_out().await;
    person.sign_in().await.assert_leads_to(PAGE);
    let ways = person.browser.get("/second-step/method").await;
    let text = ways.text();
    let method = if text.contains("A code to p•••@e•••.net") { "email" } else { "authenticator" };
    let other = if method == "email" { "authenticator" } else { "email" };
    person.browser.post("/second-step/method", &[("method", method)]).await.assert_leads_to(PAGE);
    let page = person.browser.get(PAGE).await;
    assert!(page.body.contains(&format!("name=\"method\" value=\"{method}\"")));
    person.browser.get("/second-step/method").await.assert_shows(if other == "email" {
        "A code to p•••@e•••.net"
    } else {
        "A code that your app shows"
    });
    person.browser.post("/second-step/method", &[("method", "authenticator")]).await.assert_leads_to(PAGE);
    let code = person.phone().fresh(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
    person.sign_out().await;
    person.sign_in().await.assert_leads_to(PAGE);
    let page = person.browser.get(PAGE).await;
    assert!(page.body.contains("name=\"method\" value=\"authenticator\""), "last used first");
}

#[tokio::test]
async fn a_step_up_by_mail_sends_nothing_before_it_is_asked_for() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = with_mail(&app).await;
    app.turn(Duration::from_mins(6));
    let before = app.place.count("challenge");
    let page = person.browser.get("/account/step-up?next=/account/email").await;
    page.assert_shows("We send a 6-digit code to p•••@e•••.net");
    assert!(page.page().form("/account/step-up").is_none(), "there is nothing to type yet");
    assert_eq!(app.place.count("challenge"), before);
    person
        .browser
        .post("/account/step-up", &[("code", "123456"), ("method", "email")])
        .await
        .assert_status(401);
    assert_eq!(app.place.count("challenge"), before);
    let page = person.browser.get("/account/step-up?next=/account/email").await;
    let sent = person.browser.send_form(&page, "/account/step-up/send", &[]).await;
    sent.assert_leads_to("/account/step-up?next=%2Faccount%2Femail");
    let code = person.mailed_code().await;
    let page = person.browser.follow(sent).await;
    let done = person.browser.send_form(&page, "/account/step-up", &[("code", &code)]).await;
    done.assert_leads_to("/account/email");
    person.browser.get("/account/email").await.assert_shows("Change your e\u{2011}mail address");
}

#[tokio::test]
async fn the_address_is_changed_by_a_letter_and_the_wish_can_be_dropped() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    let wrong = person.browser.submit("/account/email", "/account/email", &[("email", "nowhere")]).await;
    wrong.assert_status(422).assert_shows("An e-mail address has one @");
    let fields = [("email", "new-place@example.net")];
    let asked = person.browser.submit("/account/email", "/account/email", &fields).await;
    asked.assert_leads_to("/account/security");
    let page = person.browser.get("/account/security").await;
    page.assert_shows("new-place@example.net").assert_shows(&person.email);
    assert_eq!(app.letters_to("new-place@example.net").await.len(), 1);
    let dropped = person.browser.send_form(&page, "/account/email/drop", &[]).await;
    dropped.assert_leads_to("/account/security");
    person.browser.get("/account/security").await.assert_hides("new-place@example.net");
}
