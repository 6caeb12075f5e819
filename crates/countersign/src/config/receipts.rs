//! `[sms.routes.receipts]`: how a gateway over HTTP tells what became of an SMS, and how it proves that it is the gateway.

use countersign_courier::Secret;
use countersign_courier::http_sms::{HttpReceiptSettings, HttpSmsSettings};
use countersign_courier::sms::{ReceiptState, SmsRoute};

use super::{SmsSettings, Source};

/// Characters of a secret at least: 16 of them, drawn at random, are more than 80 bits.
const SHORTEST: usize = 16;

/// What a gateway's words can mean, and the setting that lists them.
const STATES: [(&str, ReceiptState); 5] = [
    ("receipts.delivered", ReceiptState::Delivered),
    ("receipts.undeliverable", ReceiptState::Undeliverable),
    ("receipts.expired", ReceiptState::Expired),
    ("receipts.rejected", ReceiptState::Rejected),
    ("receipts.accepted", ReceiptState::Accepted),
];

/// Where one gateway posts its receipts.
#[derive(Clone)]
pub struct ReceiptDoor {
    /// The name of its route, which stands in the address.
    pub route: String,
    /// How a receipt is read.
    pub places: HttpReceiptSettings,
    secret: Secret,
}

impl ReceiptDoor {
    /// Whether this is the gateway's secret. How long it takes tells nothing.
    pub fn opens(&self, shown: &[u8]) -> bool {
        self.secret.is(shown)
    }
}

impl SmsSettings {
    /// The door of this route, and the route as the courier knows it.
    pub fn door(&self, route: &str) -> Option<(&ReceiptDoor, &HttpSmsSettings)> {
        let door = self.doors.iter().find(|door| door.route == route)?;
        self.routes.iter().find_map(|known| match known {
            SmsRoute::Http(http) if http.name == route => Some((door, http)),
            SmsRoute::Http(_) | SmsRoute::Smpp(_) => None,
        })
    }
}

/// Reads the section of one route; `None` where nothing of it is set.
pub(super) fn read(source: &mut Source, route: &str) -> Option<ReceiptDoor> {
    let message_id = source.text("receipts.message_id").map(|(place, _)| place);
    let state = source.text("receipts.state").map(|(place, _)| place);
    let error = source.text("receipts.error").map(|(place, _)| place);
    let secret = source.secret("receipts.secret", "receipts.secret_file");
    let mut states = Vec::new();
    for (name, meaning) in STATES {
        let words = source.list::<String>(name, "words in quotes").unwrap_or_default();
        states.extend(words.into_iter().map(|word| (word, meaning)));
    }
    let names = [
        "receipts.message_id",
        "receipts.state",
        "receipts.error",
        "receipts.secret",
        "receipts.secret_file",
    ];
    let is_set = names.iter().any(|name| source.is_written(name)) || !states.is_empty();
    if !is_set {
        return None;
    }
    for name in ["receipts.message_id", "receipts.state"] {
        if !source.is_written(name) {
            source.mistake(name, "must be set where receipts are: a JSON pointer, or the name of a field");
        }
    }
    if states.is_empty() {
        source.mistake(
            "receipts.delivered",
            "must list the words by which the gateway says that an SMS arrived",
        );
    }
    if secret.is_none() {
        source.mistake(
            "receipts.secret_file",
            "must be set (or receipts.secret): it proves who posts receipts",
        );
    }
    let secret = secret??;
    if !secret.has(SHORTEST) {
        source.mistake("receipts.secret", format!("must have at least {SHORTEST} characters"));
        return None;
    }
    let places = HttpReceiptSettings { message_id: message_id?, state: state?, error, states };
    Some(ReceiptDoor { route: route.to_owned(), places, secret })
}
