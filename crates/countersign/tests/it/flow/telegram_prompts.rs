//! Questions in Telegram at a second step: what they say, who is asked, what an answer does (MSG-2, MSG-3).

use std::time::Duration;

use countersign::flow::dispatch::{Body, PromptEnd, Saying};
use countersign::flow::second_step::Sending;
use countersign::flow::second_step::{self, Again};
use countersign::flow::telegram::switch;
use countersign::flow::telegram::view::{Stage, Wait};
use countersign_core::factor::telegram::Press;
use countersign_core::policy::TelegramStyle;
use serde_json::json;

use crate::support::{Client, FIREFOX, Said, TestApp};

/// Asks again.
async fn again(client: &Client<'_>) -> Sending {
    let challenge = client.token("challenge").unwrap();
    let browser = client.token("browser");
    second_step::send_again(&client.flow(), &challenge, browser.as_ref(), None).await.unwrap()
}

/// A button of the question with a number that the browser does not show.
async fn wrong_button(client: &Client<'_>, said: &Said) -> String {
    let shown = client.shown().await;
    let other = said.numbers().into_iter().find(|number| number.to_string() != shown).unwrap();
    said.button(Press::Number(other))
}

on_both! {
    async fn msg_2_the_number_that_the_browser_shows_is_picked_and_the_browser_goes_on(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        ada.sign_out().await;
        let mut one = ada.asked().await;
        assert_eq!(one.telegram_step().await.asked.unwrap().stage, Stage::OnItsWay);
        let asked = app.prompts().await;
        let [said @ Said { chat: 41, .. }] = &asked[..] else { panic!("{} questions", asked.len()) };
        let prompt = said.prompt().unwrap();
        // What is signed in to, from where and when.
        let about = &prompt.asked;
        assert_eq!((&*about.organisation, &*about.purpose), ("Example Hosting", "sign-in"));
        assert!(about.account.contains('•') && !about.account.contains(&ada.email));
        assert_eq!((&*about.address, &*about.device), (&*one.browser.address, FIREFOX));
        assert_eq!((about.at, prompt.until), (app.now().as_millis(), app.now().as_millis() + 180_000));
        let step = one.telegram_step().await;
        let shown = step.asked.unwrap();
        assert_eq!((shown.chats, shown.stage, step.linked), (1, Stage::Sent, 1));
        assert_eq!((said.numbers().len(), prompt.buttons.len()), (3, 4));
        assert!(said.numbers().contains(&shown.shown.as_str().parse().unwrap()));
        assert_eq!(one.waits().await, Wait::Still);
        assert_eq!(one.goes_on().await.status, 409);
        assert_eq!(one.step().await["tries_left"], 5, "to ask too early costs nothing");
        let button = one.right_button(said).await;
        assert_eq!(app.presses(41, said.message, &button).await, "telegram-pressed-confirmed");
        assert_eq!(one.waits().await, Wait::Confirmed);
        assert!(!one.is_in().await, "confirming opens nothing by itself");
        one.goes_on().await.is(200);
        assert_eq!(one.get("/session").await.is(200)["class"], "weak");
        assert_eq!(app.edits().await, [(41, PromptEnd::Confirmed)]);
        assert_eq!((app.events("telegram.prompted"), app.events("telegram.confirmed")), (1, 1));
        let line = switch::list(&one.flow(), &one.me().await).await.unwrap().remove(0);
        assert_eq!(line.last_used_at, Some(app.now()));
        assert_eq!(app.presses(41, said.message, &button).await, "telegram-pressed-answered");
    }

    async fn msg_2_six_digits_are_typed_into_the_chat_where_the_policy_says_so(kind) {
        let app = TestApp::messenger(kind).await;
        app.rules(|rules| rules.telegram_style = TelegramStyle::Type).await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        assert!(asked[0].numbers().is_empty() && asked[0].prompt().unwrap().buttons.len() == 1);
        let code = one.shown().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        app.writes(41, wrong).await;
        assert_eq!(app.sayings().await, [(41, Saying::WrongCode)]);
        assert_eq!(one.step().await["tries_left"], 4, "ALL-2: it is a wrong answer like any other");
        // A second sign-in waits too: the digits tell which one is meant.
        let mut two = ada.asked().await;
        app.chats().await;
        app.writes(41, &format!("{} {}", &code[..3], &code[3..])).await;
        let said = app.chats().await;
        assert!(said.iter().any(|one| matches!(&one.body, Body::BotText(text) if text.saying == Saying::Confirmed)));
        assert_eq!((one.waits().await, two.waits().await), (Wait::Confirmed, Wait::Still));
        one.goes_on().await.is(200);
        two.goes_on().await.refused(409, "conflict");
        app.writes(41, &code).await;
        assert_eq!(two.step().await["tries_left"], 4, "what confirmed one sign-in is wrong for another");
        app.turn(Duration::from_mins(3));
        app.chats().await;
        app.writes(41, &two.shown().await).await;
        assert_eq!(app.sayings().await, [(41, Saying::NothingWaits)]);
        assert_eq!(two.telegram_step().await.asked.unwrap().stage, Stage::Late);
    }

    async fn msg_2_one_button_confirms_where_the_policy_takes_that_risk(kind) {
        let app = TestApp::messenger(kind).await;
        app.rules(|rules| {
            rules.telegram_style = TelegramStyle::Tap;
            rules.risks_acknowledged = rules.risks();
        })
        .await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        assert_eq!(one.shown().await, "");
        app.presses(41, asked[0].message, &asked[0].button(Press::Confirm)).await;
        one.goes_on().await.is(200);
        assert_eq!(one.get("/session").await.is(200)["class"], "weak");
    }

    async fn msg_3_all_are_asked_the_first_answer_counts_and_the_others_are_updated(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41, 42, 43]).await;
        app.blocks(43, true).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        let mut chats: Vec<_> = asked.iter().map(|said| said.chat).collect();
        chats.sort_unstable();
        assert_eq!(chats, [41, 42], "whoever has blocked the bot is not asked");
        let step = one.telegram_step().await;
        assert_eq!((step.linked, step.blocked, step.asked.unwrap().chats), (3, 1, 2));
        let buttons: Vec<_> = asked.iter().map(|said| said.button(Press::NotMe)).collect();
        assert_ne!(buttons[0], buttons[1], "each question is of its own");
        let of = |who| asked.iter().find(|said| said.chat == who).unwrap();
        let button = one.right_button(of(42)).await;
        app.presses(42, of(42).message, &button).await;
        let theirs = one.right_button(of(41)).await;
        assert_eq!(app.edits().await, [(41, PromptEnd::AnsweredElsewhere), (42, PromptEnd::Confirmed)]);
        assert_eq!(app.presses(41, of(41).message, &theirs).await, "telegram-pressed-over");
        one.goes_on().await.is(200);
    }

    async fn msg_2_one_refusal_ends_the_sign_in_and_warns_the_owner(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41, 42]).await;
        let mut thief = ada.asked().await;
        let asked = app.prompts().await;
        let button = thief.right_button(&asked[1]).await;
        let no = asked[0].button(Press::NotMe);
        let who = asked[0].chat;
        assert_eq!(app.presses(who, asked[0].message, &no).await, "telegram-pressed-refused");
        assert_eq!(thief.waits().await, Wait::Refused);
        assert_ne!(app.presses(asked[1].chat, asked[1].message, &button).await, "telegram-pressed-confirmed");
        thief.goes_on().await.refused(410, "over");
        assert!(!thief.is_in().await);
        let letters = app.letters_to(&ada.email).await;
        let [letter] = &letters[..] else { panic!("{} letters", letters.len()) };
        assert!(letter.0.text.contains(&thief.browser.address), "where the sign-in came from: {}", letter.0.text);
        assert_eq!((app.events("telegram.refused"), app.events("telegram.held")), (1, 0));
        // The second within a day stops questions for another.
        app.turn(Duration::from_mins(11));
        let again = ada.asked().await;
        let asked = app.prompts().await;
        app.presses(asked[0].chat, asked[0].message, &asked[0].button(Press::NotMe)).await;
        assert_eq!(app.events("telegram.held"), 1);
        assert!(app.sayings().await.iter().any(|said| said.1 == Saying::Held));
        let kinds: Vec<_> = app.letters_to(&ada.email).await.into_iter().map(|letter| letter.0.subject.clone()).collect();
        assert_eq!(kinds.len(), 1, "{kinds:?}");
        let mut held = ada.asked().await;
        assert!(held.step().await["offers"][0]["held_until"].is_string());
        assert!(app.prompts().await.is_empty(), "nobody is asked");
        app.turn(Duration::from_hours(24));
        ada.asked().await;
        assert_eq!(app.prompts().await.len(), 2);
        drop(again);
    }

    async fn msg_2_a_number_that_the_browser_does_not_show_is_a_refusal_and_a_wrong_answer(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let thief = ada.asked().await;
        let asked = app.prompts().await;
        let wrong = wrong_button(&thief, &asked[0]).await;
        assert_eq!(app.presses(41, asked[0].message, &wrong).await, "telegram-pressed-wrong-number");
        assert_eq!(thief.waits().await, Wait::Refused);
        assert_eq!(app.edits().await, [(41, PromptEnd::WrongNumber)]);
        assert_eq!(app.written().iter().find(|(kind, _)| kind == "telegram-refused").map(|one| one.1), Some(1));
        let counters = "SELECT COUNT(*) FROM counter WHERE key LIKE 'second-step-stranger:%'";
        assert_eq!(app.place.number(counters), 1, "ALL-2: charged like any wrong answer");
        assert_eq!(app.events("telegram.held"), 0, "one refusal holds nothing");
    }

    async fn all_2_asking_has_gaps_and_limits_that_a_success_clears(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let first = app.prompts().await;
        let number = one.shown().await;
        assert!(matches!(again(&one).await, Sending::TooSoon { .. }));
        assert!(matches!(one.telegram_step().await.again, Again::At(_)));
        // Another look at the method asks nobody.
        one.choose("telegram").await.is(200);
        assert!(app.prompts().await.is_empty());
        app.turn(Duration::from_secs(30));
        assert_eq!(again(&one).await, Sending::Sent);
        let said = app.chats().await;
        assert_eq!(said.len(), 2, "the new question, and the old one disarmed");
        let old = first[0].button(Press::Number(number.parse().unwrap()));
        assert_eq!(app.presses(41, first[0].message, &old).await, "telegram-pressed-over");
        app.turn(Duration::from_mins(1));
        assert_eq!(again(&one).await, Sending::Sent);
        assert!(matches!(one.telegram_step().await.again, Again::Never));
        app.turn(Duration::from_mins(2));
        assert_eq!(again(&one).await, Sending::NoMore);
        // Starting again does not reset what was asked.
        app.chats().await;
        let two = ada.asked().await;
        assert!(app.prompts().await.is_empty());
        assert!(matches!(two.telegram_step().await.again, Again::Limited(Some(_))));
        app.turn(Duration::from_mins(10));
        let mut three = ada.asked().await;
        let asked = app.prompts().await;
        let button = three.right_button(&asked[0]).await;
        app.presses(41, asked[0].message, &button).await;
        three.goes_on().await.is(200);
        // The browser is known now and has a budget of its own.
        three.sign_out().await;
        for _ in 0..3 {
            three.sign_in().await.is(200);
            assert_eq!(app.prompts().await.len(), 1);
        }
        three.sign_in().await.is(200);
        assert!(app.prompts().await.is_empty());
        ada.asked().await;
        assert_eq!(app.prompts().await.len(), 1, "what one browser asked is not charged to others");
    }

    async fn msg_2_another_method_ends_what_telegram_asks(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        let (phone, _) = ada.enrol().await;
        app.chats().await;
        let mut one = ada.asked().await;
        one.choose("telegram").await.is(200);
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        one.choose("authenticator").await.is(200);
        one.answer(&phone.fresh(&app)).await.is(200);
        assert_eq!(app.edits().await, [(41, PromptEnd::Over)]);
        assert_eq!(app.presses(41, asked[0].message, &button).await, "telegram-pressed-over");
        let mut two = ada.asked().await;
        two.choose("telegram").await.is(200);
        app.chats().await;
        two.ask("DELETE", "/second-step", None).await.is(204);
        assert_eq!(app.edits().await, [(41, PromptEnd::Over)], "given up");
    }

    async fn msg_2_whoever_blocks_the_bot_is_told_and_keeps_the_second_step(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        app.blocks(41, true).await;
        app.blocks(41, true).await;
        assert_eq!(app.events("telegram.blocked"), 1);
        assert_eq!(app.written().iter().find(|(kind, _)| kind == "telegram-blocked").map(|one| one.1), Some(1));
        let line = switch::list(&ada.flow(), &ada.me().await).await.unwrap().remove(0);
        assert_eq!(line.blocked_at, Some(app.now()));
        let mut one = ada.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["state"], "challenge", "no way round the second step");
        let step = one.telegram_step().await;
        assert_eq!((step.linked, step.blocked, step.asked.is_none()), (1, 1, true));
        assert_eq!(again(&one).await, Sending::NobodyToAsk);
        app.blocks(41, false).await;
        assert_eq!(again(&one).await, Sending::Sent);
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        app.presses(41, asked[0].message, &button).await;
        one.goes_on().await.is(200);
        assert_eq!(one.get("/account").await.is(200)["second_step"]["methods"], json!(["telegram"]));
    }
}
