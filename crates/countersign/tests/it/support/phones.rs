//! Telephones: what is to ring or to be written, read in the worker's place, and people who add numbers and ask for calls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use countersign::flow::dispatch::Body;
use countersign::flow::phone::{self, Added, Asking, PhoneStep, Want};
use countersign::flow::reach::Reach;
use countersign::flow::session::{self, SignedIn};
use countersign::flow::{Call, FlowError, second_step};
use countersign_core::audit::Actor;
use countersign_core::factor::phone::CallOutcome;
use countersign_core::id::{DispatchId, PhoneNumberId};
use countersign_core::phone::pool::{Pool, Pools};
use countersign_core::phone::{Channel, Country};
use countersign_core::secret::Token;
use countersign_store::dispatch::{self, Channel as Outgoing, DispatchState, End};
use serde_json::Value;

use super::{Client, TestApp};

/// A call or an SMS that a worker has begun.
pub(crate) struct Begun {
    pub(crate) id: DispatchId,
    pub(crate) channel: Channel,
    /// Whose phone, in E.164.
    pub(crate) to: String,
    /// The number that calls; of an SMS nothing.
    pub(crate) from: String,
    /// The digits to type.
    pub(crate) code: String,
}

/// Calls from 300 numbers that begin alike, and SMS, to Germany and Austria.
pub(crate) fn reach() -> Reach {
    let pool = Pool::parse(["+493023125000-+493023125299"]).unwrap();
    let mut reach = Reach::nothing();
    reach.calls = true;
    reach.sms = true;
    reach.home = Country::parse("DE").unwrap();
    reach.pools = Arc::new(Pools::new(Some(pool), BTreeMap::new()));
    let list = ["DE", "AT", "-+4917099"];
    reach.destinations = Arc::new(countersign_core::phone::destination::Destinations::parse(list).unwrap());
    reach
}

impl TestApp {
    /// Claims what waits for phones, as the worker does.
    pub(crate) async fn phones(&self) -> Vec<Begun> {
        let data = (Arc::clone(&self.app.deps.keys), self.now());
        let job = self.app.deps.store.write(data, |tx, (keys, now)| {
            Box::pin(async move {
                let until = now.plus(Duration::from_mins(1));
                let mut claimed = dispatch::claim(tx, keys, Outgoing::Call, *now, until, 100).await?;
                claimed.extend(dispatch::claim(tx, keys, Outgoing::Sms, *now, until, 100).await?);
                Ok(claimed)
            })
        });
        let begun = job.await.unwrap().into_iter().map(|claimed| {
            match &Body::from_bytes(&claimed.body.unwrap()).unwrap() {
                Body::Call(call) => Begun {
                    id: claimed.row.id,
                    channel: Channel::Call,
                    to: call.to.clone(),
                    from: call.from.clone(),
                    code: call.from[call.from.len() - 4..].to_owned(),
                },
                Body::Sms(sms) => Begun {
                    id: claimed.row.id,
                    channel: Channel::Sms,
                    to: sms.to.clone(),
                    from: String::new(),
                    code: sms.code.to_string(),
                },
                _ => panic!("a body for Telegram"),
            }
        });
        begun.collect()
    }

    /// The only call or SMS that waits.
    pub(crate) async fn rung(&self) -> Begun {
        let mut begun = self.phones().await;
        assert_eq!(begun.len(), 1);
        begun.remove(0)
    }

    /// The phone rings.
    pub(crate) async fn rings(&self, begun: &Begun) {
        let job = self.app.deps.store.write((begun.id, self.now()), |tx, (id, now)| {
            Box::pin(async move { dispatch::ringing(tx, *id, *now).await })
        });
        assert!(job.await.unwrap());
    }

    /// The call ends like this.
    pub(crate) async fn ends(&self, begun: &Begun, outcome: CallOutcome) {
        let state = if outcome.was_shown() { DispatchState::Delivered } else { DispatchState::Failed };
        self.comes_to(begun, state, outcome.as_str()).await;
    }

