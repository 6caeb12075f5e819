//! `doctor`: is this installation sound?

use clap::Args;
use countersign_store::clock as high_water;
use serde_json::json;

use super::out::{self, Format};
use super::{Common, EXIT_CODES, Exit, Failure, with_call};
use crate::app::App;
use crate::config::Settings;
use crate::config::keyfile::KeyFile;
use crate::config::prepare_data_dir;
use crate::flow::{Call, audit};

/// Check clock, data folder, keys, database and audit log.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "Check the settings, the data folder's rights, the key file, the database, the clock and the \
    audit log's chain, and say of each whether it is sound. Changes nothing; works beside a running server.\n\n\
    Example:\n  countersign doctor --json"
)]
pub(super) struct Doctor {
    /// Answer with one JSON document: {"checks": [{"name", "sound", "detail"}]}.
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
struct Check {
    name: &'static str,
    outcome: Result<String, String>,
}

impl Doctor {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let settings = common.settings(Vec::new());
        let mut checks = vec![Check {
            name: "settings",
            outcome: settings.as_ref().map(|_| "right".to_owned()).map_err(ToString::to_string),
        }];
        if let Ok(settings) = &settings {
            checks.extend(on_disk(settings));
            let database = with_call(common, "doctor", async |app, call| Ok(in_database(&app, &call).await));
            checks.extend(
                database.unwrap_or_else(|failure| {
                    vec![Check { name: "database", outcome: Err(failure.message) }]
                }),
            );
        }
        report(&checks, Format::of(self.json));
        let sound = checks.iter().all(|check| check.outcome.is_ok());
        if sound { Ok(()) } else { Err(Failure::new(Exit::Problems, "")) }
    }
}

fn on_disk(settings: &Settings) -> [Check; 2] {
    let folder = &settings.data_dir;
    let data = if folder.exists() {
        prepare_data_dir(folder).map(|()| folder.display().to_string()).map_err(|error| error.to_string())
    } else {
        Err(format!("{} is not there; `countersign serve` makes it", folder.display()))
    };
    let keys = KeyFile::load(&settings.keys_file);
    let keys = keys.map(|file| format!("{} keys", file.entries().len())).map_err(|error| error.to_string());
    [Check { name: "data folder", outcome: data }, Check { name: "key file", outcome: keys }]
}

/// Opening has proved already that the database answers and that no key is missing.
async fn in_database(app: &App, call: &Call) -> Vec<Check> {
    let backend = format!("{:?} answers, no key is missing", app.deps.store.backend());
    vec![
        Check { name: "database", outcome: Ok(backend) },
        Check { name: "clock", outcome: clock(app, call).await },
        Check { name: "audit log", outcome: chain(call).await },
    ]
}

async fn clock(app: &App, call: &Call) -> Result<String, String> {
    let mut db = call.reader().await.map_err(|error| error.to_string())?;
    let mark = high_water::read(&mut db).await.map_err(|error| error.to_string())?;
    if let Some(mark) = mark {
        app.clock.learn(mark);
    }
    if app.clock.is_degraded() {
        return Err("is behind the time that was seen before: set the machine's clock".to_owned());
    }
    Ok("not behind the time that was seen before".to_owned())
}

async fn chain(call: &Call) -> Result<String, String> {
    let found = audit::verify(call).await.map_err(|error| error.to_string())?;
    if !found.broken.is_empty() {
        return Err(format!(
            "{} of {} seals are broken: countersign audit verify",
            found.broken.len(),
            found.seals
        ));
    }
    if found.unsealed > 0 {
        return Err(format!("{} rows wait for their seal: is a server running?", found.unsealed));
    }
    Ok(format!("{} rows under {} seals fit", found.rows, found.seals))
}

fn report(checks: &[Check], format: Format) {
    let listed: Vec<_> = checks
        .iter()
        .map(|check| {
            let (Ok(detail) | Err(detail)) = &check.outcome;
            json!({"name": check.name, "sound": check.outcome.is_ok(), "detail": detail})
        })
        .collect();
    format.write(&json!({"checks": listed}), || {
        let rows: Vec<Vec<String>> = checks
            .iter()
            .map(|check| {
                let (mark, detail) = match &check.outcome {
                    Ok(detail) => ("ok", detail),
                    Err(detail) => ("WRONG", detail),
                };
                vec![mark.to_owned(), check.name.to_owned(), detail.clone()]
            })
            .collect();
        out::table(&["", "what", "finding"], &rows)
    });
}
