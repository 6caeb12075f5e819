//! What reaches people beside mail here, as far as flows have to know it.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_core::factor::telegram::{LinkToken, deep_link};
use countersign_core::phone::destination::Destinations;
use countersign_core::phone::pool::Pools;
use countersign_core::phone::spend::Prices;
use countersign_core::phone::{Channel, Country};
use zeroize::Zeroizing;

/// The bot, the trunks and the routes for SMS: what is set up, and what it may be used for.
#[derive(Clone)]
pub struct Reach {
    /// The bot's name without `@`, from which links into its chat are made; `None`: no bot is set up.
    pub telegram: Option<String>,
    /// The page that links into its chat open where one stands in for Telegram, as in the demo.
    pub chat_page: Option<String>,
    /// Whether calls can be made: a trunk is set up.
    pub calls: bool,
    /// Whether SMS can be sent: a route is set up.
    pub sms: bool,
    /// The numbers that call.
    pub pools: Arc<Pools>,
    /// Where calls and messages may go.
    pub destinations: Arc<Destinations>,
    /// What they cost.
    pub prices: Arc<Prices>,
    /// What an organisation may spend in 24 hours, in thousandths of the operator's currency; `None`: any sum.
    pub budget: Option<u64>,
    /// The country whose numbers are read without a country code.
    pub home: Country,
}

impl Reach {
    /// Nothing is set up.
    pub fn nothing() -> Self {
        Self {
            telegram: None,
            chat_page: None,
            calls: false,
            sms: false,
            pools: Arc::new(Pools::new(None, BTreeMap::new())),
            destinations: Arc::new(Destinations::only(Country::GERMANY)),
            prices: Arc::default(),
            budget: None,
            home: Country::GERMANY,
        }
    }

    /// The address that opens the chat with the bot and hands the token over. `None`: no bot is set up.
    pub fn chat_link(&self, token: &LinkToken) -> Option<Zeroizing<String>> {
        let bot = self.telegram.as_deref()?;
        let Some(page) = &self.chat_page else { return deep_link(bot, token) };
        Some(Zeroizing::new(format!("{page}?start={}", token.reveal().as_str())))
    }

    /// Whether an address is such a one, whatever its token.
    pub fn is_chat_link(&self, address: &str) -> bool {
        let begins = match (&self.chat_page, &self.telegram) {
            (Some(page), _) => format!("{page}?start="),
            (None, Some(bot)) => format!("https://t.me/{bot}?start="),
            (None, None) => return false,
        };
        address.strip_prefix(&*begins).is_some_and(|token| LinkToken::parse(token).is_some())
    }

    /// Whether phones of this country can be reached in this way.
    pub fn has(&self, channel: Channel, country: Country) -> bool {
        match channel {
            Channel::Call => self.calls && self.pools.of(country).is_some(),
            Channel::Sms => self.sms,
        }
    }

    /// Whether phones can be reached at all.
    pub fn phones(&self) -> bool {
        self.calls || self.sms
    }
}
