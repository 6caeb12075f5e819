//! Letters by SMTP (RFC 5321, 6409): several servers, tried in order, over TLS or to this machine.

mod connection;
mod dkim;
mod letter;
pub(crate) mod reason;
mod server;

use std::time::Duration;

use countersign_core::email::EmailAddress;
use zeroize::Zeroizing;

use crate::{Mail, Outcome, Probe, Secret};
use connection::{Fault, Kind};
use letter::Writer;
use server::Server;

/// How long one letter may take in all, over every server.
const WHOLE: Duration = Duration::from_secs(45);
/// What stands for the server where none was asked.
const NO_SERVER: &str = "none";

/// How the connection to a server is secured. Certificates are always verified, and nothing falls back to less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// In the clear until STARTTLS, and nothing is said before it; usually port 587.
    Starttls,
    /// From the first byte; usually port 465.
    Implicit,
    /// Not at all: only to a loopback address.
    Plain,
}

/// One mail server.
#[derive(Clone)]
pub struct ServerSettings {
    /// Its name or address. A certificate has to be for this name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: Tls,
    /// User name and password, where it asks for them.
    pub login: Option<(String, Secret)>,
    /// Certificates of authorities (PEM) that are believed beside the system's.
    pub roots: Option<Vec<u8>>,
    /// How long each step may take: dialling, greeting each other, securing, logging in, each command after that. The whole
    /// letter may take three times as long.
    pub timeout: Duration,
}

/// Who letters come from.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name that mailboxes show. Control characters in it become blanks.
    pub name: Option<String>,
    /// The address; its domain is also that of the Message-ID.
    pub address: EmailAddress,
}

/// How letters are signed (RFC 6376, 8463).
#[derive(Clone)]
pub struct DkimSettings {
    /// The domain that signs: the sender's, or one above it.
    pub domain: String,
    /// Which of the domain's keys it is: `selector._domainkey.domain` holds its public half.
    pub selector: String,
    /// The private key, PEM: RSA of 2048 to 8192 bits (PKCS #1 or #8), or Ed25519 (PKCS #8).
    pub key: Zeroizing<String>,
}

/// Everything that sending needs.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Who letters come from.
    pub from: Sender,
    /// Where answers go, if not there.
    pub reply_to: Option<EmailAddress>,
    /// The servers, the first choice first.
    pub servers: Vec<ServerSettings>,
    /// How letters are signed, if they are.
    pub dkim: Option<DkimSettings>,
    /// What this server calls itself to mail servers: a host name or an IP address.
    pub hello: String,
}

/// Settings that nothing can be sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpFault {
    /// No server.
    #[error("there is no mail server")]
    NoServer,
    /// An address that SMTP cannot carry.
    #[error("the sender's address is none that mail can be sent from")]
    Address,
    /// The name given with EHLO.
    #[error("the name for greeting mail servers is no host name")]
    Hello,
    /// The extra certificates.
    #[error("the file of certificates holds none that can be read")]
    Roots,
    /// The domain or the selector of the signature.
    #[error("the domain or the selector of the signing key is no host name")]
    DkimName,
    /// The signing key.
    #[error("the signing key is none: it must be RSA of at least 2048 bits or Ed25519, as PEM")]
    DkimKey,
}

impl DkimSettings {
    /// Whether something can be signed with them.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub fn check(&self) -> Result<(), SmtpFault> {
        dkim::Signer::new(self).map(|_| ())
    }
}

/// Whether mail can be sent from, and answered to, this address.
///
/// # Errors
///
/// [`SmtpFault::Address`].
pub fn check_address(address: &EmailAddress) -> Result<(), SmtpFault> {
    letter::address(address).map(|_| ()).ok_or(SmtpFault::Address)
}

/// Whether mail servers can be greeted with this name.
///
/// # Errors
///
/// [`SmtpFault::Hello`].
pub fn check_hello(hello: &str) -> Result<(), SmtpFault> {
    connection::client_id(hello).map(|_| ()).ok_or(SmtpFault::Hello)
}

/// Whether these are certificates (PEM), at least one and every one of them.
///
/// # Errors
///
/// [`SmtpFault::Roots`].
pub fn check_roots(pem: &[u8]) -> Result<(), SmtpFault> {
    connection::roots(pem).map(|_| ()).ok_or(SmtpFault::Roots)
}

/// Mail servers, with the connections to them that are open.
pub struct Smtp {
    writer: Writer,
    servers: Vec<Server>,
}

impl Smtp {
    /// Prepares sending: reads the keys and the system's certificates. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// The first setting that nothing can be sent with.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpFault> {
        if settings.servers.is_empty() {
            return Err(SmtpFault::NoServer);
        }
        let servers: Result<Vec<_>, _> =
            settings.servers.into_iter().map(|server| Server::new(server, &settings.hello)).collect();
        let writer = Writer::new(&settings.from, settings.reply_to.as_ref(), settings.dkim.as_ref())?;
        Ok(Self { writer, servers: servers? })
    }

    /// Sends a letter once: the first server that takes it ends it, and so does one that refuses it for good. A server
    /// that cannot be reached, trusted, logged in to or that says "later" passes it on to the next.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        let letter = match self.writer.write(mail) {
            Ok(letter) => letter,
            Err(reason) => return Outcome::Refused { server: NO_SERVER.to_owned(), reason },
        };
        match tokio::time::timeout(WHOLE, self.try_all(&letter)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                Outcome::Later { reason: format!("sending took longer than {} seconds", WHOLE.as_secs()) }
            }
        }
    }

    async fn try_all(&self, letter: &letter::Letter) -> Outcome {
        let mut faults: Vec<(&Server, Fault)> = Vec::new();
        for server in &self.servers {
            match server.send(letter).await {
                Ok(()) => return Outcome::Accepted { server: server.name().to_owned() },
                Err(Fault { kind: Kind::Permanent, reason }) => {
                    return Outcome::Refused { server: server.name().to_owned(), reason };
                }
                Err(fault) => faults.push((server, fault)),
            }
        }
        let told = faults.iter().map(|(server, fault)| format!("{}: {}", server.name(), fault.reason));
        let reason = told.collect::<Vec<_>>().join("; ");
        // Another try helps as soon as one of them might take it.
        if faults.iter().all(|(_, fault)| fault.kind == Kind::Unable) {
            Outcome::Refused { server: self.servers[0].name().to_owned(), reason }
        } else {
            Outcome::Later { reason }
        }
    }

    /// Connects and logs in to every server, one after the other, and sends nothing.
    pub async fn probe(&self) -> Vec<Probe> {
        let mut probes = Vec::with_capacity(self.servers.len());
        for server in &self.servers {
            let result = server.probe().await.map_err(|fault| fault.reason);
            probes.push(Probe { server: server.name().to_owned(), result });
        }
        probes
    }
}
