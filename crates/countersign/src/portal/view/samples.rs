//! One sample of every page in every state that looks different, for the tests and for looking at.

mod admin;
mod auth;
mod demo;
mod desk;
mod enrolment;
mod methods;
mod phone;
mod policy;
mod sso;
mod suspension;
mod telegram;

use askama::Template;
use serde_json::json;

use super::*;
use crate::words::{Language, Moment, Words};

const NOW: Moment = Moment(1_795_296_247_000);
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// Pages by name, rendered.
pub(super) type Pages = Vec<(String, String)>;

fn before(span: i64) -> Moment {
    Moment(NOW.0 - span)
}

fn after(span: i64) -> Moment {
    Moment(NOW.0 + span)
}

fn plain(words: Words) -> Page {
    let mut page = Page::new(words, NOW, "bm9uY2U", "Y3NyZg");
    page.organisation = "Nordlicht Mobil".to_owned();
    page
}

fn signed_in(words: Words) -> Page {
    let user = User { name: "Mia Sørensen".to_owned(), email: "mia@example.org".to_owned() };
    Page { user: Some(user), ..plain(words) }
}

fn gate(words: Words) -> Page {
    Page { must_enrol: true, ..signed_in(words) }
}

fn noticed(words: Words, done: Done) -> Page {
    let mut page = signed_in(words);
    page.notice = Some(done.notice(&page));
    page
}

struct Book {
    pages: Pages,
}

impl Book {
    fn add(&mut self, name: &str, view: &impl Template) {
        self.pages.push((name.to_owned(), view.render().expect("a page that renders")));
    }
}

/// Every sample in one language.
pub(super) fn all(language: Language) -> Pages {
    let words = Words::new(language);
    let mut book = Book { pages: Vec::new() };
    auth::sign_in(&mut book, words);
    auth::second_step(&mut book, words);
    auth::mail_codes(&mut book, words);
    auth::links(&mut book, words);
    account(&mut book, words);
    security(&mut book, words);
    methods::security(&mut book, words);
    telegram::security(&mut book, words);
    telegram::linking(&mut book, words);
    telegram::switching(&mut book, words);
    telegram::second_step(&mut book, words);
    methods::email_codes(&mut book, words);
    methods::recovery_key(&mut book, words);
    phone::security(&mut book, words);
    phone::numbers(&mut book, words);
    phone::second_step(&mut book, words);
    devices(&mut book, words);
    enrolment::set_up(&mut book, words);
    enrolment::pages(&mut book, words);
    watch(&mut book, words);
    tokens(&mut book, words);
    policy::policy(&mut book, words);
    suspension::pages(&mut book, words);
    sso::sso(&mut book, words);
    help(&mut book, words);
    desk::asking(&mut book, words);
    desk::home(&mut book, words);
    desk::requests(&mut book, words);
    desk::account(&mut book, words);
    demo::demo(&mut book, words);
    admin::all(&mut book, words);
    book.pages
}

fn account(book: &mut Book, words: Words) {
    let home = |protection, next| HomePage {
        page: signed_in(words),
        protection,
        next,
        last_sign_in: Some(before(DAY)),
        mail_is_down: false,
    };
    let page = signed_in(words);
    let on = |devices, email, key, asked| {
        Protection::On(ways(&page, &Ways { devices, email, key, ..Ways::default() }), asked)
    };
    book.add("home", &home(on(2, false, false, AtSignIn::App), NextStep::Nothing));
    book.add("home-mail", &home(on(0, true, false, AtSignIn::Email), NextStep::RecoveryKey));
    let every = home(on(2, true, true, AtSignIn::Either), NextStep::Sessions(1));
    book.add("home-every", &HomePage { mail_is_down: true, ..every });
    book.add("home-none", &home(Protection::None, NextStep::SetUp));
    book.add("home-one", &home(on(1, false, false, AtSignIn::App), NextStep::SecondDevice));
    let suspended = home(Protection::Suspended(after(DAY)), NextStep::Sessions(3));
    book.add("home-suspended", &HomePage { page: suspension::paused(words), ..suspended });
    let page = noticed(words, Done::ProfileSaved);
    let profile = ProfilePage {
        page,
        display_name: "Mia Sørensen".to_owned(),
        email: "mia@example.org".to_owned(),
        language: Some(words.language()),
        two_factor: true,
        errors: FormErrors::default(),
    };
    book.add("profile", &profile);
    let errors = FormErrors::default().with("current_password", words.t("password-current-wrong"));
    book.add(
        "password",
        &PasswordPage { page: signed_in(words), password_least: 15, other_sessions: 3, errors },
    );
}

