//! The letters that were sent, and the authenticator app on the demo's phone: every device of every account, and the set-ups in progress, with the codes
//! they show now.

use countersign_core::factor::totp::{Secret, code_at, step_at};
use countersign_courier::Post;
use countersign_courier::tray::Delivered;
use countersign_store::account::{AccountFilter, AccountRow};
use countersign_store::{Db, StoreError, account, authenticator, session};

use crate::app::App;
use crate::flow::{Call, FlowError, policy};
use crate::portal::view::{TrayApp, TrayDevice, TrayLetter};

/// Most accounts of one organisation that the tray looks at.
const ACCOUNTS_MOST: u32 = 200;

/// Most letters that are shown.
const LETTERS_MOST: usize = 50;

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

/// Everything that the phone shows. Accounts with a set-up in progress come first: somebody waits for that code.
/// `pending` is what such a device is called.
pub(super) async fn apps(call: &Call, pending: &str) -> Result<Vec<TrayApp>, FlowError> {
    let organisations = policy::organisations(call).await?;
    let mut db = call.reader().await?;
    let (mut waiting, mut others) = (Vec::new(), Vec::new());
    for organisation in organisations {
        let filter = AccountFilter { organisation: Some(organisation.id), ..AccountFilter::default() };
        for row in account::list(&mut db, &filter, ACCOUNTS_MOST).await? {
            let setting_up = set_ups(&mut db, call, &row, pending).await?;
            let place = if setting_up.is_empty() { &mut others } else { &mut waiting };
            let devices: Vec<_> =
                setting_up.into_iter().chain(confirmed(&mut db, call, &row).await?).collect();
            if !devices.is_empty() {
                let email = row.email.as_str().to_owned();
                place.push(TrayApp { organisation: organisation.name.clone(), email, devices });
            }
        }
    }
    waiting.append(&mut others);
    Ok(waiting)
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
