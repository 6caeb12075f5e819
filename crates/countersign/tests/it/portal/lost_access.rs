//! "I can't use my authenticator": the form that lands in the support desk's queue (APP-8).

use std::time::Duration;

use countersign_core::preset::Preset;
use countersign_store::contract::statements_run;
use serde_json::json;

use crate::support::{Answer, Browser, Kind, Options, TestApp};

const HERE: &str = "/help/lost-access";
const PHONE: &[(&str, &str)] = &[("lost", "lost-phone"), ("message", "It fell into the sea.")];

async fn ask(browser: &mut Browser<'_>, email: &str) -> Answer {
    let fields = [PHONE, &[("email", email)]].concat();
    browser.submit(HERE, HERE, &fields).await
}

/// What can be compared: status and what can be read, with nothing of the address in it.
fn told(answer: &Answer, email: &str) -> (u16, String) {
    (answer.status.as_u16(), answer.text().replace(email, "*"))
}

/// How many statements this application's writer has run.
async fn run(app: &TestApp) -> u64 {
    let job = app.app.deps.store.write((), |tx, ()| Box::pin(async move { Ok(statements_run(tx)) }));
    job.await.unwrap()
}

on_both! {
    async fn app_8_whoever_is_half_signed_in_is_asked_little_and_the_desk_knows_the_password_was_right(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.enrolled().await;
        person.confirm_address();
        app.letters().await;
        person.sign_out().await;
        person.sign_in().await.assert_leads_to("/second-step");
        let step = person.browser.get("/second-step").await;
        assert!(step.assert_ok().page().links_to(HERE));
        let form = person.browser.get(HERE).await;
        form.assert_shows("p•••@e•••.net").assert_hides(&person.email);
        assert!(!form.body.contains("name=\"email\""), "the address is known");
        let done = person.browser.send_form(&form, HERE, PHONE).await;
        done.assert_ok().assert_shows("Support has your request").assert_hides(&person.email);
        let row = "SELECT email || ' ' || lost || ' ' || proof || ' ' || state || ' ' || message FROM support_request";
        let row = app.place.text(row).unwrap();
        assert_eq!(row, format!("{} lost-phone password open It fell into the sea.", person.email));
        assert_eq!(app.place.number("SELECT COUNT(*) FROM support_request WHERE account_id IS NULL"), 0);
        assert_eq!(app.events("support-request.made"), 1);
        let letters = app.letters_to(&person.email).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].0.subject.starts_with("Your request to support"), "{}", letters[0].0.subject);
        assert!(letters[0].links().is_empty(), "nothing to press");
        // The second step still waits.
        let code = person.phone().fresh(&app);
        person.browser.second_step(&code).await.assert_leads_to("/account");
    }

    async fn app_8_a_stranger_types_an_address_and_only_a_confirmed_one_gets_a_letter(kind) {
        let app = TestApp::on(kind).await;
        let (confirmed, unconfirmed) = (app.member().await, app.member().await);
        confirmed.confirm_address();
        app.letters().await;
        for email in [&*confirmed.email, &unconfirmed.email, "nobody@example.net"] {
            ask(&mut app.browser(), email).await.assert_ok().assert_shows("Support has your request");
        }
        assert_eq!(app.place.number("SELECT COUNT(*) FROM support_request WHERE proof = 'nothing'"), 3);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM support_request WHERE account_id IS NULL"), 1);
        let letters = app.letters().await;
        let to: Vec<&str> = letters.iter().map(|letter| letter.0.to.as_str()).collect();
        assert_eq!(to, [&*confirmed.email]);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'waiting'"), 0);
    }

    async fn app_8_whoever_is_signed_in_asks_for_the_own_account(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.member().await;
        let form = person.browser.get(HERE).await;
        person.browser.send_form(&form, HERE, PHONE).await.assert_ok();
        let proof = app.place.text("SELECT proof FROM support_request").unwrap();
        assert_eq!(proof, "session");
    }
}

/// ASVS 6.3.8: neither what is answered nor what it costs tells whether there is an account.
#[tokio::test]
async fn app_8_known_and_unknown_addresses_are_answered_alike_at_the_same_cost() {
    let app = TestApp::start().await;
    let (confirmed, plain, closed) = (app.member().await, app.member().await, app.member().await);
    confirmed.confirm_address();
    let disabled = countersign_store::account::AccountState::Disabled;
    countersign::flow::admin::set_state(&app.operator(), &closed.email, disabled).await.unwrap();
    let people = [&*confirmed.email, &plain.email, &closed.email, "nobody@example.net"];
    let mut seen = Vec::new();
    for email in people {
        let mut browser = app.browser();
        let mut rounds = Vec::new();
        for _ in 0..5 {
            browser.get(HERE).await;
            let before = run(&app).await;
            let answer = ask(&mut browser, email).await;
            rounds.push((told(&answer, email), run(&app).await - before));
            app.turn(Duration::from_secs(1));
        }
        app.turn(Duration::from_secs(3600 - 5));
        seen.push(rounds);
    }
    assert_eq!(seen[0].iter().map(|round| round.0.0).collect::<Vec<_>>(), [200, 200, 200, 429, 429]);
    let without_time = |rounds: &[((u16, String), u64)]| {
        let rounds = rounds.iter().map(|((status, text), cost)| {
            (*status, text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>(), *cost)
        });
        rounds.collect::<Vec<_>>()
    };
    for (email, rounds) in people.iter().zip(&seen) {
        assert_eq!(without_time(rounds), without_time(&seen[3]), "{email}");
    }
    assert!(seen[3][0].1 > 8, "the count counts: {}", seen[3][0].1);
}

