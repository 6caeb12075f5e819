//! The account's address: confirmed, changed, dropped.

use serde_json::json;

use crate::api::support::Server;

#[tokio::test]
async fn an_address_is_confirmed_and_changed_by_letter_and_a_change_can_be_dropped() {
    let server = Server::start().await;
    server.client().press("/api/v1/account/email/confirmation").await.refused(401, "sign-in-needed");
    let mut ada = server.member("ada@example.org").await;
    let account = ada.get("/api/v1/account").await.is(200).json();
    assert_eq!(account["email_change"], json!(null));
    ada.post("/api/v1/account/email", &json!({"email": "ada"})).await.refused(422, "invalid");
    ada.post("/api/v1/account/email", &json!({"email": "first@example.org"})).await.is(202);
    assert_eq!(ada.get("/api/v1/account").await.is(200).json()["email_change"]["to"], "first@example.org");
    let dropped = json!({"token": server.link_to("first@example.org").await});
    for _ in 0..2 {
        ada.ask("DELETE", "/api/v1/account/email", None).await.is(204);
    }
    assert_eq!(ada.get("/api/v1/account").await.is(200).json()["email_change"], json!(null));
    ada.post("/api/v1/link/confirm", &dropped).await.refused(404, "not-found");
    ada.press("/api/v1/account/email/confirmation").await.is(202);
    let token = json!({"token": server.link_to("ada@example.org").await});
    let done = ada.post("/api/v1/link/confirm", &token).await.is(200).json();
    assert_eq!(done["outcome"], "address-confirmed");
    ada.press("/api/v1/account/email/confirmation").await.refused(409, "conflict");
    ada.post("/api/v1/account/email", &json!({"email": "new@example.org"})).await.is(202);
    let token = json!({"token": server.link_to("new@example.org").await});
    let done = ada.post("/api/v1/link/confirm", &token).await.is(200).json();
    assert_eq!(done["outcome"], "address-changed");
    assert_eq!(ada.get("/api/v1/account").await.is(200).json()["email"], "new@example.org");
}
