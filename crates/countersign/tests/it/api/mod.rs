//! The JSON API.

mod bad_input;
mod bearer;
mod description;
mod journey;
mod links;
mod limits;
mod rights;
