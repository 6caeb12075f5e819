//! SMS through the operator's routes: SMPP centres and HTTP gateways, tried in order, one code at most once.
//!
//! A message that a route may have taken is never given to another one: [`SmsOutcome::Unknown`] ends it, as does
//! [`SmsOutcome::Accepted`]. What is certain to have gone nowhere goes to the next route.

mod receipt;
mod sender;
mod text;
pub(crate) mod tls;

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::Secret;
use crate::http_sms::{HttpSms, HttpSmsSettings};
use crate::smpp::{Smpp, SmppSettings};
pub(crate) use receipt::canonical;
pub use receipt::{Receipt, ReceiptState};
pub(crate) use sender::is_e164;
pub use sender::{NoSender, Sender, Senders};
pub(crate) use text::encode;
pub use text::{Encoding, TooLong, parts};

/// What stands for the route where none was asked.
const NO_ROUTE: &str = "none";

/// A way for messages to leave.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are a handful, read once at the start")]
pub enum SmsRoute {
    /// A session with a short message centre.
    Smpp(SmppSettings),
    /// Requests to a gateway.
    Http(HttpSmsSettings),
}

impl SmsRoute {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Smpp(settings) => &settings.name,
            Self::Http(settings) => &settings.name,
        }
    }

    /// Whether messages can leave this way, as far as its settings tell. Nothing is connected.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them.
    pub fn check(&self) -> Result<(), RouteFault> {
        match self {
            Self::Smpp(settings) => settings.check(),
            Self::Http(settings) => settings.check(),
        }
    }
}

/// Settings that nothing can be sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteFault {
    /// No route.
    #[error("there is no route for SMS")]
    NoRoute,
    /// A route without a name of its own.
    #[error("each route needs a name that no other route has")]
    Name,
    /// System id, password or system type.
    #[error(
        "the system id takes 1 to 15, the password up to 8 and the system type up to 12 ASCII characters"
    )]
    Login,
    /// The host's name.
    #[error("the host is neither a name nor an address")]
    Host,
    /// How many messages may be open.
    #[error("the window must be 1 to 100")]
    Window,
    /// A time of less than a tenth of a second, or of more than an hour.
    #[error("times must be from 100 ms to an hour")]
    Time,
    /// A calling code.
    #[error("senders by country are named by calling codes in digits, each of them once")]
    Code,
    /// The extra certificates.
    #[error("the file of certificates holds none that can be read")]
    Roots,
    /// The gateway's address.
    #[error(
        "the address must be https://… (http:// on this machine only), without login or fragment, with \
         placeholders only behind the question mark"
    )]
    Url,
    /// A placeholder.
    #[error(
        "a template has a brace without its partner, or a placeholder that is none or has no place there"
    )]
    Template,
    /// A header.
    #[error("a header has a name or a value that HTTP cannot carry")]
    Header,
    /// The body.
    #[error("the JSON template is no JSON, or a GET has a body")]
    Body,
    /// When a message was taken.
    #[error("the statuses of success must lie between 100 and 599, and JSON pointers begin with /")]
    Success,
}

/// One message. It holds a code and a number, so it has no `Debug`.
#[derive(Clone, Copy)]
pub struct Sms<'a> {
    /// Whose phone: E.164 with its `+`.
    pub to: &'a str,
    /// What it says: one part, see [`parts`].
    pub text: &'a Secret,
    /// How much longer the code lives. Networks drop the message when it is over; a second is the least they can tell.
    pub valid_for: Duration,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsOutcome {
    /// A route took it over.
    Accepted {
        /// The route's name for it, in one spelling: receipts name it the same way. None where the route told none.
        message_id: Option<String>,
    },
    /// The route said no.
    Refused {
        /// The SMPP command status or the HTTP status.
        code: u32,
        /// Whether the same would be refused again.
        permanent: bool,
    },
    /// Not now: too many at once.
    Throttled {
        /// How long to wait, where the route said so.
        retry_after: Option<Duration>,
    },
    /// It was certainly not handed over: nobody listens there, the login was refused, the connection closed before.
    NotSent,
    /// It was handed over and the answer is lost. It may arrive, so the same code must not be sent again.
    Unknown,
    /// It can't be sent by any route, and none was asked.
    Unfit(Unfit),
}

/// Why a message can't be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The number is not in E.164 with a `+`.
    #[error("the number is not written in E.164")]
    Number,
    /// There is no text.
    #[error("there is no text")]
    Empty,
    /// One part does not hold the text.
    #[error(transparent)]
    Text(#[from] TooLong),
    /// The code has less than a second to live.
    #[error("the code is over")]
    Late,
}

/// What became of a message, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsResult {
    /// The route that was asked last; `none` where none was.
    pub route: String,
    /// What became of it there.
    pub outcome: SmsOutcome,
}

/// One route's answer.
pub(crate) struct Attempt {
    pub(crate) outcome: SmsOutcome,
    /// Whether a refusal is about the route and not about the message: another one may take it.
    pub(crate) is_the_routes: bool,
}

impl Attempt {
    pub(crate) const fn of(outcome: SmsOutcome) -> Self {
        Self { outcome, is_the_routes: false }
    }

    /// Whether the message is certain to have gone nowhere and another route may do better.
    const fn may_go_on(&self) -> bool {
        match self.outcome {
            SmsOutcome::NotSent | SmsOutcome::Throttled { .. } => true,
            SmsOutcome::Refused { .. } => self.is_the_routes,
            SmsOutcome::Accepted { .. } | SmsOutcome::Unknown | SmsOutcome::Unfit(_) => false,
        }
    }
}

