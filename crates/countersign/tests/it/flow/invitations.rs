//! Invitations: who may make staff of a stranger, for how long that word holds, and what they tell of others.

use std::time::Duration;

use countersign::flow::member::{self, AccountState, Doer};
use countersign_core::id::AccountId;
use countersign_core::role::Role;
use serde_json::{Value, json};

use super::suspensions::{One, staff};
use crate::support::{Answer, TestApp, Told, password_of};

const LIST: &str = "/organisation/invitations/list";

async fn invite(root: &mut One<'_>, email: &str, role: &str) -> Told {
    root.client.post("/organisation/invitations", json!({"email": email, "role": role})).await
}

async fn link_to(app: &TestApp, email: &str) -> String {
    app.letters_to(email).await.remove(0).links().remove(0)
}

async fn accept(app: &TestApp, link: &str) -> Answer {
    let mut browser = app.browser();
    browser.get(link).await;
    let fields = [("display_name", "Grace"), ("password", &*password_of(91_000))];
    browser.submit("/link", "/link", &fields).await
}

/// The outcomes of a list's lines, and what agrees to exactly that.
async fn plan(root: &mut One<'_>, list: &str) -> (Vec<String>, Value) {
    let told = root.client.post(LIST, json!({"list": list})).await.is(200);
    let lines = told["lines"].as_array().unwrap().iter();
    (lines.map(|line| line["outcome"].as_str().unwrap().to_owned()).collect(), told["mark"].clone())
}

