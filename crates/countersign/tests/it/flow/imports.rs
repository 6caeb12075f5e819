//! Accounts and authenticators of other systems: what an operator takes over, its owner signs in with.

use countersign::flow::import::{
    self, Batch, Import, Kind as What, Plan, Refused, judge_accounts, judge_authenticators, write_accounts,
    write_authenticators,
};
use countersign_core::factor::totp::Secret;
use countersign_core::import::{AccountLine, KeyLine, RawAccount, Reason, Wanted, uri};
use countersign_core::preset::Preset;
use data_encoding::BASE32_NOPAD;

use crate::support::{Kind, Phone, TestApp};

const TYPED: &str = "Correct horse \u{e9}";

/// The same password, as other systems keep it.
const HASHES: &[(&str, &str)] = &[
    ("bcrypt", "$2b$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i"),
    ("scrypt", "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8"),
    (
        "pbkdf2",
        "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI",
    ),
    (
        "pbkdf2-sha512",
        "$pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$OaLl9NXGrrcTU5+Uzj3jkFuhMuzwYILmCELNrxpcxS90pTaG/zUl\
         qFbsjdLts8gGcC3gqfxYk9gxcByYE5kzIw",
    ),
];

const ARGON2: &str = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

fn plan(kind: What) -> Plan {
    Plan { kind, organisation: None, digest: Some([7; 32]), dry_run: false, restart: false }
}

fn line(email: &str, hash: &str) -> AccountLine {
    let text = serde_json::json!({ "email": email, "password_hash": hash, "email_verified": true });
    let raw = RawAccount::json(&text.to_string()).unwrap();
    AccountLine::judge(raw, &["en"], countersign_core::time::Timestamp::from_millis(i64::MAX), |_| None)
        .unwrap_or_else(|fault| panic!("{fault:?}"))
}

fn batch<T>(from: u64, items: Vec<T>) -> Batch<T> {
    let items: Vec<(u64, T)> = (from..).zip(items).collect();
    Batch { upto: items.last().map_or(from, |(number, _)| *number), items, refused: Vec::new() }
}

/// Takes accounts over, and tells how many were and what was refused.
async fn accounts(app: &TestApp, plan: &Plan, from: u64, lines: Vec<AccountLine>) -> (u64, Vec<Refused>) {
    let call = app.operator();
    let mut import = import::begin(&call, plan).await.unwrap();
    let judged = judge_accounts(&call, &mut import, batch(from, lines)).await.unwrap();
    let mut refused = judged.refused.clone();
    if plan.dry_run {
        return (judged.ready(), refused);
    }
    let written = write_accounts(&call, &mut import, judged).await.unwrap();
    refused.extend(written.late);
    (written.accepted, refused)
}

fn keys(email: &str, secrets: &[&[u8]]) -> Vec<KeyLine> {
    let line = |secret: &&[u8]| {
        let address = format!("otpauth://totp/Acme:{email}?secret={}", BASE32_NOPAD.encode(secret));
        let mut found = uri(&address, &Wanted::default()).unwrap_or_else(|fault| panic!("{fault:?}"));
        found.remove(0).unwrap_or_else(|fault| panic!("{fault:?}"))
    };
    secrets.iter().map(line).collect()
}

async fn devices(
    app: &TestApp,
    import: &mut Import,
    from: u64,
    lines: Vec<KeyLine>,
    tell: bool,
) -> (u64, Vec<Reason>) {
    let call = app.operator();
    let judged = judge_authenticators(&call, import, batch(from, lines)).await.unwrap();
    let mut refused: Vec<Reason> = judged.refused.iter().map(|one| one.fault.reason.clone()).collect();
    let written = write_authenticators(&call, import, judged, tell).await.unwrap();
    refused.extend(written.late.into_iter().map(|one| one.fault.reason));
    (written.accepted, refused)
}

async fn begun(app: &TestApp, kind: What) -> Import {
    import::begin(&app.operator(), &plan(kind)).await.unwrap()
}

