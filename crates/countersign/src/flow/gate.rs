//! The one gate from every first step to a session (ALL-9).
//!
//! Password, one-time link and invitation all end in [`enter`], which asks core and then opens a session or a
//! challenge; an answered challenge ends in [`passed`]. Nothing else in the server inserts a session row.

use countersign_core::audit::Event;
use countersign_core::id::{AuthenticatorId, BrowserId, ChallengeId, SessionId};
use countersign_core::limits;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session as lives;
use countersign_core::sign_in::{Gate, Purpose};
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::browser::BrowserRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::AccountFacts;
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

/// Everything the gate judges, read from live rows.
#[derive(Clone, Debug)]
pub struct Entering {
    /// Who wants in, under which policy, with which factors, under which suspension.
    pub facts: AccountFacts,
    /// What was passed so far.
    pub first_step: FirstStep,
    /// The recognised browser, if its cookie was right.
    pub browser: Option<BrowserId>,
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

/// Decides and opens. Runs inside the transaction that judged the first step.
pub async fn enter(tx: &mut Db, call: &Call, entering: &Entering) -> Result<Entered, StoreError> {
    let account = &entering.facts.account;
    let enrolled = enrolled(&entering.facts);
    let suspension = suspension(&entering.facts);
    let situation = situation(&entering.facts, &enrolled, suspension.as_ref(), call.now);
    let about = About::of(account);
    let first_step = ("first_step", entering.first_step.as_str().to_owned());
    match countersign_core::sign_in::gate(&situation) {
        Gate::Session { class } => {
            let event =
                if enrolled.is_empty() { Event::SignInSucceeded } else { Event::SignInUnderSuspension };
            let entry = admit(tx, call, entering, class, false).await?;
            audit::append(
                tx,
                &call.own_row(event, about, &[first_step, ("class", class.as_str().to_owned())]),
            )
            .await?;
            Ok(Entered::Session(entry))
        }
        Gate::Enrolment => {
            let entry = admit(tx, call, entering, Class::None, true).await?;
            let detail = [first_step, ("class", Class::None.as_str().to_owned())];
            audit::append(tx, &call.own_row(Event::SignInSucceeded, about, &detail)).await?;
            Ok(Entered::Session(entry))
        }
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
            Ok(Entered::Challenge(open))
        }
    }
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
    };
    challenge::create(tx, &token.hash(), &row).await?;
    Ok(OpenChallenge { token, expires_at })
}

/// Turns an answered sign-in challenge into a session and recognises the browser from now on.
pub(super) async fn passed(
    tx: &mut Db,
    call: &Call,
    entering: &Entering,
    method: Method,
    device: AuthenticatorId,
) -> Result<Entry, StoreError> {
    let account = &entering.facts.account;
    let mut entering = entering.clone();
    let mut issued = None;
    if let Some(known) = entering.browser {
        browser::touch(tx, known, call.now).await?;
    } else {
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
        entering.browser = Some(row.id);
        issued = Some(token);
    }
    let mut entry = admit(tx, call, &entering, method.class(), false).await?;
    entry.browser = issued;
    let detail = [
        ("method", method.as_str().to_owned()),
        ("device", device.to_string()),
        ("class", method.class().as_str().to_owned()),
    ];
    audit::append(tx, &call.own_row(Event::SignInSucceeded, About::of(account), &detail)).await?;
    Ok(entry)
}

/// Inserts the session: the only place that does.
async fn admit(
    tx: &mut Db,
    call: &Call,
    entering: &Entering,
    class: Class,
    must_enrol: bool,
) -> Result<Entry, StoreError> {
    let account = &entering.facts.account;
    let rules = &entering.facts.policy.sessions;
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
        recognised_browser_id: entering.browser,
    };
    session::create(tx, &token.hash(), &row).await?;
    for ended in session::trim_to(tx, account.id, rules.most).await? {
        let detail = [("session", ended.to_string())];
        audit::append(tx, &call.own_row(Event::SessionEvicted, About::of(account), &detail)).await?;
    }
    account::touch_sign_in(tx, account.id, call.now).await?;
    Ok(Entry { token, session: row.id, expires_at: row.expires_at, must_enrol, browser: None })
}
