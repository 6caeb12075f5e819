//! What is said to a centre: the login, and a message.

use std::str::FromStr;
use std::time::Duration;

use rusmpp::pdus::{BindTransceiver, SubmitSm};
use rusmpp::types::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, InterfaceVersion, Npi, RegisteredDelivery, Ton};

use super::{Numbering, SmppSettings};
use crate::sms::{Encoding, RouteFault, Sms, encode};

/// The longest validity that is asked for.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// The login as one who sends and gets receipts (SMPP 3.4 section 4.1.5).
pub(super) fn bind(settings: &SmppSettings) -> Result<BindTransceiver, RouteFault> {
    let is_plain = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let password = settings.password.reveal();
    if settings.system_id.is_empty()
        || ![settings.system_id.as_str(), password, &settings.system_type].into_iter().all(is_plain)
    {
        return Err(RouteFault::Login);
    }
    Ok(BindTransceiver::builder()
        .system_id(c_string(&settings.system_id).ok_or(RouteFault::Login)?)
        .password(c_string(password).ok_or(RouteFault::Login)?)
        .system_type(c_string(&settings.system_type).ok_or(RouteFault::Login)?)
        .interface_version(InterfaceVersion::Smpp3_4)
        .build())
}

/// A message in one part, with a receipt asked for (SMPP 3.4 section 4.4.1). Nothing, where it does not fit the fields.
pub(super) fn submit(settings: &SmppSettings, sms: Sms<'_>, encoding: Encoding) -> Option<SubmitSm> {
    let sender = settings.senders.towards(sms.to);
    let (ton, npi) = sender.kind();
    let (source_ton, source_npi) = numbering(settings.source, ton, npi);
    let (dest_ton, dest_npi) = numbering(settings.destination, 1, 1);
    let text = OctetString::from_vec(encode(sms.text.reveal(), encoding)).ok()?;
    let submit = SubmitSm::builder()
        .source_addr_ton(source_ton)
        .source_addr_npi(source_npi)
        .source_addr(c_string(sender.digits_or_name())?)
        .dest_addr_ton(dest_ton)
        .dest_addr_npi(dest_npi)
        .destination_addr(c_string(sms.to.trim_start_matches('+'))?)
        // The library's defaults set bits that strict centres refuse.
        .esm_class(EsmClass::from(0))
        .registered_delivery(RegisteredDelivery::from(1))
        .validity_period(EmptyOrFullCOctetString::from_str(&relative(sms.valid_for)).ok()?)
        .data_coding(match encoding {
            Encoding::Gsm7 => DataCoding::McSpecific,
            Encoding::Ucs2 => DataCoding::Ucs2,
        })
        .short_message(text)
        .build();
    Some(submit)
}

fn numbering(own: Numbering, ton: u8, npi: u8) -> (Ton, Npi) {
    (Ton::from(own.ton.unwrap_or(ton)), Npi::from(own.npi.unwrap_or(npi)))
}

fn c_string<const MIN: usize, const MAX: usize>(text: &str) -> Option<COctetString<MIN, MAX>> {
    COctetString::from_str(text).ok()
}

/// A time from now on, in whole seconds: `YYMMDDhhmmsstnnR` (SMPP 3.4 section 7.1.1).
fn relative(time: Duration) -> String {
    let seconds = time.min(LONGEST).as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    format!("0000{days:02}{hours:02}{:02}{:02}000R", seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use crate::sms::{Sender, Senders};

    fn settings() -> SmppSettings {
        SmppSettings {
            name: "main".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 2775,
            tls: None,
            system_id: "countersign".to_owned(),
            password: Secret::new("secret".to_owned()),
            system_type: String::new(),
            senders: Senders::always(Sender::parse("Example").unwrap()),
            window: super::super::WINDOW,
            enquire_link: super::super::ENQUIRE_LINK,
            response_timeout: super::super::RESPONSE_TIMEOUT,
            source: Numbering::default(),
            destination: Numbering::default(),
        }
    }

    #[test]
    fn times_are_written_as_the_centre_reads_them() {
        for (seconds, written) in [
            (300, "000000000500000R"),
            (59, "000000000059000R"),
            (3 * 3600 + 62, "000000030102000R"),
            (86_400 + 1, "000001000001000R"),
            (u64::MAX, "000007000000000R"),
        ] {
            assert_eq!(relative(Duration::from_secs(seconds)), written);
        }
    }

    #[test]
    fn settings_that_nobody_can_log_in_with_are_told() {
        assert_eq!(settings().check(), Ok(()));
        let check = |fault: RouteFault, change: &dyn Fn(&mut SmppSettings)| {
            let mut settings = settings();
            change(&mut settings);
            assert_eq!(settings.check(), Err(fault));
        };
        check(RouteFault::Login, &|s| s.system_id.clear());
        check(RouteFault::Login, &|s| s.system_id = "a".repeat(16));
        check(RouteFault::Login, &|s| s.password = Secret::new("ninechars".to_owned()));
        check(RouteFault::Login, &|s| s.password = Secret::new("sécret".to_owned()));
        check(RouteFault::Login, &|s| s.system_type = "a".repeat(13));
        check(RouteFault::Host, &|s| s.host = "two words".to_owned());
        check(RouteFault::Window, &|s| s.window = 0);
        check(RouteFault::Window, &|s| s.window = 101);
        check(RouteFault::Time, &|s| s.enquire_link = Duration::ZERO);
        check(RouteFault::Time, &|s| s.response_timeout = Duration::from_secs(4000));
        check(RouteFault::Roots, &|s| s.tls = Some(super::super::Tls { roots: Some(b"x".to_vec()) }));
    }
}
