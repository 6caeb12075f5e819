//! The lanes with trays in place of Telegram and of phones.

use std::sync::atomic::AtomicI64;

use countersign_core::dispatch::{Asked, Body, BotText, CallBody, Prompt, PromptButton, Saying, SmsBody};
use countersign_core::factor::telegram::Press;
use countersign_core::id::DispatchId;
use countersign_core::policy::TelegramStyle;
use countersign_core::time::Timestamp;
use countersign_courier::Post;
use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::sip::CallOutcome;
use countersign_courier::sms::SmsOutcome;
use countersign_courier::telegram::{Sender, TelegramError, TelegramTray};

use super::*;
use crate::app::couriers::Couriers;
use crate::app::testing;
use crate::flow::dispatch::{draft, post};
use crate::time_source::Clock;

/// 21 November 2026.
const BEGIN: i64 = 1_795_296_247_000;

/// A clock that the test turns.
struct TurnedClock(AtomicI64);

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

struct House {
    app: Arc<App>,
    clock: Arc<TurnedClock>,
    chats: TelegramTray,
    phone: PhoneTray,
    _folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        Self::ringing(Duration::ZERO).await
    }

    async fn ringing(ring: Duration) -> Self {
        let (app, folder) = testing::app("").await;
        let clock = Arc::new(TurnedClock(AtomicI64::new(BEGIN)));
        let (chats, phone) = (TelegramTray::new(), PhoneTray::new(ring));
        let couriers = Couriers::trays(Post::Nowhere, chats.clone(), &phone);
        let app = App {
            settings: app.settings.clone(),
            deps: Arc::clone(&app.deps),
            clock: clock.clone(),
            voice: Arc::clone(&app.voice),
            post: Arc::new(couriers.post),
            messenger: Arc::new(couriers.messenger),
            phones: Arc::new(couriers.phones),
            waiting: Arc::default(),
            metrics: app.metrics.clone(),
        };
        Self { app: Arc::new(app), clock, chats, phone, _folder: folder }
    }

    fn turn_clock(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Puts something into the outbox that lives for three minutes.
    async fn put(&self, body: Body) -> DispatchId {
        let call = call(&self.app, "test");
        let new = draft(&call, &body, call.now.plus(Duration::from_mins(3)));
        let id = new.id;
        let job = call
            .deps
            .store
            .write((call.clone(), new), |tx, (call, new)| Box::pin(async move { post(tx, call, new).await }));
        job.await.unwrap();
        id
    }

    /// What the loop does at one look, and whatever it sent off to its end.
    async fn once(&self) {
        DispatchLoop::new(Arc::clone(&self.app), Arc::new(AtomicBool::new(true))).once().await;
    }

    async fn row(&self, id: DispatchId) -> DispatchRow {
        let mut db = self.app.deps.store.reader().await.unwrap();
        dispatch::by_id(&mut db, id).await.unwrap().unwrap()
    }

    async fn came_to(&self, id: DispatchId) -> (DispatchState, Option<String>) {
        let row = self.row(id).await;
        (row.state, row.outcome)
    }

    fn meet(&self, person: i64) {
        let sender = Sender {
            id: person,
            is_bot: false,
            first_name: "Ada".to_owned(),
            username: None,
            language_code: None,
        };
        self.chats.write(&sender, "/start", BEGIN / 1000);
    }

    fn said(&self, person: i64) -> Vec<String> {
        let chat = self.chats.chat(person).unwrap();
        chat.messages.iter().filter(|message| message.from_bot).map(|message| message.text.clone()).collect()
    }
}

fn a_call() -> Body {
    Body::Call(CallBody { to: "+491701234567".to_owned(), from: "+493023125007".to_owned() })
}

fn an_sms(organisation: &str) -> Body {
    Body::Sms(SmsBody {
        to: "+491701234567".to_owned(),
        language: "en".to_owned(),
        organisation: organisation.to_owned(),
        code: "012345".to_owned().into(),
        purpose: "sign-in".to_owned(),
        until: BEGIN + 300_000,
    })
}

fn text(chat: i64, saying: Saying) -> Body {
    Body::BotText(BotText {
        chat,
        language: "en".to_owned(),
        saying,
        organisation: None,
        accounts: Vec::new(),
        code: None,
        refuse: None,
        until: None,
    })
}

fn state(state: DispatchState, outcome: &str) -> (DispatchState, Option<String>) {
    (state, Some(outcome.to_owned()))
}

#[tokio::test]
async fn msg_6_a_call_rings_once_and_never_again() {
    let house = House::new().await;
    let id = house.put(a_call()).await;
    house.once().await;
    let row = house.row(id).await;
    assert_eq!((row.state, row.outcome.as_deref()), (DispatchState::Delivered, Some("rang")));
    assert!(row.rang_at.is_some() && row.route.as_deref() == Some("tray"));
    house.turn_clock(Duration::from_secs(90));
    house.once().await;
    let calls = house.phone.calls();
    assert_eq!(calls.len(), 1, "one code, one call");
    assert_eq!((calls[0].to.as_str(), calls[0].from.as_str()), ("+491701234567", "+493023125007"));
}

