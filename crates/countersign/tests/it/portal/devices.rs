//! The list of devices: several, each with its name; renaming and removing one.

use std::time::Duration;

use countersign_core::preset::Preset;

use crate::support::{Answer, Browser, Person, Phone, TestApp};

/// The ids of the devices on the security page, oldest first.
async fn ids(browser: &mut Browser<'_>) -> Vec<String> {
    let links = browser.get("/account/security").await.page().links();
    let ids =
        links.iter().filter_map(|link| link.strip_suffix("/remove")?.rsplit('/').next().map(str::to_owned));
    ids.collect()
}

fn of(id: &str, deed: &str) -> String {
    format!("/account/security/authenticator/{id}/{deed}")
}

/// Asks for the removal and answers its challenge.
async fn remove(person: &mut Person<'_>, id: &str, code: &str) -> Answer {
    let address = of(id, "remove");
    person.browser.submit(&address, &address, &[]).await.assert_leads_to("/second-step");
    person.browser.second_step(code).await
}

async fn second_device(person: &mut Person<'_>) -> Phone {
    person.browser.enrol("Tablet").await
}

#[tokio::test]
async fn app_5_several_devices_each_with_its_own_key_sign_in() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let tablet = second_device(&mut person).await;
    assert_ne!(tablet.secret.as_bytes(), person.phone().secret.as_bytes());
    app.next_step();
    for phone in [tablet, person.phone().clone()] {
        person.sign_out().await;
        person.sign_in().await;
        person.browser.second_step(&phone.code(&app)).await.assert_leads_to("/account");
    }
}

#[tokio::test]
async fn app_5_the_list_says_when_each_was_added_and_last_used() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(2));
    second_device(&mut person).await;
    app.turn(Duration::from_mins(3));
    let other = &mut person.elsewhere();
    other.sign_in_fully().await.assert_leads_to("/account");
    app.turn(Duration::from_mins(1));
    let page = other.browser.get("/account/security").await;
    page.assert_shows("Phone Added 7 minutes ago · Last used 1 minute ago");
    page.assert_shows("Tablet Added 4 minutes ago · Not used yet");
}

#[tokio::test]
async fn app_5_a_device_is_renamed_alone() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    second_device(&mut person).await;
    let id = ids(&mut person.browser).await.remove(0);
    let address = of(&id, "rename");
    person.browser.submit(&address, &address, &[("name", "Old phone")]).await.assert_status(303);
    person
        .browser
        .get("/account/security")
        .await
        .assert_shows("Old phone Added")
        .assert_shows("Tablet Added");
    person.browser.submit(&address, &address, &[("name", "tablet")]).await.assert_status(422);
    assert_eq!(app.events("authenticator.renamed"), 1);
}

#[tokio::test]
async fn app_5_a_device_is_removed_alone_and_its_codes_stop() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let tablet = second_device(&mut person).await;
    app.next_step();
    let id = ids(&mut person.browser).await.remove(1);
    let code = person.phone().code(&app);
    remove(&mut person, &id, &code).await.assert_leads_to("/account/security");
    person.browser.get("/account/security").await.assert_shows("Phone Added").assert_hides("Tablet");
    app.next_step();
    person.sign_out().await;
    person.sign_in().await;
    person.browser.second_step(&tablet.code(&app)).await.assert_status(401);
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
}

#[tokio::test]
async fn app_5_the_removal_page_names_the_device_and_asks_for_a_code() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let id = ids(&mut person.browser).await.remove(0);
    let page = person.browser.get(&of(&id, "remove")).await;
    page.assert_shows("“Phone”")
        .assert_shows("This is your last device.")
        .assert_shows("Next, we ask you to confirm that it is you");
    let address = of(&id, "remove");
    person.browser.submit(&address, &address, &[]).await;
    person.browser.get("/second-step").await.assert_shows("To remove “Phone”, type a 6-digit code");
}

#[tokio::test]
async fn after_the_last_device_the_password_signs_in_alone() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let id = ids(&mut person.browser).await.remove(0);
    let code = person.phone().code(&app);
    remove(&mut person, &id, &code).await.assert_status(303);
    person.elsewhere().sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn all_4_removal_takes_its_own_challenge_although_the_session_was_just_proved() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let id = ids(&mut person.browser).await.remove(0);
    person.browser.step_up(&person.phone().code(&app)).await.assert_status(303);
    let address = of(&id, "remove");
    person.browser.submit(&address, &address, &[]).await.assert_leads_to("/second-step");
    assert_eq!(ids(&mut person.browser).await.len(), 1, "nothing is removed before the code");
    let wrong = person.phone().wrong(&app);
    person.browser.second_step(&wrong).await.assert_status(401);
    assert_eq!(ids(&mut person.browser).await.len(), 1);
    app.next_step();
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account/security");
}

