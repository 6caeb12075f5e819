//! What each page shows, as plain data, and the templates that show it.
//!
//! Every view is an [`askama::Template`]: fill the struct and call `render`. A view never decides
//! and never looks anything up; it takes a [`Page`] (what all pages share) and its own facts.
//! Texts that the core names by key are put into words before they come here
//! ([`Words::message`](crate::words::Words::message)).

mod account;
mod demo;
mod enrol;
mod form;
mod help;
mod icon;
mod link;
mod page;
mod prose;
mod reference;
mod said;
mod security;
mod sign_in;
mod tokens;
mod watch;

pub use account::{HomePage, NextStep, PasswordPage, ProfilePage, Protection};
pub use demo::{DemoAccount, DemoOrganisation, DemoStartPage, TrayApp, TrayDevice, TrayPage};
pub use enrol::{SetUpCheck, SetUpDonePage, SetUpPage, SetUpStartPage};
pub use form::{FieldError, FormErrors};
pub use help::{ContactLink, ErrorPage, HelpClockPage, HelpDevicesPage, LostAccessPage, Onward};
pub use icon::icon;
pub use link::{
    ForgotDonePage, ForgotPage, LinkAct, LinkActPage, LinkDonePage, LinkKind, LinkOutcome, LinkOverPage, LinkPage,
};
pub use page::{Accent, Notice, NoticeKind, Page, User, Wording};
pub use prose::{Piece, Prose};
pub use reference::{Answer, ApiReferencePage, Operation, OperationGroup, Parameter};
pub use said::Done;
pub use security::{
    Device, DeviceRemovePage, DeviceRenamePage, MethodRow, MethodState, NotOffered, SecurityPage, Strength,
};
pub use sign_in::{
    CodeProblem, MethodLink, Puzzle, SecondStepPage, SecondStepPurpose, SignInPage, SignInProblem,
    SignUpDonePage, SignUpPage, StepUpPasswordPage, TryAnotherWayPage,
};
pub use tokens::{ApiTokenMadePage, ApiTokenNewPage, ApiTokenRow, ApiTokensPage, ScopeChoice};
pub use watch::{ActivityEntry, ActivityFilter, ActivityPage, SessionRow, SessionsPage};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
