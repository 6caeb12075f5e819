//! How a server starts and stops, whatever it serves.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;

use super::{Exit, Failure, out};
use crate::app::couriers::Couriers;
use crate::app::{App, Installation, StartError, VoiceMaker};
use crate::config::Settings;
use crate::observe::metrics;
use crate::worker::Worker;
use crate::{http, server};

/// A server to be started: `serve`'s, or the demonstration's.
pub struct Start {
    /// The settings.
    pub settings: Settings,
    /// What the data are for.
    pub installation: Installation,
    /// How its letters, messages and calls leave the house.
    pub couriers: Couriers,
    /// Its words.
    pub voice: VoiceMaker,
    /// Its routes, without the boundary's own.
    pub routes: Router<Arc<App>>,
}

impl Start {
    /// Listens, opens everything, lets `prepare` do its part, and serves until the process is told to stop.
    ///
    /// # Errors
    ///
    /// When an address cannot be listened on or something cannot be opened.
    pub fn run(self, prepare: impl AsyncFnOnce(&App) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut settings = self.settings;
        // Listening comes first: whoever asks while the rest starts waits in the queue and is not turned away.
        let listeners = server::bind(&settings.listen).map_err(|(address, error)| {
            Failure::new(Exit::Failed, format!("cannot listen on {address}: {error}"))
        })?;
        let bound: Vec<SocketAddr> = listeners.iter().filter_map(|one| one.local_addr().ok()).collect();
        if let Some(first) = bound.first() {
            settings.public_address = settings.public_address.once_bound(*first);
        }
        let failed = |error: std::io::Error| Failure::new(Exit::Failed, error);
        let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
        runtime.map_err(failed)?.block_on(async {
            let figures = metrics::install();
            let app = App::open(settings, self.installation, self.voice, self.couriers, figures).await;
            let app = app.inspect_err(|error: &StartError| tracing::error!(%error, "cannot start"))?;
            prepare(&app).await?;
            serve(Arc::new(app), listeners, self.routes, &bound).await
        })
    }
}

async fn serve(
    app: Arc<App>,
    listeners: Vec<TcpListener>,
    routes: Router<Arc<App>>,
    bound: &[SocketAddr],
) -> Result<(), Failure> {
    let tls = match &app.settings.tls {
        None => None,
        Some(files) => match server::load_certificate(files).await {
            Ok(certificate) => Some((files.clone(), certificate)),
            Err(error) => {
                return Err(Failure::new(Exit::Usage, format!("the certificate cannot be used: {error}")));
            }
        },
    };
    let worker = Worker::start(Arc::clone(&app));
    out::line(format_args!("Countersign is at {}", app.settings.public_address.link("/")));
    tracing::info!(listen = ?bound, database = ?app.deps.store.backend(), "started");
    let waiting = Arc::clone(&app.waiting);
    let stopping = move || waiting.close();
    let outcome = server::serve(listeners, http::surround(routes, &app), tls, stopping).await;
    worker.stop().await;
    if let Err(error) = app.deps.store.close().await {
        tracing::error!(%error, "the database was not closed cleanly");
    }
    tracing::info!("stopped");
    outcome.map_err(|error| Failure::new(Exit::Failed, error))
}
