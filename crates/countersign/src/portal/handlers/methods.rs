//! The rows of the methods: what is on, what may be done, and why not.

use countersign_core::method::{Class, Method};
use countersign_core::policy::Policy;
use countersign_core::sign_in::{AccountChange, Permission, refusal};
use countersign_core::text::Text;

use super::super::view::{
    self, Blocked, Device, EnrolmentChoice, MethodRow, MethodState, Page, RowAction, Strength, Ways,
};
use super::super::visit::{Member, moment, say};
use super::{phone, telegram_row as telegram};
use crate::flow::authenticator::{self, DeviceLine};
use crate::http::problem::Problem;
use crate::text;

/// How a method looks and what its row says of it. A method without its line here does not compile.
pub(super) struct Look {
    /// The name of its icon.
    pub(super) icon: &'static str,
    /// The key of the sentence that says what it is.
    about: &'static str,
    /// The key of the words that offer to enable it.
    enable: &'static str,
}

pub(super) fn look(method: Method) -> Look {
    let (icon, about, enable) = match method {
        Method::Authenticator => {
            ("phone", text!("method-authenticator-about"), text!("enrolment-with-authenticator"))
        }
        Method::Email => ("mail", text!("method-email-about"), text!("enrolment-with-email")),
        Method::Telegram => ("message", text!("method-telegram-about"), text!("enrolment-with-telegram")),
        Method::Phone => ("call", text!("method-phone-about"), Method::Phone.text_key()),
        Method::RecoveryKey => ("key", text!("method-recovery-key-about"), Method::RecoveryKey.text_key()),
        Method::SupportCode => ("help", text!("method-support-code-about"), Method::SupportCode.text_key()),
    };
    Look { icon, about, enable }
}

/// The method as something to choose.
pub(super) fn choice(page: &Page, policy: &Policy, method: Method) -> EnrolmentChoice {
    let (look, strength) = (look(method), strength(policy.class_of(method)));
    EnrolmentChoice {
        value: method.as_str(),
        icon: look.icon,
        label: page.t(look.enable).into_owned(),
        about: page.t(look.about).into_owned(),
        why: (method == Method::Telegram).then(|| view::telegram_why(page, strength).into_owned()),
        strength,
    }
}

/// What protects the account, in words.
pub(super) fn ways(member: &Member, page: &Page) -> String {
    view::ways(page, &Ways::of(&member.me.enrolled, member.me.facts.authenticators))
}

/// Every method on offer, and what else is still on.
pub(super) async fn rows(member: &Member, page: &Page) -> Result<Vec<MethodRow>, Problem> {
    let (policy, role) = (&member.me.facts.policy, member.me.facts.account.role);
    let mut rows = Vec::new();
    for &method in Method::ALL {
        if policy.offers(method, role) || member.me.enrolled.contains(&method) {
            rows.push(match method {
                Method::Authenticator => authenticator_row(member, page).await?,
                Method::Email => email_row(member, page),
                Method::RecoveryKey => key_row(member, page),
                Method::Phone => phone::row(member, page, plain(member, page, Method::Phone)).await?,
                Method::Telegram => {
                    telegram::row(member, page, plain(member, page, Method::Telegram)).await?
                }
                Method::SupportCode => continue,
            });
        }
    }
    Ok(rows)
}

fn plain(member: &Member, page: &Page, method: Method) -> MethodRow {
    let now = member.call().now;
    let is_on = member.me.enrolled.contains(&method);
    let state = match member.me.suspension().filter(|_| member.me.is_suspended(now)) {
        Some(suspension) if is_on => MethodState::Suspended(moment(suspension.until)),
        _ if is_on => MethodState::On,
        _ => MethodState::Off,
    };
    let look = look(method);
    let words = (look.icon, method.text_key(), look.about);
    MethodRow {
        state,
        is_on,
        ..MethodRow::new(page, words, strength(member.me.facts.policy.class_of(method)))
    }
}

