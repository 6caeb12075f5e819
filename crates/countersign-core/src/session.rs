//! How long sessions live, and what the list of sessions says about a browser.

use std::fmt;
use std::time::Duration;

use crate::method::Class;
use crate::policy::SessionLives;
use crate::role::Role;
use crate::time::Timestamp;

/// How long a step-up counts as recent (ALL-4). ASVS 5.0, 7.5.3 asks for "recent"; the number is ours.
pub const STEP_UP_FRESH: Duration = Duration::from_mins(5);

/// How long a sign-in by recovery key counts as fresh proof for replacing what was lost, and how long a right to make a
/// recovery key lasts (KEY-8).
pub const RECOVERY_FRESH: Duration = Duration::from_mins(10);

/// Longest lives of a session without a strong second step, whatever longer ones a policy sets for the others:
/// NIST SP 800-63B-4 section 2.2.3.
const WEAK_LIVES: Lives = Lives { idle: Duration::from_hours(1), absolute: Duration::from_hours(24) };

/// How long one session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lives {
    /// Since the last request.
    pub idle: Duration,
    /// Since the sign-in; also the cookie's Max-Age.
    pub absolute: Duration,
}

/// The lives of a session of this role and class under the policy that is in force now.
pub fn lives(rules: &SessionLives, role: Role, class: Class) -> Lives {
    let (minutes, hours) = if role.is_staff() {
        (rules.staff_idle_minutes, rules.staff_absolute_hours)
    } else {
        (rules.idle_minutes, rules.absolute_hours)
    };
    let set = Lives {
        idle: Duration::from_mins(u64::from(minutes)),
        absolute: Duration::from_hours(u64::from(hours)),
    };
    if class >= Class::Strong {
        return set;
    }
    Lives { idle: set.idle.min(WEAK_LIVES.idle), absolute: set.absolute.min(WEAK_LIVES.absolute) }
}

/// Whether a session still lives. At the very end of either life it no longer does.
pub fn is_alive(created: Timestamp, last_used: Timestamp, lives: Lives, now: Timestamp) -> bool {
    now.since(created) < lives.absolute && now.since(last_used) < lives.idle
}

/// Whether a second step, or the password where nothing is enrolled, was repeated recently enough.
pub fn is_stepped_up(stepped_up_at: Option<Timestamp>, now: Timestamp) -> bool {
    stepped_up_at.is_some_and(|at| now.since(at) < STEP_UP_FRESH)
}

/// Whether a session began by recovery key recently enough to replace what was lost with it (KEY-8).
pub fn is_just_recovered(recovered_at: Option<Timestamp>, now: Timestamp) -> bool {
    recovered_at.is_some_and(|at| now.since(at) < RECOVERY_FRESH)
}

/// What a `User-Agent` header roughly says, in names from our own table only: the header itself is written by
/// strangers and never stored or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Device {
    /// Name of the browser, for example "Firefox".
    pub browser: Option<&'static str>,
    /// Name of the operating system, for example "Android".
    pub system: Option<&'static str>,
}

/// Mark in the header and the browser's name. The order matters: most browsers claim to be Chrome and Safari too,
/// and those on iOS carry marks of their own.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Mark in the header and the system's name. Android names Linux too, and iPhones name Mac OS X.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Reads the rough device out of a `User-Agent` header; unknown parts are `None`.
pub fn describe_device(user_agent: &str) -> Device {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|&(_, name)| name)
    };
    Device { browser: find(BROWSERS), system: find(SYSTEMS) }
}

impl Device {
    /// Reads back what [`fmt::Display`] writes; names that are no longer in the table read as unknown.
    pub fn parse(text: &str) -> Self {
        let known = |table: &[(&str, &'static str)], wanted: &str| {
            table.iter().find(|&&(_, name)| name == wanted).map(|&(_, name)| name)
        };
        let (browser, system) = text.split_once('/').unwrap_or((text, ""));
        Self { browser: known(BROWSERS, browser), system: known(SYSTEMS, system) }
    }
}

/// The stored form, for example `Firefox/Android`; an unknown part is empty. Pages put it into words.
impl fmt::Display for Device {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.browser.unwrap_or_default(), self.system.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::preset::Preset;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn members_and_staff_have_their_own_lives() {
        let rules = Preset::Recommended.policy().sessions;
        let member = Lives { idle: 60 * MINUTE, absolute: 24 * 60 * MINUTE };
        let staff = Lives { idle: 15 * MINUTE, absolute: 8 * 60 * MINUTE };
        for &class in Class::ALL {
            assert_eq!(lives(&rules, Role::Member, class), member);
            assert_eq!(lives(&rules, Role::Support, class), staff);
            assert_eq!(lives(&rules, Role::Administrator, class), staff);
        }
    }

    #[test]
    fn a_generous_policy_reaches_only_sessions_with_a_strong_second_step() {
        let rules = SessionLives { idle_minutes: 1_440, absolute_hours: 720, ..SessionLives::default() };
        for &class in Class::ALL {
            let found = lives(&rules, Role::Member, class);
            let capped = found == Lives { idle: 60 * MINUTE, absolute: 24 * 60 * MINUTE };
            assert_eq!(capped, class < Class::Strong, "{class}");
        }
    }

    #[test]
    fn a_session_ends_at_either_life() {
        let lives = Lives { idle: 60 * MINUTE, absolute: 180 * MINUTE };
        let start = Timestamp::from_secs(1_000_000);
        let at = |minutes: u32| start.plus(MINUTE * minutes);
        for (last_used, now, alive) in
            [(0, 0, true), (0, 59, true), (0, 60, false), (130, 179, true), (179, 180, false)]
        {
            assert_eq!(is_alive(start, at(last_used), lives, at(now)), alive, "{last_used} {now}");
        }
    }

    #[test]
    fn all_4_a_step_up_is_recent_for_five_minutes() {
        let at = Timestamp::from_secs(1_000_000);
        assert!(!is_stepped_up(None, at));
        assert!(is_stepped_up(Some(at), at.plus(STEP_UP_FRESH).minus(Duration::from_millis(1))));
        assert!(!is_stepped_up(Some(at), at.plus(STEP_UP_FRESH)));
    }

    #[test]
    fn all_5_common_browsers_are_named() {
        let cases = [
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox/Android"),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome/Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge/Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari/iOS",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari/macOS",
            ),
            ("curl/8.5.0", "curl/"),
            ("", "/"),
            ("<script>alert(1)</script>", "/"),
        ];
        for (header, expected) in cases {
            assert_eq!(describe_device(header).to_string(), expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_and_any_stored_text_is_read(header in ".{0,200}") {
            let device = describe_device(&header);
            prop_assert_eq!(Device::parse(&device.to_string()), device);
            let _ = Device::parse(&header);
        }
    }
}
