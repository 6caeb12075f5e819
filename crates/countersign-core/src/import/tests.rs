//! What is taken, what is refused, and that nothing a file holds makes a reader panic.

use data_encoding::{BASE32_NOPAD, BASE64};
use proptest::prelude::*;

use super::*;
use crate::email::{EmailAddress, EmailFault};
use crate::name::{DeviceName, NameFault};
use crate::password::foreign::ForeignFault;
use crate::role::Role;
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const KEY: &[u8; 20] = b"12345678901234567890";
const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HASH: &str = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

/// Seconds since 1970, for these tests.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp::from_secs)
}

fn judged(raw: Result<RawAccount, Fault>) -> Result<AccountLine, Fault> {
    AccountLine::judge(raw?, &["en", "de"], NOW, time)
}

fn json(line: &str) -> Result<AccountLine, Fault> {
    judged(RawAccount::json(line))
}

fn csv(head: &str, line: &str) -> Result<AccountLine, Fault> {
    let columns = Columns::parse(head.split(','))?;
    let fields: Vec<&str> = line.split(',').collect();
    judged(columns.read(fields.into_iter()))
}

fn fault<T>(outcome: Result<T, Fault>) -> (&'static str, Reason) {
    let fault = outcome.err().expect("a fault");
    (fault.field, fault.reason)
}

#[test]
fn rec_3_an_account_has_all_that_its_line_says() {
    let line = format!(
        r#" {{"email":" Ada@Example.org","display_name":"Ada Byron","role":"support","language":"de",
        "email_verified":true,"password_hash":"{HASH}","created_at":"1500000000","external_id":"u-7",
        "organisation":"acme"}} "#
    );
    let from_json = json(&line).unwrap_or_else(|fault| panic!("{fault:?}"));
    let head = "email,display_name,role,language,email_verified,created_at,external_id,organisation";
    let row = "Ada@Example.org,Ada Byron,support,de,Yes,1500000000,u-7,acme";
    for account in [from_json, csv(head, row).expect("an account")] {
        assert_eq!(account.email.as_str(), "Ada@example.org");
        assert_eq!((account.display_name.as_str(), account.role), ("Ada Byron", Role::Support));
        assert_eq!((account.language.as_deref(), account.email_verified), (Some("de"), true));
        assert_eq!(account.created_at, Some(Timestamp::from_secs(1_500_000_000)));
        assert_eq!(account.external_id.as_deref(), Some("u-7"));
        assert_eq!(account.organisation.as_deref(), Some("acme"));
    }
    let bare = json(r#"{"email":"ada@example.org","role":"","language":null}"#).expect("an account");
    assert_eq!((bare.display_name.as_str(), bare.role, bare.email_verified), ("ada", Role::Member, false));
    assert!(bare.password_hash.is_none() && bare.language.is_none() && bare.created_at.is_none());
}

