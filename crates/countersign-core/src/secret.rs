//! Secrets that people or browsers carry: 256-bit tokens and passwords.
//!
//! Neither type has `Debug`, `Clone` or `Serialize`, so that none of them reaches a log or a row by accident, and both
//! are wiped when dropped.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;

/// Length of a token's text: 32 bytes in unpadded base64url (RFC 4648 section 5).
const TOKEN_CHARS: usize = 43;

/// What separates the CSRF value from every other use of a token's hash.
const CSRF_LABEL: &[u8] = b"countersign csrf";

/// A 256-bit random token: a session, a challenge, a recognised browser, a one-time link, the body of an API token.
///
/// The database keeps only [`Token::hash`] and finds the row by it (ALL-7), so no text is ever compared.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

impl Token {
    /// A fresh token.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut token = Self([0; 32]);
        entropy.fill(&mut token.0);
        token
    }

    /// Reads a token as a cookie or an address carries it: exactly 43 characters of unpadded base64url. `None` for
    /// anything else, also for a second spelling of the same bytes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TOKEN_CHARS {
            return None;
        }
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        let mut token = Self([0; 32]);
        if bytes.len() != token.0.len() {
            return None;
        }
        token.0.copy_from_slice(&bytes);
        Some(token)
    }

    /// The token's text, to be handed to its owner and to nobody else.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(&self.0))
    }

    /// What the database stores: SHA-256 of the 32 bytes. A plain hash suffices for 256 random bits.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The value that this browser's forms carry against cross-site request forgery: derived from the token, so it
    /// needs no storage and dies with it, and does not reveal the token or its hash.
    pub fn csrf(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::new().chain_update(CSRF_LABEL).chain_update(self.0).finalize())
    }

    /// Whether a form carried this token's CSRF value. Takes the same time wherever a wrong one differs.
    pub fn csrf_matches(&self, candidate: &str) -> bool {
        self.csrf().as_bytes().ct_eq(candidate.as_bytes()).into()
    }
}

/// A password as it was typed: untrimmed, unchanged, of any length.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text over; it is wiped when the password is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text in Unicode normalisation form NFKC, which is what is counted, checked and hashed: composed and
    /// decomposed é are one password (NIST SP 800-63B-4 section 3.1.1.2). Nothing is trimmed, folded or cut off.
    pub fn nfkc(&self) -> Zeroizing<String> {
        // Reserved in full, so that no half-filled copy is left behind by a growing buffer. The longest expansion of
        // NFKC in UTF-8 is eleven times (U+FDFA: 3 bytes become 33), and callers bound the input.
        let mut text = Zeroizing::new(String::with_capacity(self.0.len().saturating_mul(11)));
        text.extend(self.0.nfkc());
        text
    }

    /// The password as it was typed: what other systems hash.
    pub(crate) fn as_typed(&self) -> &str {
        &self.0
    }

    /// Whether nothing at all was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of the text as typed, in UTF-8.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn all_7_a_token_is_kept_as_the_sha_256_of_its_bytes() {
        // The digest of 32 zero bytes, from `head -c 32 /dev/zero | sha256sum`.
        let token = Token::parse(&"A".repeat(43)).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&token.hash()),
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
    }

    #[test]
    fn only_one_spelling_of_a_token_is_read() {
        let good = Token::new(&CountingEntropy::new(1)).reveal();
        assert!(Token::parse(&good).is_some());
        let mut other_tail = good.to_string();
        other_tail.pop();
        for (text, why) in [
            (String::new(), "empty"),
            (other_tail.clone(), "short"),
            (format!("{}A", *good), "long"),
            (format!("{}=", *good), "padded"),
            (format!(" {other_tail}"), "blank"),
            (format!("{other_tail}+"), "other alphabet"),
            ("B".repeat(43), "bits beyond the 256 are set"),
            ("é".repeat(21) + "A", "43 bytes, not ASCII"),
        ] {
            assert!(Token::parse(&text).is_none(), "{why}");
        }
    }

    #[test]
    fn the_csrf_value_belongs_to_one_token_and_is_not_its_hash() {
        let entropy = CountingEntropy::new(2);
        let (mine, other) = (Token::new(&entropy), Token::new(&entropy));
        assert!(mine.csrf_matches(&mine.csrf()));
        assert!(!mine.csrf_matches(&other.csrf()));
        assert!(!mine.csrf_matches(""));
        assert!(!mine.csrf_matches(&mine.csrf()[1..]));
        assert_ne!(mine.csrf(), BASE64URL_NOPAD.encode(&mine.hash()));
        assert_ne!(mine.csrf(), *mine.reveal());
    }

    #[test]
    fn composed_and_decomposed_passwords_are_one_and_blanks_stay() {
        let composed = Password::new("caf\u{e9} \u{fb01}n ".into());
        let decomposed = Password::new("cafe\u{301} fin ".into());
        assert_eq!(*composed.nfkc(), *decomposed.nfkc());
        assert_eq!(*composed.nfkc(), "caf\u{e9} fin ");
        assert_ne!(*composed.nfkc(), *Password::new("Caf\u{e9} fin ".into()).nfkc());
    }

    proptest! {
        #[test]
        fn a_token_survives_its_text(bytes: [u8; 32]) {
            let token = Token(bytes);
            let read = Token::parse(&token.reveal()).unwrap();
            prop_assert_eq!(read.0, bytes);
            prop_assert_eq!(read.hash(), token.hash());
        }

        #[test]
        fn no_text_makes_the_token_reader_panic(text in "\\PC{0,60}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(&*token.reveal(), &text);
            }
        }
    }
}
