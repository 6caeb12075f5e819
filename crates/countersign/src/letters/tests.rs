//! Every letter in every language: complete, one link at most, nothing of a stranger's taken for more than text.

use std::path::PathBuf;
use std::{env, fs};

use zeroize::Zeroizing;

use super::*;

const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const ADDRESS: &str = "https://account.example.org/link/q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const AT: i64 = 1_795_296_247_000;

fn style() -> LetterStyle {
    LetterStyle {
        product: "Countersign".to_owned(),
        public_address: PublicAddress::parse("https://account.example.org").unwrap(),
        support: "https://help.example.org/".parse().ok(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it fills fields that may be empty")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "it fills fields that may be empty")]
fn secret(text: &str) -> Option<Zeroizing<String>> {
    Some(Zeroizing::new(text.to_owned()))
}

/// What a flow knows when it writes a letter of this kind.
fn body(kind: LetterKind) -> LetterBody {
    let mut body = LetterBody {
        at: Some(AT),
        address: text("198.51.100.7"),
        device: text(FIREFOX),
        person: text("Ada Lovelace"),
        organisation: text("Example Works"),
        ..LetterBody::default()
    };
    match kind {
        LetterKind::Code => {
            body.code = secret("048213");
            body.reference = text("K7QF");
            body.purpose = text("sign-in");
            body.until = Some(AT + 600_000);
        }
        LetterKind::Test => body.person = None,
        LetterKind::DeskAnswer => {
            (body.at, body.address, body.device) = (None, None, None);
            body.message = text("Good morning,\r\n\r\nplease call us.\nJonas");
        }
        LetterKind::RequestReceived
        | LetterKind::InvitationTaken
        | LetterKind::AddressChangeUndone
        | LetterKind::SuspensionStopped
        | LetterKind::SuspensionWaits
        | LetterKind::AccountDisabled
        | LetterKind::AccountDeleted
        | LetterKind::EnrolmentReminder
        | LetterKind::ApiTokenEnding => {}
        _ => body.link = secret(TOKEN),
    }
    match kind {
        LetterKind::AddressChangeAsked
        | LetterKind::AddressChanged
        | LetterKind::AddressIsNow
        | LetterKind::AddressChangeUndone
        | LetterKind::ConfirmNewAddress => body.email = text("n***@e***.org"),
        LetterKind::MethodAdded | LetterKind::MethodRemoved | LetterKind::AuthenticatorRenamed => {
            body.method = text("authenticator");
            body.name = text("Philipp iPhone");
        }
        LetterKind::ApiTokenEnding => body.name = text("Nightly export"),
        _ => {}
    }
    if !kind.is_notice() || kind == LetterKind::AddressChanged {
        body.until = body.until.or(Some(AT + 1_800_000));
    }
    suspended(kind, &mut body);
    body
}

/// What letters about a suspension say besides.
fn suspended(kind: LetterKind, body: &mut LetterBody) {
    if matches!(kind, LetterKind::SuspensionStarted | LetterKind::EnteredUnderSuspension) {
        body.until = Some(AT + 3_600_000);
    }
    if kind == LetterKind::SuspensionStarted {
        body.suspension = text("support-code");
        (body.address, body.device) = (text(""), text(""));
    }
    if matches!(kind, LetterKind::SuspensionStopped | LetterKind::SuspensionWaits) {
        body.email = text("a***@e***.org");
        body.until = None;
    }
}

fn draw(language: Language, kind: LetterKind, count: u32, body: &LetterBody) -> Rendered {
    render(&style(), language, kind, count, body).unwrap()
}

/// Every kind in every language: as usual, bundled, and with as little known as there can be.
fn all() -> Vec<(String, LetterKind, Rendered)> {
    let mut found = Vec::new();
    for language in Language::ALL {
        for &kind in LetterKind::ALL {
            let name = |what: &str| format!("{}{what}.{}", kind.as_str(), language.tag());
            let usual = body(kind);
            found.push((name(""), kind, draw(language, kind, 1, &usual)));
            if kind.bundled_for().is_some() {
                found.push((name("-bundled"), kind, draw(language, kind, 4, &usual)));
            }
            found.push((name("-bare"), kind, draw(language, kind, 2, &LetterBody::default())));
        }
    }
    found
}

/// Set `COUNTERSIGN_LETTERS` to a folder to have the letters written there for looking at.
#[test]
fn every_letter_renders_in_every_language() {
    let letters = all();
    assert!(letters.len() > 2 * 2 * LetterKind::ALL.len());
    let Some(folder) = env::var_os("COUNTERSIGN_LETTERS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    for (name, _, letter) in letters {
        fs::write(folder.join(format!("{name}.html")), letter.html).unwrap();
        fs::write(
            folder.join(format!("{name}.txt")),
            format!("Subject: {}\n\n{}", letter.subject, letter.text),
        )
        .unwrap();
    }
}

#[test]
fn no_letter_has_a_gap_or_an_unresolved_text() {
    let keys: Vec<&str> = include_str!("../../locales/en.ftl")
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .filter(|key| key.starts_with("letter-"))
        .collect();
    assert!(keys.len() > 80, "{}", keys.len());
    for (name, _, letter) in all() {
        let body = without_tags(letter.html.split("<body").nth(1).unwrap());
        for part in [&letter.subject, &letter.text, &body] {
            for gap in ["{$", "{ $", "{{", "  ,", " ,", " .", "“”", "„“", "()", "None", "Some("] {
                assert!(!part.contains(gap), "{name} has {gap:?}:\n{part}");
            }
            assert!(!keys.iter().any(|key| part.contains(key)), "{name} shows a key:\n{part}");
        }
        assert!(
            !letter.text.contains("\n\n\n") && !letter.text.contains(":\n\n"),
            "{name}:\n{}",
            letter.text
        );
        assert!(letter.text.lines().all(|line| line == "-- " || line == line.trim_end()), "{name}");
        for line in letter.text.lines() {
            assert!(line.chars().count() <= 78 || line == ADDRESS, "{name}: {line}");
        }
        for empty in ["\"></p>", "\"></h1>", "\"></h2>", "\"></span>", "<bdi></bdi>", "\"></a>"] {
            assert!(!letter.html.contains(empty), "{name} has an empty part: {empty}");
        }
        assert!(letter.subject.chars().count() <= 78 && !letter.subject.contains('\n'), "{}", letter.subject);
    }
}

#[test]
fn both_parts_say_the_same() {
    for (name, _, letter) in all() {
        let html = letter.html.split("<body").nth(1).unwrap().replace("&#39;", "'");
        let plain = letter.text.replace("-- \n", "");
        let in_html: String = without_tags(&html).split_whitespace().collect::<Vec<_>>().join(" ");
        for paragraph in plain.split("\n\n") {
            for line in paragraph.replace(&format!(":\n{ADDRESS}"), "").split('\n') {
                let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(in_html.contains(&line), "{name}: the page lacks {line:?}\n{in_html}");
            }
        }
    }
}

fn without_tags(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}

#[test]
fn no_letter_loads_or_follows_anything() {
    for (name, _, letter) in all() {
        for forbidden in
            ["<img", "<script", "<link", "<iframe", "url(", "@import", "src=", "background=", "<table"]
        {
            assert!(!letter.html.contains(forbidden), "{name} has {forbidden}");
        }
        let links: Vec<&str> = letter.html.split("href=\"").skip(1).collect();
        assert!(links.len() <= 1, "{name} has {} links", links.len());
        assert!(links.iter().all(|link| link.starts_with(ADDRESS)), "{name}");
    }
}

#[test]
fn a_link_stands_once_as_a_button_and_once_as_text() {
    for language in Language::ALL {
        for &kind in LetterKind::ALL {
            let body = body(kind);
            let letter = draw(language, kind, 1, &body);
            let expected = usize::from(body.link.is_some());
            assert_eq!(letter.text.matches(TOKEN).count(), expected, "{kind:?}");
            assert_eq!(letter.text.lines().filter(|line| *line == ADDRESS).count(), expected, "{kind:?}");
            assert_eq!(letter.html.matches(&format!("href=\"{ADDRESS}\"")).count(), expected, "{kind:?}");
            assert_eq!(letter.html.matches(&format!(">{ADDRESS}<")).count(), expected, "{kind:?}");
            assert_eq!(letter.html.matches(TOKEN).count(), 2 * expected, "{kind:?}");
        }
    }
}

#[test]
fn a_code_has_nothing_to_click_and_says_all_about_itself() {
    for language in Language::ALL {
        for purpose in countersign_core::sign_in::Purpose::ALL {
            let mut body = body(LetterKind::Code);
            body.purpose = text(purpose.as_str());
            // Whatever else a flow might put in, no address to follow comes of it.
            body.link = secret(TOKEN);
            body.person = text("https://evil.example");
            let letter = draw(language, LetterKind::Code, 1, &body);
            for part in [&letter.text, &letter.html, &letter.subject] {
                assert!(!part.contains("http") && !part.contains("href") && !part.contains(TOKEN), "{part}");
            }
            assert!(!letter.subject.contains("048213"));
            let minutes = if language == Language::De { "10 Minuten" } else { "10 minutes" };
            for part in [letter.text.replace('\n', " "), letter.html] {
                for said in
                    ["048213", "K7QF", "198.51.100.7", "Firefox", "account.example.org", "21:34:07 UTC"]
                {
                    assert!(part.contains(said), "{said} is missing:\n{part}");
                }
                assert!(part.contains(minutes), "{part}");
            }
        }
    }
}

#[test]
fn a_notice_asks_whether_it_was_you_and_offers_what_to_do() {
    for &kind in LetterKind::ALL.iter().filter(|kind| kind.is_notice()) {
        let mut body = body(kind);
        let letter = draw(Language::En, kind, 1, &body);
        let (asks, button) = match kind {
            LetterKind::AddressChanged => ("If it was not you", "Undo the change"),
            LetterKind::SuspensionStarted => ("If you did not,", "Stop this"),
            _ => ("Was this not you?", "This was not me"),
        };
        assert!(letter.text.contains(asks) && letter.text.contains(button), "{kind:?}:\n{}", letter.text);
        for said in ["21 November 2026, 21:24:07 UTC", "198.51.100.7", "Firefox", "Hello Ada Lovelace,"] {
            // From where support works is nobody's business.
            let hidden = kind == LetterKind::SuspensionStarted && ["198.51.100.7", "Firefox"].contains(&said);
            assert_eq!(letter.text.contains(said), !hidden, "{kind:?}, {said}:\n{}", letter.text);
        }
        body.link = None;
        let letter = draw(Language::En, kind, 1, &body);
        assert!(letter.text.contains(asks), "{kind:?}:\n{}", letter.text);
        assert!(!letter.html.contains("href"), "{kind:?}");
    }
}

#[test]
fn bundled_letters_say_how_often_and_when_last() {
    let body = body(LetterKind::WrongSecondStep);
    let letter = draw(Language::En, LetterKind::WrongSecondStep, 4, &body);
    let words = "This happened 4 times in the last hour, last at 21 November 2026, 21:24:07 UTC.";
    assert!(letter.text.replace('\n', " ").contains(words) && letter.html.contains(words), "{}", letter.text);
    assert!(!draw(Language::En, LetterKind::WrongSecondStep, 1, &body).text.contains("times"));
}

/// 3.2.2, 1.3.7, 1.3.11: a stranger's text is text, on one line, and short.
#[test]
fn what_strangers_wrote_stays_text() {
    let hostile = "<img src=x onerror=alert(1)>{{7*7}}${7*7}\r\nBcc: all@example.org\u{202e}\u{0}";
    for &kind in LetterKind::ALL {
        let mut body = body(kind);
        for field in [&mut body.name, &mut body.person, &mut body.email, &mut body.address, &mut body.device]
        {
            *field = text(hostile);
        }
        body.organisation = text(hostile);
        let letter = draw(Language::De, kind, 1, &body);
        assert!(!letter.html.contains("<img") && !letter.html.contains("49"), "{kind:?}");
        assert!(letter.html.contains("&#60;img src=x") || letter.html.contains("&lt;img src=x"), "{kind:?}");
        assert!(letter.text.contains("{{7*7}}${7*7} Bcc: all@example.org"), "{kind:?}:\n{}", letter.text);
        let hidden = |c: char| countersign_core::clean::is_hidden(c) && c != '\n';
        for part in [&letter.text, &letter.html, &letter.subject] {
            assert!(!part.contains(hidden) && !part.contains("\nBcc"), "{kind:?}");
        }
        assert!(!letter.subject.contains(['\r', '\n']) && letter.subject.chars().count() <= 78);
    }
}

#[test]
fn a_name_of_ten_thousand_letters_is_cut() {
    let long = "x".repeat(10_000);
    for &kind in LetterKind::ALL {
        let mut body = body(kind);
        for field in [&mut body.name, &mut body.person, &mut body.email, &mut body.organisation] {
            *field = Some(long.clone());
        }
        body.code = body.code.take().map(|_| Zeroizing::new(long.clone()));
        let letter = draw(Language::En, kind, 1, &body);
        assert!(!letter.html.contains(&"x".repeat(81)) && !letter.text.contains(&"x".repeat(81)), "{kind:?}");
        assert!(letter.subject.chars().count() <= 78, "{}", letter.subject);
        assert!(letter.html.len() < 12_000, "{kind:?}: {}", letter.html.len());
    }
}

#[test]
fn a_name_cannot_have_us_write_to_strangers() {
    for kind in [
        LetterKind::SignUp,
        LetterKind::SignUpTaken,
        LetterKind::InvitationTaken,
        LetterKind::ConfirmAddress,
        LetterKind::ConfirmNewAddress,
    ] {
        let mut body = body(kind);
        body.person = text("Buy at evil.example");
        let letter = draw(Language::En, kind, 1, &body);
        assert!(!letter.text.contains("evil") && !letter.html.contains("evil"), "{kind:?}");
    }
}

#[test]
fn only_our_own_tokens_become_links() {
    for token in ["", "a b", "x\"onclick=\"y", "../sign-out", "%2e%2e", "ä"] {
        let mut body = body(LetterKind::PasswordReset);
        body.link = secret(token);
        let letter = draw(Language::En, LetterKind::PasswordReset, 1, &body);
        assert!(!letter.html.contains("href") && !letter.text.contains("/link/"), "{token}");
    }
}

/// APP-8: what an agent writes stays text, line by line, whatever is in it.
#[test]
fn app_8_what_the_desk_writes_is_text_and_nothing_else() {
    let mut body = body(LetterKind::DeskAnswer);
    body.message = text(
        "Hello <b>Ada</b>,\r\nBcc: x@example.org\r\n\r\n\u{202e}evil\n-- \n<a href=\"https://evil.example\">here</a>",
    );
    let letter = draw(Language::En, LetterKind::DeskAnswer, 1, &body);
    assert!(letter.text.contains("\nHello <b>Ada</b>,\n\nBcc: x@example.org\n\nevil\n"), "{}", letter.text);
    assert_eq!(letter.text.lines().filter(|line| *line == "-- ").count(), 1, "one signature");
    assert!(
        !letter.html.contains("<b>") && !letter.html.contains("<a href") && !letter.html.contains('\u{202e}')
    );
    assert!(letter.html.contains("&#60;b&#62;Ada"), "{}", letter.html);
    assert!(!letter.subject.contains("Ada") && !letter.subject.contains('\n'));
}
