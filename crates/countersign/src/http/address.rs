//! Where a request really comes from. Only a proxy that the operator named is believed, and only about the hop it saw.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The client as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Client {
    /// Its address; an IPv4 address that came as an IPv6 one is written as IPv4.
    pub(super) address: IpAddr,
    /// How its request travelled.
    pub(super) transport: Transport,
}

/// How a request travelled, as far as security depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Over TLS that this server ended itself.
    Tls,
    /// Through a trusted proxy, which says that the client came by TLS or does not say.
    Proxy,
    /// Through a trusted proxy, which says that the client came without TLS.
    PlainProxy,
    /// From this machine, in plain text.
    Loopback,
    /// From another machine, in plain text.
    Plain,
}

/// Why nobody knows whom a request is from. A limit per address would count the proxy in place of its clients, so one
/// stranger behind it could lock all of them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A trusted proxy sent a header that cannot be read.
    Unreadable,
    /// A trusted proxy sent no `X-Forwarded-For`.
    Silent,
    /// A proxy on this machine hands on what others ask, and is not trusted.
    Untrusted,
}

impl Unknown {
    /// What the operator has to set, for the log.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::Unreadable => "a trusted proxy sends forwarding headers that cannot be read",
            Self::Silent => {
                "a trusted proxy sends no X-Forwarded-For: let it set that header to the client's address"
            }
            Self::Untrusted => {
                "a proxy on this machine is not trusted: add its address (127.0.0.1 or ::1) to trusted_proxies"
            }
        }
    }
}

/// Finds the client of a request that came from `peer`.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy wrote: the first hop that is not itself trusted is
/// the client. What stands left of it was written by the client and is not looked at.
///
/// # Errors
///
/// When a trusted proxy's header is missing or cannot be read as far as it is needed, and when a proxy on this machine
/// is not trusted: never skipped, because a limit per address would then count a proxy in place of an attacker.
pub(super) fn find(
    peer: SocketAddr,
    tls: bool,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Result<Client, Unknown> {
    let peer = peer.ip().to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        if peer.is_loopback() && was_forwarded(headers) {
            return Err(Unknown::Untrusted);
        }
        let transport = match (tls, peer.is_loopback()) {
            (true, _) => Transport::Tls,
            (false, true) => Transport::Loopback,
            (false, false) => Transport::Plain,
        };
        return Ok(Client { address: peer, transport });
    }
    if !headers.contains_key(FORWARDED_FOR) {
        return Err(Unknown::Silent);
    }
    let mut address = peer;
    for hop in hops(headers).rev() {
        address = hop.and_then(parse_hop).ok_or(Unknown::Unreadable)?;
        if !is_trusted(&address) {
            break;
        }
    }
    Ok(Client { address, transport: proxied(headers)? })
}

/// Every hop of every `X-Forwarded-For` line, in the order in which they were written.
fn hops(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = Option<&str>> {
    let lines: Vec<Option<&str>> =
        headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().ok()).collect();
    let hops: Vec<Option<&str>> = lines
        .into_iter()
        .flat_map(|line| match line {
            Some(line) => line.split(',').map(|hop| Some(hop.trim())).collect(),
            None => vec![None],
        })
        .collect();
    hops.into_iter()
}

/// An address, with a port where some proxies add one: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:443`.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    let address = hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|a| a.ip()));
    address.or_else(bracketed).map(|address| address.to_canonical())
}

fn proxied(headers: &HeaderMap) -> Result<Transport, Unknown> {
    let Some(line) = headers.get_all(FORWARDED_PROTO).iter().next_back() else { return Ok(Transport::Proxy) };
    let line = line.to_str().map_err(|_| Unknown::Unreadable)?;
    // As with the addresses, the nearest proxy wrote last.
    match line.rsplit(',').next().map(str::trim) {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => Ok(Transport::Proxy),
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => Ok(Transport::PlainProxy),
        _ => Err(Unknown::Unreadable),
    }
}

