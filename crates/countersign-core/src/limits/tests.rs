//! The counters against a naive model that remembers everything, and the limits against their reasons.

use proptest::prelude::*;

use super::*;
use crate::id::{AccountId, BrowserId, LinkId, OrganisationId};
use crate::time::Timestamp;

const START: Timestamp = Timestamp::from_secs(1_790_000_000);
const SECOND: Duration = Duration::from_secs(1);

/// Everything that ever happened; every answer is worked out from the beginning.
#[derive(Default)]
struct Model {
    failures: Vec<(Timestamp, u32)>,
    successes: u32,
    row: Vec<Timestamp>,
}

impl Model {
    fn in_window(&self, window: &Window, now: Timestamp) -> usize {
        let counts = |&&(at, success): &&(Timestamp, u32)| {
            now.since(at) < window.span && (window.kept_by_success || success == self.successes)
        };
        self.failures.iter().filter(counts).count()
    }

    fn row(&self, limit: &Limit, now: Timestamp) -> usize {
        let mut row = 0;
        let mut earlier: Option<Timestamp> = None;
        for &at in &self.row {
            let lapsed = earlier.is_some_and(|earlier| at.since(earlier) >= limit.row_kept);
            row = if lapsed { 1 } else { row + 1 };
            earlier = Some(at);
        }
        if earlier.is_some_and(|last| now.since(last) >= limit.row_kept) { 0 } else { row }
    }

    fn lets_through(&self, limit: &Limit, now: Timestamp) -> bool {
        let row = self.row(limit, now);
        let waited = match (limit.wait, self.row.last()) {
            (Some(wait), Some(last)) if row > wait.free as usize => {
                // 30 s · 2^(n−free−1), at most an hour, written the long way round.
                let mut span = wait.first;
                for _ in wait.free as usize + 1..row {
                    span = (span * 2).min(wait.longest);
                }
                now.since(*last) >= span
            }
            _ => true,
        };
        let room = limit.windows.iter().all(|window| self.in_window(window, now) < window.most as usize);
        waited && room && limit.in_a_row.is_none_or(|most| row < most as usize)
    }

    fn fail(&mut self, now: Timestamp) {
        self.failures.push((now, self.successes));
        self.row.push(now);
    }

    fn succeed(&mut self) {
        self.successes += 1;
        self.row.clear();
    }
}

#[derive(Debug, Clone)]
enum Step {
    Fail,
    Succeed,
    Pass(u64),
    PassUntil,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Fail),
        1 => Just(Step::Succeed),
        2 => (0_u64..120_000).prop_map(Step::Pass),
        2 => (0_u64..40 * 3_600_000).prop_map(Step::Pass),
        1 => (0_u64..40 * 86_400_000).prop_map(Step::Pass),
        4 => Just(Step::PassUntil),
    ]
}

