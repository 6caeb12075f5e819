//! Telegram: linking an account, switching the method on and off, unlinking, and waiting for an answer in the chat.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_core::factor::telegram::LINK_LIFE;
use countersign_core::id::TelegramAccountId;
use countersign_core::method::Method;
use countersign_core::sign_in::{AccountChange, Purpose, Standing};
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};

use super::super::view::{
    Done, LinkAddress, LinkEnd, LinkStage, TelegramDonePage, TelegramLinkPage, TelegramOffPage,
    TelegramOnPage, TelegramOverPage, TelegramRefusedPage, TelegramStartPage,
};
use super::super::visit::{Member, Newcomer, Visit, go, moment, say, show, show_refused};
use super::email_codes::ready;
use super::methods::strength;
use super::recovery_key::KEY;
use super::removal::removed;
use super::security::with_done;
use super::sign_in::with_next;
use crate::flow::telegram::link::{self, Confirmation, LinkState, Started};
use crate::flow::telegram::switch;
use crate::flow::{Call, FlowError};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::http::{ENROL_PATH, STEP_UP_PATH, waiting};
use crate::{qr, text};

pub(super) const BEFORE: &str = "/account/security/telegram";
const LINK: &str = "/account/security/telegram/link";
const DONE: &str = "/account/security/telegram/done";
pub(super) const ON: &str = "/account/security/telegram/enable";
pub(super) const OFF: &str = "/account/security/telegram/disable";

/// The bot's name. Without one there is nothing to link.
fn bot(call: &Call) -> Result<String, FlowError> {
    let none = || FlowError::Forbidden(Text::new(text!("telegram-not-set-up")));
    call.deps.reach.telegram.clone().ok_or_else(none)
}

fn is_key_missing(member: &Member) -> bool {
    let facts = &member.me.facts;
    let missing = !facts.recovery_key.is_some_and(|key| key.saved);
    missing && facts.policy.offers(Method::RecoveryKey, facts.account.role)
}

/// Where Telegram is set up: where accounts are linked already, it is switched on again.
pub(super) async fn first(member: &Member) -> Result<&'static str, Problem> {
    let none = switch::list(member.call(), &member.me).await?.is_empty();
    Ok(if none { BEFORE } else { ON })
}

/// Before one is linked.
pub(super) async fn before(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    ready(&member, AccountChange::LinkTelegram)?;
    show(&TelegramStartPage {
        page: member.page(),
        bot: bot(member.call())?,
        another: !switch::list(member.call(), &member.me).await?.is_empty(),
        other_sessions: member.other_sessions().await?,
        key_follows: is_key_missing(&member),
        strength: strength(member.me.facts.policy.class_of(Method::Telegram)),
    })
}

/// Begins; the address stands on this one page. A linking that was begun before is over.
pub(super) async fn start(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match link::start(member.call(), &member.me).await {
        Ok(Started { address, bot, expires_at }) => {
            let address = drawn(&address)?;
            show(&TelegramLinkPage {
                page: member.page(),
                bot,
                stage: LinkStage::Waiting(Some(address)),
                too_early: false,
                started_at: moment(member.call().now),
                expires_at: moment(expires_at),
            })
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(BEFORE)))),
        Err(error) => Err(error.into()),
    }
}

fn drawn(address: &str) -> Result<LinkAddress, Problem> {
    let internal = || Problem::new(&problem::INTERNAL).because("the QR code could not be drawn");
    Ok(LinkAddress { address: address.to_owned(), qr: qr::data_uri(address).ok_or_else(internal)? })
}

/// How far the linking of this session is.
async fn progress(
    member: &Member,
    address: Option<LinkAddress>,
    problem: String,
    too_early: bool,
) -> Result<Result<TelegramLinkPage, Response>, Problem> {
    let (stage, expires_at) = match link::state(member.call(), &member.me).await? {
        LinkState::Waiting { expires_at } => (LinkStage::Waiting(address), expires_at),
        LinkState::Opened { by, expires_at, .. } => (LinkStage::Opened { by, problem }, expires_at),
        LinkState::None => return Ok(Err(go(BEFORE))),
        LinkState::Linked => return Ok(Err(go(DONE))),
        LinkState::Over => return over(member, LinkEnd::Over).map(Err),
        LinkState::Refused => return over(member, LinkEnd::Refused).map(Err),
    };
    let bot = bot(member.call())?;
    let started_at = moment(expires_at.minus(LINK_LIFE));
    Ok(Ok(TelegramLinkPage {
        page: member.page(),
        bot,
        stage,
        too_early,
        started_at,
        expires_at: moment(expires_at),
    }))
}

