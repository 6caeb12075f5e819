//! Letters as people get them: out of the tray, after the worker has been at the outbox.

use std::sync::Arc;

use countersign::worker::Worker;
use countersign_courier::Mail;

use super::TestApp;

/// A letter that has arrived.
pub(crate) struct Letter(pub(crate) Mail);

impl Letter {
    /// The one-time code in it: six digits on a line of their own.
    pub(crate) fn code(&self) -> Option<String> {
        let lines = self.0.text.lines().map(str::trim);
        lines
            .into_iter()
            .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    }

    /// The addresses in it that lead to one of our links.
    pub(crate) fn links(&self) -> Vec<String> {
        let words = self.0.text.split_whitespace();
        words
            .filter_map(|word| word.strip_prefix(super::PUBLIC))
            .filter(|path| path.starts_with("/link/"))
            .map(str::to_owned)
            .collect()
    }
}

impl TestApp {
    /// Sends what is due, as the worker does, and leaves it in the tray.
    pub(crate) async fn post(&self) {
        Worker::post_once(Arc::clone(&self.app)).await;
    }

    /// Sends what is due and takes it all out of the tray, the oldest first.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        self.post().await;
        self.place.tray.take().into_iter().map(|delivered| Letter(delivered.mail)).collect()
    }

    /// As [`Self::letters`], of one person.
    pub(crate) async fn letters_to(&self, email: &str) -> Vec<Letter> {
        self.letters().await.into_iter().filter(|letter| letter.0.to.as_str() == email).collect()
    }

    /// The kinds of the letters written so far, each with its number, in the order of their names.
    pub(crate) fn written(&self) -> Vec<(String, i64)> {
        let kinds = countersign_core::letter::LetterKind::ALL.iter().map(|kind| kind.as_str());
        let counted = kinds.map(|kind| {
            let sql = format!("SELECT COALESCE(SUM(count), 0) FROM letter WHERE kind = '{kind}'");
            (kind.to_owned(), self.place.number(&sql))
        });
        let mut counted: Vec<_> = counted.filter(|(_, count)| *count > 0).collect();
        counted.sort();
        counted
    }
}
