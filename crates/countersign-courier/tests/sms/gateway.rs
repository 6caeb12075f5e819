//! A gateway that takes requests as they come and answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_courier::http_sms::{Body, HttpSmsSettings, Method, Success, TIMEOUT};
use countersign_courier::sms::Senders;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::centre::Certificate;
use crate::sender;

/// A gateway. It ends with the test's runtime.
pub(crate) struct Gateway {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    answer: watch::Sender<Answer>,
}

/// What it does with a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// This, to the last byte.
    Says(String),
    /// Nothing, for as long as somebody waits.
    Silence,
    /// Ends the connection.
    Cuts,
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The path and what stands behind its question mark, as pairs.
    pub(crate) fn query(&self) -> (String, Vec<(String, String)>) {
        let target = self.line.split(' ').nth(1).expect("a target");
        let url: url::Url = format!("http://gateway{target}").parse().expect("an address");
        (url.path().to_owned(), url.query_pairs().into_owned().collect())
    }
}

impl Answer {
    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::with(status, "", body)
    }

    /// One with a header line more.
    pub(crate) fn with(status: u16, header: &str, body: &str) -> Self {
        let length = body.len();
        Self::Says(format!("HTTP/1.1 {status} Told\r\ncontent-length: {length}\r\n{header}\r\n{body}"))
    }
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_secured(certificate: &Certificate) -> Self {
        Self::start_with(Some(acceptor(certificate))).await
    }

    async fn start_with(secured: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, told) = watch::channel(Answer::status(200, "{}"));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (secured, kept, told) = (secured.clone(), Arc::clone(&kept), told.clone());
                tokio::spawn(async move {
                    match secured {
                        None => serve(stream, kept, told).await,
                        Some(acceptor) => {
                            let Ok(stream) = acceptor.accept(stream).await else { return };
                            serve(stream, kept, told).await;
                        }
                    }
                });
            }
        });
        Self { port, requests, answer }
    }

    pub(crate) fn answers(&self, answer: Answer) {
        self.answer.send_replace(answer);
    }

    /// What came, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("a lock").clone()
    }

    /// The only request that came.
    #[track_caller]
    pub(crate) fn request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests.remove(0)
    }

    /// A route to it that posts a small form.
    pub(crate) fn settings(&self) -> HttpSmsSettings {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        HttpSmsSettings {
            name: "gateway".to_owned(),
            method: Method::Post,
            url: format!("http://127.0.0.1:{}/send", self.port),
            headers: vec![],
            login: None,
            body: Body::Form(vec![field("to", "{to}"), field("text", "{text}"), field("from", "{from}")]),
            secrets: vec![],
            success: Success::default(),
            message_id: Some("/id".to_owned()),
            senders: Senders::always(sender("Example")),
            roots: None,
            timeout: TIMEOUT,
            receipts: None,
        }
    }
}

fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificate.path("server.pem")).expect("a file");
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_file(certificate.path("server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    requests: Arc<Mutex<Vec<Request>>>,
    answer: watch::Receiver<Answer>,
) {
    let Some(request) = read(&mut stream).await else { return };
    requests.lock().expect("a lock").push(request);
    let answer = answer.borrow().clone();
    match answer {
        Answer::Says(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Answer::Silence => {
            let mut rest = [0; 1];
            let _ = tokio::time::timeout(Duration::from_mins(1), stream.read(&mut rest)).await;
        }
        Answer::Cuts => {}
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut octets = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&octets).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, head) = head.split_once("\r\n")?;
            let request = Request { line: line.to_owned(), head: head.to_owned(), body: body.to_owned() };
            let length = request.header("content-length").map_or(0, |told| told.parse().expect("a length"));
            if body.len() >= length {
                return Some(request);
            }
        }
        if stream.read_buf(&mut octets).await.ok()? == 0 {
            return None;
        }
    }
}
