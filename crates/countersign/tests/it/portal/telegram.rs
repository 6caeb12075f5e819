//! Telegram on the pages: linking, the second step that waits, refusals, switching off and on, unlinking.

use std::time::Duration;

use countersign_core::factor::telegram::Press;
use countersign_core::preset::Preset;

use crate::support::{Answer, Kind, Person, TestApp, code_of};

const BEFORE: &str = "/account/security/telegram";
const START: &str = "/account/security/telegram/start";
const LINK: &str = "/account/security/telegram/link";
const CONFIRM: &str = "/account/security/telegram/confirm";
const OFF: &str = "/account/security/telegram/disable";
const ON: &str = "/account/security/telegram/enable";
const SECURITY: &str = "/account/security";
const STEP: &str = "/second-step";

/// The address on the page that made it.
fn address(page: &Answer) -> String {
    let links = page.page().links();
    links
        .into_iter()
        .find(|link| link.starts_with("https://t.me/example_bot?start="))
        .expect("the bot's address")
}

/// Opens the bot by the address on this page, and returns the code that its chat shows.
async fn opened(app: &TestApp, page: &Answer, who: i64) -> String {
    let address = address(page);
    app.writes(who, &format!("/start {}", address.rsplit('=').next().unwrap())).await;
    code_of(&app.chats().await).expect("a code in the chat")
}

/// Somebody who has linked this Telegram account on the pages.
async fn linked(app: &TestApp, who: i64) -> Person<'_> {
    let mut person = app.member().await;
    person.confirm_address();
    let page = person.browser.submit(BEFORE, START, &[]).await;
    let code = opened(app, &page, who).await;
    let done = person.browser.submit(LINK, CONFIRM, &[("code", &code)]).await;
    done.assert_status(303);
    person.browser.follow(done).await.assert_ok();
    app.chats().await;
    person
}

/// Presses the button with the number that this page shows.
async fn press_shown(app: &TestApp, page: &Answer, who: i64) -> &'static str {
    let shown =
        page.body.split("<strong>").nth(1).and_then(|rest| rest.split("</strong>").next()).expect("a number");
    let said = app.prompts().await;
    let said = said.iter().find(|said| said.chat == who).expect("a question");
    app.presses(who, said.message, &said.button(Press::Number(shown.parse().unwrap()))).await
}

#[tokio::test]
async fn msg_1_linking_says_what_happens_and_takes_the_code_of_the_chat() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = app.member().await;
    ada.confirm_address();
    let mut other = ada.elsewhere();
    other.sign_in().await.assert_status(303);
    let security = ada.browser.get(SECURITY).await;
    security.assert_shows("Telegram").assert_shows("Weak").assert_shows("opened with one SMS");
    assert!(security.page().links_to(BEFORE));
    let before = ada.browser.get(BEFORE).await;
    before.assert_shows("@example_bot").assert_shows("your other session will be signed out");
    let page = ada.browser.send_form(&before, START, &[]).await;
    page.assert_ok().assert_shows("Ask for a new link");
    assert!(page.body.contains("data:image/svg+xml"));
    let told = ada.browser.get("/account/security/telegram/link/wait").await;
    assert_eq!(told.body, r#"{"state":"waiting"}"#);
    // *Continue* too early shows the same address again; one that is not ours is not shown.
    let early = ada.browser.send_form(&page, LINK, &[]).await;
    early.assert_ok().assert_shows("Nobody has opened the bot");
    assert_eq!(address(&early), address(&page));
    let mut form = early.form(LINK);
    form.fields.retain(|(name, _)| name != "address");
    form.fields.push(("address".to_owned(), "https://t.me/example_bot?start=a\"><b>".to_owned()));
    let forged = ada.browser.post_body(LINK, &form.encode()).await;
    forged.assert_ok().assert_hides("t.me");
    let code = opened(&app, &page, 71).await;
    assert_eq!(ada.browser.get("/account/security/telegram/link/wait").await.body, r#"{"state":"opened"}"#);
    let typed = ada.browser.get(LINK).await;
    typed.assert_shows("Kim 71 (@kim71)").assert_hides("t.me");
    let wrong = if code == "123456" { "123457" } else { "123456" };
    let refused = ada.browser.send_form(&typed, CONFIRM, &[("code", wrong)]).await;
    refused.assert_status(422).assert_shows("You have 4 tries left");
    let done = ada.browser.send_form(&refused, CONFIRM, &[("code", &code)]).await;
    let done = ada.browser.follow(done).await;
    done.assert_ok()
        .assert_shows("Telegram is linked and on")
        .assert_shows("Kim 71")
        .assert_shows("Your other session was signed out");
    assert!(!other.browser.is_in().await, "MSG-9");
    ada.browser
        .get("/account")
        .await
        .assert_shows("protected by Telegram")
        .assert_shows("we ask you in Telegram");
}

#[tokio::test]
async fn msg_1_a_linking_that_is_refused_or_late_links_nothing_and_says_so() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = app.member().await;
    ada.confirm_address();
    let page = ada.browser.submit(BEFORE, START, &[]).await;
    app.turn(Duration::from_mins(11));
    ada.browser.get(LINK).await.assert_status(410).assert_shows("This link is over");
    assert!(address(&page).contains("start="));
    let proof = ada.browser.get(BEFORE).await;
    assert!(proof.location().starts_with("/account/step-up?"), "{}", proof.location());
}

