//! Hashes that other programs made: the reference implementation of Argon2, libxcrypt, OpenSSL.

use proptest::prelude::*;

use super::*;
use crate::keys::KeyId;
use crate::password::{self, HashMemory, Parameters, Verified};
use crate::testing::CountingEntropy;

const TYPED: &str = "Correct horse \u{e9}";

/// Each with the password that it was made from.
const GOOD: &[(&str, &str)] = &[
    ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
    ("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"),
    ("$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E", "password"),
    ("$argon2i$v=16$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs", "password"),
    ("$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY", "password"),
    ("$2b$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i", TYPED),
    ("$2a$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i", TYPED),
    ("$2y$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i", TYPED),
    ("$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8", TYPED),
    ("$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI", TYPED),
    ("$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0.Ohss7eOUGcObIAlRxI", TYPED),
    (
        "$pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$OaLl9NXGrrcTU5+Uzj3jkFuhMuzwYILmCELNrxpcxS90pTaG/zUlqFbsj\
         dLts8gGcC3gqfxYk9gxcByYE5kzIw",
        TYPED,
    ),
];

fn ring(key: u32) -> KeyRing {
    KeyRing::new(KeyId(key), vec![(KeyId(key), [7; 32])]).unwrap()
}

fn verified(hash: &str, typed: &str) -> Result<Verified, HashFault> {
    let ring = ring(1);
    let kept = keep(&ring, &CountingEntropy::new(1), hash).expect(hash);
    let wanted = Parameters::new(64, 1, 1).unwrap();
    password::verify(&ring, &kept, &Password::new(typed.to_owned()), wanted, &mut HashMemory::new())
}

fn fault(text: &str) -> Option<ForeignFault> {
    ForeignHash::parse(text).err()
}

#[test]
fn rec_3_hashes_of_other_programs_know_their_password_and_no_other_one() {
    for (hash, typed) in GOOD {
        assert_eq!(verified(hash, typed), Ok(Verified::Right { rehash: true }), "{hash}");
        for wrong in [format!("{typed} "), typed[1..].to_owned(), typed.to_uppercase(), String::new()] {
            assert_eq!(verified(hash, &wrong), Ok(Verified::Wrong), "{hash} {wrong}");
        }
    }
}

#[test]
fn rec_3_a_password_is_tried_as_typed_and_then_normalised() {
    let bcrypt = GOOD[5].0;
    let decomposed = "Correct horse e\u{301}";
    assert_eq!(verified(bcrypt, decomposed), Ok(Verified::Right { rehash: true }));
    // Made from the decomposed form: right as it is typed, though its normal form is another text.
    let salt = BASE64_NOPAD.encode(&[5; 16]);
    let mut output = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(decomposed.as_bytes(), &[5; 16], 1000, &mut output);
    let hash = format!("$pbkdf2-sha256$i=1000${salt}${}", BASE64_NOPAD.encode(&output));
    assert_eq!(verified(&hash, decomposed), Ok(Verified::Right { rehash: true }));
    assert_eq!(verified(&hash, TYPED), Ok(Verified::Wrong));
}

#[test]
fn rec_3_bcrypt_looks_at_72_bytes_as_the_system_did_that_made_the_hash() {
    let hash = "$2b$04$abcdefghijklmnopqrstuum2G75IXDN/xsgbNa/hCiPSKyIHQd70S";
    let eighty = "0123456789".repeat(8);
    // What the old hash never looked at does not become part of the password.
    for (right, rehash) in
        [(eighty.clone(), false), (eighty[..72].to_owned(), true), (format!("{eighty} and more"), false)]
    {
        assert_eq!(verified(hash, &right), Ok(Verified::Right { rehash }), "{right}");
    }
    for wrong in [&eighty[..71], &eighty[1..], "01234567890123456789\0"] {
        assert_eq!(verified(hash, wrong), Ok(Verified::Wrong), "{wrong}");
    }
}

#[test]
fn all_7_a_kept_hash_is_sealed_and_cannot_be_made_without_the_key() {
    let (hash, typed) = GOOD[0];
    let kept = keep(&ring(1), &CountingEntropy::new(1), hash).unwrap();
    assert!(!kept.phc.contains("c29tZXNhbHQ") && kept.phc.starts_with("$sealed$"));
    let password = Password::new(typed.to_owned());
    let wanted = Parameters::new(64, 1, 1).unwrap();
    let verify = |ring: &KeyRing, phc: &str| {
        let stored = PasswordHash { phc: phc.to_owned(), pepper_key: KeyId(1) };
        password::verify(ring, &stored, &password, wanted, &mut HashMemory::new())
    };
    assert_eq!(verify(&ring(1), hash), Ok(Verified::Wrong), "unsealed, it is taken for one with our pepper");
    assert_eq!(verify(&ring(1), GOOD[5].0), Err(HashFault::Broken), "unsealed, it counts for nothing");
    assert_eq!(verify(&ring(2), &kept.phc), Err(HashFault::UnknownKey(KeyId(1))));
    assert_eq!(verify(&ring(1), "$sealed$AAAA"), Err(HashFault::Broken));
    assert_eq!(verify(&ring(1), "$sealed$ä"), Err(HashFault::Broken));
    let own_seal = KeyRing::new(KeyId(1), vec![(KeyId(1), [8; 32])]).unwrap();
    let forged = keep(&own_seal, &CountingEntropy::new(1), hash).unwrap();
    assert_eq!(verify(&ring(1), &forged.phc), Err(HashFault::Broken));
}

