//! `product`, `[api]` and `[support]`.

use std::str::FromStr;

use url::Url;

use super::Source;

/// Who may read the API's reference and its OpenAPI file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ApiReference {
    /// Signed-in accounts.
    #[default]
    SignedIn,
    /// Everybody.
    Everybody,
}

impl FromStr for ApiReference {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "signed-in" => Ok(Self::SignedIn),
            "everybody" => Ok(Self::Everybody),
            _ => Err(()),
        }
    }
}

/// Where people are sent who cannot get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address.
    Email(String),
    /// A page of the provider.
    Page(Url),
}

impl Contact {
    /// What a link to it points at: `mailto:…` or the page's address.
    pub fn href(&self) -> String {
        match self {
            Self::Email(address) => format!("mailto:{address}"),
            Self::Page(url) => url.to_string(),
        }
    }

    /// What a link to it reads.
    pub fn label(&self) -> &str {
        match self {
            Self::Email(address) => address,
            Self::Page(url) => url.as_str(),
        }
    }
}

impl FromStr for Contact {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(url) = text.parse::<Url>() {
            return if url.scheme() == "https" && url.host().is_some() {
                Ok(Self::Page(url))
            } else {
                Err(())
            };
        }
        // The characters that need no escaping in a mailto: address; nobody's help desk uses others.
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+@".contains(c);
        let parts: Vec<&str> = text.split('@').collect();
        let shaped = parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && text.len() <= 254;
        if shaped && text.chars().all(plain) { Ok(Self::Email(text.to_owned())) } else { Err(()) }
    }
}

pub(super) fn read_reference(source: &mut Source) -> ApiReference {
    source.parsed("api.reference", "\"signed-in\" or \"everybody\"").unwrap_or_default()
}

pub(super) fn read_support(source: &mut Source) -> Option<Contact> {
    source.parsed("support.contact", "an e-mail address or an https:// address")
}

/// Authenticator apps show the name before the account, with a colon between: so it may hold none.
pub(super) fn read_product(source: &mut Source) -> String {
    let default = "Countersign".to_owned();
    let Some((name, origin)) = source.text("product") else { return default };
    let length = name.chars().count();
    let fits = (1..=40).contains(&length) && name.trim() == name;
    if fits && !name.chars().any(|c| c.is_control() || c == ':') {
        return name;
    }
    source.mistake_at("product", origin, "must be a name of 1 to 40 characters without a colon".to_owned());
    default
}
