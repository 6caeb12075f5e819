//! The schema of a whole security policy. A description only: policies are read and written by core's own type, and a test
//! keeps the two alike.

#![expect(dead_code, reason = "a description only")]

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::shapes::{ClassName, MethodName, PresetName, RiskName};

/// A whole security policy. Every member is needed, and no other is taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct PolicyDocument {
    /// The preset from which this policy started.
    preset: PresetName,
    /// The methods that may be set up. One of them must be strong and no fallback, as staff always need one.
    methods: Vec<MethodName>,
    /// Whether members may or must have a second step.
    second_step: RequirementName,
    /// From when on a required second step is required; until then it is offered. `null`: at once.
    #[schema(format = "date-time", required)]
    required_from: Option<String>,
    /// The lowest class of a second step that meets what is required, by role.
    lowest_class: LowestClassDocument,
    /// Sets of two or more daily methods of which an account may have one.
    exclusive: Vec<Vec<MethodName>>,
    /// Daily methods that count only beside one that is none of these.
    fallback_only: Vec<MethodName>,
    /// By method, those of which one has to be on for it to count.
    needs: BTreeMap<String, Vec<MethodName>>,
    /// Whether the e-mail address must be confirmed before any method can be enabled.
    confirmed_address_first: bool,
    /// What a sign-in by recovery key leads to.
    after_recovery: AfterRecoveryName,
    /// Whether a new authenticator's key is shown one last time after its first code.
    last_showing: bool,
    /// Most authenticators of one account.
    #[schema(minimum = 1, maximum = 20)]
    authenticators_max: u8,
    /// What a session needs to change its account.
    class_for_account_changes: ClassRuleName,
    /// How a Telegram account confirms a sign-in, the safest first: six digits typed into the chat, one of three numbers picked
    /// there, one button.
    telegram_style: TelegramStyleName,
    /// Most Telegram accounts of one account.
    #[schema(minimum = 1, maximum = 5)]
    telegram_accounts_max: u8,
    /// Calls after which an SMS takes their place; 0: nobody is called.
    #[schema(minimum = 0, maximum = 10)]
    calls_before_sms: u8,
    /// Whether codes go by SMS, once the calls are used up or at once where there are none.
    sms: bool,
    /// Most phone numbers of one account.
    #[schema(minimum = 1, maximum = 5)]
    phone_numbers_max: u8,
    /// Whether the phone signs in to any browser, or only to one that completed a sign-in before.
    phone_in_new_browsers: bool,
    /// Who may make an account.
    sign_up: SignUpName,
    /// Whether accounts linked to a provider of single sign-on may use a password instead.
    password_sign_in: bool,
    /// By a provider's short name, what it has to say of a sign-in for it to count as a second step.
    trusted: BTreeMap<String, TrustedClaimsDocument>,
    /// How long sessions live.
    sessions: SessionLivesDocument,
    /// What a suspension of the second step may be.
    suspension: SuspensionRulesDocument,
    /// The four words that a policy may choose.
    wording: WordingDocument,
    /// The risks that whoever made this version had read. On the way in it is not looked at: see `acknowledged`.
    risks_acknowledged: Vec<RiskName>,
}

/// Whether members have a second step. Staff always have one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum RequirementName {
    Off,
    Offered,
    Required,
}

/// What a sign-in by recovery key leads to, once the new key is saved.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AfterRecoveryName {
    Session,
    Enrolment,
}

/// What a session needs to change its account: a strong second step, or any that is enrolled.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ClassRuleName {
    Strong,
    AnyEnrolled,
}

/// How a Telegram account confirms a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TelegramStyleName {
    Type,
    Match,
    Tap,
}

/// Who may make an account: anybody, whoever was invited, the operator alone.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SignUpName {
    Open,
    Invitation,
    Closed,
}

/// What signs in while a second step is suspended.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SuspensionKindName {
    PasswordAlone,
    SupportCode,
}

/// The lowest class by role. For staff: strong or better.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LowestClassDocument {
    /// Of members.
    member: ClassName,
    /// Of support agents.
    support: ClassName,
    /// Of administrators.
    administrator: ClassName,
}

/// What a provider has to say: one of these values.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TrustedClaimsDocument {
    /// Values of `amr`.
    amr: Vec<String>,
    /// Values of `acr`.
    acr: Vec<String>,
}

/// How long sessions live, and how many there may be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionLivesDocument {
    /// Minutes without a request after which a member's session ends.
    #[schema(minimum = 1, maximum = 1440)]
    idle_minutes: u32,
    /// Hours after which a member's session ends in any case.
    #[schema(minimum = 1, maximum = 720)]
    absolute_hours: u32,
    /// As `idle_minutes`, for staff.
    #[schema(minimum = 1, maximum = 1440)]
    staff_idle_minutes: u32,
    /// As `absolute_hours`, for staff.
    #[schema(minimum = 1, maximum = 720)]
    staff_absolute_hours: u32,
    /// Most sessions of one account at once.
    #[schema(minimum = 1, maximum = 500)]
    most: u32,
}

/// What a suspension of the second step may be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SuspensionRulesDocument {
    /// What may sign in meanwhile; none: support cannot suspend.
    kinds: Vec<SuspensionKindName>,
    /// Its length in hours where nobody says otherwise, at most `longest_hours`.
    #[schema(minimum = 1, maximum = 720)]
    default_hours: u32,
    /// Its greatest length in hours.
    #[schema(minimum = 1, maximum = 720)]
    longest_hours: u32,
    /// Whether a new authenticator may be set up meanwhile.
    enrol_while: bool,
}

/// The word at each of four places, by the key of its text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WordingDocument {
    /// The menu.
    #[schema(pattern = "^wording-menu-")]
    menu: String,
    /// The tab with the second step.
    #[schema(pattern = "^wording-tab-")]
    tab: String,
    /// The button that starts a set-up.
    #[schema(pattern = "^wording-enable-")]
    enable: String,
    /// The button that ends a set-up.
    #[schema(pattern = "^wording-confirm-")]
    confirm: String,
}

#[cfg(test)]
mod tests {
    use countersign_core::policy::{Policy, TrustedClaims};
    use countersign_core::preset::Preset;
    use countersign_core::time::Timestamp;
    use serde_json::Value;

    use super::*;

    fn rich(preset: Preset) -> Policy {
        let mut policy = preset.policy();
        policy.required_from = Some(Timestamp::from_secs(1_800_000_000));
        policy.trusted.insert("example".to_owned(), TrustedClaims::default());
        policy
    }

    /// The reader of the description takes what core writes, member for member, at every depth.
    #[test]
    fn the_description_and_core_know_the_same_members() {
        for &preset in Preset::ALL {
            let written = serde_json::to_value(rich(preset)).unwrap();
            serde_json::from_value::<PolicyDocument>(written.clone()).map(|_| ()).unwrap();
            let document = crate::api::document();
            let schema = &document["components"]["schemas"]["PolicyDocument"];
            let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            let mut described = names(&schema["properties"]);
            let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
            let mut known = names(&written);
            described.sort();
            required.sort();
            known.sort();
            assert_eq!((&described, &required), (&known, &known));
        }
    }
}
