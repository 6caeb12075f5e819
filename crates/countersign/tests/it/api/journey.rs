//! From sign-up to a sign-in with a code, and what can go wrong on the way.

use std::time::Duration;

use serde_json::json;

use crate::api::support::{PASSWORD, Server};

const ADA: &str = "ada@example.org";

/// APP-1, APP-4, APP-5: the whole way through the API (ALL-6).
#[tokio::test]
async fn all_6_sign_up_set_up_sign_out_and_in_again_with_password_and_code() {
    let server = Server::start().await;
    let mut ada = server.client();
    assert_eq!(ada.get("/api/v1/sign-up").await.is(200).json()["open"], true);
    let account =
        json!({"email": ADA, "display_name": "Ada Lovelace", "password": PASSWORD, "language": "de"});
    ada.post("/api/v1/sign-up", &account).await.is(202);
    ada.post("/api/v1/sign-in", &json!({"email": ADA, "password": PASSWORD})).await.is(401);
    let link = json!({"token": server.link_to(ADA).await});
    let view = ada.post("/api/v1/link/view", &link).await.is(200).json();
    assert_eq!((&view["purpose"], &view["email"]), (&json!("sign-up"), &json!(ADA)));
    ada.post("/api/v1/link/confirm", &link).await.refused(422, "invalid");
    let mut link = link;
    link["password"] = json!("not the one that was chosen");
    ada.post("/api/v1/link/confirm", &link).await.refused(422, "invalid");
    link["password"] = json!(PASSWORD);
    let confirmed = ada.post("/api/v1/link/confirm", &link).await.is(200).json();
    assert_eq!(confirmed["outcome"], "signed-up");
    assert_eq!(confirmed["sign_in"]["state"], "session");
    ada.post("/api/v1/link/confirm", &link).await.refused(404, "not-found");
    assert_eq!(ada.sign_in(ADA).await.is(200).json()["state"], "session");

    let pending = ada.press("/api/v1/authenticators").await.is(201).json();
    let key = pending["key"].as_str().unwrap().to_owned();
    assert!(pending["otpauth_uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert_eq!(pending["server_time"], "2027-01-15T08:00:00.000Z");
    assert_eq!(ada.get("/api/v1/authenticators/pending").await.is(200).json()["key"], key.as_str());
    let picture = ada.get("/api/v1/authenticators/pending/qr").await.is(200);
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    assert_eq!(picture.headers["cache-control"], "no-store");
    assert!(picture.body.starts_with("<svg"), "{}", picture.body);
    assert_eq!(ada.get("/api/v1/authenticators").await.is(200).json()["items"], json!([]));
    let confirmation = json!({"name": "Philipp iPhone", "code": server.code(&key)});
    ada.post("/api/v1/authenticators/confirm", &confirmation).await.is(200);
    ada.get("/api/v1/authenticators/pending").await.refused(404, "not-found");
    ada.get("/api/v1/authenticators/pending/qr").await.refused(404, "not-found");
    let list = ada.get("/api/v1/authenticators").await.is(200);
    assert_eq!(list.json()["items"][0]["name"], "Philipp iPhone");
    assert!(!list.body.contains(&key.replace(' ', "")) && !list.body.contains(&key));

    ada.press("/api/v1/sign-out").await.is(204);
    ada.get("/api/v1/account").await.refused(401, "sign-in-needed");
    server.pass(Duration::from_secs(30));
    let challenge = ada.sign_in(ADA).await.is(200).json();
    assert_eq!(
        (&challenge["state"], &challenge["methods"]),
        (&json!("challenge"), &json!(["authenticator"]))
    );
    ada.get("/api/v1/account").await.refused(401, "sign-in-needed");
    let view = ada.get("/api/v1/second-step").await.is(200).json();
    assert_eq!((&view["purpose"], &view["tries_left"]), (&json!("sign-in"), &json!(5)));
    assert_eq!(ada.answer(&server.code(&key)).await.is(200).json()["state"], "session");
    let account = ada.get("/api/v1/account").await.is(200).json();
    assert_eq!((&account["email"], &account["language"]), (&json!(ADA), &json!("de")));
    assert_eq!(account["second_step"]["methods"], json!(["authenticator"]));
    assert_eq!(account["organisation"]["name"], "Example");
}

/// APP-6: a late code says so and the next one is taken at once.
#[tokio::test]
async fn app_6_wrong_late_and_used_codes_are_told_apart() {
    let server = Server::start().await;
    let (_, key) = server.member_with_authenticator(ADA).await;
    let mut ada = server.client();
    ada.sign_in(ADA).await.is(200);
    server.pass(Duration::from_mins(5));
    let right = server.code(&key);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    assert_eq!(ada.answer(wrong).await.refused(401, "wrong-code").json()["tries_left"], 4);
    let late = server.code_of(&key, -4);
    ada.answer(&late).await.refused(401, "late-code");
    ada.answer("12345").await.refused(422, "invalid");
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    ada.answer(&spaced).await.is(200);
    let mut other = server.client();
    other.sign_in(ADA).await.is(200);
    other.answer(&right).await.refused(401, "used-code");
}

#[tokio::test]
async fn all_2_five_wrong_codes_end_the_challenge() {
    let server = Server::start().await;
    let (_, key) = server.member_with_authenticator(ADA).await;
    let mut ada = server.client();
    ada.sign_in(ADA).await.is(200);
    let right = server.code(&key);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for left in [4, 3] {
        assert_eq!(ada.answer(wrong).await.refused(401, "wrong-code").json()["tries_left"], left);
    }
    let mut over = false;
    for _ in 0..5 {
        server.pass(Duration::from_secs(90));
        let answer = ada.answer(wrong).await;
        over |= answer.status == 410;
        if over {
            assert!(!ada.cookies.contains_key("challenge"), "its cookie is gone");
            break;
        }
    }
    assert!(over);
    ada.get("/api/v1/second-step").await.refused(401, "sign-in-needed");
}

#[tokio::test]
async fn all_4_changes_ask_for_recent_proof_and_a_step_up_gives_it() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    server.pass(Duration::from_secs(301));
    ada.press("/api/v1/authenticators").await.refused(403, "step-up-needed");
    assert_eq!(ada.get("/api/v1/session").await.is(200).json()["proof_fresh_until"], json!(null));
    ada.post("/api/v1/account/step-up", &json!({})).await.refused(422, "invalid");
    ada.post("/api/v1/account/step-up", &json!({"password": "not it"})).await.refused(422, "invalid");
    let before = ada.cookies["sid"].clone();
    ada.post("/api/v1/account/step-up", &json!({"password": PASSWORD})).await.is(200);
    assert_ne!(ada.cookies["sid"], before, "the session goes on under a new token");
    let key = ada.enrol("Telephone").await;

    server.pass(Duration::from_secs(301));
    let token = json!({"name": "Report", "scopes": ["account:read"], "days": 1});
    ada.post("/api/v1/api-tokens", &token).await.refused(403, "step-up-needed");
    let state = ada.post("/api/v1/account/step-up", &json!({"password": PASSWORD})).await.is(200).json();
    assert_eq!(state["state"], "challenge", "with a second step the password proves nothing");
    ada.post("/api/v1/api-tokens", &token).await.refused(403, "stale-form");
    ada.answer(&server.code(&key)).await.is(200);
    ada.post("/api/v1/api-tokens", &token).await.is(201);
}

#[tokio::test]
async fn all_4_removing_an_authenticator_takes_a_challenge_of_its_own() {
    let server = Server::start().await;
    let (mut ada, key) = server.member_with_authenticator(ADA).await;
    let list = ada.get("/api/v1/authenticators").await.is(200).json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let renamed = json!({"name": "Old telephone"});
    let named = ada.ask("PATCH", &format!("/api/v1/authenticators/{id}"), Some(&renamed)).await.is(200);
    assert_eq!(named.json()["name"], "Old telephone");

    // A step-up that is seconds old does not count.
    ada.post("/api/v1/account/step-up", &json!({})).await.is(200);
    ada.answer(&server.code(&key)).await.is(200);
    server.pass(Duration::from_secs(30));
    let state = ada.press(&format!("/api/v1/authenticators/{id}/removal")).await.is(200).json();
    assert_eq!(state["state"], "challenge");
    let view = ada.get("/api/v1/second-step").await.is(200).json();
    assert_eq!(view["purpose"], "remove-authenticator");
    assert_eq!(view["authenticator"], "Old telephone");
    // Whoever holds the challenge but not its session cannot answer it.
    let mut thief = server.client();
    thief.cookies.insert("challenge".to_owned(), ada.cookies["challenge"].clone());
    thief.csrf.clone_from(&ada.csrf);
    thief.answer(&server.code(&key)).await.refused(410, "over");
    ada.answer(&server.code(&key)).await.is(200);
    assert_eq!(ada.get("/api/v1/authenticators").await.is(200).json()["items"], json!([]));
    ada.press(&format!("/api/v1/authenticators/{id}/removal")).await.refused(404, "not-found");
}

#[tokio::test]
async fn msg_11_a_wrong_clock_is_told_during_set_up() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let pending = ada.press("/api/v1/authenticators").await.is(201).json();
    let key = pending["key"].as_str().unwrap().to_owned();
    let fast = json!({"name": "Telephone", "code": server.code_of(&key, 12)});
    let answer = ada.post("/api/v1/authenticators/confirm", &fast).await.refused(422, "clock-wrong");
    assert_eq!(answer.json()["minutes"], 6);
    let wrong = json!({"name": "Telephone", "code": server.code_of(&key, 100_000)});
    let answer = ada.post("/api/v1/authenticators/confirm", &wrong).await.refused(422, "wrong-set-up-code");
    assert_eq!(answer.json()["tries_left"], 8);
    ada.ask("DELETE", "/api/v1/authenticators/pending", None).await.is(204);
    let right = json!({"name": "Telephone", "code": server.code(&key)});
    ada.post("/api/v1/authenticators/confirm", &right).await.refused(404, "not-found");
}

