//! Which organisations and accounts the demo begins with.

use countersign_core::entropy::Entropy;
use countersign_core::factor::recovery_key::RecoveryKey;
use countersign_core::policy::{Policy, Requirement, SignUp};
use countersign_core::preset::Preset;
use countersign_core::role::Role;

use crate::portal::view::{DemoAccount, DemoOrganisation};
use crate::text;
use crate::words::Words;

/// A ready account.
#[derive(Clone, Copy, Debug)]
pub struct ReadyAccount {
    /// The address before the @.
    pub local: &'static str,
    /// The name that is shown.
    pub name: &'static str,
    /// What it may do.
    pub role: Role,
    /// The names of its authenticators.
    pub devices: &'static [&'static str],
    /// What it has by e-mail and on paper.
    pub letters: ByLetter,
    /// The Telegram accounts that are linked to it.
    pub chats: &'static [Person],
    /// Its phone numbers, in E.164.
    pub phones: &'static [&'static str],
    /// Whether its address was never confirmed.
    pub unverified: bool,
    /// Whether its second step is suspended.
    pub suspended: bool,
    about: &'static str,
}

/// Somebody with Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their number.
    pub id: i64,
    /// What they call themselves.
    pub name: &'static str,
    /// Their short name, without `@`.
    pub username: &'static str,
}

const ROBIN: Person = Person { id: 700_001, name: "Robin", username: "robin_example" };
const SASCHA: Person = Person { id: 700_002, name: "Sascha", username: "sascha_example" };
const SASCHA_AT_WORK: Person =
    Person { id: 700_003, name: "Sascha at work", username: "sascha_work_example" };
const KIM: Person = Person { id: 700_004, name: "Kim", username: "kim_example" };

/// Everybody whose chats the tray shows.
pub const PEOPLE: [Person; 4] = [ROBIN, SASCHA, SASCHA_AT_WORK, KIM];

/// What a ready account has by e-mail and on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByLetter {
    /// Nothing.
    Nothing,
    /// Codes by e-mail.
    Codes,
    /// Codes by e-mail, and a recovery key.
    CodesAndKey,
}

impl ReadyAccount {
    /// Whether codes by e-mail are on.
    pub fn has_email_codes(&self) -> bool {
        self.letters != ByLetter::Nothing
    }

    /// Whether it has a recovery key.
    pub fn has_recovery_key(&self) -> bool {
        self.letters == ByLetter::CodesAndKey
    }

    /// By what it is asked for a second step, in words.
    fn ways(&self, words: Words) -> Vec<String> {
        let listed = |key: &str, what: Vec<String>| {
            (!what.is_empty()).then(|| format!("{}: {}", words.t(key), what.join(", ")))
        };
        let devices = self.devices.iter().map(|name| (*name).to_owned()).collect();
        let chats = self.chats.iter().map(|person| format!("@{}", person.username)).collect();
        let phones = self.phones.iter().map(|number| (*number).to_owned()).collect();
        let email = self.has_email_codes().then(|| words.t(text!("method-email")).into_owned());
        let ways = [
            listed(text!("method-authenticator"), devices),
            listed(text!("method-telegram"), chats),
            email,
            listed(text!("method-phone"), phones),
        ];
        ways.into_iter().flatten().collect()
    }
}

/// A ready organisation, whose accounts share one password.
pub struct ReadyOrganisation {
    /// Its name.
    pub name: &'static str,
    /// Its short name, also the domain of its addresses.
    pub slug: &'static str,
    /// Its policy.
    pub policy: Policy,
    /// Its accounts.
    pub accounts: Vec<ReadyAccount>,
    /// The password of all its accounts, made for this run.
    pub password: String,
    /// The recovery key of those of its accounts that have one, made for this run.
    pub recovery_key: String,
    about: &'static str,
}

/// What the demo begins with.
pub struct Plan {
    /// One organisation for each preset; the first one is where sign-up leads.
    pub organisations: Vec<ReadyOrganisation>,
}

