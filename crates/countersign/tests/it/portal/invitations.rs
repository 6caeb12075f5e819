//! Invitations where no letters go out, and lists that do not get to their end.

use crate::support::{Answer, Person, TestApp, password_of};

const PAGE: &str = "/admin/invitations";

async fn administrator(app: &TestApp) -> Person<'_> {
    let person = app.enrolled().await;
    app.place.run(&format!("UPDATE account SET role = 'administrator' WHERE email = '{}'", person.email));
    person
}

/// The address that is to be handed over.
fn link_in(answer: &Answer) -> String {
    let at = answer.body.find("/link/").unwrap();
    answer.body[at..].chars().take_while(|one| one.is_ascii_alphanumeric() || "/-_".contains(*one)).collect()
}

#[tokio::test]
async fn without_mail_lists_are_not_offered_and_each_link_names_whom_it_is_for() {
    let app = TestApp::without_mail().await;
    let mut root = administrator(&app).await;
    let shown = root.browser.get(PAGE).await;
    shown.assert_ok().assert_shows("Invite people one by one");
    assert!(shown.page().form("/admin/invitations/list").is_none());
    let refused = root.browser.post("/admin/invitations/list", &[("list", "a@example.org")]).await;
    refused.assert_status(409).assert_shows("Invite people one by one");
    let form = [("email", "grace@example.org"), ("role", "member")];
    root.browser.submit(PAGE, PAGE, &form).await.assert_shows("Give this link to grace@example.org");
    let shown = root.browser.get(PAGE).await;
    let resend = shown.page().forms().into_iter().find(|form| form.action.ends_with("/resend")).unwrap();
    let again = root.browser.send_form(&shown, &resend.action, &[]).await;
    again.assert_ok().assert_shows("Give this link to grace@example.org");
}

#[tokio::test]
async fn whoever_was_handed_a_link_for_a_taken_address_is_told_where_to_go() {
    let app = TestApp::without_mail().await;
    app.foreign(&["foreign@example.com"]).await;
    let mut root = administrator(&app).await;
    let form = [("email", "foreign@example.com"), ("role", "member")];
    let made = root.browser.submit(PAGE, PAGE, &form).await;
    made.assert_ok();
    let mut browser = app.browser();
    let opened = browser.open(&link_in(&made)).await;
    let fields = [("display_name", "Foreign"), ("password", &*password_of(92_002))];
    let told = browser.send_form(&opened, "/link", &fields).await;
    told.assert_status(422).assert_shows("ask whoever invited you").assert_shows("Sign in with it");
}

#[tokio::test]
async fn a_list_that_stops_on_the_way_says_how_many_went() {
    let app = TestApp::start().await;
    let mut root = administrator(&app).await;
    app.invites_meanwhile();
    let people: Vec<String> = (0..120).map(|n| format!("list{n}@example.org")).collect();
    let list = people.join("\n");
    let shown = root.browser.submit(PAGE, "/admin/invitations/list", &[("list", &list)]).await;
    let stopped = root.browser.send_form(&shown, "/admin/invitations/list/send", &[("list", &list)]).await;
    stopped.assert_status(409).assert_shows("100 invitations were sent").assert_hides("Nothing was sent");
    stopped.assert_shows("19 people would be invited");
}
