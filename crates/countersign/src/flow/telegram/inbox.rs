//! What people do in the chat with the bot: every update is one transaction, which spends the update's number first.
//!
//! Only private chats count, and only who wrote or pressed (`from.id`) tells who it is. Whatever changes something is decided
//! by one conditional update; everything else is answered plainly.

mod answer;
mod chat;
mod press;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use countersign_core::audit::{Actor, Event};
use countersign_core::factor::telegram::TelegramId;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::CounterKey;
use countersign_core::text::Text;
use countersign_store::telegram_account::TelegramPerson;
use countersign_store::{Db, StoreError, account, audit, telegram_account, telegram_cursor};

use super::super::letters::notice;
use super::super::limit::{Charges, Locked};
use super::super::{About, Call, FlowError, Origin};
use super::{called, chat_row, owner, which};

/// How long the number of an update is kept: Telegram holds one back for a day and counts afresh after a week.
const UPDATE_KEPT: Duration = Duration::from_hours(48);

/// Characters of a name that is kept.
const LONGEST_NAME: usize = 64;

/// One update of the bot, as the poller or the webhook got it.
#[derive(Clone)]
pub struct Incoming {
    /// The bot's number: updates of two bots are counted apart.
    pub bot: String,
    /// The number of the update.
    pub update: i64,
    /// What happened.
    pub what: Happened,
}

/// What happened. Without `Debug`: it names people.
#[derive(Clone)]
pub enum Happened {
    /// Somebody wrote.
    Wrote {
        /// Where.
        chat: Chat,
        /// Who; nobody, for what a channel says.
        from: Option<Sender>,
        /// What; nothing, for a picture.
        text: Option<String>,
    },
    /// Somebody pressed a button, or claims to.
    Pressed {
        /// Who.
        from: Sender,
        /// The chat of the message with the button.
        chat: Option<Chat>,
        /// The message.
        message: Option<i64>,
        /// What came with the button.
        data: String,
    },
    /// Somebody blocked the bot, or let it in again.
    Membership {
        /// Where.
        chat: Chat,
        /// Who.
        from: Sender,
        /// Whether the bot can no longer write there.
        blocked: bool,
    },
    /// Something else. Its number is spent like any other.
    Odd,
}

/// A chat.
#[derive(Clone, Copy)]
pub struct Chat {
    /// Its number: that of the person in a private chat.
    pub id: i64,
    /// Whether it is between one person and the bot.
    pub private: bool,
}

/// A Telegram account. Without `Debug`.
#[derive(Clone)]
pub struct Sender {
    /// Its number.
    pub id: i64,
    /// Whether it is a bot itself.
    pub is_bot: bool,
    /// What its owner calls it.
    pub name: String,
    /// Its short name, without `@`.
    pub username: Option<String>,
    /// The language of its app, as a tag.
    pub language: Option<String>,
}

impl Sender {
    /// Who it is; `None` for a bot, and for what is no account.
    fn person(&self) -> Option<TelegramPerson> {
        let id = TelegramId::new(self.id).filter(|_| !self.is_bot)?;
        let name: String =
            self.name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
        Some(TelegramPerson { id, name, username: self.username.clone(), language: self.language.clone() })
    }
}

/// What a pressed button is answered with at once, on the screen of whoever pressed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: Text,
    /// The language of its words, as a tag.
    pub language: String,
}

/// Acts on an update, once over all replicas and both ways of reading. For a pressed button it returns what to answer.
///
/// # Errors
///
/// When the database could not be asked; the update is to be brought again then.
pub async fn take(call: &Call, incoming: Incoming) -> Result<Option<Toast>, FlowError> {
    let call = from_chat(call);
    let heard = Heard { call: call.clone(), incoming };
    let toast = call.deps.store.write(heard, |tx, heard| Box::pin(heard.settle(tx))).await?;
    call.deps.dispatch_wake.notify_one();
    call.deps.post_wake.notify_one();
    Ok(toast)
}

/// Notes that the bot cannot write to this Telegram account, as its owner blocked it: sending told so.
pub(in crate::flow) async fn blocked(tx: &mut Db, call: &Call, chat: i64) -> Result<(), StoreError> {
    match TelegramId::new(chat) {
        Some(person) => membership(tx, &from_chat(call), person, true).await,
        None => Ok(()),
    }
}

