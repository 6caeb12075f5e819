//! Instants in a policy, as people write them: RFC 3339 in UTC, to the millisecond.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

use crate::time::Timestamp;

const DAY: i64 = 86_400_000;
/// The last year that four digits can write.
const LAST_YEAR: i64 = 9_999;

/// Writes an optional instant; for `#[serde(with)]`, so that the field may be `null` but never missing.
#[expect(clippy::ref_option, reason = "serde hands a field over like this")]
pub(super) fn serialize<S: Serializer>(at: &Option<Timestamp>, writer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => writer.serialize_some(&write(*at)),
        None => writer.serialize_none(),
    }
}

/// Reads what [`serialize`] writes.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Instant>::deserialize(reader)?.map(|instant| instant.0))
}

struct Instant(Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Instant;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an instant such as 2026-12-01T08:00:00Z")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Instant, E> {
        read(text).map(Instant).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// `2026-12-01T08:00:00.000Z`; before 1970 and after 9999 the nearest instant that can be written.
fn write(at: Timestamp) -> String {
    let last = millis_of(LAST_YEAR + 1, 1, 1) - 1;
    let millis = at.as_millis().clamp(0, last);
    let (year, month, day) = civil(millis.div_euclid(DAY));
    let rest = millis.rem_euclid(DAY);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1_000)
}

/// Reads `2026-12-01T08:00:00Z`, with or without milliseconds. From 1970 to 9999; nothing else.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let fraction = match bytes.len() {
        20 => 0,
        24 if bytes[19] == b'.' => number(bytes.get(20..23)?)?,
        _ => return None,
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (bytes.len() - 1, b'Z')];
    if marks.iter().any(|(at, mark)| bytes[*at] != *mark) {
        return None;
    }
    let part = |from: usize, to: usize| number(&bytes[from..to]);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    if year < 1970 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let midnight = millis_of(year, month, day);
    // A day that the month lacks is another day once it is counted.
    if civil(midnight.div_euclid(DAY)) != (year, month, day) {
        return None;
    }
    Some(Timestamp::from_millis(midnight + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction))
}

fn number(digits: &[u8]) -> Option<i64> {
    let digit = |so_far: i64, byte: &u8| byte.is_ascii_digit().then(|| so_far * 10 + i64::from(byte - b'0'));
    digits.iter().try_fold(0, digit)
}

fn millis_of(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March, so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (age, of_age) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = age * 146_097 + of_age * 365 + of_age / 4 - of_age / 100 + of_year;
    (days - 719_468) * DAY
}

/// Year, month and day of a day since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (age, of_age) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_age - of_age / 1_460 + of_age / 36_524 - of_age / 146_096) / 365;
    let of_year = of_age - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, more) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (age * 400 + year + more, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_instants_are_written_and_read() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_772_357_400_007, "2026-03-01T09:30:00.007Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(write(Timestamp::from_millis(millis)), text);
            assert_eq!(read(text), Some(Timestamp::from_millis(millis)));
        }
        assert_eq!(read("2026-03-01T09:30:00Z"), Some(Timestamp::from_millis(1_772_357_400_000)));
    }

    #[test]
    fn whatever_is_no_instant_is_refused() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01T09:30:00",
            "2026-03-01T09:30:00+01:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-00T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01 09:30:00Z",
            "1969-12-31T23:59:59Z",
            "2026-03-01T09:30:00.0Z",
            "2026-03-01T09:30:0\u{e9}Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_reads_back(millis in 0i64..253_402_300_800_000) {
            let at = Timestamp::from_millis(millis);
            prop_assert_eq!(read(&write(at)), Some(at));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = read(&text);
        }
    }
}