fn device(name: &str, days: i64, last_used: Option<Moment>) -> Device {
    Device { id: "0197".to_owned(), name: name.to_owned(), added: before(days * DAY), last_used }
}

fn security(book: &mut Book, words: Words) {
    let page = signed_in(words);
    let sms = NotOffered {
        icon: "message",
        name: words.t("method-sms").into_owned(),
        reason: words.t("not-on-offer-sms").into_owned(),
    };
    let set_up = Some("/account/security/authenticator".to_owned());
    let mut row = MethodRow::authenticator(&page, MethodState::Off, Vec::new(), 5);
    row.set_up.clone_from(&set_up);
    let view = |page: Page, row: MethodRow, required| SecurityPage {
        required,
        ways: ways(
            &page,
            &Ways { devices: u32::try_from(row.devices.len()).unwrap_or(0), ..Ways::default() },
        ),
        methods: vec![row],
        not_offered: vec![sms.clone()],
        address: AddressRow { email: "mia@example.org".to_owned(), verified: true, pending: None },
        sign_ins: sso::sign_ins(),
        page,
    };
    book.add("security-off", &view(page.clone(), row.clone(), false));
    row.state = MethodState::On;
    row.is_on = true;
    row.last_used = Some(before(2 * MINUTE));
    row.devices = vec![device("Mia iPhone", 40, Some(before(2 * MINUTE))), device(HOSTILE, 400, None)];
    book.add("security", &view(noticed(words, Done::DeviceRenamed), row.clone(), true));
    row.most = 2;
    let mut messenger = page.clone();
    let keys = [
        "wording-menu-personal-data",
        "wording-tab-security-and-credentials",
        "wording-enable-launch",
        "wording-confirm-verify",
    ];
    messenger.wording = Wording::of(words, keys);
    messenger.accent = Accent::Iris;
    book.add("security-full", &view(messenger, row.clone(), true));
    row.state = MethodState::Suspended(after(DAY));
    let reason = words.t("change-refused-suspended").into_owned();
    row.blocked = Some(Blocked { reason, confirm_address: false });
    row.set_up = None;
    book.add("security-suspended", &view(suspension::paused(words), row, true));
}

fn devices(book: &mut Book, words: Words) {
    let page = || signed_in(words);
    let errors = FormErrors::default().with("name", words.t("device-name-taken"));
    let rename = DeviceRenamePage {
        page: page(),
        id: "0197".to_owned(),
        name: "Mia iPhone".to_owned(),
        typed: "Tablet".to_owned(),
        errors,
    };
    book.add("device-rename", &rename);
    for (name, last, required) in [
        ("device-remove", false, true),
        ("device-remove-last", true, false),
        ("device-remove-required", true, true),
    ] {
        let view = DeviceRemovePage {
            page: page(),
            id: "0197".to_owned(),
            name: HOSTILE.to_owned(),
            last,
            required,
        };
        book.add(name, &view);
    }
}

/// A real QR code, so that its look can be judged.
fn qr_sample() -> String {
    use data_encoding::BASE64;
    use fast_qr::convert::{Builder, svg::SvgBuilder};
    let code = fast_qr::QRBuilder::new("otpauth://totp/Nordlicht%20Mobil:mia%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Nordlicht%20Mobil").build().expect("a code");
    let drawn = SvgBuilder::default().margin(2).to_str(&code);
    format!("data:image/svg+xml;base64,{}", BASE64.encode(drawn.as_bytes()))
}

