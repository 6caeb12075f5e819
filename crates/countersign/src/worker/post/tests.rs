//! Letters go out, soon and once; failures of every kind lose none and stop nothing.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use countersign_core::email::EmailAddress;
use countersign_core::id::LetterId;
use countersign_core::keys::{KeyId, KeyRing};
use countersign_courier::Post;
use countersign_courier::tray::Tray;
use countersign_store::letter::{LetterCounts, LetterState, NewLetter};
use tokio::sync::Notify;

use super::*;
use crate::app::testing;
use crate::flow::Deps;
use crate::time_source::Clock;

const BEGIN: i64 = 1_795_296_247_000;

/// A clock that the test turns.
struct TurnedClock(AtomicI64);

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// An application, its clock and its tray.
struct House {
    app: Arc<App>,
    clock: Arc<TurnedClock>,
    tray: Tray,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let (app, folder) = testing::app("").await;
        let clock = Arc::new(TurnedClock(AtomicI64::new(BEGIN)));
        let tray = Tray::new();
        let app = with(&app, Arc::clone(&app.deps), clock.clone(), Post::Tray(tray.clone()));
        Self { app, clock, tray, folder }
    }

    fn turn(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Writes a letter, as a flow does.
    async fn write(&self, kind: LetterKind, to: &str) -> LetterId {
        let now = self.clock.now();
        let id = LetterId::new(now, &*self.app.deps.entropy);
        let body = LetterBody { at: Some(now.as_millis()), ..LetterBody::default() };
        let letter = NewLetter {
            id,
            account_id: None,
            challenge_id: None,
            kind,
            recipient: EmailAddress::parse(to).unwrap(),
            language: "de".to_owned(),
            body,
            bundle: None,
            created_at: now,
            expires_at: now.plus(kind.life()),
        };
        let deps = Arc::clone(&self.app.deps);
        let job = self.app.deps.store.write((deps, letter), |tx, (deps, letter)| {
            Box::pin(async move { letter::post(tx, &deps.keys, &*deps.entropy, letter).await })
        });
        job.await.unwrap();
        self.app.deps.post_wake.notify_one();
        id
    }

    async fn counts(&self) -> LetterCounts {
        letter::counts(&mut self.app.deps.store.reader().await.unwrap(), self.clock.now()).await.unwrap()
    }

    async fn failed(&self) -> Vec<LetterRow> {
        let mut db = self.app.deps.store.reader().await.unwrap();
        letter::recent_failures(&mut db, Timestamp::from_millis(0), 10).await.unwrap()
    }

    async fn courier(&self) -> countersign_store::courier::CourierState {
        let mut db = self.app.deps.store.reader().await.unwrap();
        courier::state(&mut db, MAIL).await.unwrap().unwrap_or_default()
    }

    /// A number of the only letter.
    fn number(&self, column: &str) -> i64 {
        let file = rusqlite::Connection::open(self.folder.path().join("test.sqlite3")).unwrap();
        file.query_row(&format!("SELECT {column} FROM letter"), [], |row| row.get(0)).unwrap()
    }

    /// How many bodies the outbox still holds.
    async fn bodies(&self) -> u64 {
        let mut db = self.app.deps.store.reader().await.unwrap();
        letter::count_by_key(&mut db).await.unwrap().iter().map(|(_, bodies)| bodies).sum()
    }
}

fn with(app: &App, deps: Arc<Deps>, clock: Arc<dyn Clock>, post: Post) -> Arc<App> {
    Arc::new(App {
        settings: app.settings.clone(),
        deps,
        clock,
        voice: Arc::clone(&app.voice),
        post: Arc::new(post),
        messenger: Arc::clone(&app.messenger),
        phones: Arc::clone(&app.phones),
        waiting: Arc::default(),
        metrics: app.metrics.clone(),
    })
}

fn trusted() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(true))
}

