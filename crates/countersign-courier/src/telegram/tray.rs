//! Chats in memory: the demo shows them and presses their buttons, tests read them. They refuse what Telegram refuses.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::{
    BotName, Button, CallbackData, Chat, Command, Message, MessageId, Sender, TelegramError, Update,
};
use crate::Probe;

/// How many messages a chat holds, and how many updates and answered presses there are; the oldest leaves for the next.
const MOST: usize = 500;
/// How many chats there are; the one that was opened first leaves for the next.
const MOST_CHATS: usize = 1000;
/// How far beyond the last update an offset may be that is not taken for 0, as in Telegram's own queue.
const FAR: i64 = 11;
/// What the tray is called where a server's host and port would stand.
const NAME: &str = "tray";

/// Chats between one bot and some people. Its clones are the same tray.
#[derive(Clone, Default)]
pub struct TelegramTray(Arc<Shared>);

#[derive(Default)]
struct Shared {
    inside: Mutex<Inside>,
    happened: Notify,
    said: Notify,
}

#[derive(Default)]
struct Inside {
    chats: BTreeMap<i64, TrayChat>,
    updates: VecDeque<Update>,
    last_update: i64,
    last_press: i64,
    /// Presses that were not answered yet: the number, and whose chat it was in.
    presses: VecDeque<(String, i64)>,
    commands: BTreeMap<String, Vec<Command>>,
    opened: i64,
    fault: Option<TelegramError>,
}

/// A private chat, as the person sees it. It has no `Debug`.
#[derive(Clone)]
pub struct TrayChat {
    /// Who talks with the bot.
    pub person: Sender,
    /// Whether they have blocked it.
    pub blocked: bool,
    /// What was said, the oldest first: at most the last 500.
    pub messages: Vec<TrayMessage>,
    /// What presses were answered with, the oldest first: at most the last 500.
    pub answers: Vec<CallbackAnswer>,
    last_message: i64,
    opened: i64,
}

/// One message of a chat.
#[derive(Clone)]
pub struct TrayMessage {
    /// Its number in the chat.
    pub id: MessageId,
    /// Whether the bot said it.
    pub from_bot: bool,
    /// What stands there now.
    pub text: String,
    /// The buttons below it now.
    pub buttons: Vec<Vec<Button>>,
    /// What stood there before it was edited, the oldest first.
    pub earlier: Vec<Message>,
}

/// What the press of a button was answered with.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The press, as [`TelegramTray::press`] told it.
    pub id: String,
    /// What is shown to the person; often nothing.
    pub text: Option<String>,
    /// Whether it has to be closed.
    pub alert: bool,
}

/// What the bot can do: see [`super::Bot`].
impl TelegramTray {
    /// The name of its bot, without `@`.
    pub const BOT: &'static str = "countersign_demo_bot";

    pub(crate) fn probe(&self) -> Probe {
        let result = self.inside().map(|_| ()).map_err(|fault| fault.to_string());
        Probe { server: NAME.to_owned(), result }
    }

    pub(crate) fn me(&self) -> Result<BotName, TelegramError> {
        self.inside().map(|_| BotName { id: 1, username: Self::BOT.to_owned() })
    }

    pub(crate) async fn updates(&self, offset: i64, wait: Duration) -> Result<Vec<Update>, TelegramError> {
        let coming = async {
            loop {
                // Before the look, so that nothing happens unseen between look and wait.
                let happened = self.0.happened.notified();
                let found = self.waiting_updates(offset)?;
                if !found.is_empty() {
                    return Ok(found);
                }
                happened.await;
            }
        };
        match tokio::time::timeout(wait, coming).await {
            Ok(found) => found,
            Err(_) => self.waiting_updates(offset),
        }
    }

    fn waiting_updates(&self, offset: i64) -> Result<Vec<Update>, TelegramError> {
        let mut inside = self.inside()?;
        if offset <= inside.last_update + FAR {
            inside.updates.retain(|update| update.update_id() >= offset);
        }
        Ok(inside.updates.iter().take(100).cloned().collect())
    }

    pub(crate) fn send(&self, chat: i64, message: &Message) -> Result<MessageId, TelegramError> {
        let mut inside = self.inside()?;
        let chat = inside.open(chat)?;
        let id = chat.say(true, message.text.as_str().to_owned(), message.buttons.clone());
        self.0.said.notify_waiters();
        Ok(id)
    }

