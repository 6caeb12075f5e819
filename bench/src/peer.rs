//! The mail server that letters go to: `scripts/smtp-peer`, which tells of each letter as it takes it.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_core::time::Timestamp;
use serde::Deserialize;
use tokio::sync::oneshot;

use crate::Fault;
use crate::options::Options;

/// A running mail server. Dropped, it is ended and its letters are removed.
pub(crate) struct Peer {
    child: Child,
    folder: PathBuf,
    awaited: Awaited,
    /// Where it listens, on the loopback address.
    pub(crate) port: u16,
}

/// A letter that was taken.
pub(crate) struct Letter {
    /// When.
    pub(crate) at: Timestamp,
    text: String,
}

/// Who waits for letters, by the address that they go to.
type Awaited = Arc<Mutex<HashMap<String, oneshot::Sender<Letter>>>>;

/// What the mail server prints of a letter.
#[derive(Deserialize)]
struct Told {
    at: i64,
    to: Vec<String>,
    text: String,
}

impl Peer {
    /// Starts it on a free port.
    pub(crate) fn start(options: &Options) -> Result<Self, Fault> {
        let program = &options.smtp_peer;
        let folder = options.folder.join(format!("letters-{}", std::process::id()));
        let mut child = Command::new(program)
            .args(["--security", "plain", "--tell", "--until-input-ends", "--folder"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let output = child.stdout.take();
        // Made first, so that it is ended even where it said nothing.
        let mut peer = Self { child, folder, awaited: Awaited::default(), port: 0 };
        let mut output = BufReader::new(output.ok_or("the mail server has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        peer.port = line
            .trim()
            .parse()
            .map_err(|_| "the mail server did not start; run scripts/install-test-tools")?;
        let awaited = Arc::clone(&peer.awaited);
        std::thread::Builder::new().name("letters".into()).spawn(move || listen(output, &awaited))?;
        Ok(peer)
    }

    /// The next letter to this address. Asked for before whatever leads to the letter.
    pub(crate) fn expect(&self, address: String) -> oneshot::Receiver<Letter> {
        let (sender, letter) = oneshot::channel();
        lock(&self.awaited).insert(address, sender);
        letter
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already, and what is left behind lies in the folder of the measurement.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Letter {
    /// The code: six digits on a line of their own, perhaps with a gap.
    pub(crate) fn code(&self) -> Option<String> {
        self.text.lines().find_map(|line| {
            let code: String = line.split_whitespace().collect();
            (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
        })
    }
}

/// Hands on what is told until the mail server ends; who waits then waits for nothing, and hears so.
fn listen(output: BufReader<ChildStdout>, awaited: &Awaited) {
    for line in output.lines().map_while(Result::ok) {
        let Ok(Told { at, to, text }) = serde_json::from_str(&line) else { continue };
        let sender = to.first().and_then(|address| lock(awaited).remove(address));
        if let Some(sender) = sender {
            // Who has given up does not need it.
            let _ = sender.send(Letter { at: Timestamp::from_millis(at), text });
        }
    }
    lock(awaited).clear();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_on_a_line_of_its_own() {
        let letter = |text: &str| Letter { at: Timestamp::from_millis(0), text: text.to_owned() };
        assert_eq!(letter("Your code\n\n    123 456\n\nuntil 12:30").code().as_deref(), Some("123456"));
        assert_eq!(letter("    123456\r\n").code().as_deref(), Some("123456"));
        assert_eq!(letter("call 123456 now\n12345\n").code(), None);
    }
}
