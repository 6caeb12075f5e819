//! The pages on which staff suspend a second step, and what its owner sees of it.

use countersign_core::preset::Preset;
use countersign_core::role::Role;

use crate::support::{Person, TestApp};

async fn staff(app: &TestApp, role: Role) -> Person<'_> {
    let person = app.enrolled().await;
    let (role, email) = (role.as_str(), &person.email);
    app.place.run(&format!("UPDATE account SET role = '{role}' WHERE email = '{email}'"));
    person
}

/// The account's id, as addresses carry it.
fn id(app: &TestApp, person: &Person<'_>) -> String {
    let sql = format!("SELECT lower(hex(id)) FROM account WHERE email = '{}'", person.email);
    let hex = app.place.text(&sql).unwrap();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

async fn prove(person: &mut Person<'_>) {
    let code = person.phone().fresh(person.browser.app);
    person.browser.step_up(&code).await.assert_status(303);
}

const FIELDS: [(&str, &str); 4] =
    [("hours", "1"), ("reason", "lost\nphone"), ("ticket", "HD-17"), ("identity_proof", "called back")];

#[tokio::test]
async fn rec_2_an_agent_suspends_and_reads_out_a_code_that_the_owner_types() {
    let app = TestApp::preset(Preset::Recommended).await;
    let mut desk = staff(&app, Role::Support).await;
    let mut ada = app.enrolled().await;
    let place = format!("/support/accounts/{}", id(&app, &ada));
    app.turn(std::time::Duration::from_mins(6));
    let here = format!("{place}/suspend");
    let asked = desk.browser.get(&here).await;
    assert!(asked.location().starts_with("/account/step-up?next="), "{}", asked.location());
    prove(&mut desk).await;
    let empty = [("hours", "99"), ("reason", " "), ("ticket", "HD-17"), ("identity_proof", "x")];
    let told = desk.browser.submit(&here, &here, &empty).await;
    told.assert_status(422).assert_shows("24 hours");
    assert!(told.body.contains("HD-17"), "what was typed is kept");
    // The first code comes with it, for the same proof; it counts until another is made.
    let told = desk.browser.send_form(&told, &here, &FIELDS).await;
    assert!(told.assert_ok().page().text_of("support-code").is_some());
    assert_eq!((app.events("suspension.started"), app.events("support-code.made")), (1, 1));
    let shown = desk.browser.get(&format!("{place}/suspension")).await;
    shown.assert_ok().assert_shows("Password and support code").assert_shows("lost phone");
    prove(&mut desk).await;
    let (page, make) = (format!("{place}/suspension"), format!("{place}/suspension/code"));
    let told = desk.browser.submit(&page, &make, &[]).await;
    let code = told.assert_ok().page().text_of("support-code").unwrap();
    assert_eq!(code.split_whitespace().map(str::len).collect::<Vec<_>>(), [4, 4]);
    desk.browser.get(&page).await.assert_shows("A code is out").assert_hides(&code.replace(' ', "-"));

    ada.sign_in().await.assert_leads_to("/second-step");
    ada.browser.get("/second-step").await.assert_shows("Enter the code from support");
    let ways = ada.browser.get("/second-step/method").await;
    ways.assert_ok().assert_shows("Authenticator");
    ada.browser.second_step("ABCD").await.assert_status(422).assert_shows("8 characters");
    ada.browser.second_step("2222-2222").await.assert_status(401).assert_shows("not the code");
    ada.browser.second_step(&code).await.assert_leads_to("/account");
    let home = ada.browser.get("/account").await;
    home.assert_ok().assert_shows("Your second step is suspended");
    assert!(home.page().links_to("/account/security/authenticator"));
    let profile = ada.browser.get("/account/profile").await;
    profile.assert_ok().assert_shows("Support has suspended your second step until");
    assert!(profile.page().links_to("/account/security/authenticator"));
    ada.browser.get("/account/security").await.assert_ok().assert_shows("Support has suspended");
    ada.browser.get("/account/password").await.assert_status(403);

    desk.browser.submit(&page, &format!("{place}/suspension/lift"), &[]).await.assert_leads_to(&page);
    assert!(!ada.browser.is_in().await);
    desk.browser.get(&page).await.assert_ok().assert_shows("asked for as usual");
    ada.sign_in_fully().await.assert_leads_to("/account");
    ada.browser.get("/account/profile").await.assert_hides("Support has suspended");
}

#[tokio::test]
async fn d_12_a_second_administrator_decides_on_a_page() {
    let app = TestApp::preset(Preset::Recommended).await;
    let mut first = staff(&app, Role::Administrator).await;
    let mut second = staff(&app, Role::Administrator).await;
    let kim = staff(&app, Role::Support).await;
    let place = format!("/support/accounts/{}", id(&app, &kim));
    prove(&mut first).await;
    let here = format!("{place}/suspend");
    let shown = first.browser.get(&here).await;
    shown.assert_ok().assert_shows("Another administrator has to agree").assert_hides("Password alone");
    first.browser.send_form(&shown, &here, &FIELDS).await.assert_leads_to(&format!("{place}/suspension"));
    first.browser.get(&format!("{place}/suspension")).await.assert_shows("Waits for a second person");
    first.browser.get("/support/suspensions").await.assert_ok().assert_shows("Somebody else decides");
    let letters = app.letters().await;
    let waits = letters.iter().filter(|letter| letter.0.subject.starts_with("A suspension waits"));
    let to: Vec<&str> = waits.map(|letter| letter.0.to.as_str()).collect();
    assert_eq!(to, [&*second.email], "neither whoever asked nor whose it is");
    second.browser.get("/support").await.assert_shows("Suspensions that wait for a second person (1)");
    let mut agent = staff(&app, Role::Support).await;
    agent.browser.get("/support").await.assert_ok().assert_hides("Suspensions that wait");
    agent.browser.get(&format!("{place}/suspension")).await.assert_status(403);
    let list = second.browser.get("/support/suspensions").await;
    let links = list.assert_ok().page().links();
    let one = links.into_iter().find(|link| link.starts_with("/support/suspensions/")).unwrap();
    first.browser.get(&one).await;
    prove(&mut first).await;
    first.browser.get(&one).await.assert_status(403).assert_shows("You asked for this yourself");
    prove(&mut second).await;
    let page = second.browser.get(&one).await;
    page.assert_ok().assert_shows("HD-17").assert_shows("called back");
    let csrf = second.browser.csrf();
    let body = |reason: &str, decision: &str| format!("csrf={csrf}&reason={reason}&decision={decision}");
    second.browser.post_body(&one, &body("", "approve")).await.assert_status(422);
    second.browser.post_body(&one, &body("spoke+to+Kim", "perhaps")).await.assert_status(400);
    let done = second.browser.post_body(&one, &body("spoke+to+Kim", "approve")).await;
    done.assert_leads_to("/support/suspensions");
    assert_eq!(app.events("suspension.started"), 1);
    second.browser.get("/support/suspensions").await.assert_ok().assert_shows("Nothing waits");
    first.browser.get(&format!("{place}/suspension")).await.assert_shows("Running");
}
