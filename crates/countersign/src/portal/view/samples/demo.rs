//! Samples of the demo: where to start, the phones, and every part in every state.

use super::*;
use crate::demo::styleguide::StyleguidePage;

pub(super) fn demo(book: &mut Book, words: Words) {
    book.add("demo", &DemoStartPage { page: plain(words), organisations: organisations() });
    book.add("tray", &full(words));
    book.add("tray-empty", &empty(words));
    let command = "/start abcdefghijklmnopqrstuv".to_owned();
    book.add("open-chat", &OpenChatPage { page: plain(words), chats: vec![asked(), quiet()], command });
    book.add("styleguide", &StyleguidePage::new(plain(words)));
}

fn organisations() -> Vec<DemoOrganisation> {
    let account = |email: &str, about: &str, ways: &[&str]| DemoAccount {
        email: email.to_owned(),
        password: "correct horse battery staple".to_owned(),
        about: about.to_owned(),
        ways: ways.iter().map(|way| (*way).to_owned()).collect(),
        recovery_key: email.starts_with("ole").then(|| "7Q4M-XK2A-9ZT0-BV5C-H3RN-W8EJ".to_owned()),
    };
    let organisation = |name: &str, preset: &str| DemoOrganisation {
        name: name.to_owned(),
        preset: preset.to_owned(),
        about: "Authenticator app only.".to_owned(),
        accounts: vec![
            account("mia@nordlicht.example", "Two devices", &["Telegram: @mia", "Phone: +491713920011"]),
            account("ole@nordlicht.example", "Nothing set up", &[]),
        ],
    };
    vec![organisation("Nordlicht Mobil", "authenticator"), organisation("Hafen Hosting", "recommended")]
}

fn full(words: Words) -> TrayPage {
    let device = |name: &str| TrayDevice {
        name: name.to_owned(),
        code: "492039".to_owned(),
        next: "118205".to_owned(),
    };
    let app = TrayApp {
        organisation: "Nordlicht Mobil".to_owned(),
        email: "mia@nordlicht.example".to_owned(),
        devices: vec![device("Mia iPhone"), device("Tablet")],
    };
    let text =
        "Your sign-in code\n\n    492 039\n\nThis e-mail answers request K7QF.\n/link/abcdefghijklmnop\n";
    let letter = TrayLetter::read("mia@nordlicht.example", "Your sign-in code", text, "");
    let news = TrayLetter::read(HOSTILE, HOSTILE, HOSTILE, "https");
    TrayPage {
        apps: vec![app],
        phones: phones(),
        chats: vec![asked(), answered(), quiet()],
        letters: vec![letter, news],
        ..empty(words)
    }
}

fn empty(words: Words) -> TrayPage {
    TrayPage {
        page: plain(words),
        apps: Vec::new(),
        phones: Vec::new(),
        chats: Vec::new(),
        bot: "countersign_demo_bot".to_owned(),
        letters: Vec::new(),
        organisations: organisations(),
    }
}

fn phones() -> Vec<TrayPhone> {
    let call = |id, end| {
        let from = "+493023125007".to_owned();
        TrayNews::Call(TrayRing { id, from, end })
    };
    let phone = |number: &str, news| TrayPhone {
        number: number.to_owned(),
        owners: vec!["mia@nordlicht.example".to_owned()],
        news,
    };
    let past = vec![
        TrayNews::Sms("492039 is your code for Nordlicht Mobil. Never tell it to anybody.".to_owned()),
        call(3, Some(CallEnd::Missed)),
        call(2, Some(CallEnd::Declined)),
        call(1, Some(CallEnd::Answered)),
        TrayNews::Sms(HOSTILE.to_owned()),
    ];
    let nobodys = TrayPhone { number: "+1".to_owned(), owners: Vec::new(), news: Vec::new() };
    vec![phone("+491713920011", vec![call(4, None)]), phone("+491713920012", past), nobodys]
}

fn chat(id: i64, messages: Vec<ChatMessage>) -> TrayChat {
    TrayChat {
        id,
        name: "Mia".to_owned(),
        username: "mia_example".to_owned(),
        owners: vec!["mia@nordlicht.example".to_owned()],
        messages,
        toast: None,
        blocked: false,
    }
}

fn said(id: i64, from_bot: bool, lines: &[&str]) -> ChatMessage {
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    ChatMessage { id, from_bot, lines, edited: false, buttons: Vec::new() }
}

fn asked() -> TrayChat {
    let button = |label: &str| ChatButton { label: label.to_owned(), data: format!("p:{label}") };
    let question = said(
        2,
        true,
        &[
            "Is it you who signs in to Nordlicht Mobil?",
            "Account: m***a@nordlicht.example",
            "",
            "Press the number.",
        ],
    );
    let numbers = ["17", "42", "86"].map(button).to_vec();
    let buttons = vec![numbers, vec![button("It wasn't me")]];
    chat(1, vec![said(1, false, &["/start"]), ChatMessage { buttons, ..question }])
}

fn answered() -> TrayChat {
    let end = said(1, true, &["Confirmed", "Account: m***a@nordlicht.example"]);
    let link =
        said(2, true, &["Link this Telegram account?", "", "118205", "Type this code into the browser."]);
    let toast = Some("Confirmed. The browser goes on by itself.".to_owned());
    TrayChat { toast, ..chat(2, vec![ChatMessage { edited: true, ..end }, link]) }
}

fn quiet() -> TrayChat {
    let name = HOSTILE.to_owned();
    TrayChat { name, owners: Vec::new(), blocked: true, ..chat(3, Vec::new()) }
}
