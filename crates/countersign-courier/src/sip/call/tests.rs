//! Trunks that say things at the worst moment, played from a script with a clock that is turned.

use std::sync::{Mutex, PoisonError};

use tokio::task::JoinHandle;

use super::*;
use crate::Secret;
use crate::sip::line::Origin;
use crate::sip::{Call, Transport, TrunkSettings};

/// A trunk of which the test plays both sides.
#[derive(Default)]
struct Script {
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    sent: Vec<(String, mpsc::UnboundedSender<Event>)>,
    quieted: Arc<AtomicBool>,
    lost: CancellationToken,
    is_gone: bool,
}

impl Script {
    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The methods that were sent, in order.
    fn methods(&self) -> Vec<String> {
        let method = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        self.inside().sent.iter().map(|(text, _)| method(text)).collect()
    }

    fn count(&self, method: &str) -> usize {
        self.methods().iter().filter(|other| *other == method).count()
    }

    /// Answers the last INVITE.
    async fn answers(&self, code: u16, headers: &[(&str, &str)]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.says(Event::Answer(Answer { code, headers })).await;
    }

    async fn says(&self, event: Event) {
        self.says_to("INVITE ", event).await;
    }

    /// Answers the last request of this method.
    async fn says_to(&self, method: &str, event: Event) {
        {
            let inside = self.inside();
            let request = inside.sent.iter().rfind(|(text, _)| text.starts_with(method));
            request.expect("a request").1.send(event).expect("a call that listens");
        }
        settle().await;
    }

    /// The connection breaks; the next one can be had or not.
    async fn breaks(&self, for_good: bool) {
        {
            let mut inside = self.inside();
            inside.lost.cancel();
            inside.lost = CancellationToken::new();
            inside.is_gone = for_good;
        }
        settle().await;
    }
}

impl Line for Script {
    async fn send(
        self: &Arc<Self>,
        write: impl FnOnce(&Origin) -> String + Send,
    ) -> Result<Exchange, String> {
        let mut inside = self.inside();
        if inside.is_gone {
            return Err("nobody listens there".to_owned());
        }
        let address = "192.0.2.1:5090".parse().expect("an address");
        let origin = Origin { transport: Transport::Tcp, address };
        let (events, told) = mpsc::unbounded_channel();
        inside.sent.push((write(&origin), events));
        let (lost, quieted) = (inside.lost.clone(), Arc::clone(&inside.quieted));
        Ok(Exchange::new(origin, told, lost, move || quieted.store(true, Ordering::Release)))
    }
}

struct Stage {
    trunk: Arc<Script>,
    call: JoinHandle<Ended>,
    hang_up: CancellationToken,
    rang: mpsc::UnboundedReceiver<()>,
}

/// Calls, with 4 seconds of ringing and 12 of patience.
async fn stage() -> Stage {
    let mut settings = TrunkSettings::usual("main", "192.0.2.7");
    settings.user = Some("office".to_owned());
    settings.password = Some(Secret::new("s3cret".to_owned()));
    let order = Order::new(&settings, Call { to: "+79161234567", from: "+74955550137" });
    let (trunk, hang_up) = (Arc::new(Script::default()), CancellationToken::new());
    let (rings, rang) = mpsc::unbounded_channel();
    let call = tokio::spawn({
        let (trunk, hang_up) = (Arc::clone(&trunk), hang_up.clone());
        async move { run(trunk, order, &AtomicBool::new(false), &hang_up, &rings).await }
    });
    settle().await;
    assert_eq!(trunk.methods(), ["INVITE"]);
    Stage { trunk, call, hang_up, rang }
}

impl Stage {
    async fn outcome(self) -> CallOutcome {
        self.call.await.expect("no panic").outcome
    }
}

/// Lets every task do what it can do now.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn after(milliseconds: u64) {
    tokio::time::advance(Duration::from_millis(milliseconds)).await;
    settle().await;
}

