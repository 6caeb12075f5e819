//! What every change of an account's factors ends, and what it gives the one session that stays.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, SessionId};
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session::RECOVERY_FRESH;
use countersign_store::account::AccountRow;
use countersign_store::facts::AccountFacts;
use countersign_store::{
    Db, StoreError, account, api_token, audit, browser, challenge, delivered_code, facts, recovery_key,
    session,
};

use super::facts::{enrolled, switched_on};
use super::letters::notice;
use super::session::SignedIn;
use super::{About, Call, GONE};
use countersign_core::letter::{LetterBody, LetterKind};

/// The session that changes factors: it stays, whatever else ends.
#[derive(Clone, Copy)]
pub(super) struct Present {
    /// Its id.
    pub(super) session: SessionId,
    /// The class it had, which a change never lowers.
    pub(super) class: Class,
}

impl Present {
    pub(super) fn of(signed_in: &SignedIn) -> Self {
        Self { session: signed_in.session, class: signed_in.class }
    }
}

/// After a factor was added or removed: every challenge, code and other session of the account ends (MSG-9), and the
/// present session goes on under a new token. A proof of at least its class counts as fresh from now on and raises it; a
/// weaker one counts for this change alone, and so does none at all. The account's version was raised before, which
/// holds its row. Returns the token and how many sessions ended.
pub(super) async fn renew(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    present: Present,
    class: Class,
) -> Result<(Token, u64), StoreError> {
    let ended = session::delete_others(tx, account, present.session).await?;
    challenge::delete_for_account(tx, account).await?;
    delivered_code::delete_for_account(tx, account).await?;
    let token = Token::new(call.entropy());
    let renewed = if class > Class::None && class >= present.class {
        session::step_up(tx, present.session, &token.hash(), class, call.now).await?
    } else {
        session::renew(tx, present.session, &token.hash(), call.now).await?
    };
    if renewed { Ok((token, ended)) } else { Err(StoreError::Refused(GONE)) }
}

/// What enabling `method` brings with it: weaker tokens end, methods that it excludes are switched off (EXC-2), browsers
/// that were recognised by the password alone are forgotten, and the session may make a recovery key where one is offered
/// and missing (KEY-4). `before` is the account before the method was on.
pub(super) async fn enabled(
    tx: &mut Db,
    call: &Call,
    before: &AccountFacts,
    method: Method,
    signed_in: &SignedInHere,
) -> Result<(), StoreError> {
    let account = &before.account;
    api_token::end_below(tx, account.id, before.policy.class_of(method), call.now).await?;
    let on = switched_on(before);
    for excluded in before.policy.giving_way(method, &on) {
        let event = match excluded {
            Method::Email => {
                account::set_email_codes(tx, account.id, None).await?;
                Event::EmailCodesDisabled
            }
            Method::Telegram => {
                account::set_telegram(tx, account.id, None).await?;
                Event::TelegramDisabled
            }
            Method::Authenticator | Method::Phone | Method::RecoveryKey | Method::SupportCode => continue,
        };
        let detail = [("cause", "excluded".to_owned()), ("by", method.as_str().to_owned())];
        audit::append(tx, &call.own_row(event, About::of(account), &detail)).await?;
        let body = LetterBody { method: Some(excluded.as_str().to_owned()), ..LetterBody::default() };
        notice(tx, call, account, LetterKind::MethodRemoved, body).await?;
    }
    if enrolled(before).is_empty() {
        browser::delete_others(tx, account.id, signed_in.browser).await?;
    }
    let missing = !before.recovery_key.is_some_and(|key| key.saved);
    if missing && before.policy.offers(Method::RecoveryKey, account.role) {
        session::grant_key(tx, signed_in.session, call.now.plus(RECOVERY_FRESH)).await?;
    }
    Ok(())
}

/// The session and the browser in which a method is enabled.
pub(super) struct SignedInHere {
    pub(super) session: SessionId,
    pub(super) browser: Option<countersign_core::id::BrowserId>,
}

/// Whether phone numbers have stopped counting as `removed` went, the last method that they need beside them (MSG-8). `now`:
/// the account without it.
pub(super) fn stops_phones(now: &AccountFacts, removed: Method) -> bool {
    let left = switched_on(now);
    let mut before = left.clone();
    before.push(removed);
    let counts = |methods: &[Method]| now.policy.counting(methods).contains(&Method::Phone);
    left.contains(&Method::Phone) && counts(&before) && !counts(&left)
}

/// Whether a recovery key is left that counts no more: it does so only beside a daily method that counts.
pub(super) fn has_unanchored_key(now: &AccountFacts) -> bool {
    now.recovery_key.is_some() && !enrolled(now).iter().any(|method| method.is_daily())
}

/// What goes with the last method that it needs: phone numbers stay, and no longer count, which their owner is told; a recovery
/// key is deleted.
pub(super) async fn drop_unanchored(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    removed: Method,
) -> Result<(), StoreError> {
    let Some(now) = facts::account_facts(tx, account.id, call.now).await? else { return Ok(()) };
    if stops_phones(&now, removed) {
        let detail = [("without", removed.as_str().to_owned())];
        audit::append(tx, &call.own_row(Event::PhoneUncounted, About::of(account), &detail)).await?;
        tell(tx, call, account, LetterKind::MethodRemoved, Method::Phone, None).await?;
    }
    if has_unanchored_key(&now) && recovery_key::delete(tx, account.id).await? {
        let detail = [("cause", "no-method-left".to_owned())];
        audit::append(tx, &call.own_row(Event::RecoveryKeyVoided, About::of(account), &detail)).await?;
        tell(tx, call, account, LetterKind::MethodRemoved, Method::RecoveryKey, None).await?;
    }
    Ok(())
}

/// Tells the owner that a method was added or removed.
pub(super) async fn tell(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    kind: LetterKind,
    method: Method,
    name: Option<String>,
) -> Result<(), StoreError> {
    let body = LetterBody { method: Some(method.as_str().to_owned()), name, ..LetterBody::default() };
    notice(tx, call, account, kind, body).await
}
