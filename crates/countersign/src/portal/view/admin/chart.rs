//! How far the second step has come: lines over days, told apart by their strokes and marks and not by colour alone, and
//! the same figures as a table.

use std::fmt::Write as _;

use askama::Template;

use super::super::page::Page;
use super::Choice;
use crate::words::Moment;

/// The drawing's measures, in its own units.
const WIDTH: i64 = 640;
const HEIGHT: i64 = 260;
const LEFT: i64 = 44;
const RIGHT: i64 = 16;
const TOP: i64 = 12;
const BOTTOM: i64 = 30;
/// Marks on one line at most.
const MARKS: usize = 12;

/// One line of the chart, and one column of the table.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it counts, in words.
    pub name: String,
    /// Its look: 0 to 5.
    pub look: usize,
}

impl Series {
    /// The mark of its look around a point.
    fn mark(&self, x: i64, y: i64) -> String {
        match self.look {
            0 => format!("M{} {y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", x - 4),
            1 => format!("M{} {}h8v8h-8z", x - 4, y - 4),
            2 => format!("M{x} {}l5 9h-10z", y - 5),
            3 => format!("M{x} {}l5 5l-5 5l-5 -5z", y - 5),
            4 => format!("M{x} {}l5 -9h-10z", y + 5),
            _ => format!("M{} {}l8 8M{} {}l-8 8", x - 4, y - 4, x + 4, y - 4),
        }
    }
}

/// The figures of a day.
#[derive(Debug, Clone)]
pub struct AdoptionRow {
    /// Its beginning.
    pub at: Moment,
    /// Active accounts on that day.
    pub all: u64,
    /// How many of them each series counts.
    pub accounts: Vec<u64>,
}

impl AdoptionRow {
    fn total(&self, page: &Page) -> String {
        page.words.number(self.all)
    }

    /// The share of a series, from 0 to 100.
    fn share(&self, series: usize) -> u64 {
        let count = self.accounts.get(series).copied().unwrap_or_default();
        (count * 100 + self.all / 2).checked_div(self.all).unwrap_or_default()
    }
}

/// Adoption: `/admin/adoption?days=…`.
#[derive(Debug, Template)]
#[template(path = "admin/adoption.html")]
pub struct AdoptionPage {
    /// What every page shares.
    pub page: Page,
    /// For how many days.
    pub spans: Vec<Choice>,
    /// What is counted.
    pub series: Vec<Series>,
    /// The days, oldest first.
    pub days: Vec<AdoptionRow>,
}

impl AdoptionPage {
    fn x(&self, at: Moment) -> i64 {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else { return LEFT };
        let span = (last.at.0 - first.at.0).max(1);
        LEFT + (at.0 - first.at.0) * (WIDTH - LEFT - RIGHT) / span
    }

    fn y(share: u64) -> i64 {
        let share = i64::try_from(share.min(100)).unwrap_or(100);
        TOP + (100 - share) * (HEIGHT - TOP - BOTTOM) / 100
    }

    /// The lines across, with their shares.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn grid(&self) -> [(u64, i64); 5] {
        [0, 25, 50, 75, 100].map(|share| (share, Self::y(share)))
    }

    /// The path of a line.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn line(&self, series: &usize) -> String {
        let mut path = String::new();
        for (at, day) in self.days.iter().enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            // Writing to a `String` cannot fail.
            let _ = write!(path, "{command}{} {}", self.x(day.at), Self::y(day.share(*series)));
        }
        path
    }

    /// The marks of a line, on some of its days and on the last.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn marks(&self, series: &usize) -> String {
        let Some(look) = self.series.get(*series) else { return String::new() };
        let step = self.days.len().div_ceil(MARKS).max(1);
        let some = self.days.iter().rev().step_by(step);
        some.map(|day| look.mark(self.x(day.at), Self::y(day.share(*series)))).collect()
    }

    /// The mark of a line beside its name.
    fn key(series: &Series) -> String {
        series.mark(20, 8)
    }

    /// The days below the drawing.
    fn ends(&self) -> Vec<(i64, &'static str, Moment)> {
        match (self.days.first(), self.days.last()) {
            (Some(first), Some(last)) if self.days.len() > 1 => {
                vec![(LEFT, "start", first.at), (WIDTH - RIGHT, "end", last.at)]
            }
            (Some(only), _) => vec![(LEFT, "start", only.at)],
            _ => Vec::new(),
        }
    }

    /// What the drawing says, in a sentence.
    fn description(&self) -> String {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else { return String::new() };
        let parts = self.series.iter().enumerate().map(|(at, series)| {
            let change = self.page.t2("adoption-from-to", "from", first.share(at), "to", last.share(at));
            format!("{}: {change}", series.name)
        });
        parts.collect::<Vec<_>>().join("; ")
    }

    /// The table's rows: the newest first, at most one a day.
    fn rows(&self) -> Vec<&AdoptionRow> {
        self.days.iter().rev().collect()
    }

    /// A figure with its share.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn figure(&self, row: &AdoptionRow, series: &usize) -> String {
        let count = row.accounts.get(*series).copied().unwrap_or_default();
        let (count, share) = (self.page.words.number(count), row.share(*series));
        self.page.t2("adoption-figure", "n", count, "share", share).into_owned()
    }
}
