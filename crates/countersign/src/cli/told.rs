//! How commands tell what came of it: texts of flows in words, times in UTC, counts with their nouns.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_core::clean;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde_json::Value;

use super::{Common, Exit, Failure, out, with_call};
use crate::app::App;
use crate::flow::{Call, FlowError};
use crate::http::voice::Voice;
use crate::language::Language;
use crate::portal::PortalVoice;
use crate::time_source::SystemClock;

/// An installation, opened for a command.
pub(super) struct Desk {
    pub(super) app: App,
    pub(super) call: Call,
}

/// Opens the installation for `work` and closes it afterwards, as [`with_call`] does.
pub(super) fn with_desk(
    common: &Common,
    name: &str,
    work: impl AsyncFnOnce(&Desk) -> Result<(), Failure>,
) -> Result<(), Failure> {
    with_call(common, name, async |app, call| work(&Desk { app, call }).await)
}

/// The English words of a text: operators' tools speak one language, so that their answers can be looked up.
pub(super) fn say(text: &Text) -> String {
    PortalVoice { product: String::new(), clock: Arc::new(SystemClock) }.say(Language::En, text)
}

/// What stopped a flow, in words. `what` names the thing that was looked for ("account ada@example.org").
pub(super) fn told(error: FlowError, what: &str) -> Failure {
    match error {
        FlowError::Unavailable(cause) => {
            Failure::new(Exit::Unreachable, format!("the database cannot be used: {cause}"))
        }
        FlowError::Busy { .. } => {
            Failure::new(Exit::Failed, "too many passwords are being hashed; try again in a moment")
        }
        FlowError::NotFound => Failure::new(Exit::NotFound, format!("there is no {what}")),
        FlowError::Forbidden(text) | FlowError::Conflict(text) => Failure::new(Exit::Failed, say(&text)),
        FlowError::Invalid(faults) => {
            let line = |fault: &crate::flow::FieldFault| {
                format!("{}: {}", fault.field.replace('_', " "), say(&fault.text))
            };
            Failure::new(Exit::Usage, faults.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        FlowError::SignInAgain
        | FlowError::StepUpNeeded
        | FlowError::MustEnrol
        | FlowError::TooMany { .. } => Failure::new(Exit::Failed, format!("refused: {error}")),
    }
}

/// As [`told`], for flows that look for nothing that could be missing.
pub(super) fn refused(error: FlowError) -> Failure {
    told(error, "such thing")
}

/// One JSON document on standard output.
pub(super) fn json(value: &Value) {
    out::line(format_args!("{value:#}"));
}

/// A table on standard output; nothing at all when it has no rows.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) {
    if !rows.is_empty() {
        out::line(out::table(head, rows));
    }
}

/// A text from outside, in which nothing can move the operator's cursor.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    clean::escape(text)
}

/// An instant for people: `2026-11-21 14:35:00 UTC`.
pub(super) fn time(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// An instant for scripts, to the millisecond: `2026-11-21T14:35:00.000Z` (RFC 3339).
pub(super) fn rfc3339(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default()
}

/// A count with its noun: `1 session`, `3 sessions`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_failure_has_its_exit_code_and_words() {
        for (error, exit) in [
            (FlowError::Conflict(Text::new("account-state-unchanged")), Exit::Failed),
            (FlowError::Forbidden(Text::new("suspension-too-long").with("hours", 336_u32)), Exit::Failed),
            (FlowError::field("email", "email-taken"), Exit::Usage),
            (FlowError::NotFound, Exit::NotFound),
            (FlowError::Busy { retry_after: std::time::Duration::from_secs(1) }, Exit::Failed),
            (FlowError::Unavailable("gone".into()), Exit::Unreachable),
        ] {
            let failure = told(error, "account x");
            assert_eq!(failure.exit, exit);
            assert!(failure.message.contains(' '), "a bare key: {}", failure.message);
        }
    }

    #[test]
    fn there_is_one_mapping() {
        let busy = || FlowError::Busy { retry_after: std::time::Duration::from_secs(1) };
        assert_eq!(Failure::from(busy()).exit, told(busy(), "account x").exit);
        assert_eq!(Failure::from(FlowError::NotFound).exit, Exit::NotFound);
    }

    #[test]
    fn times_are_in_utc() {
        let at = Timestamp::from_millis(1_795_296_247_089);
        assert_eq!(time(at), "2026-11-21 21:24:07 UTC");
        assert_eq!(rfc3339(at), "2026-11-21T21:24:07.089Z");
        assert_eq!((count(1, "row"), count(0, "row")), ("1 row".to_owned(), "0 rows".to_owned()));
    }
}
