//! The bot at a real Bot API's stand-in: reading what chats answer whatever happens to the network, and saying things.

use std::sync::Arc;
use std::time::Duration;

use countersign::flow::dispatch::{Body, BotText, Saying};
use countersign::worker::Worker;
use countersign_store::dispatch::DispatchState;
use serde_json::{Value, json};

use super::bot::{Peer, person};
use super::{LIMIT, app_with, came_to, look, put, row, told};
use crate::support::{Kind, TestApp};

/// The bot's settings.
fn settings(peer: &Peer) -> String {
    format!(
        "[telegram]\nbot = \"countersign_test_bot\"\ntoken = \"700100200:of-the-bot-under-test_0123456789abcdef\"\n\
         api_url = \"{}\"\n",
        peer.url
    )
}

fn text(chat: i64) -> Body {
    Body::BotText(BotText {
        chat,
        language: "en".to_owned(),
        saying: Saying::Help,
        organisation: None,
        accounts: Vec::new(),
        code: None,
        refuse: None,
        until: None,
    })
}

/// What the bot has said to somebody.
fn said(peer: &Peer, who: &Value) -> Vec<String> {
    let chat = peer.chat(who);
    let messages = chat["messages"].as_array().unwrap().iter();
    messages.filter(|one| one["from"] == "bot").map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

async fn until_said(peer: &Peer, who: &Value, count: usize) {
    let looking = async {
        while said(peer, who).len() < count {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    let found = tokio::time::timeout(LIMIT, looking).await;
    assert!(found.is_ok(), "{count} answers; {:?}", said(peer, who));
}

fn state(peer: &Peer) -> Value {
    peer.door("state", &json!({}))
}

/// Reads what has happened, and says what follows.
async fn hear(app: &TestApp) {
    Worker::telegram_once(Arc::clone(&app.app)).await;
    look(app).await;
}

#[tokio::test]
async fn msg_2_what_stands_in_the_way_of_an_update_stands_in_nobody_elses() {
    let peer = Peer::start();
    let app = app_with(Kind::Sqlite, settings(&peer)).await;
    let ada = person(7, "Ada");
    for odd in
        [json!({"message": 17}), json!({"poll": {"id": []}}), json!({}), json!({"callback_query": {"id": 1}})]
    {
        peer.door("sends", &json!({"update": odd}));
    }
    peer.says(&ada, "/help");
    peer.door(
        "sends",
        &json!({"update": {"message": {"chat": {"id": -5, "type": "group"}, "date": 0, "text": "/help"}}}),
    );
    peer.says(&ada, "/status");
    hear(&app).await;
    assert_eq!(said(&peer, &ada).len(), 2, "{:?}", said(&peer, &ada));
    hear(&app).await;
    assert_eq!((said(&peer, &ada).len(), state(&peer)["pending"].clone()), (2, json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msg_2_updates_are_read_on_after_every_fault_of_the_network() {
    let peer = Peer::start();
    let app = app_with(Kind::Sqlite, settings(&peer)).await;
    let worker = Worker::start(Arc::clone(&app.app));
    let ada = person(7, "Ada");
    let silence = json!({"retry_after": 1});
    for (count, fault) in [
        json!({"manner": "closed"}),
        json!({"error_code": 429, "description": "Too Many Requests: retry after 1", "parameters": silence}),
        json!({"error_code": 409, "description": "Conflict: terminated by other getUpdates request"}),
        json!({"error_code": 502, "description": "Bad Gateway"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut fault = fault;
        fault["method"] = json!("getUpdates");
        fault["times"] = json!(1);
        peer.door("fails", &fault);
        peer.says(&ada, "/help");
        until_said(&peer, &ada, count + 1).await;
    }
    // What can be written to the bot stands in its menu, in both languages.
    let commands = state(&peer)["commands"].clone();
    let languages: Vec<&str> =
        commands.as_array().unwrap().iter().map(|one| one["language_code"].as_str().unwrap()).collect();
    assert_eq!(languages, ["", "de"]);
    assert_eq!(commands[1]["commands"][0]["command"], "status");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msg_2_presses_that_take_long_to_answer_keep_nobody_waiting() {
    let peer = Peer::start();
    let app = app_with(Kind::Sqlite, settings(&peer)).await;
    let ada = person(7, "Ada");
    peer.door("fails", &json!({"method": "answerCallbackQuery", "times": 9, "manner": "silent"}));
    for number in 0..9 {
        let from = json!({"id": 7, "is_bot": false, "first_name": "Ada"});
        let press = json!({"id": number.to_string(), "from": from, "chat_instance": "1", "data": "p:1"});
        peer.door("sends", &json!({"update": {"callback_query": press}}));
    }
    peer.says(&ada, "/help");
    // Each would be waited for for seconds.
    let heard = tokio::time::timeout(LIMIT, hear(&app)).await;
    assert!(heard.is_ok(), "one after another");
    assert_eq!(said(&peer, &ada).len(), 1);
    assert_eq!(app.events("telegram.callback-forged"), 9);
}

#[tokio::test]
async fn msg_2_silence_that_telegram_asks_for_is_kept_and_nothing_is_said_twice() {
    let peer = Peer::start();
    let app = app_with(Kind::Sqlite, settings(&peer)).await;
    let ada = person(7, "Ada");
    peer.says(&ada, "hello");
    hear(&app).await;
    let before = said(&peer, &ada).len();
    peer.door(
        "fails",
        &json!({"method": "sendMessage", "times": 1, "error_code": 429, "description": "Too Many Requests: retry after 20",
                "parameters": {"retry_after": 20}}),
    );
    let id = put(&app, &text(7)).await;
    look(&app).await;
    let waiting = row(&app, id).await;
    assert_eq!(
        (waiting.state, waiting.send_at),
        (DispatchState::Waiting, app.now().plus(Duration::from_secs(20)))
    );
    app.turn(Duration::from_secs(19));
    look(&app).await;
    assert_eq!(said(&peer, &ada).len(), before);
    app.turn(Duration::from_secs(1));
    look(&app).await;
    look(&app).await;
    assert_eq!(said(&peer, &ada).len(), before + 1);
    assert_eq!(came_to(&app, id).await, told(DispatchState::Sent, "sent", ""));
}

#[tokio::test]
async fn msg_2_a_bot_that_somebody_blocked_is_noticed() {
    let peer = Peer::start();
    let app = app_with(Kind::Sqlite, settings(&peer)).await;
    let ada = person(7, "Ada");
    peer.says(&ada, "hello");
    hear(&app).await;
    peer.door("blocks", &json!({"from": ada, "blocked": true}));
    let blocked = put(&app, &text(7)).await;
    let stranger = put(&app, &text(8)).await;
    look(&app).await;
    for id in [blocked, stranger] {
        assert_eq!(came_to(&app, id).await, told(DispatchState::Failed, "blocked", ""));
    }
}

on_both! {
    async fn msg_2_of_two_replicas_one_reads_and_each_update_is_acted_on_once(kind) {
        let peer = Peer::start();
        let app = app_with(kind, settings(&peer)).await;
        let other = app.another().await;
        let (one, two) = (Worker::start(Arc::clone(&app.app)), Worker::start(Arc::clone(&other.app)));
        let ada = person(7, "Ada");
        for count in 1..=5 {
            peer.says(&ada, "/help");
            until_said(&peer, &ada, count).await;
        }
        // The one that reads gives the lease back, and the other goes on where it stopped.
        one.stop().await;
        peer.says(&ada, "/help");
        until_said(&peer, &ada, 6).await;
        two.stop().await;
        assert_eq!(said(&peer, &ada).len(), 6);
    }
}
