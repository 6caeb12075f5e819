//! Refusals of the first step.

use std::time::Duration;

use countersign_core::puzzle::{Puzzle, solve};
use serde_json::json;

use crate::api::support::{PASSWORD, Server};

#[tokio::test]
async fn all_2_wrong_passwords_are_limited_and_the_wait_is_told() {
    let server = Server::start().await;
    server.member("ada@example.org").await;
    let wrong = json!({"email": "ada@example.org", "password": "not it"});
    let nobody = json!({"email": "nobody@example.org", "password": "not it"});
    let mut stranger = server.client();
    for _ in 0..5 {
        let known = stranger.post("/api/v1/sign-in", &wrong).await.refused(401, "wrong-credentials").json();
        let unknown =
            stranger.post("/api/v1/sign-in", &nobody).await.refused(401, "wrong-credentials").json();
        assert_eq!((&known["title"], &known["detail"]), (&unknown["title"], &unknown["detail"]));
    }
    let right = json!({"email": "ada@example.org", "password": PASSWORD});
    let refused = stranger.post("/api/v1/sign-in", &right).await.refused(429, "too-many");
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    server.pass(Duration::from_secs(seconds));
    stranger.post("/api/v1/sign-in", &right).await.is(200);
}

#[tokio::test]
async fn all_2_past_fifty_failures_strangers_solve_a_puzzle() {
    let server = Server::start().await;
    server.member("ada@example.org").await;
    let wrong = json!({"email": "ada@example.org", "password": "not it"});
    let mut puzzle = None;
    for number in 0..51 {
        let mut stranger = server.client();
        stranger.address = [127, 0, 1, number];
        let answer = stranger.post("/api/v1/sign-in", &wrong).await;
        if answer.status == 428 {
            puzzle = Some(answer.refused(428, "puzzle").json());
            break;
        }
    }
    let problem = puzzle.expect("a puzzle");
    assert_eq!(problem["bits"], 18);
    let solved = solve(&Puzzle::parse(problem["puzzle"].as_str().unwrap()).unwrap());
    let right = json!({"email": "ada@example.org", "password": PASSWORD, "puzzle": solved});
    let mut ada = server.client();
    ada.post("/api/v1/sign-in", &right).await.is(200);
    // It serves once: the next one gets a puzzle of its own, and nothing is said of the password.
    server.client().post("/api/v1/sign-in", &right).await.refused(428, "puzzle");
}
