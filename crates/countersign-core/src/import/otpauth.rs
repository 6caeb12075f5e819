//! `otpauth://` addresses, as QR codes hold them: one key each, or a payload of several.

use zeroize::Zeroizing;

use super::key::{KeyLine, RawKey, Wanted, base32};
use super::migration;
use super::reason::{Fault, Reason};
use crate::email::EmailAddress;
use crate::name::DeviceName;

const ONE: &str = "otpauth://";
const SEVERAL: &str = "otpauth-migration://offline?";

/// Reads a line that holds an address: `otpauth://totp/…`, or Google Authenticator's `otpauth-migration://offline?data=…`
/// with any number of keys.
///
/// # Errors
/// What is wrong with the line as a whole. Each key of a payload has its own verdict.
pub fn uri(line: &str, wanted: &Wanted) -> Result<Vec<Result<KeyLine, Fault>>, Fault> {
    let line = line.trim();
    if let Some(rest) = after(line, SEVERAL) {
        let data = parameter(rest, "data")?.ok_or(Fault::new("data", Reason::Missing))?;
        let keys = migration::read(&data)?;
        return Ok(keys.into_iter().map(|key| key.and_then(|key| key.judge(wanted))).collect());
    }
    let rest = after(line, ONE).ok_or(Fault::line(Reason::NotOtpauth))?;
    Ok(vec![Ok(one(rest)?.judge(wanted)?)])
}

/// Reads a row of a table that names the account beside the address: `account`, `name` (may be empty) and `uri`.
///
/// # Errors
/// As [`uri`], and a row whose account or name is none.
pub fn key_row(
    account: &str,
    name: &str,
    line: &str,
    wanted: &Wanted,
) -> Result<Vec<Result<KeyLine, Fault>>, Fault> {
    let account =
        EmailAddress::parse(account).map_err(|fault| Fault::new("account", Reason::Email(fault)))?;
    let name = match name.trim() {
        "" => wanted.name.clone(),
        name => Some(DeviceName::parse(name).map_err(|fault| Fault::new("name", Reason::Name(fault)))?),
    };
    uri(line, &Wanted { account: Some(account), name, ..wanted.clone() })
}

/// What follows a beginning, whose capitals do not matter.
fn after<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = line.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn one(rest: &str) -> Result<RawKey, Fault> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = path.split_once('/').ok_or(Fault::line(Reason::NotOtpauth))?;
    let text = |name: &'static str| -> Result<String, Fault> {
        Ok(parameter(query, name)?.map(|text| text.as_str().to_owned()).unwrap_or_default())
    };
    let number = |name: &'static str, reason: Reason| -> Result<Option<u64>, Fault> {
        let text = text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| Fault::new(name, reason))
    };
    let secret = parameter(query, "secret")?.ok_or(Fault::new("secret", Reason::Missing))?;
    Ok(RawKey {
        kind: kind.to_ascii_lowercase(),
        label: decoded(label).ok_or(Fault::new("label", Reason::NotText))?.as_str().to_owned(),
        issuer: text("issuer")?,
        secret: base32(&secret)?,
        algorithm: text("algorithm")?,
        digits: number("digits", Reason::Digits)?,
        period: number("period", Reason::Period)?,
    })
}

/// A parameter's value; given twice, nobody knows which one counts.
fn parameter(query: &str, name: &'static str) -> Result<Option<Zeroizing<String>>, Fault> {
    let query = query.split('#').next().unwrap_or_default();
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key == name {
            let value = decoded(value).ok_or(Fault::new(name, Reason::NotText))?;
            if found.replace(value).is_some() {
                return Err(Fault::new(name, Reason::TwiceGiven(name.to_owned())));
            }
        }
    }
    Ok(found)
}

/// Percent-encoded text (RFC 3986 section 2.1). A plus is a plus: it stands in addresses and in base64.
fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (pair, after) = rest.split_at_checked(2)?;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
        rest = after;
    }
    std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}
