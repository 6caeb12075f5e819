//! No number, no text, no password in any log, whatever goes wrong.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_courier::http_sms::{Body, Method};
use countersign_courier::sms::SmsRoute;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::centre::Centre;
use crate::gateway::{Answer, Gateway};
use crate::{ADA, SHORT, outcome, secret, send, smpp, start};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_of_a_message_is_ever_logged() {
    let log = Log::default();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    // With what libraries write by way of `log`.
    everything.with_writer(log.clone()).try_init().expect("the only log of this process");
    tracing::info!("the log is kept");

    let mut centre = Centre::start().await;
    let gateway = Gateway::start().await;
    let mut session = smpp(centre.port);
    session.response_timeout = SHORT;
    session.enquire_link = Duration::from_millis(100);
    let mut by_address = gateway.settings();
    by_address.timeout = SHORT;
    by_address.method = Method::Get;
    by_address.body = Body::Empty;
    by_address.url.push_str("?to={to}&text={text}&key={secret:key}");
    by_address.secrets = vec![("key".to_owned(), secret("s3cret-key"))];
    let (routes, _receipts) = start(vec![SmsRoute::Smpp(session), SmsRoute::Http(by_address)]).await;

    // Taken, with a receipt; refused and passed on; without an answer; cut; and the same at the gateway.
    centre.order(json!({ "receipt": "DELIVRD" })).await;
    outcome(&routes, ADA).await;
    centre.next("receipt").await;
    centre.next("enquire_link").await;
    for answer in [
        Answer::status(200, r#"{"id":"SM1"}"#),
        Answer::with(302, "location: http://127.0.0.1:1/?to=+4915112345678\r\n", ""),
        Answer::status(500, "482913 +4915112345678"),
        Answer::Cuts,
        Answer::Silence,
    ] {
        gateway.answers(answer);
        centre.order(json!({ "submit_status": 0x58 })).await;
        outcome(&routes, ADA).await;
    }
    centre.order(json!({ "submit_status": 0, "silent": true })).await;
    outcome(&routes, ADA).await;
    send(&routes, "+49 151 12345678", "482913").await;
    centre.order(json!({ "silent": false, "cut": true })).await;
    outcome(&routes, ADA).await;
    let states = format!("{:?}", routes.states());
    routes.shutdown().await;

    let log = String::from_utf8(log.0.lock().expect("a lock").clone()).expect("UTF-8");
    assert!(log.contains("the log is kept"));
    for told in [&log, &states] {
        for private in ["4915112345678", "12345678", "482913", "Do not share", "s3cret-key", "password"] {
            assert!(!told.contains(private), "{private} stands in:\n{told}");
        }
    }
    // The password of the session, as text and as octets.
    assert!(!log.contains("\"secret\"") && !log.contains("73 65 63 72 65 74"), "{log}");
}
