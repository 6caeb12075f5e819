//! Writes accounts, devices, recognised browsers and open challenges straight into the database, many rows a statement.
//!
//! A password hash costs 60 ms, so all accounts share one. The rows are those that the product itself would write.

use std::fmt::Write as _;
use std::sync::Arc;

use countersign::flow::Deps;
use countersign_core::email::EmailAddress;
use countersign_core::id::OrganisationId;
use countersign_core::keys::Binding;
use countersign_core::limits::{BROWSER_LIFE, CHALLENGE_LIFE};
use countersign_core::password::{self, HashMemory, Parameters, PasswordHash};
use countersign_core::secret::Password;
use countersign_core::sign_in::Purpose;
use countersign_core::time::Timestamp;
use countersign_store::StoreError;
use countersign_store::contract::{self, Value};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::deed::Slice;
use crate::people::{self, BROWSER, PASSWORD, People, Person};

/// Rows of one statement.
const ROWS: usize = 100;
/// People of one transaction.
const TOGETHER: u32 = 5_000;
/// Transactions at once; on SQLite they queue for the one writer.
const AT_ONCE: usize = 4;

type Statement = (&'static str, Vec<Value>);

/// What every row is written from.
pub(crate) struct Seeder {
    deps: Arc<Deps>,
    people: People,
    organisation: OrganisationId,
    hash: PasswordHash,
}

/// An `INSERT` of many rows. In `row`, `#1`, `#2` … stand for the row's own values and `?1` … for the shared ones.
struct Insert {
    head: &'static str,
    row: &'static str,
    shared: Vec<Value>,
}

const ACCOUNT: (&str, &str) = (
    "INSERT INTO account (id, organisation_id, email, email_key, display_name, language, role, state, \
     email_verified_at, password_hash, pepper_key, password_version, factor_version, created_at, last_sign_in_at, \
     email_codes_at) VALUES ",
    "(#1, ?1, #2, #3, #4, NULL, 'member', 'active', #5, ?2, ?3, 1, 1, #5, NULL, #6)",
);
const DEVICE: (&str, &str) = (
    "INSERT INTO authenticator (id, account_id, name, name_key, secret, key_id, drift_offset, drift_side, drift_run, \
     last_step, created_at, expires_at, session_id, tries, confirmed_at, last_used_at) VALUES ",
    "(#1, #2, 'Phone', 'phone', #3, ?1, 0, 0, 0, NULL, #4, NULL, NULL, 0, #4, NULL)",
);
const PHONE: (&str, &str) = (
    "INSERT INTO phone_number (id, account_id, number, key_id, lookup, country, session_id, created_at, \
     expires_at, confirmed_at, last_used_at, last_caller) VALUES ",
    "(#1, #2, #3, ?1, #4, 'DE', NULL, #5, NULL, #5, NULL, NULL)",
);
const RECOGNISED: (&str, &str) = (
    "INSERT INTO recognised_browser (id, token_hash, account_id, password_version, created_at, expires_at, \
     last_used_at, device) VALUES ",
    "(#1, #2, #3, 1, #4, ?1, #4, ?2)",
);
const CHALLENGE: (&str, &str) = (
    "INSERT INTO challenge (id, token_hash, account_id, purpose, subject, session_id, method, browser_id, \
     password_version, factor_version, tries, created_at, expires_at, spent_at, address, device, first_step, sends, \
     calls, sms, browser_current) VALUES ",
    "(#1, #2, #3, ?1, NULL, NULL, NULL, #4, 1, 1, 0, ?2, ?3, NULL, #5, ?4, 'password', 0, 0, 0, 1)",
);

impl Insert {
    fn new((head, row): (&'static str, &'static str), shared: Vec<Value>) -> Self {
        Self { head, row, shared }
    }

    /// The statements for these rows. A text is leaked once for each number of rows, of which there are two a table.
    fn of(&self, rows: &[Vec<Value>]) -> Vec<Statement> {
        let statement = |chunk: &[Vec<Value>]| {
            let values = self.shared.iter().chain(chunk.iter().flatten()).cloned().collect();
            (self.text(chunk.len(), chunk.first().map_or(0, Vec::len)), values)
        };
        rows.chunks(ROWS).map(statement).collect()
    }

    fn text(&self, rows: usize, columns: usize) -> &'static str {
        let mut text = self.head.to_owned();
        for number in 0..rows {
            if number > 0 {
                text.push_str(", ");
            }
            let first = self.shared.len() + number * columns;
            let mut pieces = self.row.split('#');
            text.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                let (which, rest) = piece.split_at(1);
                let place = first + which.parse::<usize>().unwrap_or_default();
                // Writing to a String cannot fail.
                let _ = write!(text, "?{place}{rest}");
            }
        }
        interned(text)
    }
}

