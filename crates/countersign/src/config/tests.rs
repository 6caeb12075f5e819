//! Settings as operators write them, right and wrong.

use super::*;

fn read(file: &str) -> Settings {
    Settings::from_parts(file, vec![], vec![]).unwrap()
}

fn mistakes(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let error = Settings::from_parts(file, environment, vec![]).unwrap_err();
    error.0.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_has_to_be_set() {
    let settings = read("");
    assert_eq!(settings.public_address.origin(), "http://localhost:8080");
    assert_eq!(settings.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(settings.keys_file, Path::new("countersign-data/keys.toml"));
    let Database::Sqlite(path) = &settings.database else { panic!("SQLite is the default") };
    assert_eq!(path, Path::new("countersign-data/countersign.sqlite3"));
    assert!(settings.store.group_commits && settings.tls.is_none() && settings.trusted_proxies.is_empty());
}

#[test]
fn flags_go_over_the_environment_and_that_over_the_file() {
    let file = "data_dir = \"file\"\nkeys_file = \"file\"\nproduct = \"file\"\n[log]\nformat = \"text\"";
    let environment = [
        ("COUNTERSIGN_DATA_DIR", "environment"),
        ("COUNTERSIGN_KEYS_FILE", "environment"),
        ("COUNTERSIGN_LOG_FORMAT", "json"),
        ("COUNTERSIGN_TRUSTED_PROXIES", "10.0.0.1, 192.0.2.0/24"),
        ("COUNTERSIGN_STORE_GROUP_COMMITS", "false"),
        ("COUNTERSIGN_SERVICE_HOST", "set by Kubernetes"),
        ("PATH", "/bin"),
    ];
    let environment = environment.map(|(name, value)| (name.into(), value.into())).into();
    let flags = vec![("data_dir", "flag".to_owned())];
    let settings = Settings::from_parts(file, environment, flags).unwrap();
    assert_eq!(settings.data_dir, Path::new("flag"));
    assert_eq!(settings.keys_file, Path::new("environment"));
    assert_eq!(settings.product, "file");
    assert_eq!(settings.log.format, LogFormat::Json);
    assert_eq!(
        settings.trusted_proxies,
        ["10.0.0.1/32".parse::<IpNet>().unwrap(), "192.0.2.0/24".parse().unwrap()]
    );
    assert!(!settings.store.group_commits);
}

#[test]
fn database_url_is_read_where_the_longer_name_is_absent() {
    let of = |environment: &[(&str, &str)]| {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        match Settings::from_parts("", environment, vec![]).unwrap().database {
            Database::Postgres(url) => url.reveal().to_owned(),
            Database::Sqlite(path) => path.display().to_string(),
        }
    };
    assert_eq!(of(&[("DATABASE_URL", "postgres://a/b")]), "postgres://a/b");
    let both = [("DATABASE_URL", "postgres://a/b"), ("COUNTERSIGN_DATABASE_URL", "sqlite:/var/x.db")];
    assert_eq!(of(&both), "/var/x.db");
}

#[test]
fn all_mistakes_are_listed_at_once() {
    let file = r#"
        public_address = "http://account.example.org"
        listen = ["127.0.0.1:8080", "nonsense"]
        trusted_proxies = ["0.0.0.0/0"]
        product = "A: B"
        pubic_address = "x"
        [tls]
        certificate = "/nowhere/chain.pem"
        [log]
        format = "xml"
        level = 3
        [metrics]
        token = "short"
        [api]
        reference = "nobody"
        [support]
        contact = "javascript:alert(1)"
        [audit]
        keep_days = 0
        [languages]
        default = "fr"
        [unknown.inner]
        x = 1
    "#;
    let found = mistakes(file, &[("COUNTERSIGN_LISTN", "x"), ("COUNTERSIGN_STORE_READERS", "many")]);
    for expected in [
        "public_address: must begin with https://; http:// is for localhost",
        "listen: must be a list of addresses with a port",
        "trusted_proxies: must not be the whole internet",
        "product: must be a name",
        "pubic_address: is not a setting; did you mean public_address?",
        "tls.certificate: cannot be read",
        "tls.key: must be set beside tls.certificate",
        "log.format: must be \"text\" or \"json\"",
        "log.level: must be a text in quotes",
        "metrics.token: must have at least 32 characters",
        "api.reference: must be",
        "support.contact: must be an e-mail address",
        "audit.keep_days: must be a whole number from 1",
        "languages.default: must be",
        "unknown.inner.x: is not a setting",
        "COUNTERSIGN_LISTN: is not a setting; did you mean COUNTERSIGN_LISTEN? (environment variable COUNTERSIGN_LISTN)",
        "store.readers: must be a whole number from 1 to 64 (environment variable COUNTERSIGN_STORE_READERS)",
    ] {
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\nin {found:#?}");
    }
    assert_eq!(found.len(), 17, "{found:#?}");
}

#[test]
fn a_file_that_is_not_toml_is_one_mistake_that_quotes_nothing() {
    let found = mistakes("data_dir = \"x\"\ndatabase_url = postgres://u:hunter2@h/d\n", &[]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("countersign.toml: line 2 is not TOML"), "{found:?}");
    assert!(!found[0].contains("hunter2"));
}

#[test]
fn no_secret_is_ever_shown() {
    let file = "database_url = \"postgres://u:hunter2@h/d\"\n[metrics]\ntoken = \"hunter2hunter2hunter2hunter2hunter2\"";
    assert!(!format!("{:?}", read(file)).contains("hunter2"));
    let found = mistakes("database_url = \"mysql://u:hunter2@h/d\"\n[metrics]\ntoken = \"hunter2\"", &[]);
    assert_eq!(found.len(), 2);
    assert!(!found.join("\n").contains("hunter2"), "{found:?}");
}

#[test]
fn without_a_public_address_only_loopback_is_listened_on() {
    let found = mistakes("listen = [\"0.0.0.0:8080\"]", &[]);
    assert!(found[0].starts_with("public_address: must be set"), "{found:?}");
    read("listen = [\"0.0.0.0:8080\"]\npublic_address = \"https://a.example\"");
    let local = read("listen = [\"[::1]:0\"]").public_address;
    assert_eq!(local.once_bound("[::1]:4711".parse().unwrap()).link("/x"), "http://localhost:4711/x");
}

#[test]
fn a_public_address_is_an_origin_and_nothing_more() {
    for (text, origin) in [
        ("https://account.example.org", "https://account.example.org"),
        ("https://Account.Example.org:443/", "https://account.example.org"),
        ("https://account.example.org:8443", "https://account.example.org:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ] {
        assert_eq!(PublicAddress::parse(text).unwrap().origin(), origin);
    }
    for text in [
        "",
        "account.example.org",
        "ftp://account.example.org",
        "http://account.example.org",
        "http://localhost.evil.example",
        "https://account.example.org/portal",
        "https://account.example.org/?a=b",
        "https://user@account.example.org",
        "https://",
    ] {
        assert!(PublicAddress::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_example_file_is_right_and_names_every_setting() {
    let example = include_str!("../../../../docs/countersign.example.toml");
    let as_it_is = read(example);
    assert_eq!(as_it_is.public_address.origin(), "http://localhost:8080");
    // Every line that is commented out is a setting too; the files it names do not exist here, so what needs one of
    // them is left out with it.
    let lines = example.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line));
    let has_its_files = |line: &&str| !line.contains("/etc/countersign/") && !line.starts_with("dkim_");
    let all = lines.filter(has_its_files).collect::<Vec<_>>().join("\n");
    let settings = read(&all);
    assert_eq!(settings.public_address.origin(), "https://account.example.org");
    assert!(as_it_is.mail.is_none() && settings.mail.is_some());
    for name in super::source::names() {
        let last = name.rsplit('.').next().unwrap();
        assert!(example.contains(&format!("{last} = ")), "{name} is missing");
    }
}

#[test]
fn a_contact_is_an_address_or_a_page() {
    let mail: Contact = "help@example.org".parse().unwrap();
    assert_eq!((mail.href().as_str(), mail.label()), ("mailto:help@example.org", "help@example.org"));
    let page: Contact = "https://example.org/help".parse().unwrap();
    assert_eq!(page.href(), "https://example.org/help");
    for bad in
        ["", "help", "a@b@c", "http://example.org", "mailto:a@b.example", "a b@c.example", "a@b.example?x=y"]
    {
        assert!(bad.parse::<Contact>().is_err(), "{bad}");
    }
}

#[test]
fn the_data_folder_is_made_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    prepare_data_dir(&folder).unwrap();
    prepare_data_dir(&folder).unwrap();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(prepare_data_dir(&folder), Err(FolderError::Open { mode: 0o755, .. })));
    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(prepare_data_dir(&file), Err(FolderError::Unusable { .. })));
}
