//! What bot and people say to each other.

use std::time::Duration;

use countersign_courier::telegram::{Command, MessageId, TelegramError, Update};
use serde_json::json;

use crate::peer::{Peer, person, take};
use crate::{SOON, bot, plain, question, settings, text};

#[tokio::test]
async fn a_bot_knows_its_name() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let me = bot.me().await.expect("a name");
    assert_eq!((me.id, me.username.as_str()), (700_100_200, "countersign_test_bot"));
    assert_eq!(bot.probe().await.result, Ok(()));
    let mut wrong = settings(&peer.url);
    wrong.token = countersign_courier::Secret::new("700100200:of-no-bot".to_owned());
    let wrong = countersign_courier::telegram::Bot::new(wrong).expect("settings that work");
    assert_eq!(wrong.me().await, Err(TelegramError::Unauthorised));
    assert_eq!(wrong.probe().await.result, Err("Telegram does not know the bot's token".to_owned()));
}

#[tokio::test]
async fn a_link_brings_its_payload() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    peer.says(&person(77, "Ada"), "/start bind_7f3a");
    let updates = take(&bot).await;
    let [Update::Message { chat, from: Some(from), text, date, .. }] = &updates[..] else {
        panic!("{updates:?}")
    };
    assert!(chat.private && chat.id == 77 && from.id == 77 && !from.is_bot && *date > 1_700_000_000);
    assert_eq!(text.as_deref(), Some("/start bind_7f3a"));
    assert_eq!((from.first_name.as_str(), from.language_code.as_deref()), ("Ada", Some("de")));
}

#[tokio::test]
async fn a_question_is_answered_with_a_button_and_then_has_none() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.says(&ada, "/start");
    take(&bot).await;
    let mut asked =
        question("🔑 Sign in?\nWhich number?", &[("17", "c:1:a"), ("42", "c:1:b"), ("93", "c:1:c")]);
    asked.text = asked.text.bold("Sign in?");
    let id = bot.send(77, &asked).await.expect("a message");
    let there = &peer.chat(&ada)["messages"][1];
    assert_eq!((&there["from"], &there["text"]), (&json!("bot"), &json!("🔑 Sign in?\nWhich number?")));
    assert_eq!(there["entities"], json!([{"type": "bold", "offset": 3, "length": 8}]));
    let labels: Vec<_> =
        there["buttons"][0].as_array().unwrap().iter().map(|one| one["label"].clone()).collect();
    assert_eq!(labels, ["17", "42", "93"]);

    let press = peer.presses(&ada, id, "42");
    let updates = take(&bot).await;
    let [Update::Callback { id: told, from, chat: Some(chat), message_id, data, .. }] = &updates[..] else {
        panic!("{updates:?}")
    };
    assert_eq!((told, from.id, chat.id, *message_id), (&press, 77, 77, Some(id)));
    assert_eq!(data.as_str(), "c:1:b");
    assert_eq!(bot.answer_callback(told, Some("Right"), true).await, Ok(()));
    assert_eq!(bot.edit(77, id, &plain("You are signed in.")).await, Ok(()));
    assert_eq!(bot.edit(77, id, &plain("You are signed in.")).await, Err(TelegramError::NotModified));
    let chat = peer.chat(&ada);
    assert_eq!(chat["answers"], json!([{"callback_id": press, "text": "Right", "alert": true}]));
    let there = &chat["messages"][1];
    assert_eq!((&there["text"], &there["buttons"]), (&json!("You are signed in."), &json!([])));
    assert_eq!(there["edits"][0]["buttons"][0][1]["data"], "c:1:b");
}

#[tokio::test]
async fn updates_come_again_until_a_later_one_is_asked_for() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    for words in ["one", "two", "three"] {
        peer.says(&ada, words);
    }
    let numbers = async |offset| {
        let updates = bot.updates(offset, Duration::ZERO).await.expect("updates");
        updates.iter().map(Update::update_id).collect::<Vec<_>>()
    };
    let all = numbers(0).await;
    assert_eq!(all.len(), 3);
    assert_eq!(numbers(0).await, all);
    assert_eq!(numbers(all[1]).await, all[1..]);
    // What was handled is gone for good, and for every process.
    assert_eq!(numbers(0).await, all[1..]);
    assert!(numbers(all[2] + 1).await.is_empty());
}

#[tokio::test]
async fn numbers_begin_anew_after_a_silent_week() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.door("waits", &json!({"next": 500_000_000}));
    peer.says(&ada, "before");
    take(&bot).await;
    let stored = 500_000_001;
    peer.door("waits", &json!({"next": 17}));
    peer.says(&ada, "after");
    let updates = bot.updates(stored, Duration::ZERO).await.expect("updates");
    assert!(matches!(updates[..], [Update::Message { update_id: 17, .. }]), "{updates:?}");
    assert_eq!(bot.updates(18, Duration::ZERO).await, Ok(Vec::new()));
}

#[tokio::test]
async fn whoever_waits_is_told_at_once() {
    let peer = Peer::start();
    let bot = std::sync::Arc::new(bot(&peer.url));
    let waiting = std::sync::Arc::clone(&bot);
    let waiting = tokio::spawn(async move { waiting.updates(0, Duration::from_secs(50)).await });
    peer.is_asked(1).await;
    peer.says(&person(77, "Ada"), "/start");
    let updates = tokio::time::timeout(SOON, waiting).await.expect("an early answer").unwrap();
    let [update] = &updates.expect("updates")[..] else { panic!("one update") };
    let nothing = bot.updates(update.update_id() + 1, Duration::from_secs(1)).await;
    assert_eq!(nothing, Ok(Vec::new()));
}

