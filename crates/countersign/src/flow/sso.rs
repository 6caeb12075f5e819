//! Single sign-on (KEY-11): members come in through their organisation's identity provider, by OpenID Connect.
//!
//! A visit begins with a form, is bound to one browser by a cookie, and is spent by one conditional update when its answer
//! comes. What the answer proves is a first step and no more: it goes through the same gate as a password. An identity is
//! the pair of provider and subject. An account that exists is never linked to one by its address, only in a session that
//! has just proved its owner.

mod answer;
mod directory;
mod link;
mod manage;
mod start;

use std::collections::BTreeSet;

use countersign_core::time::Timestamp;
use countersign_store::sso_provider::SsoProviderRow;
use countersign_store::{Db, StoreError, sso_provider};
use futures_util::future::BoxFuture;
use zeroize::Zeroizing;

pub use answer::{Answered, Outcome, Returned, answered};
pub(super) use directory::password_is_off;
pub use directory::{Choice, Front, Home, by_address, front, home};
pub use link::{Linked, linked, may_step_up, providers_to_link, unlink};
pub use manage::{
    Changes, Line, NewProvider, Which, add, change, find, list, remove, remove_as_operator, test,
    test_as_operator,
};
pub use start::{Started, start_link, start_sign_in, start_step_up};

use super::Call;

/// How this installation is known to one provider.
pub struct Client {
    /// The short name, which stands in the address that answers come back to.
    pub slug: String,
    /// The issuer, exactly as tokens name it.
    pub issuer: String,
    /// What this installation is called there.
    pub id: String,
    /// What it proves itself with there.
    pub secret: Zeroizing<String>,
}

/// What a browser is sent to a provider with.
pub struct Question<'a> {
    /// What the answer has to bring back; 256 bits.
    pub state: &'a str,
    /// What the token has to carry; 256 bits.
    pub nonce: &'a str,
    /// The verifier of PKCE, of which the challenge is made.
    pub verifier: &'a str,
    /// The address that was typed, so that nobody types it twice.
    pub login_hint: Option<&'a str>,
    /// Whether the person has to sign in there anew, however lately they did.
    pub fresh: bool,
}

/// What a provider sent the browser back with.
pub struct Response<'a> {
    /// The code to be exchanged for a token.
    pub code: &'a str,
    /// The issuer that the answer names (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The verifier of PKCE.
    pub verifier: &'a str,
    /// The SHA-256 of the nonce.
    pub nonce_hash: &'a [u8; 32],
    /// Since when the person must have signed in there, where that is asked for.
    pub fresh_since: Option<Timestamp>,
}

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who it is at this provider: `sub`, at most 255 characters.
    pub subject: String,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider vouches for the address.
    pub email_verified: bool,
    /// The name to greet with.
    pub name: Option<String>,
    /// By what the person signed in there.
    pub amr: BTreeSet<String>,
    /// How well.
    pub acr: Option<String>,
}

/// Why a provider was of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It could not be asked: down, too slow, not to be reached.
    Down(String),
    /// It answered, and the answer will not do.
    Wrong(String),
}

impl Fault {
    /// The reason, for the operator and never for a page; at most 300 bytes.
    pub fn reason(&self) -> String {
        let (Self::Down(text) | Self::Wrong(text)) = self;
        let clean: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
        clean[..clean.floor_char_boundary(300)].to_owned()
    }
}

/// A step of the test of a provider's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its description was read.
    Discovery,
    /// The description names exactly this issuer.
    Issuer,
    /// Its addresses may be used.
    Endpoints,
    /// It signs tokens in a way that is accepted, and takes PKCE.
    Algorithms,
    /// It has keys to check tokens with.
    Keys,
    /// It knows the client id and takes the secret.
    Client,
}

impl Step {
    /// Every step, in the order in which they are taken.
    pub const ALL: &'static [Self] =
        &[Self::Discovery, Self::Issuer, Self::Endpoints, Self::Algorithms, Self::Keys, Self::Client];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Issuer => "issuer",
            Self::Endpoints => "endpoints",
            Self::Algorithms => "algorithms",
            Self::Keys => "keys",
            Self::Client => "client",
        }
    }
}

/// What came of one step; the steps after the first fault are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Which.
    pub step: Step,
    /// What is wrong, in the operator's words; `None`: nothing.
    pub fault: Option<String>,
}

/// Identity providers, as flows know them. The room `sso` has the protocol; tests may have another.
pub trait IdentityProviders: Send + Sync {
    /// The address at the provider that the browser is sent to.
    fn question<'a>(
        &'a self,
        client: &'a Client,
        question: &'a Question<'a>,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<String, Fault>>;

    /// Exchanges the code and verifies the token.
    fn redeem<'a>(
        &'a self,
        client: &'a Client,
        response: &'a Response<'a>,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, Fault>>;

    /// Tries the settings, step by step.
    fn test<'a>(&'a self, client: &'a Client, now: Timestamp) -> BoxFuture<'a, Vec<Checked>>;

    /// Whether this may be an issuer at all: an https address without query and fragment, within reach.
    fn is_issuer(&self, issuer: &str) -> bool;

    /// The address that answers of this provider come back to, to be registered there.
    fn answers_at(&self, slug: &str) -> String;
}

/// What the provider is asked with.
async fn client_of(call: &Call, db: &mut Db, row: &SsoProviderRow) -> Result<Client, StoreError> {
    let secret = sso_provider::secret(db, &call.deps.keys, row.id).await?;
    let secret = secret.ok_or(StoreError::Corrupt("sso_provider.client_secret"))?;
    let (slug, issuer, id) = (row.slug.clone(), row.issuer.clone(), row.client_id.clone());
    Ok(Client { slug, issuer, id, secret })
}
