//! The second step, by every method.

use std::borrow::Cow;

use askama::Template;

use super::code_problem::CodeProblem;
use super::mail_code::{MailAgain, MailBox, MailDelivery};
use super::other_ways::with_next;
use super::page::Page;
use super::phone::PhoneBox;
use super::telegram::ChatQuestion;
use crate::text;
use crate::words::Moment;

/// What a second step is for.
#[derive(Debug, Clone)]
pub enum SecondStepPurpose {
    /// Signing in.
    SignIn,
    /// Confirming a change in the account.
    StepUp,
    /// Removing the device of this name.
    RemoveAuthenticator(String),
    /// Switching codes by e-mail on.
    EnableEmail,
    /// Switching codes by e-mail off.
    DisableEmail,
    /// Making a recovery key.
    NewRecoveryKey,
    /// Switching Telegram off.
    DisableTelegram,
    /// Unlinking the Telegram account of this name.
    UnlinkTelegram(String),
    /// Proving this number, masked.
    ProvePhone(String),
    /// Removing this number, masked.
    RemovePhone(String),
}

/// By what the person answers.
#[derive(Debug, Clone)]
pub enum Asked {
    /// The code of an authenticator app.
    Authenticator,
    /// A code by e-mail.
    Email(MailBox),
    /// The digits of a call or an SMS.
    Phone(PhoneBox),
    /// A question in Telegram.
    Telegram(ChatQuestion),
    /// The recovery key.
    RecoveryKey,
    /// The code that support reads out.
    SupportCode,
}

/// The second step. POST `/second-step`: `csrf`, `method`, `code`, `next`. Cancel: POST `/second-step/cancel`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "auth/second_step.html")]
pub struct SecondStepPage {
    /// What every page shares.
    pub page: Page,
    /// What it is for.
    pub purpose: SecondStepPurpose,
    /// The account, masked.
    pub account: String,
    /// By what it is answered.
    pub asked: Asked,
    /// What was wrong with the last answer.
    pub problem: Option<CodeProblem>,
    /// When this second step began.
    pub started_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// Where to go afterwards: a path on this server.
    pub return_to: Option<String>,
}

impl SecondStepPage {
    /// Whether nothing may be typed any more.
    pub fn is_over(&self) -> bool {
        matches!(self.problem, Some(CodeProblem::Over))
    }

    /// Whether it stands before a change in the account. Its page belongs to the session, as does its form's token, and
    /// leaving it ends nothing.
    fn is_step_up(&self) -> bool {
        matches!(self.purpose, SecondStepPurpose::StepUp)
    }

