//! The one gate from every first step to a session (ALL-9).
//!
//! Password, one-time link and invitation all end in [`enter`], which asks core and then opens a session or a
//! challenge; an answered challenge ends in `passed`. Nothing else in the server inserts a session row.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, AuthenticatorId, BrowserId, ChallengeId, SessionId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits;
use countersign_core::link::LinkPurpose;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session as lives;
use countersign_core::sign_in::{Gate, ProviderClaims, Purpose};
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::browser::BrowserRow;
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::session::SessionRow;
use countersign_store::{
    Db, StoreError, account, api_token, audit, browser, challenge, session, sso_identity,
};

use super::address::deeds::void;
use super::facts::{enrolled, proof, situation, suspension};
use super::letters::notice;
use super::second_step::offers_of;
use super::sign_in::{Recognised, kind_of};
use super::sso::password_is_off;
use super::telegram::prompt;
use super::{About, Call, enrolment, mail_code};

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
    /// A sign-up whose address was confirmed.
    SignUp,
    /// A provider of the organisation's single sign-on (KEY-11).
    Provider,
}

impl FirstStep {
    /// The name in the database and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::FirstAdministrator => "first-administrator",
            Self::SignUp => "sign-up",
            Self::Provider => "provider",
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
    /// What the provider said, where it was one.
    pub claims: Option<ProviderClaims>,
    /// The recognised browser, if its cookie was right.
    pub browser: Option<Recognised>,
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
    /// Whether the set-up of a second step is shown first, be it required or offered (KEY-10).
    pub set_up_first: bool,
    /// Whether it began by recovery key, so that a new one is saved first.
    pub recovered: bool,
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
    // A link that sets a password is no way round a policy that keeps passwords out. Told as a link that is over.
    if entering.first_step == FirstStep::Reset
        && password_is_off(tx, facts.policy.password_sign_in, account.id).await?
    {
        return Ok(None);
    }
    let enrolled = enrolled(&facts);
    let suspension = suspension(&facts);
    let situation = situation(&facts, &enrolled, suspension.as_ref(), call.now);
    let about = About::of(account);
    let first_step = ("first_step", entering.first_step.as_str().to_owned());
    let trusted = entering.claims.as_ref().filter(|claims| trusts(&facts, claims));
    let (class, must_enrol, event) = match countersign_core::sign_in::gate(&situation, trusted.is_some()) {
        Gate::Session { class } if enrolled.is_empty() || class > Class::None => {
            (class, false, Event::SignInSucceeded)
        }
        Gate::Session { class } => (class, false, Event::SignInUnderSuspension),
        Gate::Enrolment => (Class::None, true, Event::SignInSucceeded),
        Gate::Challenge { .. } => {
            let subject = Opening {
                purpose: Purpose::SignIn,
                subject: None,
                session: None,
                browser: entering.browser,
                first_step: entering.first_step.as_str(),
                wish: None,
            };
            let open = challenge_for(tx, call, &facts, &subject).await?;
            audit::append(tx, &call.own_row(Event::SignInFirstStepPassed, about, &[first_step])).await?;
            return Ok(Some(Entered::Challenge(open)));
        }
    };
    // Where a second step exists, is required or suspended, the password alone makes no browser known.
    let (browser, issued) = if enrolled.is_empty() && !must_enrol && trusted.is_none() {
        let (browser, issued) = recognise(tx, call, account, entering.browser).await?;
        (Some(browser), issued)
    } else {
        (entering.browser.and_then(Recognised::current), None)
    };
    ended_by_successor(tx, call, entering.replaces.as_ref()).await?;
    let under_suspension = event == Event::SignInUnderSuspension;
    let trusted = trusted.filter(|_| class > Class::None).cloned();
    let admission = Admission { class, browser, method: None, under_suspension, trusted };
    let entry = admit(tx, call, &facts, &admission).await?;
    let entry = Entry { must_enrol, browser: issued, ..entry };
    let detail = [first_step, ("class", class.as_str().to_owned())];
    audit::append(tx, &call.own_row(event, about, &detail)).await?;
    if under_suspension {
        notice(tx, call, account, LetterKind::EnteredUnderSuspension, LetterBody::default()).await?;
    } else if entry.browser.is_some() {
        new_browser(tx, call, account).await?;
    }
    Ok(Some(Entered::Session(entry)))
}