    pub(crate) fn edit(&self, chat: i64, id: MessageId, message: &Message) -> Result<(), TelegramError> {
        let mut inside = self.inside()?;
        let chat = inside.open(chat)?;
        let there = chat.messages.iter_mut().find(|one| one.id == id && one.from_bot);
        let there = there.ok_or(TelegramError::TooOld)?;
        if there.text == message.text.as_str() && there.buttons == message.buttons {
            return Err(TelegramError::NotModified);
        }
        let text = std::mem::replace(&mut there.text, message.text.as_str().to_owned());
        let buttons = std::mem::replace(&mut there.buttons, message.buttons.clone());
        if let Ok(text) = super::Text::new(text) {
            there.earlier.push(Message { text, buttons });
        }
        self.0.said.notify_waiters();
        Ok(())
    }

    pub(crate) fn answer_callback(
        &self,
        id: &str,
        text: Option<&str>,
        alert: bool,
    ) -> Result<(), TelegramError> {
        let mut inside = self.inside()?;
        let at = inside.presses.iter().position(|(press, _)| press == id).ok_or(TelegramError::TooOld)?;
        let press = inside.presses.remove(at);
        if let Some(chat) = press.and_then(|(_, chat)| inside.chats.get_mut(&chat)) {
            let text = text.filter(|text| !text.is_empty()).map(str::to_owned);
            keep(&mut chat.answers, CallbackAnswer { id: id.to_owned(), text, alert });
        }
        self.0.said.notify_waiters();
        Ok(())
    }

    pub(crate) fn set_commands(
        &self,
        language: Option<&str>,
        commands: &[Command],
    ) -> Result<(), TelegramError> {
        let language = language.unwrap_or_default().to_owned();
        self.inside()?.commands.insert(language, commands.to_vec());
        Ok(())
    }

    fn inside(&self) -> Result<MutexGuard<'_, Inside>, TelegramError> {
        let inside = self.look();
        inside.fault.map_or(Ok(inside), Err)
    }

    // Nothing in here can panic half-way, so a poisoned lock still guards whole chats.
    fn look(&self) -> MutexGuard<'_, Inside> {
        self.0.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What people do.
impl TelegramTray {
    /// No chats.
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody writes to the bot, as with `/start` and what stood in the link. `date` is in seconds since 1970. A bot that
    /// they had blocked is let in again, as an app does before anybody can write.
    pub fn write(&self, person: &Sender, text: &str, date: i64) -> MessageId {
        if self.look().chats.get(&person.id).is_some_and(|chat| chat.blocked) {
            self.block(person.id, false);
        }
        let mut inside = self.look();
        let chat = inside.chat_of(person);
        let id = chat.say(false, text.to_owned(), Vec::new());
        let (from, text) = (Some(person.clone()), Some(text.to_owned()));
        let chat = private(person.id);
        inside.add(|update_id| Update::Message { update_id, chat, from, text, date });
        drop(inside);
        self.0.happened.notify_waiters();
        id
    }

    /// Somebody presses a button in their chat. Tells what names the press in its answer; nothing, where there is no
    /// such button (any more).
    pub fn press(&self, person: i64, message: MessageId, data: &CallbackData) -> Option<String> {
        let mut inside = self.look();
        let chat = inside.chats.get(&person)?;
        let there = chat.messages.iter().find(|one| one.id == message)?;
        there.buttons.iter().flatten().find(|button| button.data == *data)?;
        let from = chat.person.clone();
        let id = inside.pressed(from, Some(message), data.clone());
        drop(inside);
        self.0.happened.notify_waiters();
        Some(id)
    }

    /// Somebody claims to have pressed a button that nobody showed them.
    pub fn forge_press(&self, person: &Sender, message: Option<MessageId>, data: &CallbackData) -> String {
        let id = self.look().pressed(person.clone(), message, data.clone());
        self.0.happened.notify_waiters();
        id
    }

    /// Somebody blocks the bot, or lets it write again.
    pub fn block(&self, person: i64, blocked: bool) {
        let mut inside = self.look();
        let Some(chat) = inside.chats.get_mut(&person) else { return };
        chat.blocked = blocked;
        let (from, chat) = (chat.person.clone(), private(person));
        inside.add(|update_id| Update::Membership { update_id, chat, from, blocked });
        drop(inside);
        self.0.happened.notify_waiters();
    }

    /// Puts any update into the bot's queue, given its number: from a group, from a bot, an odd one.
    pub fn queue(&self, update: impl FnOnce(i64) -> Update) -> i64 {
        let update_id = self.look().add(update);
        self.0.happened.notify_waiters();
        update_id
    }

