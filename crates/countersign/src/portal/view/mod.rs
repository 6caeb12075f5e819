//! What each page shows, as plain data, and the templates that show it.
//!
//! Every view is an [`askama::Template`]: fill the struct and call `render`. A view never decides
//! and never looks anything up; it takes a [`Page`] (what all pages share) and its own facts.
//! Texts that the core names by key are put into words before they come here
//! ([`Words::message`](crate::portal::words::Words::message)).

mod form;
mod icon;
mod link;
mod page;
mod sign_in;
pub use form::{FieldError, FormErrors};
pub use icon::icon;
pub use link::{LinkKind, LinkOverPage, LinkPage};
pub use page::{Accent, Notice, NoticeKind, Page, User, Wording};
pub use sign_in::{
    CodeProblem, MethodLink, Puzzle, SecondStepPage, SecondStepPurpose, SignInPage, SignInProblem,
    SignUpDonePage, SignUpPage, StepUpPasswordPage, TryAnotherWayPage,
};