/// One look, and whatever it sent off to its end.
async fn turn_once(post: &mut PostLoop) {
    post.tidy_due = Duration::ZERO;
    post.look().await;
    post.finish().await;
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..250 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come about within five seconds");
}

/// Told whenever a letter is put into words by [`telling`].
static TAKEN_UP: Notify = Notify::const_new();

/// Puts a letter into words as the server does, and tells so.
fn telling(
    style: &LetterStyle,
    language: Language,
    kind: LetterKind,
    count: u32,
    body: &LetterBody,
) -> Result<Rendered, askama::Error> {
    TAKEN_UP.notify_one();
    render(style, language, kind, count, body)
}

#[tokio::test]
async fn a_letter_goes_out_by_itself_once_it_is_committed() {
    const { assert!(LOOK_EVERY.as_millis() < 1_000, "within a second even where nobody calls") };
    let house = House::new().await;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(PostLoop::with(Arc::clone(&house.app), trusted(), telling).run(stopped));
    // The second is written when the loop is known to run, and has nothing to do.
    house.write(LetterKind::Test, "ada@example.org").await;
    TAKEN_UP.notified().await;
    until(async || house.counts().await.sent == 1).await;
    let id = house.write(LetterKind::PasswordChanged, "ada@example.org").await;
    TAKEN_UP.notified().await;
    until(async || house.counts().await.sent == 2).await;
    let mail = house.tray.take().remove(1).mail;
    assert_eq!((mail.id.as_str(), mail.to.as_str()), (id.to_string().as_str(), "ada@example.org"));
    assert_eq!(
        (mail.language.as_str(), mail.subject.as_str()),
        ("de", "Ihr Passwort wurde geändert – Countersign")
    );
    assert_eq!(house.bodies().await, 0, "its body is erased");
    until(async || house.courier().await.ok_at.is_some()).await;
    stop.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn while_no_server_takes_it_a_letter_is_tried_less_and_less_often_and_then_goes_out() {
    let house = House::new().await;
    let mut post = PostLoop::new(Arc::clone(&house.app), trusted());
    house.tray.set_failing(true);
    house.write(LetterKind::NewBrowser, "ada@example.org").await;
    let mut tried = Vec::new();
    for second in 0..200_u64 {
        let before = house.number("attempts");
        turn_once(&mut post).await;
        if house.number("attempts") > before {
            tried.push(second);
        }
        house.turn(Duration::from_secs(1));
    }
    let gaps: Vec<u64> = tried.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.is_sorted() && gaps.len() >= 5 && gaps.len() <= 8, "{tried:?}");
    let state = house.courier().await;
    assert!(state.failed_at.is_some() && state.ok_at.is_none() && state.error.is_some());
    assert_eq!(house.counts().await.waiting, 1);

    house.tray.set_failing(false);
    house.turn(Duration::from_mins(6));
    turn_once(&mut post).await;
    assert_eq!(house.tray.take().len(), 1);
    assert_eq!((house.counts().await.waiting, house.counts().await.sent), (0, 1));
    assert!(house.courier().await.ok_at.is_some());
}

#[tokio::test]
async fn one_letter_that_is_put_off_does_not_mean_that_mail_is_down() {
    let house = House::new().await;
    let mut post = PostLoop::new(Arc::clone(&house.app), trusted());
    for (failing, down) in
        [(true, false), (true, false), (false, false), (true, false), (true, false), (true, true)]
    {
        post.note(Some(if failing { Health::Down("451".to_owned()) } else { Health::Up })).await;
        assert_eq!(house.courier().await.failed_at.is_some(), down);
    }
}

