//! The account and its profile.

use std::sync::Arc;

use countersign_core::api_token::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::Session;
use crate::api::shapes::{Change, MethodName, RoleName, Sent, SuspensionKindName, Time};
use crate::app::App;
use crate::flow::{Call, FlowError, account, address, session};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::extract::ApiCaller;
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_account, update_account))
}

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
struct Account {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The address that signs in.
    #[schema(format = Email)]
    email: String,
    /// Whether the address was proved.
    email_verified: bool,
    /// The address that is to take its place once its letter is answered; `null`: no change waits.
    email_change: Option<EmailChange>,
    /// The name to greet by.
    display_name: String,
    /// The language of the portal (`en`, `de`); `null` follows the browser.
    language: Option<String>,
    /// What it may do beyond its own settings.
    role: RoleName,
    /// Its organisation.
    organisation: Organisation,
    /// When it was made.
    created_at: Time,
    /// When somebody last signed in.
    last_sign_in_at: Option<Time>,
    /// Its second step.
    second_step: SecondStepSummary,
    /// The value of the header `X-CSRF-Token`. Absent for bearer tokens, which need none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: Option<String>,
}

/// A change of address that was asked for.
#[derive(Serialize, ToSchema)]
struct EmailChange {
    /// The address that is to be.
    #[schema(format = Email)]
    to: String,
    /// Until when its letter can be answered.
    expires_at: Time,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
struct Organisation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
}

/// Whether an account has a second step.
#[derive(Serialize, ToSchema)]
struct SecondStepSummary {
    /// The kinds that are set up; empty: the password alone signs in.
    methods: Vec<MethodName>,
    /// How many authenticators there are.
    authenticators: u32,
    /// Since when codes by e-mail are switched on; `null`: they are off.
    email_codes_since: Option<Time>,
    /// Whether there is a recovery key, saved or not.
    recovery_key: bool,
    /// Until when support has switched the second step off, if it has.
    suspended_until: Option<Time>,
    /// What that suspension lets in.
    suspension_kind: Option<SuspensionKindName>,
}

/// What is to be changed. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChanges {
    /// The name to greet by.
    #[schema(min_length = 1, max_length = 80, examples("Ada Lovelace"))]
    display_name: Option<String>,
    /// The language of the portal; `null` follows the browser.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^(en|de)$", examples("de"))]
    language: Change<String>,
}

/// Show the account
#[utoipa::path(
    get, path = "/api/v1/account", tag = "Account",
    responses((status = 200, body = Account, description = "The account that asks.")),
    security(("session" = []), ("bearer" = ["account:read"])),
)]
async fn get_account(call: Call, caller: ApiCaller) -> Result<Sent<Account>, Problem> {
    caller.account(&call, Scope::AccountRead).await?;
    shown(&call, &caller).await.map(Sent)
}

/// Change the profile
#[utoipa::path(
    patch, path = "/api/v1/account", tag = "Account",
    request_body = AccountChanges,
    responses((status = 200, body = Account, description = "The account as it is now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn update_account(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
    Json(changes): Json<AccountChanges>,
) -> Result<Sent<Account>, Problem> {
    let present = &signed_in.facts.account;
    let name = changes.display_name.as_deref().unwrap_or(&present.display_name);
    let language = match &changes.language {
        Change::Keep => &present.language,
        Change::Set(language) => language,
    };
    account::change_profile(&call, &signed_in, name, language.as_deref()).await?;
    let token = cookies.token(CookieName::Session).ok_or(FlowError::SignInAgain)?;
    let signed_in = session::authenticate(&call, &token).await?;
    shown(&call, &ApiCaller::Session(Box::new(signed_in))).await.map(Sent)
}

async fn shown(call: &Call, caller: &ApiCaller) -> Result<Account, Problem> {
    let (row, csrf_token) = match caller {
        ApiCaller::Session(session) => (&session.facts.account, Some(session.csrf.clone())),
        ApiCaller::Bearer(bearer) => (&bearer.facts.account, None),
    };
    let name = account::name_of(call, row.organisation_id).await?;
    let change = address::pending(call, row.id).await?;
    Ok(Account {
        id: row.id.to_string(),
        email: row.email.as_str().to_owned(),
        email_verified: row.email_verified_at.is_some(),
        email_change: change.map(|one| EmailChange { to: one.to, expires_at: one.expires_at.into() }),
        display_name: row.display_name.clone(),
        language: row.language.clone(),
        role: RoleName(row.role),
        organisation: Organisation { id: row.organisation_id.to_string(), name },
        created_at: row.created_at.into(),
        last_sign_in_at: row.last_sign_in_at.map(Time::from),
        second_step: summary(caller),
        csrf_token,
    })
}

fn summary(caller: &ApiCaller) -> SecondStepSummary {
    let (facts, enrolled) = match caller {
        ApiCaller::Session(session) => (&session.facts, session.enrolled.clone()),
        ApiCaller::Bearer(bearer) => (&bearer.facts, bearer.enrolled()),
    };
    let suspension =
        facts.suspension.as_ref().filter(|row| facts.policy.suspension.kinds.contains(&row.kind));
    SecondStepSummary {
        methods: enrolled.into_iter().map(MethodName).collect(),
        authenticators: facts.authenticators,
        email_codes_since: facts.account.email_codes_at.map(Time::from),
        recovery_key: facts.recovery_key.is_some(),
        suspended_until: suspension.map(|row| row.until.into()),
        suspension_kind: suspension.map(|row| SuspensionKindName(row.kind)),
    }
}
