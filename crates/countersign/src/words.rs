//! The words that people read, on pages, in letters and on the command line: English and German texts from
//! `locales/`, and times and numbers as people read them.
//!
//! `build.rs` checks every key. It finds them where they are named by convention: `t("key")`,
//! `t1("key", "variable", value)`, `t2(…)` and `t3(…)` in templates and Rust, [`text!`](crate::text)
//! where Rust picks a key, and `locales/keys-from-core.txt` for keys that other crates name.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

pub use crate::language::Language;
use countersign_core::text::{Arg, Text};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Marks a string literal as the key of a text, so that the build checks that the text exists.
#[macro_export]
macro_rules! text {
    ($key:literal) => {
        $key
    };
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("../locales/en.ftl")));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle("de", include_str!("../locales/de.ftl")));

fn bundle(tag: &str, source: &str) -> Bundle {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let mut bundle = Bundle::new_concurrent(tag.parse().into_iter().collect());
    // The isolating marks would be read out, or copied along, by some browsers.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A moment, in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// How long it is from `earlier` to this moment; zero if it lies before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment in RFC 3339, for `datetime` attributes.
    pub fn iso(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

/// A value that a text takes: words or a number.
pub trait Value {
    /// The value in Fluent's form.
    fn value(&self) -> FluentValue<'static>;
}

impl<T: Value + ?Sized> Value for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

macro_rules! text_values {
    ($($kind:ty),*) => {$(
        impl Value for $kind {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::String(Cow::Owned(AsRef::<str>::as_ref(self).to_owned()))
            }
        }
    )*};
}
text_values!(str, String, Cow<'_, str>);

macro_rules! number_values {
    ($($kind:ty),*) => {$(
        impl Value for $kind {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )*};
}
number_values!(i16, i32, i64, u16, u32, u64, usize);

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    language: Language,
}

impl Words {
    /// The words of a language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language of these words.
    pub fn language(self) -> Language {
        self.language
    }

    /// A text without variables.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A text with one variable.
    pub fn t1(self, key: &str, name: &str, value: impl Value) -> Cow<'static, str> {
        self.message(key, &[(name, &value)])
    }

    /// A text with two variables.
    pub fn t2(
        self,
        key: &str,
        name: &str,
        value: impl Value,
        name2: &str,
        value2: impl Value,
    ) -> Cow<'static, str> {
        self.message(key, &[(name, &value), (name2, &value2)])
    }

    /// A text with any number of variables, for keys that the core names.
    pub fn message(self, key: &str, values: &[(&str, &dyn Value)]) -> Cow<'static, str> {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set((*name).to_owned(), value.value());
        }
        self.format(key, Some(&args))
    }

    /// A text of core's or a flow's in these words.
    pub fn say(self, text: &Text) -> String {
        let values: Vec<(&str, Box<dyn Value>)> = text
            .args
            .iter()
            .map(|(name, arg)| {
                let value: Box<dyn Value> = match arg {
                    Arg::Number(number) => Box::new(*number),
                    Arg::Text(text) => Box::new(text.clone()),
                    Arg::Time(at) => Box::new(self.exact(Moment(at.as_millis())).into_owned()),
                };
                (*name, value)
            })
            .collect();
        let values: Vec<(&str, &dyn Value)> =
            values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        self.message(text.key, &values).into_owned()
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle: &'static Bundle = match self.language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        };
        // The build has checked the keys; whatever still slips through shows its key, never nothing.
        match bundle.get_message(key).and_then(|message| message.value()) {
            Some(pattern) => Cow::Owned(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()),
            None => Cow::Owned(key.to_owned()),
        }
    }

    /// How long ago a moment was: "just now", "2 minutes ago", later the date.
    pub fn ago(self, at: Moment, now: Moment) -> Cow<'static, str> {
        let seconds = now.since(at).as_secs();
        match seconds {
            0..45 => self.t("time-just-now"),
            45..3_570 => self.t1("time-minutes-ago", "n", (seconds + 30) / 60),
            3_570..84_600 => self.t1("time-hours-ago", "n", (seconds + 1_800) / 3_600),
            84_600..2_548_800 => self.t1("time-days-ago", "n", (seconds + 43_200) / 86_400),
            _ => self.date(at),
        }
    }

    /// A duration, rounded up to its largest unit: "5 minutes", "2 days".
    pub fn duration(self, span: Duration) -> Cow<'static, str> {
        let seconds = span.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX);
        match seconds {
            0..60 => self.t1("duration-seconds", "n", seconds),
            60..5_400 => self.t1("duration-minutes", "n", seconds.div_ceil(60)),
            5_400..129_600 => self.t1("duration-hours", "n", seconds.div_ceil(3_600)),
            _ => self.t1("duration-days", "n", seconds.div_ceil(86_400)),
        }
    }

    /// The day: "21 November 2026".
    pub fn date(self, at: Moment) -> Cow<'static, str> {
        let day = at.timestamp().to_zoned(TimeZone::UTC);
        let month = self.t1("time-month", "n", i32::from(day.month()));
        // As texts: Fluent would be free to group the digits of a number.
        let (date, year) = (day.day().to_string(), day.year().to_string());
        self.message(text!("time-date"), &[("day", &date), ("month", &month), ("year", &year)])
    }

    /// Time of day, in UTC: "14:35 UTC".
    pub fn clock(self, at: Moment) -> Cow<'static, str> {
        self.t1("time-clock", "time", at.timestamp().strftime("%H:%M").to_string())
    }

    /// Day and time, exact to the second.
    pub fn exact(self, at: Moment) -> Cow<'static, str> {
        let time = at.timestamp().strftime("%H:%M:%S").to_string();
        self.t2("time-exact", "date", self.date(at), "time", self.t1("time-clock", "time", time))
    }

    /// A sum of money of whatever currency, from its thousandths: "12.35", "0.005".
    pub fn money(self, thousandths: u64) -> String {
        let (whole, rest) = (self.number(thousandths / 1_000), thousandths % 1_000);
        let mark = if self.language == Language::De { ',' } else { '.' };
        match rest % 10 {
            0 => format!("{whole}{mark}{:02}", rest / 10),
            _ => format!("{whole}{mark}{rest:03}"),
        }
    }

    /// A whole number with its thousands apart.
    pub fn number(self, number: u64) -> String {
        let (digits, separator) = (number.to_string(), if self.language == Language::De { '.' } else { ',' });
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_feel_them() {
        let now = Moment(1_795_296_247_000);
        let words = Words::new(Language::En);
        let before = |seconds: i64| words.ago(Moment(now.0 - seconds * 1_000), now).into_owned();
        assert_eq!(before(-5), "just now");
        assert_eq!(before(44), "just now");
        assert_eq!(before(60), "1 minute ago");
        assert_eq!(before(130), "2 minutes ago");
        assert_eq!(before(3_600), "1 hour ago");
        assert_eq!(before(3 * 86_400), "3 days ago");
        assert_eq!(before(40 * 86_400), "12 October 2026");
        assert_eq!(words.exact(now), "21 November 2026, 21:24:07 UTC");
        assert_eq!(Words::new(Language::De).date(now), "21. November 2026");
        assert_eq!(now.iso(), "2026-11-21T21:24:07Z");
    }

    #[test]
    fn durations_and_numbers() {
        let (en, de) = (Words::new(Language::En), Words::new(Language::De));
        assert_eq!(en.duration(Duration::from_millis(29_001)), "30 seconds");
        assert_eq!(en.duration(Duration::from_secs(541)), "10 minutes");
        assert_eq!(de.duration(Duration::from_hours(14 * 24)), "14 Tage");
        assert_eq!(en.number(1_234_567), "1,234,567");
        assert_eq!(de.number(999), "999");
        assert_eq!([0, 5, 12_350].map(|sum| en.money(sum)), ["0.00", "0.005", "12.35"]);
        assert_eq!(de.money(1_000_080), "1.000,08");
    }
}
