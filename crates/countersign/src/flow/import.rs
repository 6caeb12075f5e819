//! Accounts and authenticators of other systems, taken over in batches. The command line alone calls this (REC-3).
//!
//! A batch is judged first, which changes nothing; then one transaction writes what was found good and notes how far the
//! file has come. So whoever stops in the middle goes on there, and nothing is taken over twice.

use std::collections::{HashMap, HashSet};

use countersign_core::id::{AccountId, ImportId, OrganisationId};
use countersign_core::import::{Fault, Reason};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::import::{self, ImportRow};
use countersign_store::organisation::{self, OrganisationRow};
use countersign_store::{Db, StoreError, account};

use super::{Call, FlowError, policy};

mod accounts;
mod authenticators;

pub use accounts::{NewRow, judge_accounts, write_accounts};
pub use authenticators::{judge_authenticators, write_authenticators};

/// Lines that are judged and written at once. A transaction of so many accounts takes some tens of milliseconds.
pub const BATCH: usize = 500;

/// Most accounts of one foreign name that are told.
const NAMED_MOST: u32 = 100;

/// Rolls a batch back whose file somebody else takes over as well.
const ELSEWHERE: &str = "import is under way elsewhere";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Accounts with their password hashes.
    Accounts,
    /// Keys of authenticators.
    Authenticators,
}

impl Kind {
    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Authenticators => "authenticators",
        }
    }
}

/// How a file is taken over.
pub struct Plan {
    /// What it holds.
    pub kind: Kind,
    /// The short name of the organisation; the default one without it.
    pub organisation: Option<String>,
    /// SHA-256 over the kind and all bytes; without it (a pipe) nobody can go on where it stopped.
    pub digest: Option<[u8; 32]>,
    /// Only look.
    pub dry_run: bool,
    /// From the first line, whatever was done before.
    pub restart: bool,
}

/// An import under way.
pub struct Import {
    organisation: OrganisationRow,
    /// `None` in a dry run and for a pipe.
    run: Option<ImportRow>,
    dry_run: bool,
    organisations: HashMap<String, Option<OrganisationId>>,
    /// What a dry run would have written so far: address keys, as digests.
    addresses: HashSet<[u8; 16]>,
    /// The keys that a dry run would have given each account so far.
    keys: HashMap<AccountId, Vec<countersign_core::factor::totp::Secret>>,
}

/// Lines that were read, up to the one of number `upto`.
pub struct Batch<T> {
    /// The number of the last line that was read.
    pub upto: u64,
    /// What can be judged, with its line.
    pub items: Vec<(u64, T)>,
    /// What was refused already.
    pub refused: Vec<Refused>,
}

/// One refusal, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line's number, from 1; in an export without lines that of the entry.
    pub line: u64,
    /// Field and reason.
    pub fault: Fault,
}

impl Refused {
    fn new(line: u64, field: &'static str, reason: Reason) -> Self {
        Self { line, fault: Fault::new(field, reason) }
    }
}

/// A batch that was judged: what can be written, and what is refused, by line.
pub struct Judged<R> {
    upto: u64,
    ready: Vec<(u64, R)>,
    /// Every refusal of the batch.
    pub refused: Vec<Refused>,
}

impl<R> Judged<R> {
    fn new(upto: u64, ready: Vec<(u64, R)>, mut refused: Vec<Refused>) -> Self {
        refused.sort_by_key(|refusal| refusal.line);
        Self { upto, ready, refused }
    }

