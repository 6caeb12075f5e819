//! Whether letters leave the house.

use std::time::Duration;

use countersign_core::method::Method;
use countersign_courier::Post;

use super::Check;
use crate::cli::told::{count, time};
use crate::flow::{Call, outbox, policy};

/// How long a letter may wait before it is worth a word: it is tried several times within this.
const LATE: Duration = Duration::from_mins(1);

/// Whether a mail server would take letters.
pub(super) async fn servers(call: &Call, post: &Post) -> Check {
    let name = "mail";
    if !post.is_on() {
        return not_set_up(name, call).await;
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

/// Without mail codes by e-mail cannot go out, whatever a policy offers.
async fn not_set_up(name: &'static str, call: &Call) -> Check {
    let found = "not set up: no codes by e-mail, no forgotten passwords, no notices to owners";
    match policy::offering(call, Method::Email).await {
        Err(error) => Check::fail(name, error.to_string(), "look at the database first"),
        Ok(offering) if offering.is_empty() => Check::ok(name, found),
        Ok(offering) => {
            let slugs: Vec<&str> = offering.iter().map(|organisation| organisation.slug.as_str()).collect();
            Check::warn(
                name,
                format!("{found}; but codes by e-mail are in the policy of {}", slugs.join(", ")),
                "set [mail] in the settings, or another preset: countersign policy set-preset",
            )
        }
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

#[cfg(test)]
mod tests {
    use countersign_core::audit::Actor;
    use countersign_core::preset::Preset;

    use super::super::State;
    use super::*;
    use crate::app::testing;

    #[tokio::test]
    async fn codes_by_mail_in_a_policy_are_a_warning_where_no_mail_is_set_up() {
        let (app, _folder) = testing::app("").await;
        let call = app.call(Actor::CommandLine, "test");
        policy::ensure_organisation(&call, "Example Works", "works").await.unwrap();
        assert_eq!(servers(&call, &Post::Nowhere).await.state, State::Ok);
        policy::set_preset(&call, None, Preset::EmailWithRecoveryKey, "test").await.unwrap();
        let check = servers(&call, &Post::Nowhere).await;
        assert_eq!(check.state, State::Warn);
        assert!(check.found.contains("works"), "{check:?}");
    }
}
