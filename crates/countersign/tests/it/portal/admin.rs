//! Administration on the pages: each deed, and whom it is refused.

use std::time::Duration;

use countersign::flow::admin;
use countersign::flow::adoption;
use countersign::flow::{member, organisation, policy};
use countersign_core::audit::Actor;
use countersign_core::policy::SignUp;
use countersign_core::role::Role;

use crate::support::{Answer, Person, TestApp, password_of};

/// Somebody enrolled, of this role, who has just proved it.
async fn staff(app: &TestApp, role: Role) -> Person<'_> {
    let person = app.enrolled().await;
    let (role, email) = (role.as_str(), &person.email);
    app.place.run(&format!("UPDATE account SET role = '{role}' WHERE email = '{email}'"));
    person
}

/// Proves it again: the gravest deeds use the proof up.
async fn prove(app: &TestApp, person: &mut Person<'_>) {
    let code = person.phone().fresh(app);
    let answer = person.browser.submit("/account/step-up", "/account/step-up", &[("code", &code)]).await;
    answer.assert_status(303);
}

fn id(app: &TestApp, email: &str) -> String {
    let hex = match app.place.text(&format!("SELECT id FROM account WHERE email = '{email}'")) {
        Some(hex) => hex.trim_start_matches("\\x").to_owned(),
        None => panic!("no account {email}"),
    };
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn column(app: &TestApp, column: &str, email: &str) -> Option<String> {
    app.place.text(&format!("SELECT {column} FROM account WHERE email = '{email}'"))
}

async fn press(person: &mut Person<'_>, page: &str, action: &str) -> Answer {
    person.browser.submit(page, action, &[]).await
}

/// An account of another organisation, and its id.
async fn foreign(app: &TestApp) -> String {
    app.foreign(&["foreign@example.com"]).await;
    id(app, "foreign@example.com")
}

on_both! {
    async fn c_8_a_role_is_changed_its_sessions_end_and_the_owner_is_told(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, mut ada) = (staff(&app, Role::Administrator).await, app.enrolled().await);
        app.letters().await;
        let page = format!("/admin/members/{}", id(&app, &ada.email));
        let action = format!("{page}/role");
        let done = root.browser.submit(&page, &action, &[("role", "support")]).await;
        done.assert_leads_to(&page);
        assert_eq!(column(&app, "role", &ada.email).as_deref(), Some("support"));
        assert_eq!(app.events("account.role-changed"), 1);
        ada.browser.get("/account").await.assert_status(303);
        let letters = app.letters_to(&ada.email).await;
        assert!(letters.iter().any(|letter| letter.0.subject.contains("role was changed")));
        // The proof was used up, and nothing is done without another.
        let again = root.browser.submit(&page, &action, &[("role", "member")]).await;
        assert!(again.location().starts_with("/account/step-up?next="), "{}", again.location());
        assert_eq!(column(&app, "role", &ada.email).as_deref(), Some("support"));
        prove(&app, &mut root).await;
        root.browser.submit(&page, &action, &[("role", "support")]).await.assert_status(409);
    }

    async fn asvs_7_4_2_disabling_ends_all_sessions_and_enabling_lets_in_again(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, mut ada) = (staff(&app, Role::Administrator).await, app.enrolled().await);
        let page = format!("/admin/members/{}", id(&app, &ada.email));
        press(&mut root, &page, &format!("{page}/disable")).await.assert_leads_to(&page);
        ada.browser.get("/account").await.assert_status(303);
        assert_eq!(column(&app, "state", &ada.email).as_deref(), Some("disabled"));
        press(&mut root, &page, &format!("{page}/enable")).await.assert_leads_to(&page);
        assert_eq!((app.events("account.disabled"), app.events("account.enabled")), (1, 1));
        let kinds: Vec<String> = app.written().into_iter().map(|(kind, _)| kind).collect();
        assert!(kinds.contains(&"account-disabled".to_owned()) && kinds.contains(&"account-enabled".to_owned()));
    }

    async fn asvs_7_4_5_all_sessions_of_a_member_are_ended(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, mut ada) = (staff(&app, Role::Administrator).await, app.enrolled().await);
        let page = format!("/admin/members/{}", id(&app, &ada.email));
        press(&mut root, &page, &format!("{page}/end-sessions")).await.assert_leads_to(&page);
        ada.browser.get("/account").await.assert_status(303);
        assert_eq!(app.events("sessions.ended-all"), 1);
    }

    async fn a_member_is_exported_and_deleted_and_the_log_stays(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, ada) = (staff(&app, Role::Administrator).await, app.enrolled().await);
        let id = id(&app, &ada.email);
        let (page, delete) = (format!("/admin/members/{id}"), format!("/admin/members/{id}/delete"));
        let file = press(&mut root, &page, &format!("{page}/export")).await;
        file.assert_ok();
        assert!(file.header("content-disposition").contains("attachment"));
        let document: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!(document["profile"]["email"], ada.email);
        assert_eq!(document["second_step"]["on"][0], "authenticator");
        assert!(!file.body.contains("argon2") && !file.body.contains("secret"), "{}", file.body);
        prove(&app, &mut root).await;
        let wrong = root.browser.submit(&delete, &delete, &[("confirm", "other@example.net")]).await;
        wrong.assert_status(422).assert_shows("another address");
        app.letters().await;
        root.browser.submit(&delete, &delete, &[("confirm", &ada.email)]).await.assert_leads_to("/admin/members");
        assert_eq!(column(&app, "role", &ada.email), None);
        assert_eq!(app.events("account.deleted"), 1);
        assert!(app.events("sign-in.succeeded") >= 2, "what happened stays told");
        assert_eq!(app.letters_to(&ada.email).await.len(), 1, "the owner is told");
    }

    async fn asvs_8_2_2_accounts_of_another_organisation_are_not_there(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        let page = format!("/admin/members/{}", foreign(&app).await);
        root.browser.get("/admin/members").await.assert_ok().assert_hides("foreign@example.com");
        root.browser.get(&page).await.assert_status(404);
        root.browser.get(&format!("{page}/delete")).await.assert_status(404);
        root.browser.get("/admin/members").await;
        for deed in ["disable", "enable", "end-sessions", "export"] {
            root.browser.post(&format!("{page}/{deed}"), &[]).await.assert_status(404);
        }
        root.browser.post(&format!("{page}/role"), &[("role", "support")]).await.assert_status(404);
        root.browser.post(&format!("{page}/delete"), &[("confirm", "foreign@example.com")]).await.assert_status(404);
        assert_eq!(column(&app, "state", "foreign@example.com").as_deref(), Some("active"));
        let searched = root.browser.get("/admin/audit?account=foreign%40example.com").await;
        searched.assert_status(422).assert_shows("Nobody in this organisation");
    }

    async fn invitations_are_sent_used_once_and_withdrawn(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        app.letters().await;
        let form = [("email", "Grace@example.org"), ("role", "member")];
        let page = "/admin/invitations";
        root.browser.submit(page, page, &form).await.assert_leads_to(page);
        let first = app.letters_to("Grace@example.org").await.remove(0).links().remove(0);
        // Another one takes the place of the first.
        let shown = root.browser.get(page).await;
        shown.assert_shows("Grace@example.org");
        let resend = shown.page().forms().into_iter().find(|form| form.action.ends_with("/resend")).unwrap();
        root.browser.send_form(&shown, &resend.action, &[]).await.assert_leads_to(page);
        let second = app.letters_to("Grace@example.org").await.remove(0).links().remove(0);
        let mut grace = app.browser();
        grace.open(&first).await.assert_hides("new-password");
        let opened = grace.open(&second).await;
        let fields = [("display_name", "Grace"), ("password", &*password_of(90_002))];
        grace.send_form(&opened, "/link", &fields).await.assert_status(303);
        assert!(column(&app, "email_verified_at", "Grace@example.org").is_some(), "the letter showed the mailbox");
        // Whoever has an account is not invited again.
        let taken = root.browser.submit(page, page, &form).await;
        taken.assert_status(422);
        let other = [("email", "hedy@example.org"), ("role", "support")];
        root.browser.submit(page, page, &other).await.assert_leads_to(page);
        // To invite staff has used the proof up.
        prove(&app, &mut root).await;
        let shown = root.browser.get(page).await;
        let withdraw = shown.page().forms().into_iter().find(|form| form.action.ends_with("/withdraw")).unwrap();
        root.browser.send_form(&shown, &withdraw.action, &[]).await.assert_leads_to(page);
        root.browser.get(page).await.assert_hides("hedy@example.org");
        root.browser.get(page).await;
        root.browser.post(&withdraw.action, &[]).await.assert_status(404);
        assert_eq!((app.events("member.invited"), app.events("invitation.withdrawn")), (3, 1));
    }

    async fn a_list_does_exactly_what_was_shown(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, ada) = (staff(&app, Role::Administrator).await, app.member().await);
        let list = format!("email;role\none@example.org\ntwo@example.org;support\n{}\n=1+1@example.org;king\none@example.org", ada.email);
        let page = "/admin/invitations";
        let (plan, send) = ("/admin/invitations/list", "/admin/invitations/list/send");
        let shown = root.browser.submit(page, plan, &[("list", &list)]).await;
        shown.assert_ok().assert_shows("2 people would be invited").assert_shows("'=1+1@example.org");
        shown.assert_shows("Has an account already").assert_shows("stands in line 2");
        assert_eq!(app.events("member.invited"), 0, "nothing was sent yet");
        // Something changes before it is agreed to: nothing is done, and it is shown again.
        let new = [("email", "one@example.org"), ("role", "member")];
        root.browser.submit(page, page, &new).await.assert_status(303);
        let changed = root.browser.send_form(&shown, send, &[("list", &list)]).await;
        changed.assert_status(409).assert_shows("Nothing was sent").assert_shows("1 person would be invited");
        assert_eq!(app.events("member.invited"), 1);
        root.browser.send_form(&changed, send, &[("list", &list)]).await.assert_leads_to(page);
        assert_eq!(app.events("member.invited"), 2);
        assert_eq!(app.letters_to("two@example.org").await.len(), 1);
        prove(&app, &mut root).await;
        let again = root.browser.submit(page, plan, &[("list", &list)]).await;
        again.assert_shows("Nobody would be invited");
        assert!(again.page().form(send).is_none());
    }

    async fn asvs_1_2_10_the_log_is_exported_for_parsers_and_no_cell_is_a_formula(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        let renamed = app.operator();
        let org = policy::default_organisation(&renamed).await.unwrap();
        organisation::change(&renamed, &member::Doer::Operator, org.id, "=HYPERLINK(\"x\")", "").await.unwrap();
        let shown = root.browser.get("/admin/audit").await;
        shown.assert_shows("Name or look of the organisation changed");
        let csv = export(&mut root, &shown, "csv").await;
        csv.assert_ok();
        let rows = countersign_core::csv::read(&csv.body).unwrap();
        assert!(rows.len() > 3 && rows.iter().all(|row| row.cells.len() == 11));
        assert!(!rows.iter().flat_map(|row| &row.cells).any(|cell| cell.starts_with(['=', '+', '-', '@'])));
        export(&mut root, &shown, "json").await.assert_status(303);
        prove(&app, &mut root).await;
        let shown = root.browser.get("/admin/audit").await;
        let json = export(&mut root, &shown, "json").await;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json.body).unwrap();
        assert_eq!(rows.iter().filter(|row| row["event"] == "audit.exported").count(), 2);
        assert_eq!(app.events("audit.exported"), 2);
    }

    async fn a_chain_that_somebody_changed_is_told(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        app.seal().await;
        let verify = "/admin/audit/verify";
        root.browser.submit("/admin/audit", verify, &[]).await.assert_shows("The log is whole");
        match kind {
            crate::support::Kind::Sqlite => app.place.run(
                "DROP TRIGGER audit_update; UPDATE audit SET address = '203.0.113.9' WHERE event = 'authenticator.added'",
            ),
            crate::support::Kind::Postgres => app.place.run(
                "ALTER TABLE audit DISABLE TRIGGER USER; UPDATE audit SET address = '203.0.113.9' \
                 WHERE event = 'authenticator.added'",
            ),
        }
        root.browser.submit("/admin/audit", verify, &[]).await.assert_shows("does not fit its seal number 1");
        assert_eq!(app.events("audit.verified"), 2);
    }
}