async fn everybody_signs_in_and_is_upgraded(app: &TestApp) {
    let address = |name: &str| format!("{name}@example.net");
    let mut people: Vec<(String, &str)> = HASHES.iter().map(|(name, _)| (address(name), TYPED)).collect();
    let mut lines: Vec<AccountLine> = HASHES.iter().map(|(name, hash)| line(&address(name), hash)).collect();
    people.push((address("argon2"), "password"));
    lines.push(line(&address("argon2"), ARGON2));
    let (accepted, refused) = accounts(app, &plan(What::Accounts), 1, lines).await;
    assert_eq!((accepted, refused), (5, vec![]));
    let foreign = || app.place.number("SELECT COUNT(*) FROM account WHERE password_hash LIKE '$sealed$%'");
    assert_eq!(foreign(), 5);
    for (email, password) in &people {
        let mut browser = app.browser();
        browser.sign_in(email, &format!("{password}!")).await.assert_shows("do not match");
        browser.sign_in(email, password).await.assert_leads_to("/account/set-up");
    }
    // Hashing anew runs beside the answer.
    while foreign() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        app.place.number("SELECT COUNT(*) FROM account WHERE password_hash LIKE '$argon2id$v=19$m=64,%'"),
        5
    );
    for (email, password) in &people {
        let mut browser = app.browser();
        browser.sign_in(email, &format!("{password}!")).await.assert_shows("do not match");
        browser.sign_in(email, password).await.assert_leads_to("/account/set-up");
    }
}

#[tokio::test]
async fn rec_3_foreign_passwords_sign_in_and_are_hashed_anew() {
    everybody_signs_in_and_is_upgraded(&TestApp::start().await).await;
}

#[tokio::test]
async fn rec_3_foreign_passwords_sign_in_and_are_hashed_anew_on_postgres() {
    if Kind::has_postgres() {
        everybody_signs_in_and_is_upgraded(&TestApp::on(Kind::Postgres).await).await;
    }
}

/// What bcrypt never looked at does not become part of the password: it stays as long as it was.
#[tokio::test]
async fn rec_3_a_bcrypt_password_of_more_than_72_bytes_is_not_hashed_anew() {
    let app = TestApp::start().await;
    let hash = "$2b$04$abcdefghijklmnopqrstuum2G75IXDN/xsgbNa/hCiPSKyIHQd70S";
    let people = ["long@example.net", "short@example.net"];
    let lines = people.map(|email| line(email, hash)).into();
    assert_eq!(accounts(&app, &plan(What::Accounts), 1, lines).await.0, 2);
    let kept = |email: &str| {
        app.place.text(&format!("SELECT password_hash FROM account WHERE email = '{email}'")).unwrap()
    };
    let before = kept(people[0]);
    let eighty = "0123456789".repeat(8);
    for typed in [eighty.clone(), format!("{}other", &eighty[..72])] {
        app.browser().sign_in(people[0], &typed).await.assert_leads_to("/account/set-up");
    }
    app.browser().sign_in(people[1], &eighty[..72]).await.assert_leads_to("/account/set-up");
    // Hashing anew runs beside the answer, in the order of the answers.
    while kept(people[1]).starts_with("$sealed$") {
        tokio::task::yield_now().await;
    }
    assert_eq!(kept(people[0]), before);
    app.browser().sign_in(people[1], &eighty).await.assert_status(401);
    app.browser().sign_in(people[0], &eighty).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn rec_3_a_dry_run_finds_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    app.account("old@example.net", "tepid harbour lanterns 1").await;
    let lines = || {
        vec![
            line("new@example.net", ARGON2),
            line("OLD@example.net", ARGON2),
            line("New@example.net", ARGON2),
        ]
    };
    let audit = app.place.count("audit");
    let dry = Plan { dry_run: true, ..plan(What::Accounts) };
    let (would, refused) = accounts(&app, &dry, 1, lines()).await;
    let wanted = [(2, Reason::EmailTaken), (3, Reason::EmailTwice)];
    let told = |refused: &[Refused]| -> Vec<(u64, Reason)> {
        refused.iter().map(|one| (one.line, one.fault.reason.clone())).collect()
    };
    assert_eq!((would, told(&refused)), (1, wanted.to_vec()));
    assert_eq!((app.place.count("account"), app.place.count("import_run")), (1, 0));
    assert_eq!(app.place.count("audit"), audit);
    let (did, refused) = accounts(&app, &plan(What::Accounts), 1, lines()).await;
    assert_eq!((did, told(&refused)), (1, wanted.to_vec()));
    assert_eq!((app.place.count("account"), app.place.count("import_run")), (2, 1));
    assert_eq!(app.events("accounts.imported"), 1);
}

