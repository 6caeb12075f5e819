//! A server and its clients.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use countersign::app::App;
use countersign::config::Settings;
use countersign::flow::Deps;
use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::policy::{ensure_organisation, set_preset, set_sign_up};
use countersign::hasher::PasswordPool;
use countersign::http::surround;
use countersign::http::voice::PlainVoice;
use countersign::observe::metrics;
use countersign::time_source::Clock;
use countersign::worker::Worker;
use countersign_core::audit::Actor;
use countersign_core::factor::totp::{Secret, code_at, step_at};
use countersign_core::keys::{KeyId, KeyRing};
use countersign_core::password::Parameters;
use countersign_core::policy::SignUp;
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use countersign_core::testing::CountingEntropy;
use countersign_core::time::Timestamp;
use countersign_courier::Post;
use countersign_courier::tray::Tray;
use countersign_store::{Database, Store, StoreSettings};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A password that every rule accepts.
pub(crate) const PASSWORD: &str = "plum orbit kettle ninety";

/// A clock that stands still until a test turns it.
struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The server: the whole router on a new SQLite database.
pub(crate) struct Server {
    pub(crate) app: Arc<App>,
    clock: Arc<StandingClock>,
    routes: Router,
    // Dropped last, with the database in it.
    _folder: tempfile::TempDir,
}

impl Server {
    /// With the default settings.
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// With these settings.
    pub(crate) async fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = StoreSettings::new(Database::Sqlite(folder.path().join("test.sqlite3")));
        let keys = Arc::new(KeyRing::new(KeyId(1), vec![(KeyId(1), [7; 32])]).unwrap());
        let entropy = Arc::new(CountingEntropy::new(1));
        let parameters = Parameters::new(64, 1, 1).unwrap();
        let deps = Deps {
            store: Store::open(&store).await.unwrap(),
            hasher: PasswordPool::start(1, Arc::clone(&keys), entropy.clone(), parameters).unwrap(),
            keys,
            entropy,
            language: "en".to_owned(),
            product: "Countersign".to_owned(),
            post_wake: Arc::default(),
            mail: true,
            reach: countersign::flow::reach::Reach::nothing(),
            dispatch_wake: Arc::default(),
            identity: Arc::new(countersign::sso::Outside::new("https://account.example.org", false)),
        };
        let clock = Arc::new(StandingClock(AtomicI64::new(1_800_000_000_000)));
        let app = Arc::new(App {
            settings: Settings::from_parts(settings, vec![], vec![]).unwrap(),
            deps: Arc::new(deps),
            clock: clock.clone(),
            voice: Arc::new(PlainVoice),
            post: Arc::new(Post::Tray(Tray::new())),
            messenger: Arc::new(countersign_courier::telegram::Messenger::Nowhere),
            phones: Arc::new(countersign::app::couriers::Phones::nowhere()),
            waiting: Arc::default(),
            metrics: metrics::recorder().handle(),
        });
        let call = app.call(Actor::System, "test");
        ensure_organisation(&call, "Example", "example").await.unwrap();
        set_preset(&call, None, Preset::Authenticator, "as most stories here").await.unwrap();
        set_sign_up(&call, None, SignUp::Open, "so that tests can").await.unwrap();
        let routes = surround(countersign::api::routes(), &app);
        Self { app, clock, routes, _folder: folder }
    }

    /// The token of the link in the newest letter to this address, after the worker has been at the outbox.
    pub(crate) async fn link_to(&self, email: &str) -> String {
        Worker::post_once(Arc::clone(&self.app)).await;
        let Post::Tray(tray) = &*self.app.post else { panic!("no tray") };
        let mails = tray.mails();
        let mail = mails.iter().rev().find(|one| one.mail.to.as_str() == email).expect("a letter");
        let at = mail.mail.text.find("/link/").expect("a link") + "/link/".len();
        mail.mail.text[at..at + 43].to_owned()
    }

    /// Turns the clock.
    pub(crate) fn pass(&self, span: Duration) {
        self.clock.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The code that an authenticator with this key (as the API tells it) shows now.
    pub(crate) fn code(&self, key: &str) -> String {
        self.code_of(key, 0)
    }

    /// The code of so many periods from now.
    pub(crate) fn code_of(&self, key: &str, away: i64) -> String {
        let bytes = data_encoding::BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).unwrap();
        let secret = Secret::from_bytes(&bytes).unwrap();
        code_at(&secret, step_at(self.now()) + away).reveal().to_string()
    }

    /// A client without cookies.
    pub(crate) fn client(&self) -> Client<'_> {
        Client { server: self, address: [127, 0, 0, 1], cookies: BTreeMap::new(), csrf: None, bearer: None }
    }

    /// A client whose new account has no second step and who is signed in.
    pub(crate) async fn member(&self, email: &str) -> Client<'_> {
        self.person(email, Role::Member).await
    }

    async fn person(&self, email: &str, role: Role) -> Client<'_> {
        let mut client = self.client();
        let new = NewAccount {
            email: email.to_owned(),
            display_name: Some("Ada".to_owned()),
            role,
            organisation: None,
            password: Some(Password::new(PASSWORD.to_owned())),
        };
        let call = self.app.call(Actor::CommandLine, "test");
        assert!(matches!(admin::add(&call, new).await, Ok(Added::Account)));
        client.sign_in(email).await.is(200);
        client
    }

    /// As [`Server::member`], with an authenticator; also its key. Its next code has not been used.
    pub(crate) async fn member_with_authenticator(&self, email: &str) -> (Client<'_>, String) {
        self.person_with_authenticator(email, Role::Member).await
    }

    /// As [`Server::member_with_authenticator`], of an administrator.
    pub(crate) async fn administrator(&self, email: &str) -> (Client<'_>, String) {
        self.person_with_authenticator(email, Role::Administrator).await
    }

    async fn person_with_authenticator(&self, email: &str, role: Role) -> (Client<'_>, String) {
        let mut client = self.person(email, role).await;
        let key = client.enrol("Telephone").await;
        self.pass(Duration::from_secs(30));
        (client, key)
    }
}

