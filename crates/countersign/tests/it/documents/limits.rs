//! `docs/limits.md`: every number that runs, and what it is worth. Computed from the code, so that it cannot say anything
//! else than the code does. `COUNTERSIGN_UPDATE=1` writes it anew.

mod messenger;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use countersign_core::entropy::testing::CountingEntropy;
use countersign_core::factor::email;
use countersign_core::factor::totp::{self, Device, Drift, Secret, Verdict};
use countersign_core::id::AuthenticatorId;
use countersign_core::letter::LetterKind;
use countersign_core::limits::{self, Counter, Limit, Wait, Window};
use countersign_core::link::LinkPurpose;
use countersign_core::policy::SessionLives;
use countersign_core::preset::Preset;
use countersign_core::sign_in::{MAIL_RESET_HOLD, SuspensionKind};
use countersign_core::time::Timestamp;
use countersign_core::{api_token, password, puzzle, session};

const DAY: Duration = Duration::from_hours(24);
const BEGIN: Timestamp = Timestamp::from_millis(1_768_471_200_000);

const HEAD: &str = "\
# Limits

This file is generated from the tables that run (`COUNTERSIGN_UPDATE=1 cargo test -p countersign --test it limits`); a
test fails when the two differ. All counters are rows of the database: they hold across restarts and over all replicas,
and a server that cannot read them refuses instead of letting an attempt pass.

";

const NO_LOCK_OUT: &str = "\
## Why no stranger can lock an owner out

- **The second step counts only whoever has passed the first.** A stranger without the password never reaches those
  counters. Whoever fails there knows the password, so the remedy is a new password, not a locked account.
- **A recognised browser counts for itself.** After a complete sign-in a browser carries a mark that gives no rights: it
  only selects the counters. Whatever strangers do, a browser the owner has used before keeps its own budget.
- **Passwords are counted by account and network together.** A stranger who fails makes only the own network wait. Over
  all networks together strangers first have to solve a puzzle, which costs a computer seconds, and in the end
  (`first-step-row`) may not try at all; the owner's recognised browsers are asked for nothing.
- **A new password opens what strangers have closed**: it clears `first-step-row`, `first-step-strangers` and
  `second-step-stranger`. Where mail is on, the owner asks for its link at *Forgot your password?*; otherwise support or
  the operator gives it out.
- **Every refusal says when to come back**, where time alone helps.

What remains: strangers who know the password can use up what new browsers have of `second-step-stranger`. An owner in a
new browser then waits, uses a recognised one, or changes the password, which was due anyway.

";

/// Adds a paragraph, wrapped like the rest of the documentation.
fn paragraph(out: &mut String, text: &str) {
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 {
            let fits = width + 1 + length <= 120;
            out.push(if fits { ' ' } else { '\n' });
            width = if fits { width + 1 } else { 0 };
        }
        out.push_str(word);
        width += length;
    }
    out.push_str("\n\n");
}

/// What each limit counts, and for whom. One without a line here fails the test.
fn about(limit: &Limit) -> (&'static str, &'static str) {
    match limit.name {
        "second-step-stranger" => {
            ("wrong codes and recovery keys", "one account, from all browsers that are not recognised")
        }
        "second-step-browser" => (
            "wrong codes and recovery keys",
            "one account, from one recognised browser or right after a reset link",
        ),
        "second-step-address" => ("wrong codes and recovery keys", "one network, over all accounts"),
        "first-step-account" => {
            ("wrong passwords", "one account, from one network or one recognised browser")
        }
        "first-step-address" => ("wrong passwords", "one network, over all accounts"),
        "first-step-strangers" => {
            ("wrong passwords", "one account, from all strangers; beyond it they solve a puzzle")
        }
        "first-step-row" => {
            ("wrong passwords", "one account, from all strangers; beyond it only recognised browsers")
        }
        "sign-up-address" => ("accounts asked for", "one network"),
        "link-address" => ("unknown one-time links, and wrong passwords to them", "one network"),
        "link-password" => ("wrong passwords", "one link that finishes a sign-up"),
        "mail-code-stranger" => {
            ("codes sent by e-mail", "one account, to all browsers that are not recognised")
        }
        "mail-code-browser" => ("codes sent by e-mail", "one account, to one recognised browser"),
        "mail-reset-account" => ("letters with a link for a new password", "one account"),
        "mail-reset-address" => ("letters with a link for a new password", "one network, over all accounts"),
        "mail-confirm-recipient" => (
            "letters that ask to confirm an address, invitations, and answers of the support desk",
            "one address; for invitations one address and one organisation; one account that asks to confirm or that the \
             desk answers",
        ),
        "suspension-staff" => ("suspensions asked for", "one member of the staff, over all accounts"),
        "support-request-address" => ("requests to the support desk", "one network, over all accounts"),
        "support-request-recipient" => (
            "requests to the support desk",
            "one address; and one account whose password was right, apart from strangers",
        ),
        "audit-verify" => ("walks along the audit log", "one organisation, over all its administrators"),
        "sso-address" => ("visits to identity providers", "one network"),
        "api-token-address" => ("unknown API tokens", "one network"),
        other => messenger::about(other),
    }
}

fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn windows(limit: &Limit) -> String {
    let one = |window: &Window| {
        let kept = if window.kept_by_success { "" } else { " (cleared by a success)" };
        format!("{} in {}{kept}", window.most, span(window.span))
    };
    let mut parts: Vec<String> = limit.windows.iter().map(one).collect();
    parts.extend(limit.in_a_row.map(|most| format!("{most} in a row")));
    parts.join("; ")
}

fn waits(wait: Option<Wait>) -> String {
    let Some(wait) = wait else { return "none".to_owned() };
    let list: Vec<_> = (1..=4).map(|more| span(wait.after(wait.free + more))).collect();
    format!("none after {}; then {} … at most {}", wait.free, list.join(", "), span(wait.longest))
}

fn table_of_limits(out: &mut String) {
    out.push_str("## What is counted\n\n");
    paragraph(
        out,
        "A network is one IPv4 address or the first 64 bits of an IPv6 address. Spans are rolling. A limit that is reached \
         refuses whatever the verdict would be.",
    );
    out.push_str("| limit | counts | for | most | waits after failures in a row |\n|---|---|---|---|---|\n");
    for limit in limits::ALL {
        let (what, whose) = about(limit);
        let (most, waits) = (windows(limit), waits(limit.wait));
        let most = if most.is_empty() { "by waits alone" } else { &most };
        let _ = writeln!(out, "| `{}` | {what} | {whose} | {most} | {waits} |", limit.name);
    }
    out.push_str(
        "\nA code that was right but is late, used or from an earlier letter is refused and counted on its challenge only. All\n\
         methods share these counters: another method, another code or another sign-in resets none.\n\n",
    );
}

/// A number that its file keeps to itself, read where it stands.
fn private(source: &str, name: &str) -> u64 {
    let start = format!("const {name}: ");
    let line = source.lines().find(|line| line.contains(&start)).unwrap_or_else(|| panic!("no {name}"));
    line.split_once(" = ").unwrap().1.trim_end_matches(';').replace('_', "").parse().expect("a plain number")
}

/// The numbers that are no limit on attempts.
fn running_numbers() -> Vec<(&'static str, String)> {
    let period = u64::from(totp::PERIOD);
    let late = u64::try_from(totp::LATE_STEPS).unwrap();
    let search =
        private(include_str!("../../../../countersign-core/src/factor/totp/judge.rs"), "SET_UP_SEARCH");
    let report = private_kibibytes(include_str!("../../../src/http/probes.rs"), "LONGEST_REPORT");
    let kibibytes = |bytes: usize| format!("{} KiB", bytes / 1024);
    vec![
        ("API tokens of one account", countersign::flow::api_token::MOST.to_string()),
        (
            "Recognised browsers of one account; the oldest is forgotten",
            private(include_str!("../../../src/flow/gate.rs"), "BROWSERS_MOST").to_string(),
        ),
        (
            "A code that has run out is told as late, not as wrong, for",
            format!("{late} steps ({})", span(Duration::from_secs(late * period))),
        ),
        ("Steps that a device's clock may be learned to be off", format!("±{}", totp::OFFSET_MOST)),
        (
            "A set-up tells by how much a clock is wrong, up to",
            format!("{search} steps ({}) either way", span(Duration::from_secs(search * period))),
        ),
        ("Longest body of a form", kibibytes(countersign::http::form::LONGEST_FORM)),
        ("Longest body of JSON", kibibytes(countersign::http::json::LONGEST_JSON)),
        ("Deepest nesting of JSON", countersign::http::json::DEEPEST_JSON.to_string()),
        ("Longest report of a browser about the content security policy", report),
        ("A request is given up after", span(countersign::http::LONGEST_REQUEST)),
        (
            "Longest reason of a suspension, in characters",
            private(include_str!("../../../src/flow/suspension.rs"), "REASON_MOST").to_string(),
        ),
    ]
}

