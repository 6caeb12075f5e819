//! Everybody who calls: strangers, members, staff, and those of another organisation.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::policy;
use countersign_core::policy::{Policy, Requirement};
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use serde_json::{Value, json};

use super::{Reach, reach};
use crate::support::{Answer, Browser, PUBLIC, TestApp, password_of};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Nobody is signed in.
    Stranger,
    /// The password was right, the second step is waiting.
    Half,
    /// A member with a second step.
    Member,
    /// A member of another organisation, which requires a second step that is not there.
    Enrolling,
    /// A support agent.
    Support,
    /// An administrator.
    Administrator,
    /// The administrator of another organisation.
    Foreign,
    /// A program with a token that may nothing.
    Unscoped,
}

impl Caller {
    pub(super) const ALL: [Self; 8] = [
        Self::Stranger,
        Self::Half,
        Self::Member,
        Self::Enrolling,
        Self::Support,
        Self::Administrator,
        Self::Foreign,
        Self::Unscoped,
    ];

    /// Pages know no tokens.
    pub(super) const OF_PAGES: [Self; 7] = [
        Self::Stranger,
        Self::Half,
        Self::Member,
        Self::Enrolling,
        Self::Support,
        Self::Administrator,
        Self::Foreign,
    ];

    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Member | Self::Enrolling => Some(Role::Member),
            Self::Support => Some(Role::Support),
            Self::Administrator | Self::Foreign => Some(Role::Administrator),
            Self::Stranger | Self::Half | Self::Unscoped => None,
        }
    }
}

/// What a deed may change, so that it can be put back after each call.
const KEPT: [&str; 5] = ["session", "challenge", "api_token", "authenticator", "account"];

/// A browser of each caller, and the form tokens of pages and API.
struct Seat {
    caller: Caller,
    browser: Browser<'static>,
    csrf: String,
    bearer: Option<String>,
}

/// Two organisations with everybody in them.
pub(super) struct Town {
    app: &'static TestApp,
    seats: Vec<Seat>,
}

async fn account(app: &TestApp, email: &str, password: &str, role: Role, organisation: Option<&str>) {
    let new = NewAccount {
        email: email.to_owned(),
        display_name: Some("Robin Example".to_owned()),
        role,
        organisation: organisation.map(str::to_owned),
        password: Some(Password::new(password.to_owned())),
    };
    assert!(matches!(admin::add(&app.operator(), new).await, Ok(Added::Account)));
}

impl Town {
    /// Builds it; the calls come so much later. The application is leaked: its browsers borrow it, and the test ends soon.
    pub(super) async fn built(later: Duration) -> Self {
        let app: &'static TestApp = Box::leak(Box::new(TestApp::preset(Preset::Recommended).await));
        let rules = Policy { second_step: Requirement::Required, ..Preset::Recommended.policy() };
        policy::add_organisation(&app.operator(), "Elsewhere", "elsewhere", rules).await.unwrap();
        let mut town = Self { app, seats: Vec::new() };
        for (caller, organisation, enrols) in [
            (Caller::Member, None, true),
            (Caller::Support, None, true),
            (Caller::Administrator, None, true),
            (Caller::Foreign, Some("elsewhere"), true),
            (Caller::Enrolling, Some("elsewhere"), false),
            (Caller::Unscoped, None, true),
        ] {
            town.settle(caller, organisation, enrols).await;
        }
        app.turn(later);
        town.half().await;
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let csrf = browser.csrf();
        town.seats.push(Seat { caller: Caller::Stranger, browser, csrf, bearer: None });
        for table in KEPT {
            app.place.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
        }
        town
    }

    async fn settle(&mut self, caller: Caller, organisation: Option<&str>, enrols: bool) {
        let number = 9000 + self.seats.len() as u64;
        let (email, password) = (format!("{caller:?}@example.org"), password_of(number));
        account(self.app, &email, &password, caller.role().unwrap_or(Role::Member), organisation).await;
        let mut browser = self.app.browser();
        browser.sign_in(&email, &password).await.assert_leads_to("/account/set-up");
        if enrols {
            browser.enrol("Phone").await;
            self.app.next_step();
        }
        browser.open("/account/profile").await.assert_ok();
        let csrf = browser.csrf();
        let mut seat = Seat { caller, browser, csrf, bearer: None };
        if caller == Caller::Unscoped {
            seat.bearer = Some(self.token(&mut seat).await);
        }
        self.seats.push(seat);
    }

    /// A token, whose rights are then taken away past the product.
    async fn token(&self, seat: &mut Seat) -> String {
        let body = json!({"name": "Program", "scopes": ["account:read"], "days": 30});
        let headers = [
            ("origin", PUBLIC),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
            ("x-csrf-token", &seat.csrf),
        ];
        let made = seat.browser.send("POST", "/api/v1/api-tokens", &headers, &body.to_string()).await;
        made.assert_status(201);
        self.app.place.run("UPDATE api_token SET scopes = ''");
        let told: Value = serde_json::from_slice(&made.bytes).unwrap();
        told["token"].as_str().unwrap().to_owned()
    }

