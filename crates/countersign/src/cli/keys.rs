//! `keys`: the master keys that seal secrets.

use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_core::audit::Event;
use countersign_core::keys::KeyId;
use countersign_store::lease;
use serde_json::json;

use super::out::{self, Format};
use super::{Common, EXIT_CODES, Exit, Failure, with_call};
use crate::app::App;
use crate::config::keyfile::{KeyFile, KeyState};
use crate::flow::{Call, keys};
use crate::worker::sealing_lease;

/// List, add and retire the master keys that seal secrets.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "List, add and retire the master keys that seal secrets and pepper passwords. They stand in the \
    key file, apart from the database.\n\n\
    To change the key of an installation:\n  \
    countersign keys add        a new key, active at once; then restart the server\n  \
    countersign keys re-seal    seal everything anew with it, beside the running server\n  \
    countersign keys list       when nothing rests on the old key any more …\n  \
    countersign keys retire k1  … forget it, and restart the server\n\n\
    With several servers: `keys add --standby`, copy the key file to all and restart them, then `keys activate`, copy and \
    restart again, so that no server meets a key it does not know."
)]
pub(super) struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the keys and how many rows rest on each.
    List {
        /// Answer with one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Make a new key, active unless told otherwise.
    Add {
        /// Load it, but let the present key go on sealing.
        #[arg(long)]
        standby: bool,
    },
    /// Make a standby key the active one.
    Activate {
        /// The key's number, for example k2.
        key: KeyId,
    },
    /// Seal everything anew that is not sealed with the active key.
    ReSeal,
    /// Forget a key for good. Only when nothing rests on it.
    Retire {
        /// The key's number, for example k1.
        key: KeyId,
    },
}

impl Keys {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_call(common, "keys", async |app, call| match self.action {
            Action::List { json } => list(&app, &call, Format::of(json)).await,
            Action::Add { standby } => add(&app, &call, standby).await,
            Action::Activate { key } => activate(&app, key),
            Action::ReSeal => {
                let rows = keys::reseal(&call).await?;
                out::line(format_args!("{rows} rows were sealed anew with {}.", call.deps.keys.active()));
                Ok(())
            }
            Action::Retire { key } => retire(&app, &call, key).await,
        })
    }
}

async fn list(app: &App, call: &Call, format: Format) -> Result<(), Failure> {
    let file = KeyFile::load(&app.settings.keys_file)?;
    let uses = keys::uses(call).await?;
    let mut rows = Vec::new();
    let mut listed = Vec::new();
    for entry in file.entries() {
        let uses = uses.get(&entry.id).copied().unwrap_or_default();
        let made = jiff::Timestamp::from_millisecond(entry.created_at.as_millis()).unwrap_or_default();
        listed.push(json!({
            "key": entry.id.to_string(), "state": entry.state.as_str(), "created_at": made.to_string(),
            "sealed": uses.sealed, "passwords": uses.passwords,
        }));
        rows.push(vec![
            entry.id.to_string(),
            entry.state.as_str().to_owned(),
            made.to_string(),
            uses.sealed.to_string(),
            uses.passwords.to_string(),
        ]);
    }
    format.write(&json!({"keys": listed}), || {
        out::table(&["key", "state", "made", "sealed secrets", "passwords"], &rows)
    });
    Ok(())
}

async fn add(app: &App, call: &Call, standby: bool) -> Result<(), Failure> {
    let mut file = KeyFile::load(&app.settings.keys_file)?;
    let state = if standby { KeyState::Standby } else { KeyState::Active };
    let id = file.add(call.now, call.entropy(), state);
    file.save()?;
    keys::record(call, Event::KeyAdded, &[("key", id.to_string())]).await?;
    out::line(format_args!("{id} was added ({}). Restart the server to load it.", state.as_str()));
    Ok(())
}

fn activate(app: &App, id: KeyId) -> Result<(), Failure> {
    let mut file = KeyFile::load(&app.settings.keys_file)?;
    file.activate(id)?;
    file.save()?;
    out::line(format_args!("{id} is active. Restart the server to seal with it."));
    Ok(())
}

async fn retire(app: &App, call: &Call, id: KeyId) -> Result<(), Failure> {
    let mut file = KeyFile::load(&app.settings.keys_file)?;
    file.retire(id)?;
    let uses = keys::uses(call).await?.get(&id).copied().unwrap_or_default();
    if uses.sealed > 0 || uses.passwords > 0 {
        let (sealed, passwords) = (uses.sealed, uses.passwords);
        let message = format!(
            "{sealed} secrets and {passwords} passwords rest on {id}: run `countersign keys re-seal` for the secrets; \
             passwords move when their owners next sign in, or are reset with `countersign account reset-link`"
        );
        return Err(Failure::new(Exit::Failed, message));
    }
    if !nobody_seals_with(call, id).await? {
        let message =
            format!("a running server still seals with {id}: restart it first, so that it loads the new key");
        return Err(Failure::new(Exit::Failed, message));
    }
    file.save()?;
    keys::record(call, Event::KeyRetired, &[("key", id.to_string())]).await?;
    out::line(format_args!("{id} was retired. Restart the server to forget it."));
    Ok(())
}

/// Whether no server has this key active. The lease is taken for good measure: it stays taken until it ends by itself.
async fn nobody_seals_with(call: &Call, id: KeyId) -> Result<bool, Failure> {
    let job = call.deps.store.write((sealing_lease(id), call.now), |tx, (lease, now)| {
        Box::pin(async move {
            lease::take(tx, lease, "keys retire", *now, now.plus(Duration::from_secs(1))).await
        })
    });
    job.await.map_err(|error| Failure::new(Exit::Unreachable, error))
}
