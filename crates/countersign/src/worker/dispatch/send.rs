//! One Telegram message, call or SMS: put into words, handed over once, and what became of it written down.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::dispatch::{Body, CallBody, SmsBody};
use countersign_core::keys::SealError;
use countersign_core::time::Timestamp;
use countersign_courier::Secret;
use countersign_courier::sip::{Call, CallOutcome};
use countersign_courier::sms::{Sms, parts};
use countersign_courier::telegram::{Button, CallbackData, Message, MessageId, Text};
use countersign_store::dispatch::{Claimed, DispatchRow, DispatchState};
use tokio::sync::{Notify, oneshot};

use super::fate::{ended, later, of_call, of_chat, of_sms};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::dispatch::{self, Ending};
use crate::letters::telegram::{Chat, ChatMessage};
use crate::letters::{LetterStyle, sms as sms_words};
use crate::observe::metrics;
use crate::worker::call;

/// How often it is tried to write down what became of something, and how long after the first time.
const TRIES: u32 = 5;
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// What a dispatch's fate tells of its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lesson {
    /// The other side takes what comes.
    Taken,
    /// It asked for silence.
    Slower,
    /// Nothing.
    None,
}

/// Sends one dispatch.
pub(super) struct Delivery {
    pub app: Arc<App>,
    pub style: Arc<LetterStyle>,
    /// Told when nobody needs the call any more.
    pub done: Arc<Notify>,
}

impl Delivery {
    /// Takes a claimed dispatch to its end, or puts it off. A panic in here ends nothing but the try.
    pub(super) async fn deliver(self, claimed: Claimed) -> Lesson {
        let Claimed { row, body } = claimed;
        let app = Arc::clone(&self.app);
        let now = app.clock.now();
        let ending = match body.as_deref().map(|bytes| Body::from_bytes(bytes)) {
            Ok(Some(body)) => {
                let attempted = row.clone();
                let attempt = tokio::spawn(async move { self.attempt(&attempted, &body).await });
                attempt.await.unwrap_or_else(|_| {
                    metrics::panicked();
                    // Of a call or an SMS nobody knows now how far it came.
                    ended(DispatchState::Unknown, "panicked")
                })
            }
            Ok(None) | Err(SealError::Broken) => ended(DispatchState::Failed, "broken"),
            // Another replica may have the key, or this one after its next start. Nothing was handed over.
            Err(SealError::UnknownKey(_)) => later(&row, now, &*app.deps.entropy, "key-missing"),
        };
        tell(&row, &ending);
        let lesson = match &ending {
            Ending::Later { outcome: "throttled", .. } => Lesson::Slower,
            Ending::Ended { state: DispatchState::Sent | DispatchState::Delivered, .. } => Lesson::Taken,
            _ => Lesson::None,
        };
        write_down(&app, &row, &ending).await;
        lesson
    }

    async fn attempt(&self, row: &DispatchRow, body: &Body) -> Ending {
        let default = self.app.settings.default_language;
        match body {
            Body::Prompt(prompt) => {
                let words = Chat::new(&self.style, &prompt.language, default).prompt(prompt);
                self.say(row, prompt.chat, None, words).await
            }
            Body::PromptEdit(edit) => {
                let words = Chat::new(&self.style, &edit.language, default).edit(edit);
                self.say(row, edit.chat, Some(edit.message), words).await
            }
            Body::BotText(text) => {
                let words = Chat::new(&self.style, &text.language, default).text(text);
                self.say(row, text.chat, None, words).await
            }
            Body::Call(body) => self.ring(row, body).await,
            Body::Sms(body) => self.write(row, body).await,
        }
    }

    /// Says something in a chat, or in the place of what was said there.
    async fn say(&self, row: &DispatchRow, chat: i64, edited: Option<i64>, words: ChatMessage) -> Ending {
        let Some(message) = message(words) else { return ended(DispatchState::Failed, "unfit") };
        let messenger = &self.app.messenger;
        let sent = match edited {
            Some(id) => messenger.edit(chat, MessageId(id), &message).await.map(|()| None),
            None => messenger.send(chat, &message).await.map(|id| Some(id.0)),
        };
        of_chat(sent, chat, row, self.app.clock.now(), &*self.app.deps.entropy)
    }

