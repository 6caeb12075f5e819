//! Samples of administration's pages.

use super::*;

const HOUR: i64 = 60 * MINUTE;

fn admin(words: Words) -> Page {
    Page { staff: Staff { desk: true, administration: true }, ..signed_in(words) }
}

pub(super) fn all(book: &mut Book, words: Words) {
    home(book, words);
    members(book, words);
    member(book, words);
    invitations(book, words);
    audit(book, words);
    rest(book, words);
    adoption(book, words);
    spending(book, words);
}

fn spending(book: &mut Book, words: Words) {
    let counts = [(12, 3), (40, 18), (0, 0), (7, 0), (0, 2), (31, 9), (22, 4)];
    let day = |(at, (calls, sms)): (i64, (u32, u32))| SpendingDay {
        at: before(at * DAY),
        calls,
        sms,
        price: u64::from(calls) * 10 + u64::from(sms) * 85,
    };
    let prefix = |prefix: &str, begun, answered, is_stopped| SpendingPrefix {
        prefix: prefix.to_owned(),
        country: "DE".to_owned(),
        begun,
        rang: begun / 2,
        answered,
        price: 1_250,
        is_stopped,
    };
    let pool = |country: Option<&str>, endings, is_thin| CallingPool {
        country: country.map(str::to_owned),
        endings,
        is_thin,
    };
    let page = SpendingPage {
        page: admin(words),
        calls: true,
        sms: true,
        spent: 12_350,
        budget: Some(50_000),
        days: (0..).zip(counts).map(day).collect(),
        prefixes: vec![prefix("4917012", 40, 31, false), prefix("4930555", 21, 2, true)],
        is_cut: true,
        stopped: vec![StoppedPrefix {
            prefix: "4930555".to_owned(),
            country: "DE".to_owned(),
            reason: words.t("breaker-in-sequence").into_owned(),
            since: before(10 * MINUTE),
            until: after(50 * MINUTE),
        }],
        guards: vec![GuardTimes { name: words.t("phone-guard-destination").into_owned(), times: 7 }],
        pools: vec![pool(None, 300, false), pool(Some("AT"), 60, true)],
        endings_enough: 200,
        destinations: ["AT", "DE"].map(str::to_owned).into(),
    };
    book.add("admin-spending", &page);
    let quiet = SpendingPage {
        budget: None,
        spent: 0,
        days: vec![],
        prefixes: vec![],
        is_cut: false,
        stopped: vec![],
        guards: vec![],
        ..page
    };
    book.add("admin-spending-empty", &quiet);
    let nothing = SpendingPage { calls: false, sms: false, pools: vec![], destinations: vec![], ..quiet };
    book.add("admin-spending-not-set-up", &nothing);
}

fn home(book: &mut Book, words: Words) {
    let home = AdminHomePage {
        page: admin(words),
        members: 12_345,
        unprotected: 14,
        staff: 6,
        disabled: 3,
        invitations: 25,
        requests: 2,
        suspensions: 1,
        mail_is_down: false,
    };
    book.add("admin", &home);
    book.add("admin-mail-down", &AdminHomePage { mail_is_down: true, ..home });
}

fn roles(chosen: &str) -> Vec<Choice> {
    let all = [("member", "Member"), ("support", "Support"), ("administrator", "Administrator")];
    all.map(|(value, label)| Choice::new(value, label, value == chosen)).into()
}

fn members(book: &mut Book, words: Words) {
    let line = |name: &str, email: &str, role: Option<&str>, disabled, methods: &[&str], last| MemberLine {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        role: role.map(str::to_owned),
        disabled,
        methods: methods.iter().map(|one| (*one).to_owned()).collect(),
        last_sign_in: last,
    };
    let any = || vec![Choice::new("", "Any", true)];
    let page = MembersPage {
        page: admin(words),
        search: String::new(),
        roles: any(),
        states: any(),
        protections: any(),
        quiet: any(),
        lines: vec![
            line(
                "Mia Sørensen",
                "mia@example.org",
                Some("Administrator"),
                false,
                &["Authenticator app", "Recovery key"],
                Some(before(MINUTE)),
            ),
            line("Ada Byron", "ada.byron@example.org", None, false, &[], None),
            line(
                HOSTILE,
                "somebody.with.a.very.long.address@departments.example.org",
                Some("Support"),
                true,
                &["Code by e-mail"],
                Some(before(90 * DAY)),
            ),
        ],
        total: 212,
        pager: Pager { newest: None, older: Some("/admin/members?after=x".to_owned()) },
    };
    book.add("admin-members", &page);
    let none = MembersPage { search: HOSTILE.to_owned(), lines: vec![], pager: Pager::default(), ..page };
    book.add("admin-members-none", &none);
}