/// A browser, or a program with a bearer token.
pub(crate) struct Client<'a> {
    server: &'a Server,
    /// Where it is; loopback, as other plain requests are refused.
    pub(crate) address: [u8; 4],
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) csrf: Option<String>,
    pub(crate) bearer: Option<String>,
}

impl Client<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub(crate) async fn press(&mut self, path: &str) -> Answer {
        self.ask("POST", path, None).await
    }

    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string).unwrap_or_default();
        let kind = body.map(|_| "application/json");
        self.send(method, path, kind, text.into_bytes()).await
    }

    /// Sends anything at all, and takes cookies and CSRF token from the answer as a browser and its page do.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let fields = [
            ("cookie", Some(jar.join("; ")).filter(|jar| !jar.is_empty())),
            ("content-type", kind.map(str::to_owned)),
            ("x-csrf-token", self.csrf.clone()),
            ("authorization", self.bearer.as_ref().map(|token| format!("Bearer {token}"))),
            ("user-agent", Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0".to_owned())),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((self.address, 4711))));
        let response = self.server.routes.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let answer = Answer { status, headers, body: String::from_utf8(bytes.to_vec()).unwrap() };
        self.learn(&answer);
        answer
    }

    fn learn(&mut self, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split_once(';').unwrap().0.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if answer.status.is_success()
            && let Some(token) = answer.json()["csrf_token"].as_str()
        {
            self.csrf = Some(token.to_owned());
        }
    }

    /// The first step.
    pub(crate) async fn sign_in(&mut self, email: &str) -> Answer {
        self.post("/api/v1/sign-in", &json!({"email": email, "password": PASSWORD})).await
    }

    /// Sets an authenticator up and returns its key.
    pub(crate) async fn enrol(&mut self, name: &str) -> String {
        let pending = self.press("/api/v1/authenticators").await.is(201).json();
        let key = pending["key"].as_str().unwrap().to_owned();
        let code = self.server.code(&key);
        self.post("/api/v1/authenticators/confirm", &json!({"name": name, "code": code})).await.is(200);
        key
    }

    /// The second step.
    pub(crate) async fn answer(&mut self, code: &str) -> Answer {
        self.post("/api/v1/second-step", &json!({"code": code})).await
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Fails unless the status is this one.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Fails unless it is a problem of this kind, which its status and members fit.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, slug: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", answer.body);
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap();
        assert!(kind.ends_with(&format!("/api/problems/{slug}")), "{kind} is not {slug}: {}", answer.body);
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        answer
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
