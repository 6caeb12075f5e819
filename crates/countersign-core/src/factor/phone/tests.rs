//! Codes by call and by SMS, and how a challenge goes on.

use proptest::prelude::*;

use super::*;
use crate::keys::{KeyId, MasterKey};
use crate::policy::Policy;
use crate::preset::Preset;
use crate::testing::CountingEntropy;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const BOTH: Ways = Ways { calls: true, sms: true };
const RULES: Rules = Rules { calls: 3, sms: true };

fn ring() -> KeyRing {
    KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap()
}

fn typed(text: &str) -> PhoneCode {
    PhoneCode::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

#[test]
fn msg_6_four_digits_are_a_calls_and_six_an_sms() {
    for (text, channel, digits) in [
        ("0137", Channel::Call, "0137"),
        (" 01-37 ", Channel::Call, "0137"),
        ("٠١٣٧", Channel::Call, "0137"),
        ("048 213", Channel::Sms, "048213"),
        ("０４８２１３", Channel::Sms, "048213"),
    ] {
        let code = typed(text);
        assert_eq!((code.channel(), code.reveal().as_str()), (channel, digits), "{text}");
    }
    for (text, fault) in [
        ("", PhoneCodeFault::Empty),
        (" - ", PhoneCodeFault::Empty),
        ("137", PhoneCodeFault::WrongLength),
        ("01370", PhoneCodeFault::WrongLength),
        ("+74955550137", PhoneCodeFault::WrongLength),
        (&"1".repeat(4_000), PhoneCodeFault::WrongLength),
        ("01a7", PhoneCodeFault::NotDigits),
        ("04821x", PhoneCodeFault::NotDigits),
    ] {
        assert_eq!(PhoneCode::parse(text).err(), Some(fault), "{text}");
        assert!(PhoneCodeFault::TEXT_KEYS.contains(&fault.text_key()));
    }
}

#[test]
fn msg_6_only_the_newest_code_of_this_challenge_and_purpose_is_right_in_time_and_once() {
    let keys = ring();
    let [mine, other] = [1, 2].map(|seed| ChallengeId::new(NOW, &CountingEntropy::new(seed)));
    for (newest, channel, before, wrong, misfit) in [
        ("0137", Channel::Call, "2468", "9999", "123456"),
        ("048213", Channel::Sms, "0137", "999999", "9999"),
    ] {
        let live = mac(&keys, mine, Purpose::SignIn, &typed(newest));
        let earlier = [mac(&keys, mine, Purpose::SignIn, &typed(before))];
        let expires_at = NOW.plus(life(channel));
        let sent = Sent {
            challenge: mine,
            channel,
            mac: &live,
            earlier: &earlier,
            expires_at,
            spent: false,
            missed: false,
        };
        let judged = |challenge, purpose, sent: &Sent<'_>, text: &str, now| {
            judge(&keys, challenge, purpose, Some(sent), &typed(text), now)
        };
        let here = |sent: &Sent<'_>, text: &str| judged(mine, Purpose::SignIn, sent, text, NOW);
        assert_eq!(here(&sent, newest), Verdict::Right);
        assert_eq!(judged(mine, Purpose::SignIn, &sent, newest, expires_at), Verdict::Late);
        assert_eq!(here(&Sent { spent: true, ..sent }, newest), Verdict::Used);
        assert_eq!(here(&sent, before), Verdict::Superseded);
        assert_eq!(here(&sent, wrong), Verdict::Wrong);
        assert_eq!(here(&sent, misfit), Verdict::Misfit);
        assert_eq!(judged(mine, Purpose::ProvePhone, &sent, newest, NOW), Verdict::Wrong, "another purpose");
        assert_eq!(judged(other, Purpose::SignIn, &sent, newest, NOW), Verdict::NoneSent);
        assert_eq!(judge(&keys, mine, Purpose::SignIn, None, &typed(newest), NOW), Verdict::NoneSent);
        let moved = Sent { challenge: other, ..sent };
        assert_eq!(
            judged(other, Purpose::SignIn, &moved, newest, NOW),
            Verdict::Wrong,
            "bound to its challenge"
        );
        // One wrong answer ends the code of a call, for the right digits too; an SMS has six.
        let ended = channel == Channel::Call;
        let missed = Sent { missed: true, ..sent };
        assert_eq!(here(&missed, newest), if ended { Verdict::Ended } else { Verdict::Right });
        assert_eq!(here(&missed, wrong), if ended { Verdict::Ended } else { Verdict::Wrong });
    }
}

#[test]
fn msg_7_three_calls_then_two_sms_each_a_while_after_the_last() {
    let after = |secs| Some(NOW.plus(Duration::from_secs(secs)));
    let rang = |calls, sms| Course {
        calls,
        sms,
        last_at: Some(NOW),
        outcome: (sms == 0).then_some(CallOutcome::Rang),
        missed: false,
    };
    assert_eq!(next(&Course::default(), RULES, BOTH).call, Some(Timestamp::from_millis(0)));
    for (calls, sms, call_at, sms_at) in [
        (1, 0, after(30), None),
        (2, 0, after(60), None),
        (3, 0, None, after(120)),
        (3, 1, None, after(120)),
        (3, 2, None, None),
    ] {
        let found = next(&rang(calls, sms), RULES, BOTH);
        assert_eq!(found, Next { call: call_at, sms: sms_at }, "{calls} {sms}");
        assert_eq!(found.is_over(), (calls, sms) == (3, 2));
    }
    assert_eq!(GAPS.map(|gap| gap.as_secs()), [30, 60, 120]);
}

