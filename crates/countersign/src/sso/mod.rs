//! Identity providers, spoken to by OpenID Connect. The protocol and its cryptography are `openidconnect`'s; what is asked,
//! how far requests go, and what a token must say beyond its signature is decided here.

mod known;
mod probe;
mod reach;
mod token;
mod web;

use countersign_core::time::Timestamp;
use futures_util::future::BoxFuture;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow};
use openidconnect::{CsrfToken, LoginHint, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use url::Url;

use self::known::Known;
use self::reach::Reach;
use self::web::Web;
use crate::config::Settings;
use crate::flow::sso::{Checked, Claims, Client, Fault, IdentityProviders, Question, Response};

/// All providers, with what is remembered of them. Nothing of it is needed to be right: another process that remembers
/// nothing decides alike.
pub struct Outside {
    web: Web,
    known: Known,
    /// The public address, without a slash at its end.
    base: String,
}

impl Outside {
    /// `base`: the public address of this installation. `private`: whether providers on this machine and in private
    /// networks may be asked.
    pub fn new(base: &str, private: bool) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { web: Web::new(Reach { private }), known: Known::default(), base }
    }

    /// As [`Self::new`], by the settings.
    pub fn of(settings: &Settings) -> Self {
        Self::new(settings.public_address.origin(), settings.sso_private_addresses)
    }

    async fn address(
        &self,
        client: &Client,
        question: &Question<'_>,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let provider = self.known.reachable(&self.web, &client.issuer, now).await?;
        let relying = token::relying_party(&provider, client, &self.answers_at(&client.slug))?;
        let verifier = PkceCodeVerifier::new(question.verifier.to_owned());
        let (state, nonce) = (question.state.to_owned(), question.nonce.to_owned());
        let mut request = relying
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if let Some(hint) = question.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        if question.fresh {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (url, _, _) = request.url();
        self.web.check(&url).map_err(|fault| Fault::Wrong(fault.0))?;
        Ok(url.into())
    }
}

impl IdentityProviders for Outside {
    fn question<'a>(
        &'a self,
        client: &'a Client,
        question: &'a Question<'a>,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(self.address(client, question, now))
    }

    fn redeem<'a>(
        &'a self,
        client: &'a Client,
        response: &'a Response<'a>,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, Fault>> {
        Box::pin(token::redeem(self, client, response, now))
    }

    fn test<'a>(&'a self, client: &'a Client, now: Timestamp) -> BoxFuture<'a, Vec<Checked>> {
        Box::pin(probe::test(self, client, now))
    }

    fn is_issuer(&self, issuer: &str) -> bool {
        let Ok(url) = issuer.parse::<Url>() else { return false };
        let plain = issuer.bytes().all(|byte| byte.is_ascii_graphic()) && issuer.len() <= 512;
        plain && url.query().is_none() && url.fragment().is_none() && self.web.check(&url).is_ok()
    }

    fn answers_at(&self, slug: &str) -> String {
        format!("{}/sso/{slug}/callback", self.base)
    }
}
