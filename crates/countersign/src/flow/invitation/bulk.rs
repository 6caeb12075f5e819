//! Inviting a whole list: first what each line would lead to, then exactly that.

use countersign_core::action::Action;
use countersign_core::id::OrganisationId;
use countersign_core::role::Role;
use countersign_core::roster::{self, Line};
use countersign_core::text::Text;
use countersign_store::link;

use super::{NewInvitation, charges, known, made, open};
use crate::flow::address::{charge, to_recipient};
use crate::flow::member::Doer;
use crate::flow::{Call, FieldFault, FlowError};
use crate::text;

/// Addresses asked about, and invitations written, at once.
const STRIDE: usize = 100;

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

/// What a list would lead to at this moment. Nothing is written.
///
/// # Errors
///
/// A fault of the field `list` where it cannot be read; as [`super::invite`] else.
pub async fn plan(call: &Call, doer: &Doer, given: OrganisationId, text: &str) -> Result<Plan, FlowError> {
    doer.require(call, Action::InviteMembers).await?;
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
    let full = charges(call, doer, people.map(|one| &one.email)).full(&mut db, call.now).await?;
    drop(db);
    let mut taken = taken.into_iter();
    let judge = |line: Line| {
        let outcome = match &line.invitee {
            Err(text) => Outcome::Fault(text.clone()),
            Ok(_) if taken.next().unwrap_or(true) => Outcome::Taken,
            Ok(one) if invited.contains_key(&one.email.key()) => Outcome::Invited,
            Ok(one) if full.contains(&to_recipient(call, &one.email)) => {
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
/// agreed to: nobody is invited then.
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
) -> Result<Result<usize, Plan>, FlowError> {
    let plan = plan(call, doer, given, text).await?;
    if plan.mark != mark {
        return Ok(Err(plan));
    }
    let organisation = doer.organisation(given);
    let staff =
        plan.lines.iter().any(|line| matches!(line.outcome, Outcome::Invite(role) if role.is_staff()));
    let mut action = if staff { Action::InviteStaff } else { Action::InviteMembers };
    doer.require(call, action).await?;
    let lines = roster::parse(text).unwrap_or_default();
    let wanted = plan.lines.iter().zip(lines).filter_map(|(planned, line)| match planned.outcome {
        Outcome::Invite(_) => line.invitee.ok(),
        _ => None,
    });
    let wanted: Vec<NewInvitation> =
        wanted.map(|one| NewInvitation { email: one.email, role: one.role }).collect();
    for some in wanted.chunks(STRIDE) {
        let data = (call.clone(), doer.clone(), organisation, some.to_vec(), action);
        let job = call.deps.store.write(data, |tx, (call, doer, organisation, some, action)| {
            Box::pin(async move {
                let budget = charges(call, doer, some.iter().map(|new| &new.email));
                if let Err(refused) = charge(tx, call, &budget).await? {
                    return Ok(Err(refused));
                }
                doer.hold(tx, call, *action).await?;
                for new in some {
                    made(tx, call, doer, *organisation, new).await?;
                }
                Ok(Ok(()))
            })
        });
        job.await??;
        // The one proof was used up for the whole list.
        action = Action::InviteMembers;
        call.deps.post_wake.notify_one();
    }
    Ok(Ok(wanted.len()))
}
