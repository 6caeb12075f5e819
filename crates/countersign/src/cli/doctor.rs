//! `countersign doctor`: a check-up of everything that an installation rests on, each line with what to do.

mod mail;
mod messenger;

use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use countersign_core::audit::Actor;
use countersign_core::clock;
use countersign_core::entropy::Entropy;
use countersign_core::password::Parameters;
use countersign_core::time::Timestamp;
use countersign_store::{Store, health};
use serde_json::{Value, json};

use super::told::{count, json, time};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::app::couriers::Couriers;
use crate::app::store_settings;
use crate::config::keyfile::KeyFile;
use crate::config::{Database, Settings};
use crate::entropy::OsEntropy;
use crate::flow::keys::KeyFault;
use crate::flow::{Call, Deps, Origin, audit, keys};
use crate::hasher::PasswordPool;
use crate::sso::Outside;
use crate::time_source::{Clock, SystemClock};

/// How far two clocks may be apart before it is worth a word: a few seconds are seen between most machines.
const CLOCKS_APART: Duration = Duration::from_secs(5);

/// Check clock, data folder, keys, database, audit log and mail.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "Look at everything an installation rests on: settings, the data folder's and the key file's rights, \
    the database and whether its commits survive a power cut, the clocks, the keys that are needed, the servers that run, \
    the audit log, the mail servers and the letters that wait. Each line says OK, WARN or FAIL, and what to do. A FAIL makes the exit code 5; a WARN is worth reading \
    and fails nothing.\n\nIt works beside a running server and changes nothing, except that the tables of an older version \
    are brought up to date when the database is opened.\n\nExamples:\n  countersign doctor\n  \
    countersign doctor --json | jq '.checks[] | select(.state != \"ok\")'"
)]
pub(super) struct Doctor {
    /// Answer with one JSON document: {"ok", "checks": [{"check", "state", "found", "advice"}]}
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let checks = match common.settings(Vec::new()) {
            Err(mistakes) => {
                vec![Check::fail("settings", mistakes.to_string(), "mend them: countersign config check")]
            }
            Ok(settings) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| Failure::new(Exit::Failed, error))?;
                runtime.block_on(examine(&settings, SystemClock.now()))
            }
        };
        report(&checks, self.json);
        let failed = checks.iter().any(|check| check.state == State::Fail);
        if failed { Err(Failure::new(Exit::Problems, "")) } else { Ok(()) }
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Ok,
    /// Works, but look at it.
    Warn,
    /// Does not work, or is not safe.
    Fail,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Check {
    /// What was looked at.
    name: &'static str,
    /// How it came out.
    state: State,
    /// What was found.
    found: String,
    /// What to do about it; empty when nothing is to be done.
    advice: String,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into(), advice: String::new() }
    }

    fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Warn, found: found.into(), advice: advice.into() }
    }

    fn fail(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Fail, found: found.into(), advice: advice.into() }
    }
}

fn report(checks: &[Check], as_document: bool) {
    if as_document {
        let failed = checks.iter().any(|check| check.state == State::Fail);
        let list: Vec<Value> = checks.iter().map(as_json).collect();
        json(&json!({ "ok": !failed, "checks": list }));
        return;
    }
    for check in checks {
        out::line(format_args!("{:4}  {}: {}", word(check.state), check.name, check.found));
        if !check.advice.is_empty() {
            out::line(format_args!("      {}", check.advice));
        }
    }
}

const fn word(state: State) -> &'static str {
    match state {
        State::Ok => "OK",
        State::Warn => "WARN",
        State::Fail => "FAIL",
    }
}

fn as_json(check: &Check) -> Value {
    let advice = Some(&check.advice).filter(|text| !text.is_empty());
    json!({ "check": check.name, "state": word(check.state).to_lowercase(), "found": check.found, "advice": advice })
}

