//! What refusals in Telegram hold, whose counters a question is charged to, and when a chat counts as blocked (MSG-2, ALL-2).

use std::time::Duration;

use countersign::flow::dispatch::Saying;
use countersign::flow::phone::Want;
use countersign::flow::second_step::{self, Again, Sending};
use countersign::flow::telegram::switch;
use countersign_core::factor::telegram::Press;
use countersign_core::policy::TelegramStyle;
use serde_json::json;

use crate::support::{Client, TestApp};

const NUMBER: &str = "+491701234567";

/// Signs in by the question in the chat.
async fn confirms(app: &TestApp, client: &mut Client<'_>, who: i64) {
    let asked = app.prompts().await;
    let said = asked.iter().find(|said| said.chat == who).expect("a question");
    let button = client.right_button(said).await;
    assert_eq!(app.presses(who, said.message, &button).await, "telegram-pressed-confirmed");
    client.goes_on().await.is(200);
}

/// Two strangers have the password; the owner refuses both.
async fn two_refusals(app: &TestApp, owner: &Client<'_>, who: i64, by_number: bool) {
    for _ in 0..2 {
        app.turn(Duration::from_mins(11));
        let stranger = owner.asked().await;
        let asked = app.prompts().await;
        let shown = stranger.shown().await;
        let wrong = asked[0].numbers().into_iter().find(|number| number.to_string() != shown).unwrap();
        let press = if by_number { Press::Number(wrong) } else { Press::NotMe };
        let told = app.presses(who, asked[0].message, &asked[0].button(press)).await;
        assert_ne!(told, "telegram-pressed-confirmed");
    }
}

on_both! {
    async fn all_2_refusals_hold_strangers_and_never_the_owners_own_browser(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut home = ada.asked().await;
        confirms(&app, &mut home, 41).await;
        home.sign_out().await;
        two_refusals(&app, &ada, 41, false).await;
        assert_eq!(app.events("telegram.held"), 1);
        app.chats().await;
        let mut stranger = ada.asked().await;
        assert!(stranger.step().await["offers"][0]["held_until"].is_string());
        assert!(app.prompts().await.is_empty(), "nobody is asked");
        assert_eq!(home.sign_in().await.is(200)["state"], "challenge");
        assert_eq!(home.step().await["offers"][0]["held_until"], json!(null));
        confirms(&app, &mut home, 41).await;
        // Once another password is set that browser is a stranger's like any other until it has signed in.
        home.sign_out().await;
        app.place.run("UPDATE account SET password_version = password_version + 1");
        home.sign_in().await.is(200);
        assert!(home.step().await["offers"][0]["held_until"].is_string());
    }

    async fn msg_2_two_wrong_numbers_hold_too_and_the_phone_is_no_way_round(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        ada.prove_phone(NUMBER).await;
        let mut one = ada.asked().await;
        assert_eq!(one.offered().await, ["telegram", "phone"]);
        app.chats().await;
        two_refusals(&app, &ada, 41, true).await;
        assert_eq!(app.events("telegram.held"), 1);
        assert!(app.sayings().await.iter().any(|said| said.1 == Saying::Held));
        let mut stranger = ada.asked().await;
        assert_eq!(stranger.offered().await, ["telegram"], "no call with four digits instead");
        assert!(stranger.ask_phone(Want::default()).await.is_err());
        assert!(app.phones().await.is_empty() && app.prompts().await.is_empty());
        app.turn(Duration::from_hours(24));
        assert_eq!(ada.asked().await.offered().await, ["telegram", "phone"]);
    }

    async fn all_2_a_browser_of_an_earlier_password_is_charged_as_it_is_told(kind) {
        let app = TestApp::messenger(kind).await;
        app.rules(|rules| rules.telegram_style = TelegramStyle::Type).await;
        let mut ada = app.with_telegram(&[41]).await;
        ada.sign_out().await;
        ada.sign_in().await.is(200);
        assert!(ada.token("browser").is_some());
        app.place.run("UPDATE account SET password_version = password_version + 1");
        for _ in 0..2 {
            ada.asked().await;
        }
        app.turn(Duration::from_secs(1));
        ada.sign_in().await.is(200);
        // Strangers have used up what is asked in ten minutes, and this browser is one of them.
        app.turn(Duration::from_secs(30));
        let (challenge, browser) = (ada.token("challenge").unwrap(), ada.token("browser"));
        assert!(matches!(ada.telegram_step().await.again, Again::Limited(Some(_))));
        let again = second_step::send_again(&ada.flow(), &challenge, browser.as_ref(), None).await.unwrap();
        assert!(matches!(again, Sending::TooMany { .. }));
        app.chats().await;
        app.writes(41, "000000").await;
        app.writes(41, "000001").await;
        let own = "SELECT COUNT(*) FROM counter WHERE key LIKE 'second-step-browser:%'";
        assert_eq!(app.place.number(own), 0, "what is typed in the chat is a stranger's wrong answer");
        let strangers = "SELECT COUNT(*) FROM counter WHERE key LIKE 'second-step-stranger:%'";
        assert_eq!(app.place.number(strangers), 1);
    }

    async fn msg_3_whoever_writes_or_presses_has_not_blocked_the_bot(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        for press in [false, true] {
            // Sending was told so, and nobody says when it is over.
            app.blocks(41, true).await;
            let line = switch::list(&ada.flow(), &ada.me().await).await.unwrap().remove(0);
            assert!(line.blocked_at.is_some());
            if press {
                app.presses(41, asked[0].message, &button).await;
            } else {
                app.writes(41, "/status").await;
            }
            let line = switch::list(&ada.flow(), &ada.me().await).await.unwrap().remove(0);
            assert_eq!(line.blocked_at, None, "{press}");
        }
        one.goes_on().await.is(200);
        // In a group nobody shows that the bot may write to them.
        app.blocks(41, true).await;
        let group = countersign::flow::telegram::inbox::Chat { id: -5, private: false };
        let pressed = countersign::flow::telegram::inbox::Happened::Pressed {
            from: crate::support::sender(41),
            chat: Some(group),
            message: Some(1),
            data: button,
        };
        app.hears_as(crate::support::next_update(), pressed).await;
        let line = switch::list(&ada.flow(), &ada.me().await).await.unwrap().remove(0);
        assert!(line.blocked_at.is_some());
    }

    async fn all_2_blocking_on_and_on_writes_no_letters_on_and_on(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        for _ in 0..30 {
            app.blocks(41, true).await;
            app.blocks(41, false).await;
        }
        app.blocks(41, true).await;
        let told = app.events("telegram.blocked");
        assert!((15..=20).contains(&told), "{told}");
        let line = switch::list(&ada.flow(), &ada.me().await).await.unwrap().remove(0);
        assert!(line.blocked_at.is_some(), "it is noted all the same");
        app.turn(Duration::from_hours(1));
        app.blocks(41, false).await;
        app.blocks(41, true).await;
        assert_eq!(app.events("telegram.blocked"), told + 1);
    }
}