#[tokio::test]
async fn a_letter_that_cannot_be_opened_is_refused_and_its_body_erased() {
    let house = House::new().await;
    house.write(LetterKind::MethodAdded, "ada@example.org").await;
    let deps = &house.app.deps;
    // The same key number with other bytes: what is sealed looks broken.
    let broken = Deps {
        store: deps.store.clone(),
        keys: Arc::new(KeyRing::new(KeyId(1), vec![(KeyId(1), [9; 32])]).unwrap()),
        entropy: Arc::clone(&deps.entropy),
        hasher: deps.hasher.clone(),
        product: deps.product.clone(),
        post_wake: Arc::default(),
        mail: true,
        reach: deps.reach.clone(),
        dispatch_wake: Arc::default(),
        language: "en".to_owned(),
        identity: Arc::clone(&deps.identity),
    };
    let app = with(&house.app, Arc::new(broken), house.clock.clone(), Post::Tray(house.tray.clone()));
    turn_once(&mut PostLoop::new(app, trusted())).await;
    let failed = house.failed().await;
    assert_eq!(failed.iter().map(|row| row.state).collect::<Vec<_>>(), [LetterState::Refused]);
    assert!(failed[0].last_error.is_some());
    assert_eq!((house.bodies().await, house.tray.mails().len()), (0, 0));
    turn_once(&mut PostLoop::new(Arc::clone(&house.app), trusted())).await;
    assert!(house.tray.mails().is_empty(), "it is over");
}

#[tokio::test]
async fn a_letter_sealed_with_a_key_that_only_others_have_waits_for_them() {
    let house = House::new().await;
    house.write(LetterKind::MethodAdded, "ada@example.org").await;
    let deps = &house.app.deps;
    let other = Deps {
        store: deps.store.clone(),
        keys: Arc::new(KeyRing::new(KeyId(2), vec![(KeyId(2), [9; 32])]).unwrap()),
        entropy: Arc::clone(&deps.entropy),
        hasher: deps.hasher.clone(),
        product: deps.product.clone(),
        post_wake: Arc::default(),
        mail: true,
        reach: deps.reach.clone(),
        dispatch_wake: Arc::default(),
        language: "en".to_owned(),
        identity: Arc::clone(&deps.identity),
    };
    let app = with(&house.app, Arc::new(other), house.clock.clone(), Post::Tray(house.tray.clone()));
    turn_once(&mut PostLoop::new(app, trusted())).await;
    assert_eq!((house.counts().await.waiting, house.bodies().await), (1, 1));
    house.turn(Duration::from_secs(2));
    turn_once(&mut PostLoop::new(Arc::clone(&house.app), trusted())).await;
    assert_eq!(house.tray.mails().len(), 1);
}

#[tokio::test]
async fn what_is_too_late_is_given_up() {
    let house = House::new().await;
    let mut post = PostLoop::new(Arc::clone(&house.app), trusted());
    house.tray.set_failing(true);
    house.write(LetterKind::Code, "ada@example.org").await;
    turn_once(&mut post).await;
    house.turn(LetterKind::Code.life());
    house.tray.set_failing(false);
    turn_once(&mut post).await;
    let failed = house.failed().await;
    assert_eq!(failed.iter().map(|row| row.state).collect::<Vec<_>>(), [LetterState::Expired]);
    assert!(failed[0].last_error.is_some(), "it says why it was not sent in time");
    assert_eq!((house.bodies().await, house.tray.mails().len()), (0, 0));
    assert_eq!(house.counts().await.waiting, 0);
}

#[tokio::test]
async fn a_clock_that_jumped_gives_nothing_up_before_it_is_believed() {
    let house = House::new().await;
    let believed = Arc::new(AtomicBool::new(false));
    let mut post = PostLoop::new(Arc::clone(&house.app), Arc::clone(&believed));
    house.write(LetterKind::Code, "ada@example.org").await;
    house.turn(Duration::from_hours(24));
    turn_once(&mut post).await;
    assert_eq!((house.counts().await.waiting, house.bodies().await), (1, 1));
    believed.store(true, Ordering::Relaxed);
    turn_once(&mut post).await;
    assert_eq!((house.counts().await.waiting, house.bodies().await), (0, 0));
}

