//! Reading what happens in chats with the bot: one replica asks for updates, or Telegram posts them to the webhook.
//!
//! How far they were read stands in the database and goes on with whichever replica has the lease. An update that could not be
//! acted on is read again, but not for ever; one that was is spent.

use std::sync::Arc;
use std::time::Duration;

use countersign_courier::telegram::{Bot, Command, Messenger, TelegramError, Update};
use countersign_store::telegram_cursor::TelegramCursor;
use countersign_store::{StoreError, lease, telegram_cursor};
use data_encoding::HEXLOWER;
use tokio::sync::watch;

use super::call;
use crate::app::App;
use crate::config::TelegramSettings;
use crate::flow::FlowError;
use crate::language::Language;
use crate::letters::telegram::commands;
use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// The lease of whoever reads.
const LEASE: &str = "telegram";
/// How long it lasts: longer than asking for updates takes.
const LEASE_LASTS: Duration = Duration::from_mins(1);
/// How long whoever acts on updates goes on before extending it. Acting on one takes 20 seconds at most.
const RENEW_AFTER: Duration = Duration::from_secs(10);
/// How long one request waits for something to happen. A second replica of the same bot would break it off.
const WAIT: Duration = Duration::from_secs(25);
/// How long whoever has no lease waits for it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a fault rests: what Telegram or the database could not do.
const REST: Duration = Duration::from_secs(3);
/// How often it is looked whether the webhook is set, and how long after a failure the bot's commands are listed again.
const HOOK_EVERY: Duration = Duration::from_mins(5);
/// After how long without updates reading begins anew. Telegram keeps them for a day, and counts afresh after a week without
/// any (Bot API, `Update`); what was acted on before is spent.
const SILENCE: Duration = Duration::from_hours(36);
/// How often an update is tried that cannot be acted on though the database answers. Those behind it wait as long.
const TRIES: u32 = 5;

/// Why a turn came to nothing.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Telegram(#[from] TelegramError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Flow(#[from] FlowError),
    #[error("acting on an update panicked")]
    Panicked,
}

/// The loop that reads.
pub(super) struct TelegramLoop {
    app: Arc<App>,
    holder: String,
    uptime: Stopwatch,
    /// Whether no webhook stands in the way of asking.
    is_cleared: bool,
    /// When the webhook is looked after again.
    hook_due: Duration,
    /// When the bot's commands are listed; `None`: they are.
    commands_due: Option<Duration>,
    /// The update that could not be acted on, and how often that was tried.
    stuck: Option<(i64, u32)>,
    /// Whether the last turn came to nothing.
    is_troubled: bool,
}

/// What one look at the lease works with.
struct Turn {
    holder: String,
    now: countersign_core::time::Timestamp,
}

