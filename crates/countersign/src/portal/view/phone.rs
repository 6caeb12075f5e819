//! Phone numbers: their list in the method's row, adding and removing one, and the second step that waits for the digits of
//! a call or an SMS.

use std::borrow::Cow;

use askama::Template;
use serde::Serialize;

use super::form::FormErrors;
use super::page::Page;
use crate::text;
use crate::words::Moment;

/// One number of the account.
#[derive(Debug, Clone)]
pub struct PhoneEntry {
    /// Its id, for addresses.
    pub id: String,
    /// The number, masked.
    pub masked: String,
    /// When it was proved; of one that waits, when it was added.
    pub added: Moment,
    /// When a code that went to it last signed in.
    pub last_used: Option<Moment>,
    /// Until when it can be proved; `None`: it is.
    pub waits_until: Option<Moment>,
}

/// The account's numbers in the method's row.
#[derive(Debug, Clone, Default)]
pub struct PhoneList {
    /// The numbers, the first added first.
    pub entries: Vec<PhoneEntry>,
    /// The most that the policy allows.
    pub most: u32,
    /// Whether another one may be added now.
    pub may_add: bool,
}

impl PhoneList {
    /// Whether the policy allows no further number. One that waits makes room for the next.
    pub fn is_full(&self) -> bool {
        let proved = self.entries.iter().filter(|entry| entry.waits_until.is_none()).count();
        u32::try_from(proved).unwrap_or(u32::MAX) >= self.most
    }
}

/// Adding a number: `/account/security/phone`. POST there: `csrf`, `number`; it leads to a second step of its own. It has no
/// `Debug`, as what was typed may be a whole number.
#[derive(Template)]
#[template(path = "account/phone_add.html")]
pub struct PhoneAddPage {
    /// What every page shares.
    pub page: Page,
    /// What was typed before.
    pub typed: String,
    /// Whether the number is called to prove it; otherwise an SMS goes there.
    pub calls: bool,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// Removing a number: `/account/security/phone/{id}/remove`. POST there: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/phone_remove.html")]
pub struct PhoneRemovePage {
    /// What every page shares.
    pub page: Page,
    /// The number's id.
    pub id: String,
    /// The number, masked.
    pub masked: String,
    /// Whether it is the account's only one.
    pub last: bool,
    /// Whether a second step of its own comes before.
    pub asks: bool,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
}

/// How the phone's part of a second step stands.
#[derive(Debug, Clone)]
pub struct PhoneBox {
    /// The numbers to choose from.
    pub numbers: Vec<PhonePick>,
    /// The newest call or SMS.
    pub newest: Option<PhoneNewest>,
    /// When a call may be asked for; `None`: no more in this second step.
    pub call: Option<Moment>,
    /// When an SMS may be asked for.
    pub sms: Option<Moment>,
    /// With what every number begins that may call.
    pub begins_with: Option<String>,
}

/// One number to choose.
#[derive(Debug, Clone)]
pub struct PhonePick {
    /// Its id, for the form.
    pub id: String,
    /// The number, masked.
    pub masked: String,
    /// Whether it is the one that is called next.
    pub chosen: bool,
}

/// The newest call or SMS.
#[derive(Debug, Clone)]
pub struct PhoneNewest {
    /// Whether it is a call; otherwise an SMS.
    pub is_call: bool,
    /// The number it went to, masked, while it is the account's.
    pub to: Option<String>,
    /// When it was asked for.
    pub at: Moment,
    /// How far it has come.
    pub stage: PhoneStage,
    /// Until when its code can be answered, where it can.
    pub until: Option<Moment>,
    /// Whether its code ended with a wrong answer.
    pub missed: bool,
}

/// How far a call or an SMS has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneStage {
    /// It is about to go.
    OnItsWay,
    /// The phone rings.
    Ringing,
    /// The call has ended: the key of what is said of it, and whether the phone showed who called.
    Ended(&'static str, bool),
    /// The SMS was taken over.
    Sent,
    /// The SMS has arrived.
    Delivered,
    /// The SMS could not be delivered.
    Undelivered,
}

/// A button that asks for a call or an SMS.
#[derive(Debug, Clone)]
pub struct PhoneButton {
    /// The form value.
    pub value: &'static str,
    /// What it reads.
    pub label: String,
    /// After how many milliseconds it may be pressed; `None`: not at all, so that it is not shown.
    pub wait: Option<u128>,
    /// Whether it is what to do now.
    pub primary: bool,
}

/// How a call or an SMS stands, for the script that keeps the page up to date. Times are milliseconds from now.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct PhoneNews {
    /// The sentence that says so.
    text: String,
    /// Whether it went wrong.
    failed: bool,
    /// Whether it may stand differently in a moment.
    changes: bool,
    /// Whether that is a matter of seconds.
    soon: bool,
    /// Whether what the calling number looks like is worth saying.
    look: bool,
    /// How long its code can be answered, where it can.
    answer: Option<u128>,
    /// When a call may be asked for.
    call: Option<u128>,
    /// When an SMS may be asked for.
    sms: Option<u128>,
    /// Why neither may be asked for now.
    wait: String,
}

