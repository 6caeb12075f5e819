//! One connection: how it is opened and secured, and what is said over it. The words on the wire are lettre's; the
//! order, the time-outs and what an answer means are ours.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters, TlsParametersBuilder, TlsVersion,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::letter::Letter;
use super::reason;
use super::{ServerSettings, SmtpFault, Tls};

/// How long a server may take to show that it still listens, at most.
const STILL_THERE: Duration = Duration::from_secs(3);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why a server did not take a letter.
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) reason: String,
}

/// Whether another try, or another server, could help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Later, or with another server.
    Temporary,
    /// With another server only: this one lacks what the letter needs.
    Unable,
    /// No.
    Permanent,
}

impl Fault {
    pub(super) fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }

    pub(super) fn slow(limit: Duration) -> Self {
        Self::new(Kind::Temporary, format!("no answer within {} ms", limit.as_millis()))
    }
}

/// Where and how connections are opened.
pub(super) struct Line {
    name: String,
    settings: ServerSettings,
    hello: ClientId,
    security: Option<TlsParameters>,
}

/// An open connection, secured and logged in.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
}

impl Line {
    pub(super) fn new(settings: ServerSettings, hello: &str) -> Result<Self, SmtpFault> {
        let hello = client_id(hello).ok_or(SmtpFault::Hello)?;
        let security = match settings.tls {
            Tls::Plain => None,
            Tls::Starttls | Tls::Implicit => Some(security(&settings).ok_or(SmtpFault::Roots)?),
        };
        let host =
            if settings.host.contains(':') { format!("[{}]", settings.host) } else { settings.host.clone() };
        Ok(Self { name: format!("{host}:{}", settings.port), settings, hello, security })
    }

    /// Host and port.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Connects, secures and logs in. Whatever goes wrong here is the server's matter, not the letter's: another try or
    /// another server may help.
    pub(super) async fn open(&self) -> Result<Connection, Fault> {
        let timeout = self.settings.timeout;
        let mut smtp = match (self.settings.tls, &self.security) {
            (Tls::Implicit, Some(security)) => {
                let address = (self.settings.host.as_str(), self.settings.port);
                let security = Some(security.clone());
                let opened =
                    AsyncSmtpConnection::connect_tokio1(address, Some(timeout), &self.hello, security, None);
                timed(timeout, opened).await.map_err(|trouble| trouble.of_server("connecting"))?
            }
            (_, security) => {
                let stream = Box::new(self.dial().await?);
                let opened = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
                let mut smtp =
                    timed(timeout, opened).await.map_err(|trouble| trouble.of_server("greeting"))?;
                if let Some(security) = security {
                    self.secure(&mut smtp, security).await?;
                }
                smtp
            }
        };
        self.log_in(&mut smtp).await?;
        Ok(Connection { smtp, timeout })
    }

    async fn dial(&self) -> Result<Plain, Fault> {
        let timeout = self.settings.timeout;
        let dialled = TcpStream::connect((self.settings.host.as_str(), self.settings.port));
        let stream = match tokio::time::timeout(timeout, dialled).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(Fault::new(Kind::Temporary, reason::of_io(&error))),
            Err(_) => return Err(Fault::slow(timeout)),
        };
        let is_here = stream.peer_addr().is_ok_and(|address| address.ip().to_canonical().is_loopback());
        if self.settings.tls == Tls::Plain && !is_here {
            return Err(Fault::new(
                Kind::Temporary,
                "is not on this machine, and nothing is sent in the clear",
            ));
        }
        Ok(Plain { stream, secured: false })
    }

    async fn secure(&self, smtp: &mut AsyncSmtpConnection, security: &TlsParameters) -> Result<(), Fault> {
        if !smtp.can_starttls() {
            return Err(Fault::new(Kind::Temporary, "offers no STARTTLS, and nothing is sent in the clear"));
        }
        let upgraded = smtp.starttls(security.clone(), &self.hello);
        timed(self.settings.timeout, upgraded).await.map_err(|trouble| trouble.of_server("STARTTLS"))
    }

    async fn log_in(&self, smtp: &mut AsyncSmtpConnection) -> Result<(), Fault> {
        let Some((user, password)) = &self.settings.login else { return Ok(()) };
        if smtp.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            return Err(Fault::new(Kind::Temporary, "offers no login with a password"));
        }
        let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
        let logged_in = smtp.auth(DEFAULT_MECHANISMS, &credentials);
        match timed(self.settings.timeout, logged_in).await {
            Ok(_) => Ok(()),
            Err(trouble) => Err(trouble.of_login()),
        }
    }
}

