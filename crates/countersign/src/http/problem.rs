//! What a request is answered with when it is refused or fails: one list of kinds, shown as an RFC 9457 problem to API
//! clients and as a page to people.
//!
//! A [`Problem`] travels in the response's extensions; `render` puts it into words once, at the boundary.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde_json::{Map, Value};

use crate::flow::FlowError;

/// A kind of problem. Its slug is public: API clients rely on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Last part of the problem's `type`.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: StatusCode,
    /// Key of the short text that is the same for every problem of the kind.
    pub title: &'static str,
    /// Key of the sentence that says what to do, unless the problem brings its own.
    pub detail: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident;)*) => {
        $($(#[$doc])* pub static $name: Kind = Kind {
            slug: $slug,
            status: StatusCode::$status,
            title: concat!("problem-", $slug),
            detail: concat!("problem-", $slug, "-detail"),
        };)*
        /// Every kind, for the reference and for the test that each has its words in every language.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    /// The request cannot be read: its form, its JSON, its query or its headers.
    MALFORMED = "malformed", BAD_REQUEST;
    /// A proxy's forwarding headers are missing, cannot be read, or come from a proxy on this machine that is not trusted.
    FORWARDING = "forwarding", BAD_REQUEST;
    /// Nobody is signed in, or the credentials are not valid (any more).
    SIGN_IN_NEEDED = "sign-in-needed", UNAUTHORIZED;
    /// E-mail address and password do not fit together.
    WRONG_CREDENTIALS = "wrong-credentials", UNAUTHORIZED;
    /// The code is wrong; `tries_left` says how many answers are left.
    WRONG_CODE = "wrong-code", UNAUTHORIZED;
    /// The code was right a short while ago: the present one is asked for.
    LATE_CODE = "late-code", UNAUTHORIZED;
    /// The code stood in an earlier letter: that of the newest is asked for.
    SUPERSEDED_CODE = "superseded-code", UNAUTHORIZED;
    /// The code has been used: the next one is asked for.
    USED_CODE = "used-code", UNAUTHORIZED;
    /// Signed in, but not allowed.
    FORBIDDEN = "forbidden", FORBIDDEN;
    /// The request does not come from a page of ours.
    FOREIGN = "foreign-request", FORBIDDEN;
    /// The form is from another session or too old.
    STALE_FORM = "stale-form", FORBIDDEN;
    /// The API is not served without TLS.
    TLS_NEEDED = "tls-needed", FORBIDDEN;
    /// A recent second step is needed first.
    STEP_UP_NEEDED = "step-up-needed", FORBIDDEN;
    /// A second step has to be set up before anything else.
    MUST_ENROL = "must-enrol", FORBIDDEN;
    /// The session began by recovery key: the new key has to be saved before anything else.
    MUST_SAVE_KEY = "must-save-key", FORBIDDEN;
    /// A method has to wait: codes by e-mail after the password was reset by e-mail, Telegram after refusals; `held_until`
    /// says until when.
    HELD = "held", FORBIDDEN;
    /// After too many wrong passwords only browsers that signed in before may still try.
    KNOWN_BROWSERS = "known-browsers-only", FORBIDDEN;
    /// There is nothing here, or not for this account.
    NOT_FOUND = "not-found", NOT_FOUND;
    /// The address exists, but not with this method.
    METHOD = "method", METHOD_NOT_ALLOWED;
    /// Something else happened first.
    CONFLICT = "conflict", CONFLICT;
    /// No code of this second step can be answered: one has to be sent first.
    NO_CODE = "no-code", CONFLICT;
    /// The second step or the set-up is over: start again.
    OVER = "over", GONE;
    /// The body is too large.
    TOO_LARGE = "too-large", PAYLOAD_TOO_LARGE;
    /// The body is of a type that is not taken here.
    MEDIA_TYPE = "media-type", UNSUPPORTED_MEDIA_TYPE;
    /// The request was read, but what it says will not do; `errors` says why.
    INVALID = "invalid", UNPROCESSABLE_ENTITY;
    /// The first code of a new authenticator is wrong; `tries_left` says how many are left.
    WRONG_SET_UP_CODE = "wrong-set-up-code", UNPROCESSABLE_ENTITY;
    /// The clock of a new authenticator is wrong by `minutes`.
    CLOCK_WRONG = "clock-wrong", UNPROCESSABLE_ENTITY;
    /// A proof of work comes first: `puzzle` of `bits` leading zero bits.
    PUZZLE = "puzzle", PRECONDITION_REQUIRED;
    /// A limit was reached.
    TOO_MANY = "too-many", TOO_MANY_REQUESTS;
    /// A fault of ours.
    INTERNAL = "internal", INTERNAL_SERVER_ERROR;
    /// The database or another part does not answer now.
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE;
    /// More is being asked than can be done at once.
    BUSY = "busy", SERVICE_UNAVAILABLE;
    /// The request took longer than it may.
    TIMEOUT = "timeout", SERVICE_UNAVAILABLE;
}

