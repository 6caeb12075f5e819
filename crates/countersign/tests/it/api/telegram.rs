//! Telegram by the API: linking, the second step that waits, switching off and on, unlinking (MSG-1 to MSG-3, MSG-10).

use std::time::Duration;

use countersign::flow::dispatch::PromptEnd;
use countersign_core::factor::telegram::Press;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, code_of};

const TELEGRAM: &str = "/account/telegram";
const LINK: &str = "/account/telegram/link";
const CONFIRM: &str = "/account/telegram/link/confirm";

/// Six digits that these are not.
fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

/// What the waiting page gets by events, to their end.
async fn events(client: &Client<'_>) -> Answer {
    let mut browser = client.browser.clone();
    browser.send("GET", "/second-step/wait", &[("accept", "text/event-stream")], "").await
}

/// What is told to whoever asks how it stands: the state, and how far the question is.
async fn waiting(client: &mut Client<'_>) -> (String, Value) {
    let told = client.get("/second-step/wait").await.is(200);
    (told["state"].as_str().unwrap().to_owned(), told["stage"].clone())
}

on_both! {
    async fn msg_1_the_api_links_by_an_address_and_the_code_in_the_chat(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.client().await;
        let mut elsewhere = ada.elsewhere();
        elsewhere.sign_in().await.is(200);
        let state = ada.get(TELEGRAM).await.is(200);
        assert_eq!((&state["bot"], &state["is_on"]), (&json!("example_bot"), &json!(false)));
        assert_eq!((&state["style"], &state["class"], &state["most"]), (&json!("match"), &json!("weak"), &json!(3)));
        assert_eq!(ada.get(LINK).await.is(200)["state"], "none");
        ada.post(CONFIRM, json!({"code": "123456"})).await.refused(410, "over");
        let begun = ada.press(LINK).await.is(201);
        let token = begun["address"].as_str().unwrap().strip_prefix("https://t.me/example_bot?start=").unwrap();
        assert_eq!(ada.get(LINK).await.is(200)["state"], "waiting");
        ada.post(CONFIRM, json!({"code": "123456"})).await.refused(409, "conflict");
        app.writes(71, &format!("/start {token}")).await;
        let code = code_of(&app.chats().await).unwrap();
        let opened = ada.get(LINK).await.is(200);
        assert_eq!((&opened["state"], &opened["by"]), (&json!("opened"), &json!("Kim 71 (@kim71)")));
        let wrong = ada.post(CONFIRM, json!({"code": another(&code)})).await.refused(401, "wrong-code");
        assert_eq!(wrong["tries_left"], 4);
        ada.post(CONFIRM, json!({"code": "12"})).await.refused(422, "invalid");
        let done = ada.post(CONFIRM, json!({"code": code})).await.is(200);
        assert_eq!((&done["ended_sessions"], &done["may_make_recovery_key"]), (&json!(1), &json!(false)), "MSG-9");
        assert!(!elsewhere.is_in().await);
        let state = ada.get(TELEGRAM).await.is(200);
        assert_eq!((&state["is_on"], state["accounts"].as_array().unwrap().len()), (&json!(true), 1));
        assert_eq!(ada.get(LINK).await.is(200)["state"], "linked");
        ada.ask("DELETE", LINK, None).await.is(204);
    }

    async fn msg_2_the_api_shows_the_number_waits_and_goes_on_without_a_code(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41, 42]).await;
        let mut one = ada.asked().await;
        let step = one.step().await;
        let asked = &step["telegram"]["asked"];
        assert_eq!((&step["method"], &step["telegram"]["style"]), (&json!("telegram"), &json!("match")));
        assert_eq!((&asked["stage"], &asked["chats"], &asked["number"]), (&json!("on-its-way"), &json!(2), &json!(one.shown().await)));
        assert_eq!(waiting(&mut one).await, ("still".to_owned(), json!("on-its-way")));
        let said = app.prompts().await;
        assert_eq!(waiting(&mut one).await, ("still".to_owned(), json!("sent")));
        one.post("/second-step", json!({"method": "telegram"})).await.refused(409, "conflict");
        let button = one.right_button(&said[0]).await;
        app.presses(said[0].chat, said[0].message, &button).await;
        assert_eq!(waiting(&mut one).await, ("confirmed".to_owned(), Value::Null));
        assert_eq!(one.step().await["telegram"]["asked"]["stage"], "confirmed");
        // Nobody else goes on with it.
        let mut stranger = ada.elsewhere();
        stranger.get("/second-step/wait").await.refused(401, "sign-in-needed");
        assert_eq!(one.post("/second-step", json!({"method": "telegram"})).await.is(200)["state"], "session");
        assert_eq!(app.edits().await.iter().map(|edit| edit.1).collect::<Vec<_>>().len(), 2);
        one.get("/second-step/wait").await.refused(401, "sign-in-needed");
    }

    async fn msg_2_whoever_waits_is_told_that_another_number_counts_now(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        app.prompts().await;
        let before = one.get("/second-step/wait").await.is(200)["round"].clone();
        app.turn(Duration::from_secs(31));
        assert_eq!(one.get("/second-step/wait").await.is(200)["round"], before);
        one.press("/second-step/code").await.is(200);
        let after = one.get("/second-step/wait").await.is(200)["round"].clone();
        assert!(after.as_i64() > before.as_i64(), "{before} {after}");
    }

    async fn all_2_who_waits_takes_places_of_one_account_and_gives_them_back(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut unread = Vec::new();
        // Four second steps of one account: each has a token of its own, and all count together.
        for _ in 0..4 {
            let one = ada.asked().await;
            let token = one.token("challenge").unwrap();
            unread.push(countersign::http::waiting::events(&app.app, one.flow(), token).await.unwrap());
        }
        assert_eq!(app.app.waiting.taken(), 4);
        let one = ada.asked().await;
        assert_eq!(events(&one).await.status.as_u16(), 503);
        // Nobody has read a word; whoever goes away makes room.
        unread.pop();
        while app.app.waiting.taken() > 3 {
            tokio::task::yield_now().await;
        }
        app.app.waiting.close();
        while app.app.waiting.taken() > 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn msg_2_a_refusal_is_told_to_whoever_waits(kind) {
        let app = TestApp::messenger(kind).await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let said = app.prompts().await;
        app.presses(41, said[0].message, &said[0].button(Press::NotMe)).await;
        assert_eq!(one.get("/second-step/wait").await.is(200)["state"], "refused");
        let told = events(&one).await;
        assert!(told.body.contains("event: refused"), "{}", told.body);
        one.post("/second-step", json!({"method": "telegram"})).await.refused(410, "over");
        assert_eq!(app.edits().await, [(41, PromptEnd::Refused)]);
    }

    async fn msg_10_the_api_switches_off_and_on_and_unlinks_by_challenges_of_their_own(kind) {
        let app = TestApp::messenger(kind).await;
        let mut ada = app.with_telegram(&[41]).await;
        let id = ada.get(TELEGRAM).await.is(200)["accounts"][0]["id"].as_str().unwrap().to_owned();
        let confirmed = async |ada: &mut Client<'_>, purpose: &str| -> Value {
            let step = ada.step().await;
            assert_eq!(step["purpose"], purpose);
            let said = app.prompts().await;
            let button = ada.right_button(&said[0]).await;
            app.presses(41, said[0].message, &button).await;
            app.turn(Duration::from_secs(1));
            let done = ada.post("/second-step", json!({"method": "telegram"})).await.is(200);
            app.chats().await;
            done
        };
        assert_eq!(ada.press(&format!("{TELEGRAM}/removal")).await.is(200)["state"], "challenge");
        confirmed(&mut ada, "disable-telegram").await;
        let state = ada.get(TELEGRAM).await.is(200);
        assert_eq!((&state["is_on"], state["accounts"].as_array().unwrap().len()), (&json!(false), 1));
        ada.press(TELEGRAM).await.is(200);
        ada.press(TELEGRAM).await.refused(403, "forbidden");
        assert_eq!(ada.get(TELEGRAM).await.is(200)["is_on"], true);
        app.turn(Duration::from_mins(11));
        assert_eq!(ada.press(&format!("{TELEGRAM}/accounts/{id}/removal")).await.is(200)["state"], "challenge");
        confirmed(&mut ada, "unlink-telegram").await;
        let state = ada.get(TELEGRAM).await.is(200);
        assert_eq!((&state["is_on"], &state["accounts"]), (&json!(false), &json!([])));
        ada.press(&format!("{TELEGRAM}/accounts/{id}/removal")).await.refused(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn msg_2_events_end_with_the_answer_and_only_so_many_wait_at_once() {
    let app = TestApp::messenger(crate::support::Kind::Sqlite).await;
    let ada = app.with_telegram(&[41]).await;
    let mut one = ada.asked().await;
    let said = app.prompts().await;
    let button = one.right_button(&said[0]).await;
    let late = async {
        while app.app.waiting.taken() < 4 {
            tokio::task::yield_now().await;
        }
        let busy = events(&one).await;
        assert_eq!((busy.status.as_u16(), busy.header("retry-after").is_empty()), (503, false));
        app.presses(41, said[0].message, &button).await;
    };
    let (a, b, c, d, ()) = tokio::join!(events(&one), events(&one), events(&one), events(&one), late);
    for told in [a, b, c, d] {
        assert_eq!(
            (told.header("content-type"), told.header("cache-control")),
            ("text/event-stream; charset=utf-8", "no-store")
        );
        assert!(told.body.contains("event: confirmed\ndata: {\"state\":\"confirmed\""), "{}", told.body);
    }
    one.post("/second-step", json!({"method": "telegram"})).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stops_lets_nobody_wait() {
    let app = TestApp::messenger(crate::support::Kind::Sqlite).await;
    let ada = app.with_telegram(&[41]).await;
    let one = ada.asked().await;
    let close = async {
        while app.app.waiting.taken() == 0 {
            tokio::task::yield_now().await;
        }
        app.app.waiting.close();
    };
    let (told, ()) = tokio::join!(events(&one), close);
    assert!(told.body.contains("event: still"), "{}", told.body);
    assert_eq!(events(&one).await.status.as_u16(), 503);
}
