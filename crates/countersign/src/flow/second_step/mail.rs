//! How the code by e-mail stands in a challenge, for the page that waits for it.

use countersign_core::factor::email;
use countersign_core::letter::LetterKind;
use countersign_core::method::Method;
use countersign_core::time::Timestamp;
use countersign_store::facts::ChallengeFacts;
use countersign_store::letter::{LetterRow, LetterState};
use countersign_store::{Db, StoreError, courier, delivered_code, letter};

use super::super::{Call, mail_code};
use super::{MAIL_COURIER, is_down};

/// How the code by e-mail stands in a challenge.
#[derive(Clone, Debug)]
pub struct MailCode {
    /// The address it goes to, masked.
    pub to: String,
    /// The code that can be answered now; `None`: none was sent yet, or another sign-in has asked for one since.
    pub sent: Option<SentCode>,
    /// When another one may be asked for.
    pub again: Again,
    /// Whether letters can't get out at this moment.
    pub is_mail_down: bool,
}

/// A code that was sent and waits for its answer.
#[derive(Clone, Debug)]
pub struct SentCode {
    /// When it was asked for.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The four characters that stand in its letter.
    pub reference: String,
    /// How far its letter has come.
    pub delivery: Delivery,
}

/// How far a letter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is about to be sent.
    OnItsWay,
    /// The mail server has taken it.
    Sent,
    /// The mail server could not be reached; it is tried again.
    Delayed,
    /// The address does not take it, or its time was over.
    Refused,
}

/// When another code may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// At once.
    Now,
    /// At this moment.
    At(Timestamp),
    /// Not in this challenge.
    Never,
    /// The account has had all the codes of the hour or the day.
    Limited(Option<Timestamp>),
}

/// How it stands now.
pub(super) async fn mail_code_of(
    call: &Call,
    db: &mut Db,
    facts: &ChallengeFacts,
) -> Result<MailCode, StoreError> {
    let (row, account) = (&facts.challenge, &facts.facts.account);
    let code = delivered_code::of_account(db, account.id, Method::Email).await?;
    let letter = letter::of_challenge(db, row.id).await?;
    let state = courier::state(db, MAIL_COURIER).await?;
    let code = code.filter(|code| code.challenge_id == row.id && code.spent_at.is_none());
    let again = match email::next_send_at(row.sends, row.sent_at) {
        None => Again::Never,
        Some(at) if at > call.now => Again::At(at),
        Some(_) => {
            let charges = mail_code::charges(account.id, row.current_browser());
            match charges.peek(db, call.now).await? {
                Ok(()) => Again::Now,
                Err(refused) => Again::Limited(refused.until),
            }
        }
    };
    Ok(MailCode {
        to: account.email.masked(),
        sent: code.map(|code| SentCode {
            at: code.sent_at,
            expires_at: code.expires_at,
            reference: email::reference(row.id, row.sends),
            delivery: delivery(letter.as_ref()),
        }),
        again,
        is_mail_down: !call.deps.mail || state.is_some_and(|state| is_down(&state)),
    })
}

/// How far a code's letter has come.
fn delivery(letter: Option<&LetterRow>) -> Delivery {
    match letter.filter(|letter| letter.kind == LetterKind::Code) {
        None => Delivery::OnItsWay,
        Some(letter) => match letter.state {
            LetterState::Sent => Delivery::Sent,
            LetterState::Refused | LetterState::Expired => Delivery::Refused,
            LetterState::Waiting if letter.attempts > 0 => Delivery::Delayed,
            LetterState::Waiting => Delivery::OnItsWay,
        },
    }
}
