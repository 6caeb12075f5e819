//! Confirming a sign-in in Telegram (MSG-1 to MSG-3).
//!
//! A Telegram account is linked by an address with a one-time token and a code that goes from the chat to the same browser.
//! At a sign-in every linked account gets a *prompt*. Against blind tapping something is carried between browser and chat:
//! what the browser shows ([`Shown`]) is typed there or picked from three. A prompt is answered once.

mod link;
mod message;

use std::fmt;
use std::time::Duration;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::code::Code;
use crate::entropy::{Entropy, below};
use crate::policy::TelegramStyle;
use crate::time::Timestamp;

pub use link::{
    LINK_LIFE, LINK_TRIES, Link, LinkToken, LinkVerdict, deep_link, is_bot_name, judge_link, link_mac,
};
pub use message::{About, Callback, Command, Handle, Press};

/// How long a prompt can be answered: out of band answers within ten minutes at the most (NIST SP 800-63B-4 section 3.1.3);
/// who holds the phone in hand needs one.
pub const PROMPT_LIFE: Duration = Duration::from_mins(3);

/// Refusals within [`REFUSALS_WITHIN`] after which strangers' browsers ask nothing for [`HELD_FOR`].
pub const REFUSALS_MOST: usize = 2;

/// The rolling span in which they count together.
pub const REFUSALS_WITHIN: Duration = Duration::from_hours(24);

/// How long nothing is asked then, counted from the last of them.
pub const HELD_FOR: Duration = Duration::from_hours(24);

/// Numbers that a chat offers, of which the browser shows one.
pub const OFFERED: usize = 3;

/// Two-digit numbers, so that none begins with a zero that somebody might not read out.
const LEAST: u32 = 10;
const COUNT: u32 = 90;

/// The number of a Telegram account: positive, at most 52 bits (Bot API, type `User`). Names change owners, numbers don't.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Zeroize)]
pub struct TelegramId(i64);

impl TelegramId {
    /// `None` for what is no account: groups and channels have negative numbers.
    pub fn new(number: i64) -> Option<Self> {
        (1..=(1 << 52) - 1).contains(&number).then_some(Self(number))
    }

    /// The number, to be handed to the Bot API and sealed.
    pub fn reveal(self) -> i64 {
        self.0
    }

    /// The text from which the keyed hashes are made by which its rows are found, and the keyed id that stands for it in
    /// limits ([`crate::keys::KeyRing::identifier`]).
    pub fn lookup_text(self) -> Zeroizing<String> {
        Zeroizing::new(format!("telegram:{}", self.0))
    }
}

/// Never the number: it names a person.
impl fmt::Debug for TelegramId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TelegramId(***)")
    }
}

/// What the browser shows while the chat asks. One for all prompts of a challenge. Wiped on drop, without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub enum Shown {
    /// Six digits, to be typed into the chat.
    Code(Code),
    /// A two-digit number, to be picked from three.
    Number(u8),
    /// Nothing.
    Nothing,
}

impl Shown {
    /// What is shown to a fresh challenge under this style.
    pub fn new(style: TelegramStyle, entropy: &dyn Entropy) -> Self {
        match style {
            TelegramStyle::Type => Self::Code(Code::random(entropy)),
            TelegramStyle::Match => Self::Number(number(entropy)),
            TelegramStyle::Tap => Self::Nothing,
        }
    }

    /// The form in which it is sealed to its challenge, and in which the page shows it: six digits, two, or nothing.
    pub fn reveal(&self) -> Zeroizing<String> {
        match self {
            Self::Code(code) => code.reveal(),
            Self::Number(number) => Zeroizing::new(format!("{number:02}")),
            Self::Nothing => Zeroizing::new(String::new()),
        }
    }

    /// Reads [`Self::reveal`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        match (text.len(), text.bytes().all(|byte| byte.is_ascii_digit())) {
            (0, _) => Some(Self::Nothing),
            (2, true) => text.parse().ok().filter(|number| (10..=99).contains(number)).map(Self::Number),
            (6, true) => Code::parse(text).ok().map(Self::Code),
            _ => None,
        }
    }

    /// The style that shows this.
    pub fn style(&self) -> TelegramStyle {
        match self {
            Self::Code(_) => TelegramStyle::Type,
            Self::Number(_) => TelegramStyle::Match,
            Self::Nothing => TelegramStyle::Tap,
        }
    }

    /// The numbers that one chat offers, in an order of its own: the one that is shown and two others. Empty where none are.
    pub fn offered(&self, entropy: &dyn Entropy) -> Vec<u8> {
        let Self::Number(shown) = self else { return Vec::new() };
        let mut numbers = vec![*shown];
        while numbers.len() < OFFERED {
            let other = number(entropy);
            if !numbers.contains(&other) {
                numbers.push(other);
            }
        }
        // Fisher and Yates, from the end.
        for last in (1..OFFERED).rev() {
            let bound = u32::try_from(last + 1).unwrap_or(1);
            numbers.swap(last, below(entropy, bound) as usize);
        }
        numbers
    }
}

