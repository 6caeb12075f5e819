//! Choosing a method, and asking for a code.

use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::text::Text;
use countersign_store::facts::{AccountFacts, ChallengeFacts};
use countersign_store::{Db, StoreError, challenge};

use super::super::gate;
use super::super::mail_code::{self, Sending};
use super::super::sign_in::{Recognised, recognised};
use super::super::telegram::prompt;
use super::super::{Call, FlowError};
use super::{held_text, live, offered, offers_of, same_session};

/// What the browser brings when it chooses a method or asks for a code.
pub(super) struct Wish {
    pub(super) call: Call,
    pub(super) facts: ChallengeFacts,
    pub(super) browser: Option<Recognised>,
    pub(super) method: Method,
    /// Whether a code is sent even if the challenge has one.
    again: bool,
}

/// Goes on with a method of the challenge. Choosing e-mail codes sends the first one, choosing Telegram asks there for the
/// first time; a later look at the method does neither. `NotFound`: the challenge is over. `Conflict`: the method is not on offer.
pub async fn choose(
    call: &Call,
    token: &Token,
    browser: Option<&Token>,
    session: Option<&Token>,
    method: Method,
) -> Result<Option<Sending>, FlowError> {
    let wish = wish(call, token, browser, session, method, false).await?;
    fulfil(call, wish).await
}

/// Sends another code for the challenge, or asks again in Telegram where that is how it goes on, within what gaps and limits
/// allow.
pub async fn send_again(
    call: &Call,
    token: &Token,
    browser: Option<&Token>,
    session: Option<&Token>,
) -> Result<Sending, FlowError> {
    let method = what_is_sent(call, token).await?;
    let wish = wish(call, token, browser, session, method, true).await?;
    Ok(fulfil(call, wish).await?.unwrap_or(Sending::Over))
}

/// What "again" sends: by the method that the challenge goes on with.
async fn what_is_sent(call: &Call, token: &Token) -> Result<Method, FlowError> {
    let mut db = call.reader().await?;
    let facts = live(call, &mut db, token).await?.ok_or(FlowError::NotFound)?;
    let chosen = super::chosen(facts.challenge.method, &offered(call, &facts));
    Ok(chosen.filter(|method| *method == Method::Telegram).unwrap_or(Method::Email))
}

pub(super) async fn wish(
    call: &Call,
    token: &Token,
    browser: Option<&Token>,
    session: Option<&Token>,
    method: Method,
    again: bool,
) -> Result<Wish, FlowError> {
    let mut db = call.reader().await?;
    let facts = live(call, &mut db, token).await?.ok_or(FlowError::NotFound)?;
    if same_session(call, &mut db, &facts, session).await?.is_none() {
        return Err(FlowError::NotFound);
    }
    let offers = offered(call, &facts);
    let Some(offer) = offers.iter().find(|offer| offer.method == method) else {
        return Err(FlowError::Conflict(Text::new("second-step-not-on-offer")));
    };
    if offer.held_until.is_some() {
        return Err(FlowError::Conflict(held_text(method)));
    }
    let browser = match recognised(call, &mut db, &facts.facts.account, browser).await? {
        None if facts.challenge.session_id.is_some() => {
            facts.challenge.browser_id.map(|id| Recognised { id, is_current: true })
        }
        known => known,
    };
    Ok(Wish { call: call.clone(), facts, browser, method, again })
}

async fn fulfil(call: &Call, wish: Wish) -> Result<Option<Sending>, FlowError> {
    let sending = call.deps.store.write(wish, |tx, wish| Box::pin(wish.settle(tx))).await?;
    if sending == Some(Sending::Sent) {
        call.deps.post_wake.notify_one();
        call.deps.dispatch_wake.notify_one();
    }
    if sending == Some(Sending::Over) { Err(FlowError::NotFound) } else { Ok(sending) }
}

impl Wish {
    /// Holds the account, and reads what counts under the lock. `None`: the challenge is over, or the method no longer on
    /// offer.
    pub(super) async fn held(&self, tx: &mut Db) -> Result<Option<AccountFacts>, StoreError> {
        let (call, row) = (&self.call, &self.facts.challenge);
        let held = gate::held(tx, call, row.account_id, row.password_version).await?;
        let held = held.filter(|held| held.account.factor_version == row.factor_version);
        Ok(held.filter(|held| {
            let offers = offers_of(call, held, row.purpose, row.browser());
            offers.iter().any(|offer| offer.method == self.method && offer.held_until.is_none())
        }))
    }

    async fn settle(&self, tx: &mut Db) -> Result<Option<Sending>, StoreError> {
        let (call, row) = (&self.call, &self.facts.challenge);
        let Some(held) = self.held(tx).await? else { return Ok(Some(Sending::Over)) };
        if !challenge::set_method(tx, row.id, self.method, call.now).await? {
            return Ok(Some(Sending::Over));
        }
        // Under the lock of the account the row may have sent meanwhile: what counts is what stands there now.
        let Some(now) = challenge::by_id(tx, row.id).await? else { return Ok(Some(Sending::Over)) };
        let known = self.browser.and_then(Recognised::current);
        match self.method {
            Method::Email if now.sends == 0 || self.again => {
                mail_code::send(tx, call, &held.account, &now, known).await.map(Some)
            }
            Method::Telegram if self.again || prompt::none_asked(tx, now.id).await? => {
                prompt::ask(tx, call, &held, &now, known).await.map(Some)
            }
            _ => Ok(None),
        }
    }
}
