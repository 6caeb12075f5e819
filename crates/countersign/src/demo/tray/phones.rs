//! Every number's phone: that of each account, and any other that was called or written to.

use countersign_courier::phone_tray::{PhoneTray, TrayCall, TrayEnd, TraySms};
use countersign_courier::phones::CallWay;

use super::Owner;
use crate::app::App;
use crate::portal::view::{CallEnd, TrayNews, TrayPhone, TrayRing};

/// Most calls and messages that one phone shows.
const NEWS_MOST: usize = 6;

/// The tray that stands in for all phones.
pub(in crate::demo) fn phone_of(app: &App) -> Option<PhoneTray> {
    if let CallWay::Tray(phone) = &app.phones.calls { Some(phone.clone()) } else { None }
}

/// The phones, that with the latest news first.
pub(in crate::demo) fn phones(app: &App, owners: &[Owner]) -> Vec<TrayPhone> {
    let (calls, messages) = phone_of(app).map(|tray| (tray.calls(), tray.messages())).unwrap_or_default();
    let mut numbers: Vec<&str> = Vec::new();
    let of_accounts = owners.iter().flat_map(|owner| &owner.phones).map(String::as_str);
    let reached = calls.iter().map(|call| &*call.to).chain(messages.iter().map(|sms| &*sms.to));
    for number in of_accounts.chain(reached) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let mut phones: Vec<(u64, TrayPhone)> =
        numbers.into_iter().map(|number| phone(number, owners, &calls, &messages)).collect();
    // Those without any news keep their order.
    phones.sort_by_key(|(latest, _)| std::cmp::Reverse(*latest));
    phones.into_iter().map(|(_, phone)| phone).collect()
}

fn phone(number: &str, owners: &[Owner], calls: &[TrayCall], messages: &[TraySms]) -> (u64, TrayPhone) {
    let of_call = |call: &TrayCall| (call.sequence, news_of(call));
    let of_sms = |sms: &TraySms| (sms.sequence, TrayNews::Sms(sms.reveal().to_owned()));
    let calls = calls.iter().filter(|call| call.to == number).map(of_call);
    let messages = messages.iter().filter(|sms| sms.to == number).map(of_sms);
    let mut news: Vec<(u64, TrayNews)> = calls.chain(messages).collect();
    news.sort_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
    let latest = news.first().map_or(0, |(sequence, _)| *sequence);
    let has = |owner: &&Owner| owner.phones.iter().any(|one| one == number);
    let phone = TrayPhone {
        number: number.to_owned(),
        owners: owners.iter().filter(has).map(|owner| owner.email.clone()).collect(),
        news: news.into_iter().map(|(_, news)| news).take(NEWS_MOST).collect(),
    };
    (latest, phone)
}

fn news_of(call: &TrayCall) -> TrayNews {
    let end = call.end.map(|end| match end {
        TrayEnd::Missed => CallEnd::Missed,
        TrayEnd::Declined => CallEnd::Declined,
        TrayEnd::Answered => CallEnd::Answered,
    });
    TrayNews::Call(TrayRing { id: call.sequence, from: call.from.clone(), end })
}