    /// Waits until the bot says, edits or answers something after this moment, also before the first look at it.
    pub fn said(&self) -> impl Future<Output = ()> + '_ {
        self.0.said.notified()
    }

    /// The chat with somebody, once they wrote.
    pub fn chat(&self, person: i64) -> Option<TrayChat> {
        self.look().chats.get(&person).cloned()
    }

    /// All chats, the one opened last first.
    pub fn chats(&self) -> Vec<TrayChat> {
        let mut chats: Vec<_> = self.look().chats.values().cloned().collect();
        chats.sort_by_key(|chat| std::cmp::Reverse(chat.opened));
        chats
    }

    /// What the bot lists in its menu for people of this language; `None`: for everybody else.
    pub fn commands(&self, language: Option<&str>) -> Vec<Command> {
        self.look().commands.get(language.unwrap_or_default()).cloned().unwrap_or_default()
    }

    /// Makes everything the bot does fail like this, or work again.
    pub fn set_failing(&self, fault: Option<TelegramError>) {
        self.look().fault = fault;
        self.0.happened.notify_waiters();
    }

    /// Forgets all chats and updates. Numbers go on.
    pub fn clear(&self) {
        let mut inside = self.look();
        inside.chats.clear();
        inside.updates.clear();
        inside.presses.clear();
    }
}

impl Inside {
    fn open(&mut self, chat: i64) -> Result<&mut TrayChat, TelegramError> {
        match self.chats.get_mut(&chat) {
            None => Err(TelegramError::ChatNotFound),
            Some(chat) if chat.blocked => Err(TelegramError::BlockedByPerson),
            Some(chat) => Ok(chat),
        }
    }

    fn chat_of(&mut self, person: &Sender) -> &mut TrayChat {
        if !self.chats.contains_key(&person.id) && self.chats.len() == MOST_CHATS {
            let oldest = self.chats.iter().min_by_key(|(_, chat)| chat.opened).map(|(id, _)| *id);
            oldest.and_then(|id| self.chats.remove(&id));
        }
        self.opened += 1;
        let opened = self.opened;
        let chat = self.chats.entry(person.id).or_insert_with(|| TrayChat {
            person: person.clone(),
            blocked: false,
            messages: Vec::new(),
            answers: Vec::new(),
            last_message: 0,
            opened,
        });
        chat.person.clone_from(person);
        chat
    }

    fn add(&mut self, update: impl FnOnce(i64) -> Update) -> i64 {
        self.last_update += 1;
        if self.updates.len() == MOST {
            self.updates.pop_front();
        }
        self.updates.push_back(update(self.last_update));
        self.last_update
    }

    fn pressed(&mut self, from: Sender, message_id: Option<MessageId>, data: CallbackData) -> String {
        self.last_press += 1;
        let id = self.last_press.to_string();
        let chat = Some(private(from.id));
        if self.presses.len() == MOST {
            self.presses.pop_front();
        }
        self.presses.push_back((id.clone(), from.id));
        let told = id.clone();
        self.add(|update_id| Update::Callback { update_id, id, from, chat, message_id, data });
        told
    }
}

impl TrayChat {
    fn say(&mut self, from_bot: bool, text: String, buttons: Vec<Vec<Button>>) -> MessageId {
        self.last_message += 1;
        let id = MessageId(self.last_message);
        keep(&mut self.messages, TrayMessage { id, from_bot, text, buttons, earlier: Vec::new() });
        id
    }
}

fn keep<T>(list: &mut Vec<T>, one: T) {
    if list.len() == MOST {
        list.remove(0);
    }
    list.push(one);
}

