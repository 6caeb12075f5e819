//! What signing in, stepping up and removing a device share: a challenge behind its token, and how a refused code is told.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::secret::Token;

use super::super::view::{CodeProblem, SecondStepPage};
use super::super::visit::{Refused, moment, show_refused};
use crate::flow::second_step::{self, Answer, ChallengeView};
use crate::flow::{Call, FlowError};
use crate::http::problem::Problem;

/// The challenge of this token; `None` when it is over.
pub(super) async fn view(call: &Call, token: &Token) -> Result<Option<ChallengeView>, Problem> {
    match second_step::view(call, token).await {
        Ok(view) => Ok(Some(view)),
        Err(FlowError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What was wrong with the code. A challenge that was passed has nothing more to answer: it is over.
pub(super) fn problem(answer: &Answer) -> CodeProblem {
    match *answer {
        Answer::Wrong { tries_left } => CodeProblem::Wrong(tries_left),
        Answer::Late | Answer::Superseded | Answer::NoCode | Answer::Held { .. } => CodeProblem::Late,
        Answer::Used => CodeProblem::Used,
        Answer::TooMany { until } => CodeProblem::TooMany(until.map(moment)),
        Answer::Over | Answer::Entered(_) | Answer::Done { .. } => CodeProblem::Over,
    }
}

/// Draws the page that says so, under the status that says so to machines.
pub(super) fn refused(problem: CodeProblem, page: &SecondStepPage) -> Result<Response, Problem> {
    let refused = match problem {
        CodeProblem::Malformed => StatusCode::UNPROCESSABLE_ENTITY.into(),
        CodeProblem::TooMany(until) => Refused::too_many(until, page.page.now),
        CodeProblem::Over => StatusCode::GONE.into(),
        CodeProblem::Wrong(_) | CodeProblem::Late | CodeProblem::Used => StatusCode::UNAUTHORIZED.into(),
    };
    show_refused(refused, page)
}