impl PhoneBox {
    /// Whether there are digits to type.
    pub fn can_answer(&self) -> bool {
        self.newest.as_ref().is_some_and(|newest| newest.until.is_some())
    }

    /// How many digits the code has that can be answered.
    pub fn digits(&self) -> &'static str {
        if self.newest.as_ref().is_some_and(|newest| newest.is_call) { "4" } else { "6" }
    }

    /// What stands above the box for the digits.
    pub fn code_label(&self, page: &Page) -> Cow<'static, str> {
        page.t(if self.digits() == "4" { text!("phone-label-call") } else { text!("phone-label-sms") })
    }

    /// Whether something is under way, so that it may stand differently in a moment.
    pub fn changes(&self) -> bool {
        let Some(newest) = self.newest.as_ref().filter(|newest| newest.until.is_some()) else { return false };
        matches!(newest.stage, PhoneStage::OnItsWay | PhoneStage::Ringing | PhoneStage::Sent)
    }

    /// Whether that is a matter of seconds: a phone is about to ring, or rings, or an SMS is about to go.
    pub fn is_soon(&self) -> bool {
        let stage = self.newest.as_ref().map(|newest| newest.stage);
        self.changes() && stage != Some(PhoneStage::Sent)
    }

    /// Whether to say where the digits are to be read: while the phone is about to ring or rings.
    pub fn looks(&self) -> bool {
        let Some(newest) = self.newest.as_ref().filter(|newest| newest.until.is_some()) else { return false };
        newest.is_call && matches!(newest.stage, PhoneStage::OnItsWay | PhoneStage::Ringing)
    }

    /// Whether the newest did not come through.
    pub fn failed(&self) -> bool {
        self.newest.as_ref().is_some_and(|newest| {
            newest.missed || matches!(newest.stage, PhoneStage::Ended(_, false) | PhoneStage::Undelivered)
        })
    }

    /// How the newest stands, in a sentence.
    pub fn stage(&self, page: &Page) -> Cow<'static, str> {
        let Some(newest) = &self.newest else { return Cow::Borrowed("") };
        let number = newest.to.as_deref().map(in_one_line);
        let number = number.unwrap_or_else(|| page.t("phone-some-number").into_owned());
        let went = !matches!(newest.stage, PhoneStage::Ended(_, false) | PhoneStage::Undelivered);
        match newest.stage {
            _ if newest.missed => page.t("phone-stage-missed"),
            _ if newest.until.is_none() && went && newest.is_call => page.t("phone-stage-over"),
            _ if newest.until.is_none() && went => page.t("phone-stage-sms-over"),
            PhoneStage::OnItsWay if newest.is_call => page.t1("phone-stage-call", "number", number),
            PhoneStage::OnItsWay => page.t1("phone-stage-sms", "number", number),
            PhoneStage::Ringing => page.t1("phone-stage-ringing", "number", number),
            PhoneStage::Ended(key, _) => page.t(key),
            PhoneStage::Sent => page.t1("phone-stage-sent", "number", number),
            PhoneStage::Delivered => page.t1("phone-stage-delivered", "number", number),
            PhoneStage::Undelivered => page.t1("phone-stage-undelivered", "number", number),
        }
    }

    /// What happens when the button is pressed, before anything was asked for.
    pub fn explained(&self, page: &Page) -> Cow<'static, str> {
        let chosen = self.numbers.iter().filter(|_| self.numbers.len() == 1).find(|pick| pick.chosen);
        match (self.call.is_some(), self.sms.is_some(), chosen) {
            (true, _, Some(pick)) => page.t1("phone-calls-to", "number", in_one_line(&pick.masked)),
            (true, _, None) => page.t("phone-explain-call"),
            (false, true, Some(pick)) => page.t1("phone-writes-to", "number", in_one_line(&pick.masked)),
            (false, true, None) => page.t("phone-explain-sms"),
            (false, false, _) => Cow::Borrowed(""),
        }
    }

    /// What may be asked for, the call before the SMS.
    pub fn buttons(&self, page: &Page) -> [PhoneButton; 2] {
        let wait = |at: &Option<Moment>| at.as_ref().map(|at| page.left_ms(at));
        let was_sms = self.newest.as_ref().is_some_and(|newest| !newest.is_call);
        let call = if self.newest.is_some() { text!("phone-call-again") } else { text!("phone-call-me") };
        let sms = if was_sms { text!("phone-sms-again") } else { text!("phone-sms") };
        let (until_call, until_sms) = (wait(&self.call), wait(&self.sms));
        let first_is_sms = until_sms.is_some_and(|sms| until_call.is_none_or(|call| sms < call));
        let primary = !self.can_answer();
        let button = |value, key, wait, first: bool| PhoneButton {
            value,
            label: page.t(key).into_owned(),
            wait,
            primary: primary && first,
        };
        [
            button("call", call, until_call, !first_is_sms),
            button("sms", sms, until_sms, first_is_sms || until_call.is_none()),
        ]
    }

    /// Why nothing may be asked for now; empty where something may. `proves`: a number is to be proved, so that there is no
    /// other way.
    pub fn wait(&self, page: &Page, proves: bool) -> Cow<'static, str> {
        let first = [self.call, self.sms].into_iter().flatten().min_by_key(|at| page.left_ms(at));
        match first {
            None if proves => page.t("phone-nothing-more-to-prove"),
            None => page.t("phone-nothing-more"),
            Some(at) if page.left_ms(&at) == 0 => Cow::Borrowed(""),
            Some(at) => page.t2("phone-again-at", "time", page.left(&at), "clock", page.clock(&at)),
        }
    }

    /// How long one has to wait for the next, and how much of that is left, in milliseconds.
    pub fn waiting(&self, page: &Page) -> Option<(u128, u128)> {
        let first = [self.call, self.sms].into_iter().flatten().min_by_key(|at| page.left_ms(at))?;
        let span = self.newest.as_ref().map_or(0, |newest| first.since(newest.at).as_millis());
        Some((page.left_ms(&first), span)).filter(|(left, _)| *left > 0)
    }

    /// How it stands, for the script.
    pub fn news(&self, page: &Page, proves: bool) -> PhoneNews {
        let until = |at: &Option<Moment>| at.as_ref().map(|at| page.left_ms(at));
        PhoneNews {
            text: self.stage(page).into_owned(),
            failed: self.failed(),
            changes: self.changes(),
            soon: self.is_soon(),
            look: self.looks(),
            answer: self.newest.as_ref().and_then(|newest| until(&newest.until)),
            call: until(&self.call),
            sms: until(&self.sms),
            wait: self.wait(page, proves).into_owned(),
        }
    }
}

/// A masked number that is not broken at the end of a line.
fn in_one_line(masked: &str) -> String {
    masked.replace(' ', "\u{a0}")
}

/// What was wrong with digits from a phone, or why nobody is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProblem {
    /// Not those of the number that called; that code has ended. How many tries are left.
    WrongCall(u32),
    /// They were right until the code ended.
    Late,
    /// They were used before.
    Used,
    /// They came with an earlier call or SMS.
    Superseded,
    /// Nothing was asked for that could be answered.
    NoneSent,
    /// This second step has had all calls and SMS it may.
    NoMore,
    /// Something stands against a call or an SMS: the key of what is said of it.
    Guarded(&'static str),
}

impl PhoneProblem {
    /// What happened and what to do next.
    pub fn text(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::WrongCall(left) => page.t1("phone-code-wrong-call", "n", left),
            Self::Late => page.t("phone-code-late"),
            Self::Used => page.t("phone-code-used"),
            Self::Superseded => page.t("phone-code-superseded"),
            Self::NoneSent => page.t("phone-code-none-sent"),
            Self::NoMore => page.t("phone-nothing-more"),
            Self::Guarded(key) => page.t(key),
        }
    }
}
