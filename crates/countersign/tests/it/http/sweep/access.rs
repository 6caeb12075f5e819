//! What every route asks of its caller. A route that is missing here is a mistake: nothing is open by default.
//!
//! Pages are named as the router spells them, operations as `docs/openapi.json` does. A deed of staff gets the action by
//! which `core::action` judges it; the rest is a short list by hand.

use countersign_core::action::Action;

use Access::{Challenge, Enrolling, Own, Public, Staff};

/// Who may reach a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Everybody.
    Public,
    /// Whoever has passed the first step.
    Challenge,
    /// Whoever is signed in, also before a second step is set up.
    Enrolling,
    /// Whoever is signed in and has what the policy asks for.
    Own,
    /// Staff who may do this.
    Staff(Action),
}

/// The pages' routes; where methods differ, a row with the method comes before that without.
pub(super) const PAGES: &[(&str, Access)] = &[
    ("/", Public),
    ("/assets/{name}", Public),
    ("/healthz", Public),
    ("/readyz", Public),
    ("/metrics", Public),
    ("/csp-reports", Public),
    ("/sign-in", Public),
    ("/sign-up", Public),
    ("/forgot-password", Public),
    ("/link", Public),
    ("/link/{token}", Public),
    ("/help/lost-access", Public),
    ("/help/devices", Public),
    ("/help/clock", Public),
    ("/second-step", Challenge),
    ("/second-step/method", Challenge),
    ("/second-step/send", Challenge),
    ("/second-step/cancel", Challenge),
    ("/sign-out", Enrolling),
    ("/help/api", Enrolling),
    ("/account/set-up", Enrolling),
    ("/account/set-up/confirm", Enrolling),
    ("/account/email/confirm", Enrolling),
    ("/account/step-up", Enrolling),
    ("/account/step-up/send", Enrolling),
    ("/account/step-up/method", Enrolling),
    ("/account/security/authenticator", Enrolling),
    ("/account/security/authenticator/start", Enrolling),
    ("/account/security/authenticator/set-up", Enrolling),
    ("/account/security/authenticator/confirm", Enrolling),
    ("/account/security/authenticator/qr", Enrolling),
    ("/account/security/authenticator/cancel", Enrolling),
    ("/account/security/authenticator/last-showing", Enrolling),
    ("/account/security/authenticator/last-showing/download", Enrolling),
    ("/account/security/authenticator/last-showing/accept", Enrolling),
    ("/account/security/authenticator/{id}/remove", Enrolling),
    ("/account/security/email", Enrolling),
    ("/account/security/email/start", Enrolling),
    ("/account/security/recovery-key", Enrolling),
    ("/account/security/recovery-key/start", Enrolling),
    ("/account/security/recovery-key/make", Enrolling),
    ("/account/security/recovery-key/file", Enrolling),
    ("/account/security/recovery-key/save", Enrolling),
    ("/account", Own),
    ("/account/set-up/not-now", Own),
    ("/account/set-up/done", Own),
    ("/account/profile", Own),
    ("/account/email", Own),
    ("/account/email/drop", Own),
    ("/account/password", Own),
    ("/account/security", Own),
    ("/account/security/authenticator/done", Own),
    ("/account/security/authenticator/{id}/rename", Own),
    ("/account/security/email/disable", Own),
    ("/account/sessions", Own),
    ("/account/sessions/end-others", Own),
    ("/account/sessions/{id}/end", Own),
    ("/account/activity", Own),
    ("/account/api-tokens", Own),
    ("/account/api-tokens/new", Own),
    ("/account/api-tokens/{id}/end", Own),
    ("/sign-in/{organisation}", Public),
    ("/sso", Public),
    ("/sso/{slug}/start", Public),
    ("/sso/{slug}/callback", Public),
    ("/account/step-up/sso/{slug}", Enrolling),
    ("/account/security/sso/{slug}/link", Own),
    ("/account/security/sso/{slug}/unlink", Own),
    ("GET /admin/sso", Staff(Action::ViewSso)),
    ("/admin/sso", Staff(Action::ManageSso)),
    ("/admin/sso/new", Staff(Action::ManageSso)),
    ("GET /admin/sso/{id}", Staff(Action::ViewSso)),
    ("/admin/sso/{id}", Staff(Action::ManageSso)),
    ("/admin/sso/{id}/test", Staff(Action::ViewSso)),
    ("/admin/sso/{id}/enable", Staff(Action::ManageSso)),
    ("/admin/sso/{id}/disable", Staff(Action::ManageSso)),
    ("/admin/sso/{id}/remove", Staff(Action::ManageSso)),
    ("/support/accounts/{id}/suspend", Staff(Action::StartSuspension)),
    ("/support/accounts/{id}/suspension", Staff(Action::ViewAccount)),
    ("/support/accounts/{id}/suspension/lift", Staff(Action::LiftSuspension)),
    ("/support/accounts/{id}/suspension/code", Staff(Action::IssueSupportCode)),
    ("/support/suspensions", Staff(Action::ApproveSuspension)),
    ("/support/suspensions/{id}", Staff(Action::ApproveSuspension)),
];

