//! How a question in Telegram stands, and waiting for its answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use countersign_core::policy::TelegramStyle;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::second_step::{AgainState, Held};
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::telegram::view::{AskedChats, Stage, TelegramStep};
use crate::http::problem::Problem;
use crate::http::waiting;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(wait_for_answer))
}

/// How a question in Telegram is answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StyleName {
    /// The six digits that the browser shows are typed into the chat.
    Type,
    /// The two digits that the browser shows are picked from three numbers in the chat.
    Match,
    /// One button confirms.
    Tap,
}

impl From<TelegramStyle> for StyleName {
    fn from(style: TelegramStyle) -> Self {
        match style {
            TelegramStyle::Type => Self::Type,
            TelegramStyle::Match => Self::Match,
            TelegramStyle::Tap => Self::Tap,
        }
    }
}

/// How the question in Telegram stands.
#[derive(Serialize, ToSchema)]
pub(super) struct TelegramQuestion {
    /// How it is answered.
    style: StyleName,
    /// The question that was asked last; `null`: nobody was asked yet.
    asked: Option<AskedQuestion>,
    /// How many Telegram accounts are linked.
    linked: usize,
    /// How many of them have blocked the bot, so that they can't be asked.
    blocked: usize,
    /// Whether it may be asked again.
    again: AgainState,
    /// When it may be asked again, where waiting helps.
    again_at: Option<Time>,
    /// Whether nobody can be asked at this moment.
    is_down: bool,
}

/// A question that was asked.
#[derive(Serialize, ToSchema)]
struct AskedQuestion {
    /// What the browser has to show, and somebody carries to the chat: two digits, six, or nothing.
    #[schema(examples("42"))]
    number: Option<String>,
    /// When it was asked.
    asked_at: Time,
    /// When it can no longer be answered.
    expires_at: Time,
    /// How many chats were asked.
    chats: usize,
    /// How far it is.
    stage: QuestionStage,
}

/// How far a question is. One that was refused has ended its second step.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum QuestionStage {
    /// It is about to be sent.
    OnItsWay,
    /// It stands in at least one chat.
    Sent,
    /// It reached no chat.
    NotDelivered,
    /// The bot is blocked in every chat that was asked.
    Blocked,
    /// A chat has confirmed: answer the second step, without a code.
    Confirmed,
    /// Nobody answered in time.
    Late,
}

impl From<Stage> for QuestionStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::OnItsWay => Self::OnItsWay,
            Stage::Sent => Self::Sent,
            Stage::NotDelivered => Self::NotDelivered,
            Stage::Blocked => Self::Blocked,
            Stage::Confirmed => Self::Confirmed,
            Stage::Late => Self::Late,
        }
    }
}

impl From<AskedChats> for AskedQuestion {
    fn from(asked: AskedChats) -> Self {
        let number = Some(asked.shown.as_str()).filter(|shown| !shown.is_empty());
        Self {
            number: number.map(str::to_owned),
            asked_at: asked.at.into(),
            expires_at: asked.expires_at.into(),
            chats: asked.chats,
            stage: asked.stage.into(),
        }
    }
}

impl From<TelegramStep> for TelegramQuestion {
    fn from(step: TelegramStep) -> Self {
        let (again, again_at) = AgainState::of(step.again);
        Self {
            style: step.style.into(),
            asked: step.asked.map(AskedQuestion::from),
            linked: step.linked,
            blocked: step.blocked,
            again,
            again_at,
            is_down: step.is_down,
        }
    }
}

/// What whoever waits is told.
#[derive(Serialize, ToSchema)]
struct WaitState {
    /// `still`: wait on. `confirmed`: answer the second step with the method `telegram`, without a code. `refused`: it was
    /// refused in a chat, and the second step is over. `over`: it is over.
    #[schema(examples("still"))]
    state: &'static str,
    /// How far the question is, while it waits and one was asked; as in `telegram.asked.stage` of the second step.
    #[schema(examples("sent"))]
    stage: Option<&'static str>,
    /// Another number once it was asked anew, while it waits: then another `telegram.asked.number` is to be shown, and the one
    /// before would be a wrong answer.
    #[schema(examples(1_767_225_600_000_i64))]
    round: Option<i64>,
}

/// Wait for an answer in Telegram
///
/// Tells whether somebody has answered. It spends nothing: once it is `confirmed`, answer the second step. Ask every second
/// or two; or ask with `Accept: text/event-stream`, and be told by events whose names are the states and whose data is this
/// answer, for up to two minutes at a time. Where as many wait as may, events are refused as `busy`.
#[utoipa::path(
    get, path = "/api/v1/second-step/wait", tag = "Signing in",
    responses((status = 200, body = WaitState, description = "As it stands.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["busy"]))),
)]
async fn wait_for_answer(
    call: Call,
    State(app): State<Arc<App>>,
    Held(token): Held,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if waiting::wants_events(&headers) {
        return waiting::events(&app, call, token).await;
    }
    let waiting::Told { state, stage, round } = waiting::look(&call, &token).await?.told;
    Ok(Sent(WaitState { state, stage, round }).into_response())
}
