//! Calls to real telephones through real trunks: baresip, kamailio and sipp, as `tests/peers/sip` sets them up.

mod direct;
mod names;
mod network;
mod odd;
mod peer;
mod quiet;
mod several;
mod trunk;

use std::time::Duration;

use countersign_courier::sip::{Call, CallOutcome, Calls, TrunkSettings};

const TO: &str = "+79161234567";
const FROM: &str = "+74955550137";
const CALL: Call<'_> = Call { to: TO, from: FROM };

/// A trunk on this port of loopback that wants no login, and rings as short as may be.
fn trunk(port: u16) -> TrunkSettings {
    let mut trunk = TrunkSettings::usual("main", format!("127.0.0.1:{port}"));
    trunk.ring = Duration::from_secs(1);
    trunk
}

fn calls(trunks: Vec<TrunkSettings>) -> Calls {
    Calls::new(trunks).expect("settings that work")
}

/// Checks that the phone rang for the second that it should have, and that the trunk confirmed its end.
#[track_caller]
fn assert_rang(outcome: CallOutcome) {
    let CallOutcome::Rang { rang_ms: 1000..4000, final_code: Some(487), .. } = outcome else {
        panic!("expected Rang, got {outcome:?}");
    };
}

/// Checks the same, and that nobody waits long for a ring.
#[track_caller]
fn assert_rang_soon(outcome: CallOutcome) {
    assert_rang(outcome);
    assert!(matches!(outcome, CallOutcome::Rang { alert_ms: ..=500, .. }), "{outcome:?}");
}
