//! Servers that are slow, down, or say no.

use std::sync::Arc;
use std::time::Duration;

use countersign_courier::Outcome;
use countersign_courier::smtp::Tls;

use crate::peer::Peer;
use crate::{accepted, later, login, mail, refused, server, smtp};

/// A port that nobody listens on.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

#[tokio::test]
async fn a_slow_server_is_left_in_time() {
    let peer = Peer::start(&["--security", "plain", "--slow", "30"]);
    let mut there = server(peer.port, Tls::Plain);
    there.timeout = Duration::from_millis(200);
    let send = async { smtp(vec![there]).send(&mail("a1", "ada@example.org")).await };
    let outcome =
        tokio::time::timeout(Duration::from_secs(5), send).await.expect("an end long before the answer");
    assert!(later(outcome).ends_with("no answer within 200 ms"));
}

#[tokio::test]
async fn a_server_that_is_slow_with_every_answer_is_left_in_time_too() {
    let peer = Peer::start(&["--login", "post:swordfish", "--slow", "0.8"]);
    let mut there = server(peer.port, Tls::Starttls);
    there.login = Some(login("swordfish"));
    there.roots = Some(peer.authority());
    // No step takes more than two answers, and all of them together nine.
    there.timeout = Duration::from_millis(2200);
    let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.ends_with("no answer within 6600 ms"), "{reason}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    for tls in [Tls::Plain, Tls::Implicit, Tls::Starttls] {
        let mut there = server(listener.local_addr().expect("its address").port(), tls);
        there.timeout = Duration::from_millis(200);
        let reason = later(smtp(vec![there]).send(&mail("a1", "ada@example.org")).await);
        assert!(reason.ends_with("no answer within 200 ms"), "{reason}");
    }
}

#[tokio::test]
async fn later_stays_later_and_no_stays_no() {
    let peer = Peer::start(&[
        "--security",
        "plain",
        "--refuse",
        "full@example.org=452",
        "--refuse",
        "gone@example.org=550",
    ]);
    let smtp = smtp(vec![server(peer.port, Tls::Plain)]);
    let put_off = later(smtp.send(&mail("a1", "full@example.org")).await);
    assert_eq!(put_off, format!("127.0.0.1:{}: the recipient: 452 4.1.1 not taken", peer.port));
    let gone = smtp.send(&mail("a2", "gone@example.org")).await;
    assert_eq!(
        gone,
        Outcome::Refused {
            server: format!("127.0.0.1:{}", peer.port),
            reason: "the recipient: 550 5.1.1 not taken".to_owned(),
        }
    );
    // A refusal spoils nothing for the next letter.
    assert_eq!(smtp.send(&mail("a3", "ada@example.org")).await, accepted(peer.port));
    assert_eq!(peer.letters().len(), 1);
}

#[tokio::test]
async fn a_letter_can_be_refused_as_well_as_its_recipient() {
    for (code, is_final) in [("554", true), ("451", false)] {
        let peer = Peer::start(&["--security", "plain", "--refuse-letters", code]);
        let outcome = smtp(vec![server(peer.port, Tls::Plain)]).send(&mail("a1", "ada@example.org")).await;
        let reason = if is_final { refused(outcome) } else { later(outcome) };
        assert!(reason.contains(&format!("the letter: {code} ")), "{reason}");
    }
}

#[tokio::test]
async fn what_a_refusal_quotes_is_not_told() {
    let quoting = ["--security", "plain", "--quote", "--refuse", "gone@example.org=550"];
    let peer = Peer::start(&quoting);
    let reason =
        refused(smtp(vec![server(peer.port, Tls::Plain)]).send(&mail("a1", "gone@example.org")).await);
    assert_eq!(reason, "the recipient: 550 5.1.1 not taken …");
    let peer = Peer::start(&["--security", "plain", "--quote", "--refuse-letters", "554"]);
    let reason =
        refused(smtp(vec![server(peer.port, Tls::Plain)]).send(&mail("a1", "ada@example.org")).await);
    assert!(reason.starts_with("the letter: 554 5.7.1 not taken"), "{reason}");
    assert!(!reason.contains("482913"), "{reason}");
}

