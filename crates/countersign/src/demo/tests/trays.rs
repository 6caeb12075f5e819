//! The preset `messenger` with nothing in hand: chats, calls and SMS on the tray.

use countersign_core::factor::telegram::LinkToken;
use countersign_core::phone::Channel;
use countersign_courier::Post;
use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::telegram::{CallbackData, MessageId, TelegramTray};
use countersign_courier::tray::Tray;

use super::*;
use crate::app::App;
use crate::app::couriers::Couriers;
use crate::demo::{CHAT_PAGE, open_chats};
use crate::flow::phone::{Asking, Want};
use crate::portal::view::{CallEnd, ChatButton, TrayChat, TrayNews, TrayPhone};
use crate::worker::Worker;

const EVERY_WAY: &str = "robin@meadow.example";
const TWO_CHATS: &str = "sascha@meadow.example";

/// The demo as the command starts it, but for its loops: tests take their turns.
struct Demo {
    app: Arc<App>,
    plan: Plan,
    _folder: tempfile::TempDir,
}

impl Demo {
    async fn start() -> Self {
        let trays = Couriers::trays(Post::Tray(Tray::new()), TelegramTray::new(), &PhoneTray::default());
        let couriers = Couriers { chat_page: Some(CHAT_PAGE), ..trays };
        let (app, folder) = testing::app_with(couriers).await;
        let plan = Plan::new(&*app.deps.entropy);
        let demo = Self { app, plan, _folder: folder };
        seed(&demo.call(), &demo.plan).await.unwrap();
        open_chats(&demo.app);
        demo.works().await;
        demo
    }

    fn call(&self) -> Call {
        self.app.call(countersign_core::audit::Actor::Stranger, "test")
    }

    /// What the loops would have done by now.
    async fn works(&self) {
        Worker::telegram_once(Arc::clone(&self.app)).await;
        Worker::dispatch_once(Arc::clone(&self.app)).await;
    }

    async fn owners(&self) -> Vec<tray::Owner> {
        tray::owners(&self.call(), "being set up").await.unwrap()
    }

    /// The chats that are linked to an account.
    async fn chats(&self, email: &str) -> Vec<TrayChat> {
        let chats = tray::chats(&self.app, &self.owners().await);
        chats.into_iter().filter(|chat| chat.owners.iter().any(|owner| owner == email)).collect()
    }

    async fn phone(&self, number: &str) -> TrayPhone {
        let phones = tray::phones(&self.app, &self.owners().await);
        phones.into_iter().find(|phone| phone.number == number).unwrap()
    }

    async fn challenged(&self, email: &str) -> Token {
        let challenge = challenge(first_step(&self.call(), &self.plan, email).await);
        self.works().await;
        challenge
    }

    async fn shown(&self, challenge: &Token) -> String {
        let view = second_step::view(&self.call(), challenge).await.unwrap();
        view.telegram.unwrap().asked.unwrap().shown.as_str().to_owned()
    }

    async fn press(&self, chat: &TrayChat, button: &ChatButton) {
        let message = chat.messages.last().unwrap();
        let data = CallbackData::parse(&button.data).unwrap();
        let chats = tray::chats_of(&self.app).unwrap();
        assert!(chats.press(chat.id, MessageId(message.id), &data).is_some());
        self.works().await;
    }

    async fn answer(&self, challenge: &Token, method: Method, code: &str) -> Answer {
        let reply = Reply { challenge, browser: None, session: None, method: Some(method), code };
        second_step::answer(&self.call(), &reply).await.unwrap()
    }
}

fn buttons(chat: &TrayChat) -> &[Vec<ChatButton>] {
    &chat.messages.last().unwrap().buttons
}

#[tokio::test]
async fn everybodys_chat_is_open_and_says_what_it_is_linked_to() {
    let demo = Demo::start().await;
    let all = tray::chats(&demo.app, &demo.owners().await);
    assert_eq!(all.len(), 4);
    for chat in &all {
        let said: Vec<bool> = chat.messages.iter().map(|message| message.from_bot).collect();
        assert_eq!(said, [false, true], "the bot answered {}", chat.name);
    }
    assert_eq!(demo.chats(EVERY_WAY).await.len(), 1);
    assert_eq!(demo.chats(TWO_CHATS).await.len(), 2);
    assert!(all.iter().any(|chat| chat.owners.is_empty()), "one is free to be linked");
}

#[tokio::test]
async fn msg_3_of_two_chats_on_the_tray_one_confirms_and_the_other_is_disarmed() {
    let demo = Demo::start().await;
    let challenge = demo.challenged(TWO_CHATS).await;
    let asked = demo.chats(TWO_CHATS).await;
    assert!(asked.iter().all(|chat| buttons(chat).len() == 2), "numbers, and the way to refuse");
    let shown = demo.shown(&challenge).await;
    let right = buttons(&asked[1])[0].iter().find(|button| button.label == shown).unwrap();
    demo.press(&asked[1], right).await;
    let after = demo.chats(TWO_CHATS).await;
    assert!(after.iter().all(|chat| buttons(chat).is_empty() && chat.messages.last().unwrap().edited));
    assert!(after[1].toast.is_some());
    assert!(matches!(demo.answer(&challenge, Method::Telegram, "").await, Answer::Entered(_)));
}

#[tokio::test]
async fn msg_2_refusing_on_the_tray_ends_the_sign_in() {
    let demo = Demo::start().await;
    let challenge = demo.challenged(EVERY_WAY).await;
    let chat = demo.chats(EVERY_WAY).await.remove(0);
    demo.press(&chat, &buttons(&chat)[1][0]).await;
    assert!(!matches!(demo.answer(&challenge, Method::Telegram, "").await, Answer::Entered(_)));
}

#[tokio::test]
async fn msg_6_the_number_that_rings_on_the_tray_signs_in() {
    let demo = Demo::start().await;
    let challenge = demo.challenged(EVERY_WAY).await;
    second_step::choose(&demo.call(), &challenge, None, None, Method::Phone).await.unwrap();
    let asked = second_step::ask_phone(&demo.call(), &challenge, None, None, Want::default()).await.unwrap();
    assert_eq!(asked, Asking::Begun(Channel::Call));
    demo.works().await;
    let phone = demo.phone("+491713920011").await;
    assert_eq!(phone.owners, [EVERY_WAY]);
    let Some(TrayNews::Call(call)) = phone.news.first() else { panic!("a call") };
    assert_eq!(call.end, Some(CallEnd::Missed));
    let code = &call.from[call.from.len() - 4..];
    assert!(matches!(demo.answer(&challenge, Method::Phone, code).await, Answer::Entered(_)));
    let first = tray::phones(&demo.app, &demo.owners().await).remove(0);
    assert_eq!(first.number, phone.number, "where something happened comes first");
}

#[tokio::test]
async fn links_into_the_chat_lead_to_the_trays() {
    let demo = Demo::start().await;
    let token = LinkToken::new(&*demo.app.deps.entropy);
    let link = demo.app.deps.reach.chat_link(&token).unwrap();
    let page = demo.app.settings.public_address.link(CHAT_PAGE);
    assert_eq!(*link, format!("{page}?start={}", token.reveal().as_str()));
}