/// How a route does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteState {
    /// Which one.
    pub name: String,
    /// `smpp` or `http`.
    pub protocol: &'static str,
    /// How it does.
    pub condition: Condition,
}

/// How a route does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is being tried for the first time.
    Connecting,
    /// Messages can leave. A gateway is thought so until it fails.
    Ready,
    /// They can't.
    Down {
        /// Why, in our own words; no number, text or password.
        reason: String,
    },
}

/// The routes, each SMPP one with its session. Needs a tokio runtime.
pub struct SmsRoutes {
    routes: Vec<Route>,
}

enum Route {
    Smpp(Smpp),
    Http(Box<HttpSms>),
}

impl SmsRoutes {
    /// Opens the routes, the first choice first, and goes on opening SMPP sessions anew as they break, with growing
    /// pauses. Receipts of SMPP centres come out of `receipts`' other end; while that is full or gone, centres are asked
    /// to keep them.
    ///
    /// # Errors
    ///
    /// The first setting that nothing can be sent with.
    pub fn start(routes: Vec<SmsRoute>, receipts: &mpsc::Sender<Receipt>) -> Result<Self, RouteFault> {
        if routes.is_empty() {
            return Err(RouteFault::NoRoute);
        }
        let is_named = |place: usize, route: &SmsRoute| {
            !route.name().is_empty() && routes[..place].iter().all(|other| other.name() != route.name())
        };
        if !routes.iter().enumerate().all(|(place, route)| is_named(place, route)) {
            return Err(RouteFault::Name);
        }
        routes.iter().try_for_each(SmsRoute::check)?;
        let open = routes.into_iter().map(|route| match route {
            SmsRoute::Smpp(settings) => Smpp::start(settings, receipts.clone()).map(Route::Smpp),
            SmsRoute::Http(settings) => HttpSms::new(settings).map(|http| Route::Http(Box::new(http))),
        });
        Ok(Self { routes: open.collect::<Result<_, _>>()? })
    }

    /// Sends a message, at most once in all. The next route is asked only where the one before certainly did not take it.
    pub async fn send(&self, sms: Sms<'_>) -> SmsResult {
        self.send_over(&self.routes, sms).await
    }

    /// Sends a message by this route alone; nothing, where there is none of that name.
    pub async fn send_by(&self, route: &str, sms: Sms<'_>) -> Option<SmsResult> {
        let place = self.routes.iter().position(|each| each.name() == route)?;
        Some(self.send_over(&self.routes[place..=place], sms).await)
    }

    async fn send_over(&self, routes: &[Route], sms: Sms<'_>) -> SmsResult {
        let encoding = match fitness(&sms) {
            Ok(encoding) => encoding,
            Err(why) => {
                return SmsResult { route: NO_ROUTE.to_owned(), outcome: SmsOutcome::Unfit(why) };
            }
        };
        let mut last = SmsResult { route: NO_ROUTE.to_owned(), outcome: SmsOutcome::NotSent };
        for route in routes {
            let attempt = match route {
                Route::Smpp(smpp) => smpp.send(sms, encoding).await,
                Route::Http(http) => http.send(sms).await,
            };
            let may_go_on = attempt.may_go_on();
            last = SmsResult { route: route.name().to_owned(), outcome: attempt.outcome };
            if !may_go_on {
                break;
            }
        }
        last
    }

    /// How each route does, in their order.
    pub fn states(&self) -> Vec<RouteState> {
        self.routes.iter().map(Route::state).collect()
    }

    /// Waits until no route is [`Condition::Connecting`] any more: SMPP ones try for their response time-out.
    pub async fn settled(&self) {
        for route in &self.routes {
            // It only fails where the session has ended, and then it is settled too.
            let _ = route.condition().wait_for(|condition| *condition != Condition::Connecting).await;
        }
    }

    /// Ends the sessions: waits for answers that are due, each for its response time-out at most, and says goodbye.
    pub async fn shutdown(self) {
        // All of them are told before the first one is waited for.
        let ending: Vec<_> = self
            .routes
            .into_iter()
            .filter_map(|route| match route {
                Route::Smpp(smpp) => Some(smpp.end()),
                Route::Http(_) => None,
            })
            .collect();
        for end in ending {
            // A session that panicked has ended as well.
            let _ = end.await;
        }
    }
}

impl Route {
    fn name(&self) -> &str {
        match self {
            Self::Smpp(smpp) => smpp.name(),
            Self::Http(http) => http.name(),
        }
    }

    fn condition(&self) -> watch::Receiver<Condition> {
        match self {
            Self::Smpp(smpp) => smpp.condition(),
            Self::Http(http) => http.condition(),
        }
    }

    fn state(&self) -> RouteState {
        let protocol = match self {
            Self::Smpp(_) => "smpp",
            Self::Http(_) => "http",
        };
        let condition = self.condition().borrow().clone();
        RouteState { name: self.name().to_owned(), protocol, condition }
    }
}

/// Whether a message can be sent at all, and in which alphabet.
fn fitness(sms: &Sms<'_>) -> Result<Encoding, Unfit> {
    if !is_e164(sms.to) {
        return Err(Unfit::Number);
    }
    if sms.text.reveal().is_empty() {
        return Err(Unfit::Empty);
    }
    if sms.valid_for.as_secs() == 0 {
        return Err(Unfit::Late);
    }
    Ok(parts(sms.text.reveal())?)
}

/// Whether a setting is a time that can be waited for: a tenth of a second to an hour.
pub(crate) fn is_patience(time: Duration) -> bool {
    (Duration::from_millis(100)..=Duration::from_hours(1)).contains(&time)
}
