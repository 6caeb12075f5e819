//! Telegram as a second step (MSG-1 to MSG-3): linking chats, asking them, hearing their answers.
//!
//! What is said in a chat is a dispatch in the transaction of the deed; what is heard there is one transaction per update.
//! Confirming only marks a challenge: the browser that holds it spends it, through the same gate as every other answer.

pub mod inbox;
pub mod link;
pub(super) mod prompt;
pub mod switch;
pub mod view;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::dispatch::{BotText, Saying};
use countersign_core::id::{AccountId, TelegramAccountId};
use countersign_store::account::AccountRow;
use countersign_store::telegram_account::TelegramPerson;
use countersign_store::{Db, StoreError, organisation};

use super::dispatch::{self, Body, CHAT_LIFE};
use super::{About, Call};

/// Accounts that one Telegram account may answer for: more than a person has, fewer than a service that confirms for others
/// would need.
pub const ACCOUNTS_OF_PERSON: u32 = 3;

/// The language of words in a chat, as a tag: what the account has chosen, else that of the person's app.
fn language(call: &Call, account: Option<&AccountRow>, person: &TelegramPerson) -> String {
    let app = || {
        let tag = person.language.as_deref()?;
        Some(tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase())
    };
    let chosen = account.and_then(|account| account.language.clone());
    chosen.or_else(app).unwrap_or_else(|| call.deps.language.clone())
}

/// Something to say to a person about an account, or about none; the rest of it is filled in by whoever says it.
fn saying(call: &Call, person: &TelegramPerson, about: Option<&AccountRow>, saying: Saying) -> BotText {
    BotText {
        chat: person.id.reveal(),
        language: language(call, about, person),
        saying,
        organisation: None,
        accounts: about.map(|account| account.email.masked()).into_iter().collect(),
        code: None,
        refuse: None,
        until: None,
    }
}

/// Puts it into the outbox, with the name of the account's organisation.
async fn say(
    tx: &mut Db,
    call: &Call,
    about: Option<&AccountRow>,
    mut text: BotText,
) -> Result<(), StoreError> {
    if let Some(account) = about {
        text.organisation = organisation_of(tx, account).await?;
    }
    let mut new = dispatch::draft(call, &Body::BotText(text), call.now.plus(CHAT_LIFE));
    new.account_id = about.map(|account| account.id);
    dispatch::post(tx, call, &new).await
}

async fn organisation_of(tx: &mut Db, account: &AccountRow) -> Result<Option<String>, StoreError> {
    Ok(organisation::by_id(tx, account.organisation_id).await?.map(|organisation| organisation.name))
}

/// A row about what was done in a chat: there is no network address and no browser to tell.
fn chat_row(call: &Call, event: Event, actor: Actor, about: About, detail: &[(&str, String)]) -> AuditRow {
    AuditRow { address: None, device: None, ..call.audit_row(event, actor, about, detail) }
}

/// What a Telegram account is called in pages and letters: the name its owner gave it, and what it can be found by. Both prove
/// nothing.
pub(super) fn called(person: &TelegramPerson) -> String {
    match &person.username {
        Some(username) => format!("{} (@{username})", person.name),
        None => person.name.clone(),
    }
}

/// What it is called to whoever helps: enough to tell two of them apart, as with an address that is masked.
pub(super) fn masked(person: &TelegramPerson) -> String {
    let begins = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match &person.username {
        Some(username) => format!("{}••• (@{}•••)", begins(&person.name), begins(username)),
        None => format!("{}•••", begins(&person.name)),
    }
}

/// What the audit log says of a linked Telegram account: never its number, nor a name (ALL-7).
fn which(id: TelegramAccountId) -> (&'static str, String) {
    ("telegram", id.to_string())
}

/// The actor of what the owner of a linked Telegram account does in the chat.
const fn owner(account: AccountId) -> Actor {
    Actor::Account(account)
}
