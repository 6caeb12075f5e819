//! A phone number, as people type it and as it is kept: E.164, the form that carriers agree on (ITU-T E.164).
//!
//! The numbering plans are those of the crate `phonenumber`. What its own reader would silently drop or follow (extensions,
//! `tel:` addresses, letters) is refused, and the country code is taken off here: it would strip the digit that is dialled
//! at home from numbers in which it belongs to the town (+7 812 …).

use std::fmt;

use phonenumber::Mode;
use phonenumber::metadata::{DATABASE, Descriptor, Metadata};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Country;
use crate::code::{digit, is_filler};
use crate::id::AccountId;
use crate::keys::KeyRing;

/// Longest text that is looked at, in bytes: a number of 15 digits in a wide script with a blank between each two.
const LONGEST: usize = 96;

/// Most digits of a number, with its country code (ITU-T E.164, section 6).
const DIGITS_MOST: usize = 15;

/// How far from each other two numbers are that count as neighbours.
const NEAR: u64 = 5;

/// Digits of the prefix by which delivery is measured, at most.
const PREFIX: usize = 7;

/// Digits at the end that no prefix holds: it stands in the clear beside what tells whose number it is (ALL-7).
const PREFIX_OPEN: usize = 5;

/// Digits that the block of a thousand neighbouring numbers leaves open.
const BLOCK_OPEN: usize = 3;

/// Digits at the end that a masked number shows.
const SHOWN_LAST: usize = 2;

/// Digits that a masked number hides at least.
const HIDDEN_LEAST: usize = 4;

/// What the numbering plans call a code that belongs to no country: satellites (+870, +881) and international networks
/// (+882, +883, +800 …), behind which are more of them and callers whom nobody knows. All are dear, and favourites of those
/// who earn by calls.
const NOWHERE: &str = "001";

/// What a number leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// A mobile phone.
    Mobile,
    /// A fixed line, which shows who calls and takes no SMS.
    Fixed,
    /// One of these; the numbering plan does not tell them apart.
    FixedOrMobile,
}

/// A number that can be called. Wiped on drop, without `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PhoneNumber {
    /// A plus sign and digits.
    e164: String,
    #[zeroize(skip)]
    country: Country,
    #[zeroize(skip)]
    line: Line,
}

/// Why a text is no number that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NumberFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// A letter or another sign that no number has, also `tel:` and vanity numbers.
    #[error("a character that no phone number has")]
    Character,
    /// Digits to be dialled once the call is answered, which nobody does here.
    #[error("an extension")]
    Extension,
    /// Fewer digits than numbers of this country have.
    #[error("too short")]
    TooShort,
    /// More digits than numbers of this country have.
    #[error("too long")]
    TooLong,
    /// It has no country code, and is no number of the installation's own country.
    #[error("no country code that exists")]
    Country,
    /// No number of its country's numbering plan.
    #[error("no such number")]
    Unknown,
    /// A number whose calls cost whoever calls extra: premium rate, shared cost, personal numbers.
    #[error("a number that costs extra")]
    Dear,
    /// A satellite or international network.
    #[error("a satellite or international network")]
    Satellite,
    /// A number that is no person's line: freephone, voice over IP, pagers, mailboxes, company numbers.
    #[error("no fixed or mobile line")]
    OtherLine,
}

impl NumberFault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::Empty,
        Self::Character,
        Self::Extension,
        Self::TooShort,
        Self::TooLong,
        Self::Country,
        Self::Unknown,
        Self::Dear,
        Self::Satellite,
        Self::OtherLine,
    ];

    /// The key of the message for the person who typed it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "phone-fault-empty",
            Self::Character => "phone-fault-character",
            Self::Extension => "phone-fault-extension",
            Self::TooShort => "phone-fault-too-short",
            Self::TooLong => "phone-fault-too-long",
            Self::Country => "phone-fault-country",
            Self::Unknown => "phone-fault-unknown",
            Self::Dear => "phone-fault-dear",
            Self::Satellite => "phone-fault-satellite",
            Self::OtherLine => "phone-fault-other-line",
        }
    }
}

