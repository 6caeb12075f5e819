//! Samples of the pages around signing in.

use super::*;

pub(super) fn sign_in(book: &mut Book, words: Words) {
    let view = |problem, errors| SignInPage {
        page: plain(words),
        email: String::new(),
        problem,
        errors,
        puzzle: None,
        sign_up_open: true,
        return_to: Some("/account/security".to_owned()),
        providers: Vec::new(),
        finds_sso: false,
        organisation: None,
    };
    book.add("sign-in", &view(None, FormErrors::default()));
    let typed = |problem| SignInPage {
        email: "mia@example.org".to_owned(),
        ..view(Some(problem), FormErrors::default())
    };
    book.add("sign-in-wrong", &typed(SignInProblem::Wrong));
    book.add("sign-in-too-many", &typed(SignInProblem::TooMany(Some(after(5 * MINUTE)))));
    book.add("sign-in-known-browsers", &typed(SignInProblem::KnownBrowsersOnly));
    let puzzle = Puzzle { text: "AAAAAAAAAAAAAAAAAAAAAA.1.18.x".to_owned(), bits: 14 };
    book.add("sign-in-puzzle", &SignInPage { puzzle: Some(puzzle), ..typed(SignInProblem::Puzzle) });
    let mut signed_out = plain(words);
    signed_out.notice = Some(Done::SignedOut.notice(&signed_out));
    book.add("sign-in-signed-out", &SignInPage { page: signed_out, ..view(None, FormErrors::default()) });

    let sign_up = |errors: FormErrors| SignUpPage {
        page: plain(words),
        email: "mia.example.org".to_owned(),
        display_name: HOSTILE.to_owned(),
        password_least: 15,
        organisation: Some("nordlicht".to_owned()),
        errors,
    };
    book.add(
        "sign-up",
        &SignUpPage { email: String::new(), display_name: String::new(), ..sign_up(FormErrors::default()) },
    );
    let faults = FormErrors::default()
        .with("email", words.t("email-fault-not-one-at"))
        .with("password", words.t1("password-fault-too-short", "min", 15))
        .with("password", words.t("password-fault-common"));
    book.add("sign-up-errors", &sign_up(faults));
    book.add("sign-up-done", &SignUpDonePage { page: plain(words), by_letter: false });
    book.add("sign-up-letter", &SignUpDonePage { page: plain(words), by_letter: true });
}

pub(super) fn challenge(words: Words, purpose: SecondStepPurpose, asked: Asked) -> SecondStepPage {
    SecondStepPage {
        page: plain(words),
        purpose,
        account: "m•••@e•••.org".to_owned(),
        asked,
        problem: None,
        started_at: before(2 * MINUTE),
        expires_at: after(8 * MINUTE),
        return_to: Some("/account/security".to_owned()),
    }
}

pub(super) fn second_step(book: &mut Book, words: Words) {
    let view =
        |purpose, problem| SecondStepPage { problem, ..challenge(words, purpose, Asked::Authenticator) };
    book.add("second-step", &view(SecondStepPurpose::SignIn, None));
    for (name, problem) in [
        ("malformed", CodeProblem::Malformed(words.t("code-wrong-length").into_owned())),
        ("wrong", CodeProblem::Wrong(3)),
        ("late", CodeProblem::Late),
        ("used", CodeProblem::Used),
        ("too-many", CodeProblem::TooMany(Some(after(2 * MINUTE)))),
        ("over", CodeProblem::Over),
    ] {
        book.add(&format!("second-step-{name}"), &view(SecondStepPurpose::SignIn, Some(problem)));
    }
    book.add("step-up-code", &view(SecondStepPurpose::StepUp, None));
    let removal = SecondStepPurpose::RemoveAuthenticator(HOSTILE.to_owned());
    book.add("remove-challenge", &view(removal, Some(CodeProblem::Wrong(1))));
    other_ways(book, words);
    let errors = FormErrors::default().with("password", words.t("password-current-wrong"));
    let return_to = "/account/security".to_owned();
    book.add("step-up-password", &StepUpPasswordPage { page: signed_in(words), errors, return_to });
}

