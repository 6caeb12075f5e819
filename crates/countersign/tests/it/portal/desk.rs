//! The support desk: queue, notes, one page an account, deeds (APP-8).

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign_core::role::Role;
use countersign_core::secret::Password;

use crate::support::{Person, TestApp, password_of};

const LOST: &str = "/help/lost-access";

/// Somebody of the staff with a device, signed in and freshly proved.
async fn staff<'a>(app: &'a TestApp, email: &str, role: Role) -> Person<'a> {
    let password = password_of(7_000);
    let new = NewAccount {
        email: email.to_owned(),
        display_name: Some("Jonas Desk".to_owned()),
        role,
        organisation: None,
        password: Some(Password::new(password.clone())),
    };
    assert!(matches!(admin::add(&app.operator(), new).await, Ok(Added::Account)));
    let mut person = Person { email: email.to_owned(), password, browser: app.browser(), phone: None };
    person.browser.sign_in(email, &person.password).await.assert_status(303);
    person.phone = Some(person.browser.enrol("Desk phone").await);
    app.next_step();
    person.browser.forget("sid");
    person.sign_in_fully().await.assert_status(303);
    app.next_step();
    person
}

impl TestApp {
    async fn support(&self) -> Person<'_> {
        staff(self, "desk@example.org", Role::Support).await
    }

    /// An account's id, as addresses carry it.
    fn id_of(&self, email: &str) -> String {
        hyphened(&self.place.text(&format!("SELECT id FROM account WHERE email = '{email}'")).unwrap())
    }

    /// The id of the only request.
    fn request_id(&self) -> String {
        hyphened(&self.place.text("SELECT id FROM support_request").unwrap())
    }
}

