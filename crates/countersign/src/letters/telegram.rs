//! What the bot says, in words: questions, what became of them, and answers to commands.
//!
//! Texts go without markup, so nothing in them can become a heading or a link in disguise; what stands out is told beside.

use std::borrow::Cow;

use countersign_core::dispatch::{Asked, BotText, Prompt, PromptEdit, PromptEnd, Saying};
use countersign_core::factor::telegram::Press;
use countersign_core::policy::TelegramStyle;
use countersign_core::session::describe_device;
use zeroize::Zeroizing;

use super::LetterStyle;
use super::clean::line;
use crate::language::Language;
use crate::text;
use crate::words::{Moment, Value, Words};

/// Characters of a name, and of any other value.
const NAME: usize = 80;

/// A message for a chat. Without `Debug`: it may hold a code.
pub struct ChatMessage {
    /// Its lines.
    pub text: Zeroizing<String>,
    /// Its first words, which stand out.
    pub bold: Option<String>,
    /// The code in it, which is copied with a touch.
    pub code: Option<Zeroizing<String>>,
    /// The rows of buttons: what stands on each, and what it brings back.
    pub buttons: Vec<Vec<(String, String)>>,
}

/// What can be written to the bot, each with what it does, for its menu.
pub fn commands(language: Language) -> [(&'static str, String); 3] {
    let words = Words::new(language);
    let says = |key| words.message(key, &[]).into_owned();
    [
        ("status", says(text!("telegram-command-status"))),
        ("stop", says(text!("telegram-command-stop"))),
        ("help", says(text!("telegram-command-help"))),
    ]
}

/// Puts words into a chat.
pub struct Chat<'a> {
    style: &'a LetterStyle,
    words: Words,
}

impl<'a> Chat<'a> {
    /// In the language of this tag; one that is not spoken here becomes `otherwise`.
    pub fn new(style: &'a LetterStyle, tag: &str, otherwise: Language) -> Self {
        Self { style, words: Words::new(tag.parse().unwrap_or(otherwise)) }
    }

    /// A question, with its buttons.
    pub fn prompt(&self, prompt: &Prompt) -> ChatMessage {
        let (title, mut lines) = self.asked(&prompt.asked);
        lines.push(String::new());
        lines.push(self.say(
            match prompt.style {
                TelegramStyle::Match => text!("telegram-ask-match"),
                TelegramStyle::Type => text!("telegram-ask-type"),
                TelegramStyle::Tap => text!("telegram-ask-tap"),
            },
            &[],
        ));
        lines.push(self.say(text!("telegram-ask-not-you"), &[]));
        let (mut numbers, mut rows) = (Vec::new(), Vec::new());
        for button in &prompt.buttons {
            let data = button.data.clone();
            match button.press {
                Press::Number(number) => numbers.push((number.to_string(), data)),
                Press::Confirm => rows.push(vec![(self.say(text!("telegram-button-confirm"), &[]), data)]),
                Press::NotMe => rows.push(vec![(self.say(text!("telegram-button-not-me"), &[]), data)]),
            }
        }
        if !numbers.is_empty() {
            rows.insert(0, numbers);
        }
        message(&title, &lines, rows)
    }

    /// What stands in the place of a question.
    pub fn edit(&self, edit: &PromptEdit) -> ChatMessage {
        let end = match edit.end {
            PromptEnd::Confirmed => text!("telegram-end-confirmed"),
            PromptEnd::Refused => text!("telegram-end-refused"),
            PromptEnd::WrongNumber => text!("telegram-end-wrong-number"),
            PromptEnd::AnsweredElsewhere => text!("telegram-end-elsewhere"),
            PromptEnd::Late => text!("telegram-end-late"),
            PromptEnd::Over => text!("telegram-end-over"),
            PromptEnd::Unlinked => text!("telegram-end-unlinked"),
        };
        let (asked, mut lines) = self.asked(&edit.asked);
        lines.insert(0, asked);
        message(&self.say(end, &[]), &lines, Vec::new())
    }

