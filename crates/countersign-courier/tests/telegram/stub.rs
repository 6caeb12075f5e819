//! A server that says one thing, whatever it is asked, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What it was asked.
#[derive(Clone)]
pub(crate) struct Request {
    /// The first line, then the headers with their names in lower case, a line each.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// It ends with the test's runtime.
pub(crate) struct Stub {
    pub(crate) url: String,
    asked: Arc<(Mutex<Vec<Request>>, Notify)>,
}

impl Stub {
    /// Answers with these bytes and hangs up; with none of them: hangs up.
    pub(crate) async fn raw(answer: impl Into<Vec<u8>>) -> Self {
        Self::start(Some(answer.into())).await
    }

    /// Answers with this status and body.
    pub(crate) async fn says(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::raw(format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")).await
    }

    /// Never answers.
    pub(crate) async fn silent() -> Self {
        Self::start(None).await
    }

    async fn start(answer: Option<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::<(Mutex<Vec<Request>>, Notify)>::default();
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (Arc::clone(&kept), answer.clone());
                tokio::spawn(async move { serve(stream, answer, &kept).await });
            }
        });
        Self { url, asked }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.asked.0.lock().expect("the list").clone()
    }

    /// The first request, once it is there.
    pub(crate) async fn request(&self) -> Request {
        loop {
            let asked = self.asked.1.notified();
            if let Some(request) = self.requests().first() {
                return request.clone();
            }
            asked.await;
        }
    }
}

async fn serve(mut stream: TcpStream, answer: Option<Vec<u8>>, kept: &(Mutex<Vec<Request>>, Notify)) {
    let Some(request) = read(&mut stream).await else { return };
    kept.0.lock().expect("the list").push(request);
    kept.1.notify_waiters();
    match answer {
        Some(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        None => std::future::pending().await,
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(at) = at {
            let text = String::from_utf8(bytes[..at].to_vec()).ok()?;
            let (first, rest) = text.split_once("\r\n")?;
            let names = rest.lines().map(|line| {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                format!("{}: {}", name.to_lowercase(), value.trim())
            });
            let head = std::iter::once(first.to_owned()).chain(names).collect::<Vec<_>>().join("\n");
            let mut request = Request { head, body: bytes[at + 4..].to_vec() };
            let length: usize =
                request.header("content-length").map_or(0, |length| length.parse().expect("a number"));
            while request.body.len() < length {
                stream.read_buf(&mut request.body).await.ok().filter(|read| *read > 0)?;
            }
            return Some(request);
        }
        stream.read_buf(&mut bytes).await.ok().filter(|read| *read > 0)?;
    }
}
