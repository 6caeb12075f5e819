//! Which addresses may be connected to (ASVS 5.0, 1.3.6). Whoever sets up a provider chooses an address that this server
//! then opens, so that it must lead nowhere inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How far requests may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Whether loopback and private networks are within it.
    pub(super) private: bool,
}

/// What an address is to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Public,
    Loopback,
    Private,
    /// Never: the machine's own neighbourhood, metadata services, what is no single host.
    Forbidden,
}

/// Metadata services of clouds that lie outside the link-local networks.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl Reach {
    /// Whether this address may be connected to.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match place(address) {
            Place::Public => true,
            Place::Loopback | Place::Private => self.private,
            Place::Forbidden => false,
        }
    }

    /// Why an address is not asked, before any name in it is looked up; `None`: it may be.
    pub(super) fn refuses(self, url: &Url) -> Option<&'static str> {
        if !url.username().is_empty() || url.password().is_some() {
            return Some("an address with a user in it");
        }
        let literal = match url.host() {
            None => return Some("an address without a host"),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                (name == "localhost" || name.ends_with(".localhost"))
                    .then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
            }
            Some(Host::Ipv4(four)) => Some(four.into()),
            Some(Host::Ipv6(six)) => Some(six.into()),
        };
        if literal.is_some_and(|address| !self.allows(address)) {
            return Some("an address on this machine or in a private network");
        }
        let is_loopback = literal.is_some_and(|address| place(address) == Place::Loopback);
        match url.scheme() {
            "https" => None,
            "http" if is_loopback => None,
            _ => Some("an address that is not https"),
        }
    }
}

fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(four) => place_v4(four),
        IpAddr::V6(six) => place_v6(six),
    }
}

fn place_v4(four: Ipv4Addr) -> Place {
    let [first, second, third, _] = four.octets();
    if four.is_loopback() {
        return Place::Loopback;
    }
    if four.is_link_local()
        || four.is_unspecified()
        || four.is_broadcast()
        || four.is_multicast()
        || four.is_documentation()
        || METADATA_V4.contains(&four)
        || first == 0
        || first >= 240
        || (first, second, third) == (192, 0, 0)
        || (first == 198 && (second & 0xfe) == 18)
    {
        return Place::Forbidden;
    }
    // RFC 6598: shared between a carrier and its customers.
    if four.is_private() || (first == 100 && (second & 0xc0) == 64) { Place::Private } else { Place::Public }
}

fn place_v6(six: Ipv6Addr) -> Place {
    if six.is_loopback() {
        return Place::Loopback;
    }
    let segments = six.segments();
    if let Some(four) = embedded(six) {
        return place_v4(four);
    }
    if six == METADATA_V6 || six.is_unspecified() || six.is_multicast() || six.is_unicast_link_local() {
        return Place::Forbidden;
    }
    if six.is_unique_local() {
        return Place::Private;
    }
    // Only global unicast is handed out to hosts; of it, 2001::/23 and the examples lead nowhere or through tunnels.
    let global = (segments[0] & 0xe000) == 0x2000;
    let special = segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0xdb8);
    if global && !special { Place::Public } else { Place::Forbidden }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (RFC 6052) or tunnelled (6to4).
fn embedded(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = six.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] if (high, low) != (0, 0) && (high, low) != (0, 1) => {
            Some(of(high, low))
        }
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Reach = Reach { private: true };
    const CLOSED: Reach = Reach { private: false };

    #[test]
    fn only_public_addresses_are_reached_unless_private_ones_are_allowed() {
        for public in ["1.1.1.1", "203.0.112.9", "2606:4700::1111", "100.128.0.1", "64:ff9b::101:101"] {
            assert!(CLOSED.allows(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ] {
            assert!(!CLOSED.allows(private.parse().unwrap()), "{private}");
            assert!(OPEN.allows(private.parse().unwrap()), "{private}");
        }
        for never in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "fe80::1",
            "0.0.0.0",
            "::",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
            "fd00:ec2::254",
            "100.100.100.200",
            "168.63.129.16",
            "198.18.0.1",
            "192.0.0.1",
            "240.0.0.1",
            "2001:db8::1",
            "2002:a9fe:a9fe::",
            "0.1.2.3",
        ] {
            assert!(!OPEN.allows(never.parse().unwrap()), "{never}");
        }
    }

    #[test]
    fn addresses_are_https_or_on_this_machine() {
        let refused = |reach: Reach, text: &str| reach.refuses(&text.parse().unwrap()).is_some();
        assert!(!refused(CLOSED, "https://login.example.org/realm"));
        for wrong in [
            "http://login.example.org",
            "http://169.254.169.254/",
            "https://169.254.169.254/latest",
            "http://[::1]/",
            "https://[::1]/",
            "https://127.1/",
            "https://2130706433/",
            "https://localhost:8443/",
            "https://idp.localhost./",
            "https://user@login.example.org/",
            "file:///etc/passwd",
            "ftp://login.example.org/",
            "data:text/plain,x",
        ] {
            assert!(refused(CLOSED, wrong), "{wrong}");
        }
        for right in
            ["http://127.0.0.1:4000/", "http://[::1]:4000/", "http://localhost:4000/", "https://10.0.0.8/"]
        {
            assert!(!refused(OPEN, right), "{right}");
        }
        for wrong in ["http://10.0.0.8/", "https://169.254.169.254/", "file:///etc/passwd"] {
            assert!(refused(OPEN, wrong), "{wrong}");
        }
    }
}
