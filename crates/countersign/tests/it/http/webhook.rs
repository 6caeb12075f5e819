//! What Telegram posts: believed by its secret alone, and acted on once.

use crate::support::{Options, TestApp};

const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";
const HEADER: &str = "x-telegram-bot-api-secret-token";
const PATH: &str = "/telegram/updates";

fn update(number: i64) -> String {
    format!(
        r#"{{"update_id":{number},"message":{{"message_id":1,"date":0,"text":"/help","chat":{{"id":41,"type":"private"}},
        "from":{{"id":41,"is_bot":false,"first_name":"Kim"}}}}}}"#
    )
}

async fn app(webhook: &str) -> TestApp {
    let settings = format!(
        "[telegram]\nbot = \"example_bot\"\ntoken = \"12345:abc\"\napi_url = \"http://127.0.0.1:9\"\n{webhook}"
    );
    TestApp::with(Options { settings, ..Options::default() }).await
}

#[tokio::test]
async fn msg_1_an_update_is_believed_with_the_secret_alone_and_acted_on_once() {
    let app = app(&format!("webhook = true\nwebhook_secret = \"{SECRET}\"\n")).await;
    let mut telegram = app.browser();
    let right = [(HEADER, SECRET), ("content-type", "application/json")];
    for headers in [&[][..], &[(HEADER, "")], &[(HEADER, &SECRET[1..])], &[("authorization", SECRET)]] {
        telegram.send("POST", PATH, headers, &update(7)).await.assert_status(404);
    }
    assert_eq!(app.place.count("dispatch"), 0);
    for body in ["", "{}", "no JSON"] {
        telegram.send("POST", PATH, &right, body).await.assert_status(400);
    }
    telegram.send("POST", PATH, &right, &" ".repeat(600 * 1024)).await.assert_status(413);
    telegram.send("POST", PATH, &right, &update(7)).await.assert_status(200);
    assert_eq!(app.place.count("dispatch"), 1);
    telegram.send("POST", PATH, &right, &update(7)).await.assert_status(200);
    assert_eq!(app.place.count("dispatch"), 1, "once");
}

#[tokio::test]
async fn msg_1_without_a_webhook_nothing_is_there() {
    for app in [app("").await, TestApp::start().await] {
        let headers = [(HEADER, SECRET)];
        app.browser().send("POST", PATH, &headers, &update(7)).await.assert_status(404);
        assert_eq!(app.place.count("dispatch"), 0);
    }
}
