//! Prompts, links and what comes from a chat, against the rules in words.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::id::{AccountId, TelegramLinkId};
use crate::keys::{KeyId, KeyRing, MasterKey};
use crate::testing::CountingEntropy;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const BOT: &str = "example_bot";

fn dice(seed: u64) -> CountingEntropy {
    CountingEntropy::new(seed)
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// A prompt in time, waiting.
fn prompt<'a>(shown: &'a Shown, offered: &'a [u8]) -> Prompt<'a> {
    Prompt { state: State::Waiting, shown, offered, expires_at: NOW.plus(PROMPT_LIFE) }
}

fn answers() -> Vec<Answer> {
    let mut answers = vec![Answer::Confirm, Answer::NotMe];
    answers.extend((0..=99).map(Answer::Pick));
    answers.extend(["000000", "123456", "654321"].map(|text| Answer::Typed(code(text))));
    answers
}

fn shown() -> Vec<(Shown, Vec<u8>)> {
    vec![
        (Shown::Code(code("123456")), vec![]),
        (Shown::Number(42), vec![17, 42, 93]),
        (Shown::Nothing, vec![]),
    ]
}

#[test]
fn msg_2_each_style_is_confirmed_by_what_the_browser_shows_and_by_nothing_else() {
    for (shown, offered) in shown() {
        let prompt = prompt(&shown, &offered);
        for answer in answers() {
            let expected = match (&shown, &answer) {
                (_, Answer::NotMe) => Verdict::Refused(Refusal::NotMe),
                (Shown::Number(_), Answer::Pick(42)) | (Shown::Nothing, Answer::Confirm) => {
                    Verdict::Confirmed
                }
                (Shown::Number(_), Answer::Pick(17 | 93)) => Verdict::Refused(Refusal::WrongNumber),
                (Shown::Code(_), Answer::Typed(typed)) if typed.reveal().as_str() == "123456" => {
                    Verdict::Confirmed
                }
                (Shown::Code(_), Answer::Typed(_)) => Verdict::Wrong,
                _ => Verdict::Misfit,
            };
            assert_eq!(judge(&prompt, &answer, NOW), expected);
        }
    }
}

#[test]
fn msg_2_what_comes_too_late_confirms_nothing_and_it_wasnt_me_is_still_heard() {
    for (shown, offered) in shown() {
        let prompt = prompt(&shown, &offered);
        let last = prompt.expires_at.minus(Duration::from_millis(1));
        for answer in answers() {
            let refused = matches!(answer, Answer::NotMe);
            assert_eq!(judge(&prompt, &answer, last), judge(&prompt, &answer, NOW));
            let expected = if refused { Verdict::Refused(Refusal::NotMe) } else { Verdict::Late };
            assert_eq!(judge(&prompt, &answer, prompt.expires_at), expected);
            let ended = Prompt { state: State::Ended, ..prompt };
            let expected = if refused { Verdict::Refused(Refusal::NotMe) } else { Verdict::Over };
            assert_eq!(judge(&ended, &answer, NOW), expected);
        }
    }
}

#[test]
fn msg_3_no_state_of_a_prompt_accepts_two_answers() {
    for (shown, offered) in shown() {
        for &state in State::ALL {
            let first = Prompt { state, ..prompt(&shown, &offered) };
            for answer in answers() {
                let Some(state) = judge(&first, &answer, NOW).leaves() else { continue };
                assert_ne!(state, State::Waiting);
                for second in answers() {
                    let again = judge(&Prompt { state, ..first }, &second, NOW);
                    assert_eq!((again, again.leaves()), (Verdict::Answered, None));
                }
            }
        }
    }
}

#[test]
fn states_read_back() {
    for &state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    assert_eq!(State::parse("Waiting"), None);
    assert_ne!(Refusal::NotMe.as_str(), Refusal::WrongNumber.as_str());
}

#[test]
fn msg_2_three_numbers_are_offered_in_an_order_that_tells_nothing() {
    let entropy = dice(1);
    let mut places = [0_u32; OFFERED];
    for _ in 0..30_000 {
        let shown = Shown::new(TelegramStyle::Match, &entropy);
        let Shown::Number(number) = &shown else { panic!("no number") };
        let offered = shown.offered(&entropy);
        assert_eq!(offered.iter().collect::<BTreeSet<_>>().len(), OFFERED);
        assert!(offered.iter().all(|number| (10..=99).contains(number)));
        places[offered.iter().position(|other| other == number).unwrap()] += 1;
    }
    // Chi-squared with two degrees of freedom: 13.8 is passed by chance once in a thousand.
    let chi: f64 = places.iter().map(|&n| (f64::from(n) - 10_000.0).powi(2) / 10_000.0).sum();
    assert!(chi < 13.8, "{places:?}");
}

#[test]
fn msg_2_what_is_shown_fits_its_style_and_reads_back() {
    let entropy = dice(2);
    for style in [TelegramStyle::Type, TelegramStyle::Match, TelegramStyle::Tap] {
        for _ in 0..200 {
            let shown = Shown::new(style, &entropy);
            assert_eq!(shown.style(), style);
            let read = Shown::parse(&shown.reveal()).unwrap();
            assert_eq!((read.style(), read.reveal()), (style, shown.reveal()));
            assert_eq!(shown.offered(&entropy).is_empty(), style != TelegramStyle::Match);
        }
    }
    for text in ["1", "09", "1a", "123", "12 34", "1234567", "١٢"] {
        assert!(Shown::parse(text).is_none(), "{text}");
    }
}

#[test]
fn msg_2_two_refusals_within_a_day_stop_prompts_for_a_day_from_the_second() {
    let hour = |hours: u64| NOW.plus(Duration::from_hours(hours));
    let held = |times: &[Timestamp], at| held_until(times, at);
    assert_eq!(held(&[], NOW), None);
    assert_eq!(held(&[NOW], NOW), None);
    assert_eq!(held(&[NOW, hour(24)], hour(24)), None, "a day apart");
    let close = [hour(23), NOW];
    assert_eq!(held(&close, hour(23)), Some(hour(47)));
    assert_eq!(held(&close, hour(47)), None);
    assert_eq!(held(&[NOW, hour(1), hour(20)], hour(21)), Some(hour(44)));
    assert_eq!(held(&[NOW, hour(1), hour(40)], hour(41)), None, "the third stands alone");
}

#[test]
fn telegram_ids_are_those_of_people_and_never_shown() {
    for number in [0, -1, -1_001_234_567_890, 1 << 52, i64::MAX, i64::MIN] {
        assert_eq!(TelegramId::new(number), None);
    }
    let id = TelegramId::new(4_503_599_627_370_495).unwrap();
    assert_eq!(format!("{id:?}"), "TelegramId(***)");
    assert_eq!((id.reveal(), id.lookup_text().as_str()), ((1 << 52) - 1, "telegram:4503599627370495"));
}

#[test]
fn msg_1_a_link_needs_the_chat_and_the_browser_and_counts_once() {
    let keys = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap();
    let (account, other) = (AccountId::new(NOW, &dice(3)), AccountId::new(NOW, &dice(4)));
    let (id, second) = (TelegramLinkId::new(NOW, &dice(5)), TelegramLinkId::new(NOW, &dice(6)));
    let mac = link_mac(&keys, account, id, &code("048213"));
    let expires_at = NOW.plus(LINK_LIFE);
    let open = Link { mac: Some(&mac), expires_at, tries: 0, spent: false, refused: false };
    let judged =
        |account, id, link: &Link<'_>, text, now| judge_link(&keys, account, id, link, &code(text), now);
    assert_eq!(judged(account, id, &open, "048 213", NOW), LinkVerdict::Right);
    assert_eq!(judged(account, id, &open, "048214", NOW), LinkVerdict::Wrong);
    assert_eq!(judged(other, id, &open, "048213", NOW), LinkVerdict::Wrong, "another account's");
    assert_eq!(judged(account, second, &open, "048213", NOW), LinkVerdict::Wrong, "another linking's");
    let unseen = Link { mac: None, ..open };
    assert_eq!(judged(account, id, &unseen, "048213", NOW), LinkVerdict::NotOpened);
    for over in [
        Link { spent: true, ..open },
        Link { refused: true, ..open },
        Link { tries: LINK_TRIES, ..open },
        Link { expires_at: NOW, ..open },
    ] {
        assert_eq!(judged(account, id, &over, "048213", NOW), LinkVerdict::Over, "{over:?}");
    }
}

#[test]
fn msg_1_the_address_opens_the_bot_with_the_token() {
    let token = LinkToken::new(&dice(7));
    let link = deep_link(BOT, &token).unwrap();
    let text = link.strip_prefix("https://t.me/example_bot?start=").unwrap();
    assert_eq!(text.len(), 22);
    assert_eq!(LinkToken::parse(text).map(|read| read.hash()), Some(token.hash()));
    for name in ["bot", "example", "exa/bot", "exa?bot", "é_bot", "x".repeat(33).as_str(), "evil.example/bot"]
    {
        assert!(deep_link(name, &token).is_none(), "{name}");
    }
    for text in ["", "AAAA", &format!("{text}="), &text[1..], "AAAAAAAAAAAAAAAAAAAAAB"] {
        assert!(LinkToken::parse(text).is_none(), "{text}");
    }
}

#[test]
fn msg_1_commands_are_told_apart() {
    let token = LinkToken::new(&dice(8)).reveal();
    let kind = |text: &str| match Command::parse(text, BOT) {
        Command::Start => "start",
        Command::Link(_) => "link",
        Command::BadLink => "bad link",
        Command::Stop => "stop",
        Command::Status => "status",
        Command::Help => "help",
        Command::Digits(_) => "digits",
        Command::Other => "other",
    };
    for (text, expected) in [
        ("/start".to_owned(), "start"),
        (format!("/start {}", token.as_str()), "link"),
        (format!("/start@Example_Bot  {} ", token.as_str()), "link"),
        (format!("/start@other_bot {}", token.as_str()), "other"),
        ("/start bind_7f3a".to_owned(), "bad link"),
        (format!("/start {}x", token.as_str()), "bad link"),
        ("/stop".to_owned(), "stop"),
        (" /STATUS\n".to_owned(), "status"),
        ("/help me".to_owned(), "help"),
        ("/delete".to_owned(), "other"),
        ("123 456".to_owned(), "digits"),
        ("١٢٣٤٥٦".to_owned(), "digits"),
        ("12345".to_owned(), "other"),
        ("hello".to_owned(), "other"),
        (String::new(), "other"),
        ("/".to_owned(), "other"),
        (format!("/start {}", "x".repeat(4_096)), "other"),
    ] {
        assert_eq!(kind(&text), expected, "{text}");
    }
}

fn press() -> impl Strategy<Value = Press> {
    prop_oneof![Just(Press::Confirm), Just(Press::NotMe), (10_u8..=99).prop_map(Press::Number)]
}

proptest! {
    #[test]
    fn msg_2_callback_data_reads_back_and_fits(seed: u64, press in press(), link: bool) {
        let (about, press) = if link { (About::Link, Press::NotMe) } else { (About::Prompt, press) };
        let callback = Callback { about, handle: Handle::new(&dice(seed)), press };
        let text = callback.to_text();
        prop_assert!(text.len() <= 64, "{}", text.len());
        let read = Callback::parse(&text).unwrap();
        prop_assert_eq!((read.about, read.press, read.handle.hash()), (about, press, callback.handle.hash()));
        prop_assert_eq!(read.to_text(), text);
    }

    #[test]
    fn msg_2_no_other_text_is_taken_for_a_button(text in "[pl]?[A-Za-z0-9_-]{20,24}:?(yes|no|[0-9]{1,3}|.{0,3})") {
        if let Some(read) = Callback::parse(&text) {
            prop_assert_eq!(read.to_text(), text);
        }
    }

    #[test]
    fn no_message_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = Command::parse(&text, BOT);
        let _ = Callback::parse(&text);
        let _ = Shown::parse(&text);
    }
}
