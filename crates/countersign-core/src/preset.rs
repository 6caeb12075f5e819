//! The five presets: each a whole policy that a provider picks and changes from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::method::{Method, UnknownName};
use crate::policy::{
    AfterRecovery, ClassRule, LowestClass, Policy, Requirement, SessionLives, SignUp, SuspensionRules,
    TelegramStyle, Word, Wording,
};
use crate::sign_in::SuspensionKind;

/// A named policy. Four reproduce the portals from which the requirements were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Authenticator app only (APP).
    Authenticator,
    /// E-mail code or authenticator, never both (EXC).
    EmailOrAuthenticator,
    /// E-mail code first, recovery key, authenticator as backup (KEY).
    EmailWithRecoveryKey,
    /// Telegram or authenticator, phone as a fallback (MSG).
    Messenger,
    /// What a new installation starts with (REC).
    Recommended,
}

impl Preset {
    /// Every preset, in the order in which pages list them.
    pub const ALL: &'static [Self] = &[
        Self::Authenticator,
        Self::EmailOrAuthenticator,
        Self::EmailWithRecoveryKey,
        Self::Messenger,
        Self::Recommended,
    ];

    /// The name in storage, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::EmailOrAuthenticator => "email-or-authenticator",
            Self::EmailWithRecoveryKey => "email-with-recovery-key",
            Self::Messenger => "messenger",
            Self::Recommended => "recommended",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preset| preset.as_str() == text)
    }

    /// The whole policy of the preset, its risks read. No preset opens sign-up to strangers by itself: that is a decision
    /// of the provider, apart from how people sign in.
    pub fn policy(self) -> Policy {
        let plain = self.plain();
        let words = plain.wording;
        let policy = match self {
            Self::Authenticator => Policy {
                suspension: SuspensionRules {
                    kinds: BTreeSet::from([SuspensionKind::PasswordAlone, SuspensionKind::SupportCode]),
                    default_hours: 24,
                    longest_hours: 14 * 24,
                    ..plain.suspension
                },
                wording: Wording { confirm: Word::ConfirmCompleteActivation, ..words },
                ..plain
            },
            Self::EmailOrAuthenticator => Policy {
                methods: BTreeSet::from([Method::Authenticator, Method::Email]),
                exclusive: vec![BTreeSet::from([Method::Authenticator, Method::Email])],
                last_showing: true,
                authenticators_max: 1,
                wording: Wording { confirm: Word::ConfirmValidate, ..words },
                ..plain
            },
            Self::EmailWithRecoveryKey => Policy {
                methods: BTreeSet::from([Method::Authenticator, Method::Email, Method::RecoveryKey]),
                confirmed_address_first: true,
                wording: Wording {
                    tab: Word::TabSecurityAndCredentials,
                    confirm: Word::ConfirmVerify,
                    ..words
                },
                ..plain
            },
            Self::Messenger => Policy {
                methods: BTreeSet::from([
                    Method::Authenticator,
                    Method::Email,
                    Method::Telegram,
                    Method::Phone,
                ]),
                fallback_only: BTreeSet::from([Method::Phone]),
                needs: BTreeMap::from([(
                    Method::Phone,
                    BTreeSet::from([Method::Telegram, Method::Authenticator]),
                )]),
                authenticators_max: 1,
                telegram_style: TelegramStyle::Match,
                phone_in_new_browsers: true,
                wording: Wording { menu: Word::MenuPersonalData, enable: Word::EnableLaunch, ..words },
                ..plain
            },
            Self::Recommended => Policy {
                methods: BTreeSet::from([Method::Authenticator, Method::RecoveryKey]),
                class_for_account_changes: ClassRule::Strong,
                after_recovery: AfterRecovery::Enrolment,
                ..plain
            },
        };
        policy.acknowledged()
    }

    /// What the presets have in common.
    fn plain(self) -> Policy {
        Policy {
            preset: self,
            methods: BTreeSet::from([Method::Authenticator]),
            second_step: Requirement::Offered,
            required_from: None,
            lowest_class: LowestClass::default(),
            exclusive: Vec::new(),
            fallback_only: BTreeSet::new(),
            needs: BTreeMap::new(),
            confirmed_address_first: false,
            after_recovery: AfterRecovery::Session,
            last_showing: false,
            authenticators_max: 5,
            class_for_account_changes: ClassRule::AnyEnrolled,
            sign_up: SignUp::Invitation,
            sessions: SessionLives::default(),
            telegram_style: TelegramStyle::Type,
            telegram_accounts_max: 3,
            calls_before_sms: 3,
            sms: true,
            phone_numbers_max: 3,
            phone_in_new_browsers: false,
            password_sign_in: true,
            trusted: BTreeMap::new(),
            suspension: SuspensionRules {
                kinds: BTreeSet::from([SuspensionKind::SupportCode]),
                default_hours: 1,
                longest_hours: 24,
                enrol_while: true,
            },
            wording: Wording::default(),
            risks_acknowledged: BTreeSet::new(),
        }
    }
}