#[tokio::test]
async fn msg_6_each_end_of_a_call_is_told_apart_and_no_call_is_repeated() {
    let house = House::new().await;
    for (told, expected) in [
        (CallOutcome::Busy, state(DispatchState::Failed, "busy")),
        (CallOutcome::RangThenRefused(603), state(DispatchState::Delivered, "declined")),
        (CallOutcome::Answered, state(DispatchState::Delivered, "answered")),
        (CallOutcome::NotFound, state(DispatchState::Failed, "not-found")),
        (CallOutcome::Unavailable, state(DispatchState::Failed, "unavailable")),
        (CallOutcome::TrunkOverload, state(DispatchState::Failed, "overloaded")),
        (CallOutcome::AuthRejected, state(DispatchState::Failed, "rejected")),
        (CallOutcome::DestinationBarred, state(DispatchState::Failed, "barred")),
        (CallOutcome::Refused(607), state(DispatchState::Failed, "barred")),
        (CallOutcome::NoProgress, state(DispatchState::Unknown, "silent")),
        (CallOutcome::Progressed, state(DispatchState::Unknown, "silent")),
        (CallOutcome::Timeout, state(DispatchState::Failed, "unreached")),
        (CallOutcome::Transport, state(DispatchState::Failed, "unreached")),
    ] {
        house.phone.set_call_outcome(Some(told));
        let id = house.put(a_call()).await;
        house.once().await;
        assert_eq!(house.came_to(id).await, expected, "{told:?}");
        house.phone.set_call_outcome(None);
        let before = house.phone.calls().len();
        house.turn_clock(Duration::from_mins(1));
        house.once().await;
        assert_eq!(house.phone.calls().len(), before, "{told:?}");
    }
}

#[tokio::test]
async fn msg_7_an_sms_goes_at_most_once() {
    let house = House::new().await;
    let id = house.put(an_sms("Northwind")).await;
    house.once().await;
    assert_eq!(house.came_to(id).await, state(DispatchState::Sent, "accepted"));
    house.phone.set_sms_outcome(Some(SmsOutcome::Unknown));
    let lost = house.put(an_sms("Northwind")).await;
    house.once().await;
    house.phone.set_sms_outcome(None);
    house.turn_clock(Duration::from_mins(1));
    house.once().await;
    assert_eq!(house.came_to(lost).await, state(DispatchState::Unknown, "unknown"));
    let messages = house.phone.messages();
    assert_eq!(messages.len(), 1, "what may have arrived is not sent again");
    assert_eq!(messages[0].reveal(), "012345 is your code for Northwind. Never tell it to anybody.");
}

#[tokio::test]
async fn msg_7_an_sms_that_was_certainly_not_handed_over_is_tried_again() {
    let house = House::new().await;
    for told in [SmsOutcome::NotSent, SmsOutcome::Throttled { retry_after: Some(Duration::from_secs(5)) }] {
        house.phone.set_sms_outcome(Some(told.clone()));
        let id = house.put(an_sms("Northwind")).await;
        house.once().await;
        assert_eq!(house.row(id).await.state, DispatchState::Waiting, "{told:?}");
        house.phone.set_sms_outcome(None);
        house.turn_clock(Duration::from_secs(6));
        house.once().await;
        assert_eq!(house.came_to(id).await, state(DispatchState::Sent, "accepted"), "{told:?}");
    }
    assert_eq!(house.phone.messages().len(), 2);
}

#[tokio::test]
async fn msg_7_one_part_holds_the_code_whatever_the_organisation_is_called() {
    let house = House::new().await;
    let id = house.put(an_sms("Тестовая организация с длинным названием и ещё")).await;
    house.once().await;
    assert_eq!(house.came_to(id).await, state(DispatchState::Sent, "accepted"));
    assert_eq!(house.phone.messages()[0].reveal(), "012345 is your code. Tell nobody.");
}

