//! Where a trunk is: its addresses, the first choice first (RFC 3263, without NAPTR: the transport is a setting).

use std::cmp::Reverse;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::rdata::SRV;
use tokio::sync::OnceCell;

use super::settings::host_and_port;
use super::{Transport, TrunkSettings};

/// How long finding the addresses may take.
const RESOLVING: Duration = Duration::from_secs(5);
const NOWHERE: &str = "its name leads to no address";
const UNKNOWN: &str = "its name could not be looked up";

/// The place of one trunk.
pub(super) struct Place {
    host: String,
    port: Option<u16>,
    transport: Transport,
    name_servers: Vec<SocketAddr>,
    resolver: OnceCell<Option<TokioResolver>>,
    /// The address that did not answer last time.
    silent: Mutex<Option<SocketAddr>>,
}

impl Place {
    pub(super) fn new(settings: &TrunkSettings) -> Self {
        let (host, port) = host_and_port(&settings.host).unwrap_or_default();
        Self {
            host: host.to_owned(),
            port,
            transport: settings.transport,
            name_servers: settings.name_servers.clone(),
            resolver: OnceCell::new(),
            silent: Mutex::default(),
        }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The addresses, the first choice first, and without the one that did not answer last time where there are others.
    pub(super) async fn addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::time::timeout(RESOLVING, self.resolve()).await;
        let mut addresses = found.unwrap_or_else(|_| Err(UNKNOWN.to_owned()))?;
        if let Some(silent) = *self.silent.lock().unwrap_or_else(PoisonError::into_inner)
            && addresses.iter().any(|address| *address != silent)
        {
            addresses.retain(|address| *address != silent);
        }
        Ok(addresses)
    }

    /// This address did not answer.
    pub(super) fn falls_silent(&self, address: SocketAddr) {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, String> {
        if self.port.is_none() && self.host.parse::<std::net::IpAddr>().is_err() {
            let served = self.served().await?;
            if !served.is_empty() {
                return Ok(served);
            }
        }
        let usual = if self.transport == Transport::Tls { 5061 } else { 5060 };
        let addresses = tokio::net::lookup_host((self.host.as_str(), self.port.unwrap_or(usual))).await;
        addresses.map(Iterator::collect).map_err(|_| NOWHERE.to_owned())
    }

    /// By SRV records (RFC 2782); empty where there are none. With one priority, the heaviest comes first.
    async fn served(&self) -> Result<Vec<SocketAddr>, String> {
        let resolver = self.resolver.get_or_init(|| async { resolver(&self.name_servers) }).await;
        // Without a server for names there are only those that this machine knows by itself.
        let Some(resolver) = resolver else { return Ok(Vec::new()) };
        let service = match self.transport {
            Transport::Udp => "_sip._udp",
            Transport::Tcp => "_sip._tcp",
            Transport::Tls => "_sips._tcp",
        };
        let found = match resolver.srv_lookup(format!("{service}.{}.", self.host)).await {
            Ok(found) => found,
            Err(error) if error.is_nx_domain() || error.is_no_records_found() => return Ok(Vec::new()),
            Err(_) => return Err(UNKNOWN.to_owned()),
        };
        let mut records: Vec<&SRV> = found
            .answers()
            .iter()
            .filter_map(|record| if let RData::SRV(srv) = &record.data { Some(srv) } else { None })
            .collect();
        records.sort_by_key(|srv| (srv.priority, Reverse(srv.weight)));
        let mut addresses = Vec::new();
        for srv in records {
            // A target that cannot be looked up is passed over like one that cannot be reached.
            if let Ok(found) = resolver.lookup_ip(srv.target.clone()).await {
                addresses.extend(found.iter().map(|address| SocketAddr::new(address, srv.port)));
            }
        }
        if addresses.is_empty() { Err(NOWHERE.to_owned()) } else { Ok(addresses) }
    }
}

/// Asks these servers, or those of the system.
fn resolver(servers: &[SocketAddr]) -> Option<TokioResolver> {
    if servers.is_empty() {
        return TokioResolver::builder_tokio().ok()?.build().ok();
    }
    let server = |address: &SocketAddr| {
        let mut connection = ConnectionConfig::udp();
        connection.port = address.port();
        NameServerConfig::new(address.ip(), true, vec![connection])
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().ok()
}
