//! The limits themselves. The numbers and their reasons are listed for operators in `docs/limits.md`.
//!
//! All stay far below the 100 consecutive failures that NIST SP 800-63B-4 section 3.2.2 allows; the throttling
//! follows RFC 4226 section 7.3, which wants it to hold across sign-ins. Where no other source is named, the number is
//! our own judgement from the chance of a guess: three accepted codes of a million, for each device.

use std::time::Duration;

use super::{Limit, Wait, Window};

const MINUTES_15: Duration = Duration::from_mins(15);
const DAY: Duration = Duration::from_hours(24);

/// How long a count in a row is remembered that only a success or a new password clears. After a year without
/// a single failure twenty more guesses gain nothing, and rows of accounts that never existed can go.
const ROW_YEAR: Duration = Duration::from_hours(365 * 24);

/// 30 s doubled up to an hour: within the range that NIST SP 800-63B-4 section 3.2.2 gives as an example.
const fn wait(free: u32) -> Wait {
    Wait { free, first: Duration::from_secs(30), longest: Duration::from_hours(1) }
}

const fn window(most: u32, span: Duration) -> Window {
    Window { most, span, kept_by_success: false }
}

/// Kept by a success: whoever owns one account must not clear the way to the others by signing in to it.
const fn kept(most: u32, span: Duration) -> Window {
    Window { most, span, kept_by_success: true }
}

const fn only(name: &'static str, windows: &'static [Window]) -> Limit {
    Limit { name, windows, in_a_row: None, wait: None, row_kept: DAY }
}

/// Wrong answers after which a challenge is dead, even for the right code. A little above what a hurried owner
/// needs; five guesses at one device succeed once in 66,000.
pub const CHALLENGE_TRIES: u32 = 5;

/// How long a challenge lives: NIST SP 800-63B-4 section 3.1.3.2 allows ten minutes for a one-time code.
pub const CHALLENGE_LIFE: Duration = Duration::from_mins(10);

/// Wrong codes after which a set-up must be started again. More than at a sign-in, as the key is on the screen.
pub const SET_UP_TRIES: u32 = 10;

/// How long a set-up that was not confirmed stays pending, and its key on the page.
pub const SET_UP_LIFE: Duration = Duration::from_mins(10);

/// How long a browser stays recognised after a complete sign-in with a second step.
pub const BROWSER_LIFE: Duration = Duration::from_hours(180 * 24);

/// Second step of one account from all browsers that are not recognised, all methods and sessions together. Ten a
/// day keep a guess at one device below 3 in 100,000; the thirty days are not cleared by the owner's success, so
/// that nobody can guess a little between any two sign-ins of the owner.
pub static SECOND_STEP_STRANGER: Limit = Limit {
    name: "second-step-stranger",
    windows: &[window(10, DAY), kept(30, Duration::from_hours(30 * 24))],
    in_a_row: Some(20),
    wait: Some(wait(3)),
    row_kept: ROW_YEAR,
};

/// Second step of one account from one recognised browser: a small budget that no stranger can spend.
pub static SECOND_STEP_BROWSER: Limit = Limit {
    name: "second-step-browser",
    windows: &[window(10, DAY)],
    in_a_row: None,
    wait: Some(wait(3)),
    row_kept: DAY,
};

/// Second step from one network address, over all accounts.
pub static SECOND_STEP_ADDRESS: Limit = only("second-step-address", &[kept(20, MINUTES_15)]);

/// Password of one account from one recognised browser or one network address: five at once, then waits from 30 s
/// to an hour.
pub static FIRST_STEP_ACCOUNT: Limit =
    Limit { name: "first-step-account", windows: &[], in_a_row: None, wait: Some(wait(4)), row_kept: DAY };

/// Passwords from one network address, over all accounts.
pub static FIRST_STEP_ADDRESS: Limit = only("first-step-address", &[kept(20, MINUTES_15)]);

/// Password of one account from all strangers together. Beyond it a stranger solves a puzzle first; the owner is
/// not refused. Kept by a success, as the owner's own sign-in says nothing about the strangers.
pub static FIRST_STEP_STRANGERS: Limit = Limit {
    name: "first-step-strangers",
    windows: &[kept(50, DAY)],
    in_a_row: None,
    wait: None,
    row_kept: DAY,
};

/// Password of one account, in a row over all strangers. Beyond it the password counts only in recognised browsers
/// until it is changed: NIST SP 800-63B-4 section 3.2.2 (no more than 100).
pub static FIRST_STEP_ROW: Limit =
    Limit { name: "first-step-row", windows: &[], in_a_row: Some(100), wait: None, row_kept: ROW_YEAR };

