//! What an SMS says: one part, the code first, as phones offer the first digits for filling in.

use countersign_core::dispatch::SmsBody;
use zeroize::Zeroizing;

use super::clean::line;
use crate::language::Language;
use crate::text;
use crate::words::Words;

/// Characters of the organisation's name.
const NAME: usize = 40;

/// The texts of an SMS with a code, the best one first; the next is for where one part does not hold the one before.
pub fn texts(sms: &SmsBody, otherwise: Language) -> [Zeroizing<String>; 2] {
    let words = Words::new(sms.language.parse().unwrap_or(otherwise));
    let organisation = line(&sms.organisation, NAME).unwrap_or_default();
    let code: &str = &sms.code;
    let long = words.message(text!("sms-code"), &[("code", &code), ("organisation", &organisation)]);
    let short = words.message(text!("sms-code-short"), &[("code", &code)]);
    [Zeroizing::new(long.into_owned()), Zeroizing::new(short.into_owned())]
}

/// The text of a trial SMS.
pub fn trial(product: &str, language: Language) -> Zeroizing<String> {
    let product = line(product, NAME).unwrap_or_default();
    let text = Words::new(language).message(text!("sms-trial"), &[("product", &product)]);
    Zeroizing::new(text.into_owned())
}
