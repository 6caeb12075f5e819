//! The worker against real telephones, trunks, short message centres and Telegram's stand-in: what becomes of the rows in the
//! outbox, whatever happens outside.

#[path = "../../../../countersign-courier/tests/telegram/peer.rs"]
#[expect(dead_code, reason = "the courier's own tests use the rest")]
mod bot;
#[path = "../../../../countersign-courier/tests/sms/centre.rs"]
#[expect(dead_code, reason = "the courier's own tests use the rest")]
mod centre;
#[path = "../../../../countersign-courier/tests/telegram/stub.rs"]
#[expect(dead_code, reason = "the courier's own tests use the rest")]
mod stub;
#[path = "../../../../countersign-courier/tests/sip/peer.rs"]
#[expect(dead_code, reason = "the courier's own tests use the rest")]
mod telephone;

mod calls;
mod chats;
mod messages;
mod receipts;

use std::sync::Arc;
use std::time::Duration;

use countersign::flow::dispatch::{Body, CallBody, SmsBody, draft, post};
use countersign::worker::Worker;
use countersign_core::audit::Actor;
use countersign_core::id::{ChallengeId, DispatchId};
use countersign_store::dispatch::{self, DispatchRow, DispatchState};

use crate::support::{Kind, Options, TestApp};

/// Long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(20);
const SOON: Duration = LIMIT;

const TO: &str = "+79161234567";
const FROM: &str = "+74955550137";

/// Five minutes after the moment at which tests begin.
const CODE_ENDS: i64 = 1_768_471_500_000;

/// What every trunk and route needs beside it.
const PHONE: &str = "[phone]\nhome = \"RU\"\ndaily_budget = \"none\"\n";

/// A server with these settings, on this database.
async fn app_with(kind: Kind, settings: String) -> TestApp {
    TestApp::with(Options { kind, settings, ..Options::default() }).await
}

/// Puts something into the outbox that lives for three minutes.
async fn put(app: &TestApp, body: &Body) -> DispatchId {
    put_for(app, body, None).await
}

/// As [`put`], for a challenge.
async fn put_for(app: &TestApp, body: &Body, challenge: Option<ChallengeId>) -> DispatchId {
    let call = app.app.call(Actor::System, "test");
    let mut new = draft(&call, body, call.now.plus(Duration::from_mins(3)));
    new.challenge_id = challenge;
    let id = new.id;
    let job = app
        .app
        .deps
        .store
        .write((call, new), |tx, (call, new)| Box::pin(async move { post(tx, call, new).await }));
    job.await.unwrap();
    id
}

/// What the worker does at one look, up to the end of whatever it sent off.
async fn look(app: &TestApp) {
    Worker::dispatch_once(Arc::clone(&app.app)).await;
}

async fn row(app: &TestApp, id: DispatchId) -> DispatchRow {
    let mut db = app.app.deps.store.reader().await.unwrap();
    dispatch::by_id(&mut db, id).await.unwrap().unwrap()
}

/// State, outcome and route of a row.
async fn came_to(app: &TestApp, id: DispatchId) -> (DispatchState, String, String) {
    let row = row(app, id).await;
    (row.state, row.outcome.unwrap_or_default(), row.route.unwrap_or_default())
}

/// Waits until a row is in this state.
async fn until_in(app: &TestApp, id: DispatchId, state: DispatchState) {
    let looking = async {
        while row(app, id).await.state != state {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let found = tokio::time::timeout(LIMIT, looking).await;
    assert!(found.is_ok(), "{:?} and never {state:?}", row(app, id).await);
}

fn told(state: DispatchState, outcome: &str, route: &str) -> (DispatchState, String, String) {
    (state, outcome.to_owned(), route.to_owned())
}

fn a_call() -> Body {
    Body::Call(CallBody { to: TO.to_owned(), from: FROM.to_owned() })
}

fn an_sms(code: &str) -> Body {
    Body::Sms(SmsBody {
        to: TO.to_owned(),
        language: "en".to_owned(),
        organisation: "Northwind".to_owned(),
        code: code.to_owned().into(),
        purpose: "sign-in".to_owned(),
        until: CODE_ENDS,
    })
}

/// A port that nobody listens on.
fn closed_port() -> u16 {
    telephone::free_port(telephone::HERE)
}
