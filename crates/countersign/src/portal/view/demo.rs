//! The demo's pages: where to start; authenticator apps and letters on the tray.

use askama::Template;

use super::page::Page;

/// A ready account.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Its e-mail address.
    pub email: String,
    /// Its password. Ready accounts exist in the demo only.
    pub password: String,
    /// What it shows, in words.
    pub about: String,
    /// By what it is asked for a second step, in words.
    pub ways: Vec<String>,
    /// Its recovery key, where it has one.
    pub recovery_key: Option<String>,
}

/// An organisation of the demo.
#[derive(Debug, Clone)]
pub struct DemoOrganisation {
    /// Its name.
    pub name: String,
    /// Its preset.
    pub preset: String,
    /// What its preset does, in words.
    pub about: String,
    /// Its ready accounts.
    pub accounts: Vec<DemoAccount>,
}

/// Where to click: `/demo`.
#[derive(Debug, Template)]
#[template(path = "demo/start.html")]
pub struct DemoStartPage {
    /// What every page shares.
    pub page: Page,
    /// Every organisation.
    pub organisations: Vec<DemoOrganisation>,
}

/// One device on the demo's phone.
#[derive(Debug, Clone)]
pub struct TrayDevice {
    /// Its name.
    pub name: String,
    /// The present code: six digits.
    pub code: String,
    /// The code after it.
    pub next: String,
}

impl TrayDevice {
    pub(super) fn shown(code: &str) -> String {
        let (left, right) = code.split_at_checked(3).unwrap_or((code, ""));
        format!("{left} {right}")
    }
}

/// One account in the demo's authenticator app.
#[derive(Debug, Clone)]
pub struct TrayApp {
    /// The organisation's name.
    pub organisation: String,
    /// The account's e-mail address.
    pub email: String,
    /// Its devices.
    pub devices: Vec<TrayDevice>,
}

/// A line of a letter in the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterLine {
    /// Plain words.
    Text(String),
    /// A page of this server, as a path.
    Link(String),
}

/// A letter in the tray.
#[derive(Debug, Clone)]
pub struct TrayLetter {
    /// Whom it went to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The code in it, as it reads there.
    pub code: Option<String>,
    /// The whole text.
    pub lines: Vec<LetterLine>,
}

impl TrayLetter {
    /// Reads a letter's text: a line that is an address under `origin` becomes a link.
    pub fn read(to: &str, subject: &str, text: &str, origin: &str) -> Self {
        let link = |line: &str| {
            let path = line.trim().strip_prefix(origin)?;
            path.starts_with('/').then(|| LetterLine::Link(path.to_owned()))
        };
        Self {
            to: to.to_owned(),
            subject: subject.to_owned(),
            code: text.lines().find_map(code_in),
            lines: text
                .lines()
                .map(|line| link(line).unwrap_or_else(|| LetterLine::Text(line.to_owned())))
                .collect(),
        }
    }
}

/// A line that is a code and nothing else.
fn code_in(line: &str) -> Option<String> {
    let line = line.trim();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let plain = line.chars().all(|sign| sign.is_ascii_digit() || sign.is_whitespace());
    (digits == 6 && plain).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_in_the_tray_shows_its_code_and_links_only_to_this_server() {
        let text = "Your code\n\n    123 456\n\nhttps://demo.example/link/abc\nhttps://demo.example.evil/x\nSince 2026.";
        let letter = TrayLetter::read("mia@example.org", "Your code", text, "https://demo.example");
        assert_eq!(letter.code.as_deref(), Some("123 456"));
        let links: Vec<_> = letter.lines.iter().filter(|line| matches!(line, LetterLine::Link(_))).collect();
        assert_eq!(links, [&LetterLine::Link("/link/abc".to_owned())]);
        assert_eq!(TrayLetter::read("", "", "No 12 34 5 code", "").code, None);
    }
}
