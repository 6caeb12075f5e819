use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// The shortest length where a password is the only proof.
const FLOOR: usize = 15;

#[test]
fn the_list_is_large_sorted_distinct_and_folded() {
    let lines: Vec<&str> = LIST.lines().collect();
    assert!(lines.len() >= 100_000, "{} entries", lines.len());
    assert_eq!(len(), lines.len());
    assert!(LIST.ends_with('\n'));
    assert!(lines.is_sorted_by(|left, right| left.as_bytes() < right.as_bytes()), "sorted and distinct");
    for line in lines {
        assert_eq!(fold(line), line);
        assert!((SHORTEST_WORD..=LONGEST_WORD).contains(&line.chars().count()), "{line}");
    }
}

#[test]
fn every_tenth_entry_and_both_ends_are_found_and_their_neighbours_are_not() {
    let lines: Vec<&str> = LIST.lines().collect();
    for line in lines.iter().step_by(10).chain(lines.first()).chain(lines.last()) {
        assert!(contains(line), "{line}");
        assert!(!contains(&format!("{line}\u{1}")), "{line} and one more");
    }
    for absent in ["", "\u{1}", "\u{10ffff}", "\n", "passwor\nd", "Password"] {
        assert!(!contains(absent), "{absent:?}");
    }
}

#[test]
fn common_long_passwords_are_refused() {
    for password in [
        "passwordpassword",
        "123456789012345",
        "1234567890123456",
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y7u8i",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaaaaa",
        "iloveyouiloveyou",
        "abcdefghijklmnop",
        "987654321987654321",
        "qwertyqwertyqwerty",
        "password12345678",
        "Password123456!!",
        "P@ssw0rdP@ssw0rd",
        "iloveyou20231231",
        "password-password",
        "sunshineprincess",
        "zxcvbnmasdfghjkl",
        "qwerty123456789!",
        "letmeinletmeinletmein",
        "drowssapdrowssap",
        "111111222222333333",
        "!!!Superman1234!!!",
        "1234qwer1234qwer",
        "monkey monkey monkey",
        "abc123abc123abc123",
        "responsibilities",
        "M0nk3yDr@g0n2024",
        "qwertzuiopasdfghjkl",
        "azertyuiopqsdfgh",
        "passwordpasswordx",
        "xiloveyou20231231",
        "１２３４５６７８９０１２３４５",
    ] {
        let text = crate::secret::Password::new(password.into()).nfkc();
        assert!(is_common(&text, FLOOR), "{password}");
    }
}

#[test]
fn common_short_passwords_are_refused_where_eight_characters_suffice() {
    for password in [
        "password",
        "12345678",
        "Passw0rd!",
        "qwertyui",
        "monkey12",
        "11111111",
        "iloveyou",
        "abcd1234",
        "!QAZ2wsx",
    ] {
        assert!(is_common(password, 8), "{password}");
    }
}

#[test]
fn the_shape_of_a_variant_has_limits() {
    let ada = context_words("ada");
    for (text, near) in [("ada123xyz", true), ("ada8371926", false), ("8371ada", true), ("xada", false)] {
        assert_eq!(is_made_of(text, &ada), near, "{text}");
    }
    assert!(is_common("1987monkey1987", FLOOR), "one word and eight digits");
    assert!(!is_common("#8?2&monkey%4;9/", FLOOR), "one word and ten others");
    assert!(is_common("12monkey-dragon9", FLOOR), "two words and four others");
    assert!(!is_common("?8:monkey:dragon:8?", FLOOR), "two words and seven others");
}

#[test]
fn several_random_words_and_random_characters_are_accepted() {
    for password in [
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "Lampe-Giraffe-Kupfer-Nebel",
        "velvet.anchor.tulip",
        "orbit mango thunder",
        "the goat ate my 3 blue hats",
        "xkqwzjvpmtrghydlbnfc",
        "84736291058263947162",
        "tR7#mQ2$vL9@kX4!",
        "häuser wachsen nachts rückwärts",
        "木漏れ日の中で猫が静かに眠っている",
    ] {
        assert!(!is_common(password, FLOOR), "{password}");
    }
    for password in ["xkqwzjvp", "84736291", "tR7#mQ2$"] {
        assert!(!is_common(password, 8), "{password}");
    }
}

#[test]
fn a_short_piece_is_no_better_for_being_repeated() {
    assert!(is_common("xkqwzjvpxkqwzjvp", FLOOR));
    assert!(!is_common("xkqwzjvpxkqwzjvp", 8));
    let piece = |text: &str| repeated_piece(&text.chars().collect::<Vec<_>>()).len();
    for (text, length) in
        [("", 0), ("a", 1), ("aa", 1), ("abab", 2), ("ababa", 2), ("abcab", 5), ("abcabc", 3)]
    {
        assert_eq!(piece(text), length, "{text}");
    }
}

#[test]
fn runs_follow_the_fingers() {
    for (text, length) in [
        ("aaab", 3),
        ("abcx", 3),
        ("cbax", 3),
        ("89012", 5),
        ("qwex", 3),
        ("poiu", 4),
        ("1q2w3", 5),
        ("x", 1),
    ] {
        assert_eq!(run_length(&text.chars().collect::<Vec<_>>()), length, "{text}");
    }
}

#[test]
fn context_words_come_whole_and_in_parts() {
    assert_eq!(context_words("Ada K. Lovelace"), ["ada", "adaklovelace", "lovelace"]);
    assert_eq!(context_words("mail.example.org"), ["example", "mail", "mailexampleorg", "org"]);
    assert!(context_words("").is_empty());
    assert!(context_words("A. B.").is_empty());
}

/// Words as a person might draw them: of letters, from everywhere in the list.
fn drawn_word() -> impl Strategy<Value = &'static str> {
    let words: Vec<&str> = LIST
        .lines()
        .filter(|line| (5..=9).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect();
    select(words)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_or_two_words_are_refused_however_they_are_dressed(
        word in drawn_word(), other in drawn_word(), tail in "[0-9!.]{0,4}", upper: bool,
    ) {
        let dress = |text: String| if upper { text.to_uppercase() } else { text };
        let alone = dress(format!("{word}{tail}"));
        prop_assert!(is_common(&alone, 8), "{}", alone);
        let both = dress(format!("{word}{other}{tail}"));
        prop_assert!(is_common(&both, 8), "{}", both);
        let leet = word.replace('a', "4").replace('e', "3").replace('o', "0").replace('i', "1").replace('s', "$");
        // Without a letter left it is a number, and not leet for some word.
        let has_letter = leet.chars().any(char::is_alphabetic);
        prop_assert!(!has_letter || is_common(&leet, 8), "{}", leet);
    }

    #[test]
    fn five_words_are_accepted(words in proptest::collection::vec(drawn_word(), 5)) {
        let text = words.join(" ");
        prop_assume!(words.iter().collect::<std::collections::BTreeSet<_>>().len() == 5);
        prop_assert!(!is_common(&text, FLOOR), "{}", text);
    }

    #[test]
    fn random_letters_are_accepted(text in "[a-z]{20}") {
        prop_assert!(!is_common(&text, FLOOR), "{}", text);
    }

    #[test]
    fn no_text_makes_the_search_panic(text in "\\PC{0,40}", word in "\\PC{0,10}") {
        is_common(&text, FLOOR);
        is_near(&text, &context_words(&word));
    }
}
