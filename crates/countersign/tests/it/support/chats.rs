//! Chats with the bot: what it was given to say, read in the worker's place, and people who write and press buttons.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use countersign::flow::dispatch::{Body, Prompt, PromptEnd, Saying};
use countersign::flow::reach::Reach;
use countersign::flow::second_step;
use countersign::flow::telegram::inbox::{self, Chat, Happened, Incoming, Sender};
use countersign::flow::telegram::link::{self, Confirmation, Started};
use countersign::flow::telegram::view::{TelegramStep, Wait};
use countersign_core::audit::Actor;
use countersign_core::factor::telegram::Press;
use countersign_core::secret::Token;
use countersign_store::dispatch::{self, Channel, DispatchState, End};
use countersign_store::telegram_prompt;

use super::{Client, Kind, Options, TestApp, Told};
use countersign_core::preset::Preset;

/// Something that the bot has said in a chat.
pub(crate) struct Said {
    pub(crate) chat: i64,
    /// The number of the message in the chat.
    pub(crate) message: i64,
    pub(crate) body: Body,
}

impl Said {
    pub(crate) fn prompt(&self) -> Option<&Prompt> {
        if let Body::Prompt(prompt) = &self.body { Some(prompt) } else { None }
    }

    /// The data of the button that says this.
    pub(crate) fn button(&self, press: Press) -> String {
        let buttons = &self.prompt().expect("a question").buttons;
        buttons.iter().find(|button| button.press == press).expect("a button").data.clone()
    }

    /// The numbers on its buttons, in their order.
    pub(crate) fn numbers(&self) -> Vec<u8> {
        let presses = self.prompt().expect("a question").buttons.iter().map(|button| button.press);
        presses
            .filter_map(|press| if let Press::Number(number) = press { Some(number) } else { None })
            .collect()
    }
}

/// A bot, and phones as [`super::reach`] has them.
pub(crate) fn chat_reach() -> Reach {
    let mut reach = super::reach();
    reach.telegram = Some("example_bot".to_owned());
    reach
}

/// Whoever has this number.
pub(crate) fn sender(who: i64) -> Sender {
    Sender {
        id: who,
        is_bot: false,
        name: format!("Kim {}", who % 1000),
        username: Some(format!("kim{}", who % 1000)),
        language: Some("de-AT".to_owned()),
    }
}

/// The number of the next update.
pub(crate) fn next_update() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(1000);
    LAST.fetch_add(1, Ordering::Relaxed)
}

impl TestApp {
    /// Preset messenger, with a bot and phones.
    pub(crate) async fn messenger(kind: Kind) -> Self {
        let reach = Some(chat_reach());
        Self::with(Options { kind, preset: Preset::Messenger, reach, ..Options::default() }).await
    }

    /// Says what waits to be said, as the worker does, and returns it, the oldest first.
    pub(crate) async fn chats(&self) -> Vec<Said> {
        let data = (Arc::clone(&self.app.deps.keys), self.now());
        let job = self.app.deps.store.write(data, |tx, (keys, now)| {
            Box::pin(async move {
                let until = now.plus(Duration::from_mins(1));
                let mut claimed = dispatch::claim(tx, keys, Channel::Telegram, *now, until, 1000).await?;
                claimed.sort_by_key(|claimed| claimed.row.id);
                let mut said = Vec::new();
                for claimed in claimed {
                    let message = next_update();
                    let end =
                        End { state: DispatchState::Sent, outcome: "sent", route: None, remote_id: None };
                    assert!(dispatch::end(tx, claimed.row.id, &end, *now).await?);
                    let body = Body::from_bytes(&claimed.body.unwrap()).unwrap();
                    if let (Some(prompt), Body::Prompt(_)) = (claimed.row.prompt_id, &body) {
                        telegram_prompt::set_message(tx, prompt, message).await?;
                    }
                    let (chat, message) = match &body {
                        Body::Prompt(prompt) => (prompt.chat, message),
                        Body::PromptEdit(edit) => (edit.chat, edit.message),
                        Body::BotText(text) => (text.chat, message),
                        Body::Call(_) | Body::Sms(_) => panic!("a body for a phone"),
                    };
                    said.push(Said { chat, message, body });
                }
                Ok(said)
            })
        });
        job.await.unwrap()
    }

    /// The questions among what waits to be said.
    pub(crate) async fn prompts(&self) -> Vec<Said> {
        self.chats().await.into_iter().filter(|said| said.prompt().is_some()).collect()
    }

    /// What has become of questions, by chat, among what waits to be said.
    pub(crate) async fn edits(&self) -> Vec<(i64, PromptEnd)> {
        let mut edits: Vec<_> = self
            .chats()
            .await
            .iter()
            .filter_map(|said| {
                if let Body::PromptEdit(edit) = &said.body { Some((said.chat, edit.end)) } else { None }
            })
            .collect();
        edits.sort_by_key(|edit| edit.0);
        edits
    }

