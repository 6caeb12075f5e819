//! How a question in Telegram stands, for the browser that waits for its answer.

use std::fmt;

use countersign_core::factor::telegram::{Shown, State};
use countersign_core::id::AccountId;
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::policy::TelegramStyle;
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use countersign_store::challenge::ChallengeRow;
use countersign_store::dispatch::{self, DispatchRow, DispatchState};
use countersign_store::facts::ChallengeFacts;
use countersign_store::telegram_account::{self, TelegramAccountRow};
use countersign_store::telegram_prompt::TelegramPromptRow;
use countersign_store::{Db, StoreError, challenge, courier, telegram_prompt};
use zeroize::Zeroizing;

use super::super::second_step::{Again, is_down};
use super::super::{Call, FlowError};
use super::prompt::{charges, next_at};

/// The name under which the bot's state is kept.
pub const TELEGRAM_COURIER: &str = "telegram";

/// How the question in Telegram stands in a challenge.
#[derive(Clone, Debug)]
pub struct TelegramStep {
    /// How it is answered.
    pub style: TelegramStyle,
    /// The question that can be answered now, or that was asked last. `None`: nobody was asked yet.
    pub asked: Option<AskedChats>,
    /// How many Telegram accounts are linked.
    pub linked: usize,
    /// How many of them have blocked the bot, so that they can't be asked.
    pub blocked: usize,
    /// When it may be asked again.
    pub again: Again,
    /// Whether nobody can be asked at this moment: no bot is set up, or Telegram is out of reach.
    pub is_down: bool,
}

/// A question that was asked.
#[derive(Clone, Debug)]
pub struct AskedChats {
    /// What the page shows: two digits to pick in the chat, or six to type there. Empty where one button confirms.
    pub shown: ShownText,
    /// When it was asked.
    pub at: Timestamp,
    /// When it can no longer be answered.
    pub expires_at: Timestamp,
    /// How many chats were asked.
    pub chats: usize,
    /// How far it is.
    pub stage: Stage,
}

/// What the browser shows. Never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownText(Zeroizing<String>);

impl ShownText {
    /// These digits, to be shown.
    pub fn new(digits: &str) -> Self {
        Self(Zeroizing::new(digits.to_owned()))
    }

    /// In groups that are easy to read: six digits in two. They may be typed with the blank or without.
    pub fn grouped(&self) -> Zeroizing<String> {
        match self.0.split_at_checked(3) {
            Some((first, rest)) if rest.len() == 3 => Zeroizing::new(format!("{first} {rest}")),
            _ => self.0.clone(),
        }
    }

    /// As the page shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShownText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ShownText(***)")
    }
}

/// How far a question is. One that was refused has ended its challenge ([`Wait::Refused`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is about to be sent.
    OnItsWay,
    /// It stands in at least one chat.
    Sent,
    /// It reached no chat.
    NotDelivered,
    /// The bot is blocked in every chat that was asked.
    Blocked,
    /// A chat has confirmed: going on is all that is left.
    Confirmed,
    /// Nobody answered in time.
    Late,
}

/// How it stands now.
pub(in crate::flow) async fn step_of(
    call: &Call,
    db: &mut Db,
    facts: &ChallengeFacts,
) -> Result<TelegramStep, StoreError> {
    let (row, keys) = (&facts.challenge, &call.deps.keys);
    let chats = telegram_account::of_account(db, keys, row.account_id).await?;
    let prompts = telegram_prompt::of_challenge(db, row.id).await?;
    let sent = dispatch::of_challenge(db, row.id).await?;
    let shown = challenge::shown(db, keys, row.id).await?;
    let state = courier::state(db, TELEGRAM_COURIER).await?;
    let again = match next_at(&prompts) {
        None => Again::Never,
        Some(at) if at > call.now => Again::At(at),
        Some(_) => match charges(row.account_id, row.current_browser()).peek(db, call.now).await? {
            Ok(()) => Again::Now,
            Err(refused) => Again::Limited(refused.until),
        },
    };
    let newest = prompts.iter().map(|prompt| prompt.created_at).max();
    let round: Vec<&TelegramPromptRow> =
        prompts.iter().filter(|prompt| Some(prompt.created_at) == newest).collect();
    let asked = match (round.first(), &shown) {
        (Some(first), Some(shown)) => Some(AskedChats {
            shown: ShownText(shown.reveal()),
            at: first.created_at,
            expires_at: first.expires_at,
            chats: round.len(),
            stage: stage(call.now, row, &round, &sent, &chats),
        }),
        _ => None,
    };
    Ok(TelegramStep {
        style: shown.as_ref().map_or(facts.facts.policy.telegram_style, Shown::style),
        asked,
        blocked: chats.iter().filter(|chat| chat.blocked_at.is_some()).count(),
        linked: chats.len(),
        again,
        is_down: call.deps.reach.telegram.is_none() || state.is_some_and(|state| is_down(&state)),
    })
}

