//! Samples of the pages of codes by e-mail, the recovery key and the address.

use super::*;

fn email_row(page: &Page) -> MethodRow {
    let words = ("mail", "method-email", "method-email-about");
    let note = Some(page.t1("email-row-address", "email", "mia@example.org").into_owned());
    MethodRow { note, ..MethodRow::new(page, words, Strength::Weak) }
}

fn key_row(page: &Page) -> MethodRow {
    let words = ("key", "method-recovery-key", "method-recovery-key-about");
    MethodRow::new(page, words, Strength::Recovery)
}

fn action(page: &Page, label: &str, class: &'static str) -> RowAction {
    RowAction { label: page.t(label).into_owned(), address: "/account/security", class }
}

fn address(verified: bool, pending: Option<&str>) -> AddressRow {
    AddressRow { email: "mia@example.org".to_owned(), verified, pending: pending.map(str::to_owned) }
}

pub(super) fn security(book: &mut Book, words: Words) {
    let page = signed_in(words);
    let view = |page: Page, methods, ways: String, address| SecurityPage {
        page,
        required: false,
        methods,
        not_offered: Vec::new(),
        ways,
        address,
        sign_ins: SignIns::default(),
    };
    let devices = vec![device("Mia iPhone", 40, Some(before(2 * MINUTE)))];
    let app = MethodRow::authenticator(&page, MethodState::On, devices, 1);
    let reason = page.t("change-refused-excluded").into_owned();
    let mail = MethodRow { blocked: Some(Blocked { reason, confirm_address: false }), ..email_row(&page) };
    let on = ways(&page, &Ways { devices: 1, email: false, key: false, ..Ways::default() });
    book.add("security-exclusive", &view(page.clone(), vec![app, mail], on, address(true, None)));

    let blocked = || {
        let reason = page.t("change-refused-confirm-address-first").into_owned();
        Some(Blocked { reason, confirm_address: true })
    };
    let app = MethodRow::authenticator(&page, MethodState::Off, Vec::new(), 5);
    let reason = page.t("key-row-needs-method").into_owned();
    let methods = vec![
        MethodRow { blocked: blocked(), ..app.clone() },
        MethodRow { blocked: blocked(), ..email_row(&page) },
        MethodRow { blocked: Some(Blocked { reason, confirm_address: false }), ..key_row(&page) },
    ];
    let waiting = address(false, Some("a-very-long-name-that-never-ends@subdomain.example.org"));
    book.add("security-unverified", &view(page.clone(), methods, String::new(), waiting));

    let note = page.t1("key-row-saved", "date", page.date(&before(40 * DAY))).into_owned();
    let methods = vec![
        MethodRow { set_up: Some("/account/security/authenticator".to_owned()), ..app },
        MethodRow {
            state: MethodState::On,
            is_on: true,
            last_used: Some(before(2 * MINUTE)),
            actions: vec![action(&page, "disable", "danger-quiet")],
            ..email_row(&page)
        },
        MethodRow {
            state: MethodState::On,
            is_on: true,
            note: Some(note),
            actions: vec![action(&page, "key-row-new", "secondary")],
            ..key_row(&page)
        },
    ];
    let on = ways(&page, &Ways { devices: 0, email: true, key: true, ..Ways::default() });
    book.add("security-mail", &view(noticed(words, Done::KeySaved), methods, on, address(true, None)));
}

pub(super) fn email_codes(book: &mut Book, words: Words) {
    let on = |page, key_follows, is_down| EmailCodesOnPage {
        page,
        email: "mia@example.org".to_owned(),
        other_sessions: 3,
        key_follows,
        is_down,
    };
    book.add("email-codes-on", &on(signed_in(words), false, false));
    book.add("email-codes-on-key", &on(gate(words), true, true));
    for (name, last, required) in [
        ("email-codes-off", false, false),
        ("email-codes-off-last", true, false),
        ("email-codes-off-required", true, true),
    ] {
        let view = EmailCodesOffPage {
            page: signed_in(words),
            email: "mia@example.org".to_owned(),
            other_sessions: 1,
            last,
            required,
            key_goes: last,
        };
        book.add(name, &view);
    }
    let errors = FormErrors::default().with("email", words.t("email-fault-not-one-at"));
    let view = AddressPage {
        page: signed_in(words),
        address: address(true, None),
        typed: String::new(),
        errors: FormErrors::default(),
    };
    book.add("address", &view);
    let pending = address(false, Some("mia@new.example.org"));
    let typed = "mia.example.org".to_owned();
    book.add("address-errors", &AddressPage { address: pending, typed, errors, ..view });
    book.add("confirm-first", &ConfirmFirstPage { page: gate(words), email: "mia@example.org".to_owned() });
}

pub(super) fn recovery_key(book: &mut Book, words: Words) {
    for (name, page, state, may_make) in [
        ("first", signed_in(words), KeyState::None, true),
        ("new", signed_in(words), KeyState::Saved(before(40 * DAY)), false),
        ("unsaved", signed_in(words), KeyState::Unsaved(before(DAY)), true),
        ("used", gate(words), KeyState::UsedUp, true),
    ] {
        book.add(&format!("recovery-key-{name}"), &RecoveryKeyPage { page, state, may_make });
    }
    let made = |page: Page, errors| RecoveryKeyMadePage {
        page,
        account: "m•••@e•••.org".to_owned(),
        key: "7Q4M-XK2A-9ZT0-BV5C-H3RN-W8EJ".to_owned().into(),
        groups: (2, 5),
        errors,
        set_up: true,
    };
    book.add("recovery-key-made", &made(signed_in(words), FormErrors::default()));
    let errors = FormErrors::general(words.t("recovery-key-groups-wrong"));
    book.add("recovery-key-wrong", &made(gate(words), errors));
    let last = LastShowingPage {
        page: signed_in(words),
        name: "Mia iPhone".to_owned(),
        qr: qr_sample(),
        key_groups: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".split(' ').map(str::to_owned).collect(),
        first: true,
        sessions_ended: 3,
    };
    book.add("last-showing", &last);
}
