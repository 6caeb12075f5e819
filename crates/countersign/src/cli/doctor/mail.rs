//! Whether letters leave the house.

use std::time::Duration;

use countersign_courier::Post;

use super::Check;
use crate::cli::told::{count, time};
use crate::flow::{Call, outbox};

/// How long a letter may wait before it is worth a word: it is tried several times within this.
const LATE: Duration = Duration::from_mins(1);

/// Whether a mail server would take letters.
pub(super) async fn servers(call: &Call, post: &Post) -> Check {
    let name = "mail";
    if !post.is_on() {
        return Check::ok(
            name,
            "not set up: no codes by e-mail, no forgotten passwords, no notices to owners",
        );
    }
    let probes = post.probe().await;
    let failed: Vec<String> = probes
        .iter()
        .filter_map(|probe| Some(format!("{}: {}", probe.server, probe.result.as_ref().err()?)))
        .collect();
    let last = outbox::mail(call).await.ok().flatten().and_then(|state| state.ok_at);
    let last = last.map_or_else(String::new, |at| format!("; a letter was last taken {}", time(at)));
    let advice = "look at [mail] in the settings; countersign mail test ADDRESS tries it";
    match failed.len() {
        0 => Check::ok(name, format!("{} takes letters{last}", count(probes.len() as u64, "server"))),
        all if all == probes.len() => Check::fail(name, format!("{}{last}", failed.join("; ")), advice),
        _ => Check::warn(name, format!("{}; the others take letters{last}", failed.join("; ")), advice),
    }
}

/// How the outbox stands.
pub(super) async fn letters(call: &Call) -> Check {
    let name = "letters";
    let counts = match outbox::counts(call).await {
        Err(error) => return Check::fail(name, error.to_string(), "look at the database first"),
        Ok(counts) => counts,
    };
    let waiting = count(counts.waiting, "letter");
    let late = counts.oldest_waiting.filter(|oldest| call.now.since(*oldest) > LATE);
    let since =
        counts.oldest_waiting.map_or_else(String::new, |at| format!(", the oldest since {}", time(at)));
    let found =
        format!("{waiting} waiting{since}; within a day {} sent, {} failed", counts.sent, counts.failed);
    if late.is_some() {
        return Check::warn(
            name,
            found,
            "look whether a server runs, and at mail above; they go out when it works",
        );
    }
    if counts.failed > 0 {
        return Check::warn(name, found, "countersign mail status tells which, and why");
    }
    Check::ok(name, found)
}