/// As [`private`], for one that is written as so many times 1024.
fn private_kibibytes(source: &str, name: &str) -> String {
    let plain = source.replace(" * 1024;", ";");
    assert_ne!(plain, source, "{name} is not in KiB");
    format!("{} KiB", private(&plain, name))
}

/// After which times the second code of a challenge and those that follow may be asked for.
fn gaps() -> String {
    let gap = |sends| email::next_send_at(sends, Some(BEGIN)).map(|at| span(at.since(BEGIN)));
    (1..).map_while(gap).collect::<Vec<_>>().join(", ")
}

/// The numbers of codes by e-mail, recovery keys and letters.
fn mail_numbers() -> Vec<(&'static str, String)> {
    let notices = LetterKind::WrongSecondStep;
    vec![
        ("Life of a code by e-mail, and never longer than its challenge", span(email::CODE_LIFE)),
        ("Codes by e-mail that one challenge sends", email::SENDS_MOST.to_string()),
        ("Another code may be asked for after", gaps()),
        (
            "After a reset by e-mail, codes by e-mail sign in to known browsers only for",
            span(MAIL_RESET_HOLD),
        ),
        ("A sign-in by recovery key counts as recent proof for", span(session::RECOVERY_FRESH)),
        ("Notices of one kind to one person become one letter within", span(notices.bundled_for().unwrap())),
        ("A notice is tried for", span(notices.life())),
    ]
}

fn single_numbers(out: &mut String) {
    let lives = SessionLives::default();
    let hours = |hours: u32| span(Duration::from_hours(u64::from(hours)));
    let minutes = |minutes: u32| span(Duration::from_mins(u64::from(minutes)));
    let days = api_token::LONGEST.as_secs() / DAY.as_secs();
    let rows = [
        ("Wrong answers that end a challenge", limits::CHALLENGE_TRIES.to_string()),
        ("Life of a challenge", span(limits::CHALLENGE_LIFE)),
        ("Wrong codes that end a set-up", limits::SET_UP_TRIES.to_string()),
        ("Life of a set-up", span(limits::SET_UP_LIFE)),
        ("A browser stays recognised for", span(limits::BROWSER_LIFE)),
        ("A second step counts as recent for", span(session::STEP_UP_FRESH)),
        ("A session ends without use after", minutes(lives.idle_minutes)),
        ("A session ends at the latest after", hours(lives.absolute_hours)),
        ("A session of staff ends without use after", minutes(lives.staff_idle_minutes)),
        ("A session of staff ends at the latest after", hours(lives.staff_absolute_hours)),
        ("Sessions of one account at once; the oldest ends", lives.most.to_string()),
        ("Life of a link: first administrator", span(LinkPurpose::FirstAdministrator.life())),
        ("Life of a link: invitation", span(LinkPurpose::Invitation.life())),
        ("Life of a link: password reset", span(LinkPurpose::PasswordReset.life())),
        ("Life of a link: sign-up", span(LinkPurpose::SignUp.life())),
        ("Life of a link: confirming an address", span(LinkPurpose::ConfirmAddress.life())),
        ("Life of a link: taking a change of address back", span(LinkPurpose::UndoAddressChange.life())),
        ("Life of a link: “this was not me”", span(LinkPurpose::NotMe.life())),
        ("Longest life of an API token", format!("{days} days")),
        ("Life of a puzzle", span(puzzle::LIFE)),
        ("Leading zero bits a puzzle asks for", puzzle::BITS.to_string()),
        ("Shortest password, as the only factor", password::SHORTEST_ALONE.to_string()),
        (
            "Shortest password, with an enrolled and required second step",
            password::SHORTEST_WITH_SECOND_STEP.to_string(),
        ),
        ("Longest password, in characters", password::LONGEST.to_string()),
        ("Passwords that may wait to be hashed", countersign::hasher::LONGEST_QUEUE.to_string()),
    ];
    let rows = rows.into_iter().chain(mail_numbers()).chain(messenger::numbers()).chain(running_numbers());
    out.push_str("## Single numbers\n\nThose of sessions are the defaults of every policy.\n\n| what | number |\n|---|---|\n");
    for (what, number) in rows {
        let _ = writeln!(out, "| {what} | {number} |");
    }
    out.push_str("\nAuthenticator devices of one account, and the longest suspension, by preset:\n\n");
    out.push_str("| preset | devices | suspension to the password alone |\n|---|---|---|\n");
    for preset in Preset::ALL {
        let policy = preset.policy();
        let longest = Duration::from_hours(u64::from(policy.suspension.longest_hours));
        let suspension = if policy.suspension.kinds.contains(&SuspensionKind::PasswordAlone) {
            format!("up to {}", span(longest))
        } else {
            "no".to_owned()
        };
        let _ = writeln!(out, "| `{preset}` | {} | {suspension} |", policy.authenticators_max);
    }
    out.push('\n');
}

