//! Answers in Telegram that come at once, on two servers (ALL-1, MSG-3).

use countersign::flow::telegram::view::Wait;
use countersign_core::factor::telegram::Press;
use futures_util::future::join_all;

use crate::support::{Client, TestApp, next_update, pressed};

fn pair<'a>(app: &'a TestApp, other: &'a TestApp, at: usize) -> &'a TestApp {
    if at.is_multiple_of(2) { app } else { other }
}

on_both! {
    async fn all_1_64_copies_of_one_confirmation_make_one_session(kind) {
        let app = TestApp::messenger(kind).await;
        let other = app.another().await;
        let ada = app.with_telegram(&[41]).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        let press = |at| pair(&app, &other, at).hears_as(next_update(), pressed(41, asked[0].message, &button));
        let told = join_all((0..64).map(press)).await;
        let confirmed = told.iter().filter(|told| **told == Some("telegram-pressed-confirmed")).count();
        assert_eq!((confirmed, app.events("telegram.confirmed")), (1, 1));
        one.step().await;
        let before = app.place.count("session");
        let mut copies: Vec<Client<'_>> = (0..64)
            .map(|at| if at % 2 == 0 { one.clone() } else { one.clone().at(&other) })
            .collect();
        let answers = join_all(copies.iter_mut().map(Client::goes_on)).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| [200, 410].contains(&answer.status)));
        assert_eq!(app.place.count("session") - before, 1);
        drop(copies);
        drop(other);
    }

    async fn all_1_one_update_at_two_servers_at_once_is_acted_on_once(kind) {
        let app = TestApp::messenger(kind).await;
        let other = app.another().await;
        let ada = app.with_telegram(&[41]).await;
        let one = ada.asked().await;
        let asked = app.prompts().await;
        let button = one.right_button(&asked[0]).await;
        let update = next_update();
        let take = |at| pair(&app, &other, at).hears_as(update, pressed(41, asked[0].message, &button));
        let told = join_all((0..16).map(take)).await;
        assert_eq!(told.iter().filter(|told| told.is_some()).count(), 1);
        drop(other);
    }

    async fn msg_3_of_two_people_who_confirm_at_once_one_does(kind) {
        let app = TestApp::messenger(kind).await;
        let other = app.another().await;
        let ada = app.with_telegram(&[41, 42]).await;
        let one = ada.asked().await;
        let asked = app.prompts().await;
        let buttons = [one.right_button(&asked[0]).await, one.right_button(&asked[1]).await];
        let press = |at: usize| {
            let said = &asked[at];
            pair(&app, &other, at).hears_as(next_update(), pressed(said.chat, said.message, &buttons[at]))
        };
        let told = join_all((0..2).map(press)).await;
        assert_eq!(told.iter().filter(|told| **told == Some("telegram-pressed-confirmed")).count(), 1);
        assert_eq!(app.edits().await.len(), 2);
        assert_eq!(one.waits().await, Wait::Confirmed);
        drop(other);
    }

    /// Whichever comes first: after a no nobody is let in.
    async fn msg_2_of_a_yes_and_a_no_at_once_the_no_holds(kind) {
        let app = TestApp::messenger(kind).await;
        let other = app.another().await;
        let ada = app.with_telegram(&[41, 42]).await;
        let mut one = ada.asked().await;
        let asked = app.prompts().await;
        let buttons = [one.right_button(&asked[0]).await, asked[1].button(Press::NotMe)];
        let press = |at: usize| {
            let said = &asked[at];
            pair(&app, &other, at).hears_as(next_update(), pressed(said.chat, said.message, &buttons[at]))
        };
        let told = join_all((0..2).map(press)).await;
        assert_eq!(told[1], Some("telegram-pressed-refused"));
        assert_eq!(one.waits().await, Wait::Refused);
        assert_eq!(one.goes_on().await.status, 410);
        assert!(!one.is_in().await);
        drop(other);
    }
}
