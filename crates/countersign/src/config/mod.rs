//! Settings: read once at start from flags, environment and file, checked as a whole, never changed afterwards.
//!
//! One file per section; each reads its settings from the [`Source`] and notes every mistake it finds, so that
//! an operator sees all of them at once. No message and no `Debug` shows a secret.

mod address;
mod calls;
mod database;
mod folder;
pub mod keyfile;
mod mail;
mod observe;
mod phone;
mod portal;
mod proxy;
mod receipts;
mod secret;
mod sms;
mod source;
mod telegram;
mod tls;

use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use address::PublicAddress;
pub use calls::CallSettings;
pub use database::{Database, StoreTuning};
pub use folder::{FolderError, prepare_data_dir};
use ipnet::IpNet;
pub use mail::MailSettings;
pub use observe::{LogFormat, LogSettings, MetricsSettings};
pub use phone::PhoneSettings;
pub use portal::{ApiReference, Contact};
pub use receipts::ReceiptDoor;
pub use secret::Secret;
pub use sms::SmsSettings;
pub use source::{Origin, Source};
pub use telegram::{TelegramSettings, WEBHOOK_PATH};
pub use tls::TlsSettings;

use crate::language::Language;

/// Everything an operator can set, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address people type; it alone builds links.
    pub public_address: PublicAddress,
    /// The addresses the server listens on; at least one.
    pub listen: Vec<SocketAddr>,
    /// The folder of everything that is kept on disk.
    pub data_dir: PathBuf,
    /// The file of the keys that seal secrets.
    pub keys_file: PathBuf,
    /// Which database.
    pub database: Database,
    /// How the database is used; for measurements.
    pub store: StoreTuning,
    /// The certificate, where the server speaks TLS itself.
    pub tls: Option<TlsSettings>,
    /// The networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The log on standard error.
    pub log: LogSettings,
    /// Who may read `/metrics`.
    pub metrics: MetricsSettings,
    /// Who may read the API's reference.
    pub api_reference: ApiReference,
    /// How letters are sent, if they are.
    pub mail: Option<MailSettings>,
    /// The Telegram bot, if there is one.
    pub telegram: Option<TelegramSettings>,
    /// How calls are made, if they are.
    pub calls: Option<CallSettings>,
    /// How SMS are sent, if they are.
    pub sms: Option<SmsSettings>,
    /// Where calls and SMS may go and what they cost.
    pub phone: Option<PhoneSettings>,
    /// Where people who cannot get in are sent.
    pub support: Option<Contact>,
    /// How many days audit rows are kept.
    pub audit_keep_days: u32,
    /// The language of whoever asks for none that is spoken here.
    pub default_language: Language,
    /// Whether identity providers on this machine and in private networks may be asked.
    pub sso_private_addresses: bool,
    /// The name of this installation, as pages and authenticator apps show it.
    pub product: String,
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting's dotted name; empty when the mistake is about the file as a whole.
    pub name: String,
    /// Where it was written.
    pub origin: Origin,
    /// What is wrong and what would be right; never the value of a secret.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.origin) {
            (name, Origin::Default) => write!(f, "{name}: {}", self.message),
            (name, origin) if name.is_empty() => write!(f, "{origin}: {}", self.message),
            (name, origin) => write!(f, "{name}: {} ({origin})", self.message),
        }
    }
}

/// All that is wrong with the settings, at once.
#[derive(Debug, thiserror::Error)]
#[error("{} in the settings:\n{}", count(.0), listed(.0))]
pub struct Mistakes(pub Vec<Mistake>);

fn count(mistakes: &[Mistake]) -> String {
    if mistakes.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", mistakes.len()) }
}

fn listed(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("  - {mistake}")).collect::<Vec<_>>().join("\n")
}

impl Settings {
    /// Reads the file at `path`, if one is given, the process's environment, and `flags` (dotted name, value).
    ///
    /// # Errors
    ///
    /// Every mistake found, together.
    pub fn load(path: Option<&Path>, flags: Vec<(&'static str, String)>) -> Result<Self, Mistakes> {
        let text = match path.map(std::fs::read_to_string).transpose() {
            Ok(text) => text,
            Err(error) => {
                let origin = Origin::File(path.unwrap_or(Path::new("")).to_owned());
                let message = format!("cannot be read: {error}");
                return Err(Mistakes(vec![Mistake { name: String::new(), origin, message }]));
            }
        };
        let file = path.map(Path::to_path_buf).zip(text.as_deref());
        Self::from_source(Source::new(file, std::env::vars_os(), flags))
    }

    /// Reads given texts: for tests and the demo.
    ///
    /// # Errors
    ///
    /// Every mistake found, together.
    pub fn from_parts(
        file: &str,
        environment: Vec<(OsString, OsString)>,
        flags: Vec<(&'static str, String)>,
    ) -> Result<Self, Mistakes> {
        let file = Some((PathBuf::from("countersign.toml"), file));
        Self::from_source(Source::new(file, environment, flags))
    }

    /// What an operator should know of the settings though nothing is wrong with them.
    pub fn warnings(&self) -> Vec<String> {
        self.calls.as_ref().map(CallSettings::warnings).unwrap_or_default()
    }

    fn from_source(mut source: Source) -> Result<Self, Mistakes> {
        let settings = Self::read(&mut source);
        let mistakes = source.finish();
        if mistakes.is_empty() { Ok(settings) } else { Err(Mistakes(mistakes)) }
    }

    fn read(s: &mut Source) -> Self {
        let tls = tls::read(s);
        let (listen, public_address) = address::read(s, tls.is_some());
        let mail = mail::read(s, &public_address);
        let telegram = telegram::read(s, &public_address);
        let (calls, sms) = (calls::read(s), sms::read(s));
        let phone = phone::read(
            s,
            &phone::Used {
                is_written: s.is_written("calls.trunks") || s.is_written("sms.routes"),
                pools: calls.as_ref().map(|calls| &*calls.pools),
                sms: sms.is_some(),
            },
        );
        let (data_dir, keys_file) = folder::read(s);
        Self {
            listen,
            public_address,
            database: database::read(s, &data_dir),
            store: database::read_tuning(s),
            data_dir,
            keys_file,
            tls,
            trusted_proxies: proxy::read(s),
            log: observe::read_log(s),
            metrics: observe::read_metrics(s),
            mail,
            telegram,
            calls,
            sms,
            phone,
            api_reference: portal::read_reference(s),
            support: portal::read_support(s),
            audit_keep_days: s.number("audit.keep_days", 1, 36_500).unwrap_or(365),
            default_language: s.parsed("languages.default", "\"en\" or \"de\"").unwrap_or_default(),
            sso_private_addresses: s.switch("sso.allow_private_addresses").unwrap_or(false),
            product: portal::read_product(s),
        }
    }
}

#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod messenger_tests;
#[cfg(test)]
mod tests;