/// Whether any forwarding header is present: such a request did not begin on this machine, whatever its peer is.
pub(super) fn was_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, FORWARDED_PROTO, "x-forwarded-host", "x-real-ip", "forwarded", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str]) -> Result<String, Unknown> {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "2001:db8:aaaa::/48".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        find(peer, false, &headers, &trusted).map(|client| client.address.to_string())
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_only_about_the_hop_they_saw() {
        let broken = Err(Unknown::Unreadable);
        let cases: &[(&str, &[&str], Result<&str, Unknown>)] = &[
            ("198.51.100.7", &[], Ok("198.51.100.7")),
            // A client that pretends to be a proxy is not believed.
            ("198.51.100.7", &["203.0.113.1"], Ok("198.51.100.7")),
            ("198.51.100.7", &["not an address"], Ok("198.51.100.7")),
            ("10.0.0.1", &["203.0.113.1"], Ok("203.0.113.1")),
            // What the client itself wrote stands left and is not looked at.
            ("10.0.0.1", &["127.0.0.1, 203.0.113.1"], Ok("203.0.113.1")),
            ("10.0.0.1", &["gibberish, 203.0.113.1"], Ok("203.0.113.1")),
            ("10.0.0.1", &["127.0.0.1", "203.0.113.1"], Ok("203.0.113.1")),
            ("10.0.0.1", &["203.0.113.1, 10.9.9.9"], Ok("203.0.113.1")),
            ("10.0.0.1", &["203.0.113.1", "10.9.9.9, 10.1.1.1"], Ok("203.0.113.1")),
            ("10.0.0.1", &["10.9.9.9"], Ok("10.9.9.9")),
            ("10.0.0.1", &[], Err(Unknown::Silent)),
            ("127.0.0.1", &[], Ok("127.0.0.1")),
            ("127.0.0.1", &["203.0.113.1"], Err(Unknown::Untrusted)),
            ("::ffff:127.0.0.1", &["203.0.113.1"], Err(Unknown::Untrusted)),
            ("10.0.0.1", &["203.0.113.1:5555"], Ok("203.0.113.1")),
            ("10.0.0.1", &["[2001:db8::1]:5555"], Ok("2001:db8::1")),
            ("10.0.0.1", &["[2001:db8::1]"], Ok("2001:db8::1")),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.1"], Ok("203.0.113.1")),
            ("2001:db8:aaaa::5", &["2001:db8::9"], Ok("2001:db8::9")),
            ("10.0.0.1", &["unknown"], broken),
            ("10.0.0.1", &[""], broken),
            ("10.0.0.1", &["203.0.113.1,"], broken),
            ("10.0.0.1", &["203.0.113.999"], broken),
            ("10.0.0.1", &["203.0.113.1, _hidden"], broken),
            ("10.0.0.1", &["203.0.113.1\u{e9}"], broken),
        ];
        for (peer, lines, expected) in cases {
            assert_eq!(client(peer, lines).as_deref(), expected.as_ref().map(|s| *s), "{peer} {lines:?}");
        }
    }

    #[test]
    fn the_scheme_is_believed_from_trusted_proxies_only() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        for (peer, tls, proto, expected) in [
            ("10.0.0.1", false, Some("https"), Ok(Transport::Proxy)),
            ("10.0.0.1", false, Some("https, http"), Ok(Transport::PlainProxy)),
            ("10.0.0.1", false, Some("http"), Ok(Transport::PlainProxy)),
            ("10.0.0.1", false, None, Ok(Transport::Proxy)),
            ("10.0.0.1", false, Some("gopher"), Err(Unknown::Unreadable)),
            ("198.51.100.7", false, Some("https"), Ok(Transport::Plain)),
            ("198.51.100.7", true, Some("http"), Ok(Transport::Tls)),
            ("127.0.0.1", false, Some("https"), Err(Unknown::Untrusted)),
            ("::1", false, None, Ok(Transport::Loopback)),
        ] {
            let mut headers = HeaderMap::new();
            if peer == "10.0.0.1" {
                headers.insert(FORWARDED_FOR, "203.0.113.1".parse().unwrap());
            }
            if let Some(proto) = proto {
                headers.insert(FORWARDED_PROTO, proto.parse().unwrap());
            }
            let peer = SocketAddr::new(peer.parse().unwrap(), 1);
            let transport = find(peer, tls, &headers, &trusted).map(|client| client.transport);
            assert_eq!(transport, expected, "{peer} {proto:?}");
        }
    }
}
