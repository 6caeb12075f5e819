//! One answer, and what must be true of every one of them.

use axum::http::{HeaderMap, StatusCode};

use super::Page;
use super::page::FormOnPage;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The body as text; empty for a picture.
    pub(crate) body: String,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, bytes: Vec<u8>) -> Self {
        let body = String::from_utf8(bytes.clone()).unwrap_or_default();
        Self { status, headers, bytes, body }
    }

    /// A header as text; empty without it.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads on to; empty when it does not.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// The lines that set cookies.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect()
    }

    /// The value of a cookie that it sets; `None` where it sets none of that name or takes it away.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.set_cookies().into_iter();
        let value =
            lines.filter_map(|line| line.split_once(';')?.0.split_once('=')).find(|pair| pair.0 == name)?.1;
        Some(value).filter(|value| !value.is_empty())
    }

    pub(crate) fn page(&self) -> Page<'_> {
        Page(&self.body)
    }

    /// What can be read on the page.
    pub(crate) fn text(&self) -> String {
        self.page().text()
    }

    pub(crate) fn form(&self, action: &str) -> FormOnPage {
        let found = self.page().form(action);
        found.unwrap_or_else(|| panic!("no form for {action} on {}: {}", self.status, self.text()))
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), self.text());
        self
    }

    /// It is a page that can be read.
    #[track_caller]
    pub(crate) fn assert_ok(&self) -> &Self {
        self.assert_status(200)
    }

    /// It leads on by 303, exactly there; which notice that page will show is left out.
    #[track_caller]
    pub(crate) fn assert_leads_to(&self, address: &str) -> &Self {
        self.assert_status(303);
        let without_notice = self.location().split("?done=").next();
        assert_eq!(without_notice, Some(address));
        self
    }

    /// It leads on by 303, to this address with its notice.
    #[track_caller]
    pub(crate) fn assert_leads_exactly_to(&self, address: &str) -> &Self {
        self.assert_status(303);
        assert_eq!(self.location(), address);
        self
    }

    #[track_caller]
    pub(crate) fn assert_shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "no “{text}” in: {}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn assert_hides(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text) && !self.text().contains(text), "“{text}” is in: {}", self.text());
        self
    }

    /// What holds of every answer, whatever was asked (ASVS 3.2 to 3.5, 4.1, 13.4, 14.3).
    pub(super) fn assert_boundary(&self) {
        let fixed = [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ];
        for (name, value) in fixed {
            assert_eq!(self.header(name), value, "{name}");
        }
        let policy = self.header("content-security-policy");
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe"), "{policy}");
        assert!(!self.header("permissions-policy").is_empty());
        assert_eq!(self.header("x-request-id").len(), 32);
        for told in ["server", "x-powered-by", "via", "access-control-allow-origin"] {
            assert!(!self.headers.contains_key(told), "{told}");
        }
        assert!(
            !self
                .headers
                .values()
                .any(|value| value.as_bytes().windows(12).any(|part| part == b"countersign/"))
        );
        let kept = self.header("cache-control");
        assert!(kept == "no-store" || kept.contains("immutable"), "{kept}");
        let kind = self.header("content-type");
        let charset =
            kind.contains("charset=utf-8") || !kind.starts_with("text/") || kind.contains("; charset=");
        assert!(charset, "{kind}");
        assert!(self.bytes.is_empty() || !kind.is_empty(), "a body of no type");
        self.set_cookies().into_iter().for_each(assert_cookie);
    }
}

fn assert_cookie(line: &str) {
    assert!(line.starts_with("__Host-"), "{line}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=", "; Max-Age="] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
    assert!(line.len() < 4096, "{line}");
}