#[tokio::test]
async fn a_refused_recipient_is_not_taken_to_the_next_server() {
    let (first, second) = (
        Peer::start(&["--security", "plain", "--refuse", "gone@example.org=550"]),
        Peer::start(&["--security", "plain"]),
    );
    let smtp = smtp(vec![server(first.port, Tls::Plain), server(second.port, Tls::Plain)]);
    refused(smtp.send(&mail("a1", "gone@example.org")).await);
    assert!(second.letters().is_empty());
}

#[tokio::test]
async fn the_second_server_takes_over_from_one_that_is_down_or_says_later() {
    let second = Peer::start(&["--security", "plain"]);
    let putting_off = Peer::start(&["--security", "plain", "--refuse", "ada@example.org=451"]);
    let untrusted = Peer::start(&[]);
    for first in [
        server(closed_port(), Tls::Plain),
        server(putting_off.port, Tls::Plain),
        server(untrusted.port, Tls::Starttls),
    ] {
        let smtp = smtp(vec![first, server(second.port, Tls::Plain)]);
        assert_eq!(smtp.send(&mail("a1", "ada@example.org")).await, accepted(second.port));
    }
    assert_eq!(second.letters().len(), 3);
}

#[tokio::test]
async fn every_server_is_named_when_none_takes_it() {
    let (one, other) = (closed_port(), closed_port());
    let smtp = smtp(vec![server(one, Tls::Plain), server(other, Tls::Starttls)]);
    let reason = later(smtp.send(&mail("a1", "ada@example.org")).await);
    assert_eq!(
        reason,
        format!("127.0.0.1:{one}: nobody listens there; 127.0.0.1:{other}: nobody listens there")
    );
    assert!(smtp.probe().await.iter().all(|probe| probe.result.is_err()));
}

#[tokio::test]
async fn a_server_that_comes_back_is_used_again() {
    let peer = Peer::start(&["--security", "plain"]);
    let port = peer.port;
    let smtp = smtp(vec![server(port, Tls::Plain)]);
    assert_eq!(smtp.send(&mail("a1", "ada@example.org")).await, accepted(port));
    // The connection to it still lies ready.
    drop(peer);
    assert!(later(smtp.send(&mail("a2", "ada@example.org")).await).contains("nobody listens there"));
    let peer = Peer::start_on(port, &["--security", "plain"]);
    assert_eq!(smtp.send(&mail("a2", "ada@example.org")).await, accepted(port));
    assert_eq!(peer.letter().header("Message-ID").as_deref(), Some("<a2@bank.example>"));
}

#[tokio::test]
async fn a_connection_serves_letter_after_letter_and_is_closed_when_nothing_comes() {
    let peer = Peer::start(&["--security", "plain"]);
    let smtp = smtp(vec![server(peer.port, Tls::Plain)]);
    for id in ["a1", "a2"] {
        assert_eq!(smtp.send(&mail(id, "ada@example.org")).await, accepted(peer.port));
    }
    // What waits for the time to pass gets its turn before and after.
    tokio::task::yield_now().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(21)).await;
    tokio::time::resume();
    tokio::task::yield_now().await;
    assert_eq!(smtp.send(&mail("a3", "ada@example.org")).await, accepted(peer.port));
    let from: Vec<_> = peer.letters().into_iter().map(|letter| letter.about["client_port"].clone()).collect();
    assert!(from[0] == from[1] && from[1] != from[2], "{from:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_letters_at_once_share_a_few_connections() {
    let peer = Peer::start(&["--security", "plain"]);
    let smtp = Arc::new(smtp(vec![server(peer.port, Tls::Plain)]));
    let sending: Vec<_> = (0..50)
        .map(|number| {
            let smtp = Arc::clone(&smtp);
            tokio::spawn(async move { smtp.send(&mail(&format!("a{number}"), "ada@example.org")).await })
        })
        .collect();
    for sent in sending {
        assert_eq!(sent.await.expect("no panic"), accepted(peer.port));
    }
    let letters = peer.letters();
    let ids: std::collections::BTreeSet<_> =
        letters.iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!((letters.len(), ids.len()), (50, 50));
    let ports: std::collections::BTreeSet<_> =
        letters.iter().map(|letter| letter.about["client_port"].to_string()).collect();
    assert!(ports.len() <= 8, "{} connections", ports.len());
}
