//! Samples of the pages of phone numbers and of the second step that waits for digits from a phone.

use super::*;

fn entry(id: &str, masked: &str, last_used: Option<Moment>, waits_until: Option<Moment>) -> PhoneEntry {
    let (id, masked) = (id.to_owned(), masked.to_owned());
    PhoneEntry { id, masked, added: before(40 * DAY), last_used, waits_until }
}

fn row(page: &Page, entries: Vec<PhoneEntry>, may_add: bool) -> MethodRow {
    let words = ("call", "method-phone", "method-phone-about");
    let is_on = entries.iter().any(|entry| entry.waits_until.is_none());
    let last_used = entries.iter().filter_map(|entry| entry.last_used).max();
    MethodRow {
        is_on,
        last_used,
        why: Some(page.t("phone-strength-calls-why").into_owned()),
        set_up: may_add.then(|| "/account/security/phone".to_owned()),
        phones: Some(PhoneList { entries, most: 2, may_add }),
        ..MethodRow::new(page, words, Strength::Weak)
    }
}

pub(super) fn security(book: &mut Book, words: Words) {
    let page = signed_in(words);
    let view = |page: Page, methods| SecurityPage {
        ways: ways(&page, &Ways { devices: 1, email: false, key: false, ..Ways::default() }),
        page,
        required: false,
        methods,
        not_offered: Vec::new(),
        address: AddressRow { email: "mia@example.org".to_owned(), verified: true, pending: None },
        sign_ins: SignIns::default(),
    };
    let app = |state| {
        let devices = vec![device("Mia iPhone", 40, Some(before(2 * MINUTE)))];
        MethodRow::authenticator(&page, state, devices, 1)
    };
    let used = entry("0197", "+49 170 *****78", Some(before(DAY)), None);
    let waiting = entry("0198", "+43 664 *****21", None, Some(after(7 * MINUTE)));
    let on = |row| MethodRow { state: MethodState::On, ..row };
    let methods = vec![app(MethodState::On), on(row(&page, vec![used.clone(), waiting], true))];
    book.add("security-phone", &view(noticed(words, Done::PhoneAdded), methods));
    let full = vec![used.clone(), entry("0199", "+49 30 *****99", None, None)];
    book.add(
        "security-phone-full",
        &view(page.clone(), vec![app(MethodState::On), on(row(&page, full, true))]),
    );
    let needs = page.t1("phone-row-needs", "methods", "Authenticator app or Telegram").into_owned();
    let blocked = || Some(Blocked { reason: needs.clone(), confirm_address: false });
    let none = MethodRow { blocked: blocked(), ..row(&page, Vec::new(), false) };
    let asleep = MethodRow {
        note: Some(page.t("phone-row-asleep").into_owned()),
        blocked: blocked(),
        ..row(&page, vec![used], false)
    };
    book.add("security-phone-alone", &view(page.clone(), vec![none]));
    book.add("security-phone-asleep", &view(page.clone(), vec![asleep]));
}

pub(super) fn numbers(book: &mut Book, words: Words) {
    let add = |typed: &str, calls, errors| PhoneAddPage {
        page: signed_in(words),
        typed: typed.to_owned(),
        calls,
        other_sessions: 2,
        errors,
    };
    book.add("phone-add", &add("", true, FormErrors::default()));
    let fault = FormErrors::default().with("number", words.t("phone-fault-extension"));
    book.add("phone-add-fault", &add("+49 170 1234567 ext. 5", false, fault));
    let full = FormErrors::general(words.t1("phone-too-many", "most", 3));
    book.add("phone-add-full", &add("+49 170 1234567", true, full));
    for (name, last, asks) in [("phone-remove", false, true), ("phone-remove-last", true, false)] {
        let view = PhoneRemovePage {
            page: signed_in(words),
            id: "0197".to_owned(),
            masked: "+49 170 *****78".to_owned(),
            last,
            asks,
            other_sessions: 1,
        };
        book.add(name, &view);
    }
}

