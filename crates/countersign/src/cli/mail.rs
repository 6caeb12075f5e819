//! `countersign mail`: a test letter, and how the outbox stands.

use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_core::email::EmailAddress;
use countersign_core::id::LetterId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_courier::{Mail, Outcome, Probe};
use serde_json::{Value, json};

use super::told::{Desk, count, json, refused, rfc3339, shown, table, time, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::outbox::{self, CourierState, LetterCounts, LetterRow};
use crate::language::Language;
use crate::letters::{LetterStyle, render};

/// How far back failures are told.
const DAY: Duration = Duration::from_hours(24);

/// What an operator reads where no mail is set up.
const OFF: &str = "no mail is set up: set mail.servers and mail.from (see docs/operating.md)";

/// Try whether mail works, and see what waits
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Letters wait in the database until a mail server takes them. These \
    commands try the servers and tell what waits and what failed.\n\n\
    Example:\n  countersign mail test admin@example.org")]
pub(super) struct MailArgs {
    #[command(subcommand)]
    action: MailCommand,
}

/// What can be done about mail.
#[derive(Debug, Subcommand)]
enum MailCommand {
    /// Send a test letter at once, and tell what each server answered
    #[command(
        after_help = "Each server is connected to and logged in to; then the letter goes to the first that takes it.\n\
        That a server took it does not mean that it arrives: look into the mailbox, and at the records\n\
        of the domain (docs/operating.md). The exit code is 5 when it was not taken.\n\n\
        Examples:\n  countersign mail test admin@example.org\n  countersign mail test admin@example.org --language de"
    )]
    Test(TestArgs),
    /// Show what waits, what failed within a day, and how mail went last
    #[command(
        after_help = "Examples:\n  countersign mail status\n  countersign mail status --json | jq .waiting"
    )]
    Status(StatusArgs),
}

/// Whom to write to.
#[derive(Debug, Args)]
struct TestArgs {
    /// Who gets the letter
    #[arg(value_parser = address)]
    address: EmailAddress,
    /// In which language: en or de [built in: `languages.default` of the settings]
    #[arg(long)]
    language: Option<Language>,
}

/// How the state is shown.
#[derive(Debug, Args)]
struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|_| "this is no e-mail address".to_owned())
}

impl MailArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "mail", async |desk| match self.action {
            MailCommand::Test(args) => test(desk, args).await,
            MailCommand::Status(args) => status(desk, &args).await,
        })
    }
}

async fn test(desk: &Desk, args: TestArgs) -> Result<(), Failure> {
    let (app, now) = (&desk.app, desk.call.now);
    if !app.post.is_on() {
        return Err(Failure::new(Exit::Usage, OFF));
    }
    for probe in app.post.probe().await {
        out::line(probed(&probe));
    }
    let language = args.language.unwrap_or(app.settings.default_language);
    let body = LetterBody { at: Some(now.as_millis()), ..LetterBody::default() };
    let letter = render(&LetterStyle::of(&app.settings), language, LetterKind::Test, 1, &body);
    let letter = letter.map_err(|error| Failure::new(Exit::Failed, error))?;
    let mail = Mail {
        id: LetterId::new(now, desk.call.entropy()).to_string(),
        to: args.address,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        language: language.tag().to_owned(),
    };
    match app.post.send(&mail).await {
        Outcome::Accepted { server } => {
            out::line(format_args!("{} took the letter. Look into the mailbox.", shown(&server)));
            Ok(())
        }
        Outcome::Refused { server, reason } => Err(Failure::new(
            Exit::Problems,
            format!("{} refused the letter for good: {}", shown(&server), shown(&reason)),
        )),
        Outcome::Later { reason } => Err(Failure::new(
            Exit::Problems,
            format!("no server took the letter; a waiting letter would be tried again: {}", shown(&reason)),
        )),
    }
}

/// What one server answered.
fn probed(probe: &Probe) -> String {
    match &probe.result {
        Ok(()) => format!("{}: takes letters", shown(&probe.server)),
        Err(reason) => format!("{}: does not: {}", shown(&probe.server), shown(reason)),
    }
}

