use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use proptest::prelude::*;

use super::*;
use crate::testing::CountingEntropy;

const PLACE: Binding = Binding { table: "authenticator", column: "secret", row: [1; 16], account: [2; 16] };

fn ring(active: u32) -> KeyRing {
    KeyRing::new(KeyId(active), vec![(KeyId(1), [7; 32]), (KeyId(2), [8; 32])]).unwrap()
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    ring(1).seal(&CountingEntropy::new(1), plain, &PLACE)
}

#[test]
fn the_cipher_gives_the_vector_of_the_xchacha_draft() {
    // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    let key = std::array::from_fn(|n| 0x80 + u8::try_from(n).unwrap());
    let nonce = std::array::from_fn(|n| 0x40 + u8::try_from(n).unwrap());
    let aad = HEX.decode(b"50515253c0c1c2c3c4c5c6c7").unwrap();
    let plain =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
        sunscreen would be it.";
    let expected = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39\
        ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c9763\
        7da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
    assert_eq!(HEX.encode(&encrypt(&key, &nonce, plain, &aad)), expected);
}

#[test]
fn the_mac_gives_the_vectors_of_rfc_4231() {
    // Test cases 1 and 2; HMAC fills a short key with zeros to the block, so filling it here changes nothing.
    let filled = |short: &[u8]| {
        let mut key = [0; 32];
        key[..short.len()].copy_from_slice(short);
        key
    };
    for (key, parts, expected) in [
        (
            filled(&[0x0b; 20]),
            vec![&b"Hi "[..], b"There"],
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            filled(b"Jefe"),
            vec![b"what do ya want for nothing?"],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ] {
        assert_eq!(HEX.encode(&hmac(&key, parts)), expected);
    }
}

#[test]
fn derived_values_are_what_another_program_makes_of_them() {
    // Computed with Python's hmac: HKDF-SHA-256 without salt, info "countersign identifier" and "countersign mac test".
    assert_eq!(HEX.encode(&ring(1).identifier("ada@example.org")), "5eb9e4183d7a889de3ddef1ab21bd8bf");
    assert_eq!(ring(2).identifier("ada@example.org"), ring(1).identifier("ada@example.org"));
    let mac = ring(1).mac("test", &[b"one", b"two"]);
    assert_eq!(HEX.encode(&mac), "d782fb8917bd6dfe70204bab5f3813c4fa3668f9398e68c3818930c489d186b3");
    let both = ring(2).macs("test", &[b"one", b"two"]);
    assert_eq!(both, [mac, ring(2).mac("test", &[b"one", b"two"])], "the lowest number first");
}

#[test]
fn all_7_an_envelope_has_its_layout_and_hides_its_content() {
    let envelope = sealed(b"a seed of twenty byt");
    assert_eq!(envelope.len(), 1 + 4 + 24 + 20 + 16);
    assert_eq!(envelope[..5], [1, 0, 0, 0, 1]);
    assert_eq!(key_of(&envelope), Some(KeyId(1)));
    assert!(!envelope.windows(4).any(|window| window == b"seed"));
    assert_eq!(ring(1).open(&envelope, &PLACE).unwrap().as_slice(), b"a seed of twenty byt");
}

#[test]
fn all_7_two_seals_of_the_same_differ() {
    let entropy = CountingEntropy::new(1);
    assert_ne!(ring(1).seal(&entropy, b"same", &PLACE), ring(1).seal(&entropy, b"same", &PLACE));
}

#[test]
fn all_7_an_envelope_opens_at_its_own_place_only() {
    let envelope = sealed(b"seed");
    for elsewhere in [
        Binding { table: "authenticato", ..PLACE },
        Binding { column: "name", ..PLACE },
        Binding { row: [3; 16], ..PLACE },
        Binding { account: [3; 16], ..PLACE },
        Binding { row: PLACE.account, account: PLACE.row, ..PLACE },
        // The same letters with the border elsewhere.
        Binding { table: "authenticators", column: "ecret", ..PLACE },
    ] {
        assert_eq!(ring(1).open(&envelope, &elsewhere).err(), Some(SealError::Broken), "{elsewhere:?}");
    }
}

#[test]
fn all_7_the_key_id_is_bound_too() {
    // Both ids stand for the same key, so nothing but the bound id can tell the difference.
    let twins = KeyRing::new(KeyId(1), vec![(KeyId(1), [7; 32]), (KeyId(2), [7; 32])]).unwrap();
    let mut envelope = twins.seal(&CountingEntropy::new(1), b"seed", &PLACE);
    envelope[4] = 2;
    assert_eq!(twins.open(&envelope, &PLACE).err(), Some(SealError::Broken));
}

#[test]
fn all_7_keys_rotate_and_a_missing_one_is_named() {
    let old = sealed(b"seed");
    assert_eq!(ring(2).open(&old, &PLACE).unwrap().as_slice(), b"seed");
    assert_eq!(key_of(&ring(2).seal(&CountingEntropy::new(2), b"seed", &PLACE)), Some(KeyId(2)));
    let without = KeyRing::new(KeyId(2), vec![(KeyId(2), [8; 32])]).unwrap();
    assert_eq!(without.open(&old, &PLACE).err(), Some(SealError::UnknownKey(KeyId(1))));
    assert!(without.pepper(KeyId(1), &Password::new("x".into())).is_none());
    let mac = ring(1).mac("test", &[b"x"]);
    assert!(ring(2).mac_matches("test", &[b"x"], &mac));
    assert!(!without.mac_matches("test", &[b"x"], &mac));
}

#[test]
fn a_ring_needs_its_active_key_and_distinct_ids() {
    let keys = |ids: &[u32]| ids.iter().map(|&id| (KeyId(id), [7; 32])).collect::<Vec<_>>();
    assert_eq!(KeyRing::new(KeyId(1), keys(&[])).err(), Some(KeyRingFault::ActiveMissing(KeyId(1))));
    assert_eq!(KeyRing::new(KeyId(3), keys(&[1, 2])).err(), Some(KeyRingFault::ActiveMissing(KeyId(3))));
    assert_eq!(KeyRing::new(KeyId(1), keys(&[1, 1])).err(), Some(KeyRingFault::Twice(KeyId(1))));
    assert_eq!(KeyRing::new(KeyId(2), keys(&[5, 2])).unwrap().ids(), [KeyId(2), KeyId(5)]);
}

#[test]
fn values_for_one_purpose_serve_no_other() {
    let ring = ring(1);
    assert!(!ring.mac_matches("two", &[b"x"], &ring.mac("one", &[b"x"])));
    assert_ne!(ring.mac("one", &[b"ab", b"c"]), ring.mac("one", &[b"a", b"bc"]));
    assert_ne!(ring.mac("one", &[b"ab"]), ring.mac("one", &[b"ab", b""]));
    assert!(!ring.mac_matches("one", &[b"x"], &[]));
    assert!(!ring.mac_matches("one", &[b"x"], &ring.mac("one", &[b"x"])[..31]));
    let sub_keys = ring.writing();
    assert!(sub_keys.seal != sub_keys.pepper && sub_keys.pepper != sub_keys.identifier);
}

#[test]
fn composed_and_decomposed_passwords_have_one_pepper() {
    let pepper = |text: &str| ring(1).pepper(KeyId(1), &Password::new(text.into())).unwrap();
    assert_eq!(pepper("caf\u{e9}"), pepper("cafe\u{301}"));
    assert_ne!(pepper("caf\u{e9}"), pepper("cafe"));
}

#[test]
fn keys_and_their_ids_are_read_back() {
    let key = MasterKey::new(&CountingEntropy::new(1));
    assert_eq!(MasterKey::parse(&key.reveal()).unwrap().0, key.0);
    for wrong in ["", "AAAA", &key.reveal()[1..], &format!("{}\n", *key.reveal())] {
        assert!(MasterKey::parse(wrong).is_none(), "{wrong}");
    }
    assert_eq!("k17".parse(), Ok(KeyId(17)));
    for wrong in ["", "k", "17", "k-1", "k+1", "k01", "K1", "k4294967296"] {
        assert_eq!(wrong.parse::<KeyId>(), Err(KeyIdFault), "{wrong}");
    }
}

proptest! {
    #[test]
    fn all_7_what_was_sealed_is_opened_and_one_changed_bit_breaks_it(
        plain in proptest::collection::vec(any::<u8>(), 0..80), row: [u8; 16], account: [u8; 16], at: usize, bit in 0..8u32,
    ) {
        let place = Binding { row, account, ..PLACE };
        let mut envelope = ring(2).seal(&CountingEntropy::new(3), &plain, &place);
        let opened = ring(2).open(&envelope, &place).unwrap();
        prop_assert_eq!(opened.as_slice(), &plain);
        let at = at % envelope.len();
        envelope[at] ^= 1 << bit;
        prop_assert!(ring(2).open(&envelope, &place).is_err());
    }

    #[test]
    fn all_7_another_row_or_account_never_opens(row: [u8; 16], account: [u8; 16]) {
        let place = Binding { row, account, ..PLACE };
        prop_assume!(place != PLACE);
        prop_assert_eq!(ring(1).open(&sealed(b"seed"), &place).err(), Some(SealError::Broken));
    }

    #[test]
    fn no_bytes_make_the_opener_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(ring(1).open(&bytes, &PLACE).is_err());
        let mut bytes = bytes;
        bytes.splice(..0, [1, 0, 0, 0, 1]);
        prop_assert_eq!(ring(1).open(&bytes, &PLACE).err(), Some(SealError::Broken));
    }
}
