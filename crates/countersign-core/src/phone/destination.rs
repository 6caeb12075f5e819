//! Where calls and messages may go: a list of countries and prefixes, by default the operator's own country alone. Whatever is
//! not on it costs nobody anything.

use std::collections::{BTreeMap, BTreeSet};

use super::{Country, PhoneNumber};

/// Shortest and longest prefix that an entry may name, in digits.
const PREFIX: std::ops::RangeInclusive<usize> = 1..=12;

/// Why an entry is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationFault {
    /// Neither a country, nor a country and a prefix, nor a prefix.
    #[error(
        "entry {0} is neither a country (\"DE\"), a prefix of it (\"DE +4930\") nor a denied prefix (\"-+4932\")"
    )]
    Entry(usize),
    /// Nothing is allowed at all.
    #[error("no destination is allowed")]
    Nothing,
}

/// The destinations that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destinations {
    /// By country the prefixes that are allowed; none: the whole country.
    allowed: BTreeMap<Country, BTreeSet<String>>,
    /// Prefixes that are not, whatever country they belong to.
    denied: BTreeSet<String>,
}

impl Destinations {
    /// The operator's own country, and nothing else.
    pub fn only(country: Country) -> Self {
        Self { allowed: [(country, BTreeSet::new())].into(), denied: BTreeSet::new() }
    }

    /// Reads a list: `DE` allows a country, `DE +4930` only what begins so there, `-+4932` denies a prefix. Entries add up; a
    /// country that stands there alone is allowed whole, whatever prefixes are named too.
    ///
    /// # Errors
    ///
    /// The first entry that is none, counted from 1, or that nothing is allowed.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, DestinationFault> {
        let mut found = Self { allowed: BTreeMap::new(), denied: BTreeSet::new() };
        let mut whole = BTreeSet::new();
        for (at, entry) in (1..).zip(entries) {
            let fault = DestinationFault::Entry(at);
            let entry = entry.trim();
            if let Some(denied) = entry.strip_prefix('-') {
                found.denied.insert(prefix(denied).ok_or(fault)?);
                continue;
            }
            let (country, rest) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
            let country = Country::parse(country).ok_or(fault)?;
            let prefixes = found.allowed.entry(country).or_default();
            if rest.trim().is_empty() {
                whole.insert(country);
            } else {
                prefixes.insert(prefix(rest).ok_or(fault)?);
            }
        }
        for country in whole {
            found.allowed.insert(country, BTreeSet::new());
        }
        if found.allowed.is_empty() { Err(DestinationFault::Nothing) } else { Ok(found) }
    }

    /// Whether this number may be called and written to.
    pub fn allow(&self, number: &PhoneNumber) -> bool {
        let digits = &number.reveal()[1..];
        let begins = |prefix: &String| digits.starts_with(prefix.as_str());
        let allowed = self.allowed.get(&number.country());
        allowed.is_some_and(|prefixes| prefixes.is_empty() || prefixes.iter().any(begins))
            && !self.denied.iter().any(begins)
    }

    /// The countries that are allowed, whole or in part.
    pub fn countries(&self) -> impl Iterator<Item = Country> {
        self.allowed.keys().copied()
    }
}

/// The digits of a prefix that is written with a plus sign.
fn prefix(text: &str) -> Option<String> {
    let digits: String = text.trim().strip_prefix('+')?.chars().filter(|sign| *sign != ' ').collect();
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && PREFIX.contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::stored(text).unwrap()
    }

    fn parsed(entries: &[&str]) -> Result<Destinations, DestinationFault> {
        Destinations::parse(entries.iter().copied())
    }

    #[test]
    fn msg_6_only_listed_countries_and_prefixes_are_reached() {
        let russia = Country::parse("RU").unwrap();
        for (entries, allowed, refused) in [
            (&["RU"][..], &["+79161234567", "+74951234567"][..], &["+77012345678", "+491701234567"][..]),
            (
                &["RU +7916", "RU +7 926"],
                &["+79161234567", "+79261234567"],
                &["+79031234567", "+74951234567"],
            ),
            (&["RU +7916", "RU"], &["+79161234567", "+79031234567"], &["+491701234567"]),
            (&["RU", "-+7916"], &["+79031234567"], &["+79161234567"]),
            (&["RU", "-+7"], &[], &["+79161234567"]),
            (&["DE", "KZ"], &["+491701234567", "+77012345678"], &["+79161234567"]),
            // A prefix of another country's numbers allows nothing.
            (&["DE +7916"], &[], &["+79161234567", "+491701234567"]),
        ] {
            let destinations = parsed(entries).unwrap();
            for text in allowed {
                assert!(destinations.allow(&number(text)), "{entries:?} {text}");
            }
            for text in refused {
                assert!(!destinations.allow(&number(text)), "{entries:?} {text}");
            }
        }
        assert_eq!(parsed(&["ru"]), Ok(Destinations::only(russia)));
        assert_eq!(Destinations::only(russia).countries().collect::<Vec<_>>(), [russia]);
    }

    #[test]
    fn what_is_no_entry_is_told_by_its_place() {
        for entry in ["", "Germany", "+49", "DE 49", "DE +", "DE +49x", "-49", "-", "DE +4912345678901"] {
            assert_eq!(parsed(&["DE", entry]), Err(DestinationFault::Entry(2)), "{entry}");
        }
        assert_eq!(parsed(&[]), Err(DestinationFault::Nothing));
        assert_eq!(parsed(&["-+49"]), Err(DestinationFault::Nothing));
    }
}
