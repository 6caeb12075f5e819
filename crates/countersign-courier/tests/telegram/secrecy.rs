//! What no log and no error ever says.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_courier::telegram::{Bot, TelegramError};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::peer::{Peer, person};
use crate::stub::Stub;
use crate::{SECRET, TOKEN, bot, plain, question, settings, webhook};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn tokens_people_and_texts_are_told_to_nobody() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // Everything at its loudest, the libraries' own records included.
    subscriber.try_init().expect("the only subscriber of this process");
    tracing::info!("the log is read");

    let peer = Peer::start();
    let mut posted = settings(&peer.url);
    posted.webhook = Some(webhook("http://127.0.0.1:9/"));
    let bot_of_peer = Bot::new(posted).expect("settings that work");
    let ada = person(771_234_567, "Ada");
    peer.says(&ada, "/start bind_7f3a");
    let first = bot_of_peer.updates(0, Duration::ZERO).await;
    let asked = question("Which number? 482913", &[("17", "c:1:a")]);
    let id = bot_of_peer.send(771_234_567, &asked).await.expect("a message");
    peer.presses(&ada, id, "17");
    let second = bot_of_peer.updates(0, Duration::ZERO).await;
    let edited = bot_of_peer.edit(771_234_567, id, &plain("Signed in as Ada")).await;
    let set = bot_of_peer.set_webhook().await;
    let last = bot_of_peer.updates(0, Duration::ZERO).await;
    assert!(first.is_ok() && second.is_ok() && edited.is_ok() && set.is_ok() && last.is_err());
    let mut told = vec![format!("{first:?} {second:?} {edited:?} {set:?} {last:?}")];

    let quoting = r#"{"ok":false,"error_code":400,"description":"Bad Request: 771234567 Ada 482913"}"#;
    let moved = format!("location: http://127.0.0.1:9/bot{TOKEN}/sendMessage\r\n");
    let stubs = [
        Stub::says("400 Bad Request", "", quoting).await,
        Stub::says("200 OK", "", "Ada 482913").await,
        Stub::says("302 Found", &moved, "").await,
        Stub::raw("").await,
        Stub::raw("Ada 482913\r\n\r\n").await,
    ];
    let nobody = ["http://127.0.0.1:9", "https://127.0.0.1:9"];
    for url in stubs.iter().map(|stub| stub.url.as_str()).chain(nobody) {
        let error: TelegramError = bot(url).send(771_234_567, &asked).await.expect_err("a refusal");
        told.push(format!("{error} {error:?} {:?}", bot(url).probe().await));
    }
    let told = told.join("\n");

    let log = String::from_utf8(log.0.lock().expect("the log").clone()).expect("letters");
    assert!(log.contains("the log is read") && log.contains("127.0.0.1:9"), "libraries log too: {log}");
    let (_, key) = TOKEN.split_once(':').expect("a colon");
    for secret in
        [key, SECRET, "77123456", "482913", "Ada", "ada_of_the_test", "bind_7f3a", "c:1:a", "getUpdates"]
    {
        for (place, text) in [("log", &log), ("error", &told)] {
            assert!(!text.contains(secret), "{secret} stands in the {place}: {text}");
        }
    }
}
