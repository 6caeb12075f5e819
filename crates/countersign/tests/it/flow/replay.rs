//! A code that was accepted is never accepted again (ALL-1).

use futures_util::future::join_all;

use crate::support::{Kind, Person, TestApp};

/// Opens so many second steps of one account, each in a browser of its own at an address of its own.
async fn waiting<'a>(person: &Person<'a>, count: usize) -> Vec<Person<'a>> {
    let mut people = Vec::new();
    for _ in 0..count {
        let mut one = person.elsewhere();
        one.sign_in().await.assert_leads_to("/second-step");
        people.push(one);
    }
    people
}

on_both! {
    /// Copies of one valid code at the same instant, each over a challenge of its own, in two processes that share one
    /// database: exactly one session, every round.
    async fn all_1_64_copies_over_separate_challenges_make_one_session(kind) {
        let app = TestApp::on(kind).await;
        let other = app.another().await;
        for _ in 0..2 {
            let owner = app.enrolled().await;
            let mut people = waiting(&owner, 64).await;
            let before = app.place.count("session");
            for (at, person) in people.iter_mut().enumerate() {
                person.browser.get("/second-step").await;
                if at % 2 == 1 {
                    person.browser.app = &other;
                }
            }
            let code = owner.phone().code(&app);
            let fields = [("code", &*code)];
            let answers = join_all(people.iter_mut().map(|one| one.browser.post("/second-step", &fields))).await;
            let entered = answers.iter().filter(|answer| answer.status == 303).count();
            let used = answers.iter().filter(|answer| answer.status == 401).count();
            assert_eq!((entered, used), (1, 63));
            assert_eq!(app.place.count("session") - before, 1);
            app.next_step();
        }
        drop(other);
    }

    async fn c_7_copies_over_one_challenge_make_one_session(kind) {
        let app = TestApp::on(kind).await;
        let owner = app.enrolled().await;
        let mut one = owner.elsewhere();
        one.sign_in().await;
        one.browser.get("/second-step").await;
        let before = app.place.count("session");
        let code = owner.phone().code(&app);
        let mut copies: Vec<_> = (0..50).map(|_| one.browser.clone()).collect();
        let fields = [("code", &*code)];
        let answers = join_all(copies.iter_mut().map(|copy| copy.post("/second-step", &fields))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
        assert_eq!(app.place.count("session") - before, 1);
    }

    async fn c_8_copies_of_a_step_up_code_prove_once(kind) {
        let app = TestApp::on(kind).await;
        let mut one = app.enrolled().await;
        let mut two = one.elsewhere();
        two.sign_in_fully().await.assert_status(303);
        app.next_step();
        let code = one.phone().code(&app);
        one.browser.get("/account/step-up").await;
        two.browser.get("/account/step-up").await;
        let fields = [("code", &*code)];
        let (first, second) =
            tokio::join!(one.browser.post("/account/step-up", &fields), two.browser.post("/account/step-up", &fields));
        let proved = [first.status, second.status].iter().filter(|status| status.as_u16() == 303).count();
        assert_eq!(proved, 1);
    }

    async fn c_10_one_link_spent_by_many_at_once_makes_one_account(kind) {
        use countersign::flow::admin::{self, Added, NewAccount};
        use countersign_core::role::Role;
        let app = TestApp::on(kind).await;
        let email = "guest@example.net".to_owned();
        let new = NewAccount { email, display_name: None, role: Role::Member, organisation: None, password: None };
        let Added::Invited(token, _) = admin::add(&app.operator(), new).await.unwrap() else { panic!("invited") };
        let mut browsers: Vec<_> = (0..16).map(|_| app.browser()).collect();
        for browser in &mut browsers {
            browser.open(&format!("/link/{}", *token.reveal())).await.assert_ok();
        }
        let password = crate::support::password_of(1);
        let fields = [("display_name", "Guest"), ("password", &*password)];
        let answers = join_all(browsers.iter_mut().map(|browser| browser.post("/link", &fields))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
        assert_eq!((app.place.count("account"), app.place.count("session")), (1, 1));
    }

    async fn two_pages_that_remove_one_device_at_once_remove_it_once(kind) {
        let app = TestApp::on(kind).await;
        let mut one = app.enrolled().await;
        let tablet = one.browser.enrol("Tablet").await;
        let mut two = one.elsewhere();
        app.next_step();
        two.sign_in_fully().await.assert_status(303);
        app.next_step();
        let links = one.browser.get("/account/security").await.page().links();
        let remove = links.into_iter().find(|link| link.ends_with("/remove")).unwrap();
        for person in [&mut one, &mut two] {
            person.browser.submit(&remove, &remove, &[]).await.assert_leads_to("/second-step");
            person.browser.get("/second-step").await;
        }
        let (code, other) = (one.phone().code(&app), tablet.code(&app));
        let (code, other) = ([("code", &*code)], [("code", &*other)]);
        let (first, second) =
            tokio::join!(one.browser.post("/second-step", &code), two.browser.post("/second-step", &other));
        let done = [first.status, second.status].iter().filter(|status| status.as_u16() == 303).count();
        assert_eq!(done, 1);
        assert_eq!((app.place.count("authenticator"), app.events("authenticator.removed")), (1, 1));
    }
}

#[tokio::test]
async fn c_1_a_code_of_this_step_is_refused_in_the_next() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    let code = person.phone().code(&app);
    person.sign_in_fully().await.assert_leads_to("/account");
    for _ in 0..2 {
        app.next_step();
        let mut other = person.elsewhere();
        other.sign_in().await;
        other.browser.second_step(&code).await.assert_status(401);
    }
}

#[tokio::test]
async fn c_2_two_sign_ins_with_one_code() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let (mut one, mut two) = (person.elsewhere(), person.elsewhere());
    one.sign_in_fully().await.assert_leads_to("/account");
    two.sign_in_fully().await.assert_status(401).assert_shows("That code was already used.");
    assert!(!two.browser.is_in().await);
}