fn over(member: &Member, end: LinkEnd) -> Result<Response, Problem> {
    show_refused(StatusCode::GONE, &TelegramOverPage { page: member.page(), end })
}

/// The linking in progress. The address was told once, on the page that made it.
pub(super) async fn linking(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    match progress(&member, None, String::new(), false).await? {
        Ok(page) => show(&page),
        Err(other) => Ok(other),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContinueForm {
    #[serde(default)]
    address: Option<Typed>,
}

/// *Continue*: on to the code, or the same page once more. It carries its address along, which is shown again only if it is
/// one of ours.
pub(super) async fn go_on(
    Newcomer(member): Newcomer,
    Form(form): Form<ContinueForm>,
) -> Result<Response, Problem> {
    let is_ours = |address: &&Typed| member.call().deps.reach.is_chat_link(address);
    let address = form.address.as_ref().filter(is_ours).map(|address| drawn(address)).transpose()?;
    match progress(&member, address, String::new(), true).await? {
        Ok(page) if matches!(page.stage, LinkStage::Waiting(_)) => show(&page),
        Ok(_) => Ok(go(LINK)),
        Err(other) => Ok(other),
    }
}

/// What the page that waits is told.
#[derive(Serialize)]
struct LinkTold {
    state: &'static str,
}

/// For the script of the page that waits.
pub(super) async fn wait_for_link(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    let state = match link::state(member.call(), &member.me).await? {
        LinkState::Waiting { .. } => "waiting",
        LinkState::Opened { .. } => "opened",
        LinkState::Refused => "refused",
        LinkState::Linked => "linked",
        LinkState::None | LinkState::Over => "over",
    };
    Ok(axum::Json(LinkTold { state }).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeForm {
    code: Typed,
}

/// The code that the chat shows.
pub(super) async fn confirm(
    Newcomer(member): Newcomer,
    Form(form): Form<CodeForm>,
) -> Result<Response, Problem> {
    let first = !member.me.enrolled.contains(&Method::Telegram);
    let said = match link::confirm(member.call(), &member.me, &form.code).await {
        Ok(Confirmation::Done { session, ended, may_make_key }) => {
            member.renew(&session);
            let told = format!("{DONE}?first={first}&ended={ended}");
            return Ok(go(&if may_make_key { with_done(KEY, Done::TelegramOn) } else { told }));
        }
        Ok(Confirmation::Wrong { tries_left }) => {
            Text::new(text!("telegram-link-wrong")).with("n", tries_left)
        }
        Ok(Confirmation::NotOpened) => return go_early(&member).await,
        Ok(Confirmation::Over) => return over(&member, LinkEnd::Over),
        Err(FlowError::Invalid(faults)) => match faults.into_iter().next() {
            Some(fault) => fault.text,
            None => return Ok(go(LINK)),
        },
        Err(error) => return Err(error.into()),
    };
    again(&member, &said).await
}

async fn again(member: &Member, said: &Text) -> Result<Response, Problem> {
    let problem = say(&member.page(), said);
    match progress(member, None, problem, false).await? {
        Ok(page) => show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(other) => Ok(other),
    }
}

async fn go_early(member: &Member) -> Result<Response, Problem> {
    match progress(member, None, String::new(), true).await? {
        Ok(page) => show_refused(StatusCode::CONFLICT, &page),
        Err(other) => Ok(other),
    }
}

pub(super) async fn cancel(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    link::cancel(member.call(), &member.me).await?;
    let back = if member.me.standing == Standing::MustEnrol { ENROL_PATH } else { "/account/security" };
    Ok(go(&with_done(back, Done::SetUpCancelled)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    #[serde(default)]
    first: Option<bool>,
    #[serde(default)]
    ended: Option<u32>,
}

pub(super) async fn done(member: Member, Query(outcome): Query<Outcome>) -> Result<Response, Problem> {
    let chats = switch::list(member.call(), &member.me).await?;
    let Some(newest) = chats.iter().max_by_key(|chat| chat.added_at) else {
        return Ok(go("/account/security"));
    };
    show(&TelegramDonePage {
        page: member.page(),
        name: newest.name.clone(),
        first: outcome.first.unwrap_or(chats.len() == 1),
        sessions_ended: outcome.ended.unwrap_or(0),
        can_add: chats.len() < usize::from(member.me.facts.policy.telegram_accounts_max),
    })
}

/// Before it is switched on again.
pub(super) async fn before_on(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    ready(&member, AccountChange::EnableTelegram)?;
    let chats = switch::list(member.call(), &member.me).await?;
    if chats.is_empty() {
        return Ok(go(BEFORE));
    }
    show(&TelegramOnPage {
        page: member.page(),
        names: chats.into_iter().map(|chat| chat.name).collect(),
        other_sessions: member.other_sessions().await?,
        strength: strength(member.me.facts.policy.class_of(Method::Telegram)),
    })
}

pub(super) async fn enable(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let key_missing = is_key_missing(&member);
    match switch::enable(member.call(), &member.me).await {
        Ok((session, _)) => {
            member.renew(&session);
            Ok(go(&with_done(if key_missing { KEY } else { "/account/security" }, Done::TelegramOn)))
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(ON)))),
        Err(error) => Err(error.into()),
    }
}

/// What goes when Telegram goes.
async fn off_page(member: &Member, unlinks: Option<(String, String)>) -> Result<TelegramOffPage, Problem> {
    let facts = &member.me.facts;
    let is_on = member.me.enrolled.contains(&Method::Telegram);
    let chats = switch::list(member.call(), &member.me).await?.len();
    let ends_telegram = is_on && (unlinks.is_none() || chats == 1);
    let other = |method: &Method| method.is_daily() && *method != Method::Telegram;
    let counting: Vec<Method> = member.me.enrolled.iter().copied().filter(other).collect();
    let last = ends_telegram && facts.policy.counting(&counting).is_empty();
    Ok(TelegramOffPage {
        page: member.page(),
        unlinks,
        other_sessions: member.other_sessions().await?,
        ends_telegram,
        last,
        required: facts.policy.required_for(facts.account.role, member.call().now),
        key_goes: last && facts.recovery_key.is_some(),
    })
}

pub(super) async fn before_off(member: Member) -> Result<Response, Problem> {
    ready(&member, AccountChange::DisableTelegram)?;
    show(&off_page(&member, None).await?)
}

pub(super) async fn disable(member: Member, Form(NoFields {}): Form<NoFields>) -> Result<Response, Problem> {
    let removal = switch::start_disable(member.call(), &member.me).await;
    removed(&member, removal, Purpose::DisableTelegram, OFF)
}

fn id(text: &str) -> Result<TelegramAccountId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

pub(super) async fn before_unlink(
    Newcomer(member): Newcomer,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let chat = switch::by_id(member.call(), &member.me, id(&text)?).await?;
    ready(&member, AccountChange::UnlinkTelegram)?;
    show(&off_page(&member, Some((chat.id.to_string(), chat.name))).await?)
}

pub(super) async fn unlink(
    Newcomer(member): Newcomer,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let removal = switch::start_unlink(member.call(), &member.me, id).await;
    removed(&member, removal, Purpose::UnlinkTelegram, &format!("{BEFORE}/{id}/unlink"))
}

/// Whether somebody has answered in Telegram: as events, or as it stands now.
pub(super) async fn wait(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let token = visit.cookies.token(CookieName::Challenge).ok_or(Problem::new(&problem::SIGN_IN_NEEDED))?;
    if waiting::wants_events(&headers) {
        return waiting::events(&visit.app, visit.call, token).await;
    }
    Ok(axum::Json(waiting::look(&visit.call, &token).await?.told).into_response())
}

/// The page of a challenge that was refused in Telegram; `None`: it was not.
pub(super) async fn refused(visit: &Visit) -> Result<Option<TelegramRefusedPage>, Problem> {
    use crate::flow::second_step::{Wait, wait};
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return Ok(None) };
    if wait(&visit.call, &token).await?.wait != Wait::Refused {
        return Ok(None);
    }
    visit.cookies.remove(CookieName::Challenge);
    let me = visit.session().await?;
    let page = match &me {
        Some(me) => visit.page_of(me.facts.account.organisation_id).await?,
        None => visit.front_page().await?,
    };
    Ok(Some(TelegramRefusedPage { page, inside: me.is_some() }))
}
