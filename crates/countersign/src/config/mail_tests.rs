//! `[mail]` as operators write it, right and wrong.

use countersign_courier::smtp::Tls;

use super::*;

const ADDRESS: &str = "public_address = \"https://account.example.org\"\n[mail]\n";
const LEAST: &str = "from = \"no-reply@example.org\"\nservers = [\"smtp://mail.example.org\"]\n";

fn read(mail: &str) -> MailSettings {
    Settings::from_parts(&format!("{ADDRESS}{mail}"), vec![], vec![]).unwrap().mail.expect("mail is set")
}

fn mistakes(mail: &str) -> Vec<String> {
    let error = Settings::from_parts(&format!("{ADDRESS}{mail}"), vec![], vec![]).unwrap_err();
    error.0.iter().map(ToString::to_string).collect()
}

/// One mistake that begins like this.
#[track_caller]
fn only(mail: &str, expected: &str) {
    let found = mistakes(mail);
    assert!(found.len() == 1 && found[0].starts_with(expected), "{mail}: {found:?}");
}

fn file(text: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().display().to_string();
    (file, path)
}

#[test]
fn nothing_is_sent_unless_it_is_set() {
    assert!(Settings::from_parts("", vec![], vec![]).unwrap().mail.is_none());
    let nothing = vec![("COUNTERSIGN_MAIL_SERVERS".into(), String::new().into())];
    assert!(Settings::from_parts("", nothing, vec![]).unwrap().mail.is_none());
}

#[test]
fn a_sender_and_a_server_are_enough() {
    let mail = read(LEAST);
    let smtp = mail.smtp();
    assert_eq!((smtp.from.name.as_deref(), smtp.from.address.as_str()), (None, "no-reply@example.org"));
    assert_eq!(smtp.hello, "account.example.org");
    let server = &smtp.servers[0];
    assert_eq!((server.host.as_str(), server.port, server.tls), ("mail.example.org", 587, Tls::Starttls));
    assert!(
        server.login.is_none() && server.roots.is_none() && smtp.dkim.is_none() && smtp.reply_to.is_none()
    );
    assert!(crate::app::post::post(Some(&mail)).unwrap().is_on());
    assert!(!crate::app::post::post(None).unwrap().is_on());
}

