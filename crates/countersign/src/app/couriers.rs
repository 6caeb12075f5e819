//! The ways out of the house, put together from the settings or from trays.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::phone::destination::Destinations;
use countersign_core::phone::pool::{Pool, Pools};
use countersign_courier::Post;
use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::phones::{CallWay, SmsWay};
use countersign_courier::sip::{Calls, SipFault};
use countersign_courier::sms::{Receipt, RouteFault, SmsRoutes};
use countersign_courier::smtp::SmtpFault;
use countersign_courier::telegram::{Bot, Messenger, TelegramFault, TelegramTray};
use tokio::sync::{Mutex, mpsc};

use super::post::post;
use crate::config::{Settings, SmsSettings};
use crate::flow::reach::Reach;

/// Receipts that wait to be written down; centres keep the others until there is room.
const RECEIPTS: usize = 256;
/// Where the tray's calls come from, by country: numbers that telephone authorities keep free for films and books
/// (Bundesnetzagentur, "Drama Numbers"; NANPA, 555-0100 to 555-0199).
const TRAY_POOL: [&str; 1] = ["+12025550100-+12025550199"];
const TRAY_POOL_DE: [&str; 1] = ["+493023125000-+493023125299"];
const TRAY_DESTINATIONS: [&str; 12] =
    ["DE", "AT", "CH", "FR", "GB", "US", "RU", "IT", "ES", "NL", "PL", "SE"];

/// Everything that takes something out of the house.
pub struct Couriers {
    /// Letters.
    pub post: Post,
    /// Telegram.
    pub messenger: Messenger,
    /// Calls and SMS.
    pub phones: Phones,
    /// What flows know of Telegram and phones.
    pub reach: Reach,
    /// The path of the page that stands in for Telegram, where there is one.
    pub chat_page: Option<&'static str>,
}

