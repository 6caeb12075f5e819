//! The vectors of both RFCs, and the judge against the rules in words.

use std::time::Duration;

use proptest::prelude::*;
use subtle::ConstantTimeEq;

use super::*;
use crate::id::AuthenticatorId;
use crate::testing::CountingEntropy;

/// The key of the vectors in RFC 4226 appendix D and RFC 6238 appendix B.
const RFC_KEY: &[u8] = b"12345678901234567890";
const NOW: Timestamp = Timestamp::from_secs(1_790_000_010);

fn rfc_key() -> Secret {
    Secret::from_bytes(RFC_KEY).unwrap()
}

fn device(seed: u8) -> Device {
    Device {
        id: AuthenticatorId::from_bytes([seed; 16]),
        secret: Secret::new(&CountingEntropy::new(u64::from(seed))),
        drift: Drift::default(),
        last_step: None,
    }
}

fn later(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

/// Whether the code at `step` is shown at no other step that any judge looks at. Two of a million codes may be equal.
fn is_unique(secret: &Secret, step: i64) -> bool {
    let code = code_at(secret, step);
    let others = (step - 300..=step + 300).filter(|other| *other != step);
    others.into_iter().all(|other| !bool::from(code_at(secret, other).ct_eq(&code)))
}

#[test]
fn rfc_4226_appendix_d() {
    let truncations = [
        1_284_755_224,
        1_094_287_082,
        137_359_152,
        1_726_969_429,
        1_640_338_314,
        868_254_676,
        1_918_287_922,
        82_162_583,
        673_399_871,
        645_520_489_u32,
    ];
    for (counter, expected) in (0_u64..).zip(truncations) {
        assert_eq!(truncated(&rfc_key(), counter), expected, "{counter}");
        let code = code_at(&rfc_key(), counter.cast_signed());
        assert_eq!(*code.reveal(), format!("{:06}", expected % 1_000_000));
    }
}

#[test]
fn rfc_6238_appendix_b() {
    let rows = [
        (59, 0x1, "94287082"),
        (1_111_111_109, 0x0235_23ec, "07081804"),
        (1_111_111_111, 0x0235_23ed, "14050471"),
        (1_234_567_890, 0x0273_ef07, "89005924"),
        (2_000_000_000, 0x03f9_40aa, "69279037"),
        (20_000_000_000, 0x27bc_86aa, "65353130"),
    ];
    for (secs, step, expected) in rows {
        let found = step_at(Timestamp::from_secs(secs));
        assert_eq!(found, step, "{secs}");
        let eight = truncated(&rfc_key(), found.cast_unsigned()) % 100_000_000;
        assert_eq!(format!("{eight:08}"), expected);
        assert_eq!(*code_at(&rfc_key(), found).reveal(), expected[2..]);
    }
}

#[test]
fn app_6_a_code_lasts_thirty_seconds() {
    for (secs, step, left) in [(0, 0, 30), (1, 0, 29), (29, 0, 1), (30, 1, 30), (-1, -1, 1)] {
        let now = Timestamp::from_secs(secs);
        assert_eq!((step_at(now), seconds_left(now)), (step, left), "{secs}");
    }
    assert_eq!(seconds_left(Timestamp::from_millis(29_999)), 1);
}

#[test]
fn codes_are_read_as_people_type_them() {
    for text in [
        "012345",
        " 012 345 ",
        "012-345",
        "012\u{2013}345",
        "0 1 2 3 4 5",
        "٠١٢٣٤٥",
        "०१२३४५",
        "０１２３４５",
        "۰۱۲۳۴۵",
    ] {
        assert_eq!(*Code::parse(text).unwrap().reveal(), "012345", "{text}");
    }
    for (text, fault) in [
        ("", CodeFault::Empty),
        (" - ", CodeFault::Empty),
        ("12345", CodeFault::WrongLength),
        ("1234567", CodeFault::WrongLength),
        ("99999999999999999999999999", CodeFault::WrongLength),
        ("12345a", CodeFault::NotDigits),
        ("12345²", CodeFault::NotDigits),
        ("½½½½½½", CodeFault::NotDigits),
        ("123456\0", CodeFault::NotDigits),
    ] {
        assert_eq!(Code::parse(text).unwrap_err(), fault, "{text}");
    }
    assert_eq!(Code::parse(&" ".repeat(65)).unwrap_err(), CodeFault::WrongLength);
    assert_eq!(format!("{:?}", Code::parse("123456").unwrap()), "Code(***)");
}

#[test]
fn app_3_the_key_is_shown_in_groups_and_as_an_address() {
    let key = rfc_key();
    assert_eq!(*key.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(*key.grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_eq!(
        *otpauth_uri("Müller: Netz", "a+b@example.org", &key),
        "otpauth://totp/M%C3%BCller%3A%20Netz:a%2Bb%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=M%C3%BCller%3A%20Netz&algorithm=SHA1&digits=6&period=30"
    );
    assert!(Secret::from_bytes(&RFC_KEY[5..]).is_none());
    assert!(Secret::from_bytes(&[1; 65]).is_none());
    assert!(Secret::from_bytes(b"").is_none());
}

#[test]
fn app_6_the_previous_and_the_next_code_are_right_and_older_ones_are_called_late() {
    let device = device(1);
    let server = step_at(NOW);
    for away in -15..=15 {
        assert!(is_unique(&device.secret, server + away));
        let verdict = judge(std::slice::from_ref(&device), &code_at(&device.secret, server + away), NOW, NOW);
        match away {
            -1..=1 => {
                assert!(matches!(verdict, Verdict::Right { step, .. } if step == server + away), "{away}");
            }
            -10..=-2 => assert_eq!(verdict, Verdict::Late { device: device.id }, "{away}"),
            _ => assert_eq!(verdict, Verdict::Wrong, "{away}"),
        }
    }
}

#[test]
fn all_1_a_code_or_an_older_one_is_never_right_again() {
    let mut device = device(2);
    let server = step_at(NOW);
    device.last_step = Some(server);
    let (used, late) = (Verdict::Used { device: device.id }, Verdict::Late { device: device.id });
    for (away, expected) in
        [(-10, Some(late)), (-2, Some(late)), (-1, Some(used)), (0, Some(used)), (1, None)]
    {
        let verdict = judge(std::slice::from_ref(&device), &code_at(&device.secret, server + away), NOW, NOW);
        assert_eq!(matches!(verdict, Verdict::Right { .. }), expected.is_none(), "{away} {verdict:?}");
        assert!(expected.is_none_or(|expected| verdict == expected), "{away} {verdict:?}");
    }
    device.last_step = Some(server - 5);
    let again = judge(std::slice::from_ref(&device), &code_at(&device.secret, server - 5), NOW, NOW);
    assert_eq!(again, used, "the last one that was accepted is known for it, however old it is");
}

#[test]
fn app_5_every_device_of_an_account_signs_in_and_right_beats_used() {
    let devices = [device(3), device(4), device(5)];
    for device in &devices {
        let verdict = judge(&devices, &code_at(&device.secret, step_at(NOW)), NOW, NOW);
        assert!(matches!(verdict, Verdict::Right { device: id, .. } if id == device.id));
    }
    let spent = || Device { last_step: Some(step_at(NOW)), ..device(6) };
    let unspent = || Device { id: AuthenticatorId::from_bytes([7; 16]), ..device(6) };
    let code = code_at(&device(6).secret, step_at(NOW));
    for pair in [[spent(), unspent()], [unspent(), spent()]] {
        let verdict = judge(&pair, &code, NOW, NOW);
        assert!(matches!(verdict, Verdict::Right { device, .. } if device == unspent().id));
    }
    assert_eq!(judge(&[], &code, NOW, NOW), Verdict::Wrong);
}

#[test]
fn a_clock_set_back_does_not_revive_old_codes() {
    let device = device(8);
    let code = code_at(&device.secret, step_at(NOW));
    let devices = std::slice::from_ref(&device);
    assert!(
        matches!(judge(devices, &code, NOW, later(20)), Verdict::Right { .. }),
        "replicas differ a little"
    );
    assert_eq!(judge(devices, &code, NOW, later(3_600)), Verdict::Wrong);
    let true_code = code_at(&device.secret, step_at(later(3_600)));
    assert!(matches!(judge(devices, &true_code, NOW, later(3_600)), Verdict::Right { .. }));
}

#[test]
fn msg_11_a_steady_drift_is_learned_and_followed() {
    let mut device = device(9);
    let mut offsets = Vec::new();
    // The device's clock is two steps fast after having run faster and faster.
    for (round, ahead) in [1, 1, 1, 2, 2, 2, 2].into_iter().enumerate() {
        let now = later(round as u64 * 120);
        let code = code_at(&device.secret, step_at(now) + ahead);
        let Verdict::Right { step, drift, .. } = judge(std::slice::from_ref(&device), &code, now, now) else {
            panic!("round {round}");
        };
        (device.last_step, device.drift) = (Some(step), drift);
        offsets.push(drift.offset);
    }
    assert_eq!(offsets, [0, 0, 1, 1, 1, 2, 2]);
}

#[test]
fn msg_11_set_up_tells_how_wrong_the_clock_is() {
    let key = Secret::new(&CountingEntropy::new(10));
    let server = step_at(NOW);
    let ask = |away: i64| judge_set_up(&key, &code_at(&key, server + away), NOW);
    for away in -2..=2 {
        assert_eq!(ask(away), SetUp::Right { step: server + away, offset: away });
    }
    for (away, minutes) in
        [(3, 2), (-3, -2), (4, 2), (5, 3), (10, 5), (-10, -5), (119, 60), (120, 60), (-120, -60)]
    {
        assert_eq!(ask(away), SetUp::ClockWrong { minutes }, "{away}");
    }
    for away in [121, -121, 240] {
        assert!(is_unique(&key, server + away));
        assert_eq!(ask(away), SetUp::Wrong, "{away}");
    }
}

proptest! {
    #[test]
    fn the_verdict_follows_from_the_rules(
        seed: u8,
        offset in -2_i64..=2,
        away in -14_i64..=14,
        last in proptest::option::of(-14_i64..=4),
        millis in 0_i64..4_000_000_000_000,
    ) {
        let now = Timestamp::from_millis(millis);
        let server = step_at(now);
        let step = server + offset + away;
        let device = Device {
            drift: Drift { offset, ..Drift::default() },
            last_step: last.map(|last| server + last),
            ..device(seed)
        };
        prop_assume!(is_unique(&device.secret, step));
        let verdict = judge(std::slice::from_ref(&device), &code_at(&device.secret, step), now, now);
        if !(-10..=1).contains(&away) {
            prop_assert_eq!(verdict, Verdict::Wrong);
        } else if device.last_step.is_some_and(|last| step == last || (step < last && away >= -1)) {
            prop_assert_eq!(verdict, Verdict::Used { device: device.id });
        } else if away < -1 {
            prop_assert_eq!(verdict, Verdict::Late { device: device.id });
        } else {
            let side = if away == 0 { Drift { offset, ..Drift::default() } } else { Drift { offset, side: away, run: 1 } };
            prop_assert_eq!(verdict, Verdict::Right { device: device.id, step, drift: side });
            prop_assert!(step <= server + 3);
        }
    }

    #[test]
    fn all_1_whatever_is_tried_in_whatever_order_steps_only_rise(
        tries in proptest::collection::vec((0_u64..90, -4_i64..=4), 1..60),
    ) {
        let mut device = device(11);
        let (mut now, mut accepted) = (NOW, Vec::new());
        for (pause, ahead) in tries {
            now = now.plus(Duration::from_secs(pause));
            let code = code_at(&device.secret, step_at(now) + ahead);
            if let Verdict::Right { step, drift, .. } = judge(std::slice::from_ref(&device), &code, now, now) {
                prop_assert!(step <= step_at(now) + 3);
                prop_assert!(drift.offset.abs() <= 2);
                prop_assert!((drift.offset - device.drift.offset).abs() <= 1);
                (device.last_step, device.drift) = (Some(step), drift);
                accepted.push(step);
                let again = judge(std::slice::from_ref(&device), &code, now, now);
                prop_assert_eq!(again, Verdict::Used { device: device.id });
            }
        }
        prop_assert!(accepted.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn msg_11_the_offset_moves_only_after_three_in_a_row_on_one_side(
        sides in proptest::collection::vec(-1_i64..=1, 0..40),
    ) {
        let mut device = device(12);
        let (mut offset, mut run) = (0_i64, Vec::new());
        for (round, side) in (1_u64..).zip(sides) {
            let now = later(round * 300);
            let code = code_at(&device.secret, step_at(now) + offset + side);
            let verdict = judge(std::slice::from_ref(&device), &code, now, now);
            let Verdict::Right { step, drift, .. } = verdict else { panic!("{verdict:?}") };
            (device.last_step, device.drift) = (Some(step), drift);
            if run.last() != Some(&side) {
                run.clear();
            }
            run.push(side);
            if side == 0 {
                run.clear();
            } else if run.len() == 3 {
                offset = (offset + side).clamp(-2, 2);
                run.clear();
            }
            prop_assert_eq!(drift.offset, offset);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,20}|[0-9 -]{0,12}") {
        if let Ok(code) = Code::parse(&text) {
            let again = Code::parse(&code.reveal()).unwrap();
            prop_assert!(bool::from(again.ct_eq(&code)));
        }
    }

    #[test]
    fn keys_survive_storage_and_typing(bytes: [u8; 20], issuer in ".{0,20}", account in ".{0,20}") {
        let key = Secret::from_bytes(&bytes).unwrap();
        prop_assert_eq!(key.as_bytes(), &bytes[..]);
        let plain = key.base32();
        prop_assert_eq!(&key.grouped().replace(' ', ""), &*plain);
        let uri = otpauth_uri(&issuer, &account, &key);
        prop_assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()));
        prop_assert_eq!(uri.matches('?').count(), 1);
        prop_assert_eq!(uri.matches(':').count(), 2);
    }
}
