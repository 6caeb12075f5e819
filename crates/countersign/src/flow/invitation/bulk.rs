//! Inviting a whole list: first what each line would lead to, then exactly that.

use std::sync::Arc;

use countersign_core::action::Action;
use countersign_core::id::OrganisationId;
use countersign_core::limits::Refused;
use countersign_core::role::Role;
use countersign_core::roster::{self, Line};
use countersign_core::text::Text;
use countersign_store::{Db, StoreError, link};

use super::{NewInvitation, budget, charges, known, made, open};
use crate::flow::address::charge;
use crate::flow::member::Doer;
use crate::flow::{Call, FieldFault, FlowError};
use crate::text;

/// Addresses asked about, and invitations written, at once.
const STRIDE: usize = 100;

/// Rolls back what would lead to something else by now than was agreed to.
const OTHERWISE: &str = "the list leads elsewhere by now";

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its person is invited, with this role.
    Invite(Role),
    /// Its person has an invitation that can still be used.
    Invited,
    /// The address has an account already.
    Taken,
    /// It cannot be used, and why.
    Fault(Text),
}

impl Outcome {
    /// The word in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invite(_) => "invite",
            Self::Invited => "invited-already",
            Self::Taken => "has-account",
            Self::Fault(_) => "fault",
        }
    }
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The address as it was written.
    pub written: String,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What a list would lead to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Every line with something in it, in order.
    pub lines: Vec<Planned>,
    /// Names this very plan: whoever agrees to it gives it back.
    pub mark: String,
}

impl Plan {
    /// How many people it invites.
    pub fn invites(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line.outcome, Outcome::Invite(_))).count()
    }
}

/// A list that was not gone through to its end.
#[derive(Clone, Debug)]
pub struct Changed {
    /// How many were invited before.
    pub sent: usize,
    /// What the list would lead to now.
    pub plan: Plan,
}

/// What a list would lead to at this moment. Nothing is written.
///
/// # Errors
///
/// A fault of the field `list` where it cannot be read; [`FlowError::Conflict`] where no mail is set up, as the links of a
/// list are told to nobody; as [`super::invite`] else.
pub async fn plan(call: &Call, doer: &Doer, given: OrganisationId, text: &str) -> Result<Plan, FlowError> {
    doer.require(call, Action::InviteMembers).await?;
    if !call.deps.mail {
        return Err(FlowError::Conflict(Text::new(text!("roster-mail-off"))));
    }
    let organisation = doer.organisation(given);
    open(call, organisation).await?;
    let lines = roster::parse(text)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "list", text: fault.text() }]))?;
    let mut db = call.reader().await?;
    let invited = link::invited_addresses(&mut db, organisation, call.now).await?;
    let keys: Vec<String> =
        lines.iter().filter_map(|line| line.invitee.as_ref().ok()).map(|one| one.email.key()).collect();
    let mut taken = Vec::new();
    for some in keys.chunks(STRIDE) {
        taken.extend(known(&mut db, call, doer, organisation, some).await?);
    }
    let people = lines.iter().filter_map(|line| line.invitee.as_ref().ok());
    let full =
        charges(call, doer, organisation, people.map(|one| &one.email)).full(&mut db, call.now).await?;
    drop(db);
    let mut taken = taken.into_iter();
    let judge = |line: Line| {
        let outcome = match &line.invitee {
            Err(text) => Outcome::Fault(text.clone()),
            Ok(_) if taken.next().unwrap_or(true) => Outcome::Taken,
            Ok(one) if invited.contains_key(&one.email.key()) => Outcome::Invited,
            Ok(one) if full.contains(&budget(call, organisation, &one.email)) => {
                Outcome::Fault(Text::new(text!("plan-too-many")))
            }
            Ok(one) => Outcome::Invite(one.role),
        };
        Planned { number: line.number, written: line.written, outcome }
    };
    let lines: Vec<Planned> = lines.into_iter().map(judge).collect();
    let mark = mark(call, organisation, &lines);
    Ok(Plan { lines, mark })
}

