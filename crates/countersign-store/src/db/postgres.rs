//! A connection to a PostgreSQL server, and the transaction on it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::TryStreamExt;
use futures_util::future::{join, join_all};
use tokio_postgres::{Client, Error, Statement};

use super::fault::{Fault, fault};
use super::server::Server;
use super::{Row, Value, row, translate};
use crate::error::StoreError;
use crate::store::Backend;

/// Longer than the server lets a statement run: a server that keeps silent for longer is not there.
const SILENCE: Duration = Duration::from_secs(15);
/// Statements in flight at a time.
const BATCH: usize = 30;
/// How many connections in turn may turn out to be dead before the server counts as gone.
pub(crate) const LOST: u32 = 4;

/// How far the transaction of a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// None: each statement stands for itself. A reader.
    None,
    /// `BEGIN` goes out with the first statement.
    Due,
    /// It is open; a connection let go of like this is closed, not lent again.
    Open,
}

/// A connection of the pool.
pub(crate) struct Connected {
    object: Option<Object>,
    stage: Stage,
    /// What the last fault says about trying again.
    pub(crate) fault: Fault,
    server: Server,
}

type Ask<'a> = (&'static str, &'a [Value]);
type Answer = (Vec<Row>, u64);

impl Connected {
    /// A connection that only reads.
    pub(crate) fn reader(object: Object, server: Server) -> Self {
        Self { object: Some(object), stage: Stage::None, fault: Fault::Final, server }
    }

    /// A connection for one transaction, which begins with the first statement.
    pub(crate) fn transaction(object: Object, server: Server) -> Self {
        Self { object: Some(object), stage: Stage::Due, fault: Fault::Final, server }
    }

