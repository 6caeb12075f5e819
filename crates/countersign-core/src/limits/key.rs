//! To whom a limit applies.

use std::net::IpAddr;

use crate::id::{AccountId, BrowserId, LinkId, OrganisationId};

use super::{
    API_TOKEN_ADDRESS, AUDIT_VERIFY, CALL_ANSWER_BROWSER, CALL_ANSWER_STRANGER, FIRST_STEP_ACCOUNT,
    FIRST_STEP_ADDRESS, FIRST_STEP_ROW, FIRST_STEP_STRANGERS, LINK_ADDRESS, LINK_PASSWORD, Limit,
    MAIL_CODE_BROWSER, MAIL_CODE_STRANGER, MAIL_CONFIRM_RECIPIENT, MAIL_RESET_ACCOUNT, MAIL_RESET_ADDRESS,
    PHONE_BLOCK, PHONE_CODE_ACCOUNT, PHONE_CODE_ADDRESS, PHONE_CODE_BROWSER, PHONE_CODE_STRANGER,
    PHONE_MINUTE, PHONE_NUMBER, PHONE_NUMBER_BROWSER, PHONE_NUMBER_PROOF, SECOND_STEP_ADDRESS,
    SECOND_STEP_BROWSER, SECOND_STEP_STRANGER, SIGN_UP_ADDRESS, SSO_ADDRESS, SUPPORT_REQUEST_ADDRESS,
    SUPPORT_REQUEST_RECIPIENT, SUSPENSION_STAFF, TELEGRAM_CHAT, TELEGRAM_LINK, TELEGRAM_PROMPT_BROWSER,
    TELEGRAM_PROMPT_STRANGER,
};

/// Whose attempts on one account are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// All browsers that are not recognised.
    Strangers,
    /// One recognised browser of the owner, which no stranger can spend.
    Browser(BrowserId),
    /// One network, as [`network`] writes it.
    Prefix(String),
}

/// The name of one counter, together with the limit that applies to it, so that the two cannot be mixed up.
///
/// Accounts stand here by their id, never by the text typed. For an address that has no account the caller passes the
/// keyed id that stands in for one, so that answers and waits look equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterKey {
    text: String,
    limit: &'static Limit,
}

impl CounterKey {
    /// The second step of one account. A recognised browser has a budget of its own; all others share one.
    pub fn second_step(account: AccountId, bucket: &Bucket) -> Self {
        Self::of_bucket(&SECOND_STEP_BROWSER, &SECOND_STEP_STRANGER, account, bucket)
    }

    /// The second step that follows a new password by a one-time link, from whichever browser: a budget of its own, as
    /// small as a recognised browser's.
    pub fn second_step_after_reset(account: AccountId) -> Self {
        Self::new(&SECOND_STEP_BROWSER, &format!("{account}:reset"))
    }

    /// Second steps from one network.
    pub fn second_step_address(address: &IpAddr) -> Self {
        Self::new(&SECOND_STEP_ADDRESS, &network(address))
    }

    /// The password of one account in one bucket.
    pub fn first_step(account: AccountId, bucket: &Bucket) -> Self {
        let whose = match bucket {
            Bucket::Strangers => "strangers".to_owned(),
            Bucket::Browser(browser) => browser.to_string(),
            Bucket::Prefix(prefix) => prefix.clone(),
        };
        Self::new(&FIRST_STEP_ACCOUNT, &format!("{account}:{whose}"))
    }

    /// Passwords from one network.
    pub fn first_step_address(address: &IpAddr) -> Self {
        Self::new(&FIRST_STEP_ADDRESS, &network(address))
    }

    /// The password of one account from all strangers together.
    pub fn first_step_strangers(account: AccountId) -> Self {
        Self::new(&FIRST_STEP_STRANGERS, &account.to_string())
    }

    /// The password of one account, in a row over all strangers.
    pub fn first_step_row(account: AccountId) -> Self {
        Self::new(&FIRST_STEP_ROW, &account.to_string())
    }

    /// Accounts made from one network.
    pub fn sign_up_address(address: &IpAddr) -> Self {
        Self::new(&SIGN_UP_ADDRESS, &network(address))
    }

    /// Unknown one-time links, and wrong passwords to those that ask for one, from one network.
    pub fn link_address(address: &IpAddr) -> Self {
        Self::new(&LINK_ADDRESS, &network(address))
    }

    /// Wrong passwords to one link.
    pub fn link_password(link: LinkId) -> Self {
        Self::new(&LINK_PASSWORD, &link.to_string())
    }

    /// Unknown API tokens from one network.
    pub fn api_token_address(address: &IpAddr) -> Self {
        Self::new(&API_TOKEN_ADDRESS, &network(address))
    }

    /// Codes sent by e-mail for one account. A recognised browser has a budget of its own; all others share one.
    pub fn mail_code(account: AccountId, bucket: &Bucket) -> Self {
        Self::of_bucket(&MAIL_CODE_BROWSER, &MAIL_CODE_STRANGER, account, bucket)
    }

    /// Links for a new password to one account, or to the id that stands in for one.
    pub fn mail_reset(account: AccountId) -> Self {
        Self::new(&MAIL_RESET_ACCOUNT, &account.to_string())
    }

    /// Links for a new password asked for from one network.
    pub fn mail_reset_address(address: &IpAddr) -> Self {
        Self::new(&MAIL_RESET_ADDRESS, &network(address))
    }

    /// Letters to an address that somebody typed, `recipient` being the keyed id of the address; or those that its owner and
    /// the support desk have sent to an account.
    pub fn mail_confirm(recipient: AccountId) -> Self {
        Self::new(&MAIL_CONFIRM_RECIPIENT, &recipient.to_string())
    }

