//! What flows ask for, brought to chats and phones by the worker itself, and what chats answer, read by it.

use std::sync::Arc;
use std::time::Duration;

use countersign::flow::phone::Asking;
use countersign::flow::telegram::link::Confirmation;
use countersign::flow::telegram::view::Wait;
use countersign::worker::Worker;
use countersign_core::phone::Channel;
use countersign_courier::telegram::{Sender, TrayMessage};

use super::phones::{NUMBER, app_on};
use crate::support::{TestApp, token_of};

fn kim(id: i64) -> Sender {
    Sender {
        id,
        is_bot: false,
        first_name: format!("Kim {id}"),
        username: None,
        language_code: Some("en".to_owned()),
    }
}

/// What the worker does at one look.
async fn deliver(app: &TestApp) {
    Worker::dispatch_once(Arc::clone(&app.app)).await;
}

/// Reads what has happened in chats, and says what follows.
async fn hear(app: &TestApp) {
    Worker::telegram_once(Arc::clone(&app.app)).await;
    deliver(app).await;
}

/// The last thing that the bot said in a chat.
fn last(app: &TestApp, chat: i64) -> TrayMessage {
    let chat = app.place.chats.chat(chat).unwrap();
    chat.messages.into_iter().rev().find(|message| message.from_bot).unwrap()
}

on_both! {
    async fn msg_6_the_last_digits_of_the_number_that_calls_sign_in(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        app.turn(Duration::from_mins(11));
        one.begin_by_phone().await;
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Call));
        deliver(&app).await;
        let calls = app.place.phone.calls();
        let call = calls.last().unwrap();
        assert_eq!((calls.len(), call.to.as_str()), (1, NUMBER));
        let code = call.from[call.from.len() - 4..].to_owned();
        one.type_digits(&code).await.is(200);
        assert!(one.is_in().await);
    }

    async fn msg_7_three_calls_that_nobody_sees_and_then_an_sms_signs_in(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        app.turn(Duration::from_mins(11));
        one.begin_by_phone().await;
        for gap in [30, 60, 120] {
            assert_eq!(one.call_me().await, Asking::Begun(Channel::Call));
            deliver(&app).await;
            app.turn(Duration::from_secs(gap));
        }
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Sms));
        deliver(&app).await;
        assert_eq!(app.place.phone.calls().len(), 3);
        let messages = app.place.phone.messages();
        assert_eq!((messages.len(), messages[0].to.as_str()), (1, NUMBER));
        let code = messages[0].reveal()[..6].to_owned();
        one.type_digits(&code).await.is(200);
        assert!(one.is_in().await);
    }

    async fn msg_1_a_chat_is_linked_from_the_address_to_the_code(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.client().await;
        let started = ada.start_link().await;
        app.place.chats.write(&kim(41), &format!("/start {}", token_of(&started)), 0);
        hear(&app).await;
        let said = last(&app, 41);
        assert!(said.text.contains("Link this Telegram account"), "{}", said.text);
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        let code = said.text.split_whitespace().find(digits).unwrap();
        assert!(matches!(ada.confirm_link(code).await, Confirmation::Done { .. }));
        deliver(&app).await;
        assert!(last(&app, 41).text.starts_with("Linked."), "{}", last(&app, 41).text);
    }

    async fn msg_3_two_chats_are_asked_one_confirms_and_the_other_is_disarmed(kind) {
        let app = TestApp::messenger(kind).await;
        for who in [41, 42] {
            app.place.chats.write(&kim(who), "hello", 0);
        }
        let ada = app.with_telegram(&[41, 42]).await;
        hear(&app).await;
        let mut one = ada.asked().await;
        deliver(&app).await;
        let shown = one.shown().await;
        for who in [41, 42] {
            let said = last(&app, who);
            assert!(said.text.contains("signing in to Example Hosting"), "{}", said.text);
            assert_eq!((said.buttons[0].len(), said.buttons[1].len()), (3, 1));
        }
        let asked = last(&app, 42);
        let button = asked.buttons[0].iter().find(|button| button.label == shown).unwrap();
        app.place.chats.press(42, asked.id, &button.data).unwrap();
        hear(&app).await;
        assert_eq!(one.waits().await, Wait::Confirmed);
        one.goes_on().await.is(200);
        deliver(&app).await;
        for (who, says) in [(42, "Confirmed"), (41, "Answered in another chat")] {
            let said = last(&app, who);
            assert!(said.buttons.is_empty() && said.text.starts_with(says), "{}", said.text);
        }
        let answers = app.place.chats.chat(42).unwrap().answers;
        assert_eq!(answers[0].text.as_deref(), Some("Confirmed. The browser goes on by itself."));
    }
}