impl PhoneNumber {
    /// Reads a number as people type it: blanks, dashes, dots, slashes and brackets are dropped, digits of other scripts
    /// accepted; without a plus sign it is read as it would be dialled in `home`. Every spelling of one number reads as
    /// the same.
    ///
    /// # Errors
    ///
    /// Why it cannot be used, see [`NumberFault`].
    pub fn parse(text: &str, home: Country) -> Result<Self, NumberFault> {
        let dialled = dialled(text)?;
        if let Some(digits) = dialled.strip_prefix('+') {
            return Self::with_code(digits);
        }
        match home.dials_abroad(&dialled).map(Self::with_code) {
            Some(Ok(number)) => Ok(number),
            Some(Err(fault)) => Self::at_home(&dialled, home).map_err(|_| fault),
            None => Self::at_home(&dialled, home),
        }
    }

    /// A number that begins with its country code. Codes are such that none begins another.
    fn with_code(digits: &str) -> Result<Self, NumberFault> {
        let codes = (1..=3).filter_map(|length| digits.get(..length)?.parse::<u16>().ok());
        let code =
            codes.into_iter().find(|code| DATABASE.region(code).is_some()).ok_or(NumberFault::Country)?;
        if DATABASE.region(&code).is_some_and(|regions| regions == [NOWHERE]) {
            return Err(NumberFault::Satellite);
        }
        let national = digits.get(code.to_string().len()..).unwrap_or_default();
        // Many write the digit that is dialled at home, too: +49 (0) 170 …
        let prefix =
            DATABASE.by_code(&code).and_then(|plans| plans.first().and_then(|plan| plan.national_prefix()));
        let stripped = prefix.and_then(|prefix| national.strip_prefix(prefix));
        Self::first_of(code, [Some(national), stripped])
    }

    /// A number as it is dialled at home: with the digits that lead out of town, without, or with the country code bare. What
    /// else a country dials (a carrier's code in between) the library takes off.
    fn at_home(digits: &str, home: Country) -> Result<Self, NumberFault> {
        let plan = DATABASE.by_id(home.as_str()).ok_or(NumberFault::Country)?;
        let code = plan.country_code();
        let stripped = plan.national_prefix().and_then(|prefix| digits.strip_prefix(prefix));
        let bare = digits.strip_prefix(&code.to_string());
        let found = Self::first_of(code, [stripped, Some(digits), bare]);
        if found.is_ok() {
            return found;
        }
        let parsed =
            phonenumber::parse(home.id(), digits).ok().filter(|parsed| parsed.code().value() == code);
        let national = parsed.map(|parsed| Zeroizing::new(parsed.national().to_string()));
        let other = Self::first_of(code, [national.as_ref().map(|national| national.as_str())]);
        other.or(found)
    }

    /// The first of these national numbers that the plans of this code know; why the first is none, if none is.
    fn first_of<'a>(
        code: u16,
        nationals: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<Self, NumberFault> {
        let nationals: Vec<&str> = nationals.into_iter().flatten().collect();
        let found = nationals.iter().find_map(|national| Some((plan(code, national)?, *national)));
        let Some((plan, national)) = found else {
            return Err(nationals.first().map_or(NumberFault::Country, |national| misfit(code, national)));
        };
        let line = line(plan, national)?;
        let country = Country::parse(plan.id()).ok_or(NumberFault::Satellite)?;
        let e164 = format!("+{code}{national}");
        if e164.len() - 1 > DIGITS_MOST {
            Err(NumberFault::TooLong)
        } else {
            Ok(Self { e164, country, line })
        }
    }

    /// Reads [`Self::reveal`] back, as a row holds it. `None` for anything else, and for what the numbering plans have
    /// since withdrawn.
    pub fn stored(text: &str) -> Option<Self> {
        let plain =
            text.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = plain.then(|| Self::with_code(&text[1..]).ok())??;
        (number.e164 == text).then_some(number)
    }

    /// The number in E.164: a plus sign and at most 15 digits. For the carrier and the sealed row alone.
    pub fn reveal(&self) -> &str {
        &self.e164
    }

    /// The country whose numbering plan it belongs to.
    pub fn country(&self) -> Country {
        self.country
    }

    /// What it leads to.
    pub fn line(&self) -> Line {
        self.line
    }

    /// Whether an SMS can arrive.
    pub fn takes_sms(&self) -> bool {
        self.line != Line::Fixed
    }

    /// Its first seven digits, by which it is measured how many codes come back; of a short number fewer, as its last five
    /// are never among them.
    pub fn prefix(&self) -> &str {
        let digits = &self.e164[1..];
        &digits[..digits.len().saturating_sub(PREFIX_OPEN).min(PREFIX)]
    }

