//! What every page shares: words, the reader, the organisation's look, the nonce and the form token.

use std::borrow::Cow;
use std::time::Duration;

use askama::filters::Safe;

use super::icon::icon;
use super::suspension::SuspensionBanner;
use crate::portal::assets;
use crate::text;
use crate::words::{Moment, Value, Words};

/// The colour of buttons, links and marks. Each is checked for a contrast of 4.5 : 1 in both modes;
/// a fixed set, because the content security policy admits no inline style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Accent {
    #[default]
    Pine,
    Ocean,
    Iris,
    Plum,
    Brick,
    Graphite,
}

impl Accent {
    /// Every accent.
    pub const ALL: [Self; 6] = [Self::Pine, Self::Ocean, Self::Iris, Self::Plum, Self::Brick, Self::Graphite];

    /// The name in settings and in the page's `data-accent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pine => "pine",
            Self::Ocean => "ocean",
            Self::Iris => "iris",
            Self::Plum => "plum",
            Self::Brick => "brick",
            Self::Graphite => "graphite",
        }
    }

    /// The accent of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|accent| accent.as_str() == name)
    }
}

/// The four texts that a preset may set, already in words.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The menu that leads to the account ("Account", "Personal data").
    pub menu: String,
    /// The tab with the second step ("Security", "Security and credentials").
    pub tab: String,
    /// The button that starts a set-up ("Enable", "Launch").
    pub enable: String,
    /// The button that ends a set-up ("Confirm", "Complete activation", "Validate", "Verify").
    pub confirm: String,
}

impl Wording {
    /// Countersign's own wording.
    pub fn standard(words: Words) -> Self {
        Self::of(
            words,
            [
                text!("wording-menu-account"),
                text!("wording-tab-security"),
                text!("wording-enable-enable"),
                text!("wording-confirm-confirm"),
            ],
        )
    }

    /// The wording of four text keys: menu, tab, enable, confirm.
    pub fn of(words: Words, [menu, tab, enable, confirm]: [&str; 4]) -> Self {
        let text = |key| words.t(key).into_owned();
        Self { menu: text(menu), tab: text(tab), enable: text(enable), confirm: text(confirm) }
    }
}

/// What kind of message a notice is; said by an icon and a word too, not by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum NoticeKind {
    Success,
    Info,
    Warning,
    Error,
}

/// A message above the page's content: what just happened, or what to know.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its kind.
    pub kind: NoticeKind,
    /// What it says, in words.
    pub text: String,
}

impl Notice {
    /// A notice of something done.
    pub fn success(text: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Success, text: text.into() }
    }

    /// A notice of this kind.
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The class of its look.
    pub fn class(&self) -> &'static str {
        match self.kind {
            NoticeKind::Success => "good",
            NoticeKind::Info => "info",
            NoticeKind::Warning => "warn",
            NoticeKind::Error => "bad",
        }
    }

    /// The name of its icon.
    pub fn icon(&self) -> &'static str {
        match self.kind {
            NoticeKind::Success => "check-circle",
            NoticeKind::Info => "info",
            NoticeKind::Warning | NoticeKind::Error => "alert",
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// The name to greet with.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// A deed needs a fresh proof, and its form takes much to fill in.
#[derive(Debug, Clone)]
pub struct ProofFirst {
    /// Where it is given; it leads back to the page.
    pub address: String,
    /// Whether the page shows what was typed already.
    pub typed: bool,
}

/// Which areas of the staff the reader may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Staff {
    /// The support desk.
    pub desk: bool,
    /// Administration.
    pub administration: bool,
}

