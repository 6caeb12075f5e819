//! Limits of the second step (ALL-2): per challenge, per account, per address; no way round and no lock-out.

use std::time::Duration;

use crate::support::{Answer, Person, TestApp};

/// Answers with a wrong code in the browser's present second step.
async fn fail(person: &mut Person<'_>) -> Answer {
    let wrong = person.phone().wrong(person.browser.app);
    person.browser.get("/second-step").await;
    person.browser.post("/second-step", &[("code", &wrong)]).await
}

/// A stranger who knows the password: so many wrong codes, each from a new browser and address, with waits.
async fn strangers(app: &TestApp, owner: &Person<'_>, failures: usize) {
    for _ in 0..failures {
        app.turn(Duration::from_mins(61));
        let mut stranger = owner.elsewhere();
        stranger.sign_in().await.assert_leads_to("/second-step");
        fail(&mut stranger).await.assert_status(401);
    }
}

#[tokio::test]
async fn all_2_five_wrong_codes_end_a_challenge_even_for_the_right_one() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    person.sign_out().await;
    person.sign_in().await;
    let token = person.browser.cookie("challenge").unwrap();
    for left in ["4 tries", "3 tries", "2 tries"] {
        fail(&mut person).await.assert_status(401).assert_shows(left);
    }
    for (wait, status) in [(1, 401), (31, 410)] {
        app.turn(Duration::from_secs(wait));
        fail(&mut person).await.assert_status(status);
    }
    app.turn(Duration::from_mins(2));
    person.browser.set_cookie("challenge", &token);
    let code = person.phone().code(&app);
    person.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn all_2_after_three_failures_there_are_waits_that_grow() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    for (number, wait) in [(4, 30), (5, 60), (6, 120), (7, 240)] {
        let mut stranger = owner.elsewhere();
        stranger.sign_in().await;
        if number == 4 {
            for _ in 0..3 {
                fail(&mut stranger).await.assert_status(401);
            }
        }
        fail(&mut stranger).await.assert_status(401);
        app.turn(Duration::from_secs(wait - 1));
        let mut next = owner.elsewhere();
        next.sign_in().await;
        fail(&mut next).await.assert_status(429).assert_shows("Too many attempts. You can try again in");
        app.turn(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn all_2_at_a_limit_the_right_code_is_refused_too_and_nothing_is_spent() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut stranger = owner.elsewhere();
    stranger.sign_in().await;
    for _ in 0..4 {
        fail(&mut stranger).await;
    }
    let mut next = owner.elsewhere();
    next.sign_in_fully().await.assert_status(429);
    assert_eq!(app.events("second-step.refused"), 1);
    app.turn(Duration::from_secs(31));
    let code = next.phone().code(&app);
    next.browser.second_step(&code).await.assert_leads_to("/account");
}

#[tokio::test]
async fn c_58_a_new_sign_in_gives_no_new_tries() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut failures = 0;
    for _ in 0..30 {
        let mut stranger = owner.elsewhere();
        stranger.sign_in().await.assert_leads_to("/second-step");
        failures += i32::from(fail(&mut stranger).await.status == 401);
    }
    assert_eq!(failures, 4, "three and then a wait, over thirty sign-ins at one instant");
}

#[tokio::test]
async fn c_14_and_15_ten_wrong_codes_a_day_and_no_more() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    strangers(&app, &owner, 10).await;
    app.turn(Duration::from_mins(61));
    let mut stranger = owner.elsewhere();
    stranger.sign_in().await.assert_leads_to("/second-step");
    fail(&mut stranger).await.assert_status(429);
    stranger.sign_in_fully_again().await.assert_status(429);
}

impl Person<'_> {
    /// As [`Person::sign_in_fully`], whatever came before.
    async fn sign_in_fully_again(&mut self) -> Answer {
        let code = self.phone().code(self.browser.app);
        self.browser.get("/second-step").await;
        self.browser.post("/second-step", &[("code", &code)]).await
    }
}

#[tokio::test]
async fn c_61_changing_the_address_changes_nothing() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut thief = owner.elsewhere();
    thief.sign_in().await;
    for number in 0..4 {
        thief.browser.address = format!("203.0.113.{number}");
        fail(&mut thief).await.assert_status(401);
    }
    thief.browser.address = "2001:db8:1::1".to_owned();
    fail(&mut thief).await.assert_status(429);
}

