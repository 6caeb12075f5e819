//! Telegram: linking, switching on and off, and how the second step waits for an answer in the chat.

use std::borrow::Cow;

use askama::Template;
use countersign_core::policy::TelegramStyle;

use super::mail_code::MailAgain;
use super::page::Page;
use super::security::Strength;
use crate::flow::telegram::view::{ShownText, Stage};
use crate::text;
use crate::words::Moment;

/// One linked Telegram account.
#[derive(Debug, Clone)]
pub struct ChatRow {
    /// Its id, for addresses.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was linked.
    pub added: Moment,
    /// When it last confirmed something.
    pub last_used: Option<Moment>,
    /// Whether it has blocked the bot, so that it can't be asked.
    pub is_blocked: bool,
}

/// The linked Telegram accounts, as the method's row lists them.
#[derive(Debug, Clone, Default)]
pub struct Chats {
    /// The first linked first.
    pub rows: Vec<ChatRow>,
    /// The most that the policy allows.
    pub most: u32,
    /// Whether another one may be linked now.
    pub may_link: bool,
}

impl Chats {
    /// Whether the policy allows no further one.
    pub fn is_full(&self) -> bool {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX) >= self.most
    }
}

/// One sentence why Telegram is no stronger than it is.
pub fn telegram_why(page: &Page, strength: Strength) -> Cow<'static, str> {
    if strength == Strength::Restricted {
        page.t("telegram-why-restricted")
    } else {
        page.t("telegram-why-weak")
    }
}

/// Before a Telegram account is linked: `/account/security/telegram`. POST `/account/security/telegram/start`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/telegram_start.html")]
pub struct TelegramStartPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The bot's name, without `@`.
    pub bot: String,
    /// Whether one is linked already.
    pub another: bool,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether a recovery key follows.
    pub key_follows: bool,
    /// How strong it is.
    pub strength: Strength,
}

impl TelegramStartPage {
    fn why(&self) -> Cow<'static, str> {
        telegram_why(&self.page, self.strength)
    }
}

/// How far a linking is.
#[derive(Clone)]
pub enum LinkStage {
    /// Nobody has opened the bot yet; the address that does, and its QR code as a `data:` URI, on the page that made it.
    Waiting(Option<LinkAddress>),
    /// A Telegram account has opened it: the code that its chat shows is typed here.
    Opened {
        /// What it is called by its owner.
        by: String,
        /// What was wrong with the last code, in words; empty: nothing.
        problem: String,
    },
}

/// The address that opens the bot and hands the token over.
#[derive(Clone)]
pub struct LinkAddress {
    /// The address itself.
    pub address: String,
    /// Its QR code as a `data:` URI of a picture.
    pub qr: String,
}

/// A linking in progress: `/account/security/telegram/link`. *Continue*: POST there: `csrf`, `address`. The code: POST
/// `/account/security/telegram/confirm`: `csrf`, `code`. Anew: POST `/account/security/telegram/start`: `csrf`. Giving up:
/// POST `/account/security/telegram/cancel`: `csrf`.
#[derive(Template)]
#[template(path = "account/telegram_link.html")]
pub struct TelegramLinkPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The bot's name, without `@`.
    pub bot: String,
    /// How far it is.
    pub stage: LinkStage,
    /// Whether *Continue* was pressed before anything happened.
    pub too_early: bool,
    /// When it began.
    pub started_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
}

impl TelegramLinkPage {
    fn address(&self) -> Option<&LinkAddress> {
        if let LinkStage::Waiting(address) = &self.stage { address.as_ref() } else { None }
    }

    fn opened(&self) -> Option<(&str, &str)> {
        match &self.stage {
            LinkStage::Opened { by, problem } => Some((by, problem)),
            LinkStage::Waiting(_) => None,
        }
    }

    fn step(&self) -> u8 {
        if self.opened().is_some() { 3 } else { 2 }
    }

    fn span_ms(&self) -> u128 {
        self.expires_at.since(self.started_at).as_millis()
    }
}

/// How a linking ended that linked nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkEnd {
    /// By its time, or its tries.
    Over,
    /// By "It wasn't me" in the chat.
    Refused,
}

/// A linking that linked nothing: `/account/security/telegram/link`. POST `/account/security/telegram/start`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/telegram_over.html")]
pub struct TelegramOverPage {
    /// What every page shares.
    pub page: Page,
    /// How it ended.
    pub end: LinkEnd,
}

impl TelegramOverPage {
    fn title(&self) -> Cow<'static, str> {
        self.page.t(match self.end {
            LinkEnd::Over => text!("telegram-link-over-title"),
            LinkEnd::Refused => text!("telegram-link-refused-title"),
        })
    }

    fn text(&self) -> Cow<'static, str> {
        self.page.t(match self.end {
            LinkEnd::Over => text!("telegram-link-over-text"),
            LinkEnd::Refused => text!("telegram-link-refused-text"),
        })
    }
}

/// A Telegram account is linked: `/account/security/telegram/done`.
#[derive(Debug, Template)]
#[template(path = "account/telegram_done.html")]
pub struct TelegramDonePage {
    /// What every page shares.
    pub page: Page,
    /// What the Telegram account is called.
    pub name: String,
    /// Whether it is the first, so that Telegram is on from now.
    pub first: bool,
    /// How many other sessions were signed out.
    pub sessions_ended: u32,
    /// Whether another one may be linked.
    pub can_add: bool,
}

impl TelegramDonePage {
    fn title(&self) -> Cow<'static, str> {
        self.page.t(if self.first {
            text!("telegram-done-title")
        } else {
            text!("telegram-done-another-title")
        })
    }
}