on_both! {
    async fn d_7_inviting_staff_uses_the_proof_up_and_inviting_members_does_not(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        root.prove().await;
        for email in ["a@example.org", "b@example.org"] {
            invite(&mut root, email, "member").await.is(200);
        }
        invite(&mut root, "c@example.org", "administrator").await.is(200);
        invite(&mut root, "d@example.org", "support").await.refused(403, "step-up-needed");
        assert_eq!(app.events("member.invited"), 3);
        // A list with somebody of the staff in it uses the proof up once, however long it is.
        root.prove().await;
        let people: Vec<String> = (0..120).map(|n| format!("list{n}@example.org")).collect();
        let list = format!("{}\nboss@example.org;support", people.join("\n"));
        let (_, mark) = plan(&mut root, &list).await;
        let send = json!({"list": list, "mark": mark});
        assert_eq!(root.client.post(LIST, send.clone()).await.is(200)["sent"], 121);
        root.client.post(LIST, send).await.refused(403, "step-up-needed");
        // Sending it again is inviting again.
        root.prove().await;
        let made = invite(&mut root, "boss2@example.org", "support").await.is(200);
        root.prove().await;
        let again = |made: &Value| format!("/organisation/invitations/{}/resend", made["id"].as_str().unwrap());
        let made = root.client.press(&again(&made)).await.is(200);
        root.client.press(&again(&made)).await.refused(403, "step-up-needed");
    }

    async fn c_8_an_invitation_to_the_staff_falls_with_whoever_made_it(kind) {
        let app = TestApp::on(kind).await;
        let _boss = staff(&app, Role::Administrator).await;
        for (at, fall) in ["role", "disabled", "deleted"].into_iter().enumerate() {
            let mut root = staff(&app, Role::Administrator).await;
            root.prove().await;
            let (member, agent) = (format!("m{at}@example.org"), format!("s{at}@example.org"));
            invite(&mut root, &member, "member").await.is(200);
            let to_member = link_to(&app, &member).await;
            invite(&mut root, &agent, "support").await.is(200);
            let to_agent = link_to(&app, &agent).await;
            let mut opened = app.browser();
            opened.open(&to_agent).await.assert_ok();
            let id: AccountId = root.id.parse().unwrap();
            let (call, doer) = (app.operator(), Doer::Operator);
            match fall {
                "role" => member::change_role(&call, &doer, id, Role::Support).await.unwrap(),
                "disabled" => member::set_state(&call, &doer, id, AccountState::Disabled).await.unwrap(),
                _ => member::delete(&call, &doer, id, &root.client.email).await.unwrap(),
            }
            let fields = [("display_name", "Eve"), ("password", &*password_of(91_001))];
            let open = format!("SELECT COUNT(*) FROM link WHERE email = '{agent}' AND spent_at IS NULL");
            assert_eq!(app.place.number(&open), 0, "{fall}: it is no longer listed either");
            let noted = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%invitations_ended%'";
            assert_eq!(app.place.number(noted), i64::try_from(at).unwrap() + 1, "{fall}");
            opened.get("/link").await.assert_status(410);
            opened.post("/link", &fields).await.assert_status(410);
            app.browser().open(&to_agent).await.assert_status(410);
            accept(&app, &to_member).await.assert_status(303);
            if fall == "disabled" {
                member::set_state(&call, &doer, id, AccountState::Active).await.unwrap();
                app.browser().open(&to_agent).await.assert_status(410);
            }
            let there = format!("SELECT COUNT(*) FROM account WHERE email IN ('{member}', '{agent}')");
            assert_eq!(app.place.number(&there), 1, "{fall}");
        }
    }

    /// What has changed past every deed counts as well: the inviter is looked at when the link is used.
    async fn c_8_whoever_invited_is_judged_when_the_invitation_is_used(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        root.prove().await;
        invite(&mut root, "s@example.org", "support").await.is(200);
        let link = link_to(&app, "s@example.org").await;
        let set = |what: &str| app.place.run(&format!("UPDATE account SET {what} WHERE email = '{}'", root.client.email));
        for (fallen, back) in [("role = 'support'", "role = 'administrator'"), ("state = 'disabled'", "state = 'active'")] {
            let mut opened = app.browser();
            let form = opened.open(&link).await;
            set(fallen);
            let fields = [("display_name", "Eve"), ("password", &*password_of(91_004))];
            opened.send_form(&form, "/link", &fields).await.assert_status(410);
            set(back);
        }
        accept(&app, &link).await.assert_status(303);
        assert_eq!(app.place.text("SELECT role FROM account WHERE email = 's@example.org'").unwrap(), "support");
    }

    async fn asvs_8_2_2_somebody_of_another_organisation_is_invited_like_anybody(kind) {
        let app = TestApp::on(kind).await;
        app.foreign(&["foreign@example.com", "foreign2@example.com"]).await;
        let mut root = staff(&app, Role::Administrator).await;
        root.prove().await;
        app.letters().await;
        let list = format!("foreign@example.com\nnew@example.org\n{}", root.client.email);
        let (outcomes, mark) = plan(&mut root, &list).await;
        assert_eq!(outcomes, ["invite", "invite", "has-account"]);
        assert_eq!(root.client.post(LIST, json!({"list": list, "mark": mark})).await.is(200)["sent"], 2);
        assert_eq!(plan(&mut root, &list).await.0, ["invited-already", "invited-already", "has-account"]);
        let mut told = Vec::new();
        for email in ["foreign2@example.com", "new2@example.org"] {
            let mut one = invite(&mut root, email, "member").await.is(200);
            one.as_object_mut().unwrap().remove("id");
            told.push(one);
        }
        assert_eq!(told[0], told[1]);
        let own = root.client.email.clone();
        invite(&mut root, &own, "member").await.refused(422, "invalid");
        let waiting = root.client.get("/organisation/invitations").await.is(200);
        assert_eq!(waiting["items"].as_array().unwrap().len(), 4);
        let mut letters = app.letters().await;
        letters.sort_by_key(|letter| letter.0.to.as_str().to_owned());
        let to: Vec<&str> = letters.iter().map(|letter| letter.0.to.as_str()).collect();
        let all = ["foreign2@example.com", "foreign@example.com", "new2@example.org", "new@example.org"];
        assert_eq!(to, all, "their number tells nothing");
        for (letter, links) in letters.iter().zip([0, 0, 1, 1]) {
            assert_eq!(letter.links().len(), links, "nobody is asked to make a second account");
            assert_eq!(letter.0.text.contains("You already have an account"), links == 0);
        }
        // Nor does it when it is done again within the hour.
        for email in ["foreign2@example.com", "new2@example.org"] {
            invite(&mut root, email, "member").await.is(200);
            assert_eq!(app.letters_to(email).await.len(), 1);
        }
        let written: Vec<_> = app.written().into_iter().filter(|(kind, _)| kind.starts_with("invitation")).collect();
        assert_eq!(written, [("invitation".to_owned(), 3), ("invitation-taken".to_owned(), 3)]);
    }

    async fn asvs_15_4_2_the_same_list_twice_at_once_invites_once(kind) {
        let app = TestApp::on(kind).await;
        let mut both = (staff(&app, Role::Administrator).await, staff(&app, Role::Administrator).await);
        both.0.prove().await;
        both.1.prove().await;
        let people: Vec<String> = (0..40).map(|n| format!("list{n}@example.org")).collect();
        let list = people.join("\n");
        let (_, mark) = plan(&mut both.0, &list).await;
        let posted = json!({"list": list, "mark": mark});
        let told = tokio::join!(both.0.client.post(LIST, posted.clone()), both.1.client.post(LIST, posted.clone()));
        let mut sent: Vec<Value> = vec![told.0.is(200)["sent"].clone(), told.1.is(200)["sent"].clone()];
        sent.sort_by_key(Value::is_null);
        assert_eq!(sent, [json!(40), Value::Null]);
        assert_eq!(app.events("member.invited"), 40);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM link WHERE purpose = 'invitation'"), 40);
        assert_eq!(app.letters().await.iter().filter(|letter| letter.0.to.as_str().starts_with("list")).count(), 40);
    }

    async fn d_3_nobody_fills_a_mailbox_with_invitations(kind) {
        let app = TestApp::on(kind).await;
        let mut root = staff(&app, Role::Administrator).await;
        root.prove().await;
        // What anybody else has sent there counts for itself.
        app.browser().sign_up("far@example.org", &password_of(91_003)).await.assert_ok();
        for _ in 0..5 {
            invite(&mut root, "far@example.org", "member").await.is(200);
        }
        let told = invite(&mut root, "far@example.org", "member").await;
        assert!(told.retry_after.unwrap() >= 3600);
        told.refused(429, "too-many");
        let open = root.client.get("/organisation/invitations").await.is(200);
        let again = format!("/organisation/invitations/{}/resend", open["items"][0]["id"].as_str().unwrap());
        root.client.press(&again).await.refused(429, "too-many");
        invite(&mut root, "near@example.org", "member").await.is(200);
        let withdraw = format!("/organisation/invitations/{}", open["items"][0]["id"].as_str().unwrap());
        root.client.ask("DELETE", &withdraw, None).await.is(204);
        let (outcomes, _) = plan(&mut root, "far@example.org\nother@example.org").await;
        assert_eq!(outcomes, ["fault", "invite"]);
        assert_eq!(app.letters_to("far@example.org").await.len(), 6);
        app.turn(Duration::from_hours(1));
        root.enter().await;
        invite(&mut root, "far@example.org", "member").await.is(200);
    }
}