    /// The member once more, in another browser, before the second step.
    async fn half(&mut self) {
        let mut browser = self.app.browser();
        browser.sign_in("Member@example.org", &password_of(9000)).await.assert_leads_to("/second-step");
        browser.get("/second-step").await.assert_ok();
        let csrf = browser.csrf();
        self.seats.push(Seat { caller: Caller::Half, browser, csrf, bearer: None });
    }

    fn seat(&self, caller: Caller) -> &Seat {
        self.seats.iter().find(|seat| seat.caller == caller).unwrap()
    }

    /// The methods that an address takes, as it says itself.
    pub(super) async fn methods_of(&self, path: &str) -> Vec<String> {
        let headers = [("sec-fetch-site", "same-origin")];
        let answer = self.app.browser().send("OPTIONS", path, &headers, "").await;
        answer.assert_status(405);
        let named = answer.header("allow").split(',').map(str::trim);
        named.filter(|method| !method.is_empty() && *method != "HEAD").map(str::to_owned).collect()
    }

    fn refusals(&self) -> i64 {
        self.app.events("authorisation.refused")
    }

    /// Puts back what a call may have changed.
    fn put_back(&self) {
        let back = KEPT.map(|table| match table {
            "account" => {
                "UPDATE account SET password_version = (SELECT k.password_version FROM kept_account k \
                WHERE k.id = account.id), factor_version = (SELECT k.factor_version FROM kept_account k \
                WHERE k.id = account.id), not_now_at = NULL"
                    .to_owned()
            }
            _ => format!("INSERT OR REPLACE INTO {table} SELECT * FROM kept_{table}"),
        });
        self.app.place.run(&format!("{}; DELETE FROM counter", back.join("; ")));
    }

    /// Calls a page. A form without its fields is sent with one that no form has, so that it is read and refused.
    pub(super) async fn page(
        &self,
        caller: Caller,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> (Reach, Answer) {
        let seat = self.seat(caller);
        let (mut browser, before) = (seat.browser.clone(), self.refusals());
        let answer = if method == "GET" {
            browser.get(path).await
        } else {
            let fields = body.unwrap_or("sweep=true");
            browser.post_body(path, format!("csrf={}&{fields}", seat.csrf).trim_end_matches('&')).await
        };
        self.settled(method, before, answer)
    }

    /// Calls an operation of the API.
    pub(super) async fn operation(
        &self,
        caller: Caller,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> (Reach, Answer) {
        let seat = self.seat(caller);
        let (mut browser, before) = (seat.browser.clone(), self.refusals());
        let bearer = seat.bearer.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("accept", "application/json")];
        match &bearer {
            Some(bearer) => headers.push(("authorization", bearer)),
            None => headers.extend([
                ("origin", PUBLIC),
                ("sec-fetch-site", "same-origin"),
                ("x-csrf-token", &*seat.csrf),
            ]),
        }
        let body = match method {
            "GET" => "",
            "DELETE" => body.unwrap_or_default(),
            _ => body.unwrap_or("{}"),
        };
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        let answer = browser.send(method, path, &headers, body).await;
        self.settled(method, before, answer)
    }

    fn settled(&self, method: &str, before: i64, answer: Answer) -> (Reach, Answer) {
        let refused = self.refusals() == before + 1;
        if method != "GET" {
            self.put_back();
        }
        (reach(&answer, refused), answer)
    }

    /// Identifiers of what belongs to the member: the account, a session, a device, a token of a neighbour.
    pub(super) fn objects(&self) -> Vec<String> {
        let one = |sql: &str| uuid(&self.app.place.text(sql).expect("a row"));
        let member = "(SELECT id FROM account WHERE email = 'Member@example.org')";
        vec![
            one(&format!("SELECT id FROM account WHERE id = {member}")),
            one(&format!("SELECT id FROM session WHERE account_id = {member}")),
            one(&format!("SELECT id FROM authenticator WHERE account_id = {member}")),
            one("SELECT id FROM api_token"),
        ]
    }

    /// What the member has, in figures.
    pub(super) fn owned(&self) -> Vec<i64> {
        let tables = ["session", "authenticator", "api_token", "account", "suspension"];
        let mut owned: Vec<i64> = tables.iter().map(|table| self.app.place.count(table)).collect();
        owned.push(self.app.place.number("SELECT COUNT(*) FROM authenticator WHERE name = 'Mine now'"));
        owned
    }
}

/// An identifier as addresses spell it.
fn uuid(hex: &str) -> String {
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