#[tokio::test]
async fn all_2_a_stranger_cannot_lock_the_owner_out_of_a_recognised_browser() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    owner.sign_out().await;
    strangers(&app, &owner, 10).await;
    let mut stranger = owner.elsewhere();
    app.turn(Duration::from_mins(61));
    stranger.sign_in_fully().await.assert_status(429);
    owner.sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn all_2_a_recognised_browser_has_a_small_budget_of_its_own() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    for round in 0..10 {
        owner.sign_out_if_in().await;
        app.turn(Duration::from_mins(61));
        owner.sign_in().await.assert_leads_to("/second-step");
        fail(&mut owner).await.assert_status(if round < 10 { 401 } else { 429 });
    }
    app.turn(Duration::from_mins(61));
    owner.sign_in_fully().await.assert_status(429);
    // It took nothing from the strangers' budget: with the phone one gets in from anywhere.
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}

impl Person<'_> {
    async fn sign_out_if_in(&mut self) {
        if self.browser.is_in().await {
            self.sign_out().await;
        }
    }
}

#[tokio::test]
async fn all_2_thirty_strangers_failures_in_thirty_days_are_not_cleared_by_the_owners_success() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    for day in 0..6 {
        strangers(&app, &owner, 5).await;
        app.turn(Duration::from_hours(24));
        owner.browser.forget("sid");
        owner.sign_in_fully().await.assert_leads_to("/account");
        let mut elsewhere = owner.elsewhere();
        app.next_step();
        let expected = if day < 5 { 303 } else { 429 };
        elsewhere.sign_in_fully().await.assert_status(expected);
        app.next_step();
    }
    owner.browser.forget("sid");
    owner.sign_in_fully().await.assert_leads_to("/account");
    // After thirty days the first of them are forgotten.
    app.turn(Duration::from_hours(24 * 29));
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn all_2_twenty_in_a_row_stop_strangers_until_the_password_is_changed() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    for _ in 0..2 {
        strangers(&app, &owner, 10).await;
        app.turn(Duration::from_hours(25));
    }
    app.turn(Duration::from_hours(24 * 40));
    let mut stranger = owner.elsewhere();
    stranger.sign_in_fully().await.assert_status(429);
    owner.browser.forget("sid");
    owner.sign_in_fully().await.assert_leads_to("/account");
    app.next_step();
    let (old, new) = (owner.password.clone(), crate::support::password_of(6_001));
    let fields = [("current_password", &*old), ("new_password", &*new)];
    owner.browser.submit("/account/password", "/account/password", &fields).await.assert_status(303);
    owner.password = new;
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn all_2_one_address_fails_twenty_times_in_fifteen_minutes_over_all_accounts() {
    let app = TestApp::start().await;
    let mut failures = 0;
    let mut refused = 0;
    for _ in 0..8 {
        let owner = app.enrolled().await;
        let mut thief = owner.elsewhere();
        thief.browser.address = "203.0.113.7".to_owned();
        thief.sign_in().await.assert_leads_to("/second-step");
        for _ in 0..3 {
            match fail(&mut thief).await.status.as_u16() {
                401 => failures += 1,
                429 => refused += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!((failures, refused), (20, 4));
}

#[tokio::test]
async fn c_39_an_ipv6_network_is_one_address() {
    let app = TestApp::start().await;
    let mut failures = 0;
    for account in 0..8 {
        let owner = app.enrolled().await;
        let mut thief = owner.elsewhere();
        thief.browser.address = format!("2001:db8:7:1::{account:x}");
        thief.sign_in().await.assert_leads_to("/second-step");
        for _ in 0..3 {
            failures += i32::from(fail(&mut thief).await.status == 401);
        }
    }
    assert_eq!(failures, 20);
}

#[tokio::test]
async fn all_2_limits_survive_a_restart() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut thief = owner.elsewhere();
    thief.sign_in().await;
    for _ in 0..4 {
        fail(&mut thief).await.assert_status(401);
    }
    let again = app.another().await;
    let mut next = owner.elsewhere();
    next.browser.app = &again;
    next.sign_in().await.assert_leads_to("/second-step");
    fail(&mut next).await.assert_status(429);
}

#[tokio::test]
async fn c_11_wrong_codes_at_once_pass_no_limit() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut people = Vec::new();
    for _ in 0..24 {
        let mut one = owner.elsewhere();
        one.sign_in().await;
        one.browser.get("/second-step").await;
        people.push(one);
    }
    let wrong = owner.phone().wrong(&app);
    let fields = [("code", &*wrong)];
    let answers = futures_util::future::join_all(
        people.iter_mut().map(|one| one.browser.post("/second-step", &fields)),
    )
    .await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 401).count(),
        4,
        "three, and the one that starts a wait"
    );
}