/// Accounts made from one network address; every sign-up counts, not only failures.
pub static SIGN_UP_ADDRESS: Limit = only("sign-up-address", &[kept(10, Duration::from_hours(1))]);

/// Unknown one-time links, and wrong passwords to those that ask for one, from one network address.
pub static LINK_ADDRESS: Limit = only("link-address", &[kept(20, MINUTES_15)]);

/// Wrong passwords to one link that finishes a sign-up: no more in the link's whole life. Whoever chose the password and
/// forgot it signs up again.
pub static LINK_PASSWORD: Limit = only("link-password", &[kept(5, DAY)]);

/// Codes sent by e-mail for one account to all browsers that are not recognised, however many challenges are started.
pub static MAIL_CODE_STRANGER: Limit = only("mail-code-stranger", MAIL_CODES);

/// Codes sent by e-mail for one account to one recognised browser, whatever strangers ask for.
pub static MAIL_CODE_BROWSER: Limit = only("mail-code-browser", MAIL_CODES);

const MAIL_CODES: &[Window] = &[kept(5, Duration::from_hours(1)), kept(10, DAY)];

/// Letters with a link for a new password to one account.
pub static MAIL_RESET_ACCOUNT: Limit = only("mail-reset-account", &[kept(3, Duration::from_hours(1))]);

/// Letters with a link for a new password asked for from one network address, over all accounts.
pub static MAIL_RESET_ADDRESS: Limit = only("mail-reset-address", &[kept(20, MINUTES_15)]);

/// Letters to one address that somebody typed: those that ask it to confirm itself, invitations, and answers of the desk.
/// Nobody, staff included, may have a stranger's mailbox filled.
pub static MAIL_CONFIRM_RECIPIENT: Limit = only("mail-confirm-recipient", MAIL_CODES);

/// Requests to the support desk from one network address, over all accounts; every request counts.
pub static SUPPORT_REQUEST_ADDRESS: Limit =
    only("support-request-address", &[kept(10, Duration::from_hours(1))]);

/// Requests to the support desk about one account or one address that has none: more would only fill the queue. Whoever has
/// passed the first step has a budget of the same size that no stranger can spend.
pub static SUPPORT_REQUEST_RECIPIENT: Limit =
    only("support-request-recipient", &[kept(3, Duration::from_hours(1)), kept(6, DAY)]);

/// Unknown API tokens from one network address.
pub static API_TOKEN_ADDRESS: Limit = only("api-token-address", &[kept(20, MINUTES_15)]);

/// Suspensions of a second step that one member of the staff asks for; every one counts. More than that in a day is no
/// support work any more.
pub static SUSPENSION_STAFF: Limit =
    only("suspension-staff", &[kept(5, Duration::from_hours(1)), kept(20, DAY)]);

/// Walks along the whole audit log that the administrators of one organisation ask for; every one counts. Each reads all
/// that is kept.
pub static AUDIT_VERIFY: Limit = only("audit-verify", &[kept(6, Duration::from_hours(1))]);

/// Visits to identity providers begun from one network address; every one counts, not only failures.
pub static SSO_ADDRESS: Limit = only("sso-address", &[kept(60, MINUTES_15)]);

/// Questions to the Telegram accounts of one account from all browsers that are not recognised: whoever has the password must
/// not be able to tire the owner out. A confirmed one clears it.
pub static TELEGRAM_PROMPT_STRANGER: Limit = only("telegram-prompt-stranger", PROMPTS);

/// Questions to the Telegram accounts of one account from one recognised browser, whatever strangers ask for.
pub static TELEGRAM_PROMPT_BROWSER: Limit = only("telegram-prompt-browser", PROMPTS);

const PROMPTS: &[Window] = &[window(3, Duration::from_mins(10)), window(10, DAY)];

/// Addresses that link a Telegram account, made for one account; each has its own few tries of the code.
pub static TELEGRAM_LINK: Limit = only("telegram-link", &[kept(10, Duration::from_hours(1))]);

/// Unknown tokens and codes that one Telegram account sends to the bot.
pub static TELEGRAM_CHAT: Limit = only("telegram-chat", &[kept(20, MINUTES_15)]);

/// Calls and SMS to one phone number, whichever accounts have it, that browsers ask for which are not recognised, or that are
/// to prove it.
pub static PHONE_NUMBER: Limit = only("phone-number", PHONE_NUMBERS);