#[tokio::test]
async fn no_try_is_put_off_beyond_the_end() {
    let house = House::new().await;
    let mut post = PostLoop::new(Arc::clone(&house.app), trusted());
    house.tray.set_failing(true);
    house.write(LetterKind::Code, "ada@example.org").await;
    for _ in 0..LetterKind::Code.life().as_secs() {
        turn_once(&mut post).await;
        assert!(house.number("send_at") <= house.number("expires_at"));
        house.turn(Duration::from_secs(1));
    }
}

static PANICS: AtomicU32 = AtomicU32::new(0);

fn panics_once(
    style: &LetterStyle,
    language: Language,
    kind: LetterKind,
    count: u32,
    body: &LetterBody,
) -> Result<Rendered, askama::Error> {
    assert!(kind != LetterKind::Test || PANICS.fetch_add(1, Ordering::SeqCst) > 0, "on purpose");
    render(style, language, kind, count, body)
}

#[tokio::test]
async fn a_panic_over_one_letter_stops_no_other_and_the_letter_is_tried_again() {
    let house = House::new().await;
    let mut post = PostLoop::with(Arc::clone(&house.app), trusted(), panics_once);
    house.write(LetterKind::Test, "ada@example.org").await;
    house.write(LetterKind::NewBrowser, "grace@example.org").await;
    turn_once(&mut post).await;
    let sent: Vec<String> = house.tray.take().iter().map(|mail| mail.mail.to.as_str().to_owned()).collect();
    assert_eq!(sent, ["grace@example.org"]);
    house.turn(Duration::from_secs(2));
    turn_once(&mut post).await;
    assert_eq!(house.tray.take().len(), 1);
    assert_eq!(house.counts().await.waiting, 0);
}

#[tokio::test]
async fn a_letter_whose_sender_died_is_sent_by_another_after_a_minute() {
    let house = House::new().await;
    house.write(LetterKind::NewBrowser, "ada@example.org").await;
    // Killed between claiming and sending: nothing is given back.
    let killed = PostLoop::new(Arc::clone(&house.app), trusted()).claim(house.clock.now()).await.unwrap();
    assert_eq!(killed.len(), 1);
    drop(killed);
    let mut post = PostLoop::new(Arc::clone(&house.app), trusted());
    house.turn(CLAIM_LASTS.saturating_sub(Duration::from_secs(1)));
    turn_once(&mut post).await;
    assert!(house.tray.mails().is_empty(), "the claim still holds");
    house.turn(Duration::from_secs(2));
    turn_once(&mut post).await;
    assert_eq!(house.tray.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_send_each_letter_once() {
    let house = House::new().await;
    for number in 0..60 {
        house.write(LetterKind::NewBrowser, &format!("a{number}@example.org")).await;
    }
    let (stop, stopped) = watch::channel(false);
    let replicas: Vec<_> = (0..2)
        .map(|_| tokio::spawn(PostLoop::new(Arc::clone(&house.app), trusted()).run(stopped.clone())))
        .collect();
    until(async || house.counts().await.sent == 60).await;
    stop.send(true).unwrap();
    for replica in replicas {
        replica.await.unwrap();
    }
    let mut sent: Vec<String> =
        house.tray.mails().iter().map(|mail| mail.mail.to.as_str().to_owned()).collect();
    assert_eq!(sent.len(), 60);
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 60, "each went once");
}

#[tokio::test]
async fn where_no_mail_is_set_up_letters_wait_and_end() {
    let house = House::new().await;
    let app = with(&house.app, Arc::clone(&house.app.deps), house.clock.clone(), Post::Nowhere);
    let mut post = PostLoop::new(app, trusted());
    house.write(LetterKind::Code, "ada@example.org").await;
    turn_once(&mut post).await;
    assert_eq!(house.counts().await.waiting, 1);
    house.turn(LetterKind::Code.life());
    turn_once(&mut post).await;
    assert_eq!(house.failed().await.len(), 1);
}
