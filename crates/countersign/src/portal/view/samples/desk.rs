//! Samples of the support desk.

use super::*;

fn agent(words: Words) -> Page {
    Page { staff: Staff { desk: true, administration: true }, ..signed_in(words) }
}

fn request(words: Words, who: &str, state: &str, class: &'static str, proved: bool) -> RequestRow {
    RequestRow {
        id: "0197".to_owned(),
        who: who.to_owned(),
        lost: words.t("request-lost-phone").into_owned(),
        proof: proved.then(|| words.t("request-proof-password").into_owned()),
        state: words.t(state).into_owned(),
        state_class: class,
        agent: (state != "request-state-open").then(|| "Jonas Weber".to_owned()),
        created: before(90 * MINUTE),
        preview: "My phone fell into the sea on Tuesday, and I have to get at my invoices.".to_owned(),
    }
}

pub(super) fn asking(book: &mut Book, words: Words) {
    let contact = Some(ContactLink {
        href: "mailto:help@nordlicht.example".to_owned(),
        label: "help@nordlicht.example".to_owned(),
    });
    for (name, may_pause) in [("lost-access", true), ("lost-access-no-pause", false)] {
        let known = may_pause.then(|| "m•••@e•••.org".to_owned());
        let view = LostAccessPage {
            page: plain(words),
            onward: Onward::Code,
            may_pause,
            contact: contact.clone(),
            known,
            email: String::new(),
            lost: String::new(),
            message: String::new(),
            errors: FormErrors::default(),
        };
        book.add(name, &view);
        let errors = FormErrors::default()
            .with("email", words.t("email-fault-not-one-at"))
            .with("message", words.t("prose-fault-empty"));
        let typed = LostAccessPage {
            known: None,
            email: "mia.example.org".to_owned(),
            lost: "other".to_owned(),
            message: HOSTILE.to_owned(),
            errors,
            ..view
        };
        book.add(&format!("{name}-errors"), &typed);
    }
    for (name, by_mail) in [("request-done", true), ("request-done-no-mail", false)] {
        book.add(name, &RequestDonePage { page: plain(words), onward: Onward::Code, by_mail });
    }
}

pub(super) fn home(book: &mut Book, words: Words) {
    let tab =
        |value, key, count, current| QueueTab { value, label: words.t(key).into_owned(), count, current };
    let tabs = vec![
        tab("open", "request-state-open", Some(2), true),
        tab("mine", "desk-mine", None, false),
        tab("in-progress", "request-state-in-progress", Some(1), false),
        tab("answered", "request-state-answered", Some(0), false),
        tab("closed", "request-state-closed", Some(731), false),
    ];
    let view = DeskPage {
        page: agent(words),
        query: String::new(),
        found: None,
        tabs,
        rows: vec![
            request(words, "Mia Sørensen", "request-state-open", "warn", true),
            request(words, HOSTILE, "request-state-in-progress", "accent", false),
        ],
        next: Some("/support?show=open&after=1.0197".to_owned()),
        waiting: Some(3),
        errors: FormErrors::default(),
    };
    book.add("desk", &view);
    let empty = DeskPage {
        page: agent(words),
        rows: Vec::new(),
        next: None,
        waiting: None,
        tabs: view.tabs.clone(),
        ..view
    };
    book.add("desk-empty", &empty);
    let errors = FormErrors::default().with("q", words.t("desk-search-short"));
    book.add("desk-search-short", &DeskPage { page: agent(words), query: "m".to_owned(), errors, ..empty });
    let found = |name: &str, role: Option<&str>, active, last_sign_in| FoundRow {
        id: "0197".to_owned(),
        name: name.to_owned(),
        masked: "m•••@e•••.org".to_owned(),
        role: role.map(|key| words.t(key).into_owned()),
        active,
        last_sign_in,
    };
    let list = vec![
        found("Mia Sørensen", None, true, Some(before(DAY))),
        found(HOSTILE, Some("desk-role-support"), false, None),
    ];
    for (name, found) in [("desk-found", list), ("desk-found-none", Vec::new())] {
        let (page, query, errors) = (agent(words), HOSTILE.to_owned(), FormErrors::default());
        let (tabs, rows, found) = (Vec::new(), Vec::new(), Some(found));
        book.add(name, &DeskPage { page, query, found, tabs, rows, next: None, waiting: None, errors });
    }
}

