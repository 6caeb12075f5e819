//! The figures of `/metrics`. Labels come from short closed lists: never from what a client sent.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

const REQUESTS: &str = "countersign_http_requests_total";
const REQUEST_TIME: &str = "countersign_http_request_seconds";
const HASH_QUEUE: &str = "countersign_password_queue";
const HASH_WAIT: &str = "countersign_password_wait_seconds";
const HASH_TIME: &str = "countersign_password_hash_seconds";
const HASH_REFUSED: &str = "countersign_password_refused_total";
const SIGN_INS: &str = "countersign_sign_ins_total";
const SECOND_STEPS: &str = "countersign_second_steps_total";
const PHONE_GUARDED: &str = "countersign_phone_guarded_total";
const REPORTS: &str = "countersign_csp_reports_total";
const PANICS: &str = "countersign_panics_total";
const JOBS: &str = "countersign_jobs_total";
const CLOCK_DEGRADED: &str = "countersign_clock_degraded";
const CLOCK_JUMPS: &str = "countersign_clock_jumps_total";
const LETTERS: &str = "countersign_letters_total";
const LETTERS_WAITING: &str = "countersign_letters_waiting";
const LETTERS_OLDEST: &str = "countersign_letters_oldest_seconds";
const DISPATCHES: &str = "countersign_dispatches_total";
const DISPATCHES_OLDEST: &str = "countersign_dispatches_oldest_seconds";
const CALL_ALERT: &str = "countersign_call_alert_seconds";
const TELEGRAM_UPDATES: &str = "countersign_telegram_updates_total";
const COURIER_UP: &str = "countersign_courier_up";
const BUILD: &str = "countersign_build_info";

/// Upper bounds in seconds. They bracket what answers take: 1 ms for a page, 60 ms for a password, 30 s for a timeout.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A recorder with its descriptions.
pub fn recorder() -> PrometheusRecorder {
    let builder = PrometheusBuilder::new();
    // Only an empty list of buckets is refused.
    let builder = builder.set_buckets(&BUCKETS).unwrap_or_default();
    let recorder = builder.build_recorder();
    metrics::with_local_recorder(&recorder, describe);
    recorder
}

/// Makes a recorder the process's own. Called once at start; where another is installed already, that one stays and the
/// returned handle shows nothing.
pub fn install() -> PrometheusHandle {
    let recorder = recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::debug!("metrics are recorded already");
    }
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    handle
}

fn describe() {
    describe_counter!(REQUESTS, "Answered requests by route template, method and class of status.");
    describe_histogram!(REQUEST_TIME, "Time from a request's head to its answer, by route template.");
    describe_gauge!(HASH_QUEUE, "Passwords that wait to be hashed.");
    describe_histogram!(HASH_WAIT, "Time a password waited for a thread.");
    describe_histogram!(HASH_TIME, "Time a password took to be hashed.");
    describe_counter!(HASH_REFUSED, "Passwords that were not taken because the queue was full.");
    describe_counter!(SIGN_INS, "First steps by outcome.");
    describe_counter!(SECOND_STEPS, "Answers to second steps by outcome.");
    describe_counter!(
        PHONE_GUARDED,
        "Calls and SMS that were asked for and not made, by what stood against them."
    );
    describe_counter!(REPORTS, "Violations of the content security policy that browsers reported.");
    describe_counter!(PANICS, "Requests and jobs that ended in a panic.");
    describe_counter!(JOBS, "Runs of background jobs by name and outcome.");
    describe_gauge!(CLOCK_DEGRADED, "1 while the clock is behind the highest time that was seen.");
    describe_counter!(CLOCK_JUMPS, "Jumps of the clock by more than five minutes forward.");
    describe_counter!(LETTERS, "Letters by kind and outcome: sent, retried, refused, expired.");
    describe_gauge!(LETTERS_WAITING, "Letters that are still to be sent.");
    describe_gauge!(LETTERS_OLDEST, "How long the letter has waited that waits longest; 0 when none does.");
    describe_counter!(DISPATCHES, "Telegram messages, calls and SMS by channel and outcome.");
    describe_gauge!(
        DISPATCHES_OLDEST,
        "How long that of a channel has waited that is due the longest; 0 when none is."
    );
    describe_histogram!(CALL_ALERT, "Time from a call's first INVITE to the phone's first ring.");
    describe_counter!(TELEGRAM_UPDATES, "Updates of the bot by outcome: taken, failed.");
    describe_gauge!(
        COURIER_UP,
        "1 when a way out works, 0 when it does not: mail, telegram, trunks and routes."
    );
    describe_gauge!(BUILD, "The version that runs, as a label.");
}

