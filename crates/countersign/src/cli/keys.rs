//! `countersign keys`: the master keys that seal what is in the database, and how they are changed for new ones.
//!
//! The order matters, because a running server has the keys it was started with. So each step looks at what the
//! database needs and at what the servers that run on it have, and refuses whatever could lose something.

use clap::{Args, Subcommand};
use countersign_core::audit::Event;
use countersign_core::keys::KeyId;
use serde_json::{Value, json};

use super::told::{Desk, count, json, refused, rfc3339, table, time, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::config::keyfile::{KeyEntry, KeyFile, KeyState};
use crate::flow::keys::{self, Replica, Uses};

/// Change the master keys that seal secrets.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "List, add, re-seal and retire the master keys that seal secrets and pepper passwords. They stand in \
    the key file, apart from the database.\n\n\
    To change the key of an installation with one server:\n  \
    countersign keys add        a new key, active at once; then restart the server\n  \
    countersign keys re-seal    seal everything anew with it, beside the running server\n  \
    countersign keys list       when nothing rests on the old key any more …\n  \
    countersign keys retire k1  … forget it, and restart the server\n\n\
    With several servers: `keys add --standby`, copy the key file to all and restart them; then `keys activate k2`, copy \
    and restart again; so no server meets a key it does not know. What would lose something is refused.\n\n\
    Passwords move to the active key when their owners sign in."
)]
pub(super) struct Keys {
    #[command(subcommand)]
    action: KeysCommand,
}

impl Keys {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "keys", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// List the keys and what rests on each
    #[command(after_help = "Example:\n  countersign keys list")]
    List(ListArgs),
    /// Make a new key, which seals from the next start on
    #[command(
        after_help = "Examples:\n  countersign keys add\n  countersign keys add --standby      with several servers"
    )]
    Add(AddArgs),
    /// Make a standby key the one that seals
    #[command(after_help = "Example:\n  countersign keys activate k2")]
    Activate(KeyArgs),
    /// Seal anew, with the active key, what older keys sealed
    #[command(after_help = "Example:\n  countersign keys re-seal")]
    ReSeal(ReSealArgs),
    /// Forget a key for good; refused while anything rests on it
    #[command(
        after_help = "Passwords move to the active key when their owners sign in. For accounts that never do, \
        there are two ways:\n  \
        keep the key        it costs nothing, and opens nothing that the active one does not\n  \
        --reset-passwords   takes those passwords away; each owner then needs `countersign account reset-link`.\n                      \
        Recovery keys that rest on it go too, and their owners make new ones. Other second steps,\n                      \
        sessions and everything else stay as they are. It cannot be taken back.\n\n\
        Example:\n  countersign keys retire k1"
    )]
    Retire(RetireArgs),
}

