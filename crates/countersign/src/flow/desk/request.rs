//! One request at the desk: what they wrote, what was noted, and what an agent does about it.

use countersign_core::action::Action;
use countersign_core::audit::{Actor, Event};
use countersign_core::id::{AccountId, SupportNoteId, SupportRequestId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::CounterKey;
use countersign_core::request::{LONGEST_NOTE, Prose, RequestState};
use countersign_core::role::Role;
use countersign_core::text::Text;
use countersign_store::account::AccountRow;
use countersign_store::support_request::{SupportNoteRow, SupportRequestRow};
use countersign_store::{Db, StoreError, account, audit, organisation, support_request};

use super::super::address::{charge, to_recipient};
use super::super::letters::{Draft, from_the_desk, post};
use super::super::limit::Charges;
use super::super::session::SignedIn;
use super::super::{About, Call, FieldFault, FlowError, GONE, staff};
use super::{Names, sees};
use crate::text;

/// Rolls back what was to be done to a request that is in another state by now.
const OTHERWISE: &str = "request changed meanwhile";

/// One note, with its author's name.
#[derive(Clone, Debug)]
pub struct NoteLine {
    /// The note.
    pub row: SupportNoteRow,
    /// Who wrote it; `None`: that account is gone.
    pub author: Option<String>,
}

/// The account that a request is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

/// A request with all that is known of it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The request.
    pub row: SupportRequestRow,
    /// The address, masked.
    pub masked: String,
    /// The agent who has it.
    pub agent: Option<String>,
    /// Whether that is the one who asks.
    pub is_mine: bool,
    /// The account it is about, where there is one.
    pub subject: Option<Subject>,
    /// What was noted and written, the oldest first.
    pub notes: Vec<NoteLine>,
    /// Whether an answer can go out by mail.
    pub by_mail: bool,
}

/// A request that this agent may read, with the account it is about: what staff have asked for is for administrators, as
/// the account itself is.
async fn seen(
    call: &Call,
    signed_in: &SignedIn,
    id: SupportRequestId,
) -> Result<(SupportRequestRow, Option<AccountRow>), FlowError> {
    let mut db = call.reader().await?;
    let me = &signed_in.facts.account;
    let row = support_request::by_id(&mut db, id, me.organisation_id).await?.ok_or(FlowError::NotFound)?;
    let whose = owner_of(&mut db, &row).await?;
    drop(db);
    if let Some(hidden) = whose.as_ref().filter(|whose| !sees(me.role, whose.role)) {
        // Refused there, with its row in the audit log.
        staff::subject(call, signed_in, Action::ViewAccount, hidden.id).await?;
    }
    Ok((row, whose))
}

async fn owner_of(db: &mut Db, row: &SupportRequestRow) -> Result<Option<AccountRow>, StoreError> {
    match row.account_id {
        Some(id) => account::by_id(db, id).await,
        None => Ok(None),
    }
}

/// Shows a request. `NotFound`: this organisation's desk has none of this id.
///
/// # Errors
///
/// [`FlowError::Forbidden`] where support looks for what staff have asked for, which is written to the audit log.
pub async fn view(call: &Call, signed_in: &SignedIn, id: SupportRequestId) -> Result<Sheet, FlowError> {
    staff::require(call, signed_in, Action::ViewDesk).await?;
    let (row, whose) = seen(call, signed_in, id).await?;
    let mut db = call.reader().await?;
    let mut names = Names::default();
    let agent = names.of(&mut db, row.taken_by).await?;
    let mut notes = Vec::new();
    for note in support_request::notes(&mut db, id).await? {
        let author = names.of(&mut db, Some(note.author)).await?;
        notes.push(NoteLine { row: note, author });
    }
    let subject =
        whose.map(|account| Subject { id: account.id, role: account.role, name: account.display_name });
    Ok(Sheet {
        masked: row.email.masked(),
        agent,
        is_mine: row.taken_by == Some(signed_in.account()),
        subject,
        notes,
        by_mail: call.deps.mail,
        row,
    })
}

/// What an agent does to a request, in the transaction that holds the agent.
enum Deed {
    Take { over: bool },
    Note { body: String, mailed: bool },
    Close,
    Reopen,
}

/// Takes a request; `over`: also from the agent who has it. `Conflict`: somebody else has it, or it is closed.
pub async fn take(
    call: &Call,
    signed_in: &SignedIn,
    id: SupportRequestId,
    over: bool,
) -> Result<(), FlowError> {
    done(call, signed_in, id, Deed::Take { over }).await
}

/// Adds a note of 1 to [`LONGEST_NOTE`] characters; `mailed`: it goes to the person by e-mail, and the request counts as
/// answered. `Conflict`: the request is closed.
pub async fn note(
    call: &Call,
    signed_in: &SignedIn,
    id: SupportRequestId,
    body: &str,
    mailed: bool,
) -> Result<(), FlowError> {
    let body = Prose::parse(body, LONGEST_NOTE)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "body", text: fault.text() }]))?;
    if mailed && !call.deps.mail {
        return Err(FlowError::Forbidden(Text::new(text!("desk-mail-off"))));
    }
    done(call, signed_in, id, Deed::Note { body: body.as_str().to_owned(), mailed }).await?;
    call.deps.post_wake.notify_one();
    Ok(())
}

/// Closes a request. `Conflict`: it is closed already.
pub async fn close(call: &Call, signed_in: &SignedIn, id: SupportRequestId) -> Result<(), FlowError> {
    done(call, signed_in, id, Deed::Close).await
}

/// Opens a closed request again. `Conflict`: it is not closed.
pub async fn reopen(call: &Call, signed_in: &SignedIn, id: SupportRequestId) -> Result<(), FlowError> {
    done(call, signed_in, id, Deed::Reopen).await
}

