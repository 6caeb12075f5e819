//! What a log keeps of calls, and how the library is bound.

use std::io::Write;
use std::sync::{Arc, Mutex};

use countersign_courier::sip::{PRIVATE_LOG_TARGET, Transport};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::peer::{PASSWORD, Phone, PhoneSettings, Trunk};
use crate::trunk::through;
use crate::{CALL, assert_rang, calls};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// Trap: the library logs whole messages, with numbers and the answers to digest challenges. Everything else of this
// process is logged here at its most talkative, the other libraries' spans included.
#[tokio::test]
async fn no_number_and_no_login_comes_into_a_log() {
    let log = Log::default();
    let all = Targets::new().with_default(LevelFilter::TRACE);
    let filter = all.with_target(PRIVATE_LOG_TARGET, LevelFilter::OFF);
    let writer = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_writer(move || writer.clone()).with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(filter));
    // For the tasks of the library too; this file's other test logs nothing.
    tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");
    tracing::info!("the log works");

    let peer = Trunk::start().await;
    let mut phone = Phone::start_as(PhoneSettings { trunk: Some(&peer), ..PhoneSettings::default() }).await;
    for transport in [Transport::Udp, Transport::Tls] {
        let calls = calls(vec![through(&peer, transport)]);
        let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
            phone.shows().await;
        });
        assert_rang(result.outcome);
        assert_eq!(calls.probe().await[0].result, Ok(()));
        calls.shutdown().await;
    }
    let written = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    assert!(written.contains("the log works"));
    for private in ["9161234567", "4955550137", PASSWORD, "nonce", "Digest", "INVITE", "rsipstack"] {
        assert!(!written.contains(private), "{private} is in the log:\n{written}");
    }
}

// Trap: one company, and four releases in a week. A new version is a decision, with all of these tests run.
#[test]
fn the_library_is_pinned() {
    let workspace = include_str!("../../../../Cargo.toml");
    assert!(workspace.contains("rsipstack = { version = \"=0.7.14\", default-features = false"));
}
