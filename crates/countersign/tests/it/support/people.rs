//! People: an address, a password, a browser, perhaps a phone with an authenticator app.

use std::sync::atomic::{AtomicU64, Ordering};

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::organisation;
use countersign_core::factor::totp::{self, Secret};
use countersign_core::role::Role;
use countersign_core::secret::Password;

use super::{Answer, Browser, Letter, TestApp};

/// Where a recovery key is made.
pub(crate) const KEY: &str = "/account/security/recovery-key";

/// An authenticator app with one key.
#[derive(Clone)]
pub(crate) struct Phone {
    /// The key.
    pub(crate) secret: Secret,
    /// By how many seconds its clock is fast; negative is slow.
    pub(crate) fast: i64,
}

impl Phone {
    /// Takes a key as it was typed off a page.
    pub(crate) fn typed(key: &str) -> Self {
        let key: String = key.split_whitespace().collect();
        let bytes = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
        Self { secret: Secret::from_bytes(&bytes).unwrap(), fast: 0 }
    }

    /// What it shows now.
    pub(crate) fn code(&self, app: &TestApp) -> String {
        self.code_at(app, 0)
    }

    /// What it shows so many codes from now; negative is earlier.
    pub(crate) fn code_at(&self, app: &TestApp, steps: i64) -> String {
        let step = (app.now().as_secs() + self.fast).div_euclid(i64::from(totp::PERIOD));
        totp::code_at(&self.secret, step + steps).reveal().to_string()
    }

    /// Waits for the next code, so that it is one that was never sent before.
    pub(crate) fn fresh(&self, app: &TestApp) -> String {
        app.next_step();
        self.code(app)
    }

    /// Six digits that none of this phone's codes around now are.
    pub(crate) fn wrong(&self, app: &TestApp) -> String {
        let near: Vec<String> = (-130..=130).map(|steps| self.code_at(app, steps)).collect();
        (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

/// A password that every rule allows; each number gives another.
pub(crate) fn password_of(number: u64) -> String {
    format!("tepid harbour lanterns {number}")
}

/// A password of so many characters in which nothing repeats.
pub(crate) fn long_password(characters: usize) -> String {
    let bytes =
        countersign_core::secret::Token::new(&countersign_core::entropy::testing::CountingEntropy::new(77))
            .hash();
    let letters = (0_usize..).map(|at| {
        char::from(b'a' + (bytes[at % 32].wrapping_mul(u8::try_from(at / 32 + 3).unwrap_or(1))) % 26)
    });
    letters.take(characters).collect()
}

/// Somebody with an account.
pub(crate) struct Person<'a> {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) browser: Browser<'a>,
    /// The phone of the device enrolled first.
    pub(crate) phone: Option<Phone>,
}

impl TestApp {
    /// Somebody new who has just signed in; nothing is enrolled.
    pub(crate) async fn member(&self) -> Person<'_> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let email = format!("person{number}@example.net");
        let mut person =
            Person { email, password: password_of(number), browser: self.browser(), phone: None };
        let (email, password) = (person.email.clone(), person.password.clone());
        self.account(&email, &password).await;
        let answer = person.browser.sign_in(&email, &password).await;
        assert!(["/account", "/account/set-up"].contains(&answer.location()), "{}", answer.location());
        person
    }

    /// An account that nobody has signed in to yet, its address unconfirmed.
    pub(crate) async fn account(&self, email: &str, password: &str) {
        let new = NewAccount {
            email: email.to_owned(),
            display_name: Some("Robin Example".to_owned()),
            role: Role::Member,
            organisation: None,
            password: Some(Password::new(password.to_owned())),
        };
        assert!(matches!(admin::add(&self.operator(), new).await, Ok(Added::Account)));
    }

    /// Somebody who has enrolled a device in the browser they are signed in with.
    pub(crate) async fn enrolled(&self) -> Person<'_> {
        let mut person = self.member().await;
        person.phone = Some(person.browser.enrol("Phone").await);
        // The code that confirmed the device is spent.
        self.next_step();
        person
    }

    /// Somebody with a device whose browser has passed the second step and is recognised.
    pub(crate) async fn recognised(&self) -> Person<'_> {
        let mut person = self.enrolled().await;
        person.sign_out().await;
        person.sign_in_fully().await.assert_leads_to("/account");
        self.next_step();
        person
    }
}

impl Browser<'_> {
    /// Signs up by the page.
    pub(crate) async fn sign_up(&mut self, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("display_name", "Robin Example"), ("password", password)];
        self.submit("/sign-up", "/sign-up", &fields).await
    }

    /// The first step.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.submit("/sign-in", "/sign-in", &[("email", email), ("password", password)]).await
    }

    /// The second step.
    pub(crate) async fn second_step(&mut self, code: &str) -> Answer {
        self.submit("/second-step", "/second-step", &[("code", code)]).await
    }

    /// Makes a key and takes it off the page.
    pub(crate) async fn start_set_up(&mut self) -> Phone {
        let set_up = "/account/security/authenticator/set-up";
        self.submit("/account/security/authenticator", "/account/security/authenticator/start", &[])
            .await
            .assert_leads_to(set_up);
        let page = self.get(set_up).await;
        Phone::typed(&page.assert_ok().page().text_of("key").expect("the key as text"))
    }

    /// Confirms the pending key.
    pub(crate) async fn confirm_set_up(&mut self, name: &str, code: &str) -> Answer {
        let fields = [("name", name), ("code", code)];
        let base = "/account/security/authenticator";
        self.submit(&format!("{base}/set-up"), &format!("{base}/confirm"), &fields).await
    }

    /// Enrols a device by the pages. The session must have been proved within the last five minutes.
    pub(crate) async fn enrol(&mut self, name: &str) -> Phone {
        let phone = self.start_set_up().await;
        let done = self.confirm_set_up(name, &phone.code(self.app)).await;
        let places = ["authenticator/done", "authenticator/last-showing", "recovery-key"];
        let here = |place: &&str| done.location().starts_with(&format!("/account/security/{place}"));
        assert!(places.iter().any(here), "{} {}", done.location(), done.text());
        phone
    }

    /// Proves again who one is, by a code.
    pub(crate) async fn step_up(&mut self, code: &str) -> Answer {
        self.submit("/account/step-up", "/account/step-up", &[("code", code)]).await
    }

    /// Whether the browser is signed in.
    pub(crate) async fn is_in(&mut self) -> bool {
        self.get("/account").await.status.is_success()
    }
}

