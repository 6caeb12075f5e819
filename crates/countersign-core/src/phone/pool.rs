//! The numbers that call (MSG-6). Their last four digits are the codes, so a guess succeeds once in as many times as there are
//! different endings, however many digits they have.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Country;
use crate::entropy::{Entropy, below};
use crate::factor::phone::CallCode;
use crate::keys::KeyRing;

/// Digits at the end of a number that are typed as the code.
pub const ENDING: usize = 4;

/// Different endings under which the pool is refused: two wrong answers a day would be right once in 25 days.
pub const ENDINGS_LEAST: usize = 50;

/// Different endings under which the operator is warned.
pub const ENDINGS_ENOUGH: usize = 200;

/// Most numbers that one range may stand for: all endings.
const RANGE_MOST: u64 = 10_000;

/// Draws after which the next number in the list is taken. With two different numbers in the pool a draw that falls on the
/// last caller thirty times comes up once in a thousand million.
const DRAWS_MOST: u32 = 30;

/// A number that calls, in E.164. Not a secret to whoever is called, but together with the time of a call a code: no `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Zeroize, ZeroizeOnDrop)]
pub struct Caller(String);

impl Caller {
    /// Reads a plus sign and 8 to 15 digits; blanks and dashes are dropped. `None` for anything else. It need be no line of a
    /// numbering plan: carriers rent out what they have.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
        let digits = text.strip_prefix('+')?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        (plain && (8..=15).contains(&digits.len())).then(|| Self(text.clone()))
    }

    /// The number, for the trunk.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its last four digits: the code.
    pub fn code(&self) -> CallCode {
        let digits = self.0.bytes().rev().take(ENDING).filter(u8::is_ascii_digit);
        CallCode::from_digits(digits.collect::<Vec<_>>().into_iter().rev().map(|byte| byte - b'0'))
    }

    /// The keyed id by which a phone's row remembers who called last.
    pub fn lookup(&self, keys: &KeyRing) -> [u8; 16] {
        keys.identifier(&format!("caller:{}", self.0))
    }

    fn ending(&self) -> &str {
        &self.0[self.0.len().saturating_sub(ENDING)..]
    }
}

/// How many, never which.
impl fmt::Debug for Caller {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Caller(***)")
    }
}

/// Why numbers make no pool. Numbers themselves are not told: the line of the settings is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolFault {
    /// Neither a number nor a range of two.
    #[error("entry {0} is neither a number in E.164 nor a range of two")]
    Entry(usize),
    /// Two numbers end alike: the code would not tell which of them called, and the pool would count too high.
    #[error("entry {0} holds a number that ends in the same four digits as another")]
    SameEnding(usize),
    /// Too few different endings.
    #[error("{0} different endings are too few: a pool needs at least {ENDINGS_LEAST}")]
    TooFew(usize),
}

/// Numbers that call, no two of which end alike.
pub struct Pool(Vec<Caller>);

impl Pool {
    /// Reads a list of numbers and ranges: `+49301234500` or `+49301234500-+49301234699`, both ends of the same length.
    ///
    /// # Errors
    ///
    /// The first entry that does not fit, counted from 1; or how many endings there are, if too few.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, PoolFault> {
        let (mut callers, mut endings) = (Vec::new(), BTreeSet::new());
        for (at, entry) in (1..).zip(entries) {
            for caller in expanded(entry).ok_or(PoolFault::Entry(at))? {
                if !endings.insert(caller.ending().to_owned()) {
                    return Err(PoolFault::SameEnding(at));
                }
                callers.push(caller);
            }
        }
        if callers.len() < ENDINGS_LEAST {
            return Err(PoolFault::TooFew(callers.len()));
        }
        Ok(Self(callers))
    }

    /// How many different endings there are. A guess succeeds once in so many times.
    pub fn endings(&self) -> usize {
        self.0.len()
    }

    /// Whether the operator is to be warned.
    pub fn is_thin(&self) -> bool {
        self.endings() < ENDINGS_ENOUGH
    }

    /// What two wrong answers a day are worth: the chance that one of them is right.
    pub fn chance_a_day(&self) -> f64 {
        let endings = u32::try_from(self.endings()).unwrap_or(u32::MAX);
        2.0 / f64::from(endings)
    }

    /// Draws the number that calls, all equally likely but those that called this person last: the list of missed calls would
    /// not tell two of the same apart.
    pub fn draw(&self, entropy: &dyn Entropy, called_last: impl Fn(&Caller) -> bool) -> &Caller {
        let count = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let mut at = 0;
        for _ in 0..DRAWS_MOST {
            at = below(entropy, count) as usize;
            if !called_last(&self.0[at]) {
                return &self.0[at];
            }
        }
        let others = (1..self.0.len()).map(|step| &self.0[(at + step) % self.0.len()]);
        others.into_iter().find(|caller| !called_last(caller)).unwrap_or(&self.0[at])
    }

    /// With what every number of the pool begins, as far as it tells a person anything: the country code and at least one
    /// digit more, and nothing of the code.
    pub fn shared_prefix(&self) -> Option<&str> {
        let first = self.0.first()?.reveal();
        let shared = self.0.iter().fold(first.len() - ENDING, |length, caller| {
            let same = first.bytes().zip(caller.reveal().bytes()).take_while(|(one, other)| one == other);
            length.min(same.count()).min(caller.reveal().len() - ENDING)
        });
        (shared >= 4).then(|| &first[..shared])
    }
}

