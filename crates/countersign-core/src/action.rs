//! What staff may do to others and to their organisation: the matrix of role and action, and how freshly each asks for
//! proof. What an account may do to itself is judged in [`crate::sign_in`].

use crate::id::AccountId;
use crate::role::Role;

/// How fresh the proof has to be that a deed asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepUp {
    /// The session is enough.
    No,
    /// A second step under five minutes old ([`crate::session::STEP_UP_FRESH`]).
    Recent,
    /// As `Recent`, and the deed uses it up: the next one asks again (ASVS 5.0, 7.5.3).
    Single,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $key:literal, $least:expr, $step_up:ident;)+) => {
        /// Something that not everybody may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The action's name in the audit log and the manual.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// Key of the words for people.
            pub const fn text_key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }

            /// The least powerful role that may do it. `None`: only whoever has the server's command line.
            pub const fn least(self) -> Option<Role> {
                match self {
                    $(Self::$name => $least,)+
                }
            }

            /// How fresh the proof has to be.
            pub const fn step_up(self) -> StepUp {
                match self {
                    $(Self::$name => StepUp::$step_up,)+
                }
            }
        }
    };
}

const SUPPORT: Option<Role> = Some(Role::Support);
const ADMINISTRATOR: Option<Role> = Some(Role::Administrator);
const OPERATOR: Option<Role> = None;

actions! {
    /// See the support desk: search and queue.
    ViewDesk = "view-desk", "action-view-desk", SUPPORT, No;
    /// Look at one account from the desk, masked. Every look is audited.
    ViewAccount = "view-account", "action-view-account", SUPPORT, No;
    /// See an address in full.
    RevealAddress = "reveal-address", "action-reveal-address", SUPPORT, Recent;
    /// Take, answer, note and close a request for help.
    AnswerRequest = "answer-request", "action-answer-request", SUPPORT, No;
    /// End all sessions of another account.
    EndSessions = "end-sessions", "action-end-sessions", SUPPORT, Recent;
    /// Empty the counters that keep an account from trying again.
    UnlockLimit = "unlock-limit", "action-unlock-limit", SUPPORT, Single;
    /// Send the letter again that confirms an account's address.
    ResendVerification = "resend-verification", "action-resend-verification", SUPPORT, No;
    /// Suspend the second step of another account.
    StartSuspension = "start-suspension", "action-start-suspension", SUPPORT, Single;
    /// Be the second person that a suspension of a staff account asks for.
    ApproveSuspension = "approve-suspension", "action-approve-suspension", ADMINISTRATOR, Single;
    /// Make the code that is read out under a suspension.
    IssueSupportCode = "issue-support-code", "action-issue-support-code", SUPPORT, Recent;
    /// End a suspension early.
    LiftSuspension = "lift-suspension", "action-lift-suspension", SUPPORT, No;
    /// Remove a lost factor, while the second step is suspended.
    RemoveLostFactor = "remove-lost-factor", "action-remove-lost-factor", SUPPORT, Single;
    /// See the members of the organisation.
    ViewMembers = "view-members", "action-view-members", ADMINISTRATOR, No;
    /// Invite people, one or many.
    InviteMembers = "invite-members", "action-invite-members", ADMINISTRATOR, Recent;
    /// Invite somebody who is to be of the staff.
    InviteStaff = "invite-staff", "action-invite-staff", ADMINISTRATOR, Single;
    /// Change the role of another account.
    ChangeRole = "change-role", "action-change-role", ADMINISTRATOR, Single;
    /// Disable another account, or enable it again.
    DisableAccount = "disable-account", "action-disable-account", ADMINISTRATOR, Recent;
    /// Delete another account.
    DeleteAccount = "delete-account", "action-delete-account", ADMINISTRATOR, Single;
    /// Take everything that is kept of another account along, without secrets.
    ExportAccount = "export-account", "action-export-account", ADMINISTRATOR, Single;
    /// See the organisation's security policy and its history.
    ViewPolicy = "view-policy", "action-view-policy", ADMINISTRATOR, No;
    /// Change the organisation's security policy.
    ChangePolicy = "change-policy", "action-change-policy", ADMINISTRATOR, Single;
    /// See the providers of single sign-on.
    ViewSso = "view-sso", "action-view-sso", ADMINISTRATOR, No;
    /// Add, change, test and remove providers of single sign-on.
    ManageSso = "manage-sso", "action-manage-sso", ADMINISTRATOR, Single;
    /// Change the organisation's name and look.
    EditOrganisation = "edit-organisation", "action-edit-organisation", ADMINISTRATOR, Recent;
    /// See how letters go out.
    ViewCouriers = "view-couriers", "action-view-couriers", ADMINISTRATOR, No;
    /// Send a test letter to oneself.
    TestCourier = "test-courier", "action-test-courier", ADMINISTRATOR, No;
    /// See what calls and SMS cost, and what stands against them.
    ViewSpending = "view-spending", "action-view-spending", ADMINISTRATOR, No;
    /// Let a prefix of phone numbers be called again that was stopped, as too few codes came back.
    CloseBreaker = "close-breaker", "action-close-breaker", ADMINISTRATOR, Recent;
    /// Read the organisation's audit log.
    ViewAudit = "view-audit", "action-view-audit", ADMINISTRATOR, No;
    /// Take the audit log along.
    ExportAudit = "export-audit", "action-export-audit", ADMINISTRATOR, Single;
    /// See how many have a second step, and by which method.
    ViewAdoption = "view-adoption", "action-view-adoption", ADMINISTRATOR, No;
    /// Add an organisation, or change which one people without their own come to.
    ManageOrganisations = "manage-organisations", "action-manage-organisations", OPERATOR, No;
    /// Import accounts and authenticator keys of another system (REC-3).
    Import = "import", "action-import", OPERATOR, No;
    /// Add, activate and retire master keys.
    ManageKeys = "manage-keys", "action-manage-keys", OPERATOR, No;
}