/// Calls and SMS that are to prove one phone number, whichever accounts add it: as many as one challenge sends. Whoever adds a
/// stranger's number has that phone ring.
pub static PHONE_NUMBER_PROOF: Limit = only("phone-number-proof", &[kept(5, DAY)]);

/// Calls and SMS to one proved phone number that recognised browsers ask for to sign in, whatever strangers ask for.
pub static PHONE_NUMBER_BROWSER: Limit = only("phone-number-browser", PHONE_NUMBERS);

const PHONE_NUMBERS: &[Window] = &[kept(6, Duration::from_mins(10)), kept(12, DAY)];

/// Calls and SMS for one account to all browsers that are not recognised, to all its numbers together. As many as codes by
/// e-mail.
pub static PHONE_CODE_STRANGER: Limit = only("phone-code-stranger", MAIL_CODES);

/// Calls and SMS for one account to one recognised browser, whatever strangers ask for.
pub static PHONE_CODE_BROWSER: Limit = only("phone-code-browser", MAIL_CODES);

/// Calls and SMS for one account, whichever browsers ask: whoever deletes a browser's cookie has another one after the next
/// sign-in. Strangers alone never reach it.
pub static PHONE_CODE_ACCOUNT: Limit = only("phone-code-account", &[kept(30, DAY)]);

/// Calls and SMS asked for from one network address, over all accounts, but for sign-ins in recognised browsers. More than one
/// household needs on its worst day.
pub static PHONE_CODE_ADDRESS: Limit =
    only("phone-code-address", &[kept(15, Duration::from_hours(1)), kept(30, DAY)]);

/// Calls and SMS to one block of a thousand neighbouring numbers, over all accounts: whoever earns by messages to numbers of
/// theirs has rented them in blocks.
pub static PHONE_BLOCK: Limit = only("phone-block", &[kept(20, Duration::from_hours(1))]);

/// Calls and SMS of the whole installation. A ceiling for what nobody has thought of; the day's budget is the operator's.
pub static PHONE_MINUTE: Limit = only("phone-minute", &[kept(300, Duration::from_mins(1))]);

/// Wrong answers to calls of one account from all browsers that are not recognised. Four digits are worth one guess in as many
/// as the pool has endings, so two a day and five in thirty days; beyond it nobody calls for them, and an SMS has six digits.
pub static CALL_ANSWER_STRANGER: Limit = only("call-answer-stranger", CALL_ANSWERS);

/// Wrong answers to calls of one account from one recognised browser, whatever strangers answer.
pub static CALL_ANSWER_BROWSER: Limit = only("call-answer-browser", CALL_ANSWERS);

const CALL_ANSWERS: &[Window] = &[kept(2, DAY), kept(5, Duration::from_hours(30 * 24))];

/// Every limit, in the order of the documentation.
pub static ALL: &[&Limit] = &[
    &SECOND_STEP_STRANGER,
    &SECOND_STEP_BROWSER,
    &SECOND_STEP_ADDRESS,
    &FIRST_STEP_ACCOUNT,
    &FIRST_STEP_ADDRESS,
    &FIRST_STEP_STRANGERS,
    &FIRST_STEP_ROW,
    &SIGN_UP_ADDRESS,
    &LINK_ADDRESS,
    &LINK_PASSWORD,
    &API_TOKEN_ADDRESS,
    &MAIL_CODE_STRANGER,
    &MAIL_CODE_BROWSER,
    &MAIL_RESET_ACCOUNT,
    &MAIL_RESET_ADDRESS,
    &MAIL_CONFIRM_RECIPIENT,
    &SUPPORT_REQUEST_ADDRESS,
    &SUPPORT_REQUEST_RECIPIENT,
    &SUSPENSION_STAFF,
    &AUDIT_VERIFY,
    &SSO_ADDRESS,
    &TELEGRAM_PROMPT_STRANGER,
    &TELEGRAM_PROMPT_BROWSER,
    &TELEGRAM_LINK,
    &TELEGRAM_CHAT,
    &PHONE_NUMBER,
    &PHONE_NUMBER_PROOF,
    &PHONE_NUMBER_BROWSER,
    &PHONE_CODE_STRANGER,
    &PHONE_CODE_BROWSER,
    &PHONE_CODE_ACCOUNT,
    &PHONE_CODE_ADDRESS,
    &PHONE_BLOCK,
    &PHONE_MINUTE,
    &CALL_ANSWER_STRANGER,
    &CALL_ANSWER_BROWSER,
];
