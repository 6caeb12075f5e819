//! Numbers as people type them, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::keys::{KeyId, MasterKey};

fn country(text: &str) -> Country {
    Country::parse(text).unwrap()
}

fn read(text: &str, home: &str) -> Result<String, NumberFault> {
    PhoneNumber::parse(text, country(home)).map(|number| number.reveal().to_owned())
}

#[test]
fn msg_6_one_number_in_any_spelling_reads_as_one() {
    for (home, e164, spellings) in [
        (
            "RU",
            "+79161234567",
            &[
                "+79161234567",
                "+7 916 123-45-67",
                "8 (916) 123-45-67",
                "8-916-123-45-67",
                " 8.916.123.45.67 ",
                "916 123 45 67",
                "810 7 916 1234567",
                "+7(916)1234567",
                "＋７ ９１６ １２３ ４５ ６７",
                "+٧٩١٦١٢٣٤٥٦٧",
                "+7\u{a0}916\u{a0}123\u{2013}45\u{2013}67",
            ][..],
        ),
        (
            "DE",
            "+491701234567",
            &[
                "+49 170 1234567",
                "0170 1234567",
                "0170/1234567",
                "0049 170 1234567",
                "+49 (0) 170 1234567",
                "+49 (0)170-123 45 67",
            ],
        ),
        (
            "RU",
            "+78121234567",
            &["+7 812 123-45-67", "8 (812) 123-45-67", "812 123-45-67", "7 812 123 45 67"],
        ),
        ("GB", "+447400123456", &["07400 123456", "+44 7400 123456", "00447400123456"]),
        ("US", "+12025550123", &["(202) 555-0123", "1-202-555-0123", "+1 202.555.0123", "2025550123"]),
        ("IT", "+390612345678", &["06 1234 5678", "+39 06 12345678", "0039 06 12345678"]),
        ("FR", "+33612345678", &["06 12 34 56 78", "+33 6 12 34 56 78"]),
        ("CH", "+41781234567", &["078 123 45 67", "0041781234567"]),
    ] {
        for spelling in spellings {
            assert_eq!(read(spelling, home).as_deref(), Ok(e164), "{spelling} in {home}");
        }
        // With its country code a number is the same everywhere.
        for elsewhere in ["DE", "RU", "US", "JP", "BR"] {
            assert_eq!(read(e164, elsewhere).as_deref(), Ok(e164), "{e164} in {elsewhere}");
        }
    }
}

#[test]
fn msg_6_what_is_no_persons_line_or_costs_extra_is_refused() {
    use NumberFault as Fault;
    for (text, fault) in [
        ("", Fault::Empty),
        (" +() ", Fault::Empty),
        ("tel:+79161234567", Fault::Character),
        ("sip:+79161234567@example.org", Fault::Character),
        ("1-800-FLOWERS", Fault::Character),
        ("+7916123456a", Fault::Character),
        ("++79161234567", Fault::Character),
        ("7+9161234567", Fault::Character),
        ("*31#79161234567", Fault::Character),
        ("'; DROP TABLE phone; --", Fault::Character),
        ("+7 916 123-45-67 ext. 12", Fault::Extension),
        ("+7 916 123-45-67x12", Fault::Extension),
        ("+7 916 123-45-67 #12", Fault::Extension),
        ("+7 916 123-45-67,12", Fault::Extension),
        ("+79161234567;ext=12", Fault::Extension),
        ("+7 916 123-45-67 доб. 12", Fault::Extension),
        ("112", Fault::TooShort),
        ("+49 170 1", Fault::TooShort),
        ("+7 916 123-45-6", Fault::TooShort),
        ("+7 916 123-45-678", Fault::TooLong),
        ("+4917012345678901234", Fault::TooLong),
        (&"1".repeat(500), Fault::TooLong),
        ("+999 123 456 789", Fault::Country),
        ("+210 123456789", Fault::Country),
        ("+1 555 555 5555", Fault::Unknown),
        ("+49 900 1 123456", Fault::Dear),
        ("+44 9012345678", Fault::Dear),
        ("+44 7012345678", Fault::Dear),
        ("+1 900 234 5678", Fault::Dear),
        ("+7 809 123-45-67", Fault::Dear),
        ("+49 180 1234567", Fault::Dear),
        ("+881 6 1234 5678", Fault::Satellite),
        ("+882 13 123456", Fault::Satellite),
        ("+883 510 012345678", Fault::Satellite),
        ("+870 773 111 632", Fault::Satellite),
        ("+800 1234 5678", Fault::Satellite),
        ("+1 800 234 5678", Fault::OtherLine),
        ("8 800 123-45-67", Fault::OtherLine),
        ("+44 5612345678", Fault::OtherLine),
    ] {
        assert_eq!(read(text, "RU").err(), Some(fault), "{text}");
    }
}

#[test]
fn all_2_a_digit_too_many_makes_no_number_with_limits_of_its_own() {
    for e164 in [
        "+9592123456",
        "+85591234567",
        "+38761123456",
        "+35943012345",
        "+60123456789",
        "+688901234",
        "+381601234567",
    ] {
        assert!(PhoneNumber::stored(e164).is_some(), "{e164}");
        for surplus in ["1", "12"] {
            let longer = format!("{e164}{surplus}");
            let found = PhoneNumber::stored(&longer).map(|number| number.line());
            assert!(found.is_none() || known_long(&longer), "{longer} {found:?}");
        }
    }
}

