//! Letters that a real mail server takes, refuses or never answers: aiosmtpd, as `scripts/smtp-peer` runs it.

mod contents;
mod failures;
mod peer;
mod security;
mod signature;

use std::time::Duration;

use countersign_core::email::EmailAddress;
use countersign_courier::smtp::{Sender, ServerSettings, Smtp, SmtpSettings, Tls};
use countersign_courier::{Mail, Outcome, Secret};

/// Long enough for a busy machine; tests of slowness take their own.
const TIMEOUT: Duration = Duration::from_secs(10);

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn mail(id: &str, to: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        to: email(to),
        subject: "Your code".to_owned(),
        text: "Your code is 482913.\n".to_owned(),
        html: "<p>Your code is 482913.</p>\n".to_owned(),
        language: "en".to_owned(),
    }
}

fn settings(servers: Vec<ServerSettings>) -> SmtpSettings {
    SmtpSettings {
        from: Sender { name: Some("Example Bank".to_owned()), address: email("no-reply@bank.example") },
        reply_to: None,
        servers,
        dkim: None,
        hello: "account.bank.example".to_owned(),
    }
}

fn smtp(servers: Vec<ServerSettings>) -> Smtp {
    Smtp::new(settings(servers)).expect("settings that work")
}

fn server(port: u16, tls: Tls) -> ServerSettings {
    ServerSettings { host: "127.0.0.1".to_owned(), port, tls, login: None, roots: None, timeout: TIMEOUT }
}

fn login(password: &str) -> (String, Secret) {
    ("post".to_owned(), Secret::new(password.to_owned()))
}

fn accepted(port: u16) -> Outcome {
    Outcome::Accepted { server: format!("127.0.0.1:{port}") }
}

#[track_caller]
fn later(outcome: Outcome) -> String {
    match outcome {
        Outcome::Later { reason } => reason,
        other => panic!("expected Later, got {other:?}"),
    }
}

#[track_caller]
fn refused(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused { reason, .. } => reason,
        other => panic!("expected Refused, got {other:?}"),
    }
}
