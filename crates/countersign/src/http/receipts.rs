//! Receipts that gateways for SMS post: which route it is stands in the address, and the route's secret proves who posts. For
//! everybody else there is nothing here.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_courier::http_sms::{HttpReceipt, parse_http_receipt};
use data_encoding::BASE64;

use super::body;
use super::problem::{self, Problem};
use crate::app::App;

/// Where receipts are posted, but for the name of the route.
pub(super) const PATH: &str = "/sms/receipts/";
/// The same as a route.
pub(super) const ROUTE: &str = "/sms/receipts/{route}";

/// The longest receipt in bytes. They have a few hundred.
const LONGEST: usize = 64 * 1024;
/// The field of the address that may hold the secret, for gateways that can show it nowhere else.
const FIELD: &str = "secret";

/// One receipt. It may come again and again: what it says is written down once. After 503 the gateway is to bring it again.
pub(super) async fn receipt(
    State(app): State<Arc<App>>,
    Path(route): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let door = app.settings.sms.as_ref().and_then(|sms| sms.door(&route));
    let (_, settings) = door
        .filter(|(door, _)| shown(&request).is_some_and(|secret| door.opens(&secret)))
        .ok_or_else(|| Problem::new(&problem::NOT_FOUND))?;
    let is_json = body::is_of_type(request.headers(), "application/json");
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = body::read(request, LONGEST).await?;
    let told = match (is_json, body.is_empty()) {
        (_, true) => HttpReceipt::Fields(query.as_bytes()),
        (true, false) => HttpReceipt::Json(&body),
        (false, false) => HttpReceipt::Fields(&body),
    };
    let receipt = parse_http_receipt(settings, told).ok_or_else(|| Problem::new(&problem::MALFORMED))?;
    if app.phones.sms.bring(receipt).await {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::new(&problem::UNAVAILABLE))
    }
}

/// The secret as it is shown: as a bearer's token, as the password of whatever user (RFC 7617), or in the address.
fn shown(request: &Request) -> Option<Vec<u8>> {
    in_header(request.headers()).or_else(|| {
        let fields = url::form_urlencoded::parse(request.uri().query()?.as_bytes());
        let mut secrets =
            fields.filter(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned().into_bytes());
        let first = secrets.next()?;
        secrets.next().is_none().then_some(first)
    })
}

fn in_header(headers: &HeaderMap) -> Option<Vec<u8>> {
    let (kind, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if kind.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().as_bytes().to_vec());
    }
    let login = kind.eq_ignore_ascii_case("basic").then(|| BASE64.decode(value.trim().as_bytes()).ok())??;
    let colon = login.iter().position(|byte| *byte == b':')?;
    Some(login[colon + 1..].to_vec())
}
