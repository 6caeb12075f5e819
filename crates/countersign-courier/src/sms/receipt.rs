//! What became of a message that was taken, and the many ways of writing its id.

/// What a network says became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which route brought it.
    pub route: String,
    /// The message it is about, written as [`super::SmsOutcome::Accepted`] writes ids.
    pub message_id: String,
    /// How else the same message may have been named when it was taken. Some centres answer in hexadecimal and send receipts in
    /// decimal, or the other way round; and the text of a receipt may name it otherwise than its fields do. Look for
    /// `message_id` first, then for these in order, among the messages that went by this route.
    pub also: Vec<String>,
    /// How far it came.
    pub state: ReceiptState,
    /// The network's own number for why.
    pub error: Option<u32>,
}

/// How far a message came (SMPP 3.4 section 5.2.28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptState {
    /// The phone has it.
    Delivered,
    /// It cannot be delivered.
    Undeliverable,
    /// The phone was not reached while the code lived.
    Expired,
    /// The network refused it, or somebody took it back.
    Rejected,
    /// The network has it and goes on trying.
    Accepted,
    /// The network cannot say.
    Unknown,
}

impl Receipt {
    /// A receipt for the first of these names that is one; the others, and how else each may be written, stand in `also`.
    pub(crate) fn about(
        route: &str,
        names: &[&str],
        state: ReceiptState,
        error: Option<u32>,
    ) -> Option<Self> {
        let mut spellings: Vec<String> = Vec::new();
        let names: Vec<String> = names.iter().filter_map(|name| canonical(name)).collect();
        let others = names.iter().flat_map(|name| other_bases(name));
        for name in names.iter().cloned().chain(others) {
            if !spellings.contains(&name) {
                spellings.push(name);
            }
        }
        if spellings.is_empty() {
            return None;
        }
        let message_id = spellings.remove(0);
        Some(Self { route: route.to_owned(), message_id, also: spellings, state, error })
    }
}

/// The one way of writing an id that has several: a hexadecimal number in small letters, without zeros in front. Other ids stay
/// as they are. There is none for blanks, or for something too long to be one.
pub(crate) fn canonical(id: &str) -> Option<String> {
    const LONGEST: usize = 128;
    let id = id.trim();
    if id.is_empty() || id.len() > LONGEST || id.chars().any(char::is_control) {
        return None;
    }
    if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(id.to_owned());
    }
    let significant = id.trim_start_matches('0');
    Some(if significant.is_empty() { "0".to_owned() } else { significant.to_ascii_lowercase() })
}

/// A canonical id, read as a number in either base and written in the other one.
fn other_bases(id: &str) -> Vec<String> {
    let as_hexadecimal = id.parse::<u128>().ok().map(|number| format!("{number:x}"));
    let as_decimal = u128::from_str_radix(id, 16).ok().map(|number| number.to_string());
    let numbers_only = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    [as_hexadecimal, as_decimal].into_iter().flatten().filter(|_| numbers_only).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Option<Vec<String>> {
        let receipt = Receipt::about("main", names, ReceiptState::Delivered, None)?;
        Some([vec![receipt.message_id], receipt.also].concat())
    }

    #[test]
    fn ids_have_one_spelling() {
        for (id, one) in [
            ("m1", Some("m1")),
            ("0000001A2B", Some("1a2b")),
            (" 1a2b ", Some("1a2b")),
            ("000", Some("0")),
            ("SM0aF", Some("SM0aF")),
            ("5e3c1f0a-9b1d-4c0e", Some("5e3c1f0a-9b1d-4c0e")),
            ("", None),
            ("  ", None),
            ("a\nb", None),
        ] {
            assert_eq!(canonical(id).as_deref(), one, "{id:?}");
        }
        assert_eq!(canonical(&"a".repeat(129)), None);
    }

    #[test]
    fn a_receipt_finds_its_message_in_either_base() {
        // Taken as 00001A2B, told as 6699, and the other way round.
        assert_eq!(ids(&["6699"]).unwrap(), ["6699", "1a2b", "26265"]);
        assert_eq!(ids(&["1A2B"]).unwrap(), ["1a2b", "6699"]);
        assert_eq!(ids(&["m1"]).unwrap(), ["m1"]);
        // No number has this many digits.
        assert_eq!(ids(&["f".repeat(64).as_str()]).unwrap().len(), 1);
        assert_eq!(ids(&["+5"]).unwrap(), ["+5"]);
    }

    #[test]
    fn the_first_name_goes_before_the_others() {
        assert_eq!(ids(&["m1", "m2"]).unwrap(), ["m1", "m2"]);
        assert_eq!(ids(&["", "m2", "m2"]).unwrap(), ["m2"]);
        assert_eq!(ids(&["1a2b", "0000006699"]).unwrap(), ["1a2b", "6699", "26265"]);
        assert_eq!(ids(&["", " "]), None);
    }
}
