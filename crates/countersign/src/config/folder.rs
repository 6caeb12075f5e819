//! `data_dir` and `keys_file`.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Source;

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It could not be made or looked at.
    #[error("the data folder {path} cannot be used: {error}")]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Other accounts of this machine could read or change what is in it.
    #[error("the data folder {path} is open to other accounts (mode {mode:o}); run: chmod 700 {path}")]
    Open {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

pub(super) fn read(source: &mut Source) -> (PathBuf, PathBuf) {
    let data_dir = source.text("data_dir").map(|(text, _)| text).filter(|text| !text.is_empty());
    let data_dir = PathBuf::from(data_dir.unwrap_or_else(|| "countersign-data".to_owned()));
    let keys_file = source.text("keys_file").map(|(text, _)| PathBuf::from(text));
    let keys_file = keys_file.unwrap_or_else(|| data_dir.join("keys.toml"));
    (data_dir, keys_file)
}

/// Makes the folder with mode 0700 where it is missing, and refuses one that others can enter.
///
/// # Errors
///
/// When it cannot be made, is no folder, or is open to others.
pub fn prepare_data_dir(path: &Path) -> Result<(), FolderError> {
    let unusable = |error| FolderError::Unusable { path: path.to_owned(), error };
    match fs::DirBuilder::new().mode(0o700).recursive(true).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(unusable(error)),
        _ => {}
    }
    let metadata = fs::metadata(path).map_err(unusable)?;
    if !metadata.is_dir() {
        return Err(unusable(std::io::ErrorKind::NotADirectory.into()));
    }
    let mode = metadata.permissions().mode() & 0o777;
    // A folder of root's that the service may use through its group is a packager's choice; any other opening is not.
    if mode & 0o007 != 0 || (mode & 0o070 != 0 && metadata.uid() != 0) {
        return Err(FolderError::Open { path: path.to_owned(), mode });
    }
    Ok(())
}
