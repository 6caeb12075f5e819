//! A letter as it goes over the wire (RFC 5322, 2045): headers, both bodies, and the signature.

use countersign_core::email::EmailAddress;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use url::Host;
use zeroize::Zeroizing;

use super::dkim::Signer;
use super::{DkimSettings, Sender, SmtpFault};
use crate::Mail;

/// Longest left part of a Message-ID and longest language tag, in characters.
const LONGEST: usize = 100;
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");
/// RFC 3834 section 5: tells answering machines to keep still.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// What every letter has in common.
pub(super) struct Writer {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    signer: Option<Signer>,
}

/// A letter, ready for the wire.
pub(super) struct Letter {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

impl Letter {
    /// Whether any server takes it. The headers are part of this; bodies are always encoded.
    pub(super) fn is_ascii(&self) -> bool {
        let addresses: [&str; 2] = [self.from.as_ref(), self.to.as_ref()];
        self.bytes.is_ascii() && addresses.iter().all(|address| address.is_ascii())
    }
}

impl Writer {
    pub(super) fn new(
        from: &Sender,
        reply_to: Option<&EmailAddress>,
        dkim: Option<&DkimSettings>,
    ) -> Result<Self, SmtpFault> {
        let mailbox = |of: &EmailAddress| Some(Mailbox::new(None, address(of)?));
        let mut sender = mailbox(&from.address).ok_or(SmtpFault::Address)?;
        sender.name = from.name.as_deref().map(one_line).filter(|name| !name.is_empty());
        let reply_to = reply_to.map(|of| mailbox(of).ok_or(SmtpFault::Address)).transpose()?;
        Ok(Self { from: sender, reply_to, signer: dkim.map(Signer::new).transpose()? })
    }

    /// Writes a letter, dated with the machine's clock.
    ///
    /// # Errors
    ///
    /// Why no server would ever take it.
    pub(super) fn write(&self, mail: &Mail) -> Result<Letter, String> {
        let to = address(&mail.to).ok_or("the address is none that mail can be sent to")?;
        if !is_plain(&mail.id, "._-") {
            return Err("the letter's id has characters that a Message-ID must not have".to_owned());
        }
        if !is_plain(&mail.language, "-") {
            return Err("the letter's language is no language tag".to_owned());
        }
        let from = self.from.email.clone();
        let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(|_| UNWRITABLE)?;
        let mut message = Message::builder()
            .envelope(envelope)
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(&mail.subject))
            .date_now()
            .message_id(Some(format!("<{}@{}>", mail.id, from.domain())))
            .raw_header(HeaderValue::new(CONTENT_LANGUAGE, mail.language.clone()))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let bodies = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        let message = message.multipart(bodies).map_err(|_| UNWRITABLE)?;
        let mut bytes = Zeroizing::new(message.formatted());
        if let Some(signer) = &self.signer {
            bytes = signer.signed(&bytes).ok_or("the letter could not be signed")?;
        }
        Ok(Letter { from, to, bytes })
    }
}

const UNWRITABLE: &str = "the letter could not be written";

/// The address as SMTP carries it: a domain in Unicode as its A-labels (RFC 5891), which every server understands. Only
/// what stands before the `@` may then need a server that takes more than ASCII.
pub(super) fn address(of: &EmailAddress) -> Option<Address> {
    match Host::parse(of.domain()) {
        Ok(Host::Domain(domain)) => Address::new(of.local(), domain).ok(),
        _ => None,
    }
}

/// A text on one line: control characters, line ends among them, become blanks, so that it ends no header. Blanks in a
/// row become one.
fn one_line(text: &str) -> String {
    let is_gap = |c: char| c.is_control() || [' ', '\u{2028}', '\u{2029}'].contains(&c);
    text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_plain(text: &str, also: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

/// Whether it is a name as the DNS has them for hosts and selectors.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
