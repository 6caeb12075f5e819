//! Inviting people into an organisation, one or many, by letter.
//!
//! Where letters go out, the link stands in its letter alone; where none do, it is told to whoever invited, to be handed
//! over. A new invitation to an address takes the place of the one before. To the address of an account elsewhere goes a
//! letter that says so, as no account could come of a link.

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, LinkId, OrganisationId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::CounterKey;
use countersign_core::link::LinkPurpose;
use countersign_core::policy::SignUp;
use countersign_core::role::Role;
use countersign_core::secret::Token;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::{Db, StoreError, account, audit, link, organisation, policy};

use super::address::charge;
use super::letters::{BY_MAIL, Draft, post};
use super::limit::Charges;
use super::member::Doer;
use super::{About, Call, FieldFault, FlowError, GONE};
use crate::text;

mod bulk;

pub use bulk::{Changed, Outcome, Plan, Planned, invite_all, plan};
pub use countersign_core::roster::{LONGEST as LONGEST_LIST, MOST as MOST_LINES};
pub use countersign_store::link::LinkRow;

/// Invitations on one page.
pub const PAGE: u32 = 50;

/// What inviting somebody to this role takes. Whoever makes staff of a stranger proves it as one who changes a role does.
fn inviting(role: Role) -> Action {
    if role.is_staff() { Action::InviteStaff } else { Action::InviteMembers }
}

/// What letters of staff to these addresses are charged to, so that nobody fills a mailbox by inviting. The operator is
/// trusted with everybody's mailbox anyway.
fn charges<'a>(
    call: &Call,
    doer: &Doer,
    organisation: OrganisationId,
    to: impl Iterator<Item = &'a EmailAddress>,
) -> Charges {
    let counts = call.deps.mail && matches!(doer, Doer::Staff(_));
    Charges::new(to.filter(|_| counts).map(|email| budget(call, organisation, email)).collect())
}

/// An organisation's own budget for an address: what strangers and other organisations have sent there neither stops its
/// invitations nor can be told from them.
fn budget(call: &Call, organisation: OrganisationId, email: &EmailAddress) -> CounterKey {
    let recipient = AccountId::from_bytes(call.deps.keys.identifier(&email.key()));
    CounterKey::mail_invitation(recipient, organisation)
}

/// Who made the invitations that somebody hands over by hand.
const BY_HAND: &str = "staff";

/// Somebody to be invited.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The address.
    pub email: EmailAddress,
    /// What the account may do.
    pub role: Role,
}

/// An invitation that was made.
pub struct Invited {
    /// Its identifier.
    pub id: LinkId,
    /// To whom.
    pub email: EmailAddress,
    /// When it ends.
    pub until: Timestamp,
    /// The link to be handed over, where no letter carries it.
    pub link: Option<Token>,
}

/// One page of invitations that were not used yet.
#[derive(Clone, Debug)]
pub struct Page {
    /// The newest first.
    pub rows: Vec<LinkRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<(Timestamp, LinkId)>,
}

/// The invitations of an organisation that can still be used.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn list(
    call: &Call,
    organisation: OrganisationId,
    before: Option<(Timestamp, LinkId)>,
) -> Result<Page, FlowError> {
    let mut db = call.reader().await?;
    let mut rows = link::pending_invitations(&mut db, organisation, call.now, before, PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let is_more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| is_more).map(|row| (row.created_at, row.id));
    Ok(Page { rows, next })
}

/// How many invitations of an organisation can still be used.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn count(call: &Call, organisation: OrganisationId) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    Ok(link::count_invitations(&mut db, organisation, call.now).await?)
}

/// Invites one person. `given`: the organisation, for the operator.
///
/// # Errors
///
/// A fault of the field `email` where the address is none or has an account already; [`FlowError::Forbidden`] where the
/// policy takes nobody in; [`FlowError::TooMany`] where the address was written to too often; what [`Doer`] is refused.
pub async fn invite(
    call: &Call,
    doer: &Doer,
    given: OrganisationId,
    email: &str,
    role: Role,
) -> Result<Invited, FlowError> {
    doer.require(call, inviting(role)).await?;
    let organisation = doer.organisation(given);
    let email = EmailAddress::parse(email)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "email", text: fault.text() }]))?;
    open(call, organisation).await?;
    let mut db = call.reader().await?;
    if known(&mut db, call, doer, organisation, &[email.key()]).await? == [true] {
        return Err(FlowError::field("email", text!("email-taken")));
    }
    drop(db);
    let data = (call.clone(), doer.clone(), organisation, NewInvitation { email, role });
    let job = call.deps.store.write(data, |tx, (call, doer, organisation, new)| {
        Box::pin(async move {
            let budget = charges(call, doer, *organisation, std::iter::once(&new.email));
            if let Err(refused) = charge(tx, call, &budget).await? {
                return Ok(Err(refused));
            }
            doer.hold(tx, call, inviting(new.role)).await?;
            if known(tx, call, doer, *organisation, &[new.email.key()]).await? == [true] {
                return Ok(Ok(None));
            }
            let known = link::invited_addresses(tx, *organisation, call.now).await?;
            if let Some(before) = known.get(&new.email.key()) {
                link::spend(tx, *before, call.now).await?;
            }
            made(tx, call, doer, *organisation, new).await.map(|made| Ok(Some(made)))
        })
    });
    let invited = job.await??.ok_or_else(|| FlowError::field("email", text!("email-taken")))?;
    call.deps.post_wake.notify_one();
    Ok(invited)
}

