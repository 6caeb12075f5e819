//! A tray in memory that letters are put into: the demo shows it, tests read it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Mail, Outcome, Probe};

/// How many letters a tray holds; the oldest one leaves for the next.
const MOST: usize = 1000;
/// What a tray is called where a server's host and port would stand.
const NAME: &str = "tray";
const FAILING: &str = "the tray was told to fail";

/// A tray. Its clones are the same tray.
#[derive(Clone, Default)]
pub struct Tray(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    letters: VecDeque<Delivered>,
    last: u64,
    failing: bool,
}

/// A letter in the tray.
#[derive(Clone)]
pub struct Delivered {
    /// The how-manieth letter it is, from 1; never given twice by one tray.
    pub sequence: u64,
    /// The letter.
    pub mail: Mail,
}

impl Tray {
    /// An empty tray.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything in it, the oldest first: at most the last 1000 letters.
    pub fn mails(&self) -> Vec<Delivered> {
        self.inside().letters.iter().cloned().collect()
    }

    /// Takes everything out, the oldest first.
    pub fn take(&self) -> Vec<Delivered> {
        self.inside().letters.drain(..).collect()
    }

    /// Empties it.
    pub fn clear(&self) {
        self.inside().letters.clear();
    }

    /// Makes it put every letter off, or take letters again.
    pub fn set_failing(&self, failing: bool) {
        self.inside().failing = failing;
    }

    pub(crate) fn send(&self, mail: &Mail) -> Outcome {
        let mut inside = self.inside();
        if inside.failing {
            return Outcome::Later { reason: FAILING.to_owned() };
        }
        inside.last += 1;
        let sequence = inside.last;
        if inside.letters.len() == MOST {
            inside.letters.pop_front();
        }
        inside.letters.push_back(Delivered { sequence, mail: mail.clone() });
        Outcome::Accepted { server: NAME.to_owned() }
    }

    pub(crate) fn probe(&self) -> Probe {
        let result = if self.inside().failing { Err(FAILING.to_owned()) } else { Ok(()) };
        Probe { server: NAME.to_owned(), result }
    }

    // Nothing in here can panic half-way, so a poisoned lock still guards a whole tray.
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use countersign_core::email::EmailAddress;

    use super::*;

    fn mail(id: &str) -> Mail {
        Mail {
            id: id.to_owned(),
            to: EmailAddress::parse("ada@example.org").unwrap(),
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            language: "en".to_owned(),
        }
    }

    #[test]
    fn letters_lie_in_order_and_are_numbered() {
        let tray = Tray::new();
        let seen_elsewhere = tray.clone();
        for id in ["a", "b"] {
            assert_eq!(tray.send(&mail(id)), Outcome::Accepted { server: "tray".to_owned() });
        }
        let lying: Vec<_> =
            seen_elsewhere.mails().into_iter().map(|d| (d.sequence, d.mail.id.clone())).collect();
        assert_eq!(lying, [(1, "a".to_owned()), (2, "b".to_owned())]);
        assert_eq!(tray.take().len(), 2);
        assert!(seen_elsewhere.mails().is_empty());
        tray.send(&mail("c"));
        assert_eq!(tray.mails()[0].sequence, 3);
        tray.clear();
        assert!(tray.mails().is_empty());
    }

    #[test]
    fn a_failing_tray_puts_letters_off_until_it_works_again() {
        let tray = Tray::new();
        tray.set_failing(true);
        assert!(matches!(tray.send(&mail("a")), Outcome::Later { .. }));
        assert!(tray.probe().result.is_err() && tray.mails().is_empty());
        tray.set_failing(false);
        assert!(matches!(tray.send(&mail("a")), Outcome::Accepted { .. }));
        assert!(tray.probe().result.is_ok());
    }

    #[test]
    fn a_full_tray_drops_the_oldest() {
        let tray = Tray::new();
        for _ in 0..=MOST {
            tray.send(&mail("a"));
        }
        let lying = tray.mails();
        assert_eq!((lying.len(), lying[0].sequence), (MOST, 2));
    }
}