async fn export(root: &mut Person<'_>, shown: &Answer, form: &str) -> Answer {
    let forms = shown.page().forms().into_iter();
    let wanted = ("form".to_owned(), form.to_owned());
    let form =
        forms.into_iter().find(|one| one.action == "/admin/audit/export" && one.fields.contains(&wanted));
    root.browser.post_body("/admin/audit/export", &form.unwrap().encode()).await
}

const PAGES: [&str; 7] = [
    "/admin",
    "/admin/members",
    "/admin/invitations",
    "/admin/audit",
    "/admin/couriers",
    "/admin/organisation",
    "/admin/adoption",
];

#[tokio::test]
async fn asvs_8_2_1_administration_is_for_administrators_alone() {
    let app = TestApp::start().await;
    let (mut agent, mut root) = (staff(&app, Role::Support).await, staff(&app, Role::Administrator).await);
    let mut ada = app.enrolled().await;
    let mut refused = 0;
    for page in PAGES {
        root.browser.get(page).await.assert_ok();
        assert!(app.browser().get(page).await.location().starts_with("/sign-in"));
        for person in [&mut agent, &mut ada] {
            person.browser.get(page).await.assert_status(403);
            refused += 1;
        }
    }
    assert_eq!(app.events("authorisation.refused"), refused, "every refusal leaves one row");
    let page = format!("/admin/members/{}", id(&app, &ada.email));
    for person in [&mut agent, &mut ada] {
        person.browser.get("/account/security").await;
        for deed in ["disable", "enable", "export", "end-sessions"] {
            person.browser.post(&format!("{page}/{deed}"), &[]).await.assert_status(403);
        }
        person.browser.post("/admin/audit/verify", &[]).await.assert_status(403);
    }
    root.browser.get("/account").await.assert_shows("Administration").assert_shows("Support desk");
    ada.browser.get("/account").await.assert_hides("/admin");
}

