//! How the boundary speaks: the portal supplies the words and the look, this module only asks for them.

use axum::http::StatusCode;
use countersign_core::text::Text;

use crate::language::Language;

/// An error page to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct ErrorPage<'a> {
    /// The status it is answered with.
    pub status: StatusCode,
    /// One short line: what happened.
    pub title: &'a str,
    /// One sentence: what to do next.
    pub detail: &'a str,
    /// Sentences about single fields; mostly empty.
    pub errors: &'a [String],
    /// The id that finds this request in the log; people are asked to quote it.
    pub request_id: &'a str,
    /// The nonce that scripts on this page must carry.
    pub nonce: &'a str,
    /// The language of the texts above and of the page.
    pub language: Language,
}

/// Puts texts into words and error pages into HTML.
pub trait Voice: Send + Sync {
    /// The words of a text.
    fn say(&self, language: Language, text: &Text) -> String;

    /// A whole HTML document. Everything in `page` is plain text and has to be escaped.
    fn error_page(&self, page: &ErrorPage<'_>) -> String;
}

/// A voice without words or look: says keys, draws bare pages. For tests of the boundary itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainVoice;

impl Voice for PlainVoice {
    fn say(&self, _: Language, text: &Text) -> String {
        text.key.to_owned()
    }

    fn error_page(&self, page: &ErrorPage<'_>) -> String {
        format!(
            "<!doctype html><html lang=\"{}\"><title>{}</title><p>{}</p><p>{}</p></html>",
            page.language, page.title, page.detail, page.request_id
        )
    }
}
