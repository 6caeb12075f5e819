//! Which rooms are open: the routes of portal and API, and the words they speak.

use std::sync::Arc;

use axum::Router;

use crate::api;
use crate::app::App;
use crate::config::Settings;
use crate::http::{self, voice::Voice};
use crate::portal::{self, PortalVoice};
use crate::time_source::Clock;

/// All routes of `serve`. The boundary adds its own around them.
pub fn all() -> Router<Arc<App>> {
    portal::routes(api::document).into_router().merge(api::routes())
}

/// The addresses of all pages, the boundary's own among them, as the router spells them. Those of the API stand in
/// [`api::document`].
pub fn pages() -> Vec<&'static str> {
    [portal::routes(api::document).addresses(), http::own().addresses()].concat()
}

/// The voice of `serve`.
pub fn voice(settings: &Settings, clock: &Arc<dyn Clock>) -> Arc<dyn Voice> {
    Arc::new(PortalVoice { product: settings.product.clone(), clock: Arc::clone(clock) })
}