/// What every page shares.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language's words.
    pub words: Words,
    /// This answer's script nonce (goes into the CSP header, too).
    pub nonce: String,
    /// The token of the hidden `csrf` field of every form.
    pub csrf: String,
    /// Now.
    pub now: Moment,
    /// The product's name, for the foot of the page.
    pub product: String,
    /// The organisation's name, shown with its mark.
    pub organisation: String,
    /// The organisation's colour.
    pub accent: Accent,
    /// The address of the stylesheet of a colour that the organisation has chosen.
    pub accent_sheet: Option<String>,
    /// What areas beside the account's own there are for the reader.
    pub staff: Staff,
    /// The four texts a preset may set.
    pub wording: Wording,
    /// Who is signed in; `None` on the sign-in family.
    pub user: Option<User>,
    /// Whether nothing but enrolment and sign-out may be reached: no menu is drawn.
    pub must_enrol: bool,
    /// The proof that the forms of the page ask for, where it is not fresh.
    pub proof_first: Option<ProofFirst>,
    /// A message above the content.
    pub notice: Option<Notice>,
    /// What is said on every page while the session rests on a suspension of the second step.
    pub suspension: Option<SuspensionBanner>,
}

impl Page {
    /// A page for nobody in particular, with Countersign's own wording and colour.
    pub fn new(words: Words, now: Moment, nonce: impl Into<String>, csrf: impl Into<String>) -> Self {
        Self {
            words,
            nonce: nonce.into(),
            csrf: csrf.into(),
            now,
            product: "Countersign".to_owned(),
            organisation: "Countersign".to_owned(),
            accent: Accent::default(),
            accent_sheet: None,
            staff: Staff::default(),
            wording: Wording::standard(words),
            user: None,
            must_enrol: false,
            proof_first: None,
            notice: None,
            suspension: None,
        }
    }

    /// A text.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.words.t(key)
    }

    /// A text with one variable.
    pub fn t1(&self, key: &str, name: &str, value: impl Value) -> Cow<'static, str> {
        self.words.t1(key, name, value)
    }

    /// A text with two variables.
    pub fn t2(
        &self,
        key: &str,
        name: &str,
        value: impl Value,
        name2: &str,
        value2: impl Value,
    ) -> Cow<'static, str> {
        self.words.t2(key, name, value, name2, value2)
    }

    /// How long ago a moment was.
    pub fn ago(&self, at: &Moment) -> Cow<'static, str> {
        self.words.ago(*at, self.now)
    }

    /// A moment's day and time.
    pub fn exact(&self, at: &Moment) -> Cow<'static, str> {
        self.words.exact(*at)
    }

    /// A moment's day.
    pub fn date(&self, at: &Moment) -> Cow<'static, str> {
        self.words.date(*at)
    }

    /// A moment's time of day.
    pub fn clock(&self, at: &Moment) -> Cow<'static, str> {
        self.words.clock(*at)
    }

    /// How long it is until a moment: "5 minutes".
    pub fn left(&self, until: &Moment) -> Cow<'static, str> {
        self.words.duration(until.since(self.now))
    }

    /// How many milliseconds it is until a moment.
    pub fn left_ms(&self, until: &Moment) -> u128 {
        until.since(self.now).as_millis()
    }

    /// Seconds since the present 30-second step began.
    pub fn step_left_ms(&self) -> i64 {
        30_000 - self.now.0.rem_euclid(30_000)
    }

    /// A number of minutes in words.
    pub fn minutes(&self, minutes: &u32) -> Cow<'static, str> {
        self.words.duration(Duration::from_secs(u64::from(*minutes) * 60))
    }

    /// An icon of the set.
    pub fn icon(&self, name: &str) -> Safe<&'static str> {
        icon(name)
    }

    /// The hashed address of an asset.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::path_of(name)
    }

    /// The letter in the organisation's mark.
    pub fn mark(&self) -> String {
        initial(&self.organisation)
    }

    /// The letter in the reader's mark.
    pub fn user_mark(&self) -> String {
        self.user.as_ref().map_or_else(String::new, |user| initial(&user.name))
    }
}

fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "•".to_owned(), |c| c.to_uppercase().collect())
}