#[test]
fn rec_3_a_line_is_refused_by_its_field_and_reason() {
    for (line, field, reason) in [
        ("", "line", Reason::NotJson),
        ("null", "line", Reason::NotJson),
        (r#"["a@example.org"]"#, "line", Reason::NotJson),
        (r#"{"email":"a@example.org""#, "line", Reason::NotJson),
        (r#"{"email":"a@example.org"} {}"#, "line", Reason::NotJson),
        (r#"{"email":"a@example.org","mfa_exempt":true}"#, "line", Reason::UnknownField("mfa_exempt".into())),
        (r#"{"email":"a@example.org","email":"b@example.org"}"#, "line", Reason::TwiceGiven("email".into())),
        (r#"{"email":7}"#, "line", Reason::WrongKind),
        ("{}", "email", Reason::Missing),
        (r#"{"email":"ada"}"#, "email", Reason::Email(EmailFault::NotOneAt)),
        (r#"{"email":"a@b.c","display_name":"a\u0007"}"#, "display_name", Reason::Name(NameFault::Character)),
        (r#"{"email":"a@b.c","role":"root"}"#, "role", Reason::Role),
        (r#"{"email":"a@b.c","language":"tlh"}"#, "language", Reason::Language),
        (r#"{"email":"a@b.c","email_verified":"maybe"}"#, "email_verified", Reason::Flag),
        (r#"{"email":"a@b.c","created_at":"soon"}"#, "created_at", Reason::Time),
        (r#"{"email":"a@b.c","created_at":"1800000001"}"#, "created_at", Reason::Time),
        (r#"{"email":"a@b.c","created_at":"-1"}"#, "created_at", Reason::Time),
        (
            r#"{"email":"a@b.c","password_hash":"hunter2"}"#,
            "password_hash",
            Reason::Hash(ForeignFault::UnknownKind),
        ),
        (r#"{"email":"a@b.c","external_id":"a\u0000"}"#, "external_id", Reason::BadText(200)),
    ] {
        assert_eq!(fault(json(line)), (field, reason), "{line}");
    }
}

#[test]
fn rec_3_a_first_line_names_known_columns_once() {
    assert_eq!(fault(csv("email,mail", "")), ("line", Reason::UnknownField("mail".into())));
    assert_eq!(fault(csv("email,role,email", "")), ("email", Reason::TwiceGiven("email".into())));
    assert_eq!(fault(csv("display_name", "Ada")), ("email", Reason::Missing));
    assert_eq!(fault(csv("email,role", "a@example.org")), ("line", Reason::FieldCount));
    assert!(csv(" email ,role", "a@example.org,member").is_ok());
}

#[test]
fn all_7_no_reason_quotes_a_hash_or_a_key() {
    let secret = "hunter2hunter2";
    for line in [
        format!(r#"{{"email":"a@b.c","password_hash":"{secret}"}}"#),
        format!(r#"{{"email":"a@b.c","email_verified":["{secret}"]}}"#),
        format!(r#"{{"email":"a@b.c","password_hash":"{secret}""#),
        format!(r#"{{"email":"a@b.c","password_hash":{{"{secret}":1}}}}"#),
    ] {
        let fault = json(&line).err().expect("a fault");
        assert!(!format!("{:?} {:?}", fault, fault.reason.text()).contains("hunter2"), "{line}");
    }
}

fn wanted() -> Wanted {
    Wanted::default()
}

fn totp(rest: &str) -> Result<KeyLine, Fault> {
    let line = format!("otpauth://totp/{rest}");
    uri(&line, &wanted()).and_then(|mut keys| keys.remove(0))
}

#[test]
fn rec_3_an_otpauth_address_becomes_a_key() {
    for (rest, issuer) in [
        (format!("Acme:ada%2Bx@example.org?secret={BASE32}&issuer=Acme"), "Acme"),
        (format!("ACME%3A%20ada%2bx%40example.org?issuer=acme&secret={}", BASE32.to_lowercase()), "acme"),
        (format!("ada+x@example.org?secret={BASE32}&algorithm=SHA1&digits=6&period=30&image=x"), "Imported"),
        (format!("Acme:ada+x@example.org?secret={BASE32}===="), "Acme"),
        ("Acme:ada+x@example.org?secret=GEZD%20GNBV-GY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(), "Acme"),
    ] {
        let key = totp(&rest).unwrap_or_else(|fault| panic!("{rest}: {fault:?}"));
        assert_eq!(key.account.as_str(), "ada+x@example.org", "{rest}");
        assert_eq!(key.name.as_str(), issuer);
        assert_eq!(key.secret.as_bytes(), KEY);
    }
    let upper = format!("OTPAUTH://TOTP/ada@example.org?secret={BASE32}");
    assert_eq!(uri(&upper, &wanted()).map(|keys| keys.len()), Ok(1));
}

#[test]
fn rec_3_what_the_server_could_not_check_is_refused_with_its_reason() {
    let s = format!("secret={BASE32}");
    let bits = |n: usize| format!("a@b.c?secret={}", BASE32_NOPAD.encode(&vec![7; n / 8]));
    for (rest, field, reason) in [
        (format!("a@b.c?{s}&algorithm=SHA256"), "algorithm", Reason::Algorithm),
        (format!("a@b.c?{s}&digits=8"), "digits", Reason::Digits),
        (format!("a@b.c?{s}&digits=six"), "digits", Reason::Digits),
        (format!("a@b.c?{s}&period=60"), "period", Reason::Period),
        (format!("a@b.c?{s}&{s}"), "secret", Reason::TwiceGiven("secret".into())),
        ("a@b.c".into(), "secret", Reason::Missing),
        ("a@b.c?secret=1!".into(), "secret", Reason::NotBase32),
        ("a@b.c?secret=%zz".into(), "secret", Reason::NotText),
        (bits(80), "secret", Reason::KeyTooShort(80)),
        (bits(120), "secret", Reason::KeyTooShort(120)),
        (bits(520), "secret", Reason::KeyTooLong(520)),
        (format!("Acme:a@b.c?{s}&issuer=Other"), "issuer", Reason::IssuersDiffer),
        (format!("Acme?{s}"), "account", Reason::Email(EmailFault::NotOneAt)),
    ] {
        assert_eq!(fault(totp(&rest)), (field, reason), "{rest}");
    }
    for (line, reason) in [
        ("https://example.org", Reason::NotOtpauth),
        ("", Reason::NotOtpauth),
        ("otpauth://x", Reason::NotOtpauth),
    ] {
        assert_eq!(fault(uri(line, &wanted())), ("line", reason), "{line}");
    }
    let hotp = format!("otpauth://hotp/a@b.c?{s}&counter=1");
    assert_eq!(fault(uri(&hotp, &wanted())), ("type", Reason::NotTimed));
}

#[test]
fn rec_3_short_keys_are_told_from_recommended_ones() {
    for (bytes, short) in [(16, true), (19, true), (20, false), (64, false)] {
        let key = totp(&format!("a@b.c?secret={}", BASE32_NOPAD.encode(&vec![7; bytes])));
        assert_eq!(key.ok().map(|key| key.secret.is_short()), Some(short), "{bytes}");
    }
}

#[test]
fn rec_3_the_operator_may_name_account_issuer_and_device() {
    let line = format!("otpauth://totp/Acme:whoever?secret={BASE32}");
    let all = Wanted {
        account: EmailAddress::parse("ada@example.org").ok(),
        issuer: Some("ACME".into()),
        name: DeviceName::parse("Old phone").ok(),
    };
    let key = uri(&line, &all).ok().and_then(|mut keys| keys.remove(0).ok()).expect("a key");
    assert_eq!((key.account.as_str(), key.name.as_str()), ("ada@example.org", "Old phone"));
    let other = Wanted { issuer: Some("Bank".into()), ..all };
    assert_eq!(fault(uri(&line, &other)), ("issuer", Reason::OtherIssuer));
    let row = |account, name| key_row(account, name, &line, &wanted()).map(|mut keys| keys.remove(0).ok());
    let named = row("bob@example.org", " Bob's key ").ok().flatten().expect("a key");
    assert_eq!((named.account.as_str(), named.name.as_str()), ("bob@example.org", "Bob's key"));
    assert_eq!(fault(row("bob", "")), ("account", Reason::Email(EmailFault::NotOneAt)));
    assert_eq!(fault(row("b@b.c", &"x".repeat(41))), ("name", Reason::Name(NameFault::TooLong(40))));
}

#[test]
fn rec_3_a_device_gets_a_number_beside_others_of_its_name() {
    let key = totp(&format!("{}:a@b.c?secret={BASE32}", "x".repeat(40))).expect("a key");
    let plain = key.name.key();
    assert_eq!(key.name_beside(&[]).as_str(), "x".repeat(40));
    let second = key.name_beside(std::slice::from_ref(&plain));
    assert_eq!(second.as_str(), format!("{} 2", "x".repeat(38)));
    assert_eq!(key.name_beside(&[plain, second.key()]).as_str(), format!("{} 3", "x".repeat(38)));
}

fn bytes(number: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("short");
    assert!(length < 0x80);
    [&[number << 3 | 2, length], value].concat()
}

fn payload(keys: &[Vec<u8>]) -> String {
    let mut message: Vec<u8> = keys.iter().flat_map(|key| bytes(1, key)).collect();
    message.extend([2 << 3, 1, 3 << 3, 1, 4 << 3, 0]);
    let data = BASE64.encode(&message).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

fn entry(secret: &[u8], name: &str, rest: &[u8]) -> Vec<u8> {
    [bytes(1, secret), bytes(2, name.as_bytes()), bytes(3, b"Acme"), rest.to_vec()].concat()
}

#[test]
fn rec_3_a_google_authenticator_export_has_a_verdict_for_each_key() {
    let timed = [4 << 3, 1, 5 << 3, 1, 6 << 3, 2];
    let line = payload(&[
        entry(KEY, "Acme:ada@example.org", &timed),
        entry(KEY, "ada@example.org", &[]),
        entry(KEY, "ada@example.org", &[6 << 3, 1]),
        entry(KEY, "ada@example.org", &[4 << 3, 2, 6 << 3, 2]),
        entry(KEY, "ada@example.org", &[5 << 3, 2]),
        entry(&KEY[..10], "ada@example.org", &timed),
    ]);
    let keys = uri(&line, &wanted()).expect("a payload");
    let verdicts: Vec<_> = keys.iter().map(|key| key.as_ref().err().map(|fault| &fault.reason)).collect();
    let short = Reason::KeyTooShort(80);
    let refused = [&Reason::NotTimed, &Reason::Algorithm, &Reason::Digits, &short].map(Some);
    assert_eq!(verdicts, [&[None, None], &refused[..]].concat());
    let first = keys[0].as_ref().expect("a key");
    assert_eq!((first.account.as_str(), first.name.as_str()), ("ada@example.org", "Acme"));
    assert_eq!(first.secret.as_bytes(), KEY);
}

#[test]
fn rec_3_a_payload_that_makes_no_sense_is_refused_as_a_whole() {
    let line = |message: &[u8]| format!("otpauth-migration://offline?data={}", BASE64.encode(message));
    for message in [
        &b""[..],
        &[0x0a],
        &[0x0a, 0x05, 0x01],
        &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0x0b, 0x0c],
        &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        &[0x10, 0x01],
    ] {
        assert_eq!(fault(uri(&line(message), &wanted())), ("data", Reason::NotMigration), "{message:?}");
    }
    let many = payload(&vec![entry(KEY, "a@b.c", &[]); KEYS_MOST + 1]);
    assert_eq!(fault(uri(&many, &wanted())), ("data", Reason::TooManyKeys(KEYS_MOST)));
    let none = "otpauth-migration://offline?batch=1";
    assert_eq!(fault(uri(none, &wanted())), ("data", Reason::Missing));
}

const AEGIS: &str = r#"{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":[
    {"type":"totp","uuid":"x","name":"ada@example.org","issuer":"Acme","note":"","favorite":false,"icon":null,
     "info":{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","algo":"SHA1","digits":6,"period":30},"groups":[]},
    {"type":"steam","name":"ada","issuer":"Steam","info":{"secret":"GEZDGNBV","algo":"SHA1","digits":5,"period":30}},
    {"type":"totp","name":"ada@example.org","issuer":"Acme",
     "info":{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","algo":"SHA256","digits":6,"period":30}}],"groups":[]}}"#;

const ANDOTP: &str = r#"[{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","issuer":"Acme","label":"ada@example.org",
    "digits":6,"type":"TOTP","algorithm":"SHA1","thumbnail":"Default","last_used":0,"used_frequency":0,"period":30,
    "tags":[]},
    {"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","label":"ada@example.org","digits":6,"type":"HOTP","counter":3}]"#;

#[test]
fn rec_3_plain_backups_of_aegis_and_andotp_are_read_entry_by_entry() {
    let reasons = |keys: Vec<Result<KeyLine, Fault>>| -> Vec<Option<Reason>> {
        keys.into_iter().map(|key| key.err().map(|fault| fault.reason)).collect()
    };
    let keys = aegis(AEGIS, &wanted()).expect("an export");
    assert_eq!(keys[0].as_ref().ok().map(|key| key.name.as_str()), Some("Acme"));
    assert_eq!(reasons(keys), [None, Some(Reason::NotTimed), Some(Reason::Algorithm)]);
    let keys = andotp(ANDOTP, &wanted()).expect("a backup");
    assert_eq!(keys[0].as_ref().ok().map(|key| key.account.as_str()), Some("ada@example.org"));
    assert_eq!(reasons(keys), [None, Some(Reason::NotTimed)]);
}

#[test]
fn rec_3_an_encrypted_or_other_file_is_refused_as_a_whole() {
    let encrypted = r#"{"version":1,"header":{"slots":[]},"db":"b64=="}"#;
    assert_eq!(fault(aegis(encrypted, &wanted())), ("line", Reason::Encrypted));
    for text in ["", "{}", "[]", "\n{\"db\":7}", r#"{"db":{"entries":[{"type":"totp"}]}}"#] {
        assert!(matches!(fault(aegis(text, &wanted())).1, Reason::NotExport(_)), "{text}");
    }
    for text in ["", "{}", "[7]", AEGIS] {
        assert!(matches!(fault(andotp(text, &wanted())).1, Reason::NotExport(_)), "{text}");
    }
}

proptest! {
    #[test]
    fn rec_3_no_line_makes_a_reader_panic(text in "\\PC{0,200}") {
        let _ = json(&text);
        let _ = uri(&text, &wanted());
        let _ = aegis(&text, &wanted());
        let _ = andotp(&text, &wanted());
        let _ = Columns::parse(text.split(','));
    }

    #[test]
    fn rec_3_no_address_makes_its_reader_panic(rest in "[%:@?&=#a-z0-9A-Z/+ä]{0,80}") {
        let _ = totp(&rest);
        let _ = uri(&format!("otpauth-migration://offline?data={rest}"), &wanted());
    }

    #[test]
    fn rec_3_no_payload_makes_its_reader_panic(message in prop::collection::vec(any::<u8>(), 0..200)) {
        let data = BASE64.encode(&message).replace('+', "%2B");
        let _ = uri(&format!("otpauth-migration://offline?data={data}"), &wanted());
    }

    #[test]
    fn rec_3_every_key_comes_back_as_it_was_exported(secret in prop::collection::vec(any::<u8>(), 16..=64)) {
        let line = payload(&[entry(&secret, "ada@example.org", &[])]);
        let key = uri(&line, &wanted()).unwrap().remove(0).ok().unwrap();
        prop_assert_eq!(key.secret.as_bytes(), &secret[..]);
        let own = crate::factor::totp::otpauth_uri("Acme: x", "ada+x@example.org", &key.secret);
        let again = uri(&own, &wanted()).unwrap().remove(0).ok().unwrap();
        prop_assert_eq!(again.secret.as_bytes(), &secret[..]);
        prop_assert_eq!(again.account.as_str(), "ada+x@example.org");
    }
}