proptest! {
    #[test]
    fn all_2_counters_agree_with_a_model_that_forgets_nothing(
        which in 0..ALL.len(),
        steps in proptest::collection::vec(step(), 1..300),
    ) {
        let limit = ALL[which];
        let (mut now, mut counter, mut model) = (START, Counter::default(), Model::default());
        for step in steps {
            let answer = counter.check(limit, now);
            prop_assert_eq!(answer.is_ok(), model.lets_through(limit, now), "{:?} at {:?}", step, now);
            match step {
                Step::Pass(millis) => now = now.plus(Duration::from_millis(millis)),
                Step::PassUntil => {
                    if let Err(Refused { until: Some(until), .. }) = answer {
                        prop_assert!(until > now);
                        let before = until.minus(Duration::from_millis(1));
                        prop_assert!(counter.check(limit, before).is_err(), "until is not the first instant");
                        prop_assert!(counter.check(limit, until).is_ok(), "until is too early");
                        now = until;
                    }
                }
                // A refused attempt is not judged, so it neither fails nor succeeds.
                Step::Fail if answer.is_ok() => {
                    counter.fail(limit, now);
                    model.fail(now);
                }
                Step::Succeed if answer.is_ok() => {
                    counter.succeed(limit, now);
                    model.succeed();
                    now = now.plus(Duration::from_millis(1));
                }
                Step::Fail | Step::Succeed => {}
            }
            prop_assert_eq!(Counter::decode(&counter.encode()), Some(counter.clone()));
            prop_assert!(counter.hits().len() <= limit.remembered());
        }
        for window in limit.windows {
            assert_window_holds(window, &model);
        }
    }

    #[test]
    fn a_counter_may_be_purged_when_it_says_so(
        which in 0..ALL.len(),
        gaps in proptest::collection::vec(0_u64..86_400_000, 0..60),
        succeeds in any::<bool>(),
        later in prop_oneof![Just(0_u64), 0_u64..86_400_000],
    ) {
        let limit = ALL[which];
        let (mut now, mut counter) = (START, Counter::default());
        for gap in gaps {
            now = now.plus(Duration::from_millis(gap));
            counter.fail(limit, now);
        }
        if succeeds {
            counter.succeed(limit, now);
        }
        let purged = counter.expires_at(limit).plus(Duration::from_millis(later));
        let mut fresh = Counter::default();
        for _ in 0..40 {
            prop_assert_eq!(counter.check(limit, purged), fresh.check(limit, purged));
            counter.fail(limit, purged);
            fresh.fail(limit, purged);
        }
    }

    #[test]
    fn a_clock_that_runs_backwards_forgives_nothing(back in 0_u64..86_400_000) {
        let limit = &SECOND_STEP_STRANGER;
        let mut counter = Counter::default();
        counter.fail(limit, START);
        counter.succeed(limit, START);
        let earlier = START.minus(Duration::from_millis(back));
        for _ in 0..10 {
            counter.fail(limit, earlier);
        }
        prop_assert!(counter.check(limit, earlier).is_err());
        prop_assert!(counter.check(limit, START.plus(12 * 3_600 * SECOND)).is_err());
        prop_assert!(counter.hits().is_sorted());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        if let Some(counter) = Counter::decode(&bytes) {
            prop_assert_eq!(counter.encode(), bytes);
            for limit in ALL {
                let _ = counter.check(limit, START);
                let _ = counter.expires_at(limit);
                let mut counter = counter.clone();
                counter.fail(limit, START);
                counter.succeed(limit, START);
            }
        }
    }
}

/// No span of the window's length, wherever it starts, holds more failures than `most` since one clearing.
fn assert_window_holds(window: &Window, model: &Model) {
    for (index, &(from, era)) in model.failures.iter().enumerate() {
        let inside = model.failures[index..]
            .iter()
            .filter(|(at, success)| {
                at.since(from) < window.span && (window.kept_by_success || *success == era)
            })
            .count();
        assert!(inside <= window.most as usize, "{inside} failures within {:?}", window.span);
    }
}

#[test]
fn stored_counters_of_a_wrong_length_format_or_order_are_refused() {
    let mut counter = Counter::default();
    counter.fail(&SECOND_STEP_BROWSER, START);
    counter.fail(&SECOND_STEP_BROWSER, START.plus(SECOND));
    let good = counter.encode();
    assert_eq!(Counter::decode(&good), Some(counter));
    for length in 0..good.len() {
        let whole = length >= 13 && (length - 13) % 8 == 0;
        assert_eq!(Counter::decode(&good[..length]).is_some(), whole, "{length}");
    }
    let mut other = good.clone();
    other[0] = 2;
    assert_eq!(Counter::decode(&other), None);
    let mut swapped = good;
    let (first, second) = swapped[13..].split_at_mut(8);
    first.swap_with_slice(second);
    assert_eq!(Counter::decode(&swapped), None);
}

