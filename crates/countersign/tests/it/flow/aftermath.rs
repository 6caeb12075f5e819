//! What survives nothing: factors, providers, sessions and tokens of whoever was let in wrongly (ALL-3, ALL-4, APP-9).

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::flow::member::{self, AccountState, Doer};
use countersign::flow::{admin, sso};
use countersign_core::policy::TrustedClaims;
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use serde_json::json;

use super::suspensions::{app_on, offers, one, staff, wanted};
use crate::support::{Idp, Options, SET_UP, TestApp, come_back, password_of};

const SECURITY: &str = "/account/security";
const LINK: &str = "/account/security/sso/corp/link";

on_both! {
    async fn app_9_stop_this_takes_away_what_was_enrolled_meanwhile_and_locks_changes(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        app.letters().await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let letters = app.letters_to(&ada.client.email).await;
        let started = letters.iter().find(|letter| letter.0.subject.starts_with("Your second step is suspended"));
        let stop = started.unwrap().links().remove(0);
        let code = desk.code(&ada.id).await;
        let mut thief = ada.client.elsewhere();
        thief.sign_in().await.is(200);
        thief.answer(&code).await.is(200);
        let (phone, _) = thief.enrol_as("Thief").await;
        thief.make_key().await;
        assert_eq!((app.place.count("authenticator"), app.place.count("recovery_key")), (3, 1));
        // Another suspension after it makes the link no weaker.
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let mut browser = app.browser();
        browser.open(&stop).await.assert_ok();
        browser.submit("/link", "/link", &[]).await.assert_ok().assert_shows("The suspension is over");
        assert!(!thief.is_in().await);
        let left = format!("SELECT COUNT(*) FROM authenticator WHERE account_id = (SELECT id FROM account WHERE email = '{}')", ada.client.email);
        assert_eq!((app.place.number(&left), app.place.count("recovery_key")), (1, 0));
        assert_eq!((app.events("authenticator.removed"), app.events("recovery-key.voided")), (1, 1));
        thief.sign_in().await.is(200);
        assert_eq!(offers(&mut thief).await, ["authenticator"]);
        thief.answer(&phone.fresh(&app)).await.refused(401, "wrong-code");
        // The owner's own device still opens the account, and nothing can be changed before the password is a new one.
        ada.enter().await;
        let change = json!({"present_password": ada.client.password, "new_password": password_of(93_001)});
        ada.client.post("/account/password", change).await.refused(403, "forbidden");
        ada.client.press("/authenticators").await.refused(403, "forbidden");
    }

    /// Long after a suspension whoever reads the mailbox stops it: with the lost device away, the new one is all there is.
    async fn app_9_stop_this_never_leaves_an_account_to_the_mailbox(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        let email = ada.client.email.clone();
        let lost = ada.client.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        app.letters().await;
        let told = desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let letters = app.letters_to(&email).await;
        let started = letters.iter().find(|letter| letter.0.subject.starts_with("Your second step is suspended"));
        let stop = started.unwrap().links().remove(0);
        ada.client.sign_in().await.is(200);
        ada.client.answer(told["support_code"]["code"].as_str().unwrap()).await.is(200);
        let (phone, _) = ada.client.enrol_as("New phone").await;
        desk.prove().await;
        let path = format!("/support/accounts/{}/remove-factor", ada.id);
        desk.client.post(&path, json!({"factor": lost, "reason": "lost"})).await.is(204);
        app.turn(Duration::from_hours(60));
        ada.phone = phone;
        ada.enter().await;
        app.letters().await;

        let (mut thief, forgot) = (app.browser(), "/forgot-password");
        thief.open(&stop).await.assert_ok();
        thief.submit("/link", "/link", &[]).await.assert_ok().assert_shows("nobody can sign in to it now");
        assert!(!ada.client.is_in().await);
        assert_eq!(app.events("account.disabled"), 1);
        let told = app.letters_to(&email).await;
        assert!(told.iter().any(|letter| letter.0.subject.starts_with("Your account was disabled")));
        thief.submit(forgot, forgot, &[("email", &email)]).await.assert_ok();
        assert!(app.letters_to(&email).await.is_empty(), "no new password by mail");
        assert_ne!(ada.client.elsewhere().sign_in().await.status, 200);

        // An administrator who has found out who it is lets the owner begin again.
        member::set_state(&app.operator(), &Doer::Operator, ada.id.parse().unwrap(), AccountState::Active).await.unwrap();
        app.letters().await;
        let mut owner = app.browser();
        owner.submit(forgot, forgot, &[("email", &email)]).await.assert_ok();
        let link = app.letters_to(&email).await[0].links().remove(0);
        owner.get(&link).await;
        owner.submit("/link", "/link", &[("password", &password_of(93_011))]).await.assert_status(303);
        owner.enrol("Third phone").await;
    }

    /// An invitation to the staff that whoever was in has made is a way back in.
    async fn c_8_this_was_not_me_and_the_operators_reset_end_invitations_to_the_staff(kind) {
        let app = TestApp::on(kind).await;
        for (at, by_operator) in [false, true].into_iter().enumerate() {
            let mut root = staff(&app, Role::Administrator).await;
            root.prove().await;
            let mut links = Vec::new();
            for role in ["member", "support"] {
                let email = format!("{role}{at}@example.org");
                let body = json!({"email": email, "role": role});
                root.client.post("/organisation/invitations", body).await.is(200);
                links.push(app.letters_to(&email).await.remove(0).links().remove(0));
            }
            let mut owner = app.browser();
            if by_operator {
                let (reset, _) = admin::reset_link(&app.operator(), &root.client.email).await.unwrap();
                owner.open(&format!("/link/{}", &*reset.reveal())).await.assert_ok();
                let password = password_of(93_012);
                owner.submit("/link", "/link", &[("password", &password)]).await.assert_leads_to("/second-step");
            } else {
                root.client = root.client.elsewhere();
                root.enter().await;
                let letters = app.letters_to(&root.client.email).await;
                let not_me = letters.iter().find(|letter| !letter.links().is_empty()).unwrap().links().remove(0);
                owner.open(&not_me).await.assert_ok();
                owner.submit("/link", "/link", &[]).await.assert_status(303);
            }
            app.browser().open(&links[1]).await.assert_status(410);
            app.browser().open(&links[0]).await.assert_ok();
            assert_eq!(app.events("invitation.withdrawn"), i64::try_from(at).unwrap() + 1);
        }
    }

    async fn app_9_a_new_role_ends_a_suspension(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let code = desk.code(&ada.id).await;
        let id = ada.id.parse().unwrap();
        member::change_role(&app.operator(), &Doer::Operator, id, Role::Support).await.unwrap();
        let lifted = "SELECT COUNT(*) FROM suspension WHERE lifted_at IS NOT NULL AND lifted_by = 'role-changed'";
        assert_eq!(app.place.number(lifted), 1);
        ada.client.sign_in().await.is(200);
        assert_eq!(offers(&mut ada.client).await, ["authenticator"]);
        ada.client.answer(&code).await.refused(422, "invalid");
        assert!(!ada.client.is_in().await);
    }

    async fn d_12_what_staff_write_for_each_other_leaves_with_no_member(kind) {
        let app = app_on(kind).await;
        let (mut root, mut desk) = (staff(&app, Role::Administrator).await, staff(&app, Role::Support).await);
        let mut ada = one(&app).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        desk.client.ask("DELETE", &format!("/support/accounts/{}/suspension", ada.id), None).await.is(204);
        root.prove().await;
        let export = root.client.press(&format!("/organisation/members/{}/export", ada.id)).await.is(200);
        ada.enter().await;
        let own = ada.client.get("/activity").await.is(200);
        for told in [export.to_string(), own.to_string()] {
            assert!(told.contains("suspension.started"), "{told}");
            for hidden in ["called back", "identity_proof", "asked_by", &desk.id, &desk.client.browser.address] {
                assert!(!told.contains(hidden), "{hidden} in {told}");
            }
        }
        // Whoever looks into it reads all of it.
        let log = root.client.get("/organisation/audit?event=suspension.started").await.is(200).to_string();
        assert!(log.contains("called back") && log.contains(&desk.client.browser.address), "{log}");
    }

    async fn all_3_this_was_not_me_unlinks_providers(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut person = app.member().await;
        let back = idp.go(&mut person.browser, SECURITY, LINK).await;
        come_back(&mut person.browser, &back).await.assert_leads_to(SECURITY);
        assert_eq!(app.place.count("sso_identity"), 1);
        let letters = app.letters_to(&person.email).await;
        let told = letters.iter().find(|letter| letter.0.subject.contains("A way to sign in was added"));
        let mut browser = app.browser();
        browser.open(&told.unwrap().links().remove(0)).await.assert_ok();
        browser.submit("/link", "/link", &[]).await.assert_status(303);
        assert_eq!(app.place.count("sso_identity"), 0);
        assert!(!person.browser.is_in().await);
    }

    async fn key_8_a_recovery_unlinks_providers(kind) {
        let options = Options { kind, preset: Preset::EmailWithRecoveryKey, ..Idp::options() };
        let app = TestApp::with(options).await;
        let idp = Idp::of(&app).await;
        let (mut ada, key) = app.client_with_key().await;
        let back = idp.go(&mut ada.browser, SECURITY, LINK).await;
        come_back(&mut ada.browser, &back).await.assert_leads_to(SECURITY);
        assert_eq!(app.place.count("sso_identity"), 1);
        let mut lost = ada.elsewhere();
        lost.sign_in().await.is(200);
        lost.answer_by("recovery-key", &key).await.is(200);
        assert_eq!(app.place.count("sso_identity"), 0, "whoever had the phone may have linked it");
    }

    async fn all_4_no_reset_goes_round_a_provider(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut person = app.member().await;
        let back = idp.go(&mut person.browser, SECURITY, LINK).await;
        come_back(&mut person.browser, &back).await.assert_leads_to(SECURITY);
        let asked = async || {
            let page = "/forgot-password";
            app.browser().submit(page, page, &[("email", &person.email)]).await.assert_ok();
            app.letters_to(&person.email).await.into_iter().find(|one| one.0.subject.contains("password"))
        };
        let early = asked().await.expect("a letter").links().remove(0);
        let by_operator = format!("/link/{}", *admin::reset_link(&app.operator(), &person.email).await.unwrap().0.reveal());
        app.rules(|rules| rules.password_sign_in = false).await;
        let hash = "SELECT password_hash FROM account WHERE password_hash IS NOT NULL";
        let before = app.place.text(hash);
        for link in [early, by_operator] {
            let mut browser = app.browser();
            browser.get(&link).await;
            browser.post("/link", &[("password", &password_of(93_002))]).await;
            assert!(!browser.is_in().await);
        }
        assert_eq!(app.place.text(hash), before);
        assert_eq!(app.events("password.reset"), 0);
        assert!(asked().await.is_none(), "no letter with a link that opens nothing");
        // The provider does, and where it is off the password is again all there is.
        let off = sso::Changes { enabled: Some(false), ..sso::Changes::default() };
        sso::change(&app.operator(), sso::Which::Any("corp"), off).await.unwrap();
        let link = asked().await.expect("a letter").links().remove(0);
        let mut browser = app.browser();
        browser.get(&link).await;
        browser.submit("/link", "/link", &[("password", &password_of(93_003))]).await.assert_leads_to("/account/set-up");
    }

    async fn key_11_a_provider_that_is_switched_off_takes_along_what_it_opened(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let (mut browser, other) = (app.browser(), app.member().await);
        idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
        browser.enrol("Phone").await;
        let fields = [("name", "Backup script"), ("sessions:read", "on")];
        browser.submit("/account/api-tokens/new", "/account/api-tokens", &fields).await.assert_ok();
        let alive = "SELECT COUNT(*) FROM api_token WHERE ended_at IS NULL";
        assert!(browser.is_in().await && app.place.number(alive) == 1);
        let off = sso::Changes { enabled: Some(false), ..sso::Changes::default() };
        sso::change(&app.operator(), sso::Which::Any("corp"), off).await.unwrap();
        assert!(!browser.is_in().await);
        assert_eq!(app.place.number(alive), 0);
        assert_eq!(app.place.count("session"), 1, "others stay");
        drop(other);
    }

    async fn key_11_a_token_made_on_a_providers_word_has_no_class(kind) {
        let app = TestApp::with(Options { kind, ..Idp::options() }).await;
        let idp = Idp::of(&app).await;
        let mut browser = app.browser();
        idp.sign_in(&mut browser).await.assert_leads_to(SET_UP);
        let phone = browser.enrol("Phone").await;
        app.next_step();
        idp.follow(&app).await;
        app.rules(|rules| {
            let claims = TrustedClaims { amr: BTreeSet::from(["hwk".to_owned()]), ..TrustedClaims::default() };
            rules.trusted.insert("corp".to_owned(), claims);
            *rules = rules.clone().acknowledged();
        })
        .await;
        idp.set(json!({"amr": ["pwd", "hwk"]})).await;
        let mut trusted = app.browser();
        idp.sign_in(&mut trusted).await.assert_leads_to("/account");
        let fields = [("name", "Backup script"), ("sessions:read", "on")];
        trusted.step_up(&phone.fresh(&app)).await.assert_status(303);
        trusted.submit("/account/api-tokens/new", "/account/api-tokens", &fields).await.assert_ok();
        assert_eq!(app.place.text("SELECT class FROM api_token").unwrap(), "none");
    }
}