const SOMEBODY: [(&str, &str); 2] =
    [("To", "<sip:+79161234567@192.0.2.7>;tag=one"), ("Contact", "<sip:phone@198.51.100.1>")];
const SOMEBODY_ELSE: [(&str, &str); 2] =
    [("To", "<sip:+79161234567@192.0.2.7>;tag=two"), ("Contact", "<sip:phone@198.51.100.2>")];

#[tokio::test(start_paused = true)]
async fn a_phone_rings_from_the_first_180_and_not_longer_for_a_second() {
    let mut stage = stage().await;
    after(300).await;
    stage.trunk.answers(180, &[]).await;
    assert!(stage.rang.try_recv().is_ok());
    after(2000).await;
    stage.trunk.answers(180, &[]).await;
    stage.trunk.answers(183, &[]).await;
    assert!(stage.rang.try_recv().is_err(), "told once");
    after(1999).await;
    assert_eq!(stage.trunk.count("CANCEL"), 0);
    after(1).await;
    assert_eq!(stage.trunk.methods(), ["INVITE", "CANCEL"]);
    // Still ringing while the CANCEL is on its way.
    stage.trunk.answers(180, &[]).await;
    stage.trunk.answers(487, &[]).await;
    assert_eq!(stage.trunk.count("CANCEL"), 1);
    let rang = CallOutcome::Rang { alert_ms: 300, rang_ms: 4000, final_code: Some(487) };
    assert_eq!(stage.outcome().await, rang);
}

// Trap: with the library's dialogs, ringing and its end came by two channels, and the end could be read first.
#[tokio::test(start_paused = true)]
async fn ringing_and_its_end_in_one_moment_are_both_heard() {
    let mut stage = stage().await;
    {
        let inside = stage.trunk.inside();
        for code in [180, 486] {
            inside.sent[0]
                .1
                .send(Event::Answer(Answer { code, headers: vec![] }))
                .expect("a call that listens");
        }
        inside.lost.cancel();
    }
    settle().await;
    assert!(stage.rang.try_recv().is_ok());
    assert_eq!(stage.outcome().await, CallOutcome::RangThenRefused(486));
}

