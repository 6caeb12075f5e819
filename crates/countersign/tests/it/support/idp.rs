//! The identity provider: a process of its own on loopback, whose clock follows the test's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use countersign::flow::sso::{self, NewProvider};
use countersign_core::id::SsoProviderId;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Answer, Browser, Options, PUBLIC, TestApp};

/// One identity provider. It ends with the test.
pub(crate) struct Idp {
    process: Child,
    pub(crate) issuer: String,
    client: reqwest::Client,
}

impl Drop for Idp {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Where somebody lands whom the provider has signed in and who has no second step.
pub(crate) const SET_UP: &str = "/account/set-up?next=%2Faccount";

/// What it proves itself with.
pub(crate) const SECRET: &str = "a-secret-of-the-identity-provider-under-test";

impl Idp {
    /// The settings under which a provider on loopback may be asked.
    pub(crate) fn options() -> Options {
        Options { settings: "[sso]\nallow_private_addresses = true\n".to_owned(), ..Options::default() }
    }

    /// Starts one and sets it up as the provider `corp` of the organisation, for everybody at `corp.example`.
    pub(crate) async fn of(app: &TestApp) -> Self {
        let this = Self::start().await;
        this.set_up(app, "corp", &["corp.example"]).await;
        this.follow(app).await;
        this
    }

    pub(crate) async fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/oidc.mjs");
        let started = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.expect("node runs the identity provider");
        let out = process.stdout.take().expect("its output");
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(out).read_line(&mut line).expect("its address");
            line
        });
        let told: Value =
            serde_json::from_str(&line.await.unwrap()).expect("tests/e2e/node_modules is installed");
        let issuer = told["issuer"].as_str().unwrap().to_owned();
        let roots = rustls::RootCertStore::empty();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        Self { process, issuer, client }
    }

    /// Sets it up under another short name.
    pub(crate) async fn set_up(&self, app: &TestApp, slug: &str, domains: &[&str]) -> SsoProviderId {
        let new = self.provider(slug, domains);
        let id = sso::add(&app.operator(), None, None, new).await.unwrap();
        self.set(json!({"redirects": [format!("{PUBLIC}/sso/{slug}/callback")]})).await;
        id
    }

    pub(crate) fn provider(&self, slug: &str, domains: &[&str]) -> NewProvider {
        NewProvider {
            slug: slug.to_owned(),
            name: "Corp Login".to_owned(),
            issuer: self.issuer.clone(),
            client_id: "countersign".to_owned(),
            client_secret: Zeroizing::new(SECRET.to_owned()),
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            jit: true,
            button: true,
        }
    }

    async fn ask(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}/control{path}", self.issuer)).body(body.to_string());
        let answer = request.send().await.expect("the provider's door").bytes().await.unwrap();
        serde_json::from_slice(&answer).unwrap()
    }

    /// Changes what it does.
    pub(crate) async fn set(&self, change: Value) -> Value {
        self.ask("", &change).await
    }

    /// Makes it see the test's time.
    pub(crate) async fn follow(&self, app: &TestApp) {
        self.set(json!({"now": app.now().as_millis()})).await;
    }

    /// New keys.
    pub(crate) async fn rotate(&self) {
        self.ask("/rotate", &json!({})).await;
    }

    /// Where somebody is sent back to who goes to this address and signs in: path and query on our server.
    pub(crate) async fn visit(&self, url: &str) -> String {
        let told = self.ask("/visit", &json!({"url": url})).await;
        let back = told["url"].as_str().unwrap_or_else(|| panic!("{told}"));
        back.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{back}")).to_owned()
    }

    /// Presses the button of a page and goes to the provider; where the browser is sent back to.
    pub(crate) async fn go(&self, browser: &mut Browser<'_>, page: &str, action: &str) -> String {
        let away = browser.submit(page, action, &[]).await;
        self.visit(&away_to(away.assert_ok())).await
    }

    /// Signs in through the button of the sign-in page.
    pub(crate) async fn sign_in(&self, browser: &mut Browser<'_>) -> Answer {
        let back = self.go(browser, "/sign-in", "/sso/corp/start").await;
        come_back(browser, &back).await
    }
}

/// The address at the provider that a page leads to.
pub(crate) fn away_to(answer: &Answer) -> String {
    let found =
        answer.body.split("<a class=\"button primary\" href=\"").nth(1).expect("a way to the provider");
    found.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

/// Comes back from the provider, as a browser does that another site has sent.
pub(crate) async fn come_back(browser: &mut Browser<'_>, path: &str) -> Answer {
    browser.send("GET", path, &[("sec-fetch-site", "cross-site")], "").await
}