impl TelegramLoop {
    pub(super) fn new(app: Arc<App>) -> Self {
        let mut holder = [0; 16];
        app.deps.entropy.fill(&mut holder);
        Self {
            app,
            holder: HEXLOWER.encode(&holder),
            uptime: Stopwatch::start(),
            is_cleared: false,
            hook_due: Duration::ZERO,
            commands_due: Some(Duration::ZERO),
            stuck: None,
            is_troubled: false,
        }
    }

    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        if !self.app.messenger.is_on() {
            return;
        }
        while !*stopped.borrow_and_update() {
            let pause = tokio::select! {
                pause = self.turn() => pause,
                _ = stopped.changed() => break,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stopped.changed() => break,
            }
        }
        let job = self.app.deps.store.write(self.lease(), |tx, turn| {
            Box::pin(async move { lease::release(tx, LEASE, &turn.holder).await })
        });
        if let Err(error) = job.await {
            tracing::warn!(%error, "the lease for Telegram's updates was not given back; it ends by itself");
        }
    }

    /// Acts on what has happened up to now.
    pub(super) async fn once(mut self) {
        if let Err(error) = self.read(Duration::ZERO).await {
            tracing::warn!(%error, "Telegram's updates were not read");
        }
    }

    fn lease(&self) -> Turn {
        Turn { holder: self.holder.clone(), now: self.app.clock.now() }
    }

    /// One turn; then how long to rest.
    async fn turn(&mut self) -> Duration {
        match self.work().await {
            Ok(pause) => {
                if self.is_troubled {
                    tracing::info!("Telegram's updates are read again");
                }
                self.is_troubled = false;
                pause
            }
            Err(trouble) => {
                if !self.is_troubled {
                    tracing::error!(error = %trouble, "Telegram's updates cannot be read; it is tried again");
                }
                self.is_troubled = true;
                self.is_cleared = false;
                match trouble {
                    Trouble::Telegram(TelegramError::TooManyRequests { retry_after }) => retry_after,
                    _ => REST,
                }
            }
        }
    }

    async fn work(&mut self) -> Result<Duration, Trouble> {
        if !self.take_lease().await? {
            self.is_cleared = false;
            return Ok(LOOK_EVERY);
        }
        self.list_commands().await;
        let app = Arc::clone(&self.app);
        let has_webhook = app.settings.telegram.as_ref().is_some_and(TelegramSettings::has_webhook);
        if let Messenger::Bot(bot) = &*app.messenger {
            if has_webhook {
                return self.keep_webhook(bot).await;
            }
            if !self.is_cleared {
                // Telegram gives updates to nobody who asks while they go to a webhook.
                bot.delete_webhook().await?;
                self.is_cleared = true;
            }
        }
        self.read(WAIT).await
    }

    /// Has Telegram post updates to the webhook of the settings, where it does not yet.
    async fn keep_webhook(&mut self, bot: &Bot) -> Result<Duration, Trouble> {
        let up = self.uptime.elapsed();
        if up >= self.hook_due {
            let info = bot.webhook_info().await?;
            if !info.is_ours {
                bot.set_webhook().await?;
                tracing::info!("Telegram posts updates to the webhook from now on");
            }
            if let Some((_, reason)) = info.last_error {
                tracing::warn!(reason, waiting = info.pending, "Telegram could not post some updates");
            }
            self.hook_due = up + HOOK_EVERY;
        }
        Ok(LEASE_LASTS / 4)
    }

    async fn take_lease(&self) -> Result<bool, StoreError> {
        let job = self.app.deps.store.write(self.lease(), |tx, turn| {
            Box::pin(async move {
                lease::take(tx, LEASE, &turn.holder, turn.now, turn.now.plus(LEASE_LASTS)).await
            })
        });
        job.await
    }

    /// Lists what can be written to the bot in its menu, once in the life of the process and in every language. Whoever has no
    /// such list writes the same.
    async fn list_commands(&mut self) {
        let up = self.uptime.elapsed();
        if self.commands_due.is_none_or(|due| up < due) {
            return;
        }
        let default = self.app.settings.default_language;
        let others = Language::ALL.into_iter().filter(|language| *language != default);
        let lists = std::iter::once((None, default)).chain(others.map(|other| (Some(other.tag()), other)));
        self.commands_due = None;
        for (tag, language) in lists {
            let commands =
                commands(language).map(|(name, description)| Command { name: name.to_owned(), description });
            if let Err(error) = self.app.messenger.set_commands(tag, &commands).await {
                tracing::warn!(%error, "the bot's commands were not listed in its menu");
                self.commands_due = Some(up + HOOK_EVERY);
                return;
            }
        }
    }

    /// Asks for updates, acts on each, and notes how far that came. Tells how long to rest then.
    async fn read(&mut self, wait: Duration) -> Result<Duration, Trouble> {
        let app = Arc::clone(&self.app);
        let bot = app.bot_id().to_owned();
        let cursor = telegram_cursor::of_bot(&mut app.deps.store.reader().await?, &bot).await?;
        let before = cursor.map(|cursor| cursor.next_update);
        // Numbers may begin anywhere after a silence: what is asked for by an old one might never come.
        let fresh = cursor.filter(|cursor| app.clock.now().since(cursor.read_at) < SILENCE);
        let from = fresh.map_or(0, |cursor| cursor.next_update);
        let updates = app.messenger.updates(from, wait).await?;
        let (mut next, mut leased) = (None, Stopwatch::start());
        let mut outcome = Ok(Duration::ZERO);
        for update in updates {
            if leased.elapsed() >= RENEW_AFTER {
                if !self.take_lease().await? {
                    // Another replica reads on from where it finds the cursor. What is spent it passes over.
                    return Ok(LOOK_EVERY);
                }
                leased = Stopwatch::start();
            }
            let number = update.update_id();
            if let Err(trouble) = self.act(update).await
                && !self.passes_over(number, &trouble)
            {
                outcome = Err(trouble);
                break;
            }
            next = Some(number + 1);
        }
        if let Some(next_update) = next {
            let cursor = TelegramCursor { next_update, read_at: app.clock.now() };
            let job = app.deps.store.write((bot, before, cursor), |tx, (bot, before, cursor)| {
                Box::pin(async move { telegram_cursor::set(tx, bot, *before, *cursor).await })
            });
            if !job.await? && outcome.is_ok() {
                // Somebody else reads too. The same would come again at once.
                outcome = Ok(REST);
            }
        }
        outcome
    }

    /// Acts on one update, in a task of its own: a panic ends nothing but the try.
    async fn act(&mut self, update: Update) -> Result<(), Trouble> {
        let app = Arc::clone(&self.app);
        let acting = tokio::spawn(async move { app.telegram_update(&call(&app, "telegram"), update).await });
        let acted = if let Ok(acted) = acting.await {
            acted.map_err(Trouble::Flow)
        } else {
            metrics::panicked();
            Err(Trouble::Panicked)
        };
        metrics::telegram_update(if acted.is_ok() { "taken" } else { "failed" });
        acted
    }

    /// Whether an update that cannot be acted on is given up, so that those behind it have their turn. The database answered
    /// this very turn, so it is about the update.
    fn passes_over(&mut self, number: i64, trouble: &Trouble) -> bool {
        let tries = self.stuck.filter(|(stuck, _)| *stuck == number).map_or(1, |(_, tries)| tries + 1);
        self.stuck = Some((number, tries));
        if tries < TRIES {
            return false;
        }
        self.stuck = None;
        metrics::telegram_update("passed-over");
        tracing::error!(update = number, error = %trouble, "an update of the bot was passed over");
        true
    }
}

#[cfg(test)]
mod tests;
