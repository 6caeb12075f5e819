//! The JSON API as a program in a browser's place uses it: for stories that pages need not tell.

use serde_json::{Value, json};

use super::{Browser, Letter, PUBLIC, Phone, TestApp, password_of};

/// What the API answered.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// Seconds, where the answer says when to come back.
    pub(crate) retry_after: Option<u64>,
    pub(crate) json: Value,
}

impl Told {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }

    /// It is a problem of this kind.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, slug: &str) -> Value {
        let kind = self.json["type"].as_str().unwrap_or_default().to_owned();
        assert!(kind.ends_with(&format!("/api/problems/{slug}")), "{kind} is not {slug}: {}", self.json);
        self.is(status)
    }
}

/// Somebody with an account who uses the API. A clone is a copy of the whole browser.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) browser: Browser<'a>,
    /// The form token of the session.
    csrf: Option<String>,
    /// The form token of the second step in progress.
    step_csrf: Option<String>,
}

impl<'a> Client<'a> {
    /// Asks and takes cookies and form token from the answer.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Told {
        let of_step = path.starts_with("/second-step");
        let csrf = if of_step { self.step_csrf.clone() } else { self.csrf.clone() }.unwrap_or_default();
        let mut headers =
            vec![("origin", PUBLIC), ("sec-fetch-site", "same-origin"), ("accept", "application/json")];
        if !csrf.is_empty() {
            headers.push(("x-csrf-token", &csrf));
        }
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.browser.send(method, &format!("/api/v1{path}"), &headers, &body).await;
        let json: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        if let Some(token) = json["csrf_token"].as_str() {
            let step = json["state"] == "challenge" || json["tries_left"].is_number();
            *(if step { &mut self.step_csrf } else { &mut self.csrf }) = Some(token.to_owned());
        }
        let retry_after = answer.header("retry-after").parse().ok();
        Told { status: answer.status.as_u16(), retry_after, json }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Told {
        self.ask("GET", path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Told {
        self.ask("POST", path, Some(body)).await
    }

    /// Posts with the token of the second step in progress.
    pub(crate) async fn post_in_step(&mut self, path: &str, body: Value) -> Told {
        let session = std::mem::replace(&mut self.csrf, self.step_csrf.clone());
        let told = self.post(path, body).await;
        self.csrf = session;
        told
    }

    pub(crate) async fn press(&mut self, path: &str) -> Told {
        self.ask("POST", path, None).await
    }

    /// The first step.
    pub(crate) async fn sign_in(&mut self) -> Told {
        let input = json!({"email": self.email, "password": self.password});
        self.post("/sign-in", input).await
    }

    /// The second step, by the method that is asked for.
    pub(crate) async fn answer(&mut self, code: &str) -> Told {
        self.post("/second-step", json!({"code": code})).await
    }

    /// The second step, by this method.
    pub(crate) async fn answer_by(&mut self, method: &str, code: &str) -> Told {
        self.post("/second-step", json!({"method": method, "code": code})).await
    }

    pub(crate) async fn choose(&mut self, method: &str) -> Told {
        self.post("/second-step/method", json!({"method": method})).await
    }

    /// The second step in progress.
    pub(crate) async fn step(&mut self) -> Value {
        self.get("/second-step").await.is(200)
    }

    /// The code in the letter that this second step waits for.
    pub(crate) async fn code(&mut self) -> String {
        let reference = self.step().await["mail_code"]["sent"]["reference"].as_str().unwrap().to_owned();
        let letters = self.browser.app.letters_to(&self.email).await;
        let found = letters.iter().filter(|letter| letter.0.text.contains(&reference)).find_map(Letter::code);
        found.expect("a letter with the reference that the second step shows")
    }

    /// Password and code by e-mail.
    pub(crate) async fn sign_in_by_mail(&mut self) -> Value {
        self.sign_in().await.is(200);
        let code = self.code().await;
        self.answer(&code).await.is(200)
    }

    pub(crate) async fn sign_out(&mut self) {
        self.press("/sign-out").await.is(204);
    }

    /// Switches codes by e-mail on.
    pub(crate) async fn enable_email(&mut self) -> Value {
        self.press("/email-codes").await.is(200);
        let code = self.code().await;
        self.answer(&code).await.is(200)
    }

    /// Sets an authenticator up. What the last answer said comes with it.
    pub(crate) async fn enrol(&mut self) -> (Phone, Value) {
        self.enrol_as("Phone").await
    }

    /// The same under another name.
    pub(crate) async fn enrol_as(&mut self, name: &str) -> (Phone, Value) {
        let key = self.press("/authenticators").await.is(201)["key"].as_str().unwrap().to_owned();
        let phone = Phone::typed(&key);
        let body = json!({"name": name, "code": phone.code(self.browser.app)});
        let done = self.post("/authenticators/confirm", body).await.is(200);
        self.browser.app.next_step();
        (phone, done)
    }

    /// Makes a recovery key and saves it.
    pub(crate) async fn make_key(&mut self) -> String {
        let made = self.press("/recovery-key/make").await.is(201);
        self.save_key(&made).await.is(200);
        made["key"].as_str().unwrap().to_owned()
    }

    /// Types the groups that were asked for.
    pub(crate) async fn save_key(&mut self, made: &Value) -> Told {
        let key = made["key"].as_str().unwrap();
        let group = |at: usize| {
            let number = usize::try_from(made["groups"][at].as_u64().unwrap()).unwrap();
            key.split('-').nth(number - 1).unwrap().to_ascii_lowercase()
        };
        let body = json!({"key": key, "first_group": group(0), "second_group": group(1)});
        self.post("/recovery-key/saved", body).await
    }

    /// Whether somebody is signed in.
    pub(crate) async fn is_in(&mut self) -> bool {
        self.get("/session").await.status == 200
    }

    /// The same person in a new browser at another address.
    pub(crate) fn elsewhere(&self) -> Self {
        let browser = self.browser.app.browser();
        Self {
            email: self.email.clone(),
            password: self.password.clone(),
            browser,
            csrf: None,
            step_csrf: None,
        }
    }

    /// The same person at another server.
    pub(crate) fn at(mut self, app: &'a TestApp) -> Self {
        self.browser.app = app;
        self
    }
}

impl TestApp {
    /// Somebody new with a confirmed address who has just signed in; nothing is enrolled, and no letter lies about.
    pub(crate) async fn client(&self) -> Client<'_> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (email, password) = (format!("reader{number}@example.net"), password_of(number + 500));
        let mut client = Client { email, password, browser: self.browser(), csrf: None, step_csrf: None };
        self.account(&client.email, &client.password).await;
        self.place.run(&format!(
            "UPDATE account SET email_verified_at = {} WHERE email = '{}'",
            self.now().as_millis(),
            client.email
        ));
        client.sign_in().await.is(200);
        self.letters().await;
        client
    }

    /// Somebody whose codes by e-mail are on.
    pub(crate) async fn client_with_email(&self) -> Client<'_> {
        let mut client = self.client().await;
        client.enable_email().await;
        self.letters().await;
        client
    }

    /// Somebody with codes by e-mail and a recovery key that is saved.
    pub(crate) async fn client_with_key(&self) -> (Client<'_>, String) {
        let mut client = self.client_with_email().await;
        let key = client.make_key().await;
        self.letters().await;
        (client, key)
    }
}
