//! Requests that another site makes a browser send, and who is let in at all.

use super::*;

#[tokio::test]
async fn a_form_needs_the_token_that_this_browser_was_shown() {
    let server = server(LOCAL).await;
    let shown = server.send("GET", "/form", &[], "").await;
    let cookie = shown.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("form="), "{cookie}");
    let own = ("sec-fetch-site", "same-origin");
    let with = async |cookie: &str, token: &str| {
        let body = format!("name=a&csrf={token}");
        server.send("POST", "/form", &[("cookie", cookie), own, FORM], &body).await.status
    };
    assert_eq!(with(&cookie, &shown.body).await, StatusCode::OK);
    let other = server.send("GET", "/form", &[], "").await;
    assert_eq!(with(&cookie, &other.body).await, StatusCode::FORBIDDEN);
    assert_eq!(with(&cookie, "").await, StatusCode::FORBIDDEN);
    assert_eq!(with("", &shown.body).await, StatusCode::FORBIDDEN);
    let bare = server.send("POST", "/form", &[("cookie", &*cookie), own, FORM], "name=a").await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    assert!(bare.body.contains("problem-stale-form"));
    let header = [("cookie", &*cookie), own, FORM, ("x-csrf-token", &*shown.body)];
    assert_eq!(server.send("POST", "/form", &header, "name=a").await.status, StatusCode::OK);
    // The cookie is there: no second one is made.
    assert_eq!(server.send("GET", "/form", &[("cookie", &*cookie)], "").await.header("set-cookie"), "");
}

#[tokio::test]
async fn what_changes_something_must_come_from_a_page_of_ours() {
    let server = server(HTTPS).await;
    let ask =
        async |path: &str, headers: &[(&str, &str)]| server.send("POST", path, headers, "{}").await.status;
    let (own, foreign) = ("https://account.example.org", "https://evil.example");
    for headers in
        [&[][..], &[("origin", "null")], &[("origin", foreign)], &[("sec-fetch-site", "same-site")]]
    {
        assert_eq!(ask("/leave", headers).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(ask("/leave", &[("origin", own)]).await, StatusCode::OK);
    assert_eq!(ask("/leave", &[("sec-fetch-site", "same-origin")]).await, StatusCode::OK);
    // A program sends neither header; a foreign page that poses as one cannot.
    assert_eq!(ask("/api/v1/sample", &[JSON]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask("/api/v1/sample", &[JSON, ("origin", foreign)]).await, StatusCode::FORBIDDEN);
    assert_eq!(ask("/api/v1/sample", &[JSON, ("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn no_other_site_may_read_an_answer() {
    let server = server(HTTPS).await;
    for origin in ["https://evil.example", "null", "https://account.example.org"] {
        for method in ["GET", "OPTIONS"] {
            let answer = server.send(method, "/api/v1/caller", &[("origin", origin)], "").await;
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{method} {origin}");
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_sign_in() {
    let server = server(LOCAL).await;
    let page = server.send("GET", "/page?tab=2", &[], "").await;
    assert_eq!(
        (page.status, page.header("location")),
        (StatusCode::SEE_OTHER, "/sign-in?next=%2Fpage%3Ftab%3D2")
    );
    let unknown = Token::new(&CountingEntropy::new(3)).reveal();
    let cookie = format!("sid={}", *unknown);
    assert_eq!(server.send("GET", "/page", &[("cookie", &cookie)], "").await.status, StatusCode::SEE_OTHER);
    let api = server.send("GET", "/api/v1/caller", &[("cookie", &cookie)], "").await;
    assert_eq!((api.status, api.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
    for bad in ["Bearer nonsense", "Bearer", "Basic YTpi", "bearer cs_short"] {
        let answer = server.send("DELETE", "/api/v1/caller", &[("authorization", bad)], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{bad}");
        assert_eq!(answer.json()["type"], "http://localhost:8080/api/problems/sign-in-needed");
    }
}

#[tokio::test]
async fn get_never_changes_anything() {
    let server = server(LOCAL).await;
    let answer = server.send("GET", "/leave", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    assert_eq!(server.send("HEAD", "/button", &[], "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}
