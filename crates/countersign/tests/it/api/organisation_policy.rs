//! The organisation's policy through the API.

use serde_json::{Value, json};

use crate::support::{Client, Options, Phone, TestApp};
use countersign_core::preset::Preset;

const POLICY: &str = "/organisation/policy";

async fn person<'a>(app: &'a TestApp, role: &str) -> (Client<'a>, Phone) {
    let mut client = app.client().await;
    let (phone, _) = client.enrol().await;
    app.place.run(&format!("UPDATE account SET role = '{role}' WHERE email = '{}'", client.email));
    (client, phone)
}

async fn prove(admin: &mut Client<'_>, phone: &Phone) {
    let app = admin.browser.app;
    admin.post("/account/step-up", json!({})).await.is(200);
    let code = phone.fresh(app);
    admin.answer(&code).await.is(200);
}

async fn in_force(admin: &mut Client<'_>) -> Value {
    admin.get(POLICY).await.is(200)
}

fn input(shown: &Value, policy: &Value, risks: &[&str], reason: &str) -> Value {
    json!({ "version": shown["version"], "policy": policy, "acknowledged": risks, "reason": reason })
}

on_both! {
    async fn rec_1_a_policy_is_changed_by_whoever_has_read_its_risk(kind) {
        let options = Options { kind, preset: Preset::Recommended, ..Options::default() };
        let app = TestApp::with(options).await;
        let (mut admin, _) = person(&app, "administrator").await;
        let (mut member, _) = person(&app, "member").await;
        let shown = in_force(&mut admin).await;
        assert_eq!((&shown["version"], &shown["policy"]["preset"]), (&json!(3), &json!("recommended")));
        let mut policy = shown["policy"].clone();
        policy["methods"] = json!(["authenticator", "email", "recovery-key"]);
        policy["required_from"] = json!("2026-12-01T08:00:00Z");
        policy["second_step"] = json!("required");
        let preview = admin.post(&format!("{POLICY}/preview"), json!({ "policy": policy })).await.is(200);
        assert_eq!(preview["risks"][0]["risk"], "email-codes");
        assert_eq!((&preview["faults"], &preview["effect"]["weakens"]), (&json!([]), &json!(true)));
        assert_eq!((&preview["effect"]["accounts"], &preview["effect"]["must_enrol"]), (&json!(2), &json!(0)));
        let refused = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "why"))).await;
        let told = refused.refused(422, "invalid");
        assert_eq!(told["errors"][0]["field"], "acknowledged");
        let told = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &["email-codes"], " "))).await;
        assert_eq!(told.refused(422, "invalid")["errors"][0]["field"], "reason");
        let done = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &["email-codes"], "ticket 7"))).await;
        let done = done.is(200);
        assert_eq!((&done["version"], &done["changed_by"]), (&json!(4), &json!(admin.email)));
        assert_eq!(done["policy"]["risks_acknowledged"], json!(["email-codes"]));
        assert_eq!(done["policy"]["required_from"], "2026-12-01T08:00:00.000Z");
        // Whoever is signed in has the new rules with the next request.
        let methods = member.get("/policy").await.is(200)["methods"].clone();
        assert!(methods.as_array().unwrap().iter().any(|one| one["method"] == "email"), "{methods}");
        let stale = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &["email-codes"], "again"))).await;
        stale.refused(403, "step-up-needed");
    }
}

/// KEY-11: another provider or another claim is another risk, which somebody has to read.
#[tokio::test]
async fn rec_1_each_change_of_what_is_trusted_is_acknowledged_anew() {
    let app = TestApp::start().await;
    let (mut admin, phone) = person(&app, "administrator").await;
    let risk = &["trusted-provider"][..];
    let claims = |corp: &[&str], other: &[&str]| {
        let mut all = json!({"corp": {"amr": corp, "acr": []}});
        if !other.is_empty() {
            all["other"] = json!({"amr": other, "acr": []});
        }
        all
    };
    for (trusted, most, must_read) in [
        (claims(&["hwk"], &[]), 7, true),
        (claims(&["hwk"], &[]), 8, false),
        (claims(&["hwk", "otp"], &[]), 8, true),
        (claims(&["hwk", "otp"], &["mfa"]), 8, true),
        (claims(&["otp"], &["mfa"]), 8, true),
        (json!({}), 8, false),
        (claims(&["otp"], &[]), 8, true),
    ] {
        let shown = in_force(&mut admin).await;
        let mut policy = shown["policy"].clone();
        policy["trusted"] = trusted.clone();
        policy["sessions"]["most"] = json!(most);
        prove(&mut admin, &phone).await;
        if must_read {
            let told = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "why"))).await;
            assert_eq!(told.refused(422, "invalid")["errors"][0]["field"], "acknowledged", "{trusted}");
        }
        let read = if must_read { risk } else { &[] };
        admin.ask("PUT", POLICY, Some(input(&shown, &policy, read, "why"))).await.is(200);
    }
}