async fn status(desk: &Desk, args: &StatusArgs) -> Result<(), Failure> {
    let counts = outbox::counts(&desk.call).await.map_err(refused)?;
    let mail = outbox::mail(&desk.call).await.map_err(refused)?.unwrap_or_default();
    let failures = outbox::failures(&desk.call, DAY).await.map_err(refused)?;
    let is_on = desk.app.post.is_on();
    if args.json {
        json(&as_json(is_on, &counts, &mail, &failures));
        return Ok(());
    }
    out::line(if is_on { "Mail is set up." } else { "No mail is set up: no letter is written." });
    let since =
        counts.oldest_waiting.map_or_else(String::new, |at| format!(", the oldest since {}", time(at)));
    out::line(format_args!("{}{since}", count(counts.waiting, "waiting letter")));
    out::line(format_args!("within a day: {} sent, {} failed", counts.sent, counts.failed));
    if let Some(at) = mail.ok_at {
        out::line(format_args!("last taken:  {}", time(at)));
    }
    if let Some(at) = mail.failed_at {
        let error = mail.error.as_deref().unwrap_or_default();
        out::line(format_args!("last failed: {} ({})", time(at), shown(error)));
    }
    let rows: Vec<Vec<String>> = failures.iter().map(cells).collect();
    table(&["when", "letter", "to", "outcome", "tries", "why"], &rows);
    Ok(())
}

fn cells(row: &LetterRow) -> Vec<String> {
    vec![
        row.ended_at.map(time).unwrap_or_default(),
        row.kind.as_str().to_owned(),
        shown(&row.recipient.masked()).into_owned(),
        row.state.as_str().to_owned(),
        row.attempts.to_string(),
        shown(row.last_error.as_deref().unwrap_or_default()).into_owned(),
    ]
}

fn as_json(is_on: bool, counts: &LetterCounts, mail: &CourierState, failures: &[LetterRow]) -> Value {
    let failures: Vec<Value> = failures
        .iter()
        .map(|row| {
            json!({
                "id": row.id.to_string(),
                "at": row.ended_at.map(rfc3339),
                "kind": row.kind.as_str(),
                "to": row.recipient.masked(),
                "outcome": row.state.as_str(),
                "attempts": row.attempts,
                "error": row.last_error,
            })
        })
        .collect();
    json!({
        "configured": is_on,
        "waiting": counts.waiting,
        "oldest_waiting": counts.oldest_waiting.map(rfc3339),
        "sent": counts.sent,
        "failed": counts.failed,
        "last_taken": mail.ok_at.map(rfc3339),
        "last_failed": mail.failed_at.map(rfc3339),
        "last_error": mail.error,
        "failures": failures,
    })
}

#[cfg(test)]
mod tests {
    use countersign_core::time::Timestamp;
    use countersign_store::letter::LetterState;

    use super::*;

    fn failure() -> LetterRow {
        let at = Timestamp::from_millis(1_795_296_247_000);
        LetterRow {
            id: LetterId::from_bytes([7; 16]),
            account_id: None,
            challenge_id: None,
            kind: LetterKind::Code,
            recipient: EmailAddress::parse("ada.lovelace@example.org").unwrap(),
            language: "en".to_owned(),
            count: 1,
            created_at: at,
            send_at: at,
            expires_at: at,
            attempts: 3,
            last_error: Some("mail.example.org:587: 451 later\u{1b}[31m".to_owned()),
            state: LetterState::Expired,
            ended_at: Some(at),
        }
    }

    #[test]
    fn failures_are_told_with_masked_addresses_and_nothing_that_moves_the_cursor() {
        let row = failure();
        let line = cells(&row).join(" ");
        let document = as_json(true, &LetterCounts::default(), &CourierState::default(), &[row]);
        for told in [line.as_str(), &document.to_string()] {
            assert!(!told.contains("lovelace") && !told.contains('\u{1b}'), "{told}");
            assert!(told.contains("expired") && told.contains("451 later"), "{told}");
        }
        assert_eq!(document["failures"][0]["attempts"], 3);
        assert_eq!((&document["configured"], &document["last_taken"]), (&Value::Bool(true), &Value::Null));
    }

    #[test]
    fn a_server_s_answer_is_told_in_words() {
        let probe = |result| probed(&Probe { server: "mail.example.org:587".to_owned(), result });
        assert_eq!(probe(Ok(())), "mail.example.org:587: takes letters");
        let refused = probe(Err("log in: 535 wrong password".to_owned()));
        assert_eq!(refused, "mail.example.org:587: does not: log in: 535 wrong password");
    }
}
