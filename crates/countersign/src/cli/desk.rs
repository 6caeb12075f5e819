//! What a command that works on the database has open while it runs.

use std::future::Future;

use countersign_core::audit::Actor;

use super::{Common, Exit, Failure};
use crate::app::couriers::Couriers;
use crate::app::{App, Installation};
use crate::flow::Call;
use crate::observe::metrics;
use crate::routes;

/// Opens the installation, lets `work` use it as the command line, and closes it. `name` is the command's, for the
/// audit log. Works beside a serving server.
///
/// # Errors
///
/// When the installation cannot be opened, does not exist yet, or `work` fails.
pub fn with_call<T, F>(common: &Common, name: &str, work: impl FnOnce(App, Call) -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let settings = common.settings(Vec::new())?;
    if !settings.keys_file.exists() {
        let path = settings.keys_file.display();
        let message =
            format!("there is no key file {path}; `countersign serve` makes one on its first start");
        return Err(Failure::new(Exit::Unreachable, message));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Failed, error))?;
    runtime.block_on(async {
        let handle = metrics::recorder().handle();
        let couriers = Couriers::of(&settings)?;
        let app = App::open(settings, Installation::Any, routes::voice, couriers, handle).await?;
        let store = app.deps.store.clone();
        let call = app.call(Actor::CommandLine, &format!("cli {name}"));
        let outcome = work(app, call).await;
        store.close().await.map_err(|error| Failure::new(Exit::Unreachable, error))?;
        outcome
    })
}