fn number(entropy: &dyn Entropy) -> u8 {
    u8::try_from(LEAST + below(entropy, COUNT)).unwrap_or(10)
}

/// How far a prompt is. Only [`State::Waiting`] can be confirmed, and every answer leaves it for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Not answered yet.
    Waiting,
    /// Its owner confirmed.
    Confirmed,
    /// Its owner refused.
    Refused,
    /// Another answer, another method or the end of the challenge took its place.
    Ended,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Confirmed, Self::Refused, Self::Ended];

    /// The name in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text)
    }
}

/// What an answer is judged by. That it came from the linked account itself, in a private chat, is proved before.
#[derive(Clone, Copy)]
pub struct Prompt<'a> {
    /// How far it is.
    pub state: State,
    /// What the browser shows.
    pub shown: &'a Shown,
    /// The numbers that this chat offers.
    pub offered: &'a [u8],
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What somebody did in the chat. Without `Debug`.
pub enum Answer {
    /// Pressed one of the offered numbers.
    Pick(u8),
    /// Typed six digits.
    Typed(Code),
    /// Pressed the only button.
    Confirm,
    /// Pressed "It wasn't me".
    NotMe,
}

/// Why a sign-in was refused in the chat. Two refusals, of whichever kind, stop further prompts ([`held_until`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// "It wasn't me."
    NotMe,
    /// A number that the browser does not show: pressed without looking, or for somebody else's browser.
    WrongNumber,
}

impl Refusal {
    /// The name in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotMe => "not-me",
            Self::WrongNumber => "wrong-number",
        }
    }
}

/// What is to be said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It confirms. Only marking the prompt by a conditional update decides.
    Confirmed,
    /// It ends the challenge, and its owner is warned.
    Refused(Refusal),
    /// Wrong digits: a wrong answer like any other, counted on the challenge and the account.
    Wrong,
    /// The prompt was answered before.
    Answered,
    /// The challenge has ended.
    Over,
    /// The time for an answer is over.
    Late,
    /// The prompt never asked for such an answer: a forged button, or digits where none were asked for.
    Misfit,
}

/// Judges an answer.
///
/// "It wasn't me" is heard as long as nobody has answered, also when its time is over or the challenge has ended: somebody
/// had the password, and the owner must hear of it.
pub fn judge(prompt: &Prompt<'_>, answer: &Answer, now: Timestamp) -> Verdict {
    match (prompt.state, answer) {
        (State::Confirmed | State::Refused, _) => return Verdict::Answered,
        (State::Waiting | State::Ended, Answer::NotMe) => return Verdict::Refused(Refusal::NotMe),
        (State::Ended, _) => return Verdict::Over,
        (State::Waiting, _) if now >= prompt.expires_at => return Verdict::Late,
        (State::Waiting, _) => {}
    }
    match (prompt.shown, answer) {
        (Shown::Number(shown), Answer::Pick(picked)) if shown == picked => Verdict::Confirmed,
        (Shown::Number(_), Answer::Pick(picked)) if prompt.offered.contains(picked) => {
            Verdict::Refused(Refusal::WrongNumber)
        }
        (Shown::Code(shown), Answer::Typed(typed)) => {
            if bool::from(shown.ct_eq(typed)) {
                Verdict::Confirmed
            } else {
                Verdict::Wrong
            }
        }
        (Shown::Nothing, Answer::Confirm) => Verdict::Confirmed,
        _ => Verdict::Misfit,
    }
}

impl Verdict {
    /// The state that the prompt is left in; `None` where it stays as it was.
    pub fn leaves(self) -> Option<State> {
        match self {
            Self::Confirmed => Some(State::Confirmed),
            Self::Refused(_) => Some(State::Refused),
            Self::Wrong | Self::Answered | Self::Over | Self::Late | Self::Misfit => None,
        }
    }
}

/// Until when nothing is asked, by the times of refusals in any order. `None`: not at all.
pub fn held_until(refused: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let mut times = refused.to_vec();
    times.sort_unstable();
    let close = |pair: &&[Timestamp]| pair[REFUSALS_MOST - 1].since(pair[0]) < REFUSALS_WITHIN;
    let last = times.windows(REFUSALS_MOST).rfind(close)?;
    let until = last[REFUSALS_MOST - 1].plus(HELD_FOR);
    (now < until).then_some(until)
}

#[cfg(test)]
mod tests;
