//! How far a long import has come: a bar on a terminal, a line every ten seconds elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::out;
use super::source::Meter;
use crate::time_source::Stopwatch;

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

pub(super) struct Progress {
    meter: Meter,
    bar: Option<ProgressBar>,
    last: Stopwatch,
}

impl Progress {
    pub(super) fn new(meter: Meter) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| bar(meter.total));
        Self { meter, bar, last: Stopwatch::start() }
    }

    /// After a batch.
    pub(super) fn tell(&mut self, accepted: u64, refused: u64) {
        let text = format!("{accepted} taken over, {refused} refused");
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.set_position(self.meter.read());
        } else if self.last.elapsed() >= EVERY {
            self.last = Stopwatch::start();
            let share = self.meter.total.filter(|total| *total > 0);
            let share = share.map(|total| format!("{} %: ", self.meter.read().saturating_mul(100) / total));
            out::note(format_args!("{}{text}", share.unwrap_or_default()));
        }
    }

    /// Nothing is left.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:40} {percent:>3} %  {msg}  {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
