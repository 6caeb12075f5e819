//! Telephones behind a trunk that wants a login.

use std::sync::Arc;
use std::time::Duration;

use countersign_courier::Secret;
use countersign_courier::sip::{
    Call, CallOutcome, CallResult, CallerHeader, NumberForm, Transport, TrunkSettings,
};
use tokio::task::JoinSet;

use crate::peer::{DOMAIN, PASSWORD, Phone, PhoneSettings, Trunk, TrunkPeerSettings, USER};
use crate::{CALL, FROM, TO, assert_rang, assert_rang_soon, calls, trunk};

/// How calls reach this trunk.
pub(crate) fn through(peer: &Trunk, transport: Transport) -> TrunkSettings {
    let port = if transport == Transport::Tls { peer.tls_port } else { peer.port };
    let mut settings = trunk(port);
    settings.transport = transport;
    settings.user = Some(USER.to_owned());
    settings.password = Some(Secret::new(PASSWORD.to_owned()));
    settings.domain = Some(DOMAIN.to_owned());
    settings.roots = Some(peer.authority());
    settings
}

async fn phone_at(peer: &Trunk) -> Phone {
    Phone::start_as(PhoneSettings { trunk: Some(peer), ..PhoneSettings::default() }).await
}

// Trap: the library's CANCEL goes to the host of the Request-URI. That host does not exist here.
#[tokio::test]
async fn a_phone_behind_a_trunk_rings_and_stops_over_every_transport() {
    let peer = Trunk::start().await;
    let mut phone = phone_at(&peer).await;
    for (transport, name) in [(Transport::Udp, "udp"), (Transport::Tcp, "tcp"), (Transport::Tls, "tls")] {
        let calls = calls(vec![through(&peer, transport)]);
        let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
        assert_eq!(shown, FROM);
        assert_rang_soon(result.outcome);
        phone.event("CALL_CLOSED").await;
        assert_eq!(phone.calls().await, 0);
        peer.until_seen(&format!("CANCEL proto={name}")).await;
        let seen = peer.seen().into_iter().find(|seen| seen.starts_with(&format!("INVITE proto={name}")));
        let seen = seen.expect("the call");
        assert!(seen.contains(&format!("to={TO} from={FROM} asserted=sip:{FROM}@{DOMAIN} ")), "{seen}");
        assert!(seen.contains(&format!("login={USER} ")) && seen.ends_with("@countersign"), "{seen}");
    }
}

// Trap: the library does not know SHA-256 by the name that RFC 8760 gave it.
#[tokio::test]
async fn a_trunk_may_ask_for_a_login_by_sha_256() {
    let peer =
        Trunk::start_as(TrunkPeerSettings { algorithm: "SHA-256", ..TrunkPeerSettings::default() }).await;
    let mut phone = phone_at(&peer).await;
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
    assert_eq!(calls.probe().await[0].result, Ok(()));
}

#[tokio::test]
async fn numbers_are_written_and_placed_as_the_trunk_wants_them() {
    let peer = Trunk::start().await;
    let mut phone = Phone::start_as(PhoneSettings {
        number: "89161234567",
        trunk: Some(&peer),
        ..PhoneSettings::default()
    })
    .await;
    let mut settings = through(&peer, Transport::Udp);
    settings.number_form = NumberForm::National { country_code: "7".to_owned(), prefix: "8".to_owned() };
    settings.caller_in = vec![CallerHeader::PAssertedIdentity, CallerHeader::RemotePartyId];
    let calls = calls(vec![settings]);
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.event("CALL_INCOMING").await;
    });
    assert_rang(result.outcome);
    let seen = peer.seen().remove(0);
    let wanted = format!(
        "to=89161234567 from={USER} asserted=sip:84955550137@{DOMAIN} remote=sip:84955550137@{DOMAIN} login={USER} "
    );
    assert!(seen.contains(&wanted), "{seen}");
}