/// Tells the address of a request in full; the look is written to the audit log.
pub async fn address(call: &Call, signed_in: &SignedIn, id: SupportRequestId) -> Result<String, FlowError> {
    staff::require(call, signed_in, Action::RevealAddress).await?;
    let sheet = view(call, signed_in, id).await?;
    let about = About { account: sheet.row.account_id, organisation: Some(sheet.row.organisation_id) };
    let detail = [("request", id.to_string())];
    let actor = Actor::Account(signed_in.account());
    call.record(call.audit_row(Event::DeskAddressShown, actor, about, &detail)).await?;
    Ok(sheet.row.email.as_str().to_owned())
}

async fn done(call: &Call, signed_in: &SignedIn, id: SupportRequestId, deed: Deed) -> Result<(), FlowError> {
    staff::require(call, signed_in, Action::AnswerRequest).await?;
    let (row, whose) = seen(call, signed_in, id).await?;
    // What strangers have sent to an account's address must not keep the desk from answering its owner.
    let budget = whose
        .as_ref()
        .map_or_else(|| to_recipient(call, &row.email), |whose| CounterKey::mail_confirm(whose.id));
    let mails = matches!(deed, Deed::Note { mailed: true, .. });
    let charges = Charges::new(mails.then_some(budget).into_iter().collect());
    let data = (call.clone(), signed_in.clone(), id, deed, charges);
    let job = call.deps.store.write(data, |tx, (call, signed_in, id, deed, charges)| {
        Box::pin(async move {
            // Nobody fills a mailbox from the desk.
            if let Err(refused) = charge(tx, call, charges).await? {
                return Ok(Err(refused));
            }
            let agent = staff::hold(tx, call, signed_in, Action::AnswerRequest).await?;
            let found = support_request::by_id(tx, *id, agent.organisation_id).await?;
            let row = found.ok_or(StoreError::Refused(GONE))?;
            if owner_of(tx, &row).await?.is_some_and(|whose| !sees(agent.role, whose.role)) {
                return Err(staff::not_yours());
            }
            At { call, agent: &agent, row: &row }.settle(tx, deed).await.map(Ok)
        })
    });
    match job.await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        Err(StoreError::Refused(OTHERWISE)) => {
            Err(FlowError::Conflict(Text::new(text!("desk-request-changed"))))
        }
        other => Ok(other??),
    }
}

/// An agent at a request.
struct At<'a> {
    call: &'a Call,
    agent: &'a AccountRow,
    row: &'a SupportRequestRow,
}

impl At<'_> {
    async fn settle(&self, tx: &mut Db, deed: &Deed) -> Result<(), StoreError> {
        let (id, home, now) = (self.row.id, self.row.organisation_id, self.call.now);
        let event = match deed {
            Deed::Take { over } => {
                let from = self.row.taken_by.filter(|_| *over).unwrap_or(self.agent.id);
                if !support_request::take(tx, id, home, self.agent.id, from, now).await? {
                    return Err(StoreError::Refused(OTHERWISE));
                }
                Event::RequestTaken
            }
            Deed::Note { body, mailed } => {
                if self.row.state == RequestState::Closed {
                    return Err(StoreError::Refused(OTHERWISE));
                }
                self.write(tx, body, *mailed).await?;
                if *mailed { Event::RequestAnswered } else { Event::RequestNoted }
            }
            Deed::Close => {
                if !support_request::set_state(tx, id, home, RequestState::Closed, now).await? {
                    return Err(StoreError::Refused(OTHERWISE));
                }
                Event::RequestClosed
            }
            Deed::Reopen => {
                let state = self.row.taken_by.map_or(RequestState::Open, |_| RequestState::InProgress);
                let was_closed = self.row.state == RequestState::Closed;
                if !was_closed || !support_request::set_state(tx, id, home, state, now).await? {
                    return Err(StoreError::Refused(OTHERWISE));
                }
                Event::RequestReopened
            }
        };
        let about = About { account: self.row.account_id, organisation: Some(home) };
        let detail = [("request", id.to_string())];
        let actor = Actor::Account(self.agent.id);
        audit::append(tx, &self.call.audit_row(event, actor, about, &detail)).await
    }

    async fn write(&self, tx: &mut Db, body: &str, mailed: bool) -> Result<(), StoreError> {
        let (row, call) = (self.row, self.call);
        let note = SupportNoteRow {
            id: SupportNoteId::new(call.now, call.entropy()),
            request_id: row.id,
            author: self.agent.id,
            body: body.to_owned(),
            mailed,
            created_at: call.now,
        };
        support_request::add_note(tx, &note).await?;
        if !mailed {
            return Ok(());
        }
        // Whoever answers has it, unless somebody else does.
        let (id, home, agent) = (row.id, row.organisation_id, self.agent.id);
        support_request::take(tx, id, home, agent, agent, call.now).await?;
        support_request::set_state(tx, id, home, RequestState::Answered, call.now).await?;
        self.mail(tx, body).await
    }

    /// To the account's address as it is now, or to the one that was typed where nobody has it.
    async fn mail(&self, tx: &mut Db, body: &str) -> Result<(), StoreError> {
        let row = self.row;
        let owner = owner_of(tx, row).await?;
        let named = organisation::by_id(tx, row.organisation_id).await?.map(|organisation| organisation.name);
        let draft = Draft {
            kind: LetterKind::DeskAnswer,
            recipient: owner.as_ref().map_or(&row.email, |owner| &owner.email),
            account: owner.as_ref(),
            challenge: None,
            language: Some(&row.language),
            body: LetterBody { message: Some(body.to_owned()), organisation: named, ..LetterBody::default() },
        };
        post(tx, &from_the_desk(self.call), draft).await
    }
}
