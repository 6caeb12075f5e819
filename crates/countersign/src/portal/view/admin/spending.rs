//! Calls and SMS: what they cost day by day, told by shapes and figures and not by colour alone, and what stands against
//! them.

use askama::Template;

use super::super::page::Page;
use crate::words::Moment;

/// The drawing's measures, in its own units.
const WIDTH: u32 = 640;
const LEFT: u32 = 44;
const RIGHT: u32 = 16;
const TOP: u32 = 22;
const FLOOR: u32 = 200;
/// A bar's width, and the room between the two of one day.
const BAR: u32 = 26;
const GAP: u32 = 6;

/// One day's calls and SMS.
#[derive(Debug, Clone)]
pub struct SpendingDay {
    /// Its beginning.
    pub at: Moment,
    /// Calls that were begun.
    pub calls: u32,
    /// SMS that were begun.
    pub sms: u32,
    /// What they cost, in thousandths of the operator's currency.
    pub price: u64,
}

/// How the codes of one prefix fare.
#[derive(Debug, Clone)]
pub struct SpendingPrefix {
    /// The first digits of the numbers.
    pub prefix: String,
    /// The two letters of their country.
    pub country: String,
    /// Calls and SMS that were begun.
    pub begun: u32,
    /// Calls among them that rang.
    pub rang: u32,
    /// Those whose code was answered rightly.
    pub answered: u32,
    /// What they cost, in thousandths.
    pub price: u64,
    /// Whether it is stopped now.
    pub is_stopped: bool,
}

impl SpendingPrefix {
    /// How many of a hundred came back.
    fn share(&self) -> u32 {
        let half = self.begun / 2;
        self.answered.saturating_mul(100).saturating_add(half).checked_div(self.begun).unwrap_or_default()
    }
}

/// A prefix that is stopped.
#[derive(Debug, Clone)]
pub struct StoppedPrefix {
    /// The first digits of the numbers.
    pub prefix: String,
    /// The two letters of their country.
    pub country: String,
    /// Why, in words.
    pub reason: String,
    /// Since when.
    pub since: Moment,
    /// When it ends by itself.
    pub until: Moment,
}

/// What stood against calls and SMS.
#[derive(Debug, Clone)]
pub struct GuardTimes {
    /// What, in words.
    pub name: String,
    /// How often.
    pub times: u32,
}

/// A pool of numbers that call.
#[derive(Debug, Clone)]
pub struct CallingPool {
    /// The country it calls; `None`: all that have no pool of their own.
    pub country: Option<String>,
    /// How many different endings there are.
    pub endings: usize,
    /// Whether there are few enough to be warned of.
    pub is_thin: bool,
}

/// A bar of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bar {
    x: u32,
    y: u32,
    height: u32,
    /// Its look: 0 for calls, 1 for SMS.
    look: usize,
    count: u32,
}

/// Calls and SMS: `/admin/spending`. POST `/admin/spending/reopen`: `csrf`, `prefix`.
#[derive(Debug, Template)]
#[template(path = "admin/spending.html")]
pub struct SpendingPage {
    /// What every page shares.
    pub page: Page,
    /// Whether a trunk for calls is set up.
    pub calls: bool,
    /// Whether a route for SMS is set up.
    pub sms: bool,
    /// What was spent in the last 24 hours, in thousandths of the operator's currency.
    pub spent: u64,
    /// What may be spent in that time.
    pub budget: Option<u64>,
    /// The last days, the present one first.
    pub days: Vec<SpendingDay>,
    /// The prefixes of the last 24 hours.
    pub prefixes: Vec<SpendingPrefix>,
    /// Whether the oldest were left out.
    pub is_cut: bool,
    /// The prefixes that are stopped now.
    pub stopped: Vec<StoppedPrefix>,
    /// What stood against calls and SMS in the last 24 hours.
    pub guards: Vec<GuardTimes>,
    /// The pools of numbers that call.
    pub pools: Vec<CallingPool>,
    /// From how many endings on a pool is warned of no longer.
    pub endings_enough: usize,
    /// The two letters of the countries that may be called and written to.
    pub destinations: Vec<String>,
}

impl SpendingPage {
    fn is_set_up(&self) -> bool {
        self.calls || self.sms
    }

    fn calls_today(&self) -> String {
        self.count(&self.days.first().map_or(0, |day| day.calls))
    }