#[tokio::test]
async fn a_wrong_or_missing_login_is_told_and_rings_nobody() {
    let peer = Trunk::start().await;
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
        let mut wrong = through(&peer, transport);
        wrong.password = Some(Secret::new("wrong".to_owned()));
        let mut missing = through(&peer, transport);
        missing.password = None;
        let told = Err("does not accept the login (407)".to_owned());
        for (settings, told) in [(wrong, told), (missing, Ok(()))] {
            let calls = calls(vec![settings]);
            let outcome = calls.ring(CALL, || panic!("nothing rings")).await.outcome;
            assert_eq!(outcome, CallOutcome::AuthRejected);
            assert_eq!(calls.probe().await[0].result, told);
        }
    }
    assert!(peer.seen().is_empty());
}

// A trunk that took calls before and forbids this one means the number; one that never took any means us.
#[tokio::test]
async fn a_trunk_that_takes_calls_and_forbids_one_bars_its_number() {
    const BARRED: Call<'_> = Call { to: "+79001234567", from: FROM };
    let peer = Trunk::start().await;
    let mut phone = phone_at(&peer).await;
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    assert_eq!(calls.ring(BARRED, || ()).await.outcome, CallOutcome::AuthRejected);
    let (result, _) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_rang(result.outcome);
    assert_eq!(calls.ring(BARRED, || ()).await.outcome, CallOutcome::DestinationBarred);
}

#[tokio::test]
async fn a_number_that_no_phone_has_is_told() {
    let peer = Trunk::start().await;
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    let outcome = calls.ring(CALL, || panic!("nothing rings")).await.outcome;
    assert_eq!(outcome, CallOutcome::NotFound);
}

#[tokio::test]
async fn numbers_that_are_none_are_not_called() {
    let peer = Trunk::start().await;
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    for (to, from) in [("79161234567", FROM), (TO, "0137"), ("+7916;ext=1", FROM), ("tel:+79161234567", FROM)]
    {
        assert_eq!(calls.ring(Call { to, from }, || ()).await.outcome, CallOutcome::NotFound, "{to} {from}");
    }
    assert!(peer.seen().is_empty());
}

#[tokio::test]
async fn a_phone_behind_a_trunk_that_answers_or_declines_is_left_alone() {
    let peer = Trunk::start().await;
    let mut phone = phone_at(&peer).await;
    let calls = calls(vec![through(&peer, Transport::Tcp)]);
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.shows().await;
        phone.accept().await;
    });
    assert_eq!(result.outcome, CallOutcome::Answered);
    peer.until_seen("ACK proto=tcp").await;
    peer.until_seen("BYE proto=tcp").await;
    phone.event("CALL_CLOSED").await;
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.shows().await;
        phone.decline().await;
    });
    assert_eq!(result.outcome, CallOutcome::RangThenRefused(486));
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn all_phones_of_a_number_ring_and_all_stop() {
    let peer = Trunk::start().await;
    let (mut one, mut other) = (phone_at(&peer).await, phone_at(&peer).await);
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    let (result, shown, shown_there) = tokio::join!(calls.ring(CALL, || ()), one.shows(), other.shows());
    assert_eq!((shown.as_str(), shown_there.as_str()), (FROM, FROM));
    assert_rang(result.outcome);
    one.event("CALL_CLOSED").await;
    other.event("CALL_CLOSED").await;
    // One answers: the trunk stops the other, and we hang up on the one.
    let (result, ..) = tokio::join!(
        calls.ring(CALL, || ()),
        async {
            one.shows().await;
            one.accept().await;
        },
        other.shows()
    );
    assert_eq!(result.outcome, CallOutcome::Answered);
    one.event("CALL_CLOSED").await;
    other.event("CALL_CLOSED").await;
    assert_eq!((one.calls().await, other.calls().await), (0, 0));
}

