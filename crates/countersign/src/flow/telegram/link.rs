//! Linking a Telegram account, in a browser that is signed in (MSG-1). The chat's half is the inbox's.

use countersign_core::audit::Event;
use countersign_core::code::{Code, CodeFault};
use countersign_core::dispatch::Saying;
use countersign_core::factor::telegram::{LINK_LIFE, LINK_TRIES, Link, LinkToken, LinkVerdict, judge_link};
use countersign_core::id::{TelegramAccountId, TelegramLinkId};
use countersign_core::letter::LetterKind;
use countersign_core::limits::CounterKey;
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::telegram_account::{Linked, Most, TelegramAccountRow, TelegramPerson};
use countersign_store::telegram_link::TelegramLinkRow;
use countersign_store::{Db, StoreError, account, audit, facts, telegram_account, telegram_link};
use zeroize::Zeroizing;

use super::super::factors::{self, Present, SignedInHere};
use super::super::limit::{Charges, Refusal};
use super::super::session::{SignedIn, hold};
use super::super::{Call, FieldFault, FlowError, GONE};
use super::{ACCOUNTS_OF_PERSON, called, say, saying, which};
use crate::text;

/// Rolls a link back whose account has as many Telegram accounts as it may.
const ACCOUNT_FULL: &str = "telegram account full";
/// Rolls a link back whose Telegram account answers for as many accounts as it may.
const PERSON_FULL: &str = "telegram person full";
/// Rolls a link back that was there before.
const BEFORE: &str = "telegram linked before";

/// A linking that was begun. Its address is told in this answer and never again.
pub struct Started {
    /// The address that opens the chat with the bot and hands the token over: for a link, and as the text of a QR code.
    pub address: Zeroizing<String>,
    /// The bot's name, without `@`.
    pub bot: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Begins to link a Telegram account: an address with a one-time token, bound to this session, for ten minutes. One that was
/// begun before is over. Needs what adding any factor needs.
///
/// # Errors
///
/// [`FlowError::Forbidden`] where no bot is set up or the change is refused; [`FlowError::Conflict`] where as many are linked
/// as may be; [`FlowError::TooMany`].
pub async fn start(call: &Call, signed_in: &SignedIn) -> Result<Started, FlowError> {
    signed_in.require(AccountChange::LinkTelegram, call.now)?;
    let bot = bot(call)?;
    let mut db = call.reader().await?;
    let linked = telegram_account::of_account(&mut db, &call.deps.keys, signed_in.account()).await?.len();
    drop(db);
    if linked >= usize::from(signed_in.facts.policy.telegram_accounts_max) {
        return Err(full(signed_in));
    }
    let token = LinkToken::new(call.entropy());
    let address = call.deps.reach.chat_link(&token).ok_or_else(no_bot)?;
    let expires_at = call.now.plus(LINK_LIFE);
    let data = (call.clone(), signed_in.clone(), token.hash(), fresh(call, signed_in, expires_at));
    let job = call.deps.store.write(data, |tx, (call, signed_in, hash, link)| {
        Box::pin(async move {
            let mut locked = Charges::new(vec![CounterKey::telegram_link(link.account_id)]).lock(tx).await?;
            if let Err(refused) = locked.check(call.now) {
                let row = call.own_row(Event::CodeRefused, signed_in.about(), &[]);
                Refusal::new(call, link.account_id, refused.limit, row).note(tx).await?;
                return Ok(Err(refused));
            }
            hold(tx, call, signed_in, AccountChange::LinkTelegram).await?;
            locked.fail(tx, call.now).await?;
            telegram_link::create(tx, hash, link).await?;
            audit::append(tx, &call.own_row(Event::TelegramLinkAsked, signed_in.about(), &[])).await?;
            Ok(Ok(()))
        })
    });
    job.await??;
    Ok(Started { address, bot, expires_at })
}

fn fresh(call: &Call, signed_in: &SignedIn, expires_at: Timestamp) -> TelegramLinkRow {
    TelegramLinkRow {
        id: TelegramLinkId::new(call.now, call.entropy()),
        account_id: signed_in.account(),
        session_id: signed_in.session,
        tries: 0,
        created_at: call.now,
        expires_at,
        claimed_at: None,
        spent_at: None,
        refused_at: None,
        code_mac: None,
        person: None,
    }
}

fn bot(call: &Call) -> Result<String, FlowError> {
    call.deps.reach.telegram.clone().ok_or_else(no_bot)
}

fn no_bot() -> FlowError {
    FlowError::Forbidden(Text::new(text!("telegram-not-set-up")))
}

fn full(signed_in: &SignedIn) -> FlowError {
    let most = i64::from(signed_in.facts.policy.telegram_accounts_max);
    FlowError::Conflict(Text::new(text!("telegram-too-many")).with("most", most))
}

/// How far the linking of this session is, for the page that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// None was begun here, or it is long over.
    None,
    /// Nobody has opened the address yet.
    Waiting {
        /// When it ends.
        expires_at: Timestamp,
    },
    /// Somebody has opened it and was shown the code that is typed here.
    Opened {
        /// What that Telegram account is called by its owner.
        by: String,
        /// When it ends.
        expires_at: Timestamp,
        /// Codes that may still be tried.
        tries_left: u32,
    },
    /// "It wasn't me" was pressed in the chat.
    Refused,
    /// It has linked.
    Linked,
    /// Its time is over, or its tries.
    Over,
}