fn member(book: &mut Book, words: Words) {
    let session = SessionRow {
        id: "1".to_owned(),
        browser: Some("Firefox".to_owned()),
        system: Some("Android".to_owned()),
        address: "192.0.2.7".to_owned(),
        last_used: before(5 * MINUTE),
        created: before(DAY),
        current: false,
    };
    let page = || MemberPage {
        page: admin(words),
        id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        name: "Ada Byron".to_owned(),
        email: "ada@example.org".to_owned(),
        verified: true,
        role: "Member".to_owned(),
        disabled: false,
        created: before(200 * DAY),
        last_sign_in: Some(before(HOUR)),
        methods: vec!["Authenticator app".to_owned()],
        devices: vec![MemberDevice { name: HOSTILE.to_owned(), last_used: Some(before(DAY)) }],
        chats: vec![MemberDevice { name: format!("{HOSTILE} (@ada_b)"), last_used: None }],
        phones: vec![MemberDevice { name: "+49 1701 *****67".to_owned(), last_used: Some(before(HOUR)) }],
        sessions: vec![session.clone()],
        suspended: None,
        may_act: true,
        roles: roles("member"),
    };
    book.add("admin-member", &page());
    let bare = MemberPage {
        disabled: true,
        devices: vec![],
        chats: vec![],
        phones: vec![],
        sessions: vec![],
        methods: vec![],
        verified: false,
        last_sign_in: None,
        suspended: Some(after(HOUR)),
        ..page()
    };
    book.add("admin-member-disabled", &bare);
    book.add("admin-member-equal", &MemberPage { may_act: false, ..page() });
    let errors = FormErrors::default().with("confirm", words.t("member-delete-confirm-wrong"));
    book.add(
        "admin-member-delete",
        &MemberDeletePage {
            page: admin(words),
            id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
            name: HOSTILE.to_owned(),
            email: "ada@example.org".to_owned(),
            typed: "bob@example.org".to_owned(),
            errors,
        },
    );
}

fn invitations(book: &mut Book, words: Words) {
    let line = InvitationLine {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        email: "grace@example.org".to_owned(),
        role: "Member".to_owned(),
        made: before(HOUR),
        until: after(2 * DAY),
    };
    let page = InvitationsPage {
        page: admin(words),
        email: String::new(),
        roles: roles("member"),
        lines: vec![line],
        pager: Pager::default(),
        hand_over: None,
        list: String::new(),
        most_lines: 5_000,
        by_mail: true,
        errors: FormErrors::default(),
    };
    book.add("admin-invitations", &page);
    let carried = "/link/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG".to_owned();
    let hand_over =
        Some(HandOver { email: "grace@example.org".to_owned(), link: carried, until: after(3 * DAY) });
    let errors = FormErrors::default().with("list", words.t("roster-empty"));
    let broken = InvitationsPage { errors, list: HOSTILE.to_owned(), ..page };
    book.add("admin-invitations-errors", &broken);
    let errors = FormErrors::default();
    let no_mail = InvitationsPage { hand_over, by_mail: false, errors, lines: vec![], ..broken };
    book.add("admin-invitations-no-mail", &no_mail);
    let plan = |number, written: &str, text: &str, look| PlanLine {
        number,
        written: written.to_owned(),
        text: words.t(text).into_owned(),
        look,
    };
    let lines = vec![
        PlanLine {
            number: 1,
            written: "grace@example.org".to_owned(),
            text: words.t1("plan-invite", "role", "Member").into_owned(),
            look: PlanLook::Good,
        },
        plan(2, "ada@example.org", "plan-taken", PlanLook::Idle),
        plan(3, "'=HYPERLINK(1)", "roster-role", PlanLook::Bad),
    ];
    let plan = InvitationPlanPage {
        page: admin(words),
        list: HOSTILE.to_owned(),
        mark: "00ff".to_owned(),
        invites: 1,
        lines,
        changed: false,
        sent: 0,
    };
    book.add("admin-invitation-plan", &plan);
    let changed = InvitationPlanPage { changed: true, ..plan };
    book.add("admin-invitation-plan-changed", &changed);
    book.add("admin-invitation-plan-stopped", &InvitationPlanPage { sent: 100, ..changed });
}

