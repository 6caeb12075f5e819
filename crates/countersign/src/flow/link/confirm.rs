//! Links that set no password: one button does what they are for, and for a sign-up the password that was chosen.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::link::LinkPurpose;
use countersign_core::secret::{Password, Token};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::link::LinkRow;
use countersign_store::{Db, StoreError, audit, link};

use super::super::address::deeds::{self, TAKEN};
use super::super::address::held;
use super::super::gate::Entered;
use super::super::{About, Call, FlowError, GONE, suspension};
use super::{finish, may_reset, open};

/// What a link did.
pub enum Confirmed {
    /// A sign-up: the account is made, and the gate was passed.
    Entered(Entered),
    /// The account's address is confirmed.
    AddressConfirmed,
    /// The account has its new address.
    AddressChanged,
    /// The former address is back, everything that was signed in has ended, and changes are locked.
    AddressChangeUndone {
        /// Sets a new password, which opens changes again. For the browser that used the link and for nobody else.
        reset: Token,
        /// When that ends.
        expires_at: Timestamp,
    },
    /// The suspension of the second step is over, and so is everything that was signed in.
    SuspensionStopped {
        /// Whether the account is disabled, as it has no second step left.
        disabled: bool,
    },
    /// "This was not me": everything that was signed in has ended, and changes are locked.
    Secured {
        /// As in [`Confirmed::AddressChangeUndone`].
        reset: Token,
        /// When that ends.
        expires_at: Timestamp,
    },
}

/// Does what a link is for that needs one button, and spends it. `session` is the browser's own, which ends where a
/// sign-up begins another; `password` is the one chosen at a sign-up, and nothing to the others. `NotFound`: the link is
/// over, or one that sets a password; `Conflict`: somebody else has the address by now; `Invalid`: the password is wrong.
pub async fn confirm(
    call: &Call,
    token: &Token,
    session: Option<Token>,
    password: Option<Password>,
) -> Result<Confirmed, FlowError> {
    let link = open(call, token).await?;
    if link.purpose.sets_password() {
        return Err(FlowError::NotFound);
    }
    let replaces = session.as_ref().map(Token::hash);
    let outcome = match link.account_id {
        None => {
            finish::press(call, link, password, replaces).await.map(|entered| entered.map(Confirmed::Entered))
        }
        Some(account) => {
            let pressed = Pressed { call: call.clone(), link, account };
            call.deps.store.write(pressed, |tx, pressed| Box::pin(pressed.settle(tx))).await.map(Ok)
        }
    };
    let confirmed = match outcome {
        Err(StoreError::Refused(GONE)) => return Err(FlowError::NotFound),
        Err(StoreError::Refused(TAKEN) | StoreError::Unique(_)) => {
            return Err(FlowError::Conflict(Text::new("address-taken-meanwhile")));
        }
        other => other??,
    };
    call.deps.post_wake.notify_one();
    Ok(confirmed)
}

struct Pressed {
    call: Call,
    link: LinkRow,
    account: AccountId,
}

impl Pressed {
    /// The account's row comes before the link's, in this as in every transaction, and the link is spent before anything
    /// else is done: of any number of presses one goes on.
    async fn settle(&self, tx: &mut Db) -> Result<Confirmed, StoreError> {
        let (call, link) = (&self.call, &self.link);
        let account = held(tx, self.account).await?;
        if !may_reset(&account) {
            return Err(StoreError::Refused(GONE));
        }
        self.use_up(tx).await?;
        let detail = [("purpose", link.purpose.as_str().to_owned())];
        audit::append(tx, &call.own_row(Event::LinkSpent, About::of(&account), &detail)).await?;
        self.deed(tx, &account).await
    }

    async fn use_up(&self, tx: &mut Db) -> Result<(), StoreError> {
        let won = link::spend(tx, self.link.id, self.call.now).await?;
        if won { Ok(()) } else { Err(StoreError::Refused(GONE)) }
    }

    async fn deed(&self, tx: &mut Db, account: &AccountRow) -> Result<Confirmed, StoreError> {
        let call = &self.call;
        let expires_at = call.now.plus(LinkPurpose::PasswordReset.life());
        Ok(match self.link.purpose {
            LinkPurpose::ConfirmAddress => {
                deeds::confirmed(tx, call, account, self.address()?).await?;
                Confirmed::AddressConfirmed
            }
            LinkPurpose::ConfirmNewAddress => {
                deeds::changed(tx, call, account, self.address()?).await?;
                Confirmed::AddressChanged
            }
            LinkPurpose::UndoAddressChange => {
                let reset = deeds::undone(tx, call, account, self.address()?).await?;
                Confirmed::AddressChangeUndone { reset, expires_at }
            }
            LinkPurpose::NotMe => {
                let reset = deeds::secured(tx, call, account).await?;
                Confirmed::Secured { reset, expires_at }
            }
            LinkPurpose::StopSuspension => {
                let disabled = suspension::stopped(tx, call, account, self.link.created_at).await?;
                Confirmed::SuspensionStopped { disabled }
            }
            LinkPurpose::FirstAdministrator
            | LinkPurpose::Invitation
            | LinkPurpose::PasswordReset
            | LinkPurpose::SignUp => return Err(StoreError::Refused(GONE)),
        })
    }

    fn address(&self) -> Result<&EmailAddress, StoreError> {
        self.link.email.as_ref().ok_or(StoreError::Corrupt("link.email"))
    }
}
