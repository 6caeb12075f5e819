//! What people write to the bot: commands, and digits.

use countersign_core::code::Code;
use countersign_core::dispatch::{BotText, Saying};
use countersign_core::entropy::Entropy;
use countersign_core::factor::telegram::{
    self as rules, About as Button, Answer, Callback, Command, Handle, LinkToken, Press, Prompt, Shown,
    Verdict, link_mac,
};
use countersign_store::account::AccountState;
use countersign_store::telegram_account::{TelegramAccountRow, TelegramPerson};
use countersign_store::telegram_link::{self, Claim, TelegramLinkRow};
use countersign_store::telegram_prompt::TelegramPromptRow;
use countersign_store::{Db, StoreError, account, challenge, telegram_account, telegram_prompt};

use super::super::super::Call;
use super::super::super::limit::Locked;
use super::super::{ACCOUNTS_OF_PERSON, say, saying};
use super::answer::{Asked, Spoken};
use super::junk;

/// Acts on what somebody wrote. Beyond a limit what leads nowhere gets no answer: nobody shall have the bot write all day.
pub(super) async fn wrote(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    text: &str,
) -> Result<(), StoreError> {
    let bot = call.deps.reach.telegram.as_deref().unwrap_or_default();
    let command = Command::parse(text, bot);
    if let Command::Digits(code) = command {
        return digits(tx, call, person, code).await;
    }
    let mut chatter = junk(tx, call, person.id).await?;
    if chatter.check(call.now).is_err() {
        return Ok(());
    }
    chatter.fail(tx, call.now).await?;
    if let Command::Link(token) = command {
        return opened(tx, call, person, &token).await;
    }
    let chats = telegram_account::of_person(tx, &call.deps.keys, person.id).await?;
    renamed(tx, call, person, &chats).await?;
    let what = match command {
        Command::BadLink => Saying::LinkBad,
        Command::Start if chats.is_empty() => Saying::Start,
        Command::Stop | Command::Status if chats.is_empty() => Saying::NotLinked,
        Command::Stop => Saying::Stop,
        Command::Start | Command::Status => Saying::Status,
        Command::Help | Command::Other | Command::Digits(_) | Command::Link(_) => Saying::Help,
    };
    let told = about_all(tx, call, person, &chats, what).await?;
    say(tx, call, None, told).await
}

/// With the accounts that it is about, masked. The language is that of the first of them.
async fn about_all(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    chats: &[TelegramAccountRow],
    what: Saying,
) -> Result<BotText, StoreError> {
    let mut accounts = Vec::new();
    for chat in chats {
        accounts.extend(account::by_id(tx, chat.account_id).await?);
    }
    let mut told = saying(call, person, accounts.first(), what);
    let listed = matches!(what, Saying::Status | Saying::Stop);
    told.accounts = accounts.iter().filter(|_| listed).map(|account| account.email.masked()).collect();
    Ok(told)
}

/// Notes what a linked person is called now.
async fn renamed(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    chats: &[TelegramAccountRow],
) -> Result<(), StoreError> {
    for chat in chats.iter().filter(|chat| chat.person != *person) {
        let now = TelegramAccountRow { person: person.clone(), ..chat.clone() };
        telegram_account::set_person(tx, &call.deps.keys, call.entropy(), &now).await?;
    }
    Ok(())
}

/// Somebody opened the address of a linking: whoever it is gets the code that the browser asks for, and a button to say that
/// this is not their doing. The first who opens it has it.
async fn opened(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    token: &LinkToken,
) -> Result<(), StoreError> {
    let keys = &call.deps.keys;
    let found = telegram_link::by_token_hash(tx, keys, &token.hash()).await?;
    let Some(link) = found else { return bad(tx, call, person).await };
    account::lock(tx, link.account_id).await?;
    let account = account::by_id(tx, link.account_id).await?;
    let account = account.filter(|one| one.state == AccountState::Active && one.changes_locked_at.is_none());
    let Some(account) = account else { return bad(tx, call, person).await };
    let linked = telegram_account::of_person(tx, keys, person.id).await?;
    if linked.iter().any(|chat| chat.account_id == account.id) {
        return say(tx, call, Some(&account), saying(call, person, Some(&account), Saying::Linked)).await;
    }
    if linked.len() >= ACCOUNTS_OF_PERSON as usize {
        return bad(tx, call, person).await;
    }
    let (code, handle) = (Code::random(call.entropy()), Handle::new(call.entropy()));
    if !claimed(tx, call, &link, person, &code, &handle).await? {
        return bad(tx, call, person).await;
    }
    let mut told = saying(call, person, Some(&account), Saying::LinkCode);
    let button = Callback { about: Button::Link, handle, press: Press::NotMe };
    told.code = Some(code.reveal());
    told.refuse = Some(button.to_text());
    told.until = Some(link.expires_at.as_millis());
    say(tx, call, Some(&account), told).await
}

async fn claimed(
    tx: &mut Db,
    call: &Call,
    link: &TelegramLinkRow,
    person: &TelegramPerson,
    code: &Code,
    handle: &Handle,
) -> Result<bool, StoreError> {
    let (keys, entropy): (_, &dyn Entropy) = (&call.deps.keys, call.entropy());
    let code_mac = link_mac(keys, link.account_id, link.id, code);
    let claim = Claim { person, handle_hash: &handle.hash(), code_mac: &code_mac };
    telegram_link::claim(tx, keys, entropy, (link.id, link.account_id), &claim, call.now).await
}

async fn bad(tx: &mut Db, call: &Call, person: &TelegramPerson) -> Result<(), StoreError> {
    say(tx, call, None, saying(call, person, None, Saying::LinkBad)).await
}

/// Digits belong to whatever this chat is asked: to the question that they answer rightly, else to the newest one.
async fn digits(tx: &mut Db, call: &Call, person: &TelegramPerson, code: Code) -> Result<(), StoreError> {
    let answer = Answer::Typed(code);
    let waiting = telegram_prompt::waiting_of(tx, &call.deps.keys, person.id, call.now).await?;
    let mut meant: Option<TelegramPromptRow> = None;
    for prompt in waiting {
        let shown = challenge::shown(tx, &call.deps.keys, prompt.challenge_id).await?;
        let Some(shown @ Shown::Code(_)) = shown else { continue };
        let (state, expires_at) = (prompt.state, prompt.expires_at);
        let asked = Prompt { state, shown: &shown, offered: &[], expires_at };
        if rules::judge(&asked, &answer, call.now) == Verdict::Confirmed {
            meant = Some(prompt);
            break;
        }
        meant.get_or_insert(prompt);
    }
    let Some(prompt) = meant else {
        let chatter = junk(tx, call, person.id).await?;
        return nothing_waits(tx, call, person, chatter).await;
    };
    let Some(chat) = telegram_account::by_id(tx, &call.deps.keys, prompt.telegram_account_id).await? else {
        return Ok(());
    };
    let spoken = Spoken { person, message: None, typed: true };
    Asked { chat: &chat, prompt: &prompt }.answered(tx, call, &spoken, &answer).await.map(drop)
}

async fn nothing_waits(
    tx: &mut Db,
    call: &Call,
    person: &TelegramPerson,
    mut chatter: Locked,
) -> Result<(), StoreError> {
    if chatter.check(call.now).is_err() {
        return Ok(());
    }
    chatter.fail(tx, call.now).await?;
    say(tx, call, None, saying(call, person, None, Saying::NothingWaits)).await
}
