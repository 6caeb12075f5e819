//! Setting up an authenticator.

use std::time::Duration;

use crate::support::TestApp;

const BASE: &str = "/account/security/authenticator";
const SET_UP: &str = "/account/security/authenticator/set-up";
const CONFIRM: &str = "/account/security/authenticator/confirm";

#[tokio::test]
async fn app_2_the_settings_have_a_row_with_a_gear_from_which_set_up_starts() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let page = person.browser.get("/account/security").await;
    page.assert_shows("Two-factor authentication").assert_shows("Manage two-factor authentication");
    assert!(page.page().links_to(BASE));
    person.browser.get(BASE).await.assert_ok().form("/account/security/authenticator/start");
}

#[tokio::test]
async fn app_3_set_up_shows_a_qr_code_and_the_key_in_groups() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    let page = person.browser.get(SET_UP).await;
    let key = page.page().text_of("key").unwrap();
    let groups: Vec<_> = key.split(' ').collect();
    assert_eq!(groups.len(), 8);
    assert!(groups.iter().all(|group| group.len() == 4), "{key}");
    let pictures: Vec<_> =
        page.page().attributes("src").into_iter().filter(|(tag, _)| tag == "img").collect();
    assert!(pictures.iter().any(|(_, source)| source.starts_with("data:image/svg+xml")));
    assert!(page.page().attributes("data-copy").iter().any(|(tag, what)| tag == "button" && what == "key"));
    page.assert_shows("Kind: time-based. 6 digits, every 30 seconds.");
}

#[tokio::test]
async fn app_3_the_qr_code_can_be_taken_as_a_picture() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    let picture = person.browser.submit(SET_UP, "/account/security/authenticator/qr", &[]).await;
    picture.assert_status(200);
    assert_eq!(picture.header("content-type"), "image/png");
    assert!(picture.header("content-disposition").starts_with("attachment"));
    assert_eq!(&picture.bytes[..8], b"\x89PNG\r\n\x1a\n");
}

#[tokio::test]
async fn app_4_nothing_is_active_before_complete_activation() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let mut elsewhere = person.elsewhere();
    elsewhere.sign_in().await.assert_leads_to("/account/set-up");
    person.browser.get(SET_UP).await.assert_shows("Complete activation");
    let done = person.browser.confirm_set_up("Philipp iPhone", &phone.code(&app)).await;
    person.browser.follow(done).await.assert_shows("Philipp iPhone").assert_shows("Your second step is on");
    person.elsewhere().sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn app_4_a_name_and_a_code_are_asked_for() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let code = phone.code(&app);
    person.browser.confirm_set_up("", &code).await.assert_status(422);
    person.browser.confirm_set_up(&"x".repeat(41), &code).await.assert_status(422);
    person.browser.confirm_set_up("Phone", "").await.assert_status(422);
    assert_eq!(app.place.number("SELECT COUNT(*) FROM authenticator WHERE confirmed_at IS NOT NULL"), 0);
    person.browser.confirm_set_up("Phone", &code).await.assert_status(303);
}

#[tokio::test]
async fn app_4_a_wrong_code_keeps_the_key_and_ten_of_them_end_it() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let wrong = phone.wrong(&app);
    for left in (1..10).rev() {
        let answer = person.browser.confirm_set_up("Phone", &wrong).await;
        let left = if left == 1 { "1 try left".to_owned() } else { format!("{left} tries left") };
        answer.assert_status(401).assert_shows(&left);
    }
    let over = person.browser.confirm_set_up("Phone", &wrong).await;
    over.assert_leads_to("/account/security/authenticator");
    person.browser.get(BASE).await;
    person.browser.post(CONFIRM, &[("name", "Phone"), ("code", &phone.code(&app))]).await.assert_status(303);
    assert_eq!(app.place.count("authenticator"), 0);
}

#[tokio::test]
async fn a_set_up_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    app.turn(Duration::from_secs(599));
    person.browser.get(SET_UP).await.assert_ok();
    app.turn(Duration::from_secs(2));
    person.browser.get(SET_UP).await.assert_leads_to(BASE);
    person
        .browser
        .post(CONFIRM, &[("name", "Phone"), ("code", &phone.code(&app))])
        .await
        .assert_leads_to(BASE);
    assert_eq!(app.place.number("SELECT COUNT(*) FROM authenticator WHERE confirmed_at IS NOT NULL"), 0);
}

#[tokio::test]
async fn a_set_up_can_be_cancelled() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    person.browser.submit(SET_UP, "/account/security/authenticator/cancel", &[]).await.assert_status(303);
    person.browser.get(SET_UP).await.assert_leads_to(BASE);
    assert_eq!(app.place.count("authenticator"), 0);
}

#[tokio::test]
async fn a_pending_key_is_shown_in_its_own_session_only() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let mut other = person.elsewhere();
    other.sign_in().await.assert_leads_to("/account/set-up");
    other.browser.get(SET_UP).await.assert_leads_to(BASE);
    other.browser.get(BASE).await;
    other.browser.post(CONFIRM, &[("name", "Mine"), ("code", &phone.code(&app))]).await.assert_leads_to(BASE);
    other.browser.post("/account/security/authenticator/qr", &[]).await.assert_status(404);
    person.browser.confirm_set_up("Phone", &phone.code(&app)).await.assert_status(303);
}

