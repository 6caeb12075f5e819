//! A policy, and a change of it, in sentences.

use countersign_core::method::Method;
use countersign_core::policy::{AfterRecovery, Policy, PolicyFault, Requirement, SignUp, TelegramStyle};
use countersign_core::preset::Preset;
use countersign_core::sign_in::SuspensionKind;
use countersign_core::text::Text;
use serde_json::{Value, json};

use super::super::out;
use super::super::told::{count, say};
use crate::flow::policy::{Change, Preview};

pub(super) const SIGN_UPS: [(&str, SignUp); 3] =
    [("open", SignUp::Open), ("invitation", SignUp::Invitation), ("closed", SignUp::Closed)];

pub(super) fn sign_up(text: &str) -> Result<SignUp, String> {
    let found = SIGN_UPS.iter().find(|(name, _)| *name == text);
    found.map(|(_, mode)| *mode).ok_or_else(|| "open, invitation or closed".to_owned())
}

pub(super) fn sign_up_name(mode: SignUp) -> &'static str {
    SIGN_UPS.iter().find(|(_, other)| *other == mode).map_or("", |(name, _)| name)
}

/// What a preset is for, in one line.
pub(super) const fn about(preset: Preset) -> &'static str {
    match preset {
        Preset::Authenticator => {
            "password and authenticator app; support may suspend the second step for a while"
        }
        Preset::EmailOrAuthenticator => "codes by e-mail or one authenticator app, never both",
        Preset::EmailWithRecoveryKey => {
            "codes by e-mail and a recovery key, an authenticator app beside them"
        }
        Preset::Messenger => "Telegram, one authenticator app or codes by e-mail; the phone as a fallback",
        Preset::Recommended => {
            "authenticator app and recovery key; changes of an account need a strong second step"
        }
    }
}

pub(super) fn sentences(policy: &Policy) -> Vec<String> {
    let methods: Vec<&str> = policy.methods.iter().map(|method| method.as_str()).collect();
    let (lives, suspension) = (&policy.sessions, &policy.suspension);
    let mut said = vec![format!("preset: {}", policy.preset), format!("methods: {}", methods.join(", "))];
    said.extend(policy.exclusive.iter().map(|set| {
        let set: Vec<&str> = set.iter().map(|method| method.as_str()).collect();
        format!("only one of these at a time: {}", set.join(", "))
    }));
    said.extend([
        match policy.second_step {
            Requirement::Off => "second step: off for members, required for staff".to_owned(),
            Requirement::Offered => "second step: offered to members, required for staff".to_owned(),
            Requirement::Required => "second step: required for everybody".to_owned(),
        },
        format!("authenticators per account: at most {}", policy.authenticators_max),
        format!("sign-up: {}", sign_up_name(policy.sign_up)),
        format!(
            "sessions of members end after {} min idle or {} h",
            lives.idle_minutes, lives.absolute_hours
        ),
        format!(
            "sessions of staff end after {} min idle or {} h",
            lives.staff_idle_minutes, lives.staff_absolute_hours
        ),
        if suspension.kinds.contains(&SuspensionKind::PasswordAlone) {
            format!("suspension of the second step: up to {} h, members only", suspension.longest_hours)
        } else {
            "suspension of the second step to the password alone: not allowed".to_owned()
        },
    ]);
    said.extend(details(policy).map(str::to_owned));
    if policy.methods.contains(&Method::Telegram) {
        said.extend(telegram(policy));
    }
    if policy.methods.contains(&Method::Phone) {
        said.extend(phone(policy));
    }
    said
}

fn names<'a>(methods: impl IntoIterator<Item = &'a Method>) -> String {
    let names: Vec<&str> = methods.into_iter().map(|method| method.as_str()).collect();
    names.join(", ")
}

fn telegram(policy: &Policy) -> [String; 2] {
    let style = match policy.telegram_style {
        TelegramStyle::Type => "typing the six digits that the browser shows",
        TelegramStyle::Match => "picking the number that the browser shows",
        TelegramStyle::Tap => "one button",
    };
    [
        format!("a Telegram account confirms by {style}"),
        format!("Telegram accounts per account: at most {}", policy.telegram_accounts_max),
    ]
}

fn phone(policy: &Policy) -> Vec<String> {
    let ways = match (policy.calls_before_sms, policy.sms) {
        (0, _) => "by SMS, nobody is called".to_owned(),
        (calls, true) => format!("by call, after {} by SMS", count(u64::from(calls), "call")),
        (calls, false) => format!("by call, {} for a sign-in, never by SMS", count(u64::from(calls), "call")),
    };
    let mut said = vec![
        format!("codes reach phones {ways}"),
        format!("phone numbers per account: at most {}", policy.phone_numbers_max),
        if policy.phone_in_new_browsers {
            "the phone signs in to any browser".to_owned()
        } else {
            "the phone signs in only to browsers that completed a sign-in before".to_owned()
        },
    ];
    said.extend(
        policy
            .needs
            .get(&Method::Phone)
            .map(|needed| format!("the phone counts only beside {}", names(needed))),
    );
    said
}

