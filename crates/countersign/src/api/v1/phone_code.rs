//! The second step by phone: asking for a call or an SMS, and how it stands.

use std::sync::Arc;

use countersign_core::id::PhoneNumberId;
use countersign_core::phone::Channel;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::second_step::{Held, SecondStep, over, shown};
use crate::api::shapes::{CallOutcomeName, ChannelName, Sent, Time};
use crate::app::App;
use crate::flow::phone::{Asking, Newest, NumberChoice, PhoneStep, Stage, Want};
use crate::flow::{Call, FlowError, second_step};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(ask_phone))
}

/// How calls and SMS stand.
#[derive(Serialize, ToSchema)]
pub(super) struct PhoneState {
    /// The numbers to choose from.
    numbers: Vec<PhoneChoice>,
    /// The id of the one that is called next, unless another is chosen.
    #[schema(format = "uuid")]
    chosen: String,
    /// The newest call or SMS.
    newest: Option<PhoneMessage>,
    /// When a call may be asked for; `null`: not in this second step.
    call_at: Option<Time>,
    /// When an SMS may be asked for; `null`: not in this second step, or not before the calls are used up.
    sms_at: Option<Time>,
    /// With what every number begins that may call, if they all begin alike.
    #[schema(examples("+4930123"))]
    calls_begin_with: Option<String>,
}

/// A number to choose.
#[derive(Serialize, ToSchema)]
struct PhoneChoice {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The number, masked.
    #[schema(examples("+49 170 *****78"))]
    number: String,
}

/// A call or an SMS.
#[derive(Serialize, ToSchema)]
struct PhoneMessage {
    /// Which of them.
    channel: ChannelName,
    /// The number it went to, masked; `null`: it is no longer the account's.
    #[schema(examples("+49 170 *****78"))]
    to: Option<String>,
    /// When it was asked for.
    asked_at: Time,
    /// How far it has come.
    stage: PhoneStage,
    /// How a call ended, once it has.
    outcome: Option<CallOutcomeName>,
    /// Until when its code can be answered; `null`: it cannot.
    answer_until: Option<Time>,
    /// Whether a wrong answer has ended its code.
    is_missed: bool,
}

/// How far a call or an SMS has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PhoneStage {
    /// It is about to go.
    OnItsWay,
    /// The phone rings.
    Ringing,
    /// The call has ended: `outcome` says how.
    Ended,
    /// The SMS was taken over, or may have been.
    Sent,
    /// The SMS has arrived.
    Delivered,
    /// The SMS could not be delivered.
    Undelivered,
}

impl From<PhoneStep> for PhoneState {
    fn from(step: PhoneStep) -> Self {
        let choice = |number: NumberChoice| PhoneChoice { id: number.id.to_string(), number: number.masked };
        Self {
            numbers: step.numbers.into_iter().map(choice).collect(),
            chosen: step.chosen.to_string(),
            newest: step.newest.map(PhoneMessage::from),
            call_at: step.next.call.map(Time::from),
            sms_at: step.next.sms.map(Time::from),
            calls_begin_with: step.calls_begin_with,
        }
    }
}

impl From<Newest> for PhoneMessage {
    fn from(newest: Newest) -> Self {
        let (stage, outcome) = match newest.stage {
            Stage::OnItsWay => (PhoneStage::OnItsWay, None),
            Stage::Ringing => (PhoneStage::Ringing, None),
            Stage::Ended(outcome) => (PhoneStage::Ended, Some(CallOutcomeName(outcome))),
            Stage::Sent => (PhoneStage::Sent, None),
            Stage::Delivered => (PhoneStage::Delivered, None),
            Stage::Undelivered => (PhoneStage::Undelivered, None),
        };
        Self {
            channel: ChannelName(newest.channel),
            to: newest.to,
            asked_at: newest.at.into(),
            stage,
            outcome,
            answer_until: newest.answer_until.map(Time::from),
            is_missed: newest.missed,
        }
    }
}

/// Which number, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhoneWish {
    /// The id of one of the numbers; left out: the one that was chosen before.
    #[schema(format = "uuid")]
    phone_number: Option<String>,
    /// Where a call and an SMS are both open, which of them. Otherwise whatever is open is taken.
    channel: Option<ChannelName>,
}

/// Ask for a call or an SMS
///
/// A call rings for a few seconds and nobody answers it: the code is the last four digits of the number that calls. After as
/// many calls as the policy says an SMS with six digits takes their place, and at once where a call did not reach the phone.
/// Each has to wait a while after the one before; how far it has come is told by `GET /api/v1/second-step`.
#[utoipa::path(
    post, path = "/api/v1/second-step/phone", tag = "Signing in",
    request_body = PhoneWish,
    responses((status = 200, body = SecondStep, description = "It is on its way.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["too-many", "conflict", "over"]))),
)]
async fn ask_phone(
    call: Call,
    cookies: Cookies,
    Held(token): Held,
    Json(input): Json<PhoneWish>,
) -> Result<Sent<SecondStep>, Problem> {
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let want = input.want()?;
    let asking = second_step::ask_phone(&call, &token, browser.as_ref(), session.as_ref(), want).await;
    let conflict = |key| Err(Problem::new(&problem::CONFLICT).saying(Text::new(key)));
    match asking.map_err(over)? {
        Asking::Begun(_) => shown(&call, &token).await.map(Sent),
        Asking::TooSoon { at } => Err(FlowError::TooMany { until: Some(at) }.into()),
        Asking::NoMore => conflict(text!("phone-nothing-more")),
        Asking::Guarded(key) => conflict(key),
        Asking::NoNumber | Asking::Over => Err(Problem::new(&problem::OVER)),
    }
}

impl PhoneWish {
    fn want(self) -> Result<Want, Problem> {
        let read = |text: String| {
            let read = text.parse::<PhoneNumberId>();
            read.map_err(|_| Problem::new(&problem::INVALID).about("phone_number", Text::new("field-wrong")))
        };
        let phone = self.phone_number.map(read).transpose()?;
        Ok(Want {
            phone,
            channel: self.channel.map(|ChannelName(channel): ChannelName| -> Channel { channel }),
        })
    }
}
