//! The organisation's identity providers: `/admin/sso`, and the same through the API.

use countersign::flow::{policy, sso};
use countersign_core::preset::Preset;
use serde_json::json;

use crate::support::{IDP_SECRET, Idp, Person, TestApp};

const LIST: &str = "/admin/sso";

async fn administrator(app: &TestApp) -> Person<'_> {
    let person = app.recognised().await;
    app.place.run(&format!("UPDATE account SET role = 'administrator' WHERE email = '{}'", person.email));
    person
}

async fn prove(person: &mut Person<'_>) {
    let code = person.phone().fresh(person.browser.app);
    person.browser.step_up(&code).await.assert_status(303);
}

fn fields<'a>(idp: &'a Idp, slug: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "Corp Login"),
        ("slug", slug),
        ("issuer", &idp.issuer),
        ("client_id", "countersign"),
        ("client_secret", IDP_SECRET),
        ("domains", "corp.example, Corp.Example.NET"),
        ("jit", "on"),
    ]
}

#[tokio::test]
async fn key_11_an_administrator_sets_a_provider_up_tests_changes_and_removes_it() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::start().await;
    idp.follow(&app).await;
    let mut person = administrator(&app).await;
    prove(&mut person).await;
    let browser = &mut person.browser;
    browser.get(LIST).await.assert_ok().assert_shows("No identity provider yet");
    browser.submit("/admin/sso/new", LIST, &fields(&idp, "corp")).await.assert_leads_to(LIST);
    assert_eq!(app.events("sso.provider-added"), 1);
    let id = app.place.text("SELECT id FROM sso_provider").unwrap();
    let id = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    let page = format!("{LIST}/{id}");
    let shown = browser.get(&page).await;
    shown.assert_ok().assert_shows("https://account.example.org/sso/corp/callback").assert_hides(IDP_SECRET);
    assert!(shown.body.contains("corp.example corp.example.net"), "one spelling of each domain");
    let tested = browser.submit(LIST, &format!("{page}/test"), &[]).await;
    tested.assert_ok().assert_shows("Everything is as it should be");
    // One proof is good for one deed.
    let name = [("name", "Corp"), ("client_secret", ""), ("domains", "")];
    let again = browser.submit(&page, &page, &name).await;
    assert_eq!(again.location(), format!("/account/step-up?next={}", page.replace('/', "%2F")));
    prove(&mut person).await;
    let browser = &mut person.browser;
    browser.submit(&page, &page, &name).await.assert_leads_to(LIST);
    assert_eq!(app.place.text("SELECT name FROM sso_provider").unwrap(), "Corp");
    assert_eq!(app.place.text("SELECT domains FROM sso_provider").unwrap(), "[]");
    browser.submit(LIST, &format!("{page}/test"), &[]).await.assert_shows("Everything is as it should be");
    prove(&mut person).await;
    person.browser.submit(&page, &format!("{page}/disable"), &[]).await.assert_leads_to(LIST);
    prove(&mut person).await;
    let remove = format!("{page}/remove");
    person.browser.submit(&remove, &remove, &[]).await.assert_leads_to(LIST);
    assert_eq!(app.place.count("sso_provider"), 0);
}

/// Whoever looks at an old page does not switch a provider on again that somebody has just switched off.
#[tokio::test]
async fn asvs_2_3_4_a_change_that_somebody_else_has_overtaken_is_refused() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut person = administrator(&app).await;
    let id = app.place.text("SELECT id FROM sso_provider").unwrap();
    let page = format!("{LIST}/{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    prove(&mut person).await;
    let old = person.browser.get(&page).await;
    // At the same instant, as clocks see it.
    for enabled in [false, true, false] {
        let changes = sso::Changes { enabled: Some(enabled), ..sso::Changes::default() };
        sso::change(&app.operator(), sso::Which::Any("corp"), changes).await.unwrap();
    }
    let fields = [("name", "Corp"), ("client_secret", "another-kept-by-nobody"), ("domains", "")];
    let told = person.browser.send_form(&old, &page, &fields).await;
    told.assert_status(409).assert_shows("Somebody changed this provider meanwhile");
    // What was typed stays to be copied, but for the secret; it still overwrites nothing that was not seen.
    assert!(told.body.contains("value=\"Corp\""));
    told.assert_hides("another-kept-by-nobody");
    person.browser.send_form(&told, &page, &fields).await.assert_status(409);
    assert_eq!(app.place.text("SELECT name FROM sso_provider").unwrap(), "Corp Login");
    assert_eq!(app.place.number("SELECT enabled FROM sso_provider"), 0);
    let shown = person.browser.get(&page).await;
    person.browser.send_form(&shown, &page, &fields).await.assert_leads_to(LIST);
    assert_eq!(app.place.number("SELECT enabled FROM sso_provider"), 0);
    drop(idp);
}

