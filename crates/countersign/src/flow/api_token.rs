//! Bearer tokens for the JSON API: made in a stepped-up session, scoped, hashed, ending.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_core::api_token::{ApiToken, LONGEST, Scope};
use countersign_core::audit::Event;
use countersign_core::id::ApiTokenId;
use countersign_core::limits::CounterKey;
use countersign_core::method::{Class, Method};
use countersign_core::name::DeviceName;
use countersign_core::sign_in::{AccountChange, Standing};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountState;
use countersign_store::api_token::ApiTokenView;
use countersign_store::facts::AccountFacts;
use countersign_store::{api_token, audit};

use super::facts::{enrolled, situation, without_proof};
use super::limit::Charges;
use super::session::{SignedIn, hold};
use super::{About, Call, FieldFault, FlowError};

pub use countersign_store::api_token::ApiTokenRow;

/// Most tokens an account may hold at once.
pub const MOST: u32 = 20;
/// A token is marked as used at most once in this time.
const TOUCH_EVERY: Duration = Duration::from_mins(1);
const DAY: u64 = 24 * 60 * 60;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What its owner calls it, 1 to 40 characters.
    pub name: String,
    /// What it may do; never empty.
    pub scopes: BTreeSet<Scope>,
    /// Its life in days, 1 to 365.
    pub days: u32,
}

/// A token that was just made; its text is shown this once.
pub struct MadeApiToken {
    /// The text to send as `Authorization: Bearer …`.
    pub token: ApiToken,
    /// The row behind it.
    pub line: ApiTokenRow,
}

/// Makes a token. Needs a recent second step (or password, where nothing is enrolled).
pub async fn make(call: &Call, signed_in: &SignedIn, new: NewApiToken) -> Result<MadeApiToken, FlowError> {
    signed_in.require(AccountChange::MakeApiToken, call.now)?;
    let name = checked(&new)?;
    let token = ApiToken::new(call.entropy());
    let line = ApiTokenRow {
        id: ApiTokenId::new(call.now, call.entropy()),
        account_id: signed_in.account(),
        name: name.as_str().to_owned(),
        scopes: new.scopes,
        // What a provider said counts as long as it is trusted, which a token could not follow.
        class: if signed_in.proof.by_provider.is_some() { Class::None } else { signed_in.class },
        password_version: signed_in.facts.account.password_version,
        created_at: call.now,
        expires_at: call.now.plus(Duration::from_secs(u64::from(new.days) * DAY)),
        last_used_at: None,
        ended_at: None,
    };
    let detail = [("token", line.id.to_string()), ("scopes", Scope::encode(&line.scopes))];
    let note = call.own_row(Event::ApiTokenMade, signed_in.about(), &detail);
    let data = (call.clone(), signed_in.clone(), token.hash(), line.clone(), note);
    let job = call.deps.store.write(data, |tx, (call, signed_in, hash, line, note)| {
        Box::pin(async move {
            // Counted behind the account's lock, so that two at once do not both find the last room.
            hold(tx, call, signed_in, AccountChange::MakeApiToken).await?;
            let (owner, version) = (line.account_id, line.password_version);
            let has_room =
                api_token::live(tx, owner, version, line.created_at, MOST).await?.len() < MOST as usize;
            if has_room {
                api_token::create(tx, hash, line).await?;
                audit::append(tx, note).await?;
            }
            Ok(has_room)
        })
    });
    if job.await? {
        return Ok(MadeApiToken { token, line });
    }
    Err(FlowError::Conflict(Text::new("api-token-too-many").with("most", MOST)))
}

fn checked(new: &NewApiToken) -> Result<DeviceName, FlowError> {
    let name = DeviceName::parse(&new.name);
    let mut faults = Vec::new();
    if let Err(fault) = &name {
        faults.push(FieldFault { field: "name", text: fault.text() });
    }
    if new.scopes.is_empty() {
        faults.push(FieldFault { field: "scopes", text: Text::new("api-token-no-scope") });
    }
    if new.days == 0 || Duration::from_secs(u64::from(new.days) * DAY) > LONGEST {
        faults.push(FieldFault { field: "days", text: Text::new("api-token-days") });
    }
    match name {
        Ok(name) if faults.is_empty() => Ok(name),
        _ => Err(FlowError::Invalid(faults)),
    }
}

/// The account's live tokens, newest first.
pub async fn list(call: &Call, signed_in: &SignedIn) -> Result<Vec<ApiTokenRow>, FlowError> {
    let mut db = call.reader().await?;
    let version = signed_in.facts.account.password_version;
    Ok(api_token::live(&mut db, signed_in.account(), version, call.now, MOST).await?)
}

/// Ends a token at once. `NotFound` for any id that is not a live token of this account.
pub async fn end(call: &Call, signed_in: &SignedIn, id: ApiTokenId) -> Result<(), FlowError> {
    signed_in.require(AccountChange::EndApiToken, call.now)?;
    let note = call.own_row(Event::ApiTokenEnded, signed_in.about(), &[("token", id.to_string())]);
    let data = (id, signed_in.account(), call.now, note);
    let job = call.deps.store.write(data, |tx, (id, account, now, note)| {
        Box::pin(async move {
            let ended = api_token::end(tx, *id, *account, *now).await?;
            if ended {
                audit::append(tx, note).await?;
            }
            Ok(ended)
        })
    });
    if job.await? { Ok(()) } else { Err(FlowError::NotFound) }
}

/// Whoever calls the API with a bearer token, judged with this very request.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Account, policy, factors and suspension as they stand now.
    pub facts: AccountFacts,
    /// The token's id.
    pub token: ApiTokenId,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
}

impl Bearer {
    /// The kinds of factor that are enrolled now.
    pub fn enrolled(&self) -> Vec<Method> {
        enrolled(&self.facts)
    }

    /// Whose audit rows these are.
    pub fn about(&self) -> About {
        About::of(&self.facts.account)
    }
}

/// Proves a bearer token: live, of an active account and its present password, and the account keeps to its policy.
pub async fn authenticate(call: &Call, text: &str) -> Result<Bearer, FlowError> {
    let mut db = call.reader().await?;
    let found = match ApiToken::parse(text) {
        Some(token) => api_token::by_token_hash(&mut db, &token.hash(), call.now).await?,
        None => None,
    };
    drop(db);
    let Some(view) = found.filter(|view| lives(view, call.now)) else {
        // Only wrong tokens are counted: 256 bits need no limit, and a neighbour's noise must not stop a right one.
        let charges = Charges::new(vec![CounterKey::api_token_address(&call.origin.address)]);
        return Err(charges.noise(call).await?.map_or(FlowError::SignInAgain, FlowError::from));
    };
    if view.token.last_used_at.is_none_or(|used| call.now.since(used) >= TOUCH_EVERY) {
        let job = call.deps.store.write((view.token.id, call.now), |tx, (id, now)| {
            Box::pin(async move { api_token::touch(tx, *id, *now).await })
        });
        job.await?;
    }
    Ok(Bearer { token: view.token.id, scopes: view.token.scopes, facts: view.facts })
}

fn lives(view: &ApiTokenView, now: Timestamp) -> bool {
    let (token, account) = (&view.token, &view.facts.account);
    let enrolled = enrolled(&view.facts);
    // A suspension lets a person in who lost the phone. A program that lacks the second step stays out.
    let situation = situation(&view.facts, &enrolled, None, now);
    token.ended_at.is_none()
        && token.expires_at > now
        && token.password_version == account.password_version
        && account.state == AccountState::Active
        && countersign_core::sign_in::standing(&situation, without_proof(token.class)) == Standing::Full
}
