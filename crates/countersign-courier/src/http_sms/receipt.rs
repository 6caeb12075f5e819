//! Receipts that a gateway sends by itself, as a JSON document or as fields of a form or an address.

use std::collections::BTreeMap;

use serde_json::Value;

use super::HttpSmsSettings;
use super::answer::plain;
use crate::sms::{Receipt, ReceiptState};

/// How a gateway's receipts are read. Places are JSON pointers (RFC 6901) such as `/status`, or names of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReceiptSettings {
    /// Where the message is named.
    pub message_id: String,
    /// Where it stands how far it came.
    pub state: String,
    /// Where the network's number for why stands.
    pub error: Option<String>,
    /// What the gateway's words mean, whatever their case. Other words are [`ReceiptState::Unknown`].
    pub states: Vec<(String, ReceiptState)>,
}

/// A receipt as it came in.
#[derive(Clone, Copy)]
pub enum HttpReceipt<'r> {
    /// A body of JSON.
    Json(&'r [u8]),
    /// A form's body, or what stands behind the question mark of an address.
    Fields(&'r [u8]),
}

/// Reads a receipt; nothing, where it names no message or a field twice, or the gateway's settings know no receipts. Whether
/// the gateway sent it is for the caller to judge, by the secret in the address or a header.
pub fn parse_http_receipt(settings: &HttpSmsSettings, told: HttpReceipt<'_>) -> Option<Receipt> {
    let places = settings.receipts.as_ref()?;
    let content = Content::read(told)?;
    let word = content.at(&places.state).unwrap_or_default();
    let known = places.states.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim()));
    let state = known.map_or(ReceiptState::Unknown, |(_, state)| *state);
    let error = places.error.as_ref().and_then(|place| content.at(place)?.trim().parse().ok());
    let id = content.at(&places.message_id)?;
    Receipt::about(&settings.name, &[&id], state, error.filter(|code| *code != 0))
}

/// What stands in a receipt.
enum Content {
    Json(Value),
    Fields(BTreeMap<String, String>),
}

impl Content {
    fn read(told: HttpReceipt<'_>) -> Option<Self> {
        match told {
            HttpReceipt::Json(body) => serde_json::from_slice(body).ok().map(Self::Json),
            HttpReceipt::Fields(text) => {
                let mut fields = BTreeMap::new();
                for (name, value) in url::form_urlencoded::parse(text).into_owned() {
                    if fields.insert(name, value).is_some() {
                        return None;
                    }
                }
                Some(Self::Fields(fields))
            }
        }
    }

    fn at(&self, place: &str) -> Option<String> {
        match self {
            Self::Json(json) => plain(json.pointer(place)?),
            Self::Fields(fields) => fields.get(place).cloned(),
        }
    }
}