    /// All but its last three digits: the block of a thousand numbers of which it is one. Whoever pumps messages owns such
    /// blocks.
    pub fn block(&self) -> &str {
        &self.e164[1..self.e164.len().saturating_sub(BLOCK_OPEN).max(1)]
    }

    /// The keyed id that stands for it in limits.
    pub fn limit_id(&self, keys: &KeyRing) -> AccountId {
        limit_id(keys, &self.e164)
    }

    /// The keyed id that stands for its block in limits.
    pub fn block_limit_id(&self, keys: &KeyRing) -> AccountId {
        AccountId::from_bytes(keys.identifier(&format!("phone block:{}", self.block())))
    }

    /// The keyed ids of the nearest numbers, `NEAR` on either side: whoever earns by messages has numbers in a row.
    pub fn neighbour_limit_ids(&self, keys: &KeyRing) -> Vec<AccountId> {
        let digits: u64 = self.e164[1..].parse().unwrap_or_default();
        let near = digits.saturating_sub(NEAR)..=digits.saturating_add(NEAR);
        near.filter(|other| *other != digits).map(|other| limit_id(keys, &format!("+{other}"))).collect()
    }

    /// As pages show it: `+7 916 ***-**-67`. The country code, the first group where enough stays hidden, and the last two
    /// digits.
    pub fn masked(&self) -> String {
        let shown = self.spaced();
        let (code, national) = shown.split_once(' ').unwrap_or(("", shown.as_str()));
        let count = |text: &str| text.chars().filter(char::is_ascii_digit).count();
        let (all, first) = (count(national), count(national.split([' ', '-']).next().unwrap_or_default()));
        let first = if all >= first + SHOWN_LAST + HIDDEN_LEAST { first } else { 0 };
        let mut at = 0;
        let hide = |sign: char| {
            if !sign.is_ascii_digit() {
                return sign;
            }
            at += 1;
            if at <= first || at > all - SHOWN_LAST.min(all) { sign } else { '*' }
        };
        let national: String = national.chars().map(hide).collect();
        format!("{code} {national}").trim_start().to_owned()
    }
}

impl PhoneNumber {
    /// The number with blanks where its country writes them; where the library would read it as another, after the country
    /// code and three digits more.
    fn spaced(&self) -> Zeroizing<String> {
        let number = phonenumber::parse(None, self.e164.as_str()).ok();
        let number =
            number.filter(|number| format!("+{}{}", number.code().value(), number.national()) == self.e164);
        if let Some(number) = number {
            return Zeroizing::new(number.format().mode(Mode::International).to_string());
        }
        let code =
            DATABASE.by_id(self.country.as_str()).map_or(0, |plan| plan.country_code().to_string().len());
        let (code, national) = self.e164.split_at(1 + code);
        let (first, rest) = national.split_at(national.len().min(3));
        Zeroizing::new(format!("{code} {first} {rest}"))
    }
}

fn limit_id(keys: &KeyRing, e164: &str) -> AccountId {
    AccountId::from_bytes(keys.identifier(&format!("phone:{e164}")))
}

/// Never the number: it is personal data.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PhoneNumber(*** of {})", self.country)
    }
}

/// Loads the numbering plans, which takes a moment the first time. For the background, once the server listens.
pub fn prepare() {
    let _ = DATABASE.by_id("DE");
}

/// The text as it would be dialled: a plus sign or not, then digits.
fn dialled(text: &str) -> Result<Zeroizing<String>, NumberFault> {
    if text.len() > LONGEST {
        return Err(NumberFault::TooLong);
    }
    let text = text.trim();
    let mut dialled = Zeroizing::new(String::with_capacity(LONGEST));
    for (at, sign) in text.char_indices() {
        if let Some(digit) = digit(sign) {
            dialled.push(char::from_digit(digit, 10).unwrap_or('0'));
        } else if matches!(sign, '+' | '\u{ff0b}') && dialled.is_empty() {
            dialled.push('+');
        } else if is_filler(sign)
            || matches!(sign, '(' | ')' | '[' | ']' | '.' | '/' | '\u{ff08}' | '\u{ff09}')
        {
            // Between digits they mean nothing.
        } else if begins_extension(&text[at..]) && !dialled.is_empty() {
            return Err(NumberFault::Extension);
        } else {
            return Err(NumberFault::Character);
        }
    }
    match dialled.trim_start_matches('+').len() {
        0 => Err(NumberFault::Empty),
        1..=3 => Err(NumberFault::TooShort),
        // Two more than a number has, for the digits that dial out of a country.
        count if count > DIGITS_MOST + 5 => Err(NumberFault::TooLong),
        _ => Ok(dialled),
    }
}

