//! What the phones of the demo's people show: the authenticator apps with the codes of every account and of the set-ups in
//! progress, calls and SMS, the chats with the bot, and the letters that were sent.

mod chats;
mod phones;

use countersign_core::factor::totp::{Secret, code_at, step_at};
use countersign_courier::Post;
use countersign_courier::tray::Delivered;
use countersign_store::account::{AccountFilter, AccountRow};
use countersign_store::{Db, StoreError, account, authenticator, phone_number, session, telegram_account};

use crate::app::App;
use crate::flow::{Call, FlowError, policy};
use crate::portal::view::{TrayApp, TrayDevice, TrayLetter};

pub(super) use chats::{chats, chats_of};
pub(super) use phones::{phone_of, phones};

/// Most accounts of one organisation that the tray looks at.
const ACCOUNTS_MOST: u32 = 200;

/// Most letters that are shown.
const LETTERS_MOST: usize = 50;

/// One account, as the tray looks at it.
pub(super) struct Owner {
    organisation: String,
    email: String,
    /// The set-ups in progress.
    pending: Vec<TrayDevice>,
    devices: Vec<TrayDevice>,
    /// Numbers, whole: also those that wait for their proof.
    phones: Vec<String>,
    /// The numbers of the Telegram accounts that are linked to it.
    chats: Vec<i64>,
}

/// Every account. `pending` is what a device is called that is being set up.
pub(super) async fn owners(call: &Call, pending: &str) -> Result<Vec<Owner>, FlowError> {
    let organisations = policy::organisations(call).await?;
    let mut db = call.reader().await?;
    let mut owners = Vec::new();
    for organisation in organisations {
        let filter = AccountFilter { organisation: Some(organisation.id), ..AccountFilter::default() };
        for row in account::list(&mut db, &filter, ACCOUNTS_MOST).await? {
            let keys = &call.deps.keys;
            let numbers = phone_number::of_account(&mut db, keys, row.id, call.now).await?;
            let chats = telegram_account::of_account(&mut db, keys, row.id).await?;
            owners.push(Owner {
                organisation: organisation.name.clone(),
                email: row.email.as_str().to_owned(),
                pending: set_ups(&mut db, call, &row, pending).await?,
                devices: confirmed(&mut db, call, &row).await?,
                phones: numbers.iter().map(|row| row.number.reveal().to_owned()).collect(),
                chats: chats.iter().map(|chat| chat.person.id.reveal()).collect(),
            });
        }
    }
    Ok(owners)
}

/// The authenticator apps. Accounts with a set-up in progress come first: somebody waits for that code.
pub(super) fn apps(owners: &[Owner]) -> Vec<TrayApp> {
    let app = |owner: &Owner| TrayApp {
        organisation: owner.organisation.clone(),
        email: owner.email.clone(),
        devices: owner.pending.iter().chain(&owner.devices).cloned().collect(),
    };
    let (waiting, others): (Vec<_>, Vec<_>) = owners.iter().partition(|owner| !owner.pending.is_empty());
    waiting.into_iter().chain(others).map(app).filter(|app| !app.devices.is_empty()).collect()
}

/// The letters that were sent, the newest first.
pub(super) fn letters(app: &App) -> Vec<TrayLetter> {
    let Post::Tray(tray) = app.post.as_ref() else { return Vec::new() };
    let origin = app.settings.public_address.origin();
    let read = |one: &Delivered| {
        let mail = &one.mail;
        TrayLetter::read(mail.to.as_str(), &mail.subject, &mail.text, origin)
    };
    tray.mails().iter().rev().take(LETTERS_MOST).map(read).collect()
}

/// The set-ups in progress, found through the sessions that they were started in.
async fn set_ups(
    db: &mut Db,
    call: &Call,
    row: &AccountRow,
    name: &str,
) -> Result<Vec<TrayDevice>, StoreError> {
    let mut devices = Vec::new();
    for session in session::list(db, row.id, call.now).await? {
        let found = authenticator::pending_for(db, &call.deps.keys, session.id, row.id, call.now).await?;
        devices.extend(found.map(|pending| device(call, name, &pending.secret)));
    }
    Ok(devices)
}

async fn confirmed(db: &mut Db, call: &Call, row: &AccountRow) -> Result<Vec<TrayDevice>, StoreError> {
    let names = authenticator::confirmed(db, row.id).await?;
    let devices = authenticator::devices(db, &call.deps.keys, row.id).await?;
    let name =
        |id| names.iter().find(|row| row.id == id).and_then(|row| row.name.clone()).unwrap_or_default();
    Ok(devices.iter().map(|one| device(call, &name(one.id), &one.secret)).collect())
}

fn device(call: &Call, name: &str, secret: &Secret) -> TrayDevice {
    let step = step_at(call.now);
    let code = |step| code_at(secret, step).reveal().to_string();
    TrayDevice { name: name.to_owned(), code: code(step), next: code(step + 1) }
}
