//! The portal's words and look for what the boundary answers by itself: errors of every kind.

use askama::Template;
use countersign_core::text::{Arg, Text};

use super::view::{ErrorPage as Drawn, Page};
use super::words::{Moment, Value, Words};
use crate::http::voice::{ErrorPage, Voice};
use crate::language::Language;
use crate::time_source::Clock;
use std::sync::Arc;

/// A text of core's or a flow's in these words.
pub(super) fn say(words: Words, text: &Text) -> String {
    let values: Vec<(&str, Box<dyn Value>)> = text
        .args
        .iter()
        .map(|(name, arg)| {
            let value: Box<dyn Value> = match arg {
                Arg::Number(number) => Box::new(*number),
                Arg::Text(text) => Box::new(text.clone()),
                Arg::Time(at) => Box::new(words.exact(Moment(at.as_millis())).into_owned()),
            };
            (*name, value)
        })
        .collect();
    let values: Vec<(&str, &dyn Value)> =
        values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    words.message(text.key, &values).into_owned()
}

/// Says errors in the reader's language and draws them like every other page.
pub struct PortalVoice {
    /// The name of this installation.
    pub product: String,
    /// What time pages show.
    pub clock: Arc<dyn Clock>,
}

impl Voice for PortalVoice {
    fn say(&self, language: Language, text: &Text) -> String {
        say(Words::new(language), text)
    }

    fn error_page(&self, error: &ErrorPage<'_>) -> String {
        let now = Moment(self.clock.now().as_millis());
        let mut page = Page::new(Words::new(error.language), now, error.nonce, "");
        page.product.clone_from(&self.product);
        page.organisation.clone_from(&self.product);
        let mut reason = vec![error.detail.to_owned()];
        reason.extend(error.errors.iter().cloned());
        let drawn = Drawn {
            page,
            status: error.status.as_u16(),
            reason: Some(reason.join(" ")),
            until: None,
            request_id: error.request_id.to_owned(),
        };
        drawn.render().unwrap_or_else(|_| error.title.to_owned())
    }
}
