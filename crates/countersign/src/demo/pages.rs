//! `/demo`, `/demo/tray`, what is done there, `/demo/telegram` where links into the chat lead, and `/demo/styleguide`.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::deeds;
use super::plan::Plan;
use super::styleguide::StyleguidePage;
use super::tray;
use crate::app::App;
use crate::flow::Call;
use crate::http::context::RequestContext;
use crate::http::csrf::CsrfToken;
use crate::http::form::Query;
use crate::http::problem::{self, Problem};
use crate::portal::view::{DemoStartPage, OpenChatPage, Page, TrayPage};
use crate::words::{Moment, Words};

/// Where links into the chat with the bot lead, in Telegram's place.
pub const CHAT_PAGE: &str = "/demo/telegram";

/// The demo's routes, to be added to those of the portal.
pub fn routes(plan: Arc<Plan>) -> Router<Arc<App>> {
    Router::new()
        .route("/demo", get(start))
        .route("/demo/tray", get(phone))
        .route(CHAT_PAGE, get(open_chat))
        .route("/demo/telegram/write", post(deeds::write))
        .route("/demo/telegram/press", post(deeds::press))
        .route("/demo/telegram/block", post(deeds::block))
        .route("/demo/phone/answer", post(deeds::answer))
        .route("/demo/phone/decline", post(deeds::decline))
        .route("/demo/styleguide", get(styleguide))
        .layer(Extension(plan))
}

/// What every page of the demo starts from.
struct Visit(Page);

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        let csrf = CsrfToken::from_request_parts(parts, app).await?.0;
        let words = Words::new(context.language);
        let mut page = Page::new(words, Moment(context.now.as_millis()), context.nonce.as_str(), csrf);
        page.product.clone_from(&app.settings.product);
        page.organisation.clone_from(&app.settings.product);
        Ok(Self(page))
    }
}

async fn start(Visit(page): Visit, Extension(plan): Extension<Arc<Plan>>) -> Result<Response, Problem> {
    let organisations = plan.shown(page.words);
    show(&DemoStartPage { page, organisations })
}

async fn phone(
    Visit(page): Visit,
    Extension(plan): Extension<Arc<Plan>>,
    State(app): State<Arc<App>>,
    call: Call,
) -> Result<Response, Problem> {
    let owners = tray::owners(&call, &page.t("demo-tray-pending")).await?;
    show(&TrayPage {
        apps: tray::apps(&owners),
        phones: tray::phones(&app, &owners),
        chats: tray::chats(&app, &owners),
        bot: app.deps.reach.telegram.clone().unwrap_or_default(),
        letters: tray::letters(&app),
        organisations: plan.shown(page.words),
        page,
    })
}

/// What a link hands over to the bot.
#[derive(Deserialize)]
struct Handed {
    start: Option<String>,
}

async fn open_chat(
    Visit(page): Visit,
    State(app): State<Arc<App>>,
    call: Call,
    Query(Handed { start }): Query<Handed>,
) -> Result<Response, Problem> {
    let Some(token) = start else { return Ok(Redirect::to("/demo/tray#chats").into_response()) };
    let owners = tray::owners(&call, "").await?;
    show(&OpenChatPage { chats: tray::chats(&app, &owners), command: format!("/start {token}"), page })
}

async fn styleguide(State(_): State<Arc<App>>, Visit(page): Visit) -> Result<Response, Problem> {
    show(&StyleguidePage::new(page))
}

fn show(page: &impl Template) -> Result<Response, Problem> {
    let html = page.render();
    let html = html
        .map_err(|error| Problem::new(&problem::INTERNAL).because(format!("a template failed: {error}")))?;
    Ok(Html(html).into_response())
}
