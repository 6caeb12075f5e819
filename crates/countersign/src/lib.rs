//! Countersign: a self-hosted two-factor authentication server with its own account portal.

pub mod api;
pub mod app;
pub mod config;
pub mod entropy;
pub mod flow;
pub mod hasher;
pub mod http;
pub mod language;
pub mod observe;
pub mod server;
pub mod time_source;
pub mod worker;
