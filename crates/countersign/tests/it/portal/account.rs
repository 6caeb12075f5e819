//! Home, profile, password, activity.

use std::time::Duration;

use crate::support::{Answer, Person, TestApp, long_password, password_of};

async fn change(person: &mut Person<'_>, present: &str, new: &str) -> Answer {
    let fields = [("current_password", present), ("new_password", new)];
    person.browser.submit("/account/password", "/account/password", &fields).await
}

#[tokio::test]
async fn a_password_is_changed_with_the_present_one() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut other = person.elsewhere();
    other.sign_in().await;
    let old = person.password.clone();
    let before = person.browser.cookie("sid").unwrap();
    let page = person.browser.get("/account/password").await;
    page.assert_shows("Your other session will be signed out.");
    change(&mut person, &old, &password_of(7_001)).await.assert_leads_to("/account/security");
    assert_ne!(person.browser.cookie("sid").unwrap(), before);
    assert!(person.browser.is_in().await && !other.browser.is_in().await);
    person.elsewhere().sign_in().await.assert_status(401);
    person.password = password_of(7_001);
    person.elsewhere().sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn a_wrong_present_password_changes_nothing_and_counts() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for _ in 0..5 {
        change(&mut person, "not the present one", &password_of(7_002)).await.assert_status(401);
    }
    let right = person.password.clone();
    change(&mut person, &right, &password_of(7_002)).await.assert_status(429);
    person.elsewhere().sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn all_4_a_new_password_needs_a_recent_second_step() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(6));
    person
        .browser
        .get("/account/password")
        .await
        .assert_leads_to("/account/step-up?next=%2Faccount%2Fpassword");
    person.browser.get("/account").await;
    let old = person.password.clone();
    let fields = [("current_password", &*old), ("new_password", &*password_of(7_003))];
    let refused = person.browser.post("/account/password", &fields).await;
    assert!(refused.location().starts_with("/account/step-up"), "{}", refused.text());
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    change(&mut person, &old, &password_of(7_003)).await.assert_leads_to("/account/security");
}

#[tokio::test]
async fn all_4_the_password_is_no_step_up_where_a_device_is_enrolled() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(6));
    person.browser.get("/account/step-up").await;
    let password = person.password.clone();
    let answer = person.browser.post("/account/step-up", &[("password", &password)]).await;
    assert!(answer.location().starts_with("/account/step-up"), "{}", answer.text());
    person.browser.get("/account/password").await.assert_status(303);
}

#[tokio::test]
async fn a_new_password_keeps_to_the_rules() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let present = person.password.clone();
    let email = person.email.clone();
    for bad in
        ["short", "fourteen chars", &"x".repeat(300), "passwordpassword", &email, "countersign countersign"]
    {
        let answer = change(&mut person, &present, bad).await;
        answer.assert_status(422);
        assert!(answer.body.contains("id=\"error-new_password\""), "{bad}");
    }
    for good in ["quixotic marmalade ferryboat", "98310473056281940375", &long_password(128)] {
        let present = person.password.clone();
        assert_eq!(change(&mut person, &present, good).await.status, 303, "{good}");
        good.clone_into(&mut person.password);
    }
}

#[tokio::test]
async fn the_profile_changes_name_and_language_only() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let profile = "/account/profile";
    person.browser.submit(profile, profile, &[("display_name", "Ada New")]).await.assert_status(303);
    person.browser.get("/account").await.assert_shows("Hello, Ada New");
    for field in ["role", "email", "email_verified_at", "organisation_id", "state"] {
        let fields = [("display_name", "Ada"), ("language", ""), (field, "administrator")];
        person.browser.post(profile, &fields).await.assert_status(400);
    }
    assert_eq!(app.place.text("SELECT role FROM account").unwrap(), "member");
    let fields = [("display_name", "Ada"), ("language", "xx")];
    person.browser.post(profile, &fields).await.assert_status(422);
}

#[tokio::test]
async fn all_3_sign_ins_and_changes_of_factors_stand_in_the_activity_list() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let page = person.browser.get("/account/activity").await;
    for line in ["Signed in", "device", "Phone"] {
        page.assert_shows(line);
    }
    let rows = app.place.number("SELECT COUNT(*) FROM audit WHERE account_id IS NOT NULL");
    assert!(rows >= 6, "{rows}");
    person.browser.get("/account/activity?show=failures").await.assert_shows("Nothing here");
    person.browser.get("/account/activity?show=changes").await.assert_shows("Phone");
    person.browser.get("/account/activity?before=nonsense").await.assert_status(400);
    person.browser.get("/account/activity?before=9223372036854775807.x").await.assert_status(400);
}

#[tokio::test]
async fn the_activity_of_somebody_else_is_not_shown() {
    let app = TestApp::start().await;
    let one = app.enrolled().await;
    let mut other = app.member().await;
    let page = other.browser.get("/account/activity").await;
    page.assert_hides("Phone").assert_hides(&one.browser.address);
}

#[tokio::test]
async fn cancelling_a_step_up_changes_nothing() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let page = person.browser.get("/account/step-up").await;
    assert!(page.page().links_to("/account/security"), "a way back");
    // Whatever form it has can be sent: its token fits where it goes.
    for form in page.page().forms().into_iter().filter(|form| form.action != "/account/step-up") {
        person.browser.send_form(&page, &form.action, &[]).await.assert_status(303);
    }
}
