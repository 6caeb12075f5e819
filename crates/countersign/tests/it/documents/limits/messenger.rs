//! What runs of Telegram and the phone, and what a guess at a call is worth.

use std::fmt::Write as _;

use countersign_core::factor::{phone, telegram};
use countersign_core::limits;
use countersign_core::phone::{pool, spend};
use countersign_core::sign_in::MAIL_RESET_HOLD;

use super::{any_right, paragraph, power, span};

/// Different endings whose chances are told: the least, where the warning ends, and what carriers rent out.
const POOLS: [usize; 4] = [pool::ENDINGS_LEAST, pool::ENDINGS_ENOUGH, 1_000, 10_000];

/// What each limit on Telegram and the phone counts, and for whom. One without a line here fails the test.
pub(super) fn about(limit: &str) -> (&'static str, &'static str) {
    match limit {
        "telegram-prompt-stranger" => {
            ("questions in Telegram without a yes", "one account, for all browsers that are not recognised")
        }
        "telegram-prompt-browser" => {
            ("questions in Telegram without a yes", "one account, for one recognised browser")
        }
        "telegram-link" => ("addresses that link a Telegram account", "one account"),
        "telegram-chat" => ("unknown tokens and codes sent to the bot", "one Telegram account"),
        "phone-number" => (
            "calls and SMS",
            "one number, whichever accounts have it, for all browsers that are not recognised, and to prove it",
        ),
        "phone-number-proof" => {
            ("calls and SMS that prove a number", "one number, whichever accounts add it")
        }
        "phone-number-browser" => (
            "calls and SMS",
            "one proved number, whichever accounts have it, for sign-ins in recognised browsers",
        ),
        "phone-code-stranger" => ("calls and SMS", "one account, for all browsers that are not recognised"),
        "phone-code-browser" => ("calls and SMS", "one account, for one recognised browser"),
        "phone-code-account" => ("calls and SMS", "one account, for all browsers together"),
        "phone-code-address" => {
            ("calls and SMS", "one network, over all accounts, but for sign-ins in recognised browsers")
        }
        "phone-block" => ("calls and SMS", "one block of a thousand numbers, over all accounts"),
        "phone-minute" => ("calls and SMS", "the whole installation"),
        "call-answer-stranger" => {
            ("wrong answers to calls", "one account, from all browsers that are not recognised")
        }
        "call-answer-browser" => ("wrong answers to calls", "one account, from one recognised browser"),
        other => panic!("docs/limits.md has no words for the limit {other}"),
    }
}

pub(super) fn numbers() -> Vec<(&'static str, String)> {
    let gaps: Vec<String> = phone::GAPS.iter().map(|gap| span(*gap)).collect();
    vec![
        ("Life of an address that links a Telegram account", span(telegram::LINK_LIFE)),
        ("Wrong codes that end it", telegram::LINK_TRIES.to_string()),
        ("Life of a question in Telegram", span(telegram::PROMPT_LIFE)),
        ("Answers of “it wasn't me” that stop further questions", telegram::REFUSALS_MOST.to_string()),
        ("… if they come within", span(telegram::REFUSALS_WITHIN)),
        ("… for, counted from the last", span(telegram::HELD_FOR)),
        ("Life of the code of a call, from its beginning", span(phone::CALL_LIFE)),
        ("Wrong answers that end it", "1".to_owned()),
        ("Life of a code by SMS", span(phone::SMS_LIFE)),
        ("SMS that one challenge sends, beside the calls of the policy", phone::SMS_MOST.to_string()),
        ("Another call or SMS may be asked for after", gaps.join(", ")),
        ("Fewest different endings of the numbers that call", pool::ENDINGS_LEAST.to_string()),
        ("Different endings under which the operator is warned", pool::ENDINGS_ENOUGH.to_string()),
        (
            "A prefix stops when, of its newest codes, fewer than this come back",
            format!("{} % of {}", spend::BREAKER_PERCENT, spend::BREAKER_CODES),
        ),
        ("… judged from this many codes on", spend::BREAKER_LEAST.to_string()),
        (
            "… or from this many, where neighbouring numbers are asked one after another",
            spend::SEQUENCE_LEAST.to_string(),
        ),
        (
            "… which they are when, of the ten nearest, this many had a call or an SMS",
            format!("{} in {}", spend::SEQUENCE_NEIGHBOURS, span(spend::SEQUENCE_SPAN)),
        ),
        ("… for, if no administrator opens it earlier", span(spend::BREAKER_OPEN)),
        ("A budget for calls and SMS is for", span(spend::BUDGET_SPAN)),
    ]
}

pub(super) fn arithmetic(out: &mut String) {
    let [day, month] = [0, 1].map(|at| limits::CALL_ANSWER_STRANGER.windows[at].most);
    out.push_str("\n## What a guess at a call is worth\n\n");
    paragraph(
        out,
        &format!(
            "The code of a call is the end of the number that calls, so what counts is not its four digits but how many different \
             endings the pool has: with *N* of them a guess succeeds once in *N*, and {day} guesses a day succeed with \
             {day}/*N*. Anybody can learn the endings by adding a number of their own. All are equally likely but those that called \
             this account's phones last, one for each phone: whoever knows these guesses among *N* less as many. One wrong answer \
             ends the code, and after {day} in a day or {month} in 30 days nobody calls for strangers any more: an SMS has six \
             digits. A browser that the owner has signed in with has as many wrong answers of its own, so whoever holds that too \
             has twice as many. A call never confirms a change, never lets staff in, signs in to new browsers only where the policy \
             says so, and never within {held} after a reset by e-mail.",
            held = span(MAIL_RESET_HOLD)
        ),
    );
    paragraph(
        out,
        "What strangers ask for leaves a recognised browser its calls and SMS: number, network and wrong answers are counted apart \
         there. Blocks of numbers, the installation's minute, the budget and the prefixes that stop are kept for all alike, as they \
         are there for whoever pays; an account that they keep from its phone has Telegram or an authenticator beside it.",
    );
    let _ = writeln!(out, "| endings | one guess | {day} (a day) | {month} (30 days) |\n|---|---|---|---|");
    for endings in POOLS {
        let each = 1.0 / f64::from(u32::try_from(endings).unwrap());
        let cells = [1, day, month].map(|count| power(any_right(each, count)));
        let _ = writeln!(out, "| {endings} | {} |", cells.join(" | "));
    }
    let offered = u32::try_from(telegram::OFFERED).unwrap();
    let prompts = limits::TELEGRAM_PROMPT_STRANGER.windows[0].most;
    let blind = any_right(1.0 / f64::from(offered), prompts) * 100.0;
    out.push('\n');
    paragraph(
        out,
        &format!(
            "Whoever presses one of the {offered} numbers in Telegram without looking lets a stranger in once in {offered} times; \
             {prompts} questions, which is all there are in ten minutes, are enough for {blind:.0} %. Hence the limit, the warning \
             after each refusal, and the style in which six digits are typed."
        ),
    );
    out.truncate(out.trim_end().len());
    out.push('\n');
}
