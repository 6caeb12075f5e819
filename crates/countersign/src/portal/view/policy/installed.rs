//! What an installation lacks of what a policy allows, in words.

use countersign_core::method::Method;
use countersign_core::policy::Policy;

use super::super::page::Page;
use super::{Control, Rule};
use crate::text;

/// What is set up on the installation.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    /// Whether letters go out.
    pub mail: bool,
    /// Whether a Telegram bot is set up.
    pub telegram: bool,
    /// Whether a trunk for calls is.
    pub calls: bool,
    /// Whether a route for SMS is.
    pub sms: bool,
}

impl Installed {
    /// Why nobody can set this method up here.
    fn lacks(self, method: Method) -> Option<&'static str> {
        match method {
            Method::Email if !self.mail => Some(text!("policy-no-mail")),
            Method::Telegram if !self.telegram => Some(text!("policy-no-telegram")),
            Method::Phone if !self.calls && !self.sms => Some(text!("policy-no-phone")),
            _ => None,
        }
    }

    /// Why this rule has no effect here.
    fn idle(self, rule: &str) -> Option<&'static str> {
        match rule {
            "telegram_style" | "telegram_accounts_max" if !self.telegram => Some(text!("policy-no-telegram")),
            "calls_before_sms" if !self.calls => Some(text!("policy-no-calls")),
            "sms" if !self.sms => Some(text!("policy-no-sms")),
            _ => None,
        }
    }

    /// Says it beside the methods and rules.
    pub fn note(self, page: &Page, rules: &mut [Rule]) {
        for rule in rules {
            if let Some(key) = self.idle(rule.id) {
                rule.note = page.t(key).into_owned();
            }
            if rule.id != "methods" {
                continue;
            }
            let Control::Ticks(picks) = &mut rule.control else { continue };
            for pick in picks {
                let lacks = Method::parse(&pick.value).and_then(|method| self.lacks(method));
                pick.note = lacks.map(|key| page.t(key).into_owned()).unwrap_or_default();
            }
        }
    }

    /// The methods of a policy that nobody can set up here: the name of each, and why.
    pub fn missing(self, page: &Page, policy: &Policy) -> Vec<(String, String)> {
        let lacking = |method: &Method| {
            let key = self.lacks(*method)?;
            Some((page.t(method.text_key()).into_owned(), page.t(key).into_owned()))
        };
        policy.methods.iter().filter_map(lacking).collect()
    }
}
