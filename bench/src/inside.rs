//! The ceiling: the same answers by the same code on the same database, without HTTP.

use std::sync::Arc;
use std::time::Duration;

use countersign::flow::second_step::{self, Answer, Reply};
use countersign::flow::{Call, Deps, Origin};
use countersign::time_source::{Clock, Stopwatch, SystemClock};
use countersign_core::audit::Actor;
use tokio::task::JoinSet;

use crate::Fault;
use crate::deed::{Deed, GUESSES, Slice};
use crate::people::{self, BROWSER, Person};
use crate::sample::Sample;

/// So many tasks, each answering again as soon as it is answered, until the time is up or nobody is left.
pub(crate) async fn closed(
    deps: Arc<Deps>,
    deed: Deed,
    tasks: usize,
    lasts: Duration,
    slice: Arc<Slice>,
) -> Result<Sample, Fault> {
    let clock = Stopwatch::start();
    let mut all = JoinSet::new();
    for _ in 0..tasks {
        let (deps, slice) = (Arc::clone(&deps), Arc::clone(&slice));
        all.spawn(async move {
            let mut sample = Sample::default();
            while clock.elapsed() < lasts {
                let Some(person) = slice.next() else { break };
                let tries = if deed == Deed::WrongCode { GUESSES } else { 1 };
                for attempt in 1..=tries {
                    let before = Stopwatch::start();
                    match answer(&deps, deed, &slice, person, attempt).await {
                        Ok(()) => sample.note(before.elapsed()),
                        Err(fault) => sample.fail(&fault),
                    }
                }
            }
            sample
        });
    }
    let mut sample = Sample::default();
    while let Some(done) = all.join_next().await {
        sample.add(done?);
    }
    sample.took = clock.elapsed();
    Ok(sample)
}

async fn answer(
    deps: &Arc<Deps>,
    deed: Deed,
    slice: &Slice,
    person: Person,
    attempt: u32,
) -> Result<(), Fault> {
    let people = &slice.people;
    let origin = Origin {
        address: people::address(person.index).into(),
        user_agent: BROWSER.to_owned(),
        request_id: "0123456789abcdef0123456789abcdef".to_owned(),
        actor: Actor::Stranger,
    };
    let call = Call { deps: Arc::clone(deps), now: SystemClock.now(), origin: Arc::new(origin) };
    let code = match deed {
        Deed::WrongCode => people.guess(person, attempt),
        _ => people.code(person.index).reveal().to_string(),
    };
    let (challenge, browser) = (people.challenge_token(person), people.browser_token(person.index));
    let reply =
        Reply { challenge: &challenge, browser: Some(&browser), session: None, method: None, code: &code };
    let answer = second_step::answer(&call, &reply).await?;
    match (deed, answer) {
        (Deed::SecondStep, Answer::Entered(_))
        | (Deed::WrongCode, Answer::Wrong { .. } | Answer::TooMany { .. }) => Ok(()),
        // Thirteen in a million guesses are right or nearly so; they and the guesses after them end otherwise.
        (Deed::WrongCode, _)
            if (1..=attempt).any(|one| people.shows(person.index, &people.guess(person, one))) =>
        {
            Ok(())
        }
        _ => Err(format!("{deed:?} was answered otherwise").into()),
    }
}