#[tokio::test]
async fn a_second_process_that_asks_ends_the_first_ones_waiting() {
    let peer = Peer::start();
    let first = bot(&peer.url);
    let first = tokio::spawn(async move { first.updates(0, Duration::from_secs(50)).await });
    peer.is_asked(1).await;
    assert_eq!(bot(&peer.url).updates(0, Duration::ZERO).await, Ok(Vec::new()));
    let ended = tokio::time::timeout(SOON, first).await.expect("an early end").unwrap();
    assert_eq!(ended, Err(TelegramError::Conflict));
}

#[tokio::test]
async fn groups_are_no_private_chats() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    for kind in ["group", "supergroup", "channel"] {
        let chat = json!({"id": -100_200, "type": kind, "title": "A group"});
        peer.door("says", &json!({"from": ada, "chat": chat, "text": "/start bind_7f3a"}));
        let updates = take(&bot).await;
        let [Update::Message { chat, from: Some(from), .. }] = &updates[..] else { panic!("{updates:?}") };
        assert_eq!((chat.private, chat.id, from.id), (false, -100_200, 77), "{kind}");
    }
}

#[tokio::test]
async fn an_odd_update_holds_up_no_other() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.says(&ada, "before");
    for odd in [
        json!({"message": "not even an object"}),
        json!({"message": {"chat": {"id": "x"}, "date": "y"}}),
        json!({"something_new": {"deep": [[[[17]]]]}}),
        json!({"callback_query": {"id": "1", "from": ada, "chat_instance": "1", "game_short_name": "chess"}}),
    ] {
        peer.door("sends", &json!({"update": odd}));
    }
    peer.says(&ada, "after");
    let updates = take(&bot).await;
    let kinds: Vec<_> = updates.iter().map(|update| matches!(update, Update::Odd { .. })).collect();
    assert_eq!(kinds, [false, true, true, true, true, false], "{updates:?}");
}

#[tokio::test]
async fn whoever_blocks_the_bot_is_left_alone() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.says(&ada, "/start");
    let id = bot.send(77, &plain("Hello")).await.expect("a message");
    take(&bot).await;
    peer.door("blocks", &json!({"from": ada, "blocked": true}));
    let updates = take(&bot).await;
    let [Update::Membership { chat, from, blocked: true, .. }] = &updates[..] else { panic!("{updates:?}") };
    assert!(chat.private && chat.id == 77 && from.id == 77);
    assert_eq!(bot.send(77, &plain("Hello?")).await, Err(TelegramError::BlockedByPerson));
    assert_eq!(bot.edit(77, id, &plain("Hello?")).await, Err(TelegramError::BlockedByPerson));
    peer.says(&ada, "/start");
    let updates = take(&bot).await;
    assert!(
        matches!(&updates[..], [Update::Membership { blocked: false, .. }, Update::Message { .. }]),
        "{updates:?}"
    );
    assert!(bot.send(77, &plain("Hello again")).await.is_ok());
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    assert_eq!(bot.send(77, &plain("Hello")).await, Err(TelegramError::ChatNotFound));
    peer.says(&ada, "/start");
    let id = bot.send(77, &plain("Hello")).await.expect("a message");
    assert_eq!(bot.edit(77, MessageId(999), &plain("Hello")).await, Err(TelegramError::TooOld));
    peer.door("ages", &json!({"chat": 77, "message_id": id.0}));
    assert_eq!(bot.edit(77, id, &plain("Bye")).await, Err(TelegramError::TooOld));
    assert_eq!(bot.answer_callback("999", None, false).await, Err(TelegramError::TooOld));
}

#[tokio::test]
async fn nobodys_name_becomes_markup() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.says(&ada, "/start");
    let name = "<b>Ada</b> [x](https://evil.example) *_`~|>#&lt;\u{202e}\"'\\";
    let greeting = format!("Hello, {name}\nCode: 482913");
    let message = countersign_courier::telegram::Message::plain(text(&greeting).code("482913"));
    bot.send(77, &message).await.expect("a message");
    let there = &peer.chat(&ada)["messages"][1];
    assert_eq!(there["text"], greeting);
    let offset = greeting.encode_utf16().count() - 6;
    assert_eq!(there["entities"], json!([{"type": "code", "offset": offset, "length": 6}]));
}

#[tokio::test]
async fn the_longest_that_is_allowed_arrives() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let ada = person(77, "Ada");
    peer.says(&ada, "/start");
    let id =
        bot.send(77, &question(&"🔑".repeat(2048), &[("Yes", &"a".repeat(64))])).await.expect("a message");
    peer.presses(&ada, id, "Yes");
    let updates = bot.updates(0, SOON).await.expect("updates");
    assert!(matches!(&updates[..], [_, Update::Callback { data, .. }] if data.as_str().len() == 64));
}

#[tokio::test]
async fn commands_are_listed_in_each_language() {
    let peer = Peer::start();
    let bot = bot(&peer.url);
    let command =
        |description: &str| [Command { name: "stop".to_owned(), description: description.to_owned() }];
    assert_eq!(bot.set_commands(None, &command("Stop asking me")).await, Ok(()));
    assert_eq!(bot.set_commands(Some("de"), &command("Nicht mehr fragen")).await, Ok(()));
    let told = &peer.door("state", &json!({}))["commands"];
    assert_eq!(told[0]["scope"], json!({"type": "all_private_chats"}));
    assert_eq!((&told[0]["language_code"], &told[1]["language_code"]), (&json!(""), &json!("de")));
    assert_eq!(told[1]["commands"], json!([{"command": "stop", "description": "Nicht mehr fragen"}]));
    assert_eq!(bot.set_commands(None, &command("")).await, Err(TelegramError::Rejected { code: 400 }));
}