#[tokio::test]
async fn msg_2_a_question_goes_to_its_chat_with_its_buttons() {
    let house = House::new().await;
    house.meet(7);
    let asked = Asked {
        organisation: "Northwind".to_owned(),
        account: "a***@northwind.example".to_owned(),
        purpose: "sign-in".to_owned(),
        at: BEGIN,
        address: "192.0.2.7".to_owned(),
        device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
    };
    let button = |press, data: &str| PromptButton { press, data: data.to_owned() };
    let buttons = vec![
        button(Press::Number(47), "p:47"),
        button(Press::Number(12), "p:12"),
        button(Press::NotMe, "p:no"),
    ];
    let (style, until) = (TelegramStyle::Match, BEGIN + 180_000);
    let prompt = Prompt { chat: 7, language: "en".to_owned(), asked, style, buttons, until };
    let id = house.put(Body::Prompt(prompt)).await;
    house.once().await;
    assert_eq!(house.came_to(id).await, state(DispatchState::Sent, "sent"));
    let said = house.said(7);
    for words in
        ["signing in to Northwind", "a***@northwind.example", "192.0.2.7", "Firefox", "Press the number"]
    {
        assert!(said[0].contains(words), "{words} in {said:?}");
    }
    let chat = house.chats.chat(7).unwrap();
    let message = chat.messages.iter().find(|message| message.from_bot).unwrap();
    let rows: Vec<Vec<&str>> =
        message.buttons.iter().map(|row| row.iter().map(|one| one.label.as_str()).collect()).collect();
    assert_eq!(rows, [vec!["47", "12"], vec!["It wasn't me"]]);
}

#[tokio::test]
async fn msg_2_silence_that_telegram_asks_for_is_kept() {
    let house = House::new().await;
    house.meet(7);
    let retry_after = Duration::from_secs(20);
    house.chats.set_failing(Some(TelegramError::TooManyRequests { retry_after }));
    let id = house.put(text(7, Saying::Help)).await;
    house.once().await;
    let row = house.row(id).await;
    assert_eq!((row.state, row.send_at), (DispatchState::Waiting, Timestamp::from_millis(BEGIN + 20_000)));
    house.chats.set_failing(None);
    house.turn_clock(Duration::from_secs(19));
    house.once().await;
    assert!(house.said(7).is_empty());
    house.turn_clock(Duration::from_secs(1));
    house.once().await;
    assert_eq!(house.said(7).len(), 1);
}

#[tokio::test]
async fn msg_2_a_person_who_blocked_the_bot_is_told_of_and_left_alone() {
    let house = House::new().await;
    house.meet(7);
    house.chats.block(7, true);
    let blocked = house.put(text(7, Saying::Help)).await;
    let stranger = house.put(text(8, Saying::Help)).await;
    house.once().await;
    for id in [blocked, stranger] {
        assert_eq!(house.came_to(id).await, state(DispatchState::Failed, "blocked"));
    }
}

#[tokio::test]
async fn msg_7_what_is_too_late_is_given_up_and_never_goes() {
    let house = House::new().await;
    let ids = [
        house.put(a_call()).await,
        house.put(an_sms("Northwind")).await,
        house.put(text(7, Saying::Help)).await,
    ];
    house.turn_clock(Duration::from_mins(3));
    house.once().await;
    for id in ids {
        assert_eq!(house.row(id).await.state, DispatchState::Expired);
    }
    assert!(house.phone.calls().is_empty() && house.phone.messages().is_empty());
}

#[tokio::test]
async fn msg_6_whatever_rings_is_hung_up_when_the_server_stops() {
    let house = House::ringing(Duration::from_mins(10)).await;
    let id = house.put(a_call()).await;
    let (stop, stopped) = watch::channel(false);
    let lanes = DispatchLoop::new(Arc::clone(&house.app), Arc::new(AtomicBool::new(true)));
    let running = tokio::spawn(lanes.run(stopped));
    for _ in 0..500 {
        if house.row(id).await.state == DispatchState::Ringing {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(house.phone.calls()[0].is_ringing());
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap();
    assert!(!house.phone.calls()[0].is_ringing());
    assert_eq!(house.row(id).await.state, DispatchState::Delivered);
}

#[test]
fn calls_begin_no_faster_than_the_trunks_were_sold() {
    let mut lane = Lane::new(Channel::Call, 400, Some(5));
    let second = Duration::from_secs(1);
    assert_eq!(lane.free(Duration::ZERO), 5);
    lane.take(5);
    assert_eq!(lane.free(second / 10), 0);
    assert_eq!(lane.free(second / 5), 1);
    lane.take(1);
    assert_eq!(lane.free(second * 60), 5, "what was not used does not add up");
    lane.is_slow = true;
    assert_eq!(lane.free(second * 61), 1);
}

#[tokio::test]
async fn msg_7_receipts_of_unknown_sms_are_looked_up_a_few_at_a_time() {
    let house = House::new().await;
    let (tell, receipts) = mpsc::channel(256);
    let listening = tokio::spawn(listen(Arc::clone(&house.app), receipts));
    for number in 0..200 {
        let receipt = Receipt {
            route: "main".to_owned(),
            message_id: format!("{number:x}"),
            also: Vec::new(),
            state: ReceiptState::Delivered,
            error: None,
        };
        tell.try_send(receipt).unwrap();
    }
    let waiting = || tell.max_capacity() - tell.capacity();
    while waiting() > 200 - RECEIPTS_AT_ONCE {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    // Each is looked up for half a minute.
    assert_eq!(waiting(), 200 - RECEIPTS_AT_ONCE);
    listening.abort();
}
