//! The file of the master keys. It is kept apart from the database and its backups, readable by its owner alone.
//!
//! One key is *active* and seals; *standby* keys open what they sealed; of a *retired* key only the number is left, so
//! that no number is ever given twice. Every change is written to a new file that takes the old one's place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use countersign_core::entropy::Entropy;
use countersign_core::keys::{KeyId, KeyRing, MasterKey};
use countersign_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The only layout there has been.
const VERSION: u32 = 1;

const HEAD: &str = "# The master keys of this Countersign. Whoever has this file and the database can read every secret.\n\
    # Keep a copy, and keep it apart from the database's backups. `countersign keys --help` says how keys are changed.\n";

/// What is wrong with the key file or with what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It could not be read or written.
    #[error("the key file {0} cannot be used: {1}")]
    Io(PathBuf, io::Error),
    /// Other accounts of this machine can read or change it.
    #[error("the key file {0} is open to other accounts (mode {1:o}); run: chmod 600 {0}")]
    Open(PathBuf, u32),
    /// It is not a key file. The text is never quoted.
    #[error("the key file {0} is broken: {1}")]
    Broken(PathBuf, &'static str),
    /// There is no key of that number, or only its number is left.
    #[error("there is no key {0} (any more)")]
    NoSuchKey(KeyId),
    /// The active key can be neither retired nor made active.
    #[error("key {0} is the active one; make another active first: countersign keys add")]
    Active(KeyId),
}

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Seals, and opens what it sealed.
    Active,
    /// Opens what it sealed, or waits for being made active.
    Standby,
    /// Gone; only its number is kept.
    Retired,
}