/// Before Telegram is switched on again: `/account/security/telegram/enable`. POST there: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/telegram_on.html")]
pub struct TelegramOnPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The linked Telegram accounts, by name.
    pub names: Vec<String>,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// How strong it is.
    pub strength: Strength,
}

impl TelegramOnPage {
    fn why(&self) -> Cow<'static, str> {
        telegram_why(&self.page, self.strength)
    }
}

/// Before Telegram is switched off, or one is unlinked. POST to the page's own address: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/telegram_off.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct TelegramOffPage {
    /// What every page shares.
    pub page: Page,
    /// The id and name of the one that is unlinked; `None`: Telegram is switched off.
    pub unlinks: Option<(String, String)>,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether Telegram is off afterwards.
    pub ends_telegram: bool,
    /// Whether the password alone will protect the account.
    pub last: bool,
    /// Whether the policy requires a second step, so that a set-up follows.
    pub required: bool,
    /// Whether the recovery key stops working, too.
    pub key_goes: bool,
}

impl TelegramOffPage {
    fn title(&self) -> Cow<'static, str> {
        match &self.unlinks {
            Some((_, name)) => self.page.t1("telegram-unlink-title", "name", name),
            None => self.page.t("telegram-off-title"),
        }
    }

    fn lead(&self) -> Cow<'static, str> {
        self.page.t(if self.unlinks.is_some() {
            text!("telegram-unlink-lead")
        } else {
            text!("telegram-off-lead")
        })
    }

    fn action(&self) -> String {
        match &self.unlinks {
            Some((id, _)) => format!("/account/security/telegram/{id}/unlink"),
            None => "/account/security/telegram/disable".to_owned(),
        }
    }
}

/// How the question in Telegram stands.
#[derive(Debug, Clone)]
pub struct ChatQuestion {
    /// How it is answered.
    pub style: TelegramStyle,
    /// The question that was asked last.
    pub asked: Option<ChatAsked>,
    /// Whether there is no linked account that could be asked, as all have blocked the bot.
    pub all_blocked: bool,
    /// When it may be asked again.
    pub again: MailAgain,
    /// Whether Telegram is out of reach.
    pub is_down: bool,
    /// Until when nothing is asked, after two refusals.
    pub held_until: Option<Moment>,
}

/// A question that was asked.
#[derive(Debug, Clone)]
pub struct ChatAsked {
    /// What is carried to the chat: two digits, six in two groups, or nothing.
    pub shown: ShownText,
    /// When it was asked.
    pub at: Moment,
    /// When it can no longer be answered.
    pub expires_at: Moment,
    /// How many chats were asked.
    pub chats: u32,
    /// How far it is.
    pub stage: Stage,
}

impl ChatAsked {
    /// Whether an answer may still come.
    fn is_open(&self) -> bool {
        matches!(self.stage, Stage::OnItsWay | Stage::Sent | Stage::Confirmed)
    }

    pub(super) fn is_on_its_way(&self) -> bool {
        self.stage == Stage::OnItsWay
    }
}

impl ChatQuestion {
    /// The question, while an answer may still come.
    pub(super) fn open(&self) -> Option<&ChatAsked> {
        self.asked.as_ref().filter(|asked| asked.is_open() && self.held_until.is_none())
    }

    /// What to do in the chat.
    pub(super) fn what(&self, page: &Page) -> Cow<'static, str> {
        page.t(match self.style {
            TelegramStyle::Match => text!("telegram-step-match"),
            TelegramStyle::Type => text!("telegram-step-type"),
            TelegramStyle::Tap => text!("telegram-step-tap"),
        })
    }

    /// Why it may not be asked now, and after how many milliseconds it may, where that is known.
    pub(super) fn wait(&self, page: &Page) -> Option<(Cow<'static, str>, Option<u128>)> {
        let until = |key: &'static str, at: &Moment| {
            let text = page.t2(key, "time", page.left(at), "clock", page.clock(at));
            Some((text, Some(page.left_ms(at))))
        };
        match &self.again {
            MailAgain::Now => None,
            MailAgain::At(at) => until(text!("telegram-step-again-at"), at),
            MailAgain::Limited(Some(at)) => until(text!("telegram-step-limited-until"), at),
            MailAgain::Limited(None) => Some((page.t("telegram-step-limited"), None)),
            MailAgain::Never => Some((page.t("telegram-step-no-more"), None)),
        }
    }

    /// Why nobody can be asked.
    fn unasked(&self, page: &Page) -> Option<Cow<'static, str>> {
        if self.all_blocked {
            return Some(page.t("telegram-step-blocked"));
        }
        self.is_down.then(|| page.t("telegram-step-down"))
    }

    /// Why nobody can answer now.
    pub(super) fn trouble(&self, page: &Page) -> Option<Cow<'static, str>> {
        if let Some(until) = &self.held_until {
            return Some(page.t1("telegram-step-held", "time", page.exact(until)));
        }
        Some(page.t(match self.asked.as_ref().map(|asked| asked.stage) {
            Some(Stage::Late) => text!("telegram-step-late"),
            Some(Stage::NotDelivered) => text!("telegram-step-not-delivered"),
            Some(Stage::Blocked) => text!("telegram-step-blocked"),
            Some(Stage::OnItsWay | Stage::Sent | Stage::Confirmed) => return None,
            None => return self.unasked(page),
        }))
    }
}

/// A second step that was refused in Telegram.
#[derive(Debug, Template)]
#[template(path = "auth/telegram_refused.html")]
pub struct TelegramRefusedPage {
    /// What every page shares.
    pub page: Page,
    /// Whether somebody is signed in here, so that the password is changed on its own page.
    pub inside: bool,
}