#[tokio::test]
async fn asvs_8_2_2_among_several_organisations_only_the_operator_gives_domains() {
    let app = TestApp::with(Idp::options()).await;
    let idp = Idp::start().await;
    idp.follow(&app).await;
    let mut root = staff(&app, Role::Administrator).await;
    let call = app.operator();
    countersign::flow::organisation::add(&call, "Other GmbH", "other").await.unwrap();
    let new = |slug: &str, domains: &[&str]| {
        json!({
            "slug": slug, "name": "Corp Login", "issuer": idp.issuer, "client_id": "countersign",
            "client_secret": crate::support::IDP_SECRET, "domains": domains, "jit": true, "button": true,
        })
    };
    root.prove().await;
    let told =
        root.client.post("/organisation/sso", new("corp", &["bank.example"])).await.refused(422, "invalid");
    assert_eq!(told["errors"][0]["code"], "sso-fault-domain-of-operator", "{told}");
    let made = root.client.post("/organisation/sso", new("corp", &[])).await.is(201);
    let path = format!("/organisation/sso/{}", made["id"].as_str().unwrap());
    root.prove().await;
    let wish = json!({"domains": ["bank.example"]});
    root.client.ask("PATCH", &path, Some(wish)).await.refused(422, "invalid");
    let given = sso::Changes { domains: Some(vec!["corp.example".to_owned()]), ..sso::Changes::default() };
    sso::change(&call, sso::Which::Any("corp"), given).await.unwrap();
    // What was given may be kept and given back.
    root.client.ask("PATCH", &path, Some(json!({"name": "Corp", "domains": ["corp.example"]}))).await.is(200);
    root.prove().await;
    root.client.ask("PATCH", &path, Some(json!({"domains": []}))).await.is(200);
}