const fn private(id: i64) -> Chat {
    Chat { id, private: true }
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    fn ada() -> Sender {
        Sender { id: 77, is_bot: false, first_name: "Ada".to_owned(), username: None, language_code: None }
    }

    fn data(text: &str) -> CallbackData {
        CallbackData::parse(text).unwrap()
    }

    fn message(text: &str, buttons: &[&str]) -> Message {
        let button = |one: &&str| Button { label: (*one).to_owned(), data: data(one) };
        Message { text: Text::new(text).unwrap(), buttons: vec![buttons.iter().map(button).collect()] }
    }

    #[tokio::test]
    async fn a_question_is_asked_answered_and_closed() {
        let tray = TelegramTray::new();
        let question = message("Is it you?", &["yes", "no"]);
        assert_eq!(tray.send(77, &question), Err(TelegramError::ChatNotFound));
        tray.write(&ada(), "/start abc", 9);
        let [Update::Message { update_id: 1, text, date: 9, .. }] =
            &tray.updates(0, Duration::ZERO).await.unwrap()[..]
        else {
            panic!("a message");
        };
        assert_eq!(text.as_deref(), Some("/start abc"));
        let id = tray.send(77, &question).unwrap();
        assert!(tray.press(77, id, &data("maybe")).is_none());
        let press = tray.press(77, id, &data("yes")).unwrap();
        let [Update::Callback { update_id: 2, id: told, message_id, .. }] =
            &tray.updates(2, Duration::ZERO).await.unwrap()[..]
        else {
            panic!("a press");
        };
        assert_eq!((told, *message_id), (&press, Some(id)));
        assert_eq!(tray.answer_callback(&press, Some("Done"), false), Ok(()));
        assert_eq!(tray.answer_callback(&press, None, false), Err(TelegramError::TooOld));
        let done = Message::plain(Text::new("It was you.").unwrap());
        assert_eq!(tray.edit(77, id, &done), Ok(()));
        assert_eq!(tray.edit(77, id, &done), Err(TelegramError::NotModified));
        assert_eq!(tray.edit(77, MessageId(99), &done), Err(TelegramError::TooOld));
        assert!(tray.press(77, id, &data("yes")).is_none());
        let chat = tray.chat(77).unwrap();
        let said: Vec<_> = chat.messages.iter().map(|one| (one.from_bot, one.text.as_str())).collect();
        assert_eq!(said, [(false, "/start abc"), (true, "It was you.")]);
        assert!(chat.messages[1].buttons.is_empty() && chat.messages[1].earlier[0] == question);
        assert_eq!(chat.answers[0].text.as_deref(), Some("Done"));
    }

    #[tokio::test]
    async fn whoever_waits_for_the_bot_is_told() {
        let tray = TelegramTray::new();
        tray.write(&ada(), "/start", 9);
        let said = tray.said();
        tray.send(77, &message("a", &[])).unwrap();
        said.await;
        let silence = tray.said();
        tray.write(&ada(), "hello", 9);
        assert!(tokio::time::timeout(Duration::from_millis(1), silence).await.is_err());
    }

    #[tokio::test]
    async fn whoever_blocks_the_bot_hears_nothing_until_they_write() {
        let tray = TelegramTray::new();
        tray.write(&ada(), "/start", 9);
        tray.block(77, true);
        assert_eq!(tray.send(77, &message("a", &[])), Err(TelegramError::BlockedByPerson));
        tray.write(&ada(), "/start", 9);
        assert!(tray.send(77, &message("a", &[])).is_ok());
        let kinds: Vec<_> = tray.updates(2, Duration::ZERO).await.unwrap();
        assert!(matches!(
            &kinds[..],
            [
                Update::Membership { blocked: true, .. },
                Update::Membership { blocked: false, .. },
                Update::Message { .. }
            ]
        ));
    }

    #[tokio::test]
    async fn updates_are_waited_for_and_come_until_they_are_handled() {
        let tray = TelegramTray::new();
        let other = tray.clone();
        let waiting = tokio::spawn(async move { other.updates(0, Duration::from_hours(1)).await });
        tokio::task::yield_now().await;
        let number = tray.queue(|update_id| Update::Odd { update_id });
        assert_eq!(waiting.await.unwrap().unwrap().len(), 1);
        assert_eq!(tray.updates(number, Duration::ZERO).await.unwrap().len(), 1);
        assert_eq!(tray.updates(number + 1000, Duration::ZERO).await.unwrap().len(), 1);
        assert!(tray.updates(number + 1, Duration::ZERO).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_failing_tray_fails_as_it_is_told_to() {
        let tray = TelegramTray::new();
        tray.write(&ada(), "/start", 9);
        let fault = TelegramError::TooManyRequests { retry_after: Duration::from_secs(3) };
        tray.set_failing(Some(fault));
        assert_eq!(tray.send(77, &message("a", &[])), Err(fault));
        assert_eq!(tray.updates(0, Duration::from_hours(1)).await, Err(fault));
        assert_eq!(tray.probe().result, Err("Telegram wants 3 seconds of silence".to_owned()));
        tray.set_failing(None);
        assert!(tray.send(77, &message("a", &[])).is_ok());
    }

    #[test]
    fn trays_do_not_grow_for_ever() {
        let tray = TelegramTray::new();
        for _ in 0..=MOST {
            tray.write(&ada(), "again", 9);
        }
        assert_eq!(tray.chat(77).unwrap().messages.len(), MOST);
        for id in 0..i64::try_from(MOST_CHATS).unwrap() {
            tray.write(&Sender { id: 1000 + id, ..ada() }, "hello", 9);
        }
        assert_eq!(tray.chats().len(), MOST_CHATS);
        assert!(tray.chat(77).is_none());
    }
}
