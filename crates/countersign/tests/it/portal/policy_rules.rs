//! The rules of the policy on their page: what cannot work is refused with its reason, and nothing is lost on the way.

use countersign::flow::policy;
use countersign_core::method::Method;
use countersign_core::policy::{Policy, TelegramStyle};
use countersign_core::preset::Preset;

use super::policy::{administrator, prove};
use crate::support::{Person, TestApp};

const POLICY: &str = "/admin/policy";
const REVIEW: &str = "/admin/policy/review";

async fn in_force(app: &TestApp) -> Policy {
    policy::current(&app.operator(), None).await.unwrap().1.policy
}

/// Fields of the page as a browser would send them, with some of them changed; `None` unticks.
async fn send(admin: &mut Person<'_>, changed: &[(&str, Option<&str>)]) -> crate::support::Answer {
    let shown = admin.browser.get(POLICY).await;
    let mut fields: Vec<(String, String)> =
        shown.form(REVIEW).fields.into_iter().filter(|field| field.0 != "csrf").collect();
    for (name, value) in changed {
        fields.retain(|field| field.0 != *name);
        fields.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    admin.browser.post(REVIEW, &fields).await
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_its_reason_and_nothing_changes() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    let before = in_force(&app).await;
    for (changed, reason) in [
        (
            &[("methods-authenticator", None), ("second_step", Some("required"))][..],
            "A second step is required, but no method is allowed",
        ),
        (&[("methods-authenticator", None)], "Staff always need a strong second step"),
        (
            &[("fallback_only-authenticator", Some("on")), ("methods-email", Some("on"))],
            "Staff always need a strong second step",
        ),
        (&[("exclusive-email", Some("on"))], "exclude one another only where two or more are chosen"),
        (&[("required_from", Some("2026-12-01T08:00"))], "A day is set"),
        (&[("required_from", Some("soon")), ("second_step", Some("required"))], "Enter a day and a time"),
        (&[("sessions.most", Some("0"))], "from 1 to 500"),
        (&[("sessions.most", Some("many"))], "Enter a whole number"),
        (
            &[("sessions.idle_minutes", Some("1440")), ("sessions.absolute_hours", Some("1"))],
            "would end before",
        ),
        (&[("suspension.default_hours", Some("400"))], "from 1 to 336"),
        (&[("trusted", Some("example"))], "Say which values of amr or acr count"),
        (&[("trusted", Some("example amr=hwk amr=PWD"))], "tells of a single weak factor"),
        (&[("trusted", Some("example mfa"))], "Write one provider per line"),
        (&[("methods-phone", Some("on"))], "The phone is too weak to stand alone"),
        (
            &[
                ("methods-phone", Some("on")),
                ("fallback_only-phone", Some("on")),
                ("calls_before_sms", Some("0")),
                ("sms", None),
            ],
            "neither calls nor SMS are",
        ),
        (
            &[
                ("methods-phone", Some("on")),
                ("fallback_only-phone", Some("on")),
                ("needs.phone-telegram", Some("on")),
            ],
            "The phone",
        ),
        (&[("calls_before_sms", Some("11"))], "from 0 to 10"),
        (&[("telegram_accounts_max", Some("0"))], "from 1 to 5"),
        (&[("telegram_style", Some("shout"))], "Choose one from the list"),
    ] {
        let answer = send(&mut admin, changed).await;
        answer.assert_status(422).assert_shows(reason);
    }
    for strange in [("role", Some("administrator")), ("methods-fax", Some("on"))] {
        send(&mut admin, &[strange]).await.assert_status(400);
    }
    assert_eq!(in_force(&app).await, before);
}

/// What Telegram and the phone are allowed is set on the page like anything else, and a button alone has its risk read.
#[tokio::test]
async fn msg_7_msg_8_the_rules_of_telegram_and_of_the_phone_are_set_on_the_page() {
    let app = TestApp::preset(Preset::Messenger).await;
    let mut admin = administrator(&app).await;
    let page = admin.browser.get(POLICY).await;
    page.assert_shows("No Telegram bot is set up on this installation")
        .assert_shows("Neither a trunk for calls");
    page.assert_hides("No effect");
    prove(&mut admin).await;
    let changed = [
        ("telegram_style", Some("tap")),
        ("telegram_accounts_max", Some("1")),
        ("calls_before_sms", Some("0")),
        ("phone_numbers_max", Some("2")),
        ("phone_in_new_browsers", None),
        ("needs.phone-telegram", None),
    ];
    let asked = send(&mut admin, &changed).await;
    let review = admin.browser.get(asked.assert_status(303).location()).await;
    review.assert_shows("one button").assert_shows("One button is pressed without looking");
    let unread = admin.browser.send_form(&review, POLICY, &[("reason", "ticket 9")]).await;
    unread.assert_status(422);
    let read = [("reason", "ticket 9"), ("risk-telegram-tap", "on")];
    admin.browser.send_form(&review, POLICY, &read).await.assert_status(303);
    let policy = in_force(&app).await;
    assert_eq!((policy.telegram_style, policy.telegram_accounts_max), (TelegramStyle::Tap, 1));
    assert_eq!((policy.calls_before_sms, policy.sms, policy.phone_numbers_max), (0, true, 2));
    assert!(!policy.phone_in_new_browsers);
    assert_eq!(policy.needs.get(&Method::Phone), Some(&[Method::Authenticator].into()));
}

/// The preset is shown whole beside what is in force: every rule that it would change.
#[tokio::test]
async fn msg_8_the_messenger_preset_is_shown_whole_beside_the_present_policy() {
    let app = TestApp::preset(Preset::Recommended).await;
    let mut admin = administrator(&app).await;
    let presets = admin.browser.get("/admin/policy/presets").await;
    for rule in [
        "Authenticator app, Code by e-mail, Telegram, Phone",
        "picking the number that the browser shows",
        "The phone signs in to new browsers too",
        "The phone counts only beside one of these",
        "Not to be had on this installation yet",
    ] {
        presets.assert_shows(rule);
    }
    prove(&mut admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?preset=messenger")).await;
    for risk in ["email-codes", "telegram", "phone-calls", "sms", "phone-in-new-browsers"] {
        let field = format!("risk-{risk}");
        let named = review.page().attributes("name").into_iter().any(|(_, value)| value == field);
        assert!(named, "{risk} has to be read");
    }
}

#[tokio::test]
async fn a_page_that_was_left_alone_changes_nothing() {
    for &preset in Preset::ALL {
        let app = TestApp::preset(preset).await;
        let mut admin = administrator(&app).await;
        prove(&mut admin).await;
        send(&mut admin, &[]).await.assert_leads_to(REVIEW);
        admin.browser.get(REVIEW).await.assert_shows("Nothing would change");
    }
}

/// REC-1: what makes accounts easier to get into says so first.
#[tokio::test]
async fn rec_1_a_change_that_weakens_says_so_loudly() {
    let app = TestApp::preset(Preset::Recommended).await;
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?methods-email=on")).await;
    review.assert_shows("This makes accounts easier to get into").assert_shows("Codes by e-mail are weak");
    let review = admin.browser.get(&format!("{REVIEW}?sessions.idle_minutes=30")).await;
    review.assert_hides("easier to get into");
}

#[tokio::test]
async fn what_was_edited_comes_along_when_editing_goes_on() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    let asked = send(&mut admin, &[("sign_up", Some("closed")), ("last_showing", Some("on"))]).await;
    asked.assert_leads_to("/admin/policy/review?last_showing=on&sign_up=closed");
    let review = admin.browser.get(asked.location()).await;
    let on = "/admin/policy?last_showing=on&sign_up=closed";
    assert!(review.page().links_to(on), "{:?}", review.page().links());
    let page = admin.browser.get(on).await;
    let fields = page.form(REVIEW).fields;
    assert!(fields.contains(&("last_showing".to_owned(), "on".to_owned())), "{fields:?}");
    assert!(fields.contains(&("sign_up".to_owned(), "closed".to_owned())), "{fields:?}");
}

/// C: a policy of one organisation is nothing to the administrators of another.
#[tokio::test]
async fn each_organisation_has_its_own_policy() {
    let app = TestApp::start().await;
    let call = app.operator();
    policy::add_organisation(&call, "Harbour", "harbour", Preset::Messenger.policy()).await.unwrap();
    policy::set_preset(&call, Some("harbour"), Preset::Recommended, "theirs").await.unwrap();
    let mut admin = administrator(&app).await;
    let harbour = "(SELECT id FROM organisation WHERE slug = 'harbour')";
    app.place.run(&format!("UPDATE account SET organisation_id = {harbour} WHERE email = '{}'", admin.email));
    prove(&mut admin).await;
    admin.browser.get("/admin/policy/history").await.assert_shows("theirs").assert_hides("Version 3");
    // Version 3 is the other organisation's.
    admin.browser.get(&format!("{REVIEW}?restore=3")).await.assert_status(404);
    let review = admin.browser.get(&format!("{REVIEW}?sessions.most=7")).await;
    admin.browser.send_form(&review, POLICY, &[("reason", "ours")]).await.assert_status(303);
    assert_ne!(in_force(&app).await.sessions.most, 7);
    assert_eq!(policy::current(&call, Some("harbour")).await.unwrap().1.policy.sessions.most, 7);
}