#[tokio::test]
async fn app_8_requests_are_limited_by_address_and_by_network_and_earlier_ones_stay() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for _ in 0..3 {
        ask(&mut app.browser(), &person.email).await.assert_ok();
    }
    let refused = ask(&mut app.browser(), &person.email).await;
    refused.assert_status(429).assert_shows("They still wait in the queue");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 3660);
    assert_eq!(
        refused.page().forms().iter().filter(|form| form.action == HERE).count(),
        1,
        "what was typed stays"
    );
    assert_eq!(app.place.count("support_request"), 3);
    // Whoever knows the password has a budget that no stranger can use up.
    person.sign_out().await;
    person.sign_in().await;
    let form = person.browser.get(HERE).await;
    person.browser.send_form(&form, HERE, PHONE).await.assert_ok();
    assert_eq!(app.place.number("SELECT COUNT(*) FROM support_request WHERE proof = 'password'"), 1);
    // One network, many addresses.
    let mut flooder = app.browser();
    for number in 0..10 {
        ask(&mut flooder, &format!("victim{number}@example.net")).await.assert_ok();
    }
    ask(&mut flooder, "victim11@example.net").await.assert_status(429);
    app.turn(Duration::from_hours(1));
    ask(&mut flooder, "victim11@example.net").await.assert_ok();
}

#[tokio::test]
async fn app_8_what_is_missing_stands_at_its_field_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for (fields, says) in [
        (&[("email", "ada.example.net"), ("lost", "lost-phone")][..], "@"),
        (&[("email", "ada@example.net")], "Choose what fits best"),
        (&[("email", "ada@example.net"), ("lost", "other"), ("message", " \r\n ")], "Write a few words"),
        (&[("lost", "lost-phone")], "e-mail"),
    ] {
        let answer = browser.submit(HERE, HERE, fields).await;
        answer.assert_status(422).assert_shows(says);
    }
    let long = "x".repeat(2001);
    let fields = [("email", "ada@example.net"), ("lost", "other"), ("message", &*long)];
    let answer = browser.submit(HERE, HERE, &fields).await;
    answer.assert_status(422).assert_shows("2000 characters at most").assert_shows(&long);
    assert!(answer.body.contains("value=\"other\" required checked"));
    browser.get(HERE).await;
    browser
        .post(HERE, &[("email", "ada@example.net"), ("lost", "lost-phone"), ("role", "administrator")])
        .await
        .assert_status(400);
    assert_eq!(app.place.count("support_request"), 0);
    browser.get(HERE).await;
    let nul = [("email", "ada@example.net"), ("lost", "other"), ("message", "one\u{0}")];
    browser.post(HERE, &nul).await.assert_status(400);
    let tricky = "one\r\ntwo\u{202e}<b>";
    browser.get(HERE).await;
    browser
        .post(HERE, &[("email", "ada@example.net"), ("lost", "other"), ("message", tricky)])
        .await
        .assert_ok();
    assert_eq!(app.place.text("SELECT message FROM support_request").unwrap(), "one\ntwo<b>");
}

#[tokio::test]
async fn app_8_without_mail_the_request_arrives_and_no_answer_by_e_mail_is_promised() {
    let app = TestApp::without_mail().await;
    let done = ask(&mut app.browser(), "ada@example.net").await;
    done.assert_ok().assert_shows("Support gets in touch").assert_hides("by e-mail");
    assert_eq!((app.place.count("support_request"), app.place.count("letter")), (1, 0));
}

#[tokio::test]
async fn app_8_a_request_about_another_organisations_account_goes_to_its_own_desk() {
    let app = TestApp::with(Options { kind: Kind::Sqlite, ..Options::default() }).await;
    let call = app.operator();
    let rules = countersign_core::preset::Preset::Authenticator.policy();
    countersign::flow::policy::add_organisation(&call, "Harbour", "harbour", rules).await.unwrap();
    app.account("cap@example.net", &crate::support::password_of(8_000)).await;
    app.place
        .run("UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE slug = 'harbour')");
    ask(&mut app.browser(), "cap@example.net").await.assert_ok();
    let slug = "SELECT o.slug FROM support_request q JOIN organisation o ON o.id = q.organisation_id";
    assert_eq!(app.place.text(slug).unwrap(), "harbour");
}

/// ALL-6: programs ask alike, and with the second step's token for the account that it is of.
#[tokio::test]
async fn app_8_the_api_takes_requests_of_strangers_and_of_whoever_is_half_signed_in() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let mut person = app.client_with_email().await;
    let body = json!({"email": "nobody@example.net", "lost": "no-codes", "language": "de"});
    let mut stranger = app.client().await;
    stranger.sign_out().await;
    stranger.post("/lost-access", body.clone()).await.is(202);
    stranger.post("/lost-access", json!({"lost": "no-codes"})).await.refused(422, "invalid");
    stranger
        .post("/lost-access", json!({"email": "a@example.net", "lost": "keys"}))
        .await
        .refused(422, "invalid");
    assert_eq!(app.place.text("SELECT proof || language FROM support_request").unwrap(), "nothingde");
    app.place.run("DELETE FROM support_request");
    person.sign_out().await;
    person.sign_in().await.is(200);
    person.post_in_step("/lost-access", json!({"lost": "no-codes"})).await.is(202);
    assert_eq!(
        app.place.text("SELECT proof || ' ' || email FROM support_request").unwrap(),
        format!("password {}", person.email)
    );
    // Without the token the cookie counts for nothing.
    person.post("/lost-access", json!({"lost": "no-codes"})).await.refused(422, "invalid");
}
