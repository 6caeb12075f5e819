//! The audit log: what can be written to it, and the form in which rows are sealed against later changes.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::id::{AccountId, AuditId, OrganisationId};
use crate::time::Timestamp;

/// First byte of a row's canonical form. Another layout gets another number.
const CANONICAL_VERSION: u8 = 1;

/// What separates a seal's digest from every other use of SHA-256.
const SEAL_LABEL: &[u8] = b"countersign audit seal 1";

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $key:literal;)+) => {
        /// Everything that is written to the audit log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Event {
            $($(#[$doc])* $name,)+
        }

        impl Event {
            /// All events, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The event's name in the database, the API and exports. It never changes.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The event of this name.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// Key of the words for people: `event-` and the name with dashes for dots.
            pub const fn text_key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }
        }
    };
}

events! {
    /// An account was made by signing up.
    SignUpMade = "sign-up.made", "event-sign-up-made";
    /// The first step failed: wrong password or unknown account.
    SignInFirstStepFailed = "sign-in.first-step-failed", "event-sign-in-first-step-failed";
    /// The first step was refused by a limit before the password was checked.
    SignInFirstStepRefused = "sign-in.first-step-refused", "event-sign-in-first-step-refused";
    /// The first step was right and a second step was asked for.
    SignInFirstStepPassed = "sign-in.first-step-passed", "event-sign-in-first-step-passed";
    /// A session began.
    SignInSucceeded = "sign-in.succeeded", "event-sign-in-succeeded";
    /// A session began with the password alone, because the second step is suspended.
    SignInUnderSuspension = "sign-in.under-suspension", "event-sign-in-under-suspension";
    /// The second step was answered with a wrong code.
    SecondStepFailed = "second-step.failed", "event-second-step-failed";
    /// A second step was refused by a limit.
    SecondStepRefused = "second-step.refused", "event-second-step-refused";
    /// A code was right a short while ago and came too late.
    SecondStepLate = "second-step.late", "event-second-step-late";
    /// A code was right but had been used already.
    SecondStepUsed = "second-step.used", "event-second-step-used";
    /// The person left a second step unfinished on purpose.
    SecondStepCancelled = "second-step.cancelled", "event-second-step-cancelled";
    /// A signed-in person proved again who they are.
    StepUpSucceeded = "step-up.succeeded", "event-step-up-succeeded";
    /// A session ended by its owner signing out.
    SignOut = "sign-out", "event-sign-out";
    /// One session was ended from the list.
    SessionEnded = "session.ended", "event-session-ended";
    /// All other sessions of the account were ended.
    SessionsEndedOthers = "sessions.ended-others", "event-sessions-ended-others";
    /// Every session of the account was ended, by an operator or by a program.
    SessionsEndedAll = "sessions.ended-all", "event-sessions-ended-all";
    /// The oldest session ended because the account had the most sessions allowed.
    SessionEvicted = "session.evicted", "event-session-evicted";
    /// A key for a new authenticator was shown.
    AuthenticatorSetUpStarted = "authenticator.set-up-started", "event-authenticator-set-up-started";
    /// An authenticator was confirmed.
    AuthenticatorAdded = "authenticator.added", "event-authenticator-added";
    /// An authenticator got another name.
    AuthenticatorRenamed = "authenticator.renamed", "event-authenticator-renamed";
    /// An authenticator was removed.
    AuthenticatorRemoved = "authenticator.removed", "event-authenticator-removed";
    /// A one-time code was put into the outbox.
    CodeSent = "code.sent", "event-code-sent";
    /// A one-time code was asked for and refused by a limit.
    CodeRefused = "code.refused", "event-code-refused";
    /// E-mail codes were switched on.
    EmailCodesEnabled = "email-codes.enabled", "event-email-codes-enabled";
    /// E-mail codes were switched off.
    EmailCodesDisabled = "email-codes.disabled", "event-email-codes-disabled";
    /// A recovery key was made; an earlier one no longer counts.
    RecoveryKeyMade = "recovery-key.made", "event-recovery-key-made";
    /// The owner showed that the recovery key was saved.
    RecoveryKeySaved = "recovery-key.saved", "event-recovery-key-saved";
    /// The recovery key was used, which spends it.
    RecoveryKeyUsed = "recovery-key.used", "event-recovery-key-used";
    /// The recovery key was taken away, with the last daily factor or with its master key.
    RecoveryKeyVoided = "recovery-key.voided", "event-recovery-key-voided";
    /// The address was shown to be its owner's.
    AddressConfirmed = "address.confirmed", "event-address-confirmed";
    /// Another address was asked for.
    AddressChangeAsked = "address.change-asked", "event-address-change-asked";
    /// A change of address that was asked for was dropped.
    AddressChangeDropped = "address.change-dropped", "event-address-change-dropped";
    /// The address was changed.
    AddressChanged = "address.changed", "event-address-changed";
    /// A change of address was taken back from the old address.
    AddressChangeUndone = "address.change-undone", "event-address-change-undone";
    /// A link to set a new password was asked for.
    PasswordResetAsked = "password.reset-asked", "event-password-reset-asked";
    /// "This was not me": every session has ended and changes are locked until the password is reset.
    AccountSecured = "account.secured", "event-account-secured";
    /// A sign-up was asked for; the account is made when its letter is answered.
    SignUpAsked = "sign-up.asked", "event-sign-up-asked";
    /// A letter was given up: its address refuses it, or its time is over.
    LetterGivenUp = "letter.given-up", "event-letter-given-up";
    /// The password was changed by its owner.
    PasswordChanged = "password.changed", "event-password-changed";
    /// The password was set through a one-time link.
    PasswordReset = "password.reset", "event-password-reset";
    /// Name or language of an account was changed.
    ProfileChanged = "profile.changed", "event-profile-changed";
    /// The owner put the set-up of a second step off.
    EnrolmentPutOff = "enrolment.put-off", "event-enrolment-put-off";
    /// A one-time link was made.
    LinkMade = "link.made", "event-link-made";
    /// A one-time link was used.
    LinkSpent = "link.spent", "event-link-spent";
    /// The second step of an account was suspended.
    SuspensionStarted = "suspension.started", "event-suspension-started";
    /// A suspension was ended early by hand.
    SuspensionLifted = "suspension.lifted", "event-suspension-lifted";
    /// A suspension was asked for, and waits for a second person.
    SuspensionRequested = "suspension.requested", "event-suspension-requested";
    /// A second person agreed to a suspension.
    SuspensionApproved = "suspension.approved", "event-suspension-approved";
    /// A second person refused a suspension.
    SuspensionRefused = "suspension.refused", "event-suspension-refused";
    /// A suspension ended by itself, and its owner was told.
    SuspensionEnded = "suspension.ended", "event-suspension-ended";
    /// The owner stopped a suspension through the link in its letter.
    SuspensionStopped = "suspension.stopped", "event-suspension-stopped";
    /// A support code was made. The code itself stands nowhere.
    SupportCodeMade = "support-code.made", "event-support-code-made";
    /// An account was made by an operator or through an invitation.
    AccountAdded = "account.added", "event-account-added";
    /// A batch of accounts was taken over from another system.
    AccountsImported = "accounts.imported", "event-accounts-imported";
    /// Authenticators of an account were taken over from another system.
    AuthenticatorImported = "authenticator.imported", "event-authenticator-imported";
    /// An account was disabled.
    AccountDisabled = "account.disabled", "event-account-disabled";
    /// A disabled account was enabled again.
    AccountEnabled = "account.enabled", "event-account-enabled";
    /// An API token was made.
    ApiTokenMade = "api-token.made", "event-api-token-made";
    /// An API token was ended before its time.
    ApiTokenEnded = "api-token.ended", "event-api-token-ended";
    /// An organisation's security policy was changed.
    PolicyChanged = "policy.changed", "event-policy-changed";
    /// A master key was added.
    KeyAdded = "key.added", "event-key-added";
    /// A master key that was on standby became the one that seals.
    KeyActivated = "key.activated", "event-key-activated";
    /// A master key was taken off the ring.
    KeyRetired = "key.retired", "event-key-retired";
    /// Sealed values were sealed anew with the active master key.
    KeyResealed = "key.resealed", "event-key-resealed";
    /// The rows of a whole seal were dropped because they had been kept long enough.
    AuditPurged = "audit.purged", "event-audit-purged";
    /// An operator took the clock's mark back, after a clock had been ahead.
    ClockReset = "clock.reset", "event-clock-reset";
    /// Somebody was invited by letter, for the first time or once more.
    MemberInvited = "member.invited", "event-member-invited";
    /// An invitation was taken back before it was used.
    InvitationWithdrawn = "invitation.withdrawn", "event-invitation-withdrawn";
    /// An account got another role.
    RoleChanged = "account.role-changed", "event-account-role-changed";
    /// An account was deleted with everything that hung on it.
    AccountDeleted = "account.deleted", "event-account-deleted";
    /// Everything kept of an account was taken along.
    AccountExported = "account.exported", "event-account-exported";
    /// An organisation was added.
    OrganisationAdded = "organisation.added", "event-organisation-added";
    /// The name or the look of an organisation was changed.
    OrganisationChanged = "organisation.changed", "event-organisation-changed";
    /// The audit log was taken along.
    AuditExported = "audit.exported", "event-audit-exported";
    /// The list of members was taken along.
    MembersExported = "members.exported", "event-members-exported";
    /// The chain of the audit log was walked.
    AuditVerified = "audit.verified", "event-audit-verified";
    /// A test letter was sent.
    CourierTested = "courier.tested", "event-courier-tested";
    /// Somebody who can't do the second step asked the support desk for help.
    RequestMade = "support-request.made", "event-support-request-made";
    /// An agent took a request.
    RequestTaken = "support-request.taken", "event-support-request-taken";
    /// An agent wrote a note about a request, for the desk alone.
    RequestNoted = "support-request.noted", "event-support-request-noted";
    /// An agent wrote to the person.
    RequestAnswered = "support-request.answered", "event-support-request-answered";
    /// A request was closed.
    RequestClosed = "support-request.closed", "event-support-request-closed";
    /// A closed request was opened again.
    RequestReopened = "support-request.reopened", "event-support-request-reopened";
    /// An agent looked at an account.
    DeskLooked = "desk.looked", "event-desk-looked";
    /// An agent had the address of an account or of a request shown in full.
    DeskAddressShown = "desk.address-shown", "event-desk-address-shown";
    /// An agent cleared limits on attempts.
    LimitCleared = "limit.cleared", "event-limit-cleared";
    /// Somebody asked for what they may not do or see.
    AuthorisationRefused = "authorisation.refused", "event-authorisation-refused";
    /// An identity provider was set up.
    SsoProviderAdded = "sso.provider-added", "event-sso-provider-added";
    /// The settings of an identity provider were changed.
    SsoProviderChanged = "sso.provider-changed", "event-sso-provider-changed";
    /// An identity provider was removed, and with it what it could sign in to.
    SsoProviderRemoved = "sso.provider-removed", "event-sso-provider-removed";
    /// An identity provider's answer or its absence ended a sign-in; `reason` says why.
    SsoRefused = "sso.refused", "event-sso-refused";
    /// An identity provider was let sign in to an account.
    SsoLinked = "sso.linked", "event-sso-linked";
    /// An identity provider can no longer sign in to an account.
    SsoUnlinked = "sso.unlinked", "event-sso-unlinked";
    /// The linking of a Telegram account was begun.
    TelegramLinkAsked = "telegram.link-asked", "event-telegram-link-asked";
    /// Whoever opened a linking in Telegram said that it was not their doing.
    TelegramLinkRefused = "telegram.link-refused", "event-telegram-link-refused";
    /// A Telegram account was linked.
    TelegramLinked = "telegram.linked", "event-telegram-linked";
    /// A Telegram account was unlinked.
    TelegramUnlinked = "telegram.unlinked", "event-telegram-unlinked";
    /// Telegram was switched on.
    TelegramEnabled = "telegram.enabled", "event-telegram-enabled";
    /// Telegram was switched off; its accounts stay linked.
    TelegramDisabled = "telegram.disabled", "event-telegram-disabled";
    /// The linked Telegram accounts were asked.
    TelegramPrompted = "telegram.prompted", "event-telegram-prompted";
    /// A linked Telegram account confirmed.
    TelegramConfirmed = "telegram.confirmed", "event-telegram-confirmed";
    /// A linked Telegram account refused; `reason` says how.
    TelegramRefused = "telegram.refused", "event-telegram-refused";
    /// Two questions were refused: nothing is asked for strangers' browsers for a while.
    TelegramHeld = "telegram.held", "event-telegram-held";
    /// A button was pressed by an account that it was not made for, or its data was none of ours.
    TelegramForged = "telegram.callback-forged", "event-telegram-callback-forged";
    /// A linked Telegram account has blocked the bot.
    TelegramBlocked = "telegram.blocked", "event-telegram-blocked";
    /// A phone number was added, and has to be proved.
    PhoneAdded = "phone.added", "event-phone-added";
    /// A phone number was shown to be its owner's.
    PhoneProved = "phone.proved", "event-phone-proved";
    /// A phone number was removed.
    PhoneRemoved = "phone.removed", "event-phone-removed";
    /// Phone numbers no longer count, as the last method went that they need beside them.
    PhoneUncounted = "phone.uncounted", "event-phone-uncounted";
    /// A call was asked for.
    CallAsked = "phone.call-asked", "event-phone-call-asked";
    /// A call ended; `outcome` says how.
    CallEnded = "phone.call-ended", "event-phone-call-ended";
    /// An SMS was asked for.
    SmsAsked = "phone.sms-asked", "event-phone-sms-asked";
    /// An SMS was taken by its route, delivered or given up; `outcome` says which.
    SmsEnded = "phone.sms-ended", "event-phone-sms-ended";
    /// A call or an SMS was asked for and not made; `guard` says why.
    PhoneGuarded = "phone.guarded", "event-phone-guarded";
    /// Too few codes of a prefix came back: nothing goes there for a while.
    BreakerOpened = "phone.breaker-opened", "event-phone-breaker-opened";
    /// A prefix is open again, by itself or by an administrator.
    BreakerClosed = "phone.breaker-closed", "event-phone-breaker-closed";
    /// The day's budget for calls and SMS is spent.
    BudgetSpent = "phone.budget-spent", "event-phone-budget-spent";
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A signed-in account, also through one of its API tokens.
    Account(AccountId),
    /// Whoever has the server's command line.
    CommandLine,
    /// The server itself: a worker, or a limit that was reached.
    System,
    /// Somebody who is not signed in.
    Stranger,
}

