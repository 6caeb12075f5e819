//! `countersign sip`: a trial call.

use clap::{Args, Subcommand};
use countersign_courier::sip::{Call, CallOutcome, TrunkState};

use super::told::{Desk, shown, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};

/// What an operator reads where no trunk is set up.
const OFF: &str = "no trunk is set up: set calls.pool and [[calls.trunks]] (see docs/operating.md)";

/// Try whether trunks work
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Codes by call go through SIP trunks. This tries them.\n\n\
    Example:\n  countersign sip test --to +491701234567")]
pub(super) struct SipArgs {
    #[command(subcommand)]
    action: SipCommand,
}

/// What can be done about trunks.
#[derive(Debug, Subcommand)]
enum SipCommand {
    /// Ask every trunk whether it takes calls, and let a phone ring once
    #[command(
        after_help = "Without --to trunks are only asked. The calling number is drawn from the pool of the number's country.\n\
        The exit code is 5 when no trunk takes calls or the phone did not ring.\n\n\
        Examples:\n  countersign sip test\n  countersign sip test --to +491701234567"
    )]
    Test {
        /// Whose phone rings
        #[arg(long, value_name = "NUMBER")]
        to: Option<String>,
    },
}

impl SipArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let SipCommand::Test { to } = self.action;
        with_desk(common, "sip", async |desk| test(desk, to.as_deref()).await)
    }
}

async fn test(desk: &Desk, to: Option<&str>) -> Result<(), Failure> {
    let calls = &desk.app.phones.calls;
    if !calls.is_on() {
        return Err(Failure::new(Exit::Usage, OFF));
    }
    let number = to.map(|text| super::phone::number(desk, text)).transpose()?;
    let states = calls.probe().await;
    for TrunkState { trunk, result } in &states {
        match result {
            Ok(()) => out::line(format_args!("{}: takes calls", shown(trunk))),
            Err(reason) => out::line(format_args!("{}: does not: {}", shown(trunk), shown(reason))),
        }
    }
    let Some(number) = number else {
        let all_fail = states.iter().all(|state| state.result.is_err());
        return if all_fail { Err(Failure::new(Exit::Problems, "no trunk takes calls")) } else { Ok(()) };
    };
    let pools = &desk.call.deps.reach.pools;
    let pool = pools
        .of(number.country())
        .ok_or_else(|| Failure::new(Exit::Usage, format!("no pool of numbers calls {}", number.country())))?;
    let caller = pool.draw(desk.call.entropy(), |_| false);
    out::line(format_args!("Calling from a number that ends in {} …", caller.code().reveal().as_str()));
    let wanted = Call { to: number.reveal(), from: caller.reveal() };
    let result = calls.ring(wanted, || out::line("It rings.")).await;
    calls.shutdown().await;
    for (trunk, outcome) in &result.passed_over {
        out::line(format_args!("{}: could not take the call: {}", shown(trunk), told(*outcome)));
    }
    let trunk = shown(&result.trunk).into_owned();
    match result.outcome {
        CallOutcome::Rang { alert_ms, .. } => {
            out::line(format_args!("{trunk}: the phone rang after {alert_ms} ms, and was hung up on."));
            Ok(())
        }
        outcome if outcome.was_shown() => {
            out::line(format_args!("{trunk}: {}.", told(outcome)));
            Ok(())
        }
        outcome => Err(Failure::new(Exit::Problems, format!("{trunk}: {}", told(outcome)))),
    }
}

/// What a call came to, for an operator.
fn told(outcome: CallOutcome) -> String {
    let words = match outcome {
        CallOutcome::Rang { .. } => "the phone rang",
        CallOutcome::RangThenRefused(code) => {
            return format!("the phone rang and declined ({code}); it has shown the number");
        }
        CallOutcome::Answered => {
            "the call was answered, perhaps by a voicemail, and hung up on; it has shown the number"
        }
        CallOutcome::Busy => "the line is busy",
        CallOutcome::NotFound => "there is no such number",
        CallOutcome::Unavailable => "the phone is switched off or out of reach",
        CallOutcome::DestinationBarred => "the trunk does not call this number",
        CallOutcome::Refused(code) => {
            return format!("the call was refused ({code}); 607 and 608 mean: taken for unwanted");
        }
        CallOutcome::TrunkOverload => "the trunk has no room for it",
        CallOutcome::AuthRejected => "the trunk does not accept the login",
        CallOutcome::Progressed => {
            "the trunk said that something goes on (183), and never that the phone rings"
        }
        CallOutcome::NoProgress => "the trunk took the call, and never said that the phone rings",
        CallOutcome::Timeout => "the trunk did not answer",
        CallOutcome::Transport => "the trunk cannot be reached",
    };
    words.to_owned()
}