    pub(crate) async fn comes_to(&self, begun: &Begun, state: DispatchState, outcome: &'static str) {
        let data = (begun.id, state, outcome, self.now());
        let job = self.app.deps.store.write(data, |tx, (id, state, outcome, now)| {
            Box::pin(async move {
                let end = End { state: *state, outcome, route: Some("test"), remote_id: None };
                dispatch::end(tx, *id, &end, *now).await
            })
        });
        assert!(job.await.unwrap());
    }

    /// Somebody with an authenticator and these proved numbers; the gaps between their codes are over.
    pub(crate) async fn with_phones(&self, numbers: &[&str]) -> Client<'_> {
        let mut client = self.client().await;
        client.enrol().await;
        for number in numbers {
            client.prove_phone(number).await;
        }
        self.letters().await;
        client
    }
}

impl Client<'_> {
    /// A call of this browser's, past the web.
    pub(crate) fn flow(&self) -> Call {
        let call = self.browser.app.app.call(Actor::Stranger, "test");
        let mut origin = (*call.origin).clone();
        origin.address = self.browser.address.parse().unwrap();
        origin.user_agent.clone_from(&self.browser.user_agent);
        Call { origin: Arc::new(origin), ..call }
    }

    pub(crate) fn token(&self, name: &str) -> Option<Token> {
        Token::parse(&self.browser.cookie(name)?)
    }

    pub(crate) async fn me(&self) -> SignedIn {
        session::authenticate(&self.flow(), &self.token("sid").unwrap()).await.unwrap()
    }

    /// Adds a number; the challenge that proves it is this browser's from then on.
    pub(crate) async fn add_phone(&mut self, typed: &str) -> Result<Added, FlowError> {
        let added = phone::start(&self.flow(), &self.me().await, typed).await?;
        self.browser.set_cookie("challenge", &added.challenge.token.reveal());
        Ok(added)
    }

    /// Asks for a call or an SMS.
    pub(crate) async fn ask_phone(&self, want: Want) -> Result<Asking, FlowError> {
        let (browser, session) = (self.token("browser"), self.token("sid"));
        let challenge = self.token("challenge").unwrap();
        second_step::ask_phone(&self.flow(), &challenge, browser.as_ref(), session.as_ref(), want).await
    }

    /// Asks, as the button does.
    pub(crate) async fn call_me(&self) -> Asking {
        self.ask_phone(Want::default()).await.unwrap()
    }

    /// The phone's part of the second step.
    pub(crate) async fn phone_step(&self) -> PhoneStep {
        let view = second_step::view(&self.flow(), &self.token("challenge").unwrap()).await.unwrap();
        view.phone.unwrap()
    }

    /// Types digits from a phone.
    pub(crate) async fn type_digits(&mut self, digits: &str) -> super::Told {
        self.step().await;
        self.answer_by("phone", digits).await
    }

    /// Adds a number and proves it by a call.
    pub(crate) async fn prove_phone(&mut self, typed: &str) -> PhoneNumberId {
        let id = self.add_phone(typed).await.unwrap_or_else(|error| panic!("{error}")).id;
        assert_eq!(self.call_me().await, Asking::Begun(Channel::Call));
        let begun = self.browser.app.rung().await;
        self.browser.app.rings(&begun).await;
        self.type_digits(&begun.code).await.is(200);
        id
    }

    /// The first step, and the phone as the way to go on.
    pub(crate) async fn begin_by_phone(&mut self) -> Value {
        self.sign_in().await.is(200);
        self.choose("phone").await.is(200)
    }

    /// The methods that the second step offers.
    pub(crate) async fn offered(&mut self) -> Vec<String> {
        let step = self.step().await;
        let name = |offer: &Value| offer["method"].as_str().unwrap().to_owned();
        step["offers"].as_array().unwrap().iter().map(name).collect()
    }
}