/// How many of all codes one device accepts at one instant, by asking the judge about each step's.
fn accepted_codes() -> usize {
    let entropy = CountingEntropy::new(5);
    let id = AuthenticatorId::new(BEGIN, &entropy);
    let secret = Secret::new(&entropy);
    let device = || Device { id, secret: secret.clone(), drift: Drift::default(), last_step: None };
    let now = totp::step_at(BEGIN);
    let right = |step: &i64| {
        let verdict = totp::judge(&[device()], &totp::code_at(&secret, *step), BEGIN, BEGIN);
        matches!(verdict, Verdict::Right { .. })
    };
    (now - 300..=now + 300).filter(right).count()
}

/// Wrong guesses within `span` of somebody who never rests; `owner_every`: how often the owner succeeds meanwhile.
fn guesses(limit: &'static Limit, within: Duration, owner_every: Option<Duration>) -> u32 {
    let mut counter = Counter::default();
    let (mut made, mut at) = (0, Duration::ZERO);
    let mut owner = owner_every;
    while at < within {
        if let Some(due) = owner.filter(|due| at >= *due) {
            counter.succeed(limit, BEGIN.plus(at));
            owner = Some(due + owner_every.unwrap_or(DAY));
        }
        if counter.check(limit, BEGIN.plus(at)).is_ok() {
            counter.fail(limit, BEGIN.plus(at));
            made += 1;
        }
        at += Duration::from_secs(30);
    }
    made
}

/// Guesses that waits alone leave to a machine in a day.
fn by_waits_alone(wait: Wait) -> u32 {
    let (mut made, mut at) = (0, Duration::ZERO);
    while at < DAY {
        made += 1;
        at += wait.after(made);
    }
    made
}

fn power(chance: f64) -> String {
    // Rounded first, so that a hair below a power of ten is that power.
    let exponent = (chance * 1.005).log10().floor();
    let raised: String = format!("{exponent}")
        .chars()
        .map(|c| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth("-0123456789".find(c).unwrap()).unwrap())
        .collect();
    format!("{:.1}·10{raised}", chance / 10_f64.powf(exponent))
}