impl Action {
    /// Whether an account of this role may do it. Roles include the weaker ones' rights.
    pub fn allowed(self, role: Role) -> bool {
        self.least().is_some_and(|least| role.is_staff() && role >= least)
    }

    /// The action of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }
}

/// Whether staff may act on this account at all: never on themselves, never on their equals or those above
/// them. Where two administrators have to help each other, the operator's command line does.
pub fn may_touch(actor: (AccountId, Role), target: (AccountId, Role)) -> bool {
    actor.0 != target.0 && actor.1.is_staff() && target.1 < actor.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;
    use crate::time::Timestamp;

    #[test]
    fn c_8_members_may_nothing_and_every_role_what_the_weaker_may() {
        for &action in Action::ALL {
            assert!(!action.allowed(Role::Member), "{}", action.as_str());
            assert!(!action.allowed(Role::Support) || action.allowed(Role::Administrator));
            assert_eq!(action.allowed(Role::Administrator), action.least().is_some());
            assert_eq!(Action::parse(action.as_str()), Some(action));
            assert_eq!(action.text_key(), format!("action-{}", action.as_str()));
        }
        assert!(Action::StartSuspension.allowed(Role::Support));
        assert!(!Action::ChangePolicy.allowed(Role::Support));
        assert!(!Action::Import.allowed(Role::Administrator), "REC-3: by an operator, and by nobody else");
    }

    #[test]
    fn d_12_nobody_touches_themselves_their_equals_or_those_above() {
        let dice = CountingEntropy::new(1);
        let (one, two) =
            (AccountId::new(Timestamp::default(), &dice), AccountId::new(Timestamp::default(), &dice));
        for &role in Role::ALL {
            for &other in Role::ALL {
                assert!(!may_touch((one, role), (one, other)));
                assert_eq!(may_touch((one, role), (two, other)), role.is_staff() && other < role);
            }
        }
    }

    #[test]
    fn d_7_the_gravest_deeds_use_their_proof_up() {
        let single = Action::ALL.iter().filter(|action| action.step_up() == StepUp::Single);
        assert!(single.clone().count() >= 6);
        for action in
            [Action::InviteStaff, Action::ChangePolicy, Action::StartSuspension, Action::ExportAccount]
        {
            assert_eq!(action.step_up(), StepUp::Single);
        }
    }
}
