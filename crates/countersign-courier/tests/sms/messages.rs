//! Messages as a real centre reads them: alphabets, senders, and the fields that strict centres refuse.

use std::time::Duration;

use countersign_courier::smpp::Numbering;
use countersign_courier::sms::{Encoding, Senders, Sms, SmsOutcome, SmsResult, TooLong, Unfit};
use serde_json::json;

use crate::centre::Centre;
use crate::{ADA, TEXT, accepted, over_smpp, secret, send, sender};

#[tokio::test]
async fn every_alphabet_arrives_as_it_was_written() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    let bound = centre.next("bind").await;
    assert_eq!((&bound["version"], &bound["status"]), (&json!(0x34), &json!(0)));
    let whole_alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€";
    for (text, coding) in [
        ("Your code is 482913. Do not share it. [ok] {x} €", 0),
        ("Ihr Code für Größe & Übermut: 482913", 0),
        (whole_alphabet, 0),
        ("Ваш код 482913. Никому его не сообщайте.", 8),
        ("Ihr Code – „482913“", 8),
        ("Your code 🔑 482913", 8),
    ] {
        assert!(matches!(send(&routes, ADA, text).await.outcome, SmsOutcome::Accepted { .. }), "{text}");
        let submit = centre.next("submit").await;
        assert_eq!((&submit["text"], &submit["data_coding"]), (&json!(text), &json!(coding)));
    }
}

#[tokio::test]
async fn fields_are_those_that_strict_centres_take() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(
        send(&routes, ADA, TEXT).await,
        SmsResult { route: "main".to_owned(), outcome: accepted("m1") }
    );
    let submit = centre.next("submit").await;
    for (field, value) in [
        ("esm_class", json!(0)),
        ("registered_delivery", json!(1)),
        ("protocol_id", json!(0)),
        ("priority_flag", json!(0)),
        ("service_type", json!("")),
        ("udh", json!(false)),
        ("from", json!("Example")),
        ("from_ton", json!(5)),
        ("from_npi", json!(0)),
        ("to", json!("4915112345678")),
        ("to_ton", json!(1)),
        ("to_npi", json!(1)),
    ] {
        assert_eq!(submit[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_message_lives_as_long_as_its_code() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    for seconds in [300_u64, 45, 7500] {
        routes.send(Sms { to: ADA, text: &secret(TEXT), valid_for: Duration::from_secs(seconds) }).await;
        let lives = centre.next("submit").await["lives"].as_u64().expect("a number");
        assert!(lives.abs_diff(seconds) <= 1, "{lives} for {seconds}");
    }
}

#[tokio::test]
async fn senders_follow_the_country_and_numbering_the_setting() {
    let mut centre = Centre::start().await;
    let by_code = vec![("49".to_owned(), sender("+4930123456")), ("1".to_owned(), sender("48291"))];
    let (routes, _) = over_smpp(centre.port, |settings| {
        settings.senders = Senders { default: sender("Example"), by_code: by_code.clone() };
    })
    .await;
    for (to, from, ton, npi) in
        [(ADA, "4930123456", 1, 1), ("+12025550123", "48291", 3, 0), ("+79161234567", "Example", 5, 0)]
    {
        send(&routes, to, TEXT).await;
        let submit = centre.next("submit").await;
        let told = (&submit["from"], &submit["from_ton"], &submit["from_npi"]);
        assert_eq!(told, (&json!(from), &json!(ton), &json!(npi)), "{to}");
    }
    let (routes, _) = over_smpp(centre.port, |settings| {
        settings.source = Numbering { ton: Some(0), npi: Some(9) };
        settings.destination = Numbering { ton: Some(2), npi: None };
    })
    .await;
    send(&routes, ADA, TEXT).await;
    let submit = centre.next("submit").await;
    let told = ["from_ton", "from_npi", "to_ton", "to_npi"].map(|field| submit[field].clone());
    assert_eq!(told, [json!(0), json!(9), json!(2), json!(1)]);
}

#[tokio::test]
async fn what_cannot_be_sent_reaches_nobody() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    let long = TooLong { encoding: Encoding::Gsm7, needed: 161, most: 160 };
    let cyrillic = TooLong { encoding: Encoding::Ucs2, needed: 71, most: 70 };
    for (to, text, seconds, why) in [
        (ADA, "a".repeat(161), 300, Unfit::Text(long)),
        (ADA, "ж".repeat(71), 300, Unfit::Text(cyrillic)),
        (ADA, String::new(), 300, Unfit::Empty),
        (ADA, TEXT.to_owned(), 0, Unfit::Late),
        ("4915112345678", TEXT.to_owned(), 300, Unfit::Number),
        ("+49 151 12345678", TEXT.to_owned(), 300, Unfit::Number),
        ("+49151;ext=1", TEXT.to_owned(), 300, Unfit::Number),
        ("tel:+4915112345678", TEXT.to_owned(), 300, Unfit::Number),
        ("", TEXT.to_owned(), 300, Unfit::Number),
    ] {
        let result =
            routes.send(Sms { to, text: &secret(&text), valid_for: Duration::from_secs(seconds) }).await;
        assert_eq!(result, SmsResult { route: "none".to_owned(), outcome: SmsOutcome::Unfit(why) }, "{to}");
    }
    // What just fits goes out, in one part.
    for text in ["a".repeat(160), "ж".repeat(70)] {
        assert!(matches!(send(&routes, ADA, &text).await.outcome, SmsOutcome::Accepted { .. }));
        let submit = centre.next("submit").await;
        assert_eq!((&submit["text"], &submit["udh"]), (&json!(text), &json!(false)));
    }
    assert_eq!(centre.count("submit").await, 2);
}
