//! Receipts: fields where a centre sends them, and otherwise the text that grew into a custom (SMPP 3.4 appendix B).

use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;
use rusmpp::values::MessageState;

use crate::sms::{Receipt, ReceiptState};

/// What kind of message something from a centre is (SMPP 3.4 section 5.2.12, bits 2 to 5).
const KIND: u8 = 0b0011_1100;
/// A receipt.
const RECEIPT: u8 = 0b0000_0100;
/// How far a message came, before its end.
const NOTIFICATION: u8 = 0b0010_0000;

/// What a centre says became of a message; nothing, where it brings something else, such as an answer from a phone.
pub(super) fn read(route: &str, deliver: &DeliverSm) -> Option<Receipt> {
    let tlvs = || deliver.tlvs().iter().filter_map(|tlv| tlv.value());
    let field_id = tlvs().find_map(|value| match value {
        TlvValue::ReceiptedMessageId(id) => Some(id.as_str()),
        _ => None,
    });
    let kind = u8::from(deliver.esm_class) & KIND;
    if kind != RECEIPT && kind != NOTIFICATION && field_id.is_none() {
        return None;
    }
    let payload = tlvs().find_map(|value| match value {
        TlvValue::MessagePayload(payload) => Some(payload.value.as_ref()),
        _ => None,
    });
    let text = String::from_utf8_lossy(payload.unwrap_or(deliver.short_message().as_ref()));
    let state = tlvs().find_map(|value| match value {
        TlvValue::MessageState(state) => Some(of_field(*state)),
        _ => None,
    });
    let state = state.or_else(|| field(&text, "stat").map(of_text)).unwrap_or(ReceiptState::Unknown);
    let error = tlvs().find_map(|value| match value {
        TlvValue::NetworkErrorCode(code) => Some(u32::from(code.error_code)),
        _ => None,
    });
    let error = error.or_else(|| field(&text, "err")?.parse().ok()).filter(|code| *code != 0);
    let names = [field_id, field(&text, "id")].map(Option::unwrap_or_default);
    Receipt::about(route, &names, state, error)
}

/// What stands behind `name:`, up to the next blank.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.split_ascii_whitespace().find_map(|word| {
        let (before, value) = word.split_once(':')?;
        before.eq_ignore_ascii_case(name).then_some(value)
    })
}

const fn of_field(state: MessageState) -> ReceiptState {
    match state {
        MessageState::Delivered => ReceiptState::Delivered,
        MessageState::Expired => ReceiptState::Expired,
        MessageState::Undeliverable => ReceiptState::Undeliverable,
        MessageState::Scheduled | MessageState::Enroute | MessageState::Accepted => ReceiptState::Accepted,
        MessageState::Deleted | MessageState::Rejected => ReceiptState::Rejected,
        _ => ReceiptState::Unknown,
    }
}

fn of_text(state: &str) -> ReceiptState {
    match state.to_ascii_uppercase().as_str() {
        "DELIVRD" => ReceiptState::Delivered,
        "EXPIRED" => ReceiptState::Expired,
        "UNDELIV" => ReceiptState::Undeliverable,
        "ACCEPTD" | "ENROUTE" => ReceiptState::Accepted,
        "DELETED" | "REJECTD" => ReceiptState::Rejected,
        _ => ReceiptState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use rusmpp::types::OctetString;
    use rusmpp::values::EsmClass;

    use super::*;

    fn delivered(esm_class: u8, text: &str) -> Option<Receipt> {
        let mut deliver = DeliverSm::default();
        deliver.esm_class = EsmClass::from(esm_class);
        deliver.set_short_message(OctetString::from_slice(text.as_bytes()).unwrap());
        read("main", &deliver)
    }

    #[test]
    fn texts_of_receipts_are_read_as_they_come() {
        for (text, id, state, error) in [
            (
                "id:0001a2 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:",
                "1a2",
                ReceiptState::Delivered,
                None,
            ),
            ("id:m1 stat:UNDELIV err:045", "m1", ReceiptState::Undeliverable, Some(45)),
            ("ID:m1 STAT:expired ERR:1a", "m1", ReceiptState::Expired, None),
            ("id:m1 stat:REJECTD", "m1", ReceiptState::Rejected, None),
            ("id:m1 stat:ENROUTE", "m1", ReceiptState::Accepted, None),
            ("id:m1", "m1", ReceiptState::Unknown, None),
        ] {
            let receipt = delivered(0x04, text).unwrap();
            assert_eq!((receipt.message_id.as_str(), receipt.state, receipt.error), (id, state, error));
        }
        assert!(delivered(0x20, "id:m1 stat:ENROUTE").is_some());
    }

    #[test]
    fn what_is_no_receipt_is_none() {
        assert_eq!(delivered(0x00, "id:m1 stat:DELIVRD"), None, "a phone can write that too");
        assert_eq!(delivered(0x04, "nothing that names a message"), None);
        assert_eq!(delivered(0x04, ""), None);
    }
}
