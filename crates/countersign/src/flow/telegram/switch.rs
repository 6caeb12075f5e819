//! Switching Telegram on and off, and unlinking (MSG-10). Whoever is linked stays linked while it is off.

use countersign_core::audit::{AuditRow, Event};
use countersign_core::dispatch::{PromptEnd, Saying};
use countersign_core::id::TelegramAccountId;
use countersign_core::letter::LetterKind;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session::is_just_recovered;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::facts::{AccountFacts, ChallengeFacts};
use countersign_store::telegram_account::TelegramAccountRow;
use countersign_store::{Db, StoreError, account, audit, facts, telegram_account};

use super::super::email_code::Removal;
use super::super::factors::{self, Present, SignedInHere};
use super::super::session::{SignedIn, hold};
use super::super::{About, Call, FlowError, GONE, step_up};
use super::{called, masked, prompt, say, saying, which};
use crate::text;

/// Rolls a deed back that needs a linked Telegram account.
const NONE_LINKED: &str = "no telegram account linked";

/// One linked Telegram account, as its owner's pages list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// Its id.
    pub id: TelegramAccountId,
    /// What it is called by its owner: name and short name.
    pub name: String,
    /// When it was linked.
    pub added_at: Timestamp,
    /// When it last confirmed something.
    pub last_used_at: Option<Timestamp>,
    /// Since when the bot is blocked there, so that it can't be asked.
    pub blocked_at: Option<Timestamp>,
}

impl From<TelegramAccountRow> for ChatLine {
    fn from(row: TelegramAccountRow) -> Self {
        Self {
            id: row.id,
            name: called(&row.person),
            added_at: row.created_at,
            last_used_at: row.last_used_at,
            blocked_at: row.blocked_at,
        }
    }
}

impl ChatLine {
    /// As the support desk has it, which sees no name whole.
    pub(in crate::flow) fn masked(row: TelegramAccountRow) -> Self {
        Self { name: masked(&row.person), ..Self::from(row) }
    }
}

/// The linked Telegram accounts, the first linked first.
pub async fn list(call: &Call, signed_in: &SignedIn) -> Result<Vec<ChatLine>, FlowError> {
    let mut db = call.reader().await?;
    let rows = telegram_account::of_account(&mut db, &call.deps.keys, signed_in.account()).await?;
    Ok(rows.into_iter().map(ChatLine::from).collect())
}

/// One of them. `NotFound` for any other id.
pub async fn by_id(call: &Call, signed_in: &SignedIn, id: TelegramAccountId) -> Result<ChatLine, FlowError> {
    list(call, signed_in).await?.into_iter().find(|chat| chat.id == id).ok_or(FlowError::NotFound)
}

/// Switches Telegram on again: the session's new token, and how many other sessions were ended (MSG-9).
///
/// # Errors
///
/// What the change is refused; [`FlowError::Conflict`] where no Telegram account is linked.
pub async fn enable(call: &Call, signed_in: &SignedIn) -> Result<(Token, u64), FlowError> {
    signed_in.require(AccountChange::EnableTelegram, call.now)?;
    if call.deps.reach.telegram.is_none() {
        return Err(FlowError::Forbidden(Text::new(text!("telegram-not-set-up"))));
    }
    let data = (call.clone(), signed_in.clone());
    let job = call.deps.store.write(data, |tx, (call, signed_in)| {
        Box::pin(async move {
            let account = hold(tx, call, signed_in, AccountChange::EnableTelegram).await?;
            account::bump_factor_version(tx, account.id).await?;
            let before = facts::account_facts(tx, account.id, call.now).await?;
            let before = before.ok_or(StoreError::Refused(GONE))?;
            if telegram_account::of_account(tx, &call.deps.keys, account.id).await?.is_empty() {
                return Err(StoreError::Refused(NONE_LINKED));
            }
            account::set_telegram(tx, account.id, Some(call.now)).await?;
            let here = SignedInHere { session: signed_in.session, browser: signed_in.browser };
            factors::enabled(tx, call, &before, Method::Telegram, &here).await?;
            let class = before.policy.class_of(Method::Telegram);
            let (token, ended) = factors::renew(tx, call, account.id, Present::of(signed_in), class).await?;
            let detail = [("ended", ended.to_string())];
            audit::append(tx, &call.own_row(Event::TelegramEnabled, signed_in.about(), &detail)).await?;
            factors::tell(tx, call, &account, LetterKind::MethodAdded, Method::Telegram, None).await?;
            Ok((token, ended))
        })
    });
    match job.await {
        Err(StoreError::Refused(NONE_LINKED)) => {
            Err(FlowError::Conflict(Text::new(text!("telegram-none-linked"))))
        }
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        other => {
            let done = other?;
            call.deps.post_wake.notify_one();
            Ok(done)
        }
    }
}

