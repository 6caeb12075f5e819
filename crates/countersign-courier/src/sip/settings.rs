//! What an operator says about a trunk, and whether calls can be made with it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::Secret;

/// How messages reach a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams, in the clear; usually port 5060.
    Udp,
    /// A connection, in the clear; usually port 5060.
    Tcp,
    /// A connection over TLS 1.2 or later whose certificate is verified; usually port 5061.
    Tls,
}

/// A header that carries the number that the phone is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerHeader {
    /// `From` (RFC 3261 section 20.20). Where it carries no number, it carries the trunk's user.
    From,
    /// `P-Asserted-Identity` (RFC 3325), with `Privacy: none`.
    PAssertedIdentity,
    /// `Remote-Party-ID`, the older form that some trunks still want.
    RemotePartyId,
}

/// How a trunk wants numbers written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// `+79161234567`.
    E164Plus,
    /// `79161234567`.
    E164,
    /// Numbers of this country as they are dialled inside it: `89161234567` with country code `7` and prefix `8`. Others
    /// as E.164 with a plus sign.
    National {
        /// The country code, 1 to 3 digits.
        country_code: String,
        /// What stands in its place, 0 to 4 digits.
        prefix: String,
    },
}

/// One trunk of the operator's.
#[derive(Clone)]
pub struct TrunkSettings {
    /// What it is called in results, figures and pages: 1 to 40 letters, digits, dots, dashes and underscores.
    pub name: String,
    /// Its host name or address, with a port where it is not the usual one: `sip.example.org`, `192.0.2.7:5080`,
    /// `[2001:db8::7]:5060`. A name without a port is looked for among SRV records first (RFC 3263).
    pub host: String,
    /// The servers that are asked for SRV records, where they are not the system's.
    pub name_servers: Vec<SocketAddr>,
    /// How messages reach it.
    pub transport: Transport,
    /// The user of the account, where it asks for one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// The domain in addresses, where it is not the host.
    pub domain: Option<String>,
    /// Certificates of authorities (PEM) that are believed beside the system's.
    pub roots: Option<Vec<u8>>,
    /// Which headers carry the caller's number, at least one.
    pub caller_in: Vec<CallerHeader>,
    /// How it wants numbers written.
    pub number_form: NumberForm,
    /// How long a phone rings, from the first 180: 1 to 10 seconds, usually 4.
    pub ring: Duration,
    /// How long a call may take until it rings, counted from the first INVITE: 1 to 60 seconds, usually 12. Then it is
    /// given up.
    pub max_wait: Duration,
    /// How many calls may begin in a second, as the trunk was sold: 1 to 1000. Others wait for their turn.
    /// Each process counts its own: where several call through one trunk, they share what was sold.
    pub calls_per_second: u32,
}

impl TrunkSettings {
    /// Settings with the usual values: UDP, no account, the number in `From` and `P-Asserted-Identity` as E.164 with a plus
    /// sign, 4 seconds of ringing, 12 seconds of patience, 5 calls a second.
    pub fn usual(name: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            host: host.into(),
            name_servers: Vec::new(),
            transport: Transport::Udp,
            user: None,
            password: None,
            domain: None,
            roots: None,
            caller_in: vec![CallerHeader::From, CallerHeader::PAssertedIdentity],
            number_form: NumberForm::E164Plus,
            ring: Duration::from_secs(4),
            max_wait: Duration::from_secs(12),
            calls_per_second: 5,
        }
    }

    /// Whether calls can be made with them.
    ///
    /// # Errors
    ///
    /// The first one that none can be made with.
    pub fn check(&self) -> Result<(), SipFault> {
        let seconds = |least: u64, most: u64, value: Duration| {
            (Duration::from_secs(least)..=Duration::from_secs(most)).contains(&value)
        };
        let checks = [
            (is_label(&self.name, 40), Setting::Name),
            (host_and_port(&self.host).is_some(), Setting::Host),
            (self.user.as_deref().is_none_or(is_user), Setting::User),
            (self.password.is_none() || self.user.is_some(), Setting::User),
            (self.domain.as_deref().is_none_or(|domain| host_and_port(domain).is_some()), Setting::Domain),
            (self.roots.as_deref().is_none_or(|pem| super::tls::roots(pem).is_some()), Setting::Roots),
            (!self.caller_in.is_empty(), Setting::CallerIn),
            (self.number_form.is_sound(), Setting::NumberForm),
            (seconds(1, 10, self.ring), Setting::Ring),
            (seconds(1, 60, self.max_wait), Setting::MaxWait),
            ((1..=1000).contains(&self.calls_per_second), Setting::CallsPerSecond),
        ];
        match checks.into_iter().find(|(is_sound, _)| !is_sound) {
            Some((_, setting)) => Err(SipFault::Setting { trunk: self.name.clone(), setting }),
            None => Ok(()),
        }
    }

    /// The domain in addresses.
    pub(super) fn domain(&self) -> &str {
        self.domain.as_deref().unwrap_or(&self.host)
    }
}