#[tokio::test]
async fn d_12_nobody_acts_on_themselves_or_their_equals_and_one_administrator_stays() {
    let app = TestApp::start().await;
    let (mut root, mut second) =
        (staff(&app, Role::Administrator).await, staff(&app, Role::Administrator).await);
    for email in [root.email.clone(), second.email.clone()] {
        let page = format!("/admin/members/{}", id(&app, &email));
        root.browser.get(&page).await.assert_ok().assert_shows("You cannot change your own account");
        root.browser.post(&format!("{page}/role"), &[("role", "member")]).await.assert_status(403);
        root.browser.post(&format!("{page}/disable"), &[]).await.assert_status(403);
    }
    second.browser.get("/admin").await.assert_ok();
    // The operator may, as long as one is left.
    let operator = app.operator();
    let facts = admin::facts(&operator, &second.email).await.unwrap();
    member::change_role(&operator, &member::Doer::Operator, facts.account.id, Role::Member).await.unwrap();
    second.browser.get("/admin").await.assert_status(303);
    let last = admin::facts(&operator, &root.email).await.unwrap().account.id;
    let kept = member::change_role(&operator, &member::Doer::Operator, last, Role::Member).await;
    assert!(
        matches!(kept, Err(countersign::flow::FlowError::Conflict(text)) if text.key == "member-last-administrator")
    );
    assert!(admin::set_state(&operator, &root.email, member::AccountState::Disabled).await.is_err());
    assert!(member::delete(&operator, &member::Doer::Operator, last, &root.email).await.is_err());
}

