//! "Protect your account": what whoever just signed in without a second step sees first (KEY-10).

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::method::Method;
use countersign_core::policy::Policy;
use countersign_core::sign_in::{AccountChange, Before, Enrolment, Occasion, Permission, Standing};
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::view::{
    Done, EnrolmentDonePage, EnrolmentHurdle, EnrolmentPage, EnrolmentReason, FormErrors,
};
use super::super::visit::{Member, Newcomer, go, moment, say, show, show_refused};
use super::recovery_key::KEY;
use super::security::{After, told, with_done};
use super::sign_in::{Way, with_next};
use super::{address, methods, telegram};
use crate::flow::enrolment::{self, State};
use crate::flow::{FlowError, authenticator, outbox};
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::http::{ENROL_PATH as HERE, STEP_UP_PATH, local_path};
use crate::text;

/// Tells that the second step is on, and leads on to the account.
pub(super) const DONE: &str = "/account/set-up/done";

pub(super) async fn form(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let state = enrolment::state(member.call(), &member.me);
    let done = way.done.clone();
    let next = way.path();
    if state.enrolment == Enrolment::None {
        let home = next.as_deref().unwrap_or("/account");
        return Ok(go(if member.me.standing == Standing::SaveKey { KEY } else { home }));
    }
    let mut page = page(&member, state, next).await?;
    page.page.notice = told(done.as_deref(), &page.page);
    show(&page)
}

async fn page(member: &Member, state: State, return_to: Option<String>) -> Result<EnrolmentPage, Problem> {
    let mut page = member.page();
    // One decision: no menu leads away from it, whether or not it has to be made.
    page.must_enrol = true;
    let (policy, email) = (&member.me.facts.policy, state.methods.contains(&Method::Email));
    Ok(EnrolmentPage {
        reason: reason(&state),
        hurdle: hurdle(member, &page, &state).await?,
        methods: state.methods.iter().map(|method| methods::choice(&page, policy, *method)).collect(),
        other_sessions: member.other_sessions().await?,
        key_follows: state.key_follows,
        ends_email: ends_email(&member.me.facts.policy, &member.me.enrolled),
        mail_is_down: email && outbox::is_mail_down(member.call()).await?,
        errors: FormErrors::default(),
        return_to,
        page,
    })
}

fn ends_email(policy: &Policy, enrolled: &[Method]) -> bool {
    policy.giving_way(Method::Authenticator, enrolled).contains(&Method::Email)
}

fn reason(state: &State) -> EnrolmentReason {
    match (state.occasion, state.enrolment) {
        (Occasion::UnderSuspension, _) => EnrolmentReason::UnderSuspension,
        (Occasion::Recovered, _) => EnrolmentReason::Recovered,
        (Occasion::First, Enrolment::Grace(until)) => EnrolmentReason::Grace(moment(until)),
        (Occasion::First, Enrolment::Required) => EnrolmentReason::Required,
        (Occasion::First, Enrolment::Offered | Enrolment::None) => EnrolmentReason::Offered,
    }
}

/// What has to be done before a method can be chosen, in words.
async fn hurdle(
    member: &Member,
    page: &super::super::view::Page,
    state: &State,
) -> Result<EnrolmentHurdle, Problem> {
    Ok(match state.before {
        Before::Nothing => EnrolmentHurdle::None,
        Before::ConfirmAddress if member.call().deps.mail => {
            EnrolmentHurdle::ConfirmAddress(member.me.facts.account.email.as_str().to_owned())
        }
        Before::ConfirmAddress => EnrolmentHurdle::Told(page.t("mail-not-set-up").into_owned()),
        Before::SignInAgain => EnrolmentHurdle::SignInAgain,
        Before::AskSupport => EnrolmentHurdle::Told(page.t("enrolment-ask-support").into_owned()),
        Before::RemoveDevice => {
            let lines = authenticator::list(member.call(), &member.me).await?;
            EnrolmentHurdle::RemoveDevice(lines.into_iter().map(methods::device).collect())
        }
        Before::Refused(key) => EnrolmentHurdle::Told(say(page, &Text::new(key))),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceForm {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

/// Goes on to the set-up of the method that was chosen.
pub(super) async fn choose(
    Newcomer(member): Newcomer,
    Form(form): Form<ChoiceForm>,
) -> Result<Response, Problem> {
    let state = enrolment::state(member.call(), &member.me);
    let next = form.next.filter(|next| local_path(next).is_some());
    if state.enrolment == Enrolment::None || state.before != Before::Nothing {
        return Ok(go(HERE));
    }
    let chosen = form.method.as_deref().and_then(Method::parse);
    match chosen.filter(|method| state.methods.contains(method)) {
        Some(Method::Authenticator) => start_authenticator(&member).await,
        Some(Method::Telegram) => Ok(go(telegram::first(&member).await?)),
        Some(_) => Ok(go("/account/security/email")),
        None => {
            let mut again = page(&member, state, next).await?;
            let text = again.page.t(text!("enrolment-choose-one")).into_owned();
            again.errors = FormErrors::default().with("method", text);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}

/// The QR code at once, but where the policy's pages ask before they make a key (EXC-4).
async fn start_authenticator(member: &Member) -> Result<Response, Problem> {
    if member.me.facts.policy.last_showing {
        return Ok(go("/account/security/authenticator"));
    }
    if member.me.may(AccountChange::AddAuthenticator, member.call().now) == Permission::StepUp {
        return Ok(go(&with_next(STEP_UP_PATH, Some(HERE))));
    }
    match authenticator::start(member.call(), &member.me).await {
        Ok(()) => Ok(go("/account/security/authenticator/set-up")),
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotNowForm {
    #[serde(default)]
    next: Option<String>,
}

pub(super) async fn not_now(member: Member, Form(form): Form<NotNowForm>) -> Result<Response, Problem> {
    match enrolment::put_off(member.call(), &member.me).await {
        // Something was set up meanwhile, so there is nothing to put off.
        Ok(()) | Err(FlowError::Conflict(_)) => {
            Ok(go(form.next.as_deref().and_then(local_path).unwrap_or("/account")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends the letter that confirms the address, and comes back here.
pub(super) async fn confirm_address(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    address::send_confirmation(&member, HERE).await
}

/// What was set up. Once there is more than one method, this page has nothing to tell that the list does not.
pub(super) async fn done(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let page = member.page();
    let daily = member.me.enrolled.iter().filter(|method| method.is_daily()).count();
    if daily != 1 {
        let told = after.name().and_then(Done::parse);
        let security =
            told.map_or("/account/security".to_owned(), |done| with_done("/account/security", done));
        return Ok(go(if daily == 0 { HERE } else { &security }));
    }
    show(&EnrolmentDonePage {
        ways: methods::ways(&member, &page),
        key_saved: member.me.facts.recovery_key.is_some_and(|key| key.saved),
        email: member.me.enrolled.contains(&Method::Email),
        telegram: member.me.enrolled.contains(&Method::Telegram),
        page,
    })
}
