//! Rows of what Telegram and phones add.

use countersign_core::factor::telegram::{State, TelegramId};
use countersign_core::id::{
    ChallengeId, DispatchId, PhoneNumberId, SessionId, TelegramAccountId, TelegramLinkId, TelegramPromptId,
};
use countersign_store::account::AccountRow;
use countersign_store::dispatch::{Channel, Destination, NewDispatch};
use countersign_store::phone_number::{E164, PhoneNumberRow};
use countersign_store::telegram_account::{TelegramAccountRow, TelegramPerson};
use countersign_store::telegram_link::TelegramLinkRow;
use countersign_store::telegram_prompt::TelegramPromptRow;

use super::{DICE, NOW, later};

/// Somebody with this number at Telegram.
pub(crate) fn person(number: i64) -> TelegramPerson {
    TelegramPerson {
        id: TelegramId::new(number).unwrap(),
        name: "Ada ✨".into(),
        username: Some("ada_example".into()),
        language: Some("de".into()),
    }
}

/// A Telegram account of an account that is not linked yet.
pub(crate) fn telegram_account_row(account: &AccountRow, number: i64) -> TelegramAccountRow {
    TelegramAccountRow {
        id: TelegramAccountId::new(NOW, &DICE),
        account_id: account.id,
        person: person(number),
        created_at: NOW,
        last_used_at: None,
        blocked_at: None,
    }
}

/// A linking of an account, ten minutes long, that is not written yet.
pub(crate) fn telegram_link_row(account: &AccountRow) -> TelegramLinkRow {
    TelegramLinkRow {
        id: TelegramLinkId::new(NOW, &DICE),
        account_id: account.id,
        session_id: SessionId::new(NOW, &DICE),
        tries: 0,
        created_at: NOW,
        expires_at: later(600),
        claimed_at: None,
        spent_at: None,
        refused_at: None,
        code_mac: None,
        person: None,
    }
}

/// A prompt to a Telegram account, three minutes long, that is not written yet.
pub(crate) fn telegram_prompt_row(
    account: &TelegramAccountRow,
    challenge_id: ChallengeId,
) -> TelegramPromptRow {
    TelegramPromptRow {
        id: TelegramPromptId::new(NOW, &DICE),
        challenge_id,
        account_id: account.account_id,
        telegram_account_id: account.id,
        offered: vec![17, 42, 93],
        message_id: None,
        state: State::Waiting,
        created_at: NOW,
        expires_at: later(180),
        answered_at: None,
    }
}

/// A number of an account that waits for its proof, for a day, and is not written yet.
pub(crate) fn phone_number_row(account: &AccountRow, number: &str) -> PhoneNumberRow {
    PhoneNumberRow {
        id: PhoneNumberId::new(NOW, &DICE),
        account_id: account.id,
        number: E164::new(number),
        country: "DE".into(),
        session_id: Some(SessionId::new(NOW, &DICE)),
        created_at: NOW,
        expires_at: Some(later(24 * 3600)),
        confirmed_at: None,
        last_used_at: None,
        last_caller: None,
    }
}

/// A code that goes out by this channel for a challenge of an account, in the next two minutes.
pub(crate) fn new_dispatch(account: &AccountRow, channel: Channel) -> NewDispatch {
    let phone = channel != Channel::Telegram;
    NewDispatch {
        id: DispatchId::new(NOW, &DICE),
        channel,
        kind: "code".into(),
        account_id: Some(account.id),
        organisation_id: Some(account.organisation_id),
        challenge_id: Some(ChallengeId::new(NOW, &DICE)),
        phone_id: phone.then(|| PhoneNumberId::new(NOW, &DICE)),
        prompt_id: (!phone).then(|| TelegramPromptId::new(NOW, &DICE)),
        body: b"to whom and what".to_vec().into(),
        destination: phone.then(|| Destination { country: "DE".into(), prefix: "4915123".into() }),
        caller: None,
        price: if phone { 70 } else { 0 },
        created_at: NOW,
        send_at: NOW,
        expires_at: later(120),
    }
}
