//! Every route and every operation, called by everybody: whoever is not named reaches nothing.
//!
//! The routes are taken from the router and from the API's description, so that a new one cannot be left out.

mod access;
mod callers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use countersign_core::role::Role;
use serde_json::Value;

use self::access::{Access, BODIES, BUTTONS, OPERATIONS, PAGES};
use self::callers::{Caller, Town};
use crate::support::Answer;

/// An identifier of nothing.
const NOBODY: &str = "0190b1a0-0000-7000-8000-000000000000";

/// When no proof is fresh any more: what asks for one is refused before it is done, and its role judged before that.
const LATER: Duration = Duration::from_mins(6);

/// How far a caller came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Sign in first.
    SignIn,
    /// Set up a second step first.
    MustEnrol,
    /// Not for this role, and the audit log says so.
    Forbidden,
    /// To what the route does, whatever that then said.
    Through,
}

/// How far each caller may come.
fn expected(access: Access, caller: Caller) -> Option<Reach> {
    use Caller::{Enrolling, Half, Stranger, Unscoped};
    Some(match (access, caller) {
        (Access::Public, _) | (Access::Challenge, Half) => Reach::Through,
        (Access::Challenge, _) | (_, Stranger | Half) => Reach::SignIn,
        (_, Unscoped) => Reach::Forbidden,
        (Access::Enrolling, _) => Reach::Through,
        (_, Enrolling) => Reach::MustEnrol,
        (Access::Own, _) => Reach::Through,
        (Access::Staff(action), _) => {
            if action.allowed(caller.role()?) {
                Reach::Through
            } else {
                Reach::Forbidden
            }
        }
    })
}

fn filled(path: &str, id: &str) -> String {
    let filled = path.split('/').map(|part| match part {
        "{id}" => id,
        part if part.starts_with('{') => "x",
        part => part,
    });
    filled.collect::<Vec<_>>().join("/")
}

/// What is sent there; of pages also the button that has no field.
fn body(method: &str, path: &str) -> Option<&'static str> {
    let route = format!("{method} {path}");
    let row = BODIES.iter().find(|(name, _)| *name == route).map(|(_, body)| *body);
    row.or((method == "POST" && BUTTONS.contains(&path)).then_some(""))
}

/// What a page's route asks by this method.
fn of_page(method: &str, path: &str) -> Access {
    let route = format!("{method} {path}");
    let row = PAGES.iter().find(|(name, _)| *name == route || *name == path);
    row.unwrap_or_else(|| panic!("{route} is not in the table")).1
}

/// The addresses of the table of pages, without the methods that some rows name.
fn addresses() -> BTreeSet<&'static str> {
    PAGES.iter().map(|(name, _)| name.split_once(' ').map_or(*name, |(_, path)| path)).collect()
}

/// Each operation of the description, as the table names it, and whether a bearer token may be used.
fn operations() -> BTreeMap<String, bool> {
    let document = countersign::api::document();
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let bearer = operation["security"].as_array().unwrap().iter().any(|one| one["bearer"].is_array());
            found.insert(format!("{} {path}", method.to_uppercase()), bearer);
        }
    }
    found
}

fn table(rows: &'static [(&'static str, Access)]) -> BTreeMap<&'static str, Access> {
    let table: BTreeMap<_, _> = rows.iter().copied().collect();
    assert_eq!(table.len(), rows.len(), "a route stands twice in the table");
    table
}

#[test]
fn all_9_every_route_and_operation_stands_in_the_table() {
    let pages: BTreeSet<&str> = countersign::routes::pages().into_iter().collect();
    assert_eq!(pages, addresses(), "the router and the table of pages differ");
    assert_eq!(table(PAGES).len(), PAGES.len());
    let operations = operations();
    let described: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(described, table(OPERATIONS).into_keys().collect(), "the description and the table differ");
}