    /// Anything else.
    pub fn text(&self, said: &BotText) -> ChatMessage {
        let organisation = said.organisation.as_deref().and_then(|name| line(name, NAME));
        let organisation = organisation.or_else(|| line(&self.style.product, NAME)).unwrap_or_default();
        let host = self.style.public_address.host();
        let values: [(&str, &dyn Value); 2] = [("organisation", &organisation), ("host", &host)];
        let title = self.say(saying(said.saying), &values);
        let mut lines: Vec<String> = Vec::new();
        for account in said.accounts.iter().filter_map(|account| line(account, NAME)) {
            lines.push(self.say(text!("telegram-ask-account"), &[("account", &account)]));
        }
        if let Some(code) = &said.code {
            lines.push(String::new());
            lines.push(code.to_string());
            lines.push(self.say(text!("telegram-code-where"), &[("host", &host)]));
        }
        if let Some(until) = said.until {
            let time = self.words.exact(Moment(until)).into_owned();
            lines.push(self.say(text!("telegram-until"), &[("time", &time)]));
        }
        let refuse = said.refuse.iter();
        let rows = refuse.map(|data| vec![(self.say(text!("telegram-button-not-me"), &[]), data.clone())]);
        let rows = rows.collect();
        let code = said.code.clone();
        ChatMessage { code, ..message(&title, &lines, rows) }
    }

    /// What is asked about: the question, and the lines below it.
    fn asked(&self, asked: &Asked) -> (String, Vec<String>) {
        let organisation = line(&asked.organisation, NAME).unwrap_or_default();
        let title =
            self.say(text!("telegram-ask"), &[("organisation", &organisation), ("purpose", &asked.purpose)]);
        let account = line(&asked.account, NAME).unwrap_or_default();
        let device = self.device(&asked.device);
        let address = line(&asked.address, NAME).unwrap_or_default();
        let time = self.words.exact(Moment(asked.at)).into_owned();
        let lines = vec![
            self.say(text!("telegram-ask-account"), &[("account", &account)]),
            self.say(text!("telegram-ask-from"), &[("device", &device), ("address", &address)]),
            self.say(text!("telegram-ask-at"), &[("time", &time)]),
        ];
        (title, lines)
    }

    fn device(&self, user_agent: &str) -> Cow<'static, str> {
        let device = describe_device(user_agent);
        match (device.browser, device.system) {
            (Some(browser), Some(system)) => self.words.t2("device-on", "browser", browser, "system", system),
            (Some(one), None) | (None, Some(one)) => Cow::Borrowed(one),
            (None, None) => self.words.t("device-unknown"),
        }
    }

    fn say(&self, key: &str, values: &[(&str, &dyn Value)]) -> String {
        self.words.message(key, values).into_owned()
    }
}

fn message(title: &str, lines: &[String], buttons: Vec<Vec<(String, String)>>) -> ChatMessage {
    let mut text = Zeroizing::new(title.to_owned());
    for line in lines {
        text.push('\n');
        text.push_str(line);
    }
    ChatMessage { text, bold: title.lines().next().map(str::to_owned), code: None, buttons }
}

const fn saying(saying: Saying) -> &'static str {
    match saying {
        Saying::Start => text!("telegram-says-start"),
        Saying::LinkCode => text!("telegram-says-link-code"),
        Saying::LinkBad => text!("telegram-says-link-bad"),
        Saying::Linked => text!("telegram-says-linked"),
        Saying::LinkRefused => text!("telegram-says-link-refused"),
        Saying::Unlinked => text!("telegram-says-unlinked"),
        Saying::Stop => text!("telegram-says-stop"),
        Saying::Status => text!("telegram-says-status"),
        Saying::NotLinked => text!("telegram-says-not-linked"),
        Saying::Help => text!("telegram-says-help"),
        Saying::WrongCode => text!("telegram-says-wrong-code"),
        Saying::NothingWaits => text!("telegram-says-nothing-waits"),
        Saying::Confirmed => text!("telegram-says-confirmed"),
        Saying::Held => text!("telegram-says-held"),
    }
}