#[test]
fn all_2_waits_double_from_thirty_seconds_to_an_hour() {
    let wait = SECOND_STEP_STRANGER.wait.unwrap();
    let secs: Vec<_> = (0..14).map(|failures| wait.after(failures).as_secs()).collect();
    assert_eq!(secs, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
    assert_eq!(wait.after(u32::MAX).as_secs(), 3_600);
    for limit in ALL {
        assert!(limit.wait.is_none_or(|wait| wait.longest < limit.row_kept), "{}", limit.name);
    }
}

#[test]
fn all_2_ten_wrong_second_steps_a_day_and_a_success_clears_them_but_not_the_thirty_days() {
    let limit = &SECOND_STEP_STRANGER;
    let (mut counter, mut now) = (Counter::default(), START);
    for _ in 0..3 {
        for _ in 0..10 {
            assert_eq!(counter.check(limit, now), Ok(()));
            counter.fail(limit, now);
            now = now.plus(3_600 * SECOND);
        }
        let refused = counter.check(limit, now).unwrap_err();
        assert_eq!(refused.limit, "second-step-stranger");
        assert!(refused.until.unwrap() > now);
        counter.succeed(limit, now);
        now = now.plus(SECOND);
    }
    let until = START.plus(30 * 24 * 3_600 * SECOND);
    assert_eq!(counter.check(limit, now), Err(Refused { limit: limit.name, until: Some(until) }));
    counter.reset();
    assert_eq!(counter.check(limit, now), Ok(()));
}

#[test]
fn all_2_twenty_in_a_row_stay_shut_until_the_password_is_changed() {
    let limit = &SECOND_STEP_STRANGER;
    let (mut counter, mut now) = (Counter::default(), START);
    for _ in 0..20 {
        now = now.plus(5 * 3_600 * SECOND);
        assert_eq!(counter.check(limit, now), Ok(()));
        counter.fail(limit, now);
    }
    now = now.plus(90 * 24 * 3_600 * SECOND);
    assert_eq!(counter.check(limit, now), Err(Refused { limit: limit.name, until: None }));
    counter.reset();
    assert_eq!(counter.check(limit, now), Ok(()));
}

#[test]
fn all_2_five_passwords_at_once_then_waits() {
    let limit = &FIRST_STEP_ACCOUNT;
    let mut counter = Counter::default();
    for _ in 0..5 {
        assert_eq!(counter.check(limit, START), Ok(()));
        counter.fail(limit, START);
    }
    let until = Some(START.plus(30 * SECOND));
    assert_eq!(counter.check(limit, START), Err(Refused { limit: limit.name, until }));
}

#[test]
fn all_2_strangers_cannot_touch_the_owners_recognised_browser() {
    let account = AccountId::from_bytes([1; 16]);
    let browser = BrowserId::from_bytes([2; 16]);
    let address = "192.0.2.7".parse().unwrap();
    let own = Bucket::Browser(browser);
    let prefix = Bucket::Prefix(network(&address));
    let second = CounterKey::second_step(account, &own);
    assert_eq!(second.limit(), &SECOND_STEP_BROWSER);
    let strangers = CounterKey::second_step(account, &Bucket::Strangers);
    assert_eq!(strangers.limit(), &SECOND_STEP_STRANGER);
    assert_eq!(
        strangers,
        CounterKey::second_step(account, &prefix),
        "no bucket per network for a second step"
    );
    assert_ne!(second.as_str(), strangers.as_str());
    let first = CounterKey::first_step(account, &own);
    for foreign in
        [CounterKey::first_step(account, &prefix), CounterKey::first_step(account, &Bucket::Strangers)]
    {
        assert_ne!(first.as_str(), foreign.as_str());
    }
}

#[test]
fn every_key_differs_names_its_limit_and_sorts_by_its_text() {
    let account = AccountId::from_bytes([3; 16]);
    let address = "2001:db8::1".parse().unwrap();
    let mut keys = vec![
        CounterKey::second_step(account, &Bucket::Strangers),
        CounterKey::second_step(account, &Bucket::Browser(BrowserId::from_bytes([4; 16]))),
        CounterKey::second_step_address(&address),
        CounterKey::first_step(account, &Bucket::Prefix(network(&address))),
        CounterKey::first_step_address(&address),
        CounterKey::first_step_strangers(account),
        CounterKey::first_step_row(account),
        CounterKey::sign_up_address(&address),
        CounterKey::link_address(&address),
        CounterKey::link_password(LinkId::from_bytes([5; 16])),
        CounterKey::api_token_address(&address),
        CounterKey::mail_code(account, &Bucket::Strangers),
        CounterKey::mail_code(account, &Bucket::Browser(BrowserId::from_bytes([4; 16]))),
        CounterKey::mail_reset(account),
        CounterKey::mail_reset_address(&address),
        CounterKey::mail_confirm(account),
        CounterKey::support_request_address(&address),
        CounterKey::support_request(account, false),
        CounterKey::suspension_staff(account),
        CounterKey::audit_verify(OrganisationId::from_bytes([6; 16])),
        CounterKey::sso_address(&address),
        CounterKey::telegram_prompt(account, &Bucket::Strangers),
        CounterKey::telegram_prompt(account, &Bucket::Browser(BrowserId::from_bytes([4; 16]))),
        CounterKey::telegram_link(account),
        CounterKey::telegram_chat(account),
        CounterKey::phone_number(account),
        CounterKey::phone_number_proof(account),
        CounterKey::phone_number_browser(account),
        CounterKey::phone_code(account, &Bucket::Strangers),
        CounterKey::phone_code(account, &Bucket::Browser(BrowserId::from_bytes([4; 16]))),
        CounterKey::phone_code_account(account),
        CounterKey::phone_code_address(&address),
        CounterKey::phone_block(account),
        CounterKey::phone_minute(),
        CounterKey::call_answer(account, &Bucket::Strangers),
        CounterKey::call_answer(account, &Bucket::Browser(BrowserId::from_bytes([4; 16]))),
    ];
    assert_eq!(keys.len(), ALL.len());
    for (key, limit) in keys.iter().zip(ALL) {
        assert_eq!(key.limit(), *limit);
        assert!(key.as_str().starts_with(&format!("{}:", limit.name)));
        assert_eq!(CounterKey::read(key.as_str()).as_ref(), Some(key));
    }
    keys.sort();
    assert!(keys.is_sorted_by(|one, next| one.as_str() < next.as_str()));
}

#[test]
fn all_2_signing_in_to_an_own_account_does_not_clear_the_address() {
    for limit in
        [&SECOND_STEP_ADDRESS, &FIRST_STEP_ADDRESS, &SIGN_UP_ADDRESS, &LINK_ADDRESS, &API_TOKEN_ADDRESS]
    {
        let mut counter = Counter::default();
        for _ in 0..limit.windows[0].most {
            counter.fail(limit, START);
            counter.succeed(limit, START);
        }
        let until = Some(START.plus(limit.windows[0].span));
        assert_eq!(counter.check(limit, START), Err(Refused { limit: limit.name, until }));
    }
}

#[test]
fn msg_6_two_wrong_answers_to_calls_a_day_and_five_in_thirty_days() {
    for limit in [&CALL_ANSWER_STRANGER, &CALL_ANSWER_BROWSER] {
        let mut counter = Counter::default();
        let mut wrong = 0;
        for hour in 0..30 * 24 {
            let now = START.plus(Duration::from_hours(hour));
            while counter.check(limit, now).is_ok() {
                counter.fail(limit, now);
                wrong += 1;
            }
            // The owner's own success opens nothing.
            counter.succeed(limit, now);
            assert!(wrong <= 2 || hour >= 24, "{wrong} within {hour} h");
        }
        assert_eq!(wrong, 5);
    }
}

/// Whatever strangers ask for in a day, a recognised browser of the owner has its own codes left.
#[test]
fn all_2_strangers_never_use_up_what_an_account_may_have_sent() {
    let a_day = |limit: &Limit| {
        limit.windows.iter().find(|window| window.span == Duration::from_hours(24)).unwrap().most
    };
    let left = a_day(&PHONE_CODE_ACCOUNT) - a_day(&PHONE_CODE_STRANGER);
    assert!(left >= a_day(&PHONE_CODE_BROWSER), "{left}");
    assert!(a_day(&PHONE_NUMBER_PROOF) < a_day(&PHONE_NUMBER));
}

#[test]
fn msg_2_a_confirmed_prompt_gives_the_next_ones_back() {
    for limit in [&TELEGRAM_PROMPT_STRANGER, &TELEGRAM_PROMPT_BROWSER] {
        let mut counter = Counter::default();
        for _ in 0..3 {
            assert_eq!(counter.check(limit, START), Ok(()));
            counter.fail(limit, START);
        }
        assert!(counter.check(limit, START.plus(Duration::from_mins(9))).is_err());
        counter.succeed(limit, START);
        assert_eq!(counter.check(limit, START.plus(SECOND)), Ok(()));
    }
}

#[test]
fn all_2_what_counts_over_all_accounts_says_so() {
    let over_all: Vec<_> =
        ALL.iter().filter(|limit| limit.is_over_all_accounts()).map(|limit| limit.name).collect();
    let others = ["phone-block", "phone-minute"];
    assert!(over_all.iter().all(|name| name.ends_with("-address") || others.contains(name)));
    assert!(others.iter().all(|name| over_all.contains(name)));
}

#[test]
fn all_2_addresses_count_by_the_network_of_one_subscriber() {
    let cases = [
        ("192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ];
    for (address, expected) in cases {
        assert_eq!(network(&address.parse().unwrap()), expected);
    }
}
