//! `countersign keys`: the master keys that seal what is in the database, and how they are changed for new ones.
//!
//! The order matters, because a running server has the keys it was started with. So each step looks at what the
//! database needs and at what the servers that run on it have, and refuses whatever could lose something.

use clap::{Args, Subcommand};
use countersign_core::audit::Event;
use countersign_core::keys::KeyId;
use serde_json::{Value, json};

use super::desk::{self, Desk};
use super::failure::Failure;
use super::output::{count, rfc3339, time};
use crate::config::keyfile::{KeyFile, KeyFileError, KeyState};
use crate::flow::keys::{self, Replica, Uses};

/// How keys are changed, for `--help`.
const ROTATION: &str = "How to change keys:\n  \
    1. countersign keys add            a new key, on standby; copy the key file to every replica\n  \
    2. restart every server            now all of them can open what the new key will seal\n  \
    3. countersign keys activate k2    and copy the file, and restart again: the new key seals\n  \
    4. countersign keys re-seal        what the old key sealed is sealed anew; runs beside the servers\n  \
    5. countersign keys retire k1      once nothing rests on it; copy the file, and restart\n\
    With one server, `keys add --activate` and one restart stand for the steps 1 to 3.\n\
    Passwords move to the active key when their owners sign in; `keys list` tells how many have not yet.";

/// What can be done with keys.
#[derive(Debug, Subcommand)]
#[command(after_help = ROTATION)]
pub enum KeysCommand {
    /// List the keys and what rests on each
    List(ListArgs),
    /// Make a new key
    #[command(after_help = ROTATION)]
    Add(AddArgs),
    /// Make a standby key the one that seals
    #[command(after_help = ROTATION)]
    Activate(KeyArgs),
    /// Seal anew, with the active key, what older keys sealed
    #[command(after_help = ROTATION)]
    ReSeal(ReSealArgs),
    /// Forget a key for good; refused while anything rests on it
    #[command(after_help = "Passwords move to the active key when their owners sign in. For accounts that never do, \
        there are two ways:\n  \
        keep the key        it costs nothing, and opens nothing that the active one does not\n  \
        --reset-passwords   takes those passwords away; each owner then needs `countersign account reset-link`.\n                      \
        Second steps, sessions and everything else stay as they are. It cannot be taken back.")]
    Retire(RetireArgs),
}

/// How keys are listed.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A new key.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Let it seal from the next start on, instead of waiting on standby
    #[arg(long)]
    activate: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One key.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The key, for example k2
    key: KeyId,
}

/// Sealing anew.
#[derive(Debug, Args)]
pub struct ReSealArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A key to be forgotten.
#[derive(Debug, Args)]
pub struct RetireArgs {
    /// The key, for example k1
    key: KeyId,
    /// Take the passwords away that still rest on it
    #[arg(long)]
    reset_passwords: bool,
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
pub async fn run(desk: &mut Desk, command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::List(args) => list(desk, &args).await,
        KeysCommand::Add(args) => add(desk, &args).await,
        KeysCommand::Activate(args) => activate(desk, args.key).await,
        KeysCommand::ReSeal(args) => re_seal(desk, &args).await,
        KeysCommand::Retire(args) => retire(desk, &args).await,
    }
}

fn of_file(error: KeyFileError) -> Failure {
    match error {
        KeyFileError::NoSuchKey(_) => Failure::NotFound(format!("{error}.")),
        KeyFileError::Active(_) => Failure::Failed(format!("{error}.")),
        other => Failure::Unreachable(format!("{other}.")),
    }
}

async fn list(desk: &mut Desk, args: &ListArgs) -> Result<(), Failure> {
    let file = desk::load_keys(&desk.settings)?;
    let uses = keys::uses(&desk.call).await.map_err(|error| desk.refused(error))?;
    let of = |id: KeyId| uses.get(&id).copied().unwrap_or_default();
    let missing: Vec<KeyId> = keys::missing(&desk.call).await.map_err(|error| desk.refused(error))?;
    if args.json {
        let keys: Vec<Value> = file
            .entries()
            .iter()
            .map(|key| {
                let Uses { sealed, passwords } = of(key.id);
                json!({
                    "key": key.id.to_string(), "state": key.state.as_str(), "created_at": rfc3339(key.created_at),
                    "sealed": sealed, "passwords": passwords,
                })
            })
            .collect();
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        desk.out.json(&json!({ "keys": keys, "missing": missing }));
    } else {
        let row = |key: &crate::config::keyfile::KeyEntry| {
            let Uses { sealed, passwords } = of(key.id);
            let state = key.state.as_str().to_owned();
            vec![key.id.to_string(), state, time(key.created_at), sealed.to_string(), passwords.to_string()]
        };
        let rows: Vec<Vec<String>> = file.entries().iter().map(row).collect();
        desk.out.table(&["key", "state", "made", "sealed", "passwords"], &rows);
        for id in &missing {
            desk.out.line(&format!("{id} is needed and is not in the key file: bring it back from a copy."));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Failure::Problems) }
}

async fn add(desk: &mut Desk, args: &AddArgs) -> Result<(), Failure> {
    let mut file = desk::load_keys(&desk.settings)?;
    let state = if args.activate { KeyState::Active } else { KeyState::Standby };
    if args.activate {
        refuse_beside_other_servers(desk).await?;
    }
    let id = file.add(desk.call.now, desk.call.entropy(), state);
    file.save().map_err(of_file)?;
    record(desk, Event::KeyAdded, id, state.as_str()).await?;
    if args.json {
        desk.out.json(&json!({ "key": id.to_string(), "state": state.as_str() }));
        return Ok(());
    }
    let path = desk.settings.keys_file.display();
    desk.out.line(&format!("{id} was added to {path} ({}). Keep a copy of the file.", state.as_str()));
    desk.out.line(if args.activate {
        "Restart the server now; then: countersign keys re-seal"
    } else {
        "Copy the file to every replica and restart them; then: countersign keys activate, as `keys --help` says"
    });
    Ok(())
}

