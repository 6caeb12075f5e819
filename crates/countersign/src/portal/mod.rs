//! What a person sees: words, pages and how they look, and the handlers that draw them.

pub mod assets;
mod draft;
mod handlers;
pub mod view;
mod visit;
mod voice;

pub use handlers::{Description, routes};
pub use voice::PortalVoice;
