//! Questions to the linked Telegram accounts of a challenge (MSG-2, MSG-3).

use std::collections::BTreeSet;

use countersign_core::audit::{Actor, Event};
use countersign_core::dispatch::{Asked, Prompt, PromptButton, PromptEdit, PromptEnd};
use countersign_core::factor::email;
use countersign_core::factor::telegram::{
    About as Button, Callback, Handle, PROMPT_LIFE, Press, Shown, State,
};
use countersign_core::id::{AccountId, BrowserId, ChallengeId, TelegramPromptId};
use countersign_core::limits::{Bucket, CounterKey};
use countersign_core::policy::TelegramStyle;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::AccountFacts;
use countersign_store::telegram_account::{TelegramAccountRow, TelegramPerson};
use countersign_store::telegram_prompt::TelegramPromptRow;
use countersign_store::{
    Db, StoreError, account, audit, challenge, dispatch as outbox, telegram_account, telegram_prompt,
};

use super::super::dispatch::{self, Body, CHAT_LIFE};
use super::super::limit::{Charges, Refusal};
use super::super::mail_code::Sending;
use super::super::{About, Call};
use super::{language, organisation_of};

/// What questions of an account are charged to. A recognised browser has a budget that no stranger can spend.
pub(in crate::flow) fn charges(account: AccountId, browser: Option<BrowserId>) -> Charges {
    let bucket = browser.map_or(Bucket::Strangers, Bucket::Browser);
    Charges::new(vec![CounterKey::telegram_prompt(account, &bucket)])
}

/// When a challenge with these questions may ask again: with the gaps of codes by e-mail. `None`: not any more.
pub(super) fn next_at(asked: &[TelegramPromptRow]) -> Option<Timestamp> {
    let rounds: BTreeSet<Timestamp> = asked.iter().map(|prompt| prompt.created_at).collect();
    let count = u32::try_from(rounds.len()).unwrap_or(u32::MAX);
    email::next_send_at(count, rounds.last().copied())
}

/// Whether a challenge has asked nobody yet.
pub(in crate::flow) async fn none_asked(tx: &mut Db, challenge: ChallengeId) -> Result<bool, StoreError> {
    Ok(telegram_prompt::of_challenge(tx, challenge).await?.is_empty())
}

/// Asks every linked Telegram account that has not blocked the bot, anew where it was asked before: only the newest question
/// of a challenge can be answered. The transaction must hold the account's row: the counters come after it here, always.
/// `browser` is the recognised one that asks.
pub(in crate::flow) async fn ask(
    tx: &mut Db,
    call: &Call,
    facts: &AccountFacts,
    row: &ChallengeRow,
    browser: Option<BrowserId>,
) -> Result<Sending, StoreError> {
    let account = &facts.account;
    if call.deps.reach.telegram.is_none() {
        return Ok(Sending::NobodyToAsk);
    }
    let asked = telegram_prompt::of_challenge(tx, row.id).await?;
    match next_at(&asked) {
        None => return Ok(Sending::NoMore),
        Some(at) if at > call.now => return Ok(Sending::TooSoon { at }),
        Some(_) => {}
    }
    let mut chats = telegram_account::of_account(tx, &call.deps.keys, account.id).await?;
    chats.retain(|chat| chat.blocked_at.is_none());
    if chats.is_empty() {
        return Ok(Sending::NobodyToAsk);
    }
    let mut locked = charges(account.id, browser).lock(tx).await?;
    let purpose = ("purpose", row.purpose.as_str().to_owned());
    if let Err(refused) = locked.check(call.now) {
        let note = call.audit_row(Event::CodeRefused, Actor::Stranger, About::of(account), &[purpose]);
        Refusal::new(call, account.id, refused.limit, note).note(tx).await?;
        return Ok(Sending::TooMany { until: refused.until });
    }
    if !asked.is_empty() {
        end_of_challenge(tx, call, account, row, PromptEnd::Over).await?;
    }
    let shown = Shown::new(facts.policy.telegram_style, call.entropy());
    let (keys, whose) = (&call.deps.keys, (row.id, account.id));
    if !challenge::set_shown(tx, keys, call.entropy(), whose, &shown, call.now).await? {
        return Ok(Sending::Over);
    }
    locked.fail(tx, call.now).await?;
    let about = about(tx, account, row).await?;
    for chat in &chats {
        ask_one(tx, call, account, row, &about, (chat, &shown)).await?;
    }
    let detail = [purpose, ("chats", chats.len().to_string())];
    let note = call.audit_row(Event::TelegramPrompted, Actor::Stranger, About::of(account), &detail);
    audit::append(tx, &note).await?;
    Ok(Sending::Sent)
}

async fn ask_one(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    row: &ChallengeRow,
    about: &Asked,
    (chat, shown): (&TelegramAccountRow, &Shown),
) -> Result<(), StoreError> {
    let handle = Handle::new(call.entropy());
    let prompt = TelegramPromptRow {
        id: TelegramPromptId::new(call.now, call.entropy()),
        challenge_id: row.id,
        account_id: account.id,
        telegram_account_id: chat.id,
        offered: shown.offered(call.entropy()),
        message_id: None,
        state: State::Waiting,
        created_at: call.now,
        expires_at: call.now.plus(PROMPT_LIFE).min(row.expires_at),
        answered_at: None,
    };
    telegram_prompt::create(tx, &handle.hash(), &prompt).await?;
    let style = shown.style();
    let body = Body::Prompt(Prompt {
        chat: chat.person.id.reveal(),
        language: language(call, Some(account), &chat.person),
        asked: about.clone(),
        style,
        buttons: buttons(style, &prompt.offered, handle),
        until: prompt.expires_at.as_millis(),
    });
    let mut new = dispatch::draft(call, &body, prompt.expires_at);
    new.account_id = Some(account.id);
    new.challenge_id = Some(row.id);
    new.prompt_id = Some(prompt.id);
    dispatch::post(tx, call, &new).await
}