/// One answered request. `route` is the template (`/link/{token}`), never the path.
pub fn request(route: &str, method: &'static str, class: &'static str, took: Duration) {
    counter!(REQUESTS, "route" => route.to_owned(), "method" => method, "status" => class).increment(1);
    histogram!(REQUEST_TIME, "route" => route.to_owned()).record(took.as_secs_f64());
}

/// The length of the password queue now.
pub fn passwords_waiting(length: usize) {
    gauge!(HASH_QUEUE).set(f64::from(u32::try_from(length).unwrap_or(u32::MAX)));
}

/// A password was hashed.
pub fn password_done(waited: Duration, took: Duration) {
    histogram!(HASH_WAIT).record(waited.as_secs_f64());
    histogram!(HASH_TIME).record(took.as_secs_f64());
}

/// A password was turned away at a full queue.
pub fn password_refused() {
    counter!(HASH_REFUSED).increment(1);
}

/// A first step came out this way: `entered`, `challenge`, `wrong`, `refused`, `busy`, `invalid`,
/// `unavailable`.
pub fn first_step(outcome: &'static str) {
    counter!(SIGN_INS, "outcome" => outcome).increment(1);
}

/// An answer to a second step came out this way: `right`, `wrong`, `late`, `used`, `refused`, `over`, `invalid`,
/// `unavailable`.
pub fn second_step(outcome: &'static str) {
    counter!(SECOND_STEPS, "outcome" => outcome).increment(1);
}

/// A call or an SMS was asked for and not made; `guard` is the name of what stood against it.
pub fn phone_guarded(guard: &'static str) {
    counter!(PHONE_GUARDED, "guard" => guard).increment(1);
}

/// A browser reported that a page broke the content security policy.
pub fn csp_report() {
    counter!(REPORTS).increment(1);
}

/// A request or a job panicked.
pub fn panicked() {
    counter!(PANICS).increment(1);
}

/// A background job ran: `done`, `idle`, `failed`.
pub fn job(name: &'static str, outcome: &'static str) {
    counter!(JOBS, "job" => name, "outcome" => outcome).increment(1);
}

/// Whether the clock is behind the highest time that any replica has seen.
pub fn clock_degraded(degraded: bool) {
    gauge!(CLOCK_DEGRADED).set(if degraded { 1.0 } else { 0.0 });
}

/// The clock jumped forward.
pub fn clock_jumped() {
    counter!(CLOCK_JUMPS).increment(1);
}

/// A letter came out this way: `sent`, `retried`, `refused`, `expired`. `kind` is a name of core's list.
pub fn letter(kind: &'static str, outcome: &'static str) {
    counter!(LETTERS, "kind" => kind, "outcome" => outcome).increment(1);
}

/// A Telegram message, a call or an SMS came out this way; both are names of closed lists.
pub fn dispatch(channel: &'static str, outcome: &'static str) {
    counter!(DISPATCHES, "channel" => channel, "outcome" => outcome).increment(1);
}

/// How long the dispatch of a channel has waited that is due the longest.
pub fn dispatches_oldest(channel: &'static str, waited: Option<Duration>) {
    gauge!(DISPATCHES_OLDEST, "channel" => channel).set(waited.unwrap_or_default().as_secs_f64());
}

/// A phone rang this long after the call was begun.
pub fn call_alerted(after: Duration) {
    histogram!(CALL_ALERT).record(after.as_secs_f64());
}

/// An update of the bot was `taken`, or `failed` and comes again.
pub fn telegram_update(outcome: &'static str) {
    counter!(TELEGRAM_UPDATES, "outcome" => outcome).increment(1);
}

/// How many letters are still to be sent, and how long the oldest of them that is due has waited.
pub fn letters_waiting(waiting: u64, oldest: Option<Duration>) {
    gauge!(LETTERS_WAITING).set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    gauge!(LETTERS_OLDEST).set(oldest.unwrap_or_default().as_secs_f64());
}

/// Whether a way out works: `mail`, the bot, a trunk or a route, by the operator's names.
pub fn courier_up(courier: &str, up: bool) {
    gauge!(COURIER_UP, "courier" => courier.to_owned()).set(if up { 1.0 } else { 0.0 });
}