#[tokio::test]
async fn msg_2_the_second_step_shows_the_number_and_goes_on_without_script() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await.elsewhere();
    ada.sign_in().await.assert_leads_to(STEP);
    let page = ada.browser.get(STEP).await;
    page.assert_shows("Confirm in Telegram").assert_shows("on its way").assert_hides("Kim 71");
    let early = ada.browser.send_form(&page, STEP, &[]).await;
    early.assert_status(422).assert_shows("Nobody has answered in Telegram yet");
    assert_eq!(press_shown(&app, &page, 71).await, "telegram-pressed-confirmed");
    let told = ada.browser.get("/second-step/wait").await;
    assert!(told.body.starts_with(r#"{"state":"confirmed","#), "{}", told.body);
    assert_eq!(told.header("cache-control"), "no-store");
    ada.browser.send_form(&early, STEP, &[]).await.assert_leads_to("/account");
    // Pressed once more, the button is over.
    ada.browser.send_form(&early, STEP, &[]).await.assert_status(410);
    assert!(ada.browser.is_in().await);
}

#[tokio::test]
async fn msg_2_a_refusal_has_a_page_that_leads_to_a_new_password() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let ada = linked(&app, 71).await;
    for asks in [true, false] {
        let mut one = ada.elsewhere();
        one.sign_in().await.assert_leads_to(STEP);
        let page = one.browser.get(STEP).await;
        let said = app.prompts().await;
        app.presses(71, said[0].message, &said[0].button(Press::NotMe)).await;
        let told =
            if asks { one.browser.get(STEP).await } else { one.browser.send_form(&page, STEP, &[]).await };
        told.assert_status(if asks { 200 } else { 410 }).assert_shows("Refused in Telegram");
        assert!(told.page().links_to("/forgot-password"));
        assert_eq!(one.browser.cookie("challenge"), None);
    }
}

#[tokio::test]
async fn msg_2_nobody_answers_and_it_is_asked_again_within_its_gaps() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await.elsewhere();
    ada.sign_in().await.assert_leads_to(STEP);
    app.chats().await;
    let page = ada.browser.get(STEP).await;
    page.assert_shows("We have asked you in Telegram").assert_shows("You can ask again in");
    app.turn(Duration::from_mins(4));
    let late = ada.browser.get(STEP).await;
    late.assert_shows("Nobody answered in time").assert_hides("data-wait");
    ada.browser.send_form(&late, "/second-step/send", &[]).await.assert_leads_to(STEP);
    let again = ada.browser.get(STEP).await;
    assert_eq!(press_shown(&app, &again, 71).await, "telegram-pressed-confirmed");
    ada.browser.send_form(&again, STEP, &[]).await.assert_leads_to("/account");
}

#[tokio::test]
async fn msg_10_switching_off_and_unlinking_take_challenges_and_on_again_is_quick() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await;
    let off = ada.browser.get(OFF).await;
    off.assert_shows("Switch off Telegram?").assert_shows("password alone").assert_shows("stay linked");
    ada.browser.send_form(&off, OFF, &[]).await.assert_leads_to(STEP);
    let step = ada.browser.get(STEP).await;
    step.assert_shows("Confirm switching off");
    press_shown(&app, &step, 71).await;
    let done = ada.browser.send_form(&step, STEP, &[]).await;
    let list = ada.browser.follow(done).await;
    list.assert_shows("Telegram is off").assert_shows("Kim 71 (@kim71)");
    assert!(list.page().links_to(ON));
    ada.browser.submit(ON, ON, &[]).await.assert_leads_to(SECURITY);
    app.chats().await;
    let list = ada.browser.get(SECURITY).await;
    let unlink = list.page().links().into_iter().find(|link| link.ends_with("/unlink")).unwrap();
    let page = ada.browser.get(&unlink).await;
    page.assert_shows("the only one that is linked");
    ada.browser.send_form(&page, &unlink, &[]).await.assert_leads_to(STEP);
    let step = ada.browser.get(STEP).await;
    step.assert_shows("Confirm unlinking").assert_shows("Kim 71 (@kim71)");
    press_shown(&app, &step, 71).await;
    let done = ada.browser.send_form(&step, STEP, &[]).await;
    ada.browser.follow(done).await.assert_shows("is unlinked").assert_hides("@kim71");
}

