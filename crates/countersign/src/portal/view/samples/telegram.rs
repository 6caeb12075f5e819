//! Samples of Telegram's pages and of the second step that waits for an answer in the chat.

use countersign_core::policy::TelegramStyle;

use super::auth::challenge;
use super::*;
use crate::flow::telegram::view::{ShownText, Stage};
use crate::text;

fn chat(name: &str, is_blocked: bool) -> ChatRow {
    ChatRow {
        id: "0197".to_owned(),
        name: name.to_owned(),
        added: before(40 * DAY),
        last_used: (!is_blocked).then(|| before(DAY)),
        is_blocked,
    }
}

fn row(page: &Page, rows: Vec<ChatRow>, most: u32) -> MethodRow {
    let words = ("message", "method-telegram", "method-telegram-about");
    MethodRow {
        last_used: rows.iter().filter_map(|chat| chat.last_used).max(),
        why: Some(telegram_why(page, Strength::Weak).into_owned()),
        chats: Chats { rows, most, may_link: true },
        ..MethodRow::new(page, words, Strength::Weak)
    }
}

pub(super) fn security(book: &mut Book, words: Words) {
    let page = signed_in(words);
    let view = |page: Page, row| SecurityPage {
        ways: ways(&page, &Ways { telegram: true, ..Ways::default() }),
        page,
        required: false,
        methods: vec![row],
        not_offered: Vec::new(),
        address: AddressRow { email: "mia@example.org".to_owned(), verified: true, pending: None },
        sign_ins: SignIns::default(),
    };
    let disable = || RowAction {
        label: page.t("disable").into_owned(),
        address: "/account/security/telegram/disable",
        class: "danger-quiet",
    };
    let on = |row| MethodRow { state: MethodState::On, is_on: true, actions: vec![disable()], ..row };
    let two = || vec![chat("Mia (@mia_example)", false), chat(HOSTILE, true)];
    book.add("security-telegram", &view(noticed(words, Done::TelegramOn), on(row(&page, two(), 3))));
    book.add("security-telegram-full", &view(page.clone(), on(row(&page, two(), 2))));
    let set_up = Some("/account/security/telegram/enable".to_owned());
    book.add("security-telegram-off", &view(page.clone(), MethodRow { set_up, ..row(&page, two(), 3) }));
    let reason = page.t("telegram-not-set-up").into_owned();
    let blocked = Some(Blocked { reason, confirm_address: false });
    book.add("security-telegram-none", &view(page.clone(), MethodRow { blocked, ..row(&page, vec![], 3) }));
}

pub(super) fn linking(book: &mut Book, words: Words) {
    let start = |page, another, key_follows, strength| TelegramStartPage {
        page,
        bot: "example_bot".to_owned(),
        another,
        other_sessions: 3,
        key_follows,
        strength,
    };
    book.add("telegram-start", &start(gate(words), false, true, Strength::Weak));
    book.add("telegram-start-another", &start(signed_in(words), true, false, Strength::Restricted));
    let link = |stage, too_early| TelegramLinkPage {
        page: signed_in(words),
        bot: "example_bot".to_owned(),
        stage,
        too_early,
        started_at: before(2 * MINUTE),
        expires_at: after(8 * MINUTE),
    };
    let address = "https://t.me/example_bot?start=NZ5sXqYc0kQkq0lq3kq3Zw".to_owned();
    let address = LinkAddress { address, qr: qr_sample() };
    book.add("telegram-link", &link(LinkStage::Waiting(Some(address.clone())), false));
    book.add("telegram-link-early", &link(LinkStage::Waiting(Some(address)), true));
    book.add("telegram-link-shown", &link(LinkStage::Waiting(None), false));
    let problem = words.t1("telegram-link-wrong", "n", 4).into_owned();
    for (name, by, problem) in [("code", "Mia (@mia_example)", String::new()), ("wrong", HOSTILE, problem)] {
        let by = by.to_owned();
        book.add(&format!("telegram-link-{name}"), &link(LinkStage::Opened { by, problem }, false));
    }
    for (name, end) in [("over", LinkEnd::Over), ("refused", LinkEnd::Refused)] {
        book.add(&format!("telegram-link-{name}"), &TelegramOverPage { page: signed_in(words), end });
    }
    for (name, first) in [("telegram-done", true), ("telegram-done-another", false)] {
        let (page, name_of) = (signed_in(words), "Mia (@mia_example)".to_owned());
        let view = TelegramDonePage { page, name: name_of, first, sessions_ended: 2, can_add: first };
        book.add(name, &view);
    }
}