/// What comes before, with and after a method.
fn details(policy: &Policy) -> [&'static str; 3] {
    [
        if policy.confirmed_address_first {
            "the e-mail address must be confirmed before a method can be enabled"
        } else {
            "methods can be enabled before the e-mail address is confirmed"
        },
        match policy.after_recovery {
            AfterRecovery::Session => "a sign-in by recovery key leads to an ordinary session",
            AfterRecovery::Enrolment => "a sign-in by recovery key leads to setting up what was lost",
        },
        if policy.last_showing {
            "the key of a new authenticator is shown one last time after its first code"
        } else {
            "the key of a new authenticator is not shown again after its first code"
        },
    ]
}

/// What a change would mean, in lines.
pub(super) fn lines(preview: &Preview) -> Vec<String> {
    let effect = &preview.effect;
    let of = |accounts: u64, what: &str| {
        (accounts > 0).then(|| format!("{accounts} of {} will {what}", count(effect.accounts, "account")))
    };
    let mut said: Vec<String> = preview
        .changes
        .iter()
        .map(|Change { setting, before, after }| format!("{setting}: {before} -> {after}"))
        .collect();
    if effect.weakens() {
        said.push("WEAKER: this makes accounts easier to get into".to_owned());
    }
    said.extend(
        [
            of(effect.no_longer_asked, "no longer be asked for a second step"),
            of(effect.weaker, "sign in with a weaker second step"),
            of(effect.must_enrol, "be asked to enrol at once"),
            of(effect.must_enrol_later, "have to enrol by the day that is set"),
            of(effect.must_enrol_already, "have to enrol, as before"),
            of(effect.newly_asked, "be asked for a second step that did not count before"),
        ]
        .into_iter()
        .flatten(),
    );
    for (method, accounts) in &effect.stops_counting {
        said.extend(of(*accounts, &format!("no longer be asked for {method}")));
    }
    if effect.is_nothing() {
        said.push("nobody will notice at the next sign-in".to_owned());
    }
    said.extend(preview.faults.iter().map(|fault| format!("IMPOSSIBLE: {}", fault_line(fault))));
    for risk in &preview.risks {
        said.push(format!("risk {}: {}", risk.as_str(), say(&Text::new(risk.text_key()))));
    }
    said
}

/// A fault with its setting.
pub(super) fn fault_line(fault: &PolicyFault) -> String {
    format!("{}: {}", fault.setting(), say(&fault.text()))
}

/// Prints a preview.
pub(super) fn tell(preview: &Preview, as_document: bool) {
    if as_document {
        out::line(format_args!("{:#}", document(preview)));
        return;
    }
    if preview.changes.is_empty() {
        out::line("Nothing would change.");
        return;
    }
    for line in lines(preview) {
        out::line(line);
    }
}

/// A preview for scripts.
pub(super) fn document(preview: &Preview) -> Value {
    let effect = &preview.effect;
    let stops: serde_json::Map<String, Value> = effect
        .stops_counting
        .iter()
        .map(|(method, accounts)| (method.as_str().to_owned(), (*accounts).into()))
        .collect();
    json!({
        "version": preview.base_version,
        "changes": preview.changes.iter().map(change).collect::<Vec<_>>(),
        "faults": preview.faults.iter().map(fault_line).collect::<Vec<_>>(),
        "risks": preview.risks.iter().map(|risk| risk.as_str()).collect::<Vec<_>>(),
        "effect": {
            "accounts": effect.accounts, "must_enrol": effect.must_enrol,
            "must_enrol_later": effect.must_enrol_later, "must_enrol_already": effect.must_enrol_already,
            "no_longer_asked": effect.no_longer_asked, "newly_asked": effect.newly_asked,
            "weaker": effect.weaker, "stops_counting": stops, "weakens": effect.weakens(),
        },
    })
}

/// A change of one setting, for scripts.
pub(super) fn change(change: &Change) -> Value {
    json!({ "setting": change.setting, "before": change.before, "after": change.after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_told_in_sentences_wherever_presets_differ() {
        let told = |preset: Preset| sentences(&preset.policy()).join("\n");
        let either = told(Preset::EmailOrAuthenticator);
        assert!(
            either.contains("only one of these at a time: ") && either.contains("is shown one last time")
        );
        let key = told(Preset::EmailWithRecoveryKey);
        assert!(key.contains("must be confirmed before") && !key.contains("only one of these"), "{key}");
        assert!(told(Preset::Authenticator).contains("leads to an ordinary session"));
        assert!(Preset::ALL.iter().any(|preset| told(*preset).contains("setting up what was lost")));
        let messenger = told(Preset::Messenger);
        for line in [
            "a Telegram account confirms by picking the number",
            "codes reach phones by call, after 3 calls by SMS",
            "the phone signs in to any browser",
            "the phone counts only beside authenticator, telegram",
        ] {
            assert!(messenger.contains(line), "{messenger}");
        }
        assert!(
            !told(Preset::Recommended).contains("phone") && !told(Preset::Recommended).contains("Telegram")
        );
    }

    #[test]
    fn names_read_back_as_they_are_listed() {
        for preset in Preset::ALL {
            assert!(!about(*preset).is_empty());
        }
        for (name, mode) in SIGN_UPS {
            assert_eq!((sign_up(name), sign_up_name(mode)), (Ok(mode), name));
        }
    }
}
