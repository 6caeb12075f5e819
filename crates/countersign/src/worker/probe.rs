//! Asking the bot, the trunks and the routes for SMS whether they would work, so that it is known before somebody needs them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use countersign_courier::sms::Condition;
use countersign_store::courier;
use tokio::sync::watch;

use crate::app::App;
use crate::flow::courier::{TELEGRAM, route_name, trunk_name};
use crate::observe::metrics;

/// How often they are asked.
const EVERY: Duration = Duration::from_secs(45);
/// How soon after the start they are asked first: sessions with short message centres take a moment.
const FIRST: Duration = Duration::from_secs(2);

/// The loop that asks.
pub(super) struct ProbeLoop {
    app: Arc<App>,
    /// Whether each worked when it was last asked.
    worked: BTreeMap<String, bool>,
}

impl ProbeLoop {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app, worked: BTreeMap::new() }
    }

    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let phones = &self.app.phones;
        if !self.app.messenger.is_on() && !phones.calls.is_on() && !phones.sms.is_on() {
            return;
        }
        let mut pause = FIRST;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stopped.changed() => return,
            }
            pause = EVERY;
            tokio::select! {
                () = self.look() => {}
                _ = stopped.changed() => return,
            }
        }
    }

    async fn look(&mut self) {
        let (bot, trunks) = tokio::join!(self.app.messenger.probe(), self.app.phones.calls.probe());
        let mut states: Vec<(String, Result<(), String>)> = Vec::new();
        states.extend(bot.map(|probe| (TELEGRAM.to_owned(), probe.result)));
        states.extend(trunks.into_iter().map(|trunk| (trunk_name(&trunk.trunk), trunk.result)));
        if let Ok(way) = self.app.phones.sms.open().await {
            for route in way.states() {
                let result = match route.condition {
                    Condition::Connecting => continue,
                    Condition::Ready => Ok(()),
                    Condition::Down { reason } => Err(reason),
                };
                states.push((route_name(&route.name), result));
            }
        }
        for (name, result) in states {
            self.note(name, result).await;
        }
    }

    async fn note(&mut self, name: String, result: Result<(), String>) {
        metrics::courier_up(&name, result.is_ok());
        let before = self.worked.insert(name.clone(), result.is_ok());
        match &result {
            Err(reason) if before != Some(false) => {
                tracing::error!(courier = name, reason, "it does not work; see countersign doctor");
            }
            Ok(()) if before == Some(false) => tracing::info!(courier = name, "it works again"),
            _ => {}
        }
        let data = (name, result, self.app.clock.now());
        let job = self.app.deps.store.write(data, |tx, (name, result, now)| {
            Box::pin(async move {
                match result {
                    Ok(()) => courier::worked(tx, name, *now).await,
                    Err(reason) => courier::failed(tx, name, *now, reason).await,
                }
            })
        });
        if let Err(error) = job.await {
            tracing::warn!(%error, "how trunks and routes do was not noted");
        }
    }
}
