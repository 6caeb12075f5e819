//! What stops calls and messages before they cost too much: prices and a daily budget, and a breaker for prefixes from which
//! codes don't come back. Pumping, where somebody earns by every message to numbers of theirs, shows in both.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Channel, Country};
use crate::time::Timestamp;

/// The span that a budget is for, rolling.
pub const BUDGET_SPAN: Duration = Duration::from_hours(24);

/// Newest codes of a prefix that are looked at.
pub const BREAKER_CODES: usize = 50;

/// Codes under which nothing is judged: chance alone would open the breaker.
pub const BREAKER_LEAST: usize = 20;

/// Of the nearest numbers of one, how many have had a call or an SMS within [`SEQUENCE_SPAN`] for it to look like numbers
/// that are asked one after another. Somebody who earns by them has them in a row; people who live next door to each other
/// seldom sign in within the hour, and their codes come back.
pub const SEQUENCE_NEIGHBOURS: usize = 4;

/// See [`SEQUENCE_NEIGHBOURS`].
pub const SEQUENCE_SPAN: Duration = Duration::from_hours(1);

/// As [`BREAKER_LEAST`], where neighbouring numbers are asked one after another.
pub const SEQUENCE_LEAST: usize = 5;

/// Answered codes of a hundred under which the breaker opens. Healthy traffic has 60 to 80.
pub const BREAKER_PERCENT: usize = 30;

/// How long an open breaker stops a prefix, if no administrator closes it earlier. What was sent before no longer counts
/// then: at the most [`BREAKER_LEAST`] codes go until it is judged anew.
pub const BREAKER_OPEN: Duration = Duration::from_hours(1);

/// What one call and one SMS cost, in thousandths of the operator's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A call; one that nobody answers mostly costs something too.
    pub call: u32,
    /// An SMS of one part.
    pub sms: u32,
}

/// What calls and messages cost, by country.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// Where no country says otherwise.
    pub elsewhere: Price,
    /// By country.
    pub by_country: BTreeMap<Country, Price>,
}

impl Prices {
    /// The price of one call or SMS, in thousandths.
    pub fn of(&self, country: Country, channel: Channel) -> u64 {
        let price = self.by_country.get(&country).unwrap_or(&self.elsewhere);
        u64::from(match channel {
            Channel::Call => price.call,
            Channel::Sms => price.sms,
        })
    }
}

/// Whether one more fits into what may be spent in [`BUDGET_SPAN`]. All in thousandths; no budget: all fits.
pub fn fits(spent: u64, price: u64, budget: Option<u64>) -> bool {
    budget.is_none_or(|budget| spent.saturating_add(price) <= budget)
}

/// Whether too few codes of a prefix come back. `answered`: of each of its codes, the newest first, whether it was answered
/// rightly in time; those that may still be answered are left out. Under `least` codes nothing is judged: [`BREAKER_LEAST`]
/// or [`SEQUENCE_LEAST`].
pub fn too_few_come_back(answered: &[bool], least: usize) -> bool {
    let looked_at = &answered[..answered.len().min(BREAKER_CODES)];
    let count = looked_at.iter().filter(|answered| **answered).count();
    looked_at.len() >= least && count * 100 < looked_at.len() * BREAKER_PERCENT
}

/// Until when a breaker that opened then stops its prefix; `None` once that is over.
pub fn stopped_until(opened_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let until = opened_at.plus(BREAKER_OPEN);
    (now < until).then_some(until)
}

/// Why a call or an SMS is not made. Written to the audit log; the person hears the same of most, so that nobody learns where
/// the limits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Neither a trunk nor a route for messages is set up for it.
    NoRoute,
    /// Its country or prefix is not on the list.
    Destination,
    /// The day's budget is spent.
    Budget,
    /// Too few codes of its prefix come back.
    Breaker,
    /// The number had its codes.
    Number,
    /// The account had its codes.
    Account,
    /// The network had its codes.
    Address,
    /// The block of numbers had its codes.
    Block,
    /// The installation has sent what it may in a minute.
    Minute,
}

