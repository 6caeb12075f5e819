//! Forms, query strings and JSON.

use super::*;

#[tokio::test]
async fn a_form_holds_exactly_its_fields() {
    let server = server(LOCAL).await;
    let good = server.post_form("/form", "name=Ada+L&page=2").await;
    assert_eq!((good.status, &*good.body), (StatusCode::OK, "Ada L Some(2)"));
    assert_eq!(server.post_form("/button", "").await.status, StatusCode::OK);
    for bad in [
        "",
        "name=a&name=b",
        "name=a&role=administrator",
        "name=a&page=x",
        "name=%ff",
        "name=%zz",
        "name=a%00b",
    ] {
        let answer = server.post_form("/form", bad).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.body.contains("problem-malformed"), "{}", answer.body);
    }
    assert_eq!(server.post_form("/button", "x=1").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_name_in_the_address_and_in_the_body_is_refused() {
    let server = server(LOCAL).await;
    assert_eq!(server.post_form("/form?name=x", "name=a").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.post_form("/form?csrf=x", "name=a").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.post_form("/form?other=x", "name=a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn forms_of_another_type_or_size_are_refused() {
    let server = server(LOCAL).await;
    let own = ("sec-fetch-site", "same-origin");
    for kind in ["multipart/form-data; boundary=x", "text/plain", "application/json"] {
        let answer = server.send("POST", "/form", &[own, ("content-type", kind)], "name=a").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let long = format!("name={}", "a".repeat(super::super::form::LONGEST_FORM));
    assert_eq!(server.post_form("/form", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn queries_are_read_as_strictly_as_forms() {
    let server = server(LOCAL).await;
    assert_eq!(server.send("GET", "/list?name=a&page=9", &[], "").await.body, "a Some(9)");
    for bad in [
        "",
        "?name=a&name=b",
        "?name=a&x=1",
        "?name=a&page=-1",
        "?name=a&page=9223372036854775807",
        "?name=%FF",
    ] {
        let answer = server.send("GET", &format!("/list{bad}"), &[], "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn json_is_refused_with_problem_details() {
    let server = server(LOCAL).await;
    assert_eq!(server.post_json(r#"{"name": "a", "page": 1}"#).await.body, "a Some(1)");
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    let long = format!(r#"{{"name": "{}"}}"#, "a".repeat(super::super::json::LONGEST_JSON));
    for (body, status, field) in [
        ("{", 400, ""),
        (r#"{"name": "a", "name": "b"}"#, 400, ""),
        (&*deep, 400, ""),
        (&*long, 413, ""),
        (r#"{"name": "a", "role": "administrator"}"#, 422, "role"),
        (r#"{"page": 1}"#, 422, "name"),
        (r#"{"name": 1}"#, 422, "name"),
        (r#"{"name": "a", "page": 99999999999}"#, 422, "page"),
    ] {
        let answer = server.post_json(body).await;
        assert_eq!(answer.status.as_u16(), status, "{body:.60}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["errors"][0]["field"].as_str().unwrap_or(""), field);
        let instance = format!("urn:request:{}", answer.header("x-request-id"));
        assert_eq!(problem["instance"], instance);
        assert!(problem["type"].as_str().unwrap().starts_with("http://localhost:8080/api/problems/"));
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""] {
        let answer = server.send("POST", "/api/v1/sample", &[("content-type", kind)], "{}").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}