#[tokio::test]
async fn c_13_and_83_step_up_and_removal_count_like_a_sign_in() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    let wrong = owner.phone().wrong(&app);
    for _ in 0..4 {
        owner.browser.step_up(&wrong).await.assert_status(401);
    }
    let links = owner.browser.get("/account/security").await.page().links();
    let remove = links.into_iter().find(|link| link.ends_with("/remove")).unwrap();
    owner.browser.submit(&remove, &remove, &[]).await.assert_leads_to("/second-step");
    owner.browser.second_step(&wrong).await.assert_status(429);
}

#[tokio::test]
async fn all_2_late_and_used_codes_cost_the_account_nothing() {
    let app = TestApp::start().await;
    let owner = app.recognised().await;
    for _ in 0..3 {
        let mut one = owner.elsewhere();
        one.sign_in().await.assert_leads_to("/second-step");
        let used = owner.phone().code_at(&app, -1);
        for _ in 0..4 {
            one.browser.second_step(&used).await.assert_status(401);
        }
        one.browser.second_step(&used).await.assert_status(410);
    }
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn a_recognised_browser_gives_no_rights() {
    let app = TestApp::start().await;
    let owner = app.recognised().await;
    let mut thief = app.browser();
    thief.set_cookie("browser", &owner.browser.cookie("browser").unwrap());
    assert!(!thief.is_in().await);
    thief.sign_in(&owner.email, &owner.password).await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn c_53_a_browser_is_recognised_only_after_a_right_code() {
    let app = TestApp::start().await;
    let owner = app.enrolled().await;
    let mut one = owner.elsewhere();
    assert!(one.sign_in().await.cookie("__Host-browser").is_none());
    assert!(fail(&mut one).await.cookie("__Host-browser").is_none());
    assert_eq!(app.place.count("recognised_browser"), 1, "the one in which the device was set up");
    let code = owner.phone().code(&app);
    let entered = one.browser.second_step(&code).await;
    assert!(entered.cookie("__Host-browser").is_some());
    assert_eq!(app.place.count("recognised_browser"), 2);
}

#[tokio::test]
async fn a_first_device_makes_strangers_of_browsers_that_knew_the_password_only() {
    let app = TestApp::start().await;
    let mut owner = app.member().await;
    let mut thief = owner.elsewhere();
    thief.sign_in().await.assert_leads_to("/account/set-up");
    assert_eq!(app.place.count("recognised_browser"), 2);
    owner.browser.enrol("Phone").await;
    assert_eq!(app.place.count("recognised_browser"), 1);
    assert!(thief.browser.cookie("browser").is_some());
}

#[tokio::test]
async fn a_session_keeps_its_browsers_budget_without_the_cookie() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    owner.browser.forget("browser");
    let wrong = owner.phone().wrong(&app);
    for _ in 0..4 {
        owner.browser.step_up(&wrong).await.assert_status(401);
    }
    // It took nothing from the strangers' budget.
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn after_a_reset_only_a_right_code_clears_what_strangers_ran_up() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    for _ in 0..2 {
        strangers(&app, &owner, 10).await;
        app.turn(Duration::from_hours(25));
    }
    let link = countersign::flow::admin::reset_link(&app.operator(), &owner.email).await.unwrap().0;
    let mut browser = app.browser();
    browser.get(&format!("/link/{}", *link.reveal())).await.assert_leads_to("/link");
    owner.password = crate::support::password_of(6_005);
    browser.submit("/link", "/link", &[("password", &owner.password)]).await.assert_leads_to("/second-step");
    // The new password alone opens nothing to strangers.
    owner.elsewhere().sign_in_fully().await.assert_status(429);
    app.next_step();
    let code = owner.phone().code(&app);
    browser.second_step(&code).await.assert_leads_to("/account");
    app.next_step();
    owner.elsewhere().sign_in_fully().await.assert_leads_to("/account");
}
