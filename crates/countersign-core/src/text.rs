//! What core has to say, as keys with arguments. Portal, API and letters put it into words from `locales/`.

use crate::time::Timestamp;

/// A message for a person: the key of a Fluent message and the values it is to hold. Never a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The key of the message in every file of `locales/`.
    pub key: &'static str,
    /// The message's variables by name, without the leading dollar sign.
    pub args: Vec<(&'static str, Arg)>,
}

/// A value in a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A whole number, which selects the plural form.
    Number(i64),
    /// A name or another piece of text that is the same in every language.
    Text(String),
    /// An instant, to be shown in the reader's language and time zone.
    Time(Timestamp),
}

impl Text {
    /// The message of this key, without values.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The same message with one more value.
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Timestamp> for Arg {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kind_and_order() {
        let text = Text::new("k").with("n", 3_i64).with("who", "Ada").with("at", Timestamp::from_millis(5));
        assert_eq!(text.key, "k");
        assert_eq!(
            text.args,
            [
                ("n", Arg::Number(3)),
                ("who", Arg::Text("Ada".into())),
                ("at", Arg::Time(Timestamp::from_millis(5)))
            ]
        );
        assert_eq!(Arg::from(7_u32), Arg::Number(7));
        assert_eq!(Arg::from(7_usize), Arg::Number(7));
    }
}