impl Guard {
    /// Every guard.
    pub const ALL: &'static [Self] = &[
        Self::NoRoute,
        Self::Destination,
        Self::Budget,
        Self::Breaker,
        Self::Number,
        Self::Account,
        Self::Address,
        Self::Block,
        Self::Minute,
    ];

    /// The name in the audit log, the figures and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRoute => "no-route",
            Self::Destination => "destination",
            Self::Budget => "budget",
            Self::Breaker => "breaker",
            Self::Number => "number",
            Self::Account => "account",
            Self::Address => "address",
            Self::Block => "block",
            Self::Minute => "minute",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|guard| guard.as_str() == text)
    }

    /// The key of what the person is told.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Destination | Self::NoRoute => "phone-not-reached",
            Self::Budget
            | Self::Breaker
            | Self::Number
            | Self::Account
            | Self::Address
            | Self::Block
            | Self::Minute => "phone-not-now",
        }
    }

    /// The key of what administrators are told.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::NoRoute => "phone-guard-no-route",
            Self::Destination => "phone-guard-destination",
            Self::Budget => "phone-guard-budget",
            Self::Breaker => "phone-guard-breaker",
            Self::Number => "phone-guard-number",
            Self::Account => "phone-guard-account",
            Self::Address => "phone-guard-address",
            Self::Block => "phone-guard-block",
            Self::Minute => "phone-guard-minute",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn msg_7_a_country_has_its_own_price() {
        let (germany, france) = (Country::parse("DE").unwrap(), Country::parse("FR").unwrap());
        let prices = Prices {
            elsewhere: Price { call: 20, sms: 90 },
            by_country: [(germany, Price { call: 5, sms: 70 })].into(),
        };
        let of = |country| [Channel::Call, Channel::Sms].map(|channel| prices.of(country, channel));
        assert_eq!((of(germany), of(france)), ([5, 70], [20, 90]));
    }

    #[test]
    fn msg_7_the_budget_holds_to_the_thousandth() {
        for (spent, price, budget, expected) in [
            (0, 70, Some(70), true),
            (1, 70, Some(70), false),
            (0, 0, Some(0), true),
            (0, 1, Some(0), false),
            (u64::MAX, 1, Some(u64::MAX - 1), false),
            (u64::MAX, 1, None, true),
        ] {
            assert_eq!(fits(spent, price, budget), expected, "{spent} {price} {budget:?}");
        }
    }

    #[test]
    fn msg_7_the_breaker_opens_under_30_in_100_of_the_newest_50_and_not_before_20() {
        let codes = |answered: usize, of: usize| (0..of).map(|at| at < answered).collect::<Vec<_>>();
        let judged = |answered, of, least| too_few_come_back(&codes(answered, of), least);
        for (answered, of, open) in
            [(0, 19, false), (0, 20, true), (5, 20, true), (6, 20, false), (14, 50, true), (15, 50, false)]
        {
            assert_eq!(judged(answered, of, BREAKER_LEAST), open, "{answered} of {of}");
        }
        for (answered, of, open) in [(0, 4, false), (0, 5, true), (1, 5, true), (2, 5, false)] {
            assert_eq!(judged(answered, of, SEQUENCE_LEAST), open, "{answered} of {of} in a row");
        }
        let mut newest = codes(50, 50);
        newest.extend([false; 500]);
        assert!(!too_few_come_back(&newest, BREAKER_LEAST), "older ones no longer count");
        let opened = Timestamp::from_secs(1_000);
        let until = opened.plus(BREAKER_OPEN);
        assert_eq!(stopped_until(opened, opened), Some(until));
        assert_eq!(stopped_until(opened, until), None);
    }

    #[test]
    fn guards_read_back_and_tell_people_little() {
        let listed: std::collections::BTreeSet<&str> =
            include_str!("../../../countersign/locales/keys-from-core.txt").lines().collect();
        for &guard in Guard::ALL {
            assert_eq!(Guard::parse(guard.as_str()), Some(guard));
            assert_eq!(guard.name_key(), format!("phone-guard-{}", guard.as_str()));
            assert!(listed.contains(guard.text_key()) && listed.contains(guard.name_key()), "{guard:?}");
        }
    }

    proptest! {
        #[test]
        fn msg_7_one_answer_more_never_opens_the_breaker(
            mut codes in proptest::collection::vec(any::<bool>(), 1..80),
            at in any::<proptest::sample::Index>(),
        ) {
            let before = too_few_come_back(&codes, BREAKER_LEAST);
            let at = at.index(codes.len());
            codes[at] = true;
            prop_assert!(before || !too_few_come_back(&codes, BREAKER_LEAST));
        }
    }
}
