//! The exchange of a code for a token, and what a token must be.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use countersign_core::sso::LEEWAY;
use countersign_core::time::Timestamp;
use openidconnect::core::{
    CoreClient, CoreGenderClaim, CoreIdTokenVerifier, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenVerifier,
    Nonce, OAuth2TokenResponse, PkceCodeVerifier, RedirectUrl, RequestTokenError, SignatureVerificationError,
    TokenResponse,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Outside;
use super::known::Provider;
use super::web::WebFault;
use crate::flow::sso::{Claims, Client, Fault, IdentityProviders, Response};

/// The signatures that are accepted: public keys only, so that nobody signs with a secret that both sides know, and
/// never none.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The longest `sub` (OpenID Connect Core 1.0, section 2).
const SUBJECT_LONGEST: usize = 255;

/// The longest of the other claims, and the most values of `amr`: what is longer is left out.
const CLAIM_LONGEST: usize = 200;
const AMR_MOST: usize = 16;

/// This installation, as one provider knows it.
pub(super) type RelyingParty = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What of a token `openidconnect` does not read.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct More {
    #[serde(default)]
    nbf: Option<f64>,
}

impl AdditionalClaims for More {}

type Token = IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type TokenClaims = IdTokenClaims<More, CoreGenderClaim>;

fn wrong(why: impl std::fmt::Display) -> Fault {
    Fault::Wrong(why.to_string())
}

fn time(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default()
}

/// Puts together what is said to a provider, and where.
pub(super) fn relying_party(
    provider: &Provider,
    client: &Client,
    answers_at: &str,
) -> Result<RelyingParty, Fault> {
    let id = ClientId::new(client.id.clone());
    let secret = ClientSecret::new(client.secret.to_string());
    let redirect = RedirectUrl::new(answers_at.to_owned()).map_err(wrong)?;
    let ways = provider.more.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
    let only_post = !ways.is_empty()
        && !ways.iter().any(|way| way == "client_secret_basic")
        && ways.iter().any(|way| way == "client_secret_post");
    let auth = if only_post { AuthType::RequestBody } else { AuthType::BasicAuth };
    let relying = CoreClient::from_provider_metadata(provider.metadata.clone(), id, Some(secret));
    Ok(relying.set_redirect_uri(redirect).set_auth_type(auth))
}

/// The whole of it: checks what the answer names, exchanges the code, verifies the token.
pub(super) async fn redeem(
    outside: &Outside,
    client: &Client,
    response: &Response<'_>,
    now: Timestamp,
) -> Result<Claims, Fault> {
    let provider = outside.known.provider(&outside.web, &client.issuer, now).await?;
    check_named(&provider, client, response.issuer)?;
    let relying = relying_party(&provider, client, &outside.answers_at(&client.slug))?;
    let answer = exchange(outside, &relying, response.code, response.verifier).await?;
    let token = answer.id_token().ok_or_else(|| wrong("an answer without an ID token"))?;
    let token: Token = token.to_string().parse().map_err(wrong)?;
    let (claims, provider) = verified(outside, client, &provider, &token, response, now).await?;
    check_access_token(&provider, client, &token, &claims, &answer)?;
    let mut told = told(&claims)?;
    if told.email.is_none() {
        let relying = relying_party(&provider, client, &outside.answers_at(&client.slug))?;
        (told.email, told.email_verified) = address(outside, &relying, &answer, &claims).await;
    }
    Ok(told)
}

/// The issuer that an answer names is the one that was asked; a provider that always names it must do so (RFC 9207).
fn check_named(provider: &Provider, client: &Client, named: Option<&str>) -> Result<(), Fault> {
    match named {
        Some(issuer) if issuer == client.issuer => Ok(()),
        Some(_) => Err(wrong("the answer names another issuer")),
        None if provider.more.authorization_response_iss_parameter_supported => {
            Err(wrong("the answer names no issuer, and this provider always names it"))
        }
        None => Ok(()),
    }
}

/// Exchanges a code for a token.
pub(super) async fn exchange(
    outside: &Outside,
    relying: &RelyingParty,
    code: &str,
    verifier: &str,
) -> Result<CoreTokenResponse, Fault> {
    let request = relying.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(wrong)?;
    let verifier = PkceCodeVerifier::new(verifier.to_owned());
    request.set_pkce_verifier(verifier).request_async(&outside.web).await.map_err(|error| match error {
        RequestTokenError::Request(WebFault(why)) => Fault::Down(why),
        RequestTokenError::ServerResponse(said) => wrong(format_args!("refused: {}", said.error().as_ref())),
        RequestTokenError::Parse(why, _) => wrong(format_args!("the token cannot be read: {}", why.inner())),
        RequestTokenError::Other(why) => wrong(why),
    })
}

/// Verifies a token; once more with fresh keys where it names one that is not known.
async fn verified(
    outside: &Outside,
    client: &Client,
    provider: &Arc<Provider>,
    token: &Token,
    response: &Response<'_>,
    now: Timestamp,
) -> Result<(TokenClaims, Arc<Provider>), Fault> {
    let mut provider = Arc::clone(provider);
    let mut judged = judge(&provider, client, token, response, now);
    let unknown_key = matches!(
        judged,
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
    );
    if unknown_key
        && let Some(fresh) = outside.known.again(&outside.web, &client.issuer, &provider, now).await?
    {
        provider = fresh;
        judged = judge(&provider, client, token, response, now);
    }
    let claims = judged.map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(inner) => wrong(format_args!("signature: {inner}")),
        other => wrong(other),
    })?;
    check_parties(&claims, client)?;
    check_times(&claims, response, now)?;
    Ok((claims, provider))
}

