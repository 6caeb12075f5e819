//! The cookies. Each holds one 256-bit token and nothing else; none is ever read by a script.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use countersign_core::secret::Token;
use zeroize::Zeroizing;

use super::problem::{self, Problem};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CookieName {
    /// The session of somebody who is signed in.
    Session,
    /// The second step in progress of somebody who is not.
    Challenge,
    /// The mark of a browser that has signed in before. It gives no rights.
    Browser,
    /// What ties the forms of somebody who is not signed in to the browser they were shown in.
    Form,
    /// A link from a letter, between its click and the button that spends it.
    Link,
    /// A visit to an identity provider, from the button to its answer.
    Sso,
}

impl CookieName {
    const fn bare(self) -> &'static str {
        match self {
            Self::Session => "sid",
            Self::Challenge => "challenge",
            Self::Browser => "browser",
            Self::Form => "form",
            Self::Link => "link",
            Self::Sso => "sso",
        }
    }

    /// The name as browsers know it. With the `__Host-` prefix they let neither another host nor plain HTTP set it; on
    /// `http://localhost` they would refuse it altogether.
    pub fn text(self, https: bool) -> String {
        let prefix = if https { "__Host-" } else { "" };
        format!("{prefix}{}", self.bare())
    }

    /// The form's mark never needs to come along from another site; the others do, when a letter's link is followed.
    const fn same_site(self) -> &'static str {
        match self {
            Self::Form => "Strict",
            Self::Session | Self::Challenge | Self::Browser | Self::Link | Self::Sso => "Lax",
        }
    }
}

/// The cookies of one request, and those its answer sets. Clones are the same jar.
#[derive(Clone)]
pub struct Cookies {
    https: bool,
    received: Arc<BTreeMap<String, Option<Zeroizing<String>>>>,
    to_send: Arc<Mutex<BTreeMap<CookieName, String>>>,
}

impl Cookies {
    /// Reads a request's cookies. A name that came twice counts as not sent: nobody can say which one is ours.
    pub(super) fn of(headers: &HeaderMap, https: bool) -> Self {
        let mut received = BTreeMap::new();
        for line in headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            for (name, value) in line.split(';').filter_map(|pair| pair.split_once('=')) {
                let value = Zeroizing::new(value.trim().to_owned());
                let seen = received.insert(name.trim().to_owned(), Some(value)).is_some();
                if seen {
                    received.insert(name.trim().to_owned(), None);
                }
            }
        }
        Self { https, received: Arc::new(received), to_send: Arc::default() }
    }

    /// The token in this cookie; `None` where there is none or it is not a token.
    pub fn token(&self, name: CookieName) -> Option<Token> {
        Token::parse(self.received.get(&name.text(self.https))?.as_ref()?)
    }

    /// Sends the cookie with the answer. The last word on a name counts.
    pub fn set(&self, name: CookieName, token: &Token, lives: Duration) {
        self.send(name, &token.reveal(), lives.as_secs());
    }

    /// Takes the cookie away from the browser, where it has one.
    pub fn remove(&self, name: CookieName) {
        let has_it = self.received.contains_key(&name.text(self.https));
        let to_send = self.to_send.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        if has_it || to_send.is_some() {
            self.send(name, "", 0);
        }
    }

    fn send(&self, name: CookieName, value: &str, max_age: u64) {
        let secure = if self.https { "; Secure" } else { "" };
        let line = format!(
            "{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite={}{secure}",
            name.text(self.https),
            name.same_site()
        );
        self.to_send.lock().unwrap_or_else(PoisonError::into_inner).insert(name, line);
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        for line in self.to_send.lock().unwrap_or_else(PoisonError::into_inner).values() {
            // Names are ours and values base64url, so every line is a header value.
            if let Ok(line) = HeaderValue::from_str(line) {
                headers.append(SET_COOKIE, line);
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::new(&problem::INTERNAL))
    }
}

#[cfg(test)]
mod tests {
    use countersign_core::testing::CountingEntropy;

    use super::*;

    fn jar(line: &str, https: bool) -> Cookies {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, line.parse().unwrap());
        Cookies::of(&headers, https)
    }

    fn sent(jar: &Cookies) -> Vec<String> {
        let mut headers = HeaderMap::new();
        jar.write(&mut headers);
        headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn cookies_bear_the_host_prefix_and_every_attribute() {
        let token = Token::new(&CountingEntropy::new(1));
        let jar = jar("", true);
        jar.set(CookieName::Session, &token, Duration::from_hours(24));
        jar.set(CookieName::Form, &token, Duration::from_mins(1));
        let value = &*token.reveal();
        assert_eq!(
            sent(&jar),
            [
                format!("__Host-sid={value}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure"),
                format!("__Host-form={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"),
            ]
        );
    }

    #[test]
    fn on_plain_localhost_cookies_go_without_prefix_and_secure() {
        let token = Token::new(&CountingEntropy::new(1));
        let jar = jar("", false);
        jar.set(CookieName::Challenge, &token, Duration::from_mins(10));
        let line = format!("challenge={}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax", &*token.reveal());
        assert_eq!(sent(&jar), [line]);
    }

    #[test]
    fn a_cookie_is_read_by_its_exact_name_once() {
        let (one, other) = (Token::new(&CountingEntropy::new(1)), Token::new(&CountingEntropy::new(2)));
        let (one_text, other_text) = (one.reveal(), other.reveal());
        let read = |line: String| jar(&line, true).token(CookieName::Session).map(|token| token.hash());
        assert_eq!(read(format!("a=b; __Host-sid={}", *one_text)), Some(one.hash()));
        assert_eq!(read(format!("sid={}", *one_text)), None);
        assert_eq!(read(format!("__Host-sid={}; __Host-sid={}", *one_text, *other_text)), None);
        assert_eq!(read("__Host-sid=short".into()), None);
        assert_eq!(read("__Host-sid".into()), None);
    }

    #[test]
    fn only_a_cookie_that_is_there_is_taken_away() {
        let held = jar("__Host-link=x", true);
        held.remove(CookieName::Link);
        held.remove(CookieName::Session);
        assert_eq!(sent(&held), ["__Host-link=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"]);
    }
}