/// Whether what follows a number says what to dial once it is answered (RFC 3966 section 5.1, and what people write).
fn begins_extension(rest: &str) -> bool {
    let rest = rest.to_lowercase();
    ["x", "ext", ",", ";", "#", "*", "доб", "dw", "nst", "app", "int", "poste", "w", "p"].iter().any(|mark| {
        rest.strip_prefix(mark).is_some_and(|rest| rest.chars().any(|sign| digit(sign).is_some()))
    }) && rest.chars().filter(|sign| sign.is_alphabetic()).count() <= 9
}

/// The numbering plan that the number belongs to.
fn plan(code: u16, national: &str) -> Option<&'static Metadata> {
    let regions = DATABASE.region(&code)?;
    let plans = regions.iter().filter_map(|region| DATABASE.by_id(*region));
    let mut plans: Vec<&Metadata> = plans.collect();
    if plans.is_empty() {
        plans = DATABASE.by_code(&code)?;
    }
    plans.into_iter().find(|plan| {
        let leads = plan
            .leading_digits()
            .is_none_or(|digits| digits.find(national).is_some_and(|found| found.start() == 0));
        leads
            && plan.descriptors().general().is_match(national)
            && line(plan, national) != Err(NumberFault::Unknown)
    })
}

/// Whether the whole number is of this kind. The library asks for its beginning and its length alone, and a number with a
/// digit too many, which a carrier calls without it, would be another one to every limit. Where a plan's pattern names a
/// shorter number first, as for a few fixed lines in Myanmar and Zimbabwe, the longer one is none.
fn is_whole(kind: &Descriptor, national: &str) -> bool {
    let found = kind.national_number().find(national);
    kind.is_match(national) && found.is_some_and(|found| found.end() == national.len())
}

/// What a number of this plan leads to. What costs extra comes before all else, as a plan may list a number twice.
fn line(plan: &Metadata, national: &str) -> Result<Line, NumberFault> {
    let kinds = plan.descriptors();
    let is = |kind: Option<&Descriptor>| kind.is_some_and(|kind| is_whole(kind, national));
    if [kinds.premium_rate(), kinds.shared_cost(), kinds.personal_number()].into_iter().any(is) {
        return Err(NumberFault::Dear);
    }
    let others = [
        kinds.toll_free(),
        kinds.voip(),
        kinds.pager(),
        kinds.uan(),
        kinds.voicemail(),
        kinds.emergency(),
        kinds.short_code(),
    ];
    if others.into_iter().any(is) {
        return Err(NumberFault::OtherLine);
    }
    match (is(kinds.fixed_line()), is(kinds.mobile())) {
        (true, true) => Ok(Line::FixedOrMobile),
        (true, false) => Ok(Line::Fixed),
        (false, true) => Ok(Line::Mobile),
        (false, false) => Err(NumberFault::Unknown),
    }
}

/// Why a number belongs to no plan: its length, where that is what is wrong.
fn misfit(code: u16, national: &str) -> NumberFault {
    let Some(regions) = DATABASE.region(&code) else { return NumberFault::Country };
    let plans = regions.iter().filter_map(|region| DATABASE.by_id(*region));
    let kinds = plans.flat_map(|plan| {
        let kinds = plan.descriptors();
        [Some(kinds.general()), kinds.fixed_line(), kinds.mobile()]
    });
    let lengths: Vec<u16> = kinds.flatten().flat_map(|kind| kind.possible_length().iter().copied()).collect();
    let length = u16::try_from(national.len()).unwrap_or(u16::MAX);
    match (lengths.iter().min(), lengths.iter().max()) {
        (Some(least), _) if length < *least => NumberFault::TooShort,
        (_, Some(most)) if length > *most => NumberFault::TooLong,
        _ => NumberFault::Unknown,
    }
}

#[cfg(test)]
mod tests;
