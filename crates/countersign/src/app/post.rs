//! How letters leave this installation.

use countersign_courier::Post;
use countersign_courier::smtp::{Smtp, SmtpFault};

use crate::config::MailSettings;

/// What sends letters: the servers in the settings, or nothing where none are. Called within the async runtime or
/// before it; nothing is connected yet.
///
/// # Errors
///
/// What is wrong with the settings. Reading them finds the same faults first.
pub fn post(settings: Option<&MailSettings>) -> Result<Post, SmtpFault> {
    settings.map_or(Ok(Post::Nowhere), |mail| Smtp::new(mail.smtp().clone()).map(Post::Smtp))
}
