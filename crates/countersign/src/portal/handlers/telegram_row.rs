//! Telegram's row among the methods, and its question as the second step's page shows it.

use countersign_core::method::Method;
use countersign_core::sign_in::AccountChange;

use super::super::view::{
    Blocked, ChatAsked, ChatQuestion, ChatRow, Chats, MailAgain, MethodRow, Page, RowAction, telegram_why,
};
use super::super::visit::{Member, moment};
use super::code::again;
use super::methods::blocked;
use super::telegram::{BEFORE, OFF, ON};
use crate::flow::second_step::ChallengeView;
use crate::flow::step_up;
use crate::flow::telegram::switch::{self, ChatLine};
use crate::flow::telegram::view::{AskedChats, TelegramStep};
use crate::http::problem::Problem;

pub(super) async fn row(member: &Member, page: &Page, row: MethodRow) -> Result<MethodRow, Problem> {
    let rows: Vec<ChatRow> = switch::list(member.call(), &member.me).await?.into_iter().map(chat).collect();
    let has_bot = member.call().deps.reach.telegram.is_some();
    let no_bot = || Blocked { reason: page.t("telegram-not-set-up").into_owned(), confirm_address: false };
    let may_link = blocked(member, page, AccountChange::LinkTelegram).or_else(|| (!has_bot).then(no_bot));
    let last_used = rows.iter().filter_map(|chat| chat.last_used).max();
    let most = u32::from(member.me.facts.policy.telegram_accounts_max);
    let none = rows.is_empty();
    let chats = Chats { rows, most, may_link: may_link.is_none() };
    let why = Some(telegram_why(page, row.strength).into_owned());
    if row.is_on {
        let blocked = blocked(member, page, AccountChange::DisableTelegram);
        let label = page.t("disable").into_owned();
        let off = RowAction { label, address: OFF, class: "danger-quiet" };
        let actions = if blocked.is_none() { vec![off] } else { Vec::new() };
        return Ok(MethodRow { why, last_used, chats, actions, blocked, ..row });
    }
    let set_up = if none { BEFORE } else { ON };
    let blocked =
        if none { may_link } else { blocked(member, page, AccountChange::EnableTelegram).or(may_link) };
    let set_up = blocked.is_none().then(|| set_up.to_owned());
    Ok(MethodRow { why, chats, set_up, blocked, ..row })
}

fn chat(line: ChatLine) -> ChatRow {
    ChatRow {
        id: line.id.to_string(),
        name: line.name,
        added: moment(line.added_at),
        last_used: line.last_used_at.map(moment),
        is_blocked: line.blocked_at.is_some(),
    }
}

/// The question of a challenge. Which chats were asked is told by number: names are for those who are in.
pub(super) fn question(view: &ChallengeView, step: &TelegramStep) -> ChatQuestion {
    let offer = view.offers.iter().find(|offer| offer.method == Method::Telegram);
    ChatQuestion {
        style: step.style,
        asked: step.asked.as_ref().map(asked),
        all_blocked: step.linked > 0 && step.blocked >= step.linked,
        again: again(step.again),
        is_down: step.is_down,
        held_until: offer.and_then(|offer| offer.held_until).map(moment),
    }
}

/// The question of a challenge that is not open yet: nobody is asked by a look.
pub(super) async fn before(member: &Member) -> Result<ChatQuestion, Problem> {
    let chats = switch::list(member.call(), &member.me).await?;
    let offers = step_up::methods(member.call(), &member.me);
    let offer = offers.iter().find(|offer| offer.method == Method::Telegram);
    Ok(ChatQuestion {
        style: member.me.facts.policy.telegram_style,
        asked: None,
        all_blocked: chats.iter().all(|chat| chat.blocked_at.is_some()),
        again: MailAgain::Now,
        is_down: member.call().deps.reach.telegram.is_none(),
        held_until: offer.and_then(|offer| offer.held_until).map(moment),
    })
}

fn asked(asked: &AskedChats) -> ChatAsked {
    ChatAsked {
        shown: asked.shown.clone(),
        at: moment(asked.at),
        expires_at: moment(asked.expires_at),
        chats: u32::try_from(asked.chats).unwrap_or(u32::MAX),
        stage: asked.stage,
    }
}