/// MSG-9: every other session ends when a second step is set up, and the present one stays.
#[tokio::test]
async fn msg_9_setting_up_ends_every_other_session() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let mut other = server.client();
    other.sign_in(ADA).await.is(200);
    assert_eq!(ada.get("/api/v1/sessions").await.is(200).json()["items"].as_array().unwrap().len(), 2);
    ada.enrol("Telephone").await;
    other.get("/api/v1/account").await.refused(401, "sign-in-needed");
    ada.get("/api/v1/account").await.is(200);
}

#[tokio::test]
async fn all_5_sessions_are_listed_and_ended() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let mut second = server.client();
    second.sign_in(ADA).await.is(200);
    let mut third = server.client();
    third.sign_in(ADA).await.is(200);
    let list = ada.get("/api/v1/sessions").await.is(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    assert_eq!(list["items"][0]["present"], true);
    assert_eq!(list["items"][0]["device"], json!({"browser": "Firefox", "system": "Linux"}));
    let id = second.get("/api/v1/session").await.is(200).json()["id"].as_str().unwrap().to_owned();
    ada.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.is(204);
    second.get("/api/v1/session").await.refused(401, "sign-in-needed");
    ada.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.refused(404, "not-found");
    assert_eq!(ada.press("/api/v1/sessions/end-others").await.is(200).json()["ended_sessions"], 1);
    third.get("/api/v1/session").await.refused(401, "sign-in-needed");
    ada.get("/api/v1/session").await.is(200);
}

