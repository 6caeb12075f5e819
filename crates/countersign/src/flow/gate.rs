//! The one gate from every first step to a session (ALL-9).
//!
//! Password, one-time link and invitation all end in [`enter`], which asks core and then opens a session or a
//! challenge; an answered challenge ends in `passed`. Nothing else in the server inserts a session row.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, AuthenticatorId, BrowserId, ChallengeId, SessionId};
use countersign_core::limits;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session as lives;
use countersign_core::sign_in::{Gate, Purpose};
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::browser::BrowserRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::session::SessionRow;
use countersign_store::{Db, StoreError, account, audit, browser, challenge, session};

use super::facts::{enrolled, situation, suspension};
use super::{About, Call};

/// Browsers an account is recognised in at most; the one not used for longest is forgotten.
const BROWSERS_MOST: u32 = 50;

/// What came before the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstStep {
    /// E-mail address and password, on a page or through the API.
    Password,
    /// A password-reset link.
    Reset,
    /// An invitation.
    Invitation,
    /// The installation's first administrator.
    FirstAdministrator,
}

impl FirstStep {
    /// The name in the database and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::FirstAdministrator => "first-administrator",
        }
    }
}

/// Who passed a first step, and how. What the gate decides from it reads itself, under the lock of the account's row.
#[derive(Clone, Debug)]
pub struct Entering {
    /// Who wants in.
    pub account: AccountId,
    /// The password version that the first step was passed under.
    pub password_version: i64,
    /// What was passed so far.
    pub first_step: FirstStep,
    /// The recognised browser, if its cookie was right.
    pub browser: Option<BrowserId>,
    /// The hash of the token of the session that the browser holds, which ends where another takes its place.
    pub replaces: Option<[u8; 32]>,
}

/// A session that has just begun. The tokens go into cookies and nowhere else.
pub struct Entry {
    /// The session's token.
    pub token: Token,
    /// The session's id.
    pub session: SessionId,
    /// Its absolute end.
    pub expires_at: Timestamp,
    /// Whether only enrolment pages will answer.
    pub must_enrol: bool,
    /// A new token for the recognised browser, if one was issued.
    pub browser: Option<Token>,
}

/// A challenge that waits for its answer.
pub struct OpenChallenge {
    /// The challenge's token, for the browser's own cookie.
    pub token: Token,
    /// When it ends, at most ten minutes from now.
    pub expires_at: Timestamp,
}

/// Where the gate leads.
pub enum Entered {
    /// A session, perhaps one that reaches enrolment only.
    Session(Entry),
    /// A second step.
    Challenge(OpenChallenge),
}

/// Holds the account's row and reads what counts now. `None`: the password was changed or the account closed since the
/// proof was looked at, so that the proof is worth nothing.
pub(super) async fn held(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    password_version: i64,
) -> Result<Option<AccountFacts>, StoreError> {
    if !account::hold(tx, account, password_version).await? {
        return Ok(None);
    }
    facts::account_facts(tx, account, call.now).await
}

/// Decides and opens. Runs inside the transaction that judged the first step, and begins by holding the account: no
/// sign-in survives a new password or the closing of the account. `None`: one of them was faster.
pub async fn enter(tx: &mut Db, call: &Call, entering: &Entering) -> Result<Option<Entered>, StoreError> {
    let Some(facts) = held(tx, call, entering.account, entering.password_version).await? else {
        return Ok(None);
    };
    let account = &facts.account;
    let enrolled = enrolled(&facts);
    let suspension = suspension(&facts);
    let situation = situation(&facts, &enrolled, suspension.as_ref(), call.now);
    let about = About::of(account);
    let first_step = ("first_step", entering.first_step.as_str().to_owned());
    let (class, must_enrol, event) = match countersign_core::sign_in::gate(&situation) {
        Gate::Session { class } if enrolled.is_empty() => (class, false, Event::SignInSucceeded),
        Gate::Session { class } => (class, false, Event::SignInUnderSuspension),
        Gate::Enrolment => (Class::None, true, Event::SignInSucceeded),
        Gate::Challenge { .. } => {
            let subject = Opening {
                purpose: Purpose::SignIn,
                subject: None,
                session: None,
                browser: entering.browser,
                first_step: entering.first_step.as_str(),
            };
            let open = challenge_for(tx, call, account, &subject).await?;
            audit::append(tx, &call.own_row(Event::SignInFirstStepPassed, about, &[first_step])).await?;
            return Ok(Some(Entered::Challenge(open)));
        }
    };
    // Where a second step exists, is required or suspended, the password alone makes no browser known.
    let (browser, issued) = if enrolled.is_empty() && !must_enrol {
        let (browser, issued) = recognise(tx, call, account, entering.browser).await?;
        (Some(browser), issued)
    } else {
        (entering.browser, None)
    };
    ended_by_successor(tx, call, entering.replaces.as_ref()).await?;
    let entry = admit(tx, call, &facts, class, browser).await?;
    let entry = Entry { must_enrol, browser: issued, ..entry };
    let detail = [first_step, ("class", class.as_str().to_owned())];
    audit::append(tx, &call.own_row(event, about, &detail)).await?;
    Ok(Some(Entered::Session(entry)))
}

/// What a new challenge is bound to besides account, password version and factor version.
pub(super) struct Opening {
    pub(super) purpose: Purpose,
    pub(super) subject: Option<[u8; 16]>,
    pub(super) session: Option<SessionId>,
    pub(super) browser: Option<BrowserId>,
    pub(super) first_step: &'static str,
}