pub(super) fn switching(book: &mut Book, words: Words) {
    let names = vec!["Mia (@mia_example)".to_owned(), HOSTILE.to_owned()];
    let on = TelegramOnPage { page: signed_in(words), names, other_sessions: 1, strength: Strength::Weak };
    book.add("telegram-on", &on);
    let chat = || Some(("0197".to_owned(), "Mia (@mia_example)".to_owned()));
    for (name, unlinks, ends_telegram, last, required) in [
        ("telegram-off", None, true, false, false),
        ("telegram-off-last", None, true, true, true),
        ("telegram-unlink", chat(), false, false, false),
        ("telegram-unlink-last", chat(), true, true, false),
    ] {
        let view = TelegramOffPage {
            page: signed_in(words),
            unlinks,
            other_sessions: 1,
            ends_telegram,
            last,
            required,
            key_goes: last,
        };
        book.add(name, &view);
    }
}

pub(super) fn second_step(book: &mut Book, words: Words) {
    let asked = |shown: &str, stage, chats| {
        let (at, expires_at) = (before(20_000), after(160_000));
        Some(ChatAsked { shown: ShownText::new(shown), at, expires_at, chats, stage })
    };
    let question = |style, asked, again| ChatQuestion {
        style,
        asked,
        all_blocked: false,
        again,
        is_down: false,
        held_until: None,
    };
    let later = MailAgain::At(after(40_000));
    let page = |purpose, question| challenge(words, purpose, Asked::Telegram(question));
    let sign_in = |question| page(SecondStepPurpose::SignIn, question);
    let matching = |stage, chats, again| question(TelegramStyle::Match, asked("42", stage, chats), again);
    let view = sign_in(matching(Stage::OnItsWay, 2, later));
    book.add("second-step-telegram", &view);
    let problem = Some(CodeProblem::Said(text!("telegram-not-yet")));
    book.add(
        "second-step-telegram-early",
        &SecondStepPage { problem, ..sign_in(matching(Stage::Sent, 1, later)) },
    );
    let problem = Some(CodeProblem::TooMany(Some(after(2 * MINUTE))));
    let confirmed = sign_in(matching(Stage::Confirmed, 1, later));
    book.add("second-step-telegram-too-many", &SecondStepPage { problem, ..confirmed });
    let typed = question(TelegramStyle::Type, asked("481516", Stage::Sent, 2), MailAgain::Now);
    book.add("second-step-telegram-type", &sign_in(typed));
    book.add(
        "second-step-telegram-tap",
        &sign_in(question(TelegramStyle::Tap, asked("", Stage::Sent, 1), later)),
    );
    for (name, stage) in
        [("late", Stage::Late), ("blocked", Stage::Blocked), ("not-delivered", Stage::NotDelivered)]
    {
        let view = sign_in(matching(stage, 1, MailAgain::Now));
        book.add(&format!("second-step-telegram-{name}"), &view);
    }
    let held =
        ChatQuestion { held_until: Some(after(DAY)), ..question(TelegramStyle::Match, None, MailAgain::Now) };
    book.add("second-step-telegram-held", &sign_in(held));
    let never = matching(Stage::Late, 1, MailAgain::Never);
    book.add("second-step-telegram-no-more", &sign_in(never));
    let down = ChatQuestion { is_down: true, ..question(TelegramStyle::Match, None, MailAgain::Now) };
    book.add("step-up-telegram-down", &page(SecondStepPurpose::StepUp, down));
    let before = question(TelegramStyle::Match, None, MailAgain::Now);
    book.add("step-up-telegram", &page(SecondStepPurpose::StepUp, before));
    let unlink = SecondStepPurpose::UnlinkTelegram(HOSTILE.to_owned());
    book.add("unlink-telegram-challenge", &page(unlink, matching(Stage::Sent, 1, later)));
    book.add("telegram-refused", &TelegramRefusedPage { page: plain(words), inside: false });
    book.add("telegram-refused-inside", &TelegramRefusedPage { page: plain(words), inside: true });
}