/// The numbers that an entry stands for.
fn expanded(entry: &str) -> Option<Vec<Caller>> {
    if let Some(caller) = Caller::parse(entry) {
        return Some(vec![caller]);
    }
    let (first, last) = entry.split_once("-+")?;
    let (first, last) = (Caller::parse(first)?, Caller::parse(&format!("+{last}"))?);
    let number = |caller: &Caller| caller.reveal()[1..].parse::<u64>().ok();
    let (from, to) = (number(&first)?, number(&last)?);
    let fits = first.0.len() == last.0.len() && from <= to && to - from < RANGE_MOST;
    fits.then(|| (from..=to).map(|number| Caller(format!("+{number}"))).collect())
}

/// The pools of an installation: one for everywhere, and some for countries, as a number of the same country is shown more
/// often.
pub struct Pools {
    everywhere: Option<Pool>,
    by_country: BTreeMap<Country, Pool>,
}

impl Pools {
    /// Puts them together. `everywhere`: for the countries that have none of their own; without it those are not called.
    pub fn new(everywhere: Option<Pool>, by_country: BTreeMap<Country, Pool>) -> Self {
        Self { everywhere, by_country }
    }

    /// The pool that calls a country.
    pub fn of(&self, country: Country) -> Option<&Pool> {
        self.by_country.get(&country).or(self.everywhere.as_ref())
    }

    /// Every pool with its country, the one for everywhere first.
    pub fn iter(&self) -> impl Iterator<Item = (Option<Country>, &Pool)> {
        let own = self.by_country.iter().map(|(country, pool)| (Some(*country), pool));
        self.everywhere.iter().map(|pool| (None, pool)).chain(own)
    }