    pub(crate) fn writes(&self) -> bool {
        self.stage != Stage::None
    }

    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let answers = self.ask(&[(sql, params)]).await?;
        Ok(answers.into_iter().next().map(|(rows, _)| rows).unwrap_or_default())
    }

    pub(crate) async fn query_all(
        &mut self,
        statements: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        let answers = self.ask(&asks(statements)).await?;
        Ok(answers.into_iter().map(|(rows, _)| rows).collect())
    }

    pub(crate) async fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.may_write()?;
        let answers = self.ask(&[(sql, params)]).await?;
        Ok(answers.into_iter().next().map_or(0, |(_, count)| count))
    }

    pub(crate) async fn execute_all(
        &mut self,
        statements: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<u64>, StoreError> {
        self.may_write()?;
        let answers = self.ask(&asks(statements)).await?;
        Ok(answers.into_iter().map(|(_, count)| count).collect())
    }

    pub(crate) async fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let client = self.client()?;
        let prepared = client.prepare(translate::cached(sql)).await;
        prepared.map(drop).map_err(|error| self.note(&error))
    }

    /// Commits. Once this was called nobody may assume that a failed transaction left nothing behind, unless
    /// [`Connected::fault`] says [`Fault::Conflict`].
    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        if self.stage == Stage::Open {
            let done = patient(self.client()?.batch_execute("COMMIT")).await;
            match done {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    let error = self.note(&error);
                    return Err(match self.fault {
                        Fault::Conflict => error,
                        _ => StoreError::Unavailable(format!("the commit failed: {error}")),
                    });
                }
                None => return Err(self.silent()),
            }
        }
        self.stage = Stage::None;
        Ok(())
    }

    /// Rolls back. A connection on which that fails is closed.
    pub(crate) async fn roll_back(&mut self) {
        if self.stage == Stage::Open && !self.dead() {
            let Ok(client) = self.client() else { return };
            if !matches!(patient(client.batch_execute("ROLLBACK")).await, Some(Ok(()))) {
                return;
            }
            self.stage = Stage::None;
        }
    }

    fn may_write(&self) -> Result<(), StoreError> {
        if self.writes() { Ok(()) } else { Err(StoreError::Unavailable("a reader may not write".into())) }
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.object.as_ref().ok_or_else(|| StoreError::Unavailable("the connection is lost".into()))
    }

    fn dead(&self) -> bool {
        matches!(self.fault, Fault::Lost | Fault::Silent)
    }

    fn note(&mut self, error: &Error) -> StoreError {
        let (fault, error) = fault(error);
        self.fault = fault;
        error
    }

    fn silent(&mut self) -> StoreError {
        self.fault = Fault::Silent;
        StoreError::Unavailable("the server does not answer".into())
    }

    /// Asks, and asks a fresh connection when a reader's turns out to be dead, as all do after the server restarted.
    async fn ask(&mut self, asks: &[Ask<'_>]) -> Result<Vec<Answer>, StoreError> {
        for _ in 1..LOST {
            match self.ask_once(asks).await {
                Err(StoreError::Unavailable(_)) if self.fault == Fault::Lost && self.stage == Stage::None => {
                    self.discard();
                    self.object = Some(self.server.connection().await?);
                    self.fault = Fault::Final;
                }
                answer => return answer,
            }
        }
        self.ask_once(asks).await
    }

    async fn ask_once(&mut self, asks: &[Ask<'_>]) -> Result<Vec<Answer>, StoreError> {
        let mut answers = Vec::with_capacity(asks.len());
        for batch in asks.chunks(BATCH) {
            let begin = self.stage == Stage::Due;
            let object = self.client()?;
            let prepared = patient(prepare(object, batch)).await;
            let prepared = match prepared {
                Some(Ok(prepared)) => prepared,
                Some(Err(error)) => return Err(self.note(&error)),
                None => return Err(self.silent()),
            };
            if begin {
                self.stage = Stage::Open;
            }
            match patient(send(self.client()?, begin, &prepared, batch)).await {
                Some(Ok(some)) => answers.extend(some),
                Some(Err(error)) => return Err(self.note(&error)),
                None => return Err(self.silent()),
            }
        }
        Ok(answers)
    }

    fn discard(&mut self) {
        if let Some(object) = self.object.take() {
            // Taken out of the pool and dropped: the connection ends, and the server rolls back.
            drop(Object::take(object));
        }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        if self.stage == Stage::Open || self.dead() {
            self.discard();
        }
    }
}

fn asks<'a>(statements: &'a [(&'static str, Vec<Value>)]) -> Vec<Ask<'a>> {
    statements.iter().map(|(sql, params)| (*sql, params.as_slice())).collect()
}

/// Waits for an answer, but not for ever.
async fn patient<T>(answer: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(SILENCE, answer).await.ok()
}

async fn prepare(object: &Object, batch: &[Ask<'_>]) -> Result<Vec<Statement>, Error> {
    let prepared = batch.iter().map(|(sql, _)| object.prepare_cached(translate::cached(sql)));
    join_all(prepared).await.into_iter().collect()
}

/// Sends everything before it waits for the first answer: futures of one client queue their requests in the order in
/// which they are first polled, which is the order given here.
async fn send(
    client: &Client,
    begin: bool,
    prepared: &[Statement],
    batch: &[Ask<'_>],
) -> Result<Vec<Answer>, Error> {
    let asked = join_all(prepared.iter().zip(batch).map(|(statement, ask)| one(client, statement, *ask)));
    let answers = if begin {
        let (opened, answers) =
            join(client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED"), asked).await;
        opened?;
        answers
    } else {
        asked.await
    };
    answers.into_iter().collect()
}

async fn one(client: &Client, statement: &Statement, (sql, params): Ask<'_>) -> Result<Answer, Error> {
    let mut stream = std::pin::pin!(client.query_raw(statement, params).await?);
    let mut rows = Vec::new();
    let mut columns: Option<Arc<[String]>> = None;
    while let Some(row) = stream.try_next().await? {
        let columns = columns.get_or_insert_with(|| {
            let ask = || row.columns().iter().map(|column| column.name().to_owned()).collect();
            row::names(sql, Backend::Postgres, ask)
        });
        let fields = (0..row.len()).map(|at| row.try_get(at)).collect::<Result<Vec<Value>, _>>()?;
        rows.push(Row::new(Arc::clone(columns), fields));
    }
    Ok((rows, stream.rows_affected().unwrap_or_default()))
}
