//! What people do on the tray: taking calls or not, writing to the bot, pressing its buttons, blocking it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Redirect;
use countersign_courier::telegram::{CallbackData, MessageId, TelegramTray};
use serde::Deserialize;

use super::plan::{PEOPLE, Person};
use super::reached;
use super::tray::{chats_of, phone_of};
use crate::app::App;
use crate::flow::Call;
use crate::http::context::RequestContext;
use crate::http::form::Form;
use crate::http::problem::{self, Problem};

/// How long the bot has to begin its answer, so that the next page shows it; and to go on with it.
const ANSWER_BEGINS: Duration = Duration::from_millis(1_500);
const ANSWER_GOES_ON: Duration = Duration::from_millis(250);
/// More than the bot ever does about one thing.
const ANSWERS_MOST: usize = 4;

/// A call that rings.
#[derive(Deserialize)]
pub(super) struct Ringing {
    call: u64,
}

pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Form(Ringing { call }): Form<Ringing>,
) -> Result<Redirect, Problem> {
    phone_of(&app).ok_or_else(nothing_here)?.answer(call);
    Ok(Redirect::to("/demo/tray#phones"))
}

pub(super) async fn decline(
    State(app): State<Arc<App>>,
    Form(Ringing { call }): Form<Ringing>,
) -> Result<Redirect, Problem> {
    phone_of(&app).ok_or_else(nothing_here)?.decline(call);
    Ok(Redirect::to("/demo/tray#phones"))
}

/// Something written to the bot.
#[derive(Deserialize)]
pub(super) struct Written {
    person: i64,
    text: String,
}

pub(super) async fn write(
    State(app): State<Arc<App>>,
    call: Call,
    context: RequestContext,
    Form(Written { person, text }): Form<Written>,
) -> Result<Redirect, Problem> {
    let (chats, person) = (chats_of(&app).ok_or_else(nothing_here)?, somebody(person)?);
    let (text, language) = (text.trim(), context.language.tag());
    if !text.is_empty() {
        let now = call.now.as_millis() / 1_000;
        let write = || reached::write(&chats, person, Some(language), text, now);
        and_the_answer(&chats, write).await;
    }
    Ok(to_chat(person))
}

/// A button that was pressed.
#[derive(Deserialize)]
pub(super) struct Pressed {
    person: i64,
    message: i64,
    data: String,
}

pub(super) async fn press(
    State(app): State<Arc<App>>,
    Form(Pressed { person, message, data }): Form<Pressed>,
) -> Result<Redirect, Problem> {
    let (chats, person) = (chats_of(&app).ok_or_else(nothing_here)?, somebody(person)?);
    let data = CallbackData::parse(&data).ok_or_else(nothing_here)?;
    // A button that was taken away meanwhile does nothing.
    let press = || drop(chats.press(person.id, MessageId(message), &data));
    and_the_answer(&chats, press).await;
    Ok(to_chat(person))
}

/// Whether the bot may write.
#[derive(Deserialize)]
pub(super) struct Blocking {
    person: i64,
    blocked: bool,
}

pub(super) async fn block(
    State(app): State<Arc<App>>,
    Form(Blocking { person, blocked }): Form<Blocking>,
) -> Result<Redirect, Problem> {
    let (chats, person) = (chats_of(&app).ok_or_else(nothing_here)?, somebody(person)?);
    chats.block(person.id, blocked);
    Ok(to_chat(person))
}

/// Does something in a chat and waits until the bot has done its part, for whoever has no script that looks again.
async fn and_the_answer(chats: &TelegramTray, deed: impl FnOnce()) {
    let mut said = Box::pin(chats.said());
    deed();
    let mut within = ANSWER_BEGINS;
    for _ in 0..ANSWERS_MOST {
        if tokio::time::timeout(within, said).await.is_err() {
            break;
        }
        said = Box::pin(chats.said());
        within = ANSWER_GOES_ON;
    }
}

fn somebody(id: i64) -> Result<&'static Person, Problem> {
    PEOPLE.iter().find(|person| person.id == id).ok_or_else(nothing_here)
}

fn nothing_here() -> Problem {
    Problem::new(&problem::NOT_FOUND)
}

fn to_chat(person: &Person) -> Redirect {
    Redirect::to(&format!("/demo/tray#chat-{}", person.id))
}
