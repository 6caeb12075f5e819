//! The mail server that tests talk to, and the folder it puts letters into.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A running mail server. It ends with this value, and with the test's process whatever becomes of that.
pub(crate) struct Peer {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

/// A letter that arrived.
pub(crate) struct Letter {
    /// As it came over the wire.
    pub(crate) text: String,
    /// Who sent it to whom, and how.
    pub(crate) about: Value,
}

impl Peer {
    /// Starts one on a free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_on(0, arguments)
    }

    /// Starts one on this port.
    pub(crate) fn start_on(port: u16, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = python("smtp.py")
            .args(["--until-input-ends", "--port", &port.to_string(), "--folder"])
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a running peer");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let port = line.trim().parse();
        // Made first, so that the peer is ended even where it said nothing.
        let mut peer = Self { child, folder, port: 0 };
        peer.port = port.expect(
            "the mail server did not start; run scripts/install-test-tools, and scripts/smtp-peer to see why",
        );
        peer
    }

    /// What arrived, in order.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        let read =
            |number: usize, kind: &str| fs::read(self.folder.path().join(format!("{number}.{kind}"))).ok();
        (1..)
            .map_while(|number| Some((read(number, "eml")?, read(number, "json")?)))
            .map(|(text, about)| Letter {
                text: String::from_utf8(text).expect("UTF-8"),
                about: serde_json::from_slice(&about).expect("JSON"),
            })
            .collect()
    }

    /// The only letter that arrived.
    #[track_caller]
    pub(crate) fn letter(&self) -> Letter {
        let mut letters = self.letters();
        assert_eq!(letters.len(), 1);
        letters.remove(0)
    }

    /// The authority that signed its certificate.
    pub(crate) fn authority(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("ca.pem")).expect("the peer's authority")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Letter {
    /// A header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let start = format!("{name}: ");
        let head = self.text.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    }

    /// Header and bodies as Python's mail library reads them, an independent reader.
    pub(crate) fn read_by_python(&self) -> Value {
        const READ: &str = "import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTPUTF8)
print(json.dumps({'subject': m['subject'], 'from': m['from'].addresses[0].display_name, 'to': str(m['to']),
 'kind': m.get_content_type(), 'names': m.keys(), 'defects': len(m.defects),
 'parts': [[p.get_content_type(), p.get_content_charset(), p.get_content().replace(chr(13), '')] for p in m.iter_parts()]}))";
        let told = with_input(interpreter().arg("-c").arg(READ), self.text.as_bytes());
        serde_json::from_slice(&told.1).expect("JSON")
    }
}

fn interpreter() -> Command {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "aiosmtpd is not installed; run scripts/install-test-tools");
    Command::new(python)
}

/// A script of `tests/peers`.
pub(crate) fn python(script: &str) -> Command {
    let mut command = interpreter();
    command.arg(root().join("tests/peers").join(script));
    command
}

/// Whether a program succeeded, given this input, and what it printed.
pub(crate) fn with_input(command: &mut Command, input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a running program");
    child.stdin.take().expect("its input").write_all(input).expect("an input that is read");
    let output = child.wait_with_output().expect("its output");
    (output.status.success(), output.stdout)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
