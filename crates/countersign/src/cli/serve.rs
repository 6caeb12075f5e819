//! `serve`.

use clap::Args;
use countersign_core::audit::Actor;

use super::start::Start;
use super::{Common, EXIT_CODES, Failure, out};
use crate::app::couriers::Couriers;
use crate::app::{App, Installation};
use crate::flow::{link, policy};
use crate::observe::log;
use crate::routes;

/// The short name of the organisation that a new installation starts with.
const FIRST_ORGANISATION: &str = "main";

/// Start the server.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "Start the server. It needs no configuration: SQLite and a generated key file in the data folder, \
    listening on this machine only. While there is no administrator it prints a one-time address at which the first one \
    is made.\n\nExamples:\n  countersign serve\n  \
    countersign serve --listen 0.0.0.0:8080 --public-address https://account.example.org\n  \
    DATABASE_URL=postgres://… countersign --config /etc/countersign.toml serve\n\n\
    SIGTERM and SIGINT let requests in progress finish, for up to ten seconds. SIGHUP reads the certificate again."
)]
pub(super) struct Serve {
    /// Address and port to listen on; several with commas [built in: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESSES")]
    listen: Option<String>,
    /// The address people type; it alone builds links [built in: localhost and the port].
    #[arg(long, value_name = "ADDRESS")]
    public_address: Option<String>,
}

impl Serve {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let flags = [("listen", self.listen), ("public_address", self.public_address)];
        let flags = flags.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let settings = common.settings(flags)?;
        log::install(settings.log);
        for warning in settings.warnings() {
            tracing::warn!("{warning}");
        }
        let start = Start {
            couriers: Couriers::of(&settings)?,
            settings,
            installation: Installation::Real,
            voice: routes::voice,
            routes: routes::all(),
        };
        start.run(async |app| invite_first_administrator(app).await)
    }
}

/// Makes what a new installation needs, and tells the address at which its first administrator is made.
async fn invite_first_administrator(app: &App) -> Result<(), Failure> {
    let call = app.call(Actor::System, "start");
    policy::ensure_organisation(&call, &app.settings.product, FIRST_ORGANISATION).await?;
    if let Some(token) = link::first_administrator(&call).await? {
        let address = app.settings.public_address.link(&format!("/link/{}", *token.reveal()));
        out::line(format_args!("There is no administrator yet. Within 24 hours, open\n\n  {address}\n"));
    }
    Ok(())
}
