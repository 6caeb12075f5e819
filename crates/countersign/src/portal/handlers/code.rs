//! What every second step shares: a challenge behind its token, how a method is asked for, and how a refused answer is
//! told.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::sign_in::Offer;

use super::super::view::{
    Asked, CodeProblem, MailAgain, MailBox, MailDelivery, MailSent, MethodLink, Page, SecondStepPage,
};
use super::super::visit::{Refused, Visit, moment, say, show_refused};
use super::methods::look;
use super::{phone_code, telegram_row};
use crate::flow::second_step::{self, Again, Answer, ChallengeView, Delivery, MailCode, Reply};
use crate::flow::{Call, FlowError};
use crate::http::cookies::CookieName;
use crate::http::problem::{self, Problem};
use crate::text;

/// The challenge of this token; `None` when it is over.
pub(super) async fn view(call: &Call, token: &Token) -> Result<Option<ChallengeView>, Problem> {
    match second_step::view(call, token).await {
        Ok(view) => Ok(Some(view)),
        Err(FlowError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The method that a form asks for; one that there is not came from no page of ours.
pub(super) fn method(text: Option<&str>) -> Result<Option<Method>, Problem> {
    text.map(|text| Method::parse(text).ok_or(Problem::new(&problem::MALFORMED))).transpose()
}

/// Judges an answer with all that the browser brings.
pub(super) async fn answer(
    visit: &Visit,
    challenge: &Token,
    method: Option<Method>,
    code: &str,
) -> Result<Answer, FlowError> {
    let cookies = &visit.cookies;
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let reply = Reply { challenge, browser: browser.as_ref(), session: session.as_ref(), method, code };
    second_step::answer(&visit.call, &reply).await
}

/// Has another code sent. What stands against it is told by the page that shows the challenge; `false`: it is over.
pub(super) async fn send_again(visit: &Visit, challenge: &Token) -> Result<bool, Problem> {
    let cookies = &visit.cookies;
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    match second_step::send_again(&visit.call, challenge, browser.as_ref(), session.as_ref()).await {
        Ok(_) | Err(FlowError::Conflict(_)) => Ok(true),
        Err(FlowError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Goes on with a method. `false`: it is not on offer.
pub(super) async fn choose(visit: &Visit, challenge: &Token, method: Method) -> Result<bool, Problem> {
    let cookies = &visit.cookies;
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let chosen =
        second_step::choose(&visit.call, challenge, browser.as_ref(), session.as_ref(), method).await;
    match chosen {
        Ok(_) | Err(FlowError::NotFound) => Ok(true),
        Err(FlowError::Conflict(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// How the page asks for a method of this challenge.
pub(super) fn asked(view: &ChallengeView, method: Method) -> Asked {
    let held = view.offers.iter().find(|offer| offer.method == method).and_then(|offer| offer.held_until);
    match (method, &view.mail) {
        (Method::Email, Some(mail)) => {
            Asked::Email(MailBox { held_until: held.map(moment), ..mail_box(mail) })
        }
        (Method::RecoveryKey, _) => Asked::RecoveryKey,
        (Method::SupportCode, _) => Asked::SupportCode,
        (Method::Phone, _) => Asked::Phone(phone_code::asked(view)),
        (Method::Telegram, _) => match &view.telegram {
            Some(step) => Asked::Telegram(telegram_row::question(view, step)),
            None => Asked::Authenticator,
        },
        (Method::Email | Method::Authenticator, _) => Asked::Authenticator,
    }
}

fn mail_box(mail: &MailCode) -> MailBox {
    let sent = mail.sent.as_ref().map(|sent| MailSent {
        at: moment(sent.at),
        expires_at: moment(sent.expires_at),
        reference: sent.reference.clone(),
        delivery: match sent.delivery {
            Delivery::OnItsWay => MailDelivery::OnItsWay,
            Delivery::Sent => MailDelivery::Sent,
            Delivery::Delayed => MailDelivery::Delayed,
            Delivery::Refused => MailDelivery::Refused,
        },
    });
    let again = again(mail.again);
    MailBox { to: mail.to.clone(), sent, again, is_down: mail.is_mail_down, held_until: None }
}

/// When another code may be asked for.
pub(super) fn again(again: Again) -> MailAgain {
    match again {
        Again::Now => MailAgain::Now,
        Again::At(at) => MailAgain::At(moment(at)),
        Again::Never => MailAgain::Never,
        Again::Limited(until) => MailAgain::Limited(until.map(moment)),
    }
}

/// The methods as the page of the other ways lists them; `account` is masked.
pub(super) fn links(page: &Page, offers: &[Offer], account: &str) -> Vec<MethodLink> {
    let needs = |method| match method {
        Method::Authenticator => page.t("other-ways-app"),
        Method::Email => page.t1("other-ways-mail", "to", account),
        Method::Telegram => page.t("other-ways-telegram"),
        Method::Phone => page.t("other-ways-phone"),
        Method::RecoveryKey => page.t("other-ways-key"),
        Method::SupportCode => page.t("other-ways-support-code"),
    };
    let link = |offer: &Offer| MethodLink {
        icon: look(offer.method).icon,
        name: page.t(offer.method.text_key()).into_owned(),
        needs: needs(offer.method).into_owned(),
        value: offer.method.as_str().to_owned(),
        held_until: offer.held_until.map(moment),
    };
    offers.iter().map(link).collect()
}

/// The offers beside the one that is asked for now; where there are none, that one, and `true`.
pub(super) fn others(offers: &[Offer], now: Method) -> (Vec<Offer>, bool) {
    let others: Vec<Offer> = offers.iter().copied().filter(|offer| offer.method != now).collect();
    if others.is_empty() { (offers.to_vec(), true) } else { (others, false) }
}

/// What was wrong with an answer by this method. `view`: the challenge as it stands now. A challenge that was passed has
/// nothing more to answer: it is over.
pub(super) fn problem(answer: &Answer, method: Method, view: Option<&ChallengeView>) -> CodeProblem {
    if method == Method::Phone
        && let Some(problem) = phone_code::problem(answer, view)
    {
        return problem;
    }
    by_method(answer, method).unwrap_or_else(|| by_any(answer, view))
}

/// What is told otherwise of this method than of the others.
fn by_method(answer: &Answer, method: Method) -> Option<CodeProblem> {
    Some(match (method, answer) {
        (Method::RecoveryKey, Answer::Wrong { tries_left }) => CodeProblem::WrongKey(*tries_left),
        (Method::SupportCode, Answer::Wrong { tries_left }) => CodeProblem::WrongSupportCode(*tries_left),
        (Method::SupportCode, Answer::Late | Answer::Used) => CodeProblem::LateSupportCode,
        (Method::Email, Answer::Late) => CodeProblem::LateMail,
        (Method::Email, Answer::Used) => CodeProblem::UsedMail,
        (Method::Telegram, Answer::Held { .. }) => CodeProblem::Said(text!("telegram-held")),
        _ => return None,
    })
}

fn by_any(answer: &Answer, view: Option<&ChallengeView>) -> CodeProblem {
    match *answer {
        Answer::Wrong { tries_left } => CodeProblem::Wrong(tries_left),
        Answer::Late => CodeProblem::Late,
        Answer::Used => CodeProblem::Used,
        Answer::Superseded => {
            let sent = view.and_then(|view| view.mail.as_ref()).and_then(|mail| mail.sent.as_ref());
            CodeProblem::Superseded(sent.map(|sent| sent.reference.clone()))
        }
        Answer::NoCode => CodeProblem::NoneSent,
        Answer::Phone(said) => CodeProblem::Said(said.text_key()),
        Answer::NotYet => CodeProblem::Said(text!("telegram-not-yet")),
        Answer::Held { until, .. } => CodeProblem::Held(moment(until)),
        Answer::TooMany { until } => CodeProblem::TooMany(until.map(moment)),
        Answer::Over | Answer::RefusedInChat | Answer::Entered(_) | Answer::Done { .. } => CodeProblem::Over,
    }
}

/// What a flow says of an answer that it did not look at; any other error stays one.
pub(super) fn not_looked_at(page: &Page, error: FlowError) -> Result<CodeProblem, Problem> {
    let text = match &error {
        FlowError::Invalid(faults) => faults.first().map(|fault| say(page, &fault.text)),
        FlowError::Conflict(text) => Some(say(page, text)),
        _ => None,
    };
    text.map(CodeProblem::Malformed).ok_or_else(|| error.into())
}

/// Draws the page that says so, under the status that says so to machines.
pub(super) fn refused(page: &SecondStepPage) -> Result<Response, Problem> {
    let refused = match page.problem {
        Some(CodeProblem::Malformed(_) | CodeProblem::Said(_)) => StatusCode::UNPROCESSABLE_ENTITY.into(),
        Some(CodeProblem::TooMany(until)) => Refused::too_many(until, page.page.now),
        Some(CodeProblem::Over) => StatusCode::GONE.into(),
        Some(CodeProblem::Held(_)) => StatusCode::CONFLICT.into(),
        Some(CodeProblem::Phone(problem)) => phone_code::status(problem).into(),
        _ => StatusCode::UNAUTHORIZED.into(),
    };
    show_refused(refused, page)
}