fn stage(
    now: Timestamp,
    row: &ChallengeRow,
    round: &[&TelegramPromptRow],
    sent: &[DispatchRow],
    chats: &[TelegramAccountRow],
) -> Stage {
    if row.approved_at.is_some() {
        return Stage::Confirmed;
    }
    if round.iter().all(|prompt| now >= prompt.expires_at) {
        return Stage::Late;
    }
    let of = |prompt: &TelegramPromptRow| sent.iter().find(|one| one.prompt_id == Some(prompt.id));
    let arrived = |prompt: &TelegramPromptRow| {
        prompt.message_id.is_some() || of(prompt).is_some_and(|one| one.state == DispatchState::Sent)
    };
    if round.iter().any(|prompt| arrived(prompt)) {
        return Stage::Sent;
    }
    let blocks = |prompt: &TelegramPromptRow| {
        let chat = chats.iter().find(|chat| chat.id == prompt.telegram_account_id);
        chat.is_none_or(|chat| chat.blocked_at.is_some())
    };
    if round.iter().all(|prompt| blocks(prompt)) {
        return Stage::Blocked;
    }
    if round.iter().any(|prompt| of(prompt).is_some_and(|one| one.state == DispatchState::Waiting)) {
        return Stage::OnItsWay;
    }
    Stage::NotDelivered
}

/// What a browser that waits does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Wait on.
    Still,
    /// A chat has confirmed: post the answer, without a code.
    Confirmed,
    /// It was refused in a chat; the challenge is over.
    Refused,
    /// The challenge is over: start again.
    Over,
}

/// How a challenge stands for a browser that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// What the browser does next.
    pub wait: Wait,
    /// Whose challenge it is; `None`: there is none of this token.
    pub account: Option<AccountId>,
    /// When it was asked last: another question than the one that a page shows has another moment.
    pub asked_at: Option<Timestamp>,
}

/// What a browser that waits does next: two queries while nothing has happened. It spends nothing.
pub async fn wait(call: &Call, token: &Token) -> Result<Waited, FlowError> {
    let mut db = call.reader().await?;
    let Some(row) = challenge::by_token_hash(&mut db, &token.hash()).await? else {
        return Ok(Waited { wait: Wait::Over, account: None, asked_at: None });
    };
    let prompts = telegram_prompt::of_challenge(&mut db, row.id).await?;
    let wait = match row.spent_at {
        Some(_) if was_refused(&row, &prompts) => Wait::Refused,
        Some(_) => Wait::Over,
        None if row.expires_at <= call.now || row.tries >= CHALLENGE_TRIES => Wait::Over,
        None if row.approved_at.is_some() => Wait::Confirmed,
        None => Wait::Still,
    };
    let asked_at = prompts.iter().map(|prompt| prompt.created_at).max();
    Ok(Waited { wait, account: Some(row.account_id), asked_at })
}

/// Whether the challenge of this token ended by a refusal in a chat.
pub(in crate::flow) async fn is_refused(db: &mut Db, token: &Token) -> Result<bool, StoreError> {
    match challenge::by_token_hash(db, &token.hash()).await? {
        Some(row) if row.spent_at.is_some() => {
            Ok(was_refused(&row, &telegram_prompt::of_challenge(db, row.id).await?))
        }
        _ => Ok(false),
    }
}

/// What ended with a refusal ended at its very moment; one that was passed before is not refused.
fn was_refused(row: &ChallengeRow, prompts: &[TelegramPromptRow]) -> bool {
    prompts.iter().any(|prompt| prompt.state == State::Refused && prompt.answered_at == row.spent_at)
}