fn audit(book: &mut Book, words: Words) {
    let line = |text: &str, event: &str, failed, account: Option<&str>, by: Option<&str>| AuditLine {
        at: before(MINUTE),
        text: words.t(text).into_owned(),
        event: event.to_owned(),
        failed,
        account: account.map(str::to_owned),
        by: by.map(str::to_owned),
        address: Some("192.0.2.7".to_owned()),
        details: vec![("role".to_owned(), HOSTILE.to_owned())],
    };
    let page = AuditPage {
        page: admin(words),
        events: vec![Choice::new("", words.t("filter-any-event"), true)],
        event: String::new(),
        look: AuditLook::default(),
        lines: vec![
            line(
                "event-account-role-changed",
                "account.role-changed",
                false,
                Some("ada@example.org"),
                Some("mia@example.org"),
            ),
            line("event-authorisation-refused", "authorisation.refused", true, Some("bob@example.org"), None),
            line("event-policy-changed", "policy.changed", false, None, Some("the operator")),
        ],
        pager: Pager { newest: Some("/admin/audit".to_owned()), older: None },
        errors: FormErrors::default(),
    };
    book.add("admin-audit", &page);
    let look = AuditLook { account: HOSTILE.to_owned(), ..AuditLook::default() };
    let errors = FormErrors::default().with("account", words.t("audit-nobody"));
    let mut empty = AuditPage { look, errors, lines: vec![], pager: Pager::default(), ..page };
    empty.page.notice = Some(Notice::new(NoticeKind::Error, words.t1("audit-broken", "seal", 7_u32)));
    book.add("admin-audit-broken", &empty);
}

fn rest(book: &mut Book, words: Words) {
    let mail = |key: &str, class, failed: Option<Moment>| CourierLine {
        icon: "mail",
        is_mail: true,
        name: words.t("courier-mail").into_owned(),
        state: words.t(key).into_owned(),
        class,
        worked: Some(before(MINUTE)),
        failed,
    };
    let way = |icon, name, failed: Option<Moment>| CourierLine {
        icon,
        is_mail: false,
        name,
        ..mail(
            if failed.is_some() { "courier-down" } else { "courier-works" },
            if failed.is_some() { "bad" } else { "good" },
            failed,
        )
    };
    let page = CouriersPage {
        page: admin(words),
        couriers: vec![
            mail("courier-works", "good", None),
            way("message", words.t("courier-telegram").into_owned(), None),
            way("phone", words.t("courier-calls").into_owned(), Some(before(MINUTE))),
            way("message", words.t("courier-sms").into_owned(), None),
        ],
        channels: [("channel-telegram", 0), ("channel-call", 3), ("channel-sms", 1_200)]
            .map(|(name, sent)| ChannelLine { name: words.t(name).into_owned(), waiting: 1, sent, failed: 0 })
            .into(),
        waiting: 0,
        oldest: None,
        sent: 1_204,
        failed: 2,
        can_test: true,
    };
    book.add("admin-couriers", &page);
    let couriers = vec![mail("courier-down", "bad", Some(before(MINUTE)))];
    let down =
        CouriersPage { couriers, channels: vec![], waiting: 31, oldest: Some(before(9 * MINUTE)), ..page };
    book.add("admin-couriers-down", &down);
    let page = OrganisationPage {
        page: admin(words),
        name: "Nordlicht Mobil".to_owned(),
        slug: "nordlicht".to_owned(),
        sign_in: "https://account.nordlicht.example/sign-in/nordlicht".to_owned(),
        accent: "#7d3a6c".to_owned(),
        swatches: vec!["#7d3a6c".to_owned(), "#b88cae".to_owned()],
        errors: FormErrors::default(),
    };
    book.add("admin-organisation", &page);
    let text = words.message("accent-too-bright", &[("nearest", &"#806b00")]);
    let errors = FormErrors::default().with("accent", text);
    let mut wrong = OrganisationPage { accent: HOSTILE.to_owned(), errors, ..page };
    wrong.page.accent_sheet = crate::portal::assets::accent_path("#7d3a6c");
    book.add("admin-organisation-errors", &wrong);
}

fn adoption(book: &mut Book, words: Words) {
    let names = [
        words.t("method-authenticator"),
        words.t("method-email"),
        words.t("method-telegram"),
        words.t("method-phone"),
        words.t("method-recovery-key"),
        words.t("member-password-alone"),
    ];
    let series: Vec<Series> =
        names.iter().enumerate().map(|(look, name)| Series { name: name.to_string(), look }).collect();
    let day = |n: u64| AdoptionRow {
        at: before(i64::try_from(30 - n).unwrap_or(0) * DAY),
        all: 200 + n,
        accounts: vec![40 + 4 * n, 30 + n, 2 * n, n, 10 + 3 * n, 130 - 4 * n],
    };
    let spans = vec![Choice::new("30", words.t1("duration-days", "n", 30_u32), true)];
    let page = AdoptionPage { page: admin(words), spans, series, days: (0..30).map(day).collect() };
    book.add("admin-adoption", &page);
    let one = AdoptionPage { days: vec![day(1)], ..page };
    book.add("admin-adoption-first-day", &one);
    book.add("admin-adoption-empty", &AdoptionPage { days: vec![], ..one });
}