/// Why this change is refused in this session, if it is.
pub(super) fn blocked(member: &Member, page: &Page, change: AccountChange) -> Option<Blocked> {
    let Permission::No(key) = member.me.may(change, member.call().now) else { return None };
    let confirm_address = key == refusal::CONFIRM_ADDRESS_FIRST && member.call().deps.mail;
    Some(Blocked { reason: say(page, &Text::new(key)), confirm_address })
}

async fn authenticator_row(member: &Member, page: &Page) -> Result<MethodRow, Problem> {
    let lines = authenticator::list(member.call(), &member.me).await?;
    let devices: Vec<Device> = lines.into_iter().map(device).collect();
    let blocked = blocked(member, page, AccountChange::AddAuthenticator);
    Ok(MethodRow {
        last_used: devices.iter().filter_map(|device| device.last_used).max(),
        is_on: !devices.is_empty(),
        devices,
        most: u32::from(member.me.facts.policy.authenticators_max),
        set_up: blocked.is_none().then(|| "/account/security/authenticator".to_owned()),
        blocked,
        ..plain(member, page, Method::Authenticator)
    })
}

pub(super) fn device(line: DeviceLine) -> Device {
    Device {
        id: line.id.to_string(),
        name: line.name,
        added: moment(line.added_at),
        last_used: line.last_used_at.map(moment),
    }
}

fn email_row(member: &Member, page: &Page) -> MethodRow {
    let account = &member.me.facts.account;
    let row = plain(member, page, Method::Email);
    let note = Some(page.t1("email-row-address", "email", account.email.as_str()).into_owned());
    if row.is_on {
        let blocked = blocked(member, page, AccountChange::DisableEmail);
        let off = RowAction {
            label: page.t("disable").into_owned(),
            address: "/account/security/email/disable",
            class: "danger-quiet",
        };
        let last_used = account.last_sign_in_at.filter(|_| account.last_method == Some(Method::Email));
        let actions = if blocked.is_none() { vec![off] } else { Vec::new() };
        return MethodRow { note, last_used: last_used.map(moment), actions, blocked, ..row };
    }
    let no_mail = Blocked { reason: page.t("mail-not-set-up").into_owned(), confirm_address: false };
    let blocked = blocked(member, page, AccountChange::EnableEmail)
        .or_else(|| (!member.call().deps.mail).then_some(no_mail));
    let set_up = blocked.is_none().then(|| "/account/security/email".to_owned());
    MethodRow { note, set_up, blocked, ..row }
}

fn key_row(member: &Member, page: &Page) -> MethodRow {
    const MAKE: &str = "/account/security/recovery-key";
    let row = plain(member, page, Method::RecoveryKey);
    let facts = &member.me.facts;
    if !member.me.enrolled.iter().any(|method| method.is_daily()) {
        let reason = page.t("key-row-needs-method").into_owned();
        return MethodRow { blocked: Some(Blocked { reason, confirm_address: false }), ..row };
    }
    let blocked = blocked(member, page, AccountChange::MakeRecoveryKey);
    let Some(key) = facts.recovery_key else {
        let set_up = blocked.is_none().then(|| MAKE.to_owned());
        return MethodRow { set_up, blocked, ..row };
    };
    let made = page.date(&moment(key.made_at));
    let note = if key.saved {
        page.t1("key-row-saved", "date", made)
    } else {
        page.t1("key-row-unsaved", "date", made)
    };
    let label = page.t("key-row-new").into_owned();
    let new = RowAction { label, address: MAKE, class: "secondary" };
    let actions = if blocked.is_none() { vec![new] } else { Vec::new() };
    MethodRow { note: Some(note.into_owned()), actions, blocked, ..row }
}

pub(super) fn strength(class: Class) -> Strength {
    match class {
        Class::PhishingResistant => Strength::PhishingResistant,
        Class::Strong => Strength::Strong,
        Class::Restricted => Strength::Restricted,
        Class::Recovery => Strength::Recovery,
        Class::Weak | Class::None => Strength::Weak,
    }
}
