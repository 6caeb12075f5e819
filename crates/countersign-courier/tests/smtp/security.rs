//! Who a letter is handed to, and over what: TLS, certificates, logins.

use countersign_courier::smtp::{Smtp, SmtpFault, Tls};

use crate::peer::Peer;
use crate::{accepted, later, login, mail, server, settings, smtp};

#[tokio::test]
async fn starttls_and_a_login() {
    let peer = Peer::start(&["--login", "post:swordfish"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.login = Some(login("swordfish"));
    there.roots = Some(peer.authority());
    let smtp = smtp(vec![there]);
    assert_eq!(smtp.send(&mail("a1", "ada@example.org")).await, accepted(peer.port));
    let letter = peer.letter();
    assert_eq!(letter.about["tls"], true);
    assert_eq!(letter.about["login"], "post");
    assert_eq!(letter.about["from"], "no-reply@bank.example");
    assert_eq!(letter.about["to"], serde_json::json!(["ada@example.org"]));
    assert_eq!(letter.about["hello"], "account.bank.example");
    assert!(smtp.probe().await[0].result.is_ok());
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let peer = Peer::start(&["--security", "implicit", "--login", "post:swordfish"]);
    let mut there = server(peer.port, Tls::Implicit);
    there.host = "localhost".to_owned();
    there.login = Some(login("swordfish"));
    there.roots = Some(peer.authority());
    let outcome = smtp(vec![there]).send(&mail("a1", "ada@example.org")).await;
    assert!(matches!(outcome, countersign_courier::Outcome::Accepted { .. }), "{outcome:?}");
    assert_eq!(peer.letter().about["tls"], true);
}

#[tokio::test]
async fn in_the_clear_to_this_machine() {
    let peer = Peer::start(&["--security", "plain"]);
    let smtp = smtp(vec![server(peer.port, Tls::Plain)]);
    assert_eq!(smtp.send(&mail("a1", "ada@example.org")).await, accepted(peer.port));
    assert_eq!(peer.letter().about["tls"], false);
}

#[tokio::test]
async fn a_wrong_password_puts_the_letter_off_and_is_never_told() {
    let peer = Peer::start(&["--login", "post:swordfish"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.login = Some(login("hunter2hunter2"));
    there.roots = Some(peer.authority());
    let smtp = smtp(vec![there]);
    let reason = later(smtp.send(&mail("a1", "ada@example.org")).await);
    assert_eq!(reason, format!("127.0.0.1:{}: refused the login (535)", peer.port));
    assert_eq!(smtp.probe().await[0].result, Err("refused the login (535)".to_owned()));
    assert!(peer.letters().is_empty());
}

#[tokio::test]
async fn a_certificate_of_nobody_we_know_is_not_trusted() {
    for (security, tls) in [("starttls", Tls::Starttls), ("implicit", Tls::Implicit)] {
        let peer = Peer::start(&["--security", security]);
        let reason = later(smtp(vec![server(peer.port, tls)]).send(&mail("a1", "ada@example.org")).await);
        assert!(reason.contains("signed by nobody that this machine knows"), "{reason}");
        assert!(peer.letters().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let peer = Peer::start(&["--name", "mail.example.org"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.roots = Some(peer.authority());
    let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.contains("certificate is for another name"), "{reason}");
    assert!(peer.letters().is_empty());
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let peer = Peer::start(&["--security", "plain"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.login = Some(login("swordfish"));
    let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.contains("offers no STARTTLS"), "{reason}");
    assert!(peer.letters().is_empty());
}

#[tokio::test]
async fn an_answer_slipped_in_before_tls_is_never_taken_for_the_servers() {
    let peer = Peer::start(&["--inject"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.roots = Some(peer.authority());
    let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.contains("no secure connection could be agreed on"), "{reason}");
    assert!(peer.letters().is_empty());
}

#[tokio::test]
async fn nothing_is_sent_in_the_clear_to_another_machine() {
    // Every address of this machine but loopback will do; a machine with none but loopback has nothing to leak to.
    let Ok(socket) = std::net::UdpSocket::bind("0.0.0.0:0") else { return };
    if socket.connect("192.0.2.1:9").is_err() {
        return;
    }
    let outside = socket.local_addr().expect("its address").ip();
    let listener = tokio::net::TcpListener::bind((outside, 0)).await.expect("a port");
    let mut there = server(listener.local_addr().expect("its address").port(), Tls::Plain);
    there.host = outside.to_string();
    let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.contains("nothing is sent in the clear"), "{reason}");
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let fault = |settings| Smtp::new(settings).err();
    assert_eq!(fault(settings(vec![])), Some(SmtpFault::NoServer));
    for roots in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let mut there = server(25, Tls::Starttls);
        there.roots = Some(roots.into());
        assert_eq!(fault(settings(vec![there])), Some(SmtpFault::Roots), "{roots:?}");
    }
    let mut rude = settings(vec![server(25, Tls::Plain)]);
    rude.hello = "bank.example\r\nRCPT TO:<eve@example.org>".to_owned();
    assert_eq!(fault(rude), Some(SmtpFault::Hello));
}
