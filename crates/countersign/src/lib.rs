//! The Countersign server: two-factor authentication with its own account portal. `ARCHITECTURE.md` is the map.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod entropy;
pub mod flow;
pub mod hasher;
pub mod http;
pub mod language;
pub mod letters;
pub mod observe;
pub mod portal;
mod qr;
pub mod routes;
pub mod server;
pub mod sso;
pub mod time_source;
pub mod words;
pub mod worker;
