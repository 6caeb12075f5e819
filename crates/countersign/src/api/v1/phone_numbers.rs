//! Phone numbers: the list, adding and proving one, removing one.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::id::PhoneNumberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::caller::{Id, Session};
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::email_code::Removal;
use crate::flow::phone::{self, PhoneLine};
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_phone_numbers, add_phone_number))
        .routes(routes!(forget_phone_number))
        .routes(routes!(prove_phone_number))
        .routes(routes!(remove_phone_number))
}

/// A phone number of the account. Nobody is told it whole.
#[derive(Serialize, ToSchema)]
struct PhoneNumber {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The number, masked.
    #[schema(examples("+49 170 *****78"))]
    number: String,
    /// When it was proved; of one that waits, when it was added.
    added_at: Time,
    /// When a code that went to it last signed in.
    last_used_at: Option<Time>,
    /// Until when it can be proved; `null`: it is.
    prove_until: Option<Time>,
}

impl From<PhoneLine> for PhoneNumber {
    fn from(line: PhoneLine) -> Self {
        Self {
            id: line.id.to_string(),
            number: line.masked,
            added_at: line.added_at.into(),
            last_used_at: line.last_used_at.map(Time::from),
            prove_until: line.waits_until.map(Time::from),
        }
    }
}

/// The account's phone numbers.
#[derive(Serialize, ToSchema)]
struct PhoneNumbers {
    /// The first added first; also one that waits for its proof.
    items: Vec<PhoneNumber>,
    /// How many the policy allows.
    most: u8,
    /// Whether they count: only beside another method, which the policy names.
    counts: bool,
}

/// A number to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPhoneNumber {
    /// With its country code, or as it is dialled in the installation's own country.
    #[schema(min_length = 3, max_length = 64, examples("+49 170 1234567"))]
    number: String,
}

/// List the phone numbers
#[utoipa::path(
    get, path = "/api/v1/account/phone-numbers", tag = "Phone numbers",
    responses((status = 200, body = PhoneNumbers, description = "The numbers, masked.")),
    security(("session" = [])),
)]
async fn list_phone_numbers(call: Call, Session(signed_in): Session) -> Result<Sent<PhoneNumbers>, Problem> {
    let lines = phone::list(&call, &signed_in).await?;
    Ok(Sent(PhoneNumbers {
        items: lines.into_iter().map(PhoneNumber::from).collect(),
        most: signed_in.facts.policy.phone_numbers_max,
        counts: signed_in.enrolled.contains(&countersign_core::method::Method::Phone),
    }))
}

/// Add a phone number
///
/// Needs recent proof, and a method that the phone counts beside. Nothing is called yet: a second step is opened. Ask for a
/// call or an SMS at `/api/v1/second-step/phone`; the right digits at `/api/v1/second-step` prove the number and end every
/// other session. A number that waited before is forgotten.
#[utoipa::path(
    post, path = "/api/v1/account/phone-numbers", tag = "Phone numbers",
    request_body = NewPhoneNumber,
    responses((status = 200, body = SignInState, description = "It waits for its proof. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn add_phone_number(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
    Json(input): Json<NewPhoneNumber>,
) -> Result<Sent<SignInState>, Problem> {
    let added = phone::start(&call, &signed_in, &input.number).await?;
    entry::challenged(&call, &cookies, &added.challenge).await.map(Sent)
}

/// Forget the phone number that waits for its proof
#[utoipa::path(
    delete, path = "/api/v1/account/phone-numbers/pending", tag = "Phone numbers",
    responses((status = 204, description = "No number waits any more.")),
    security(("session" = [])),
)]
async fn forget_phone_number(call: Call, Session(signed_in): Session) -> Result<StatusCode, Problem> {
    phone::cancel(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Go on with proving a phone number
///
/// Opens another second step for a number that was added and still waits.
#[utoipa::path(
    post, path = "/api/v1/account/phone-numbers/{id}/proof", tag = "Phone numbers",
    params(("id" = String, Path, format = "uuid", description = "The number.")),
    responses((status = 200, body = SignInState, description = "A second step waits. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn prove_phone_number(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
    Id(id): Id<PhoneNumberId>,
) -> Result<Sent<SignInState>, Problem> {
    let open = phone::start_proof(&call, &signed_in, id).await?;
    entry::challenged(&call, &cookies, &open).await.map(Sent)
}

/// Remove a phone number
///
/// Opens a second step of its own, whatever was proved before: a right answer at `/api/v1/second-step` removes the number
/// and ends every other session. A number that counts for nothing any more is removed at once, by recent proof.
#[utoipa::path(
    post, path = "/api/v1/account/phone-numbers/{id}/removal", tag = "Phone numbers",
    params(("id" = String, Path, format = "uuid", description = "The number.")),
    responses((status = 200, body = SignInState, description = "A second step waits (`challenge`), or it is done. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn remove_phone_number(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
    Id(id): Id<PhoneNumberId>,
) -> Result<Sent<SignInState>, Problem> {
    match phone::start_removal(&call, &signed_in, id).await? {
        Removal::Challenge(open) => entry::challenged(&call, &cookies, &open).await.map(Sent),
        Removal::Done(token) => entry::renewed(&call, &cookies, &token).await.map(Sent),
    }
}
