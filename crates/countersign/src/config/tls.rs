//! `[tls]`.

use std::fs::File;
use std::path::PathBuf;

use super::Source;

/// The files of the certificate, where the server speaks TLS itself. They are read again on SIGHUP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The chain, PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

pub(super) fn read(source: &mut Source) -> Option<TlsSettings> {
    let certificate = readable(source, "tls.certificate");
    let key = readable(source, "tls.key");
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsSettings { certificate, key }),
        (None, None) => None,
        (Some(_), None) => {
            source.mistake("tls.key", "must be set beside tls.certificate");
            None
        }
        (None, Some(_)) => {
            source.mistake("tls.certificate", "must be set beside tls.key");
            None
        }
    }
}

fn readable(source: &mut Source, name: &'static str) -> Option<PathBuf> {
    let (text, origin) = source.text(name)?;
    if let Err(error) = File::open(&text) {
        source.mistake_at(name, origin, format!("cannot be read: {error}"));
    }
    Some(PathBuf::from(text))
}