/// Whether each address has an account, as far as whoever invites may know it: of another organisation staff are told
/// nothing, and the operator everything.
async fn known(
    db: &mut Db,
    call: &Call,
    doer: &Doer,
    organisation: OrganisationId,
    keys: &[String],
) -> Result<Vec<bool>, StoreError> {
    let keys = keys.iter().map(String::as_str);
    match doer {
        Doer::Operator => account::taken(db, keys, call.now).await,
        Doer::Staff(_) => account::taken_within(db, organisation, keys, call.now).await,
    }
}

/// Whether an organisation takes anybody in.
async fn open(call: &Call, organisation: OrganisationId) -> Result<(), FlowError> {
    let mut db = call.reader().await?;
    let rules = policy::current(&mut db, organisation).await?.ok_or(FlowError::NotFound)?;
    if rules.policy.sign_up == SignUp::Closed {
        return Err(FlowError::Forbidden(Text::new(text!("invitations-closed"))));
    }
    Ok(())
}

/// Writes the link, its letter and the row that says so. Where somebody of another organisation has the address, the letter
/// says that instead and nobody ever learns the link: whoever invites sees the same. A link that is handed over tells it
/// to whoever fills in its form, as no mailbox stands between them.
async fn made(
    tx: &mut Db,
    call: &Call,
    doer: &Doer,
    organisation: OrganisationId,
    new: &NewInvitation,
) -> Result<Invited, StoreError> {
    let token = Token::new(call.entropy());
    let mail = call.deps.mail;
    let row = LinkRow {
        id: LinkId::new(call.now, call.entropy()),
        purpose: LinkPurpose::Invitation,
        account_id: None,
        organisation_id: organisation,
        email: Some(new.email.clone()),
        role: Some(new.role),
        created_at: call.now,
        expires_at: call.now.plus(LinkPurpose::Invitation.life()),
        spent_at: None,
        created_by: if mail { BY_MAIL } else { BY_HAND }.to_owned(),
        invited_by: match doer {
            Doer::Staff(signed_in) => Some(signed_in.account()),
            Doer::Operator => None,
        },
    };
    link::create(tx, &token.hash(), &row).await?;
    let detail = [
        ("invitation", row.id.to_string()),
        ("email", new.email.masked()),
        ("role", new.role.as_str().to_owned()),
    ];
    let about = About { account: None, organisation: Some(organisation) };
    audit::append(tx, &doer.row(call, Event::MemberInvited, about, &detail)).await?;
    if mail {
        write(tx, call, organisation, new, &token).await?;
    }
    let (email, link) = (new.email.clone(), (!mail).then_some(token));
    Ok(Invited { id: row.id, email, until: row.expires_at, link })
}

/// One letter in any case: neither its absence nor their number tells whoever invites about an account elsewhere.
async fn write(
    tx: &mut Db,
    call: &Call,
    organisation: OrganisationId,
    new: &NewInvitation,
    token: &Token,
) -> Result<(), StoreError> {
    let key = new.email.key();
    let owner = account::by_email_key(tx, &key).await?;
    let is_taken = account::is_taken(tx, &key, call.now).await?;
    let body = LetterBody {
        link: (!is_taken).then(|| token.reveal()),
        organisation: organisation::by_id(tx, organisation).await?.map(|row| row.name),
        role: (!is_taken).then(|| new.role.as_str().to_owned()),
        ..LetterBody::default()
    };
    let kind = if is_taken { LetterKind::InvitationTaken } else { LetterKind::Invitation };
    let (recipient, account) = (&new.email, owner.as_ref());
    post(tx, call, Draft { kind, recipient, account, challenge: None, language: None, body }).await
}

/// Invites once more whom an invitation was for; the one before no longer counts.
///
/// # Errors
///
/// [`FlowError::NotFound`] where the organisation has no such invitation that can be used; what [`Doer`] is refused.
pub async fn resend(
    call: &Call,
    doer: &Doer,
    given: OrganisationId,
    id: LinkId,
) -> Result<Invited, FlowError> {
    doer.require(call, Action::InviteMembers).await?;
    let row = pending(call, doer.organisation(given), id).await?;
    let email = row.email.ok_or(FlowError::NotFound)?;
    invite(call, doer, given, email.as_str(), row.role.unwrap_or(Role::Member)).await
}

async fn pending(call: &Call, organisation: OrganisationId, id: LinkId) -> Result<LinkRow, FlowError> {
    let mut db = call.reader().await?;
    link::pending_invitation(&mut db, organisation, id, call.now).await?.ok_or(FlowError::NotFound)
}

/// Takes an invitation back.
///
/// # Errors
///
/// [`FlowError::NotFound`] where the organisation has no such invitation that can be used; what [`Doer`] is refused.
pub async fn withdraw(call: &Call, doer: &Doer, given: OrganisationId, id: LinkId) -> Result<(), FlowError> {
    doer.require(call, Action::InviteMembers).await?;
    let row = pending(call, doer.organisation(given), id).await?;
    let job = call.deps.store.write((call.clone(), doer.clone(), row), |tx, (call, doer, row)| {
        Box::pin(async move {
            doer.hold(tx, call, Action::InviteMembers).await?;
            if !link::spend(tx, row.id, call.now).await? {
                return Err(StoreError::Refused(GONE));
            }
            let masked = row.email.as_ref().map(EmailAddress::masked).unwrap_or_default();
            let detail = [("invitation", row.id.to_string()), ("email", masked)];
            let about = About { account: None, organisation: Some(row.organisation_id) };
            audit::append(tx, &doer.row(call, Event::InvitationWithdrawn, about, &detail)).await
        })
    });
    match job.await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        other => Ok(other?),
    }
}
