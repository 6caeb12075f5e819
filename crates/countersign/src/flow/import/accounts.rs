//! Accounts of another system.

use std::collections::HashSet;

use countersign_core::audit::Event;
use countersign_core::import::{AccountLine, Reason};
use countersign_core::password::{PasswordHash, foreign};
use countersign_store::account::{self, AccountRow};
use countersign_store::{Db, StoreError, audit, import};

use super::super::{About, Call, FlowError, sign_up};
use super::{Batch, Import, Judged, Mark, Refused, Written, elsewhere};

/// An account that can be written.
#[derive(Clone)]
pub struct NewRow {
    row: AccountRow,
    external_id: Option<String>,
}

/// Judges a batch and changes nothing.
pub async fn judge_accounts(
    call: &Call,
    import: &mut Import,
    batch: Batch<AccountLine>,
) -> Result<Judged<NewRow>, FlowError> {
    let mut db = call.reader().await?;
    let Batch { upto, items, mut refused } = batch;
    let keys: Vec<String> = items.iter().map(|(_, line)| line.email.key()).collect();
    let taken = account::taken(&mut db, keys.iter().map(String::as_str), call.now).await?;
    let mut here = HashSet::new();
    let mut ready = Vec::with_capacity(items.len());
    for ((number, line), (key, taken)) in items.into_iter().zip(keys.into_iter().zip(taken)) {
        let digest = call.deps.keys.identifier(&key);
        let organisation = import.organisation_of(&mut db, line.organisation.as_deref()).await?;
        let Some(organisation) = organisation else {
            refused.push(Refused::new(number, "organisation", Reason::NoOrganisation));
            continue;
        };
        if taken {
            refused.push(Refused::new(number, "email", Reason::EmailTaken));
            continue;
        }
        // A batch that was written is seen in the database; what a dry run would have written is seen here.
        if import.addresses.contains(&digest) || !here.insert(digest) {
            refused.push(Refused::new(number, "email", Reason::EmailTwice));
            continue;
        }
        match born(call, organisation, line) {
            Ok(new) => ready.push((number, new)),
            Err(fault) => refused.push(Refused::new(number, "password_hash", Reason::Hash(fault))),
        }
    }
    if import.dry_run {
        import.addresses.extend(here);
    }
    Ok(Judged::new(upto, ready, refused))
}

fn born(
    call: &Call,
    organisation: countersign_core::id::OrganisationId,
    line: AccountLine,
) -> Result<NewRow, foreign::ForeignFault> {
    let keep = |hash: &str| foreign::keep(&call.deps.keys, call.entropy(), hash);
    let password = line.password_hash.as_deref().map(|hash| keep(hash)).transpose()?;
    let none = PasswordHash { phc: String::new(), pepper_key: call.deps.keys.active() };
    let hash = password.as_ref().unwrap_or(&none);
    let born = sign_up::new_row(call, organisation, &line.email, &line.display_name, line.role, hash);
    let created_at = line.created_at.unwrap_or(call.now);
    let row = AccountRow {
        password,
        language: line.language,
        email_verified_at: line.email_verified.then_some(created_at),
        created_at,
        ..born
    };
    Ok(NewRow { row, external_id: line.external_id })
}

struct Writing {
    call: Call,
    organisation: countersign_core::id::OrganisationId,
    mark: Option<Mark>,
    ready: Vec<(u64, NewRow)>,
    refused: u64,
}

/// Writes what was found good, in one transaction.
pub async fn write_accounts(
    call: &Call,
    import: &mut Import,
    judged: Judged<NewRow>,
) -> Result<Written, FlowError> {
    let upto = judged.upto;
    let writing = Writing {
        call: call.clone(),
        organisation: import.organisation.id,
        mark: import.mark(upto),
        refused: judged.refused.len() as u64,
        ready: judged.ready,
    };
    let job = call.deps.store.write(writing, |tx, writing| Box::pin(writing.settle(tx)));
    let written = job.await.map_err(elsewhere)?;
    import.advanced(upto);
    Ok(written)
}

impl Writing {
    async fn settle(&self, tx: &mut Db) -> Result<Written, StoreError> {
        let made = account::create_all(tx, self.ready.iter().map(|(_, new)| &new.row)).await?;
        let (mut names, mut late) = (Vec::new(), Vec::new());
        for ((number, new), made) in self.ready.iter().zip(made) {
            if made {
                names.extend(new.external_id.as_deref().map(|name| (new.row.id, name)));
            } else {
                late.push(Refused::new(*number, "email", Reason::EmailTaken));
            }
        }
        import::name_all(tx, names).await?;
        let accepted = self.ready.len().saturating_sub(late.len()) as u64;
        let refused = self.refused + late.len() as u64;
        Mark::set(self.mark, tx, accepted, refused).await?;
        if accepted > 0 {
            let about = About { account: None, organisation: Some(self.organisation) };
            let mut detail = vec![("accepted", accepted.to_string()), ("refused", refused.to_string())];
            if let Some(mark) = self.mark {
                detail.push(("import", mark.run.to_string()));
                detail.push(("lines", format!("{}-{}", mark.from + 1, mark.upto)));
            }
            audit::append(tx, &self.call.caller_row(Event::AccountsImported, about, &detail)).await?;
        }
        Ok(Written { accepted, late })
    }
}
