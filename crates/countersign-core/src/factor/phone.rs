//! The code that reaches a phone: the last four digits of the number that calls, or six digits by SMS (MSG-6, MSG-7).
//!
//! Four digits are worth one guess in as many as the pool has endings. So one wrong answer ends the code of a call, and the
//! account's own limit ([`crate::limits::CALL_ANSWER_STRANGER`]) counts over all its calls.

mod course;

use std::fmt;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::code::{Code, CodeFault, DIGITS, digit, is_filler};
use crate::id::ChallengeId;
use crate::keys::KeyRing;
use crate::phone::Channel;
use crate::phone::pool::ENDING;
use crate::sign_in::Purpose;
use crate::time::Timestamp;

pub use course::{CallOutcome, Course, GAPS, Next, Rules, SMS_MOST, Ways, next};

/// How long the code of a call can be answered, from the INVITE: the call itself takes seconds.
pub const CALL_LIFE: Duration = Duration::from_mins(2);

/// How long the code of an SMS can be answered, which a network may hold back for a while.
pub const SMS_LIFE: Duration = Duration::from_mins(5);

/// Purpose of the MAC's sub-key.
const MAC: &str = "phone code";

/// How long a code can be answered.
pub const fn life(channel: Channel) -> Duration {
    match channel {
        Channel::Call => CALL_LIFE,
        Channel::Sms => SMS_LIFE,
    }
}

/// The last four digits of the number that calls. Wiped on drop; never shown by `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CallCode(u16);

impl CallCode {
    /// From the values of the digits.
    pub(crate) fn from_digits(digits: impl IntoIterator<Item = u8>) -> Self {
        Self(digits.into_iter().fold(0, |number, digit| number * 10 + u16::from(digit)))
    }

    /// The four digits, leading zeros kept.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{:04}", self.0))
    }
}

impl ConstantTimeEq for CallCode {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for CallCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CallCode(***)")
    }
}

/// A code as somebody typed it. Without `Debug`.
pub enum PhoneCode {
    /// Four digits, as a call has.
    Call(CallCode),
    /// Six digits, as an SMS has.
    Sms(Code),
}

/// Why a text is no code. It costs no attempt, as nothing was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneCodeFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Something other than digits, spaces and dashes.
    #[error("not only digits")]
    NotDigits,
    /// Neither four digits nor six.
    #[error("neither four digits nor six")]
    WrongLength,
}

impl PhoneCodeFault {
    /// The key of the message for the person who typed it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "phone-code-empty",
            Self::NotDigits => "phone-code-not-digits",
            Self::WrongLength => "phone-code-wrong-length",
        }
    }

    /// Every key, for the test that each language has it.
    pub const TEXT_KEYS: &'static [&'static str] =
        &["phone-code-empty", "phone-code-not-digits", "phone-code-wrong-length"];
}

impl PhoneCode {
    /// Reads a code as [`Code::parse`] does; four digits are the code of a call, six of an SMS.
    ///
    /// # Errors
    ///
    /// What is wrong with the text's form, see [`PhoneCodeFault`].
    pub fn parse(text: &str) -> Result<Self, PhoneCodeFault> {
        let signs = text.chars().take(64).filter(|sign| !is_filler(*sign));
        match signs.clone().count() {
            ENDING => {
                let digits: Option<Zeroizing<Vec<u8>>> = signs
                    .map(|sign| digit(sign).and_then(|digit| u8::try_from(digit).ok()))
                    .collect::<Option<Vec<u8>>>()
                    .map(Zeroizing::new);
                let digits = digits.ok_or(PhoneCodeFault::NotDigits)?;
                Ok(Self::Call(CallCode::from_digits(digits.iter().copied())))
            }
            0 => Err(PhoneCodeFault::Empty),
            DIGITS => Code::parse(text).map(Self::Sms).map_err(|fault| match fault {
                CodeFault::NotDigits => PhoneCodeFault::NotDigits,
                CodeFault::Empty | CodeFault::WrongLength => PhoneCodeFault::WrongLength,
            }),
            _ => Err(PhoneCodeFault::WrongLength),
        }
    }

    /// By which way such a code comes.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Call(_) => Channel::Call,
            Self::Sms(_) => Channel::Sms,
        }
    }

    /// The digits.
    pub fn reveal(&self) -> Zeroizing<String> {
        match self {
            Self::Call(code) => code.reveal(),
            Self::Sms(code) => code.reveal(),
        }
    }
}

/// What an answer is judged by. That the number it went to is still the account's, and proved, is asked when it is spent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The challenge that the newest code belongs to.
    pub challenge: ChallengeId,
    /// By which way it went.
    pub channel: Channel,
    /// The newest code's MAC.
    pub mac: &'a [u8; 32],
    /// The MACs of the codes that this challenge sent before, by either way.
    pub earlier: &'a [[u8; 32]],
    /// When the newest code ends.
    pub expires_at: Timestamp,
    /// Whether it was answered rightly already.
    pub spent: bool,
    /// Whether it was answered wrongly, which ends the code of a call. An SMS has the tries of its challenge.
    pub missed: bool,
}

/// What is to be said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is the newest code, in time and unused. Only spending it decides.
    Right,
    /// It was right until it ended.
    Late,
    /// It was right and has been used.
    Used,
    /// It is the code of an earlier call or SMS of this challenge; only the newest counts.
    Superseded,
    /// It is none of these. If the newest code is of a call, that code has ended with it.
    Wrong,
    /// The code of the call ended with a wrong answer before; nothing is judged any more.
    Ended,
    /// Four digits where six were sent, or six where four were. It costs nothing, as it could not have been right.
    Misfit,
    /// This challenge has no live code: none was sent, or another sign-in has asked for one since.
    NoneSent,
}

/// What the database keeps of a code.
pub fn mac(keys: &KeyRing, challenge: ChallengeId, purpose: Purpose, code: &PhoneCode) -> [u8; 32] {
    keys.mac(MAC, &parts(&challenge, purpose, code.reveal().as_bytes()))
}

/// Judges an answer to `challenge`.
pub fn judge(
    keys: &KeyRing,
    challenge: ChallengeId,
    purpose: Purpose,
    sent: Option<&Sent<'_>>,
    code: &PhoneCode,
    now: Timestamp,
) -> Verdict {
    let Some(sent) = sent.filter(|sent| sent.challenge == challenge) else { return Verdict::NoneSent };
    if sent.channel == Channel::Call && sent.missed {
        return Verdict::Ended;
    }
    let text = code.reveal();
    let parts = parts(&challenge, purpose, text.as_bytes());
    if keys.mac_matches(MAC, &parts, sent.mac) {
        return match sent.spent {
            true => Verdict::Used,
            false if now < sent.expires_at => Verdict::Right,
            false => Verdict::Late,
        };
    }
    if sent.earlier.iter().any(|mac| keys.mac_matches(MAC, &parts, mac)) {
        return Verdict::Superseded;
    }
    if code.channel() == sent.channel { Verdict::Wrong } else { Verdict::Misfit }
}

fn parts<'a>(challenge: &'a ChallengeId, purpose: Purpose, code: &'a [u8]) -> [&'a [u8]; 3] {
    [challenge.as_bytes(), purpose.as_str().as_bytes(), code]
}

#[cfg(test)]
mod tests;
