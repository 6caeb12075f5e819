//! The SIP library, rsipstack: its transactions and transports, and nothing above. No other file names it.
//!
//! Calls use neither its dialogs nor its authentication: its CANCEL ignores where the INVITE went, its digest knows no
//! `SHA-256`, and its state events race with the final answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rsipstack::sip::{Header, Method, Request, Response, SipMessage, StatusCode};
use rsipstack::transaction::endpoint::{Endpoint, MessageInspector};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::{Transaction, TransactionEvent};
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::tls::{TlsConfig, TlsConnection};
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection, TransportLayer};
use rsipstack::{EndpointBuilder, Error};
use rustls::client::danger::ServerCertVerifier;
use tokio::net::UdpSocket;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::Transport;
use super::line::{Answer, Event, Exchange, Line, Origin};
use crate::smtp::reason;

/// How long dialling and securing a connection may take.
const DIALLING: Duration = Duration::from_secs(5);
/// How long a connection lies ready where nothing comes: less than firewalls remember one, longer than a call rings.
const IDLE: Duration = Duration::from_mins(2);
/// Marks an answer that the library made itself when nothing came or the connection broke.
const HOME_MADE: &str = "X-Home-Made";
const AGENT: &str = "Countersign";

/// How to reach a trunk, beside its address.
pub(super) struct Way {
    pub(super) transport: Transport,
    /// The name that a certificate has to be for.
    pub(super) host: String,
    /// Who vouches for certificates.
    pub(super) verifier: Option<Arc<dyn ServerCertVerifier>>,
}

/// The way to one address, with its socket or connection. Everything sent goes there, whatever the addresses in the
/// messages say: that is what makes a CANCEL follow its INVITE.
pub(super) struct StackLine {
    way: Arc<Way>,
    remote: SocketAddr,
    endpoint: Endpoint,
    end: CancellationToken,
    open: Mutex<Option<Open>>,
}

/// A socket or a connection that is open.
#[derive(Clone)]
struct Open {
    connection: SipConnection,
    local: SocketAddr,
    lost: CancellationToken,
}

/// A word of 32 letters and digits that nobody can guess.
pub(super) fn token() -> String {
    rsipstack::transaction::random_text(32)
}

impl StackLine {
    /// Opens the way to this address: binds a socket, or connects and secures.
    pub(super) async fn open(way: Arc<Way>, remote: SocketAddr) -> Result<Arc<Self>, String> {
        let end = CancellationToken::new();
        let mut layer = TransportLayer::new(end.child_token());
        layer.outbound = Some(address(way.transport, remote));
        layer.set_stream_idle_timeout(IDLE);
        let mut open = None;
        if way.transport == Transport::Udp {
            let socket = bind(remote, &end).await?;
            layer.add_transport(socket.connection.clone());
            open = Some(socket);
        }
        let endpoint = EndpointBuilder::new()
            .with_user_agent(AGENT)
            .with_cancel_token(end.clone())
            .with_transport_layer(layer)
            .with_inspector(Box::new(Marker))
            .with_allows(vec![Method::Invite, Method::Ack, Method::Cancel, Method::Bye, Method::Options])
            .build();
        serve(&endpoint);
        let line = Self { way, remote, endpoint, end, open: Mutex::new(open) };
        line.connection().await?;
        Ok(Arc::new(line))
    }

    pub(super) const fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Whether requests can leave: connects anew where the connection was lost.
    pub(super) async fn is_ready(&self) -> bool {
        let Ok(open) = self.connection().await else { return false };
        // A socket is bound to one address of this machine, which may have got another one since.
        self.way.transport != Transport::Udp
            || local_towards(self.remote).await.is_ok_and(|address| address == open.local.ip())
    }

    async fn connection(&self) -> Result<Open, String> {
        let mut open = self.open.lock().await;
        if let Some(open) = open.as_ref().filter(|open| !open.lost.is_cancelled()) {
            return Ok(open.clone());
        }
        let dialled = tokio::time::timeout(DIALLING, self.dial());
        let dialled = dialled.await.unwrap_or_else(|_| Err("no answer in time".to_owned()))?;
        self.endpoint.inner.transport_layer.add_connection(dialled.connection.clone());
        *open = Some(dialled.clone());
        Ok(dialled)
    }

    async fn dial(&self) -> Result<Open, String> {
        let (remote, lost) = (address(self.way.transport, self.remote), self.end.child_token());
        let connection = match self.way.transport {
            Transport::Tls => {
                let config = TlsConfig { sni_hostname: Some(self.way.host.clone()), ..TlsConfig::default() };
                let verifier = self.way.verifier.clone();
                TlsConnection::connect(&remote, Some(&config), verifier, Some(lost.clone()))
                    .await
                    .map(SipConnection::Tls)
            }
            Transport::Udp | Transport::Tcp => {
                TcpConnection::connect(&remote, Some(lost.clone())).await.map(SipConnection::Tcp)
            }
        };
        let connection = connection.map_err(|error| told(&error))?;
        let local = connection.get_addr().get_socketaddr().map_err(|error| told(&error))?;
        Ok(Open { connection, local, lost })
    }
}

