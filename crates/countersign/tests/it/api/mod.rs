//! The JSON API.

mod address;
mod bad_input;
mod bearer;
mod description;
mod journey;
mod limits;
mod links;
mod mail;
mod organisation;
mod organisation_policy;
mod phone;
mod rights;
mod support;
mod telegram;