fn mark(call: &Call, organisation: OrganisationId, lines: &[Planned]) -> String {
    let written = lines.iter().map(|line| {
        let role = if let Outcome::Invite(role) = line.outcome { role.as_str() } else { "" };
        format!("{}\t{}\t{role}\t{}\n", line.number, line.outcome.as_str(), line.written)
    });
    let written: String = written.collect();
    let mac = call.deps.keys.mac("bulk invitation", &[organisation.as_bytes(), written.as_bytes()]);
    data_encoding::HEXLOWER.encode(&mac[..16])
}

/// Invites everybody whom a plan names, and tells how many. `Err` with the plan of now where it is another one than was
/// agreed to: nobody is invited then, or nobody more where that shows on the way.
///
/// # Errors
///
/// As [`plan`].
pub async fn invite_all(
    call: &Call,
    doer: &Doer,
    given: OrganisationId,
    text: &str,
    mark: &str,
) -> Result<Result<usize, Changed>, FlowError> {
    let agreed = plan(call, doer, given, text).await?;
    if agreed.mark != mark {
        return Ok(Err(Changed { sent: 0, plan: agreed }));
    }
    let staff =
        agreed.lines.iter().any(|line| matches!(line.outcome, Outcome::Invite(role) if role.is_staff()));
    let mut action = if staff { Action::InviteStaff } else { Action::InviteMembers };
    doer.require(call, action).await?;
    let wanted = wanted(&agreed, text);
    for (at, some) in wanted.chunks(STRIDE).enumerate() {
        let sent = at * STRIDE;
        let part = Part {
            call: call.clone(),
            doer: doer.clone(),
            organisation: doer.organisation(given),
            some: some.to_vec(),
            action,
        };
        match part.write().await {
            Ok(true) => call.deps.post_wake.notify_one(),
            Err(error) if sent == 0 => return Err(error),
            // What went is gone: whatever stood against the rest, it is shown as it is now.
            Ok(false) | Err(_) => {
                return Ok(Err(Changed { sent, plan: plan(call, doer, given, text).await? }));
            }
        }
        // The one proof was used up for the whole list.
        action = Action::InviteMembers;
    }
    Ok(Ok(wanted.len()))
}

/// Whom a plan invites.
fn wanted(plan: &Plan, text: &str) -> Vec<NewInvitation> {
    let lines = roster::parse(text).unwrap_or_default();
    let wanted = plan.lines.iter().zip(lines).filter_map(|(planned, line)| match planned.outcome {
        Outcome::Invite(_) => line.invitee.ok(),
        _ => None,
    });
    wanted.map(|one| NewInvitation { email: one.email, role: one.role }).collect()
}

/// What is written of a list at once, or not at all.
struct Part {
    call: Call,
    doer: Doer,
    organisation: OrganisationId,
    some: Vec<NewInvitation>,
    action: Action,
}

impl Part {
    /// `false`: somebody of it has an account or an invitation by now.
    async fn write(self) -> Result<bool, FlowError> {
        let deps = Arc::clone(&self.call.deps);
        match deps.store.write(self, |tx, part| Box::pin(part.settle(tx))).await {
            Err(StoreError::Refused(OTHERWISE)) => Ok(false),
            other => other?.map(|()| true).map_err(FlowError::from),
        }
    }

    async fn settle(&self, tx: &mut Db) -> Result<Result<(), Refused>, StoreError> {
        let call = &self.call;
        let budget = charges(call, &self.doer, self.organisation, self.some.iter().map(|new| &new.email));
        if let Err(refused) = charge(tx, call, &budget).await? {
            return Ok(Err(refused));
        }
        self.doer.hold(tx, call, self.action).await?;
        // Under the locks, so that the same list at the same time invites once.
        if !self.is_as_agreed(tx).await? {
            return Err(StoreError::Refused(OTHERWISE));
        }
        for new in &self.some {
            made(tx, call, &self.doer, self.organisation, new).await?;
        }
        Ok(Ok(()))
    }

    async fn is_as_agreed(&self, tx: &mut Db) -> Result<bool, StoreError> {
        let keys: Vec<String> = self.some.iter().map(|new| new.email.key()).collect();
        if known(tx, &self.call, &self.doer, self.organisation, &keys).await?.contains(&true) {
            return Ok(false);
        }
        let invited = link::invited_addresses(tx, self.organisation, self.call.now).await?;
        Ok(!keys.iter().any(|key| invited.contains_key(key)))
    }
}