#[tokio::test]
async fn msg_4_the_key_stands_below_the_qr_code_and_confirm_takes_a_code() {
    let app = TestApp::preset(countersign_core::preset::Preset::Messenger).await;
    let mut person = app.member().await;
    let phone = person.browser.start_set_up().await;
    let page = person.browser.get(SET_UP).await;
    let (qr, key) = (page.body.find("data:image/svg").unwrap(), page.body.find("id=\"key\"").unwrap());
    assert!(qr < key);
    page.assert_shows("Confirm");
    person.browser.confirm_set_up("Phone", &phone.code(&app)).await.assert_status(303);
    person.elsewhere().sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn msg_9_enabling_ends_the_other_sessions_and_says_so_before() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let (mut one, mut two) = (person.elsewhere(), person.elsewhere());
    one.sign_in().await;
    two.sign_in().await;
    let before = person.browser.get(BASE).await;
    before.assert_shows("your other 2 sessions will be signed out. This one stays.");
    let phone = person.browser.start_set_up().await;
    assert!(one.browser.is_in().await && two.browser.is_in().await);
    let done = person.browser.confirm_set_up("Phone", &phone.code(&app)).await;
    person.browser.follow(done).await.assert_shows("Your other 2 sessions were signed out.");
    assert!(!one.browser.is_in().await && !two.browser.is_in().await);
    assert!(person.browser.is_in().await);
}

#[tokio::test]
async fn msg_11_set_up_shows_the_servers_time() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    let page = person.browser.get(SET_UP).await;
    page.assert_shows("Our time is 15 January 2026, 10:00");
    assert!(page.page().links_to("/help/clock"));
}

#[tokio::test]
async fn msg_11_a_wrong_clock_is_told_during_set_up_with_the_way_to_correct_it() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut phone = person.browser.start_set_up().await;
    for (fast, told) in
        [(600, "about 10 minutes fast"), (-420, "about 7 minutes slow"), (3600, "about 60 minutes fast")]
    {
        phone.fast = fast;
        let answer = person.browser.confirm_set_up("Phone", &phone.code(&app)).await;
        answer.assert_status(401).assert_shows(told);
        assert!(answer.page().links_to("/help/clock"));
    }
    assert_eq!(app.place.number("SELECT COUNT(*) FROM authenticator WHERE confirmed_at IS NOT NULL"), 0);
    phone.fast = 0;
    person.browser.confirm_set_up("Phone", &phone.code(&app)).await.assert_status(303);
}

#[tokio::test]
async fn msg_11_a_clock_off_by_a_minute_is_accepted_and_learned() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut phone = person.browser.start_set_up().await;
    phone.fast = -60;
    person.browser.confirm_set_up("Phone", &phone.code(&app)).await.assert_status(303);
    person.phone = Some(phone);
    person.sign_out().await;
    app.next_step();
    person.sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn msg_12_the_qr_code_stays_until_it_is_confirmed_so_that_several_devices_can_scan_it() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let first = person.browser.start_set_up().await;
    let again = person.browser.get(SET_UP).await;
    let second = crate::support::Phone::typed(&again.page().text_of("key").unwrap());
    again.assert_shows("You may scan it with several devices now.");
    person.browser.confirm_set_up("Both", &first.code(&app)).await.assert_status(303);
    app.next_step();
    person.phone = Some(second);
    person.sign_out().await;
    person.sign_in_fully().await.assert_leads_to("/account");
    person.browser.get(SET_UP).await.assert_leads_to(BASE);
}

#[tokio::test]
async fn msg_12_a_help_page_explains_the_ways_to_several_devices() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.start_set_up().await;
    assert!(person.browser.get(SET_UP).await.page().links_to("/help/devices"));
    let help = person.browser.get("/help/devices").await;
    help.assert_shows("Scan with all of them during set-up").assert_shows("Export and import between apps");
    help.assert_shows("Remove it and set it up again").assert_shows("delete it when you are done");
}

#[tokio::test]
async fn msg_13_pages_advise_to_keep_codes_on_a_device_of_ones_own() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for page in ["/account/security", BASE] {
        let page = person.browser.get(page).await;
        page.assert_shows("Keep your codes on a device that only you control.");
        page.assert_shows("You answer for what is done by anyone who has your password and your codes.");
    }
}

#[tokio::test]
async fn c_63_a_new_device_needs_recent_proof() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    app.turn(Duration::from_mins(6));
    let asked = person.browser.get(BASE).await;
    assert!(asked.location().starts_with("/account/step-up?next="), "{}", asked.location());
    person.browser.get("/account").await;
    let refused = person.browser.post("/account/security/authenticator/start", &[]).await;
    assert!(refused.location().starts_with("/account/step-up"), "{}", refused.location());
    assert_eq!(app.place.count("authenticator"), 0);
    let password = person.password.clone();
    person
        .browser
        .submit(asked.location(), "/account/step-up", &[("password", &password)])
        .await
        .assert_leads_to(BASE);
    person.browser.enrol("Phone").await;
}

#[tokio::test]
async fn c_86_keys_of_an_earlier_set_up_are_dead() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let stale = person.browser.start_set_up().await;
    let fresh = person.browser.start_set_up().await;
    person.browser.confirm_set_up("Phone", &stale.code(&app)).await.assert_status(401);
    person.browser.confirm_set_up("Phone", &fresh.code(&app)).await.assert_status(303);
    person.sign_out().await;
    app.next_step();
    person.sign_in().await;
    person.browser.second_step(&stale.code(&app)).await.assert_status(401);
    person.browser.second_step(&fresh.code(&app)).await.assert_leads_to("/account");
}
