//! What the account's security policy demands and offers.

use std::sync::Arc;

use axum::extract::State;
use countersign_core::method::Method;
use countersign_core::policy::Policy;
use countersign_core::text::Text;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::AnySession;
use crate::api::shapes::{ClassName, MethodName, PresetName, Sent};
use crate::app::App;
use crate::flow::password;
use crate::flow::session::SignedIn;
use crate::http::context::RequestContext;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_policy))
}

/// The rules of the account's organisation, as they count for this account.
#[derive(Serialize, ToSchema)]
struct SecurityPolicy {
    /// The set of rules it started from.
    preset: PresetName,
    /// Whether the account must have a second step.
    second_step_required: bool,
    /// The kinds of second step that may be set up.
    methods: Vec<OfferedMethod>,
    /// The kinds that are deliberately missing, and why.
    not_on_offer: Vec<MissingMethod>,
    /// Most authenticators of an account.
    #[schema(minimum = 1, maximum = 20)]
    authenticators_max: u8,
    /// Shortest password that the account may choose, in characters.
    #[schema(minimum = 8, maximum = 15)]
    password_min_length: usize,
    /// Sessions of this account.
    sessions: SessionRules,
}

/// A kind of second step that may be set up.
#[derive(Serialize, ToSchema)]
struct OfferedMethod {
    /// Which.
    method: MethodName,
    /// How much it proves.
    class: ClassName,
}

/// A kind of second step that is not on offer.
#[derive(Serialize, ToSchema)]
struct MissingMethod {
    /// Its name, in the language of the request.
    name: String,
    /// The reason's name, for programs.
    #[schema(value_type = String, examples("not-on-offer-sms"))]
    code: &'static str,
    /// The reason, in the language of the request.
    reason: String,
}

/// How long sessions live.
#[derive(Serialize, ToSchema)]
struct SessionRules {
    /// Seconds without a request after which a session ends.
    idle_seconds: u64,
    /// Seconds after which a session ends however busy it is.
    absolute_seconds: u64,
    /// Most sessions at once; beyond it the oldest ends.
    most: u32,
}

/// Show the security policy
///
/// Answers also while a second step has to be set up first.
#[utoipa::path(
    get, path = "/api/v1/policy", tag = "Account",
    responses((status = 200, body = SecurityPolicy, description = "What counts for this account now.")),
    security(("session" = [])),
)]
async fn get_policy(
    State(app): State<Arc<App>>,
    context: RequestContext,
    AnySession(signed_in): AnySession,
) -> Sent<SecurityPolicy> {
    let (rules, role, now) = (&signed_in.facts.policy, signed_in.facts.account.role, context.now);
    let offered = Method::ALL.iter().filter(|method| rules.offers(**method, role));
    Sent(SecurityPolicy {
        preset: PresetName(rules.preset),
        second_step_required: rules.required_for(role, now),
        methods: offered
            .map(|method| OfferedMethod {
                method: MethodName(*method),
                class: ClassName(rules.class_of(*method)),
            })
            .collect(),
        not_on_offer: missing(&app, &context, rules),
        authenticators_max: rules.authenticators_max,
        password_min_length: password::floor(rules, role, !signed_in.enrolled.is_empty(), now),
        sessions: session_rules(&signed_in),
    })
}

fn missing(app: &App, context: &RequestContext, rules: &Policy) -> Vec<MissingMethod> {
    let say = |key| app.voice.say(context.language, &Text::new(key));
    let missing = rules.not_on_offer().iter().map(|missing| MissingMethod {
        name: say(missing.name_key),
        code: missing.reason_key,
        reason: say(missing.reason_key),
    });
    missing.collect()
}

fn session_rules(signed_in: &SignedIn) -> SessionRules {
    let rules = &signed_in.facts.policy.sessions;
    let lives = countersign_core::session::lives(rules, signed_in.facts.account.role, signed_in.class);
    SessionRules {
        idle_seconds: lives.idle.as_secs(),
        absolute_seconds: lives.absolute.as_secs(),
        most: rules.most,
    }
}