/// Settings that nothing can be sent with. Reading them finds the same faults first.
#[derive(Debug, thiserror::Error)]
pub enum CourierFault {
    /// Mail.
    #[error("mail: {0}")]
    Mail(#[from] SmtpFault),
    /// Telegram.
    #[error("telegram: {0}")]
    Telegram(#[from] TelegramFault),
    /// Calls.
    #[error("calls: {0}")]
    Calls(#[from] SipFault),
    /// SMS.
    #[error("sms: {0}")]
    Sms(#[from] RouteFault),
}

impl Couriers {
    /// What the settings say. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings.
    pub fn of(settings: &Settings) -> Result<Self, CourierFault> {
        let bot = settings.telegram.as_ref().map(|telegram| Bot::new(telegram.reached().clone()));
        let calls = settings.calls.as_ref().map(|calls| Calls::new(calls.trunks.clone()));
        let sms = settings.sms.clone().map_or(Line::Nowhere, Line::Closed);
        Ok(Self {
            post: post(settings.mail.as_ref())?,
            messenger: bot.transpose()?.map_or(Messenger::Nowhere, Messenger::Bot),
            phones: Phones {
                calls: calls.transpose()?.map_or(CallWay::Nowhere, CallWay::Trunks),
                sms: SmsLine::new(sms),
            },
            reach: reach(settings),
            chat_page: None,
        })
    }

    /// Letters alone.
    pub fn only(post: Post) -> Self {
        let phones = Phones::nowhere();
        Self { post, messenger: Messenger::Nowhere, phones, reach: Reach::nothing(), chat_page: None }
    }

    /// Trays in place of everything: `phone` is the phone that all numbers lead to.
    pub fn trays(post: Post, chats: TelegramTray, phone: &PhoneTray) -> Self {
        Self {
            post,
            messenger: Messenger::Tray(chats),
            phones: Phones {
                calls: CallWay::Tray(phone.clone()),
                sms: SmsLine::new(Line::Open(Arc::new(SmsWay::Tray(phone.clone())))),
            },
            reach: tray_reach(),
            chat_page: None,
        }
    }
}

/// What flows know of what the settings say.
fn reach(settings: &Settings) -> Reach {
    let mut reach = Reach::nothing();
    reach.telegram = settings.telegram.as_ref().map(|telegram| telegram.bot().to_owned());
    if let Some(phone) = &settings.phone {
        reach.home = phone.home;
        reach.destinations = Arc::clone(&phone.destinations);
        reach.prices = Arc::clone(&phone.prices);
        reach.budget = phone.daily_budget;
    }
    if let Some(calls) = &settings.calls {
        reach.calls = true;
        reach.pools = Arc::clone(&calls.pools);
    }
    reach.sms = settings.sms.is_some();
    reach
}

fn tray_reach() -> Reach {
    let mut reach = Reach::nothing();
    reach.telegram = Some(TelegramTray::BOT.to_owned());
    (reach.calls, reach.sms) = (true, true);
    if let Ok(destinations) = Destinations::parse(TRAY_DESTINATIONS) {
        reach.destinations = Arc::new(destinations);
    }
    let home = Pool::parse(TRAY_POOL_DE).ok().map(|pool| (reach.home, pool));
    reach.pools = Arc::new(Pools::new(Pool::parse(TRAY_POOL).ok(), home.into_iter().collect()));
    reach
}

/// The ways to people's phones.
pub struct Phones {
    /// Calls.
    pub calls: CallWay,
    /// SMS.
    pub sms: SmsLine,
}

impl Phones {
    /// None: neither trunks nor routes are set up.
    pub fn nowhere() -> Self {
        Self { calls: CallWay::Nowhere, sms: SmsLine::new(Line::Nowhere) }
    }
}

/// The routes for SMS. Sessions with short message centres are opened by whoever sends, not by every command.
pub struct SmsLine(Mutex<Line>, bool);

enum Line {
    Closed(SmsSettings),
    Opened(Arc<SmsWay>, mpsc::Sender<Receipt>, Option<mpsc::Receiver<Receipt>>),
    Open(Arc<SmsWay>),
    Nowhere,
}

impl SmsLine {
    fn new(line: Line) -> Self {
        let is_on = !matches!(line, Line::Nowhere);
        Self(Mutex::new(line), is_on)
    }

    /// Whether SMS can be sent at all.
    pub const fn is_on(&self) -> bool {
        self.1
    }

    /// The routes, opened if they are not yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings.
    pub async fn open(&self) -> Result<Arc<SmsWay>, RouteFault> {
        let mut line = self.0.lock().await;
        match &*line {
            Line::Opened(way, ..) | Line::Open(way) => Ok(Arc::clone(way)),
            Line::Nowhere => Ok(Arc::new(SmsWay::Nowhere)),
            Line::Closed(settings) => {
                let (receipts, arriving) = mpsc::channel(RECEIPTS);
                let routes = SmsRoutes::start(settings.routes.clone(), &receipts)?;
                let way = Arc::new(SmsWay::Routes(routes));
                *line = Line::Opened(Arc::clone(&way), receipts, Some(arriving));
                Ok(way)
            }
        }
    }

    /// Where receipts come out, to the first that asks; `None` where there are none.
    pub async fn receipts(&self) -> Option<mpsc::Receiver<Receipt>> {
        if let Line::Opened(.., receipts) = &mut *self.0.lock().await { receipts.take() } else { None }
    }

    /// Puts a receipt to those that centres have brought. `false`: there are too many just now, or nobody sends.
    pub async fn bring(&self, receipt: Receipt) -> bool {
        if let Line::Opened(_, receipts, _) = &*self.0.lock().await {
            receipts.try_send(receipt).is_ok()
        } else {
            false
        }
    }

    /// Ends the sessions, if nobody sends any more: waits for at most `within`.
    pub async fn close(&self, within: Duration) {
        let line = std::mem::replace(&mut *self.0.lock().await, Line::Nowhere);
        if let Line::Opened(way, ..) | Line::Open(way) = line
            && let Some(way) = Arc::into_inner(way)
        {
            // Whoever does not say goodbye in time is left.
            let _ = tokio::time::timeout(within, way.shutdown()).await;
        }
    }
}
