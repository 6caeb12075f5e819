//! Signatures, as an independent library reads them (`dkimpy`).

use countersign_courier::smtp::{DkimSettings, Smtp, SmtpFault, Tls};
use serde_json::Value;

use crate::peer::{Peer, python, with_input};
use crate::{accepted, mail, server, settings};

fn key(kind: &str) -> (String, String) {
    let (_, told) = with_input(python("dkim.py").args(["make", kind]), b"");
    let made: Value = serde_json::from_slice(&told).expect("JSON");
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("key"), text("record"))
}

fn is_signed(letter: &str, record: &str) -> bool {
    let name = "letters._domainkey.bank.example";
    with_input(python("dkim.py").args(["check", name, record]), letter.as_bytes()).0
}

fn dkim(key: String) -> DkimSettings {
    DkimSettings { domain: "bank.example".to_owned(), selector: "letters".to_owned(), key: key.into() }
}

#[tokio::test]
async fn letters_are_signed_so_that_others_can_check_it() {
    for kind in ["rsa", "rsa-pkcs1", "ed25519"] {
        let peer = Peer::start(&["--security", "plain"]);
        let (key, record) = key(kind);
        let mut signing = settings(vec![server(peer.port, Tls::Plain)]);
        signing.dkim = Some(dkim(key));
        let mut sent = mail("a1", "ada@example.org");
        sent.subject = "Ваш код для входа в личный кабинет, действует десять минут".to_owned();
        sent.text = "  two  blanks \t\n\n\n.\nlast, and empty lines\n\n\n".to_owned();
        assert_eq!(Smtp::new(signing).expect("a key").send(&sent).await, accepted(peer.port));
        let text = peer.letter().text;
        assert!(is_signed(&text, &record), "{kind}: {text}");
        assert!(!is_signed(&text.replace("auto-generated", "no"), &record));
        assert!(!is_signed(&text.replace("last", "lost"), &record));
        assert!(!is_signed(&format!("Subject: another\r\n{text}"), &record));
        assert!(!is_signed(&text, &self::key(kind).1));
        assert!(text.lines().all(|line| line.len() <= 160), "{text}");
    }
}

#[test]
fn a_key_that_signs_nothing_is_refused_at_once() {
    let fault = |dkim| {
        let mut signing = settings(vec![server(25, Tls::Plain)]);
        signing.dkim = Some(dkim);
        Smtp::new(signing).err()
    };
    for wrong in ["", "swordfish", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert_eq!(fault(dkim(wrong.to_owned())), Some(SmtpFault::DkimKey));
    }
    let mut dkim = dkim(key("ed25519").0);
    dkim.selector = "a; d=evil.example".to_owned();
    assert_eq!(fault(dkim), Some(SmtpFault::DkimName));
}
