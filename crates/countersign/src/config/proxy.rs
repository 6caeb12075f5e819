//! `trusted_proxies`.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::Source;

/// A network, or one address of it.
struct Network(IpNet);

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or(one).map(Self).map_err(|_| ())
    }
}

pub(super) fn read(source: &mut Source) -> Vec<IpNet> {
    let list: Vec<Network> = source
        .list("trusted_proxies", "addresses or networks, such as \"10.0.0.5\" or \"10.0.0.0/8\"")
        .unwrap_or_default();
    let list: Vec<IpNet> = list.into_iter().map(|network| network.0.trunc()).collect();
    if list.iter().any(|network| network.prefix_len() == 0) {
        source.mistake(
            "trusted_proxies",
            "must not be the whole internet: anybody could then claim any address",
        );
    }
    list
}