fn hyphened(hex: &str) -> String {
    let hex = hex.trim_start_matches("\\x");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

async fn asks(app: &TestApp, email: &str) {
    let fields = [("email", email), ("lost", "lost-phone"), ("message", "It fell into the sea.")];
    app.browser().submit(LOST, LOST, &fields).await.assert_ok();
}

on_both! {
    async fn app_8_a_request_is_taken_noted_answered_by_mail_closed_and_reopened(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        person.confirm_address();
        asks(&app, &person.email).await;
        let mut agent = app.support().await;
        app.letters().await;
        let queue = agent.browser.get("/support").await;
        queue.assert_ok().assert_shows("Robin Example").assert_shows("It fell into the sea.").assert_hides(&person.email);
        let here = format!("/support/requests/{}", app.request_id());
        assert!(queue.page().links_to(&here));
        agent.browser.get(&here).await.assert_ok().assert_shows("p•••@e•••.net").assert_hides(&person.email);
        let note = format!("{here}/notes");
        agent.browser.submit(&here, &format!("{here}/take"), &[]).await.assert_leads_exactly_to(&format!("{here}?done=request-taken"));
        agent.browser.submit(&here, &note, &[("body", "Called: it is her.")]).await.assert_leads_exactly_to(&format!("{here}?done=note-added"));
        assert!(app.letters().await.is_empty(), "an internal note is read by the desk alone");
        let answer = "Good morning,\r\n\r\nyour second step is <b>paused</b>.\r\nBcc: all@example.org";
        agent.browser.submit(&here, &note, &[("body", answer), ("mailed", "on")]).await.assert_leads_exactly_to(&format!("{here}?done=answer-sent"));
        let letters = app.letters_to(&person.email).await;
        assert_eq!(letters.len(), 1);
        let mail = &letters[0].0;
        assert!(mail.subject.starts_with("Support has answered"), "{}", mail.subject);
        assert!(mail.text.contains("Good morning,") && mail.text.contains("your second step is <b>paused</b>."), "{}", mail.text);
        assert!(!mail.html.contains("<b>paused") && !mail.text.contains("Called") && !mail.text.contains(&agent.browser.address));
        agent.browser.get(&here).await.assert_shows("Answered").assert_shows("Called: it is her.").assert_shows("Mailed");
        agent.browser.submit(&here, &format!("{here}/close"), &[]).await.assert_leads_exactly_to(&format!("{here}?done=request-closed"));
        agent.browser.get("/support").await.assert_shows("No requests here");
        agent.browser.get("/support?show=closed").await.assert_shows("Robin Example");
        agent.browser.post(&note, &[("body", "too late")]).await.assert_status(409);
        agent.browser.submit(&here, &format!("{here}/reopen"), &[]).await.assert_leads_exactly_to(&format!("{here}?done=request-reopened"));
        agent.browser.get("/support?show=mine").await.assert_shows("Robin Example");
        for event in ["made", "taken", "noted", "answered", "closed", "reopened"] {
            assert_eq!(app.events(&format!("support-request.{event}")), 1, "{event}");
        }
    }

    async fn app_8_one_page_shows_an_account_masked_and_every_look_is_audited(kind) {
        let app = TestApp::on(kind).await;
        let person = app.enrolled().await;
        let mut agent = app.support().await;
        let found = agent.browser.submit("/support", "/support/search", &[("q", &person.email)]).await;
        found.assert_ok().assert_shows("p•••@e•••.net");
        let here = format!("/support/accounts/{}", app.id_of(&person.email));
        assert!(found.page().links_to(&here));
        assert_eq!(app.events("desk.looked"), 0, "finding is not looking");
        let shown = agent.browser.get(&here).await;
        shown.assert_ok().assert_shows("Authenticator app Phone").assert_shows("Firefox on Linux").assert_hides(&person.email);
        assert_eq!(app.events("desk.looked"), 1);
        agent.browser.get(&here).await.assert_ok();
        assert_eq!(app.events("desk.looked"), 1, "within five minutes they are one row");
        app.turn(Duration::from_mins(5));
        agent.browser.get(&here).await.assert_ok();
        assert_eq!(app.events("desk.looked"), 2);
        // In full only on demand, with a fresh proof, and that is audited too.
        let address = format!("{here}/address");
        let asked = agent.browser.submit(&here, &address, &[]).await;
        assert!(asked.location().starts_with("/account/step-up?next="), "{}", asked.location());
        assert_eq!(app.events("desk.address-shown"), 0);
        let code = agent.phone().fresh(&app);
        agent.browser.step_up(&code).await.assert_status(303);
        agent.browser.submit(&here, &address, &[]).await.assert_ok().assert_shows(&person.email);
        assert_eq!(app.events("desk.address-shown"), 1);
        // By the exact id, and by part of the name.
        let by_id = agent.browser.submit("/support", "/support/search", &[("q", &app.id_of(&person.email))]).await;
        assert!(by_id.page().links_to(&here));
        agent.browser.submit("/support", "/support/search", &[("q", "robin ex")]).await.assert_shows("Robin Example");
        agent.browser.submit("/support", "/support/search", &[("q", " r ")]).await.assert_status(422);
    }

    async fn app_8_the_desk_ends_sessions_and_clears_limits_and_the_owner_is_told(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.enrolled().await;
        let mut stranger = person.elsewhere();
        for _ in 0..10 {
            stranger.sign_in().await;
            let wrong = stranger.phone().wrong(&app);
            stranger.browser.second_step(&wrong).await;
            app.turn(Duration::from_hours(1));
        }
        let mut agent = app.support().await;
        app.letters().await;
        let here = format!("/support/accounts/{}", app.id_of(&person.email));
        agent.browser.get(&here).await.assert_shows("Wrong codes from unknown browsers").assert_shows("Full until");
        agent.browser.submit(&here, &format!("{here}/unlock"), &[]).await.assert_leads_exactly_to(&format!("{here}?done=limit-cleared"));
        agent.browser.get(&here).await.assert_hides("Full until");
        let mut again = person.elsewhere();
        again.sign_in_fully().await.assert_leads_to("/account");
        assert!(again.browser.is_in().await);
        // Clearing a limit has used the proof up.
        let code = agent.phone().fresh(&app);
        agent.browser.step_up(&code).await.assert_status(303);
        agent.browser.submit(&here, &format!("{here}/end-sessions"), &[]).await.assert_leads_exactly_to(&format!("{here}?done=signed-out-everywhere"));
        assert!(!again.browser.is_in().await && !person.browser.is_in().await);
        assert!(agent.browser.is_in().await);
        assert_eq!((app.events("limit.cleared"), app.events("sessions.ended-all")), (1, 1));
        let letters = app.letters_to(&person.email).await;
        for subject in ["Support has cleared", "Support has signed you out"] {
            let letter = letters.iter().find(|letter| letter.0.subject.starts_with(subject)).expect(subject);
            assert!(!letter.0.text.contains(&agent.browser.address), "an agent's network is nobody's business");
        }
        agent.browser.post(&format!("{here}/unlock"), &[]).await.assert_status(409);
    }

    async fn app_8_a_lost_factor_goes_only_while_the_second_step_is_suspended(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.enrolled().await;
        let mut agent = app.support().await;
        let here = format!("/support/accounts/{}", app.id_of(&person.email));
        let remove = format!("{here}/remove-factor");
        let device = hyphened(&app.place.text("SELECT id FROM authenticator WHERE name = 'Phone'").unwrap());
        agent.browser.get(&here).await.assert_shows("only while the second step is suspended");
        agent.browser.post(&remove, &[("factor", &device), ("reason", "stolen")]).await.assert_status(409);
        let now = app.now().as_millis();
        let suspended = format!(
            "INSERT INTO suspension (id, account_id, kind, reason, created_by, created_at, until, ticket, identity_proof, \
             approval) SELECT id, id, 'password-alone', 'lost', 'test', {now}, {}, '', '', 'none-needed' FROM account \
             WHERE email = '{}'",
            now + 3_600_000,
            person.email
        );
        app.place.run(&suspended);
        agent.browser.submit(&here, &remove, &[("factor", &device), ("reason", " ")]).await.assert_status(422);
        app.letters().await;
        agent.browser.submit(&here, &remove, &[("factor", &device), ("reason", "stolen")]).await.assert_leads_exactly_to(&format!("{here}?done=factor-removed"));
        assert_eq!(app.place.number("SELECT COUNT(*) FROM authenticator WHERE name = 'Phone'"), 0);
        assert!(!person.browser.is_in().await);
        let row = app.place.text("SELECT detail FROM audit WHERE event = 'authenticator.removed'").unwrap();
        assert!(row.contains("stolen") && row.contains("support"), "{row}");
        assert_eq!(app.place.number("SELECT COUNT(*) FROM audit WHERE event = 'authenticator.removed' AND actor_id <> account_id"), 1);
        assert!(app.letters_to(&person.email).await.iter().any(|letter| letter.0.subject.starts_with("A sign-in method was removed")));
        // The proof was used up: the next deed of this kind asks for another.
        let again = agent.browser.post(&remove, &[("factor", "email"), ("reason", "x")]).await;
        assert!(again.location().starts_with("/account/step-up"), "{}", again.location());
    }
}

#[tokio::test]
async fn app_8_support_sees_no_staff_and_touches_nobody_above_and_administrators_not_each_other() {
    let app = TestApp::start().await;
    let mut boss = staff(&app, "boss@example.org", Role::Administrator).await;
    let other = staff(&app, "other@example.org", Role::Administrator).await;
    let mut agent = app.support().await;
    agent
        .browser
        .submit("/support", "/support/search", &[("q", "boss@example.org")])
        .await
        .assert_shows("No account found");
    for email in ["boss@example.org", "desk@example.org"] {
        let here = format!("/support/accounts/{}", app.id_of(email));
        agent.browser.get(&here).await.assert_status(403);
        agent.browser.get("/support").await;
        for deed in ["address", "end-sessions", "unlock", "confirmation"] {
            agent.browser.post(&format!("{here}/{deed}"), &[]).await.assert_status(403);
        }
    }
    assert!(app.events("authorisation.refused") >= 10);
    assert_eq!(
        app.events("desk.looked") + app.events("sessions.ended-all") + app.events("desk.address-shown"),
        0
    );
    // An administrator looks at everybody, and acts on whoever is below.
    for email in ["boss@example.org", &*other.email] {
        let here = format!("/support/accounts/{}", app.id_of(email));
        let shown = boss.browser.get(&here).await;
        shown.assert_ok().assert_shows("not act on it");
        assert!(shown.page().form(&format!("{here}/end-sessions")).is_none());
        boss.browser.post(&format!("{here}/end-sessions"), &[]).await.assert_status(403);
    }
    let here = format!("/support/accounts/{}", app.id_of("desk@example.org"));
    boss.browser.submit(&here, &format!("{here}/end-sessions"), &[]).await.assert_status(303);
    assert!(!agent.browser.is_in().await);
}

#[tokio::test]
async fn app_8_members_and_other_organisations_find_no_desk_of_this_one() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    asks(&app, &person.email).await;
    let account = format!("/support/accounts/{}", app.id_of(&person.email));
    let request = format!("/support/requests/{}", app.request_id());
    for path in ["/support", &account, &request] {
        person.browser.get(path).await.assert_status(403);
        app.browser().get(path).await.assert_status(303);
    }
    let refused = app.events("authorisation.refused");
    assert_eq!(refused, 3);
    let rules = countersign_core::preset::Preset::Authenticator.policy();
    countersign::flow::policy::add_organisation(&app.operator(), "Harbour", "harbour", rules).await.unwrap();
    let mut foreign = app.support().await;
    app.place.run(
        "UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE slug = 'harbour') \
         WHERE email = 'desk@example.org'",
    );
    foreign.browser.get("/support").await.assert_ok().assert_shows("No requests here");
    foreign
        .browser
        .submit("/support", "/support/search", &[("q", &person.email)])
        .await
        .assert_shows("No account found");
    for path in [&account, &request] {
        foreign.browser.get(path).await.assert_status(404);
    }
    foreign.browser.get("/support").await;
    for deed in ["take", "close", "address"] {
        foreign.browser.post(&format!("{request}/{deed}"), &[]).await.assert_status(404);
    }
    foreign.browser.post(&format!("{account}/end-sessions"), &[]).await.assert_status(404);
    assert_eq!(app.place.text("SELECT state FROM support_request").unwrap(), "open");
}