/// Opens a challenge bound to account, purpose, browser and the versions of password and factors at its start.
pub(super) async fn challenge_for(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    opening: &Opening,
) -> Result<OpenChallenge, StoreError> {
    let token = Token::new(call.entropy());
    let expires_at = call.now.plus(limits::CHALLENGE_LIFE);
    let row = ChallengeRow {
        id: ChallengeId::new(call.now, call.entropy()),
        account_id: account.id,
        purpose: opening.purpose,
        subject: opening.subject,
        session_id: opening.session,
        method: None,
        browser_id: opening.browser,
        password_version: account.password_version,
        factor_version: account.factor_version,
        tries: 0,
        created_at: call.now,
        expires_at,
        spent_at: None,
        address: call.origin.address.to_string(),
        device: call.device().to_owned(),
        first_step: opening.first_step.to_owned(),
        sends: 0,
        sent_at: None,
    };
    challenge::create(tx, &token.hash(), &row).await?;
    Ok(OpenChallenge { token, expires_at })
}

/// An answered sign-in challenge.
pub(super) struct Passed<'a> {
    /// The account as it is under the lock of its row.
    pub(super) facts: &'a AccountFacts,
    /// How the first step was passed.
    pub(super) first_step: &'a str,
    /// The recognised browser, if its cookie was right.
    pub(super) browser: Option<BrowserId>,
    /// By which method.
    pub(super) method: Method,
    /// With which device.
    pub(super) device: AuthenticatorId,
    /// The hash of the token of the session that the browser holds, which ends.
    pub(super) replaces: Option<[u8; 32]>,
}

/// Turns an answered sign-in challenge into a session and recognises the browser from now on.
pub(super) async fn passed(tx: &mut Db, call: &Call, passed: &Passed<'_>) -> Result<Entry, StoreError> {
    let (account, class) = (&passed.facts.account, passed.method.class());
    let (browser, issued) = recognise(tx, call, account, passed.browser).await?;
    ended_by_successor(tx, call, passed.replaces.as_ref()).await?;
    let mut entry = admit(tx, call, passed.facts, class, Some(browser)).await?;
    entry.browser = issued;
    let detail = [
        ("first_step", passed.first_step.to_owned()),
        ("method", passed.method.as_str().to_owned()),
        ("device", passed.device.to_string()),
        ("class", class.as_str().to_owned()),
    ];
    audit::append(tx, &call.own_row(Event::SignInSucceeded, About::of(account), &detail)).await?;
    Ok(entry)
}

/// Recognises the browser from now on: notes that it was seen again, or gives it a cookie.
async fn recognise(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    known: Option<BrowserId>,
) -> Result<(BrowserId, Option<Token>), StoreError> {
    if let Some(known) = known {
        browser::touch(tx, known, call.now, account.password_version).await?;
        return Ok((known, None));
    }
    let token = Token::new(call.entropy());
    let row = BrowserRow {
        id: BrowserId::new(call.now, call.entropy()),
        account_id: account.id,
        password_version: account.password_version,
        created_at: call.now,
        expires_at: call.now.plus(limits::BROWSER_LIFE),
        last_used_at: call.now,
        device: call.device().to_owned(),
    };
    browser::create(tx, &token.hash(), &row).await?;
    browser::trim_to(tx, account.id, BROWSERS_MOST).await?;
    Ok((row.id, Some(token)))
}

/// Ends the session that the browser held, whosever it was: its cookie is about to be written over.
pub(super) async fn ended_by_successor(
    tx: &mut Db,
    call: &Call,
    token_hash: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    let Some(hash) = token_hash else { return Ok(()) };
    let Some((id, owner)) = session::delete_by_token_hash(tx, hash).await? else { return Ok(()) };
    let organisation = account::by_id(tx, owner).await?.map(|account| account.organisation_id);
    let detail = [("session", id.to_string()), ("cause", "replaced".to_owned())];
    let about = About { account: Some(owner), organisation };
    audit::append(tx, &call.own_row(Event::SessionEnded, about, &detail)).await
}

/// Inserts the session: the only place that does.
async fn admit(
    tx: &mut Db,
    call: &Call,
    facts: &AccountFacts,
    class: Class,
    browser: Option<BrowserId>,
) -> Result<Entry, StoreError> {
    let account = &facts.account;
    let rules = &facts.policy.sessions;
    let token = Token::new(call.entropy());
    let absolute = lives::lives(rules, account.role, class).absolute;
    let row = SessionRow {
        id: SessionId::new(call.now, call.entropy()),
        account_id: account.id,
        class,
        created_at: call.now,
        last_used_at: call.now,
        expires_at: call.now.plus(absolute),
        stepped_up_at: Some(call.now),
        address: call.origin.address.to_string(),
        device: call.device().to_owned(),
        recognised_browser_id: browser,
        recovered_at: None,
        key_grant_until: None,
    };
    session::create(tx, &token.hash(), &row).await?;
    for ended in session::trim_to(tx, account.id, rules.most).await? {
        let detail = [("session", ended.to_string())];
        audit::append(tx, &call.own_row(Event::SessionEvicted, About::of(account), &detail)).await?;
    }
    account::touch_sign_in(tx, account.id, call.now, None).await?;
    Ok(Entry { token, session: row.id, expires_at: row.expires_at, must_enrol: false, browser: None })
}
