//! Addresses, TLS, methods, headers, panics.

use super::*;

#[tokio::test]
async fn every_answer_bears_the_headers_and_a_fresh_nonce() {
    let server = server(HTTPS).await;
    let mut nonces = Vec::new();
    for (method, path) in [
        ("GET", "/form"),
        ("GET", "/nowhere"),
        ("GET", "/panic"),
        ("GET", "/api/v1/caller"),
        ("PUT", "/form"),
    ] {
        let answer = server.send(method, path, &[("sec-fetch-site", "same-origin")], "").await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("cache-control", "no-store"),
            ("server", ""),
        ] {
            assert_eq!(answer.header(name), value, "{method} {path} {name}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("object-src 'none'"));
        assert!(answer.header("permissions-policy").contains("geolocation=()"));
        assert_eq!(answer.header("x-request-id").len(), 32);
        nonces.push(policy.to_owned());
    }
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count);
}

#[tokio::test]
async fn plain_localhost_gets_no_hsts() {
    let server = server(LOCAL).await;
    assert_eq!(server.send("GET", "/form", &[], "").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn nothing_is_served_in_the_clear_to_another_machine() {
    let server = server(HTTPS).await;
    let ask = async |peer: &str, method: &str, path: &str, headers: &[(&str, &str)]| {
        server.ask(peer, request(method, path, headers, "")).await
    };
    let far = "198.51.100.7:4711";
    let own = ("origin", "https://account.example.org");
    let api = ask(far, "GET", "/api/v1/caller", &[]).await;
    assert_eq!((api.status, api.header("location")), (StatusCode::FORBIDDEN, ""));
    assert_eq!(api.json()["type"], "https://account.example.org/api/problems/tls-needed");
    let page = ask(far, "GET", "/form?a=b", &[("host", "evil.example")]).await;
    let there = "https://account.example.org/form?a=b";
    assert_eq!((page.status, page.header("location")), (StatusCode::PERMANENT_REDIRECT, there));
    assert_eq!(ask(far, "POST", "/leave", &[own]).await.status, StatusCode::FORBIDDEN);
    // What a stranger claims of a proxy is not believed.
    let claimed = [("x-forwarded-proto", "https"), ("x-forwarded-for", "127.0.0.1")];
    assert_eq!(ask(far, "GET", "/api/v1/caller", &claimed).await.status, StatusCode::FORBIDDEN);
    let proxy = "10.0.0.1:4711";
    let client = ("x-forwarded-for", "203.0.113.9");
    assert_eq!(ask(proxy, "GET", "/api/v1/caller", &[client]).await.status, StatusCode::UNAUTHORIZED);
    let plain = [client, ("x-forwarded-proto", "http")];
    assert_eq!(ask(proxy, "GET", "/api/v1/caller", &plain).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask("127.0.0.1:1", "GET", "/api/v1/caller", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_client_is_who_the_trusted_proxy_says() {
    let server = server(HTTPS).await;
    let ask = async |peer: &str, forwarded: &str| {
        let headers = [("x-forwarded-for", forwarded)];
        server.ask(peer, request("GET", "/link/secret", &headers, "")).await
    };
    assert_eq!(ask("10.0.0.1:1", "127.0.0.1, 203.0.113.9").await.body, "203.0.113.9");
    let broken = ask("10.0.0.1:1", "203.0.113.9, unknown").await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert!(broken.body.contains("problem-forwarding"));
}

/// Else all clients of the proxy would be one address, and one of them could lock the others out.
#[tokio::test]
async fn a_proxy_that_hides_its_clients_gets_nothing_but_the_probes() {
    let server = server(HTTPS).await;
    let forwarded = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];
    for (peer, headers) in [
        ("127.0.0.1:1", &forwarded[..]),
        ("[::1]:1", &forwarded[..1]),
        ("127.0.0.1:1", &[("via", "1.1 proxy")]),
        ("10.0.0.1:1", &[]),
        ("10.0.0.1:1", &forwarded[1..]),
    ] {
        for path in ["/form", "/api/v1/caller", "/nowhere"] {
            let answer = server.ask(peer, request("GET", path, headers, "")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{peer} {path} {headers:?}");
            assert!(answer.body.contains("forwarding"), "{}", answer.body);
        }
        let probe = server.ask(peer, request("GET", "/healthz", headers, "")).await;
        assert_eq!(probe.status, StatusCode::OK, "{peer} {headers:?}");
    }
    assert_eq!(server.ask("127.0.0.1:1", request("GET", "/form", &[], "")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_cannot_choose_the_request_id() {
    let server = server(LOCAL).await;
    let answer = server.send("GET", "/form", &[("x-request-id", "mine")], "").await;
    assert_ne!(answer.header("x-request-id"), "mine");
}

#[tokio::test]
async fn methods_without_meaning_are_refused() {
    let server = server(LOCAL).await;
    for method in ["TRACE", "CONNECT", "BREW"] {
        let answer = server.send(method, "/form", &[], "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_ne!(answer.header("allow"), "");
    }
    let answer = server.send("PUT", "/api/v1/sample", &[], "{}").await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    assert_eq!(answer.json()["status"], 405);
    assert_eq!(server.send("GET", "/api/v1/nowhere", &[], "").await.json()["status"], 404);
}

#[tokio::test]
async fn two_ways_of_telling_the_length_are_refused() {
    let server = server(LOCAL).await;
    let headers = [("content-length", "2"), ("transfer-encoding", "chunked")];
    assert_eq!(server.send("GET", "/form", &headers, "{}").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_panic_is_one_request_s_and_says_nothing() {
    let server = server(LOCAL).await;
    let page = server.send("GET", "/panic", &[], "").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.body.contains("problem-internal") && !page.body.contains("secret"));
    let api = server.send("GET", "/api/v1/panic", &[], "").await;
    assert_eq!(api.json()["status"], 500);
    assert!(!api.body.contains("secret"));
    assert_eq!(server.send("GET", "/form", &[], "").await.status, StatusCode::OK);
}