#[test]
fn rec_3_what_would_let_a_sign_in_stop_the_server_is_refused() {
    for hash in [
        "$argon2id$v=19$m=262145,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=65536,t=33,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=4294967296,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=1024,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=1024,t=1,p=17$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$2b$16$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i",
        "$2b$31$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i",
        "$scrypt$ln=19,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
        "$scrypt$ln=63,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
        "$scrypt$ln=18,r=8,p=16$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
        "$pbkdf2-sha256$i=5000001$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI",
    ] {
        assert_eq!(fault(hash), Some(ForeignFault::TooCostly), "{hash}");
    }
}

#[test]
fn rec_3_argon2d_is_taken_too() {
    let params = Params::new(256, 2, 1, Some(32)).unwrap();
    let mut output = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2d, Version::V0x13, params);
    argon2.hash_password_into(b"password", b"somesalt", &mut output).unwrap();
    let hash = format!("$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ${}", BASE64_NOPAD.encode(&output));
    assert_eq!(verified(&hash, "password"), Ok(Verified::Right { rehash: true }));
    assert_eq!(verified(&hash.replace("argon2d", "argon2id"), "password"), Ok(Verified::Wrong));
}

#[test]
fn rec_3_the_largest_hashes_that_are_taken_are_within_the_limits() {
    for hash in [
        "$argon2id$v=19$m=262144,t=8,p=4$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$2y$15$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i",
        "$scrypt$ln=17,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
        "$scrypt$ln=18,r=8,p=8$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
        "$pbkdf2-sha256$i=5000000$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI",
    ] {
        assert_eq!(fault(hash), None, "{hash}");
    }
}

#[test]
fn rec_3_what_is_no_hash_of_a_known_kind_is_refused_with_its_reason() {
    let salted = "AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI";
    for (hash, expected) in [
        (String::new(), ForeignFault::UnknownKind),
        ("hunter2".into(), ForeignFault::UnknownKind),
        ("5f4dcc3b5aa765d61d8327deb882cf99".into(), ForeignFault::UnknownKind),
        ("$1$salt$hash".into(), ForeignFault::UnknownKind),
        ("$6$salt$hash".into(), ForeignFault::UnknownKind),
        ("$2x$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i".into(), ForeignFault::UnknownKind),
        ("$sealed$AAAA".into(), ForeignFault::UnknownKind),
        ("$2b$4$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i".into(), ForeignFault::Broken),
        ("$2b$03$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i".into(), ForeignFault::Broken),
        ("$2b$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1".into(), ForeignFault::Broken),
        ("$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5".into(), ForeignFault::Broken),
        ("$argon2id$v=19$m=256,t=2,p=1,p=1$c29tZXNhbHQ$bQk8".into(), ForeignFault::Broken),
        ("$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$bQk8".into(), ForeignFault::Broken),
        ("$argon2id$v=19$m=256,t=2,p=1,data=AA$c29tZXNhbHQ$bQk8".into(), ForeignFault::Broken),
        (format!("$pbkdf2-sha256$i=1000,l=31${salted}"), ForeignFault::Broken),
        (format!("$pbkdf2-sha256$i=01000${salted}"), ForeignFault::Broken),
        (format!("$pbkdf2-sha256$i=+1000${salted}"), ForeignFault::Broken),
        (format!("$pbkdf2-sha256$i=1000$i=1000${salted}"), ForeignFault::Broken),
        (format!("$pbkdf2-sha256$i=999${salted}"), ForeignFault::TooWeak),
        (format!("$scrypt$ln=9,r=8,p=1${salted}"), ForeignFault::TooWeak),
        (format!("$pbkdf2-sha256$i=1000${}$AA", "A".repeat(600)), ForeignFault::Broken),
    ] {
        assert_eq!(fault(&hash), Some(expected), "{hash}");
    }
}

proptest! {
    #[test]
    fn rec_3_no_text_makes_the_hash_reader_panic(text in "\\PC{0,120}") {
        let _ = fault(&text);
    }

    #[test]
    fn rec_3_nothing_that_begins_like_a_hash_makes_its_reader_panic(
        kind in "argon2id|argon2i|2b|scrypt|pbkdf2-sha256", rest in "[-$=,0-9a-z./+äv]{0,90}"
    ) {
        let _ = fault(&format!("${kind}${rest}"));
    }
}
