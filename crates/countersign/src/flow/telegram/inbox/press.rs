//! Buttons that were pressed. Anybody who sees a message can send any data for it, so nothing in it is believed.

use countersign_core::audit::{Actor, Event};
use countersign_core::dispatch::{PromptEnd, Saying};
use countersign_core::factor::telegram::{About as Button, Answer, Callback, Handle, Press};
use countersign_core::text::Text;
use countersign_store::account::AccountRow;
use countersign_store::telegram_account::TelegramPerson;
use countersign_store::{Db, StoreError, account, audit, telegram_account, telegram_link, telegram_prompt};

use super::super::super::{About, Call};
use super::super::{chat_row, language, prompt, say, saying};
use super::answer::{Asked, Outcome, Spoken};
use super::{Toast, junk};
use crate::text;

/// Acts on a pressed button. `private`: whether the message stands in the presser's own chat with the bot.
pub(super) async fn pressed(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    private: bool,
    message: Option<i64>,
    data: &str,
) -> Result<Toast, StoreError> {
    let Some(callback) = Callback::parse(data) else {
        return forged(tx, call, person, None, "unreadable").await;
    };
    match callback.about {
        Button::Link => link(tx, call, person, private, &callback.handle).await,
        Button::Prompt => {
            let answer = match callback.press {
                Press::Number(number) => Answer::Pick(number),
                Press::Confirm => Answer::Confirm,
                Press::NotMe => Answer::NotMe,
            };
            asked(tx, call, person, private, message, &callback.handle, &answer).await
        }
    }
}

/// A button of a question.
async fn asked(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    private: bool,
    message: Option<i64>,
    handle: &Handle,
    answer: &Answer,
) -> Result<Toast, StoreError> {
    let Some(row) = telegram_prompt::by_handle_hash(tx, &handle.hash()).await? else {
        return forged(tx, call, person, None, "unknown").await;
    };
    let Some(account) = account::by_id(tx, row.account_id).await? else {
        return forged(tx, call, person, None, "unknown").await;
    };
    let Some(chat) = telegram_account::by_id(tx, &call.deps.keys, row.telegram_account_id).await? else {
        // The button may be its own: what was linked then is not any more.
        let toast = forged(tx, call, person, Some(&account), "unlinked").await?;
        if let Some(message) = message.filter(|message| private && row.message_id == Some(*message)) {
            prompt::edit(tx, call, &account, person, (&row, message), PromptEnd::Unlinked).await?;
        }
        return Ok(toast);
    };
    if chat.person.id != person.id || !private {
        return forged(tx, call, person, Some(&account), "another-account").await;
    }
    let spoken = Spoken { person, message, typed: false };
    let outcome = Asked { chat: &chat, prompt: &row }.answered(tx, call, &spoken, answer).await?;
    let text = match outcome {
        Outcome::Confirmed => text!("telegram-pressed-confirmed"),
        Outcome::Refused => text!("telegram-pressed-refused"),
        Outcome::WrongNumber => text!("telegram-pressed-wrong-number"),
        Outcome::Answered => text!("telegram-pressed-answered"),
        Outcome::Over | Outcome::Wrong => text!("telegram-pressed-over"),
        Outcome::Late => text!("telegram-pressed-late"),
        Outcome::TooMany => text!("telegram-pressed-too-many"),
        Outcome::Misfit => text!("telegram-pressed-not-yours"),
    };
    Ok(Toast { text: Text::new(text), language: language(call, Some(&account), person) })
}

/// "It wasn't me" below the code of a linking. Only whoever was shown that code may press it.
async fn link(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    private: bool,
    handle: &Handle,
) -> Result<Toast, StoreError> {
    let Some(row) = telegram_link::by_handle_hash(tx, &call.deps.keys, &handle.hash()).await? else {
        return forged(tx, call, person, None, "unknown").await;
    };
    account::lock(tx, row.account_id).await?;
    let Some(account) = account::by_id(tx, row.account_id).await? else {
        return forged(tx, call, person, None, "unknown").await;
    };
    let shown_to = row.person.as_ref().map(|shown| shown.id);
    if shown_to != Some(person.id) || !private {
        return Ok(told(call, person, text!("telegram-pressed-not-yours")));
    }
    if !telegram_link::refuse(tx, row.id, call.now).await? {
        return Ok(told(call, person, text!("telegram-pressed-answered")));
    }
    let about = About::of(&account);
    audit::append(tx, &chat_row(call, Event::TelegramLinkRefused, Actor::Stranger, about, &[])).await?;
    say(tx, call, Some(&account), saying(call, person, Some(&account), Saying::LinkRefused)).await?;
    Ok(told(call, person, text!("telegram-pressed-link-refused")))
}

fn told(call: &Call, person: &TelegramPerson, key: &'static str) -> Toast {
    Toast { text: Text::new(key), language: language(call, None, person) }
}

/// A button that this person was never given. It is noted, though not without end.
async fn forged(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    account: Option<&AccountRow>,
    reason: &str,
) -> Result<Toast, StoreError> {
    let mut noise = junk(tx, call, person.id).await?;
    if noise.check(call.now).is_ok() {
        noise.fail(tx, call.now).await?;
        let about = account.map(About::of).unwrap_or_default();
        let detail = [("reason", reason.to_owned())];
        audit::append(tx, &chat_row(call, Event::TelegramForged, Actor::Stranger, about, &detail)).await?;
    }
    let text = if reason == "unlinked" {
        text!("telegram-pressed-unlinked")
    } else {
        text!("telegram-pressed-not-yours")
    };
    Ok(told(call, person, text))
}
