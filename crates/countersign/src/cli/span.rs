//! Lengths of time and instants as operators type them.

use std::time::Duration;

use countersign_core::time::Timestamp;

/// What a length of time must look like.
const SHAPE: &str = "a length of time such as 30m, 2h, 3d or 1d12h";

/// Reads `30s`, `30m`, `2h`, `3d`, `1w` and sums of them (`1d12h`).
///
/// # Errors
///
/// What it must look like.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let (mut total, mut digits) = (0_u64, String::new());
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(SHAPE.to_owned()),
        };
        let number: u64 = digits.parse().map_err(|_| SHAPE.to_owned())?;
        total = number.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or(SHAPE)?;
        digits.clear();
    }
    let whole = digits.is_empty() && !text.is_empty() && total <= 100 * 366 * 86_400;
    if whole { Ok(Duration::from_secs(total)) } else { Err(SHAPE.to_owned()) }
}

/// An instant as it was typed: a length of time before now, or a date with or without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// So long ago.
    Ago(Duration),
    /// Then.
    At(Timestamp),
}

impl When {
    /// The instant, seen from `now`.
    pub(super) fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.minus(span),
            Self::At(at) => at,
        }
    }

    /// Reads `2d` (two days ago), `2026-11-21` (its beginning, UTC) or `2026-11-21T14:35:00Z`.
    ///
    /// # Errors
    ///
    /// What it must look like.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Ok(span) = parse(text) {
            return Ok(Self::Ago(span));
        }
        let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        match whole.parse::<jiff::Timestamp>() {
            Ok(at) => Ok(Self::At(Timestamp::from_millis(at.as_millisecond()))),
            Err(_) => Err("a time ago such as 2d, a day such as 2026-11-21 or a time such as \
                2026-11-21T14:35:00Z"
                .to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_type_them() {
        for (text, seconds) in
            [("30s", 30), ("2h", 7_200), ("3d", 259_200), ("1d12h", 129_600), ("1w", 604_800)]
        {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "h", "3", "-1h", "2 h", "1y", "99999999999999999999d", "9999999w", "1.5h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_read_as_people_type_them() {
        let now = Timestamp::from_secs(1_795_296_247);
        assert_eq!(When::parse("1d").unwrap().from(now), Timestamp::from_secs(1_795_209_847));
        assert_eq!(When::parse("2026-11-21").unwrap().from(now), Timestamp::from_secs(1_795_219_200));
        assert_eq!(When::parse("2026-11-21T21:24:07Z").unwrap().from(now), now);
        assert!(When::parse("yesterday").is_err());
        assert!(When::parse("äöüäö").is_err());
    }
}
