//! Answers to digest challenges (RFC 3261 section 22, RFC 8760). Ours and not the library's, because that knows neither
//! the name `SHA-256` nor more than the first challenge.

use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::Secret;

/// User and password of an account.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Secret,
}

/// A challenge that can be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Challenge {
    pub(super) realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    /// Whether the challenge named its algorithm: the answer repeats it then.
    names_algorithm: bool,
    has_qop: bool,
    /// The answer before was right but for the age of its nonce.
    pub(super) stale: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Challenge {
    /// The first challenge that can be answered; the trunk's order is its preference (RFC 8760 section 2.4).
    pub(super) fn choose<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        values.into_iter().find_map(Self::parse)
    }

    fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once([' ', '\t'])?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let parameters = parameters(rest)?;
        let one = |name: &str| {
            parameters
                .iter()
                .find(|(other, _)| other.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        };
        let named = one("algorithm");
        let algorithm = match named.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("MD5") => Algorithm::Md5,
            Some("SHA-256") => Algorithm::Sha256,
            Some(_) => return None,
        };
        let has_qop = match one("qop") {
            None => false,
            Some(offered) if offered.split(',').any(|one| one.trim().eq_ignore_ascii_case("auth")) => true,
            Some(_) => return None,
        };
        Some(Self {
            realm: one("realm")?,
            nonce: one("nonce")?,
            opaque: one("opaque"),
            algorithm,
            names_algorithm: named.is_some(),
            has_qop,
            stale: one("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }

    /// The value of `Authorization` or `Proxy-Authorization` for one request.
    pub(super) fn answer(&self, login: &Login, method: &str, uri: &str, client_nonce: &str) -> String {
        const COUNT: &str = "00000001";
        let hash = |text: String| self.algorithm.hex(text.as_bytes());
        let person = hash(format!("{}:{}:{}", login.user, self.realm, login.password.reveal()));
        let deed = hash(format!("{method}:{uri}"));
        let nonce = &self.nonce;
        let response = if self.has_qop {
            hash(format!("{person}:{nonce}:{COUNT}:{client_nonce}:auth:{deed}"))
        } else {
            hash(format!("{person}:{nonce}:{deed}"))
        };
        let mut parts = vec![
            format!("username={}", quoted(&login.user)),
            format!("realm={}", quoted(&self.realm)),
            format!("nonce={}", quoted(nonce)),
            format!("uri={}", quoted(uri)),
            format!("response=\"{response}\""),
        ];
        if self.names_algorithm {
            parts.push(format!("algorithm={}", self.algorithm.name()));
        }
        if self.has_qop {
            parts.push(format!("qop=auth, nc={COUNT}, cnonce={}", quoted(client_nonce)));
        }
        if let Some(opaque) = &self.opaque {
            parts.push(format!("opaque={}", quoted(opaque)));
        }
        format!("Digest {}", parts.join(", "))
    }
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn hex(self, text: &[u8]) -> String {
        match self {
            Self::Md5 => data_encoding::HEXLOWER.encode(&Md5::digest(text)),
            Self::Sha256 => data_encoding::HEXLOWER.encode(&Sha256::digest(text)),
        }
    }
}

/// `name=value` pairs with commas between them, values quoted or not (RFC 3261 section 25.1).
fn parameters(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, after) = if let Some(inside) = after.strip_prefix('"') {
            unquoted(inside)?
        } else {
            let end = after.find(',').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        found.push((name.trim().to_owned(), value));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(found)
}

/// What stands before the closing quote, and what follows it.
fn unquoted(inside: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &inside[place + 1..])),
            '\\' => value.push(letters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str, password: &str) -> Login {
        Login { user: user.to_owned(), password: Secret::new(password.to_owned()) }
    }

    fn response(value: &str) -> &str {
        value.split_once("response=\"").unwrap().1.split_once('"').unwrap().0
    }

    // RFC 7616 section 3.9.1 has one example for both algorithms.
    #[test]
    fn both_algorithms_answer_as_in_the_standards_example() {
        for (algorithm, expected) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let challenge = Challenge::choose([format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            )
            .as_str()])
            .unwrap();
            let answer = challenge.answer(
                &login("Mufasa", "Circle of Life"),
                "GET",
                "/dir/index.html",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            );
            assert_eq!(response(&answer), expected);
            assert!(answer.contains(&format!("algorithm={algorithm}, qop=auth, nc=00000001")), "{answer}");
            assert!(answer.contains("opaque=\"FQhe/"), "{answer}");
        }
    }

    // RFC 2069 section 2.4 as corrected by erratum 749.
    #[test]
    fn a_challenge_without_qop_is_answered_the_old_way() {
        let challenge = Challenge::choose([
            "Digest realm=\"testrealm@host.com\",nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\",opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        ])
        .unwrap();
        let answer = challenge.answer(&login("Mufasa", "CircleOfLife"), "GET", "/dir/index.html", "unused");
        assert_eq!(response(&answer), "1949323746fe6a43ef61f9606e7febea");
        assert!(!answer.contains("cnonce") && !answer.contains("algorithm"), "{answer}");
    }

    #[test]
    fn the_first_challenge_that_can_be_answered_is_taken() {
        let challenges = [
            "Basic realm=\"a\"",
            "Digest realm=\"a\", nonce=\"1\", algorithm=SHA-512-256, qop=\"auth\"",
            "Digest realm=\"a\", nonce=\"2\", qop=\"auth-int\"",
            "Digest realm=\"a\", nonce=\"3\", algorithm=sha-256, qop=\"auth\", stale=TRUE",
            "Digest realm=\"a\", nonce=\"4\", algorithm=MD5",
        ];
        let chosen = Challenge::choose(challenges).unwrap();
        assert_eq!((chosen.nonce.as_str(), chosen.algorithm, chosen.stale), ("3", Algorithm::Sha256, true));
        assert_eq!(Challenge::choose(challenges[..3].iter().copied()), None);
    }

    #[test]
    fn nonsense_is_no_challenge() {
        for value in [
            "",
            "Digest",
            "Digest ",
            "Digest realm=\"a",
            "Digest realm=\"a\" nonce=\"b\"",
            "Digest realm=\"a\"",
            "Digest nonce=\"a\"",
            "Digest ,,,",
            "Digest realm=\"a\\",
        ] {
            assert_eq!(Challenge::choose([value]), None, "{value:?}");
        }
    }

    #[test]
    fn what_is_quoted_stays_inside_its_quotes() {
        let challenge =
            Challenge::choose(["Digest realm=\"a\\\"b\\\\c\", nonce=\"n\r\nX: y\", opaque=\"\""]).unwrap();
        assert_eq!(challenge.realm, "a\"b\\c");
        let answer = challenge.answer(&login("u", "p"), "INVITE", "sip:a@b", "c");
        assert!(answer.contains("realm=\"a\\\"b\\\\c\"") && !answer.contains('\n'), "{answer}");
    }
}
