//! Outside text made safe: for logs, for comparison, and the characters that no name may hold.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

/// Whether this character can change how the text around it is shown or recorded without being seen itself: control
/// characters, line and paragraph separators, direction marks and overrides (Unicode Annex 9, section 2), zero-width
/// and other invisible format characters. Joiners (U+200C, U+200D) are let through: Persian and emoji need them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Makes text from outside fit for one line of a log: hidden characters become `\u{…}` and a backslash is doubled, so
/// nothing can start a line of its own, colour a terminal or imitate an escape (CR, LF, ESC, U+2028 and their like).
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c == '\\' || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character == '\\' {
            out.push_str("\\\\");
        } else if is_hidden(character) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// The text as it is compared where case and spelling of the same letters must not matter: NFKC, lower case, NFKC.
pub fn fold(text: &str) -> String {
    // Lower-casing can leave the normal form, hence the second pass.
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_starts_a_line_or_colours_a_terminal() {
        for (raw, clean) in [
            ("plain é 日本 👩\u{200d}🚀", "plain é 日本 👩\u{200d}🚀"),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("x\u{2028}y\u{2029}z\u{85}", "x\\u{2028}y\\u{2029}z\\u{85}"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("back\\slash \\u{a}", "back\\\\slash \\\\u{a}"),
            ("\0", "\\u{0}"),
        ] {
            assert_eq!(escape(raw), clean);
        }
    }

    #[test]
    fn folding_joins_what_looks_alike_to_a_person() {
        for (left, right) in
            [("STRASSE", "strasse"), ("Ａda", "ADA"), ("cafe\u{301}", "CAF\u{c9}"), ("ﬁn", "FIN")]
        {
            assert_eq!(fold(left), fold(right));
        }
        assert_ne!(fold("müller"), fold("muller"));
    }

    proptest! {
        #[test]
        fn escaped_text_hides_nothing_and_says_which_text_it_was(left: String, right: String) {
            prop_assert!(!escape(&left).chars().any(is_hidden));
            prop_assert_eq!(left == right, escape(&left) == escape(&right));
        }

        #[test]
        fn folding_twice_changes_nothing(text: String) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
