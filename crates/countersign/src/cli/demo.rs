//! `demo`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use countersign_core::audit::Actor;
use countersign_core::entropy::Entropy;
use countersign_courier::Post;
use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::telegram::TelegramTray;
use countersign_courier::tray::Tray;
use data_encoding::HEXLOWER;

use super::start::Start;
use super::told::{refused, table};
use super::{EXIT_CODES, Exit, Failure, out};
use crate::app::couriers::Couriers;
use crate::app::{App, Installation};
use crate::config::{Settings, prepare_data_dir};
use crate::demo::{self, plan::Plan};
use crate::entropy::OsEntropy;
use crate::observe::log;
use crate::routes;
use crate::words::Words;

/// How long the phone on the page rings.
const RING: Duration = Duration::from_secs(20);

/// Try the product: ready accounts, a page that stands in for the phone, nothing kept.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
#[command(
    long_about = "Try the product with nothing in hand: five organisations, one for each preset, ready accounts whose \
    passwords are printed, and a page that stands in for their phones: authenticator apps, calls, SMS, chats in Telegram \
    and e-mails. Open the address that \
    is printed.\n\nEverything is kept in a temporary folder that is removed when the demo stops (Ctrl+C). Settings from \
    files and the environment do not count here.\n\nExample:\n  countersign demo --listen 127.0.0.1:9000"
)]
pub(super) struct Demo {
    /// Address and port to listen on; this machine only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Demo {
    /// `ignored`: a flag that was given and means nothing here.
    pub(super) fn run(self, ignored: Option<&str>) -> Result<(), Failure> {
        if let Some(name) = ignored {
            let message =
                format!("the demo keeps nothing and reads no settings: leave --{} away", flag(name));
            return Err(Failure::new(Exit::Usage, message));
        }
        if !self.listen.ip().is_loopback() {
            let message = "ready accounts are for this machine only: listen on 127.0.0.1 or [::1]";
            return Err(Failure::new(Exit::Usage, message));
        }
        let entropy = OsEntropy::new().map_err(|error| Failure::new(Exit::Failed, error))?;
        let folder = TemporaryFolder::new(&entropy)?;
        let settings = settings(&folder.0, self.listen)?;
        log::install(settings.log);
        let plan = Arc::new(Plan::new(&entropy));
        let trays = Couriers::trays(Post::Tray(Tray::new()), TelegramTray::new(), &PhoneTray::new(RING));
        let start = Start {
            settings,
            installation: Installation::Demo,
            couriers: Couriers { chat_page: Some(demo::CHAT_PAGE), ..trays },
            voice: routes::voice,
            routes: routes::all().merge(demo::routes(Arc::clone(&plan))),
        };
        start.run(async |app| prepare(app, &plan).await)
    }
}

fn flag(name: &str) -> String {
    if name == "data_dir" { "data".to_owned() } else { name.replace('_', "-") }
}

/// The demo's settings: nothing of the machine's, so that no real database is ever filled with ready accounts.
fn settings(folder: &Path, listen: SocketAddr) -> Result<Settings, Failure> {
    let mut flags = vec![
        ("data_dir", folder.display().to_string()),
        ("listen", listen.to_string()),
        ("log.level", "warn".to_owned()),
        ("api.reference", "everybody".to_owned()),
    ];
    if listen.port() != 0 {
        flags.push(("public_address", format!("http://{listen}")));
    }
    Ok(Settings::from_parts("", Vec::new(), flags)?)
}

async fn prepare(app: &App, plan: &Plan) -> Result<(), Failure> {
    let call = app.call(Actor::System, "demo");
    demo::seed(&call, plan).await.map_err(refused)?;
    demo::open_chats(app);
    let start = app.settings.public_address.link("/demo");
    out::line(format_args!("The demo is ready. Open\n\n  {start}\n"));
    let lines: Vec<Vec<String>> = plan
        .shown(Words::default())
        .into_iter()
        .flat_map(|organisation| {
            let preset = organisation.preset;
            organisation
                .accounts
                .into_iter()
                .map(move |account| vec![preset.clone(), account.email, account.password, account.about])
        })
        .collect();
    table(&["preset", "e-mail", "password", "what it shows"], &lines);
    out::line(format_args!(
        "\nTheir phones: {}\nCtrl+C stops the demo and removes everything.\n",
        app.settings.public_address.link("/demo/tray")
    ));
    Ok(())
}

/// A folder that goes with the demo.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new(entropy: &dyn Entropy) -> Result<Self, Failure> {
        let mut name = [0; 8];
        entropy.fill(&mut name);
        let path = std::env::temp_dir().join(format!("countersign-demo-{}", HEXLOWER.encode(&name)));
        prepare_data_dir(&path).map_err(|error| Failure::new(Exit::Unreachable, error))?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            out::note(format_args!("countersign: {} was not removed: {error}", self.0.display()));
        }
    }
}
