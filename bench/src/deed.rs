//! What a client does over and over, and how each answer is verified.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_core::secret::Token;

use crate::Fault;
use crate::people::{self, BROWSER, PASSWORD, People, Person};
use crate::wire::{Answer, Connection};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// A fresh, valid code: ends in a session.
    SecondStep,
    /// Five guesses, then another account.
    WrongCode,
    /// The right password: ends in a challenge.
    SignIn,
    /// The same, then the code out of the letter: ends in a session.
    MailedSignIn,
    /// Asks for a code by e-mail in a challenge that is open: ends in a letter.
    Letter,
    /// Asks for a call in a challenge that is open: ends in a phone that rings.
    Call,
    /// What the server answers without doing anything.
    Health,
}

/// Guesses at one account: as many as its challenge allows.
pub(crate) const GUESSES: u32 = 5;
/// Of these the first four are judged; the fifth falls into the wait after the fourth and is refused unseen.
const JUDGED: u32 = 4;

/// The people that a measurement may use up, handed out one after another to all of its clients.
pub(crate) struct Slice {
    /// The crowd.
    pub(crate) people: People,
    first: u32,
    count: u32,
    round: u32,
    taken: AtomicU32,
}

impl Slice {
    /// The people from `first` on, whose challenges of this round are open.
    pub(crate) fn new(people: People, first: u32, count: u32, round: u32) -> Self {
        Self { people, first, count, round, taken: AtomicU32::new(0) }
    }

    /// The next one; `None` when all were used.
    pub(crate) fn next(&self) -> Option<Person> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        (taken < self.count).then(|| Person { index: self.first + taken, round: self.round })
    }

    /// The first of them.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The first one who was not used.
    pub(crate) fn reached(&self) -> u32 {
        self.first + self.taken.load(Ordering::Relaxed).min(self.count)
    }
}

/// One client's work: writes requests, one person after another.
pub(crate) struct Worker<'a> {
    deed: Deed,
    slice: &'a Slice,
    request: Vec<u8>,
    person: Option<Person>,
    guesses: u32,
}

impl<'a> Worker<'a> {
    /// A client that does this with these people.
    pub(crate) fn new(deed: Deed, slice: &'a Slice) -> Self {
        Self { deed, slice, request: Vec::with_capacity(1024), person: None, guesses: 0 }
    }

    /// Prepares the next request. `false`: there is nobody left.
    pub(crate) fn prepare(&mut self) -> bool {
        self.guesses += 1;
        if self.deed != Deed::WrongCode || self.guesses > GUESSES || self.person.is_none() {
            self.person = self.slice.next();
            self.guesses = 1;
        }
        let Some(person) = self.person else { return false };
        self.request.clear();
        match self.deed {
            Deed::SecondStep => {
                let code = self.slice.people.code(person.index).reveal();
                self.second_step(person, &self.slice.people.challenge_token(person), &code);
            }
            Deed::WrongCode => {
                let code = self.slice.people.guess(person, self.guesses);
                self.second_step(person, &self.slice.people.challenge_token(person), &code);
            }
            Deed::SignIn | Deed::MailedSignIn => self.sign_in(person),
            Deed::Letter => self.ask("/api/v1/second-step/code", person, ""),
            Deed::Call => self.ask("/api/v1/second-step/phone", person, "{}"),
            Deed::Health => self.health(person),
        }
        true
    }

    /// Who the next request is for.
    pub(crate) fn person(&self) -> Option<Person> {
        self.person
    }

