//! What happened on the account.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_core::api_token::Scope;
use countersign_core::audit::AuditRow;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::shapes::{Device, EventName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::activity::{self, Filter, Kind};
use crate::http::extract::ApiCaller;
use crate::http::form::Query;
use crate::http::problem::{self, Problem};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_activity))
}

/// What kind of thing an event is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum KindName {
    /// Somebody came in or went out.
    SignIns,
    /// Something about the account was changed.
    Changes,
    /// Something failed or was refused.
    Failures,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::SignIns => Self::SignIns,
            KindName::Changes => Self::Changes,
            KindName::Failures => Self::Failures,
        }
    }
}

/// Which rows to show.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only this kind of event.
    event: Option<EventName>,
    /// Only events of this kind.
    #[param(inline)]
    kind: Option<KindName>,
    /// Where an earlier page ended: its `next_cursor`.
    #[param(max_length = 64)]
    cursor: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
struct Activity {
    /// Its id in the audit log.
    #[schema(format = "uuid")]
    id: String,
    /// When it happened.
    at: Time,
    /// What happened.
    event: EventName,
    /// Who did it: `account`, `command-line`, `system` or `stranger` (somebody who was not signed in).
    #[schema(value_type = String, examples("account"))]
    actor: &'static str,
    /// The network address it came from.
    address: Option<String>,
    /// The browser it came from, roughly.
    device: Option<Device>,
    /// Particulars by name, such as a device's name.
    details: BTreeMap<String, String>,
}

impl From<AuditRow> for Activity {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id.to_string(),
            at: row.at.into(),
            event: EventName(row.event),
            actor: row.actor.kind(),
            address: row.address,
            device: row.device.as_deref().map(Device::of),
            details: row.detail,
        }
    }
}

/// A page of activity.
#[derive(Serialize, ToSchema)]
struct ActivityPage {
    /// The newest first, at most 50.
    #[schema(max_items = 50)]
    items: Vec<Activity>,
    /// The `cursor` of the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// List what happened on the account
#[utoipa::path(
    get, path = "/api/v1/activity", tag = "Activity",
    params(Wanted),
    responses((status = 200, body = ActivityPage, description = "A page of the account's activity.")),
    security(("session" = []), ("bearer" = ["activity:read"])),
)]
async fn list_activity(
    call: Call,
    caller: ApiCaller,
    Query(wanted): Query<Wanted>,
) -> Result<Sent<ActivityPage>, Problem> {
    let account = caller.account(&call, Scope::ActivityRead).await?;
    let broken = || Problem::new(&problem::MALFORMED).about("cursor", Text::new("field-wrong"));
    let before = match wanted.cursor.as_deref() {
        Some(text) => Some(activity::parse_cursor(text).ok_or_else(broken)?),
        None => None,
    };
    let filter =
        Filter { event: wanted.event.map(|event| event.0), kind: wanted.kind.map(Kind::from), before };
    let page = activity::list(&call, account, &filter).await?;
    Ok(Sent(ActivityPage {
        items: page.rows.into_iter().map(Activity::from).collect(),
        next_cursor: page.next.map(activity::cursor),
    }))
}