const PROTECTED: ReadyAccount = ReadyAccount {
    local: "robin",
    name: "Robin Example",
    role: Role::Member,
    devices: &["Phone"],
    letters: ByLetter::Nothing,
    chats: &[],
    phones: &[],
    unverified: false,
    suspended: false,
    about: text!("demo-about-protected"),
};
const TWO_DEVICES: ReadyAccount = ReadyAccount {
    local: "sascha",
    name: "Sascha Example",
    devices: &["Phone", "Tablet"],
    about: text!("demo-about-two-devices"),
    ..PROTECTED
};
const PLAIN: ReadyAccount = ReadyAccount {
    local: "kim",
    name: "Kim Example",
    devices: &[],
    about: text!("demo-about-plain"),
    ..PROTECTED
};
const MUST_ENROL: ReadyAccount = ReadyAccount { about: text!("demo-about-must-enrol"), ..PLAIN };
const BY_MAIL: ReadyAccount = ReadyAccount {
    local: "jona",
    name: "Jona Example",
    devices: &[],
    letters: ByLetter::Codes,
    about: text!("demo-about-by-mail"),
    ..PROTECTED
};
const WITH_KEY: ReadyAccount = ReadyAccount {
    local: "noor",
    name: "Noor Example",
    letters: ByLetter::CodesAndKey,
    about: text!("demo-about-with-key"),
    ..BY_MAIL
};
// Numbers that belong to nobody: the Bundesnetzagentur keeps them free for films and books ("Drama Numbers").
const EVERY_WAY: ReadyAccount = ReadyAccount {
    chats: &[ROBIN],
    phones: &["+491713920011", "+491713920012"],
    about: text!("demo-about-every-way"),
    ..PROTECTED
};
const TWO_CHATS: ReadyAccount = ReadyAccount {
    devices: &[],
    chats: &[SASCHA, SASCHA_AT_WORK],
    phones: &["+491713920021"],
    about: text!("demo-about-two-chats"),
    ..TWO_DEVICES
};
const WITH_PHONE: ReadyAccount = ReadyAccount {
    devices: &["Tablet"],
    letters: ByLetter::Nothing,
    phones: &["+491713920031"],
    about: text!("demo-about-with-phone"),
    ..WITH_KEY
};
const TO_LINK: ReadyAccount = ReadyAccount { about: text!("demo-about-to-link"), ..PLAIN };
const UNVERIFIED: ReadyAccount = ReadyAccount {
    local: "uli",
    name: "Uli Example",
    unverified: true,
    about: text!("demo-about-unverified"),
    ..PLAIN
};
const SUSPENDED: ReadyAccount = ReadyAccount {
    local: "toni",
    name: "Toni Example",
    suspended: true,
    about: text!("demo-about-suspended"),
    ..PROTECTED
};
const ADMINISTRATOR: ReadyAccount = ReadyAccount {
    local: "admin",
    name: "Alex Example",
    role: Role::Administrator,
    about: text!("demo-about-administrator"),
    ..PROTECTED
};
const AGENT: ReadyAccount = ReadyAccount {
    local: "support",
    name: "Sam Example",
    role: Role::Support,
    about: text!("demo-about-support"),
    ..PROTECTED
};

impl Plan {
    /// The demo's organisations, with fresh passwords.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let organisations = Preset::ALL.iter().map(|preset| organisation(*preset, entropy)).collect();
        Self { organisations }
    }

    /// The ready accounts as pages show them.
    pub fn shown(&self, words: Words) -> Vec<DemoOrganisation> {
        let shown = |organisation: &ReadyOrganisation| DemoOrganisation {
            name: organisation.name.to_owned(),
            preset: organisation.policy.preset.to_string(),
            about: words.t(organisation.about).into_owned(),
            accounts: organisation
                .accounts
                .iter()
                .map(|account| DemoAccount {
                    email: organisation.email(account),
                    password: organisation.password.clone(),
                    about: words.t(account.about).into_owned(),
                    ways: account.ways(words),
                    recovery_key: account.has_recovery_key().then(|| organisation.recovery_key.clone()),
                })
                .collect(),
        };
        self.organisations.iter().map(shown).collect()
    }
}

impl ReadyOrganisation {
    /// The address of one of its accounts. `.example` belongs to nobody (RFC 2606).
    pub fn email(&self, account: &ReadyAccount) -> String {
        format!("{}@{}.example", account.local, self.slug)
    }
}

