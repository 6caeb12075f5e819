//! Names that people give: to themselves and to their devices.

use unicode_normalization::UnicodeNormalization;

use crate::clean::{fold, is_hidden};
use crate::text::Text;

/// Longest display name in code points.
pub const LONGEST_DISPLAY_NAME: usize = 80;
/// Longest name of a device in code points; it has to fit a row on a phone's screen.
pub const LONGEST_DEVICE_NAME: usize = 40;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing that can be seen was typed.
    #[error("the name is empty")]
    Empty,
    /// It has more code points than this.
    #[error("the name is longer than {0} characters")]
    TooLong(usize),
    /// It holds a control character, a change of direction or another invisible character.
    #[error("the name has a character that is not allowed")]
    Character,
}

impl NameFault {
    /// What to tell the person; `most` is the longest length.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::new("name-fault-empty"),
            Self::TooLong(most) => Text::new("name-fault-too-long").with("most", most),
            Self::Character => Text::new("name-fault-character"),
        }
    }
}

/// The name of a person or a desk, as others see it: 1 to [`LONGEST_DISPLAY_NAME`] code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// The name of an authenticator device ("Philipp iPhone", APP-4): 1 to [`LONGEST_DEVICE_NAME`] code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceName(String);

impl DisplayName {
    /// Reads a name as it was typed; blanks around it are dropped and runs of blanks become one.
    ///
    /// # Errors
    /// Names the first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        name(text, LONGEST_DISPLAY_NAME).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DeviceName {
    /// Reads a name as it was typed; blanks around it are dropped and runs of blanks become one.
    ///
    /// # Errors
    /// Names the first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        name(text, LONGEST_DEVICE_NAME).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What decides whether two devices of an account bear the same name: case and spelling do not.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

fn name(text: &str, longest: usize) -> Result<String, NameFault> {
    // Before blanks are joined, because a line break is a blank as well.
    if text.trim().chars().any(is_hidden) {
        return Err(NameFault::Character);
    }
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if text.chars().all(|c| matches!(c, ' ' | '\u{200c}' | '\u{200d}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'))
    {
        return Err(NameFault::Empty);
    }
    if text.chars().count() > longest { Err(NameFault::TooLong(longest)) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_kept_as_typed_but_for_blanks() {
        for (typed, kept) in [
            ("  Ada  Lovelace ", "Ada Lovelace"),
            ("Zoe\u{308}", "Zo\u{eb}"),
            ("سارا", "سارا"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
            ("<b>&", "<b>&"),
        ] {
            assert_eq!(DisplayName::parse(typed).as_ref().map(DisplayName::as_str), Ok(kept));
        }
    }

    #[test]
    fn hidden_characters_and_empty_or_long_names_are_refused() {
        for (typed, fault) in [
            ("", NameFault::Empty),
            ("  \n ", NameFault::Empty),
            ("\u{200d}\u{3164}", NameFault::Empty),
            ("a\nb", NameFault::Character),
            ("a\u{1b}[2J", NameFault::Character),
            ("support\u{202e}", NameFault::Character),
            ("a\u{200b}b", NameFault::Character),
            (&"x".repeat(81), NameFault::TooLong(80)),
        ] {
            assert_eq!(DisplayName::parse(typed).err(), Some(fault), "{typed:?}");
        }
    }

    #[test]
    fn app_4_a_device_name_has_forty_characters_at_most_whatever_their_bytes() {
        assert!(DeviceName::parse("Philipp iPhone").is_ok());
        assert!(DeviceName::parse(&"é".repeat(40)).is_ok());
        assert_eq!(DeviceName::parse(&"é".repeat(41)).err(), Some(NameFault::TooLong(40)));
        assert!(DisplayName::parse(&"é".repeat(80)).is_ok());
    }

    #[test]
    fn app_5_case_spelling_and_blanks_make_no_second_device_name() {
        let key = |typed| DeviceName::parse(typed).map(|name| name.key());
        assert_eq!(key("Philipp  iPhone"), key("PHILIPP iphone"));
        assert_eq!(key("Zoë"), key("zoe\u{308}"));
        assert_ne!(key("Phone 1"), key("Phone 2"));
    }

    proptest! {
        #[test]
        fn a_kept_name_is_read_again_as_it_is(typed: String) {
            if let Ok(name) = DeviceName::parse(&typed) {
                prop_assert_eq!(DeviceName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
