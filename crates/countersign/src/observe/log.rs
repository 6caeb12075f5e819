//! The log: one line an event on standard error, for people or as JSON. Every field is escaped, so that nothing from
//! outside can begin a line of its own or colour a terminal (ASVS 16.4.1).

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::panic::PanicHookInfo;

use countersign_core::clean;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::config::{LogFormat, LogSettings};
use crate::time_source::{Clock, SystemClock};

/// Makes the log the process's own and sends panics to it. Does nothing where a log is installed already.
pub fn install(settings: LogSettings) {
    let layer = Lines { format: settings.format }.with_filter(levels(settings.level));
    if tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Other people's crates only say what needs attention: their debug lines hold statements and headers.
fn levels(level: Level) -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("countersign", level)
        .with_target("access", level)
}

/// Says where, never what: a panic's message may hold a value.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    tracing::error!(place, "panicked");
}

struct Lines {
    format: LogFormat,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let now = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis()).unwrap_or_default();
        let time = format!("{now:.3}");
        let metadata = event.metadata();
        let line = match self.format {
            LogFormat::Text => text_line(&time, *metadata.level(), metadata.target(), fields),
            LogFormat::Json => json_line(time, *metadata.level(), metadata.target(), fields),
        };
        // A log that cannot be written is no reason to stop serving.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, Value)>,
}

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(message)) => self.message = message,
            (name, value) => self.others.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, ((value * 1000.0).round() / 1000.0).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, clean::escape(value).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, clean::escape(&format!("{value:?}")).into());
    }
}

fn text_line(time: &str, level: Level, target: &str, fields: Fields) -> String {
    let mut line = format!("{time} {level:5} {target}: {}", fields.message);
    for (name, value) in fields.others {
        // Writing to a `String` cannot fail.
        let _ = match value {
            Value::String(text) if !text.is_empty() && !text.contains([' ', '"', '=']) => {
                write!(line, " {name}={text}")
            }
            value => write!(line, " {name}={value}"),
        };
    }
    line.push('\n');
    line
}

fn json_line(time: String, level: Level, target: &str, fields: Fields) -> String {
    let mut object = Map::new();
    object.insert("time".to_owned(), time.into());
    object.insert("level".to_owned(), level.as_str().to_ascii_lowercase().into());
    object.insert("target".to_owned(), target.into());
    object.insert("message".to_owned(), fields.message.into());
    object.extend(fields.others.into_iter().map(|(name, value)| (name.to_owned(), value)));
    format!("{}\n", Value::Object(object))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    struct Keep(LogFormat, Arc<Mutex<String>>);

    impl<S: Subscriber> Layer<S> for Keep {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            let (level, target) = (*event.metadata().level(), "t");
            *self.1.lock().unwrap() += &match self.0 {
                LogFormat::Text => text_line("now", level, target, fields),
                LogFormat::Json => json_line("now".to_owned(), level, target, fields),
            };
        }
    }

    fn logged(format: LogFormat) -> String {
        let kept = Arc::new(Mutex::new(String::new()));
        let subscriber = tracing_subscriber::registry().with(Keep(format, Arc::clone(&kept)));
        tracing::subscriber::with_default(subscriber, || {
            let hostile = "a\r\nforged line\u{1b}[31m\u{2028}";
            tracing::info!(hostile, also = %hostile, count = 3, ms = 1.23456, "said {hostile}");
        });
        Arc::try_unwrap(kept).unwrap().into_inner().unwrap()
    }

    #[test]
    fn nothing_from_outside_begins_a_line_of_its_own() {
        let text = logged(LogFormat::Text);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.ends_with("count=3 ms=1.235\n"), "{text}");
        assert!(!text.contains(['\r', '\u{1b}', '\u{2028}']));
        let json = logged(LogFormat::Json);
        assert_eq!(json.lines().count(), 1, "{json}");
        let object: Map<String, Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(object["level"], "info");
        assert_eq!(object["count"], 3);
        assert!(!object["hostile"].as_str().unwrap().contains(['\r', '\n', '\u{1b}']));
    }
}