fn other_ways(book: &mut Book, words: Words) {
    let link = |icon, name: &str, needs: String, value: &str, held_until| MethodLink {
        icon,
        name: words.t(name).into_owned(),
        needs,
        value: value.to_owned(),
        held_until,
    };
    let app = || {
        link("phone", "method-authenticator", words.t("other-ways-app").into_owned(), "authenticator", None)
    };
    let mail = |held| {
        let needs = words.t1("other-ways-mail", "to", "m•••@e•••.org").into_owned();
        link("mail", "method-email", needs, "email", held)
    };
    let key =
        || link("key", "method-recovery-key", words.t("other-ways-key").into_owned(), "recovery-key", None);
    let view = |methods: Vec<MethodLink>, only_one, step_up| TryAnotherWayPage {
        page: if step_up { signed_in(words) } else { plain(words) },
        methods,
        only_one,
        step_up,
        return_to: Some("/account/email".to_owned()),
    };
    book.add("other-ways-one", &view(vec![app()], true, false));
    book.add("other-ways-mail", &view(vec![mail(None)], true, false));
    book.add("other-ways", &view(vec![app(), mail(None), key()], false, false));
    book.add("other-ways-held", &view(vec![key(), mail(Some(after(DAY)))], false, true));
}

fn mailed(delivery: MailDelivery, again: MailAgain) -> MailBox {
    let sent = MailSent {
        at: before(MINUTE / 2),
        expires_at: after(9 * MINUTE),
        reference: "K7QF".to_owned(),
        delivery,
    };
    MailBox {
        to: "m•••@e•••.org".to_owned(), sent: Some(sent), again, is_down: false, held_until: None
    }
}

pub(super) fn mail_codes(book: &mut Book, words: Words) {
    let view = |mail, problem| SecondStepPage {
        problem,
        ..challenge(words, SecondStepPurpose::SignIn, Asked::Email(mail))
    };
    let soon = MailAgain::At(after(MINUTE / 2));
    let sent = || mailed(MailDelivery::Sent, MailAgain::Now);
    book.add("mail-code", &view(mailed(MailDelivery::OnItsWay, soon), None));
    book.add("mail-code-sent", &view(sent(), None));
    book.add("mail-code-delayed", &view(mailed(MailDelivery::Delayed, MailAgain::Never), None));
    let limited = MailAgain::Limited(Some(after(40 * MINUTE)));
    book.add("mail-code-refused", &view(mailed(MailDelivery::Refused, limited), None));
    let limited = MailAgain::Limited(None);
    book.add("mail-code-limited", &view(mailed(MailDelivery::Sent, limited), None));
    for (name, problem) in [
        ("wrong", CodeProblem::Wrong(3)),
        ("late", CodeProblem::LateMail),
        ("used", CodeProblem::UsedMail),
        ("superseded", CodeProblem::Superseded(Some("K7QF".to_owned()))),
    ] {
        book.add(&format!("mail-code-{name}"), &view(sent(), Some(problem)));
    }
    let none = || MailBox { sent: None, ..sent() };
    book.add("mail-code-none", &view(none(), Some(CodeProblem::NoneSent)));
    book.add("mail-code-other", &view(none(), Some(CodeProblem::Superseded(None))));
    let held = MailBox { held_until: Some(after(DAY)), ..none() };
    book.add("mail-code-held", &view(held.clone(), None));
    book.add("mail-code-held-answered", &view(held, Some(CodeProblem::Held(after(DAY)))));
    let unsent = MailBox { is_down: true, ..none() };
    let step_up = challenge(words, SecondStepPurpose::StepUp, Asked::Email(unsent));
    book.add("step-up-mail", &SecondStepPage { page: signed_in(words), ..step_up });
    for (name, purpose) in
        [("enable-email", SecondStepPurpose::EnableEmail), ("disable-email", SecondStepPurpose::DisableEmail)]
    {
        book.add(&format!("challenge-{name}"), &challenge(words, purpose, Asked::Email(sent())));
    }
    let key = |problem| SecondStepPage {
        problem,
        ..challenge(words, SecondStepPurpose::SignIn, Asked::RecoveryKey)
    };
    book.add("second-step-key", &key(None));
    book.add("second-step-key-wrong", &key(Some(CodeProblem::WrongKey(2))));
    let purpose = SecondStepPurpose::NewRecoveryKey;
    book.add("challenge-recovery-key", &challenge(words, purpose, Asked::Email(sent())));
    let removal = SecondStepPurpose::RemoveAuthenticator("Mia iPhone".to_owned());
    book.add("remove-challenge-key", &challenge(words, removal, Asked::RecoveryKey));
}