/// The API's operations.
pub(super) const OPERATIONS: &[(&str, Access)] = &[
    ("GET /api/openapi.json", Enrolling),
    ("GET /api/problems/{slug}", Public),
    ("POST /api/v1/sign-in", Public),
    ("GET /api/v1/sign-up", Public),
    ("POST /api/v1/sign-up", Public),
    ("POST /api/v1/lost-access", Public),
    ("POST /api/v1/password-reset", Public),
    ("POST /api/v1/link", Public),
    ("POST /api/v1/link/view", Public),
    ("POST /api/v1/link/confirm", Public),
    ("GET /api/v1/second-step", Challenge),
    ("POST /api/v1/second-step", Challenge),
    ("DELETE /api/v1/second-step", Challenge),
    ("POST /api/v1/second-step/code", Challenge),
    ("POST /api/v1/second-step/method", Challenge),
    ("GET /api/v1/session", Enrolling),
    ("POST /api/v1/sign-out", Enrolling),
    ("GET /api/v1/enrolment", Enrolling),
    ("GET /api/v1/policy", Enrolling),
    ("POST /api/v1/account/email/confirmation", Enrolling),
    ("POST /api/v1/account/step-up", Enrolling),
    ("GET /api/v1/authenticators", Enrolling),
    ("POST /api/v1/authenticators", Enrolling),
    ("POST /api/v1/authenticators/confirm", Enrolling),
    ("GET /api/v1/authenticators/pending", Enrolling),
    ("DELETE /api/v1/authenticators/pending", Enrolling),
    ("GET /api/v1/authenticators/pending/qr", Enrolling),
    ("GET /api/v1/authenticators/last-showing", Enrolling),
    ("DELETE /api/v1/authenticators/last-showing", Enrolling),
    ("POST /api/v1/authenticators/last-showing/download", Enrolling),
    ("POST /api/v1/authenticators/{id}/removal", Enrolling),
    ("POST /api/v1/email-codes", Enrolling),
    ("GET /api/v1/recovery-key", Enrolling),
    ("POST /api/v1/recovery-key", Enrolling),
    ("POST /api/v1/recovery-key/make", Enrolling),
    ("POST /api/v1/recovery-key/saved", Enrolling),
    ("POST /api/v1/enrolment/not-now", Own),
    ("GET /api/v1/account", Own),
    ("PATCH /api/v1/account", Own),
    ("POST /api/v1/account/email", Own),
    ("DELETE /api/v1/account/email", Own),
    ("POST /api/v1/account/password", Own),
    ("PATCH /api/v1/authenticators/{id}", Own),
    ("POST /api/v1/email-codes/removal", Own),
    ("GET /api/v1/sessions", Own),
    ("POST /api/v1/sessions/end-others", Own),
    ("DELETE /api/v1/sessions/{id}", Own),
    ("GET /api/v1/activity", Own),
    ("GET /api/v1/api-tokens", Own),
    ("POST /api/v1/api-tokens", Own),
    ("DELETE /api/v1/api-tokens/{id}", Own),
    ("GET /api/v1/mail", Staff(Action::ViewCouriers)),
    ("GET /api/v1/support/accounts/{id}/suspension", Staff(Action::ViewAccount)),
    ("POST /api/v1/support/accounts/{id}/suspension", Staff(Action::StartSuspension)),
    ("DELETE /api/v1/support/accounts/{id}/suspension", Staff(Action::LiftSuspension)),
    ("POST /api/v1/support/accounts/{id}/suspension/code", Staff(Action::IssueSupportCode)),
    ("GET /api/v1/support/suspensions", Staff(Action::ApproveSuspension)),
    ("POST /api/v1/support/suspensions/{id}/approve", Staff(Action::ApproveSuspension)),
    ("POST /api/v1/support/suspensions/{id}/refuse", Staff(Action::ApproveSuspension)),
];

/// What a deed of staff is sent with, so that it comes as far as its flow, where the role is judged: fields for a page's
/// `POST`, JSON for an operation. Without a row a page gets a field that it does not know and an operation `{}`, which
/// stops every deed short of being done.
pub(super) const BODIES: &[(&str, &str)] = &[
    ("POST /account/security/authenticator/{id}/rename", "name=Mine+now"),
    ("PATCH /api/v1/authenticators/{id}", r#"{"name": "Mine now"}"#),
    ("POST /admin/sso", PROVIDER),
    ("POST /admin/sso/{id}", "name=Mine+now&client_id=x&domains="),
    (
        "POST /support/accounts/{id}/suspend",
        "kind=support-code&hours=1&reason=Lost&ticket=T-1&identity_proof=Called+back",
    ),
    ("POST /support/suspensions/{id}", "decision=approve&reason=Known"),
    (
        "POST /api/v1/support/accounts/{id}/suspension",
        r#"{"kind": "support-code", "hours": 1, "reason": "Lost", "ticket": "T-1", "identity_proof": "Called back"}"#,
    ),
    ("POST /api/v1/support/suspensions/{id}/approve", r#"{"reason": "Known"}"#),
    ("POST /api/v1/support/suspensions/{id}/refuse", r#"{"reason": "Known"}"#),
];

/// A new identity provider.
const PROVIDER: &str =
    "name=Mine&slug=mine&issuer=https%3A%2F%2Fid.example.org&client_id=x&client_secret=y&domains=";

/// Routes whose form is just its button, and has to be pressed to find out: those of staff and those with an identifier.
pub(super) const BUTTONS: &[&str] = &[
    "/account/security/authenticator/{id}/remove",
    "/account/sessions/{id}/end",
    "/account/api-tokens/{id}/end",
    "/support/accounts/{id}/suspension/lift",
    "/support/accounts/{id}/suspension/code",
    "/admin/sso/{id}/test",
    "/admin/sso/{id}/enable",
    "/admin/sso/{id}/disable",
    "/admin/sso/{id}/remove",
];
