//! The short message centre that tests talk to.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::LIMIT;

/// A running centre. It ends with this value, and with the test's process whatever becomes of that.
pub(crate) struct Centre {
    child: Child,
    orders: ChildStdin,
    events: mpsc::UnboundedReceiver<Value>,
    unread: VecDeque<Value>,
    counted: Vec<Value>,
    pub(crate) port: u16,
}

impl Centre {
    pub(crate) async fn start() -> Self {
        Self::start_with(0, None).await
    }

    pub(crate) async fn start_on(port: u16) -> Self {
        Self::start_with(port, None).await
    }

    pub(crate) async fn start_secured(certificate: &Certificate) -> Self {
        Self::start_with(0, Some(certificate)).await
    }

    async fn start_with(port: u16, certificate: Option<&Certificate>) -> Self {
        let mut command = Command::new("node");
        command.arg(root().join("tests/peers/smpp/centre.mjs")).args(["--port", &port.to_string()]);
        if let Some(certificate) = certificate {
            command.arg("--cert").arg(certificate.path("server.pem"));
            command.arg("--key").arg(certificate.path("server.key"));
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("node; run scripts/install-test-tools");
        let orders = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (told, events) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = told.send(serde_json::from_str(&line).expect("JSON"));
            }
        });
        let mut centre =
            Self { child, orders, events, unread: VecDeque::new(), counted: Vec::new(), port: 0 };
        let port = centre.next("listening").await["port"].as_u64().expect("a port");
        centre.port = u16::try_from(port).expect("a port");
        centre
    }

    /// Changes what it does from now on, or has it do something.
    pub(crate) async fn order(&mut self, order: Value) {
        writeln!(self.orders, "{order}").expect("a centre that listens");
        self.next("done").await;
    }

    /// The next event of this kind that was not told yet.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        if let Some(place) = self.unread.iter().position(|event| event["event"] == kind) {
            return self.unread.remove(place).expect("it is there");
        }
        loop {
            let event = tokio::time::timeout(LIMIT, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("no {kind} in time")).expect("a centre that runs");
            self.counted.push(event.clone());
            if event["event"] == kind {
                return event;
            }
            self.unread.push_back(event);
        }
    }

    /// How many events of this kind there were, all in all.
    pub(crate) async fn count(&mut self, kind: &str) -> usize {
        // What it told before it heard this is then read.
        self.order(json!({})).await;
        self.counted.iter().filter(|event| event["event"] == kind).count()
    }

    /// Ends it as a crash would: nobody is told, connections are cut.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A certificate, and the authority that signed it.
pub(crate) struct Certificate(TempDir);

impl Certificate {
    pub(crate) fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new(root().join(".venv/bin/python"))
            .args(["-m", "trustme", "--quiet", "--identities", name, "--dir"])
            .arg(folder.path())
            .status();
        assert!(made.is_ok_and(|made| made.success()), "trustme is missing; run scripts/install-test-tools");
        Self(folder)
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn authority(&self) -> Vec<u8> {
        std::fs::read(self.path("client.pem")).expect("the authority")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
