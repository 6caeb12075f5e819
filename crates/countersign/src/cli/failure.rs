//! How a command ends.

use std::fmt::Display;
use std::process::ExitCode;

use super::told;
use crate::app::StartError;
use crate::app::couriers::CourierFault;
use crate::config::Mistakes;
use crate::config::keyfile::KeyFileError;
use crate::flow::FlowError;

/// The exit codes, as every `--help` explains them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the command line or a setting is wrong
  3  there is no such thing
  4  the database, the data folder or the keys cannot be used
  5  a check found something wrong";

/// Which exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something went wrong.
    Failed = 1,
    /// The command line or a setting is wrong.
    Usage = 2,
    /// There is no such thing.
    NotFound = 3,
    /// Database, data folder or keys cannot be used.
    Unreachable = 4,
    /// A check found something wrong.
    Problems = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What to say; empty when everything has been said.
    pub message: String,
}

impl Failure {
    /// A failure with something to say.
    pub fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string() }
    }
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Self::new(Exit::Usage, mistakes)
    }
}

impl From<CourierFault> for Failure {
    fn from(fault: CourierFault) -> Self {
        Self::new(Exit::Usage, format!("nothing can be sent with these settings: {fault}"))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::new(Exit::Unreachable, error)
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        let exit = match error {
            KeyFileError::NoSuchKey(_) => Exit::NotFound,
            KeyFileError::Active(_) => Exit::Failed,
            KeyFileError::Io(..) | KeyFileError::Open(..) | KeyFileError::Broken(..) => Exit::Unreachable,
        };
        Self::new(exit, error)
    }
}

impl From<FlowError> for Failure {
    fn from(error: FlowError) -> Self {
        told::refused(error)
    }
}
