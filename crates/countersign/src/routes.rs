//! Which rooms are open: the routes of portal and API, and the words they speak.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::config::Settings;
use crate::http::voice::{PlainVoice, Voice};
use crate::time_source::Clock;

/// All routes of `serve`. The boundary adds its own around them.
pub fn all() -> Router<Arc<App>> {
    Router::new()
}

/// The voice of `serve`.
pub fn voice(_: &Settings, _: &Arc<dyn Clock>) -> Arc<dyn Voice> {
    Arc::new(PlainVoice)
}
