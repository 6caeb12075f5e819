//! What is aimed at, and whether it was reached.

use crate::deed::Deed;
use crate::report::{Aim, Database, Line, Mode, NOT_CLIENTS};
use crate::taken::Imported;

/// The number of clients at which most aims are set.
const CLIENTS: usize = 64;

/// Whether enough accounts were taken over to say something.
fn imported(whole: Option<&Imported>) -> bool {
    whole.is_some_and(|one| one.accounts >= 100_000)
}

/// Judges what was measured on one database; what was not measured is left out.
pub(crate) fn judge(database: &Database) -> Vec<Aim> {
    let sqlite = database.name == "SQLite";
    let http = |deed| database.find(Mode::Http, deed, CLIENTS);
    let step = http(Deed::SecondStep);
    let ratio = |line: Option<&Line>, read: fn(&Line) -> Option<f64>| line.and_then(read);
    let p99 = |line: Option<&Line>| line.map(|line| line.figures.p99_ms);
    let steady = database.find(Mode::Steady, Deed::SecondStep, CLIENTS);
    let letters = database.find(Mode::Steady, Deed::Letter, NOT_CLIENTS);
    let rest = &database.rest;
    let started = rest.start_ms > 0.0;
    let whole = database.imports.iter().max_by_key(|import| import.accounts);
    let part = database.imports.iter().min_by_key(|import| import.accounts);
    let growth = whole.zip(part).map(|(whole, part)| whole.peak / part.peak.max(1e-9));
    let calls = database.calls.as_ref();
    let left = calls.map(|calls| f64::from(u32::try_from(calls.left_ringing).unwrap_or(u32::MAX)));
    let at_least = [
        ("second steps, part of in process", 0.5, ratio(step, |line| line.ratios.in_process), true),
        ("second steps, times one commit each", 1.8, ratio(step, |line| line.ratios.ungrouped), sqlite),
        ("sign-ins, part of raw Argon2id", 0.9, ratio(http(Deed::SignIn), |line| line.ratios.argon2id), true),
        (
            "sign-ins with a mailed code, part of raw Argon2id",
            0.8,
            ratio(http(Deed::MailedSignIn), |line| line.ratios.argon2id),
            true,
        ),
    ];
    let at_most = [
        ("p99 of second steps, ms", 25.0, p99(step), sqlite),
        ("p99 at 200/s under sign-ins, ms", 50.0, p99(steady), true),
        ("p99 from asking for a code to its letter's acceptance, ms", 1000.0, p99(letters), true),
        (
            "p99 from asking for a call to its first ring, ms",
            500.0,
            calls.map(|calls| calls.alone.p99_ms),
            true,
        ),
        ("calls at once that were left ringing", 0.0, left, true),
        ("idle memory, MiB", 30.0, started.then_some(rest.idle.resident), true),
        ("start to first answer, ms", 300.0, started.then_some(rest.start_ms), true),
        ("import of 100,000 accounts, s", 60.0, whole.map(|one| one.seconds), imported(whole)),
        ("its memory, times that of half as many", 1.2, growth, imported(whole)),
    ];
    let aim =
        |what, wanted: String, measured, met| Aim { database: database.name, what, wanted, measured, met };
    let mut aims = Vec::new();
    for (what, wanted, measured, counts) in at_least {
        if let Some(measured) = measured.filter(|_| counts) {
            aims.push(aim(what, format!("≥ {wanted}"), measured, measured >= wanted));
        }
    }
    for (what, wanted, measured, counts) in at_most {
        if let Some(measured) = measured.filter(|_| counts) {
            aims.push(aim(what, format!("≤ {wanted}"), measured, measured <= wanted));
        }
    }
    aims
}