/// What is wrong with one field of a form or one member of a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name; for JSON the path to the member, with dots.
    pub field: String,
    /// What is wrong, for a person.
    pub text: Text,
}

/// A refusal or failure on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: &'static Kind,
    /// What happened here in particular; the kind's own sentence otherwise.
    pub detail: Option<Text>,
    /// The fields that will not do.
    pub errors: Vec<FieldError>,
    /// When it is worth trying again; sent as `Retry-After` in whole seconds.
    pub retry: Option<Retry>,
    /// What went wrong inside. It is logged beside the request's id and never sent.
    pub cause: Option<String>,
    /// What API clients are told beside the usual members (RFC 9457 section 3.2). Boxed, as it is rare.
    pub members: Option<Box<Map<String, Value>>>,
}

/// When something is worth trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// After this time.
    After(Duration),
    /// At this instant.
    At(Timestamp),
}

impl Problem {
    /// A problem of this kind.
    pub const fn new(kind: &'static Kind) -> Self {
        Self { kind, detail: None, errors: Vec::new(), retry: None, cause: None, members: None }
    }

    /// The same with a sentence of its own.
    #[must_use]
    pub fn saying(mut self, detail: Text) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The same with one more field that will not do.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>, text: Text) -> Self {
        self.errors.push(FieldError { field: field.into(), text });
        self
    }

    /// The same with the time after which it is worth trying again.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The same with what went wrong inside, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same with a further member for API clients, such as the tries that are left.
    #[must_use]
    pub fn telling(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The kind that fits a bare status, as the router itself answers with.
    pub fn of_status(status: StatusCode) -> Self {
        let kind = match status {
            StatusCode::UNAUTHORIZED => &SIGN_IN_NEEDED,
            StatusCode::FORBIDDEN => &FORBIDDEN,
            StatusCode::NOT_FOUND => &NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED => &METHOD,
            StatusCode::CONFLICT => &CONFLICT,
            StatusCode::PAYLOAD_TOO_LARGE => &TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => &MEDIA_TYPE,
            StatusCode::UNPROCESSABLE_ENTITY => &INVALID,
            StatusCode::TOO_MANY_REQUESTS => &TOO_MANY,
            StatusCode::SERVICE_UNAVAILABLE => &UNAVAILABLE,
            status if status.is_client_error() => &MALFORMED,
            _ => &INTERNAL,
        };
        Self::new(kind)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What stopped a flow, as the boundary tells it.
impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Unavailable(cause) => {
                Self::new(&UNAVAILABLE).because(cause).retry(Retry::After(Duration::from_secs(5)))
            }
            FlowError::Busy { retry_after } => Self::new(&BUSY).retry(Retry::After(retry_after)),
            FlowError::NotFound => Self::new(&NOT_FOUND),
            FlowError::Forbidden(text) => Self::new(&FORBIDDEN).saying(text),
            FlowError::Invalid(faults) => {
                let start = Self::new(&INVALID);
                faults.into_iter().fold(start, |problem, fault| problem.about(fault.field, fault.text))
            }
            FlowError::SignInAgain => Self::new(&SIGN_IN_NEEDED),
            FlowError::StepUpNeeded => Self::new(&STEP_UP_NEEDED),
            FlowError::MustEnrol => Self::new(&MUST_ENROL),
            FlowError::TooMany { until: None } => Self::new(&TOO_MANY),
            FlowError::TooMany { until: Some(until) } => Self::new(&TOO_MANY)
                .saying(Text::new("problem-too-many-until").with("until", until))
                .retry(Retry::At(until)),
            FlowError::Conflict(text) => Self::new(&CONFLICT).saying(text),
        }
    }
}
