//! One-time codes by e-mail: making one for a challenge, and what stands against asking too often.

use countersign_core::audit::{Actor, Event};
use countersign_core::code::Code;
use countersign_core::factor::email::{self, CODE_LIFE};
use countersign_core::id::{AccountId, BrowserId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{Bucket, CounterKey};
use countersign_core::method::Method;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::delivered_code::{DeliveredCode, SentTo};
use countersign_store::{Db, StoreError, audit, challenge, delivered_code, letter};

use super::letters::{self, Draft};
use super::limit::{Charges, Refusal};
use super::{About, Call};

/// What came of asking for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It is in the outbox.
    Sent,
    /// The last one is too young.
    TooSoon {
        /// When the next one may be asked for.
        at: Timestamp,
    },
    /// This challenge has sent all it may.
    NoMore,
    /// A limit on the account's codes was reached.
    TooMany {
        /// When it is worth asking again.
        until: Option<Timestamp>,
    },
    /// No mail is set up here.
    NoMail,
    /// No bot is set up here, or every linked Telegram account has blocked it.
    NobodyToAsk,
    /// The challenge is over.
    Over,
}

/// What codes of an account are charged to. A recognised browser has a budget that no stranger can spend.
pub(super) fn charges(account: AccountId, browser: Option<BrowserId>) -> Charges {
    let bucket = browser.map_or(Bucket::Strangers, Bucket::Browser);
    Charges::new(vec![CounterKey::mail_code(account, &bucket)])
}

/// Makes a code for a challenge and puts its letter into the outbox. The transaction must hold the account's row: the
/// counters come after it here, always. `browser` is the recognised one that asks.
pub(super) async fn send(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    row: &ChallengeRow,
    browser: Option<BrowserId>,
) -> Result<Sending, StoreError> {
    if !call.deps.mail {
        return Ok(Sending::NoMail);
    }
    match email::next_send_at(row.sends, row.sent_at) {
        None => return Ok(Sending::NoMore),
        Some(at) if at > call.now => return Ok(Sending::TooSoon { at }),
        Some(_) => {}
    }
    let mut locked = charges(account.id, browser).lock(tx).await?;
    if let Err(refused) = locked.check(call.now) {
        let detail = [("purpose", row.purpose.as_str().to_owned())];
        let note = call.audit_row(Event::CodeRefused, Actor::Stranger, About::of(account), &detail);
        Refusal::new(call, account.id, refused.limit, note).note(tx).await?;
        return Ok(Sending::TooMany { until: refused.until });
    }
    let Some(sends) = challenge::count_send(tx, row.id, call.now).await? else { return Ok(Sending::Over) };
    locked.fail(tx, call.now).await?;
    deliver(tx, call, account, row, sends).await?;
    Ok(Sending::Sent)
}

async fn deliver(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    row: &ChallengeRow,
    sends: u32,
) -> Result<(), StoreError> {
    let code = Code::random(call.entropy());
    let before = delivered_code::of_account(tx, account.id, Method::Email).await?;
    let earlier = before.filter(|before| before.challenge_id == row.id).map_or_else(Vec::new, |before| {
        let mut earlier = before.earlier;
        earlier.push(before.mac);
        earlier
    });
    let expires_at = call.now.plus(CODE_LIFE).min(row.expires_at);
    let sent = DeliveredCode {
        account_id: account.id,
        method: Method::Email,
        challenge_id: row.id,
        sent_to: SentTo::Mail(account.email.clone()),
        mac: email::mac(&call.deps.keys, row.id, row.purpose, &code),
        earlier,
        sent_at: call.now,
        expires_at,
        spent_at: None,
        missed_at: None,
    };
    delivered_code::put(tx, &sent).await?;
    letter::drop_waiting_of_challenge(tx, row.id).await?;
    let reference = email::reference(row.id, sends);
    let body = LetterBody {
        code: Some(code.reveal()),
        reference: Some(reference.clone()),
        purpose: Some(row.purpose.as_str().to_owned()),
        until: Some(expires_at.as_millis()),
        ..LetterBody::default()
    };
    let draft = Draft {
        kind: LetterKind::Code,
        recipient: &account.email,
        account: Some(account),
        challenge: Some(row.id),
        language: None,
        body,
    };
    letters::post(tx, call, draft).await?;
    let detail = [
        ("method", Method::Email.as_str().to_owned()),
        ("purpose", row.purpose.as_str().to_owned()),
        ("reference", reference),
    ];
    let note = call.audit_row(Event::CodeSent, Actor::Stranger, About::of(account), &detail);
    audit::append(tx, &note).await
}