pub(super) fn requests(book: &mut Book, words: Words) {
    let note = |mailed, body: &str| NoteRow {
        author: "Jonas Weber".to_owned(),
        at: before(MINUTE),
        body: body.to_owned(),
        mailed,
    };
    let view = |page: Page, state, class, closed: bool| DeskRequestPage {
        page,
        row: request(words, "Mia Sørensen", state, class, true),
        address: "m•••@e•••.org".to_owned(),
        is_shown: false,
        message: format!("My phone fell into the sea.\n\nWhat now?\n{HOSTILE}"),
        language: "de".to_owned(),
        network: "2001:db8:1234:5678:9abc:def0:1234:5678".to_owned(),
        device: "Firefox · Android".to_owned(),
        subject: Some(RequestSubject { id: "0197".to_owned(), name: "Mia Sørensen".to_owned(), role: None }),
        is_mine: false,
        is_taken: state != "request-state-open",
        is_closed: closed,
        by_mail: true,
        notes: Vec::new(),
        body: String::new(),
        errors: FormErrors::default(),
    };
    book.add("desk-request", &view(agent(words), "request-state-open", "warn", false));
    let errors = FormErrors::default().with("body", words.t("prose-fault-empty"));
    let mut noticed = agent(words);
    noticed.notice = Some(Done::AnswerSent.notice(&noticed));
    let answered = DeskRequestPage {
        notes: vec![note(false, HOSTILE), note(true, "Good morning,\nplease call us.")],
        is_mine: true,
        is_shown: true,
        address: "mia@example.org".to_owned(),
        by_mail: false,
        errors,
        ..view(noticed, "request-state-answered", "good", false)
    };
    book.add("desk-request-answered", &answered);
    let stranger = DeskRequestPage {
        subject: None,
        message: String::new(),
        ..view(agent(words), "request-state-closed", "plain", true)
    };
    book.add("desk-request-closed", &stranger);
    let staff = RequestSubject {
        id: "0197".to_owned(),
        name: "Ole Boss".to_owned(),
        role: Some(words.t("desk-role-administrator").into_owned()),
    };
    let other = view(agent(words), "request-state-in-progress", "accent", false);
    book.add("desk-request-staff", &DeskRequestPage { subject: Some(staff), ..other });
}

fn factor(words: Words, icon: &'static str, key: &str, device: Option<&str>) -> FactorRow {
    FactorRow {
        icon,
        name: words.t(key).into_owned(),
        device: device.map(str::to_owned),
        added: Some(before(40 * DAY)),
        last_used: device.map(|_| before(2 * DAY)),
        value: "0197".to_owned(),
    }
}

/// What has happened on an account.
fn past(words: Words) -> DeskAccountPage {
    let limit = |key: &str, until| FullLimit { name: words.t(key).into_owned(), until };
    let letter = |key: &str, state: &str, class| LetterFact {
        kind: words.t(key).into_owned(),
        state: words.t(state).into_owned(),
        state_class: class,
        at: before(DAY),
    };
    DeskAccountPage {
        letters: vec![
            letter("letter-new-browser-title", "desk-letter-sent", "good"),
            letter("letter-wrong-second-step-title", "desk-letter-refused", "bad"),
        ],
        limits: vec![
            limit("desk-limit-second-step-stranger", None),
            limit("desk-limit-mail-code-stranger", Some(after(40 * MINUTE))),
        ],
        suspensions: vec![
            suspension::facts(SuspensionState::Running),
            suspension::facts(SuspensionState::Over),
        ],
        requests: vec![request(words, HOSTILE, "request-state-open", "warn", true)],
        events: vec![ActivityEntry {
            at: before(MINUTE),
            text: words.t("event-second-step-failed").into_owned(),
            subject: Some(HOSTILE.to_owned()),
            failed: true,
            browser: Some("Firefox".to_owned()),
            system: None,
            address: Some("192.0.2.7".to_owned()),
        }],
        ..DeskAccountPage::empty(agent(words))
    }
}

/// An account on which much has happened.
fn busy(words: Words) -> DeskAccountPage {
    let page = agent(words);
    DeskAccountPage {
        id: "01935b7e-6f3a-7c1e-9d52-000000000000".to_owned(),
        name: HOSTILE.to_owned(),
        address: "m•••@e•••.org".to_owned(),
        is_shown: false,
        confirmed: None,
        role: words.t("desk-role-member").into_owned(),
        active: true,
        locked: true,
        created: before(400 * DAY),
        last_sign_in: Some(before(DAY)),
        ways: ways(&page, &Ways { devices: 2, email: true, key: true, ..Ways::default() }),
        may_act: true,
        is_suspended: true,
        factors: vec![
            factor(words, "phone", "method-authenticator", Some("Mia iPhone")),
            factor(words, "mail", "method-email", None),
            factor(words, "key", "method-recovery-key", Some(HOSTILE)),
        ],
        sessions: vec![SessionRow {
            id: "0198".to_owned(),
            browser: Some("Firefox".to_owned()),
            system: Some("Android".to_owned()),
            address: "2001:db8:1234:5678:9abc:def0:1234:5678".to_owned(),
            last_used: before(MINUTE),
            created: before(DAY),
            current: false,
        }],
        errors: FormErrors::default().with("reason", words.t("prose-fault-empty")),
        ..past(words)
    }
}

pub(super) fn account(book: &mut Book, words: Words) {
    book.add("desk-account-suspended", &busy(words));
    let quiet = DeskAccountPage {
        name: "Mia Sørensen".to_owned(),
        address: "mia@example.org".to_owned(),
        is_shown: true,
        confirmed: Some(before(300 * DAY)),
        locked: false,
        is_suspended: false,
        suspensions: Vec::new(),
        limits: Vec::new(),
        errors: FormErrors::default(),
        ..busy(words)
    };
    book.add("desk-account", &quiet);
    let boss = DeskAccountPage {
        role: words.t("desk-role-administrator").into_owned(),
        active: false,
        may_act: false,
        ways: String::new(),
        last_sign_in: None,
        factors: Vec::new(),
        sessions: Vec::new(),
        letters: Vec::new(),
        requests: Vec::new(),
        ..quiet
    };
    book.add("desk-account-look-only", &boss);
}