fn organisation(preset: Preset, entropy: &dyn Entropy) -> ReadyOrganisation {
    let mut policy = Policy { sign_up: SignUp::Open, ..preset.policy() };
    let (name, slug, about, accounts) = match preset {
        Preset::Authenticator => {
            let accounts = vec![PROTECTED, TWO_DEVICES, PLAIN, SUSPENDED, AGENT, ADMINISTRATOR];
            ("Northwind Hosting", "northwind", text!("demo-about-authenticator"), accounts)
        }
        Preset::EmailOrAuthenticator => (
            "Lighthouse Mail",
            "lighthouse",
            text!("demo-about-email-or-authenticator"),
            vec![PROTECTED, BY_MAIL, PLAIN, AGENT, ADMINISTRATOR],
        ),
        Preset::EmailWithRecoveryKey => {
            policy.second_step = Requirement::Required;
            let accounts = vec![PROTECTED, WITH_KEY, MUST_ENROL, UNVERIFIED, AGENT, ADMINISTRATOR];
            ("Harbour Cloud", "harbour", text!("demo-about-email-with-recovery-key"), accounts)
        }
        Preset::Messenger => {
            let accounts = vec![EVERY_WAY, TWO_CHATS, WITH_PHONE, TO_LINK, AGENT, ADMINISTRATOR];
            ("Meadow Telecom", "meadow", text!("demo-about-messenger"), accounts)
        }
        Preset::Recommended => {
            let accounts = vec![PROTECTED, PLAIN, AGENT, ADMINISTRATOR];
            ("Juniper Co-op", "juniper", text!("demo-about-recommended"), accounts)
        }
    };
    let recovery_key = RecoveryKey::new(entropy).grouped().to_string();
    ReadyOrganisation { name, slug, policy, accounts, password: password(entropy), recovery_key, about }
}

/// Three words of three syllables: easy to read out and to type, about 55 bits.
fn password(entropy: &dyn Entropy) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aiou";
    let mut bytes = [0; 9];
    entropy.fill(&mut bytes);
    let mut password = String::new();
    for (number, byte) in bytes.into_iter().enumerate() {
        if number > 0 && number % 3 == 0 {
            password.push('-');
        }
        password.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        password.push(char::from(VOWELS[usize::from(byte >> 4 & 3)]));
    }
    password
}

#[cfg(test)]
mod tests {
    use countersign_core::entropy::testing::CountingEntropy;
    use countersign_core::password::{Context, check_new};
    use countersign_core::secret::Password;

    use super::*;
    use crate::language::Language;

    #[test]
    fn passwords_of_the_demo_obey_the_rules_for_passwords() {
        let entropy = CountingEntropy::new(1);
        for _ in 0..200 {
            let password = password(&entropy);
            let context = Context {
                email: "robin@northwind.example",
                display_name: "Robin",
                organisation: "Northwind",
                product: "Countersign",
            };
            assert!(check_new(&Password::new(password.clone()), &context, 15).is_ok(), "{password}");
        }
    }

    #[test]
    fn there_is_an_organisation_for_each_preset_and_every_kind_of_account() {
        let plan = Plan::new(&CountingEntropy::new(2));
        let presets: Vec<Preset> = plan.organisations.iter().map(|one| one.policy.preset).collect();
        assert_eq!(presets, Preset::ALL);
        assert!(
            plan.organisations.iter().all(|one| one.policy.validate().is_ok() && !one.accounts.is_empty())
        );
        assert!(
            plan.organisations.iter().all(|one| !one.accounts[0].devices.is_empty()),
            "first comes a protected one"
        );
        for role in [Role::Support, Role::Administrator] {
            let ready = |one: &ReadyAccount| one.role == role && !one.devices.is_empty();
            let everywhere = plan.organisations.iter().all(|one| one.accounts.iter().any(ready));
            assert!(everywhere, "desk and administration can be tried at once: {role:?}");
        }
        for language in Language::ALL {
            for organisation in plan.shown(Words::new(language)) {
                assert!(organisation.about.contains(' '), "{}", organisation.about);
                assert!(organisation.accounts.iter().all(|account| account.about.contains(' ')));
            }
        }
    }
}