/// With several replicas a key that seals at once would seal what the others cannot open.
async fn refuse_beside_other_servers(desk: &Desk) -> Result<(), Failure> {
    let replicas = replicas(desk).await?;
    if replicas.len() > 1 {
        return Err(Failure::Failed(format!(
            "{} run on this database, and they have to know a key before the first one seals with it.\n\
             Add the key on standby: countersign keys add",
            count(replicas.len() as u64, "server")
        )));
    }
    Ok(())
}

async fn replicas(desk: &Desk) -> Result<Vec<Replica>, Failure> {
    keys::replicas(&desk.call).await.map_err(|error| desk.refused(error))
}

async fn activate(desk: &mut Desk, id: KeyId) -> Result<(), Failure> {
    let mut file = desk::load_keys(&desk.settings)?;
    let ignorant = replicas(desk).await?.iter().filter(|replica| !replica.keys.contains(&id)).count();
    let standby = file.entries().iter().any(|key| key.id == id && key.state == KeyState::Standby);
    if standby && ignorant > 0 {
        return Err(Failure::Failed(format!(
            "{} of the running servers started before {id} was in the key file. Restart first, so that all of them \
             can open what {id} will seal. (A server that was killed is remembered for a minute.)",
            ignorant
        )));
    }
    file.activate(id).map_err(of_file)?;
    file.save().map_err(of_file)?;
    record(desk, Event::KeyAdded, id, KeyState::Active.as_str()).await?;
    desk.out.line(&format!("{id} seals from the next start on. Copy the key file to every replica and restart them;"));
    desk.out.line("then: countersign keys re-seal");
    Ok(())
}

async fn re_seal(desk: &mut Desk, args: &ReSealArgs) -> Result<(), Failure> {
    let active = desk.call.deps.keys.active();
    let ignorant = replicas(desk).await?.into_iter().filter(|replica| !replica.keys.contains(&active)).count();
    if ignorant > 0 {
        return Err(Failure::Failed(format!(
            "{ignorant} of the running servers could not open what {active} seals: they started before it was in \
             their key file. Restart them first. (A server that was killed is remembered for a minute.)"
        )));
    }
    let done = keys::reseal(&desk.call).await.map_err(|error| desk.refused(error))?;
    if args.json {
        desk.out.json(&json!({ "key": active.to_string(), "resealed": done }));
    } else {
        desk.out.line(&format!("{} sealed anew; everything that is sealed is sealed with {active}.", count(done, "row")));
    }
    Ok(())
}

async fn retire(desk: &mut Desk, args: &RetireArgs) -> Result<(), Failure> {
    let id = args.key;
    let mut file = desk::load_keys(&desk.settings)?;
    // Tried on the copy in memory first: whether the key exists and is not the active one.
    file.retire(id).map_err(of_file)?;
    if replicas(desk).await?.iter().any(|replica| replica.active == id) {
        return Err(Failure::Failed(format!(
            "A running server still seals with {id}: it started before another key was made active. Restart it \
             first. (A server that was killed is remembered for a minute.)"
        )));
    }
    let Uses { sealed, passwords } = uses_of(desk, id).await?;
    if sealed > 0 {
        return Err(Failure::Failed(format!(
            "{} still rest on {id}. Seal them anew first: countersign keys re-seal",
            count(sealed, "authenticator key")
        )));
    }
    if passwords > 0 && !args.reset_passwords {
        return Err(Failure::Failed(format!(
            "{} still rest on {id}; they move when their owners sign in.\n\
             Wait and keep the key, or take these passwords away with --reset-passwords: each owner then needs\n\
             a link from `countersign account reset-link`. Second steps stay as they are.",
            count(passwords, "password")
        )));
    }
    if passwords > 0 {
        let gone = keys::forget_passwords(&desk.call, id).await.map_err(|error| desk.refused(error))?;
        desk.out.line(&format!(
            "{} taken away; the accounts come back through `countersign account reset-link`.",
            count(gone, "password")
        ));
    }
    finish_retiring(desk, &file, id).await
}

async fn uses_of(desk: &Desk, id: KeyId) -> Result<Uses, Failure> {
    let uses = keys::uses(&desk.call).await.map_err(|error| desk.refused(error))?;
    Ok(uses.get(&id).copied().unwrap_or_default())
}

async fn finish_retiring(desk: &mut Desk, file: &KeyFile, id: KeyId) -> Result<(), Failure> {
    // Asked once more: somebody may have signed in between.
    if uses_of(desk, id).await? != Uses::default() {
        return Err(Failure::Failed(format!("Something came to rest on {id} meanwhile. Try again.")));
    }
    file.save().map_err(of_file)?;
    record(desk, Event::KeyRetired, id, KeyState::Retired.as_str()).await?;
    desk.out.line(&format!("{id} is retired: its secret is gone from {}.", desk.settings.keys_file.display()));
    desk.out.line("Copy the file to every replica. Copies of old backups need their copy of the old key file.");
    Ok(())
}

async fn record(desk: &Desk, event: Event, id: KeyId, state: &str) -> Result<(), Failure> {
    let detail = [("key", id.to_string()), ("state", state.to_owned())];
    keys::record(&desk.call, event, &detail).await.map_err(|error| desk.refused(error))
}
