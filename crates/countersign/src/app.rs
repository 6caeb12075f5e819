//! The application: what every part is given, put together once at start.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::config::Settings;
use crate::flow::Deps;
use crate::http::voice::Voice;
use crate::time_source::Clock;

/// What handlers and jobs are given. One for the life of the process.
pub struct App {
    /// What the operator set.
    pub settings: Settings,
    /// What flows work with.
    pub deps: Arc<Deps>,
    /// What says what time it is.
    pub clock: Arc<dyn Clock>,
    /// How errors are worded and drawn.
    pub voice: Arc<dyn Voice>,
    /// What has been counted.
    pub metrics: PrometheusHandle,
}
