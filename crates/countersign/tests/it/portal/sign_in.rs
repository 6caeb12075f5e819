//! Signing in with password and code.

use crate::support::TestApp;

#[tokio::test]
async fn app_1_password_then_code_then_a_session() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await.assert_leads_to("/second-step");
    assert!(person.browser.cookie("sid").is_none());
    assert!(!person.browser.is_in().await);
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
    assert!(person.browser.is_in().await);
}