/// Whether what a provider said takes the place of a second step.
fn trusts(facts: &AccountFacts, claims: &ProviderClaims) -> bool {
    facts.policy.trusts(&claims.provider, &claims.amr, claims.acr.as_deref(), facts.account.role)
}

/// What a new challenge is bound to besides account, password version and factor version.
pub(super) struct Opening {
    pub(super) purpose: Purpose,
    pub(super) subject: Option<[u8; 16]>,
    pub(super) session: Option<SessionId>,
    pub(super) browser: Option<Recognised>,
    pub(super) first_step: &'static str,
    /// The method that the person wants to go on with, where one was picked before the challenge was opened.
    pub(super) wish: Option<Method>,
}

/// Opens a challenge bound to account, purpose, browser and the versions of password and factors at its start. Where it
/// begins with a code by e-mail or a question in Telegram, that goes out with it; where another method was wished for,
/// neither does. The transaction must hold the account's row.
pub(super) async fn challenge_for(
    tx: &mut Db,
    call: &Call,
    facts: &AccountFacts,
    opening: &Opening,
) -> Result<OpenChallenge, StoreError> {
    let account = &facts.account;
    let offers = offers_of(call, facts, opening.purpose, kind_of(opening.browser));
    let wished = offers.iter().find(|offer| Some(offer.method) == opening.wish);
    let first =
        wished.or(offers.first()).filter(|offer| offer.held_until.is_none()).map(|offer| offer.method);
    let sends = opening.wish.is_none() || opening.wish == first;
    let token = Token::new(call.entropy());
    let expires_at = call.now.plus(limits::CHALLENGE_LIFE);
    let row = ChallengeRow {
        id: ChallengeId::new(call.now, call.entropy()),
        account_id: account.id,
        purpose: opening.purpose,
        subject: opening.subject,
        session_id: opening.session,
        method: first,
        browser_id: opening.browser.map(|browser| browser.id),
        browser_is_current: opening.browser.is_some_and(|browser| browser.is_current),
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
        approved_at: None,
        approved_by: None,
        phone_id: None,
        calls: 0,
        sms: 0,
        phone_at: None,
    };
    challenge::create(tx, &token.hash(), &row).await?;
    if first == Some(Method::Email) && sends {
        // What stands against sending is told by the page that shows the challenge.
        let known = opening.browser.and_then(Recognised::current);
        mail_code::send(tx, call, account, &row, known).await?;
    } else if first == Some(Method::Telegram) && sends {
        let known = opening.browser.and_then(Recognised::current);
        prompt::ask(tx, call, facts, &row, known).await?;
    }
    Ok(OpenChallenge { token, expires_at })
}

/// An answered sign-in challenge.
pub(super) struct Passed<'a> {
    /// The account as it is under the lock of its row.
    pub(super) facts: &'a AccountFacts,
    /// How the first step was passed.
    pub(super) first_step: &'a str,
    /// The recognised browser, if its cookie was right.
    pub(super) browser: Option<Recognised>,
    /// By which method.
    pub(super) method: Method,
    /// With which authenticator, where it was one.
    pub(super) device: Option<AuthenticatorId>,
    /// The hash of the token of the session that the browser holds, which ends.
    pub(super) replaces: Option<[u8; 32]>,
}

