//! What a server says when it does not do what it is asked, or is none.

use std::time::Duration;

use countersign_courier::telegram::{TelegramError, Update};
use serde_json::json;

use crate::stub::Stub;
use crate::{TOKEN, bot, plain};

async fn told(stub: &Stub) -> TelegramError {
    bot(&stub.url).send(77, &plain("Your code is 482913")).await.expect_err("a refusal")
}

#[tokio::test]
async fn refusals_with_words() {
    let seconds = |seconds| TelegramError::TooManyRequests { retry_after: Duration::from_secs(seconds) };
    for (status, body, error) in [
        (
            "429 Too Many Requests",
            r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17","parameters":{"retry_after":17}}"#,
            seconds(17),
        ),
        (
            "409 Conflict",
            r#"{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}"#,
            TelegramError::Conflict,
        ),
        (
            "403 Forbidden",
            r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#,
            TelegramError::BlockedByPerson,
        ),
        (
            "401 Unauthorized",
            r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
            TelegramError::Unauthorised,
        ),
        (
            "404 Not Found",
            r#"{"ok":false,"error_code":404,"description":"Not Found"}"#,
            TelegramError::Unauthorised,
        ),
        (
            "400 Bad Request",
            r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#,
            TelegramError::Rejected { code: 400 },
        ),
        (
            "500 Internal Server Error",
            r#"{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}"#,
            TelegramError::Unreachable,
        ),
        // Told with another status than meant, as some things on the way do.
        (
            "200 OK",
            r#"{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}"#,
            TelegramError::BlockedByPerson,
        ),
    ] {
        let stub = Stub::says(status, "", body).await;
        assert_eq!(told(&stub).await, error, "{status}");
        // One call asks once.
        assert_eq!(stub.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn answers_that_are_none_of_telegrams() {
    let seconds = |seconds| TelegramError::TooManyRequests { retry_after: Duration::from_secs(seconds) };
    for (status, headers, body, error) in [
        ("200 OK", "", "<html>hello</html>", TelegramError::Odd),
        ("200 OK", "", "", TelegramError::Odd),
        ("200 OK", "", r#"{"ok":true"#, TelegramError::Odd),
        ("200 OK", "", r#"{"ok":true}"#, TelegramError::Odd),
        ("200 OK", "", r#"{"ok":true,"result":{"message_id":"x"}}"#, TelegramError::Odd),
        ("200 OK", "", r#"{"ok":false}"#, TelegramError::Odd),
        ("204 No Content", "", "", TelegramError::Odd),
        ("404 Not Found", "", "<html>nobody</html>", TelegramError::Odd),
        ("502 Bad Gateway", "", "<html>nginx</html>", TelegramError::Unreachable),
        ("429 Too Many Requests", "retry-after: 9\r\n", "slowly", seconds(9)),
        ("429 Too Many Requests", "retry-after: Sun, 22 Nov 2026 07:00:00 GMT\r\n", "", seconds(5)),
    ] {
        assert_eq!(told(&Stub::says(status, headers, body).await).await, error, "{status} {body}");
    }
}

#[tokio::test]
async fn nobody_is_followed_elsewhere() {
    let elsewhere = Stub::says("200 OK", "", r#"{"ok":true,"result":{"message_id":1}}"#).await;
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = format!("location: {}/bot{TOKEN}/sendMessage\r\n", elsewhere.url);
        assert_eq!(told(&Stub::says(status, &location, "").await).await, TelegramError::Odd, "{status}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn servers_that_are_gone() {
    assert_eq!(told(&Stub::raw("").await).await, TelegramError::Unreachable);
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":true";
    assert_eq!(told(&Stub::raw(cut).await).await, TelegramError::Unreachable);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    drop(listener);
    let probe = bot(&format!("http://127.0.0.1:{port}")).probe().await;
    assert_eq!(
        (probe.server, probe.result),
        (format!("127.0.0.1:{port}"), Err("nobody listens there".to_owned()))
    );
}

// The clock goes on by itself whenever everybody waits.
#[tokio::test(start_paused = true)]
async fn a_silent_server_is_not_waited_for_longer_than_said() {
    let stub = Stub::silent().await;
    let bot = bot(&stub.url);
    let before = tokio::time::Instant::now();
    assert_eq!(bot.me().await, Err(TelegramError::Unreachable));
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!(bot.probe().await.result, Err("no answer in time".to_owned()));
    let before = tokio::time::Instant::now();
    assert_eq!(bot.updates(0, Duration::from_hours(1)).await, Err(TelegramError::Unreachable));
    assert_eq!(before.elapsed().as_secs(), 60);
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let long = format!(r#"{{"ok":true,"result":{{"message_id":1,"text":"{}"}}}}"#, "x".repeat(1024 * 1024));
    assert_eq!(told(&Stub::says("200 OK", "", &long).await).await, TelegramError::Odd);
}

#[tokio::test]
async fn updates_are_asked_for_as_telegram_wants_it() {
    let stub = Stub::says("200 OK", "", r#"{"ok":true,"result":[]}"#).await;
    // A server of one's own may stand below a path.
    let bot = bot(&format!("{}/bots/", stub.url));
    assert_eq!(bot.updates(18, Duration::from_millis(1700)).await, Ok(Vec::new()));
    assert_eq!(bot.updates(0, Duration::from_hours(1)).await, Ok(Vec::new()));
    let requests = stub.requests();
    assert!(requests[0].head.starts_with(&format!("POST /bots/bot{TOKEN}/getUpdates HTTP/1.1\n")));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    let asked = |offset: u64, timeout: u64| {
        json!({
            "offset": offset,
            "limit": 100,
            "timeout": timeout,
            "allowed_updates": ["message", "callback_query", "my_chat_member"],
        })
    };
    assert_eq!((requests[0].json(), requests[1].json()), (asked(18, 1), asked(0, 50)));
}

#[tokio::test]
async fn updates_that_cannot_be_marked_as_handled() {
    let list = |list: &str| format!(r#"{{"ok":true,"result":{list}}}"#);
    let stub = Stub::says("200 OK", "", &list(r#"[{"message":{}},17,null]"#)).await;
    // Asked for again at once they would come again at once, for ever.
    assert_eq!(bot(&stub.url).updates(0, Duration::ZERO).await, Err(TelegramError::Odd));
    let stub = Stub::says("200 OK", "", &list(r#"[17,{"update_id":5,"message":{"text":"\udc00"}}]"#)).await;
    let updates = bot(&stub.url).updates(0, Duration::ZERO).await.expect("updates");
    assert!(matches!(updates[..], [Update::Odd { update_id: 5 }]), "{updates:?}");
    // Letters of no alphabet spoil nothing but themselves.
    let said = br#"{"update_id":6,"message":{"chat":{"id":77,"type":"private"},"date":9,"text":"a"#;
    let body = [&br#"{"ok":true,"result":["#[..], said, b"\xff\xfe", br#""}}]}"#].concat();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let stub = Stub::raw([head.as_bytes(), &body].concat()).await;
    let updates = bot(&stub.url).updates(0, Duration::ZERO).await.expect("updates");
    assert!(
        matches!(&updates[..], [Update::Message { text: Some(text), .. }] if text == "a\u{fffd}\u{fffd}")
    );
}