/// How far the linking of this session is: one query, for a page that asks every few seconds.
pub async fn state(call: &Call, signed_in: &SignedIn) -> Result<LinkState, FlowError> {
    let mut db = call.reader().await?;
    let found =
        telegram_link::of_session(&mut db, &call.deps.keys, signed_in.session, signed_in.account()).await?;
    let Some(row) = found else { return Ok(LinkState::None) };
    Ok(match &row.person {
        _ if row.spent_at.is_some() => LinkState::Linked,
        _ if row.refused_at.is_some() => LinkState::Refused,
        _ if row.expires_at <= call.now || row.tries >= LINK_TRIES => LinkState::Over,
        Some(person) => LinkState::Opened {
            by: called(person),
            expires_at: row.expires_at,
            tries_left: LINK_TRIES.saturating_sub(row.tries),
        },
        None => LinkState::Waiting { expires_at: row.expires_at },
    })
}

/// Gives up what is being linked. Nothing to give up is fine.
pub async fn cancel(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    let job = call.deps.store.write((signed_in.account(), call.now), |tx, (account, now)| {
        Box::pin(async move { telegram_link::end_all_of(tx, *account, *now).await })
    });
    job.await?;
    Ok(())
}

/// How a confirmation ended.
pub enum Confirmation {
    /// It is linked and asked from now on; every other session has ended.
    Done {
        /// The session's new token.
        session: Token,
        /// How many other sessions were ended.
        ended: u64,
        /// Whether a recovery key may be made now.
        may_make_key: bool,
    },
    /// It is not the code that the chat shows.
    Wrong {
        /// Codes that may still be tried.
        tries_left: u32,
    },
    /// Nobody has opened the address in Telegram yet.
    NotOpened,
    /// It is over: begin again.
    Over,
}

/// Links the Telegram account that opened the address, by the code that its chat shows, typed in this very session.
///
/// # Errors
///
/// [`FlowError::Invalid`] for what is no code; [`FlowError::Conflict`] where as many are linked as may be, or it was linked
/// before; [`FlowError::Forbidden`] where the change is refused by now.
pub async fn confirm(call: &Call, signed_in: &SignedIn, code: &str) -> Result<Confirmation, FlowError> {
    if let Permission::No(key) = signed_in.may(AccountChange::LinkTelegram, call.now) {
        return Err(FlowError::Forbidden(Text::new(key)));
    }
    let code = Code::parse(code).map_err(CodeFault::text_key);
    let code =
        code.map_err(|key| FlowError::Invalid(vec![FieldFault { field: "code", text: Text::new(key) }]))?;
    let (keys, account) = (&call.deps.keys, signed_in.account());
    let mut db = call.reader().await?;
    let found = telegram_link::of_session(&mut db, keys, signed_in.session, account).await?;
    drop(db);
    let Some(row) = found else { return Ok(Confirmation::Over) };
    let link = Link {
        mac: row.code_mac.as_ref(),
        expires_at: row.expires_at,
        tries: row.tries,
        spent: row.spent_at.is_some(),
        refused: row.refused_at.is_some(),
    };
    match (judge_link(keys, account, row.id, &link, &code, call.now), row.person) {
        (LinkVerdict::Over, _) => Ok(Confirmation::Over),
        (LinkVerdict::NotOpened, _) | (_, None) => Ok(Confirmation::NotOpened),
        (LinkVerdict::Wrong, _) => wrong(call, row.id).await,
        (LinkVerdict::Right, Some(person)) => {
            let (call, signed_in) = (call.clone(), signed_in.clone());
            linked(Linking { call, signed_in, link: row.id, person }).await
        }
    }
}

