//! Names of services, as a real server tells them.

use std::net::SocketAddr;

use crate::peer::{HERE, Peer, free_port};

/// A server for names (dnsmasq) that knows these services, each as its name, port and priority, on loopback.
pub(crate) struct NameServer {
    _peer: Peer,
    pub(crate) address: SocketAddr,
}

impl NameServer {
    pub(crate) async fn start(services: &[(&str, u16, u16)]) -> Self {
        let port = free_port(HERE);
        let mut arguments = vec![
            "--keep-in-foreground".to_owned(),
            "--conf-file=/dev/null".to_owned(),
            "--pid-file=".to_owned(),
            "--no-resolv".to_owned(),
            "--no-hosts".to_owned(),
            "--bind-interfaces".to_owned(),
            "--listen-address=127.0.0.1".to_owned(),
            format!("--port={port}"),
            "--local=/example/".to_owned(),
            "--address=/host.example/127.0.0.1".to_owned(),
            "--log-facility=-".to_owned(),
        ];
        for (service, port, priority) in services {
            arguments.push(format!("--srv-host={service},host.example,{port},{priority}"));
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let peer =
            Peer::start("TERM", tempfile::tempdir().expect("a folder"), "/usr/sbin/dnsmasq", &arguments);
        peer.until_log_says("started").await;
        Self { _peer: peer, address: SocketAddr::new(HERE, port) }
    }
}