impl Person<'_> {
    /// Shows that the address is the person's, as its letter's link does.
    pub(crate) fn confirm_address(&self) {
        let app = self.browser.app;
        let (now, email) = (app.now().as_millis(), &self.email);
        app.place.run(&format!("UPDATE account SET email_verified_at = {now} WHERE email = '{email}'"));
    }

    /// The code in the newest letter.
    pub(crate) async fn mailed_code(&self) -> String {
        let letters = self.browser.app.letters_to(&self.email).await;
        letters.iter().rev().find_map(Letter::code).expect("a letter with a code")
    }

    /// Switches codes by e-mail on, on its pages.
    pub(crate) async fn enable_email(&mut self) -> Answer {
        let (page, start) = ("/account/security/email", "/account/security/email/start");
        self.browser.submit(page, start, &[]).await.assert_leads_to("/second-step");
        let code = self.mailed_code().await;
        self.browser.second_step(&code).await
    }

    /// Makes a recovery key, which the page shows, and saves it.
    pub(crate) async fn make_key(&mut self) -> String {
        let shown = self.browser.submit(KEY, &format!("{KEY}/make"), &[]).await;
        let key = shown.assert_ok().page().text_of("recovery-key").expect("the key").replace(' ', "");
        let saved = self.save_key(&shown, &key).await;
        let places = ["/account/set-up/done", "/account/security?done=recovery-key-saved"];
        assert!(places.contains(&saved.location()), "{} {}", saved.status, saved.location());
        key
    }

    /// Types the two groups of this key that the page asks for.
    pub(crate) async fn save_key(&mut self, shown: &Answer, key: &str) -> Answer {
        let asked: Vec<usize> = (1..=6).filter(|n| shown.body.contains(&format!(">Group {n}<"))).collect();
        let [first, second] = asked[..] else { panic!("two groups: {asked:?}") };
        let group = |number: usize| key.split('-').nth(number - 1).unwrap().to_ascii_lowercase();
        let fields = [("first", &*group(first)), ("second", &*group(second))];
        self.browser.send_form(shown, &format!("{KEY}/save"), &fields).await
    }

    pub(crate) fn phone(&self) -> &Phone {
        self.phone.as_ref().expect("a phone")
    }

    /// Signs in with the password alone.
    pub(crate) async fn sign_in(&mut self) -> Answer {
        let (email, password) = (self.email.clone(), self.password.clone());
        self.browser.sign_in(&email, &password).await
    }

    /// Signs in with password and code.
    pub(crate) async fn sign_in_fully(&mut self) -> Answer {
        self.sign_in().await.assert_leads_to("/second-step");
        let code = self.phone().code(self.browser.app);
        self.browser.second_step(&code).await
    }

    pub(crate) async fn sign_out(&mut self) {
        self.browser.submit("/account/profile", "/sign-out", &[]).await.assert_leads_to("/sign-in");
    }

    /// The same person in a new browser at another address, with the phone in hand.
    pub(crate) fn elsewhere(&self) -> Self {
        Person {
            email: self.email.clone(),
            password: self.password.clone(),
            browser: self.browser.app.browser(),
            phone: self.phone.clone(),
        }
    }
}

impl TestApp {
    /// Another organisation, and accounts in it with these addresses.
    pub(crate) async fn foreign(&self, emails: &[&str]) {
        organisation::add(&self.operator(), "Other GmbH", "other").await.unwrap();
        for (number, email) in (90_001..).zip(emails) {
            let new = NewAccount {
                email: (*email).to_owned(),
                display_name: Some("Foreign".to_owned()),
                role: Role::Member,
                organisation: Some("other".to_owned()),
                password: Some(Password::new(password_of(number))),
            };
            assert!(matches!(admin::add(&self.operator(), new).await, Ok(Added::Account)));
        }
    }

    /// Somebody else invites `list119` at the moment in which `list0` is invited (on SQLite).
    pub(crate) fn invites_meanwhile(&self) {
        self.place.run(
            "CREATE TRIGGER meanwhile AFTER INSERT ON link WHEN NEW.email = 'list0@example.org' BEGIN \
             INSERT INTO link SELECT randomblob(16), randomblob(32), NEW.purpose, NULL, NEW.organisation_id, \
             'list119@example.org', 'member', NEW.created_at, NEW.expires_at, NULL, 'mail', NULL; END",
        );
    }
}