    /// Sends what was prepared and verifies the answer.
    pub(crate) async fn send<'c>(&self, connection: &'c mut Connection) -> Result<Answer<'c>, Fault> {
        let answer = connection.ask(&self.request).await?;
        let right = match self.deed {
            Deed::SecondStep => is_session(&answer),
            Deed::WrongCode if self.guesses <= JUDGED => answer.status == 401,
            Deed::WrongCode => answer.status == 429,
            Deed::SignIn | Deed::MailedSignIn => {
                answer.status == 303
                    && answer.says("location: /second-step")
                    && answer.says("set-cookie: challenge=")
            }
            // A server that has too much to do says so, and is asked again.
            Deed::Call => matches!(answer.status, 200 | 503),
            Deed::Letter | Deed::Health => answer.status == 200,
        };
        if right || self.was_lucky() { Ok(answer) } else { Err(unexpected(self.deed, &answer)) }
    }

    /// Answers the challenge that this person's sign-in has opened.
    pub(crate) async fn finish(
        &mut self,
        connection: &mut Connection,
        challenge: &Token,
        code: &str,
    ) -> Result<(), Fault> {
        let person = self.person.ok_or("nobody has signed in")?;
        self.request.clear();
        self.second_step(person, challenge, code);
        let answer = connection.ask(&self.request).await?;
        if is_session(&answer) { Ok(()) } else { Err(unexpected(self.deed, &answer)) }
    }

    /// Thirteen in a million guesses are right or nearly so; they and the guesses after them are answered otherwise.
    fn was_lucky(&self) -> bool {
        let Some(person) = self.person.filter(|_| self.deed == Deed::WrongCode) else { return false };
        let people = &self.slice.people;
        (1..=self.guesses).any(|guess| people.shows(person.index, &people.guess(person, guess)))
    }

    fn second_step(&mut self, person: Person, challenge: &Token, code: &str) {
        let people = &self.slice.people;
        let challenge = challenge.reveal();
        let body = format!("csrf={}&code={code}", people.form_token(person.index).csrf());
        self.post("/second-step", person, &format!("; challenge={}", &*challenge), &body);
    }

    fn sign_in(&mut self, person: Person) {
        let csrf = self.slice.people.form_token(person.index).csrf();
        let email = people::email(person.index).replace('@', "%40");
        let body = format!("csrf={csrf}&email={email}&password={}", PASSWORD.replace(' ', "+"));
        self.post("/sign-in", person, "", &body);
    }

    fn post(&mut self, path: &str, person: Person, cookie: &str, body: &str) {
        let people = &self.slice.people;
        let form = people.form_token(person.index).reveal();
        let browser = people.browser_token(person.index).reveal();
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: {BROWSER}\r\naccept: text/html\r\n\
             accept-language: en\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {}\r\n\
             cookie: form={}; browser={}{cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            people::address(person.index),
            &*form,
            &*browser,
            body.len()
        );
        self.request.extend_from_slice(text.as_bytes());
    }

    /// Asks the API for a code, with this body of JSON or none.
    fn ask(&mut self, path: &str, person: Person, body: &str) {
        let people = &self.slice.people;
        let (challenge, browser) =
            (people.challenge_token(person), people.browser_token(person.index).reveal());
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: {BROWSER}\r\n\
             accept: application/json\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {}\r\n\
             x-csrf-token: {}\r\ncookie: challenge={}; browser={}\r\n{}content-length: {}\r\n\r\n{body}",
            people::address(person.index),
            challenge.csrf(),
            &*challenge.reveal(),
            &*browser,
            if body.is_empty() { "" } else { "content-type: application/json\r\n" },
            body.len()
        );
        self.request.extend_from_slice(text.as_bytes());
    }

    fn health(&mut self, person: Person) {
        let address = people::address(person.index);
        let text = format!(
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nuser-agent: {BROWSER}\r\nx-forwarded-for: {address}\r\n\r\n"
        );
        self.request.extend_from_slice(text.as_bytes());
    }
}

fn is_session(answer: &Answer<'_>) -> bool {
    answer.status == 303 && answer.says("location: /account") && answer.says("set-cookie: sid=")
}

fn unexpected(deed: Deed, answer: &Answer<'_>) -> Fault {
    let first = answer.head.lines().next().unwrap_or_default();
    let place = answer.head.lines().find(|line| line.starts_with("location: ")).unwrap_or_default();
    format!("{deed:?} was answered with {first} {place}").into()
}