impl Line for StackLine {
    async fn send(
        self: &Arc<Self>,
        write: impl FnOnce(&Origin) -> String + Send,
    ) -> Result<Exchange, String> {
        let open = self.connection().await?;
        let origin = Origin { transport: self.way.transport, address: open.local };
        let request = Request::try_from(write(&origin)).map_err(|_| NOT_UNDERSTOOD.to_owned())?;
        let key = TransactionKey::from_request(&request, TransactionRole::Client)
            .map_err(|_| NOT_UNDERSTOOD.to_owned())?;
        let endpoint = self.endpoint.inner.clone();
        let mut transaction = Transaction::new_client(key.clone(), request, endpoint, Some(open.connection));
        transaction.destination = Some(address(self.way.transport, self.remote));

        let (events, told) = mpsc::unbounded_channel();
        let (is_quiet, door) = (Arc::new(AtomicBool::new(false)), transaction.tu_sender.clone());
        let quiet = {
            let is_quiet = Arc::clone(&is_quiet);
            move || {
                is_quiet.store(true, Ordering::Release);
                // Makes `receive` come back, which may not be interrupted otherwise.
                let _ = door.send(TransactionEvent::Terminate(key.clone()));
            }
        };
        let line = Arc::clone(self);
        tokio::spawn(async move {
            drive(transaction, &events, &is_quiet).await;
            // Up to here answers could come, so up to here the socket had to stay.
            drop(line);
        });
        Ok(Exchange::new(origin, told, open.lost, quiet))
    }
}

const NOT_UNDERSTOOD: &str = "a request could not be written";

impl Drop for StackLine {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

/// Runs a transaction to its end, whoever listens: it acknowledges late answers too.
async fn drive(mut transaction: Transaction, events: &mpsc::UnboundedSender<Event>, is_quiet: &AtomicBool) {
    if transaction.send().await.is_err() {
        let _ = events.send(Event::Lost);
        return;
    }
    loop {
        while let Some(message) = transaction.receive().await {
            if let SipMessage::Response(response) = message {
                let _ = events.send(event(&response));
            }
        }
        if transaction.is_terminated() || !is_quiet.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Some(timer) = transaction.timer_a.take() {
            transaction.endpoint_inner.timers.cancel(timer);
        }
    }
}

fn event(response: &Response) -> Event {
    let is_home_made = response.headers.iter().any(|header| header.name() == HOME_MADE);
    match response.status_code.code() {
        408 if is_home_made => Event::TimedOut,
        _ if is_home_made => Event::Lost,
        code => {
            let header = |header: &Header| (header.name().to_owned(), header.value().to_owned());
            Event::Answer(Answer { code, headers: response.headers.iter().map(header).collect() })
        }
    }
}

/// Tells the library's own answers (408 when time ran out, 503 when the connection broke) from a trunk's: only a
/// trunk's came from somewhere.
struct Marker;

impl MessageInspector for Marker {
    fn before_send(&self, message: SipMessage, _to: Option<&SipAddr>) -> SipMessage {
        message
    }

    fn after_received(&self, mut message: SipMessage, from: Option<&SipAddr>) -> SipMessage {
        if let SipMessage::Response(response) = &mut message {
            response.headers.retain(|header| !header.name().eq_ignore_ascii_case(HOME_MADE));
            if from.is_none() {
                response.headers.push(Header::Other(HOME_MADE.to_owned(), String::new()));
            }
        }
        message
    }
}

/// Lets the library work, and answers what a trunk asks by itself: whether we are there, and that a call ended.
fn serve(endpoint: &Endpoint) {
    let inner = endpoint.inner.clone();
    tokio::spawn(async move { inner.serve().await.ok() });
    let Ok(mut asked) = endpoint.incoming_transactions() else { return };
    tokio::spawn(async move {
        while let Some(mut transaction) = asked.recv().await {
            let status = match transaction.original.method {
                Method::Bye | Method::Options => StatusCode::OK,
                _ => StatusCode::MethodNotAllowed,
            };
            transaction.reply(status).await.ok();
        }
    });
}

async fn bind(remote: SocketAddr, end: &CancellationToken) -> Result<Open, String> {
    let local = local_towards(remote).await?;
    let lost = end.child_token();
    let socket = UdpConnection::create_connection(SocketAddr::new(local, 0), None, Some(lost.clone())).await;
    let connection = SipConnection::Udp(socket.map_err(|error| told(&error))?);
    let local = connection.get_addr().get_socketaddr().map_err(|error| told(&error))?;
    Ok(Open { connection, local, lost })
}

/// The address of this machine from which that one is reached. Nothing is sent.
async fn local_towards(remote: SocketAddr) -> Result<IpAddr, String> {
    let any =
        if remote.is_ipv6() { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
    let probe = async {
        let socket = UdpSocket::bind((any, 0)).await?;
        socket.connect(remote).await?;
        socket.local_addr()
    };
    probe.await.map(|local| local.ip()).map_err(|error| reason::of_io(&error))
}

fn address(transport: Transport, remote: SocketAddr) -> SipAddr {
    let transport = match transport {
        Transport::Udp => rsipstack::sip::Transport::Udp,
        Transport::Tcp => rsipstack::sip::Transport::Tcp,
        Transport::Tls => rsipstack::sip::Transport::Tls,
    };
    SipAddr { r#type: Some(transport), addr: remote.into() }
}

/// The library's own words may quote messages: only what went wrong with the connection is told.
fn told(error: &Error) -> String {
    match error {
        Error::IoError(error) => reason::of_io(error),
        _ => "cannot be connected to; is its name right?".to_owned(),
    }
}