#[tokio::test]
async fn rec_3_two_imports_of_one_file_write_each_line_once() {
    let app = TestApp::start().await;
    let call = app.operator();
    let (mut one, mut two) = (begun(&app, What::Accounts).await, begun(&app, What::Accounts).await);
    let lines = || batch(1, vec![line("a@example.net", ARGON2)]);
    let first = judge_accounts(&call, &mut one, lines()).await.unwrap();
    let second = judge_accounts(&call, &mut two, lines()).await.unwrap();
    assert_eq!(write_accounts(&call, &mut one, first).await.unwrap().accepted, 1);
    assert!(write_accounts(&call, &mut two, second).await.is_err());
    assert_eq!((app.place.count("account"), app.events("accounts.imported")), (1, 1));
    assert_eq!(begun(&app, What::Accounts).await.before(), (1, 0));
}

#[tokio::test]
async fn rec_3_an_imported_key_answers_the_second_step() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut import = begun(&app, What::Authenticators).await;
    let secret = [5; 16];
    let given = devices(&app, &mut import, 1, keys(&person.email, &[&secret]), false).await;
    assert_eq!(given, (1, vec![]));
    assert_eq!(app.events("authenticator.imported"), 1);
    assert_eq!(app.place.count("letter"), 0, "nobody was told");
    let page = person.browser.get("/account").await;
    page.assert_leads_to("/sign-in?next=%2Faccount");
    person.phone = Some(Phone { secret: Secret::from_bytes(&secret).unwrap(), fast: 0 });
    person.sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn rec_3_owners_are_told_where_the_operator_wants_it() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut import = begun(&app, What::Authenticators).await;
    devices(&app, &mut import, 1, keys(&person.email, &[&[5; 20]]), true).await;
    assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE kind = 'method-added'"), 1);
}

#[tokio::test]
async fn rec_3_keys_find_their_account_its_room_and_their_names() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut import = begun(&app, What::Authenticators).await;
    let two: [&[u8]; 2] = [&[1; 20], &[2; 20]];
    assert_eq!(devices(&app, &mut import, 1, keys(&person.email, &two), false).await, (2, vec![]));
    let names =
        app.place.number("SELECT COUNT(*) FROM authenticator WHERE name IN ('Phone', 'Acme', 'Acme 2')");
    assert_eq!(names, 3);
    let again = devices(&app, &mut import, 3, keys(&person.email, &two), false).await;
    assert_eq!(again, (0, vec![Reason::KeyKnown, Reason::KeyKnown]));
    let many: [&[u8]; 3] = [&[3; 20], &[4; 20], &[5; 20]];
    let full = devices(&app, &mut import, 5, keys(&person.email, &many), false).await;
    assert_eq!(full, (2, vec![Reason::TooManyDevices(5)]));
    let stranger = devices(&app, &mut import, 8, keys("nobody@example.net", &two), false).await;
    assert_eq!(stranger, (0, vec![Reason::NoAccount, Reason::NoAccount]));
    assert_eq!(begun(&app, What::Authenticators).await.before(), (4, 5));
}

#[tokio::test]
async fn rec_3_an_imported_key_takes_the_place_of_codes_by_mail_where_they_exclude_each_other() {
    let app = TestApp::preset(Preset::EmailOrAuthenticator).await;
    let person = app.member().await;
    let email = person.email.clone();
    app.place.run(&format!(
        "UPDATE account SET email_codes_at = 1, email_verified_at = 1 WHERE email_key = '{email}'"
    ));
    let mut import = begun(&app, What::Authenticators).await;
    assert_eq!(devices(&app, &mut import, 1, keys(&email, &[&[5; 20]]), false).await, (1, vec![]));
    assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE email_codes_at IS NOT NULL"), 0);
    assert_eq!((app.events("email-codes.disabled"), app.place.count("letter")), (1, 0));
}

#[tokio::test]
async fn rec_3_no_route_takes_anything_over() {
    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json")).unwrap();
    assert!(!document.contains("/import"), "the API imports nothing");
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for path in
        ["/import", "/admin/import", "/api/v1/import", "/api/v1/organisation/import", "/account/import"]
    {
        assert_eq!(person.browser.get(path).await.status, 404, "{path}");
    }
}