/// How keys are listed.
#[derive(Debug, Args)]
struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A new key.
#[derive(Debug, Args)]
struct AddArgs {
    /// Let every server know it first; the present key goes on sealing
    #[arg(long)]
    standby: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One key.
#[derive(Debug, Args)]
struct KeyArgs {
    /// The key, for example k2
    key: KeyId,
}

/// Sealing anew.
#[derive(Debug, Args)]
struct ReSealArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A key to be forgotten.
#[derive(Debug, Args)]
struct RetireArgs {
    /// The key, for example k1
    key: KeyId,
    /// Take the passwords and recovery keys away that still rest on it
    #[arg(long)]
    reset_passwords: bool,
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
async fn run(desk: &Desk, command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::List(args) => list(desk, &args).await,
        KeysCommand::Add(args) => add(desk, &args).await,
        KeysCommand::Activate(args) => activate(desk, args.key).await,
        KeysCommand::ReSeal(args) => re_seal(desk, &args).await,
        KeysCommand::Retire(args) => retire(desk, &args).await,
    }
}

async fn list(desk: &Desk, args: &ListArgs) -> Result<(), Failure> {
    let file = KeyFile::load(&desk.app.settings.keys_file)?;
    let uses = keys::uses(&desk.call).await.map_err(refused)?;
    let of = |key: &KeyEntry| uses.get(&key.id).copied().unwrap_or_default();
    if args.json {
        let as_json = |key: &KeyEntry| {
            let (id, state, uses) = (key.id.to_string(), key.state.as_str(), of(key));
            let made = rfc3339(key.created_at);
            json!({ "key": id, "state": state, "created_at": made, "sealed": uses.sealed, "passwords": uses.passwords,
                "recovery_keys": uses.recovery_keys })
        };
        json(&json!({ "keys": file.entries().iter().map(as_json).collect::<Vec<Value>>() }));
        return Ok(());
    }
    let row = |key: &KeyEntry| {
        let (state, uses) = (key.state.as_str().to_owned(), of(key));
        vec![
            key.id.to_string(),
            state,
            time(key.created_at),
            uses.sealed.to_string(),
            uses.passwords.to_string(),
            uses.recovery_keys.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = file.entries().iter().map(row).collect();
    table(&["key", "state", "made", "sealed secrets", "passwords", "recovery keys"], &rows);
    Ok(())
}

async fn add(desk: &Desk, args: &AddArgs) -> Result<(), Failure> {
    let mut file = KeyFile::load(&desk.app.settings.keys_file)?;
    let state = if args.standby { KeyState::Standby } else { KeyState::Active };
    if !args.standby {
        refuse_beside_other_servers(desk).await?;
    }
    let id = file.add(desk.call.now, desk.call.entropy(), state);
    file.save()?;
    record(desk, Event::KeyAdded, id, state.as_str()).await?;
    if args.json {
        json(&json!({ "key": id.to_string(), "state": state.as_str() }));
        return Ok(());
    }
    let path = desk.app.settings.keys_file.display();
    out::line(format!("{id} was added to {path} ({}). Keep a copy of the file.", state.as_str()));
    out::line(if args.standby {
        "Copy the file to every server and restart them; then: countersign keys activate"
    } else {
        "Restart the server now; then: countersign keys re-seal"
    });
    Ok(())
}

/// With several replicas a key that seals at once would seal what the others cannot open.
async fn refuse_beside_other_servers(desk: &Desk) -> Result<(), Failure> {
    let replicas = replicas(desk).await?;
    if replicas.len() > 1 {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{} run on this database, and they have to know a key before the first one seals with it.\n\
             Add the key on standby: countersign keys add --standby",
                count(replicas.len() as u64, "server")
            ),
        ));
    }
    Ok(())
}

async fn replicas(desk: &Desk) -> Result<Vec<Replica>, Failure> {
    keys::replicas(&desk.call).await.map_err(refused)
}

async fn activate(desk: &Desk, id: KeyId) -> Result<(), Failure> {
    let mut file = KeyFile::load(&desk.app.settings.keys_file)?;
    let ignorant = replicas(desk).await?.iter().filter(|replica| !replica.keys.contains(&id)).count();
    let standby = file.entries().iter().any(|key| key.id == id && key.state == KeyState::Standby);
    if standby && ignorant > 0 {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{ignorant} of the running servers started before {id} was in the key file. Restart first, so that all of them \
             can open what {id} will seal. (A server that was killed is remembered for half a minute.)"
            ),
        ));
    }
    file.activate(id)?;
    file.save()?;
    record(desk, Event::KeyActivated, id, KeyState::Active.as_str()).await?;
    out::line(format!(
        "{id} seals from the next start on. Copy the key file to every replica and restart them;"
    ));
    out::line("then: countersign keys re-seal");
    Ok(())
}

