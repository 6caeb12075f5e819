//! `database_url` and `[store]`.

use std::path::{Path, PathBuf};

use super::{Secret, Source};

/// Which database holds everything.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL address; it may hold a password.
    Postgres(Secret),
}

/// How the database is used. The defaults are right; the settings exist so that measurements can compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreTuning {
    /// Connections that read from SQLite, 1 to 64.
    pub readers: usize,
    /// Connections to PostgreSQL, for reading and writing together, 1 to 200.
    pub connections: usize,
    /// Whether waiting writes share one durable commit on SQLite.
    pub group_commits: bool,
}

pub(super) fn read(source: &mut Source, data_dir: &Path) -> Database {
    let own_file = Database::Sqlite(data_dir.join("countersign.sqlite3"));
    let Some((url, origin)) = source.text("database_url") else { return own_file };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Database::Postgres(Secret::new(url));
    }
    match url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
        Some(path) if !path.is_empty() => Database::Sqlite(PathBuf::from(path)),
        _ => {
            // The value is not repeated: it may hold a password.
            source.mistake_at(
                "database_url",
                origin,
                "must begin with postgres:// or sqlite: and a path".to_owned(),
            );
            own_file
        }
    }
}

pub(super) fn read_tuning(source: &mut Source) -> StoreTuning {
    let readers = source.number("store.readers", 1, 64).unwrap_or(4);
    let connections = source.number("store.connections", 1, 200).unwrap_or(16);
    StoreTuning {
        readers: usize::try_from(readers).unwrap_or(4),
        connections: usize::try_from(connections).unwrap_or(16),
        group_commits: source.switch("store.group_commits").unwrap_or(true),
    }
}