/// Switches Telegram off: opens the challenge that this always takes (ALL-4), or does it at once after a recovery.
pub async fn start_disable(call: &Call, signed_in: &SignedIn) -> Result<Removal, FlowError> {
    match signed_in.may(AccountChange::DisableTelegram, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::OwnChallenge => {
            let open = step_up::open(call, signed_in, Purpose::DisableTelegram, None).await?;
            Ok(Removal::Challenge(open))
        }
        Permission::Yes => {
            let data = (call.clone(), signed_in.clone());
            let job = call.deps.store.write(data, |tx, (call, signed_in)| {
                Box::pin(async move {
                    let held = held(tx, call, signed_in, AccountChange::DisableTelegram).await?;
                    let by = By::of(call, signed_in);
                    disable(tx, call, &held, Present::of(signed_in), by).await
                })
            });
            done(call, job.await, FlowError::SignInAgain)
        }
    }
}

/// Unlinks one: opens the challenge that this takes while Telegram counts (ALL-4), or does it at once.
pub async fn start_unlink(
    call: &Call,
    signed_in: &SignedIn,
    id: TelegramAccountId,
) -> Result<Removal, FlowError> {
    by_id(call, signed_in, id).await?;
    match signed_in.may(AccountChange::UnlinkTelegram, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::OwnChallenge => {
            let subject = Some(*id.as_bytes());
            let open = step_up::open(call, signed_in, Purpose::UnlinkTelegram, subject).await?;
            Ok(Removal::Challenge(open))
        }
        Permission::Yes => {
            let data = (call.clone(), signed_in.clone(), id);
            let job = call.deps.store.write(data, |tx, (call, signed_in, id)| {
                Box::pin(async move {
                    let held = held(tx, call, signed_in, AccountChange::UnlinkTelegram).await?;
                    let by = By::of(call, signed_in);
                    unlink(tx, call, &held, *id, Present::of(signed_in), by).await
                })
            });
            done(call, job.await, FlowError::NotFound)
        }
    }
}

fn done(call: &Call, job: Result<Token, StoreError>, gone: FlowError) -> Result<Removal, FlowError> {
    match job {
        Err(StoreError::Refused(GONE)) => Err(gone),
        other => {
            let token = other?;
            call.deps.post_wake.notify_one();
            call.deps.dispatch_wake.notify_one();
            Ok(Removal::Done(token))
        }
    }
}

async fn held(
    tx: &mut Db,
    call: &Call,
    signed_in: &SignedIn,
    change: AccountChange,
) -> Result<AccountFacts, StoreError> {
    let account = hold(tx, call, signed_in, change).await?.id;
    facts::account_facts(tx, account, call.now).await?.ok_or(StoreError::Refused(GONE))
}

/// By what a factor is taken away.
#[derive(Clone, Copy)]
pub(in crate::flow) struct By {
    name: &'static str,
    class: Class,
}

impl By {
    /// By the answer to a challenge of that very purpose.
    pub(in crate::flow) fn answer(facts: &AccountFacts, method: Method) -> Self {
        Self { name: method.as_str(), class: facts.policy.class_of(method) }
    }

