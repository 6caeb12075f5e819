//! Measures the server over HTTP, as a process of its own, against its own ceilings. See `docs/performance.md`.

mod aims;
mod argon;
mod called;
mod child;
mod deed;
mod home;
mod inside;
mod load;
mod machine;
mod mailed;
mod measure;
mod options;
mod peer;
mod people;
mod phones;
mod report;
mod sample;
mod seed;
mod taken;
mod wire;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::machine::Machine;
use crate::options::Options;
use crate::report::Report;

/// What stopped the measurement.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    match run() {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(failures)) => {
            measure::tell(&failures);
            ExitCode::FAILURE
        }
        Err(fault) => {
            measure::tell(&format!("countersign-bench: {fault}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures and reports; tells what was answered unexpectedly.
fn run() -> Result<Option<String>, Fault> {
    let options = Options::parse().settle()?;
    let machine = Machine::look();
    let mut databases = Vec::new();
    if !options.without_sqlite {
        databases.push(measure::database(&options, None)?);
    }
    match &options.postgres {
        Some(server) => databases.push(measure::database(&options, Some(server))?),
        None => measure::tell("PostgreSQL is left out: no --postgres was given"),
    }
    let report = Report::new(&options, machine, databases);
    write!(std::io::stdout(), "{report}")?;
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(report.failures())
}
