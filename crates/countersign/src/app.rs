//! The application: what every part is given, put together once at start.

pub mod couriers;
pub mod post;
pub mod telegram;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use countersign_core::audit::Actor;
use countersign_core::entropy::Entropy;
use countersign_core::password::Parameters;
use countersign_courier::Post;
use countersign_courier::telegram::Messenger;
use countersign_store::{Store, StoreError, StoreSettings, clock as high_water, setting};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;

use self::couriers::{Couriers, Phones};
use crate::config::keyfile::{KeyFile, KeyFileError};
use crate::config::{Database, FolderError, Settings, prepare_data_dir};
use crate::entropy::{NoEntropy, OsEntropy};
use crate::flow::keys::KeyFault;
use crate::flow::{Call, Deps, FlowError, Origin, keys};
use crate::hasher::PasswordPool;
use crate::http::voice::Voice;
use crate::http::waiting::Waiting;
use crate::sso::Outside;
use crate::time_source::{Clock, MarkedClock};

/// The database's setting that says what kind of installation it belongs to.
const INSTALLATION: &str = "installation";

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
    /// How letters leave the house.
    pub post: Arc<Post>,
    /// How Telegram messages do.
    pub messenger: Arc<Messenger>,
    /// How calls and SMS do.
    pub phones: Arc<Phones>,
    /// Who waits here for an answer in Telegram.
    pub waiting: Arc<Waiting>,
    /// What has been counted.
    pub metrics: PrometheusHandle,
}

/// Makes the voice of an application, for the time of `clock`.
pub type VoiceMaker = fn(&Settings, &Arc<dyn Clock>) -> Arc<dyn Voice>;

/// What a data folder and its database are for. The two kinds never mix: a demonstration's accounts have known passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installation {
    /// Real people.
    Real,
    /// A demonstration.
    Demo,
    /// Whichever it is: the command line works on both.
    Any,
}

impl Installation {
    const fn mark(self) -> Option<&'static str> {
        match self {
            Self::Real => Some("real"),
            Self::Demo => Some("demo"),
            Self::Any => None,
        }
    }
}

/// Why the application cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The key file.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The machine's randomness.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The database.
    #[error("the database cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The database, asked through a flow.
    #[error("the database cannot be used: {0}")]
    Flow(#[from] FlowError),
    /// The hashing threads.
    #[error("the password threads cannot be started: {0}")]
    Threads(std::io::Error),
    /// The key file does not fit the database.
    #[error("the key file does not fit the database: {}. Put the right key file back", listed(.0))]
    Ring(Vec<KeyFault>),
    /// A demonstration's data under `serve`, or the other way round.
    #[error("this is the data of a {0} installation; give the other kind another --data folder or database")]
    WrongInstallation(String),
}

