//! The security policy: its rules as sentences with switches, the presets beside it, the review of a change, the history.

mod installed;
mod rules;
mod told;

use askama::Template;
use countersign_core::preset::Preset;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

pub use installed::Installed;
pub use rules::{Control, Pick, RuleGroup, rules};
pub use told::{EffectLine, changed_rules, effect_lines};

/// One rule of the policy: a sentence, why it is there, and what sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its path within the policy, which is also its field's name.
    pub id: &'static str,
    /// Under which heading it stands.
    pub group: RuleGroup,
    /// The sentence, in words.
    pub label: String,
    /// What it is good for, in words.
    pub why: String,
    /// Why it has no effect on this installation, in words; empty: it has.
    pub note: String,
    /// What sets it.
    pub control: Control,
}

/// A heading and its rules.
#[derive(Debug, Clone)]
pub struct RuleSection {
    /// The heading, in words.
    pub title: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One rule that a change touches.
#[derive(Debug, Clone)]
pub struct ChangedRule {
    /// The sentence.
    pub label: String,
    /// What it was, in words.
    pub before: String,
    /// What it will be, in words.
    pub after: String,
}

/// Whom a change touches, in words.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Line by line.
    pub lines: Vec<EffectLine>,
    /// Whether accounts become easier to get into.
    pub weakens: bool,
}

/// The policy with its switches: `/admin/policy`. POST `/admin/policy/review`: `csrf`, `version` and a field of its name
/// for every rule; nothing is changed by it.
#[derive(Debug, Template)]
#[template(path = "admin/policy.html")]
pub struct PolicyPage {
    /// What every page shares.
    pub page: Page,
    /// The version in force.
    pub version: i64,
    /// When it came into force.
    pub since: Moment,
    /// The preset that it started from.
    pub preset: Preset,
    /// The rules, as they are or as they were being edited.
    pub sections: Vec<RuleSection>,
    /// Whether the rules carry what was typed before.
    pub edited: bool,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// A risk that has to be read.
#[derive(Debug, Clone)]
pub struct RiskToRead {
    /// Its name, of which its field is made.
    pub name: &'static str,
    /// What it is, in words.
    pub text: String,
    /// Whether it was ticked before.
    pub ticked: bool,
}

/// What is being reviewed.
#[derive(Debug, Clone)]
pub enum Reviewed {
    /// A change by hand.
    Edit,
    /// A preset.
    Preset(Preset),
    /// A return to this version.
    Version(i64),
}

/// Between editing and saving: `/admin/policy/review`. POST `/admin/policy`: `csrf`, `version`, `policy`, `reason` and
/// `risk-…` for every risk that was read.
#[derive(Debug, Template)]
#[template(path = "admin/policy_review.html")]
pub struct PolicyReviewPage {
    /// What every page shares.
    pub page: Page,
    /// What is being reviewed.
    pub reviewed: Reviewed,
    /// The version in force, on which the change is based.
    pub version: i64,
    /// The whole policy as it would be, as JSON.
    pub policy: String,
    /// What changes.
    pub changes: Vec<ChangedRule>,
    /// Whom it touches.
    pub touched: Touched,
    /// The methods of it that nobody can set up on this installation, and why.
    pub missing: Vec<(String, String)>,
    /// The risks that have to be read.
    pub risks: Vec<RiskToRead>,
    /// Why it cannot work, in words; empty: it can.
    pub faults: Vec<String>,
    /// The reason as typed before.
    pub reason: String,
    /// Longest reason, in characters.
    pub reason_most: usize,
    /// Where editing goes on.
    pub edit: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// A preset beside the policy in force.
#[derive(Debug, Clone)]
pub struct PresetChoice {
    /// Which.
    pub preset: Preset,
    /// Whether the policy in force started from it.
    pub in_force: bool,
    /// What it would change.
    pub changes: Vec<ChangedRule>,
    /// Whom that would touch.
    pub touched: Touched,
    /// The methods of it that nobody can set up on this installation, and why.
    pub missing: Vec<(String, String)>,
}

/// The presets: `/admin/policy/presets`.
#[derive(Debug, Template)]
#[template(path = "admin/policy_presets.html")]
pub struct PolicyPresetsPage {
    /// What every page shares.
    pub page: Page,
    /// All of them.
    pub presets: Vec<PresetChoice>,
}

/// Who made a version.
#[derive(Debug, Clone)]
pub enum VersionAuthor {
    /// Somebody with an account: name and address.
    Person(String, String),
    /// Somebody whose account is gone.
    Gone,
    /// The command line, or the installation itself.
    Operator,
}

/// A version that was in force.
#[derive(Debug, Clone)]
pub struct PolicyVersion {
    /// Its number.
    pub number: i64,
    /// When it came into force.
    pub at: Moment,
    /// Who made it.
    pub by: VersionAuthor,
    /// Why, in that person's words.
    pub reason: String,
    /// What it changed.
    pub changes: Vec<ChangedRule>,
    /// Whether it is in force.
    pub in_force: bool,
}

/// The versions: `/admin/policy/history`.
#[derive(Debug, Template)]
#[template(path = "admin/policy_history.html")]
pub struct PolicyHistoryPage {
    /// What every page shares.
    pub page: Page,
    /// The newest first.
    pub versions: Vec<PolicyVersion>,
}

/// The key of a preset's name.
pub fn preset_name(preset: &Preset) -> &'static str {
    match preset {
        Preset::Authenticator => crate::text!("preset-authenticator"),
        Preset::EmailOrAuthenticator => crate::text!("preset-email-or-authenticator"),
        Preset::EmailWithRecoveryKey => crate::text!("preset-email-with-recovery-key"),
        Preset::Messenger => crate::text!("preset-messenger"),
        Preset::Recommended => crate::text!("preset-recommended"),
    }
}

/// The key of the sentence that says what a preset is.
fn preset_about(preset: Preset) -> &'static str {
    match preset {
        Preset::Authenticator => crate::text!("preset-authenticator-about"),
        Preset::EmailOrAuthenticator => crate::text!("preset-email-or-authenticator-about"),
        Preset::EmailWithRecoveryKey => crate::text!("preset-email-with-recovery-key-about"),
        Preset::Messenger => crate::text!("preset-messenger-about"),
        Preset::Recommended => crate::text!("preset-recommended-about"),
    }
}

impl PolicyReviewPage {
    fn title(&self) -> String {
        let page = &self.page;
        match &self.reviewed {
            Reviewed::Edit => page.t("policy-review-title").into_owned(),
            Reviewed::Preset(preset) => {
                page.t1("policy-review-preset", "preset", page.t(preset_name(preset))).into_owned()
            }
            Reviewed::Version(version) => page.t1("policy-review-restore", "version", version).into_owned(),
        }
    }

    fn can_save(&self) -> bool {
        self.faults.is_empty() && !self.changes.is_empty()
    }
}

impl PolicyPage {
    fn preset_name(&self) -> String {
        self.page.t(preset_name(&self.preset)).into_owned()
    }
}

impl PresetChoice {
    fn name(&self, page: &Page) -> String {
        page.t(preset_name(&self.preset)).into_owned()
    }

    fn about(&self, page: &Page) -> String {
        page.t(preset_about(self.preset)).into_owned()
    }
}