impl Policy {
    /// This policy with a preset in the place of its rules. Who may come in stays as it is: sign-up, single sign-on and
    /// whether it may be gone past by password are no preset's matter.
    pub fn adopting(&self, preset: Preset) -> Self {
        Self {
            sign_up: self.sign_up,
            password_sign_in: self.password_sign_in,
            trusted: self.trusted.clone(),
            ..preset.policy()
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("preset"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Slot, TrustedClaims};
    use crate::role::Role;

    #[test]
    fn names_read_back_and_agree_with_serde() {
        for &preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.as_str()), Some(preset));
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.as_str());
            assert_eq!(preset.policy().preset, preset);
        }
        assert_eq!("own".parse::<Preset>(), Err(UnknownName("preset")));
    }

    #[test]
    fn every_preset_is_a_valid_policy_that_offers_the_authenticator() {
        for &preset in Preset::ALL {
            let policy = preset.policy();
            assert_eq!(policy.validate(), Ok(()), "{preset}");
            assert!(policy.offers(Method::Authenticator, Role::Member), "{preset}");
        }
    }

    #[test]
    fn msg_14_one_authenticator_per_account_in_exc_and_msg_five_elsewhere() {
        let most: Vec<_> = Preset::ALL.iter().map(|preset| preset.policy().authenticators_max).collect();
        assert_eq!(most, [5, 1, 5, 1, 5]);
    }

    #[test]
    fn exc_1_and_key_9_the_mail_based_presets_offer_their_methods() {
        let methods = |preset: Preset| preset.policy().methods.into_iter().collect::<Vec<_>>();
        assert_eq!(methods(Preset::Authenticator), [Method::Authenticator]);
        assert_eq!(methods(Preset::EmailOrAuthenticator), [Method::Authenticator, Method::Email]);
        assert_eq!(
            methods(Preset::EmailWithRecoveryKey),
            [Method::Authenticator, Method::Email, Method::RecoveryKey]
        );
        assert!(Preset::EmailWithRecoveryKey.policy().confirmed_address_first);
        // REC-1: weak methods are off until an administrator who has read the risk switches them on.
        // REC-2: a recovery key is made at the first enrolment.
        assert_eq!(methods(Preset::Recommended), [Method::Authenticator, Method::RecoveryKey]);
    }

    #[test]
    fn msg_8_messenger_has_the_phone_beside_telegram_or_the_authenticator_only() {
        let policy = Preset::Messenger.policy();
        let (telegram, phone) = (Method::Telegram, Method::Phone);
        assert!(policy.methods.contains(&telegram) && policy.methods.contains(&Method::Email));
        assert_eq!(policy.counting(&[phone, Method::Email]), [Method::Email]);
        assert_eq!(policy.counting(&[phone, telegram]), [phone, telegram]);
        assert_eq!((policy.telegram_style, policy.calls_before_sms), (TelegramStyle::Match, 3));
        assert!(policy.sms && policy.phone_in_new_browsers);
        for &preset in Preset::ALL {
            let methods = preset.policy().methods;
            let has = methods.contains(&telegram) || methods.contains(&phone);
            assert_eq!(has, preset == Preset::Messenger, "{preset}");
        }
        assert!(!Preset::Recommended.policy().phone_in_new_browsers);
    }

    #[test]
    fn exc_2_the_stronger_of_two_takes_the_place_of_the_weaker() {
        let both = [Method::Email, Method::Authenticator];
        let rules = Preset::EmailOrAuthenticator.policy();
        assert_eq!(rules.counting(&both), [Method::Authenticator]);
        assert_eq!(rules.giving_way(Method::Authenticator, &[Method::Email]), [Method::Email]);
        assert!(rules.blocks(Method::Email, &[Method::Authenticator]));
        assert!(!rules.blocks(Method::Authenticator, &[Method::Email]));
        let rules = Preset::EmailWithRecoveryKey.policy();
        assert_eq!(rules.counting(&both), both);
        assert_eq!(rules.giving_way(Method::Authenticator, &both), []);
        assert!(!rules.blocks(Method::Email, &both));
        assert_eq!(rules.counting(&[Method::RecoveryKey]), [], "a key alone is no second step");
    }

    #[test]
    fn app_9_only_the_authenticator_preset_suspends_to_the_password_alone() {
        for &preset in Preset::ALL {
            let rules = preset.policy().suspension;
            let alone = rules.kinds.contains(&SuspensionKind::PasswordAlone);
            assert_eq!(alone, preset == Preset::Authenticator, "{preset}");
            assert!(rules.kinds.contains(&SuspensionKind::SupportCode), "{preset}");
            assert_eq!(rules.longest_hours, if preset == Preset::Authenticator { 336 } else { 24 });
        }
    }

    #[test]
    fn key_11_a_preset_leaves_alone_who_may_come_in() {
        let mut own = Preset::Recommended.policy();
        own.sign_up = SignUp::Closed;
        own.password_sign_in = false;
        own.trusted.insert(
            "example".to_owned(),
            TrustedClaims { amr: ["mfa".to_owned()].into(), ..TrustedClaims::default() },
        );
        let adopted = own.adopting(Preset::Messenger);
        assert_eq!((adopted.sign_up, adopted.password_sign_in), (SignUp::Closed, false));
        assert_eq!(adopted.trusted, own.trusted);
        assert_eq!((adopted.preset, adopted.authenticators_max), (Preset::Messenger, 1));
    }

    #[test]
    fn every_preset_reads_as_its_original() {
        let words = |preset: Preset| Slot::ALL.map(|slot| preset.policy().wording.word(slot).text_key());
        assert_eq!(words(Preset::Authenticator)[3], "wording-confirm-complete-activation");
        assert_eq!(words(Preset::EmailOrAuthenticator)[3], "wording-confirm-validate");
        assert_eq!(words(Preset::EmailWithRecoveryKey)[1], "wording-tab-security-and-credentials");
        assert_eq!(words(Preset::EmailWithRecoveryKey)[3], "wording-confirm-verify");
        assert_eq!(
            words(Preset::Messenger),
            [
                "wording-menu-personal-data",
                "wording-tab-security",
                "wording-enable-launch",
                "wording-confirm-confirm"
            ]
        );
        assert_eq!(Preset::Recommended.policy().wording, Wording::default());
    }
}
