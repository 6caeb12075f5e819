//! The answer of an identity provider: to whom it belongs, whether it counts, and what it is the first step of.

mod settle;

use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::limits::SSO_ADDRESS;
use countersign_core::secret::Token;
use countersign_core::sso::{ReturnTo, SsoPurpose};
use countersign_core::text::Text;
use countersign_store::sso_attempt::{self, SsoAttemptRow};
use countersign_store::sso_provider::{self, SsoProviderRow};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::super::gate::{Entry, OpenChallenge};
use super::super::limit::Refusal as Noted;
use super::super::session::{self, SignedIn};
use super::super::{About, Call, FlowError};
use super::start::digest;
use super::{Claims, Fault, Response, client_of};

/// What the browser came back with.
#[derive(Default)]
pub struct Returned {
    /// The slug in the path.
    pub slug: String,
    /// `state`.
    pub state: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `iss` (RFC 9207).
    pub issuer: Option<String>,
    /// `error`: the provider's own word for why there is no code.
    pub error: Option<String>,
    /// This browser's own cookie of the visit.
    pub visit: Option<Token>,
    /// The session's cookie.
    pub session: Option<Token>,
    /// The recognised browser's cookie.
    pub browser: Option<Token>,
}

/// What came of a visit.
pub struct Answered {
    /// The provider's name; the slug where nothing is known of the visit.
    pub provider: String,
    /// Where it leads.
    pub return_to: ReturnTo,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of it.
pub enum Outcome {
    /// A session, or the enrolment gate.
    Entered(Entry),
    /// The second step is asked for.
    Challenge(OpenChallenge),
    /// The provider is linked to the account.
    Linked,
    /// The step-up is done; the session's new token.
    SteppedUp(Token),
    /// No, and why, as a text key with the argument `provider`.
    Refused(Text),
}

/// The words for refusals. None of them tells a stranger whether an account exists.
mod words {
    use countersign_core::text::Text;

    pub(super) fn stale() -> Text {
        Text::new("sso-refused-stale")
    }

    pub(super) fn declined(provider: &str) -> Text {
        Text::new("sso-refused-declined").with("provider", provider)
    }

    pub(super) fn down(provider: &str) -> Text {
        Text::new("sso-refused-down").with("provider", provider)
    }

    pub(super) fn wrong(provider: &str) -> Text {
        Text::new("sso-refused-wrong").with("provider", provider)
    }

    pub(super) fn not_linked(provider: &str) -> Text {
        Text::new("sso-refused-not-linked").with("provider", provider)
    }

    pub(super) fn closed() -> Text {
        Text::new("sso-refused-closed")
    }

    pub(super) fn taken(provider: &str) -> Text {
        Text::new("sso-refused-taken").with("provider", provider)
    }

    pub(super) fn too_late() -> Text {
        Text::new("sso-refused-too-late")
    }

