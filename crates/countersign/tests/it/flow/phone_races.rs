//! Calls and SMS that are asked for, and codes that are answered, many times at once and on two servers (ALL-1).

use std::time::Duration;

use countersign::flow::phone::{Asking, Want};
use countersign_core::phone::Channel;
use futures_util::future::join_all;

use super::phones::{NUMBER, app_on, others};

on_both! {
    async fn all_1_64_copies_of_one_code_at_two_servers_make_one_session(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        one.call_me().await;
        let code = app.rung().await.code;
        one.step().await;
        let before = app.place.count("session");
        let mut copies: Vec<_> = (0..64)
            .map(|at| if at % 2 == 1 { one.clone().at(&other) } else { one.clone() })
            .collect();
        let told = join_all(copies.iter_mut().map(|copy| copy.answer_by("phone", &code))).await;
        assert_eq!(told.iter().filter(|told| told.status == 200).count(), 1);
        assert_eq!(app.place.count("session") - before, 1);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM dispatch WHERE answered_at IS NOT NULL"), 2, "with the proof's");
    }

    /// Of a wrong and a right answer at once one counts: a wrong one that was faster ends the code.
    async fn all_1_wrong_and_right_answers_at_once_never_leave_a_second_guess(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        one.call_me().await;
        let code = app.rung().await.code;
        one.step().await;
        let mut guess = others(&code);
        let mut copies = Vec::new();
        for _ in 0..16 {
            copies.push((one.clone(), guess.clone()));
            guess = others(&guess);
        }
        let told = join_all(copies.iter_mut().map(|(copy, guess)| copy.answer_by("phone", guess))).await;
        assert!(told.iter().all(|told| told.status != 200));
        let wrong = told.iter().filter(|told| told.status == 401).count();
        assert_eq!(wrong, 1, "the others were no guesses any more");
        assert_ne!(one.answer_by("phone", &code).await.status, 200);
    }

    async fn msg_7_requests_at_once_at_two_servers_send_one_sms(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        app.rules(|policy| policy.calls_before_sms = 0).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        let copies: Vec<_> =
            (0..8).map(|at| if at % 2 == 1 { one.clone().at(&other) } else { one.clone() }).collect();
        let asked = join_all(copies.iter().map(|copy| copy.ask_phone(Want::default()))).await;
        let begun = asked.iter().filter(|asked| matches!(asked, Ok(Asking::Begun(Channel::Sms)))).count();
        assert_eq!(begun, 1);
        assert!(asked.iter().all(|asked| matches!(asked, Ok(Asking::Begun(_) | Asking::TooSoon { .. }))));
        assert_eq!(app.phones().await.len(), 1);
    }

    /// The budget holds one call more; many ask at once for it.
    async fn d_3_a_budget_is_not_overdrawn_by_many_at_once(kind) {
        use std::sync::Arc;
        use countersign_core::phone::spend::{Price, Prices};
        use countersign_core::preset::Preset;
        use crate::support::{Options, TestApp, reach};
        let mut reach = reach();
        let elsewhere = Price { call: 10, sms: 10 };
        reach.prices = Arc::new(Prices { elsewhere, ..Prices::default() });
        reach.budget = Some(50);
        let options = Options { kind, preset: Preset::Messenger, reach: Some(reach), ..Options::default() };
        let app = TestApp::with(options).await;
        let mut people = Vec::new();
        for at in 0..4 {
            people.push(app.with_phones(&[&*format!("+49170{at}2345678")]).await);
        }
        app.turn(Duration::from_mins(11));
        let mut waiting = Vec::new();
        for person in &people {
            let mut one = person.elsewhere();
            one.begin_by_phone().await;
            waiting.push(one);
        }
        let asked = join_all(waiting.iter().map(|one| one.ask_phone(Want::default()))).await;
        let begun = asked.iter().filter(|asked| matches!(asked, Ok(Asking::Begun(_)))).count();
        assert_eq!((begun, app.place.number("SELECT SUM(price) FROM dispatch")), (1, 50));
    }
}