    async fn ring(&self, row: &DispatchRow, body: &CallBody) -> Ending {
        let (rings, rung) = oneshot::channel();
        let ringing = async {
            // It is not heard where the phone never rings.
            if rung.await.is_ok()
                && let Err(error) = dispatch::ringing(&call(&self.app, "dispatch"), row.id).await
            {
                tracing::warn!(dispatch = %row.id, %error, "that a phone rings was not written down");
            }
        };
        let wanted = Call { to: &body.to, from: &body.from };
        let on_ringing = move || {
            // Whoever listens has gone only where the call has.
            let _ = rings.send(());
        };
        let calling = self.app.phones.calls.ring_until(wanted, on_ringing, self.done.notified());
        let (result, ()) = tokio::join!(calling, ringing);
        for (trunk, outcome) in &result.passed_over {
            tracing::warn!(dispatch = %row.id, trunk, ?outcome, "a trunk did not take a call");
        }
        if let CallOutcome::Rang { alert_ms, .. } = result.outcome {
            metrics::call_alerted(Duration::from_millis(alert_ms));
        }
        of_call(result)
    }

    async fn write(&self, row: &DispatchRow, body: &SmsBody) -> Ending {
        let now = self.app.clock.now();
        let entropy = &*self.app.deps.entropy;
        let Ok(way) = self.app.phones.sms.open().await else {
            return ended(DispatchState::Failed, "no-route");
        };
        let [long, short] = sms_words::texts(body, self.app.settings.default_language);
        let text = if parts(&long).is_ok() { long } else { short };
        let text = Secret::new(text.to_string());
        // The row is over as soon as the next code may be asked for; what the network has taken is good for as long as the code.
        let valid_for = Timestamp::from_millis(body.until).since(now);
        let result = way.send(Sms { to: &body.to, text: &text, valid_for }).await;
        of_sms(result.outcome, result.route, row, self.app.clock.now(), entropy)
    }
}

/// The words as the bot says them. `None`: they are too long, which no text of ours is.
fn message(words: ChatMessage) -> Option<Message> {
    let ChatMessage { text, bold, code, buttons } = words;
    let mut text = Text::new(text.as_str()).ok()?;
    if let Some(bold) = bold {
        text = text.bold(&bold);
    }
    if let Some(code) = code {
        text = text.code(&code);
    }
    let row = |row: Vec<(String, String)>| {
        row.into_iter()
            .map(|(label, data)| Some(Button { label, data: CallbackData::parse(&data)? }))
            .collect::<Option<Vec<_>>>()
    };
    Some(Message { text, buttons: buttons.into_iter().map(row).collect::<Option<Vec<_>>>()? })
}

/// One line and one figure. Neither numbers nor what is said are in them.
fn tell(row: &DispatchRow, ending: &Ending) {
    let (channel, kind, outcome) = (row.channel.as_str(), row.kind.as_str(), ending.outcome());
    metrics::dispatch(channel, outcome);
    let route = if let Ending::Ended { route, .. } = ending { route.as_deref() } else { None };
    let attempts = row.attempts + 1;
    match ending {
        Ending::Ended { state: DispatchState::Sent | DispatchState::Delivered, .. } => tracing::info!(
            dispatch = %row.id, channel, kind, outcome, route, attempts, "a Telegram message, a call or an SMS went out"
        ),
        Ending::Ended { .. } | Ending::Blocked { .. } => tracing::warn!(
            dispatch = %row.id, channel, kind, outcome, route, attempts, "a Telegram message, a call or an SMS did not get there"
        ),
        Ending::Later { .. } => tracing::info!(
            dispatch = %row.id, channel, kind, outcome, attempts, "a Telegram message or an SMS is tried again"
        ),
    }
}

/// Writes down what became of it. Where that fails to the end, the claim is over some time: a Telegram message is sent again
/// then, and a call or an SMS is told as lost.
async fn write_down(app: &App, row: &DispatchRow, ending: &Ending) {
    let mut pause = TRY_AGAIN;
    for attempt in 1..=TRIES {
        let written = dispatch::outcome(&call(app, "dispatch"), row, ending.clone()).await;
        let Err(error) = written else { return };
        if attempt == TRIES || !matches!(error, FlowError::Unavailable(_)) {
            let channel = row.channel.as_str();
            tracing::error!(dispatch = %row.id, channel, %error, "what became of it was not written down");
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}
