//! Keys of authenticators that another system or an app had.

use std::collections::BTreeMap;

use countersign_core::audit::Event;
use countersign_core::factor::totp::Secret;
use countersign_core::id::{AccountId, AuthenticatorId, OrganisationId};
use countersign_core::import::{KeyLine, Reason};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::method::Method;
use countersign_core::name::DeviceName;
use countersign_store::account::AccountState;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::{
    Db, StoreError, account, api_token, audit, authenticator, browser, challenge, delivered_code, session,
};

use super::super::facts::{enrolled, switched_on};
use super::super::letters::notice;
use super::super::{About, Call, FlowError, factors};
use super::{Batch, Import, Judged, Mark, Refused, Written, elsewhere};

/// Judges a batch and changes nothing.
pub async fn judge_authenticators(
    call: &Call,
    import: &mut Import,
    batch: Batch<KeyLine>,
) -> Result<Judged<(AccountId, KeyLine)>, FlowError> {
    let mut db = call.reader().await?;
    let Batch { upto, items, mut refused } = batch;
    let mut by_address: BTreeMap<String, Vec<(u64, KeyLine)>> = BTreeMap::new();
    for (number, line) in items {
        by_address.entry(line.account.key()).or_default().push((number, line));
    }
    let mut ready = Vec::new();
    for (key, lines) in by_address {
        let found = facts::sign_in_facts(&mut db, &key, call.now).await?;
        let Some(facts) = found.filter(|facts| here(facts, import.organisation.id)) else {
            let gone = |(number, _): &(u64, KeyLine)| Refused::new(*number, "account", Reason::NoAccount);
            refused.extend(lines.iter().map(gone));
            continue;
        };
        let id = facts.account.id;
        let mut held = devices(&mut db, call, id).await?;
        held.extend(import.keys.get(&id).into_iter().flatten().cloned());
        for (number, line) in lines {
            if let Some((field, reason)) = refusal(&facts, &held, &line) {
                refused.push(Refused::new(number, field, reason));
                continue;
            }
            held.push(line.secret.clone());
            if import.dry_run {
                import.keys.entry(id).or_default().push(line.secret.clone());
            }
            ready.push((number, (id, line)));
        }
    }
    Ok(Judged::new(upto, ready, refused))
}

fn here(facts: &AccountFacts, organisation: OrganisationId) -> bool {
    facts.account.organisation_id == organisation && facts.account.state == AccountState::Active
}

async fn devices(db: &mut Db, call: &Call, id: AccountId) -> Result<Vec<Secret>, StoreError> {
    let devices = authenticator::devices(db, &call.deps.keys, id).await?;
    Ok(devices.into_iter().map(|device| device.secret).collect())
}

/// Why an account with these keys does not get one more.
fn refusal(facts: &AccountFacts, held: &[Secret], line: &KeyLine) -> Option<(&'static str, Reason)> {
    let most = usize::from(facts.policy.authenticators_max);
    if !facts.policy.offers(Method::Authenticator, facts.account.role) {
        return Some(("account", Reason::NotAllowed));
    }
    if held.iter().any(|key| key.is(&line.secret)) {
        return Some(("secret", Reason::KeyKnown));
    }
    (held.len() >= most).then_some(("account", Reason::TooManyDevices(most)))
}

struct Writing {
    call: Call,
    mark: Option<Mark>,
    organisation: OrganisationId,
    accounts: BTreeMap<AccountId, Vec<(u64, KeyLine)>>,
    refused: u64,
    tell_owners: bool,
}

/// Writes what was found good, in one transaction. With `tell_owners` each owner gets a letter.
pub async fn write_authenticators(
    call: &Call,
    import: &mut Import,
    judged: Judged<(AccountId, KeyLine)>,
    tell_owners: bool,
) -> Result<Written, FlowError> {
    let upto = judged.upto;
    let mut accounts: BTreeMap<AccountId, Vec<(u64, KeyLine)>> = BTreeMap::new();
    for (number, (id, line)) in judged.ready {
        accounts.entry(id).or_default().push((number, line));
    }
    let writing = Writing {
        call: call.clone(),
        mark: import.mark(upto),
        organisation: import.organisation.id,
        accounts,
        refused: judged.refused.len() as u64,
        tell_owners,
    };
    let job = call.deps.store.write(writing, |tx, writing| Box::pin(writing.settle(tx)));
    let written = job.await.map_err(elsewhere)?;
    import.advanced(upto);
    call.deps.post_wake.notify_one();
    Ok(written)
}

