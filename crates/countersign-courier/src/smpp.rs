//! One SMPP 3.4 route: a session with a short message centre that is kept up, and messages through it.
//!
//! The octets are rusmpp's; the session, its window and what an answer means are ours.

mod answer;
mod driver;
mod pdu;
mod receipt;
mod session;
mod wire;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use crate::Secret;
use crate::sms::{
    Attempt, Condition, Encoding, Receipt, RouteFault, Senders, Sms, SmsOutcome, is_patience, tls,
};
use driver::Driver;
use session::Job;

/// How many messages may be open, where nothing else is said.
pub const WINDOW: usize = 10;
/// How often the centre is asked whether it is there, where nothing else is said.
pub const ENQUIRE_LINK: Duration = Duration::from_secs(30);
/// How long an answer may take, where nothing else is said.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many messages may wait for a place in the window.
const QUEUE: usize = 64;

/// A short message centre, and the account there.
#[derive(Clone)]
pub struct SmppSettings {
    /// What the route is called, in logs and reports.
    pub name: String,
    /// The centre's name or address.
    pub host: String,
    /// Its port; usually 2775, or 3550 with TLS.
    pub port: u16,
    /// How the connection is secured. Without it codes and the password cross the network in the clear, which only a
    /// tunnel to the provider makes good.
    pub tls: Option<Tls>,
    /// Who logs in: 1 to 15 ASCII characters.
    pub system_id: String,
    /// With what: up to 8 ASCII characters (SMPP 3.4 section 5.2.2).
    pub password: Secret,
    /// What kind of system that is, where the centre wants to know: up to 12 ASCII characters.
    pub system_type: String,
    /// Who messages seem to come from.
    pub senders: Senders,
    /// How many messages may be open, that is without an answer yet: 1 to 100.
    pub window: usize,
    /// How often the centre is asked whether it is there.
    pub enquire_link: Duration,
    /// How long an answer may take: to a message, to that question, and to dialling, securing and logging in together.
    pub response_timeout: Duration,
    /// What senders are said to be, where the centre wants something else than follows from them.
    pub source: Numbering,
    /// What recipients are said to be, where that is not an international number.
    pub destination: Numbering,
}

/// TLS, with certificates verified against the host's name.
#[derive(Clone, Default)]
pub struct Tls {
    /// Certificates of authorities (PEM) that are believed beside the system's.
    pub roots: Option<Vec<u8>>,
}

/// Type of number and numbering plan, where a centre wants its own (SMPP 3.4 sections 5.2.5 and 5.2.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// Type of number.
    pub ton: Option<u8>,
    /// Numbering plan indicator.
    pub npi: Option<u8>,
}

impl SmppSettings {
    pub(crate) fn check(&self) -> Result<(), RouteFault> {
        let (name, _) = (self.server_name().ok_or(RouteFault::Host)?, pdu::bind(self)?);
        drop(name);
        if !(1..=100).contains(&self.window) {
            return Err(RouteFault::Window);
        }
        if !is_patience(self.enquire_link) || !is_patience(self.response_timeout) {
            return Err(RouteFault::Time);
        }
        if !self.senders.are_sound() {
            return Err(RouteFault::Code);
        }
        self.connector().map(|_| ())
    }

    fn server_name(&self) -> Option<ServerName<'static>> {
        ServerName::try_from(self.host.clone()).ok()
    }

    fn connector(&self) -> Result<Option<TlsConnector>, RouteFault> {
        let Some(Tls { roots }) = &self.tls else { return Ok(None) };
        let config = tls::client_config(roots.as_deref()).ok_or(RouteFault::Roots)?;
        Ok(Some(TlsConnector::from(Arc::new(config))))
    }
}

/// A route with its session.
pub(crate) struct Smpp {
    settings: Arc<SmppSettings>,
    jobs: mpsc::Sender<Job>,
    condition: watch::Receiver<Condition>,
    task: JoinHandle<()>,
}

impl Smpp {
    pub(crate) fn start(settings: SmppSettings, receipts: mpsc::Sender<Receipt>) -> Result<Self, RouteFault> {
        let secured = settings.connector()?.zip(settings.server_name());
        let bind = pdu::bind(&settings)?;
        let settings = Arc::new(settings);
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (tell, condition) = watch::channel(Condition::Connecting);
        let driver = Driver { settings: Arc::clone(&settings), secured, bind, jobs: waiting, receipts, tell };
        Ok(Self { settings, jobs, condition, task: tokio::spawn(driver.run()) })
    }

    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    pub(crate) fn condition(&self) -> watch::Receiver<Condition> {
        self.condition.clone()
    }

    pub(crate) async fn send(&self, sms: Sms<'_>, encoding: Encoding) -> Attempt {
        let Some(submit) = pdu::submit(&self.settings, sms, encoding) else {
            return Attempt::of(SmsOutcome::NotSent);
        };
        let limit = self.settings.response_timeout;
        let (answer, answered) = oneshot::channel();
        let job = Job { submit, answer, until: Instant::now() + limit };
        if self.jobs.send_timeout(job, limit).await.is_err() {
            return Attempt::of(SmsOutcome::NotSent);
        }
        // The session answers every job; were it gone, nobody could say how far the message came.
        answered.await.unwrap_or(Attempt::of(SmsOutcome::Unknown))
    }

    /// Tells the session to end. What comes back ends with it.
    pub(crate) fn end(self) -> impl Future<Output = Result<(), JoinError>> {
        drop(self.jobs);
        self.task
    }
}
