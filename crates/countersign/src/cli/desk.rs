//! What a command works with: the settings, the database and the keys of an installation that exists already.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use countersign_core::audit::Actor;
use countersign_core::clock;
use countersign_core::entropy::Entropy;
use countersign_core::id::AuditId;
use countersign_core::password::Parameters;
use countersign_core::time::Timestamp;
use countersign_store::{Store, StoreError, StoreSettings};

use super::failure::Failure;
use super::output::Output;
use crate::config::keyfile::KeyFile;
use crate::config::{Database, Settings};
use crate::entropy::OsEntropy;
use crate::flow::{Call, Deps, FlowError, Origin};
use crate::hasher::PasswordPool;
use crate::http::voice::Voice;
use crate::time_source::{Clock, SystemClock};

/// An installation, opened for a command. Works beside a running server.
pub struct Desk {
    /// What the operator set.
    pub settings: Settings,
    /// The one instant this command lives in, and what flows work with.
    pub call: Call,
    /// Where results are printed.
    pub out: Output,
    /// Puts text keys into words.
    pub voice: Arc<dyn Voice>,
}

impl Desk {
    /// Opens an installation. Nothing is made: a wrong folder is told instead of filled with a new database.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`] when database or keys are not there or cannot be used.
    pub async fn open(settings: Settings, out: Output) -> Result<Self, Failure> {
        let file = load_keys(&settings)?;
        let store = open_store(&settings).await?;
        let now = judged_now(&store, SystemClock.now()).await?;
        let call = assemble(&file, store, &settings, now)?;
        Ok(Self { settings, call, out, voice: super::voice() })
    }

    /// What stopped a flow, in words; `what` names the thing that was looked for.
    pub fn told(&self, error: FlowError, what: &str) -> Failure {
        Failure::of(error, what, &*self.voice)
    }

    /// As [`Self::told`], for flows that look for nothing that could be missing.
    pub fn refused(&self, error: FlowError) -> Failure {
        self.told(error, "such thing")
    }

    /// Lets the database finish what was asked of it.
    ///
    /// # Errors
    ///
    /// When it cannot be closed in order.
    pub async fn close(&self) -> Result<(), Failure> {
        self.call.deps.store.close().await.map_err(|error| unreachable(&error))
    }
}

/// A call of the command line: its rows in the audit log say so, and all rows of one command carry one id.
pub fn call(deps: Arc<Deps>, now: Timestamp) -> Call {
    let id = AuditId::new(now, deps.entropy.as_ref()).to_string();
    let origin = Origin {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: String::new(),
        request_id: id,
        actor: Actor::CommandLine,
    };
    Call { deps, now, origin: Arc::new(origin) }
}

/// What flows work with, put together from parts that were opened one by one.
///
/// # Errors
///
/// When no ring can be made of the keys or no thread can be started.
pub fn assemble(file: &KeyFile, store: Store, settings: &Settings, now: Timestamp) -> Result<Call, Failure> {
    let keys = Arc::new(file.ring().map_err(|error| Failure::Unreachable(format!("{error}.")))?);
    let entropy = OsEntropy::new().map_err(|error| Failure::Failed(format!("{error}.")))?;
    let entropy: Arc<dyn Entropy> = Arc::new(entropy);
    let hasher = PasswordPool::start(1, Arc::clone(&keys), Arc::clone(&entropy), Parameters::DEFAULT)
        .map_err(|error| Failure::Failed(format!("No thread can be started: {error}.")))?;
    let product = settings.product.clone();
    Ok(call(Arc::new(Deps { store, keys, entropy, hasher, product }), now))
}

/// The keys of an installation that exists.
///
/// # Errors
///
/// [`Failure::Unreachable`], with what to do.
pub fn load_keys(settings: &Settings) -> Result<KeyFile, Failure> {
    let path = &settings.keys_file;
    if !path.exists() {
        return Err(absent(path, "key file"));
    }
    KeyFile::load(path).map_err(|error| Failure::Unreachable(format!("{error}.")))
}

/// Opens the database of an installation that exists.
///
/// # Errors
///
/// [`Failure::Unreachable`], with what to do.
pub async fn open_store(settings: &Settings) -> Result<Store, Failure> {
    let database = match &settings.database {
        Database::Sqlite(path) if !path.exists() => return Err(absent(path, "database")),
        Database::Sqlite(path) => countersign_store::Database::Sqlite(path.clone()),
        Database::Postgres(url) => countersign_store::Database::Postgres(url.reveal().to_owned()),
    };
    let tuning = settings.store;
    let store = StoreSettings {
        database,
        readers: tuning.readers,
        connections: tuning.connections,
        grouping: tuning.group_commits,
    };
    Store::open(&store).await.map_err(|error| unreachable(&error))
}

fn absent(path: &Path, what: &str) -> Failure {
    Failure::Unreachable(format!(
        "There is no {what} at {}.\nName the data folder with --data, or start the server once: countersign serve",
        path.display()
    ))
}

fn unreachable(error: &StoreError) -> Failure {
    Failure::Unreachable(format!("The database cannot be used: {error}."))
}

/// The command's instant: a clock that was set back must not make dead links and suspensions live again.
async fn judged_now(store: &Store, now: Timestamp) -> Result<Timestamp, Failure> {
    let mut db = store.reader().await.map_err(|error| unreachable(&error))?;
    let mark = countersign_store::clock::read(&mut db).await.map_err(|error| unreachable(&error))?;
    Ok(mark.map_or(now, |mark| clock::judge(now, mark).now_for_expiry))
}