    fn sms_today(&self) -> String {
        self.count(&self.days.first().map_or(0, |day| day.sms))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn count(&self, count: &u32) -> String {
        self.page.words.number((*count).into())
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn money(&self, thousandths: &u64) -> String {
        self.page.words.money(*thousandths)
    }

    /// Whether there is anything to draw.
    fn has_days(&self) -> bool {
        self.days.iter().any(|day| day.calls + day.sms > 0)
    }

    /// Of a hundred of the budget, how many are spent.
    fn share(&self) -> u64 {
        let Some(budget) = self.budget else { return 0 };
        self.spent.saturating_mul(100).checked_div(budget).unwrap_or(100)
    }

    /// The figure at the top of the drawing: a round one that no bar passes.
    fn ceiling(&self) -> u32 {
        let most = self.days.iter().map(|day| day.calls.max(day.sms)).max().unwrap_or(0);
        let mut step: u32 = 1;
        loop {
            for times in [2, 4, 10] {
                if step.saturating_mul(times) >= most {
                    return step.saturating_mul(times);
                }
            }
            step = step.saturating_mul(10);
        }
    }

    /// The lines across, with their figures.
    fn grid(&self) -> [(u32, u32); 3] {
        let ceiling = self.ceiling();
        [(0, FLOOR), (ceiling / 2, FLOOR.midpoint(TOP)), (ceiling, TOP)]
    }

    /// The middle of a day's room, by its place in the list; the present day stands last.
    fn middle(&self, place: usize) -> u32 {
        let count = u32::try_from(self.days.len().max(1)).unwrap_or(1);
        let room = (WIDTH - LEFT - RIGHT) / count;
        let at = count.saturating_sub(1).saturating_sub(u32::try_from(place).unwrap_or(0));
        LEFT + room * at + room / 2
    }

    fn bars(&self) -> Vec<Bar> {
        let ceiling = u64::from(self.ceiling());
        let bar = |x, look, count: u32| {
            let height = u64::from(count) * u64::from(FLOOR - TOP) / ceiling;
            let height = u32::try_from(height).unwrap_or(FLOOR - TOP);
            Bar { x, y: FLOOR - height, height, look, count }
        };
        let of_day = |(place, day): (usize, &SpendingDay)| {
            let middle = self.middle(place);
            [bar(middle - BAR - GAP / 2, 0, day.calls), bar(middle + GAP / 2, 1, day.sms)]
        };
        self.days.iter().enumerate().flat_map(of_day).filter(|bar| bar.count > 0).collect()
    }

    /// The days below the drawing: the number of the day in its month is enough, the table has them whole.
    fn feet(&self) -> Vec<(u32, String)> {
        let day = |at: &Moment| at.iso().get(8..10).unwrap_or_default().trim_start_matches('0').to_owned();
        self.days.iter().enumerate().map(|(place, one)| (self.middle(place), day(&one.at))).collect()
    }

    /// What the drawing says, in a sentence.
    fn description(&self) -> String {
        let calls: u64 = self.days.iter().map(|day| u64::from(day.calls)).sum();
        let sms: u64 = self.days.iter().map(|day| u64::from(day.sms)).sum();
        self.page.t2("spending-chart-about", "calls", calls, "sms", sms).into_owned()
    }

    fn countries(&self) -> String {
        self.destinations.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    fn page(counts: &[(u32, u32)]) -> SpendingPage {
        let day = |(at, (calls, sms)): (i64, &(u32, u32))| SpendingDay {
            at: Moment(1_795_219_200_000 - at * 86_400_000),
            calls: *calls,
            sms: *sms,
            price: 0,
        };
        SpendingPage {
            page: Page::new(Words::default(), Moment(0), "", ""),
            calls: true,
            sms: true,
            spent: 25_000,
            budget: Some(50_000),
            days: (0..).zip(counts).map(day).collect(),
            prefixes: Vec::new(),
            is_cut: false,
            stopped: Vec::new(),
            guards: Vec::new(),
            pools: Vec::new(),
            endings_enough: 200,
            destinations: Vec::new(),
        }
    }

    #[test]
    fn d_3_no_bar_leaves_the_drawing_and_today_stands_last() {
        for most in [1, 2, 3, 10, 11, 99, 4_000, 123_456] {
            let view = page(&[(most, 0), (0, 1), (most / 2, most), (0, 0), (1, 1), (0, 0), (2.min(most), 0)]);
            assert!(
                view.ceiling() >= most && (most < 3 || view.ceiling() <= most * 5),
                "{most}: {}",
                view.ceiling()
            );
            let bars = view.bars();
            assert!(bars.iter().all(|bar| bar.y >= TOP && bar.y + bar.height == FLOOR && bar.x >= LEFT));
            assert!(bars.iter().all(|bar| bar.x + BAR <= WIDTH - RIGHT));
            assert_eq!(bars.iter().max_by_key(|bar| bar.x).map(|bar| (bar.look, bar.count)), Some((0, most)));
        }
        assert!(!page(&[(0, 0); 7]).has_days() && page(&[(0, 0); 7]).bars().is_empty());
        assert_eq!(page(&[(0, 0)]).share(), 50);
        assert_eq!(page(&[(0, 0)]).feet()[0].1, "21");
    }

    #[test]
    fn d_3_shares_are_of_a_hundred_even_of_none() {
        let prefix = |begun, answered| SpendingPrefix {
            prefix: "4917012".to_owned(),
            country: "DE".to_owned(),
            begun,
            rang: 0,
            answered,
            price: 0,
            is_stopped: false,
        };
        assert_eq!((prefix(0, 0).share(), prefix(3, 2).share(), prefix(20, 5).share()), (0, 67, 25));
    }
}
