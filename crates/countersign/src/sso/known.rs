//! What providers say of themselves: their description and their keys, remembered for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_core::time::Timestamp;
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use serde::Deserialize;
use url::Url;

use super::web::{Web, WebFault};
use crate::flow::sso::Fault;

/// How long a description and its keys are believed before they are read again.
const KEPT: Duration = Duration::from_mins(10);

/// How old a description may be for a browser to be sent to the provider on its word: a provider that is down by now must
/// not be where a sign-in ends.
const FRESH: Duration = Duration::from_secs(30);

/// How soon after they were read keys are read again, because a token names one that is not among them.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Most providers that are remembered.
const MOST: usize = 1000;

/// What of a description `openidconnect` does not read.
#[expect(clippy::struct_field_names, reason = "the names of the description's own fields")]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct More {
    /// Whether answers name their issuer (RFC 9207).
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// The kinds of PKCE challenge; a provider that lists them and not S256 does not do.
    pub(super) code_challenge_methods_supported: Option<Vec<String>>,
    /// How clients prove themselves; `client_secret_basic` where nothing is said.
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// One provider's description with its keys.
#[derive(Clone)]
pub(super) struct Provider {
    pub(super) metadata: CoreProviderMetadata,
    pub(super) more: More,
    /// When description and keys were read.
    read_at: Timestamp,
    /// When the description was last seen at its place.
    seen_at: Timestamp,
}

/// What is remembered.
#[derive(Default)]
pub(super) struct Known {
    providers: Mutex<HashMap<String, Arc<Provider>>>,
    looks: Mutex<HashMap<String, Arc<Look>>>,
}

/// Looks whether one provider is still there: one at a time, and whoever waits for one takes what it finds.
#[derive(Default)]
struct Look {
    ended: AtomicU64,
    found: tokio::sync::Mutex<Option<Result<Arc<Provider>, Fault>>>,
}

impl Known {
    /// The provider of this issuer, remembered or read.
    pub(super) async fn provider(
        &self,
        web: &Web,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Provider>, Fault> {
        match self.remembered(issuer, now) {
            Some(provider) => Ok(provider),
            None => self.read(web, issuer, now).await,
        }
    }

    fn remembered(&self, issuer: &str, now: Timestamp) -> Option<Arc<Provider>> {
        let found = self.providers.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        // A clock that was turned back makes it no older than it is.
        found.filter(|provider| now.since(provider.read_at) < KEPT && provider.read_at <= now)
    }

    /// As [`Self::provider`], for a browser that is about to be sent there: a description that was not seen lately is asked
    /// for again. It has as long for it as the first time, or a slow provider would be down half a minute after it was up;
    /// the keys are not waited for.
    pub(super) async fn reachable(
        &self,
        web: &Web,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Provider>, Fault> {
        if let Some(provider) = self.remembered(issuer, now)
            && now.since(provider.seen_at) < FRESH
        {
            return Ok(provider);
        }
        let look = self.looking(issuer);
        let ended = look.ended.load(Ordering::SeqCst);
        let mut last = look.found.lock().await;
        if look.ended.load(Ordering::SeqCst) != ended
            && let Some(found) = last.as_ref()
        {
            return found.clone();
        }
        let found = match self.remembered(issuer, now) {
            Some(provider) => self.look(web, issuer, &provider, now).await,
            None => self.read(web, issuer, now).await,
        };
        *last = Some(found.clone());
        look.ended.fetch_add(1, Ordering::SeqCst);
        found
    }

    fn looking(&self, issuer: &str) -> Arc<Look> {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= MOST {
            looks.clear();
        }
        Arc::clone(looks.entry(issuer.to_owned()).or_default())
    }

    /// Asks for the description alone; the keys stay those that were read.
    async fn look(
        &self,
        web: &Web,
        issuer: &str,
        before: &Provider,
        now: Timestamp,
    ) -> Result<Arc<Provider>, Fault> {
        let (metadata, more) = description(web, issuer).await?;
        check_issuer(&metadata, issuer)?;
        let metadata = metadata.set_jwks(before.metadata.jwks().clone());
        Ok(self.remember(issuer, Provider { metadata, more, read_at: before.read_at, seen_at: now }))
    }

    /// As [`Self::provider`], read anew because a token names a key that is not there. `None`: they were read a moment
    /// ago, and whoever makes up key names causes no traffic.
    pub(super) async fn again(
        &self,
        web: &Web,
        issuer: &str,
        before: &Provider,
        now: Timestamp,
    ) -> Result<Option<Arc<Provider>>, Fault> {
        if now.since(before.read_at) < AGAIN_AFTER {
            return Ok(None);
        }
        self.read(web, issuer, now).await.map(Some)
    }

    async fn read(&self, web: &Web, issuer: &str, now: Timestamp) -> Result<Arc<Provider>, Fault> {
        let (metadata, more) = description(web, issuer).await?;
        check_issuer(&metadata, issuer)?;
        let keys = keys(web, &metadata).await?;
        let metadata = metadata.set_jwks(keys);
        Ok(self.remember(issuer, Provider { metadata, more, read_at: now, seen_at: now }))
    }

    fn remember(&self, issuer: &str, provider: Provider) -> Arc<Provider> {
        let provider = Arc::new(provider);
        let mut known = self.providers.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(issuer.to_owned(), Arc::clone(&provider));
        provider
    }

    /// Forgets a provider, so that a test of it asks anew.
    pub(super) fn forget(&self, issuer: &str) {
        self.providers.lock().unwrap_or_else(PoisonError::into_inner).remove(issuer);
    }
}

impl From<WebFault> for Fault {
    fn from(fault: WebFault) -> Self {
        Self::Down(fault.0)
    }
}

/// Reads the description of an issuer (OpenID Connect Discovery 1.0, section 4).
pub(super) async fn description(web: &Web, issuer: &str) -> Result<(CoreProviderMetadata, More), Fault> {
    let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let url: Url = place.parse().map_err(|_| Fault::Wrong("the issuer is no address".to_owned()))?;
    let bytes = web.document(&url).await?;
    let wrong = |error: serde_json::Error| Fault::Wrong(format!("the description cannot be read: {error}"));
    let metadata = serde_json::from_slice(&bytes).map_err(wrong)?;
    let more = serde_json::from_slice(&bytes).map_err(wrong)?;
    Ok((metadata, more))
}

/// The issuer must be named letter for letter (ASVS 5.0, 10.5.3).
pub(super) fn check_issuer(metadata: &CoreProviderMetadata, issuer: &str) -> Result<(), Fault> {
    let named = metadata.issuer().as_str();
    if named == issuer {
        return Ok(());
    }
    Err(Fault::Wrong(format!("the description names the issuer {named} and not {issuer}")))
}

/// Reads the keys.
pub(super) async fn keys(web: &Web, metadata: &CoreProviderMetadata) -> Result<CoreJsonWebKeySet, Fault> {
    let bytes = web.document(metadata.jwks_uri().url()).await?;
    serde_json::from_slice(&bytes).map_err(|error| Fault::Wrong(format!("the keys cannot be read: {error}")))
}
