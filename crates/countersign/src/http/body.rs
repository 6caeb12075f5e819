//! Reads a body that may not be longer than it should be.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use futures_util::StreamExt;

use super::problem::{self, Problem};

/// The whole body, of at most `limit` bytes.
pub(super) async fn read(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(&problem::TOO_LARGE);
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(too_large());
    }
    let mut stream = Body::into_data_stream(request.into_body());
    let mut whole = Vec::new();
    while let Some(chunk) = stream.next().await {
        // The client went away or sent a broken transfer; nobody will read this answer.
        let chunk = chunk.map_err(|_| Problem::new(&problem::MALFORMED))?;
        if whole.len() + chunk.len() > limit {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}

/// Whether the body is of this media type. Only `charset=utf-8` may follow it.
pub(super) fn is_of_type(headers: &HeaderMap, expected: &str) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let charset = parameters.trim().to_ascii_lowercase().replace('"', "");
    kind.trim().eq_ignore_ascii_case(expected) && matches!(&*charset, "" | "charset=utf-8")
}
