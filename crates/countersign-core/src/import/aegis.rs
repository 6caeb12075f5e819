//! Aegis: its plain JSON export.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use zeroize::Zeroizing;

use super::key::{KeyLine, RawKey, Wanted, base32};
use super::reason::{Fault, Reason};

#[derive(Deserialize)]
struct Export {
    db: Db,
}

/// The vault: an object, or a text where it is encrypted.
enum Db {
    Plain(Vault),
    Encrypted,
}

#[derive(Deserialize)]
struct Vault {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    issuer: Option<String>,
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    secret: Zeroizing<String>,
    #[serde(default)]
    algo: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
}

impl<'de> Deserialize<'de> for Db {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Db;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a vault")
            }

            fn visit_str<E>(self, _: &str) -> Result<Db, E> {
                Ok(Db::Encrypted)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Db, A::Error> {
                Vault::deserialize(MapAccessDeserializer::new(map)).map(Db::Plain)
            }
        }
        from.deserialize_any(Either)
    }
}

/// Reads a whole export. Each entry has its own verdict, in the order of the file.
///
/// # Errors
/// When it is no such export, or an encrypted one.
pub fn read(text: &str, wanted: &Wanted) -> Result<Vec<Result<KeyLine, Fault>>, Fault> {
    let export: Export =
        serde_json::from_str(text).map_err(|error| Fault::line(Reason::NotExport(error.line())))?;
    let Db::Plain(vault) = export.db else { return Err(Fault::line(Reason::Encrypted)) };
    Ok(vault.entries.into_iter().map(|entry| entry.read()?.judge(wanted)).collect())
}

impl Entry {
    fn read(self) -> Result<RawKey, Fault> {
        Ok(RawKey {
            kind: self.kind.to_ascii_lowercase(),
            label: self.name,
            issuer: self.issuer.unwrap_or_default(),
            secret: base32(&self.info.secret)?,
            algorithm: self.info.algo.unwrap_or_default(),
            digits: self.info.digits,
            period: self.info.period,
        })
    }
}
