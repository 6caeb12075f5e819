//! Why a command did not do what was asked, and the exit code that says so to a script.

use std::process::ExitCode;

use countersign_core::text::Text;

use crate::flow::FlowError;
use crate::http::voice::Voice;
use crate::language::Language;

/// What a command ends with when it does not end well. The text is a sentence for the operator, in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It was understood and refused, or did not work out: exit code 1.
    Failed(String),
    /// It cannot be asked like this: exit code 2.
    Usage(String),
    /// What it is about does not exist: exit code 3.
    NotFound(String),
    /// The database, the data folder or the keys cannot be reached: exit code 4.
    Unreachable(String),
    /// A check was made, its findings were printed, and some are problems: exit code 5.
    Problems,
}

/// The table of exit codes, as every `--help` ends with it.
pub const EXIT_CODES: &str = "Exit codes:\n  0  done\n  1  refused or failed\n  2  not a command like this\n  \
    3  no such thing\n  4  database, data folder or keys cannot be reached\n  5  a check found problems";

impl Failure {
    /// The exit code; the table stands in [`EXIT_CODES`].
    pub const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Unreachable(_) => 4,
            Self::Problems => 5,
        }
    }

    /// What is printed on standard error; empty when everything was printed already.
    pub fn message(&self) -> &str {
        match self {
            Self::Failed(text) | Self::Usage(text) | Self::NotFound(text) | Self::Unreachable(text) => text,
            Self::Problems => "",
        }
    }

    /// What stopped a flow, in words. `what` names the thing that was looked for ("account ada@example.org").
    pub fn of(error: FlowError, what: &str, voice: &dyn Voice) -> Self {
        let say = |text: &Text| voice.say(Language::En, text);
        match error {
            FlowError::Unavailable(cause) => Self::Unreachable(format!("The database cannot be used: {cause}.")),
            FlowError::Busy { .. } => {
                Self::Failed("Too many passwords are being hashed. Try again in a moment.".to_owned())
            }
            FlowError::NotFound => Self::NotFound(format!("There is no {what}.")),
            FlowError::Forbidden(text) | FlowError::Conflict(text) => Self::Failed(say(&text)),
            FlowError::Invalid(faults) => Self::Usage(
                faults
                    .iter()
                    .map(|fault| format!("{}: {}", fault.field.replace('_', " "), say(&fault.text)))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            FlowError::SignInAgain
            | FlowError::StepUpNeeded
            | FlowError::MustEnrol
            | FlowError::TooMany { .. } => Self::Failed(format!("Refused: {error}.")),
        }
    }
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        Self::from(failure.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::voice::PlainVoice;

    #[test]
    fn each_kind_of_failure_has_the_exit_code_that_the_help_names() {
        let of = |error| Failure::of(error, "account x", &PlainVoice);
        for (failure, code) in [
            (of(FlowError::Conflict(Text::new("k"))), 1),
            (of(FlowError::field("email", "k")), 2),
            (of(FlowError::NotFound), 3),
            (of(FlowError::Unavailable("gone".into())), 4),
            (Failure::Problems, 5),
        ] {
            assert_eq!(failure.code(), code);
            assert!(EXIT_CODES.contains(&format!("\n  {code}  ")), "{code}");
        }
        assert_eq!(of(FlowError::NotFound).message(), "There is no account x.");
    }
}