#[test]
fn msg_7_where_a_call_is_no_use_the_sms_comes_at_once() {
    let course = |outcome, missed| Course { calls: 1, sms: 0, last_at: Some(NOW), outcome, missed };
    let later = Some(NOW.plus(Duration::from_secs(30)));
    for &outcome in CallOutcome::ALL {
        let found = next(&course(Some(outcome), false), RULES, BOTH);
        let call = if outcome == CallOutcome::NotFound { None } else { later };
        let sms = if outcome.was_shown() { None } else { Some(NOW) };
        assert_eq!(found, Next { call, sms }, "{outcome:?}");
    }
    // While it rings nothing is known yet.
    assert_eq!(next(&course(None, false), RULES, BOTH), Next { call: later, sms: None });
    let missed = course(Some(CallOutcome::Rang), true);
    assert_eq!(next(&missed, RULES, BOTH), Next { call: None, sms: Some(NOW) });
    let no_sms = Rules { sms: false, ..RULES };
    assert_eq!(next(&missed, no_sms, BOTH), Next { call: later, sms: None }, "then another call");
    let fixed = Ways { calls: true, sms: false };
    assert_eq!(next(&missed, RULES, fixed), Next { call: later, sms: None }, "a fixed line");
}

#[test]
fn msg_7_where_calls_are_off_or_down_the_sms_is_first() {
    let start = Timestamp::from_millis(0);
    for (rules, ways) in [(Rules { calls: 0, sms: true }, BOTH), (RULES, Ways { calls: false, sms: true })] {
        assert_eq!(next(&Course::default(), rules, ways), Next { call: None, sms: Some(start) });
    }
    let nothing = Ways { calls: false, sms: false };
    assert!(next(&Course::default(), RULES, nothing).is_over());
    assert_eq!(Preset::Messenger.policy().phone_rules(), RULES);
}

#[test]
fn d_4_a_call_proves_a_number_where_it_signs_in_to_new_browsers_or_nothing_else_leads_there() {
    let open = Preset::Messenger.policy();
    assert!(open.proves_by_call());
    let closed = Policy { phone_in_new_browsers: false, ..open.clone() };
    let without_sms = Policy { sms: false, ..closed.clone() };
    let (calls, sms) = (Ways { calls: true, sms: false }, Ways { calls: false, sms: true });
    for (policy, ways, expected) in [
        (&open, BOTH, BOTH),
        (&closed, BOTH, sms),
        (&closed, calls, calls),
        (&closed, sms, sms),
        (&without_sms, BOTH, BOTH),
    ] {
        assert_eq!(ways.of_proof(policy), expected, "{ways:?}");
    }
}

#[test]
fn outcomes_read_back_and_each_has_a_text() {
    let listed: std::collections::BTreeSet<&str> =
        include_str!("../../../../countersign/locales/keys-from-core.txt").lines().collect();
    for &outcome in CallOutcome::ALL {
        assert_eq!(CallOutcome::parse(outcome.as_str()), Some(outcome));
        assert!(listed.contains(outcome.text_key()), "{}", outcome.text_key());
        assert!(!(outcome.was_shown() && outcome.is_carriers()), "{outcome:?}");
    }
    assert_eq!(CallOutcome::parse("Rang"), None);
    assert!(PhoneCodeFault::TEXT_KEYS.iter().all(|key| listed.contains(key)));
}

fn courses() -> impl Strategy<Value = Course> {
    let outcome = proptest::option::of(proptest::sample::select(CallOutcome::ALL));
    (0_u32..12, 0_u32..4, any::<bool>(), outcome, any::<bool>()).prop_map(
        |(calls, sms, begun, outcome, missed)| Course {
            calls,
            sms,
            last_at: begun.then_some(NOW),
            outcome,
            missed,
        },
    )
}

proptest! {
    #[test]
    fn msg_7_no_course_goes_past_what_the_policy_allows(
        course in courses(), calls in 0_u32..11, sms: bool, by_call: bool, by_sms: bool,
    ) {
        let (rules, ways) = (Rules { calls, sms }, Ways { calls: by_call, sms: by_sms });
        let found = next(&course, rules, ways);
        prop_assert!(found.call.is_none() || (by_call && course.calls < calls));
        prop_assert!(found.sms.is_none() || (by_sms && sms && course.sms < SMS_MOST));
        if let (Some(last), Some(at)) = (course.last_at, found.call) {
            prop_assert!(at.since(last) >= GAPS[0]);
        }
        // While calls are left and the last one was seen, nobody gets the dearer way.
        let seen = course.outcome.is_none_or(CallOutcome::was_shown) && !course.missed;
        prop_assert!(!(seen && by_call && course.calls < calls) || found.sms.is_none());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = PhoneCode::parse(&text);
    }
}
