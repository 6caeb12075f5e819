//! Several trunks: which is asked after which, and that no phone rings twice.

use std::time::Duration;

use countersign_courier::sip::{CallOutcome, Transport};
use tokio::net::{TcpListener, UdpSocket};
use tokio::time::Instant;

use crate::names::NameServer;
use crate::peer::{HERE, OddTrunk, Phone, Trunk, free_port};
use crate::trunk::through;
use crate::{CALL, FROM, assert_rang, calls, trunk};

#[tokio::test]
async fn the_next_trunk_is_asked_when_one_certainly_rang_nobody() {
    let mut phone = Phone::start().await;
    let login = Trunk::start().await;
    let busy = OddTrunk::start("refuses", &[("ANSWER", "503 Service Unavailable")]).await;
    let silent = UdpSocket::bind((HERE, 0)).await.expect("a port");

    let mut down = trunk(free_port(HERE));
    (down.name, down.transport) = ("down".to_owned(), Transport::Tcp);
    let mut locked = through(&login, Transport::Udp);
    (locked.name, locked.password) = ("locked".to_owned(), None);
    let mut overloaded = trunk(busy.port);
    (overloaded.name, overloaded.max_wait) = ("overloaded".to_owned(), Duration::from_secs(1));
    let mut dumb = trunk(silent.local_addr().expect("its address").port());
    (dumb.name, dumb.max_wait) = ("dumb".to_owned(), Duration::from_secs(1));

    let calls = calls(vec![down, locked, overloaded, dumb, trunk(phone.port)]);
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!((result.trunk.as_str(), shown.as_str()), ("main", FROM));
    assert_rang(result.outcome);
    let passed: Vec<_> = result.passed_over.iter().map(|(name, outcome)| (name.as_str(), *outcome)).collect();
    assert_eq!(
        passed,
        [
            ("down", CallOutcome::Transport),
            ("locked", CallOutcome::AuthRejected),
            ("overloaded", CallOutcome::TrunkOverload),
            ("dumb", CallOutcome::Timeout),
        ]
    );
    phone.event("CALL_CLOSED").await;
    let states = calls.probe().await;
    let told: Vec<_> = states.iter().map(|state| (state.trunk.as_str(), state.result.is_ok())).collect();
    assert_eq!(told[0], ("down", false));
    assert_eq!(states[0].result, Err("nobody listens there".to_owned()));
    assert_eq!((told[1], told[3], told[4]), (("locked", true), ("dumb", false), ("main", true)));
}

#[tokio::test]
async fn no_other_trunk_is_asked_when_a_phone_may_have_rung() {
    for (scene, answer) in [
        ("rings-and-refuses", "503 Service Unavailable"),
        ("progresses-and-refuses", "503 Service Unavailable"),
        ("refuses", "486 Busy Here"),
        ("refuses", "408 Request Timeout"),
        ("waits", "100 Trying"),
        ("waits", "183 Session Progress"),
        ("waits", "180 Ringing"),
    ] {
        let first = OddTrunk::start(scene, &[("ANSWER", answer)]).await;
        let mut settings = trunk(first.port);
        settings.max_wait = Duration::from_secs(1);
        let second = TcpListener::bind((HERE, 0)).await.expect("a port");
        let mut other = trunk(second.local_addr().expect("its address").port());
        other.transport = Transport::Tcp;
        let calls = calls(vec![settings, other]);
        let result = calls.ring(CALL, || ()).await;
        assert_eq!(
            (result.trunk.as_str(), result.passed_over.len()),
            ("main", 0),
            "{scene} {answer}: {result:?}"
        );
        let connected = tokio::time::timeout(Duration::ZERO, second.accept()).await;
        assert!(connected.is_err(), "{scene} {answer}: the second trunk was asked");
        first.until_played().await;
    }
}

#[tokio::test]
async fn a_trunk_with_too_many_calls_waiting_is_passed_over() {
    let mut phone = Phone::start().await;
    let mut slow = trunk(phone.port);
    (slow.name, slow.calls_per_second) = ("slow".to_owned(), 1);
    slow.max_wait = Duration::from_secs(1);
    let calls = calls(vec![slow, trunk(phone.port)]);
    let started = Instant::now();
    let (one, two, three, ()) = tokio::join!(
        calls.ring(CALL, || ()),
        calls.ring(CALL, || ()),
        calls.ring(CALL, || ()),
        phone.until_all_closed(3),
    );
    assert_eq!((one.trunk.as_str(), two.trunk.as_str(), three.trunk.as_str()), ("slow", "slow", "main"));
    assert_eq!(three.passed_over, [("slow".to_owned(), CallOutcome::TrunkOverload)]);
    for result in [one, two, three] {
        assert!(matches!(result.outcome, CallOutcome::Rang { .. }), "{result:?}");
    }
    // The second of the slow trunk began a second after the first.
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_trunk_is_found_by_its_services_the_first_choice_first() {
    let mut phone = Phone::start().await;
    let silent = UdpSocket::bind((HERE, 0)).await.expect("a port");
    let silent_port = silent.local_addr().expect("its address").port();
    let names = NameServer::start(&[
        ("_sip._udp.trunk.example", phone.port, 20),
        ("_sip._udp.trunk.example", silent_port, 10),
        ("_sip._tcp.trunk.example", phone.port, 20),
        ("_sip._tcp.trunk.example", free_port(HERE), 10),
    ])
    .await;
    let mut settings = trunk(0);
    (settings.host, settings.name_servers) = ("trunk.example".to_owned(), vec![names.address]);
    settings.transport = Transport::Tcp;
    // A connection that is refused leads to the second choice at once, ...
    let over_tcp = calls(vec![settings.clone()]);
    let (result, shown) = tokio::join!(over_tcp.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
    // ... silence does with the next call.
    (settings.transport, settings.max_wait) = (Transport::Udp, Duration::from_secs(1));
    let over_udp = calls(vec![settings.clone()]);
    assert_eq!(over_udp.ring(CALL, || ()).await.outcome, CallOutcome::Timeout);
    let (result, shown) = tokio::join!(over_udp.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
    assert_eq!(over_udp.probe().await[0].result, Ok(()));
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_told() {
    let names = NameServer::start(&[("_sip._udp.trunk.example", 5060, 10)]).await;
    let nobody = UdpSocket::bind((HERE, 0)).await.expect("a port").local_addr().expect("its address");
    let mut settings = trunk(0);
    settings.max_wait = Duration::from_secs(10);
    for (host, server, told) in [
        ("other.example", names.address, "its name leads to no address"),
        ("trunk.example", nobody, "its name could not be looked up"),
    ] {
        (settings.host, settings.name_servers) = (host.to_owned(), vec![server]);
        let calls = calls(vec![settings.clone()]);
        assert_eq!(calls.probe().await[0].result, Err(told.to_owned()), "{host}");
    }
    (settings.host, settings.name_servers) = ("other.example".to_owned(), vec![names.address]);
    assert_eq!(calls(vec![settings]).ring(CALL, || ()).await.outcome, CallOutcome::Transport);
}
