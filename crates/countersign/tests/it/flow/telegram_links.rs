//! Linking Telegram accounts, switching Telegram off and on, unlinking (MSG-1, MSG-8, MSG-10).

use std::time::Duration;

use countersign::flow::FlowError;
use countersign::flow::dispatch::{Body, Saying};
use countersign::flow::email_code::Removal;
use countersign::flow::telegram::inbox::{Chat, Happened};
use countersign::flow::telegram::link::{self, Confirmation, LinkState};
use countersign::flow::telegram::switch;
use countersign_core::text::Text;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Client, Said, TestApp, code_of, next_update, sender, token_of};

async fn state(client: &Client<'_>) -> LinkState {
    link::state(&client.flow(), &client.me().await).await.unwrap()
}

async fn open(app: &TestApp, who: i64, token: &str) -> Vec<Said> {
    app.writes(who, &format!("/start {token}")).await;
    app.chats().await
}

/// The data of the button below the code.
fn refuse_button(said: &[Said]) -> (i64, String) {
    let found = said.iter().find_map(|said| {
        if let Body::BotText(text) = &said.body {
            text.refuse.clone().map(|data| (said.message, data))
        } else {
            None
        }
    });
    found.expect("a button")
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

fn conflict(result: Result<impl Sized, FlowError>) -> Text {
    match result {
        Err(FlowError::Conflict(text)) => text,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The challenge that a removal opened, in this browser.
fn challenged(client: &mut Client<'_>, removal: Removal) {
    let Removal::Challenge(open) = removal else { panic!("a challenge of its own") };
    client.browser.set_cookie("challenge", &open.token.reveal());
}

on_both! {
    async fn msg_1_an_address_and_a_code_link_and_switch_telegram_on(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.client().await;
        let mut other = ada.elsewhere();
        other.sign_in().await.is(200);
        assert_eq!(state(&ada).await, LinkState::None);
        let started = ada.start_link().await;
        assert!(started.address.starts_with("https://t.me/example_bot?start="), "{}", *started.address);
        assert!(matches!(state(&ada).await, LinkState::Waiting { .. }));
        let said = open(&app, 41, &token_of(&started)).await;
        let [Said { chat: 41, body: Body::BotText(text), .. }] = &said[..] else { panic!("one text") };
        // The person's language, the account masked, and a way to say no.
        assert_eq!((text.saying, &*text.language), (Saying::LinkCode, "de"));
        assert!(text.accounts[0].contains('•') && !text.accounts[0].contains(&ada.email), "{:?}", text.accounts);
        assert_eq!(text.organisation.as_deref(), Some("Example Hosting"));
        let LinkState::Opened { by, tries_left: 5, .. } = state(&ada).await else { panic!("opened") };
        assert_eq!(by, "Kim 41 (@kim41)");
        let code = code_of(&said).unwrap();
        let Confirmation::Wrong { tries_left: 4 } = ada.confirm_link(other_than(&code)).await else { panic!() };
        let Confirmation::Done { session, ended: 1, .. } = ada.confirm_link(&code).await else { panic!("linked") };
        ada.take_session(&session).await;
        assert!(!other.is_in().await, "MSG-9: every other session has ended");
        assert_eq!(state(&ada).await, LinkState::Linked);
        assert_eq!(app.sayings().await, [(41, Saying::Linked)]);
        assert_eq!(ada.get("/account").await.is(200)["second_step"]["methods"], json!(["telegram"]));
        assert_eq!((app.events("telegram.link-asked"), app.events("telegram.linked")), (1, 1));
        assert!(app.written().contains(&("method-added".to_owned(), 1)), "ALL-3: {:?}", app.written());
        let mut one = ada.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["methods"], json!(["telegram"]));
    }

    async fn all_7_the_number_of_a_telegram_account_stands_nowhere_in_the_open(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[7_700_900_041]).await;
        ada.asked().await;
        app.chats().await;
        let everything = app.place.everything();
        assert!(!everything.windows(10).any(|part| part == b"7700900041"));
    }

    async fn msg_1_neither_the_address_nor_the_chat_alone_links(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.client().await;
        let mut other = ada.elsewhere();
        other.sign_in().await.is(200);
        let first = ada.start_link().await;
        assert!(matches!(ada.confirm_link("123456").await, Confirmation::NotOpened));
        // In a group nobody is asked who they are.
        let text = Some(format!("/start {}", token_of(&first)));
        let group = Chat { id: -7, private: false };
        app.hears_as(next_update(), Happened::Wrote { chat: group, from: Some(sender(41)), text }).await;
        assert!(app.chats().await.is_empty());
        // A newer address is the only one.
        app.turn(Duration::from_secs(1));
        let second = ada.start_link().await;
        assert_eq!(open(&app, 41, &token_of(&first)).await.len(), 1);
        assert!(matches!(state(&ada).await, LinkState::Waiting { .. }));
        let code = code_of(&open(&app, 41, &token_of(&second)).await).unwrap();
        // Whoever opens it second gets nothing, and another session of the account neither.
        assert_eq!(code_of(&open(&app, 42, &token_of(&second)).await), None);
        assert!(matches!(other.confirm_link(&code).await, Confirmation::Over));
        for left in [4, 3, 2, 1] {
            let Confirmation::Wrong { tries_left } = ada.confirm_link(other_than(&code)).await else { panic!() };
            assert_eq!(tries_left, left);
        }
        assert!(matches!(ada.confirm_link(other_than(&code)).await, Confirmation::Over));
        assert!(matches!(ada.confirm_link(&code).await, Confirmation::Over));
        // After ten minutes an address opens nothing.
        app.turn(Duration::from_secs(1));
        let third = ada.start_link().await;
        app.turn(Duration::from_mins(10));
        assert_eq!(code_of(&open(&app, 41, &token_of(&third)).await), None);
        assert_eq!(state(&ada).await, LinkState::Over);
        assert_eq!(app.place.count("telegram_account"), 0);
    }

    async fn msg_1_it_was_not_me_in_the_chat_ends_the_linking(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.client().await;
        let started = ada.start_link().await;
        let said = open(&app, 41, &token_of(&started)).await;
        let (message, no) = refuse_button(&said);
        assert_eq!(app.presses(42, message, &no).await, "telegram-pressed-not-yours");
        assert_eq!(app.presses(41, message, &no).await, "telegram-pressed-link-refused");
        assert_eq!(app.presses(41, message, &no).await, "telegram-pressed-answered");
        assert_eq!(app.sayings().await, [(41, Saying::LinkRefused)]);
        assert_eq!(state(&ada).await, LinkState::Refused);
        assert!(matches!(ada.confirm_link(&code_of(&said).unwrap()).await, Confirmation::Over));
        assert_eq!(app.events("telegram.link-refused"), 1);
    }

    async fn all_1_of_64_copies_of_a_links_code_one_links(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.client().await;
        let started = ada.start_link().await;
        let code = code_of(&open(&app, 41, &token_of(&started)).await).unwrap();
        let (call, me) = (ada.flow(), ada.me().await);
        let done = join_all((0..64).map(|_| link::confirm(&call, &me, &code))).await;
        let linked = done.iter().filter(|one| matches!(one, Ok(Confirmation::Done { .. }))).count();
        assert_eq!((linked, app.place.count("telegram_account")), (1, 1));
    }

    async fn all_2_addresses_and_accounts_of_one_person_are_limited(kind) {
        let app = TestApp::messenger(kind).await;
        for _ in 0..3 {
            app.with_telegram(&[41]).await;
        }
        let mut ada = app.client().await;
        let started = ada.start_link().await;
        let said = open(&app, 41, &token_of(&started)).await;
        assert_eq!(code_of(&said), None, "one Telegram account answers for three accounts at the most");
        for who in [51, 52, 53] {
            ada.link_telegram(who).await;
        }
        let full = link::start(&ada.flow(), &ada.me().await).await;
        assert_eq!(conflict(full).key, "telegram-too-many");
        let eve = app.client().await;
        for _ in 0..10 {
            eve.start_link().await;
        }
        let more = link::start(&eve.flow(), &eve.me().await).await;
        assert!(matches!(more, Err(FlowError::TooMany { until: Some(_) })));
    }

    async fn msg_10_off_by_a_challenge_of_its_own_and_on_again_without_linking(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        // The step-up that linking was is fresh, and does not count (ALL-4).
        let removal = switch::start_disable(&ada.flow(), &ada.me().await).await.unwrap();
        challenged(&mut ada, removal);
        let asked = app.prompts().await;
        assert_eq!(asked[0].prompt().unwrap().asked.purpose, "disable-telegram");
        let button = ada.right_button(&asked[0]).await;
        ada.step().await;
        assert_eq!(ada.goes_on().await.refused(409, "conflict")["status"], 409);
        assert_eq!(app.presses(41, asked[0].message, &button).await, "telegram-pressed-confirmed");
        ada.goes_on().await.is(200);
        assert_eq!(app.events("telegram.disabled"), 1);
        let mut one = ada.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["state"], "session");
        assert_eq!(app.place.count("telegram_account"), 1, "whoever is linked stays linked");
        let (session, ended) = switch::enable(&ada.flow(), &ada.me().await).await.unwrap();
        assert_eq!(ended, 1, "MSG-9");
        ada.take_session(&session).await;
        assert!(!one.is_in().await);
        assert_eq!(one.elsewhere().sign_in().await.is(200)["state"], "challenge");
        assert!(matches!(switch::enable(&ada.flow(), &ada.me().await).await, Err(FlowError::Forbidden(_))));
    }

    async fn msg_10_unlinking_takes_its_own_challenge_and_the_last_one_switches_off(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41, 42]).await;
        let lines = switch::list(&ada.flow(), &ada.me().await).await.unwrap();
        assert_eq!(lines.iter().map(|line| &*line.name).collect::<Vec<_>>(), ["Kim 41 (@kim41)", "Kim 42 (@kim42)"]);
        for (line, left) in [(&lines[0], 1), (&lines[1], 0)] {
            let removal = switch::start_unlink(&ada.flow(), &ada.me().await, line.id).await.unwrap();
            challenged(&mut ada, removal);
            let asked = app.prompts().await;
            let said = asked.iter().find(|said| said.chat == 42).unwrap();
            let button = ada.right_button(said).await;
            assert_eq!(ada.step().await["authenticator"], json!(line.name));
            app.presses(42, said.message, &button).await;
            ada.goes_on().await.is(200);
            assert_eq!(app.place.count("telegram_account"), left);
            app.chats().await;
        }
        assert_eq!((app.events("telegram.unlinked"), app.events("telegram.disabled")), (2, 1));
        assert_eq!(ada.get("/account").await.is(200)["second_step"]["methods"], json!([]));
        let gone = switch::start_unlink(&ada.flow(), &ada.me().await, lines[0].id).await;
        assert!(matches!(gone, Err(FlowError::NotFound)));
        // Another account's is none.
        let eve = app.with_telegram(&[42]).await;
        let other = switch::list(&eve.flow(), &eve.me().await).await.unwrap().remove(0).id;
        let gone = switch::start_unlink(&ada.flow(), &ada.me().await, other).await;
        assert!(matches!(gone, Err(FlowError::NotFound)));
    }

    async fn msg_8_the_phone_counts_only_beside_telegram_or_the_authenticator(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        ada.prove_phone("+4915112345678").await;
        app.chats().await;
        let mut one = ada.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["methods"], json!(["telegram", "phone"]));
        app.chats().await;
        let removal = switch::start_disable(&ada.flow(), &ada.me().await).await.unwrap();
        challenged(&mut ada, removal);
        let asked = app.prompts().await;
        let button = ada.right_button(&asked[0]).await;
        app.presses(41, asked[0].message, &button).await;
        ada.step().await;
        ada.goes_on().await.is(200);
        assert_eq!(ada.elsewhere().sign_in().await.is(200)["state"], "session");
    }
}
