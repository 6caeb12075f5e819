//! Updates that are posted, and trust in the server.

use std::process::Command;
use std::time::Duration;

use countersign_courier::telegram::{Bot, TelegramError, TelegramFault, Update};
use serde_json::json;

use crate::peer::{Peer, person};
use crate::stub::Stub;
use crate::{SECRET, SOON, bot, settings, webhook};

#[tokio::test]
async fn a_webhook_gets_updates_with_its_secret() {
    let peer = Peer::start();
    let here = Stub::says("200 OK", "", "").await;
    let mut posted = settings(&peer.url);
    posted.webhook = Some(webhook(&format!("{}/telegram/webhook", here.url)));
    let bot = Bot::new(posted).expect("settings that work");
    assert!(!bot.webhook_info().await.expect("an answer").is_set);
    assert_eq!(bot.set_webhook().await, Ok(()));
    let info = bot.webhook_info().await.expect("an answer");
    assert!(info.is_set && info.is_ours && info.last_error.is_none(), "{info:?}");
    peer.says(&person(77, "Ada"), "/start bind_7f3a");

    let request = tokio::time::timeout(SOON, here.request()).await.expect("an update");
    assert!(request.head.starts_with("POST /telegram/webhook HTTP/1.1\n"), "{}", request.head);
    let secret = request.header("x-telegram-bot-api-secret-token").expect("the secret").to_owned();
    assert!(bot.is_from_telegram(secret.as_bytes()));
    for wrong in ["", "a", &SECRET[1..], &format!("{SECRET}a"), &SECRET.to_lowercase()] {
        assert!(!bot.is_from_telegram(wrong.as_bytes()), "{wrong}");
    }
    let update = Bot::update_from_webhook(&request.body).expect("an update");
    let Update::Message { text, .. } = &update else { panic!("{update:?}") };
    assert_eq!(text.as_deref(), Some("/start bind_7f3a"));

    // While there is one, nobody can ask.
    assert_eq!(bot.updates(0, Duration::ZERO).await, Err(TelegramError::Conflict));
    assert_eq!(bot.delete_webhook().await, Ok(()));
    assert_eq!(bot.updates(0, Duration::ZERO).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_webhook_that_fails_is_told() {
    let peer = Peer::start();
    let here = Stub::says("500 Internal Server Error", "", "").await;
    let mut posted = settings(&peer.url);
    posted.webhook = Some(webhook(&here.url));
    let bot = Bot::new(posted).expect("settings that work");
    assert_eq!(bot.set_webhook().await, Ok(()));
    peer.says(&person(77, "Ada"), "/start");
    let told = async {
        loop {
            let info = bot.webhook_info().await.expect("an answer");
            if let Some((at, words)) = info.last_error {
                return (info.pending, at, words);
            }
        }
    };
    let (pending, at, words) = tokio::time::timeout(SOON, told).await.expect("an error");
    assert!(pending == 1 && at > 1_700_000_000, "{pending} {at}");
    assert_eq!(words, "Wrong response from the webhook: 500 Internal Server Error");
    // Another one's is not ours.
    let mut other = settings(&peer.url);
    other.webhook = Some(webhook("http://127.0.0.1:9/another"));
    let info = Bot::new(other).expect("settings that work").webhook_info().await.expect("an answer");
    assert!(info.is_set && !info.is_ours);
}

#[tokio::test]
async fn what_is_told_to_telegram_about_the_webhook() {
    let stub = Stub::says("200 OK", "", r#"{"ok":true,"result":true}"#).await;
    let mut posted = settings(&stub.url);
    posted.webhook = Some(webhook("http://127.0.0.1:9/telegram/webhook"));
    assert_eq!(Bot::new(posted).expect("settings that work").set_webhook().await, Ok(()));
    let request = stub.request().await;
    assert!(request.head.starts_with(&format!("POST /bot{}/setWebhook HTTP/1.1\n", crate::TOKEN)));
    assert_eq!(
        request.json(),
        json!({
            "url": "http://127.0.0.1:9/telegram/webhook",
            "secret_token": SECRET,
            "allowed_updates": ["message", "callback_query", "my_chat_member"],
        })
    );
    // Without one, nothing is asked.
    let none = bot(&stub.url);
    assert_eq!(none.set_webhook().await, Err(TelegramError::Rejected { code: 400 }));
    assert!(!none.is_from_telegram(b"") && !none.is_from_telegram(SECRET.as_bytes()));
    assert_eq!(stub.requests().len(), 1);
}

#[test]
fn what_was_posted_is_read_as_one_update() {
    let read = Bot::update_from_webhook;
    assert!(matches!(read(br#"{"update_id":7,"poll":{}}"#), Ok(Update::Odd { update_id: 7 })));
    let nested = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    for none in
        [&b""[..], b"{}", b"null", b"\xff\xfe", b"[{\"update_id\":7}]", b"{\"update_id\":7} x", &nested]
    {
        assert_eq!(read(none), Err(TelegramError::Odd));
    }
}

#[tokio::test]
async fn a_server_is_trusted_by_its_certificate_only() {
    const MAKE: &str = "import sys, trustme; folder = sys.argv[1]
authority = trustme.CA(); certificate = authority.issue_cert('127.0.0.1', 'localhost')
authority.cert_pem.write_to_path(folder + '/ca.pem')
certificate.private_key_pem.write_to_path(folder + '/key.pem')
certificate.cert_chain_pems[0].write_to_path(folder + '/certificate.pem')";
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/bin/python");
    let made = Command::new(python).args(["-c", MAKE]).arg(folder.path()).status();
    assert!(made.expect("python; run scripts/install-test-tools").success());
    let path = |name: &str| file(name).to_str().expect("a name in letters").to_owned();
    let peer = Peer::start_with(&["--certificate", &path("certificate.pem"), "--key", &path("key.pem")]);

    let mut trusting = settings(&peer.url);
    trusting.ca_file = Some(file("ca.pem"));
    assert!(Bot::new(trusting.clone()).expect("settings that work").me().await.is_ok());
    let stranger = bot(&peer.url);
    assert_eq!(stranger.me().await, Err(TelegramError::Unreachable));
    let words = "its certificate is signed by nobody that this machine knows";
    assert_eq!(stranger.probe().await.result, Err(words.to_owned()));
    for wrong in ["none.pem", "key.pem"] {
        trusting.ca_file = Some(file(wrong));
        assert_eq!(Bot::new(trusting.clone()).err(), Some(TelegramFault::Roots), "{wrong}");
    }
}