#[tokio::test]
async fn all_4_a_step_up_by_telegram_asks_only_when_it_is_told_to() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await;
    app.turn(Duration::from_mins(11));
    let page = ada.browser.get("/account/step-up?next=/account/password").await;
    page.assert_shows("Ask me in Telegram");
    assert!(app.prompts().await.is_empty(), "a look asks nobody");
    let sent = ada.browser.send_form(&page, "/account/step-up/send", &[]).await;
    assert!(sent.location().starts_with("/account/step-up?next="), "{}", sent.location());
    let page = ada.browser.get("/account/step-up?next=/account/password").await;
    press_shown(&app, &page, 71).await;
    ada.browser.send_form(&page, "/account/step-up", &[]).await.assert_leads_to("/account/password");
}

/// Somebody who uses both signs in by Telegram last, so that it comes first; the app is picked, and no chat is asked.
#[tokio::test]
async fn all_4_a_step_up_by_the_app_asks_nobody_in_telegram() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await;
    let device = ada.browser.enrol("Phone").await;
    app.turn(Duration::from_mins(11));
    let mut one = ada.elsewhere();
    one.sign_in().await.assert_leads_to(STEP);
    let way = "/second-step/method";
    one.browser.submit(way, way, &[("method", "telegram")]).await.assert_leads_to(STEP);
    let step = one.browser.get(STEP).await;
    press_shown(&app, &step, 71).await;
    one.browser.send_form(&step, STEP, &[]).await.assert_status(303);
    app.chats().await;
    app.turn(Duration::from_mins(11));
    let page = one.browser.get("/account/step-up?next=/account/password").await;
    page.assert_shows("Ask me in Telegram");
    let way = "/account/step-up/method";
    let chosen = one.browser.submit(way, way, &[("method", "authenticator")]).await;
    let page = one.browser.follow(chosen).await;
    assert!(app.prompts().await.is_empty(), "nobody is asked who was not to be");
    let code = device.fresh(&app);
    one.browser.send_form(&page, "/account/step-up", &[("code", &code)]).await.assert_status(303);
    assert_eq!(app.events("telegram.prompted"), 1, "at the sign-in");
}

/// MSG-2: after two refusals it is said why nothing is asked, and not something about e-mail.
#[tokio::test]
async fn msg_2_a_hold_of_telegram_is_told_as_one() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = linked(&app, 71).await;
    ada.browser.enrol("Phone").await;
    for _ in 0..2 {
        app.turn(Duration::from_mins(11));
        let mut stranger = ada.elsewhere();
        stranger.sign_in().await.assert_leads_to(STEP);
        let way = "/second-step/method";
        stranger.browser.submit(way, way, &[("method", "telegram")]).await.assert_leads_to(STEP);
        let said = app.prompts().await;
        app.presses(71, said[0].message, &said[0].button(Press::NotMe)).await;
    }
    let mut one = ada.elsewhere();
    one.sign_in().await.assert_leads_to(STEP);
    let ways = one.browser.get("/second-step/method").await;
    ways.assert_shows("because two questions were refused there").assert_hides("reset by e-mail");
    let refused = one.browser.post(STEP, &[("code", ""), ("method", "telegram")]).await;
    refused.assert_shows("Two questions were refused in Telegram").assert_hides("reset by e-mail");
}

#[tokio::test]
async fn msg_1_where_no_bot_is_set_up_the_row_says_so() {
    let app = TestApp::preset(Preset::Messenger).await;
    let mut ada = app.member().await;
    ada.confirm_address();
    let page = ada.browser.get(SECURITY).await;
    page.assert_shows("Telegram is not set up here");
    assert!(!page.page().links_to(BEFORE));
    ada.browser.get(BEFORE).await.assert_status(403);
}

#[tokio::test]
async fn key_10_the_choice_of_a_method_knows_telegram() {
    let app = TestApp::messenger(Kind::Sqlite).await;
    let mut ada = app.member().await;
    ada.confirm_address();
    let page = ada.browser.get("/account/set-up").await;
    page.assert_shows("Enable with Telegram");
    ada.browser.send_form(&page, "/account/set-up", &[("method", "telegram")]).await.assert_leads_to(BEFORE);
}