#[tokio::test]
async fn asvs_7_5_3_a_deed_needs_a_fresh_proof() {
    let app = TestApp::start().await;
    let (mut root, ada) = (staff(&app, Role::Administrator).await, app.enrolled().await);
    app.turn(Duration::from_mins(6));
    let page = format!("/admin/members/{}", id(&app, &ada.email));
    let refused = press(&mut root, &page, &format!("{page}/disable")).await;
    assert!(refused.location().starts_with("/account/step-up?next=%2Fadmin%2Fmembers%2F"));
    assert_eq!(column(&app, "state", &ada.email).as_deref(), Some("active"));
    let refused = root
        .browser
        .submit("/admin/invitations", "/admin/invitations", &[("email", "a@example.org"), ("role", "member")])
        .await;
    refused.assert_status(403).assert_shows("Nothing was done: confirm first");
    assert!(refused.body.contains("a@example.org"), "what was typed is kept");
    assert!(refused.page().links_to("/account/step-up?next=%2Fadmin%2Finvitations"));
    assert_eq!(app.events("member.invited"), 0);
}

#[tokio::test]
async fn the_colour_of_an_organisation_can_be_read_everywhere() {
    let app = TestApp::start().await;
    let mut root = staff(&app, Role::Administrator).await;
    let page = "/admin/organisation";
    let bright = [("name", "Nordlicht"), ("accent", "#ffd500")];
    root.browser.submit(page, page, &bright).await.assert_status(422).assert_shows("The nearest that can");
    let good = [("name", "Nordlicht"), ("accent", "#7D3A6C")];
    root.browser.submit(page, page, &good).await.assert_leads_to(page);
    let home = root.browser.get("/account").await;
    home.assert_shows("Nordlicht");
    assert!(home.body.contains("/assets/accent-7d3a6c.css"));
    let sheet = root.browser.get("/assets/accent-7d3a6c.css").await;
    assert!(sheet.assert_ok().body.contains("--accent-light:#7d3a6c"));
    app.browser().get("/sign-in").await.assert_shows("Nordlicht");
    for none in ["accent-ffd500.css", "accent-zzzzzz.css", "accent-.css"] {
        root.browser.get(&format!("/assets/{none}")).await.assert_status(404);
    }
    assert_eq!(app.events("organisation.changed"), 1);
}

