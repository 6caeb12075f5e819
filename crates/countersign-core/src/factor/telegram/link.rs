//! Linking a Telegram account (MSG-1).
//!
//! A signed-in browser gets an address with a one-time token. Whoever opens it in Telegram is told which account it is about
//! and gets a code, which that very browser confirms: neither the address alone nor the chat alone links anything.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::code::Code;
use crate::entropy::Entropy;
use crate::id::{AccountId, TelegramLinkId};
use crate::keys::KeyRing;
use crate::time::Timestamp;

/// How long the address and its code can be used: the ten minutes of any one-time code.
pub const LINK_LIFE: Duration = Duration::from_mins(10);

/// Wrong codes after which an address is dead; a new one is one press away.
pub const LINK_TRIES: u32 = 5;

/// Characters of 16 bytes in unpadded base64url (RFC 4648 section 5): what Telegram allows in a start parameter.
const CHARS: usize = 22;

/// Purpose of the MAC's sub-key.
const MAC: &str = "telegram link code";

/// The token of the address: 128 random bits. Wiped on drop, without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LinkToken([u8; 16]);

impl LinkToken {
    /// A fresh token.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(fresh(entropy))
    }

    /// Reads exactly the 22 characters that an address carries; `None` for anything else, also for a second spelling.
    pub fn parse(text: &str) -> Option<Self> {
        read(text).map(Self)
    }

    /// The token's text.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(&self.0))
    }

    /// What the database keeps. A plain hash suffices for 128 random bits that live ten minutes.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

pub(super) fn fresh(entropy: &dyn Entropy) -> [u8; 16] {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    bytes
}

pub(super) fn read(text: &str) -> Option<[u8; 16]> {
    if text.len() != CHARS {
        return None;
    }
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Whether this can be a bot's name: 5 to 32 letters, digits and underscores, ending in `bot` (Bot API, "Global commands").
pub fn is_bot_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain && (5..=32).contains(&name.len()) && name.to_ascii_lowercase().ends_with("bot")
}

/// The address that opens the chat with the bot and hands the token over at the first press. `None`: no bot's name.
pub fn deep_link(bot: &str, token: &LinkToken) -> Option<Zeroizing<String>> {
    is_bot_name(bot).then(|| Zeroizing::new(format!("https://t.me/{bot}?start={}", token.reveal().as_str())))
}

/// What the database keeps of the code that the chat shows, bound to this linking of this account.
pub fn link_mac(keys: &KeyRing, account: AccountId, link: TelegramLinkId, code: &Code) -> [u8; 32] {
    keys.mac(MAC, &[account.as_bytes(), link.as_bytes(), code.reveal().as_bytes()])
}

/// What is known of a linking.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The MAC of the code, once somebody has opened the address in Telegram.
    pub mac: Option<&'a [u8; 32]>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Wrong codes so far.
    pub tries: u32,
    /// Whether it has linked.
    pub spent: bool,
    /// Whether "It wasn't me" was pressed in the chat.
    pub refused: bool,
}

/// What is to be said of a code that the browser sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkVerdict {
    /// It is the code. Only spending the row decides.
    Right,
    /// It is not the code; another try is left, or none.
    Wrong,
    /// Nobody has opened the address in Telegram yet.
    NotOpened,
    /// It has linked, was refused in the chat, had its tries, or its time is over.
    Over,
}

/// Judges the code that goes from the chat to the browser.
pub fn judge_link(
    keys: &KeyRing,
    account: AccountId,
    id: TelegramLinkId,
    link: &Link<'_>,
    code: &Code,
    now: Timestamp,
) -> LinkVerdict {
    if link.spent || link.refused || link.tries >= LINK_TRIES || now >= link.expires_at {
        return LinkVerdict::Over;
    }
    let Some(mac) = link.mac else { return LinkVerdict::NotOpened };
    let text = code.reveal();
    let parts: [&[u8]; 3] = [account.as_bytes(), id.as_bytes(), text.as_bytes()];
    if keys.mac_matches(MAC, &parts, mac) { LinkVerdict::Right } else { LinkVerdict::Wrong }
}