    /// What else the bot says, by chat, among what waits to be said.
    pub(crate) async fn sayings(&self) -> Vec<(i64, Saying)> {
        let said = self.chats().await;
        let text = |said: &Said| {
            if let Body::BotText(text) = &said.body { Some((said.chat, text.saying)) } else { None }
        };
        said.iter().filter_map(text).collect()
    }

    /// Brings an update under this number; what a pressed button is answered with, by its text's key.
    pub(crate) async fn hears_as(&self, update: i64, what: Happened) -> Option<&'static str> {
        let call = self.app.call(Actor::System, "telegram");
        let incoming = Incoming { bot: "1".to_owned(), update, what };
        inbox::take(&call, incoming).await.unwrap().map(|toast| toast.text.key)
    }

    /// Somebody writes to the bot.
    pub(crate) async fn writes(&self, who: i64, text: &str) {
        let chat = Chat { id: who, private: true };
        let what = Happened::Wrote { chat, from: Some(sender(who)), text: Some(text.to_owned()) };
        assert_eq!(self.hears_as(next_update(), what).await, None);
    }

    /// Somebody presses a button in their chat, or claims to.
    pub(crate) async fn presses(&self, who: i64, message: i64, data: &str) -> &'static str {
        self.hears_as(next_update(), pressed(who, message, data)).await.expect("an answer")
    }

    /// Somebody blocks the bot, or lets it in again.
    pub(crate) async fn blocks(&self, who: i64, blocked: bool) {
        let chat = Chat { id: who, private: true };
        let what = Happened::Membership { chat, from: sender(who), blocked };
        assert_eq!(self.hears_as(next_update(), what).await, None);
    }

    /// Somebody to whom these Telegram accounts are linked, and nothing else.
    pub(crate) async fn with_telegram(&self, people: &[i64]) -> Client<'_> {
        let mut client = self.client().await;
        for who in people {
            client.link_telegram(*who).await;
        }
        self.letters().await;
        client
    }
}

/// A pressed button, as an update.
pub(crate) fn pressed(who: i64, message: i64, data: &str) -> Happened {
    let chat = Some(Chat { id: who, private: true });
    Happened::Pressed { from: sender(who), chat, message: Some(message), data: data.to_owned() }
}

/// The token in the address of a linking.
pub(crate) fn token_of(started: &Started) -> String {
    started.address.rsplit('=').next().unwrap().to_owned()
}

impl Client<'_> {
    /// Goes on under another session token.
    pub(crate) async fn take_session(&mut self, token: &Token) {
        self.browser.set_cookie("sid", &token.reveal());
        self.get("/session").await.is(200);
    }

    /// Begins to link a Telegram account.
    pub(crate) async fn start_link(&self) -> Started {
        link::start(&self.flow(), &self.me().await).await.unwrap()
    }

    /// Types the code of a linking.
    pub(crate) async fn confirm_link(&self, code: &str) -> Confirmation {
        link::confirm(&self.flow(), &self.me().await, code).await.unwrap()
    }

    /// Links a Telegram account, from the address to the code.
    pub(crate) async fn link_telegram(&mut self, who: i64) {
        let app = self.browser.app;
        // The newest linking of a session is the one that counts: no two begin at one moment.
        app.turn(Duration::from_secs(1));
        let started = self.start_link().await;
        app.chats().await;
        app.writes(who, &format!("/start {}", token_of(&started))).await;
        let code = code_of(&app.chats().await).expect("a code in the chat");
        let Confirmation::Done { session, .. } = self.confirm_link(&code).await else { panic!("linked") };
        self.take_session(&session).await;
        app.chats().await;
    }

    /// The first step; nothing else is signed in.
    pub(crate) async fn asked(&self) -> Self {
        let mut one = self.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["state"], "challenge");
        one
    }

    /// Telegram's part of the second step.
    pub(crate) async fn telegram_step(&self) -> TelegramStep {
        let view = second_step::view(&self.flow(), &self.token("challenge").unwrap()).await.unwrap();
        view.telegram.expect("telegram on offer")
    }

    /// What the browser shows while Telegram asks.
    pub(crate) async fn shown(&self) -> String {
        self.telegram_step().await.asked.expect("a question").shown.as_str().to_owned()
    }

    /// The button with the number that the browser shows.
    pub(crate) async fn right_button(&self, said: &Said) -> String {
        said.button(Press::Number(self.shown().await.parse().unwrap()))
    }

    /// What the waiting page is told.
    pub(crate) async fn waits(&self) -> Wait {
        second_step::wait(&self.flow(), &self.token("challenge").unwrap()).await.unwrap().wait
    }

    /// Goes on without a code, as the waiting page does.
    pub(crate) async fn goes_on(&mut self) -> Told {
        self.answer_by("telegram", "").await
    }
}

/// The code that links, in what the bot said.
pub(crate) fn code_of(said: &[Said]) -> Option<String> {
    said.iter().find_map(|said| {
        if let Body::BotText(text) = &said.body {
            text.code.as_ref().map(|code| code.to_string())
        } else {
            None
        }
    })
}
