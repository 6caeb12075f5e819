//! Who a message seems to come from: a name or a number, and another one for some countries.

/// Who a message seems to come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A name of 1 to 11 letters, digits, blanks, dots, dashes, underscores and `&`, with a letter in it. Nobody can answer
    /// to it, and some countries let nobody use one.
    Name(String),
    /// A telephone number: 7 to 15 digits, kept without the `+` (E.164).
    Number(String),
    /// A short number of a country's networks: 3 to 8 digits.
    Short(String),
}

/// A sender that no message can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is none: a name of up to 11 letters and digits, a number with +, or a short number of 3 to 8 digits"
)]
pub struct NoSender;

impl Sender {
    /// Reads a name (`Example`), a number (`+4930123456`) or a short number (`48291`).
    ///
    /// # Errors
    ///
    /// [`NoSender`], where it is none of the three.
    pub fn parse(text: &str) -> Result<Self, NoSender> {
        if is_e164(text) {
            return Ok(Self::Number(text[1..].to_owned()));
        }
        if (3..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Short(text.to_owned()));
        }
        let is_name = (1..=11).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .-_&".contains(&byte))
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
            && text.trim() == text;
        if is_name { Ok(Self::Name(text.to_owned())) } else { Err(NoSender) }
    }

    /// As it stands in a message: a number without its `+`.
    pub(crate) fn digits_or_name(&self) -> &str {
        match self {
            Self::Name(text) | Self::Number(text) | Self::Short(text) => text,
        }
    }

    /// As people write it: a number with its `+`.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Number(digits) => format!("+{digits}"),
            Self::Name(text) | Self::Short(text) => text.clone(),
        }
    }

    /// Type of number and numbering plan (SMPP 3.4 sections 5.2.5 and 5.2.6).
    pub(crate) const fn kind(&self) -> (u8, u8) {
        match self {
            Self::Name(_) => (5, 0),
            Self::Number(_) => (1, 1),
            Self::Short(_) => (3, 0),
        }
    }
}

/// Who messages seem to come from, by where they go.
#[derive(Clone, Debug)]
pub struct Senders {
    /// Where nothing else is said.
    pub default: Sender,
    /// By calling code, in digits (`49`) or more of the number (`1246`); the longest one that fits is taken.
    pub by_code: Vec<(String, Sender)>,
}

impl Senders {
    /// The same one everywhere.
    pub const fn always(sender: Sender) -> Self {
        Self { default: sender, by_code: Vec::new() }
    }

    /// Whether each calling code is one: 1 to 15 digits, and none of them twice.
    pub(crate) fn are_sound(&self) -> bool {
        self.by_code.iter().enumerate().all(|(place, (code, _))| {
            (1..=15).contains(&code.len())
                && code.bytes().all(|byte| byte.is_ascii_digit())
                && self.by_code[..place].iter().all(|(other, _)| other != code)
        })
    }

    /// Who a message to this number (with `+`) seems to come from.
    pub(crate) fn towards(&self, number: &str) -> &Sender {
        let digits = number.trim_start_matches('+');
        let fitting = self.by_code.iter().filter(|(code, _)| digits.starts_with(code.as_str()));
        fitting.max_by_key(|(code, _)| code.len()).map_or(&self.default, |(_, sender)| sender)
    }
}

/// Whether this is a number in E.164 with its `+`: 7 to 15 digits, the first one not 0.
pub(crate) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_names_numbers_or_short_numbers() {
        let number = |digits: &str| Ok(Sender::Number(digits.to_owned()));
        let name = |text: &str| Ok(Sender::Name(text.to_owned()));
        for (text, sender) in [
            ("Example", name("Example")),
            ("My Bank-24", name("My Bank-24")),
            ("ElevenChars", name("ElevenChars")),
            ("TwelveLetter", Err(NoSender)),
            ("+4930123456", number("4930123456")),
            ("+123456", Err(NoSender)),
            ("+1234567890123456", Err(NoSender)),
            ("+0301234567", Err(NoSender)),
            ("48291", Ok(Sender::Short("48291".to_owned()))),
            ("12", Err(NoSender)),
            ("123456789", Err(NoSender)),
            ("", Err(NoSender)),
            (" Bank", Err(NoSender)),
            ("Bänk", Err(NoSender)),
            ("Bank\n", Err(NoSender)),
            ("Bank\0", Err(NoSender)),
        ] {
            assert_eq!(Sender::parse(text), sender, "{text:?}");
        }
        let kinds = ["Example", "+4930123456", "48291"].map(|text| Sender::parse(text).unwrap().kind());
        assert_eq!(kinds, [(5, 0), (1, 1), (3, 0)]);
        assert_eq!(Sender::parse("+4930123456").unwrap().written(), "+4930123456");
    }

    #[test]
    fn the_longest_calling_code_decides() {
        let sender = |text: &str| Sender::parse(text).unwrap();
        let senders = Senders {
            default: sender("Example"),
            by_code: vec![
                ("1".to_owned(), sender("48291")),
                ("1246".to_owned(), sender("+12465550100")),
                ("49".to_owned(), sender("Beispiel")),
            ],
        };
        assert!(senders.are_sound());
        for (to, from) in [
            ("+4915112345678", "Beispiel"),
            ("+12025550123", "48291"),
            ("+12465550123", "+12465550100"),
            ("+79161234567", "Example"),
        ] {
            assert_eq!(senders.towards(to).written(), from, "{to}");
        }
        for codes in [vec!["4a"], vec![""], vec!["49", "49"], vec!["+49"]] {
            let by_code = codes.into_iter().map(|code| (code.to_owned(), sender("Example"))).collect();
            assert!(!Senders { default: sender("Example"), by_code }.are_sound());
        }
    }
}
