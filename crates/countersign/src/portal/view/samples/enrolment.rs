//! Samples of "Protect your account".

use super::*;

fn choices(words: Words) -> Vec<EnrolmentChoice> {
    let choice = |value, icon, label, about, strength| EnrolmentChoice {
        value,
        icon,
        label: words.t(label).into_owned(),
        about: words.t(about).into_owned(),
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
        let ways = ways(&page, devices, email, key_saved);
        let done = EnrolmentDonePage { page: signed_in(words), ways, key_saved, email };
        book.add(&format!("enrolment-done-{name}"), &done);
    }
}
