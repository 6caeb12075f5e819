//! `[mail]`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use countersign_core::email::EmailAddress;
use countersign_courier::smtp::{
    self, DkimSettings, Sender, ServerSettings, SmtpFault, SmtpSettings, Tls, check_address, check_hello,
    check_roots,
};
use url::{Host, Url};

use super::{PublicAddress, Source};

/// How long a mail server may take for each step. A letter then takes 45 seconds at most, over all servers.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest name of the sender, in characters.
const LONGEST_NAME: usize = 100;
/// Settings that mean nothing without servers.
const OTHERS: [&str; 10] = [
    "mail.from",
    "mail.reply_to",
    "mail.user",
    "mail.password",
    "mail.password_file",
    "mail.ca_file",
    "mail.dkim_domain",
    "mail.dkim_selector",
    "mail.dkim_key_file",
    "mail.hello",
];
/// What the server calls itself where neither `mail.hello` nor the public address gives it a name.
const NAMELESS: &str = "localhost";

/// How letters are sent.
#[derive(Clone)]
pub struct MailSettings(SmtpSettings);

impl MailSettings {
    /// What the courier needs to know.
    pub const fn smtp(&self) -> &SmtpSettings {
        &self.0
    }
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<_> =
            self.0.servers.iter().map(|server| (&server.host, server.port, server.tls)).collect();
        f.debug_struct("MailSettings")
            .field("from", &self.0.from)
            .field("servers", &servers)
            .finish_non_exhaustive()
    }
}

/// Reads the section; `None` where nothing of it is set. Every mistake in it is noted, also beside others.
pub(super) fn read(source: &mut Source, public_address: &PublicAddress) -> Option<MailSettings> {
    let servers: Option<Vec<Server>> = source.list("mail.servers", SERVERS);
    let from = read_from(source);
    let reply_to = read_reply_to(source);
    let login = read_login(source);
    let roots = read_roots(source);
    let dkim = read_dkim(source, from.as_ref());
    let hello = read_hello(source, public_address);
    let is_empty = servers.as_ref().map_or(!source.is_written("mail.servers"), Vec::is_empty);
    if is_empty && !OTHERS.iter().any(|name| source.is_written(name)) {
        return None;
    }
    for (name, is_missing) in [("mail.servers", is_empty), ("mail.from", !source.is_written("mail.from"))] {
        if is_missing {
            source.mistake(name, "must be set where anything else of [mail] is");
        }
    }
    let (servers, from) = (servers.filter(|servers| !servers.is_empty())?, from?);
    if !public_address.is_given() && !servers.iter().all(Server::is_here) {
        source.mistake("public_address", "must be set where mail is: it alone builds the links in letters");
    }
    let servers = servers.into_iter().map(|server| server.with(login.clone(), roots.clone())).collect();
    Some(MailSettings(SmtpSettings { from, reply_to, servers, dkim, hello }))
}

const SERVERS: &str = "mail servers: \"smtp://mail.example.org:587\" (STARTTLS), \"smtps://mail.example.org:465\" (TLS) or, \
                       on this machine only, \"smtp+plain://127.0.0.1:25\"; user name and password have settings of their own";

/// A mail server as an operator writes it.
struct Server {
    host: String,
    port: u16,
    tls: Tls,
}

impl Server {
    fn is_here(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn with(
        self,
        login: Option<(String, countersign_courier::Secret)>,
        roots: Option<Vec<u8>>,
    ) -> ServerSettings {
        ServerSettings { host: self.host, port: self.port, tls: self.tls, login, roots, timeout: TIMEOUT }
    }
}

impl FromStr for Server {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url: Url = text.parse().map_err(|_| ())?;
        let (tls, usual) = match url.scheme() {
            "smtp" => (Tls::Starttls, 587),
            "smtps" => (Tls::Implicit, 465),
            "smtp+plain" => (Tls::Plain, 25),
            _ => return Err(()),
        };
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(());
        }
        // The standard of addresses keeps hosts of schemes that it does not know as they are written.
        let host = match Host::parse(url.host_str().ok_or(())?).map_err(|_| ())? {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let server = Self { host, port: url.port().unwrap_or(usual), tls };
        if server.port == 0 || (tls == Tls::Plain && !server.is_here()) { Err(()) } else { Ok(server) }
    }
}