#[test]
fn servers_are_addresses() {
    let of = |servers: &str| {
        let mail = read(&format!("from = \"a@example.org\"\nservers = [{servers}]\n"));
        let servers = mail.smtp().servers.iter().map(|server| (server.host.clone(), server.port, server.tls));
        servers.collect::<Vec<_>>()
    };
    for (text, host, port, tls) in [
        ("smtp://Mail.example.org:2587", "mail.example.org", 2587, Tls::Starttls),
        ("smtp://пример.example/", "xn--e1afmkfd.example", 587, Tls::Starttls),
        ("smtps://192.0.2.7", "192.0.2.7", 465, Tls::Implicit),
        ("smtps://[2001:db8::7]:4650", "2001:db8::7", 4650, Tls::Implicit),
        ("smtp+plain://127.0.0.1:2525", "127.0.0.1", 2525, Tls::Plain),
        ("smtp+plain://[::1]", "::1", 25, Tls::Plain),
        ("smtp+plain://localhost", "localhost", 25, Tls::Plain),
    ] {
        assert_eq!(of(&format!("\"{text}\"")), [(host.to_owned(), port, tls)], "{text}");
    }
    assert_eq!(of("\"smtp://a.example\", \"smtps://b.example\"").len(), 2);
    for wrong in [
        "mail.example.org:587",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:0",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org?tls=no",
        "smtp://user:hunter2@mail.example.org",
        "smtp+plain://mail.example.org",
        "smtp+plain://192.0.2.7",
        "smtp+plain://localhost.example.org",
    ] {
        let file = format!("from = \"a@example.org\"\nservers = [\"smtp://a.example\", \"{wrong}\"]\n");
        only(&file, "mail.servers: must be a list of mail servers");
        let told = mistakes(&file).join("\n");
        assert!(told.contains("1 of 2 are not") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_sender_may_have_a_name() {
    let of = |from: &str| {
        let mail = read(&format!("from = '{from}'\nservers = [\"smtp://a.example\"]\n"));
        let from = mail.smtp().from.clone();
        (from.name, from.address.as_str().to_owned())
    };
    let bank = Some("Example Bank".to_owned());
    for text in
        ["Example Bank <a@example.org>", "\"Example Bank\" <a@example.org>", " Example Bank<a@example.org> "]
    {
        assert_eq!(of(text), (bank.clone(), "a@example.org".to_owned()), "{text}");
    }
    assert_eq!(of("<a@example.org>"), (None, "a@example.org".to_owned()));
    assert_eq!(of("Банк, «Пример» <a@example.org>").0.as_deref(), Some("Банк, «Пример»"));
    for wrong in
        ["", "Example Bank", "Example Bank <a>", "a@b <a@example.org>", "A <a@example.org> B", "a@-.example"]
    {
        only(
            &format!("from = '{wrong}'\nservers = [\"smtp://a.example\"]\n"),
            "mail.from: must be an address",
        );
    }
    only(
        "from = \"A\\r\\nBcc: x <a@example.org>\"\nservers = [\"smtp://a.example\"]\n",
        "mail.from: must be an address",
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let (_key, key) = file("no key");
    let found = mistakes(&format!(
        "reply_to = \"x\"\nservers = [\"x\"]\npassword = \"hunter2\"\npassword_file = \"/nowhere/password\"\n\
         ca_file = \"{key}\"\nhello = \"a b\"\ndkim_domain = \"example.org\"\ndkim_selector = \"s\"\n\
         dkim_key_file = \"{key}\"\nsevers = []\n"
    ));
    for expected in [
        "mail.servers: must be a list",
        "mail.from: must be set where anything else of [mail] is",
        "mail.reply_to: must be an e-mail address",
        "mail.password_file: cannot be read",
        "mail: set either password or password_file, not both",
        "mail.user: must be set beside the password",
        "mail.ca_file: must hold certificates",
        "mail.hello: must be a host name",
        "mail.dkim_key_file: must be a private key",
        "mail.severs: is not a setting; did you mean mail.servers?",
    ] {
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\nin {found:#?}");
    }
    assert_eq!(found.len(), 10, "{found:#?}");
    assert!(!found.join("\n").contains("hunter2"));
}

#[test]
fn what_belongs_together_is_asked_for_together() {
    only("from = \"a@example.org\"\n", "mail.servers: must be set where");
    only("from = \"a@example.org\"\nservers = []\n", "mail.servers: must be set where");
    only("servers = [\"smtp://a.example\"]\n", "mail.from: must be set where");
    only(&format!("{LEAST}user = \"post\"\n"), "mail.password: must be set beside mail.user");
    assert_eq!(mistakes(&format!("{LEAST}dkim_selector = \"s\"\n")).len(), 2);
}

#[test]
fn the_login_may_come_from_a_file_and_is_never_shown() {
    let (_password, path) = file("hunter2 \n");
    let mail = read(&format!("{LEAST}user = \"post\"\npassword_file = \"{path}\"\n"));
    assert!(mail.smtp().servers[0].login.as_ref().is_some_and(|(user, _)| user == "post"));
    let mail = read(&format!("{LEAST}user = \"post\"\npassword = \"hunter2\"\n"));
    let shown = format!("{mail:?}");
    assert!(
        shown.contains("mail.example.org") && !shown.contains("hunter2") && !shown.contains("no-reply"),
        "{shown}"
    );
}

#[test]
fn a_signature_is_of_the_senders_domain() {
    // An Ed25519 key in PKCS #8 (RFC 8410 section 7) whose 32 bytes are all zero.
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([0; 32]);
    let body = data_encoding::BASE64.encode(&der);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let (_key, path) = file(&key);
    let dkim = |domain: &str| {
        format!("dkim_domain = \"{domain}\"\ndkim_selector = \"s\"\ndkim_key_file = \"{path}\"\n")
    };
    let from = |domain: &str| format!("from = \"a@{domain}\"\nservers = [\"smtp://a.example\"]\n");
    for domain in ["example.org", "mail.example.org"] {
        let mail = read(&format!("{}{}", from(domain), dkim("Example.org")));
        assert!(mail.smtp().dkim.is_some() && crate::app::post::post(Some(&mail)).is_ok());
    }
    for domain in ["anexample.org", "org", "example.com"] {
        only(
            &format!("{}{}", from(domain), dkim("example.org")),
            "mail.dkim_domain: must be the domain of mail.from",
        );
    }
}

#[test]
fn letters_to_others_need_an_address_that_they_can_open() {
    let of = |rest: &str| Settings::from_parts(&format!("{rest}\n[mail]\n{LEAST}"), vec![], vec![]);
    let found = of("").unwrap_err().0;
    assert_eq!((found.len(), found[0].name.as_str()), (1, "public_address"));
    of("public_address = \"http://localhost:8080\"").unwrap();
    // To try things out: whoever reads these letters sits at this machine.
    let here = "[mail]\nfrom = \"a@example.org\"\nservers = [\"smtp+plain://127.0.0.1:2525\"]\n";
    let settings = Settings::from_parts(here, vec![], vec![]).unwrap();
    assert_eq!(settings.mail.unwrap().smtp().hello, "localhost");
}