    /// Invitations of one organisation to one address; `recipient` as for [`Self::mail_confirm`].
    pub fn mail_invitation(recipient: AccountId, organisation: OrganisationId) -> Self {
        Self::new(&MAIL_CONFIRM_RECIPIENT, &format!("{recipient}:{organisation}"))
    }

    /// Requests to the support desk from one network.
    pub fn support_request_address(address: &IpAddr) -> Self {
        Self::new(&SUPPORT_REQUEST_ADDRESS, &network(address))
    }

    /// Requests to the support desk about one account, or the keyed id of an address. Whoever has passed the first step
    /// (`proved`) is counted apart from strangers.
    pub fn support_request(subject: AccountId, proved: bool) -> Self {
        let whose = if proved { format!("{subject}:proved") } else { subject.to_string() };
        Self::new(&SUPPORT_REQUEST_RECIPIENT, &whose)
    }

    /// Suspensions that one member of the staff asks for.
    pub fn suspension_staff(account: AccountId) -> Self {
        Self::new(&SUSPENSION_STAFF, &account.to_string())
    }

    /// Walks along the audit log for one organisation.
    pub fn audit_verify(organisation: OrganisationId) -> Self {
        Self::new(&AUDIT_VERIFY, &organisation.to_string())
    }

    /// Visits to identity providers begun from one network.
    pub fn sso_address(address: &IpAddr) -> Self {
        Self::new(&SSO_ADDRESS, &network(address))
    }

    /// Questions to the Telegram accounts of one account. A recognised browser has a budget of its own.
    pub fn telegram_prompt(account: AccountId, bucket: &Bucket) -> Self {
        Self::of_bucket(&TELEGRAM_PROMPT_BROWSER, &TELEGRAM_PROMPT_STRANGER, account, bucket)
    }

    /// Addresses that link a Telegram account to one account.
    pub fn telegram_link(account: AccountId) -> Self {
        Self::new(&TELEGRAM_LINK, &account.to_string())
    }

    /// Unknown tokens and codes from one Telegram account; `sender` is the keyed id of its number.
    pub fn telegram_chat(sender: AccountId) -> Self {
        Self::new(&TELEGRAM_CHAT, &sender.to_string())
    }

    /// Calls and SMS to one number that no recognised browser asks for; `number` is its keyed id.
    pub fn phone_number(number: AccountId) -> Self {
        Self::new(&PHONE_NUMBER, &number.to_string())
    }

    /// Those among them that are to prove it.
    pub fn phone_number_proof(number: AccountId) -> Self {
        Self::new(&PHONE_NUMBER_PROOF, &number.to_string())
    }

    /// Calls and SMS to one proved number that recognised browsers ask for; `number` is its keyed id.
    pub fn phone_number_browser(number: AccountId) -> Self {
        Self::new(&PHONE_NUMBER_BROWSER, &number.to_string())
    }

    /// Calls and SMS for one account. A recognised browser has a budget of its own; all others share one.
    pub fn phone_code(account: AccountId, bucket: &Bucket) -> Self {
        Self::of_bucket(&PHONE_CODE_BROWSER, &PHONE_CODE_STRANGER, account, bucket)
    }

    /// Calls and SMS for one account, whichever browsers ask.
    pub fn phone_code_account(account: AccountId) -> Self {
        Self::new(&PHONE_CODE_ACCOUNT, &account.to_string())
    }

    /// Calls and SMS asked for from one network.
    pub fn phone_code_address(address: &IpAddr) -> Self {
        Self::new(&PHONE_CODE_ADDRESS, &network(address))
    }

    /// Calls and SMS to one block of numbers; `block` is its keyed id.
    pub fn phone_block(block: AccountId) -> Self {
        Self::new(&PHONE_BLOCK, &block.to_string())
    }

    /// Calls and SMS of the whole installation.
    pub fn phone_minute() -> Self {
        Self::new(&PHONE_MINUTE, "all")
    }

    /// Wrong answers to calls of one account. A recognised browser has a budget of its own; all others share one.
    pub fn call_answer(account: AccountId, bucket: &Bucket) -> Self {
        Self::of_bucket(&CALL_ANSWER_BROWSER, &CALL_ANSWER_STRANGER, account, bucket)
    }

    /// The primary key of the counter's row.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The limit that applies.
    pub fn limit(&self) -> &'static Limit {
        self.limit
    }

    /// Reads a row's primary key back. `None`: no limit has this name.
    pub fn read(text: &str) -> Option<Self> {
        let (name, _) = text.split_once(':')?;
        let limit = *super::ALL.iter().find(|limit| limit.name == name)?;
        Some(Self { text: text.to_owned(), limit })
    }

    fn of_bucket(
        own: &'static Limit,
        strangers: &'static Limit,
        account: AccountId,
        bucket: &Bucket,
    ) -> Self {
        match bucket {
            Bucket::Browser(browser) => Self::new(own, &format!("{account}:{browser}")),
            Bucket::Strangers | Bucket::Prefix(_) => Self::new(strangers, &account.to_string()),
        }
    }

    fn new(limit: &'static Limit, whose: &str) -> Self {
        Self { text: format!("{}:{whose}", limit.name), limit }
    }
}

/// By the text, in which every transaction takes its counters, so that no two can wait for each other.
impl Ord for CounterKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialOrd for CounterKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The network that one subscriber usually has: the whole IPv4 address, or the first 64 bits of an IPv6 address
/// (RFC 4291 section 2.5.4), within which anybody may choose addresses freely. An IPv4 address written as IPv6
/// is the same network.
pub fn network(address: &IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => format!("{four}/32"),
        IpAddr::V6(six) => {
            let prefix = std::net::Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64));
            format!("{prefix}/64")
        }
    }
}