#[tokio::test]
async fn a_slow_trunk_is_waited_for() {
    let peer = Trunk::start_as(TrunkPeerSettings { delay_ms: 1500, ..TrunkPeerSettings::default() }).await;
    let mut phone = phone_at(&peer).await;
    let calls = calls(vec![through(&peer, Transport::Udp)]);
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    let CallOutcome::Rang { alert_ms, final_code: Some(487), .. } = result.outcome else {
        panic!("expected Rang, got {result:?}");
    };
    assert!((1400..6000).contains(&alert_ms), "{alert_ms}");
    phone.event("CALL_CLOSED").await;
    assert_eq!(phone.calls().await, 0);
}

// Trap: refused connections and bad certificates surface as a time-out after 32 seconds.
#[tokio::test]
async fn a_certificate_that_is_not_believed_is_told_at_once() {
    let peer = Trunk::start().await;
    let misnamed =
        Trunk::start_as(TrunkPeerSettings { certified: "192.0.2.7", ..TrunkPeerSettings::default() }).await;
    let mut unknown = through(&peer, Transport::Tls);
    unknown.roots = None;
    for (settings, told) in [
        (unknown, "its certificate is signed by nobody that this machine knows"),
        (through(&misnamed, Transport::Tls), "its certificate is for another name"),
    ] {
        let calls = calls(vec![settings]);
        let asked = async { (calls.ring(CALL, || ()).await, calls.probe().await) };
        let (result, states) =
            tokio::time::timeout(Duration::from_secs(5), asked).await.expect("an early end");
        assert_eq!(result.outcome, CallOutcome::Transport);
        assert_eq!(states[0].result, Err(told.to_owned()));
    }
    assert!(peer.seen().is_empty() && misnamed.seen().is_empty());
}

#[tokio::test]
async fn a_trunk_that_was_down_is_used_again() {
    let mut peer = Trunk::start().await;
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
        let settings = through(&peer, transport);
        let mut impatient = settings.clone();
        impatient.max_wait = Duration::from_secs(1);
        let (patient, impatient) = (calls(vec![settings]), calls(vec![impatient]));
        assert_eq!(patient.ring(CALL, || ()).await.outcome, CallOutcome::NotFound);
        assert_eq!(impatient.probe().await[0].result, Ok(()));
        peer.goes_down();
        let (outcome, words) = match transport {
            Transport::Udp => (CallOutcome::Timeout, "no answer within 1 s"),
            Transport::Tcp | Transport::Tls => (CallOutcome::Transport, "nobody listens there"),
        };
        assert_eq!(impatient.ring(CALL, || ()).await.outcome, outcome);
        assert_eq!(impatient.probe().await[0].result, Err(words.to_owned()));
        peer.comes_back().await;
        let mut phone = phone_at(&peer).await;
        let (result, shown) = tokio::join!(patient.ring(CALL, || ()), phone.shows());
        assert_eq!(shown, FROM);
        assert_rang(result.outcome);
        assert_eq!(impatient.probe().await[0].result, Ok(()));
        phone.event("CALL_CLOSED").await;
        // Telephones are forgotten with the next start.
        peer.goes_down();
        peer.comes_back().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_calls_at_once_all_ring_and_all_stop() {
    const CALLS: usize = 40;
    let peer = Trunk::start().await;
    for transport in [Transport::Udp, Transport::Tls] {
        let mut phone = phone_at(&peer).await;
        let mut settings = through(&peer, transport);
        settings.calls_per_second = 1000;
        let calls = Arc::new(calls(vec![settings]));
        let mut ringing: JoinSet<CallResult> = JoinSet::new();
        for _ in 0..CALLS {
            let calls = Arc::clone(&calls);
            ringing.spawn(async move { calls.ring(CALL, || ()).await });
        }
        let all_closed = phone.until_all_closed(CALLS);
        let (results, ()) = tokio::join!(ringing.join_all(), all_closed);
        for result in results {
            let rang = matches!(result.outcome, CallOutcome::Rang { final_code: Some(487), .. });
            assert!(rang, "{:?}", result.outcome);
        }
        assert_eq!(phone.calls().await, 0);
    }
}
