//! The support desk: search, queue, one request.

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// One account that a search found.
#[derive(Debug, Clone)]
pub struct FoundRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address, masked.
    pub masked: String,
    /// Its role, in words; `None` for a member.
    pub role: Option<String>,
    /// Whether it may sign in at all.
    pub active: bool,
    /// When it last signed in.
    pub last_sign_in: Option<Moment>,
}

/// One way to look at the queue.
#[derive(Debug, Clone)]
pub struct QueueTab {
    /// Its name in addresses.
    pub value: &'static str,
    /// What it reads.
    pub label: String,
    /// How many requests there are, where that is counted.
    pub count: Option<u64>,
    /// Whether it is shown.
    pub current: bool,
}

/// One request, as lists show it.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// Its id.
    pub id: String,
    /// Who it is about: the account's name, or the address masked.
    pub who: String,
    /// What is missing, in words.
    pub lost: String,
    /// What the browser had proved, in words; `None`: nothing.
    pub proof: Option<String>,
    /// Its state, in words.
    pub state: String,
    /// The class of the state's look.
    pub state_class: &'static str,
    /// The agent who has it.
    pub agent: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// The beginning of what they wrote.
    pub preview: String,
}

/// The desk: `/support?show=…&after=…`. POST `/support/search`: `csrf`, `q`.
#[derive(Debug, Template)]
#[template(path = "support/home.html")]
pub struct DeskPage {
    /// What every page shares.
    pub page: Page,
    /// What was searched for.
    pub query: String,
    /// What was found; `None` without a search.
    pub found: Option<Vec<FoundRow>>,
    /// The ways to look at the queue.
    pub tabs: Vec<QueueTab>,
    /// The requests.
    pub rows: Vec<RequestRow>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
    /// How many suspensions wait for a second person; `None`: the reader is none.
    pub waiting: Option<u64>,
    /// Faults of the search.
    pub errors: FormErrors,
}

/// One note.
#[derive(Debug, Clone)]
pub struct NoteRow {
    /// Who wrote it, in words.
    pub author: String,
    /// When.
    pub at: Moment,
    /// What it says.
    pub body: String,
    /// Whether it was mailed to the person.
    pub mailed: bool,
}

/// The account that a request is about.
#[derive(Debug, Clone)]
pub struct RequestSubject {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its role, in words; `None` for a member.
    pub role: Option<String>,
}

/// One request: `/support/requests/{id}`. POST below it: `take` (`over`), `notes` (`body`, `mailed`), `close`, `reopen`,
/// `address`; each with `csrf`.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Template)]
#[template(path = "support/request.html")]
pub struct DeskRequestPage {
    /// What every page shares.
    pub page: Page,
    /// The request, as lists show it.
    pub row: RequestRow,
    /// The address: masked, or in full where that was asked for.
    pub address: String,
    /// Whether it is in full.
    pub is_shown: bool,
    /// What they wrote.
    pub message: String,
    /// The language they read.
    pub language: String,
    /// The network address it came from.
    pub network: String,
    /// The browser, in words.
    pub device: String,
    /// The account, where there is one.
    pub subject: Option<RequestSubject>,
    /// Whether the reader has it.
    pub is_mine: bool,
    /// Whether anybody has it.
    pub is_taken: bool,
    /// Whether it is closed.
    pub is_closed: bool,
    /// Whether answers can go out by e-mail.
    pub by_mail: bool,
    /// What was noted and written, the oldest first.
    pub notes: Vec<NoteRow>,
    /// A note as typed before.
    pub body: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}
