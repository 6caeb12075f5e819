//! How the ready accounts are reached beside mail: their Telegram accounts and their phone numbers.

use std::time::Duration;

use countersign_core::factor::telegram::TelegramId;
use countersign_core::id::{AccountId, PhoneNumberId, SessionId, TelegramAccountId};
use countersign_core::phone::PhoneNumber;
use countersign_courier::telegram::{Messenger, Sender, TelegramTray};
use countersign_store::phone_number::{Confirmed, E164, PhoneNumberRow};
use countersign_store::telegram_account::{Linked, TelegramAccountRow, TelegramPerson};
use countersign_store::{Db, StoreError, account, phone_number, telegram_account};

use super::plan::{PEOPLE, Person, ReadyAccount};
use super::seed::SET_UP_AGO;
use crate::app::App;
use crate::flow::Call;
use crate::flow::phone::ACCOUNTS_OF_NUMBER;
use crate::flow::telegram::ACCOUNTS_OF_PERSON;

/// Telegram accounts and numbers of one account; no ready one has more.
const MOST: u8 = 3;
/// How long one took to be added after the other.
const BETWEEN: Duration = Duration::from_mins(1);

/// Links Telegram and proves the numbers, as if that had been done a day ago.
pub(super) async fn add(
    tx: &mut Db,
    call: &Call,
    owner: AccountId,
    ready: &ReadyAccount,
) -> Result<(), StoreError> {
    // One after another, as lists show first what was added first.
    let mut then = call.now.minus(SET_UP_AGO);
    for person in ready.chats {
        then = then.plus(BETWEEN);
        link(tx, &Call { now: then, ..call.clone() }, owner, person).await?;
    }
    if !ready.chats.is_empty() {
        account::set_telegram(tx, owner, Some(call.now.minus(SET_UP_AGO))).await?;
    }
    for number in ready.phones {
        then = then.plus(BETWEEN);
        prove(tx, &Call { now: then, ..call.clone() }, owner, number).await?;
    }
    Ok(())
}

async fn link(tx: &mut Db, call: &Call, owner: AccountId, person: &Person) -> Result<(), StoreError> {
    let then = call.now;
    let corrupt = StoreError::Corrupt("a ready account's Telegram account");
    let Some(id) = TelegramId::new(person.id) else { return Err(corrupt) };
    let row = TelegramAccountRow {
        id: TelegramAccountId::new(then, call.entropy()),
        account_id: owner,
        person: TelegramPerson {
            id,
            name: person.name.to_owned(),
            username: Some(person.username.to_owned()),
            language: None,
        },
        created_at: then,
        last_used_at: None,
        blocked_at: None,
    };
    let most = telegram_account::Most { of_account: MOST.into(), of_person: ACCOUNTS_OF_PERSON };
    match telegram_account::insert(tx, &call.deps.keys, call.entropy(), &row, most).await? {
        Linked::Done => Ok(()),
        Linked::Before | Linked::AccountFull | Linked::PersonFull => Err(corrupt),
    }
}

async fn prove(tx: &mut Db, call: &Call, owner: AccountId, number: &str) -> Result<(), StoreError> {
    let then = call.now;
    let corrupt = StoreError::Corrupt("a ready account's number");
    let Some(number) = PhoneNumber::stored(number) else { return Err(corrupt) };
    let row = PhoneNumberRow {
        id: PhoneNumberId::new(then, call.entropy()),
        account_id: owner,
        number: E164::new(number.reveal()),
        country: number.country().to_string(),
        session_id: Some(SessionId::new(then, call.entropy())),
        created_at: then,
        expires_at: Some(then.plus(BETWEEN)),
        confirmed_at: None,
        last_used_at: None,
        last_caller: None,
    };
    let most =
        phone_number::Most { of_account: MOST.into(), pending: MOST.into(), of_number: ACCOUNTS_OF_NUMBER };
    phone_number::add(tx, &call.deps.keys, call.entropy(), &row, most).await?;
    match phone_number::confirm(tx, &call.deps.keys, (row.id, owner), most, then).await? {
        Confirmed::Done => Ok(()),
        Confirmed::Over | Confirmed::AccountFull | Confirmed::NumberFull => Err(corrupt),
    }
}

/// Everybody with Telegram starts the bot, as it may write to nobody else.
pub fn open_chats(app: &App) {
    let Messenger::Tray(chats) = &*app.messenger else { return };
    for person in &PEOPLE {
        write(chats, person, None, "/start", app.clock.now().as_millis() / 1_000);
    }
}

/// Somebody writes to the bot, in an app that speaks this language. `now`: seconds since 1970.
pub(super) fn write(chats: &TelegramTray, person: &Person, language: Option<&str>, text: &str, now: i64) {
    let sender = Sender {
        id: person.id,
        is_bot: false,
        first_name: person.name.to_owned(),
        username: Some(person.username.to_owned()),
        language_code: language.map(str::to_owned),
    };
    chats.write(&sender, text, now);
}