fn verifier<'a>(provider: &Provider, client: &Client, now: Timestamp) -> CoreIdTokenVerifier<'a> {
    // No client secret is given, so that no symmetric signature could ever be checked.
    let exact = provider.metadata.issuer().clone();
    IdTokenVerifier::new_public_client(
        ClientId::new(client.id.clone()),
        exact,
        provider.metadata.jwks().clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_other_audience_verifier_fn(|_| true)
    .set_time_fn(move || time(now.minus(LEEWAY)))
}

fn judge(
    provider: &Provider,
    client: &Client,
    token: &Token,
    response: &Response<'_>,
    now: Timestamp,
) -> Result<TokenClaims, ClaimsVerificationError> {
    let nonce = |nonce: Option<&Nonce>| {
        let hash: Option<[u8; 32]> = nonce.map(|nonce| Sha256::digest(nonce.secret()).into());
        if hash.as_ref() == Some(response.nonce_hash) {
            Ok(())
        } else {
            Err("not that of this visit".to_owned())
        }
    };
    token.claims(&verifier(provider, client, now), nonce).cloned()
}

/// Several audiences need `azp`, and `azp` is this client (OpenID Connect Core 1.0, section 3.1.3.7, 4 and 5).
fn check_parties(claims: &TokenClaims, client: &Client) -> Result<(), Fault> {
    match claims.authorized_party() {
        Some(party) if party.as_str() != client.id => Err(wrong("azp: the token is for another client")),
        None if claims.audiences().len() > 1 => Err(wrong("azp: several audiences and none named")),
        _ => Ok(()),
    }
}

fn check_times(claims: &TokenClaims, response: &Response<'_>, now: Timestamp) -> Result<(), Fault> {
    let latest = time(now.plus(LEEWAY));
    if claims.issue_time() > latest {
        return Err(wrong("iat: the token is from the future"));
    }
    let begins = claims.additional_claims().nbf.map(|seconds| seconds * 1000.0);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our times fit into 53 bits")]
    if begins.is_some_and(|begins| begins > latest.timestamp_millis() as f64) {
        return Err(wrong("nbf: the token is not valid yet"));
    }
    let Some(since) = response.fresh_since else { return Ok(()) };
    match claims.auth_time() {
        None => Err(wrong("auth_time: missing, though a fresh sign-in was asked for")),
        Some(at) if at < time(since.minus(LEEWAY)) => Err(wrong("auth_time: the sign-in is not fresh")),
        Some(at) if at > latest => Err(wrong("auth_time: from the future")),
        Some(_) => Ok(()),
    }
}

/// The access token belongs to the ID token, where that says so.
fn check_access_token(
    provider: &Provider,
    client: &Client,
    token: &Token,
    claims: &TokenClaims,
    answer: &CoreTokenResponse,
) -> Result<(), Fault> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let verifier = verifier(provider, client, Timestamp::from_millis(0));
    let algorithm = token.signing_alg().map_err(wrong)?;
    let key = token.signing_key(&verifier).map_err(wrong)?;
    let found = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(wrong)?;
    if found == *expected { Ok(()) } else { Err(wrong("at_hash: the access token is another one")) }
}

fn told(claims: &TokenClaims) -> Result<Claims, Fault> {
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > SUBJECT_LONGEST || subject.chars().any(char::is_control) {
        return Err(wrong("sub: empty, too long or with control characters"));
    }
    let short = |text: &str| Some(text.to_owned()).filter(|text| text.len() <= CLAIM_LONGEST);
    let amr = claims.auth_method_refs().into_iter().flatten().filter_map(|one| short(one.as_str()));
    let amr: BTreeSet<String> = amr.take(AMR_MOST).collect();
    let name = claims.name().and_then(|names| names.get(None).or(names.iter().next().map(|(_, name)| name)));
    Ok(Claims {
        subject: subject.to_owned(),
        email: claims.email().and_then(|email| short(email.as_str())),
        email_verified: claims.email_verified() == Some(true),
        name: name.and_then(|name| short(name.as_str())),
        amr,
        acr: claims.auth_context_ref().and_then(|acr| short(acr.as_str())),
    })
}

/// The address, where the token has none and the provider tells it on request. It is a convenience: without it the sign-in
/// goes on.
async fn address(
    outside: &Outside,
    relying: &RelyingParty,
    answer: &CoreTokenResponse,
    claims: &TokenClaims,
) -> (Option<String>, bool) {
    let subject = Some(claims.subject().clone());
    let Ok(request) = relying.user_info(answer.access_token().clone(), subject) else { return (None, false) };
    let told: Result<CoreUserInfoClaims, _> = request.request_async(&outside.web).await;
    match told {
        Ok(told) => (
            told.email().map(|email| email.as_str().to_owned()).filter(|email| email.len() <= CLAIM_LONGEST),
            told.email_verified() == Some(true),
        ),
        Err(error) => {
            tracing::info!(%error, "an identity provider told no address");
            (None, false)
        }
    }
}
