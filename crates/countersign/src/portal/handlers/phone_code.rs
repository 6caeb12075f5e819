//! The second step by phone: asking for a call or an SMS, and how it stands (MSG-6, MSG-7).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_core::method::Method;
use countersign_core::phone::Channel;
use countersign_core::sign_in::Purpose;
use serde::Deserialize;

use super::super::view::{CodeProblem, PhoneBox, PhoneNewest, PhonePick, PhoneProblem, PhoneStage};
use super::super::visit::{Visit, go, moment};
use super::second_step::{HERE, over, refused};
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::phone::{Asking, Newest, PhoneStep, Stage, Want};
use crate::flow::second_step::{self, Answer, ChallengeView};
use crate::http::cookies::CookieName;
use crate::http::form::Form;
use crate::http::local_path;
use crate::http::problem::{self, Problem};

/// Which number, and a call or an SMS where both are open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskForm {
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

impl AskForm {
    /// What came from no page of ours is refused.
    fn want(&self) -> Result<Want, Problem> {
        let malformed = || Problem::new(&problem::MALFORMED);
        let phone = self.phone.as_ref().map(|text| text.parse().map_err(|_| malformed())).transpose()?;
        let channel = self.channel.as_ref().map(|text| Channel::parse(text).ok_or_else(malformed));
        Ok(Want { phone, channel: channel.transpose()? })
    }
}

/// Has the chosen number called or written to, and shows how that stands.
pub(super) async fn ask(visit: Visit, Form(form): Form<AskForm>) -> Result<Response, Problem> {
    let want = form.want()?;
    let next = form.next.filter(|next| local_path(next).is_some());
    let cookies = &visit.cookies;
    let Some(token) = cookies.token(CookieName::Challenge) else { return over(&visit).await };
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let problem =
        match second_step::ask_phone(&visit.call, &token, browser.as_ref(), session.as_ref(), want).await {
            Ok(Asking::Guarded(key)) => PhoneProblem::Guarded(key),
            Ok(Asking::NoMore) => PhoneProblem::NoMore,
            // How long to wait stands on the page.
            Ok(_) | Err(FlowError::Conflict(_)) => return Ok(go(&with_next(HERE, next.as_deref()))),
            Err(FlowError::NotFound) => return over(&visit).await,
            Err(error) => return Err(error.into()),
        };
    refused(&visit, Some(Method::Phone), next, |_, _| Ok(CodeProblem::Phone(problem))).await
}

/// How the newest call or SMS stands, for the script that keeps the page up to date.
pub(super) async fn news(visit: Visit) -> Result<Response, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return Ok(go("/sign-in")) };
    let news = match second_step::phone_news(&visit.call, &token).await {
        Err(FlowError::NotFound) => return Ok(go("/sign-in")),
        other => other?,
    };
    let Some(step) = &news.phone else { return Ok(go(HERE)) };
    let page = visit.page_of(news.organisation).await?;
    Ok(Json(boxed(step).news(&page, news.purpose == Purpose::ProvePhone)).into_response())
}

/// How the page shows the phone's part of a challenge; without a number there is nothing to ask for.
pub(super) fn asked(view: &ChallengeView) -> PhoneBox {
    let none = || PhoneBox { numbers: Vec::new(), newest: None, call: None, sms: None, begins_with: None };
    view.phone.as_ref().map_or_else(none, boxed)
}

fn boxed(step: &PhoneStep) -> PhoneBox {
    PhoneBox {
        numbers: picks(step),
        newest: step.newest.as_ref().map(newest),
        call: step.next.call.map(moment),
        sms: step.next.sms.map(moment),
        begins_with: step.calls_begin_with.clone(),
    }
}

fn picks(step: &PhoneStep) -> Vec<PhonePick> {
    let pick = |number: &crate::flow::phone::NumberChoice| PhonePick {
        id: number.id.to_string(),
        masked: number.masked.clone(),
        chosen: number.id == step.chosen,
    };
    step.numbers.iter().map(pick).collect()
}

fn newest(newest: &Newest) -> PhoneNewest {
    PhoneNewest {
        is_call: newest.channel == Channel::Call,
        to: newest.to.clone(),
        at: moment(newest.at),
        stage: match newest.stage {
            Stage::OnItsWay => PhoneStage::OnItsWay,
            Stage::Ringing => PhoneStage::Ringing,
            Stage::Ended(outcome) => PhoneStage::Ended(outcome.text_key(), outcome.was_shown()),
            Stage::Sent => PhoneStage::Sent,
            Stage::Delivered => PhoneStage::Delivered,
            Stage::Undelivered => PhoneStage::Undelivered,
        },
        until: newest.answer_until.map(moment),
        missed: newest.missed,
    }
}

/// What was wrong with digits from a phone, where that is the phone's matter. `view`: the challenge as it stands now.
pub(super) fn problem(answer: &Answer, view: Option<&ChallengeView>) -> Option<CodeProblem> {
    let newest = view.and_then(|view| view.phone.as_ref()).and_then(|step| step.newest.as_ref());
    let missed = newest.is_some_and(|newest| newest.missed);
    Some(CodeProblem::Phone(match *answer {
        Answer::Wrong { tries_left } if missed => PhoneProblem::WrongCall(tries_left),
        Answer::Late => PhoneProblem::Late,
        Answer::Used => PhoneProblem::Used,
        Answer::Superseded => PhoneProblem::Superseded,
        Answer::NoCode => PhoneProblem::NoneSent,
        _ => return None,
    }))
}

/// The status of a page that says so.
pub(super) fn status(problem: PhoneProblem) -> StatusCode {
    match problem {
        PhoneProblem::Guarded(_) | PhoneProblem::NoMore => StatusCode::CONFLICT,
        _ => StatusCode::UNAUTHORIZED,
    }
}
