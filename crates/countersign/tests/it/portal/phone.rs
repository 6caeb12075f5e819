//! Phone numbers on the pages: adding and proving one, signing in by a call or an SMS, removing one (MSG-6 to MSG-8).

use std::time::Duration;

use countersign_core::factor::phone::CallOutcome;
use countersign_core::phone::Channel;
use countersign_core::preset::Preset;
use countersign_store::dispatch::DispatchState;
use serde_json::Value;

use crate::support::{Answer, Browser, Options, Person, TestApp, reach};

const STEP: &str = "/second-step";
const ASK: &str = "/second-step/phone";
const ADD: &str = "/account/security/phone";
const SECURITY: &str = "/account/security";
const NUMBER: &str = "+4917012345678";
const OTHER: &str = "+4917023456789";

async fn app() -> TestApp {
    TestApp::with(Options { preset: Preset::Messenger, reach: Some(reach()), ..Options::default() }).await
}

/// Presses *Call me*, or what has taken its place.
async fn call_me(browser: &mut Browser<'_>) -> Answer {
    browser.submit(STEP, ASK, &[]).await
}

async fn news(browser: &mut Browser<'_>) -> Value {
    let answer = browser.get(ASK).await;
    serde_json::from_slice(&answer.assert_ok().bytes).unwrap()
}

/// Adds a number and proves it by a call.
async fn prove(person: &mut Person<'_>, number: &str) {
    let app = person.browser.app;
    person.browser.submit(ADD, ADD, &[("number", number)]).await.assert_leads_to(STEP);
    call_me(&mut person.browser).await.assert_leads_to(STEP);
    let call = app.rung().await;
    app.rings(&call).await;
    person
        .browser
        .second_step(&call.code)
        .await
        .assert_leads_exactly_to("/account/security?done=phone-added");
}

/// Somebody with an authenticator and a proved number, who has given the password in a new browser and chosen the phone.
async fn at_the_phone<'a>(app: &'a TestApp, numbers: &[&str]) -> Person<'a> {
    let mut person = app.enrolled().await;
    for number in numbers {
        prove(&mut person, number).await;
    }
    app.turn(Duration::from_mins(11));
    let mut one = person.elsewhere();
    one.sign_in().await.assert_leads_to(STEP);
    one.browser
        .submit("/second-step/method", "/second-step/method", &[("method", "phone")])
        .await
        .assert_leads_to(STEP);
    one
}

