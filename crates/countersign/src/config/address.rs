//! `listen` and `public_address`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use url::{Host, Url};

use super::Source;

/// Where the server listens unless it is told otherwise.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The address people type, for example `https://account.example.org`. It alone builds links: no header does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    origin: String,
    host: String,
    https: bool,
    given: bool,
}

impl PublicAddress {
    /// Takes an address as an operator writes it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url: Url = text.parse().map_err(|_| "must be an address such as https://account.example.org")?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err("must be scheme, host and port only, without path, question mark or user name");
        }
        let host = url.host_str().ok_or("must name a host")?.to_owned();
        let origin = url.origin().ascii_serialization();
        match url.scheme() {
            "https" => Ok(Self { origin, host, https: true, given: true }),
            "http" if is_loopback(&url) => Ok(Self { origin, host, https: false, given: true }),
            "http" => Err("must begin with https://; http:// is for localhost, 127.0.0.1 and [::1] only"),
            _ => Err("must begin with https://"),
        }
    }

    fn derived(listen: SocketAddr, https: bool) -> Self {
        let scheme = if https { "https" } else { "http" };
        let origin = match (scheme, listen.port()) {
            ("https", 443) | ("http", 80) => format!("{scheme}://localhost"),
            (_, port) => format!("{scheme}://localhost:{port}"),
        };
        Self { origin, host: "localhost".to_owned(), https, given: false }
    }

    /// The same address once the port is known, where it was made up from a listening address with port 0.
    #[must_use]
    pub fn once_bound(self, bound: SocketAddr) -> Self {
        if self.given { self } else { Self::derived(bound, self.https) }
    }

    /// Whether an operator set it; otherwise it was made up from a loopback address.
    pub const fn is_given(&self) -> bool {
        self.given
    }

    /// Whether people reach the server over TLS, and so whether cookies are `Secure` and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The origin as a browser writes it in `Origin`, for example `https://account.example.org`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A whole address for `path`, which begins with a slash.
    pub fn link(&self, path: &str) -> String {
        debug_assert!(path.starts_with('/'), "a link's path begins with a slash");
        format!("{}{path}", self.origin)
    }

    /// The host as people read it, without scheme or port.
    pub fn host(&self) -> &str {
        &self.host
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads both: without a public address only loopback may be listened on, because nobody else could follow a link.
pub(super) fn read(source: &mut Source, tls: bool) -> (Vec<SocketAddr>, PublicAddress) {
    let listen = source.list("listen", "addresses with a port, such as \"127.0.0.1:8080\" or \"[::]:443\"");
    if listen.as_ref().is_some_and(Vec::is_empty) {
        source.mistake("listen", "must hold at least one address");
    }
    let listen = listen.filter(|list| !list.is_empty()).unwrap_or_else(|| vec![DEFAULT_LISTEN]);
    let derived = PublicAddress::derived(listen[0], tls);
    let Some((text, origin)) = source.text("public_address") else {
        if listen.iter().any(|address| !address.ip().is_loopback()) {
            source.mistake(
                "public_address",
                "must be set when the server listens on more than loopback: it alone builds links",
            );
        }
        return (listen, derived);
    };
    let public = PublicAddress::parse(&text).unwrap_or_else(|message| {
        source.mistake_at("public_address", origin, message.to_owned());
        derived
    });
    if tls && !public.is_https() {
        source.mistake("public_address", "must begin with https:// when tls is set");
    }
    (listen, public)
}