impl Connection {
    /// Hands a letter over.
    pub(super) async fn deliver(&mut self, letter: &Letter) -> Result<(), Fault> {
        let parameters = self.parameters(letter)?;
        let limit = self.timeout;
        // Who may send is between the server and its operator: the letter is not to blame, and is kept.
        let sender = Mail::new(Some(letter.from.clone()), parameters);
        timed(limit, self.smtp.command(sender)).await.map_err(|trouble| trouble.of_server("the sender"))?;
        let recipient = Rcpt::new(letter.to.clone(), vec![]);
        timed(limit, self.smtp.command(recipient))
            .await
            .map_err(|trouble| trouble.of_letter("the recipient"))?;
        timed(limit, self.smtp.command(Data)).await.map_err(|trouble| trouble.of_letter("the letter"))?;
        timed(limit, self.smtp.message(&letter.bytes))
            .await
            .map_err(|trouble| trouble.of_letter("the letter"))?;
        Ok(())
    }

    fn parameters(&self, letter: &Letter) -> Result<Vec<MailParameter>, Fault> {
        let offers = |extension| self.smtp.server_info().supports_feature(extension);
        if letter.is_ascii() {
            return Ok(vec![]);
        }
        if offers(Extension::SmtpUtfEight) && offers(Extension::EightBitMime) {
            return Ok(vec![
                MailParameter::SmtpUtfEight,
                MailParameter::Body(MailBodyParameter::EightBitMime),
            ]);
        }
        Err(Fault::new(Kind::Unable, "takes no addresses with letters beyond ASCII (it offers no SMTPUTF8)"))
    }

    /// Whether the server still listens.
    pub(super) async fn is_alive(&mut self) -> bool {
        tokio::time::timeout(self.timeout.min(STILL_THERE), self.smtp.test_connected()).await.unwrap_or(false)
    }

    /// Says goodbye and closes.
    pub(super) async fn close(mut self) {
        let _ = tokio::time::timeout(GOODBYE, self.smtp.abort()).await;
    }
}

/// What went wrong in one exchange.
enum Trouble {
    Slow(Duration),
    Told(Error),
}

async fn timed<T>(limit: Duration, exchange: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
    match tokio::time::timeout(limit, exchange).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Trouble::Told(error)),
        Err(_) => Err(Trouble::Slow(limit)),
    }
}

impl Trouble {
    /// Trouble that says nothing about the letter.
    fn of_server(&self, what: &str) -> Fault {
        match self {
            Self::Slow(limit) => Fault::slow(*limit),
            Self::Told(error) => Fault::new(Kind::Temporary, reason::of(error, what)),
        }
    }

    /// A refusal of the letter or its recipient is for good where the code begins with 5, but for 503 and 530: those
    /// say that this server wants something else first.
    fn of_letter(&self, what: &str) -> Fault {
        let mut fault = self.of_server(what);
        if let Self::Told(error) = self
            && error.is_permanent()
            && !error.status().is_some_and(|code| [503, 530].contains(&u16::from(code)))
        {
            fault.kind = Kind::Permanent;
        }
        fault
    }

    /// What a server says to a login may repeat the login: only the code is told.
    fn of_login(&self) -> Fault {
        match self {
            Self::Told(error) if error.status().is_some() => {
                let code = error.status().map(|code| code.to_string()).unwrap_or_default();
                Fault::new(Kind::Temporary, format!("refused the login ({code})"))
            }
            _ => self.of_server("the login"),
        }
    }
}

pub(super) fn client_id(hello: &str) -> Option<ClientId> {
    match hello.parse() {
        Ok(IpAddr::V4(address)) => Some(ClientId::Ipv4(address)),
        Ok(IpAddr::V6(address)) => Some(ClientId::Ipv6(address)),
        Err(_) => super::letter::is_host_name(hello).then(|| ClientId::Domain(hello.to_owned())),
    }
}

/// The certificates in a file. Text without any is no file of certificates.
pub(super) fn roots(pem: &[u8]) -> Option<Vec<Certificate>> {
    let mut store = RootCertStore::empty();
    let mut roots = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.ok()?;
        roots.push(Certificate::from_der(certificate.to_vec()).ok()?);
        store.add(certificate).ok()?;
    }
    Some(roots).filter(|roots| !roots.is_empty())
}

fn security(settings: &ServerSettings) -> Option<TlsParameters> {
    let builder = TlsParameters::builder(settings.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    let roots = settings.roots.as_deref().map_or_else(|| Some(Vec::new()), roots)?;
    roots.into_iter().fold(builder, TlsParametersBuilder::add_root_certificate).build_rustls().ok()
}

/// A connection before TLS. It hands out single bytes until TLS begins, so that nothing which somebody on the way puts
/// behind the answer to STARTTLS is taken for an answer of the secured server.
#[derive(Debug)]
struct Plain {
    stream: TcpStream,
    secured: bool,
}

impl AsyncTokioStream for Plain {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.secured || buffer.remaining() == 0 {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        let polled = Pin::new(&mut self.stream).poll_read(cx, &mut one);
        buffer.put_slice(one.filled());
        polled
    }
}

impl AsyncWrite for Plain {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // A TLS handshake record begins with 22 (RFC 8446 section 5.1), a command with a letter.
        self.secured |= bytes.first() == Some(&22);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.reason)
    }
}