impl Actor {
    /// The kind's name in the database and the API.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::CommandLine => "command-line",
            Self::System => "system",
            Self::Stranger => "stranger",
        }
    }

    /// The account, where it was one.
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id),
            Self::CommandLine | Self::System | Self::Stranger => None,
        }
    }

    /// Puts together what [`Actor::kind`] and [`Actor::account`] took apart; `None` when the two do not fit.
    pub fn from_parts(kind: &str, account: Option<AccountId>) -> Option<Self> {
        match (kind, account) {
            ("account", Some(id)) => Some(Self::Account(id)),
            ("command-line", None) => Some(Self::CommandLine),
            ("system", None) => Some(Self::System),
            ("stranger", None) => Some(Self::Stranger),
            _ => None,
        }
    }
}

/// One row of the audit log. It holds no secret and no text for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The row's id.
    pub id: AuditId,
    /// When it happened.
    pub at: Timestamp,
    /// The organisation it concerns, where it concerns one.
    pub organisation: Option<OrganisationId>,
    /// The account it concerns (not who did it), where it concerns one.
    pub account: Option<AccountId>,
    /// Who did it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
    /// Particulars by name, such as `reason`, `device-name` or `limit`.
    pub detail: BTreeMap<String, String>,
    /// The network address the request came from, in full.
    pub address: Option<String>,
    /// Browser and system, roughly ("Firefox on Android").
    pub device: Option<String>,
    /// The request's id, which its log lines carry too.
    pub request_id: Option<String>,
}