/// C rows 42, 50, 75 and 76: pages and API ask the same of everybody.
#[tokio::test]
async fn all_9_c_42_c_50_c_75_pages_answer_nobody_who_is_not_named() {
    let town = Town::built(LATER).await;
    for path in addresses() {
        let here = filled(path, NOBODY);
        let methods = town.methods_of(&here).await;
        assert!(!methods.is_empty(), "{path} takes no method");
        for method in methods {
            let (route, access) = (format!("{method} {path}"), of_page(&method, path));
            for caller in Caller::OF_PAGES {
                // What answers a challenge with nothing to answer shows a page that says so.
                if access == Access::Challenge && method == "POST" && caller != Caller::Half {
                    continue;
                }
                let (reach, answer) = town.page(caller, &method, &here, body(&method, path)).await;
                assert!(answer.status.as_u16() < 500, "{route} as {caller:?}: {}", answer.status);
                if access == Access::Public {
                    assert_ne!(reach, Reach::MustEnrol, "{route} as {caller:?}");
                } else {
                    assert_eq!(
                        Some(reach),
                        expected(access, caller),
                        "{route} as {caller:?}: {} {}",
                        answer.status,
                        answer.location()
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn all_9_c_42_c_76_the_api_answers_nobody_who_is_not_named() {
    let town = Town::built(LATER).await;
    let operations = operations();
    for (route, access) in OPERATIONS {
        let (method, path) = route.split_once(' ').unwrap();
        let text = body(method, path);
        let path = filled(path, NOBODY);
        for caller in Caller::ALL {
            let (reach, answer) = town.operation(caller, method, &path, text).await;
            assert!(answer.status.as_u16() < 500, "{route} as {caller:?}: {}", answer.body);
            let mut wanted = expected(*access, caller);
            // The description itself is for any token.
            if caller == Caller::Unscoped && path == "/api/openapi.json" {
                wanted = Some(Reach::Through);
            }
            assert_eq!(Some(reach), wanted, "{route} as {caller:?}: {:.300}", answer.body);
            if reach == Reach::MustEnrol {
                let told: Value = serde_json::from_slice(&answer.bytes).unwrap();
                assert!(told["enrolment"].as_str().unwrap().ends_with("/api/v1/enrolment"), "{told}");
                assert!(told["page"].as_str().unwrap().ends_with("/account/set-up"), "{told}");
            }
        }
        assert!(operations.contains_key(*route));
    }
}

/// C row 8: what is somebody else's is not there, for a neighbour as for the administrator of another organisation.
#[tokio::test]
async fn all_9_ids_of_others_are_not_found() {
    let town = Town::built(Duration::ZERO).await;
    let ids = town.objects();
    let before = town.owned();
    let of_pages = addresses().into_iter().flat_map(|path| ["GET", "POST"].map(|method| (method, path)));
    let of_api = OPERATIONS.iter().map(|(route, _)| route.split_once(' ').unwrap());
    for (method, path) in of_pages.chain(of_api).filter(|(_, path)| path.contains("{id}")) {
        let (api, text) = (path.starts_with("/api/"), body(method, path));
        for id in &ids {
            let here = filled(path, id);
            if !api && !town.methods_of(&here).await.iter().any(|known| known == method) {
                continue;
            }
            let looked_at = api || method == "GET" || text.is_some();
            assert!(
                looked_at,
                "POST {path} has no body in the table: its identifiers would never be looked at"
            );
            // The organisation's own administrator may touch what is a member's, by the routes of staff alone.
            let of_staff = matches!(access(method, path), Access::Staff(_));
            let callers = [Caller::Foreign, Caller::Administrator];
            for caller in callers.into_iter().take(if of_staff { 1 } else { 2 }) {
                let (_, answer) = if api {
                    town.operation(caller, method, &here, text).await
                } else {
                    town.page(caller, method, &here, text).await
                };
                assert_eq!(answer.status, 404, "{method} {here} as {caller:?}: {}", answer.location());
            }
        }
    }
    assert_eq!(town.owned(), before, "nothing of the owner's was touched");
}

/// What a page or an operation asks.
fn access(method: &str, path: &str) -> Access {
    let route = format!("{method} {path}");
    let operation = OPERATIONS.iter().find(|(name, _)| *name == route);
    operation.map_or_else(|| of_page(method, path), |row| row.1)
}

/// Only what its own table says makes somebody staff: the matrix and the roles agree.
#[test]
fn staff_rows_name_deeds_that_staff_may_do() {
    for (route, access) in PAGES.iter().chain(OPERATIONS) {
        if let Access::Staff(action) = access {
            assert!(action.allowed(Role::Administrator), "{route}: only the command line may do this");
        }
    }
}

/// How far an answer shows that its caller came.
pub(crate) fn reach(answer: &Answer, refused: bool) -> Reach {
    let at = |path: &str| {
        let place = answer.location().split('?').next().unwrap_or_default();
        answer.status == 303 && place == path
    };
    let slug = |name: &str| {
        answer.status.as_u16() >= 400 && answer.body.contains(&format!("/api/problems/{name}\""))
    };
    if at("/sign-in") || (answer.status == 401 && slug("sign-in-needed")) {
        Reach::SignIn
    } else if at("/account/set-up") || slug("must-enrol") {
        Reach::MustEnrol
    } else if answer.status == 403 && refused {
        Reach::Forbidden
    } else {
        Reach::Through
    }
}