/// Everything that can be looked at.
async fn examine(settings: &Settings, now: Timestamp) -> Vec<Check> {
    let mut checks = vec![data_folder(&settings.data_dir), key_file_rights(&settings.keys_file)];
    checks.extend(way_in(settings));
    let store = match open(settings).await {
        Ok(store) => store,
        Err(found) => {
            checks.push(Check::fail("database", found, database_advice(settings)));
            return checks;
        }
    };
    checks.push(Check::ok("database", "it answers, and its tables are those of this version"));
    checks.extend(durability(&store, now).await);
    checks.push(mark(&store, now).await);
    match Couriers::of(settings) {
        Ok(couriers) => checks.extend(with_keys(settings, store, &couriers, now).await),
        Err(fault) => {
            checks.push(Check::fail("settings", fault.to_string(), "mend the settings: config check"));
        }
    }
    checks
}

/// Opens the database, and makes none.
async fn open(settings: &Settings) -> Result<Store, String> {
    match &settings.database {
        Database::Sqlite(path) if !path.exists() => Err(format!("there is none at {}", path.display())),
        _ => Store::open(&store_settings(settings)).await.map_err(|error| error.to_string()),
    }
}

/// What can only be looked at with the keys.
async fn with_keys(settings: &Settings, store: Store, couriers: &Couriers, now: Timestamp) -> Vec<Check> {
    let deps = match deps(settings, store, couriers) {
        Ok(deps) => Arc::new(deps),
        Err(check) => return vec![check],
    };
    let origin = Origin {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: String::new(),
        request_id: "cli doctor".to_owned(),
        actor: Actor::CommandLine,
    };
    let call = Call { deps, now, origin: Arc::new(origin) };
    let mut checks = vec![
        needed_keys(&call).await,
        servers(&call).await,
        audit_log(&call).await,
        mail::servers(&call, &couriers.post).await,
        mail::letters(&call).await,
    ];
    checks.extend(messenger::all(settings, &call, couriers).await);
    if let Err(error) = call.deps.store.close().await {
        tracing::warn!(%error, "the database could not be closed in order");
    }
    checks
}

/// What flows work with; or the line about what of it cannot be had.
fn deps(settings: &Settings, store: Store, couriers: &Couriers) -> Result<Deps, Check> {
    let ring = KeyFile::load(&settings.keys_file).and_then(|file| file.ring()).map_err(|error| {
        Check::fail(
            "keys",
            format!("nothing that needs them was looked at: {error}"),
            "see the key file above",
        )
    })?;
    let entropy = OsEntropy::new().map_err(|error| {
        Check::fail(
            "entropy",
            error.to_string(),
            "the system's random numbers cannot be read; look at its kernel",
        )
    })?;
    let (keys, entropy): (_, Arc<dyn Entropy>) = (Arc::new(ring), Arc::new(entropy));
    let hasher = PasswordPool::start(1, Arc::clone(&keys), Arc::clone(&entropy), Parameters::DEFAULT);
    let hasher = hasher.map_err(|error| {
        Check::fail(
            "hasher",
            error.to_string(),
            "no thread could be started: look at the limits of processes",
        )
    })?;
    let language = settings.default_language.tag().to_owned();
    let (product, post_wake) = (settings.product.clone(), Arc::default());
    let identity = Arc::new(Outside::of(settings));
    let (reach, dispatch_wake, mail) = (couriers.reach.clone(), Arc::default(), couriers.post.is_on());
    Ok(Deps {
        store,
        keys,
        entropy,
        hasher,
        mail,
        post_wake,
        reach,
        dispatch_wake,
        language,
        identity,
        product,
    })
}

fn database_advice(settings: &Settings) -> &'static str {
    match settings.database {
        Database::Sqlite(_) => {
            "name the data folder with --data; a disk that is full or not mounted looks like this too"
        }
        Database::Postgres(_) => {
            "look whether the server runs, and at address, user and password in DATABASE_URL"
        }
    }
}

