//! Phone numbers and the second step by phone, over the API (ALL-6, MSG-6, MSG-7).

use std::time::Duration;

use countersign_core::factor::phone::CallOutcome;
use countersign_core::preset::Preset;
use serde_json::json;

use crate::support::{Options, TestApp, reach};

const NUMBERS: &str = "/account/phone-numbers";
const NUMBER: &str = "+4917012345678";
const OTHER: &str = "+4917023456789";

async fn app() -> TestApp {
    TestApp::with(Options { preset: Preset::Messenger, reach: Some(reach()), ..Options::default() }).await
}

#[tokio::test]
async fn all_6_a_number_is_added_proved_used_and_removed_over_the_api() {
    let app = app().await;
    let mut owner = app.client().await;
    let refused = owner.post(NUMBERS, json!({"number": NUMBER})).await;
    refused.refused(403, "forbidden");
    let (authenticator, _) = owner.enrol().await;
    let fault =
        owner.post(NUMBERS, json!({"number": "+49 170 1234567 ext. 3"})).await.refused(422, "invalid");
    assert_eq!(
        (&fault["errors"][0]["field"], &fault["errors"][0]["code"]),
        (&json!("number"), &json!("phone-fault-extension"))
    );
    owner.post(NUMBERS, json!({"number": NUMBER, "more": 1})).await.refused(422, "invalid");

    assert_eq!(owner.post(NUMBERS, json!({"number": "0170 12345678"})).await.is(200)["state"], "challenge");
    let listed = owner.get(NUMBERS).await.is(200);
    assert!(
        listed["items"][0]["prove_until"].is_string() && listed["counts"] == false && listed["most"] == 3,
        "{listed}"
    );
    let step = owner.step().await;
    assert_eq!((&step["purpose"], &step["method"]), (&json!("prove-phone"), &json!("phone")));
    assert!(
        step["phone"]["newest"].is_null()
            && step["phone"]["call_at"].is_string()
            && step["phone"]["sms_at"].is_null()
    );
    assert_eq!(step["phone"]["calls_begin_with"], "+49302312");
    let asked = owner.post("/second-step/phone", json!({})).await.is(200);
    let newest = &asked["phone"]["newest"];
    assert_eq!(
        (&newest["channel"], &newest["stage"], &newest["outcome"]),
        (&json!("call"), &json!("on-its-way"), &json!(null))
    );
    owner.post("/second-step/phone", json!({"channel": "call"})).await.refused(429, "too-many");
    let call = app.rung().await;
    app.rings(&call).await;
    assert_eq!(owner.step().await["phone"]["newest"]["stage"], "ringing");
    app.ends(&call, CallOutcome::Busy).await;
    let step = owner.step().await;
    assert_eq!(
        (&step["phone"]["newest"]["stage"], &step["phone"]["newest"]["outcome"]),
        (&json!("ended"), &json!("busy"))
    );
    owner.post("/second-step/phone", json!({"channel": "sms"})).await.is(200);
    let sms = app.rung().await;
    owner.answer_by("phone", &sms.code).await.is(200);
    let listed = owner.get(NUMBERS).await.is(200);
    assert!(listed["items"][0]["prove_until"].is_null() && listed["counts"] == true, "{listed}");
    assert!(!listed.to_string().contains("12345678"), "masked");
    owner.post(NUMBERS, json!({"number": NUMBER})).await.refused(422, "invalid");

    let id = listed["items"][0]["id"].as_str().unwrap();
    owner.press(&format!("{NUMBERS}/{id}/proof")).await.refused(404, "not-found");
    assert_eq!(owner.press(&format!("{NUMBERS}/{id}/removal")).await.is(200)["state"], "challenge");
    owner.step().await;
    owner.answer_by("authenticator", &authenticator.fresh(&app)).await.is(200);
    assert_eq!(owner.get(NUMBERS).await.is(200)["items"], json!([]));
}

#[tokio::test]
async fn all_6_a_number_is_chosen_and_wrong_digits_end_its_call_over_the_api() {
    let app = app().await;
    let owner = app.with_phones(&[NUMBER, OTHER]).await;
    app.turn(Duration::from_mins(11));
    let mut one = owner.elsewhere();
    one.begin_by_phone().await;
    let step = one.step().await;
    let numbers = step["phone"]["numbers"].as_array().unwrap();
    let chosen = step["phone"]["chosen"].as_str().unwrap();
    let other = numbers.iter().map(|number| number["id"].as_str().unwrap()).find(|id| *id != chosen).unwrap();
    one.post("/second-step/phone", json!({"phone_number": "7"})).await.refused(422, "invalid");
    let asked = one.post("/second-step/phone", json!({"phone_number": other})).await.is(200);
    assert_eq!(asked["phone"]["chosen"], other);
    let call = app.rung().await;
    let wrong = format!("{:04}", (call.code.parse::<u32>().unwrap() + 1) % 10_000);
    one.answer_by("phone", &wrong).await.refused(401, "wrong-code");
    let step = one.step().await;
    assert!(
        step["phone"]["newest"]["is_missed"] == true && step["phone"]["newest"]["answer_until"].is_null()
    );
    one.answer_by("phone", &call.code).await.refused(409, "conflict");
    assert!(step["phone"]["sms_at"].is_string());
}

#[tokio::test]
async fn all_6_a_waiting_number_is_proved_by_another_second_step_or_forgotten() {
    let app = app().await;
    let mut owner = app.client().await;
    owner.enrol().await;
    owner.post(NUMBERS, json!({"number": NUMBER})).await.is(200);
    let id = owner.get(NUMBERS).await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
    owner.ask("DELETE", "/second-step", None).await.is(204);
    assert_eq!(owner.press(&format!("{NUMBERS}/{id}/proof")).await.is(200)["state"], "challenge");
    owner.post("/second-step/phone", json!({})).await.is(200);
    owner.ask("DELETE", &format!("{NUMBERS}/pending"), None).await.is(204);
    assert_eq!(owner.get(NUMBERS).await.is(200)["items"], json!([]));
    owner.press(&format!("{NUMBERS}/{id}/proof")).await.refused(404, "not-found");
}