/// The one copy of this text that lives as long as the program.
fn interned(text: String) -> &'static str {
    static TEXTS: std::sync::Mutex<std::collections::BTreeSet<&'static str>> =
        std::sync::Mutex::new(std::collections::BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = texts.get(text.as_str()) {
        return known;
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    texts.insert(text);
    text
}

impl Seeder {
    /// Hashes the one password.
    pub(crate) fn new(deps: Arc<Deps>, people: People, organisation: OrganisationId) -> Self {
        let password = Password::new(PASSWORD.to_owned());
        let mut memory = HashMemory::new();
        let hash = password::hash(&deps.keys, &*deps.entropy, &password, Parameters::DEFAULT, &mut memory);
        Self { deps, people, organisation, hash }
    }

    /// The common hash, for measuring how fast it is checked.
    pub(crate) fn hash(&self) -> &PasswordHash {
        &self.hash
    }

    /// Writes this many accounts, each with a device or codes by e-mail, a recognised browser and an open challenge (round
    /// 0).
    pub(crate) async fn write_people(&self, count: u32, now: Timestamp) -> Result<(), StoreError> {
        self.in_batches(0, count, |from, to| {
            let mut all = self.accounts(from, to);
            all.extend(self.devices(from, to));
            all.extend(self.browsers(from, to, now));
            all.extend(self.challenges(from, to, 0, now));
            all
        })
        .await
    }

    /// Opens a challenge for each of these people.
    pub(crate) async fn open(
        &self,
        first: u32,
        count: u32,
        round: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.in_batches(first, first + count, |from, to| self.challenges(from, to, round, now)).await
    }

    /// Gives each of these people a phone, whose number is proved.
    pub(crate) async fn phones(&self, people: &Slice) -> Result<(), StoreError> {
        let last = people.first() + people.count();
        self.in_batches(people.first(), last, |from, to| self.numbers(from, to)).await
    }

    fn numbers(&self, from: u32, to: u32) -> Vec<Statement> {
        let keys = &self.deps.keys;
        let rows: Vec<_> = (from..to)
            .map(|index| {
                let (id, account) = (self.people.phone(index), self.people.account(index));
                let number = people::number(index);
                let binding = Binding {
                    table: "phone_number",
                    column: "number",
                    row: *id.as_bytes(),
                    account: *account.as_bytes(),
                };
                let sealed = keys.seal(&*self.deps.entropy, number.as_bytes(), &binding);
                vec![
                    Value::from(id),
                    Value::from(account),
                    Value::from(sealed),
                    // Nobody adds a number here, so nobody looks for one.
                    Value::from(*id.as_bytes()),
                    Value::from(self.people.made_at(index)),
                ]
            })
            .collect();
        Insert::new(PHONE, vec![Value::from(keys.active().0)]).of(&rows)
    }

    async fn in_batches(
        &self,
        first: u32,
        end: u32,
        batch: impl Fn(u32, u32) -> Vec<Statement>,
    ) -> Result<(), StoreError> {
        let starts = (first..end).step_by(TOGETHER as usize);
        let written = stream::iter(starts).map(|from| {
            let statements = batch(from, end.min(from + TOGETHER));
            self.deps.store.write(statements, |tx, statements| {
                Box::pin(async move { contract::execute_all(tx, statements).await.map(drop) })
            })
        });
        written.buffer_unordered(AT_ONCE).try_collect().await
    }

    fn accounts(&self, from: u32, to: u32) -> Vec<Statement> {
        let shared = vec![
            Value::from(self.organisation),
            Value::from(self.hash.phc.as_str()),
            Value::from(self.hash.pepper_key.0),
        ];
        let rows: Vec<_> = (from..to)
            .map(|index| {
                let email = people::email(index);
                let key = EmailAddress::parse(&email).map(|email| email.key()).unwrap_or_default();
                vec![
                    Value::from(self.people.account(index)),
                    Value::from(email),
                    Value::from(key),
                    Value::from(format!("Person {index}")),
                    Value::from(self.people.made_at(index)),
                    Value::from(self.people.has_mail(index).then(|| self.people.made_at(index))),
                ]
            })
            .collect();
        Insert::new(ACCOUNT, shared).of(&rows)
    }

    fn devices(&self, from: u32, to: u32) -> Vec<Statement> {
        let keys = &self.deps.keys;
        let rows: Vec<_> = (from..to)
            .filter(|index| !self.people.has_mail(*index))
            .map(|index| {
                let (id, account) = (self.people.device(index), self.people.account(index));
                let binding = Binding {
                    table: "authenticator",
                    column: "secret",
                    row: *id.as_bytes(),
                    account: *account.as_bytes(),
                };
                let sealed = keys.seal(&*self.deps.entropy, self.people.secret(index).as_bytes(), &binding);
                let made_at = self.people.made_at(index);
                vec![Value::from(id), Value::from(account), Value::from(sealed), Value::from(made_at)]
            })
            .collect();
        Insert::new(DEVICE, vec![Value::from(keys.active().0)]).of(&rows)
    }

    fn browsers(&self, from: u32, to: u32, now: Timestamp) -> Vec<Statement> {
        let rows: Vec<_> = (from..to)
            .map(|index| {
                vec![
                    Value::from(self.people.browser(index)),
                    Value::from(self.people.browser_token(index).hash()),
                    Value::from(self.people.account(index)),
                    Value::from(self.people.made_at(index)),
                ]
            })
            .collect();
        Insert::new(RECOGNISED, vec![Value::from(now.plus(BROWSER_LIFE)), Value::from(BROWSER)]).of(&rows)
    }

    fn challenges(&self, from: u32, to: u32, round: u32, now: Timestamp) -> Vec<Statement> {
        let shared = vec![
            Value::from(Purpose::SignIn.as_str()),
            Value::from(now),
            Value::from(now.plus(CHALLENGE_LIFE)),
            Value::from(BROWSER),
        ];
        let rows: Vec<_> = (from..to)
            .map(|index| {
                let person = Person { index, round };
                vec![
                    Value::from(self.people.challenge(person, now)),
                    Value::from(self.people.challenge_token(person).hash()),
                    Value::from(self.people.account(index)),
                    Value::from(self.people.browser(index)),
                    Value::from(people::address(index).to_string()),
                ]
            })
            .collect();
        Insert::new(CHALLENGE, shared).of(&rows)
    }
}
