use proptest::prelude::*;

use super::*;
use crate::testing::CountingEntropy;

const CONTEXT: Context<'_> = Context {
    email: "ada.lovelace@analytical-engines.example",
    display_name: "Ada King Lovelace",
    organisation: "Nordwind Telekom GmbH",
    product: "Countersign",
};

fn ring(active: u32) -> KeyRing {
    KeyRing::new(KeyId(active), vec![(KeyId(1), [7; 32]), (KeyId(2), [8; 32])]).unwrap()
}

fn tiny() -> Parameters {
    Parameters::new(8, 1, 1).unwrap()
}

fn typed(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn hashed(text: &str) -> PasswordHash {
    hash(&ring(1), &CountingEntropy::new(1), &typed(text), tiny(), &mut HashMemory::new())
}

fn verified(stored: &PasswordHash, text: &str) -> Result<Verified, HashFault> {
    verify(&ring(1), stored, &typed(text), tiny(), &mut HashMemory::new())
}

fn faults(text: &str, floor: usize) -> Vec<PasswordFault> {
    check_new(&typed(text), &CONTEXT, floor).err().unwrap_or_default()
}

#[test]
fn all_7_real_parameters_make_an_argon2id_hash_that_only_the_password_fits() {
    assert!(Parameters::DEFAULT.meets_floor());
    let mut memory = HashMemory::new();
    let stored =
        hash(&ring(1), &CountingEntropy::new(1), &typed("correct horse"), Parameters::DEFAULT, &mut memory);
    assert!(stored.phc.starts_with("$argon2id$v=19$m=47104,t=2,p=1$"), "{}", stored.phc);
    let mut check = |text: &str| verify(&ring(1), &stored, &typed(text), Parameters::DEFAULT, &mut memory);
    assert_eq!(check("correct horse"), Ok(Verified::Right { rehash: false }));
    assert_eq!(check("correct horsf"), Ok(Verified::Wrong));
}

#[test]
fn the_hash_is_what_another_argon2_makes_of_the_peppered_password() {
    // Computed with Python's hmac and the reference implementation of Argon2 (argon2-cffi): HKDF-SHA-256 of the key
    // 07…07 with info "countersign pepper", HMAC of "correct horse", Argon2id with salt 00 01 … 0f.
    struct Steps;
    impl Entropy for Steps {
        fn fill(&self, bytes: &mut [u8]) {
            for (value, byte) in (0..).zip(bytes) {
                *byte = value;
            }
        }
    }
    let stored = hash(&ring(1), &Steps, &typed("correct horse"), tiny(), &mut HashMemory::new());
    assert_eq!(
        stored.phc,
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$j6Op+EzU+uHyqQheSr3q1U4S/sfWPZk8H/kObP7sKaY"
    );
}

#[test]
fn the_password_is_checked_exactly_as_typed() {
    let long = "x1y2z3w4v5".repeat(10);
    let stored = hashed(&long);
    assert_eq!(verified(&stored, &long), Ok(Verified::Right { rehash: false }));
    for wrong in
        [long.to_uppercase(), long[..99].to_owned(), format!("{long} "), format!(" {long}"), String::new()]
    {
        assert_eq!(verified(&stored, &wrong), Ok(Verified::Wrong), "{wrong}");
    }
}

#[test]
fn composed_and_decomposed_letters_sign_in_alike() {
    let stored = hashed("caf\u{e9} au lait");
    assert_eq!(verified(&stored, "cafe\u{301} au lait"), Ok(Verified::Right { rehash: false }));
    assert_eq!(verified(&stored, "cafe au lait"), Ok(Verified::Wrong));
}

#[test]
fn a_weaker_hash_or_an_older_pepper_is_to_be_renewed() {
    let stored = hashed("secret");
    let judge =
        |active, wanted| verify(&ring(active), &stored, &typed("secret"), wanted, &mut HashMemory::new());
    let better = |memory, passes, lanes| Parameters::new(memory, passes, lanes).unwrap();
    assert_eq!(judge(1, tiny()), Ok(Verified::Right { rehash: false }));
    assert_eq!(judge(2, tiny()), Ok(Verified::Right { rehash: true }), "another key is active");
    assert_eq!(judge(1, better(9, 1, 1)), Ok(Verified::Right { rehash: true }), "more memory");
    assert_eq!(judge(1, better(8, 2, 1)), Ok(Verified::Right { rehash: true }), "more passes");
    let strong =
        hash(&ring(1), &CountingEntropy::new(1), &typed("s"), better(16, 2, 1), &mut HashMemory::new());
    let judged = verify(&ring(1), &strong, &typed("s"), tiny(), &mut HashMemory::new());
    assert_eq!(judged, Ok(Verified::Right { rehash: false }), "stronger than wanted is kept");
}

#[test]
fn a_missing_key_or_a_broken_row_is_a_fault_and_no_wrong_password() {
    let stored = hashed("secret");
    let other = KeyRing::new(KeyId(3), vec![(KeyId(3), [1; 32])]).unwrap();
    let judged = verify(&other, &stored, &typed("secret"), tiny(), &mut HashMemory::new());
    assert_eq!(judged, Err(HashFault::UnknownKey(KeyId(1))));
    for phc in [
        String::new(),
        stored.phc.replace("argon2id", "argon2i"),
        stored.phc.replace("v=19", "v=16"),
        stored.phc.replace("m=8", "m=4294967295"),
        stored.phc.replace("m=8,", ""),
        stored.phc.replace("t=1", "t=0"),
        stored.phc[..stored.phc.len() - 10].to_owned(),
        stored.phc[..stored.phc.len() - 44].to_owned(),
        format!("{}$x", stored.phc),
    ] {
        let broken = PasswordHash { phc: phc.clone(), ..stored.clone() };
        assert_eq!(verified(&broken, "secret"), Err(HashFault::Broken), "{phc}");
    }
}

#[test]
fn another_pepper_or_salt_is_another_hash() {
    let hash = |ring: &KeyRing, seed| {
        hash(ring, &CountingEntropy::new(seed), &typed("secret"), tiny(), &mut HashMemory::new())
    };
    assert_ne!(hash(&ring(1), 1), hash(&ring(1), 2));
    let (one, two) = (hash(&ring(1), 1), hash(&ring(2), 1));
    assert_ne!(one.phc, two.phc);
    let swapped = PasswordHash { pepper_key: KeyId(2), ..one };
    assert_eq!(verified(&swapped, "secret"), Ok(Verified::Wrong));
}

#[test]
fn the_dummy_costs_what_a_real_hash_costs_and_fits_nothing() {
    let dummy_hash = dummy(&ring(1), tiny());
    assert!(dummy_hash.phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    assert_eq!(dummy_hash.phc.len(), hashed("secret").phc.len());
    assert_eq!(dummy_hash, dummy(&ring(1), tiny()));
    for text in ["", "dummy password", "secret"] {
        assert_eq!(verified(&dummy_hash, text), Ok(Verified::Wrong));
    }
}

#[test]
fn memory_is_reused_between_hashes_of_any_size_and_given_back() {
    let mut memory = HashMemory::new();
    let large = Parameters::new(64, 1, 1).unwrap();
    let first = hash(&ring(1), &CountingEntropy::new(1), &typed("a"), large, &mut memory);
    assert_eq!(memory.0.len(), 64);
    let small = hash(&ring(1), &CountingEntropy::new(1), &typed("a"), tiny(), &mut memory);
    assert_eq!(small, hashed("a"), "what the memory held before does not matter");
    memory.release();
    assert_eq!(memory.0.capacity(), 0);
    assert_eq!(hash(&ring(1), &CountingEntropy::new(1), &typed("a"), large, &mut memory), first);
}

#[test]
fn parameters_argon2_cannot_work_with_are_refused_and_weak_ones_known() {
    for (memory, passes, lanes) in [(7, 1, 1), (8, 0, 1), (8, 1, 0), (15, 1, 2), (1024 * 1024 + 1, 1, 1)] {
        assert_eq!(Parameters::new(memory, passes, lanes), Err(ParametersFault));
    }
    for (memory, passes, strong) in [
        (47_104, 1, true),
        (47_103, 1, false),
        (19_456, 2, true),
        (19_455, 2, false),
        (12_288, 3, true),
        (12_287, 9, false),
    ] {
        assert_eq!(
            Parameters::new(memory, passes, 1).unwrap().meets_floor(),
            strong,
            "{memory} KiB, {passes}"
        );
    }
}

#[test]
fn length_is_counted_in_code_points_after_normalisation() {
    let too_short = |min| vec![PasswordFault::TooShort { min }];
    for (text, floor, expected) in [
        ("xkqwzjvpmtrghy", SHORTEST_ALONE, too_short(15)),
        ("xkqwzjvpmtrghyd", SHORTEST_ALONE, vec![]),
        ("xkqwzjv", SHORTEST_WITH_SECOND_STEP, too_short(8)),
        ("xkqwzjvp", SHORTEST_WITH_SECOND_STEP, vec![]),
        ("éèêëôöûüñçàâäîï", SHORTEST_ALONE, vec![]),
        ("🦊🐙🦉🐢🦋🐌🐝🪲", SHORTEST_WITH_SECOND_STEP, vec![]),
        // Fourteen letters, fifteen code points as typed.
        ("xkqwzjvpmtrgh\u{e9}", SHORTEST_ALONE, too_short(15)),
        ("xkqwzjvpmtrghe\u{301}", SHORTEST_ALONE, too_short(15)),
    ] {
        assert_eq!(faults(text, floor), expected, "{text}");
    }
}

#[test]
fn long_passwords_are_accepted_up_to_256_characters_and_1024_bytes() {
    // Letters that repeat nothing: a walk with a growing step.
    let letters: String =
        (0..400u32).map(|n| char::from(b'a' + u8::try_from(n * n * 7 % 23).unwrap())).collect();
    let with = |length: usize| {
        letters
            .chars()
            .take(length)
            .zip("qxj".chars().cycle())
            .flat_map(|(a, b)| [a, b])
            .take(length)
            .collect::<String>()
    };
    for length in [64, 128, 256] {
        assert_eq!(faults(&with(length), SHORTEST_ALONE), [], "{length}");
    }
    let too_long = [PasswordFault::TooLong { max: 256 }];
    assert_eq!(faults(&with(257), SHORTEST_ALONE), too_long);
    let four_bytes: String = (0..256u32).filter_map(|n| char::from_u32(0x20000 + n * n)).collect();
    assert_eq!((four_bytes.chars().count(), four_bytes.len()), (256, 1024));
    assert_eq!(faults(&four_bytes, SHORTEST_ALONE), []);
    assert_eq!(faults(&(four_bytes + "a"), SHORTEST_ALONE), too_long);
    // Few code points as typed, many after normalisation.
    assert_eq!(faults(&"\u{fdfa}".repeat(20), SHORTEST_ALONE), too_long);
}

#[test]
fn there_are_no_rules_of_composition() {
    for text in
        ["xkqwzjvpmtrghydlbnfc", "84736291058263947162", "XKQWZJVPMTRGHYDLBNFC", "   x k q w z j v p m t"]
    {
        assert_eq!(faults(text, SHORTEST_ALONE), [], "{text}");
    }
}

#[test]
fn words_of_the_context_are_refused_and_named() {
    use ContextWord::{DisplayName, EmailDomain, EmailName, Organisation, Product};
    for (text, word) in [
        ("Countersign", Product),
        ("c0unt3r$1gn2024!", Product),
        ("countersigncountersign", Product),
        ("Nordwind Telekom GmbH", Organisation),
        ("nordwind-1234", Organisation),
        ("nordwindtelekomgmbh", Organisation),
        ("ada.lovelace", EmailName),
        ("adalovelace1815", EmailName),
        ("analytical-engines.example", EmailDomain),
        ("ada.lovelace@analytical-engines.example", EmailDomain),
        ("Ada King Lovelace", DisplayName),
        ("ecalevolgnikada", DisplayName),
    ] {
        let found = faults(text, SHORTEST_WITH_SECOND_STEP);
        assert!(found.contains(&PasswordFault::Context(word)), "{text}: {found:?}");
    }
    let several = faults("countersign-lovelace", SHORTEST_WITH_SECOND_STEP);
    assert!(several.contains(&PasswordFault::Context(Product)), "{several:?}");
    assert_eq!(faults("passwordpassword", SHORTEST_ALONE), [PasswordFault::Common]);
    assert_eq!(faults("velvet lovelace anchor tulip", SHORTEST_ALONE), []);
}

#[test]
fn an_empty_context_blames_nothing() {
    let context = Context { email: "", display_name: "", organisation: "", product: "" };
    assert_eq!(check_new(&typed("velvet anchor tulip mango"), &context, SHORTEST_ALONE), Ok(()));
}

#[test]
fn every_fault_has_its_own_words() {
    let all = [
        PasswordFault::TooShort { min: 15 },
        PasswordFault::TooLong { max: 256 },
        PasswordFault::Common,
        PasswordFault::Context(ContextWord::Product),
        PasswordFault::Context(ContextWord::Organisation),
        PasswordFault::Context(ContextWord::EmailName),
        PasswordFault::Context(ContextWord::EmailDomain),
        PasswordFault::Context(ContextWord::DisplayName),
    ];
    let keys: std::collections::BTreeSet<_> = all.iter().map(|fault| fault.text().key).collect();
    assert_eq!(keys.len(), all.len());
    assert_eq!(all[0].text(), Text::new("password-fault-too-short").with("min", 15_usize));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_is_right_for_itself_and_wrong_for_another(left in "\\PC{0,40}", right in "\\PC{0,40}") {
        let stored = hashed(&left);
        prop_assert_eq!(verified(&stored, &left), Ok(Verified::Right { rehash: false }));
        let same = *typed(&left).nfkc() == *typed(&right).nfkc();
        prop_assert_eq!(verified(&stored, &right) == Ok(Verified::Right { rehash: false }), same);
    }

    #[test]
    fn no_text_makes_the_rules_or_the_reader_panic(text in "\\PC{0,80}", phc in "[$a-z0-9=,+/]{0,80}") {
        let _ = check_new(&typed(&text), &CONTEXT, SHORTEST_ALONE);
        let stored = PasswordHash { phc, pepper_key: KeyId(1) };
        prop_assert_eq!(verified(&stored, &text), Err(HashFault::Broken));
    }
}