    /// How many would be accepted.
    pub fn ready(&self) -> u64 {
        self.ready.len() as u64
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many were taken over.
    pub accepted: u64,
    /// What was refused only now, because something changed since it was judged.
    pub late: Vec<Refused>,
}

/// Begins, or finds where to go on.
pub async fn begin(call: &Call, plan: &Plan) -> Result<Import, FlowError> {
    let (organisation, _) = policy::of_slug(call, plan.organisation.as_deref()).await?;
    let run = match plan.digest.filter(|_| !plan.dry_run) {
        None => None,
        Some(digest) => Some(open(call, plan, organisation.id, digest).await?),
    };
    Ok(Import {
        organisation,
        run,
        dry_run: plan.dry_run,
        organisations: HashMap::new(),
        addresses: HashSet::new(),
        keys: HashMap::new(),
    })
}

async fn open(
    call: &Call,
    plan: &Plan,
    organisation: OrganisationId,
    digest: [u8; 32],
) -> Result<ImportRow, FlowError> {
    let row = ImportRow {
        id: ImportId::new(call.now, call.entropy()),
        organisation_id: organisation,
        kind: plan.kind.as_str().to_owned(),
        digest,
        lines_done: 0,
        accepted: 0,
        refused: 0,
        started_at: call.now,
        finished_at: None,
    };
    let job = call.deps.store.write((row, plan.restart), |tx, (row, restart)| {
        Box::pin(async move {
            let found = import::begin(tx, row).await?;
            if !*restart {
                return Ok(found);
            }
            import::restart(tx, found.id, row.started_at).await?;
            import::begin(tx, row).await
        })
    });
    Ok(job.await?)
}

impl Import {
    /// The number of the last line that was dealt with before.
    pub fn lines_done(&self) -> u64 {
        self.run.as_ref().map_or(0, |run| run.lines_done)
    }

    /// How many were accepted and refused before.
    pub fn before(&self) -> (u64, u64) {
        self.run.as_ref().map_or((0, 0), |run| (run.accepted, run.refused))
    }

    /// When the whole file was dealt with, if it was.
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.run.as_ref().and_then(|run| run.finished_at)
    }

    /// The short name of the organisation.
    pub fn organisation(&self) -> &str {
        &self.organisation.slug
    }

    /// The organisation of a short name; asked for once each.
    async fn organisation_of(
        &mut self,
        db: &mut Db,
        slug: Option<&str>,
    ) -> Result<Option<OrganisationId>, StoreError> {
        let Some(slug) = slug else { return Ok(Some(self.organisation.id)) };
        if let Some(known) = self.organisations.get(slug) {
            return Ok(*known);
        }
        let found = organisation::by_slug(db, slug).await?.map(|row| row.id);
        self.organisations.insert(slug.to_owned(), found);
        Ok(found)
    }

    /// What a batch's transaction needs to note how far the file has come.
    fn mark(&self, upto: u64) -> Option<Mark> {
        self.run.as_ref().map(|run| Mark { run: run.id, from: run.lines_done, upto })
    }

    fn advanced(&mut self, upto: u64) {
        if let Some(run) = &mut self.run {
            run.lines_done = upto;
        }
    }
}

/// From where to where a batch takes its file.
#[derive(Clone, Copy)]
struct Mark {
    run: ImportId,
    from: u64,
    upto: u64,
}

impl Mark {
    async fn set(mark: Option<Self>, tx: &mut Db, accepted: u64, refused: u64) -> Result<(), StoreError> {
        let Some(Self { run, from, upto }) = mark else { return Ok(()) };
        let moved = import::advance(tx, run, from..upto, accepted, refused).await?;
        if moved { Ok(()) } else { Err(StoreError::Refused(ELSEWHERE)) }
    }
}

fn elsewhere(error: StoreError) -> FlowError {
    match error {
        StoreError::Refused(ELSEWHERE) => FlowError::Conflict(Text::new("import-elsewhere")),
        error => error.into(),
    }
}

/// Notes that no line is left.
pub async fn finish(call: &Call, import: &Import) -> Result<(), FlowError> {
    let Some(run) = &import.run else { return Ok(()) };
    let job = call.deps.store.write((run.id, call.now), |tx, (id, now)| {
        Box::pin(async move { import::finish(tx, *id, *now).await })
    });
    job.await?;
    Ok(())
}

/// The latest imports, newest first.
pub async fn list(call: &Call, most: u32) -> Result<Vec<ImportRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(import::list(&mut db, most).await?)
}

/// The addresses of the accounts that another system called so.
pub async fn named(call: &Call, external_id: &str) -> Result<Vec<String>, FlowError> {
    let mut db = call.reader().await?;
    let mut addresses = Vec::new();
    for id in import::named(&mut db, external_id, NAMED_MOST).await? {
        let row = account::by_id(&mut db, id).await?;
        addresses.extend(row.map(|row| row.email.as_str().to_owned()));
    }
    Ok(addresses)
}
