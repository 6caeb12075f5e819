//! How letters go out, as administrators see it, and a test letter to oneself.

use std::time::Duration;

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::breaker::{self, BreakerRow};
pub use countersign_store::dispatch::DispatchState;
use countersign_store::dispatch::{self, DispatchCount, DispatchRow};
use countersign_store::{audit, courier};

use super::letters::{Draft, post};
use super::outbox::{self, CourierState, LetterCounts};
use super::session::SignedIn;
use super::{Call, FlowError, second_step, staff};
use crate::text;

/// One kind of way out, as every organisation's administrators see it: whether it works. By which trunks and routes, and what
/// providers answered, is for whoever runs the server, at the command line.
#[derive(Clone, Copy, Debug)]
pub struct Courier {
    /// What it is.
    pub way: Way,
    /// Whether it is set up.
    pub is_set_up: bool,
    /// Whether it failed when it was last used or asked; of several, whether all did.
    pub is_down: bool,
    /// When it last worked.
    pub ok_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
}

/// What goes out, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Letters, by mail servers.
    Mail,
    /// Messages, by the Telegram bot.
    Telegram,
    /// Calls, by trunks.
    Calls,
    /// SMS, by routes.
    Sms,
}

impl Way {
    const ALL: [Self; 4] = [Self::Mail, Self::Telegram, Self::Calls, Self::Sms];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => outbox::MAIL,
            Self::Telegram => TELEGRAM,
            Self::Calls => "calls",
            Self::Sms => "sms",
        }
    }

    /// Whether how it does is noted under this name.
    fn is_of(self, name: &str) -> bool {
        match self {
            Self::Mail => name == outbox::MAIL,
            Self::Telegram => name == TELEGRAM,
            Self::Calls => name.starts_with(TRUNK),
            Self::Sms => name.starts_with(ROUTE),
        }
    }

    fn is_set_up(self, call: &Call) -> bool {
        let reach = &call.deps.reach;
        match self {
            Self::Mail => call.deps.mail,
            Self::Telegram => reach.telegram.is_some(),
            Self::Calls => reach.calls,
            Self::Sms => reach.sms,
        }
    }
}

/// Every kind of way out that is set up, or was used, and e-mail always.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn list(call: &Call) -> Result<(Vec<Courier>, LetterCounts), FlowError> {
    let counts = outbox::counts(call).await?;
    let mut db = call.reader().await?;
    let states = courier::states(&mut db).await?;
    let couriers = Way::ALL.into_iter().filter_map(|way| {
        let of: Vec<&CourierState> =
            states.iter().filter(|(name, _)| way.is_of(name)).map(|(_, state)| state).collect();
        let is_set_up = way.is_set_up(call);
        (way == Way::Mail || is_set_up || !of.is_empty()).then(|| Courier {
            way,
            is_set_up,
            is_down: !of.is_empty() && of.iter().all(|state| second_step::is_down(state)),
            ok_at: of.iter().filter_map(|state| state.ok_at).max(),
            failed_at: of.iter().filter_map(|state| state.failed_at).max(),
        })
    });
    Ok((couriers.collect(), counts))
}

/// Sends a test letter to whoever asks.
///
/// # Errors
///
/// [`FlowError::Conflict`] where no mail is set up; as [`staff::require`] else.
pub async fn test(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    staff::require(call, signed_in, Action::TestCourier).await?;
    if !call.deps.mail {
        return Err(FlowError::Conflict(Text::new(text!("courier-not-set-up"))));
    }
    let job = call.deps.store.write((call.clone(), signed_in.clone()), |tx, (call, signed_in)| {
        Box::pin(async move {
            let account = staff::hold(tx, call, signed_in, Action::TestCourier).await?;
            let body = LetterBody::default();
            post(tx, call, Draft::about(&account, LetterKind::Test, &account.email, body)).await?;
            let detail = [("courier", outbox::MAIL.to_owned())];
            audit::append(tx, &call.own_row(Event::CourierTested, signed_in.about(), &detail)).await
        })
    });
    job.await?;
    call.deps.post_wake.notify_one();
    Ok(())
}

/// The name under which it is noted how the bot does.
pub const TELEGRAM: &str = "telegram";

/// The name under which it is noted how a trunk does.
pub fn trunk_name(trunk: &str) -> String {
    format!("{TRUNK}{trunk}")
}

/// The name under which it is noted how a route for SMS does.
pub fn route_name(route: &str) -> String {
    format!("{ROUTE}{route}")
}

const TRUNK: &str = "trunk:";
const ROUTE: &str = "sms:";

/// What went out by Telegram, calls and SMS.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// How many of each channel came to what since then.
    pub counts: Vec<DispatchCount>,
    /// What failed, got lost or was too late since then, the newest first, at most 100. Neither numbers nor what was said.
    pub failures: Vec<DispatchRow>,
}

/// What went out by Telegram, calls and SMS within the last `span`, over the whole installation.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn outgoing(call: &Call, span: Duration) -> Result<Outgoing, FlowError> {
    let since = call.now.minus(span);
    let mut db = call.reader().await?;
    let counts = dispatch::counts(&mut db, since).await?;
    let failures = dispatch::recent_failures(&mut db, since, MOST).await?;
    Ok(Outgoing { counts, failures })
}

/// The prefixes of numbers that were stopped within the last day, the last first: those that are stopped now, and those that
/// somebody closed.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn breakers(call: &Call) -> Result<Vec<BreakerRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(breaker::list(&mut db, call.now.minus(DAY), MOST).await?)
}

/// How the ways out whose name begins so last went: [`TELEGRAM`], `trunk:`, `sms:`.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn states(call: &Call, begins: &str) -> Result<Vec<(String, CourierState)>, FlowError> {
    let mut db = call.reader().await?;
    let all = courier::states(&mut db).await?;
    Ok(all.into_iter().filter(|(name, _)| name.starts_with(begins)).collect())
}

/// How much is told at most.
const MOST: u32 = 100;

/// How long stopped prefixes are told of.
const DAY: Duration = Duration::from_hours(24);