#[tokio::test]
async fn mistakes_are_told_at_their_fields() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut person = administrator(&app).await;
    for (field, value, said) in [
        ("slug", "Corp!", "Use 1 to 32 small letters"),
        ("slug", "corp", "This short name is taken"),
        ("issuer", "http://login.example.org", "Give the issuer exactly"),
        ("client_id", "", "Copy the client id"),
        ("client_secret", "", "Copy the client secret"),
        ("domains", "not a domain!", "List up to 50 domains"),
        ("domains", "CORP.example", "belongs to another provider already"),
    ] {
        prove(&mut person).await;
        let mut typed = fields(&idp, "new");
        typed.retain(|one| one.0 != field && one.0 != "domains");
        typed.push((field, value));
        let answer = person.browser.submit("/admin/sso/new", LIST, &typed).await;
        answer.assert_status(422).assert_shows(said).assert_hides(IDP_SECRET);
        app.next_step();
    }
    assert_eq!(app.place.count("sso_provider"), 1);
}

#[tokio::test]
async fn only_administrators_of_the_organisation_look_after_its_providers() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::of(&app).await;
    let mut member = app.recognised().await;
    member.browser.get(LIST).await.assert_status(403);
    app.place.run("UPDATE account SET role = 'support'");
    member.browser.get(LIST).await.assert_status(403);
    assert_eq!(app.events("authorisation.refused"), 2);
    let mut stranger = administrator(&app).await;
    let other =
        policy::add_organisation(&app.operator(), "Other", "other", Preset::Authenticator.policy()).await;
    let other = other.unwrap();
    idp.provider("theirs", &[]);
    let mut new = idp.provider("theirs", &[]);
    new.name = "Their Login".to_owned();
    let theirs = countersign::flow::sso::add(&app.operator(), None, Some(&other.slug), new).await.unwrap();
    prove(&mut stranger).await;
    stranger.browser.get(LIST).await.assert_ok().assert_hides("Their Login");
    for deed in ["/test", "/enable", "/disable", "/remove", ""] {
        let path = format!("{LIST}/{theirs}{deed}");
        let fields: &[_] = if deed.is_empty() { &[("name", "x"), ("client_id", "x")] } else { &[] };
        stranger.browser.post(&path, fields).await.assert_status(404);
    }
    stranger.browser.get(&format!("{LIST}/{theirs}")).await.assert_status(404);
    app.browser().get("/sign-in").await.assert_shows("Corp Login").assert_hides("Their Login");
    app.browser().get("/sign-in/other").await.assert_shows("Their Login").assert_hides("Corp Login");
    app.browser().get("/sign-in/none").await.assert_status(404);
}

#[tokio::test]
async fn all_6_programs_do_the_same() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::start().await;
    idp.follow(&app).await;
    let mut client = app.client().await;
    let (phone, _) = client.enrol().await;
    client.get("/organisation/sso").await.refused(403, "forbidden");
    app.place.run("UPDATE account SET role = 'administrator'");
    let new = json!({
        "slug": "corp", "name": "Corp Login", "issuer": idp.issuer, "client_id": "countersign",
        "client_secret": IDP_SECRET, "domains": ["corp.example"], "jit": true, "button": true,
    });
    let made = client.post("/organisation/sso", new.clone()).await.is(201);
    assert_eq!(made["redirect_uri"], "https://account.example.org/sso/corp/callback");
    assert!(!made.to_string().contains(IDP_SECRET));
    let path = format!("/organisation/sso/{}", made["id"].as_str().unwrap());
    assert_eq!(client.press(&format!("{path}/test")).await.is(200)["ok"], true);
    client.post("/organisation/sso", new).await.refused(403, "step-up-needed");
    assert_eq!(client.get("/sign-in/providers").await.is(200)["items"][0]["slug"], "corp");
    let found = json!({"email": "ada@corp.example"});
    assert_eq!(client.post("/sign-in/providers/find", found).await.is(200)["provider"]["slug"], "corp");
    assert_eq!(client.get("/account/sign-ins").await.is(200)["items"], json!([]));
    client.post("/account/step-up", json!({})).await.is(200);
    client.answer(&phone.fresh(&app)).await.is(200);
    let change = json!({"enabled": false, "changed_at": made["changed_at"]});
    let changed = client.ask("PATCH", &path, Some(change.clone())).await.is(200);
    assert_eq!(changed["enabled"], false);
    assert_ne!(changed["changed_at"], made["changed_at"]);
    client.post("/account/step-up", json!({})).await.is(200);
    client.answer(&phone.fresh(&app)).await.is(200);
    client.ask("PATCH", &path, Some(change)).await.refused(409, "conflict");
    let broken = json!({"enabled": true, "changed_at": "yesterday"});
    client.ask("PATCH", &path, Some(broken)).await.refused(400, "malformed");
    assert_eq!(client.get(&path).await.is(200)["enabled"], false, "nothing was overwritten");
    let change = json!({"name": "Corp", "changed_at": changed["changed_at"]});
    client.ask("PATCH", &path, Some(change)).await.is(200);
    client.ask("DELETE", "/account/sign-ins/corp", None).await.refused(403, "step-up-needed");
    assert_eq!(client.get("/sign-in/providers").await.is(200)["items"], json!([]));
}
