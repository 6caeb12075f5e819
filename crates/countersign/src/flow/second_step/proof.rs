//! What was typed, and what core says of it. One arm for each method.

use countersign_core::code::{Code, CodeFault};
use countersign_core::factor::email::{self, Sent};
use countersign_core::factor::recovery_key::{RecoveryKey, RecoveryKeyFault};
use countersign_core::factor::totp;
use countersign_core::id::RecoveryKeyId;
use countersign_core::method::Method;
use countersign_core::text::Text;
use countersign_store::delivered_code::DeliveredCode;
use countersign_store::facts::ChallengeFacts;
use countersign_store::{Db, StoreError, authenticator, delivered_code, recovery_key};

use super::super::{Call, FieldFault, FlowError};

/// An answer that has the form of its method's answers.
pub(super) enum Typed {
    Authenticator(Code),
    Email(Code),
    RecoveryKey(RecoveryKey),
}

/// Reads what was typed for this method. What has not even the form of an answer costs no attempt.
pub(super) fn parse(method: Method, text: &str) -> Result<Typed, FlowError> {
    let code = || Code::parse(text).map_err(CodeFault::text_key);
    let read = match method {
        Method::Authenticator => code().map(Typed::Authenticator),
        Method::Email => code().map(Typed::Email),
        Method::RecoveryKey => {
            RecoveryKey::parse(text).map(Typed::RecoveryKey).map_err(RecoveryKeyFault::text_key)
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
    /// `used`: it was right and has been used, perhaps at this very moment.
    RecoveryKey {
        right: Option<RecoveryKeyId>,
        used: bool,
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
            Typed::RecoveryKey(key) => {
                let found = recovery_key::of_account(db, account).await?;
                let mine = found.filter(|found| key.matches(keys, account, &found.mac));
                let used = mine.as_ref().is_some_and(|found| found.spent_at.is_some());
                let right = mine.filter(|_| !used).map(|found| found.id);
                Ok(Self::RecoveryKey { right, used })
            }
        }
    }

    pub(super) fn method(&self) -> Method {
        match self {
            Self::Authenticator(_) => Method::Authenticator,
            Self::Email { .. } => Method::Email,
            Self::RecoveryKey { .. } => Method::RecoveryKey,
        }
    }
}