impl Writing {
    /// In the order of the accounts' ids, so that no two batches wait for each other.
    async fn settle(&self, tx: &mut Db) -> Result<Written, StoreError> {
        let mut written = Written::default();
        for (id, lines) in &self.accounts {
            let late = self.give(tx, *id, lines).await?;
            written.accepted += lines.len().saturating_sub(late.len()) as u64;
            written.late.extend(late);
        }
        let refused = self.refused + written.late.len() as u64;
        Mark::set(self.mark, tx, written.accepted, refused).await?;
        Ok(written)
    }

    /// Gives one account its keys, and returns those that it cannot have any more.
    async fn give(
        &self,
        tx: &mut Db,
        id: AccountId,
        lines: &[(u64, KeyLine)],
    ) -> Result<Vec<Refused>, StoreError> {
        let call = &self.call;
        // It locks the account's row, so that its devices are counted alone.
        let there = account::lock(tx, id).await?;
        let before = if there { facts::account_facts(tx, id, call.now).await? } else { None };
        let Some(before) = before.filter(|facts| here(facts, self.organisation)) else {
            let gone = |(number, _): &(u64, KeyLine)| Refused::new(*number, "account", Reason::NoAccount);
            return Ok(lines.iter().map(gone).collect());
        };
        let mut held = devices(tx, call, id).await?;
        let mut names: Vec<String> = Vec::new();
        for device in authenticator::confirmed(tx, id).await? {
            let name = device.name.and_then(|name| DeviceName::parse(&name).ok());
            names.extend(name.map(|name| name.key()));
        }
        let (mut given, mut late) = (Vec::new(), Vec::new());
        for (number, line) in lines {
            if let Some((field, reason)) = refusal(&before, &held, line) {
                late.push(Refused::new(*number, field, reason));
                continue;
            }
            let (device, name) = (AuthenticatorId::new(call.now, call.entropy()), line.name_beside(&names));
            let new = (device, id, &name, &line.secret);
            authenticator::import(tx, &call.deps.keys, call.entropy(), new, call.now).await?;
            held.push(line.secret.clone());
            names.push(name.key());
            given.push((device, name));
        }
        if !given.is_empty() {
            self.follow(tx, &before, &given).await?;
        }
        Ok(late)
    }

    /// What a new factor brings with it, as when its owner enables one: nothing that was proved without it stays (MSG-9),
    /// and what it excludes is switched off (EXC-2).
    async fn follow(
        &self,
        tx: &mut Db,
        before: &AccountFacts,
        given: &[(AuthenticatorId, DeviceName)],
    ) -> Result<(), StoreError> {
        let (call, account) = (&self.call, &before.account);
        account::bump_factor_version(tx, account.id).await?;
        let class = before.policy.class_of(Method::Authenticator);
        api_token::end_below(tx, account.id, class, call.now).await?;
        session::delete_all(tx, account.id).await?;
        challenge::delete_for_account(tx, account.id).await?;
        delivered_code::delete_for_account(tx, account.id).await?;
        if enrolled(before).is_empty() {
            browser::delete_for_account(tx, account.id).await?;
        }
        let off = before.policy.giving_way(Method::Authenticator, &switched_on(before));
        if off.contains(&Method::Email) {
            account::set_email_codes(tx, account.id, None).await?;
            let detail =
                [("cause", "excluded".to_owned()), ("by", Method::Authenticator.as_str().to_owned())];
            audit::append(tx, &call.caller_row(Event::EmailCodesDisabled, About::of(account), &detail))
                .await?;
            if self.tell_owners {
                let method = Some(Method::Email.as_str().to_owned());
                let body = LetterBody { method, ..LetterBody::default() };
                notice(tx, call, account, LetterKind::MethodRemoved, body).await?;
            }
        }
        let list = |part: fn(&(AuthenticatorId, DeviceName)) -> String| {
            given.iter().map(part).collect::<Vec<_>>().join(", ")
        };
        let mut detail = vec![
            ("device", list(|(id, _)| id.to_string())),
            ("name", list(|(_, name)| name.as_str().to_owned())),
        ];
        detail.extend(self.mark.map(|mark| ("import", mark.run.to_string())));
        audit::append(tx, &call.caller_row(Event::AuthenticatorImported, About::of(account), &detail))
            .await?;
        if self.tell_owners {
            let name = Some(list(|(_, name)| name.as_str().to_owned()));
            let (kind, method) = (LetterKind::MethodAdded, Method::Authenticator);
            factors::tell(tx, call, account, kind, method, name).await?;
        }
        Ok(())
    }
}
