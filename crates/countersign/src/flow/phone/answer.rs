//! An answer to a call or an SMS: judging it, spending it, and ending the code of a call with a wrong one.

use countersign_core::audit::{Actor, Event};
use countersign_core::factor::phone::{self, PhoneCode, Sent, Verdict};
use countersign_core::id::PhoneNumberId;
use countersign_core::method::Method;
use countersign_core::phone::Channel;
use countersign_core::phone::spend::Guard;
use countersign_core::sign_in::Purpose;
use countersign_store::challenge::ChallengeRow;
use countersign_store::delivered_code::{DeliveredCode, SentTo};
use countersign_store::dispatch::mark_answered;
use countersign_store::facts::{AccountFacts, ChallengeFacts};
use countersign_store::phone_number::{self, PhoneNumberRow};
use countersign_store::{Db, StoreError, audit, delivered_code};

use super::super::{About, Call};
use super::{ACCOUNTS_OF_NUMBER, Said, masked};

/// An answer that core has judged.
pub(in crate::flow) struct Judged {
    pub(in crate::flow) verdict: Verdict,
    /// The account's newest code, whichever challenge it belongs to.
    code: Option<DeliveredCode>,
}

/// Judges an answer against the newest code.
pub(in crate::flow) async fn judge(
    call: &Call,
    db: &mut Db,
    facts: &ChallengeFacts,
    typed: &PhoneCode,
) -> Result<Judged, StoreError> {
    let row = &facts.challenge;
    let code = delivered_code::of_account(db, row.account_id, Method::Phone).await?;
    let sent = code.as_ref().map(sent_of);
    let verdict = phone::judge(&call.deps.keys, row.id, row.purpose, sent.as_ref(), typed, call.now);
    Ok(Judged { verdict, code })
}

fn sent_of(code: &DeliveredCode) -> Sent<'_> {
    Sent {
        challenge: code.challenge_id,
        channel: if is_call(code) { Channel::Call } else { Channel::Sms },
        mac: &code.mac,
        earlier: &code.earlier,
        expires_at: code.expires_at,
        spent: code.spent_at.is_some(),
        missed: code.missed_at.is_some(),
    }
}

fn is_call(code: &DeliveredCode) -> bool {
    matches!(code.sent_to, SentTo::Call(_))
}

fn phone_of(code: &DeliveredCode) -> Option<PhoneNumberId> {
    match code.sent_to {
        SentTo::Call(id) | SentTo::Sms(id) => Some(id),
        SentTo::Mail(_) => None,
    }
}

impl Judged {
    /// Whether it is judged by the four digits of a call, which the account's own limit counts too. Of a call whose code has
    /// ended nothing is judged, so that this is what is told, and not the limit that ended it.
    pub(in crate::flow) fn is_of_a_call(&self, row: &ChallengeRow) -> bool {
        self.verdict != Verdict::Ended
            && self.code.as_ref().is_some_and(|code| code.challenge_id == row.id && is_call(code))
    }

    /// Whether another answer has ended the code of the call since this one was judged: then this one is no guess any more. The
    /// account's counter is held.
    pub(in crate::flow) async fn ended_meanwhile(
        &self,
        tx: &mut Db,
        row: &ChallengeRow,
    ) -> Result<bool, StoreError> {
        let open = matches!(self.verdict, Verdict::Right | Verdict::Wrong) && self.is_of_a_call(row);
        if !open {
            return Ok(false);
        }
        let now = delivered_code::of_account(tx, row.account_id, Method::Phone).await?;
        let same = now.filter(|now| self.code.as_ref().is_some_and(|code| code.mac == now.mac));
        Ok(same.is_some_and(|code| code.missed_at.is_some()))
    }

    /// Notes a wrong answer: it ends the code of a call.
    pub(in crate::flow) async fn miss(
        &self,
        tx: &mut Db,
        call: &Call,
        row: &ChallengeRow,
    ) -> Result<(), StoreError> {
        if self.verdict == Verdict::Wrong
            && let Some(code) = self.code.as_ref().filter(|_| self.is_of_a_call(row))
        {
            delivered_code::miss(tx, row.account_id, Method::Phone, row.id, &code.mac, call.now).await?;
        }
        Ok(())
    }

    /// What stands against proving a number, though its code was right: nothing is spent then. The account's row is held; who is
    /// faster than this look is told by [`super::prove`].
    pub(in crate::flow) async fn no_room(
        &self,
        tx: &mut Db,
        call: &Call,
        held: &AccountFacts,
        row: &ChallengeRow,
    ) -> Result<Option<Said>, StoreError> {
        if row.purpose != Purpose::ProvePhone || self.verdict != Verdict::Right {
            return Ok(None);
        }
        if held.phone_numbers >= u32::from(held.policy.phone_numbers_max) {
            return Ok(Some(Said::AccountFull));
        }
        let Some(phone) = self.phone(tx, call, row).await? else { return Ok(None) };
        let keys = &call.deps.keys;
        let accounts = phone_number::count_accounts(tx, keys, &phone.number).await?;
        if accounts < u64::from(ACCOUNTS_OF_NUMBER) {
            return Ok(None);
        }
        let detail = [
            ("guard", Guard::Number.as_str().to_owned()),
            ("purpose", row.purpose.as_str().to_owned()),
            ("number", masked(&phone)),
            ("accounts", accounts.to_string()),
        ];
        let about = About::of(&held.account);
        audit::append(tx, &call.audit_row(Event::PhoneGuarded, Actor::Stranger, about, &detail)).await?;
        Ok(Some(Said::NumberFull))
    }

    /// Spends the code by one conditional update, and notes that it came back. `false`: somebody was faster, or the number it
    /// went to no longer counts.
    pub(in crate::flow) async fn spend(
        &self,
        tx: &mut Db,
        call: &Call,
        row: &ChallengeRow,
    ) -> Result<bool, StoreError> {
        let Some(code) = self.code.as_ref().filter(|_| self.verdict == Verdict::Right) else {
            return Ok(false);
        };
        let Some(phone) = self.phone(tx, call, row).await? else { return Ok(false) };
        let (account, now) = (row.account_id, call.now);
        if !delivered_code::spend(tx, account, Method::Phone, row.id, &code.mac, now).await? {
            return Ok(false);
        }
        mark_answered(tx, row.id, now).await?;
        if row.purpose == Purpose::SignIn {
            phone_number::set_used(tx, phone.id, now).await?;
        }
        Ok(true)
    }

    /// The number that the code went to, while it fits the challenge.
    async fn phone(
        &self,
        tx: &mut Db,
        call: &Call,
        row: &ChallengeRow,
    ) -> Result<Option<PhoneNumberRow>, StoreError> {
        let Some(id) = self.code.as_ref().and_then(phone_of) else { return Ok(None) };
        let found = phone_number::by_id(tx, &call.deps.keys, id, row.account_id).await?;
        Ok(found.filter(|phone| match row.purpose {
            Purpose::ProvePhone => phone.confirmed_at.is_none() && row.subject == Some(*id.as_bytes()),
            _ => phone.confirmed_at.is_some(),
        }))
    }
}
