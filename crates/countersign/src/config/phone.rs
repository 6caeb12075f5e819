//! `[phone]`: where calls and SMS may go and what they cost.

use std::sync::Arc;

use countersign_core::phone::destination::Destinations;
use countersign_core::phone::pool::Pools;
use countersign_core::phone::spend::{Price, Prices};
use countersign_core::phone::{Channel, Country};
use toml::Value;

use super::Source;

/// Settings that mean nothing without a country of one's own.
const OTHERS: [&str; 5] =
    ["phone.destinations", "phone.price_call", "phone.price_sms", "phone.prices", "phone.daily_budget"];

/// The dearest call or SMS, in thousandths: a thousand.
const DEAREST: u32 = 1_000_000;

/// Where calls and SMS may go and what they cost.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// The country whose numbers are read without a country code.
    pub home: Country,
    /// Where calls and SMS may go.
    pub destinations: Arc<Destinations>,
    /// What they cost.
    pub prices: Arc<Prices>,
    /// What an organisation may spend in 24 hours, in thousandths of the operator's currency; `None`: any sum, which is said
    /// in so many words.
    pub daily_budget: Option<u64>,
}

/// What is set up that makes calls and sends SMS.
pub(super) struct Used<'a> {
    /// Whether a trunk or a route stands in the settings, rightly or wrongly.
    pub(super) is_written: bool,
    /// The numbers that call.
    pub(super) pools: Option<&'a Pools>,
    /// Whether there is a route for SMS.
    pub(super) sms: bool,
}

impl Used<'_> {
    /// Whether this country is reached so, if it may be.
    fn reaches(&self, channel: Channel, country: Country) -> bool {
        match channel {
            Channel::Call => self.pools.is_some_and(|pools| pools.of(country).is_some()),
            Channel::Sms => self.sms,
        }
    }
}

/// Reads the section.
pub(super) fn read(source: &mut Source, used: &Used<'_>) -> Option<PhoneSettings> {
    let home = source.parsed::<Country>("phone.home", "a country's two letters such as \"DE\"");
    let destinations = read_destinations(source, home);
    let elsewhere = Price {
        call: source.number("phone.price_call", 0, DEAREST).unwrap_or(0),
        sms: source.number("phone.price_sms", 0, DEAREST).unwrap_or(0),
    };
    let prices = read_prices(source, elsewhere);
    let daily_budget = source.number_or_none("phone.daily_budget", 0);
    let is_written = source.is_written("phone.home");
    if !is_written && (used.is_written || OTHERS.iter().any(|name| source.is_written(name))) {
        source.mistake(
            "phone.home",
            "must be set where calls or SMS are: the country whose numbers need no country code",
        );
    }
    if used.is_written && !source.is_written("phone.daily_budget") {
        source.mistake(
            "phone.daily_budget",
            "must be set where calls or SMS are: what an organisation may spend in 24 hours, in thousandths of your currency, \
             or \"none\" for any sum",
        );
    }
    let daily_budget = daily_budget.flatten().map(u64::from);
    if let (Some(destinations), Some(_)) = (&destinations, daily_budget) {
        has_prices(source, used, destinations, &prices);
    }
    let destinations = Arc::new(destinations?);
    Some(PhoneSettings { home: home?, destinations, prices: Arc::new(prices), daily_budget })
}

/// A budget counts nothing of what costs nothing: whatever can be reached needs a price.
fn has_prices(source: &mut Source, used: &Used<'_>, destinations: &Destinations, prices: &Prices) {
    for (channel, name) in [(Channel::Call, "phone.price_call"), (Channel::Sms, "phone.price_sms")] {
        let free = |country: &Country| used.reaches(channel, *country) && prices.of(*country, channel) == 0;
        let free: Vec<String> =
            destinations.countries().filter(free).map(|country| country.to_string()).collect();
        if !free.is_empty() {
            let what = format!(
                "must be above 0 (or [phone.prices] for {}), as phone.daily_budget counts nothing of what has no price",
                free.join(", ")
            );
            source.mistake(name, what);
        }
    }
}

fn read_destinations(source: &mut Source, home: Option<Country>) -> Option<Destinations> {
    let Some(entries) = source.list::<String>("phone.destinations", "texts in quotes") else {
        return home.map(Destinations::only);
    };
    let read = Destinations::parse(entries.iter().map(String::as_str));
    read.map_err(|fault| source.mistake("phone.destinations", fault.to_string())).ok()
}

/// `[phone.prices.DE]`, or `DE = { call = 5, sms = 70 }` below `[phone.prices]`.
fn read_prices(source: &mut Source, elsewhere: Price) -> Prices {
    let mut prices = Prices { elsewhere, ..Prices::default() };
    for (key, value, origin) in source.below("phone.prices") {
        let name = format!("phone.prices.{key}");
        let mut parts = key.splitn(2, '.');
        let country = parts.next().and_then(Country::parse);
        let price = if let Value::Integer(number) = value { u32::try_from(number).ok() } else { None };
        let price = price.filter(|price| *price <= DEAREST);
        match (country, parts.next(), price) {
            (Some(country), Some(what @ ("call" | "sms")), Some(price)) => {
                let of = prices.by_country.entry(country).or_insert(elsewhere);
                *(if what == "call" { &mut of.call } else { &mut of.sms }) = price;
            }
            (None, ..) => {
                source.mistake_at(&name, origin, "must be named by a country's two letters".to_owned());
            }
            (_, Some("call" | "sms"), None) => {
                let what = format!("must be a whole number from 0 to {DEAREST}");
                source.mistake_at(&name, origin, what);
            }
            _ => source.mistake_at(&name, origin, "is not a setting; prices are call and sms".to_owned()),
        }
    }
    prices
}
