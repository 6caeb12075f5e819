//! Keeps a session up: dials, logs in, serves, and begins again with growing pauses.

use std::sync::Arc;
use std::time::Duration;

use rusmpp::pdus::BindTransceiver;
use rusmpp::{Command, CommandId, CommandStatus};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::SmppSettings;
use super::answer::LOGIN_REFUSED;
use super::session::{End, Job, Session};
use super::wire::{Incoming, written};
use crate::sms::{Attempt, Condition, Receipt, SmsOutcome};
use crate::smtp::reason::of_io;

/// The first pause before dialling again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest one.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause after a login was refused: providers lock out who goes on trying.
const REFUSED_PAUSE: Duration = Duration::from_mins(1);
/// A session that lasted this long was a good one: the next pause is the first again.
const GOOD: Duration = Duration::from_secs(30);
/// The sequence number of the login.
const LOGIN: u32 = 1;

/// A connection, secured or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) type Reading = Incoming<ReadHalf<Box<dyn Stream>>>;
pub(super) type Writing = WriteHalf<Box<dyn Stream>>;

pub(super) struct Driver {
    pub(super) settings: Arc<SmppSettings>,
    pub(super) secured: Option<(TlsConnector, ServerName<'static>)>,
    pub(super) bind: BindTransceiver,
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) receipts: mpsc::Sender<Receipt>,
    pub(super) tell: watch::Sender<Condition>,
}

/// Whatever ends it, nobody believes afterwards that messages can leave.
impl Drop for Driver {
    fn drop(&mut self) {
        self.tell.send_replace(Condition::Down { reason: "the session has ended".to_owned() });
    }
}

/// Why there is no session.
struct Fault {
    reason: String,
    is_refusal: bool,
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self { reason, is_refusal: false }
    }
}

impl Driver {
    pub(super) async fn run(mut self) {
        let mut pauses = Pauses::new();
        // Whoever comes while the first attempt is made waits for its end. Later nobody waits: the next route is asked.
        let mut opened = Some(open(&self.settings, self.secured.as_ref(), &self.bind).await);
        loop {
            let pause = match opened.take() {
                Some(Ok((reading, writing))) => {
                    let began = Instant::now();
                    let end = self.serve(reading, writing).await;
                    if began.elapsed() >= GOOD {
                        pauses = Pauses::new();
                    }
                    let End::Closed(reason) = end else { return };
                    self.tell.send_replace(Condition::Down { reason });
                    pauses.next()
                }
                Some(Err(fault)) => {
                    self.tell.send_replace(Condition::Down { reason: fault.reason });
                    if fault.is_refusal { REFUSED_PAUSE } else { pauses.next() }
                }
                None => return,
            };
            opened = self.try_again(pause).await;
        }
    }

    async fn serve(&mut self, reading: Reading, writing: Writing) -> End {
        self.tell.send_replace(Condition::Ready);
        let mut session = Session::new(&self.settings, reading, writing, &self.receipts, LOGIN + 1);
        session.serve(&mut self.jobs).await
    }

    /// Pauses and dials. Messages that come meanwhile are not sent; nothing comes back when no more will come.
    async fn try_again(&mut self, pause: Duration) -> Option<Result<(Reading, Writing), Fault>> {
        let Self { settings, secured, bind, jobs, .. } = self;
        let attempt = async {
            tokio::time::sleep(pause).await;
            open(settings, secured.as_ref(), bind).await
        };
        tokio::pin!(attempt);
        loop {
            tokio::select! {
                opened = &mut attempt => return Some(opened),
                job = jobs.recv() => job?.answer(Attempt::of(SmsOutcome::NotSent)),
            }
        }
    }
}

/// Dials, secures and logs in, within the response time-out.
async fn open(
    settings: &SmppSettings,
    secured: Option<&(TlsConnector, ServerName<'static>)>,
    bind: &BindTransceiver,
) -> Result<(Reading, Writing), Fault> {
    let limit = settings.response_timeout;
    let attempt = async {
        let dialled = TcpStream::connect((settings.host.as_str(), settings.port)).await;
        let plain = dialled.map_err(|error| of_io(&error))?;
        // A message is one small write; waiting for more would only delay it. Without it all works, later.
        let _ = plain.set_nodelay(true);
        let stream: Box<dyn Stream> = match secured {
            None => Box::new(plain),
            Some((connector, name)) => {
                let secured = connector.connect(name.clone(), plain).await;
                Box::new(secured.map_err(|error| of_io(&error))?)
            }
        };
        let (reading, mut writing) = tokio::io::split(stream);
        let mut reading = Incoming::new(reading);
        log_in(bind, &mut reading, &mut writing).await?;
        Ok((reading, writing))
    };
    let slow = || format!("no answer within {} ms", limit.as_millis());
    tokio::time::timeout(limit, attempt).await.unwrap_or_else(|_| Err(slow().into()))
}

async fn log_in(bind: &BindTransceiver, reading: &mut Reading, writing: &mut Writing) -> Result<(), Fault> {
    let command = Command::new(CommandStatus::EsmeRok, LOGIN, bind.clone());
    writing.write_all(&written(&command)).await.map_err(|error| of_io(&error))?;
    writing.flush().await.map_err(|error| of_io(&error))?;
    loop {
        let Some(frame) = reading.next().await.map_err(|error| of_io(&error))? else {
            return Err("closed the connection instead of answering the login".to_owned().into());
        };
        let is_answer = matches!(frame.id, CommandId::BindTransceiverResp | CommandId::GenericNack);
        if !is_answer || frame.sequence != LOGIN {
            continue;
        }
        if frame.id == CommandId::BindTransceiverResp && frame.status == 0 {
            return Ok(());
        }
        return Err(Fault {
            reason: format!("refused the login (0x{:02x})", frame.status),
            is_refusal: LOGIN_REFUSED.contains(&CommandStatus::from(frame.status)),
        });
    }
}

/// The pauses between attempts.
struct Pauses(Duration);

impl Pauses {
    const fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_half_a_minute() {
        let mut pauses = Pauses::new();
        let told: Vec<_> = (0..9).map(|_| pauses.next().as_millis()).collect();
        assert_eq!(told, [250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    }
}
