//! What a text costs on the air: which alphabet carries it, and whether one part holds it.

/// How many septets one message holds (3GPP TS 23.040 section 9.2.3.16).
const SEPTETS: usize = 160;
/// How many 16-bit units one message holds.
const UNITS: usize = 70;
/// What stands before a character of the extension (3GPP TS 23.038 section 6.2.1).
const ESCAPE: u8 = 0x1b;

/// The default alphabet; a character's place in it is its code (3GPP TS 23.038 section 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension (3GPP TS 23.038 section 6.2.1.1): each of these follows an escape and so counts twice.
const EXTENSION: [(char, u8); 9] = [
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

/// The alphabet that carries a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// GSM 7-bit, the default alphabet with its extension: up to 160 places, of which `^ { } \ [ ~ ] | €` take two each.
    Gsm7,
    /// UCS-2: up to 70 places, of which characters beyond the first 65,536, such as most emoji, take two each.
    Ucs2,
}

/// A text that one part does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text takes {needed} places, and one SMS in {encoding:?} has {most}")]
pub struct TooLong {
    /// The alphabet it would need.
    pub encoding: Encoding,
    /// How many places it takes there.
    pub needed: usize,
    /// How many there are.
    pub most: usize,
}

/// Which alphabet carries a text in a single part.
///
/// A code is never sent in several parts: they arrive in any order, or in part, and cost several times as much.
///
/// # Errors
///
/// [`TooLong`], where one part does not hold it.
///
/// ```
/// use countersign_courier::sms::{Encoding, parts};
/// assert_eq!(parts("Your code is 482913."), Ok(Encoding::Gsm7));
/// assert_eq!(parts("Ваш код 482913."), Ok(Encoding::Ucs2));
/// assert!(parts(&"ж".repeat(71)).is_err());
/// ```
pub fn parts(text: &str) -> Result<Encoding, TooLong> {
    let septets = text.chars().try_fold(0, |sum, c| Some(sum + gsm7(c)?.0.map_or(1, |_| 2)));
    let (encoding, needed, most) = match septets {
        Some(septets) => (Encoding::Gsm7, septets, SEPTETS),
        None => (Encoding::Ucs2, text.encode_utf16().count(), UNITS),
    };
    if needed > most { Err(TooLong { encoding, needed, most }) } else { Ok(encoding) }
}

/// The text as `short_message` carries it: one octet per septet, or two per unit with the higher one first.
pub(crate) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Gsm7 => text
            .chars()
            .filter_map(gsm7)
            .flat_map(|(escape, code)| escape.into_iter().chain([code]))
            .collect(),
        Encoding::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

/// A character's code, and the escape before it if it has one.
fn gsm7(c: char) -> Option<(Option<u8>, u8)> {
    if let Some((_, code)) = EXTENSION.iter().find(|(extended, _)| *extended == c) {
        return Some((Some(ESCAPE), *code));
    }
    let place = BASIC.chars().position(|basic| basic == c).filter(|place| *place != usize::from(ESCAPE))?;
    Some((None, u8::try_from(place).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_long(encoding: Encoding, needed: usize) -> Result<Encoding, TooLong> {
        let most = if encoding == Encoding::Gsm7 { 160 } else { 70 };
        Err(TooLong { encoding, needed, most })
    }

    #[test]
    fn the_alphabet_follows_from_the_text() {
        for (text, encoding) in [
            ("", Encoding::Gsm7),
            ("Your code is 482913. Do not share it.", Encoding::Gsm7),
            ("Größe: 5 €, {x} [y] ~ ^ | \\", Encoding::Gsm7),
            ("Ваш код 482913", Encoding::Ucs2),
            // One character beyond the alphabet is enough.
            ("Ihr Code – 482913", Encoding::Ucs2),
            ("façade", Encoding::Ucs2),
            ("tab\t", Encoding::Ucs2),
            // The escape is no character of its own.
            ("\u{1b}", Encoding::Ucs2),
        ] {
            assert_eq!(parts(text), Ok(encoding), "{text:?}");
        }
    }

    #[test]
    fn one_part_holds_160_or_70() {
        assert_eq!(parts(&"a".repeat(160)), Ok(Encoding::Gsm7));
        assert_eq!(parts(&"a".repeat(161)), too_long(Encoding::Gsm7, 161));
        assert_eq!(parts(&"ä".repeat(160)), Ok(Encoding::Gsm7));
        assert_eq!(parts(&"€".repeat(80)), Ok(Encoding::Gsm7));
        assert_eq!(parts(&"€".repeat(81)), too_long(Encoding::Gsm7, 162));
        assert_eq!(parts(&"ж".repeat(70)), Ok(Encoding::Ucs2));
        assert_eq!(parts(&"ж".repeat(71)), too_long(Encoding::Ucs2, 71));
        assert_eq!(parts(&"🔑".repeat(35)), Ok(Encoding::Ucs2));
        assert_eq!(parts(&"🔑".repeat(36)), too_long(Encoding::Ucs2, 72));
        let told = parts(&"ж".repeat(71)).unwrap_err().to_string();
        assert_eq!(told, "the text takes 71 places, and one SMS in Ucs2 has 70");
    }

    #[test]
    fn texts_are_encoded_as_the_standard_writes_them() {
        // 3GPP TS 23.038: @ is 0x00, § is 0x5F, ü is 0x7E, à is 0x7F; € is ESC 0x65.
        assert_eq!(encode("@§üàa€", Encoding::Gsm7), [0x00, 0x5f, 0x7e, 0x7f, 0x61, 0x1b, 0x65]);
        assert_eq!(encode("Ж€", Encoding::Ucs2), [0x04, 0x16, 0x20, 0xac]);
        assert_eq!(encode("🔑", Encoding::Ucs2), [0xd8, 0x3d, 0xdd, 0x11]);
        assert_eq!(BASIC.chars().count(), 128);
    }
}