fn newest(is_call: bool, stage: PhoneStage) -> PhoneNewest {
    PhoneNewest {
        is_call,
        to: Some("+49 170 *****78".to_owned()),
        at: before(8_000),
        stage,
        until: Some(after(2 * MINUTE)),
        missed: false,
    }
}

fn with(newest: Option<PhoneNewest>, call: Option<Moment>, sms: Option<Moment>) -> PhoneBox {
    let pick =
        |id: &str, masked: &str, chosen| PhonePick { id: id.to_owned(), masked: masked.to_owned(), chosen };
    let numbers = vec![pick("0197", "+49 170 *****78", true), pick("0198", "+43 664 *****21", false)];
    PhoneBox { numbers, newest, call, sms, begins_with: Some("+4930231".to_owned()) }
}

pub(super) fn second_step(book: &mut Book, words: Words) {
    let view = |purpose, phone, problem| SecondStepPage {
        page: plain(words),
        purpose,
        account: "m•••@e•••.org".to_owned(),
        asked: Asked::Phone(phone),
        problem,
        started_at: before(2 * MINUTE),
        expires_at: after(8 * MINUTE),
        return_to: None,
    };
    let at_once = Some(before(0));
    let later = Some(after(22_000));
    let one = |phone: PhoneBox| PhoneBox { numbers: phone.numbers[..1].to_vec(), ..phone };
    let stages = [
        ("call-me", with(None, at_once, None)),
        ("call-me-one", one(with(None, at_once, None))),
        ("sms-me", one(with(None, None, at_once))),
        ("on-its-way", with(Some(newest(true, PhoneStage::OnItsWay)), later, None)),
        ("ringing", one(with(Some(newest(true, PhoneStage::Ringing)), later, None))),
        ("rang", with(Some(newest(true, PhoneStage::Ended("call-rang", true))), later, None)),
        ("busy", one(with(Some(newest(true, PhoneStage::Ended("call-busy", false))), later, at_once))),
        ("not-made", with(Some(newest(true, PhoneStage::Ended("call-not-made", false))), later, at_once)),
        ("sent", one(with(Some(newest(false, PhoneStage::Sent)), None, later))),
        ("delivered", one(with(Some(newest(false, PhoneStage::Delivered)), None, None))),
        ("undelivered", with(Some(newest(false, PhoneStage::Undelivered)), None, at_once)),
    ];
    for (name, phone) in stages {
        book.add(&format!("phone-{name}"), &view(SecondStepPurpose::SignIn, phone, None));
    }
    let missed =
        PhoneNewest { missed: true, until: None, ..newest(true, PhoneStage::Ended("call-rang", true)) };
    let ended =
        |problem| view(SecondStepPurpose::SignIn, one(with(Some(missed.clone()), None, at_once)), problem);
    book.add("phone-missed", &ended(None));
    let wrong = CodeProblem::Phone(PhoneProblem::WrongCall(4));
    book.add("phone-wrong", &ended(Some(wrong)));
    let guarded = CodeProblem::Phone(PhoneProblem::Guarded("phone-not-now"));
    let purpose = SecondStepPurpose::ProvePhone("+49 170 *****78".to_owned());
    book.add("phone-guarded", &view(purpose.clone(), one(with(None, at_once, None)), Some(guarded)));
    let late = CodeProblem::Phone(PhoneProblem::Superseded);
    let ringing = one(with(Some(newest(true, PhoneStage::Ringing)), later, None));
    book.add("phone-prove", &view(purpose, ringing, Some(late)));
    let removal = SecondStepPurpose::RemovePhone("+49 170 *****78".to_owned());
    let app = SecondStepPage { asked: Asked::Authenticator, ..view(removal, with(None, None, None), None) };
    book.add("phone-remove-challenge", &app);
}
