//! `[calls]` and `[[calls.trunks]]`: the numbers that call, and the trunks through which they do.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use countersign_core::phone::Country;
use countersign_core::phone::pool::{ENDINGS_ENOUGH, Pool, Pools};
use countersign_courier::sip::{
    CallerHeader, Calls, NumberForm, Setting, SipFault, Transport, TrunkSettings,
};

use super::Source;
use super::source::texts;

/// How calls are made.
#[derive(Clone)]
pub struct CallSettings {
    /// The trunks, the first choice first; at least one.
    pub trunks: Vec<TrunkSettings>,
    /// The numbers that call.
    pub pools: Arc<Pools>,
}

impl CallSettings {
    /// What an operator should know of the pools, though nothing is wrong.
    pub fn warnings(&self) -> Vec<String> {
        let thin = self.pools.iter().filter(|(_, pool)| pool.is_thin());
        let told = thin.map(|(country, pool)| {
            let name = country.map_or("calls.pool".to_owned(), |country| format!("calls.pools.{country}"));
            let endings = pool.endings();
            format!(
                "{name}: {endings} different endings are few: two guesses a day are right once in {} days (2/{endings}); \
                 from {ENDINGS_ENOUGH} on there is no warning",
                endings.div_ceil(2)
            )
        });
        told.collect()
    }

    /// How many calls the trunks may begin in a second, together.
    pub fn calls_per_second(&self) -> u32 {
        self.trunks.iter().map(|trunk| trunk.calls_per_second).sum()
    }

    /// The longest that one call may take: every trunk's patience, and ringing.
    pub fn longest_call(&self) -> Duration {
        self.trunks.iter().map(|trunk| trunk.max_wait + trunk.ring).sum()
    }
}

impl fmt::Debug for CallSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools: Vec<_> = self.pools.iter().collect();
        f.debug_struct("CallSettings").field("trunks", &self.trunks).field("pools", &pools).finish()
    }
}

/// Reads the sections; `None` where nothing of them is set.
pub(super) fn read(source: &mut Source) -> Option<CallSettings> {
    let pools = read_pools(source);
    let sections = source.sections("calls.trunks");
    let count = sections.len();
    let mut trunks = Vec::new();
    for (at, mut section) in (1..).zip(sections) {
        trunks.extend(read_trunk(&mut section));
        source.absorb("calls.trunks", at, section);
    }
    let names: Vec<&String> = trunks.iter().map(|trunk: &TrunkSettings| &trunk.name).collect();
    if names.iter().enumerate().any(|(place, name)| names[..place].contains(name)) {
        source.mistake("calls.trunks", "each trunk needs a name that no other trunk has");
    }
    let is_set = ["calls.pool", "calls.pools", "calls.trunks"].iter().any(|name| source.is_written(name));
    if !is_set {
        return None;
    }
    if count == 0 {
        source.mistake(
            "calls.trunks",
            "at least one [[calls.trunks]] must be set where anything else of [calls] is",
        );
    }
    let Some(pools) = pools else {
        source.mistake(
            "calls.pool",
            "the numbers that call must be set beside the trunks (or calls.pools by country)",
        );
        return None;
    };
    (count > 0 && trunks.len() == count).then(|| CallSettings { trunks, pools: Arc::new(pools) })
}

/// The pools; `None` where there is none, rightly or wrongly.
fn read_pools(source: &mut Source) -> Option<Pools> {
    let everywhere = source.list::<String>("calls.pool", "numbers in quotes");
    let everywhere = everywhere.and_then(|entries| pool(source, "calls.pool", &entries));
    let mut by_country = BTreeMap::new();
    for (key, value, origin) in source.below("calls.pools") {
        let name = format!("calls.pools.{key}");
        let Some(country) = Country::parse(&key) else {
            source.mistake_at(&name, origin, "must be named by a country's two letters".to_owned());
            continue;
        };
        match texts(value) {
            Some(entries) => {
                by_country.extend(pool(source, &name, &entries).map(|pool| (country, pool)));
            }
            None => source.mistake_at(&name, origin, "must be a list of numbers in quotes".to_owned()),
        }
    }
    let is_written = source.is_written("calls.pool") || source.is_written("calls.pools");
    is_written.then(|| Pools::new(everywhere, by_country))
}

fn pool(source: &mut Source, name: &str, entries: &[String]) -> Option<Pool> {
    let read = Pool::parse(entries.iter().map(String::as_str));
    read.map_err(|fault| source.mistake(name, fault.to_string())).ok()
}

