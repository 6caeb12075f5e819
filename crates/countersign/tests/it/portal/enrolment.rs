//! "Protect your account": what whoever signs in without a second step sees first (KEY-10).

use std::time::Duration;

use countersign_core::policy::{Requirement, SignUp};
use countersign_core::preset::Preset;
use countersign_core::role::Role;

use crate::support::{KEY, Kind, Options, Person, Phone, TestApp, password_of};

const DAY: Duration = Duration::from_hours(24);
const SET_UP: &str = "/account/set-up";
const QR: &str = "/account/security/authenticator/set-up";

async fn app_of(kind: Kind, preset: Preset) -> TestApp {
    TestApp::with(Options { kind, preset, ..Options::default() }).await
}

async fn required(kind: Kind) -> TestApp {
    let app = app_of(kind, Preset::EmailWithRecoveryKey).await;
    app.rules(|rules| rules.second_step = Requirement::Required).await;
    app
}

/// From the QR code to the confirmation that it is on.
async fn finish(app: &TestApp, person: &mut Person<'_>) {
    let shown = person.browser.get(QR).await;
    let phone = Phone::typed(&shown.assert_ok().page().text_of("key").expect("the key as text"));
    let code = phone.code(app);
    let confirmed = person.browser.confirm_set_up("Phone", &code).await;
    confirmed.assert_leads_to(KEY);
    person.phone = Some(phone);
    person.make_key().await;
    app.next_step();
}

