//! Letters to the owner (ALL-3), what the outbox keeps (ALL-7), and mail that fails.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::policy;
use countersign::flow::suspension::{self, NewSuspension};
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use serde_json::json;

use crate::support::{Client, Kind, Options, TestApp, Written, password_of};

async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::EmailWithRecoveryKey, ..Options::default() }).await
}

fn kinds(app: &TestApp) -> Vec<String> {
    app.written().into_iter().map(|(kind, count)| format!("{kind} {count}")).collect()
}

async fn fail(person: &mut Client<'_>) {
    person.answer_by("authenticator", "000000").await;
}

on_both! {
    async fn all_3_every_change_of_a_factor_is_written_to_the_owner(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        assert!(kinds(&app).is_empty(), "the first sign-in is no news: {:?}", kinds(&app));
        ada.enable_email().await;
        assert_eq!(kinds(&app), ["code 1", "method-added 1"]);
        let key = ada.make_key().await;
        let (phone, _) = ada.enrol().await;
        let device = ada.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        ada.ask("PATCH", &format!("/authenticators/{device}"), Some(json!({"name": "Tablet"}))).await.is(200);
        assert_eq!(kinds(&app), ["authenticator-renamed 1", "code 1", "method-added 2", "recovery-key-made 1"]);
        ada.press(&format!("/authenticators/{device}/removal")).await.is(200);
        ada.answer_by("authenticator", &phone.code(&app)).await.is(200);
        assert!(kinds(&app).contains(&"method-removed 1".to_owned()));
        let mut lost = ada.elsewhere();
        lost.sign_in().await.is(200);
        lost.answer_by("recovery-key", &key).await.is(200);
        assert!(kinds(&app).contains(&"recovery-key-used 1".to_owned()));
        let mut other = ada.elsewhere();
        other.sign_in_by_mail().await;
        assert!(kinds(&app).contains(&"new-browser 1".to_owned()), "{:?}", kinds(&app));
        app.turn(Duration::from_hours(2));
        let letters = app.letters_to(&ada.email).await;
        for letter in letters.iter().filter(|letter| letter.code().is_none()) {
            assert_eq!(letter.links().len(), 1, "every notice has “this was not me”: {}", letter.0.text);
            assert!(letter.0.text.contains("198."), "and says from which address: {}", letter.0.text);
            assert!(letter.0.text.contains("Firefox"), "and with which browser: {}", letter.0.text);
        }
    }

    /// A flood of wrong second steps is one letter at once and one an hour later.
    async fn all_3_a_hundred_wrong_second_steps_are_two_letters_an_hour(kind) {
        let app = app_on(kind).await;
        let (mut ada, _) = app.client_with_key().await;
        ada.enrol().await;
        app.letters().await;
        for _ in 0..60 {
            let mut thief = ada.elsewhere();
            thief.sign_in().await.is(200);
            fail(&mut thief).await;
            thief.answer_by("recovery-key", "0000-0000-0000-0000-0000-0000").await;
            app.post().await;
            app.turn(Duration::from_mins(1));
        }
        let told = app.letters_to(&ada.email).await;
        let wrong = told.iter().filter(|letter| letter.code().is_none()).count();
        assert!((1..=2).contains(&wrong), "{:?}", told.iter().map(|letter| &letter.0.subject).collect::<Vec<_>>());
        app.turn(Duration::from_hours(1));
        assert!(app.letters_to(&ada.email).await.len() <= 1);
    }

    async fn all_3_an_entry_after_many_failures_is_told(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        let (phone, _) = ada.enrol().await;
        let mut thief = ada.elsewhere();
        thief.sign_in().await.is(200);
        for _ in 0..3 {
            fail(&mut thief).await;
        }
        thief.answer_by("authenticator", &phone.code(&app)).await.is(200);
        let kinds = kinds(&app);
        assert!(kinds.contains(&"entered-after-failures 1".to_owned()), "{kinds:?}");
        assert!(kinds.contains(&"wrong-second-step 3".to_owned()), "{kinds:?}");
    }

    async fn all_3_a_new_password_and_an_entry_under_suspension_are_told(kind) {
        let app = TestApp::on(kind).await;
        let mut ada = app.client().await;
        ada.enrol().await;
        let new = password_of(9_999);
        let change = json!({"present_password": ada.password, "new_password": new});
        ada.post("/account/password", change).await.is(200);
        ada.password = new;
        let (email, reason) = (ada.email.clone(), "lost phone".to_owned());
        let length = Duration::from_hours(1);
        suspension::start(&app.operator(), NewSuspension { email, reason, length }).await.unwrap();
        assert_eq!(ada.elsewhere().sign_in().await.is(200)["state"], "session");
        let told = ["entered-under-suspension 1", "method-added 1", "password-changed 1", "suspension-started 1"];
        assert_eq!(kinds(&app), told);
    }

    async fn all_7_no_code_key_or_link_stands_in_clear_and_sent_letters_are_empty(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        let made = ada.press("/recovery-key/make").await.is(201);
        let key = made["key"].as_str().unwrap().to_owned();
        let before = app.transcript().len();
        let mut one = ada.elsewhere();
        one.sign_in().await.is(200);
        let waiting = app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'waiting' AND body IS NOT NULL");
        assert!(waiting >= 2, "{waiting}");
        let sealed = app.place.everything();
        let letters = app.letters_to(&ada.email).await;
        let code = letters.iter().find_map(crate::support::Letter::code).unwrap();
        let links: Vec<String> = letters.iter().flat_map(crate::support::Letter::links).collect();
        assert!(!links.is_empty());
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE body IS NOT NULL AND state <> 'waiting'"), 0);
        let bare = key.replace('-', "");
        let stored = app.place.everything();
        let contains = |hay: &[u8], needle: &str| hay.windows(needle.len()).any(|part| part == needle.as_bytes());
        let log = Written::all();
        let answers = app.transcript()[before..].to_vec();
        for secret in links.iter().map(|link| link.trim_start_matches("/link/")).chain([&*key, &bare]) {
            assert!(secret.len() >= 24);
            for (place, hay) in [("outbox", &sealed), ("database", &stored), ("answers", &answers)] {
                assert!(!contains(hay, secret), "{place}");
            }
            assert!(!log.contains(secret), "log");
        }
        // Six digits stand somewhere by chance; as a word of their own they do not.
        assert!(!String::from_utf8_lossy(&answers).contains(&format!("\"{code}\"")));
        assert!(!log.contains(&format!("={code} ")) && !log.contains(&format!("\"{code}\"")));
        if kind == Kind::Postgres {
            assert!(!String::from_utf8_lossy(&sealed).contains(&format!(",{code},")));
        }
    }

    /// The mail server is down: the sign-in says so, other methods work, and the letters go out when it is back.
    async fn all_3_letters_wait_for_a_mail_server_that_is_down(kind) {
        let app = app_on(kind).await;
        let (ada, key) = app.client_with_key().await;
        app.place.tray.set_failing(true);
        app.turn(Duration::from_secs(1));
        let mut one = ada.elsewhere();
        // Three letters in a row that no server takes are a server that is down.
        for mut other in [ada.elsewhere(), ada.elsewhere()] {
            other.sign_in().await.is(200);
        }
        one.sign_in().await.is(200);
        app.post().await;
        let mail = one.step().await["mail_code"].clone();
        assert_eq!((&mail["sent"]["delivery"], &mail["is_mail_down"]), (&json!("delayed"), &json!(true)));
        let mut two = ada.elsewhere();
        two.sign_in().await.is(200);
        two.answer_by("recovery-key", &key).await.is(200);
        assert!(app.letters().await.is_empty());
        let mut three = ada.elsewhere();
        three.sign_in().await.is(200);
        app.post().await;
        app.place.tray.set_failing(false);
        app.turn(Duration::from_secs(5));
        let code = three.code().await;
        assert_eq!(three.step().await["mail_code"]["is_mail_down"], json!(false));
        three.answer(&code).await.is(200);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'refused' OR state = 'expired'"), 0);
    }

    async fn all_3_a_code_that_could_not_be_sent_in_its_life_is_given_up_and_never_arrives(kind) {
        let app = app_on(kind).await;
        let ada = app.client_with_email().await;
        app.place.tray.set_failing(true);
        let mut one = ada.elsewhere();
        one.sign_in().await.is(200);
        app.post().await;
        app.turn(Duration::from_mins(10));
        app.post().await;
        app.place.tray.set_failing(false);
        app.turn(Duration::from_mins(10));
        assert!(app.letters().await.iter().all(|letter| letter.code().is_none()));
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'expired' AND body IS NULL"), 1);
    }

    async fn all_3_two_servers_send_each_letter_once(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let mut people = Vec::new();
        for _ in 0..12 {
            people.push(app.client().await);
        }
        for one in &mut people {
            one.press("/email-codes").await.is(200);
        }
        let waiting = app.place.number("SELECT COUNT(*) FROM letter WHERE state = 'waiting'");
        tokio::join!(app.post(), other.post(), app.post(), other.post());
        let mut ids: Vec<_> = app.place.tray.take().into_iter().map(|one| one.mail.id.clone()).collect();
        let arrived = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!((waiting, arrived, ids.len()), (12, 12, 12));
        drop(people);
        drop(other);
    }

    async fn all_3_letters_name_the_organisation_that_they_come_from(kind) {
        let app = TestApp::on(kind).await;
        let call = app.operator();
        policy::add_organisation(&call, "Second Works", "second", Preset::Authenticator.policy()).await.unwrap();
        let names = [(None, "Example Hosting"), (Some("second"), "Second Works")];
        for (number, (organisation, _)) in names.iter().enumerate() {
            let new = NewAccount {
                email: format!("reader@{number}.example.net"),
                display_name: None,
                role: Role::Member,
                organisation: organisation.map(str::to_owned),
                password: Some(Password::new(password_of(8_000))),
            };
            assert!(matches!(admin::add(&call, new).await, Ok(Added::Account)));
            admin::mail_reset(&call, &format!("reader@{number}.example.net")).await.unwrap();
        }
        let letters = app.letters().await;
        for (number, (_, name)) in names.iter().enumerate() {
            let other = names[1 - number].1;
            let to = format!("reader@{number}.example.net");
            let letter = letters.iter().find(|letter| letter.0.to.as_str() == to).unwrap();
            let (subject, text) = (&letter.0.subject, &letter.0.text);
            assert!(subject.contains(name) && text.contains(name), "{subject}: {text}");
            assert!(!text.contains(other), "{text}");
        }
    }

    /// A deed that costs nothing leaves one letter with one link, however often it is done.
    async fn all_3_a_deed_done_over_and_over_leaves_no_links_behind(kind) {
        let app = TestApp::on(kind).await;
        let mut ada = app.client().await;
        ada.enrol().await;
        let device = ada.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let before = app.place.count("link");
        for number in 0..5 {
            let name = json!({"name": format!("Phone {number}")});
            ada.ask("PATCH", &format!("/authenticators/{device}"), Some(name)).await.is(200);
        }
        assert_eq!(app.place.count("link"), before + 1);
        app.turn(Duration::from_hours(2));
        let letters = app.letters_to(&ada.email).await;
        let renamed = letters.iter().find(|letter| letter.0.text.contains("Phone 4")).unwrap();
        ada.browser.get(&renamed.links()[0]).await.assert_leads_to("/link");
        ada.browser.get("/link").await.assert_ok();
    }
}