    fn method(&self) -> &'static str {
        match self.asked {
            Asked::Authenticator => "authenticator",
            Asked::Email(_) => "email",
            Asked::Telegram(_) => "telegram",
            Asked::Phone(_) => "phone",
            Asked::RecoveryKey => "recovery-key",
            Asked::SupportCode => "support-code",
        }
    }

    fn mail(&self) -> Option<&MailBox> {
        if let Asked::Email(mail) = &self.asked { Some(mail) } else { None }
    }

    fn phone(&self) -> Option<&PhoneBox> {
        if let Asked::Phone(phone) = &self.asked { Some(phone) } else { None }
    }

    /// Whether a number is to be proved: then there is no other way than the phone.
    fn proves_number(&self) -> bool {
        matches!(self.purpose, SecondStepPurpose::ProvePhone(_))
    }

    /// Why no call and no SMS may be asked for now.
    fn phone_wait(&self) -> Cow<'static, str> {
        self.phone().map_or(Cow::Borrowed(""), |phone| phone.wait(&self.page, self.proves_number()))
    }

    /// This page once more.
    fn here(&self) -> String {
        with_next(self.action(), self.return_to.as_deref())
    }

    fn chat(&self) -> Option<&ChatQuestion> {
        if let Asked::Telegram(chat) = &self.asked { Some(chat) } else { None }
    }

    /// Whether an answer comes from elsewhere, for which the page waits. A page that was refused would send the confirmed answer
    /// again and again: its button waits for a person.
    fn waits(&self) -> bool {
        let goes_on = matches!(self.problem, None | Some(CodeProblem::Said("telegram-not-yet")));
        goes_on && self.chat().is_some_and(|chat| chat.open().is_some())
    }

    /// The round of questions that the page shows, as whoever waits is told it.
    fn round(&self) -> i64 {
        self.chat().and_then(ChatQuestion::open).map_or(0, |asked| asked.at.0)
    }

    /// After how many milliseconds a confirmed answer may be sent once more, where it was too many.
    fn answer_wait(&self) -> Option<u128> {
        let Some(CodeProblem::TooMany(Some(until))) = &self.problem else { return None };
        self.chat().map(|_| self.page.left_ms(until)).filter(|left| *left > 0)
    }

    /// Whether something has to be sent before it can be answered, and may be.
    fn sends(&self) -> bool {
        self.mail().is_some_and(|mail| mail.held_until.is_none())
            || self.chat().is_some_and(|chat| chat.held_until.is_none())
    }

    fn is_key(&self) -> bool {
        matches!(self.asked, Asked::RecoveryKey)
    }

    fn is_support_code(&self) -> bool {
        matches!(self.asked, Asked::SupportCode)
    }

    /// Whether there is something to answer: a code by e-mail or to a phone has to be sent first.
    fn can_answer(&self) -> bool {
        self.mail().is_none_or(|mail| mail.sent.is_some() && mail.held_until.is_none())
            && self.chat().is_none_or(|chat| chat.open().is_some())
            && self.phone().is_none_or(PhoneBox::can_answer)
    }

    /// When the time that matters to the person began: that of the code by e-mail, or of the whole second step.
    fn time(&self) -> (Moment, Moment) {
        let newest = self.phone().and_then(|phone| phone.newest.as_ref());
        if let Some((at, until)) = newest.and_then(|newest| Some((newest.at, newest.until?))) {
            return (at, until);
        }
        if let Some(asked) = self.chat().and_then(ChatQuestion::open) {
            return (asked.at, asked.expires_at);
        }
        match self.mail().and_then(|mail| mail.sent.as_ref()) {
            Some(sent) => (sent.at, sent.expires_at),
            None => (self.started_at, self.expires_at),
        }
    }

    fn left_ms(&self) -> u128 {
        self.page.left_ms(&self.time().1)
    }

    /// How long it is until it ends, in words.
    fn left(&self) -> Cow<'static, str> {
        let left = self.page.left(&self.time().1);
        let typed = self.is_key() || self.is_support_code();
        let key = match self.asked {
            Asked::Telegram(_) => text!("telegram-step-left"),
            _ if typed => text!("second-step-key-left"),
            _ => text!("second-step-left"),
        };
        self.page.t1(key, "time", left)
    }

    /// The milliseconds that the ring stands for.
    pub fn span_ms(&self) -> u128 {
        let (start, end) = self.time();
        end.since(start).as_millis()
    }

    /// Where the answer is sent: a step-up proves the session along with it.
    fn action(&self) -> &'static str {
        if self.is_step_up() { "/account/step-up" } else { "/second-step" }
    }

    fn send_action(&self) -> &'static str {
        if self.is_step_up() { "/account/step-up/send" } else { "/second-step/send" }
    }

    /// Where the other ways are, with where to go afterwards.
    fn ways(&self) -> String {
        let path = if self.is_step_up() { "/account/step-up/method" } else { "/second-step/method" };
        with_next(path, self.return_to.as_deref())
    }

    fn heading(&self) -> Cow<'static, str> {
        match self.purpose {
            SecondStepPurpose::SignIn if self.is_key() => self.page.t("second-step-key-title"),
            SecondStepPurpose::SignIn if self.is_support_code() => self.page.t("second-step-support-title"),
            SecondStepPurpose::SignIn if self.phone().is_some() => self.page.t("second-step-phone-title"),
            SecondStepPurpose::SignIn if self.chat().is_some() => self.page.t("telegram-step-title"),
            SecondStepPurpose::SignIn => self.page.t("second-step-title"),
            SecondStepPurpose::StepUp => self.page.t("step-up-title"),
            SecondStepPurpose::RemoveAuthenticator(_) => self.page.t("remove-challenge-title"),
            SecondStepPurpose::EnableEmail => self.page.t("email-on-challenge-title"),
            SecondStepPurpose::DisableEmail => self.page.t("email-off-challenge-title"),
            SecondStepPurpose::DisableTelegram => self.page.t("telegram-off-challenge-title"),
            SecondStepPurpose::UnlinkTelegram(_) => self.page.t("telegram-unlink-challenge-title"),
            SecondStepPurpose::NewRecoveryKey => self.page.t("key-challenge-title"),
            SecondStepPurpose::ProvePhone(_) => self.page.t("phone-prove-title"),
            SecondStepPurpose::RemovePhone(_) => self.page.t("phone-remove-challenge-title"),
        }
    }

    /// What the answer leads to, where the heading does not say it.
    fn reason(&self) -> Cow<'static, str> {
        match (&self.purpose, &self.asked) {
            (SecondStepPurpose::SignIn, Asked::Authenticator) => self.page.t("second-step-lead"),
            (SecondStepPurpose::SignIn, Asked::RecoveryKey) => self.page.t("second-step-key-lead"),
            (SecondStepPurpose::SignIn, Asked::SupportCode) => self.page.t("second-step-support-lead"),
            (SecondStepPurpose::SignIn | SecondStepPurpose::EnableEmail, _) => Cow::Borrowed(""),
            (SecondStepPurpose::StepUp, Asked::Authenticator) => self.page.t("step-up-code-lead"),
            (SecondStepPurpose::StepUp, Asked::Telegram(_)) => self.page.t("telegram-step-lead"),
            (SecondStepPurpose::StepUp, _) => self.page.t("step-up-mail-lead"),
            (SecondStepPurpose::RemoveAuthenticator(name), Asked::Authenticator) => {
                self.page.t1("remove-challenge-lead", "name", name)
            }
            (SecondStepPurpose::RemoveAuthenticator(name), _) => {
                self.page.t1("remove-challenge-other-lead", "name", name)
            }
            (SecondStepPurpose::DisableTelegram, _) => self.page.t("telegram-off-challenge-lead"),
            (SecondStepPurpose::UnlinkTelegram(name), _) => {
                self.page.t1("telegram-unlink-challenge-lead", "name", name)
            }
            (SecondStepPurpose::DisableEmail, _) => self.page.t("email-off-challenge-lead"),
            (SecondStepPurpose::NewRecoveryKey, _) => self.page.t("key-challenge-lead"),
            (SecondStepPurpose::ProvePhone(number), _) => self.page.t1("phone-prove-lead", "number", number),
            (SecondStepPurpose::RemovePhone(number), _) => {
                self.page.t1("phone-remove-challenge-lead", "number", number)
            }
        }
    }

    fn button(&self) -> Cow<'static, str> {
        match self.purpose {
            // It goes on where somebody has confirmed, and does nothing otherwise.
            _ if self.chat().is_some() => self.page.t("continue"),
            SecondStepPurpose::SignIn => self.page.t("sign-in-button"),
            SecondStepPurpose::StepUp
            | SecondStepPurpose::EnableEmail
            | SecondStepPurpose::NewRecoveryKey
            | SecondStepPurpose::ProvePhone(_) => self.page.t("continue"),
            SecondStepPurpose::RemovePhone(_) => self.page.t("phone-remove-button"),
            SecondStepPurpose::RemoveAuthenticator(_) => self.page.t("remove-device-button"),
            SecondStepPurpose::DisableEmail | SecondStepPurpose::DisableTelegram => {
                self.page.t("email-off-button")
            }
            SecondStepPurpose::UnlinkTelegram(_) => self.page.t("telegram-unlink-button"),
        }
    }

    fn send_label(&self) -> Cow<'static, str> {
        match self.mail() {
            _ if self.chat().is_some_and(|chat| chat.asked.is_some()) => {
                self.page.t("telegram-step-ask-again")
            }
            _ if self.chat().is_some() => self.page.t("telegram-step-ask"),
            Some(MailBox { sent: Some(_), .. }) => self.page.t("mail-code-send-again"),
            _ => self.page.t("mail-code-send"),
        }
    }

    /// Why no code may be asked for now, and after how many milliseconds it may, where that is known.
    fn wait(&self) -> Option<(Cow<'static, str>, Option<u128>)> {
        let page = &self.page;
        let until = |key: &'static str, at: &Moment| {
            let text = page.t2(key, "time", page.left(at), "clock", page.clock(at));
            Some((text, Some(page.left_ms(at))))
        };
        if let Some(chat) = self.chat() {
            return chat.wait(page);
        }
        match &self.mail()?.again {
            MailAgain::Now => None,
            MailAgain::At(at) => until(text!("mail-code-again-at"), at),
            MailAgain::Limited(Some(at)) => until(text!("mail-code-limited-until"), at),
            MailAgain::Limited(None) => Some((page.t("mail-code-limited"), None)),
            MailAgain::Never => Some((page.t("mail-code-no-more"), None)),
        }
    }

    /// How the letter stands. `None`: it was taken, and nothing is to be said.
    fn delivery(&self) -> Option<Cow<'static, str>> {
        let mail = self.mail()?;
        let page = &self.page;
        Some(page.t(match mail.sent.as_ref().map(|sent| sent.delivery) {
            Some(MailDelivery::Refused) => text!("mail-code-refused"),
            Some(MailDelivery::Delayed) => text!("mail-code-delayed"),
            Some(MailDelivery::OnItsWay) if mail.is_down => text!("mail-code-delayed"),
            None if mail.is_down => text!("mail-code-down"),
            Some(MailDelivery::OnItsWay) => text!("mail-code-on-its-way"),
            Some(MailDelivery::Sent) | None => return None,
        }))
    }

    /// Whether the letter is on its way as it should be.
    fn is_on_its_way(&self) -> bool {
        let sent = self.mail().and_then(|mail| mail.sent.as_ref());
        sent.is_some_and(|sent| sent.delivery == MailDelivery::OnItsWay)
            && self.mail().is_some_and(|mail| !mail.is_down)
    }

    fn cancel(&self) -> Cow<'static, str> {
        match self.purpose {
            SecondStepPurpose::SignIn => self.page.t("cancel-and-sign-out"),
            _ => self.page.t("cancel"),
        }
    }

    fn again(&self) -> &'static str {
        match self.purpose {
            SecondStepPurpose::SignIn => "/sign-in",
            _ => "/account/security",
        }
    }

    fn problem_text(&self) -> Cow<'static, str> {
        self.problem.as_ref().map_or(Cow::Borrowed(""), |problem| problem.text(&self.page))
    }

    /// Only a wrong code of an app may come of a wrong clock; the offset itself is never told (MSG-11).
    fn links_to_clock(&self) -> bool {
        matches!((&self.problem, &self.asked), (Some(CodeProblem::Wrong(_)), Asked::Authenticator))
    }

    /// Where cancelling posts to.
    pub fn cancel_action(&self) -> &'static str {
        "/second-step/cancel"
    }
}