async fn wrong(call: &Call, link: TelegramLinkId) -> Result<Confirmation, FlowError> {
    let job = call.deps.store.write((link, call.now), |tx, (link, now)| {
        Box::pin(async move { telegram_link::count_try(tx, *link, *now).await })
    });
    Ok(match job.await?.map(|tries| LINK_TRIES.saturating_sub(tries)) {
        None | Some(0) => Confirmation::Over,
        Some(tries_left) => Confirmation::Wrong { tries_left },
    })
}

/// A right code.
struct Linking {
    call: Call,
    signed_in: SignedIn,
    link: TelegramLinkId,
    person: TelegramPerson,
}

async fn linked(linking: Linking) -> Result<Confirmation, FlowError> {
    let (call, signed_in) = (linking.call.clone(), linking.signed_in.clone());
    match call.deps.store.write(linking, |tx, linking| Box::pin(linking.settle(tx))).await {
        Err(StoreError::Refused(GONE)) => Ok(Confirmation::Over),
        Err(StoreError::Refused(ACCOUNT_FULL)) => Err(full(&signed_in)),
        Err(StoreError::Refused(PERSON_FULL)) => {
            let most = i64::from(ACCOUNTS_OF_PERSON);
            Err(FlowError::Conflict(Text::new(text!("telegram-person-full")).with("most", most)))
        }
        Err(StoreError::Refused(BEFORE)) => {
            Err(FlowError::Conflict(Text::new(text!("telegram-linked-before"))))
        }
        Err(fault) => Err(fault.into()),
        Ok((session, ended)) => {
            call.deps.post_wake.notify_one();
            call.deps.dispatch_wake.notify_one();
            let (policy, role) = (&signed_in.facts.policy, signed_in.facts.account.role);
            let missing = !signed_in.facts.recovery_key.is_some_and(|key| key.saved);
            let may_make_key = missing && policy.offers(Method::RecoveryKey, role);
            Ok(Confirmation::Done { session, ended, may_make_key })
        }
    }
}

impl Linking {
    async fn settle(&self, tx: &mut Db) -> Result<(Token, u64), StoreError> {
        let (call, signed_in) = (&self.call, &self.signed_in);
        // It holds the account's row, so that two links count their room one by one.
        let account = hold(tx, call, signed_in, AccountChange::LinkTelegram).await?;
        account::bump_factor_version(tx, account.id).await?;
        let before = facts::account_facts(tx, account.id, call.now).await?;
        let before = before.ok_or(StoreError::Refused(GONE))?;
        // Of any number of copies one links; the others were too late.
        if !telegram_link::spend(tx, self.link, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        let row = self.row(call, signed_in);
        let of_account = u32::from(before.policy.telegram_accounts_max);
        let most = Most { of_account, of_person: ACCOUNTS_OF_PERSON };
        match telegram_account::insert(tx, &call.deps.keys, call.entropy(), &row, most).await? {
            Linked::Done => {}
            Linked::Before => return Err(StoreError::Refused(BEFORE)),
            Linked::AccountFull => return Err(StoreError::Refused(ACCOUNT_FULL)),
            Linked::PersonFull => return Err(StoreError::Refused(PERSON_FULL)),
        }
        // Linking switches it on by itself.
        if before.telegram.on_since.is_none() {
            account::set_telegram(tx, account.id, Some(call.now)).await?;
        }
        let here = SignedInHere { session: signed_in.session, browser: signed_in.browser };
        factors::enabled(tx, call, &before, Method::Telegram, &here).await?;
        let class = before.policy.class_of(Method::Telegram);
        let (token, ended) = factors::renew(tx, call, account.id, Present::of(signed_in), class).await?;
        let detail = [which(row.id), ("ended", ended.to_string())];
        audit::append(tx, &call.own_row(Event::TelegramLinked, signed_in.about(), &detail)).await?;
        let name = Some(called(&self.person));
        factors::tell(tx, call, &account, LetterKind::MethodAdded, Method::Telegram, name).await?;
        let told = saying(call, &self.person, Some(&account), Saying::Linked);
        say(tx, call, Some(&account), told).await?;
        Ok((token, ended))
    }

    fn row(&self, call: &Call, signed_in: &SignedIn) -> TelegramAccountRow {
        TelegramAccountRow {
            id: TelegramAccountId::new(call.now, call.entropy()),
            account_id: signed_in.account(),
            person: self.person.clone(),
            created_at: call.now,
            last_used_at: None,
            blocked_at: None,
        }
    }
}
