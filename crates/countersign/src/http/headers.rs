//! The headers that every answer bears. Values and sources: OWASP ASVS 5.0 section 3.4.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// Where browsers report what a page tried against its policy.
pub(super) const REPORTS_PATH: &str = "/csp-reports";

/// Two years, which is what the browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Everything that a page here never needs.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

/// Headers that are the same on every answer.
const FIXED: [(&str, &str); 5] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", PERMISSIONS),
    ("reporting-endpoints", "csp=\"/csp-reports\""),
    ("x-frame-options", "DENY"),
];

/// Adds them. `Cache-Control` alone may have been set before: hashed assets are kept by browsers.
pub(super) fn add(headers: &mut HeaderMap, nonce: &str, https: bool) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // `no-referrer` would make browsers send `Origin: null` with our own forms, which is refused.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // A nonce is base64url, so this is always a header value; without a policy no page may go out.
    let policy = HeaderValue::from_str(&content_security_policy(nonce));
    headers.insert(CONTENT_SECURITY_POLICY, policy.unwrap_or(HeaderValue::from_static("default-src 'none'")));
}

fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; report-to csp"
    )
}

/// What signing out adds, so that the browser forgets what it kept of the account (ASVS 14.3.1).
pub fn clear_site_data(headers: &mut HeaderMap) {
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
}
