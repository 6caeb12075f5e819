//! What a provider may say, and what it may not: each token is wrong in one way.

use std::time::Duration;

use countersign::flow::sso::{self, Step};
use serde_json::json;

use crate::support::{Idp, SET_UP, TestApp, come_back};

/// Tokens that are refused, and a word of the reason that the operator finds in the audit log.
const WRONG: &[(&str, &str)] = &[
    ("expired", "xpired"),
    ("from-the-future", "iat"),
    ("not-yet", "nbf"),
    ("other-issuer", "issuer"),
    ("issuer-slash", "issuer"),
    ("other-audience", "audience"),
    ("two-audiences", "azp"),
    ("other-azp", "azp"),
    ("other-nonce", "nonce"),
    ("no-nonce", "nonce"),
    ("no-subject", "sub"),
    ("long-subject", "sub"),
    ("other-at-hash", "at_hash"),
    ("access-token-type", "type"),
    ("critical", ""),
    ("alg-none", ""),
    ("stripped", "signature"),
    ("tampered", "signature"),
    ("hs256-secret", "signature"),
    ("hs256-public-key", "signature"),
    ("foreign-key", "signature"),
    ("key-in-header", "signature"),
    ("unknown-key-name", "signature"),
    ("access-token-as-id-token", ""),
];

#[tokio::test]
async fn key_11_a_wrong_token_opens_nothing_and_the_reason_stays_in_the_log() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for (count, (wrong, reason)) in (1..).zip(WRONG) {
        app.turn(Duration::from_secs(1));
        idp.follow(&app).await;
        idp.set(json!({"wrong": wrong})).await;
        let mut browser = app.browser();
        let answer = idp.sign_in(&mut browser).await;
        assert_eq!(answer.status.as_u16(), 401, "{wrong}: {}", answer.location());
        answer.assert_shows("gave an answer that cannot be accepted").assert_shows("If you have a password");
        assert_eq!(app.place.count("session") + app.place.count("account"), 0, "{wrong}");
        assert_eq!(app.events("sso.refused"), count, "{wrong}");
        let detail = "SELECT detail FROM audit WHERE event = 'sso.refused' ORDER BY id DESC LIMIT 1";
        let detail = app.place.text(detail).unwrap();
        assert!(detail.contains(reason), "{wrong}: {detail}");
        if !reason.is_empty() {
            answer.assert_hides("at_hash").assert_hides("ignature");
        }
    }
    idp.set(json!({"wrong": ""})).await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
}

#[tokio::test]
async fn accepted_signatures_times_and_audiences() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        idp.set(json!({"alg": alg})).await;
        let answer = idp.sign_in(&mut app.browser()).await;
        assert_eq!(answer.location(), SET_UP, "{alg} {}", answer.text());
    }
    idp.set(json!({"alg": "RS256"})).await;
    for fine in ["just-expired", "two-audiences-azp", "no-email"] {
        idp.set(json!({"wrong": fine})).await;
        idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    }
    assert_eq!(
        app.place.text("SELECT email FROM sso_identity").unwrap(),
        "ada@corp.example",
        "told on request"
    );
}

#[tokio::test]
async fn keys_are_read_again_when_they_have_changed_and_not_at_will() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    let asked = || async { idp.set(json!({})).await["asked"]["/jwks"].as_u64().unwrap() };
    assert_eq!(asked().await, 1);
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    assert_eq!(asked().await, 1, "what is known is not asked for again");
    idp.rotate().await;
    app.turn(Duration::from_secs(11));
    idp.follow(&app).await;
    idp.sign_in(&mut app.browser()).await.assert_leads_to(SET_UP);
    assert_eq!(asked().await, 2);
    idp.set(json!({"wrong": "unknown-key-name"})).await;
    for _ in 0..3 {
        idp.sign_in(&mut app.browser()).await.assert_status(401);
    }
    assert_eq!(asked().await, 2, "made-up key names cause no traffic");
    let other = app.another().await;
    idp.set(json!({"wrong": ""})).await;
    idp.sign_in(&mut other.browser()).await.assert_leads_to(SET_UP);
}

#[tokio::test]
async fn the_answer_names_the_issuer_that_was_asked() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let without = |back: &str| back.split("&iss=").next().unwrap().to_owned();
    for (name, change) in [
        ("missing", Box::new(without) as Box<dyn Fn(&str) -> String>),
        ("another", Box::new(|back| format!("{}&iss=https%3A%2F%2Fevil.example", without(back)))),
        ("a slash more", Box::new(|back| format!("{back}%2F"))),
    ] {
        let mut browser = app.browser();
        let back = change(&idp.go(&mut browser, "/sign-in", "/sso/corp/start").await);
        let answer = come_back(&mut browser, &back).await;
        assert_eq!(answer.status.as_u16(), 401, "{name}");
    }
    idp.set(json!({"wrong": "described-no-iss"})).await;
    app.turn(Duration::from_mins(11));
    idp.follow(&app).await;
    let mut browser = app.browser();
    let back = without(&idp.go(&mut browser, "/sign-in", "/sso/corp/start").await);
    come_back(&mut browser, &back).await.assert_leads_to(SET_UP);
}

