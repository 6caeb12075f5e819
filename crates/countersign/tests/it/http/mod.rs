//! The boundary: forms, origins, addresses, faults, text.

mod faults;
mod forms;
mod origin;
mod routes;
mod sweep;
mod text;
mod webhook;