/// A page that sets a password by a link.
fn setting(page: Page, kind: LinkKind, action: &str, fixed_email: Option<&str>) -> LinkPage {
    LinkPage {
        page,
        kind,
        action: action.to_owned(),
        mark: "00ff00ff00ff00ff".to_owned(),
        fixed_email: fixed_email.map(str::to_owned),
        email: String::new(),
        display_name: String::new(),
        password_least: 15,
        errors: FormErrors::default(),
    }
}

pub(super) fn links(book: &mut Book, words: Words) {
    for (name, kind, fixed_email) in [
        ("link-first", LinkKind::FirstAdministrator, None),
        ("link-invitation", LinkKind::Invitation, Some("mia@example.org")),
        ("link-reset", LinkKind::PasswordReset, Some("mia@example.org")),
    ] {
        book.add(name, &setting(plain(words), kind, "/link/x", fixed_email));
    }
    links_with_a_button(book, words);
}

fn links_with_a_button(book: &mut Book, words: Words) {
    book.add("link-over", &LinkOverPage { page: plain(words), by_mail: true });
    acts(book, words);
    for (name, outcome) in [
        ("link-confirmed", LinkOutcome::AddressConfirmed),
        ("link-changed", LinkOutcome::AddressChanged),
        ("link-taken", LinkOutcome::AddressTaken),
    ] {
        book.add(name, &LinkDonePage { page: plain(words), outcome });
    }
    let mut secured = plain(words);
    secured.notice = Some(Done::AccountSecured.notice(&secured));
    book.add("link-secured", &setting(secured, LinkKind::PasswordReset, "/link", Some("m•••@e•••.org")));
    forgot(book, words);
}

fn acts(book: &mut Book, words: Words) {
    for (name, act) in [
        ("link-sign-up", LinkAct::SignUp),
        ("link-confirm", LinkAct::ConfirmAddress),
        ("link-new-address", LinkAct::ConfirmNewAddress),
        ("link-undo", LinkAct::UndoAddressChange),
        ("link-not-me", LinkAct::NotMe),
    ] {
        let account = (act != LinkAct::SignUp).then(|| "m•••@e•••.org".to_owned());
        let address =
            (act != LinkAct::NotMe).then(|| "mia.with.a.rather.long.name@mail.example.org".to_owned());
        let (page, mark, errors) = (plain(words), String::new(), FormErrors::default());
        book.add(name, &LinkActPage { page, act, mark, account, address, errors });
    }
}

fn forgot(book: &mut Book, words: Words) {
    let view = |by_mail, errors| ForgotPage {
        page: plain(words),
        by_mail,
        contact: Some(ContactLink {
            href: "mailto:help@example.org".to_owned(),
            label: "help@example.org".to_owned(),
        }),
        email: String::new(),
        errors,
    };
    book.add("forgot", &view(true, FormErrors::default()));
    let faults = FormErrors::default().with("email", words.t("email-fault-not-one-at"));
    book.add("forgot-errors", &ForgotPage { email: "mia".to_owned(), ..view(true, faults) });
    book.add("forgot-no-mail", &view(false, FormErrors::default()));
    book.add("forgot-done", &ForgotDonePage { page: plain(words) });
}