#[tokio::test]
async fn a_test_letter_goes_to_whoever_asks_for_it() {
    let app = TestApp::start().await;
    let mut root = staff(&app, Role::Administrator).await;
    app.letters().await;
    press(&mut root, "/admin/couriers", "/admin/couriers/test").await.assert_leads_to("/admin/couriers");
    assert_eq!(app.letters_to(&root.email).await.len(), 1);
    root.browser.get("/admin/couriers").await.assert_shows("working");
    let silent = TestApp::without_mail().await;
    let mut root = staff(&silent, Role::Administrator).await;
    let shown = root.browser.get("/admin/couriers").await;
    shown.assert_shows("not set up");
    assert!(shown.page().form("/admin/couriers/test").is_none());
}

#[tokio::test]
async fn without_mail_an_invitation_is_handed_over_and_a_closed_organisation_makes_none() {
    let app = TestApp::without_mail().await;
    let mut root = staff(&app, Role::Administrator).await;
    let page = "/admin/invitations";
    let form = [("email", "grace@example.org"), ("role", "member")];
    root.browser.submit(page, page, &form).await.assert_ok().assert_shows("/link/");
    policy::set_sign_up(&app.operator(), None, SignUp::Closed, "test").await.unwrap();
    root.browser.submit(page, page, &form).await.assert_status(422);
    assert_eq!(app.events("member.invited"), 1);
}

#[tokio::test]
async fn adoption_is_drawn_from_what_was_counted_each_day() {
    let app = TestApp::start().await;
    let mut root = staff(&app, Role::Administrator).await;
    root.browser.get("/admin/adoption").await.assert_shows("No figures yet");
    for _ in 0..2 {
        adoption::take(&app.app.call(Actor::System, "job")).await.unwrap();
    }
    let shown = root.browser.get("/admin/adoption?days=30").await;
    shown.assert_ok().assert_shows("1 (100 %)");
    assert!(shown.body.contains("<svg class=\"chart\"") && shown.body.contains("<table"));
}

#[tokio::test]
async fn members_are_searched_and_filtered() {
    let app = TestApp::start().await;
    let mut root = staff(&app, Role::Administrator).await;
    let (with, without) = (app.enrolled().await, app.member().await);
    let shown = root.browser.get("/admin/members?second_step=none&role=member").await;
    shown.assert_ok().assert_shows(&without.email).assert_hides(&with.email);
    let shown = root.browser.get(&format!("/admin/members?q={}", &with.email[..8])).await;
    shown.assert_shows(&with.email);
    root.browser.get("/admin/members?q=%25").await.assert_shows("Nobody fits");
    root.browser.get("/admin/members?organisation_id=1").await.assert_status(400);
    root.browser.get("/admin/audit?event=authenticator.added").await.assert_ok();
    root.browser.get("/admin/audit?from=yesterday").await.assert_status(422);
}