    /// The fewest endings of any pool, by which the chance of a guess is told.
    pub fn endings_least(&self) -> Option<usize> {
        self.iter().map(|(_, pool)| pool.endings()).min()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pool({} endings)", self.endings())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::{KeyId, MasterKey};
    use crate::testing::CountingEntropy;

    fn range(from: u64, count: u64) -> String {
        format!("+7495{from:07}-+7495{:07}", from + count - 1)
    }

    fn pool(count: u64) -> Pool {
        Pool::parse([range(1_000, count).as_str()]).unwrap()
    }

    #[test]
    fn msg_6_a_pool_is_refused_under_50_endings_and_thin_under_200() {
        for (count, expected) in [
            (1, Err(PoolFault::TooFew(1))),
            (49, Err(PoolFault::TooFew(49))),
            (50, Ok(true)),
            (199, Ok(true)),
            (200, Ok(false)),
        ] {
            let made = Pool::parse([range(1_000, count).as_str()]).map(|pool| pool.is_thin());
            assert_eq!(made, expected, "{count}");
        }
        assert_eq!(Pool::parse([]).err(), Some(PoolFault::TooFew(0)));
        let pool = pool(1_000);
        assert_eq!(pool.endings(), 1_000);
        assert!((pool.chance_a_day() - 0.002).abs() < 1e-9);
    }

    #[test]
    fn msg_6_no_two_numbers_of_a_pool_end_alike() {
        let whole = range(1_000, 60);
        let of = |entries: &[&str]| Pool::parse(entries.iter().copied()).err();
        assert_eq!(of(&[&whole, "+49301231010"]), Some(PoolFault::SameEnding(2)));
        assert_eq!(of(&[&whole, "+7 495 000-10-60"]), None);
        for entry in ["", "74950001000", "+7495", "+0495000100", "+7495x001000", "+74950001000-74950001059"] {
            assert_eq!(of(&[&whole, entry]), Some(PoolFault::Entry(2)), "{entry}");
        }
        assert_eq!(of(&["+74950001059-+74950001000"]), Some(PoolFault::Entry(1)), "backwards");
        assert_eq!(of(&["+74950001000-+749500010000"]), Some(PoolFault::Entry(1)), "lengths differ");
        assert_eq!(of(&["+74950000000-+74950010000"]), Some(PoolFault::Entry(1)), "too many");
    }

    #[test]
    fn msg_6_the_code_is_the_last_four_digits() {
        let caller = Caller::parse("+7 495 555-01-37").unwrap();
        assert_eq!(caller.reveal(), "+74955550137");
        assert_eq!(caller.code().reveal().as_str(), "0137");
        assert_eq!(format!("{caller:?} {:?}", pool(50)), "Caller(***) Pool(50 endings)");
    }

    #[test]
    fn msg_6_the_prefix_is_told_only_where_all_share_it() {
        let shared = |entries: &[&str]| {
            Pool::parse(entries.iter().copied()).unwrap().shared_prefix().map(str::to_owned)
        };
        let whole = range(1_000, 60);
        assert_eq!(shared(&[&whole]).as_deref(), Some("+7495000"));
        assert_eq!(shared(&[&whole, "+74955559999"]).as_deref(), Some("+7495"));
        assert_eq!(shared(&[&whole, "+79165559999"]), None);
        assert_eq!(shared(&[&whole, "+49301239999"]), None);
    }

    #[test]
    fn msg_6_a_country_is_called_from_its_own_pool_where_there_is_one() {
        let (germany, france) = (Country::parse("DE").unwrap(), Country::parse("FR").unwrap());
        let pools = Pools::new(Some(pool(300)), [(germany, pool(60))].into());
        let endings = |pools: &Pools, country| pools.of(country).map(Pool::endings);
        assert_eq!((endings(&pools, germany), endings(&pools, france)), (Some(60), Some(300)));
        assert_eq!((pools.endings_least(), pools.iter().count()), (Some(60), 2));
        let only = Pools::new(None, [(germany, pool(60))].into());
        assert_eq!(endings(&only, france), None);
    }

    #[test]
    fn msg_6_the_draw_is_uniform_over_all_but_the_last_caller() {
        let (pool, entropy) = (pool(50), CountingEntropy::new(11));
        let keys = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap();
        let last = pool.0[17].lookup(&keys);
        let mut counts = BTreeMap::<&str, u32>::new();
        for _ in 0..49_000 {
            let drawn = pool.draw(&entropy, |caller| caller.lookup(&keys) == last);
            *counts.entry(drawn.reveal()).or_default() += 1;
        }
        assert_eq!(counts.len(), 49);
        assert!(!counts.contains_key(pool.0[17].reveal()));
        // Chi-squared with 48 degrees of freedom: 84.0 is passed by chance once in a thousand.
        let chi: f64 = counts.values().map(|&n| (f64::from(n) - 1_000.0).powi(2) / 1_000.0).sum();
        assert!(chi < 84.0, "{chi}");
        // Whoever is asked to leave out all of them still calls.
        assert!(pool.0.contains(pool.draw(&entropy, |_| true)));
    }

    /// Entropy that always falls on the same number.
    struct Stuck;

    impl Entropy for Stuck {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    proptest! {
        #[test]
        fn msg_6_never_the_last_caller_twice(seed: u64, count in 50_u64..300, draws in 1_usize..40) {
            let (pool, entropy) = (pool(count), CountingEntropy::new(seed));
            let mut last: Option<Caller> = None;
            for _ in 0..draws {
                let drawn = pool.draw(&entropy, |caller| last.as_ref() == Some(caller)).clone();
                prop_assert!(last.as_ref() != Some(&drawn));
                prop_assert!(pool.draw(&Stuck, |caller| caller == &drawn) != &drawn);
                last = Some(drawn);
            }
        }

        #[test]
        fn no_entry_makes_the_reader_panic(entry in "[+0-9 -]{0,40}|\\PC{0,40}") {
            let _ = Pool::parse([entry.as_str()]);
        }
    }
}
