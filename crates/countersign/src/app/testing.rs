//! An application for tests of any room.

use std::sync::Arc;

use countersign_core::keys::{KeyId, KeyRing};
use countersign_core::password::Parameters;
use countersign_core::testing::CountingEntropy;
use countersign_courier::Post;
use countersign_courier::telegram::Messenger;
use countersign_courier::tray::Tray;
use countersign_store::{Database, Store, StoreSettings};

use super::couriers::{Couriers, Phones};
use super::{App, Installation, Machine};
use crate::config::Settings;
use crate::flow::Deps;
use crate::flow::reach::Reach;
use crate::hasher::PasswordPool;
use crate::http::voice::PlainVoice;
use crate::observe::metrics;
use crate::sso::Outside;
use crate::time_source::SystemClock;

/// An application on a new SQLite database, in the returned folder.
pub(crate) async fn app(settings: &str) -> (Arc<App>, tempfile::TempDir) {
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
        product: "Countersign".to_owned(),
        post_wake: Arc::default(),
        mail: true,
        reach: Reach::nothing(),
        dispatch_wake: Arc::default(),
        language: "en".to_owned(),
        identity: Arc::new(Outside::new("https://account.example.org", false)),
    };
    let app = App {
        settings: Settings::from_parts(settings, vec![], vec![]).unwrap(),
        deps: Arc::new(deps),
        clock: Arc::new(SystemClock),
        voice: Arc::new(PlainVoice),
        post: Arc::new(Post::Tray(Tray::new())),
        messenger: Arc::new(Messenger::Nowhere),
        phones: Arc::new(Phones::nowhere()),
        waiting: Arc::default(),
        metrics: metrics::recorder().handle(),
    };
    (Arc::new(app), folder)
}

/// The same as [`app`], put together as a real one is, with these ways out of the house.
pub(crate) async fn app_with(couriers: Couriers) -> (Arc<App>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data").display().to_string();
    let settings = Settings::from_parts("", vec![], vec![("data_dir", place)]).unwrap();
    let machine = Machine {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(CountingEntropy::new(1)),
        parameters: Parameters::new(64, 1, 1).unwrap(),
        threads: 1,
        couriers,
    };
    let figures = metrics::recorder().handle();
    let app = App::assemble(settings, Installation::Demo, |_, _| Arc::new(PlainVoice), figures, machine);
    (Arc::new(app.await.unwrap()), folder)
}