#[tokio::test]
async fn msg_6_a_number_is_added_and_proved_by_the_digits_of_a_ringing_call() {
    let app = app().await;
    let mut person = app.enrolled().await;
    let mut other = person.elsewhere();
    other.sign_in_fully().await.assert_leads_to("/account");
    let page = person.browser.get(ADD).await;
    page.assert_shows("Nobody needs to answer").assert_shows("your other session will be signed out");
    assert!(page.body.contains(r#"type="tel" inputmode="tel" autocomplete="tel""#));
    let done = person.browser.send_form(&page, ADD, &[("number", "0170 / 1234-5678")]).await;
    done.assert_leads_to(STEP);
    let asked = person.browser.get(STEP).await;
    asked
        .assert_shows("Prove your number")
        .assert_shows("Call me")
        .assert_hides("1234567")
        .assert_hides("Send an SMS");
    assert!(asked.page().links_to(ADD) && !asked.page().links_to("/second-step/method"));
    assert!(!asked.body.contains("data-code"), "nothing to type yet");
    call_me(&mut person.browser).await.assert_leads_to(STEP);
    let waiting = person.browser.get(STEP).await;
    waiting.assert_shows("The call to +49").assert_shows("is on its way");
    waiting.assert_shows("Look for the number that is calling you").assert_shows("It begins with +49302312");
    assert!(waiting.body.contains(r#"data-code="4""#));
    let call = app.rung().await;
    assert_eq!((call.channel, &*call.to), (Channel::Call, NUMBER));
    app.rings(&call).await;
    let told = news(&mut person.browser).await;
    assert!(told["text"].as_str().unwrap().ends_with("is ringing.") && told["look"] == true, "{told}");
    assert!(told["changes"] == true && told["answer"].as_u64().unwrap() == 120_000, "{told}");
    assert!(other.browser.is_in().await);
    person
        .browser
        .second_step(&call.code)
        .await
        .assert_leads_exactly_to("/account/security?done=phone-added");
    assert!(!other.browser.is_in().await, "MSG-9");
    let list = person.browser.get("/account/security?done=phone-added").await;
    list.assert_shows("Your number is proved").assert_shows("Add a number").assert_shows("Not used yet");
    list.assert_hides("12345678").assert_shows("never confirms a change");
}

#[tokio::test]
async fn msg_6_every_fault_of_a_number_is_told_plainly_and_what_was_typed_stays() {
    let app = app().await;
    let mut person = app.enrolled().await;
    for (typed, told) in [
        ("tel:+4917012345678", "A phone number has digits only"),
        ("+49 170 12345678 ext. 7", "Leave the extension out"),
        ("+49 900 1234567", "costs whoever calls it extra"),
        ("+881 6 1234 5678", "Satellite and international networks"),
        ("+49 1", "This number is too short"),
        ("+33 6 12 34 56 78", "cannot be reached from here"),
    ] {
        let page = person.browser.submit(ADD, ADD, &[("number", typed)]).await;
        page.assert_status(422).assert_shows(told);
        assert_eq!(page.form(ADD).fields.iter().find(|field| field.0 == "number").unwrap().1, typed);
        assert!(
            page.body.contains(r#"aria-describedby="error-number hint-number" aria-invalid="true""#),
            "{typed}"
        );
    }
    prove(&mut person, NUMBER).await;
    let page = person.browser.submit(ADD, ADD, &[("number", "0170 12345678")]).await;
    page.assert_status(422).assert_shows("You have added this number already");
    prove(&mut person, OTHER).await;
    prove(&mut person, "+4917034567890").await;
    person
        .browser
        .get(SECURITY)
        .await
        .assert_shows("Your organisation allows 3 numbers.")
        .assert_hides("Add a number");
    let page = person.browser.get(ADD).await;
    let full = person.browser.send_form(&page, ADD, &[("number", "+4917045678901")]).await;
    full.assert_status(409).assert_shows("You may have 3 phone numbers.");
}

#[tokio::test]
async fn msg_8_the_phone_is_offered_beside_another_method_only_and_the_row_says_which() {
    let app = app().await;
    let mut bare = app.member().await;
    let page = bare.browser.get(SECURITY).await;
    page.assert_shows("The phone counts only beside another method: Authenticator app or Telegram.");
    assert!(page.body.contains(r#"disabled aria-describedby="reason-call""#) && !page.page().links_to(ADD));
    bare.browser.get(ADD).await.assert_status(403);
    let mut person = app.enrolled().await;
    prove(&mut person, NUMBER).await;
    app.place.run("DELETE FROM authenticator");
    let mut one = person.elsewhere();
    one.sign_in().await;
    let page = one.browser.get(SECURITY).await;
    page.assert_shows("Your numbers do not count at the moment").assert_shows("Set that up first.");
}

#[tokio::test]
async fn msg_6_a_number_that_waits_is_proved_later_or_forgotten() {
    let app = app().await;
    let mut person = app.enrolled().await;
    person.browser.submit(ADD, ADD, &[("number", NUMBER)]).await.assert_leads_to(STEP);
    person.browser.submit(STEP, "/second-step/cancel", &[]).await.assert_leads_to(SECURITY);
    let page = person.browser.get(SECURITY).await;
    page.assert_shows("Not proved yet").assert_shows("You can prove it for another 10 minutes");
    let again = page.page().forms().into_iter().find(|form| form.action.ends_with("/prove")).unwrap();
    person.browser.send_form(&page, &again.action, &[]).await.assert_leads_to(STEP);
    call_me(&mut person.browser).await.assert_leads_to(STEP);
    let call = app.rung().await;
    person.browser.second_step(&call.code).await.assert_leads_to(SECURITY);
    person.browser.get(SECURITY).await.assert_hides("Not proved yet");
    person.browser.submit(ADD, ADD, &[("number", OTHER)]).await.assert_leads_to(STEP);
    let dropped = person.browser.submit(SECURITY, "/account/security/phone/drop", &[]).await;
    dropped.assert_leads_exactly_to("/account/security?done=phone-dropped");
    person.browser.get(SECURITY).await.assert_hides("Not proved yet");
}

#[tokio::test]
async fn msg_6_a_number_is_chosen_and_called_and_its_digits_sign_in_while_it_rings() {
    let app = app().await;
    let mut one = at_the_phone(&app, &[NUMBER, OTHER]).await;
    let page = one.browser.get(STEP).await;
    page.assert_shows("Which number?").assert_shows("Call me").assert_hides("2345678");
    let form = page.form(ASK);
    assert_eq!(form.unticked.len(), 1, "one of two is chosen already");
    let ids: Vec<String> = page
        .page()
        .attributes("value")
        .into_iter()
        .filter(|(tag, value)| tag == "input" && value.len() == 36)
        .map(|(_, value)| value)
        .collect();
    let other = ids.iter().find(|id| !form.fields.iter().any(|field| field.1 == **id)).unwrap();
    let asked = one.browser.send_form(&page, ASK, &[("phone", other)]).await;
    asked.assert_leads_to(STEP);
    let call = app.rung().await;
    app.rings(&call).await;
    let ringing = one.browser.get(STEP).await;
    ringing.assert_shows("is ringing.").assert_shows("You can ask again in 30 seconds");
    one.browser.second_step(&call.code).await.assert_leads_to("/account");
    let nobodys = one.browser.get(ASK).await;
    nobodys.assert_leads_to("/sign-in");
}

#[tokio::test]
async fn msg_7_busy_offers_an_sms_at_once_and_its_six_digits_sign_in() {
    let app = app().await;
    let mut one = at_the_phone(&app, &[NUMBER]).await;
    call_me(&mut one.browser).await.assert_leads_to(STEP);
    let call = app.rung().await;
    app.ends(&call, CallOutcome::Busy).await;
    let told = news(&mut one.browser).await;
    assert_eq!(told["text"], "The line was busy: try again, or ask for an SMS.");
    assert!(
        told["failed"] == true
            && told["changes"] == false
            && told["soon"] == false
            && told["sms"] == 0
            && told["wait"] == "",
        "{told}"
    );
    assert_eq!(told["call"], 30_000);
    let page = one.browser.get(STEP).await;
    page.assert_shows("The line was busy").assert_shows("Call again").assert_shows("Send an SMS");
    app.turn(Duration::from_secs(1));
    one.browser.post(ASK, &[("channel", "sms")]).await.assert_leads_to(STEP);
    let told = news(&mut one.browser).await;
    assert!(told["changes"] == true && told["soon"] == true, "{told}");
    let sms = app.rung().await;
    assert_eq!(sms.channel, Channel::Sms);
    app.comes_to(&sms, DispatchState::Sent, "accepted").await;
    let told = news(&mut one.browser).await;
    assert!(told["changes"] == true && told["soon"] == false, "an SMS takes its time: {told}");
    let page = one.browser.get(STEP).await;
    assert!(page.body.contains(r#"data-here="/second-step" data-changes="#), "{}", page.body);
    page.assert_shows("The SMS to +49")
        .assert_shows("was sent")
        .assert_shows("Code: the six digits of the SMS");
    assert!(page.body.contains(r#"data-code="6""#));
    one.browser.second_step(&sms.code).await.assert_leads_to("/account");
}

#[tokio::test]
async fn msg_7_three_calls_then_an_sms_and_after_two_of_those_another_way() {
    let app = app().await;
    let mut one = at_the_phone(&app, &[NUMBER]).await;
    for gap in [30, 60, 120] {
        call_me(&mut one.browser).await.assert_leads_to(STEP);
        let call = app.rung().await;
        app.rings(&call).await;
        app.ends(&call, CallOutcome::Rang).await;
        one.browser.get(STEP).await.assert_shows("Your phone rang.");
        // Too soon, nobody is called.
        one.browser.post(ASK, &[]).await.assert_leads_to(STEP);
        assert!(app.phones().await.is_empty());
        app.turn(Duration::from_secs(gap));
    }
    let page = one.browser.get(STEP).await;
    page.assert_shows("The code of that call has ended.").assert_shows("Send an SMS");
    call_me(&mut one.browser).await.assert_leads_to(STEP);
    assert_eq!(app.rung().await.channel, Channel::Sms);
    app.turn(Duration::from_mins(2));
    call_me(&mut one.browser).await.assert_leads_to(STEP);
    let sms = app.rung().await;
    app.comes_to(&sms, DispatchState::Failed, "undeliverable").await;
    app.turn(Duration::from_mins(2));
    let page = one.browser.get(STEP).await;
    page.assert_shows("did not reach")
        .assert_shows("No more calls or SMS can be asked for here. Try another way");
    one.browser.post(ASK, &[]).await.assert_status(409).assert_shows("No more calls or SMS");
}

#[tokio::test]
async fn all_2_wrong_digits_end_the_call_and_every_answer_has_its_sentence() {
    let app = app().await;
    let mut one = at_the_phone(&app, &[NUMBER]).await;
    one.browser
        .post(STEP, &[("code", "1234"), ("method", "phone")])
        .await
        .assert_status(401)
        .assert_shows("Nothing was asked for");
    call_me(&mut one.browser).await.assert_leads_to(STEP);
    let call = app.rung().await;
    one.browser.second_step("12").await.assert_status(422).assert_shows("Type the last four digits");
    one.browser
        .second_step("123456")
        .await
        .assert_status(422)
        .assert_shows("A call has four digits, an SMS has six.");
    let wrong = format!("{:04}", (call.code.parse::<u32>().unwrap() + 1) % 10_000);
    let page = one.browser.second_step(&wrong).await;
    page.assert_status(401)
        .assert_shows("Those are not the last four digits")
        .assert_shows("You have 3 tries left.");
    assert!(!page.body.contains("data-code"), "there is nothing to type any more");
    let look = r#"<noscript><p><a href="/second-step">"#;
    assert!(page.body.contains(look), "who has no script gets on from a button that waits");
    page.assert_shows("Send an SMS");
    let ended = one.browser.post(STEP, &[("code", &call.code), ("method", "phone")]).await;
    ended.assert_status(422).assert_shows("ended with a wrong answer");
    assert!(!one.browser.is_in().await);
}

#[tokio::test]
async fn all_2_what_stands_against_a_call_is_told_without_saying_which_limit() {
    let app = app().await;
    let mut one = at_the_phone(&app, &[NUMBER]).await;
    for _ in 0..5 {
        let mut again = one.elsewhere();
        again.sign_in().await.assert_leads_to(STEP);
        let way = "/second-step/method";
        again.browser.submit(way, way, &[("method", "phone")]).await.assert_leads_to(STEP);
        call_me(&mut again.browser).await;
    }
    let page = call_me(&mut one.browser).await;
    page.assert_status(409).assert_shows("No more calls or SMS just now.").assert_shows("Try another way");
}

#[tokio::test]
async fn all_4_a_number_is_removed_after_a_second_step_by_another_method() {
    let app = app().await;
    let mut person = app.enrolled().await;
    prove(&mut person, NUMBER).await;
    let page = person.browser.get(SECURITY).await;
    let link = page
        .page()
        .links()
        .into_iter()
        .find(|link| link.ends_with("/remove") && link.contains("/phone/"))
        .unwrap();
    let asked = person.browser.get(&link).await;
    asked
        .assert_shows("It is your only number.")
        .assert_shows("we ask you to confirm that it is you")
        .assert_hides("1234567");
    person.browser.send_form(&asked, &link, &[]).await.assert_leads_to(STEP);
    let step = person.browser.get(STEP).await;
    step.assert_shows("Confirm the removal").assert_shows("To remove +49");
    let code = person.phone().fresh(&app);
    person.browser.second_step(&code).await.assert_leads_exactly_to("/account/security?done=phone-removed");
    assert!(!person.browser.get(SECURITY).await.page().links().iter().any(|link| link.contains("/phone/")));
    person.browser.get(&link).await.assert_status(404);
}
