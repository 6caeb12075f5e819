//! The listening sockets: plain or TLS, bounded in time and size, drained when the process is told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::config::TlsSettings;

/// How long a client may take to send a request's head, and an open connection may wait for the next one.
const HEAD_WITHIN: Duration = Duration::from_secs(20);

/// Longest head of a request. Browsers send 1 to 4 KiB.
const LONGEST_HEAD: usize = 32 * 1024;

/// Most fields in a head.
const MOST_FIELDS: usize = 100;

/// Most requests at once over one HTTP/2 connection.
const MOST_STREAMS: u32 = 100;

/// How long requests that are being answered may still take when the process is told to stop.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Binds every address, so that a port in use is known before anything else is done.
///
/// # Errors
///
/// The first address that cannot be bound, and why.
pub fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, (SocketAddr, io::Error)> {
    let bind = |address: &SocketAddr| {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    addresses.iter().map(|address| bind(address).map_err(|error| (*address, error))).collect()
}

/// Reads the certificate. TLS 1.2 and 1.3 only, by rustls with ring.
///
/// # Errors
///
/// When the files hold no usable chain and key.
pub async fn load_certificate(tls: &TlsSettings) -> io::Result<RustlsConfig> {
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await
}

/// Serves `routes` on all `listeners` until SIGTERM or SIGINT, then calls `stopping` and lets the requests in progress
/// finish. SIGHUP reads the certificate again.
///
/// # Errors
///
/// When a listener breaks or the signals cannot be heard.
pub async fn serve(
    listeners: Vec<TcpListener>,
    routes: Router,
    tls: Option<(TlsSettings, RustlsConfig)>,
    stopping: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let mut servers = JoinSet::new();
    for listener in listeners {
        let service = routes.clone().into_make_service_with_connect_info::<SocketAddr>();
        if let Some((_, certificate)) = &tls {
            let mut server =
                axum_server::from_tcp_rustls(listener, certificate.clone())?.handle(handle.clone());
            bound(server.http_builder());
            servers.spawn(async move { server.serve(service).await });
        } else {
            let mut server: Server<SocketAddr> = axum_server::from_tcp(listener)?.handle(handle.clone());
            bound(server.http_builder());
            servers.spawn(async move { server.http1_only().serve(service).await });
        }
    }
    let stopping = tokio::spawn(stop_on_signal(handle, stopping));
    let reloading = tokio::spawn(reload_on_signal(tls));
    let mut outcome = Ok(());
    while let Some(ended) = servers.join_next().await {
        outcome = outcome.and(ended.unwrap_or_else(|error| Err(io::Error::other(error))));
    }
    stopping.abort();
    reloading.abort();
    outcome
}

fn bound(builder: &mut Builder<TokioExecutor>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(LONGEST_HEAD)
        .max_headers(MOST_FIELDS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(MOST_STREAMS)
        .keep_alive_interval(HEAD_WITHIN)
        .keep_alive_timeout(HEAD_WITHIN);
}

async fn stop_on_signal(handle: Handle<SocketAddr>, stopping: impl FnOnce()) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!(open = handle.connection_count(), "stopping: requests in progress are finished");
    // Whoever waits for something would wait through all of that time.
    stopping();
    handle.graceful_shutdown(Some(DRAIN));
    Ok(())
}

/// Without a certificate SIGHUP does nothing, rather than end the process as it would by itself.
async fn reload_on_signal(tls: Option<(TlsSettings, RustlsConfig)>) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    while hangup.recv().await.is_some() {
        let Some((settings, certificate)) = &tls else { continue };
        match certificate.reload_from_pem_file(&settings.certificate, &settings.key).await {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate was not read again; the old one stays"),
        }
    }
    Ok(())
}

/// Makes ring the one TLS provider of the process. The first thing that `main` does.
pub fn install_tls_provider() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider is installed already");
    }
}