fn data_folder(path: &Path) -> Check {
    let name = "data folder";
    let shown = path.display();
    let Ok(metadata) = std::fs::metadata(path) else {
        return Check::fail(
            name,
            format!("{shown} is not there"),
            "name it with --data, or start the server once",
        );
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o007 != 0 || (mode & 0o070 != 0 && metadata.uid() != 0) {
        let found = format!("{shown} is open to other accounts (mode {mode:o})");
        return Check::fail(name, found, format!("chmod 700 {shown}"));
    }
    Check::ok(name, format!("{shown}, mode {mode:o}"))
}

fn key_file_rights(path: &Path) -> Check {
    match KeyFile::load(path) {
        Ok(file) => {
            let active = file.active().map_or_else(String::new, |id| id.to_string());
            Check::ok("key file", format!("{}, for its owner alone; {active} is active", path.display()))
        }
        Err(error) => {
            Check::fail("key file", error.to_string(), "bring it back from a copy, or mend its rights")
        }
    }
}

/// An https address with neither a certificate nor a trusted proxy: whatever ends TLS in front is not believed.
fn way_in(settings: &Settings) -> Option<Check> {
    let is_open = settings.tls.is_some() || !settings.trusted_proxies.is_empty();
    if !settings.public_address.is_https() || is_open {
        return None;
    }
    Some(Check::warn(
        "way in",
        "the public address is https, but there is no certificate and no trusted proxy",
        "set [tls], or add the proxy's address to trusted_proxies (127.0.0.1 for one on this machine)",
    ))
}

async fn durability(store: &Store, now: Timestamp) -> Vec<Check> {
    let health = match store.write((), |tx, ()| Box::pin(health::ask(tx))).await {
        Ok(health) => health,
        Err(error) => {
            return vec![Check::fail(
                "database",
                format!("it cannot be written to: {error}"),
                "free disk space, or mend its rights",
            )];
        }
    };
    let mut checks: Vec<Check> = health
        .settings
        .into_iter()
        .map(|(name, value, is_safe)| {
            let found = format!("{name} = {value}");
            if is_safe {
                return Check::ok("durability", found);
            }
            let advice =
                format!("a power cut could take back that a code was used; set {name} to its default");
            Check::fail("durability", found, advice)
        })
        .collect();
    if let Some(theirs) = health.clock {
        let apart = theirs.since(now).max(now.since(theirs));
        let found = format!("the database server's clock is {} s from this machine's", apart.as_secs());
        checks.push(if apart > clock::BEHIND_MOST {
            Check::fail("database clock", found, "run a time service on both machines")
        } else if apart > CLOCKS_APART {
            Check::warn("database clock", found, "run a time service on both machines")
        } else {
            Check::ok("database clock", found)
        });
    }
    checks
}

/// The clock beside the highest time that any replica has seen.
async fn mark(store: &Store, now: Timestamp) -> Check {
    let name = "clock";
    let mark = match store.reader().await {
        Ok(mut db) => countersign_store::clock::read(&mut db).await,
        Err(error) => Err(error),
    };
    match mark {
        Err(error) => Check::fail(name, error.to_string(), "look at the database first"),
        Ok(None) => Check::ok(name, format!("{}; no server has run yet", time(now))),
        Ok(Some(mark)) if clock::judge(now, mark).degraded => Check::fail(
            name,
            format!(
                "{} is {} s behind {}, which was seen before",
                time(now),
                mark.since(now).as_secs(),
                time(mark)
            ),
            "set the clock right (timedatectl status); if it is right, the mark is wrong: countersign clock reset",
        ),
        Ok(Some(_)) => Check::ok(name, time(now)),
    }
}

async fn needed_keys(call: &Call) -> Check {
    let name = "keys";
    match (keys::found(call).await, keys::uses(call).await) {
        (Ok(faults), Ok(uses)) if faults.is_empty() => {
            let active = call.deps.keys.active();
            let older: u64 = uses.iter().filter(|(id, _)| **id != active).map(|(_, uses)| uses.sealed).sum();
            if older > 0 {
                let found = format!("{} sealed with older keys", count(older, "secret"));
                return Check::warn(name, found, "countersign keys re-seal");
            }
            Check::ok(name, "every key that is needed is there")
        }
        (Ok(faults), Ok(_)) => {
            let told = |fault: &KeyFault| match fault {
                KeyFault::Missing(id) => format!("the database needs {id}, which the key file does not hold"),
                KeyFault::Different(id) => {
                    format!("{id} in the key file is not the one that sealed this database")
                }
            };
            let found = faults.iter().map(told).collect::<Vec<_>>().join("; ");
            Check::fail(
                name,
                found,
                "bring the key file back from a copy; without it nobody of these gets in",
            )
        }
        (Err(error), _) | (_, Err(error)) => {
            Check::fail(name, error.to_string(), "look at the database first")
        }
    }
}

async fn servers(call: &Call) -> Check {
    let name = "servers";
    let active = call.deps.keys.active();
    match keys::replicas(call).await {
        Err(error) => Check::fail(name, error.to_string(), "look at the database first"),
        Ok(replicas) => {
            let running = format!("{} on this database", count(replicas.len() as u64, "server"));
            let behind = replicas.iter().filter(|replica| replica.active != active).count();
            if behind == 0 {
                return Check::ok(name, running);
            }
            let found = format!("{running}, {behind} of which seal with another key than {active}");
            Check::warn(name, found, "restart them, so that they read the key file again")
        }
    }
}

async fn audit_log(call: &Call) -> Check {
    let name = "audit log";
    match audit::head(call).await {
        Err(error) => Check::fail(name, error.to_string(), "look at the database first"),
        Ok(head) if head.unsealed > 0 => Check::warn(
            name,
            format!("{} older than a minute not sealed", count(head.unsealed, "row")),
            "start a server on this database: the running server seals them",
        ),
        Ok(head) => {
            let sealed = head
                .sealed_at
                .map_or_else(|| "nothing to seal yet".to_owned(), |at| format!("last sealed {}", time(at)));
            Check::ok(name, format!("{sealed} (countersign audit verify walks the whole chain)"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(folder: &Path) -> Settings {
        let flags = vec![("data_dir", folder.display().to_string())];
        Settings::from_parts("", Vec::new(), flags).unwrap()
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_fails_and_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none");
        let checks = examine(&settings(&path), Timestamp::from_secs(1_795_296_247)).await;
        let failed: Vec<_> =
            checks.iter().filter(|check| check.state == State::Fail).map(|check| check.name).collect();
        assert_eq!(failed, ["data folder", "key file", "database"]);
        assert!(checks.iter().all(|check| !check.advice.is_empty()), "{checks:?}");
        assert!(!path.exists());
    }

    #[test]
    fn an_https_address_that_nothing_leads_to_is_a_warning() {
        let address = "public_address = \"https://account.example.org\"\n";
        let check = |more: &str| {
            way_in(&Settings::from_parts(&format!("{address}{more}"), Vec::new(), Vec::new()).unwrap())
        };
        assert_eq!(check("").unwrap().state, State::Warn);
        assert_eq!(check("trusted_proxies = [\"127.0.0.1\"]"), None);
        assert_eq!(way_in(&Settings::from_parts("", Vec::new(), Vec::new()).unwrap()), None);
    }

    #[tokio::test]
    async fn without_keys_the_checks_that_need_them_fail_and_are_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let store = Store::open(&store_settings(&settings)).await.unwrap();
        let nowhere = Couriers::only(countersign_courier::Post::Nowhere);
        let checks = with_keys(&settings, store, &nowhere, Timestamp::from_secs(1_795_296_247)).await;
        assert_eq!(checks.iter().map(|check| check.state).collect::<Vec<_>>(), [State::Fail]);
    }

    #[test]
    fn a_folder_that_others_can_enter_fails() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let check = data_folder(folder.path());
        assert_eq!(check.state, State::Fail);
        assert!(check.advice.starts_with("chmod 700"), "{check:?}");
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700)).unwrap();
        assert_eq!(data_folder(folder.path()).state, State::Ok);
    }
}