/// Whether a plan knows numbers of this length that begin so, by its own pattern from beginning to end.
fn known_long(e164: &str) -> bool {
    ["+609", "+6011"].iter().any(|begin| e164.starts_with(begin))
}

/// Every plan has an example of its mobile lines: none is lost by looking at whole numbers.
#[test]
fn msg_6_the_example_of_every_plan_is_a_number() {
    let mut read = 0;
    for plan in DATABASE.iter().filter(|plan| plan.id() != NOWHERE) {
        let Some(mobile) = plan.descriptors().mobile().and_then(Descriptor::example) else { continue };
        let text = format!("+{}{mobile}", plan.country_code());
        assert!(PhoneNumber::stored(&text).is_some(), "{} {text}", plan.id());
        read += 1;
    }
    assert!(read > 200, "{read}");
}

#[test]
fn every_fault_has_a_text_of_its_own() {
    let listed: std::collections::BTreeSet<&str> =
        include_str!("../../../../countersign/locales/keys-from-core.txt").lines().collect();
    for fault in NumberFault::ALL {
        assert!(listed.contains(fault.text_key()), "{}", fault.text_key());
    }
    let known = listed.iter().filter(|key| key.starts_with("phone-fault-")).count();
    assert_eq!(known, NumberFault::ALL.len());
}

#[test]
fn msg_6_pages_show_a_number_masked() {
    for (e164, masked) in [
        ("+79161234567", "+7 916 ***-**-67"),
        ("+491701234567", "+49 170 *****67"),
        ("+78121234567", "+7 812 *****67"),
        ("+12025550123", "+1 202-***-**23"),
        ("+33612345678", "+33 6 ** ** ** 78"),
        ("+41781234567", "+41 78 *** ** 67"),
    ] {
        let number = PhoneNumber::stored(e164).unwrap();
        assert_eq!(number.masked(), masked);
        assert!(!format!("{number:?}").contains("67"), "{number:?}");
    }
}

#[test]
fn a_number_knows_its_country_its_line_and_its_neighbours() {
    let number = PhoneNumber::stored("+79161234567").unwrap();
    assert_eq!((number.country(), number.line(), number.takes_sms()), (country("RU"), Line::Mobile, true));
    assert_eq!((number.prefix(), number.block()), ("791612", "79161234"));
    for (e164, prefix) in [("+4915123456789", "4915123"), ("+12025550123", "120255"), ("+29022158", "290")] {
        assert_eq!(
            PhoneNumber::stored(e164).unwrap().prefix(),
            prefix,
            "all but the last five digits, at most seven"
        );
    }
    let fixed = PhoneNumber::stored("+74951234567").unwrap();
    assert_eq!((fixed.line(), fixed.takes_sms()), (Line::Fixed, false));
    let either = PhoneNumber::stored("+12025550123").unwrap();
    assert_eq!((either.country(), either.line()), (country("US"), Line::FixedOrMobile));
    // One code, several countries.
    assert_eq!(PhoneNumber::stored("+77012345678").unwrap().country(), country("KZ"));
    assert_eq!(PhoneNumber::stored("+14165550123").unwrap().country(), country("CA"));
    for text in ["79161234567", "+7 9161234567", "+7916123456", "", "+"] {
        assert!(PhoneNumber::stored(text).is_none(), "{text}");
    }
}

#[test]
fn all_7_limits_know_a_number_by_a_keyed_id() {
    let keys = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap();
    let other = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([8; 32]))]).unwrap();
    let (number, next) = ("+79161234567", "+79161234568");
    let id = |text, keys: &KeyRing| PhoneNumber::stored(text).unwrap().limit_id(keys);
    assert_eq!(id(number, &keys), id(number, &keys));
    assert_ne!(id(number, &keys), id(next, &keys));
    assert_ne!(id(number, &keys), id(number, &other));
}

proptest! {
    #[test]
    fn msg_6_blanks_brackets_and_dashes_change_no_number(
        rest in 0_u32..10_000_000,
        between in proptest::collection::vec("[ \\-./()]{0,2}", 12),
        plus: bool,
    ) {
        let digits = format!("916{rest:07}");
        let mut text = if plus { "+7".to_owned() } else { "8".to_owned() };
        for (sign, filler) in digits.chars().zip(&between) {
            text.push_str(filler);
            text.push(sign);
        }
        let plain = read(&format!("+7{digits}"), "RU");
        prop_assert_eq!(read(&text, "RU"), plain);
    }

    #[test]
    fn msg_6_what_is_read_is_stored_and_read_back(text in "\\+?[0-9]{4,16}", home in 0_usize..4) {
        let home = ["DE", "RU", "US", "IT"][home];
        if let Ok(number) = PhoneNumber::parse(&text, country(home)) {
            prop_assert_eq!(PhoneNumber::stored(number.reveal()), Some(number.clone()));
            prop_assert!(number.reveal().len() <= 16 && number.block().len() + 4 == number.reveal().len());
            let hidden = number.masked().chars().filter(|sign| *sign == '*').count();
            prop_assert!(hidden >= 4 || number.reveal().len() < 9, "{}", number.masked());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
        let _ = PhoneNumber::parse(&text, country("DE"));
        let _ = PhoneNumber::stored(&text);
    }
}
