//! `[log]` and `[metrics]`.

use std::str::FromStr;

use super::{Secret, Source};

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// The log on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Its format.
    pub format: LogFormat,
    /// The least important level that is written.
    pub level: tracing::Level,
}

/// Who may read `/metrics`, beside a process on this machine.
#[derive(Clone, Debug, Default)]
pub struct MetricsSettings {
    /// Whoever shows this bearer token.
    pub token: Option<Secret>,
}

/// Short tokens could be guessed: nothing slows a guesser down here.
const SHORTEST_METRICS_TOKEN: usize = 32;

pub(super) fn read_log(source: &mut Source) -> LogSettings {
    let format = source.parsed("log.format", "\"text\" or \"json\"").unwrap_or_default();
    let levels = ["error", "warn", "info", "debug", "trace"];
    let level = source.text("log.level").and_then(|(text, origin)| {
        let level = levels.contains(&text.as_str()).then(|| text.parse().ok()).flatten();
        if level.is_none() {
            source.mistake_at("log.level", origin, format!("must be one of {}", levels.join(", ")));
        }
        level
    });
    LogSettings { format, level: level.unwrap_or(tracing::Level::INFO) }
}

pub(super) fn read_metrics(source: &mut Source) -> MetricsSettings {
    let token = source.text("metrics.token");
    let file = source.text("metrics.token_file");
    let token = match (token, file) {
        (Some(_), Some(_)) => {
            source.mistake("metrics", "set either token or token_file, not both");
            None
        }
        (Some((token, _)), None) => Some(token),
        (None, Some((path, origin))) => match std::fs::read_to_string(&path) {
            Ok(token) => Some(token.trim().to_owned()),
            Err(error) => {
                source.mistake_at("metrics.token_file", origin, format!("cannot be read: {error}"));
                None
            }
        },
        (None, None) => None,
    };
    if token.as_ref().is_some_and(|token| token.len() < SHORTEST_METRICS_TOKEN) {
        source.mistake("metrics.token", format!("must have at least {SHORTEST_METRICS_TOKEN} characters"));
    }
    MetricsSettings { token: token.map(Secret::new) }
}
