//! The languages that pages, letters and the API's messages are spoken in.

use std::fmt;
use std::str::FromStr;

/// A language with a complete set of messages in `locales/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every language, in the order in which a choice lists them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag (BCP 47), as `lang` attributes, profiles and file names in `locales/` spell it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// Its name in itself, for a list to choose from.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The best of these languages for an `Accept-Language` header (RFC 9110 section 12.5.4); `None` when it names none.
    pub fn accepted(header: &str) -> Option<Self> {
        let wanted = header.split(',').take(20).filter_map(|part| {
            let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
            let quality =
                parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok())?;
            let primary = range.trim().split('-').next()?.to_ascii_lowercase();
            Some((primary.parse::<Self>().ok()?, quality))
        });
        // The first of equals counts, so a later one must be better to take its place.
        let best = wanted.fold(None, |best: Option<(Self, f32)>, (language, quality)| match best {
            Some((_, so_far)) if so_far >= quality => best,
            _ if quality > 0.0 => Some((language, quality)),
            _ => best,
        });
        best.map(|(language, _)| language)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// No language of that tag is spoken here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language that is spoken here")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_the_accepted_languages_is_spoken() {
        let (en, de) = (Some(Language::En), Some(Language::De));
        for (header, best) in [
            ("de", de),
            ("de-AT, en;q=0.8", de),
            ("en;q=0.2, de;q=0.9", de),
            ("fr, de;q=0.5, en;q=0.5", de),
            ("en-GB,en;q=0.9,de;q=0.8", en),
            ("fr, *", None),
            ("de;q=0", None),
            ("", None),
            (";;;,q=1,-", None),
        ] {
            assert_eq!(Language::accepted(header), best, "{header}");
        }
    }
}
