//! What the measurement is told.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::Fault;

/// Fewest people that a run makes sense with.
const FEWEST: u32 = 200;
/// Most people: each has an address in 10.0.0.0/8.
const MOST: u32 = 1_000_000;

/// A part of the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Phase {
    /// Starts and memory at rest.
    Start,
    /// Second steps with right codes.
    SecondStep,
    /// Second steps with wrong codes.
    WrongCode,
    /// First steps with right passwords.
    SignIn,
    /// Second steps at a fixed rate while sign-ins saturate the hashing threads.
    Steady,
    /// Whole sign-ins with a code out of a letter.
    MailedSignIn,
    /// Letters at a fixed rate.
    Letters,
    /// Calls that ring, at a real SIP peer.
    Calls,
    /// Accounts taken over from a file.
    Import,
}

/// Measures Countersign over HTTP against its own ceilings, on SQLite and on PostgreSQL.
#[derive(Clone, Debug, Parser)]
#[command(name = "countersign-bench", version)]
#[command(
    after_help = "Every figure is also told as a ratio to ceilings that are measured in the same run: the same answers \
    in process without HTTP, the same server with one commit for each answer, /healthz, and raw Argon2id.\n\
    Exits with 1 when an answer was not the expected one. A missed aim is told, and is no failure."
)]
pub(crate) struct Options {
    /// Accounts to write, each with a recognised browser, an open challenge, and a device or (every eighth) codes by
    /// e-mail; 200 to 1,000,000.
    #[arg(long, default_value_t = 200_000, value_name = "N")]
    pub(crate) accounts: u32,
    /// How often everything is measured; medians are told.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) runs: usize,
    /// How long each measurement lasts, in seconds.
    #[arg(long, default_value_t = 2.0, value_name = "SECONDS")]
    pub(crate) seconds: f64,
    /// Accounts in the file that is taken over; a file of half as many goes before it.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..))]
    pub(crate) imports: u32,
    /// Calls at once.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=280))]
    pub(crate) calls: u32,
    /// Numbers of clients.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64], value_name = "N,N…")]
    pub(crate) clients: Vec<usize>,
    /// Few accounts, one short run: shows that everything works, measures badly.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this part (may be given several times).
    #[arg(long, value_name = "PHASE")]
    only: Vec<Phase>,
    /// Leave SQLite out.
    #[arg(long)]
    pub(crate) without_sqlite: bool,
    /// Address of a PostgreSQL database that may be written to; a schema of its own is made and dropped there. Without
    /// it PostgreSQL is left out.
    #[arg(long, env = "COUNTERSIGN_TEST_POSTGRES", value_name = "URL", hide_env_values = true)]
    pub(crate) postgres: Option<String>,
    /// The server's program [built in: `countersign` beside this one].
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The mail server that letters go to.
    #[arg(long, default_value = "scripts/smtp-peer", value_name = "FILE")]
    pub(crate) smtp_peer: PathBuf,
    /// What the phones do that are called, for sipp.
    #[arg(long, default_value = "tests/peers/sip/many.xml", value_name = "FILE")]
    pub(crate) sip_scene: PathBuf,
    /// Where the data folders are made; on a disk, or commits cost nothing.
    #[arg(long, default_value = "target/bench", value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Write everything as JSON to this file too.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

impl Options {
    /// Fits what `--quick` means and checks the rest.
    pub(crate) fn settle(mut self) -> Result<Self, Fault> {
        if self.quick {
            (self.accounts, self.runs, self.seconds) = (self.accounts.min(20_000), 1, self.seconds.min(0.5));
            self.imports = self.imports.min(5_000);
            self.calls = self.calls.min(20);
        }
        if !(FEWEST..=MOST).contains(&self.accounts) {
            return Err(format!("--accounts must be {FEWEST} to {MOST}").into());
        }
        if self.clients.is_empty() || self.clients.iter().any(|clients| !(1..=1000).contains(clients)) {
            return Err("--clients must be 1 to 1000 each".into());
        }
        if self.runs == 0 || !(0.05..=60.0).contains(&self.seconds) {
            return Err("--runs must be at least 1 and --seconds 0.05 to 60".into());
        }
        Ok(self)
    }

    /// Whether this part is wanted.
    pub(crate) fn wants(&self, phase: Phase) -> bool {
        self.only.is_empty() || self.only.contains(&phase)
    }

    /// How long each measurement lasts.
    pub(crate) fn lasts(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// Sign-ins are few, so they are watched for longer.
    pub(crate) fn lasts_long(&self) -> Duration {
        self.lasts() * 3
    }

    /// The server's program.
    pub(crate) fn program(&self) -> Result<PathBuf, Fault> {
        if let Some(program) = &self.program {
            return Ok(program.clone());
        }
        let program = std::env::current_exe()?.with_file_name("countersign");
        if program.exists() {
            Ok(program)
        } else {
            Err("there is no server program; name it with --program".into())
        }
    }
}
