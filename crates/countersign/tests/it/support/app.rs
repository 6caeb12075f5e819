//! The application under test: assembled as `serve` does it, on a machine whose clock and dice the test holds.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use countersign::app::couriers::Couriers;
use countersign::app::{App, Installation, Machine};
use countersign::config::Settings;
use countersign::flow::policy;
use countersign::flow::reach::Reach;
use countersign::flow::{Call, audit};
use countersign::observe::metrics::recorder;
use countersign::routes;
use countersign::time_source::Clock;
use countersign_core::audit::Actor;
use countersign_core::entropy::testing::CountingEntropy;
use countersign_core::password::Parameters;
use countersign_core::policy::SignUp;
use countersign_core::preset::Preset;
use countersign_core::time::Timestamp;
use countersign_courier::Post;
use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};
use tower::ServiceExt;

use super::{Browser, Kind, PUBLIC, Place, Written};

/// When every story begins: 15 January 2026, 10:00 UTC, at the beginning of a code's thirty seconds.
const BEGIN: i64 = 1_768_471_200_000;

/// A clock that stands still until it is turned.
pub(crate) struct TurnedClock(AtomicI64);

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// How an application is set up.
#[derive(Clone)]
pub(crate) struct Options {
    /// On which database.
    pub(crate) kind: Kind,
    /// The policy of the organisation.
    pub(crate) preset: Preset,
    /// Who may sign up.
    pub(crate) sign_up: SignUp,
    /// More lines of the configuration file.
    pub(crate) settings: String,
    /// Whether letters go out.
    pub(crate) mail: bool,
    /// What reaches people beside mail, as flows know it; `None`: nothing does.
    pub(crate) reach: Option<Reach>,
    /// What a password hash costs: almost nothing, unless the cost is what is tested.
    pub(crate) parameters: Parameters,
}

impl Default for Options {
    fn default() -> Self {
        let (kind, preset) = (Kind::Sqlite, Preset::Authenticator);
        let parameters = Parameters::new(64, 1, 1).unwrap();
        let (settings, reach) = (String::new(), None);
        Self { kind, preset, sign_up: SignUp::Open, settings, mail: true, reach, parameters }
    }
}

/// One running application. Several may share a place: replicas, or one after the other.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<TurnedClock>,
    pub(crate) place: Arc<Place>,
    routes: Router,
    options: Options,
    figures: PrometheusHandle,
    transcript: Arc<Mutex<Vec<u8>>>,
    panics_expected: AtomicBool,
    // Panics of this test's thread are counted here, not in the process's own figures.
    recorder: Option<metrics::LocalRecorderGuard<'static>>,
}

impl TestApp {
    /// On SQLite, with the preset `authenticator` and open sign-up.
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// As [`Self::start`], on the given database.
    pub(crate) async fn on(kind: Kind) -> Self {
        Self::with(Options { kind, ..Options::default() }).await
    }

    /// As [`Self::start`], with another preset.
    pub(crate) async fn preset(preset: Preset) -> Self {
        Self::with(Options { preset, ..Options::default() }).await
    }

