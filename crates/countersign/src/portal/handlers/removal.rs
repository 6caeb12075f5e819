//! What follows once somebody asked to remove a factor, whichever it is.

use axum::response::Response;
use countersign_core::sign_in::Purpose;

use super::super::visit::{Member, go};
use super::second_step::done;
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::email_code::Removal;
use crate::http::STEP_UP_PATH;
use crate::http::problem::Problem;

/// On to the challenge of its own that the removal asks for, or to what is told once it is done. `here` is where a step-up
/// leads back to.
pub(super) fn removed(
    member: &Member,
    removal: Result<Removal, FlowError>,
    purpose: Purpose,
    here: &str,
) -> Result<Response, Problem> {
    match removal {
        Ok(Removal::Challenge(open)) => {
            member.visit.challenge(&open);
            Ok(go("/second-step"))
        }
        Ok(Removal::Done(token)) => {
            member.renew(&token);
            Ok(go(&done(purpose, false)))
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(here)))),
        Err(error) => Err(error.into()),
    }
}
