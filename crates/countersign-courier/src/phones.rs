//! The ways to people's phones.

use crate::phone_tray::PhoneTray;
use crate::sip::{Call, CallOutcome, CallResult, Calls, TrunkState};
use crate::sms::{Condition, RouteState, Sms, SmsOutcome, SmsResult, SmsRoutes};

const NONE: &str = "none";
const TRAY: &str = "tray";

/// The ways by which phones ring.
pub enum CallWay {
    /// Trunks.
    Trunks(Calls),
    /// A phone in memory, for the demo and for tests.
    Tray(PhoneTray),
    /// None: no trunk is set up.
    Nowhere,
}

impl CallWay {
    /// Whether phones can be called at all.
    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }

    /// As [`Calls::ring`].
    pub async fn ring(&self, call: Call<'_>, on_ringing: impl FnOnce()) -> CallResult {
        self.ring_until(call, on_ringing, std::future::pending()).await
    }

    /// As [`Calls::ring_until`].
    pub async fn ring_until(
        &self,
        call: Call<'_>,
        on_ringing: impl FnOnce(),
        done: impl Future<Output = ()>,
    ) -> CallResult {
        match self {
            Self::Trunks(calls) => calls.ring_until(call, on_ringing, done).await,
            Self::Tray(tray) => tray.ring_until(call, on_ringing, done).await,
            Self::Nowhere => CallResult {
                trunk: NONE.to_owned(),
                outcome: CallOutcome::Transport,
                passed_over: Vec::new(),
            },
        }
    }

    /// As [`Calls::probe`].
    pub async fn probe(&self) -> Vec<TrunkState> {
        match self {
            Self::Trunks(calls) => calls.probe().await,
            Self::Tray(_) => vec![TrunkState { trunk: TRAY.to_owned(), result: Ok(()) }],
            Self::Nowhere => Vec::new(),
        }
    }

    /// As [`Calls::shutdown`].
    pub async fn shutdown(&self) {
        match self {
            Self::Trunks(calls) => calls.shutdown().await,
            Self::Tray(tray) => tray.decline_all(),
            Self::Nowhere => {}
        }
    }
}

/// The ways by which SMS leave.
pub enum SmsWay {
    /// Routes, opened.
    Routes(SmsRoutes),
    /// A phone in memory, for the demo and for tests.
    Tray(PhoneTray),
    /// None: no route is set up.
    Nowhere,
}

impl SmsWay {
    /// Whether SMS can be sent at all.
    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }

    /// As [`SmsRoutes::send`].
    pub async fn send(&self, sms: Sms<'_>) -> SmsResult {
        match self {
            Self::Routes(routes) => routes.send(sms).await,
            Self::Tray(tray) => tray.send(sms),
            Self::Nowhere => SmsResult { route: NONE.to_owned(), outcome: SmsOutcome::NotSent },
        }
    }

    /// As [`SmsRoutes::states`].
    pub fn states(&self) -> Vec<RouteState> {
        match self {
            Self::Routes(routes) => routes.states(),
            Self::Tray(_) => {
                vec![RouteState { name: TRAY.to_owned(), protocol: TRAY, condition: Condition::Ready }]
            }
            Self::Nowhere => Vec::new(),
        }
    }

    /// As [`SmsRoutes::settled`].
    pub async fn settled(&self) {
        if let Self::Routes(routes) = self {
            routes.settled().await;
        }
    }

    /// As [`SmsRoutes::shutdown`].
    pub async fn shutdown(self) {
        if let Self::Routes(routes) = self {
            routes.shutdown().await;
        }
    }
}
