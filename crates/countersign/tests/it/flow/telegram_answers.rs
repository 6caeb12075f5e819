//! What the bot makes of answers that nobody may give, and of what people write.

use std::time::Duration;

use countersign::flow::dispatch::{Body, PromptEnd, Saying};
use countersign::flow::telegram::inbox::{Chat, Happened, Sender};
use countersign::flow::telegram::switch;
use countersign::flow::telegram::view::Wait;
use countersign_core::factor::telegram::Press;

use crate::support::{TestApp, next_update, pressed, sender};

on_both! {
    async fn c_a_button_is_worth_nothing_in_anybody_elses_hands(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        app.with_telegram(&[42]).await;
        let one = ada.asked().await;
        let asked = app.prompts().await;
        let (said, button) = (&asked[0], one.right_button(&asked[0]).await);
        // Linked to another account, linked to nothing, made up, cut, of a group.
        for (who, data) in [(42, &*button), (77, &button), (41, "pAAAAAAAAAAAAAAAAAAAAAA:31"), (41, "p:31"), (41, "")] {
            assert_eq!(app.presses(who, said.message, data).await, "telegram-pressed-not-yours", "{data}");
        }
        let chat = Some(Chat { id: -5, private: false });
        let group = Happened::Pressed { from: sender(41), chat, message: Some(said.message), data: button.clone() };
        assert_eq!(app.hears_as(next_update(), group).await, Some("telegram-pressed-not-yours"));
        let bot = Sender { is_bot: true, ..sender(41) };
        let chat = Some(Chat { id: 41, private: true });
        let robot = Happened::Pressed { from: bot, chat, message: None, data: button.clone() };
        assert_eq!(app.hears_as(next_update(), robot).await, None);
        // A button that the question does not have.
        let confirm = button.replace(&format!(":{}", one.shown().await), ":yes");
        assert_eq!(app.presses(41, said.message, &confirm).await, "telegram-pressed-not-yours");
        let missing = (10..=99).find(|number| !said.numbers().contains(number)).unwrap();
        let missing = button.replace(&format!(":{}", one.shown().await), &format!(":{missing}"));
        assert_eq!(app.presses(41, said.message, &missing).await, "telegram-pressed-not-yours");
        assert_eq!(app.events("telegram.callback-forged"), 8);
        assert_eq!(one.waits().await, Wait::Still);
        assert_eq!(app.presses(41, said.message, &button).await, "telegram-pressed-confirmed");
    }

    async fn c_a_button_of_somebody_who_was_unlinked_is_worth_nothing(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41, 42]).await;
        let lines = switch::list(&ada.flow(), &ada.me().await).await.unwrap();
        let one = ada.asked().await;
        let old = app.prompts().await;
        let button = one.right_button(old.iter().find(|said| said.chat == 42).unwrap()).await;
        let mut away = ada.asked().await;
        let now = app.prompts().await;
        let confirm = away.right_button(now.iter().find(|said| said.chat == 41).unwrap()).await;
        app.presses(41, 1, &confirm).await;
        away.goes_on().await.is(200);
        let removal = switch::start_unlink(&ada.flow(), &ada.me().await, lines[1].id).await.unwrap();
        let countersign::flow::email_code::Removal::Challenge(open) = removal else { panic!("a challenge") };
        ada.browser.set_cookie("challenge", &open.token.reveal());
        let mine = app.prompts().await;
        let confirm = ada.right_button(mine.iter().find(|said| said.chat == 41).unwrap()).await;
        app.presses(41, 1, &confirm).await;
        app.chats().await;
        ada.step().await;
        ada.goes_on().await.is(200);
        let edits = app.edits().await;
        assert!(edits.contains(&(42, PromptEnd::Unlinked)), "{edits:?}");
        assert_eq!(app.presses(42, 1, &button).await, "telegram-pressed-unlinked");
        assert_eq!(app.events("telegram.callback-forged"), 1);
        assert_eq!(one.waits().await, Wait::Over);
    }

    async fn msg_2_an_answer_that_comes_too_late_is_told_so_and_a_no_is_heard_all_the_same(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        app.turn(Duration::from_mins(3));
        assert_eq!(app.presses(41, asked[0].message, &button).await, "telegram-pressed-late");
        assert_eq!(app.edits().await, [(41, PromptEnd::Late)]);
        assert_eq!(one.waits().await, Wait::Still, "the challenge goes on");
        app.turn(Duration::from_mins(30));
        let no = asked[0].button(Press::NotMe);
        assert_eq!(app.presses(41, asked[0].message, &no).await, "telegram-pressed-refused");
        assert_eq!(app.written().iter().find(|(kind, _)| kind == "telegram-refused").map(|one| one.1), Some(1));
    }

    async fn all_2_who_presses_at_random_is_noted_and_answered_but_not_without_end(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        for _ in 0..30 {
            app.presses(78, 1, "p:99").await;
        }
        assert_eq!(app.events("telegram.callback-forged"), 20);
        for _ in 0..30 {
            app.writes(77, "/start nothing").await;
            app.writes(77, "123456").await;
        }
        assert_eq!(app.sayings().await.len(), 20, "the bot does not write all day");
        // A real answer is heard all the same.
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        assert_eq!(app.presses(41, asked[0].message, &button).await, "telegram-pressed-confirmed");
        one.goes_on().await.is(200);
    }

    async fn msg_1_commands_are_answered_in_the_persons_language(kind) {
        let app = TestApp::messenger(kind).await;
        for (text, answer) in [
            ("/start", Saying::Start),
            ("/status", Saying::NotLinked),
            ("/stop", Saying::NotLinked),
            ("/help", Saying::Help),
            ("hello", Saying::Help),
            ("/start something", Saying::LinkBad),
            ("123456", Saying::NothingWaits),
        ] {
            app.writes(41, text).await;
            assert_eq!(app.sayings().await, [(41, answer)], "{text}");
        }
        let ada = app.with_telegram(&[41]).await;
        for (text, answer) in [("/start", Saying::Status), ("/status", Saying::Status), ("/stop", Saying::Stop)] {
            app.writes(41, text).await;
            let said = app.chats().await;
            let Body::BotText(told) = &said[0].body else { panic!("a text") };
            assert_eq!((told.saying, &*told.language, told.accounts.len()), (answer, "de", 1), "{text}");
            assert!(!told.accounts[0].contains(&ada.email));
        }
        // Stopping by a word would be switching the second step off without a second step.
        assert_eq!(ada.elsewhere().sign_in().await.is(200)["state"], "challenge");
        app.place.run(&format!("UPDATE account SET language = 'en' WHERE email = '{}'", ada.email));
        app.chats().await;
        app.writes(41, "/status").await;
        let said = app.chats().await;
        let Body::BotText(told) = &said[0].body else { panic!("a text") };
        assert_eq!(told.language, "en", "what the account has chosen counts before the app's");
        // In a group the bot says nothing.
        let chat = Chat { id: -5, private: false };
        let text = Some("/status".to_owned());
        app.hears_as(next_update(), Happened::Wrote { chat, from: Some(sender(41)), text }).await;
        app.hears_as(next_update(), Happened::Odd).await;
        assert!(app.chats().await.is_empty());
    }

    async fn all_1_an_update_is_acted_on_once(kind) {
        let app = TestApp::messenger(kind).await;
        let update = next_update();
        let chat = Chat { id: 41, private: true };
        for _ in 0..3 {
            let text = Some("/help".to_owned());
            app.hears_as(update, Happened::Wrote { chat, from: Some(sender(41)), text }).await;
        }
        assert_eq!(app.sayings().await.len(), 1);
        let ada = app.with_telegram(&[41]).await;
        let one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        let press = || pressed(41, asked[0].message, &button);
        assert_eq!(app.hears_as(update, press()).await, None, "that number was spent");
        assert_eq!(one.waits().await, Wait::Still);
        assert!(app.hears_as(next_update(), press()).await.is_some());
        assert_eq!(one.waits().await, Wait::Confirmed);
    }
}
