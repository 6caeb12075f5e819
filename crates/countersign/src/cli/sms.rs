//! `countersign sms`: a trial SMS.

use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_courier::Secret;
use countersign_courier::sms::{Condition, Sms, SmsOutcome};

use super::told::{Desk, shown, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::language::Language;
use crate::letters::sms::trial;

/// What an operator reads where no route is set up.
const OFF: &str = "no route for SMS is set up: set [[sms.routes]] (see docs/operating.md)";
/// How long a trial SMS may be on its way.
const LIFE: Duration = Duration::from_mins(5);
/// How long saying goodbye may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// Try whether SMS can be sent
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Codes by SMS leave by a short message centre or a gateway. This tries them.\n\n\
    Example:\n  countersign sms test --to +491701234567")]
pub(super) struct SmsArgs {
    #[command(subcommand)]
    action: SmsCommand,
}

/// What can be done about SMS.
#[derive(Debug, Subcommand)]
enum SmsCommand {
    /// Log in to every route, and send a trial SMS
    #[command(
        after_help = "Without --to routes are only asked. That a route took an SMS does not mean that it arrives: look at the phone.\n\
        The exit code is 5 when it was not taken.\n\n\
        Examples:\n  countersign sms test\n  countersign sms test --to +491701234567"
    )]
    Test {
        /// Who gets the SMS
        #[arg(long, value_name = "NUMBER")]
        to: Option<String>,
        /// In which language: en or de [built in: `languages.default` of the settings]
        #[arg(long)]
        language: Option<Language>,
    },
}

impl SmsArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let SmsCommand::Test { to, language } = self.action;
        with_desk(common, "sms", async |desk| {
            let outcome = test(desk, to.as_deref(), language).await;
            desk.app.phones.sms.close(CLOSE_WITHIN).await;
            outcome
        })
    }
}

async fn test(desk: &Desk, to: Option<&str>, language: Option<Language>) -> Result<(), Failure> {
    let line = &desk.app.phones.sms;
    if !line.is_on() {
        return Err(Failure::new(Exit::Usage, OFF));
    }
    let number = to.map(|text| super::phone::number(desk, text)).transpose()?;
    let way = line.open().await.map_err(|fault| Failure::new(Exit::Usage, fault))?;
    way.settled().await;
    let states = way.states();
    for route in &states {
        let name = shown(&route.name);
        match &route.condition {
            Condition::Ready => out::line(format_args!("{name}: takes SMS")),
            Condition::Connecting => out::line(format_args!("{name}: is still being connected to")),
            Condition::Down { reason } => {
                out::line(format_args!("{name}: does not: {}", shown(reason)));
            }
        }
    }
    let Some(number) = number else {
        let is_ready = states.iter().any(|route| route.condition == Condition::Ready);
        return if is_ready { Ok(()) } else { Err(Failure::new(Exit::Problems, "no route takes SMS")) };
    };
    let settings = &desk.app.settings;
    let text = trial(&settings.product, language.unwrap_or(settings.default_language));
    let text = Secret::new(text.to_string());
    let result = way.send(Sms { to: number.reveal(), text: &text, valid_for: LIFE }).await;
    let route = shown(&result.route).into_owned();
    match result.outcome {
        SmsOutcome::Accepted { .. } => {
            out::line(format_args!("{route} took the SMS. Look at the phone."));
            Ok(())
        }
        outcome => Err(Failure::new(Exit::Problems, told(&route, &outcome))),
    }
}

/// What became of an SMS, for an operator.
fn told(route: &str, outcome: &SmsOutcome) -> String {
    match outcome {
        SmsOutcome::Accepted { .. } => format!("{route} took the SMS"),
        SmsOutcome::Refused { code, permanent: true } => {
            format!("{route} refused the SMS, and would again (code {code}, {code:#04x})")
        }
        SmsOutcome::Refused { code, permanent: false } => {
            format!("{route} refused the SMS for now (code {code}, {code:#04x})")
        }
        SmsOutcome::Throttled { retry_after: Some(wait) } => {
            format!("{route} has too much to do; it asks to be left alone for {} s", wait.as_secs())
        }
        SmsOutcome::Throttled { retry_after: None } => format!("{route} has too much to do"),
        SmsOutcome::NotSent => "no route could be reached, so nothing was sent".to_owned(),
        SmsOutcome::Unknown => format!("{route} did not answer: nobody knows whether it took the SMS"),
        SmsOutcome::Unfit(why) => format!("it cannot be sent: {why}"),
    }
}
