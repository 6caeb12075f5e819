//! Whether the bot, trunks and routes for SMS work.

use std::time::Duration;

use countersign_core::phone::pool::ENDINGS_ENOUGH;
use countersign_courier::phones::SmsWay;
use countersign_courier::sms::Condition;
use countersign_courier::telegram::Messenger;
use countersign_store::dispatch::DispatchState;

use super::Check;
use crate::app::couriers::{Couriers, Phones, SmsLine};
use crate::cli::told::count;
use crate::config::Settings;
use crate::flow::{Call, courier};

/// How far back failures are counted.
const DAY: Duration = Duration::from_hours(24);
/// How long saying goodbye to a short message centre may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// Everything about them. What is not set up is a line too, so that nobody looks for it.
pub(super) async fn all(settings: &Settings, call: &Call, couriers: &Couriers) -> Vec<Check> {
    let Phones { calls, sms } = &couriers.phones;
    let mut checks = vec![bot(settings, &couriers.messenger).await];
    if calls.is_on() {
        checks.push(trunks(calls.probe().await));
        checks.push(pools(call));
    } else {
        checks.push(Check::ok("calls", "not set up: no codes by call"));
    }
    checks.push(routes(sms).await);
    checks.push(outgoing(call).await);
    checks
}

async fn bot(settings: &Settings, messenger: &Messenger) -> Check {
    let name = "telegram";
    let advice = "look at [telegram] in the settings; countersign telegram test tries it";
    let (Some(wanted), Messenger::Bot(bot)) = (&settings.telegram, messenger) else {
        return Check::ok(name, "not set up: no confirming in Telegram");
    };
    if let Err(reason) = bot.probe().await.result {
        return Check::fail(name, reason, advice);
    }
    match bot.me().await {
        Ok(me) if me.username.eq_ignore_ascii_case(wanted.bot()) => {
            Check::ok(name, format!("Telegram knows the bot as @{}", me.username))
        }
        Ok(me) => {
            let found = format!("the token is that of @{}, telegram.bot is {}", me.username, wanted.bot());
            Check::fail(name, found, "set telegram.bot to the name of the token's bot")
        }
        Err(error) => Check::fail(name, error.to_string(), advice),
    }
}

fn trunks(states: Vec<countersign_courier::sip::TrunkState>) -> Check {
    let all = states.len();
    let failed: Vec<String> = states
        .into_iter()
        .filter_map(|state| Some(format!("{}: {}", state.trunk, state.result.err()?)))
        .collect();
    told("calls", "trunk takes calls", "[[calls.trunks]]", "countersign sip test", all, &failed)
}

fn pools(call: &Call) -> Check {
    let name = "calling numbers";
    let Some(least) = call.deps.reach.pools.endings_least() else {
        return Check::fail(name, "there are none", "set calls.pool in the settings");
    };
    let found = format!(
        "{least} different endings in the smallest pool: two guesses a day are right once in {} days (2/{least})",
        least.div_ceil(2)
    );
    if least < ENDINGS_ENOUGH {
        return Check::warn(name, found, format!("rent more numbers: {ENDINGS_ENOUGH} or more"));
    }
    Check::ok(name, found)
}

async fn routes(line: &SmsLine) -> Check {
    let name = "sms";
    if !line.is_on() {
        return Check::ok(name, "not set up: no codes by SMS");
    }
    let advice = "look at [[sms.routes]] in the settings";
    let way = match line.open().await {
        Ok(way) => way,
        Err(fault) => return Check::fail(name, fault.to_string(), advice),
    };
    way.settled().await;
    let check = of_routes(&way);
    drop(way);
    line.close(CLOSE_WITHIN).await;
    check
}

fn of_routes(way: &SmsWay) -> Check {
    let states = way.states();
    let all = states.len();
    let failed: Vec<String> = states
        .into_iter()
        .filter_map(|route| match route.condition {
            Condition::Ready => None,
            Condition::Connecting => Some(format!("{}: is still being connected to", route.name)),
            Condition::Down { reason } => Some(format!("{}: {reason}", route.name)),
        })
        .collect();
    told("sms", "route takes SMS", "[[sms.routes]]", "countersign sms test", all, &failed)
}

fn told(
    name: &'static str,
    works: &str,
    section: &str,
    command: &str,
    all: usize,
    failed: &[String],
) -> Check {
    let advice = format!("look at {section} in the settings; {command} --to NUMBER tries it");
    match failed.len() {
        0 => Check::ok(name, format!("every {works} ({all})")),
        none if none == all => Check::fail(name, failed.join("; "), advice),
        _ => Check::warn(name, format!("{}; the others do", failed.join("; ")), advice),
    }
}

/// How Telegram messages, calls and SMS fared.
async fn outgoing(call: &Call) -> Check {
    let name = "messages and calls";
    let outgoing = match courier::outgoing(call, DAY).await {
        Err(error) => return Check::fail(name, error.to_string(), "look at the database first"),
        Ok(outgoing) => outgoing,
    };
    let of = |states: &[DispatchState]| {
        let counted = outgoing.counts.iter().filter(|count| states.contains(&count.state));
        counted.map(|count| count.count).sum::<u64>()
    };
    let sent = of(&[DispatchState::Sent, DispatchState::Delivered]);
    let given_up = of(&[DispatchState::Expired, DispatchState::Unknown]);
    let failed = of(&[DispatchState::Failed]);
    let found =
        format!("within a day {}, {failed} not taken, {given_up} late or lost", count(sent, "sent one"));
    if given_up > 0 {
        return Check::warn(name, found, "countersign phone status and telegram status tell which, and why");
    }
    Check::ok(name, found)
}
