//! Forms of pages, and query strings. A form that reaches its handler came from a page of ours, was shown in this very
//! browser, and holds exactly the fields that its type names.

use std::collections::BTreeSet;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::{self, Problem};
use super::strict::{self, Fault, Located};
use super::{body, csrf, fields};

/// No form of ours is anywhere near it.
pub const LONGEST_FORM: usize = 16 * 1024;

/// A form with a list of people in it: a mebibyte, each of whose bytes may take three in a form.
pub const LONGEST_LIST: usize = 3 * 1024 * 1024 + LONGEST_FORM;

/// A form's fields, its token checked. Must be the last argument of a handler, after what proves the session.
#[derive(Clone, Copy, Debug)]
pub struct Form<T>(pub T);

/// As [`Form`], of up to [`LONGEST_LIST`] bytes.
#[derive(Clone, Copy, Debug)]
pub struct LargeForm<T>(pub T);

/// A form that is one button: its token and nothing else.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct NoFields {}

/// The fields of the query string. Reading only: a handler that changes something takes a [`Form`].
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

fn refused(fault: Located) -> Problem {
    let error = fault.into_error();
    Problem::new(&problem::MALFORMED).about(error.field, error.text)
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, LONGEST_FORM).await.map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for LargeForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, LONGEST_LIST).await.map(Self)
    }
}

async fn read<T: DeserializeOwned>(request: Request, longest: usize) -> Result<T, Problem> {
    if !body::is_of_type(request.headers(), "application/x-www-form-urlencoded") {
        return Err(Problem::new(&problem::MEDIA_TYPE));
    }
    let in_address = fields::parse(request.uri().query().unwrap_or_default().as_bytes()).map_err(refused)?;
    let extensions = request.extensions().clone();
    let header_token = csrf::header_token(request.headers()).map(str::to_owned);
    let bytes = body::read(request, longest).await?;
    let mut sent = fields::parse(&bytes).map_err(refused)?;
    refuse_doubles(&in_address, &sent)?;
    let token = sent.iter().position(|(name, _)| name == csrf::FIELD).map(|index| sent.remove(index).1);
    csrf::check_token(&extensions, token.as_deref().or(header_token.as_deref()))?;
    strict::from_fields(sent).map_err(refused)
}

/// The same name twice, or once in the address and once in the body: two readers could take different ones.
fn refuse_doubles(in_address: &[(String, String)], sent: &[(String, String)]) -> Result<(), Problem> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (name, _) in in_address {
        seen.insert(name);
    }
    match sent.iter().find(|(name, _)| !seen.insert(name)) {
        Some((name, _)) => Err(refused(Located::new(name.clone(), Fault::Twice))),
        None => Ok(()),
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let sent = fields::parse(parts.uri.query().unwrap_or_default().as_bytes()).map_err(refused)?;
        strict::from_fields(sent).map(Query).map_err(refused)
    }
}