#[tokio::test]
async fn all_4_removing_ends_other_sessions_and_open_challenges() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    second_device(&mut person).await;
    app.next_step();
    let mut other = person.elsewhere();
    other.sign_in_fully().await.assert_leads_to("/account");
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    app.next_step();
    let id = ids(&mut person.browser).await.remove(1);
    let before = person.browser.cookie("sid").unwrap();
    let code = person.phone().code(&app);
    remove(&mut person, &id, &code).await.assert_status(303);
    assert_ne!(person.browser.cookie("sid").unwrap(), before);
    assert!(!other.browser.is_in().await);
    app.next_step();
    let code = person.phone().code(&app);
    waiting.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
}

#[tokio::test]
async fn c_65_nobody_touches_a_device_of_somebody_else() {
    let app = TestApp::start().await;
    let mut owner = app.enrolled().await;
    let mut thief = app.enrolled().await;
    let id = ids(&mut owner.browser).await.remove(0);
    for deed in ["rename", "remove"] {
        thief.browser.get(&of(&id, deed)).await.assert_status(404);
    }
    thief.browser.get("/account/security").await;
    thief.browser.post(&of(&id, "remove"), &[]).await.assert_status(404);
    thief.browser.post(&of(&id, "rename"), &[("name", "Mine")]).await.assert_status(404);
    for junk in ["x", "00000000-0000-0000-0000-000000000000", "..%2f..", "%00"] {
        thief.browser.get(&of(junk, "remove")).await.assert_status(404);
    }
    owner.browser.get("/account/security").await.assert_shows("Phone Added");
}

#[tokio::test]
async fn c_65_a_removal_challenge_removes_its_own_subject_only() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    second_device(&mut person).await;
    app.next_step();
    let both = ids(&mut person.browser).await;
    let address = of(&both[1], "remove");
    person.browser.submit(&address, &address, &[]).await;
    person.browser.get("/second-step").await;
    let code = person.phone().code(&app);
    person.browser.post("/second-step", &[("code", &code), ("id", &both[0])]).await.assert_status(400);
    person.browser.post("/second-step", &[("code", &code)]).await.assert_status(303);
    assert_eq!(ids(&mut person.browser).await, both[..1]);
}

#[tokio::test]
async fn authenticators_max_is_five_and_the_page_says_when_it_is_reached() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for number in 0..5 {
        person.browser.enrol(&format!("Device {number}")).await;
    }
    person.browser.get("/account/security").await.assert_shows("You have all 5 devices that are allowed.");
    person.browser.post("/account/security/authenticator/start", &[]).await.assert_status(409);
    assert_eq!(app.place.count("authenticator"), 5);
}

#[tokio::test]
async fn msg_14_authenticators_max_is_one_in_exc_and_msg() {
    for preset in [Preset::EmailOrAuthenticator, Preset::Messenger] {
        let app = TestApp::preset(preset).await;
        let mut person = app.enrolled().await;
        person.browser.get("/account/security").await.assert_shows("You can have 1 device.");
        person.browser.post("/account/security/authenticator/start", &[]).await.assert_status(409);
    }
}

#[tokio::test]
async fn authenticators_max_holds_for_set_ups_that_race() {
    let app = TestApp::preset(Preset::Messenger).await;
    let mut person = app.member().await;
    let mut other = person.elsewhere();
    other.sign_in().await;
    let phone = person.browser.start_set_up().await;
    let tablet = other.browser.start_set_up().await;
    // The second start has thrown the first key away: one pending key for each account.
    person.browser.get("/account").await;
    let confirm = "/account/security/authenticator/confirm";
    person.browser.post(confirm, &[("name", "Phone"), ("code", &phone.code(&app))]).await.assert_status(303);
    other.browser.confirm_set_up("Tablet", &tablet.code(&app)).await.assert_status(303);
    assert_eq!(app.place.number("SELECT COUNT(*) FROM authenticator WHERE confirmed_at IS NOT NULL"), 1);
}
