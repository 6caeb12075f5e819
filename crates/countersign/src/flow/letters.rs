//! Letters to people, as rows that are written with the deed they tell of and sent afterwards.

use std::sync::Arc;

use countersign_core::audit::Actor;
use countersign_core::email::EmailAddress;
use countersign_core::id::{ChallengeId, LetterId, LinkId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::secret::Token;
use countersign_store::account::AccountRow;
use countersign_store::letter::NewLetter;
use countersign_store::link::LinkRow;
use countersign_store::{Db, StoreError, letter, link, organisation};
use zeroize::Zeroizing;

use super::{Call, Origin};

/// Who made the links that go by mail, in the links' rows.
pub(super) const BY_MAIL: &str = "mail";

/// Who made the links that were told to whoever used a letter's link. Like those by mail they show that a mailbox was read,
/// but nobody can void them by asking for another one.
pub(super) const HANDED_OVER: &str = "letter";

/// A letter to be written.
pub(super) struct Draft<'a> {
    /// What it says.
    pub(super) kind: LetterKind,
    /// To which address.
    pub(super) recipient: &'a EmailAddress,
    /// The account it is about, where there is one.
    pub(super) account: Option<&'a AccountRow>,
    /// The challenge whose code it holds.
    pub(super) challenge: Option<ChallengeId>,
    /// The reader's language, where the account has chosen none.
    pub(super) language: Option<&'a str>,
    /// What stands in it; when, from where and by which browser is filled in.
    pub(super) body: LetterBody,
}

impl<'a> Draft<'a> {
    /// A letter about an account that answers no challenge.
    pub(super) fn about(
        account: &'a AccountRow,
        kind: LetterKind,
        recipient: &'a EmailAddress,
        body: LetterBody,
    ) -> Self {
        Self { kind, recipient, account: Some(account), challenge: None, language: None, body }
    }
}

/// The same call for letters about what an agent of the support desk did: which network and browser that was is nobody's
/// business outside the audit log.
pub(super) fn from_the_desk(call: &Call) -> Call {
    let origin = Origin { actor: Actor::System, ..(*call.origin).clone() };
    Call { origin: Arc::new(origin), ..call.clone() }
}

/// Puts a letter into the outbox. Nothing happens where no mail is set up: it could never be sent.
pub(super) async fn post(tx: &mut Db, call: &Call, draft: Draft<'_>) -> Result<(), StoreError> {
    if !call.deps.mail {
        return Ok(());
    }
    let chosen = draft.account.and_then(|account| account.language.as_deref()).or(draft.language);
    let mut body = draft.body.clone();
    body.at.get_or_insert(call.now.as_millis());
    // What the operator or a job does comes from no browser, and from nowhere its owner could know.
    if !matches!(call.origin.actor, Actor::CommandLine | Actor::System) {
        body.address.get_or_insert_with(|| call.origin.address.to_string());
        body.device.get_or_insert_with(|| call.origin.user_agent.clone());
    }
    if let Some(account) = draft.account {
        body.person.get_or_insert_with(|| account.display_name.clone());
        if body.organisation.is_none() {
            body.organisation =
                organisation::by_id(tx, account.organisation_id).await?.map(|organisation| organisation.name);
        }
    }
    let bundle = draft.kind.bundled_for().map(|window| (bundle(call, &draft, &body), window));
    let new = NewLetter {
        id: LetterId::new(call.now, call.entropy()),
        account_id: draft.account.map(|account| account.id),
        challenge_id: draft.challenge,
        kind: draft.kind,
        recipient: draft.recipient.clone(),
        language: chosen.unwrap_or(&call.deps.language).to_owned(),
        body,
        bundle,
        created_at: call.now,
        expires_at: call.now.plus(draft.kind.life()),
    };
    // Of a bundle only the last link is ever read; whoever repeats a deed must not leave a row behind each time.
    if let Some(unread) = letter::post(tx, &call.deps.keys, call.entropy(), &new).await?
        && let Some(token) = Token::parse(&unread)
    {
        link::delete_by_token_hash(tx, &token.hash()).await?;
    }
    Ok(())
}