#[tokio::test]
async fn app_8_the_confirmation_of_an_address_is_sent_again() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut agent = app.support().await;
    app.letters().await;
    let here = format!("/support/accounts/{}", app.id_of(&person.email));
    let send = format!("{here}/confirmation");
    agent
        .browser
        .submit(&here, &send, &[])
        .await
        .assert_leads_exactly_to(&format!("{here}?done=confirmation-resent"));
    let letters = app.letters_to(&person.email).await;
    assert_eq!(letters[0].links().len(), 1);
    person.confirm_address();
    agent.browser.post(&send, &[]).await.assert_status(409);
}

/// ALL-3: what support did stands in the owner's activity, without where the agent sat.
#[tokio::test]
async fn app_8_the_owner_sees_that_support_looked_but_not_from_where() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut agent = app.support().await;
    agent.browser.get(&format!("/support/accounts/{}", app.id_of(&person.email))).await.assert_ok();
    let activity = person.browser.get("/account/activity").await;
    activity.assert_shows("Support looked at the account").assert_hides(&agent.browser.address);
}

/// ALL-6: the API does what the pages do.
#[tokio::test]
async fn app_8_the_desk_works_through_the_api() {
    use serde_json::json;
    let app = TestApp::start().await;
    let person = app.member().await;
    asks(&app, &person.email).await;
    let agent = app.support().await;
    let mut client = app.client().await;
    client.email.clone_from(&agent.email);
    client.password.clone_from(&agent.password);
    client.get("/support/requests").await.refused(403, "forbidden");
    let mut client = client.elsewhere();
    client.sign_in().await.is(200);
    client.answer(&agent.phone().fresh(&app)).await.is(200);
    let list = client.get("/support/requests").await.is(200);
    assert_eq!(list["items"][0]["email"], "p•••@e•••.net");
    let request = format!("/support/requests/{}", list["items"][0]["id"].as_str().unwrap());
    client.post(&format!("{request}/take"), json!({})).await.is(204);
    client.post(&format!("{request}/notes"), json!({"body": "Hello there", "mailed": true})).await.is(204);
    let shown = client.get(&request).await.is(200);
    assert_eq!(
        (&shown["request"]["state"], &shown["notes"][0]["mailed"]),
        (&json!("answered"), &json!(true))
    );
    client.press(&format!("{request}/close")).await.is(204);
    client.press(&format!("{request}/close")).await.refused(409, "conflict");
    let found = client.post("/support/search", json!({"q": person.email})).await.is(200);
    let account = format!("/support/accounts/{}", found["items"][0]["id"].as_str().unwrap());
    let sheet = client.get(&account).await.is(200);
    assert_eq!((&sheet["email"], &sheet["may_act"]), (&json!("p•••@e•••.net"), &json!(true)));
    assert_eq!(client.press(&format!("{account}/address")).await.is(200)["email"], person.email.as_str());
    assert_eq!(client.press(&format!("{account}/end-sessions")).await.is(200)["ended_sessions"], 1);
    client.press(&format!("{account}/unlock")).await.refused(409, "conflict");
    client.press(&format!("{account}/confirmation")).await.is(202);
    client.post("/account/step-up", json!({})).await.is(200);
    client.answer(&agent.phone().fresh(&app)).await.is(200);
    let body = json!({"factor": "email", "reason": "lost"});
    client.post(&format!("{account}/remove-factor"), body).await.refused(409, "conflict");
    client.get("/support/accounts/01935b7e-6f3a-7c1e-9d52-000000000000").await.refused(404, "not-found");
}