// The user is left out beside the password: with many providers it is a telephone number.
impl fmt::Debug for TrunkSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrunkSettings")
            .field("name", &self.name)
            .field("host", &self.host)
            .field("transport", &self.transport)
            .field("has_login", &self.password.is_some())
            .field("caller_in", &self.caller_in)
            .field("number_form", &self.number_form)
            .field("ring", &self.ring)
            .field("max_wait", &self.max_wait)
            .field("calls_per_second", &self.calls_per_second)
            .finish_non_exhaustive()
    }
}

/// Settings that no call can be made with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SipFault {
    /// No trunk.
    #[error("there is no trunk")]
    NoTrunk,
    /// One setting of one trunk.
    #[error("trunk {trunk:?}: {setting}")]
    Setting {
        /// The trunk's name as it was given.
        trunk: String,
        /// What is wrong.
        setting: Setting,
    },
}

/// The settings of a trunk that can be wrong, each with what it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Setting {
    /// Its name.
    #[error("the name has to be 1 to 40 letters, digits, dots, dashes and underscores")]
    Name,
    /// Its host.
    #[error("the host has to be a host name or an IP address, with or without a port")]
    Host,
    /// Its user.
    #[error(
        "the user has to be 1 to 64 letters, digits and any of . _ - + ! ~ * and there has to be one for a password"
    )]
    User,
    /// The domain in addresses.
    #[error("the domain has to be a host name or an IP address, with or without a port")]
    Domain,
    /// The extra certificates.
    #[error("the file of certificates holds none that can be read")]
    Roots,
    /// The headers for the caller's number.
    #[error("no header carries the caller's number")]
    CallerIn,
    /// The way numbers are written.
    #[error("the country code has to be 1 to 3 digits, and what replaces it at most 4 digits")]
    NumberForm,
    /// How long a phone rings.
    #[error("a phone has to ring for 1 to 10 seconds")]
    Ring,
    /// How long a call may take until it rings.
    #[error("a call has to be given up after 1 to 60 seconds")]
    MaxWait,
    /// How many calls may begin in a second.
    #[error("1 to 1000 calls may begin in a second")]
    CallsPerSecond,
}

impl NumberForm {
    /// A number, as the trunk wants it.
    pub(super) fn write(&self, e164: &str) -> String {
        let digits = e164.trim_start_matches('+');
        match self {
            Self::E164 => digits.to_owned(),
            Self::E164Plus => format!("+{digits}"),
            Self::National { country_code, prefix } => match digits.strip_prefix(country_code.as_str()) {
                Some(rest) => format!("{prefix}{rest}"),
                None => format!("+{digits}"),
            },
        }
    }

    fn is_sound(&self) -> bool {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::E164Plus | Self::E164 => true,
            Self::National { country_code, prefix } => {
                (1..=3).contains(&country_code.len())
                    && prefix.len() <= 4
                    && digits(country_code)
                    && digits(prefix)
            }
        }
    }
}

/// A host name or an address without brackets, and the port if one is given.
pub(super) fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port.strip_prefix(':').or_else(|| port.is_empty().then_some(""))?)
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let has_port = text.len() > host.len() + usize::from(text.starts_with('[')) * 2;
    let port = if has_port { Some(port.parse().ok().filter(|port| *port != 0)?) } else { None };
    let is_host = host.parse::<IpAddr>().is_ok() || is_host_name(host);
    is_host.then_some((host, port))
}

fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// What may stand in a SIP address without escapes (RFC 3261 section 25.1) and in a quoted string.
fn is_user(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+!~*".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_with_or_without_a_port() {
        for (text, read) in [
            ("sip.example.org", Some(("sip.example.org", None))),
            ("sip.example.org:5080", Some(("sip.example.org", Some(5080)))),
            ("192.0.2.7", Some(("192.0.2.7", None))),
            ("192.0.2.7:5060", Some(("192.0.2.7", Some(5060)))),
            ("[2001:db8::7]", Some(("2001:db8::7", None))),
            ("[2001:db8::7]:5061", Some(("2001:db8::7", Some(5061)))),
            ("2001:db8::7", None),
            ("sip.example.org:", None),
            ("sip.example.org:0", None),
            ("sip.example.org:99999", None),
            ("[::1]5060", None),
            ("", None),
            ("a b", None),
            ("sip:example.org", None),
            ("evil>\r\nX: y", None),
        ] {
            assert_eq!(host_and_port(text), read, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_each_trunk_wants_them() {
        let national = |code: &str, prefix: &str| NumberForm::National {
            country_code: code.to_owned(),
            prefix: prefix.to_owned(),
        };
        for (form, number, written) in [
            (NumberForm::E164Plus, "+79161234567", "+79161234567"),
            (NumberForm::E164, "+79161234567", "79161234567"),
            (national("7", "8"), "+79161234567", "89161234567"),
            (national("7", "8"), "+4930123456", "+4930123456"),
            (national("49", "0"), "+4930123456", "030123456"),
            (national("1", ""), "+12025550123", "2025550123"),
        ] {
            assert_eq!(form.write(number), written, "{form:?}");
        }
    }

    #[test]
    fn each_wrong_setting_is_told_with_its_trunk() {
        type Change = fn(&mut TrunkSettings);
        let cases: [(Change, Setting); 13] = [
            (|trunk| trunk.name.clear(), Setting::Name),
            (|trunk| trunk.host = "sip example".to_owned(), Setting::Host),
            (|trunk| trunk.user = Some("a\"b".to_owned()), Setting::User),
            (|trunk| trunk.password = Some(Secret::new("x".to_owned())), Setting::User),
            (|trunk| trunk.domain = Some("<>".to_owned()), Setting::Domain),
            (|trunk| trunk.roots = Some(b"none".to_vec()), Setting::Roots),
            (|trunk| trunk.caller_in.clear(), Setting::CallerIn),
            (
                |trunk| {
                    trunk.number_form =
                        NumberForm::National { country_code: "x".to_owned(), prefix: String::new() };
                },
                Setting::NumberForm,
            ),
            (|trunk| trunk.ring = Duration::from_millis(999), Setting::Ring),
            (|trunk| trunk.ring = Duration::from_secs(11), Setting::Ring),
            (|trunk| trunk.max_wait = Duration::from_secs(61), Setting::MaxWait),
            (|trunk| trunk.calls_per_second = 0, Setting::CallsPerSecond),
            (|trunk| trunk.calls_per_second = 1001, Setting::CallsPerSecond),
        ];
        assert_eq!(TrunkSettings::usual("main", "sip.example.org").check(), Ok(()));
        for (change, setting) in cases {
            let mut trunk = TrunkSettings::usual("main", "sip.example.org");
            change(&mut trunk);
            assert_eq!(trunk.check(), Err(SipFault::Setting { trunk: trunk.name.clone(), setting }));
        }
    }

    #[test]
    fn debug_shows_neither_user_nor_password() {
        let mut trunk = TrunkSettings::usual("main", "sip.example.org");
        trunk.user = Some("74955550100".to_owned());
        trunk.password = Some(Secret::new("swordfish".to_owned()));
        let shown = format!("{trunk:?}");
        assert!(shown.contains("sip.example.org") && shown.contains("has_login: true"), "{shown}");
        assert!(!shown.contains("swordfish") && !shown.contains("74955550100"), "{shown}");
    }
}