on_both! {
    async fn key_10_required_from_the_choice_to_the_confirmation(kind) {
        let app = required(kind).await;
        let mut person = app.member().await;
        let shown = person.browser.get(SET_UP).await;
        shown.assert_ok().assert_shows("First, confirm your e-mail address").assert_hides("Not now");
        person.browser.send_form(&shown, "/account/set-up/confirm", &[]).await.assert_leads_to(SET_UP);
        assert!(app.letters_to(&person.email).await.iter().any(|letter| letter.links().len() == 1));
        person.confirm_address();
        let shown = person.browser.get(SET_UP).await;
        shown.assert_shows("Protect your account").assert_shows("Enable with authenticator app");
        shown.assert_shows("Enable with codes by e-mail").assert_shows("Strong").assert_shows("Weak");
        shown.assert_hides("Not now").assert_shows("Sign out");
        person.browser.send_form(&shown, SET_UP, &[("method", "authenticator")]).await.assert_leads_to(QR);
        finish(&app, &mut person).await;
        let done = person.browser.get("/account/set-up/done").await;
        done.assert_ok().assert_shows("Two-factor authentication is on");
        assert!(done.page().links().iter().any(|link| link == "/account"));
        person.browser.get("/account").await.assert_ok();
        person.browser.get(SET_UP).await.assert_leads_to("/account");
    }

    async fn key_10_while_it_is_required_nothing_else_answers_but_signing_out(kind) {
        let app = required(kind).await;
        let mut person = app.member().await;
        let old_tab = person.browser.clone();
        for path in ["/account", "/account/profile", "/account/security", "/account/sessions", "/account/api-tokens"] {
            let answer = person.browser.get(path).await;
            answer.assert_status(303);
            assert!(answer.location().starts_with("/account/set-up?next="), "{}", answer.location());
        }
        let mut tab = old_tab;
        tab.get(SET_UP).await;
        tab.post("/account/profile", &[("display_name", "Eve"), ("language", "")]).await.assert_leads_to(SET_UP);
        tab.post("/account/set-up/not-now", &[]).await.assert_leads_to(SET_UP);
        let told = tab.send("GET", "/api/v1/account", &[("sec-fetch-site", "same-origin")], "").await;
        told.assert_status(403);
        assert!(told.body.contains("/api/v1/enrolment") && told.body.contains("/account/set-up"), "{}", told.body);
        let shown = person.browser.get(SET_UP).await;
        person.browser.send_form(&shown, "/sign-out", &[]).await.assert_leads_to("/sign-in");
        assert!(!person.browser.is_in().await);
    }

    async fn key_10_offered_can_wait_for_thirty_days(kind) {
        let app = app_of(kind, Preset::Authenticator).await;
        let mut person = app.member().await;
        let shown = person.browser.get("/account/set-up?next=%2Faccount%2Fprofile").await;
        // One method: one decision, one button.
        assert!(!shown.body.contains("type=\"radio\""));
        shown.assert_shows("Enable with authenticator app").assert_shows("We ask again in 30 days");
        let waits = person.browser.send_form(&shown, "/account/set-up/not-now", &[]).await;
        waits.assert_leads_to("/account/profile");
        assert_eq!(app.events("enrolment.put-off"), 1);
        person.sign_out().await;
        app.turn(Duration::from_secs(30 * 86_400 - 1));
        person.sign_in().await.assert_leads_to("/account");
        person.sign_out().await;
        app.turn(Duration::from_secs(1));
        person.sign_in().await.assert_leads_to(SET_UP);
        // It is an offer: everything else answers.
        person.browser.get("/account").await.assert_ok();
        person.browser.submit(SET_UP, SET_UP, &[]).await.assert_leads_to(QR);
    }

    async fn key_10_a_grace_period_says_until_when_and_asks_at_each_sign_in(kind) {
        let app = app_of(kind, Preset::Authenticator).await;
        let from = app.now().plus(DAY * 10);
        app.rules(|rules| {
            rules.second_step = Requirement::Required;
            rules.required_from = Some(from);
        })
        .await;
        let mut person = app.member().await;
        for _ in 0..2 {
            let shown = person.browser.get(SET_UP).await;
            shown.assert_shows("You have until 25 January 2026");
            person.browser.send_form(&shown, "/account/set-up/not-now", &[]).await.assert_leads_to("/account");
            person.sign_out().await;
            person.sign_in().await.assert_leads_to(SET_UP);
        }
        person.sign_out().await;
        app.turn(DAY * 10);
        person.sign_in().await.assert_leads_to(SET_UP);
        person.browser.get(SET_UP).await.assert_hides("Not now");
        person.browser.get("/account").await.assert_status(303);
    }

    /// Judged from live rows: no mark that was left at sign-in stands in the way (D.12).
    async fn key_10_d_12_a_policy_counts_from_the_next_request_of_an_open_session_on(kind) {
        let app = app_of(kind, Preset::Authenticator).await;
        let mut person = app.member().await;
        let mut protected = app.enrolled().await;
        person.browser.get("/account").await.assert_ok();
        app.rules(|rules| rules.second_step = Requirement::Required).await;
        person.browser.get("/account/profile").await.assert_status(303);
        protected.browser.get("/account/profile").await.assert_ok();
        app.rules(|rules| rules.second_step = Requirement::Offered).await;
        person.browser.get("/account/profile").await.assert_ok();
        // From a day on, without anything that would have to run on it.
        let from = app.now().plus(Duration::from_mins(30));
        app.rules(|rules| {
            rules.second_step = Requirement::Required;
            rules.required_from = Some(from);
        })
        .await;
        person.browser.get("/account/profile").await.assert_ok();
        app.turn(Duration::from_mins(30));
        person.browser.get("/account/profile").await.assert_status(303);
    }

    /// C row 25: nothing that a person without a second step can start over takes the demand away.
    async fn c_25_starting_again_does_not_clear_what_is_demanded(kind) {
        let app = required(kind).await;
        let mut person = app.member().await;
        person.confirm_address();
        for _ in 0..2 {
            person.browser.submit(SET_UP, SET_UP, &[("method", "authenticator")]).await.assert_leads_to(QR);
            let shown = person.browser.get(QR).await;
            let cancelled = person.browser.send_form(&shown, "/account/security/authenticator/cancel", &[]).await;
            cancelled.assert_leads_to(SET_UP);
            person.browser.get("/account").await.assert_status(303);
            person.browser.get("/sign-in").await.assert_status(303);
            person.browser.get("/account").await.assert_status(303);
            person.sign_in_again().await;
            person.browser.get("/account").await.assert_status(303);
        }
        assert_eq!(app.place.count("authenticator"), 0);
    }

    /// ALL-9: every way in of an account without a factor leads here.
    async fn all_9_key_10_password_sign_up_and_reset_lead_to_the_same_screen(kind) {
        let app = app_of(kind, Preset::Authenticator).await;
        app.rules(|rules| (rules.second_step, rules.sign_up) = (Requirement::Required, SignUp::Open)).await;
        let mut stranger = app.browser();
        let password = password_of(7_100);
        stranger.sign_up("new@example.net", &password).await.assert_ok();
        let letters = app.letters_to("new@example.net").await;
        let link = letters.iter().flat_map(crate::support::Letter::links).next().expect("a link");
        let page = stranger.open(&link).await;
        stranger.send_form(&page, "/link", &[("password", &*password)]).await.assert_leads_to(SET_UP);
        let mut elsewhere = app.browser();
        elsewhere.sign_in("new@example.net", &password).await.assert_leads_to(SET_UP);
        let mut reset = app.browser();
        reset.submit("/forgot-password", "/forgot-password", &[("email", "new@example.net")]).await;
        let letters = app.letters_to("new@example.net").await;
        let link = letters.iter().flat_map(crate::support::Letter::links).next().expect("a link");
        let page = reset.open(&link).await;
        let fields = [("password", &*password_of(7_101))];
        reset.send_form(&page, "/link", &fields).await.assert_leads_to(SET_UP);
        for mut browser in [stranger, elsewhere, reset] {
            assert!(!browser.is_in().await);
        }
    }

    /// REC-2, the whole way: the first enrolment makes a key; the key lets in once, a new one is saved, a new device comes
    /// before anything else, and the new key works again. For staff as for members.
    async fn rec_2_from_the_first_enrolment_to_the_second_key(kind) {
        let app = app_of(kind, Preset::Recommended).await;
        for role in [Role::Member, Role::Support, Role::Administrator] {
            let mut person = app.member().await;
            let (name, email) = (role.as_str(), person.email.clone());
            app.place.run(&format!("UPDATE account SET role = '{name}' WHERE email = '{email}'"));
            person.browser.submit(SET_UP, SET_UP, &[]).await.assert_leads_to(QR);
            finish(&app, &mut person).await;
            let mut key = String::new();
            for round in 0..2 {
                if round == 0 {
                    // The first key was shown on the page; a new one is made in its place.
                    person.sign_out().await;
                    person.sign_in_fully().await.assert_leads_to("/account");
                    app.next_step();
                    key = renewed_key(&app, &mut person).await;
                }
                person = recovered(&app, person, &mut key).await;
                person.browser.get("/account").await.assert_ok();
            }
        }
    }

    /// REC-2: whoever lets the ten minutes pass is told the way on, and it leads on.
    async fn rec_2_after_ten_minutes_the_new_key_is_the_way_on_and_no_dead_end(kind) {
        let app = app_of(kind, Preset::Recommended).await;
        let mut person = app.enrolled().await;
        let mut key = person.make_key().await;
        let mut other = person.elsewhere();
        enter_by_key(&mut other, &mut key).await;
        app.turn(Duration::from_mins(11));
        let shown = other.browser.get(SET_UP).await;
        shown.assert_shows("More than ten minutes have passed");
        other.browser.send_form(&shown, "/sign-out", &[]).await.assert_leads_to("/sign-in");
        let mut other = recovered(&app, other, &mut key).await;
        other.browser.get("/account").await.assert_ok();
    }

    /// REC-2: where every place for a device is taken, the lost one makes room for its successor.
    async fn rec_2_a_full_list_of_devices_makes_room_after_a_recovery(kind) {
        let app = app_of(kind, Preset::Recommended).await;
        app.rules(|rules| rules.authenticators_max = 1).await;
        let mut person = app.enrolled().await;
        let mut key = person.make_key().await;
        let mut other = person.elsewhere();
        enter_by_key(&mut other, &mut key).await;
        let shown = other.browser.get(SET_UP).await;
        shown.assert_shows("as many devices as it may have");
        let remove = shown.page().links().into_iter().find(|link| link.ends_with("/remove")).expect("a link");
        other.browser.submit(&remove, &remove, &[]).await.assert_status(303);
        other.browser.submit(SET_UP, SET_UP, &[]).await.assert_leads_to(QR);
        finish(&app, &mut other).await;
        other.browser.get("/account").await.assert_ok();
    }
}

