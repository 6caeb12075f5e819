//! andOTP: its plain JSON backup.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::key::{KeyLine, RawKey, Wanted, base32};
use super::reason::{Fault, Reason};

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    secret: Zeroizing<String>,
    #[serde(default)]
    label: String,
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
}

/// Reads a whole backup. Each entry has its own verdict, in the order of the file.
///
/// # Errors
/// When it is no such backup.
pub fn read(text: &str, wanted: &Wanted) -> Result<Vec<Result<KeyLine, Fault>>, Fault> {
    let entries: Vec<Entry> =
        serde_json::from_str(text).map_err(|error| Fault::line(Reason::NotExport(error.line())))?;
    Ok(entries.into_iter().map(|entry| entry.read()?.judge(wanted)).collect())
}

impl Entry {
    fn read(self) -> Result<RawKey, Fault> {
        Ok(RawKey {
            kind: self.kind.to_ascii_lowercase(),
            label: self.label,
            issuer: self.issuer.unwrap_or_default(),
            secret: base32(&self.secret)?,
            algorithm: self.algorithm.unwrap_or_default(),
            digits: self.digits,
            period: self.period,
        })
    }
}