#[tokio::test]
async fn c_3_a_captured_code_is_refused_in_the_same_browser_too() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in_fully().await.assert_leads_to("/account");
    person.sign_out().await;
    person.sign_in_fully().await.assert_status(401);
}

#[tokio::test]
async fn c_4_an_older_step_is_refused_after_a_newer_one() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    app.next_step();
    app.next_step();
    let (older, newer) = (person.phone().code(&app), person.phone().code_at(&app, 1));
    let (mut one, mut two) = (person.elsewhere(), person.elsewhere());
    one.sign_in().await;
    two.sign_in().await;
    one.browser.second_step(&newer).await.assert_leads_to("/account");
    two.browser.second_step(&older).await.assert_status(401);
}

#[tokio::test]
async fn c_5_the_code_that_confirmed_the_device_is_spent() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let phone = person.browser.enrol("Phone").await;
    let mut other = person.elsewhere();
    other.sign_in().await;
    other.browser.second_step(&phone.code(&app)).await.assert_status(401);
}

#[tokio::test]
async fn c_6_a_code_spent_at_a_step_up_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    let mut thief = person.elsewhere();
    thief.sign_in_fully().await.assert_status(401);
}

#[tokio::test]
async fn all_1_a_restart_forgets_no_spent_code() {
    let app = TestApp::on(Kind::Sqlite).await;
    let person = app.enrolled().await;
    let mut one = person.elsewhere();
    one.sign_in_fully().await.assert_leads_to("/account");
    let again = app.another().await;
    let mut two = person.elsewhere();
    two.browser.app = &again;
    two.sign_in_fully().await.assert_status(401);
}

#[tokio::test]
async fn c_86_after_a_device_is_set_up_anew_its_old_codes_are_dead() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let links = person.browser.get("/account/security").await.page().links();
    let remove = links.into_iter().find(|link| link.ends_with("/remove")).unwrap();
    person.browser.submit(&remove, &remove, &[]).await;
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_status(303);
    let fresh = person.browser.enrol("Phone").await;
    app.next_step();
    let mut other = person.elsewhere();
    other.sign_in().await;
    other.browser.second_step(&person.phone().code(&app)).await.assert_status(401);
    other.browser.second_step(&fresh.code(&app)).await.assert_leads_to("/account");
}