fn read_trunk(source: &mut Source) -> Option<TrunkSettings> {
    let name = source.text("name");
    let host = source.text("host");
    for setting in ["name", "host"] {
        if !source.is_written(setting) {
            source.mistake(setting, "must be set for every trunk");
        }
    }
    let name = name.map(|(name, _)| name).unwrap_or_default();
    let mut trunk = TrunkSettings::usual(name, host.map(|(host, _)| host).unwrap_or_default());
    let servers = source.list::<SocketAddr>("name_servers", "addresses with ports such as 192.0.2.53:53");
    trunk.name_servers = servers.unwrap_or_default();
    let transport = source.parsed::<Way>("transport", "\"udp\", \"tcp\" or \"tls\"");
    trunk.transport = transport.map_or(trunk.transport, |way| way.0);
    trunk.user = source.text("user").map(|(user, _)| user);
    trunk.password = source.secret("password", "password_file").flatten();
    trunk.domain = source.text("domain").map(|(domain, _)| domain);
    trunk.roots = source.file("ca_file").flatten();
    let what = "\"from\", \"p-asserted-identity\" and \"remote-party-id\"";
    let headers = source.list::<Header>("caller_in", what);
    if let Some(headers) = headers {
        trunk.caller_in = headers.into_iter().map(|header| header.0).collect();
    }
    trunk.number_form = read_form(source);
    let seconds = |source: &mut Source, name, most, usual: Duration| {
        source.number(name, 1, most).map_or(usual, |count| Duration::from_secs(u64::from(count)))
    };
    trunk.ring = seconds(source, "ring_seconds", 10, trunk.ring);
    trunk.max_wait = seconds(source, "max_wait_seconds", 60, trunk.max_wait);
    trunk.calls_per_second = source.number("calls_per_second", 1, 1000).unwrap_or(trunk.calls_per_second);
    if source.is_written("user") && trunk.password.is_none() && !source.is_written("password_file") {
        source.mistake("password_file", "must be set (or password) beside user");
    }
    check(source, trunk)
}

/// The courier's own checks; what was read amiss has its mistake already.
fn check(source: &mut Source, trunk: TrunkSettings) -> Option<TrunkSettings> {
    let Err(fault) = Calls::new(vec![trunk.clone()]) else { return Some(trunk) };
    let (setting, message) = match &fault {
        SipFault::NoTrunk => ("", fault.to_string()),
        SipFault::Setting { setting, .. } => (named(*setting), setting.to_string()),
    };
    if source.is_written(setting) || !matches!(setting, "name" | "host") {
        source.mistake(setting, message);
    }
    None
}

const fn named(setting: Setting) -> &'static str {
    match setting {
        Setting::Name => "name",
        Setting::Host => "host",
        Setting::User => "user",
        Setting::Domain => "domain",
        Setting::Roots => "ca_file",
        Setting::CallerIn => "caller_in",
        Setting::NumberForm => "country_code",
        Setting::Ring => "ring_seconds",
        Setting::MaxWait => "max_wait_seconds",
        Setting::CallsPerSecond => "calls_per_second",
    }
}

fn read_form(source: &mut Source) -> NumberForm {
    let form = source.text("numbers");
    let country_code = source.text("country_code").map(|(code, _)| code);
    let prefix = source.text("national_prefix").map(|(prefix, _)| prefix);
    let is_national = form.as_ref().is_some_and(|(form, _)| form == "national");
    if !is_national && (country_code.is_some() || prefix.is_some()) {
        source.mistake("numbers", "must be \"national\" where country_code or national_prefix is set");
    }
    match form {
        None => NumberForm::E164Plus,
        Some((form, _)) if form == "e164-plus" => NumberForm::E164Plus,
        Some((form, _)) if form == "e164" => NumberForm::E164,
        Some((form, _)) if form == "national" => NumberForm::National {
            country_code: country_code.unwrap_or_default(),
            prefix: prefix.unwrap_or_default(),
        },
        Some((_, origin)) => {
            let what = "must be \"e164-plus\", \"e164\" or \"national\"";
            source.mistake_at("numbers", origin, what.to_owned());
            NumberForm::E164Plus
        }
    }
}

struct Way(Transport);

impl FromStr for Way {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "udp" => Ok(Self(Transport::Udp)),
            "tcp" => Ok(Self(Transport::Tcp)),
            "tls" => Ok(Self(Transport::Tls)),
            _ => Err(()),
        }
    }
}

struct Header(CallerHeader);

impl FromStr for Header {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "from" => Ok(Self(CallerHeader::From)),
            "p-asserted-identity" => Ok(Self(CallerHeader::PAssertedIdentity)),
            "remote-party-id" => Ok(Self(CallerHeader::RemotePartyId)),
            _ => Err(()),
        }
    }
}