#[tokio::test]
async fn a_provider_that_refuses_is_told_plainly() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    idp.set(json!({"refuse": true})).await;
    let answer = idp.sign_in(&mut app.browser()).await;
    answer.assert_status(401).assert_shows("did not sign you in").assert_hides("<b>");
    let detail = app.place.text("SELECT detail FROM audit WHERE event = 'sso.refused'").unwrap();
    assert!(detail.contains("access_denied") && !detail.contains("<b>"), "{detail}");
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_plainly_and_passwords_work() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for down in ["closed", "error", "redirect", "huge"] {
        idp.set(json!({"down": down})).await;
        let mut browser = app.browser();
        let answer = browser.submit("/sign-in", "/sso/corp/start", &[]).await;
        answer
            .assert_status(502)
            .assert_shows("cannot be reached at the moment")
            .assert_shows("it still works");
        answer.assert_hides("secret stack trace").assert_hides("127.0.0.1");
    }
    assert_eq!(app.events("sso.refused"), 4);
    let asked = idp.set(json!({"down": ""})).await;
    assert!(asked["asked"]["/.well-known/openid-configuration"].is_null(), "no redirect was followed");
    let mut browser = app.browser();
    let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
    idp.set(json!({"down": "closed"})).await;
    come_back(&mut browser, &back).await.assert_status(401).assert_shows("cannot be reached");
    let mut person = app.member().await;
    person.sign_out().await;
    person.sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn a_provider_that_describes_itself_wrongly_is_not_used() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    for (wrong, step) in [
        ("described-issuer-slash", Step::Issuer),
        ("described-issuer-other", Step::Issuer),
        ("described-issuer-case", Step::Issuer),
        ("described-hs256", Step::Algorithms),
        ("described-plain-pkce", Step::Algorithms),
        ("described-jwks-metadata", Step::Endpoints),
        ("described-authorization-elsewhere", Step::Endpoints),
    ] {
        idp.set(json!({"wrong": wrong})).await;
        let steps = sso::test_as_operator(&app.operator(), "corp").await.unwrap();
        let last = steps.last().unwrap();
        assert_eq!((last.step, last.fault.is_some()), (step, true), "{wrong}: {steps:?}");
    }
    for wrong in ["described-issuer-slash", "described-jwks-metadata", "described-authorization-elsewhere"] {
        idp.set(json!({"wrong": wrong})).await;
        let mut browser = app.browser();
        let answer = browser.submit("/sign-in", "/sso/corp/start", &[]).await;
        assert_eq!(answer.status.as_u16(), 502, "{wrong}");
        app.turn(Duration::from_mins(11));
        idp.follow(&app).await;
    }
    idp.set(json!({"wrong": ""})).await;
    let steps = sso::test_as_operator(&app.operator(), "corp").await.unwrap();
    assert_eq!(steps.len(), Step::ALL.len());
    assert!(steps.iter().all(|checked| checked.fault.is_none()), "{steps:?}");
    assert_eq!(app.place.text("SELECT check_error FROM sso_provider"), None);
}

#[tokio::test]
async fn the_test_knows_a_wrong_secret() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let wrong = sso::Changes {
        client_secret: Some(zeroize::Zeroizing::new("wrong".to_owned())),
        ..sso::Changes::default()
    };
    sso::change(&app.operator(), sso::Which::Any("corp"), wrong).await.unwrap();
    let steps = sso::test_as_operator(&app.operator(), "corp").await.unwrap();
    let last = steps.last().unwrap();
    assert_eq!(last.step, Step::Client);
    assert!(last.fault.as_deref().unwrap().contains("invalid_client"), "{last:?}");
    assert!(app.place.text("SELECT check_error FROM sso_provider").unwrap().contains("invalid_client"));
    idp.sign_in(&mut app.browser()).await.assert_status(401);
}

#[tokio::test]
async fn issuers_inside_the_network_are_refused_unless_the_operator_allows_them() {
    let app = TestApp::start().await;
    let idp = Idp::start().await;
    for issuer in [
        &*idp.issuer,
        "http://169.254.169.254/",
        "https://169.254.169.254/",
        "http://[::1]",
        "https://10.0.0.1",
        "https://localhost",
        "http://login.example.org",
        "file:///etc/passwd",
        "https://login.example.org/?a=b",
        "https://login.example.org/#a",
        "https://user:word@login.example.org",
        "login.example.org",
        "",
    ] {
        let mut new = idp.provider("corp", &[]);
        issuer.clone_into(&mut new.issuer);
        let refused = sso::add(&app.operator(), None, None, new).await;
        assert!(matches!(refused, Err(countersign::flow::FlowError::Invalid(_))), "{issuer}");
    }
    // A name that leads inside is refused when it is looked up.
    let mut new = idp.provider("corp", &[]);
    "https://localhost.localdomain:1".clone_into(&mut new.issuer);
    if sso::add(&app.operator(), None, None, new).await.is_ok() {
        let mut browser = app.browser();
        browser.submit("/sign-in", "/sso/corp/start", &[]).await.assert_status(502);
    }
}

#[tokio::test]
async fn all_7_secrets_of_providers_and_visits_are_sealed_and_never_told() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut browser = app.browser();
    let back = idp.go(&mut browser, "/sign-in", "/sso/corp/start").await;
    come_back(&mut browser, &back).await.assert_leads_to(SET_UP);
    let everything = [app.place.everything(), app.transcript()].concat();
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let token = browser.cookie("sso");
    assert_eq!(token, None, "the cookie goes with the visit");
    for secret in [crate::support::IDP_SECRET, &code] {
        let found = everything.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}
