//! Samples of single sign-on.

use super::*;

fn choices() -> Vec<SsoChoice> {
    vec![
        SsoChoice { slug: "nordlicht".to_owned(), name: "Nordlicht Login".to_owned() },
        SsoChoice { slug: "other".to_owned(), name: HOSTILE.to_owned() },
    ]
}

pub(super) fn sso(book: &mut Book, words: Words) {
    let plain_sign_in = SignInPage {
        page: plain(words),
        email: String::new(),
        problem: None,
        errors: FormErrors::default(),
        puzzle: None,
        sign_up_open: false,
        return_to: Some("/account".to_owned()),
        providers: choices(),
        finds_sso: true,
        organisation: Some("nordlicht".to_owned()),
    };
    book.add("sso-sign-in", &plain_sign_in);
    let away = SsoAwayPage {
        page: plain(words),
        provider: "Nordlicht Login".to_owned(),
        address: "https://login.nordlicht.example/auth?client_id=a&state=b".to_owned(),
        back: "/sign-in".to_owned(),
    };
    book.add("sso-away", &away);
    for (name, page, signed_in) in
        [("sso-refused", plain(words), false), ("sso-refused-inside", super::signed_in(words), true)]
    {
        let text = words.t1("sso-refused-down", "provider", "Nordlicht Login").into_owned();
        let (sign_in, password_works) = ("/sign-in/nordlicht".to_owned(), true);
        book.add(name, &SsoRefusedPage { page, text, signed_in, sign_in, password_works });
    }
    let errors = FormErrors::default().with("email", words.t("sso-find-none"));
    let (email, organisation) = ("mia@example.org".to_owned(), Some("nordlicht".to_owned()));
    book.add("sso-find", &SsoFindPage { page: plain(words), email, organisation, errors });
    let return_to = "/account/security".to_owned();
    book.add("sso-step-up", &SsoStepUpPage { page: super::signed_in(words), choices: choices(), return_to });
    administration(book, words);
}

/// The block of the security page.
pub(super) fn sign_ins() -> SignIns {
    let linked = |slug: &str, enabled: bool, is_last| LinkedSignIn {
        slug: slug.to_owned(),
        name: "Nordlicht Login".to_owned(),
        email: Some("mia@nordlicht.example".to_owned()),
        since: before(3 * DAY),
        last_used: enabled.then(|| before(MINUTE)),
        enabled,
        is_last,
    };
    SignIns { linked: vec![linked("a", true, false), linked("b", false, true)], to_link: choices() }
}

fn administration(book: &mut Book, words: Words) {
    let row = |id: &str, enabled, checked: Option<Moment>, is_sound| SsoRow {
        id: id.to_owned(),
        name: "Nordlicht Login".to_owned(),
        issuer: "https://login.nordlicht.example/realms/staff".to_owned(),
        answers_at: "https://account.example.org/sso/nordlicht/callback".to_owned(),
        enabled,
        accounts: 14,
        checked,
        is_sound,
    };
    let rows = vec![row("1", true, Some(before(MINUTE)), true), row("2", false, Some(before(DAY)), false)];
    book.add("admin-sso-empty", &AdminSsoPage { page: signed_in(words), rows: Vec::new() });
    book.add("admin-sso", &AdminSsoPage { page: noticed(words, Done::SsoSaved), rows });
    let values = SsoValues {
        name: "Nordlicht Login".to_owned(),
        client_id: HOSTILE.to_owned(),
        domains: "nordlicht.example".to_owned(),
        jit: true,
        ..SsoValues::default()
    };
    let errors = FormErrors::default()
        .with("issuer", words.t("sso-fault-issuer"))
        .with("client_secret", words.t("sso-fault-client-secret"))
        .with("domains", words.t("sso-fault-domains"));
    for (name, known) in [
        ("admin-sso-new", None),
        ("admin-sso-edit", Some(row("1", true, None, true))),
        ("admin-sso-edit-off", Some(row("1", false, None, true))),
    ] {
        let (values, errors) = (values.clone(), errors.clone());
        book.add(name, &AdminSsoFormPage { page: signed_in(words), known, values, errors });
    }
    let remove = AdminSsoRemovePage {
        page: signed_in(words),
        id: "1".to_owned(),
        name: "Nordlicht Login".to_owned(),
        accounts: 14,
        problem: Some(words.t("sso-only-way").into_owned()),
    };
    book.add("admin-sso-remove", &remove);
    let step = |key, fault: Option<&str>| SsoTestStep {
        name: words.t(key).into_owned(),
        fault: fault.map(str::to_owned),
    };
    for (name, fault) in [("admin-sso-test", None), ("admin-sso-test-badly", Some(HOSTILE))] {
        let steps = vec![step("sso-step-discovery", None), step("sso-step-issuer", fault)];
        let (page, id) = (signed_in(words), "1".to_owned());
        book.add(name, &AdminSsoTestPage { page, id, name: "Nordlicht Login".to_owned(), steps });
    }
}
