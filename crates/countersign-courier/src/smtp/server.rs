//! One server: how many connections to it there are, and which of them lie ready.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::connection::{Connection, Fault, Line};
use super::letter::Letter;
use super::{ServerSettings, SmtpFault};

/// How many connections one server is given at once. Mail servers turn away who takes more than about ten.
const MOST: usize = 8;
/// How many times the time of one command a whole attempt may take.
const ATTEMPT: u32 = 3;
/// How long a connection lies ready before it is closed. Servers close theirs after about a minute.
const IDLE: Duration = Duration::from_secs(20);

/// A server and the connections to it.
pub(super) struct Server {
    line: Line,
    limit: Duration,
    places: Semaphore,
    ready: Arc<Ready>,
}

/// The connections that nobody uses at the moment, the one used last at the end.
#[derive(Default)]
struct Ready {
    connections: Mutex<Vec<(u64, Connection)>>,
    last: AtomicU64,
}

impl Server {
    pub(super) fn new(settings: ServerSettings, hello: &str) -> Result<Self, SmtpFault> {
        let limit = settings.timeout.saturating_mul(ATTEMPT);
        let line = Line::new(settings, hello)?;
        Ok(Self { line, limit, places: Semaphore::new(MOST), ready: Arc::default() })
    }

    /// Host and port.
    pub(super) fn name(&self) -> &str {
        self.line.name()
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Fault> {
        // The semaphore is never closed, so the error cannot come; without a place the letter would go all the same.
        let _place = self.places.acquire().await.ok();
        let attempt = async {
            let mut connection = self.connection().await?;
            match connection.deliver(letter).await {
                Ok(()) => self.ready.put(connection),
                Err(fault) => {
                    tokio::spawn(connection.close());
                    return Err(fault);
                }
            }
            Ok(())
        };
        tokio::time::timeout(self.limit, attempt).await.unwrap_or_else(|_| Err(Fault::slow(self.limit)))
    }

    pub(super) async fn probe(&self) -> Result<(), Fault> {
        let attempt = async {
            tokio::spawn(self.line.open().await?.close());
            Ok(())
        };
        tokio::time::timeout(self.limit, attempt).await.unwrap_or_else(|_| Err(Fault::slow(self.limit)))
    }

    async fn connection(&self) -> Result<Connection, Fault> {
        if let Some(mut connection) = self.ready.take() {
            if connection.is_alive().await {
                return Ok(connection);
            }
            // The others have been silent for longer; asking each could take all the time there is.
            self.ready.clear();
        }
        self.line.open().await
    }
}

impl Ready {
    fn connections(&self) -> MutexGuard<'_, Vec<(u64, Connection)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Connection> {
        self.connections().pop().map(|(_, connection)| connection)
    }

    fn clear(&self) {
        self.connections().clear();
    }

    fn put(self: &Arc<Self>, connection: Connection) {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        self.connections().push((number, connection));
        let ready = Arc::downgrade(self);
        let idle = tokio::time::sleep(IDLE);
        tokio::spawn(async move {
            idle.await;
            let Some(ready) = ready.upgrade() else { return };
            let idle = {
                let mut connections = ready.connections();
                let place = connections.iter().position(|(other, _)| *other == number);
                place.map(|place| connections.remove(place))
            };
            if let Some((_, connection)) = idle {
                connection.close().await;
            }
        });
    }
}