/// The same call for what happens in a chat: the network that the update came from is Telegram's.
fn from_chat(call: &Call) -> Call {
    let origin = Origin {
        address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        user_agent: String::new(),
        request_id: call.origin.request_id.clone(),
        actor: Actor::System,
    };
    Call { origin: Arc::new(origin), ..call.clone() }
}

/// An update that is being acted on.
struct Heard {
    call: Call,
    incoming: Incoming,
}

impl Heard {
    async fn settle(&self, tx: &mut Db) -> Result<Option<Toast>, StoreError> {
        let (call, incoming) = (&self.call, &self.incoming);
        let forget_at = call.now.plus(UPDATE_KEPT);
        if !telegram_cursor::spend_update(tx, &incoming.bot, incoming.update, forget_at).await? {
            return Ok(None);
        }
        match &incoming.what {
            Happened::Wrote { chat, from: Some(from), text } => {
                if let Some(person) = alone_with(Some(chat), from) {
                    chat::wrote(tx, call, &person, text.as_deref().unwrap_or_default()).await?;
                    is_there(tx, call, person.id).await?;
                }
                Ok(None)
            }
            Happened::Pressed { from, chat, message, data } => {
                let Some(person) = from.person() else { return Ok(None) };
                let private = alone_with(chat.as_ref(), from).is_some();
                let toast = press::pressed(tx, call, &person, private, *message, data).await?;
                if private {
                    is_there(tx, call, person.id).await?;
                }
                Ok(Some(toast))
            }
            Happened::Membership { chat, from, blocked } => {
                if let Some(person) = alone_with(Some(chat), from) {
                    membership(tx, call, person.id, *blocked).await?;
                }
                Ok(None)
            }
            Happened::Wrote { from: None, .. } | Happened::Odd => Ok(None),
        }
    }
}

/// Who is in a private chat with the bot. `None`: it is no such chat, or somebody else's.
fn alone_with(chat: Option<&Chat>, from: &Sender) -> Option<TelegramPerson> {
    chat.filter(|chat| chat.private && chat.id == from.id)?;
    from.person()
}

/// Whoever writes or presses in the chat has not blocked the bot, whatever sending was told before. Last in its transaction:
/// it holds no account.
async fn is_there(tx: &mut Db, call: &Call, person: TelegramId) -> Result<(), StoreError> {
    telegram_account::unblock(tx, &call.deps.keys, person).await.map(drop)
}

/// Notes that a person has blocked the bot or let it in again, and tells the owners of all accounts that it is linked to.
/// Whoever does so on and on is noted, and nobody is told any more.
async fn membership(tx: &mut Db, call: &Call, person: TelegramId, blocked: bool) -> Result<(), StoreError> {
    let keys = &call.deps.keys;
    let mut noise = junk(tx, call, person).await?;
    let chats = telegram_account::of_person(tx, keys, person).await?;
    let mut accounts: Vec<AccountId> = chats.iter().map(|chat| chat.account_id).collect();
    accounts.sort_unstable();
    for id in &accounts {
        account::lock(tx, *id).await?;
    }
    if !blocked {
        return telegram_account::unblock(tx, keys, person).await.map(drop);
    }
    let news = telegram_account::set_blocked(tx, keys, person, call.now).await?;
    if news.is_empty() || noise.check(call.now).is_err() {
        return Ok(());
    }
    noise.fail(tx, call.now).await?;
    for id in news {
        let Some(account) = account::by_id(tx, id).await? else { continue };
        let chat = chats.iter().find(|chat| chat.account_id == id);
        let name = chat.map(|chat| called(&chat.person));
        let detail: Vec<_> = chat.map(|chat| which(chat.id)).into_iter().collect();
        let row = chat_row(call, Event::TelegramBlocked, owner(id), About::of(&account), &detail);
        audit::append(tx, &row).await?;
        let body = LetterBody { name, ..LetterBody::default() };
        notice(tx, call, &account, LetterKind::TelegramBlocked, body).await?;
    }
    Ok(())
}

/// What a person does that leads nowhere is charged to.
async fn junk(tx: &mut Db, call: &Call, person: TelegramId) -> Result<Locked, StoreError> {
    let sender = AccountId::from_bytes(call.deps.keys.identifier(&person.lookup_text()));
    Charges::new(vec![CounterKey::telegram_chat(sender)]).lock(tx).await
}
