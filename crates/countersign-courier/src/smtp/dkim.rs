//! The signature of the sending domain (RFC 6376), by ring, which speaks TLS here as well: `relaxed/relaxed`, with
//! RSA-SHA256 or Ed25519-SHA256 (RFC 8463).

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::letter::is_host_name;
use super::{DkimSettings, SmtpFault};

/// What is signed, where a letter has it. Names that stand twice are signed once more than they occur, so that nobody
/// can add another one (RFC 6376 section 5.4.2).
const SIGNED: &[&str] = &[
    "from",
    "from",
    "to",
    "to",
    "subject",
    "subject",
    "reply-to",
    "reply-to",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-language",
    "auto-submitted",
];

/// Signs letters for one domain.
pub(super) struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl Signer {
    pub(super) fn new(settings: &DkimSettings) -> Result<Self, SmtpFault> {
        if !is_host_name(&settings.domain) || !is_host_name(&settings.selector) {
            return Err(SmtpFault::DkimName);
        }
        let key = Key::read(&settings.key).ok_or(SmtpFault::DkimKey)?;
        Ok(Self { domain: settings.domain.to_lowercase(), selector: settings.selector.clone(), key })
    }

    /// The letter with its signature in front. `None` when it is none, or the machine has no randomness.
    pub(super) fn signed(&self, letter: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let end = letter.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let headers = headers(std::str::from_utf8(&letter[..end]).ok()?);
        let body_hash = BASE64.encode(&Sha256::digest(relaxed_body(&letter[end + 4..])));
        let mut unsigned = self.header(&body_hash, &headers);
        let mut input = String::new();
        for name in SIGNED
            .iter()
            .enumerate()
            .filter(|(at, name)| !SIGNED[..*at].contains(*name))
            .map(|(_, name)| name)
        {
            for (_, line) in headers.iter().filter(|(found, _)| found == name) {
                input.push_str(line);
                input.push_str("\r\n");
            }
        }
        input.push_str(&relaxed_header(&unsigned)?.1);
        let signature = BASE64.encode(&self.key.sign(input.as_bytes())?);
        for (at, c) in signature.chars().enumerate() {
            // Lines stay short for every server; blanks in here do not count.
            if at > 0 && at % 70 == 0 {
                unsigned.push_str("\r\n ");
            }
            unsigned.push(c);
        }
        unsigned.push_str("\r\n");
        let mut signed = Zeroizing::new(Vec::with_capacity(unsigned.len() + letter.len()));
        signed.extend_from_slice(unsigned.as_bytes());
        signed.extend_from_slice(letter);
        Some(signed)
    }

    /// The header up to the place of the signature.
    fn header(&self, body_hash: &str, headers: &[(String, String)]) -> String {
        let is_there = |name: &str| headers.iter().any(|(found, _)| found == name);
        let twice = |name: &str| SIGNED.iter().filter(|signed| **signed == name).count() > 1;
        let names: Vec<_> = SIGNED.iter().filter(|name| is_there(name) || twice(name)).copied().collect();
        format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n d={}; s={};\r\n h={};\r\n bh={body_hash};\r\n b=",
            self.key.algorithm(),
            self.domain,
            self.selector,
            names.chunks(4).map(|chunk| chunk.join(":")).collect::<Vec<_>>().join(":\r\n  "),
        )
    }
}

impl Key {
    fn read(pem: &str) -> Option<Self> {
        match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs1(key) => {
                RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(|key| Self::Rsa(Box::new(key)))
            }
            PrivateKeyDer::Pkcs8(key) => {
                let der = key.secret_pkcs8_der();
                let rsa = RsaKeyPair::from_pkcs8(der).ok().map(|key| Self::Rsa(Box::new(key)));
                // "Maybe unchecked": OpenSSL writes these without the public half.
                let edwards = || Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok();
                rsa.or_else(|| edwards().map(|key| Self::Ed25519(Box::new(key))))
            }
            _ => None,
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    fn sign(&self, input: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // The randomness hides the key from whoever measures; the signature is the same without it.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature).ok()?;
                Some(signature)
            }
            // RFC 8463 section 3: what is signed is the hash.
            Self::Ed25519(key) => Some(key.sign(&Sha256::digest(input)).as_ref().to_vec()),
        }
    }
}

/// The headers as name and relaxed line, in their order.
fn headers(text: &str) -> Vec<(String, String)> {
    let mut unfolded: Vec<String> = Vec::new();
    for line in text.split("\r\n") {
        match unfolded.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => unfolded.push(line.to_owned()),
        }
    }
    unfolded.iter().filter_map(|line| relaxed_header(line)).collect()
}

/// RFC 6376 section 3.4.2: the name in lower case, and the whole line with blanks made one and none around the colon.
fn relaxed_header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end().to_lowercase();
    let value =
        value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let line = format!("{name}:{value}");
    Some((name, line))
}

/// RFC 6376 section 3.4.4: blanks within a line made one, none at its end, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(body.len() + 2));
    let mut empty = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line_end = line.iter().rposition(|byte| !b" \t".contains(byte)).map_or(0, |last| last + 1);
        if line_end == 0 {
            empty += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty) {
            out.extend_from_slice(b"\r\n");
        }
        let mut was_blank = false;
        for byte in &line[..line_end] {
            let is_blank = b" \t".contains(byte);
            if !is_blank {
                out.push(*byte);
            } else if !was_blank {
                out.push(b' ');
            }
            was_blank = is_blank;
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}
