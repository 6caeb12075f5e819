//! Accounts taken over from a file by the command line, as a process of its own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use countersign::time_source::Stopwatch;
use serde::Serialize;

use crate::Fault;
use crate::child::{Memory, Plan, memory_of};

/// How often the memory is read while it runs.
const OFTEN: Duration = Duration::from_millis(10);

/// What another system made of a password: Argon2id, 19 MiB.
const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8";

/// One file that was taken over.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Imported {
    /// Its accounts.
    pub(crate) accounts: u32,
    /// From the start of the command to its end, with the pass that computes the file's digest.
    pub(crate) seconds: f64,
    /// What the command kept in memory at most, in MiB.
    pub(crate) peak: f64,
}

/// Takes a file over that has so many new accounts with a password hash each.
pub(crate) fn accounts(plan: &Plan, count: u32) -> Result<Imported, Fault> {
    let file = plan.data.with_extension(format!("{count}.jsonl"));
    write(&file, count)?;
    let mut command = plan.command("import");
    command.args(["accounts", "--json"]).arg(&file);
    let clock = Stopwatch::start();
    let mut child = command.spawn()?;
    let mut most = Memory::default();
    let status = loop {
        // It may have ended since, and then its last reading counts.
        most = memory_of(child.id()).map_or(most, |now| most.most(now));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(OFTEN);
    };
    let seconds = clock.elapsed().as_secs_f64();
    std::fs::remove_file(file)?;
    if !status.success() {
        return Err(format!("the import of {count} accounts ended with {status}").into());
    }
    Ok(Imported { accounts: count, seconds, peak: most.peak })
}

fn write(path: &Path, count: u32) -> Result<(), Fault> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..count {
        writeln!(
            file,
            "{{\"email\":\"moved{number}.of{count}@example.org\",\"display_name\":\"Person {number}\",\
             \"email_verified\":true,\"password_hash\":\"{HASH}\",\"created_at\":\"2024-05-31T12:00:00Z\",\
             \"external_id\":\"{count}-{number}\"}}"
        )?;
    }
    Ok(file.flush()?)
}