fn listed(faults: &[KeyFault]) -> String {
    let told = faults.iter().map(|fault| match fault {
        KeyFault::Missing(id) => format!("{id} is needed and not in it"),
        KeyFault::Different(id) => format!("its {id} is another key than the one used so far"),
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What an application takes from the machine it runs on. Rules get all of it as values, so whoever assembles an
/// application decides what they see.
pub struct Machine {
    /// What says what time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// What a new password hash costs.
    pub parameters: Parameters,
    /// How many threads hash passwords; the right number is that of the cores.
    pub threads: usize,
    /// How letters, messages and calls leave the house.
    pub couriers: Couriers,
}

impl Machine {
    /// This machine: its clock held up by the database's mark, its generator, the parameters of the product, and these
    /// couriers.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn real(couriers: Couriers) -> Result<Self, NoEntropy> {
        Ok(Self {
            clock: Arc::new(MarkedClock::default()),
            entropy: Arc::new(OsEntropy::new()?),
            parameters: Parameters::DEFAULT,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            couriers,
        })
    }
}

impl App {
    /// Puts everything together on this machine: data folder, keys, database, hashing threads. Makes what is missing of
    /// the first two.
    ///
    /// # Errors
    ///
    /// When something cannot be used, or the database needs a key that is not there.
    pub async fn open(
        settings: Settings,
        installation: Installation,
        voice: VoiceMaker,
        couriers: Couriers,
        metrics: PrometheusHandle,
    ) -> Result<Self, StartError> {
        Self::assemble(settings, installation, voice, metrics, Machine::real(couriers)?).await
    }

    /// As [`Self::open`], with the machine as an argument.
    ///
    /// # Errors
    ///
    /// When something cannot be used, or the database needs a key that is not there.
    pub async fn assemble(
        settings: Settings,
        installation: Installation,
        voice: VoiceMaker,
        metrics: PrometheusHandle,
        machine: Machine,
    ) -> Result<Self, StartError> {
        let Machine { clock, entropy, parameters, threads, couriers } = machine;
        let Couriers { post, messenger, phones, mut reach, chat_page } = couriers;
        reach.chat_page = chat_page.map(|path| settings.public_address.link(path));
        prepare_data_dir(&settings.data_dir)?;
        let file = KeyFile::load_or_create(&settings.keys_file, clock.now(), &*entropy)?;
        let ring = Arc::new(file.ring()?);
        let store = Store::open(&store_settings(&settings)).await?;
        if let Some(mark) = high_water::read(&mut store.reader().await?).await? {
            clock.learn(mark);
        }
        let hasher = PasswordPool::start(threads, Arc::clone(&ring), Arc::clone(&entropy), parameters)
            .map_err(StartError::Threads)?;
        let product = settings.product.clone();
        let language = settings.default_language.tag().to_owned();
        let (post_wake, mail) = (Arc::new(Notify::new()), post.is_on());
        let identity = Arc::new(Outside::of(&settings));
        let dispatch_wake = Arc::default();
        let deps = Deps {
            store,
            keys: ring,
            entropy,
            hasher,
            mail,
            post_wake,
            reach,
            dispatch_wake,
            language,
            identity,
            product,
        };
        let deps = Arc::new(deps);
        let voice = voice(&settings, &clock);
        let (post, messenger, phones) = (Arc::new(post), Arc::new(messenger), Arc::new(phones));
        let waiting = Arc::default();
        let app = Self { settings, deps, clock, voice, post, messenger, phones, waiting, metrics };
        app.check_installation(installation).await?;
        match &*keys::faults(&app.call(Actor::System, "start")).await? {
            [] => Ok(app),
            faults => Err(StartError::Ring(faults.to_vec())),
        }
    }

    async fn check_installation(&self, wanted: Installation) -> Result<(), StartError> {
        let Some(wanted) = wanted.mark() else { return Ok(()) };
        let job = self.deps.store.write(wanted, |tx, wanted| {
            Box::pin(async move {
                setting::put_if_absent(tx, INSTALLATION, wanted).await?;
                setting::get(tx, INSTALLATION).await
            })
        });
        match job.await? {
            Some(found) if found != wanted => Err(StartError::WrongInstallation(found)),
            _ => Ok(()),
        }
    }

    /// A call that is no request's: the command line's or a job's. `what` stands in place of a request's id.
    pub fn call(&self, actor: Actor, what: &str) -> Call {
        let origin = Origin {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: String::new(),
            request_id: what.to_owned(),
            actor,
        };
        Call { deps: Arc::clone(&self.deps), now: self.clock.now(), origin: Arc::new(origin) }
    }
}

/// How the store is opened with these settings.
pub fn store_settings(settings: &Settings) -> StoreSettings {
    let database = match &settings.database {
        Database::Sqlite(path) => countersign_store::Database::Sqlite(path.clone()),
        Database::Postgres(url) => countersign_store::Database::Postgres(url.reveal().to_owned()),
    };
    StoreSettings {
        database,
        readers: settings.store.readers,
        connections: settings.store.connections,
        grouping: settings.store.group_commits,
    }
}

#[cfg(test)]
pub(crate) mod testing;