/// Turns an answered sign-in challenge into a session and recognises the browser from now on. A recovery key ends all else
/// that is signed in or recognised: whoever needed it may have lost a device to somebody.
pub(super) async fn passed(tx: &mut Db, call: &Call, passed: &Passed<'_>) -> Result<Entry, StoreError> {
    let (account, class) = (&passed.facts.account, passed.facts.policy.class_of(passed.method));
    let recovers = passed.method == Method::RecoveryKey;
    let mut browser = passed.browser;
    if recovers {
        session::delete_all(tx, account.id).await?;
        challenge::delete_for_account(tx, account.id).await?;
        browser::delete_for_account(tx, account.id).await?;
        // What somebody else may have set going in the owner's name.
        let asked = [LinkPurpose::ConfirmNewAddress, LinkPurpose::PasswordReset];
        void(tx, call, account.id, &asked).await?;
        api_token::end_all(tx, account.id, call.now).await?;
        if account.password.is_some() {
            sso_identity::delete_all(tx, account.id).await?;
        }
        browser = None;
    }
    // What support read out makes no browser known, as the password alone makes none.
    let supported = passed.method == Method::SupportCode;
    let (browser, issued) = if supported {
        (browser.and_then(Recognised::current), None)
    } else {
        let (browser, issued) = recognise(tx, call, account, browser).await?;
        (Some(browser), issued)
    };
    ended_by_successor(tx, call, passed.replaces.as_ref()).await?;
    let method = Some(passed.method);
    let admission = Admission { class, browser, method, under_suspension: supported, trusted: None };
    let mut entry = admit(tx, call, passed.facts, &admission).await?;
    entry.browser = issued;
    entry.must_enrol = supported && passed.facts.policy.required_for(account.role, call.now);
    let mut detail = vec![
        ("first_step", passed.first_step.to_owned()),
        ("method", passed.method.as_str().to_owned()),
        ("class", class.as_str().to_owned()),
    ];
    detail.extend(passed.device.map(|device| ("device", device.to_string())));
    let event = if supported { Event::SignInUnderSuspension } else { Event::SignInSucceeded };
    audit::append(tx, &call.own_row(event, About::of(account), &detail)).await?;
    if supported {
        notice(tx, call, account, LetterKind::EnteredUnderSuspension, LetterBody::default()).await?;
    }
    if entry.browser.is_some() && !recovers {
        new_browser(tx, call, account).await?;
    }
    Ok(entry)
}

/// Tells the owner of a sign-in from a browser that was not known. The account's very first one is no news.
async fn new_browser(tx: &mut Db, call: &Call, account: &AccountRow) -> Result<(), StoreError> {
    if account.last_sign_in_at.is_none() {
        return Ok(());
    }
    notice(tx, call, account, LetterKind::NewBrowser, LetterBody::default()).await
}

/// Recognises the browser from now on: notes that it was seen again, or gives it a cookie.
async fn recognise(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    known: Option<Recognised>,
) -> Result<(BrowserId, Option<Token>), StoreError> {
    if let Some(Recognised { id, .. }) = known
        && browser::touch(tx, id, call.now, account.password_version).await?
    {
        return Ok((id, None));
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

/// With what a session begins.
struct Admission {
    class: Class,
    browser: Option<BrowserId>,
    /// The method of its second step.
    method: Option<Method>,
    /// Whether a suspension of the second step let it in.
    under_suspension: bool,
    /// What a provider said, where that took the place of a second step.
    trusted: Option<ProviderClaims>,
}

/// Inserts the session: the only place that does.
async fn admit(
    tx: &mut Db,
    call: &Call,
    facts: &AccountFacts,
    admission: &Admission,
) -> Result<Entry, StoreError> {
    let (account, class) = (&facts.account, admission.class);
    let recovered = admission.method == Some(Method::RecoveryKey);
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
        // Where a method signs in and proves no more, changes ask for another.
        stepped_up_at: admission.method.is_none_or(Method::proves_changes).then_some(call.now),
        address: call.origin.address.to_string(),
        device: call.device().to_owned(),
        recognised_browser_id: admission.browser,
        recovered_at: recovered.then_some(call.now),
        key_grant_until: None,
        suspension_id: facts.suspension.as_ref().map(|row| row.id).filter(|_| admission.under_suspension),
        trusted_claims: admission.trusted.clone(),
    };
    session::create(tx, &token.hash(), &row).await?;
    for ended in session::trim_to(tx, account.id, rules.most).await? {
        let detail = [("session", ended.to_string())];
        audit::append(tx, &call.own_row(Event::SessionEvicted, About::of(account), &detail)).await?;
    }
    let daily = admission.method.filter(|method| method.is_daily());
    account::touch_sign_in(tx, account.id, call.now, daily).await?;
    Ok(Entry {
        token,
        session: row.id,
        expires_at: row.expires_at,
        must_enrol: false,
        set_up_first: enrolment::comes_first(call, facts, proof(facts, &row)),
        recovered,
        browser: None,
    })
}
