//! Why something failed, in words that an operator may read and a log may keep.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error;
use rustls::CertificateError;

/// How much of a server's own words is kept, in characters.
const LONGEST: usize = 160;

/// What went wrong with `what`.
pub(super) fn of(error: &Error, what: &str) -> String {
    if let Some(code) = error.status() {
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        return format!("{what}: {code} {}", cleaned(&words)).trim_end().to_owned();
    }
    let mut cause = error.source();
    let mut found = None;
    while let Some(inner) = cause {
        found = inner.downcast_ref::<io::Error>().or(found);
        cause = inner.source();
    }
    match found {
        Some(error) => of_io(error),
        None if error.is_response() => format!("{what}: no answer that can be understood"),
        None => format!("{what}: the connection could not be made"),
    }
}

/// What went wrong with a connection.
pub(crate) fn of_io(error: &io::Error) -> String {
    if let Some(inner) = error.get_ref() {
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return of_io(inner);
        }
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return of_tls(tls).to_owned();
        }
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there",
        io::ErrorKind::TimedOut => "no answer in time",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            "closed the connection"
        }
        io::ErrorKind::UnexpectedEof => "closed the connection in the middle",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "cannot be reached",
        _ => "cannot be connected to; is its name right?",
    }
    .to_owned()
}

fn of_tls(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            CertificateError::UnknownIssuer => "its certificate is signed by nobody that this machine knows",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            _ => "its certificate is not valid",
        },
        _ => "no secure connection could be agreed on",
    }
}

/// A server's own words, on one line and shortened. Words that could be an address, a link or a code of the letter are
/// left out, because some servers quote what they object to.
fn cleaned(words: &str) -> String {
    let kept = words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let kept = kept.map(|word| if may_be_private(word) { "…" } else { word });
    kept.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn may_be_private(word: &str) -> bool {
    let is_status = word.split('.').count() == 3 && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let has_digits = word.chars().filter(char::is_ascii_digit).count() >= 4;
    word.contains(['@', '/', '=']) || (has_digits && !is_status) || word.len() > 24 || !word.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_are_kept_without_what_is_private() {
        for (told, kept) in [
            ("5.7.1 Relaying denied", "5.7.1 Relaying denied"),
            ("5.7.26 try\r\n again\u{1b}[31m later", "5.7.26 try again [31m later"),
            ("<ada@example.org>: unknown user", "… unknown user"),
            ("blocked https://account.example.org/link/abc in it", "blocked … in it"),
            ("your code 482913 looks like spam", "your code … looks like spam"),
            ("AHBvc3QAc3dvcmRmaXNoMTIzNDU2Nzg5MA== no", "… no"),
        ] {
            assert_eq!(cleaned(told), kept, "{told:?}");
        }
        assert_eq!(cleaned(&"word ".repeat(100)).chars().count(), LONGEST);
    }
}