/// A long list goes out a hundred at a time. Somebody invites one of the second hundred meanwhile: the first stays sent, and
/// the rest is shown as it stands.
#[tokio::test]
async fn a_list_that_changes_on_the_way_tells_how_many_went() {
    let app = TestApp::start().await;
    let mut root = staff(&app, Role::Administrator).await;
    root.prove().await;
    app.invites_meanwhile();
    let people: Vec<String> = (0..120).map(|n| format!("list{n}@example.org")).collect();
    let list = people.join("\n");
    let (_, mark) = plan(&mut root, &list).await;
    let told = root.client.post(LIST, json!({"list": list, "mark": mark})).await.is(200);
    assert_eq!(told["sent"], 100);
    let outcomes: Vec<&str> =
        told["lines"].as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "invite").count(), 19);
    assert_eq!(outcomes[119], "invited-already");
    assert_eq!(app.events("member.invited"), 100, "of the second hundred nobody was invited");
    // Nothing of it was charged either: the rest can be agreed to.
    app.place.run("DROP TRIGGER meanwhile");
    let rest = json!({"list": list, "mark": told["mark"]});
    assert_eq!(root.client.post(LIST, rest).await.is(200)["sent"], 19);
    assert_eq!(
        app.letters().await.iter().filter(|letter| letter.0.to.as_str().starts_with("list")).count(),
        119
    );
}

#[tokio::test]
async fn a_list_without_mail_is_refused_as_nobody_could_have_its_links() {
    let app = TestApp::without_mail().await;
    let mut root = staff(&app, Role::Administrator).await;
    root.prove().await;
    root.client.post(LIST, json!({"list": "a@example.org"})).await.refused(409, "conflict");
    let send = json!({"list": "a@example.org", "mark": "00"});
    root.client.post(LIST, send).await.refused(409, "conflict");
    assert_eq!(app.events("member.invited"), 0);
    assert!(invite(&mut root, "a@example.org", "member").await.is(200)["link_token"].is_string());
}
