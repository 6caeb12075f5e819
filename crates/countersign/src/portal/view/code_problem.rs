//! What is wrong with an answer to a second step.

use std::borrow::Cow;

use super::page::Page;
use super::phone::PhoneProblem;
use crate::words::Moment;

/// What was wrong with what was typed.
#[derive(Debug, Clone)]
pub enum CodeProblem {
    /// It has not the form of an answer; what to do, in words.
    Malformed(String),
    /// The code is wrong; how many tries are left.
    Wrong(u32),
    /// It is not the recovery key; how many tries are left.
    WrongKey(u32),
    /// It is not the code that support reads out; how many tries are left.
    WrongSupportCode(u32),
    /// The code that support read out was right until it expired, or until it was used.
    LateSupportCode,
    /// The app's code was right until it expired.
    Late,
    /// The mailed code was right until it expired.
    LateMail,
    /// The app's code was used before.
    Used,
    /// The mailed code was used before.
    UsedMail,
    /// It stood in an earlier letter; what the newest one says, where there is one.
    Superseded(Option<String>),
    /// No code was sent that could be answered.
    NoneSent,
    /// What is said of an answer that is no guess: the key of the text.
    Said(&'static str),
    /// The same of digits from a phone, or why nobody is called.
    Phone(PhoneProblem),
    /// Codes by e-mail have to wait until this moment.
    Held(Moment),
    /// Too many attempts; codes are taken again at this moment.
    TooMany(Option<Moment>),
    /// This second step is over: start again.
    Over,
}

impl CodeProblem {
    /// What happened and what to do next.
    pub fn text(&self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::Malformed(text) => Cow::Owned(text.clone()),
            Self::Wrong(left) => page.t1("code-wrong", "n", left),
            Self::WrongKey(left) => page.t1("recovery-key-wrong", "n", left),
            Self::WrongSupportCode(left) => page.t1("support-code-wrong", "n", left),
            Self::LateSupportCode => page.t("support-code-late"),
            Self::Late => page.t("code-late"),
            Self::LateMail => page.t("mail-code-late"),
            Self::Used => page.t("code-used"),
            Self::UsedMail => page.t("mail-code-used"),
            Self::Superseded(Some(newest)) => page.t1("mail-code-superseded", "reference", newest),
            Self::Superseded(None) => page.t("mail-code-superseded-none"),
            Self::NoneSent => page.t("mail-code-none"),
            Self::Said(key) => page.t(key),
            Self::Phone(problem) => problem.text(page),
            Self::Held(until) => page.t1("mail-code-held", "time", page.exact(until)),
            Self::TooMany(Some(until)) => {
                page.t2("too-many-until", "time", page.left(until), "clock", page.clock(until))
            }
            Self::TooMany(None) => page.t("too-many"),
            Self::Over => page.t("second-step-over-text"),
        }
    }
}