/// The row as bytes, so that two rows differ in any field exactly when their bytes differ: every part is preceded by
/// its length, an absent one differs from an empty one, and particulars stand in the order of their names.
pub fn canonical(row: &AuditRow) -> Vec<u8> {
    let mut out = vec![CANONICAL_VERSION];
    put(&mut out, row.id.as_bytes());
    put(&mut out, &row.at.as_millis().to_be_bytes());
    put_option(&mut out, row.organisation.as_ref().map(|id| id.as_bytes().as_slice()));
    put_option(&mut out, row.account.as_ref().map(|id| id.as_bytes().as_slice()));
    put(&mut out, row.actor.kind().as_bytes());
    put_option(&mut out, row.actor.account().as_ref().map(|id| id.as_bytes().as_slice()));
    put(&mut out, row.event.as_str().as_bytes());
    out.extend_from_slice(&count(row.detail.len()));
    for (name, value) in &row.detail {
        put(&mut out, name.as_bytes());
        put(&mut out, value.as_bytes());
    }
    for text in [&row.address, &row.device, &row.request_id] {
        put_option(&mut out, text.as_deref().map(str::as_bytes));
    }
    out
}

/// The digest of a seal: SHA-256 over the digest of the seal before it, its own number (from 1), its time and the rows
/// in their order. Whoever changes, drops, adds or reorders a row has to recompute every later seal, and the newest
/// digest is known outside the database.
pub fn seal_digest(previous: [u8; 32], number: u64, sealed_at: Timestamp, rows: &[AuditRow]) -> [u8; 32] {
    let mut hash = Sha256::new()
        .chain_update(SEAL_LABEL)
        .chain_update(previous)
        .chain_update(number.to_be_bytes())
        .chain_update(sealed_at.as_millis().to_be_bytes())
        .chain_update(count(rows.len()));
    for row in rows {
        let bytes = canonical(row);
        hash.update(count(bytes.len()));
        hash.update(bytes);
    }
    hash.finalize().into()
}

fn count(number: usize) -> [u8; 8] {
    (number as u64).to_be_bytes()
}

fn put(out: &mut Vec<u8>, part: &[u8]) {
    out.extend_from_slice(&count(part.len()));
    out.extend_from_slice(part);
}

fn put_option(out: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => out.push(0),
        Some(part) => {
            out.push(1);
            put(out, part);
        }
    }
}

#[cfg(test)]
mod tests;
