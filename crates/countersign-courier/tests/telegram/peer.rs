//! Telegram as tests have it: a process of its own on loopback, and the door through which a test is a person.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use countersign_courier::telegram::{Bot, MessageId, Update};
use serde_json::{Value, json};

use super::SOON;

/// It ends with this value, and with the test's process whatever becomes of that.
pub(crate) struct Peer {
    child: Child,
    pub(crate) url: String,
}

impl Peer {
    /// Starts one on a free port.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/telegram/peer.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs the peer");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        // Made first, so that the peer is ended even where it said nothing.
        let mut peer = Self { child, url: String::new() };
        let told: Value = serde_json::from_str(&line).expect(
            "the peer did not start; run scripts/install-test-tools, and tests/peers/telegram/peer.mjs",
        );
        told["url"].as_str().expect("its address").clone_into(&mut peer.url);
        peer
    }

    /// Goes through one of the doors of `people.mjs`.
    #[track_caller]
    pub(crate) fn door(&self, name: &str, what: &Value) -> Value {
        let address = self.url.strip_prefix("http://").expect("a peer in the clear");
        let mut stream = TcpStream::connect(address).expect("the peer listens");
        let body = what.to_string();
        write!(
            stream,
            "POST /people/{name} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{name} {what}: {answer}");
        serde_json::from_str(body).expect("JSON")
    }

    /// Writes in the person's private chat.
    #[track_caller]
    pub(crate) fn says(&self, person: &Value, text: &str) {
        self.door("says", &json!({"from": person, "text": text}));
    }

    /// Presses a button; the answer names the press.
    #[track_caller]
    pub(crate) fn presses(&self, person: &Value, message: MessageId, label: &str) -> String {
        let pressed = self.door("presses", &json!({"from": person, "message_id": message.0, "label": label}));
        pressed["callback_id"].as_str().expect("its number").to_owned()
    }

    /// Everything in the person's private chat.
    pub(crate) fn chat(&self, person: &Value) -> Value {
        self.door("chat", &json!({"chat": person["id"]}))
    }

    /// Waits until the bot asks for updates for the `times`-th time.
    pub(crate) async fn is_asked(&self, times: u64) {
        let asked = async {
            while self.door("state", &json!({}))["asked"]["getUpdates"].as_u64().unwrap_or_default() < times {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(SOON, asked).await.expect("the bot asks for updates");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody with a Telegram account.
pub(crate) fn person(id: i64, name: &str) -> Value {
    json!({"id": id, "first_name": name, "username": format!("{}_of_the_test", name.to_lowercase()), "language_code": "de"})
}

/// Takes what waits for the bot, and marks it as handled.
pub(crate) async fn take(bot: &Bot) -> Vec<Update> {
    let updates = bot.updates(0, SOON).await.expect("updates");
    let next = updates.iter().map(Update::update_id).max().map_or(0, |last| last + 1);
    assert_eq!(bot.updates(next, std::time::Duration::ZERO).await.expect("updates"), []);
    updates
}