    /// By what this session has shown before: a recovery key, or a step-up where what goes does not count.
    fn of(call: &Call, signed_in: &SignedIn) -> Self {
        if is_just_recovered(signed_in.recovered_at, call.now) {
            Self::answer(&signed_in.facts, Method::RecoveryKey)
        } else {
            Self { name: "step-up", class: Class::None }
        }
    }
}

/// Switches Telegram off. The transaction holds the account's row.
pub(in crate::flow) async fn disable(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    present: Present,
    by: By,
) -> Result<Token, StoreError> {
    let account = &held.account;
    if held.telegram.on_since.is_none() {
        return Err(StoreError::Refused(GONE));
    }
    account::bump_factor_version(tx, account.id).await?;
    account::set_telegram(tx, account.id, None).await?;
    for chat in telegram_account::of_account(tx, &call.deps.keys, account.id).await? {
        prompt::end_of_chat(tx, call, account, &chat, PromptEnd::Over).await?;
    }
    factors::drop_unanchored(tx, call, account, Method::Telegram).await?;
    let (token, ended) = factors::renew(tx, call, account.id, present, by.class).await?;
    let detail = [("by", by.name.to_owned()), ("ended", ended.to_string())];
    audit::append(tx, &call.own_row(Event::TelegramDisabled, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodRemoved, Method::Telegram, None).await?;
    Ok(token)
}

/// Unlinks the challenge's Telegram account after a right answer.
pub(in crate::flow) async fn unlink_subject(
    tx: &mut Db,
    call: &Call,
    facts: &ChallengeFacts,
    held: &AccountFacts,
    present: Present,
    by: By,
) -> Result<Token, StoreError> {
    let subject = facts.challenge.subject.ok_or(StoreError::Refused(GONE))?;
    unlink(tx, call, held, TelegramAccountId::from_bytes(subject), present, by).await
}

async fn unlink(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    id: TelegramAccountId,
    present: Present,
    by: By,
) -> Result<Token, StoreError> {
    let account = &held.account;
    account::bump_factor_version(tx, account.id).await?;
    let row = |event, detail: &[(&'static str, String)]| {
        let by = [("by", by.name.to_owned())];
        call.own_row(event, About::of(account), &[detail, &by].concat())
    };
    let name = take_away(tx, call, held, id, &row).await?;
    factors::drop_unanchored(tx, call, account, Method::Telegram).await?;
    let (token, _) = factors::renew(tx, call, account.id, present, by.class).await?;
    factors::tell(tx, call, account, LetterKind::MethodRemoved, Method::Telegram, Some(name)).await?;
    Ok(token)
}

/// How whoever unlinks one writes rows of the audit log.
pub(in crate::flow) type Rows<'a> = &'a (dyn Fn(Event, &[(&'static str, String)]) -> AuditRow + Send + Sync);

/// Unlinks one, disarms what it was asked, and says so in its chat and in the audit log; with the last one Telegram is off.
/// Returns what it was called. Whoever calls ends sessions and challenges, raises the version of the factors, and writes the
/// letter.
pub(in crate::flow) async fn take_away(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    id: TelegramAccountId,
    row: Rows<'_>,
) -> Result<String, StoreError> {
    let account = &held.account;
    let chats = telegram_account::of_account(tx, &call.deps.keys, account.id).await?;
    let chat = chats.iter().find(|chat| chat.id == id).ok_or(StoreError::Refused(GONE))?;
    prompt::end_of_chat(tx, call, account, chat, PromptEnd::Unlinked).await?;
    if !telegram_account::delete(tx, id, account.id).await? {
        return Err(StoreError::Refused(GONE));
    }
    let name = called(&chat.person);
    audit::append(tx, &row(Event::TelegramUnlinked, &[which(id)])).await?;
    if chats.len() == 1 && held.telegram.on_since.is_some() {
        account::set_telegram(tx, account.id, None).await?;
        audit::append(tx, &row(Event::TelegramDisabled, &[("cause", "none-linked".to_owned())])).await?;
    }
    say(tx, call, Some(account), saying(call, &chat.person, Some(account), Saying::Unlinked)).await?;
    Ok(name)
}