#[tokio::test]
async fn a_version_that_is_no_longer_in_force_is_a_conflict_and_an_earlier_one_can_be_returned_to() {
    let app = TestApp::start().await;
    let (mut admin, phone) = person(&app, "administrator").await;
    let shown = in_force(&mut admin).await;
    let mut policy = shown["policy"].clone();
    policy["sessions"]["most"] = json!(7);
    admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "fewer"))).await.is(200);
    prove(&mut admin, &phone).await;
    let stale = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "fewer"))).await;
    stale.refused(409, "conflict");
    let back =
        |version: i64, restore: i64| json!({ "version": version, "restore": restore, "reason": "back" });
    let path = format!("{POLICY}/restore");
    admin.post(&path, back(3, 3)).await.refused(409, "conflict");
    admin.post(&path, back(4, 99)).await.refused(404, "not-found");
    let done = admin.post(&path, back(4, 3)).await.is(200);
    assert_eq!((&done["version"], &done["policy"]), (&json!(5), &shown["policy"]));
    let history = admin.get(&format!("{POLICY}/history")).await.is(200);
    let reasons: Vec<&Value> =
        history["items"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons, ["back", "fewer", "test", "test", ""]);
    assert_eq!(history["items"][1]["changes"][0]["setting"], "sessions.most");
    assert_eq!(history["items"][2]["changed_by"], "operator");
}

#[tokio::test]
async fn what_cannot_work_is_told_at_its_setting_and_what_is_unknown_is_refused() {
    let app = TestApp::start().await;
    let (mut admin, _) = person(&app, "administrator").await;
    let shown = in_force(&mut admin).await;
    let field = |told: Value| told["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
    for (path, value, wrong) in [
        ("/methods", json!(["recovery-key"]), "policy.methods"),
        ("/sessions/most", json!(0), "policy.sessions.most"),
        ("/sessions/most", json!("7"), "policy.sessions.most"),
        ("/second_step", json!("perhaps"), "policy.second_step"),
        ("/required_from", json!("tomorrow"), "policy.required_from"),
        ("/trusted", json!({"example": {"amr": [], "acr": []}}), "policy.trusted"),
        ("/trusted", json!({"example": {"amr": ["pin", "mfa"], "acr": []}}), "policy.trusted"),
    ] {
        let mut policy = shown["policy"].clone();
        *policy.pointer_mut(path).unwrap() = value;
        let told = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "why"))).await;
        let found = field(told.refused(422, "invalid"));
        assert!(found.starts_with(wrong), "{found} is not {wrong}");
    }
    let mut policy = shown["policy"].clone();
    policy["sessions"]["surprise"] = json!(1);
    let told = admin.ask("PUT", POLICY, Some(input(&shown, &policy, &[], "why"))).await;
    assert_eq!(field(told.refused(422, "invalid")), "policy.sessions.surprise");
    let mut policy = shown["policy"].clone();
    policy.as_object_mut().unwrap().remove("trusted");
    let told = admin.post(&format!("{POLICY}/preview"), json!({ "policy": policy })).await;
    assert_eq!(field(told.refused(422, "invalid")), "policy.trusted");
    assert_eq!(in_force(&mut admin).await["version"], 3);
}

#[tokio::test]
async fn presets_tell_what_they_would_change_and_only_administrators_ask() {
    let app = TestApp::start().await;
    let (mut admin, _) = person(&app, "administrator").await;
    let presets = admin.get(&format!("{POLICY}/presets")).await.is(200);
    let items = presets["items"].as_array().unwrap();
    assert_eq!(items.len(), Preset::ALL.len());
    for item in items {
        let same = item["preview"]["changes"].as_array().unwrap().is_empty();
        assert_eq!(same, item["preset"] == "authenticator", "{}", item["preset"]);
    }
    for role in ["member", "support"] {
        let (mut other, _) = person(&app, role).await;
        for path in ["", "/history", "/presets"] {
            other.get(&format!("{POLICY}{path}")).await.refused(403, "forbidden");
        }
        let policy = items[0]["policy"].clone();
        let draft = json!({ "policy": policy });
        other.post(&format!("{POLICY}/preview"), draft).await.refused(403, "forbidden");
        let body = json!({ "version": 3, "policy": policy, "reason": "mine" });
        other.ask("PUT", POLICY, Some(body)).await.refused(403, "forbidden");
    }
    assert!(app.events("authorisation.refused") >= 10);
}
