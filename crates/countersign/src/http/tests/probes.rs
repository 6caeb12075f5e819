//! Probes and reports.

use super::*;

const TOKEN: &str = "[metrics]\ntoken = \"0123456789abcdef0123456789abcdef\"";

#[tokio::test]
async fn the_probes_answer_anybody() {
    let server = server(HTTPS).await;
    for (path, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = server.ask("198.51.100.7:1", request("GET", path, &[], "")).await;
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, body));
    }
}

#[tokio::test]
async fn the_figures_are_for_this_machine_or_the_token() {
    let server = server(&format!("{HTTPS}{TOKEN}")).await;
    let ask = async |peer: &str, headers: &[(&str, &str)]| {
        server.ask(peer, request("GET", "/metrics", headers, "")).await.status
    };
    let (here, far) = ("127.0.0.1:1", "198.51.100.7:1");
    assert_eq!(ask(here, &[]).await, StatusCode::OK);
    assert_eq!(ask("[::1]:1", &[]).await, StatusCode::OK);
    // A proxy on this machine hands on what others ask.
    assert_eq!(ask(here, &[("x-forwarded-for", "198.51.100.7")]).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(here, &[("forwarded", "for=198.51.100.7")]).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(far, &[]).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(far, &[("authorization", "Bearer wrong")]).await, StatusCode::NOT_FOUND);
    let right = ("authorization", "Bearer 0123456789abcdef0123456789abcdef");
    assert_eq!(ask(far, &[right]).await, StatusCode::OK);
}

#[tokio::test]
async fn without_a_token_none_is_right() {
    let server = server(HTTPS).await;
    let empty = request("GET", "/metrics", &[("authorization", "Bearer ")], "");
    assert_eq!(server.ask("198.51.100.7:1", empty).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn browsers_may_report_without_a_token() {
    let server = server(LOCAL).await;
    let kind = ("content-type", "application/reports+json");
    assert_eq!(server.send("POST", "/csp-reports", &[kind], "[]").await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        server.send("POST", "/csp-reports", &[JSON], "[]").await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let long = "a".repeat(20_000);
    assert_eq!(
        server.send("POST", "/csp-reports", &[kind], &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}