fn arithmetic(out: &mut String) {
    let accepted = accepted_codes();
    let stranger = &limits::SECOND_STEP_STRANGER;
    let day = guesses(stranger, DAY, None);
    let unaided = guesses(stranger, DAY * 30, None);
    let month = guesses(stranger, DAY * 30, Some(DAY));
    let wait = stranger.wait.expect("waits");
    let space = 10_u32.pow(u32::try_from(totp::DIGITS).unwrap());
    out.push_str("## What a guess is worth\n\n");
    let (digits, period, waited) = (totp::DIGITS, totp::PERIOD, by_waits_alone(wait));
    paragraph(
        out,
        &format!(
            "A code has {digits} digits and changes every {period} seconds; at any moment {accepted} codes of a device are right \
             (the present one and its neighbours, around the device's learned offset), of {space}. With *k* devices a guess \
             succeeds with {accepted}·*k* in {space}. Of codes by e-mail one is right, that of the newest letter; of recovery \
             keys one in 2^{}.",
            key_bits()
        ),
    );
    paragraph(
        out,
        &format!(
            "Somebody who knows the password and never rests has {day} guesses a day and, until the password is changed, \
             {unaided} in 30 days; {month} if the owner signs in every day. Waits alone would leave a machine {waited} guesses \
             a day."
        ),
    );
    guessing(out, accepted, day, month);
}

/// How many random bits a recovery key has: five in each symbol.
fn key_bits() -> i32 {
    let source = include_str!("../../../../countersign-core/src/factor/recovery_key.rs");
    i32::try_from(private(source, "RANDOM")).unwrap() * 5
}

/// The chance that one of so many guesses is right, each by this chance.
fn any_right(each: f64, count: u32) -> f64 {
    -(f64::from(count) * (-each).ln_1p()).exp_m1()
}

/// The chance of a guess by method and number of guesses, and what a campaign gets out of it.
fn guessing(out: &mut String, accepted: usize, day: u32, month: u32) {
    let space = 10_f64.powi(i32::try_from(totp::DIGITS).unwrap());
    let each = f64::from(u32::try_from(accepted).unwrap()) / space;
    let within = |devices: u32, count: u32| any_right(each * f64::from(devices), count);
    let columns = [1, limits::CHALLENGE_TRIES, day, month, 100];
    let _ = writeln!(
        out,
        "| guessed | one guess | {} (a challenge) | {day} (a day) | {month} (30 days) | 100 (ceiling of NIST SP 800-63B-4) |\n|---|---|---|---|---|---|",
        limits::CHALLENGE_TRIES
    );
    let mut line = |what: &str, each: f64| {
        let cells = columns.map(|count| power(any_right(each, count)));
        let _ = writeln!(out, "| {what} | {} |", cells.join(" | "));
    };
    line("a code by e-mail", 1.0 / space);
    for devices in 1..=5 {
        let several = if devices == 1 { "" } else { "s" };
        line(&format!("{devices} authenticator{several}"), each * f64::from(devices));
    }
    line("a recovery key", 0.5_f64.powi(key_bits()));
    out.push('\n');
    let (one, five, risk) = (within(1, day) * 10_000.0, within(5, day) * 10_000.0, power(within(5, day)));
    paragraph(
        out,
        &format!(
            "Five devices are worth five times the risk of one: {risk} a day, which is accepted. A campaign that knows the passwords \
             of 10,000 accounts and uses up every budget breaks into {one:.1} of them a day with one device each, {five:.1} with five."
        ),
    );
    out.truncate(out.trim_end().len());
    out.push('\n');
}

#[test]
fn limits_document_says_what_runs() {
    let mut document = HEAD.to_owned();
    document.push_str(NO_LOCK_OUT);
    table_of_limits(&mut document);
    single_numbers(&mut document);
    arithmetic(&mut document);
    messenger::arithmetic(&mut document);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/limits.md");
    if std::env::var_os("COUNTERSIGN_UPDATE").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == document, "docs/limits.md is stale: run this test with COUNTERSIGN_UPDATE=1");
}

#[test]
fn the_numbers_are_those_that_were_decided() {
    let stranger = &limits::SECOND_STEP_STRANGER;
    assert_eq!(accepted_codes(), 3);
    assert_eq!(guesses(stranger, DAY, None), 10);
    assert_eq!(guesses(stranger, DAY * 30, None), 20);
    assert_eq!(guesses(stranger, DAY * 30, Some(DAY)), 30);
    assert_eq!(by_waits_alone(stranger.wait.unwrap()), 33);
    assert_eq!(power(3e-5), "3.0·10⁻⁵");
    // Codes by e-mail: one is right, whatever else was sent.
    assert_eq!(power(any_right(1e-6, 10)), "1.0·10⁻⁵");
    assert_eq!(gaps(), "30 seconds, 1 minute");
}