    /// As [`Self::start`], where no letter can be sent.
    pub(crate) async fn without_mail() -> Self {
        Self::with(Options { mail: false, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Written::collect();
        let recorder: &'static PrometheusRecorder = Box::leak(Box::new(recorder()));
        let guard = metrics::set_default_local_recorder(recorder);
        let place = Arc::new(Place::new(options.kind));
        let clock = Arc::new(TurnedClock(AtomicI64::new(BEGIN)));
        let app = assemble(&place, &clock, &options, recorder.handle()).await;
        let call = app.call(Actor::System, "start");
        policy::ensure_organisation(&call, "Example Hosting", "example").await.unwrap();
        policy::set_preset(&call, None, options.preset, "test").await.unwrap();
        policy::set_sign_up(&call, None, options.sign_up, "test").await.unwrap();
        let figures = recorder.handle();
        let mut this = Self::of(app, clock, place, options, figures, Arc::default());
        this.recorder = Some(guard);
        this
    }

    /// Another process on the same database, with the same clock.
    pub(crate) async fn another(&self) -> Self {
        let app = assemble(&self.place, &self.clock, &self.options, self.figures.clone()).await;
        let (clock, place) = (Arc::clone(&self.clock), Arc::clone(&self.place));
        Self::of(app, clock, place, self.options.clone(), self.figures.clone(), Arc::clone(&self.transcript))
    }

    /// As [`Self::another`], with another cost of a password hash.
    pub(crate) async fn another_with(&self, parameters: Parameters) -> Self {
        let options = Options { parameters, ..self.options.clone() };
        let app = assemble(&self.place, &self.clock, &options, self.figures.clone()).await;
        let (clock, place) = (Arc::clone(&self.clock), Arc::clone(&self.place));
        Self::of(app, clock, place, options, self.figures.clone(), Arc::clone(&self.transcript))
    }

    fn of(
        app: Arc<App>,
        clock: Arc<TurnedClock>,
        place: Arc<Place>,
        options: Options,
        figures: PrometheusHandle,
        transcript: Arc<Mutex<Vec<u8>>>,
    ) -> Self {
        let routes = countersign::http::surround(routes::all(), &app);
        let panics_expected = AtomicBool::new(false);
        Self { app, clock, place, routes, options, figures, transcript, panics_expected, recorder: None }
    }

    /// A new browser, with no cookies, at an address of its own.
    pub(crate) fn browser(&self) -> Browser<'_> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Browser::new(self, &format!("198.{}.{}.{}", 18 + count / 65_536, (count / 256) % 256, count % 256))
    }

    /// Sends a request from a peer's address, as the listener hands it over.
    pub(crate) async fn ask(&self, peer: &str, mut request: Request<Body>) -> Response<Body> {
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        self.routes.clone().oneshot(request).await.unwrap()
    }

    /// A call past the web: the command line's.
    pub(crate) fn operator(&self) -> Call {
        self.app.call(Actor::CommandLine, "test")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Turns the clock.
    pub(crate) fn turn(&self, by: Duration) {
        self.clock.0.store(self.now().plus(by).as_millis(), Ordering::SeqCst);
    }

    /// Turns the clock to the next code's thirty seconds.
    pub(crate) fn next_step(&self) {
        self.turn(Duration::from_secs(30));
    }

    /// Seals what the audit log holds, as the worker does every second.
    pub(crate) async fn seal(&self) -> u64 {
        audit::seal_once(&self.app.call(Actor::System, "job")).await.unwrap()
    }

    /// How many audit rows of this event there are.
    pub(crate) fn events(&self, event: &str) -> i64 {
        self.place.number(&format!("SELECT COUNT(*) FROM audit WHERE event = '{event}'"))
    }

    /// Keeps what was answered, for [`Self::transcript`].
    pub(super) fn note(&self, bytes: &[u8]) {
        self.transcript.lock().unwrap().extend_from_slice(bytes);
    }

    /// Every answer so far, head and body, but for the cookies that were set.
    pub(crate) fn transcript(&self) -> Vec<u8> {
        self.transcript.lock().unwrap().clone()
    }

    /// This test makes a handler panic on purpose.
    pub(crate) fn expect_panics(&self) {
        self.panics_expected.store(true, Ordering::Relaxed);
    }

    fn panics(&self) -> usize {
        self.figures.render().lines().filter(|line| line.starts_with("countersign_panics_total")).count()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let expected = usize::from(self.panics_expected.load(Ordering::Relaxed));
        assert_eq!(self.panics(), expected, "a request panicked");
        self.place.assert_nothing_open();
    }
}

async fn assemble(
    place: &Place,
    clock: &Arc<TurnedClock>,
    options: &Options,
    figures: PrometheusHandle,
) -> Arc<App> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let settings = settings(&place.data(), &place.url(), &options.settings);
    let machine = Machine {
        clock: clock.clone(),
        entropy: Arc::new(CountingEntropy::new(SEED.fetch_add(1, Ordering::Relaxed))),
        parameters: options.parameters,
        threads: 1,
        couriers: couriers(place, options, &settings),
    };
    let app = App::assemble(settings, Installation::Real, routes::voice, figures, machine).await;
    Arc::new(app.unwrap_or_else(|error| panic!("{error}")))
}

/// Where something reaches people beside mail, trays stand in for it; else it is as the settings say.
fn couriers(place: &Place, options: &Options, settings: &Settings) -> Couriers {
    let post = if options.mail { Post::Tray(place.tray.clone()) } else { Post::Nowhere };
    match options.reach.clone() {
        Some(reach) => Couriers { reach, ..Couriers::trays(post, place.chats.clone(), &place.phone) },
        None => Couriers { post, ..Couriers::of(settings).unwrap() },
    }
}

fn settings(data: &Path, url: &str, more: &str) -> Settings {
    let file = format!(
        "public_address = \"{PUBLIC}\"\ntrusted_proxies = [\"10.0.0.0/8\"]\ndata_dir = \"{}\"\n{more}",
        data.display()
    );
    Settings::from_parts(&file, vec![], vec![("database_url", url.to_owned())]).unwrap()
}
