//! The test of a provider's settings, step by step, so that whoever sets it up learns which of them is wrong.

use countersign_core::time::Timestamp;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeyType, CoreProviderMetadata};

use super::known::{self, More};
use super::{Outside, token};
use crate::flow::sso::{Checked, Client, Fault, Step};

/// A code that no provider has given: the right client learns that it is none, the wrong one that it is not let in.
const NO_CODE: &str = "countersign-settings-test";

pub(super) async fn test(outside: &Outside, client: &Client, now: Timestamp) -> Vec<Checked> {
    outside.known.forget(&client.issuer);
    let mut done = Vec::new();
    if let Err((step, fault)) = steps(outside, client, now, &mut done).await {
        done.push(Checked { step, fault: Some(fault.reason()) });
    }
    done
}

fn at(step: Step) -> impl FnOnce(Fault) -> (Step, Fault) {
    move |fault| (step, fault)
}

async fn steps(
    outside: &Outside,
    client: &Client,
    now: Timestamp,
    done: &mut Vec<Checked>,
) -> Result<(), (Step, Fault)> {
    let web = &outside.web;
    let mut pass = |step| done.push(Checked { step, fault: None });
    let (metadata, more) = known::description(web, &client.issuer).await.map_err(at(Step::Discovery))?;
    pass(Step::Discovery);
    known::check_issuer(&metadata, &client.issuer).map_err(at(Step::Issuer))?;
    pass(Step::Issuer);
    endpoints(outside, &metadata).map_err(at(Step::Endpoints))?;
    pass(Step::Endpoints);
    algorithms(&metadata, &more).map_err(at(Step::Algorithms))?;
    pass(Step::Algorithms);
    let keys = known::keys(web, &metadata).await.map_err(at(Step::Keys))?;
    if !keys.keys().iter().any(|key| *key.key_type() != CoreJsonWebKeyType::Symmetric) {
        return Err((Step::Keys, Fault::Wrong("there is no public key".to_owned())));
    }
    pass(Step::Keys);
    credentials(outside, client, now).await.map_err(at(Step::Client))?;
    pass(Step::Client);
    Ok(())
}

fn endpoints(outside: &Outside, metadata: &CoreProviderMetadata) -> Result<(), Fault> {
    let token = metadata.token_endpoint().ok_or(Fault::Wrong("there is no token endpoint".to_owned()))?;
    for url in [metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()] {
        outside.web.check(url).map_err(|fault| Fault::Wrong(fault.0))?;
    }
    Ok(())
}

fn algorithms(metadata: &CoreProviderMetadata, more: &More) -> Result<(), Fault> {
    let offered = metadata.id_token_signing_alg_values_supported();
    if !offered.iter().any(|one| token::ALGORITHMS.contains(one)) {
        let why = "tokens are signed with none of RS256, PS256, ES256 and EdDSA";
        return Err(Fault::Wrong(why.to_owned()));
    }
    match &more.code_challenge_methods_supported {
        Some(methods) if !methods.iter().any(|method| method == "S256") => {
            Err(Fault::Wrong("PKCE with S256 is not supported".to_owned()))
        }
        _ => Ok(()),
    }
}

async fn credentials(outside: &Outside, client: &Client, now: Timestamp) -> Result<(), Fault> {
    use crate::flow::sso::IdentityProviders as _;
    let provider = outside.known.provider(&outside.web, &client.issuer, now).await?;
    let relying = token::relying_party(&provider, client, &outside.answers_at(&client.slug))?;
    match token::exchange(outside, &relying, NO_CODE, NO_CODE).await {
        Err(Fault::Wrong(why)) if why.ends_with("invalid_grant") => Ok(()),
        Err(fault) => Err(fault),
        Ok(_) => Err(Fault::Wrong("a code that was made up was accepted".to_owned())),
    }
}
