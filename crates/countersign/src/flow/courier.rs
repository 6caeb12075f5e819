//! How letters go out, as administrators see it, and a test letter to oneself.

use std::time::Duration;

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::text::Text;
use countersign_store::breaker::{self, BreakerRow};
pub use countersign_store::dispatch::DispatchState;
use countersign_store::dispatch::{self, DispatchCount, DispatchRow};
use countersign_store::{audit, courier};

use super::letters::{Draft, post};
use super::outbox::{self, CourierState, LetterCounts};
use super::session::SignedIn;
use super::{Call, FlowError, second_step, staff};
use crate::text;

/// One way by which letters go out.
#[derive(Clone, Debug)]
pub struct Courier {
    /// Its name.
    pub name: String,
    /// Whether it is set up.
    pub is_set_up: bool,
    /// Whether the last attempt failed.
    pub is_down: bool,
    /// How it last went.
    pub state: CourierState,
}

/// Every way by which letters go out, or did.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn list(call: &Call) -> Result<(Vec<Courier>, LetterCounts), FlowError> {
    let counts = outbox::counts(call).await?;
    let mut db = call.reader().await?;
    let mut states = courier::states(&mut db).await?;
    if !states.iter().any(|(name, _)| name == outbox::MAIL) {
        states.insert(0, (outbox::MAIL.to_owned(), CourierState::default()));
    }
    let couriers = states.into_iter().map(|(name, state)| Courier {
        is_set_up: is_set_up(call, &name),
        is_down: second_step::is_down(&state),
        name,
        state,
    });
    Ok((couriers.collect(), counts))
}

/// What a way out is, by the name under which it is noted how it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    /// Mail servers, all together.
    Mail,
    /// The Telegram bot.
    Telegram,
    /// The trunk of this name.
    Trunk(&'a str),
    /// The route for SMS of this name.
    Route(&'a str),
    /// What an earlier version noted.
    Other(&'a str),
}

impl Courier {
    /// What it is.
    pub fn way(&self) -> Way<'_> {
        match self.name.as_str() {
            outbox::MAIL => Way::Mail,
            TELEGRAM => Way::Telegram,
            name => match (name.strip_prefix(TRUNK), name.strip_prefix(ROUTE)) {
                (Some(trunk), _) => Way::Trunk(trunk),
                (_, Some(route)) => Way::Route(route),
                _ => Way::Other(name),
            },
        }
    }
}

/// Whether there is such a way now. Trunks and routes that were taken out of the settings stay told for a while.
fn is_set_up(call: &Call, name: &str) -> bool {
    let reach = &call.deps.reach;
    match name {
        outbox::MAIL => call.deps.mail,
        TELEGRAM => reach.telegram.is_some(),
        _ if name.starts_with(TRUNK) => reach.calls,
        _ if name.starts_with(ROUTE) => reach.sms,
        _ => false,
    }
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
