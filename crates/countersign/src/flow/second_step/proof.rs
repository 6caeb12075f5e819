//! What was typed, and what core says of it. One arm for each method.

use countersign_core::code::{Code, CodeFault};
use countersign_core::factor::email::{self, Sent};
use countersign_core::factor::phone::{PhoneCode, PhoneCodeFault};
use countersign_core::factor::recovery_key::{RecoveryKey, RecoveryKeyFault};
use countersign_core::factor::support_code::{self, Issued, SupportCode, SupportCodeFault};
use countersign_core::factor::totp;
use countersign_core::id::{RecoveryKeyId, SuspensionId};
use countersign_core::method::Method;
use countersign_core::text::Text;
use countersign_store::delivered_code::DeliveredCode;
use countersign_store::facts::{AccountFacts, ChallengeFacts};
use countersign_store::{Db, StoreError, authenticator, delivered_code, recovery_key};

use super::super::{Call, FieldFault, FlowError, phone};
use crate::text;

/// An answer that has the form of its method's answers.
pub(super) enum Typed {
    Authenticator(Code),
    Email(Code),
    /// Nothing: the answer was given in the chat.
    Telegram,
    Phone(PhoneCode),
    RecoveryKey(RecoveryKey),
    SupportCode(SupportCode),
}

/// Reads what was typed for this method. What has not even the form of an answer costs no attempt.
pub(super) fn parse(method: Method, text: &str) -> Result<Typed, FlowError> {
    let code = || Code::parse(text).map_err(CodeFault::text_key);
    let read = match method {
        Method::Authenticator => code().map(Typed::Authenticator),
        Method::Email => code().map(Typed::Email),
        Method::Phone => PhoneCode::parse(text).map(Typed::Phone).map_err(PhoneCodeFault::text_key),
        // What the browser shows is typed into the chat and not the other way round.
        Method::Telegram if text.trim().is_empty() => Ok(Typed::Telegram),
        Method::Telegram => Err(text!("telegram-no-code-here")),
        Method::RecoveryKey => {
            RecoveryKey::parse(text).map(Typed::RecoveryKey).map_err(RecoveryKeyFault::text_key)
        }
        Method::SupportCode => {
            SupportCode::parse(text).map(Typed::SupportCode).map_err(SupportCodeFault::text_key)
        }
    };
    read.map_err(|key| FlowError::Invalid(vec![FieldFault { field: "code", text: Text::new(key) }]))
}

/// An answer that core has judged. Only spending decides.
pub(super) enum Proof {
    Authenticator(totp::Verdict),
    Email {
        verdict: email::Verdict,
        code: Option<DeliveredCode>,
    },
    /// `approved`: a linked Telegram account has confirmed.
    Telegram {
        approved: bool,
    },
    Phone(phone::answer::Judged),
    /// `used`: it was right and has been used, perhaps at this very moment.
    RecoveryKey {
        right: Option<RecoveryKeyId>,
        used: bool,
    },
    /// `issued`: the suspension and the MAC of the code that support made last under it.
    SupportCode {
        verdict: support_code::Verdict,
        issued: Option<(SuspensionId, [u8; 32])>,
    },
}

impl Proof {
    pub(super) async fn judge(
        call: &Call,
        db: &mut Db,
        facts: &ChallengeFacts,
        typed: Typed,
    ) -> Result<Self, StoreError> {
        let (keys, account, row) = (&call.deps.keys, facts.facts.account.id, &facts.challenge);
        match typed {
            Typed::Authenticator(code) => {
                let list = authenticator::devices(db, keys, account).await?;
                Ok(Self::Authenticator(totp::judge(&list, &code, call.now, call.now)))
            }
            Typed::Email(code) => {
                let found = delivered_code::of_account(db, account, Method::Email).await?;
                let sent = found.as_ref().map(|found| Sent {
                    challenge: found.challenge_id,
                    mac: &found.mac,
                    earlier: &found.earlier,
                    expires_at: found.expires_at,
                    spent: found.spent_at.is_some(),
                });
                let verdict = email::judge(keys, row.id, row.purpose, sent.as_ref(), &code, call.now);
                Ok(Self::Email { verdict, code: found })
            }
            Typed::Telegram => Ok(Self::Telegram { approved: row.approved_at.is_some() }),
            Typed::Phone(code) => Ok(Self::Phone(phone::answer::judge(call, db, facts, &code).await?)),
            Typed::RecoveryKey(key) => {
                let found = recovery_key::of_account(db, account).await?;
                let mine = found.filter(|found| key.matches(keys, account, &found.mac));
                let used = mine.as_ref().is_some_and(|found| found.spent_at.is_some());
                let right = mine.filter(|_| !used).map(|found| found.id);
                Ok(Self::RecoveryKey { right, used })
            }
            Typed::SupportCode(code) => Ok(by_support(call, &facts.facts, &code)),
        }
    }

    pub(super) fn method(&self) -> Method {
        match self {
            Self::Authenticator(_) => Method::Authenticator,
            Self::Email { .. } => Method::Email,
            Self::Telegram { .. } => Method::Telegram,
            Self::Phone(_) => Method::Phone,
            Self::RecoveryKey { .. } => Method::RecoveryKey,
            Self::SupportCode { .. } => Method::SupportCode,
        }
    }
}

fn by_support(call: &Call, facts: &AccountFacts, code: &SupportCode) -> Proof {
    let running = facts.suspension.as_ref();
    let Some((id, row)) = running.and_then(|suspension| Some((suspension.id, suspension.code?))) else {
        return Proof::SupportCode { verdict: support_code::Verdict::Wrong, issued: None };
    };
    let issued = Issued { mac: &row.mac, expires_at: row.expires_at, spent: row.spent_at.is_some() };
    let verdict = support_code::judge(&call.deps.keys, facts.account.id, id, Some(&issued), code, call.now);
    Proof::SupportCode { verdict, issued: Some((id, row.mac)) }
}