fn buttons(style: TelegramStyle, offered: &[u8], handle: Handle) -> Vec<PromptButton> {
    let mut presses: Vec<Press> = match style {
        TelegramStyle::Match => offered.iter().copied().map(Press::Number).collect(),
        TelegramStyle::Type => Vec::new(),
        TelegramStyle::Tap => vec![Press::Confirm],
    };
    presses.push(Press::NotMe);
    let mut callback = Callback { about: Button::Prompt, handle, press: Press::NotMe };
    let button = |press| {
        callback.press = press;
        PromptButton { press, data: callback.to_text() }
    };
    presses.into_iter().map(button).collect()
}

/// What a question is about, as its messages tell it.
async fn about(tx: &mut Db, account: &AccountRow, row: &ChallengeRow) -> Result<Asked, StoreError> {
    Ok(Asked {
        organisation: organisation_of(tx, account).await?.unwrap_or_default(),
        account: account.email.masked(),
        purpose: row.purpose.as_str().to_owned(),
        at: row.created_at.as_millis(),
        address: row.address.clone(),
        device: row.device.clone(),
    })
}

/// As [`about`], of a challenge that may be gone: then only the account and the time are known.
async fn about_prompt(
    tx: &mut Db,
    account: &AccountRow,
    prompt: &TelegramPromptRow,
) -> Result<Asked, StoreError> {
    if let Some(row) = challenge::by_id(tx, prompt.challenge_id).await? {
        return about(tx, account, &row).await;
    }
    Ok(Asked {
        organisation: organisation_of(tx, account).await?.unwrap_or_default(),
        account: account.email.masked(),
        purpose: String::new(),
        at: prompt.created_at.as_millis(),
        address: String::new(),
        device: String::new(),
    })
}

/// Puts what became of a question in its place in the chat.
pub(super) async fn edit(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    person: &TelegramPerson,
    (prompt, message): (&TelegramPromptRow, i64),
    end: PromptEnd,
) -> Result<(), StoreError> {
    let body = Body::PromptEdit(PromptEdit {
        chat: person.id.reveal(),
        message,
        language: language(call, Some(account), person),
        asked: about_prompt(tx, account, prompt).await?,
        end,
    });
    let mut new = dispatch::draft(call, &body, call.now.plus(CHAT_LIFE));
    new.account_id = Some(account.id);
    new.prompt_id = Some(prompt.id);
    dispatch::post(tx, call, &new).await
}

/// Ends what a challenge still asks, and takes the buttons away: it was answered, given up, or is asked anew.
pub(in crate::flow) async fn end_of_challenge(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    row: &ChallengeRow,
    end: PromptEnd,
) -> Result<(), StoreError> {
    let ended = telegram_prompt::end_all_of_challenge(tx, row.id).await?;
    if ended.is_empty() {
        return Ok(());
    }
    outbox::drop_waiting_of_challenge(tx, row.id, call.now).await?;
    disarm(tx, call, account, &ended, end).await
}

/// As [`end_of_challenge`], of whatever one Telegram account is asked.
pub(super) async fn end_of_chat(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    chat: &TelegramAccountRow,
    end: PromptEnd,
) -> Result<(), StoreError> {
    let ended = telegram_prompt::end_all_of_telegram_account(tx, chat.id).await?;
    disarm(tx, call, account, &ended, end).await
}

async fn disarm(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    ended: &[TelegramPromptRow],
    end: PromptEnd,
) -> Result<(), StoreError> {
    for prompt in ended {
        // One that is on its way has no message yet; whoever sends it hears that it has ended ([`sent`]).
        let Some(message) = prompt.message_id else { continue };
        let chat = telegram_account::by_id(tx, &call.deps.keys, prompt.telegram_account_id).await?;
        if let Some(chat) = chat {
            edit(tx, call, account, &chat.person, (prompt, message), end).await?;
        }
    }
    Ok(())
}

/// Notes the message by which a question was asked; one that was answered or ended while it was sent is disarmed at once.
pub(in crate::flow) async fn sent(
    tx: &mut Db,
    call: &Call,
    id: TelegramPromptId,
    message: i64,
) -> Result<(), StoreError> {
    let Some(before) = telegram_prompt::by_id(tx, id).await? else { return Ok(()) };
    // The account comes first, as wherever a question is answered.
    account::lock(tx, before.account_id).await?;
    let Some(prompt) = telegram_prompt::set_message(tx, id, message).await? else { return Ok(()) };
    let end = match prompt.state {
        State::Waiting => return Ok(()),
        State::Confirmed => PromptEnd::Confirmed,
        State::Refused => PromptEnd::Refused,
        State::Ended => PromptEnd::Over,
    };
    let Some(account) = account::by_id(tx, prompt.account_id).await? else { return Ok(()) };
    let chat = telegram_account::by_id(tx, &call.deps.keys, prompt.telegram_account_id).await?;
    match chat {
        Some(chat) => edit(tx, call, &account, &chat.person, (&prompt, message), end).await,
        None => Ok(()),
    }
}