#[tokio::test]
async fn all_4_a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let mut other = server.client();
    other.sign_in(ADA).await.is(200);
    let change = |present: &str, new: &str| json!({"present_password": present, "new_password": new});
    let address = "/api/v1/account/password";
    let wrong =
        ada.post(address, &change("not it at all", "seven green ladders up")).await.refused(422, "invalid");
    assert_eq!(wrong.json()["errors"][0]["field"], "present_password");
    let short = ada.post(address, &change(PASSWORD, "short")).await.refused(422, "invalid");
    assert_eq!(short.json()["errors"][0]["field"], "new_password");
    let done = ada.post(address, &change(PASSWORD, "seven green ladders up")).await.is(200).json();
    assert_eq!(done["ended_sessions"], 1);
    other.get("/api/v1/session").await.refused(401, "sign-in-needed");
    ada.get("/api/v1/session").await.is(200);
    server.client().sign_in(ADA).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn all_3_the_activity_list_tells_what_happened_page_by_page() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    for number in 0..60 {
        let change = json!({"display_name": format!("Ada {number}")});
        ada.ask("PATCH", "/api/v1/account", Some(&change)).await.is(200);
        server.pass(Duration::from_millis(1));
    }
    let first = ada.get("/api/v1/activity?event=profile.changed").await.is(200).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    assert_eq!(first["items"][0]["event"], "profile.changed");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest =
        ada.get(&format!("/api/v1/activity?event=profile.changed&cursor={cursor}")).await.is(200).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (10, &json!(null)));
    let ins = ada.get("/api/v1/activity?kind=sign-ins").await.is(200).json();
    assert_eq!(ins["items"][0]["event"], "sign-in.succeeded");
    for bad in
        ["event=nothing", "cursor=x", "cursor=9.9", "page=2", "kind=sign-ins&kind=changes", "kind=Changes"]
    {
        ada.get(&format!("/api/v1/activity?{bad}")).await.refused(400, "malformed");
    }
}

#[tokio::test]
async fn app_7_the_policy_says_what_is_not_on_offer_and_why() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let policy = ada.get("/api/v1/policy").await.is(200).json();
    assert_eq!(policy["preset"], "authenticator");
    assert_eq!(policy["methods"], json!([{"method": "authenticator", "class": "strong"}]));
    assert_eq!(policy["not_on_offer"][0]["code"], "not-on-offer-sms");
    assert_eq!((&policy["password_min_length"], &policy["authenticators_max"]), (&json!(15), &json!(5)));
}

#[tokio::test]
async fn leaving_a_second_step_ends_its_challenge() {
    let server = Server::start().await;
    let (_, key) = server.member_with_authenticator(ADA).await;
    let mut ada = server.client();
    ada.sign_in(ADA).await.is(200);
    let (cookies, csrf) = (ada.cookies.clone(), ada.csrf.clone());
    ada.csrf = Some("x".to_owned());
    ada.ask("DELETE", "/api/v1/second-step", None).await.refused(403, "stale-form");
    ada.csrf = csrf.clone();
    ada.ask("DELETE", "/api/v1/second-step", None).await.is(204);
    assert!(!ada.cookies.contains_key("challenge"));
    (ada.cookies, ada.csrf) = (cookies, csrf);
    ada.get("/api/v1/second-step").await.refused(410, "over");
    ada.answer(&server.code(&key)).await.refused(410, "over");
}