async fn re_seal(desk: &Desk, args: &ReSealArgs) -> Result<(), Failure> {
    let active = desk.call.deps.keys.active();
    let ignorant =
        replicas(desk).await?.into_iter().filter(|replica| !replica.keys.contains(&active)).count();
    if ignorant > 0 {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{ignorant} of the running servers could not open what {active} seals: they started before it was in \
             their key file. Restart them first. (A server that was killed is remembered for half a minute.)"
            ),
        ));
    }
    let done = keys::reseal(&desk.call).await.map_err(refused)?;
    if args.json {
        json(&json!({ "key": active.to_string(), "resealed": done }));
    } else {
        out::line(format!(
            "{} sealed anew; everything that is sealed is sealed with {active}.",
            count(done, "row")
        ));
    }
    Ok(())
}

async fn retire(desk: &Desk, args: &RetireArgs) -> Result<(), Failure> {
    let id = args.key;
    let mut file = KeyFile::load(&desk.app.settings.keys_file)?;
    // Tried on the copy in memory first: whether the key exists and is not the active one.
    file.retire(id)?;
    if replicas(desk).await?.iter().any(|replica| replica.active == id) {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "A running server still seals with {id}: it started before another key was made active. Restart it \
             first. (A server that was killed is remembered for half a minute.)"
            ),
        ));
    }
    let uses = uses_of(desk, id).await?;
    if uses.sealed > 0 {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{} still rest on {id}. Seal them anew first: countersign keys re-seal",
                count(uses.sealed, "sealed secret")
            ),
        ));
    }
    take_away(desk, args, uses).await?;
    finish_retiring(desk, &file, id).await
}

/// Takes away what cannot be sealed anew, where the operator said so.
async fn take_away(desk: &Desk, args: &RetireArgs, uses: Uses) -> Result<(), Failure> {
    let Uses { passwords, recovery_keys, .. } = uses;
    let id = args.key;
    if passwords > 0 && !args.reset_passwords {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{} still rest on {id}; they move when their owners sign in.\n\
             Wait and keep the key, or take these passwords away with --reset-passwords: each owner then needs\n\
             a link from `countersign account reset-link`. Second steps stay as they are.",
                count(passwords, "password")
            ),
        ));
    }
    if recovery_keys > 0 && !args.reset_passwords {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{} still rest on {id}; they never move, as only their owners have them.\n\
             Keep the key, or take these recovery keys away with --reset-passwords: their owners make new ones.",
                count(recovery_keys, "recovery key")
            ),
        ));
    }
    if passwords > 0 {
        let gone = keys::forget_passwords(&desk.call, id).await.map_err(refused)?;
        out::line(format!(
            "{} taken away; the accounts come back through `countersign account reset-link`.",
            count(gone, "password")
        ));
    }
    if recovery_keys > 0 {
        let gone = keys::void_recovery_keys(&desk.call, id).await.map_err(refused)?;
        out::line(format!("{} taken away; their owners make new ones.", count(gone, "recovery key")));
    }
    Ok(())
}

async fn uses_of(desk: &Desk, id: KeyId) -> Result<Uses, Failure> {
    let uses = keys::uses(&desk.call).await.map_err(refused)?;
    Ok(uses.get(&id).copied().unwrap_or_default())
}

async fn finish_retiring(desk: &Desk, file: &KeyFile, id: KeyId) -> Result<(), Failure> {
    // Asked once more: somebody may have signed in between.
    if uses_of(desk, id).await? != Uses::default() {
        return Err(Failure::new(
            Exit::Failed,
            format!("Something came to rest on {id} meanwhile. Try again."),
        ));
    }
    file.save()?;
    keys::forgotten(&desk.call, id).await.map_err(refused)?;
    record(desk, Event::KeyRetired, id, KeyState::Retired.as_str()).await?;
    out::line(format!("{id} is retired: its secret is gone from {}.", desk.app.settings.keys_file.display()));
    out::line("Copy the file to every replica. Copies of old backups need their copy of the old key file.");
    Ok(())
}

async fn record(desk: &Desk, event: Event, id: KeyId, state: &str) -> Result<(), Failure> {
    let detail = [("key", id.to_string()), ("state", state.to_owned())];
    keys::record(&desk.call, event, &detail).await.map_err(refused)
}