fn watch(book: &mut Book, words: Words) {
    let session = |current, browser: Option<&str>, last_used| SessionRow {
        id: "0198".to_owned(),
        browser: browser.map(str::to_owned),
        system: browser.map(|_| "Android".to_owned()),
        address: "2001:db8:1234:5678:9abc:def0:1234:5678".to_owned(),
        last_used,
        created: before(2 * DAY),
        current,
    };
    let here = session(true, Some("Firefox"), NOW);
    let others = [session(false, Some("Chrome"), before(90 * MINUTE)), session(false, None, before(DAY))];
    book.add("sessions-one", &SessionsPage { page: signed_in(words), sessions: vec![here.clone()] });
    let sessions = std::iter::once(here).chain(others).collect();
    book.add("sessions", &SessionsPage { page: noticed(words, Done::SessionEnded), sessions });

    let entry = |at, key: &str, failed, subject: Option<&str>| ActivityEntry {
        at,
        text: words.t(key).into_owned(),
        subject: subject.map(str::to_owned),
        failed,
        browser: Some("Firefox".to_owned()),
        system: None,
        address: Some("192.0.2.7".to_owned()),
    };
    let entries = vec![
        entry(before(MINUTE), "event-sign-in-succeeded", false, None),
        entry(before(2 * MINUTE), "event-second-step-failed", true, None),
        entry(before(2 * DAY), "event-authenticator-added", false, Some(HOSTILE)),
    ];
    let filter = ActivityFilter::All;
    let (newest, older) = (Some("?show=all".to_owned()), Some("?before=1".to_owned()));
    book.add("activity", &ActivityPage { page: signed_in(words), filter, entries, newest, older });
    let empty = ActivityPage {
        page: signed_in(words),
        filter: ActivityFilter::Failures,
        entries: Vec::new(),
        newest: None,
        older: None,
    };
    book.add("activity-empty", &empty);
}

fn tokens(book: &mut Book, words: Words) {
    let row = |name: &str, expires, last_used| ApiTokenRow {
        id: "0199".to_owned(),
        name: name.to_owned(),
        scopes: vec![words.t("scope-account-read").into_owned(), words.t("scope-sessions-end").into_owned()],
        created: before(10 * DAY),
        expires,
        last_used,
    };
    let tokens =
        vec![row("Monitoring", after(80 * DAY), Some(before(MINUTE))), row(HOSTILE, before(DAY), None)];
    book.add("tokens-empty", &ApiTokensPage { page: signed_in(words), tokens: Vec::new() });
    book.add("tokens", &ApiTokensPage { page: noticed(words, Done::TokenEnded), tokens });
    let scope = |value: &str, key| ScopeChoice {
        value: value.to_owned(),
        name: words.t(key).into_owned(),
        checked: value.starts_with("account"),
    };
    let scopes = vec![
        scope("account:read", "scope-account-read"),
        scope("sessions:read", "scope-sessions-read"),
        scope("sessions:end", "scope-sessions-end"),
        scope("activity:read", "scope-activity-read"),
    ];
    let errors = FormErrors::default()
        .with("scopes", words.t("api-token-no-scope"))
        .with("days", words.t("api-token-days"));
    book.add(
        "token-new",
        &ApiTokenNewPage { page: signed_in(words), name: String::new(), scopes, days: 30, errors },
    );
    let made = ApiTokenMadePage {
        page: signed_in(words),
        name: "Monitoring".to_owned(),
        token: format!("cs_{}", "A".repeat(43)),
        expires: after(30 * DAY),
    };
    book.add("token-made", &made);
}

fn help(book: &mut Book, words: Words) {
    book.add("help-clock", &HelpClockPage { page: plain(words), onward: Onward::SignIn });
    book.add("help-devices", &HelpDevicesPage { page: signed_in(words), onward: Onward::SetUp });
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 428, 429, 500, 503] {
        let view = ErrorPage {
            page: if status == 409 { signed_in(words) } else { plain(words) },
            status,
            reason: None,
            until: (status == 429).then(|| after(3 * MINUTE)),
            request_id: "01935b7e-6f3a-7c1e-9d52-000000000000".to_owned(),
        };
        book.add(&format!("error-{status}"), &view);
    }
    let api = json!({
        "info": {"title": "Countersign API", "version": "1.0", "description": "What the pages do, for programs."},
        "paths": {
            "/api/v1/account": {"get": {"tags": ["Account"], "summary": "The account",
                "responses": {"200": {"description": "The account"}, "401": {"description": "No valid token"}}}},
            "/api/v1/sessions/{id}": {"delete": {"tags": ["Sessions"], "summary": "End a session",
                "description": "The session ends at once.",
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}, "description": "The session's id"}],
                "responses": {"204": {"description": "It has ended"}}}}
        }
    });
    book.add("api-reference", &ApiReferencePage::new(signed_in(words), "/api/openapi.json", &api));
}
