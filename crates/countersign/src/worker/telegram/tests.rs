//! Reading on past what cannot be acted on. The tray stands in for Telegram.

use countersign_courier::Post;
use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::telegram::{Sender, TelegramTray};

use super::*;
use crate::app::couriers::Couriers;
use crate::app::testing;

struct House {
    app: Arc<App>,
    chats: TelegramTray,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let (app, folder) = testing::app("").await;
        let chats = TelegramTray::new();
        let couriers = Couriers::trays(Post::Nowhere, chats.clone(), &PhoneTray::default());
        let mut app = Arc::into_inner(app).unwrap();
        app.messenger = Arc::new(couriers.messenger);
        Self { app: Arc::new(app), chats, folder }
    }

    fn says(&self, person: i64, text: &str) {
        let sender = Sender {
            id: person,
            is_bot: false,
            first_name: "Kim".to_owned(),
            username: None,
            language_code: None,
        };
        self.chats.write(&sender, text, 1_795_296_247);
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("test.sqlite3")).unwrap()
    }

    async fn cursor(&self) -> Option<i64> {
        let mut db = self.app.deps.store.reader().await.unwrap();
        telegram_cursor::of_bot(&mut db, self.app.bot_id()).await.unwrap().map(|cursor| cursor.next_update)
    }

    fn waiting(&self) -> i64 {
        let count = "SELECT COUNT(*) FROM dispatch";
        self.database().query_row(count, [], |row| row.get(0)).unwrap()
    }
}

#[tokio::test]
async fn msg_2_an_update_that_can_never_be_acted_on_stops_the_others_for_a_while_only() {
    let house = House::new().await;
    let mut reader = TelegramLoop::new(Arc::clone(&house.app));
    house.says(7, "/help");
    reader.read(Duration::ZERO).await.unwrap();
    let before = house.cursor().await.unwrap();
    assert_eq!(house.waiting(), 1);
    // Whatever it is: the database says no to an answer, and to nothing else.
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON dispatch BEGIN SELECT RAISE(ABORT, 'broken'); END";
    house.database().execute_batch(broken).unwrap();
    house.says(7, "/help");
    house.chats.block(7, true);
    for _ in 1..TRIES {
        assert!(reader.read(Duration::ZERO).await.is_err());
        assert_eq!(house.cursor().await, Some(before), "it comes again");
    }
    reader.read(Duration::ZERO).await.unwrap();
    assert_eq!(house.cursor().await, Some(before + 2), "it was passed over, and the next one acted on");
    house.database().execute_batch("DROP TRIGGER broken").unwrap();
    house.says(8, "/help");
    reader.read(Duration::ZERO).await.unwrap();
    assert_eq!(house.waiting(), 2);
}

#[tokio::test]
async fn msg_2_the_commands_are_listed_once_and_again_where_that_failed() {
    let house = House::new().await;
    let mut reader = TelegramLoop::new(Arc::clone(&house.app));
    house.chats.set_failing(Some(TelegramError::Unreachable));
    reader.list_commands().await;
    assert!(house.chats.commands(None).is_empty() && reader.commands_due.is_some());
    house.chats.set_failing(None);
    reader.list_commands().await;
    assert!(house.chats.commands(None).is_empty(), "not at once");
    reader.commands_due = Some(Duration::ZERO);
    reader.list_commands().await;
    let names: Vec<String> =
        house.chats.commands(Some("de")).into_iter().map(|command| command.name).collect();
    assert_eq!(names, ["status", "stop", "help"]);
    assert!(!house.chats.commands(None).is_empty() && reader.commands_due.is_none());
}

#[tokio::test]
async fn msg_2_reading_goes_on_whatever_the_clocks_say_and_rests_where_somebody_else_reads() {
    let house = House::new().await;
    let mut reader = TelegramLoop::new(Arc::clone(&house.app));
    house.says(7, "/help");
    reader.read(Duration::ZERO).await.unwrap();
    let before = house.cursor().await.unwrap();
    // The clock of whoever read before is ahead.
    house.database().execute("UPDATE telegram_cursor SET read_at = read_at + 3600000", []).unwrap();
    house.says(7, "/help");
    assert_eq!(reader.read(Duration::ZERO).await.unwrap(), Duration::ZERO);
    assert_eq!(house.cursor().await, Some(before + 1));
    // After a week without updates their numbers begin anywhere.
    let silent = "UPDATE telegram_cursor SET next_update = 900000000, read_at = 0";
    house.database().execute(silent, []).unwrap();
    house.says(8, "/help");
    assert_eq!(reader.read(Duration::ZERO).await.unwrap(), Duration::ZERO);
    assert_eq!((house.cursor().await, house.waiting()), (Some(before + 2), 3));
    let other = "CREATE TRIGGER other AFTER INSERT ON dispatch BEGIN \
                 UPDATE telegram_cursor SET next_update = next_update + 1; END";
    house.database().execute_batch(other).unwrap();
    house.says(8, "/help");
    assert_eq!(reader.read(Duration::ZERO).await.unwrap(), REST, "not at once again");
    assert_eq!(house.cursor().await, Some(before + 3), "what somebody else has noted stands");
}