/// `Name <address>`, or an address alone.
fn sender(text: &str) -> Option<Sender> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address),
        None => ("", text),
    };
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).trim();
    let fits = name.chars().count() <= LONGEST_NAME
        && !name.contains(|c: char| c.is_control() || "<>\"@".contains(c));
    let address =
        EmailAddress::parse(address).ok().filter(|address| fits && check_address(address).is_ok())?;
    Some(Sender { name: Some(name.to_owned()).filter(|name| !name.is_empty()), address })
}

fn read_from(source: &mut Source) -> Option<Sender> {
    let (text, origin) = source.text("mail.from")?;
    let from = sender(&text);
    if from.is_none() {
        let what =
            "must be an address, or a name and an address such as \"Example Bank <no-reply@example.org>\"";
        source.mistake_at("mail.from", origin, what.to_owned());
    }
    from
}

fn read_reply_to(source: &mut Source) -> Option<EmailAddress> {
    let (text, origin) = source.text("mail.reply_to")?;
    let address = EmailAddress::parse(&text).ok().filter(|address| check_address(address).is_ok());
    if address.is_none() {
        source.mistake_at("mail.reply_to", origin, "must be an e-mail address".to_owned());
    }
    address
}

fn read_login(source: &mut Source) -> Option<(String, countersign_courier::Secret)> {
    let user = source.text("mail.user").map(|(user, _)| user);
    let password = source.text("mail.password").map(|(password, _)| password);
    let (password, is_set) = match (password, source.file("mail.password_file")) {
        (Some(_), Some(_)) => {
            source.mistake("mail", "set either password or password_file, not both");
            (None, true)
        }
        (Some(password), None) => (Some(password), true),
        (None, Some(read)) => (read.and_then(|bytes| String::from_utf8(bytes).ok()), true),
        (None, None) => (None, false),
    };
    let password = password.map(|password| password.trim_end_matches(['\r', '\n']).to_owned());
    match (&user, is_set) {
        (Some(_), false) => source.mistake("mail.password", "must be set beside mail.user"),
        (None, true) => source.mistake("mail.user", "must be set beside the password"),
        _ => {}
    }
    user.zip(password.map(countersign_courier::Secret::new))
}

fn read_roots(source: &mut Source) -> Option<Vec<u8>> {
    let pem = source.file("mail.ca_file")??;
    if check_roots(&pem).is_err() {
        source.mistake("mail.ca_file", "must hold certificates, PEM");
    }
    Some(pem)
}

fn read_dkim(source: &mut Source, from: Option<&Sender>) -> Option<DkimSettings> {
    let domain = source.text("mail.dkim_domain").map(|(domain, _)| domain);
    let selector = source.text("mail.dkim_selector").map(|(selector, _)| selector);
    let key = source.file("mail.dkim_key_file");
    if domain.is_none() && selector.is_none() && key.is_none() {
        return None;
    }
    let given = [domain.is_some(), selector.is_some(), key.is_some()];
    for (name, is_set) in
        ["mail.dkim_domain", "mail.dkim_selector", "mail.dkim_key_file"].into_iter().zip(given)
    {
        if !is_set {
            source.mistake(name, "must be set beside the other dkim settings");
        }
    }
    let (domain, selector) = (domain?, selector?);
    if from.is_some_and(|from| !signs_for(&domain, from.address.domain())) {
        source.mistake("mail.dkim_domain", "must be the domain of mail.from, or one above it");
    }
    // A key that is no text is none, and is told as such.
    let key = String::from_utf8(key??).unwrap_or_default().into();
    let dkim = DkimSettings { domain, selector, key };
    match dkim.check() {
        Err(SmtpFault::DkimKey) => source.mistake(
            "mail.dkim_key_file",
            "must be a private key, PEM: RSA of at least 2048 bits, or Ed25519",
        ),
        Err(_) => source.mistake("mail.dkim_selector", "and mail.dkim_domain must be names as in the DNS"),
        Ok(()) => {}
    }
    Some(dkim)
}

fn signs_for(domain: &str, of: &str) -> bool {
    let ascii = |name: &str| Host::parse(name).map(|host| host.to_string());
    match (ascii(domain), ascii(of)) {
        (Ok(domain), Ok(of)) => of == domain || of.ends_with(&format!(".{domain}")),
        _ => false,
    }
}

fn read_hello(source: &mut Source, public_address: &PublicAddress) -> String {
    let Some((hello, origin)) = source.text("mail.hello") else {
        let host = public_address.host();
        return if check_hello(host).is_ok() { host } else { NAMELESS }.to_owned();
    };
    if smtp::check_hello(&hello).is_err() {
        source.mistake_at("mail.hello", origin, "must be a host name or an IP address".to_owned());
    }
    hello
}