#[tokio::test(start_paused = true)]
async fn progress_alone_is_waited_for_as_long_as_anything_and_at_least_for_a_ring() {
    for (begins, ends) in [(1000, 12_000), (11_000, 15_000)] {
        let stage = stage().await;
        after(begins).await;
        stage.trunk.answers(183, &[]).await;
        after(ends - begins - 1).await;
        assert_eq!(stage.trunk.count("CANCEL"), 0);
        after(1).await;
        assert_eq!(stage.trunk.count("CANCEL"), 1);
        stage.trunk.answers(487, &[]).await;
        assert_eq!(stage.outcome().await, CallOutcome::Progressed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_crosses_the_cancel_is_told() {
    for (heard, code, outcome) in [
        (100, 486, CallOutcome::Busy),
        (183, 404, CallOutcome::NotFound),
        (180, 486, CallOutcome::Rang { alert_ms: 0, rang_ms: 4000, final_code: Some(486) }),
    ] {
        let stage = stage().await;
        stage.trunk.answers(heard, &[]).await;
        after(if heard == 180 { 4000 } else { 12_000 }).await;
        assert_eq!(stage.trunk.count("CANCEL"), 1);
        stage.trunk.answers(code, &[]).await;
        assert_eq!(stage.outcome().await, outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_speaks_when_nobody_waits_is_cancelled() {
    let stage = stage().await;
    let (trunk, call) = (Arc::clone(&stage.trunk), stage.call);
    after(12_000).await;
    // Without an answer there must be no CANCEL (RFC 3261 section 9.1).
    assert_eq!(trunk.methods(), ["INVITE"]);
    assert!(trunk.inside().quieted.load(Ordering::Acquire));
    let ended = call.await.expect("no panic");
    assert_eq!((ended.outcome, ended.may_have_rung), (CallOutcome::Timeout, false));
    trunk.answers(180, &[]).await;
    trunk.answers(180, &[]).await;
    assert_eq!(trunk.methods(), ["INVITE", "CANCEL"]);
    // It crosses an answer all the same.
    trunk.answers(200, &SOMEBODY).await;
    assert_eq!(trunk.methods(), ["INVITE", "CANCEL", "BYE"]);
}

#[tokio::test(start_paused = true)]
async fn everybody_who_answers_is_hung_up_on_once() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    trunk.answers(180, &[]).await;
    trunk.answers(200, &SOMEBODY).await;
    assert_eq!(stage.outcome().await, CallOutcome::Answered);
    trunk.answers(200, &SOMEBODY).await;
    trunk.answers(200, &SOMEBODY_ELSE).await;
    trunk.answers(200, &SOMEBODY_ELSE).await;
    assert_eq!(trunk.methods(), ["INVITE", "BYE", "BYE"]);
    let byes: Vec<_> = trunk.inside().sent[1..].iter().map(|(text, _)| text.clone()).collect();
    assert!(
        byes[0].starts_with("BYE sip:phone@198.51.100.1 ") && byes[0].contains(";tag=one"),
        "{}",
        byes[0]
    );
    assert!(
        byes[1].starts_with("BYE sip:phone@198.51.100.2 ") && byes[1].contains(";tag=two"),
        "{}",
        byes[1]
    );
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_wants_the_login_for_a_bye_gets_it() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    trunk.answers(200, &SOMEBODY).await;
    assert_eq!(stage.outcome().await, CallOutcome::Answered);
    let challenge =
        ("Proxy-Authenticate".to_owned(), "Digest realm=\"a\", nonce=\"1\", qop=\"auth\"".to_owned());
    for _ in 0..2 {
        let headers = vec![challenge.clone()];
        trunk.says_to("BYE ", Event::Answer(Answer { code: 407, headers })).await;
    }
    assert_eq!(trunk.methods(), ["INVITE", "BYE", "BYE"], "the same challenge twice is a wrong login");
    let bye = trunk.inside().sent[2].0.clone();
    assert!(bye.contains("CSeq: 3 BYE\r\n") && bye.contains(";tag=one"), "{bye}");
    assert!(bye.contains("uri=\"sip:phone@198.51.100.1\""), "{bye}");
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_is_slow_to_confirm_is_not_waited_for_but_watched() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    trunk.answers(180, &[]).await;
    after(4000).await;
    after(5000).await;
    let rang = CallOutcome::Rang { alert_ms: 0, rang_ms: 4000, final_code: None };
    assert_eq!(stage.outcome().await, rang);
    trunk.answers(200, &SOMEBODY).await;
    assert_eq!(trunk.methods(), ["INVITE", "CANCEL", "BYE"]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_while_a_phone_rings_is_made_anew_to_cancel() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    trunk.answers(180, &[]).await;
    after(1500).await;
    trunk.breaks(false).await;
    assert_eq!(trunk.methods(), ["INVITE", "CANCEL"]);
    trunk.answers(487, &[]).await;
    let rang = CallOutcome::Rang { alert_ms: 0, rang_ms: 1500, final_code: Some(487) };
    assert_eq!(stage.outcome().await, rang);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_for_good_ends_the_call_with_what_was_heard() {
    for (heard, outcome, may_have_rung) in [
        (None, CallOutcome::Transport, false),
        (Some(100), CallOutcome::NoProgress, true),
        (Some(183), CallOutcome::Progressed, true),
        (Some(180), CallOutcome::Rang { alert_ms: 0, rang_ms: 700, final_code: None }, true),
    ] {
        let stage = stage().await;
        if let Some(code) = heard {
            stage.trunk.answers(code, &[]).await;
        }
        after(700).await;
        stage.trunk.breaks(true).await;
        assert_eq!(stage.call.await.expect("no panic"), Ended { outcome, may_have_rung });
    }
}

// The INVITE may have arrived before the connection broke. What the trunk says to the CANCEL tells.
#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_before_the_trunk_spoke_may_have_carried_the_invite() {
    for (code, outcome, may_have_rung) in
        [(200, CallOutcome::NoProgress, true), (481, CallOutcome::Transport, false)]
    {
        let stage = stage().await;
        stage.trunk.breaks(false).await;
        assert_eq!(stage.trunk.methods(), ["INVITE", "CANCEL"]);
        stage.trunk.says_to("CANCEL ", Event::Answer(Answer { code, headers: vec![] })).await;
        assert_eq!(stage.call.await.expect("no panic"), Ended { outcome, may_have_rung });
    }
}

#[tokio::test(start_paused = true)]
async fn who_hangs_up_before_the_trunk_spoke_cancels_with_its_first_word() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    stage.hang_up.cancel();
    settle().await;
    assert_eq!(trunk.methods(), ["INVITE"]);
    trunk.answers(100, &[]).await;
    assert_eq!(trunk.methods(), ["INVITE", "CANCEL"]);
    trunk.answers(487, &[]).await;
    assert_eq!(stage.outcome().await, CallOutcome::NoProgress);
}

#[tokio::test(start_paused = true)]
async fn a_challenge_makes_a_second_invite_that_is_the_one_to_cancel() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    trunk.answers(407, &[("Proxy-Authenticate", "Digest realm=\"a\", nonce=\"1\", qop=\"auth\"")]).await;
    trunk.answers(401, &[("WWW-Authenticate", "Digest realm=\"b\", nonce=\"2\", algorithm=SHA-256")]).await;
    trunk.answers(180, &[]).await;
    after(4000).await;
    let sent: Vec<_> = trunk.inside().sent.iter().map(|(text, _)| text.clone()).collect();
    let line = |text: &str, start: &str| text.lines().find(|line| line.starts_with(start)).map(str::to_owned);
    assert_eq!(trunk.methods(), ["INVITE", "INVITE", "INVITE", "CANCEL"]);
    assert_eq!(line(&sent[2], "CSeq"), Some("CSeq: 3 INVITE".to_owned()));
    assert!(sent[2].contains("\r\nProxy-Authorization: Digest username=\"office\", realm=\"a\""));
    assert!(sent[2].contains("\r\nAuthorization: Digest username=\"office\", realm=\"b\""));
    assert_eq!(line(&sent[3], "CSeq"), Some("CSeq: 3 CANCEL".to_owned()));
    assert_eq!(line(&sent[3], "Via"), line(&sent[2], "Via"));
    assert_ne!(line(&sent[1], "Via"), line(&sent[2], "Via"));
    trunk.answers(487, &[]).await;
    assert!(matches!(stage.outcome().await, CallOutcome::Rang { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_challenges_for_ever_is_left() {
    let stage = stage().await;
    let trunk = Arc::clone(&stage.trunk);
    let too_old = [("Proxy-Authenticate", "Digest realm=\"a\", nonce=\"1\", stale=true")];
    for _ in 0..=MOST_CHALLENGES {
        trunk.answers(407, &too_old).await;
    }
    let ended = stage.call.await.expect("no panic");
    assert_eq!((ended.outcome, ended.may_have_rung), (CallOutcome::AuthRejected, false));
    assert_eq!(trunk.count("INVITE"), 1 + MOST_CHALLENGES);
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_cannot_be_reached_is_told_before_anything_is_sent() {
    let order = Order::new(
        &TrunkSettings::usual("main", "192.0.2.7"),
        Call { to: "+79161234567", from: "+74955550137" },
    );
    let trunk = Arc::new(Script::default());
    trunk.inside().is_gone = true;
    let (rings, _rang) = mpsc::unbounded_channel();
    let ended = run(trunk, order, &AtomicBool::new(false), &CancellationToken::new(), &rings).await;
    assert_eq!(ended, Ended::never_left());
}
