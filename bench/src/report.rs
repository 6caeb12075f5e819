//! What was measured, as a table for people and as JSON.

use std::fmt::{self, Write as _};
use std::time::Duration;

use serde::Serialize;

use crate::called::{Called, Rings};
use crate::child::Memory;
use crate::deed::Deed;
use crate::machine::Machine;
use crate::options::Options;
use crate::sample::Figures;
use crate::taken::Imported;

/// How something was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    /// Over HTTP against the server as it is delivered.
    Http,
    /// Over HTTP against a server with one commit for each answer.
    Ungrouped,
    /// In process, without HTTP.
    InProcess,
    /// Argon2id alone.
    Raw,
    /// Over HTTP at a fixed rate while sign-ins saturate the hashing threads.
    Steady,
}

/// In place of the number of clients where letters are paced, not clients.
pub(crate) const NOT_CLIENTS: usize = 0;

/// One line of the table.
pub(crate) struct Figure {
    pub(crate) mode: Mode,
    pub(crate) deed: Deed,
    pub(crate) clients: usize,
    pub(crate) figures: Figures,
}

/// Starts and memory.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Rest {
    /// From the start to the first answer, on an empty folder or schema: keys and tables are made.
    pub(crate) first_start_ms: f64,
    /// The same on the data that were measured; median.
    pub(crate) start_ms: f64,
    /// Memory of a server that has just started.
    pub(crate) idle: Memory,
    /// After second steps and wrong codes.
    pub(crate) loaded: Memory,
    /// After sign-ins, which keep 46 MiB a core.
    pub(crate) hashing: Memory,
}

/// Everything measured on one database.
#[derive(Serialize)]
pub(crate) struct Database {
    pub(crate) name: &'static str,
    seeded_in_seconds: f64,
    pub(crate) rest: Rest,
    pub(crate) lines: Vec<Line>,
    pub(crate) calls: Option<Called>,
    pub(crate) imports: Vec<Imported>,
}

/// A figure with its ratios.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) what: &'static str,
    pub(crate) mode: Mode,
    pub(crate) clients: usize,
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) ratios: Ratios,
}

/// A rate as parts of the ceilings that the same run measured with as many clients.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Ratios {
    /// The same answers in process.
    pub(crate) in_process: Option<f64>,
    /// The same server with one commit for each answer.
    pub(crate) ungrouped: Option<f64>,
    /// `/healthz`.
    pub(crate) health: Option<f64>,
    /// Raw Argon2id on as many threads as can work for so many clients.
    pub(crate) argon2id: Option<f64>,
}

/// An aim and what became of it.
#[derive(Serialize)]
pub(crate) struct Aim {
    pub(crate) database: &'static str,
    pub(crate) what: &'static str,
    pub(crate) wanted: String,
    pub(crate) measured: f64,
    pub(crate) met: bool,
}

/// The whole report.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) accounts: u32,
    pub(crate) runs: usize,
    pub(crate) seconds: f64,
    pub(crate) databases: Vec<Database>,
    pub(crate) aims: Vec<Aim>,
}

impl Memory {
    /// The greater of each.
    pub(crate) fn most(self, other: Self) -> Self {
        Self { resident: self.resident.max(other.resident), peak: self.peak.max(other.peak) }
    }
}

const fn name(mode: Mode, deed: Deed) -> &'static str {
    match (mode, deed) {
        (Mode::Raw, _) => "raw Argon2id",
        (Mode::Steady, Deed::Letter) => "letter, 50/s",
        (Mode::Steady, Deed::SignIn) => "… meanwhile sign-in",
        (Mode::Steady, _) => "second step, 200/s",
        (_, Deed::SecondStep) => "second step",
        (_, Deed::WrongCode) => "wrong code",
        (_, Deed::SignIn) => "sign-in",
        (_, Deed::MailedSignIn) => "sign-in with a mailed code",
        (_, Deed::Letter) => "letter",
        (_, Deed::Call) => "call",
        (_, Deed::Health) => "/healthz",
    }
}

impl Database {
    /// Puts the figures in relation.
    pub(crate) fn new(name: &'static str, seeded_in: Duration, figures: &[Figure], rest: Rest) -> Self {
        let lines = figures.iter().map(|figure| line(figure, figures)).collect();
        Self {
            name,
            seeded_in_seconds: seeded_in.as_secs_f64(),
            rest,
            lines,
            calls: None,
            imports: Vec::new(),
        }
    }

    /// With the calls that rang, and the files that were taken over.
    pub(crate) fn with(self, calls: Option<Called>, imports: Vec<Imported>) -> Self {
        Self { calls, imports, ..self }
    }

    /// A line, if it was measured.
    pub(crate) fn find(&self, mode: Mode, deed: Deed, clients: usize) -> Option<&Line> {
        let what = self::name(mode, deed);
        self.lines.iter().find(|line| (line.what, line.mode, line.clients) == (what, mode, clients))
    }

    /// Unexpected answers, with the first one's words.
    fn failures(&self) -> (u64, Option<&str>) {
        let count = self.lines.iter().map(|line| line.figures.failures).sum();
        (count, self.lines.iter().find_map(|line| line.figures.first_failure.as_deref()))
    }
}

