//! What arrives: headers, bodies, letters of other scripts, and what nobody can slip in.

use countersign_courier::smtp::{Sender, Smtp, Tls};

use crate::peer::Peer;
use crate::{accepted, email, mail, refused, server, settings, smtp};

#[tokio::test]
async fn a_letter_has_everything_that_a_mailbox_wants() {
    let peer = Peer::start(&["--security", "plain"]);
    let mut from = settings(vec![server(peer.port, Tls::Plain)]);
    from.reply_to = Some(email("help@bank.example"));
    let smtp = Smtp::new(from).expect("settings that work");
    let mut sent = mail("019c-letter", "ada@example.org");
    sent.language = "de".to_owned();
    sent.text = "Grüße\n.\nzwei Punkte ..\n".to_owned();
    sent.html = format!("<p>Grüße {}</p>\n", "lang ".repeat(400));
    assert_eq!(smtp.send(&sent).await, accepted(peer.port));
    let letter = peer.letter();
    for (name, value) in [
        ("Message-ID", "<019c-letter@bank.example>"),
        ("From", "\"Example Bank\" <no-reply@bank.example>"),
        ("To", "ada@example.org"),
        ("Reply-To", "help@bank.example"),
        ("Subject", "Your code"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", "de"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(letter.header(name).as_deref(), Some(value), "{}", letter.text);
    }
    assert!(letter.header("Date").is_some_and(|date| date.ends_with(" +0000")), "{}", letter.text);
    assert!(letter.text.is_ascii() && letter.text.lines().all(|line| line.len() <= 998));
    let read = letter.read_by_python();
    assert_eq!((&read["kind"], &read["defects"]), (&"multipart/alternative".into(), &0.into()));
    let parts = read["parts"].as_array().expect("two bodies");
    assert_eq!(parts[0][0], "text/plain");
    assert_eq!(parts[1][0], "text/html");
    assert!(parts.iter().all(|part| part[1] == "utf-8"));
    assert_eq!((&parts[0][2], &parts[1][2]), (&sent.text.clone().into(), &sent.html.clone().into()));
}

#[tokio::test]
async fn names_and_subjects_may_be_cyrillic() {
    let peer = Peer::start(&["--security", "plain"]);
    let mut from = settings(vec![server(peer.port, Tls::Plain)]);
    from.from.name = Some("Банк «Пример»".to_owned());
    let mut sent = mail("a1", "ada@example.org");
    sent.subject = "Ваш код для входа в личный кабинет, действует десять минут".to_owned();
    sent.text = "Код: 482913\n".to_owned();
    assert_eq!(Smtp::new(from).expect("settings that work").send(&sent).await, accepted(peer.port));
    let letter = peer.letter();
    assert!(letter.text.is_ascii());
    let read = letter.read_by_python();
    assert_eq!((&read["subject"], &read["from"]), (&sent.subject.clone().into(), &"Банк «Пример»".into()));
    assert_eq!(read["parts"][0][2], "Код: 482913\n");
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_a_header_or_a_command() {
    let peer = Peer::start(&["--security", "plain"]);
    let mut from = settings(vec![server(peer.port, Tls::Plain)]);
    let name = "Bank\r\nBcc: eve@example.org\r\n\r\n<script>";
    from.from = Sender { name: Some(name.to_owned()), address: email("no-reply@bank.example") };
    let smtp = Smtp::new(from).expect("settings that work");
    let mut sent = mail("a1", "ada@example.org");
    sent.subject = "Hello\r\nBcc: eve@example.org\nX-Evil: 1\r\n\r\nbody\0\u{2028}end".to_owned();
    sent.text = "one\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\n".to_owned();
    assert_eq!(smtp.send(&sent).await, accepted(peer.port));
    let letter = peer.letter();
    assert_eq!(letter.about["to"], serde_json::json!(["ada@example.org"]));
    let read = letter.read_by_python();
    let names = read["names"].as_array().expect("names");
    assert!(!names.iter().any(|name| name == "Bcc" || name == "X-Evil"), "{names:?}");
    assert_eq!(read["subject"], "Hello Bcc: eve@example.org X-Evil: 1 body end");
    assert_eq!(read["from"], "Bank Bcc: eve@example.org <script>");
    assert!(read["parts"][0][2].as_str().is_some_and(|text| text.contains("RCPT TO:<eve@example.org>")));
    for (id, language) in
        [("a1>\r\nBcc: eve@example.org", "en"), ("", "en"), ("a1", "en\r\nBcc: eve@example.org")]
    {
        let mut sent = mail(id, "ada@example.org");
        sent.language = language.to_owned();
        refused(smtp.send(&sent).await);
    }
    assert_eq!(peer.letters().len(), 1);
}

#[tokio::test]
async fn a_domain_in_unicode_needs_nothing_of_the_server() {
    let peer = Peer::start(&["--security", "plain"]);
    let smtp = smtp(vec![server(peer.port, Tls::Plain)]);
    assert_eq!(smtp.send(&mail("a1", "ada@пример.example")).await, accepted(peer.port));
    assert_eq!(peer.letter().about["to"], serde_json::json!(["ada@xn--e1afmkfd.example"]));
}

#[tokio::test]
async fn a_name_in_unicode_needs_smtputf8() {
    let (plain, able) =
        (Peer::start(&["--security", "plain"]), Peer::start(&["--security", "plain", "--smtputf8"]));
    let sent = mail("a1", "ада@пример.example");
    let reason = refused(smtp(vec![server(plain.port, Tls::Plain)]).send(&sent).await);
    assert!(reason.contains("SMTPUTF8"), "{reason}");
    assert!(plain.letters().is_empty());
    // A second server may be able to.
    let both = smtp(vec![server(plain.port, Tls::Plain), server(able.port, Tls::Plain)]);
    assert_eq!(both.send(&sent).await, accepted(able.port));
    let letter = able.letter();
    assert_eq!(letter.about["to"], serde_json::json!(["ада@xn--e1afmkfd.example"]));
    let options = letter.about["options"].to_string().to_uppercase();
    assert!(options.contains("SMTPUTF8") && options.contains("8BITMIME"), "{options}");
    assert_eq!(letter.header("To").as_deref(), Some("ада@xn--e1afmkfd.example"));
}
