//! The recovery key on the pages: made once, shown once, saved, used once (KEY-4 to KEY-8).

use std::time::Duration;

use countersign_core::preset::Preset;

use crate::support::{KEY, Person, TestApp};

const PAGE: &str = "/second-step";

/// Somebody with codes by e-mail and a saved recovery key.
async fn with_key(app: &TestApp) -> (Person<'_>, String) {
    let mut person = app.member().await;
    person.confirm_address();
    person.enable_email().await.assert_status(303);
    let key = person.make_key().await;
    app.letters().await;
    (person, key)
}

async fn sign_in_by_key(person: &mut Person<'_>, key: &str) {
    person.sign_in().await.assert_leads_to(PAGE);
    let ways = person.browser.get("/second-step/method").await;
    ways.assert_shows("The key that you saved; it works once");
    let chosen = person.browser.post("/second-step/method", &[("method", "recovery-key")]).await;
    chosen.assert_leads_to(PAGE);
    person.browser.get(PAGE).await.assert_shows("It works once.");
    let typed = key.to_ascii_lowercase().replace('-', " ");
    person.browser.second_step(&typed).await.assert_leads_to(KEY);
}

#[tokio::test]
async fn key_4_a_key_is_shown_once_downloaded_and_shown_to_be_saved() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut person = app.member().await;
    person.confirm_address();
    person.enable_email().await.assert_status(303);
    let shown = person.browser.submit(KEY, &format!("{KEY}/make"), &[]).await;
    shown.assert_ok().assert_shows("Guard it like a password.").assert_shows("Finish");
    assert_eq!(shown.header("cache-control"), "no-store");
    let key = shown.page().text_of("recovery-key").unwrap().replace(' ', "");
    let file = person.browser.send_form(&shown, &format!("{KEY}/file"), &[]).await;
    assert!(file.header("content-disposition").ends_with("-recovery-key.txt\""));
    assert!(file.header("content-type").starts_with("text/plain"));
    assert!(file.body.contains(&key) && file.body.contains("It works once."), "{}", file.body);
    assert!(!file.body.contains(&person.email), "the account is masked");
    let wrong = person.save_key(&shown, "0000-0000-0000-0000-0000-0000").await;
    wrong.assert_status(422).assert_shows("These are not the two groups of your key.");
    assert_eq!(wrong.page().text_of("recovery-key").unwrap().replace(' ', ""), key, "the key stays");
    person.save_key(&wrong, &key).await.assert_leads_to("/account/set-up/done");
    for page in [KEY, "/account/security", "/account", "/account/activity"] {
        person.browser.get(page).await.assert_hides(&key);
    }
    // Saved is saved: the page that showed it is over.
    person.save_key(&wrong, &key).await.assert_leads_to(KEY);
    let late = person.browser.send_form(&shown, &format!("{KEY}/file"), &[]).await;
    late.assert_leads_to(KEY);
}

#[tokio::test]
async fn key_4_a_lost_page_is_made_good_by_another_key() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut person = app.member().await;
    person.confirm_address();
    person.enable_email().await.assert_status(303);
    let lost = person.browser.submit(KEY, &format!("{KEY}/make"), &[]).await;
    person.browser.get(KEY).await.assert_shows("It was shown once and cannot be shown again.");
    let key = person.make_key().await;
    assert!(!lost.body.contains(&key));
    let old = lost.page().text_of("recovery-key").unwrap().replace(' ', "");
    person.save_key(&lost, &old).await.assert_leads_to(KEY);
}

#[tokio::test]
async fn key_5_and_key_8_the_key_signs_in_once_and_a_new_one_is_saved_first() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let (person, key) = with_key(&app).await;
    let mut there = person.elsewhere();
    sign_in_by_key(&mut there, &key).await;
    for page in ["/account", "/account/security", "/account/password"] {
        let led = there.browser.get(page).await;
        assert!(led.location().starts_with(KEY), "{page}: {}", led.location());
    }
    let page = there.browser.get(KEY).await;
    page.assert_shows("You signed in with your recovery key. It is used up; make and save a new one.");
    assert!(!page.page().links_to("/account/security"), "there is no way around");
    let new = there.make_key().await;
    assert_ne!(new, key);
    there.browser.get("/account").await.assert_ok();
    let mut again = person.elsewhere();
    again.sign_in().await.assert_leads_to(PAGE);
    again.browser.post("/second-step/method", &[("method", "recovery-key")]).await.assert_leads_to(PAGE);
    let spent = again.browser.second_step(&key).await;
    spent.assert_status(401).assert_shows("You have 4 tries left.");
    again.browser.second_step(&new).await.assert_leads_to(KEY);
}

#[tokio::test]
async fn key_8_for_ten_minutes_it_replaces_what_was_lost() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let (person, key) = with_key(&app).await;
    let mut there = person.elsewhere();
    sign_in_by_key(&mut there, &key).await;
    there.make_key().await;
    there.browser.get("/account/email").await.assert_ok();
    let off = "/account/security/email/disable";
    there.browser.submit(off, off, &[]).await.assert_leads_to("/account/security");
    app.turn(Duration::from_mins(11));
    there.browser.get("/account/email").await.assert_status(303);
}

#[tokio::test]
async fn key_7_a_new_key_takes_a_fresh_code_and_the_old_one_stops() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let (mut person, old) = with_key(&app).await;
    let page = person.browser.get(KEY).await;
    page.assert_shows("Your present key stops working the moment the new one is made.");
    person.browser.post(&format!("{KEY}/make"), &[]).await.assert_leads_to(KEY);
    person.browser.send_form(&page, &format!("{KEY}/start"), &[]).await.assert_leads_to(PAGE);
    person.browser.get(PAGE).await.assert_shows("The old one stops working at that moment.");
    let code = person.mailed_code().await;
    person.browser.second_step(&code).await.assert_leads_to(KEY);
    let new = person.make_key().await;
    let mut there = person.elsewhere();
    there.sign_in().await.assert_leads_to(PAGE);
    there.browser.post("/second-step/method", &[("method", "recovery-key")]).await.assert_leads_to(PAGE);
    there.browser.second_step(&old).await.assert_status(401);
    there.browser.second_step(&new).await.assert_leads_to(KEY);
}

#[tokio::test]
async fn what_is_no_key_costs_nothing_and_says_what_to_look_at() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let (person, key) = with_key(&app).await;
    let mut there = person.elsewhere();
    there.sign_in().await.assert_leads_to(PAGE);
    there.browser.post("/second-step/method", &[("method", "recovery-key")]).await.assert_leads_to(PAGE);
    there.browser.second_step(&key[..20]).await.assert_status(422).assert_shows("has 24 characters");
    there.browser.second_step("!").await.assert_status(422).assert_shows("only letters and digits");
    there.browser.second_step(&key).await.assert_leads_to(KEY);
}