fn line(figure: &Figure, all: &[Figure]) -> Line {
    let to = |mode: Mode, deed: Deed| {
        let ceiling = all
            .iter()
            .find(|other| other.mode == mode && other.deed == deed && other.clients == figure.clients)
            .filter(|other| (other.mode, other.deed) != (figure.mode, figure.deed))?;
        Some(figure.figures.rate / ceiling.figures.rate.max(1e-9))
    };
    let ratios = if matches!(figure.mode, Mode::Http | Mode::Ungrouped) {
        Ratios {
            in_process: to(Mode::InProcess, figure.deed),
            ungrouped: to(Mode::Ungrouped, figure.deed),
            health: to(Mode::Http, Deed::Health),
            argon2id: to(
                Mode::Raw,
                if figure.deed == Deed::MailedSignIn { Deed::SignIn } else { figure.deed },
            ),
        }
    } else {
        Ratios::default()
    };
    let (what, mode, clients) = (name(figure.mode, figure.deed), figure.mode, figure.clients);
    Line { what, mode, clients, figures: figure.figures.clone(), ratios }
}

impl Report {
    /// Puts everything together.
    pub(crate) fn new(options: &Options, machine: Machine, databases: Vec<Database>) -> Self {
        let aims = databases.iter().flat_map(crate::aims::judge).collect();
        let (accounts, runs, seconds) = (options.accounts, options.runs, options.seconds);
        Self { machine, accounts, runs, seconds, databases, aims }
    }

    /// Whether every answer was the expected one; else how many were not, and the first.
    pub(crate) fn failures(&self) -> Option<String> {
        let found = self.databases.iter().map(|database| (database.name, database.failures()));
        let told: Vec<_> = found
            .filter(|(_, (count, _))| *count > 0)
            .map(|(name, (count, first))| {
                format!("{name}: {count} unexpected answers: {}", first.unwrap_or("?"))
            })
            .collect();
        (!told.is_empty()).then(|| told.join("\n"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        writeln!(f, "{} accounts; medians of {} runs of {} s\n", self.accounts, self.runs, self.seconds)?;
        for database in &self.databases {
            writeln!(f, "{database}")?;
        }
        writeln!(f, "| aim | database | wanted | measured | |\n|---|---|---|---|---|")?;
        for aim in &self.aims {
            let verdict = if aim.met { "met" } else { "MISSED" };
            writeln!(
                f,
                "| {} | {} | {} | {:.2} | {verdict} |",
                aim.what, aim.database, aim.wanted, aim.measured
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            self.name,
            "how",
            "clients",
            "a second",
            "p50 ms",
            "p99 ms",
            "× in process",
            "× commit each",
            "× /healthz",
            "× Argon2id",
            "CPU µs server",
            "client",
        ];
        writeln!(f, "| {} |", head.join(" | "))?;
        writeln!(f, "|---|---|{}", "---:|".repeat(head.len() - 2))?;
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        let Rest { first_start_ms, start_ms, idle, loaded, hashing } = self.rest;
        writeln!(
            f,
            "\nStart to first answer: {start_ms:.0} ms; on an empty database {first_start_ms:.0} ms."
        )?;
        writeln!(
            f,
            "Memory: {:.1} MiB idle, {:.1} MiB (peak {:.1}) under second steps, {:.1} MiB (peak {:.1}) under sign-ins.",
            idle.resident, loaded.resident, loaded.peak, hashing.resident, hashing.peak
        )?;
        if let Some(Called { alone, at_once, sold, busiest, left_ringing }) = &self.calls {
            for (how, Rings { calls, p50_ms, p99_ms, most_ms, turned_away }) in
                [("one at a time", alone), ("at once", at_once)]
            {
                writeln!(
                    f,
                    "{calls} calls {how}: from asking to the first ring p50 {p50_ms:.0}, p99 {p99_ms:.0}, at most {most_ms:.0} ms; {turned_away} times too busy."
                )?;
            }
            writeln!(
                f,
                "At most {busiest} calls began in a second (the trunk takes {sold}); {left_ringing} were left ringing."
            )?;
        }
        for Imported { accounts, seconds, peak } in &self.imports {
            writeln!(f, "{accounts} accounts imported in {seconds:.1} s, peak memory {peak:.1} MiB.")?;
        }
        Ok(())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.mode {
            Mode::Http | Mode::Steady => "HTTP",
            Mode::Ungrouped => "HTTP, commit each",
            Mode::InProcess => "in process",
            Mode::Raw => "threads",
        };
        let Figures { rate, p50_ms, p99_ms, server_us, client_us, .. } = &self.figures;
        let mut text =
            format!("| {} | {how} | {} | {rate:.0} | {p50_ms:.2} | {p99_ms:.2}", self.what, self.clients);
        let Ratios { in_process, ungrouped, health, argon2id } = self.ratios;
        for ratio in [in_process, ungrouped, health, argon2id] {
            match ratio {
                Some(ratio) => write!(text, " | {ratio:.2}")?,
                None => text.push_str(" | "),
            }
        }
        for cpu in [server_us, client_us] {
            if *cpu > 0.0 { write!(text, " | {cpu:.0}")? } else { text.push_str(" | ") }
        }
        write!(f, "{text} |")
    }
}
