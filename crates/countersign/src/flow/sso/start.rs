//! The beginning of a visit to an identity provider.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, SessionId, SsoAttemptId};
use countersign_core::limits::CounterKey;
use countersign_core::secret::Token;
use countersign_core::sign_in::AccountChange;
use countersign_core::sso::{ATTEMPT_LIFE, ReturnTo, SsoPurpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::sso_attempt::{self, SsoAttemptRow};
use countersign_store::sso_provider::{self, SsoProviderRow};
use sha2::{Digest, Sha256};

use super::super::limit::Charges;
use super::super::session::SignedIn;
use super::super::{About, Call, FlowError};
use super::link::may_step_up;
use super::{Fault, Question, client_of};

/// What came of the wish to visit a provider.
pub enum Started {
    /// The browser goes there.
    Away {
        /// For this browser's own cookie.
        token: Token,
        /// When the answer would come too late.
        expires_at: Timestamp,
        /// The address at the provider.
        address: String,
        /// The provider's name.
        name: String,
    },
    /// The provider is of no use now; the operator is told why.
    Unusable {
        /// The provider's name.
        name: String,
        /// Whether it cannot be reached; otherwise it answered, and wrongly.
        is_down: bool,
    },
}

/// Begins a sign-in. `login_hint`: the address that was typed, to be passed on.
///
/// # Errors
///
/// [`FlowError::NotFound`] for a provider that is not there or not in use.
pub async fn start_sign_in(
    call: &Call,
    slug: &str,
    return_to: ReturnTo,
    login_hint: Option<&str>,
) -> Result<Started, FlowError> {
    let visit = Visit { purpose: SsoPurpose::SignIn, session: None, account: None, return_to };
    let row = usable(call, slug).await?;
    begin(call, row, visit, login_hint).await
}

/// Begins the linking of a provider to the account. It needs fresh proof, as does its end.
pub async fn start_link(call: &Call, signed_in: &SignedIn, slug: &str) -> Result<Started, FlowError> {
    signed_in.require(AccountChange::LinkProvider, call.now)?;
    let row = own(call, signed_in, slug).await?;
    begin(call, row, Visit::of(signed_in, SsoPurpose::Link, ReturnTo::Security), None).await
}

/// Begins a step-up at a provider: for accounts that have nothing else to prove themselves with.
pub async fn start_step_up(
    call: &Call,
    signed_in: &SignedIn,
    slug: &str,
    return_to: ReturnTo,
) -> Result<Started, FlowError> {
    let row = own(call, signed_in, slug).await?;
    if !may_step_up(call, signed_in).await?.iter().any(|linked| linked.slug == row.slug) {
        return Err(FlowError::Forbidden(Text::new("sso-step-up-not-here")));
    }
    begin(call, row, Visit::of(signed_in, SsoPurpose::StepUp, return_to), None).await
}

struct Visit {
    purpose: SsoPurpose,
    session: Option<SessionId>,
    account: Option<AccountId>,
    return_to: ReturnTo,
}

impl Visit {
    fn of(signed_in: &SignedIn, purpose: SsoPurpose, return_to: ReturnTo) -> Self {
        Self { purpose, session: Some(signed_in.session), account: Some(signed_in.account()), return_to }
    }
}

/// The provider of this slug, if it is in use.
pub(super) async fn usable(call: &Call, slug: &str) -> Result<SsoProviderRow, FlowError> {
    let mut db = call.reader().await?;
    let row = sso_provider::by_slug(&mut db, slug).await?;
    row.filter(|row| row.enabled).ok_or(FlowError::NotFound)
}

async fn own(call: &Call, signed_in: &SignedIn, slug: &str) -> Result<SsoProviderRow, FlowError> {
    let row = usable(call, slug).await?;
    let same = row.organisation_id == signed_in.facts.account.organisation_id;
    if same { Ok(row) } else { Err(FlowError::NotFound) }
}

async fn begin(
    call: &Call,
    row: SsoProviderRow,
    visit: Visit,
    login_hint: Option<&str>,
) -> Result<Started, FlowError> {
    let charges = Charges::new(vec![CounterKey::sso_address(&call.origin.address)]);
    if let Some(refused) = charges.noise(call).await? {
        return Err(FlowError::TooMany { until: refused.until });
    }
    let mut db = call.reader().await?;
    let client = client_of(call, &mut db, &row).await?;
    drop(db);
    let entropy = call.entropy();
    let [token, state, nonce, verifier] = std::array::from_fn(|_| Token::new(entropy));
    let (state, nonce, verifier) = (state.reveal(), nonce.reveal(), verifier.reveal());
    let fresh = visit.purpose == SsoPurpose::StepUp;
    let question = Question { state: &state, nonce: &nonce, verifier: &verifier, login_hint, fresh };
    let address = match call.deps.identity.question(&client, &question, call.now).await {
        Ok(address) => address,
        Err(fault) => return unusable(call, &row, visit.account, &fault).await,
    };
    let expires_at = call.now.plus(ATTEMPT_LIFE);
    let attempt = SsoAttemptRow {
        id: SsoAttemptId::new(call.now, entropy),
        state_hash: digest(&state),
        provider_id: row.id,
        purpose: visit.purpose,
        session_id: visit.session,
        account_id: visit.account,
        nonce_hash: digest(&nonce),
        return_to: visit.return_to,
        created_at: call.now,
        expires_at,
        spent_at: None,
    };
    let job = call.deps.store.write(
        (call.clone(), token.hash(), attempt, verifier),
        |tx, (call, hash, attempt, verifier)| {
            Box::pin(async move {
                sso_attempt::create(tx, &call.deps.keys, call.entropy(), hash, attempt, verifier).await
            })
        },
    );
    job.await?;
    Ok(Started::Away { token, expires_at, address, name: row.name })
}

/// What a value that goes through the browser is kept as.
pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

async fn unusable(
    call: &Call,
    row: &SsoProviderRow,
    account: Option<AccountId>,
    fault: &Fault,
) -> Result<Started, FlowError> {
    let detail = [("provider", row.slug.clone()), ("reason", fault.reason())];
    let about = About { account, organisation: Some(row.organisation_id) };
    call.record(call.caller_row(Event::SsoRefused, about, &detail)).await?;
    Ok(Started::Unusable { name: row.name.clone(), is_down: matches!(fault, Fault::Down(_)) })
}