/// Letters with one bundle become one: the same kind, about the same method, to the same address.
fn bundle(call: &Call, draft: &Draft<'_>, body: &LetterBody) -> String {
    let recipient = draft.recipient.key();
    // Whoever tries one method after the other must not fill the mailbox with a letter about each.
    let method = body.method.as_deref().filter(|_| draft.kind != LetterKind::WrongSecondStep);
    let parts = [draft.kind.as_str(), method.unwrap_or_default(), &recipient];
    let parts = parts.map(str::as_bytes);
    // Keyed, so that the column holds no address.
    data_encoding::HEXLOWER.encode(&call.deps.keys.mac("letter bundle", &parts)[..16])
}

/// Makes a link that goes by mail and returns its token's text. Earlier ones of the same purpose stay, but for those of
/// which only the latest request counts.
pub(super) async fn link_for(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    purpose: LinkPurpose,
    email: Option<&EmailAddress>,
) -> Result<Zeroizing<String>, StoreError> {
    let only_latest = matches!(
        purpose,
        LinkPurpose::PasswordReset | LinkPurpose::ConfirmAddress | LinkPurpose::ConfirmNewAddress
    );
    if only_latest {
        link::void_for(tx, account.id, purpose, call.now).await?;
    }
    Ok(one_more_link(tx, call, account, purpose, email).await?.reveal())
}

/// Makes a link that goes by mail, beside all others. `email`: the address that it is about, or that it goes to.
pub(super) async fn one_more_link(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    purpose: LinkPurpose,
    email: Option<&EmailAddress>,
) -> Result<Token, StoreError> {
    made_by(tx, call, account, purpose, email, BY_MAIL).await
}

/// Makes a link that sets a new password, for whoever has just used a letter's link. `email`: the address of that letter,
/// where it is known.
pub(super) async fn handed_over(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    email: Option<&EmailAddress>,
) -> Result<Token, StoreError> {
    made_by(tx, call, account, LinkPurpose::PasswordReset, email, HANDED_OVER).await
}

async fn made_by(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    purpose: LinkPurpose,
    email: Option<&EmailAddress>,
    maker: &str,
) -> Result<Token, StoreError> {
    let token = Token::new(call.entropy());
    let row = LinkRow {
        id: LinkId::new(call.now, call.entropy()),
        purpose,
        account_id: Some(account.id),
        organisation_id: account.organisation_id,
        email: email.cloned(),
        role: None,
        created_at: call.now,
        expires_at: call.now.plus(purpose.life()),
        spent_at: None,
        created_by: maker.to_owned(),
        invited_by: None,
    };
    link::create(tx, &token.hash(), &row).await?;
    Ok(token)
}

/// Tells the owner what happened (ALL-3): to the present address, and to the one before while a change can be undone.
/// Every notice carries "this was not me".
pub(super) async fn notice(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    kind: LetterKind,
    body: LetterBody,
) -> Result<(), StoreError> {
    if !call.deps.mail {
        return Ok(());
    }
    for recipient in addresses(call, account) {
        let link = link_for(tx, call, account, LinkPurpose::NotMe, None).await?;
        let body = LetterBody { link: Some(link), ..body.clone() };
        post(tx, call, Draft::about(account, kind, recipient, body)).await?;
    }
    Ok(())
}

/// Where the owner is written to: the present address, and the one before for as long as a change can be undone.
pub(super) fn addresses<'a>(call: &Call, account: &'a AccountRow) -> Vec<&'a EmailAddress> {
    let before = account.previous_email_until.filter(|until| call.now < *until);
    let before = before.and(account.previous_email.as_ref());
    std::iter::once(&account.email).chain(before).collect()
}