/// Makes a new recovery key, with the proof that it takes.
async fn renewed_key(app: &TestApp, person: &mut Person<'_>) -> String {
    person.browser.submit(KEY, &format!("{KEY}/start"), &[]).await.assert_leads_to("/second-step");
    let code = person.phone().fresh(app);
    person.browser.second_step(&code).await.assert_leads_to(KEY);
    let key = person.make_key().await;
    app.next_step();
    key
}

/// Signs in by the key and saves the one that takes its place.
async fn enter_by_key(person: &mut Person<'_>, key: &mut String) {
    person.sign_in().await.assert_leads_to("/second-step");
    person.browser.submit("/second-step/method", "/second-step/method", &[("method", "recovery-key")]).await;
    person.browser.second_step(key).await.assert_leads_to(KEY);
    *key = person.make_key().await;
    person.browser.get("/account").await.assert_status(303);
}

/// Loses the phone and comes back by the key: new key, new device, and in.
async fn recovered<'a>(app: &'a TestApp, person: Person<'a>, key: &mut String) -> Person<'a> {
    let mut other = person.elsewhere();
    enter_by_key(&mut other, key).await;
    other.browser.get(SET_UP).await.assert_shows("Set up a new device").assert_hides("Not now");
    other.browser.submit(SET_UP, SET_UP, &[]).await.assert_leads_to(QR);
    let shown = other.browser.get(QR).await;
    let phone = Phone::typed(&shown.page().text_of("key").expect("the key as text"));
    let code = phone.code(app);
    let name = format!("Phone {}", app.now().as_millis());
    let done = other.browser.confirm_set_up(&name, &code).await;
    assert!(done.location().starts_with("/account/security/authenticator/done"), "{}", done.location());
    other.phone = Some(phone);
    app.next_step();
    other
}

impl Person<'_> {
    /// Signs in once more in the same browser, without signing out.
    async fn sign_in_again(&mut self) {
        self.browser.forget("sid");
        self.sign_in().await.assert_leads_to(SET_UP);
    }
}
