//! The key file: its rights, its changes, and files that are not right.

use countersign_core::testing::CountingEntropy;

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn made(folder: &Path) -> KeyFile {
    KeyFile::load_or_create(&folder.join("keys.toml"), NOW, &CountingEntropy::new(1)).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_start_makes_a_file_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = made(folder.path());
    let path = folder.path().join("keys.toml");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(file.ring().unwrap().active(), KeyId(1));
    let again = KeyFile::load_or_create(&path, NOW, &CountingEntropy::new(2)).unwrap();
    let tag = |file: &KeyFile| file.ring().unwrap().mac("x", &[]);
    assert_eq!(tag(&again), tag(&file));
    assert_eq!(again.entries()[0].created_at, NOW);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file is left");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let path = folder.path().join("keys.toml");
    for open in [0o640, 0o604, 0o660, 0o644, 0o610] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        assert!(matches!(KeyFile::load(&path), Err(KeyFileError::Open(_, mode)) if mode == open));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    KeyFile::load(&path).unwrap();
}

#[test]
fn keys_are_added_made_active_and_retired() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = made(folder.path());
    let entropy = CountingEntropy::new(5);
    assert_eq!(file.add(NOW, &entropy, KeyState::Active), KeyId(2));
    assert_eq!(file.add(NOW, &entropy, KeyState::Standby), KeyId(3));
    file.save().unwrap();
    let mut file = KeyFile::load(&folder.path().join("keys.toml")).unwrap();
    assert_eq!((file.active(), file.ring().unwrap().ids().len()), (Some(KeyId(2)), 3));
    assert!(matches!(file.retire(KeyId(2)), Err(KeyFileError::Active(_))));
    assert!(matches!(file.retire(KeyId(9)), Err(KeyFileError::NoSuchKey(_))));
    file.activate(KeyId(3)).unwrap();
    file.retire(KeyId(2)).unwrap();
    assert!(matches!(file.activate(KeyId(2)), Err(KeyFileError::NoSuchKey(_))));
    file.save().unwrap();
    let mut file = KeyFile::load(&folder.path().join("keys.toml")).unwrap();
    assert_eq!(file.ring().unwrap().ids(), [KeyId(1), KeyId(3)]);
    assert_eq!(file.entries()[1].state, KeyState::Retired);
    // A number is never given twice, also not that of the last key.
    assert_eq!(file.add(NOW, &entropy, KeyState::Standby), KeyId(4));
    assert_eq!(mode(&folder.path().join("keys.toml")), 0o600);
}

#[test]
fn a_broken_file_is_refused_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let key = |id: u32, state: &str, secret: &str| {
        format!("[[key]]\nid = {id}\nstate = \"{state}\"\ncreated_at = \"2026-01-01T00:00:00Z\"\n{secret}\n")
    };
    let good = format!("secret = \"{secret}\"");
    for text in [
        String::new(),
        "version = 1".to_owned(),
        format!("version = 2\n{}", key(1, "active", &good)),
        format!("version = 1\n{}", key(1, "standby", &good)),
        format!("version = 1\n{}{}", key(1, "active", &good), key(2, "active", &good)),
        format!("version = 1\n{}{}", key(1, "active", &good), key(1, "standby", &good)),
        format!("version = 1\n{}", key(1, "active", "")),
        format!("version = 1\n{}", key(1, "active", "secret = \"c2hvcnQ=\"")),
        format!("version = 1\n{}{}", key(1, "active", &good), key(2, "retired", &good)),
        format!("version = 1\n{}extra = 1", key(1, "active", &good)),
        format!("version = 1\n{}secret {secret}", key(1, "active", "")),
    ] {
        fs::write(&path, &text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let error = KeyFile::load(&path).map(drop).unwrap_err();
        assert!(matches!(error, KeyFileError::Broken(..)), "{text}");
        assert!(!error.to_string().contains(secret), "{error}");
    }
}