    pub(super) fn other_person(provider: &str) -> Text {
        Text::new("sso-refused-other-person").with("provider", provider)
    }
}

/// A visit that was found, with all that its answer is judged by.
#[derive(Clone)]
struct Visit {
    call: Call,
    attempt: SsoAttemptRow,
    provider: SsoProviderRow,
    replaces: Option<[u8; 32]>,
}

/// Judges the answer of a provider.
pub async fn answered(call: &Call, returned: Returned) -> Result<Answered, FlowError> {
    let Some((visit, verifier)) = found(call, &returned).await? else {
        let row = call.caller_row(Event::SsoRefused, About::default(), &[("reason", "no visit".to_owned())]);
        Noted::new(call, AccountId::from_bytes([0; 16]), SSO_ADDRESS.name, row).record(call).await?;
        let (provider, return_to) = (returned.slug, ReturnTo::default());
        return Ok(Answered { provider, return_to, outcome: Outcome::Refused(words::stale()) });
    };
    let outcome = visit.judged(&returned, &verifier).await?;
    Ok(Answered { provider: visit.provider.name, return_to: visit.attempt.return_to, outcome })
}

/// The visit that this browser began with this provider and that the answer belongs to. Nothing is spent before all of it
/// fits: an answer that somebody else makes up ends no visit.
async fn found(call: &Call, returned: &Returned) -> Result<Option<(Visit, Zeroizing<String>)>, FlowError> {
    let (Some(token), Some(state)) = (&returned.visit, &returned.state) else { return Ok(None) };
    let mut db = call.reader().await?;
    let attempt = sso_attempt::by_token_hash(&mut db, &call.deps.keys, &token.hash()).await?;
    let Some((attempt, verifier)) = attempt else { return Ok(None) };
    let provider = sso_provider::by_id(&mut db, attempt.provider_id).await?;
    let Some(provider) = provider.filter(|row| row.slug == returned.slug && row.enabled) else {
        return Ok(None);
    };
    if !bool::from(digest(state).ct_eq(&attempt.state_hash)) {
        return Ok(None);
    }
    let replaces = returned.session.as_ref().map(Token::hash);
    Ok(Some((Visit { call: call.clone(), attempt, provider, replaces }, verifier)))
}

impl Visit {
    async fn judged(&self, returned: &Returned, verifier: &str) -> Result<Outcome, FlowError> {
        let call = &self.call;
        let data = (self.attempt.id, call.now);
        let spent = call
            .deps
            .store
            .write(data, |tx, (id, now)| Box::pin(async move { sso_attempt::spend(tx, *id, *now).await }));
        if !spent.await? {
            self.refused("answered before, or too late").await?;
            return Ok(Outcome::Refused(words::stale()));
        }
        let (None, Some(code)) = (&returned.error, &returned.code) else {
            // The provider's word may hold anything; of those the protocol knows, it is kept.
            let word = returned.error.as_deref().filter(|word| known_error(word)).unwrap_or("no code");
            self.refused(word).await?;
            return Ok(Outcome::Refused(words::declined(&self.provider.name)));
        };
        match self.redeemed(code, returned.issuer.as_deref(), verifier).await? {
            Ok(claims) => self.settled(claims, returned).await,
            Err(fault) => {
                self.refused(&fault.reason()).await?;
                let name = &self.provider.name;
                let down = matches!(fault, Fault::Down(_));
                Ok(Outcome::Refused(if down { words::down(name) } else { words::wrong(name) }))
            }
        }
    }

    async fn redeemed(
        &self,
        code: &str,
        issuer: Option<&str>,
        verifier: &str,
    ) -> Result<Result<Claims, Fault>, FlowError> {
        let call = &self.call;
        let mut db = call.reader().await?;
        let client = client_of(call, &mut db, &self.provider).await?;
        drop(db);
        let since = (self.attempt.purpose == SsoPurpose::StepUp).then_some(self.attempt.created_at);
        let nonce_hash = &self.attempt.nonce_hash;
        let response = Response { code, issuer, verifier, nonce_hash, fresh_since: since };
        Ok(call.deps.identity.redeem(&client, &response, call.now).await)
    }

    async fn settled(&self, claims: Claims, returned: &Returned) -> Result<Outcome, FlowError> {
        if self.attempt.purpose == SsoPurpose::SignIn {
            return settle::sign_in(self, claims, returned.browser.as_ref()).await;
        }
        let Some(signed_in) = self.same_session(returned.session.as_ref()).await? else {
            self.refused("the session has ended or is another one").await?;
            return Ok(Outcome::Refused(words::too_late()));
        };
        match self.attempt.purpose {
            SsoPurpose::Link => settle::link(self, claims, signed_in).await,
            SsoPurpose::StepUp | SsoPurpose::SignIn => settle::step_up(self, claims, signed_in).await,
        }
    }

    /// The session that the visit was begun in, if it lives and is this browser's.
    async fn same_session(&self, token: Option<&Token>) -> Result<Option<SignedIn>, FlowError> {
        let Some(token) = token else { return Ok(None) };
        match session::authenticate(&self.call, token).await {
            Ok(signed_in) => {
                let same = Some(signed_in.session) == self.attempt.session_id
                    && Some(signed_in.account()) == self.attempt.account_id;
                Ok(same.then_some(signed_in))
            }
            Err(FlowError::SignInAgain) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes down why an answer did not count.
    async fn refused(&self, reason: &str) -> Result<(), FlowError> {
        let detail = [
            ("provider", self.provider.slug.clone()),
            ("purpose", self.attempt.purpose.as_str().to_owned()),
            ("reason", reason.to_owned()),
        ];
        let about =
            About { account: self.attempt.account_id, organisation: Some(self.provider.organisation_id) };
        self.call.record(self.call.caller_row(Event::SsoRefused, about, &detail)).await
    }
}

/// The errors that an authorization response may carry (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6).
fn known_error(word: &str) -> bool {
    [
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_request_uri",
        "invalid_scope",
        "login_required",
        "request_not_supported",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    ]
    .contains(&word)
}