impl KeyState {
    /// As the file and the command line spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Standby => "standby",
            Self::Retired => "retired",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: u32,
    #[serde(default)]
    key: Vec<RawKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKey {
    id: u32,
    state: KeyState,
    created_at: jiff::Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<Zeroizing<String>>,
}

/// One key as the file lists it. It has no `Debug`, because the secret is in it.
pub struct KeyEntry {
    /// Its number.
    pub id: KeyId,
    /// What it is used for.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    secret: Option<Zeroizing<String>>,
}

/// The key file, loaded.
pub struct KeyFile {
    path: PathBuf,
    entries: Vec<KeyEntry>,
}

impl KeyFile {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is open to other accounts or is broken.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let io = |error| KeyFileError::Io(path.to_owned(), error);
        let mode = fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Open(path.to_owned(), mode));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        let broken = |what| KeyFileError::Broken(path.to_owned(), what);
        // The parser's message would quote the line, and the line may be the secret.
        let raw: Raw = toml::from_str(&text).map_err(|_| broken("it does not read as a list of keys"))?;
        let file = Self { path: path.to_owned(), entries: raw.key.into_iter().map(KeyEntry::from).collect() };
        if raw.version != VERSION {
            return Err(broken("it was written by a newer version"));
        }
        file.check().map_err(broken)?;
        Ok(file)
    }

    /// Reads the file, or makes one with a first key where there is none.
    ///
    /// # Errors
    ///
    /// As [`KeyFile::load`], and when it cannot be written.
    pub fn load_or_create(path: &Path, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        if path.exists() {
            return Self::load(path);
        }
        let mut file = Self { path: path.to_owned(), entries: Vec::new() };
        file.add(now, entropy, KeyState::Active);
        match file.write(Placing::New) {
            // Another process was faster: its keys count.
            Err(KeyFileError::Io(_, error)) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::load(path)
            }
            Err(error) => Err(error),
            Ok(()) => Ok(file),
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.entries.iter().filter(|entry| entry.state == KeyState::Active).count() != 1 {
            return Err("exactly one key must be active");
        }
        for (index, entry) in self.entries.iter().enumerate() {
            if self.entries[..index].iter().any(|other| other.id == entry.id) {
                return Err("two keys have the same number");
            }
            let readable = entry.secret.as_ref().is_some_and(|secret| MasterKey::parse(secret).is_some());
            if readable == (entry.state == KeyState::Retired) {
                return Err("a key has no readable secret, or a retired one still has it");
            }
        }
        Ok(())
    }

    /// The keys as core uses them.
    ///
    /// # Errors
    ///
    /// When no ring can be made of them; a loaded file never causes that.
    pub fn ring(&self) -> Result<KeyRing, KeyFileError> {
        let broken = |what| KeyFileError::Broken(self.path.clone(), what);
        let keys: Vec<(KeyId, MasterKey)> = self
            .entries
            .iter()
            .filter_map(|entry| Some((entry.id, MasterKey::parse(entry.secret.as_ref()?)?)))
            .collect();
        let active = self.active().ok_or_else(|| broken("no key is active"))?;
        KeyRing::new(active, keys).map_err(|_| broken("the keys do not go together"))
    }

    /// Every key, in the order of the file.
    pub fn entries(&self) -> &[KeyEntry] {
        &self.entries
    }

    /// The key that seals.
    pub fn active(&self) -> Option<KeyId> {
        self.entries.iter().find(|entry| entry.state == KeyState::Active).map(|entry| entry.id)
    }

    /// Makes a new key; when it is to be active, the one that was becomes a standby. Not saved yet.
    pub fn add(&mut self, now: Timestamp, entropy: &dyn Entropy, state: KeyState) -> KeyId {
        let id = KeyId(self.entries.iter().map(|entry| entry.id.0).max().unwrap_or(0) + 1);
        if state == KeyState::Active {
            self.stand_down();
        }
        let secret = Some(MasterKey::new(entropy).reveal());
        self.entries.push(KeyEntry { id, state, created_at: now, secret });
        id
    }

    /// Makes a standby key the active one. Not saved yet.
    ///
    /// # Errors
    ///
    /// When there is no such key or it is active already.
    pub fn activate(&mut self, id: KeyId) -> Result<(), KeyFileError> {
        self.standby(id)?;
        self.stand_down();
        self.standby(id)?.state = KeyState::Active;
        Ok(())
    }

    /// Forgets a key's secret for good. Only right when nothing is sealed with it any more. Not saved yet.
    ///
    /// # Errors
    ///
    /// When there is no such key or it is the active one.
    pub fn retire(&mut self, id: KeyId) -> Result<(), KeyFileError> {
        let entry = self.standby(id)?;
        entry.state = KeyState::Retired;
        entry.secret = None;
        Ok(())
    }

    fn standby(&mut self, id: KeyId) -> Result<&mut KeyEntry, KeyFileError> {
        match self.entries.iter_mut().find(|entry| entry.id == id) {
            Some(entry) if entry.state == KeyState::Standby => Ok(entry),
            Some(entry) if entry.state == KeyState::Active => Err(KeyFileError::Active(id)),
            _ => Err(KeyFileError::NoSuchKey(id)),
        }
    }

    fn stand_down(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.state == KeyState::Active) {
            entry.state = KeyState::Standby;
        }
    }

    /// Writes the file so that a crash leaves either the old or the new one, never a half.
    ///
    /// # Errors
    ///
    /// When it cannot be written; the old file then stands.
    pub fn save(&self) -> Result<(), KeyFileError> {
        self.write(Placing::Replace)
    }

    fn write(&self, placing: Placing) -> Result<(), KeyFileError> {
        let keys = self.entries.iter().map(RawKey::from).collect();
        let body = toml::to_string(&Raw { version: VERSION, key: keys }).map(Zeroizing::new);
        let body =
            body.map_err(|_| KeyFileError::Broken(self.path.clone(), "it cannot be written as TOML"))?;
        let text = Zeroizing::new(format!("{HEAD}{}", *body));
        place(&self.path, text.as_bytes(), placing)
            .map_err(|error| KeyFileError::Io(self.path.clone(), error))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Placing {
    New,
    Replace,
}

fn place(path: &Path, bytes: &[u8], placing: Placing) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = folder.join(name);
    let written = write_new(&temporary, bytes).and_then(|()| match placing {
        // A hard link fails where a file is, a rename would silently replace it.
        Placing::New => fs::hard_link(&temporary, path),
        Placing::Replace => fs::rename(&temporary, path),
    });
    if placing == Placing::New || written.is_err() {
        // What is left of the temporary file is only clutter: the outcome does not depend on it.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl From<RawKey> for KeyEntry {
    fn from(raw: RawKey) -> Self {
        let created_at = Timestamp::from_millis(raw.created_at.as_millisecond());
        Self { id: KeyId(raw.id), state: raw.state, created_at, secret: raw.secret }
    }
}

impl From<&KeyEntry> for RawKey {
    fn from(entry: &KeyEntry) -> Self {
        let created_at = jiff::Timestamp::from_millisecond(entry.created_at.as_millis()).unwrap_or_default();
        Self { id: entry.id.0, state: entry.state, created_at, secret: entry.secret.clone() }
    }
}

#[cfg(test)]
#[path = "keyfile_tests.rs"]
mod tests;
