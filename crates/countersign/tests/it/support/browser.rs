//! A browser: a cookie jar, an address, forms that are filled in and sent with the token the page gave.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use countersign_core::time::Timestamp;
use http_body_util::BodyExt;

use super::{Answer, TestApp};

/// The public address of every application under test.
pub(crate) const PUBLIC: &str = "https://account.example.org";

/// What browsers of tests say of themselves.
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The trusted proxy through which people come.
const PROXY: &str = "10.0.0.1:443";

/// One browser of one person. A clone is a copy of its whole profile.
#[derive(Clone)]
pub(crate) struct Browser<'a> {
    pub(crate) app: &'a TestApp,
    /// The address the proxy tells.
    pub(crate) address: String,
    pub(crate) user_agent: String,
    /// The value of `Accept-Language`.
    pub(crate) language: String,
    jar: BTreeMap<String, (String, Timestamp)>,
    /// The form token on the page that was shown last.
    csrf: Option<String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a TestApp, address: &str) -> Self {
        Self {
            app,
            address: address.to_owned(),
            user_agent: FIREFOX.to_owned(),
            language: "en".to_owned(),
            jar: BTreeMap::new(),
            csrf: None,
        }
    }

    /// A cookie's value, by its bare name (`sid`, `challenge`, `browser`, `form`, `link`).
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar.get(&format!("__Host-{name}")).map(|cookie| cookie.0.clone())
    }

    /// Puts a cookie into the jar, as somebody who has copied it could.
    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        let until = self.app.now().plus(Duration::from_hours(24 * 400));
        self.jar.insert(format!("__Host-{name}"), (value.to_owned(), until));
    }

    pub(crate) fn forget(&mut self, name: &str) {
        self.jar.remove(&format!("__Host-{name}"));
    }

    /// Opens an address by hand or by a link.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[("sec-fetch-site", "same-origin")], "").await
    }

    /// Opens an address and goes where it leads, to the end.
    pub(crate) async fn open(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Goes where an answer leads, to the end.
    pub(crate) async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                return answer;
            }
            let next = answer.location().to_owned();
            answer = self.get(&next).await;
        }
        panic!("it leads on for ever: {}", answer.location());
    }

    /// Opens `page`, fills in its form for `action` and sends it, as somebody without scripts does.
    pub(crate) async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        shown.assert_ok();
        self.send_form(&shown, action, fields).await
    }

    /// Fills in the form for `action` on a page that was shown, and sends it.
    pub(crate) async fn send_form(
        &mut self,
        shown: &Answer,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut form = shown.form(action);
        assert_eq!(form.method, "post");
        assert!(form.button, "{action} has no button");
        for (name, value) in fields {
            form.fill(name, value);
        }
        self.post_body(action, &form.encode()).await
    }

    /// Posts fields with the token of the page shown last, without looking for a form: for attacks.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", self.csrf.as_deref().unwrap_or_default()).extend_pairs(fields);
        let body = body.finish();
        self.post_body(path, &body).await
    }

    /// The form token on the page that was shown last.
    pub(crate) fn csrf(&self) -> String {
        self.csrf.clone().unwrap_or_default()
    }

    /// Posts a finished form body from a page of ours.
    pub(crate) async fn post_body(&mut self, path: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("origin", PUBLIC),
        ];
        self.send("POST", path, &headers, body).await
    }

    /// Sends anything, with the jar's cookies and through the trusted proxy.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let forwarded = [("x-forwarded-for", &*self.address.clone()), ("x-forwarded-proto", "https")];
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain(forwarded).collect();
        self.send_from(PROXY, method, path, &headers, body).await
    }

    /// Sends exactly these headers, the jar's cookies and the browser's own, from a peer's address.
    pub(crate) async fn send_from(
        &mut self,
        peer: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let now = self.app.now();
        self.jar.retain(|_, cookie| cookie.1 > now);
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request = request.header("user-agent", &self.user_agent).header("accept-language", &self.language);
        if !self.jar.is_empty() {
            let cookies: Vec<_> =
                self.jar.iter().map(|(name, (value, _))| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        let response = self.app.ask(peer, request.body(Body::from(body.to_owned())).unwrap()).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer::new(parts.status, parts.headers, bytes);
        self.take(&answer);
        answer
    }

    fn take(&mut self, answer: &Answer) {
        answer.assert_boundary();
        let mut told = answer.headers.clone();
        told.remove("set-cookie");
        self.app.note(format!("{told:?}\n").as_bytes());
        self.app.note(&answer.bytes);
        for line in answer.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let age = attributes.split(';').find_map(|one| one.trim().strip_prefix("Max-Age=")).unwrap();
            if value.is_empty() {
                self.jar.remove(name);
                continue;
            }
            let until = self.app.now().plus(Duration::from_secs(age.parse().unwrap()));
            self.jar.insert(name.to_owned(), (value.to_owned(), until));
        }
        if let Some(csrf) = answer
            .page()
            .forms()
            .into_iter()
            .find_map(|form| form.fields.into_iter().find(|field| field.0 == "csrf").map(|field| field.1))
        {
            self.csrf = Some(csrf);
        }
    }
}
