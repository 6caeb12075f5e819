//! Networks that lose, cut and swallow.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_courier::sip::{CallOutcome, Transport};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Notify, oneshot};

use crate::peer::{HERE, Phone, PhoneSettings, Trunk};
use crate::trunk::through;
use crate::{CALL, FROM, assert_rang, calls, trunk};

/// Passes datagrams on to this port and back, but loses the first of each method.
async fn losing(port: u16) -> SocketAddr {
    let (here, there) = (UdpSocket::bind((HERE, 0)).await, UdpSocket::bind((HERE, 0)).await);
    let (here, there) = (here.expect("a port"), there.expect("a port"));
    let address = here.local_addr().expect("its address");
    tokio::spawn(async move {
        let (mut caller, mut lost) = (None, HashSet::new());
        let (mut asked, mut answered) = ([0; 8192], [0; 8192]);
        loop {
            tokio::select! {
                received = here.recv_from(&mut asked) => {
                    let (length, from) = received.expect("a datagram");
                    caller = Some(from);
                    let method = asked[..length].split(|byte| *byte == b' ').next().unwrap_or_default().to_vec();
                    if !lost.insert(method) {
                        there.send_to(&asked[..length], (HERE, port)).await.expect("a way");
                    }
                }
                received = there.recv_from(&mut answered) => {
                    let (length, _) = received.expect("a datagram");
                    let caller = caller.expect("somebody who asked");
                    here.send_to(&answered[..length], caller).await.expect("a way");
                }
            }
        }
    });
    address
}

#[tokio::test]
async fn what_is_lost_is_repeated_until_the_phone_has_stopped() {
    let mut phone = Phone::start().await;
    let mut settings = trunk(0);
    settings.host = losing(phone.port).await.to_string();
    let calls = calls(vec![settings]);
    // The INVITE is repeated, and so is the CANCEL.
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
    phone.event("CALL_CLOSED").await;
    // Somebody answers: the acknowledgement and the BYE are repeated.
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.shows().await;
        phone.accept().await;
    });
    assert_eq!(result.outcome, CallOutcome::Answered);
    phone.event("CALL_CLOSED").await;
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn a_trunk_that_drops_its_connection_is_passed_over_before_and_not_after_it_spoke() {
    let mut phone = Phone::start().await;
    let dropping = TcpListener::bind((HERE, 0)).await.expect("a port");
    let mut first = trunk(dropping.local_addr().expect("its address").port());
    (first.name, first.transport) = ("dropping".to_owned(), Transport::Tcp);
    let calls = calls(vec![first, trunk(phone.port)]);
    let drops = async {
        // Dials once, and once more to take back what may have begun.
        for _ in 0..2 {
            let (mut stream, _) = dropping.accept().await.expect("a connection");
            let mut part = [0; 4];
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut part).await.expect("a request");
        }
    };
    let (result, (), shown) = tokio::join!(calls.ring(CALL, || ()), drops, phone.shows());
    assert_eq!(result.passed_over, [("dropping".to_owned(), CallOutcome::Transport)]);
    assert_eq!((result.trunk.as_str(), shown.as_str()), ("main", FROM));
}

#[tokio::test]
async fn a_connection_that_is_cut_while_a_phone_rings_leaves_nothing_ringing() {
    let peer = Trunk::start().await;
    let mut phone = Phone::start_as(PhoneSettings { trunk: Some(&peer), ..PhoneSettings::default() }).await;
    let between = TcpListener::bind((HERE, 0)).await.expect("a port");
    let mut settings = through(&peer, Transport::Tcp);
    settings.host = between.local_addr().expect("its address").to_string();
    settings.ring = Duration::from_secs(10);
    let (cut, port) = (Arc::new(Notify::new()), peer.port);
    let cuts = Arc::clone(&cut);
    tokio::spawn(async move {
        while let Ok((mut here, _)) = between.accept().await {
            let cuts = Arc::clone(&cuts);
            tokio::spawn(async move {
                let mut there = TcpStream::connect((HERE, port)).await.expect("the trunk");
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                    () = cuts.notified() => {}
                }
            });
        }
    });
    let calls = calls(vec![settings]);
    let (rings, rang) = oneshot::channel();
    let (result, ()) =
        tokio::join!(calls.ring(CALL, || rings.send(()).expect("somebody who waits")), async {
            rang.await.expect("the first 180");
            cut.notify_waiters();
            let closed = tokio::time::timeout(Duration::from_secs(2), phone.event("CALL_CLOSED")).await;
            closed.expect("an end long before that of the ring");
        });
    assert!(matches!(result.outcome, CallOutcome::Rang { .. }), "{result:?}");
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn a_connection_that_died_without_a_word_is_made_anew() {
    let mut phone = Phone::start().await;
    let between = TcpListener::bind((HERE, 0)).await.expect("a port");
    let mut settings = trunk(between.local_addr().expect("its address").port());
    (settings.transport, settings.max_wait) = (Transport::Tcp, Duration::from_secs(1));
    let port = phone.port;
    tokio::spawn(async move {
        // The first connection stays open, and nothing that it carries arrives.
        let _dead = between.accept().await.expect("a connection");
        while let Ok((mut here, _)) = between.accept().await {
            let mut there = TcpStream::connect((HERE, port)).await.expect("the phone");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut here, &mut there).await });
        }
    });
    let calls = calls(vec![settings]);
    assert_eq!(calls.ring(CALL, || ()).await.outcome, CallOutcome::Timeout);
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
}
