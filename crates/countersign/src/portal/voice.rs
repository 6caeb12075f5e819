//! The portal's words and look for what the boundary answers by itself: errors of every kind.

use askama::Template;
use countersign_core::text::Text;

use super::view::{ErrorPage as Drawn, Page};
use crate::http::voice::{ErrorPage, Voice};
use crate::language::Language;
use crate::time_source::Clock;
use crate::words::{Moment, Words};
use std::sync::Arc;

/// Says errors in the reader's language and draws them like every other page.
pub struct PortalVoice {
    /// The name of this installation.
    pub product: String,
    /// What time pages show.
    pub clock: Arc<dyn Clock>,
}

impl Voice for PortalVoice {
    fn say(&self, language: Language, text: &Text) -> String {
        Words::new(language).say(text)
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
