//! Samples of "Protect your account" and of setting an authenticator up.

use super::*;

fn choices(words: Words) -> Vec<EnrolmentChoice> {
    let choice = |value, icon, label, about, strength| EnrolmentChoice {
        value,
        icon,
        label: words.t(label).into_owned(),
        about: words.t(about).into_owned(),
        why: None,
        strength,
    };
    let app = ("enrolment-with-authenticator", "method-authenticator-about");
    let mail = ("enrolment-with-email", "method-email-about");
    vec![
        choice("authenticator", "phone", app.0, app.1, Strength::Strong),
        choice("email", "mail", mail.0, mail.1, Strength::Weak),
    ]
}

pub(super) fn pages(book: &mut Book, words: Words) {
    let view = |reason, hurdle| EnrolmentPage {
        page: gate(words),
        reason,
        hurdle,
        methods: choices(words),
        other_sessions: 2,
        key_follows: true,
        ends_email: false,
        mail_is_down: false,
        errors: FormErrors::default(),
        return_to: None,
    };
    let none = || EnrolmentHurdle::None;
    book.add("enrolment-forced", &view(EnrolmentReason::Required, none()));
    let offered = view(EnrolmentReason::Offered, none());
    book.add(
        "enrolment-offered",
        &EnrolmentPage { return_to: Some("/account/profile".to_owned()), ..offered },
    );
    let grace = EnrolmentReason::Grace(after(20 * DAY));
    let errors = FormErrors::default().with("method", words.t("enrolment-choose-one"));
    let page = EnrolmentPage { errors, mail_is_down: true, ends_email: true, ..view(grace, none()) };
    book.add("enrolment-grace", &page);
    let only = choices(words).into_iter().take(1).collect();
    let page =
        EnrolmentPage { methods: only, key_follows: false, ..view(EnrolmentReason::UnderSuspension, none()) };
    book.add("enrolment-new-device", &page);
    let email = "mia@example.org".to_owned();
    book.add("enrolment-address", &view(EnrolmentReason::Required, EnrolmentHurdle::ConfirmAddress(email)));
    book.add("enrolment-again", &view(EnrolmentReason::Recovered, EnrolmentHurdle::SignInAgain));
    let devices = vec![device(HOSTILE, 40, None)];
    book.add("enrolment-full", &view(EnrolmentReason::Recovered, EnrolmentHurdle::RemoveDevice(devices)));
    let told = EnrolmentHurdle::Told(words.t("enrolment-ask-support").into_owned());
    book.add("enrolment-support", &view(EnrolmentReason::UnderSuspension, told));
    let page = signed_in(words);
    for (name, devices, email, key_saved) in [("app", 1, false, true), ("mail", 0, true, false)] {
        let ways = ways(&page, &Ways { devices, email, key: key_saved, ..Ways::default() });
        let done = EnrolmentDonePage { page: signed_in(words), ways, key_saved, email, telegram: false };
        book.add(&format!("enrolment-done-{name}"), &done);
    }
}

pub(super) fn set_up(book: &mut Book, words: Words) {
    let start = |page: Page, another| SetUpStartPage {
        ends_email: another,
        or_email: !another,
        page,
        another,
        other_sessions: 3,
    };
    book.add("set-up-start", &start(signed_in(words), false));
    book.add("set-up-start-another", &start(signed_in(words), true));
    book.add("set-up-start-forced", &start(gate(words), false));
    let view = |page: Page, problem| SetUpPage {
        page,
        qr: qr_sample(),
        key_groups: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".split(' ').map(str::to_owned).collect(),
        name: String::new(),
        problem,
        errors: FormErrors::default(),
        started_at: before(MINUTE),
        expires_at: after(9 * MINUTE),
        key_open: false,
    };
    let mut page = signed_in(words);
    page.wording.confirm = words.t("wording-confirm-complete-activation").into_owned();
    book.add("set-up", &view(page, None));
    book.add("set-up-forced", &view(gate(words), None));
    book.add("set-up-clock", &view(signed_in(words), Some(SetUpCheck::ClockWrong(3))));
    book.add("set-up-slow", &view(signed_in(words), Some(SetUpCheck::ClockWrong(-90))));
    book.add("set-up-wrong", &view(signed_in(words), Some(SetUpCheck::Wrong(1))));
    book.add("set-up-open", &SetUpPage { key_open: true, ..view(signed_in(words), None) });
    let errors = FormErrors::default().with("name", words.t("device-name-taken"));
    book.add("set-up-name", &SetUpPage { name: "Tablet".to_owned(), errors, ..view(signed_in(words), None) });
    for (name, first) in [("set-up-done", true), ("set-up-done-another", false)] {
        let page = signed_in(words);
        book.add(
            name,
            &SetUpDonePage { page, name: "Mia iPhone".to_owned(), first, sessions_ended: 3, can_add: true },
        );
    }
}
