//! One letter: put into words, sent, and ended or put off.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::entropy::Entropy;
use countersign_core::keys::SealError;
use countersign_core::letter::LetterBody;
use countersign_core::time::Timestamp;
use countersign_courier::{Mail, Outcome};
use countersign_store::StoreError;
use countersign_store::letter::{self, Claimed, LetterRow, LetterState};

use super::{Renderer, call};
use crate::app::App;
use crate::flow::outbox;
use crate::letters::LetterStyle;
use crate::observe::metrics;

/// How long after its first failure a letter is tried again; each further one doubles it.
const FIRST_GAP: Duration = Duration::from_secs(1);
/// The longest of these gaps, before chance stretches it.
const LONGEST_GAP: Duration = Duration::from_mins(5);
/// How often it is tried to write down what became of a letter.
const TRIES: u32 = 4;
/// How long after the first of those tries.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// What a letter's fate tells of the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// A server took it.
    Up,
    /// None did, for this reason.
    Down(String),
    /// Nothing: the letter itself was at fault.
    Unknown,
}

/// What becomes of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Sent,
    Later(Timestamp, String),
    Refused(String),
}

/// Sends one letter.
pub(super) struct Delivery {
    pub app: Arc<App>,
    pub style: Arc<LetterStyle>,
    pub render: Renderer,
}

impl Delivery {
    /// Takes a claimed letter to its end, or puts it off. A panic in here ends nothing but the try.
    pub(super) async fn deliver(self, claimed: Claimed) -> Health {
        let Claimed { row, body } = claimed;
        let row = Arc::new(row);
        let app = Arc::clone(&self.app);
        let (outcome, health) = match body {
            Ok(body) => {
                let letter = Arc::clone(&row);
                let attempt = tokio::spawn(async move { self.attempt(&letter, &body).await });
                attempt.await.unwrap_or_else(|_| {
                    metrics::panicked();
                    (Outcome::Later { reason: "it could not be put into words".to_owned() }, Health::Unknown)
                })
            }
            // Another replica may have the key, or this one after its next start.
            Err(error @ SealError::UnknownKey(_)) => {
                (Outcome::Later { reason: error.to_string() }, Health::Unknown)
            }
            Err(error @ SealError::Broken) => {
                let refused = Outcome::Refused { server: "none".to_owned(), reason: error.to_string() };
                (refused, Health::Unknown)
            }
        };
        let now = app.clock.now();
        let fate = fate(&row, &outcome, now, &*app.deps.entropy);
        tell(&row, &outcome, &fate);
        write_down(&app, &row, fate).await;
        health
    }

    async fn attempt(&self, row: &LetterRow, body: &LetterBody) -> (Outcome, Health) {
        let language = row.language.parse().unwrap_or(self.app.settings.default_language);
        let rendered = match (self.render)(&self.style, language, row.kind, row.count, body) {
            Ok(rendered) => rendered,
            Err(error) => {
                let reason = format!("it could not be put into words: {error}");
                return (Outcome::Later { reason }, Health::Unknown);
            }
        };
        let mail = Mail {
            id: row.id.to_string(),
            to: row.recipient.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            language: language.tag().to_owned(),
        };
        let outcome = self.app.post.send(&mail).await;
        let health = match &outcome {
            Outcome::Accepted { .. } => Health::Up,
            Outcome::Later { reason } => Health::Down(reason.clone()),
            Outcome::Refused { .. } => Health::Unknown,
        };
        (outcome, health)
    }
}

fn fate(row: &LetterRow, outcome: &Outcome, now: Timestamp, entropy: &dyn Entropy) -> Fate {
    match outcome {
        Outcome::Accepted { .. } => Fate::Sent,
        Outcome::Refused { reason, .. } => Fate::Refused(reason.clone()),
        Outcome::Later { reason } => {
            let mut dice = [0; 2];
            entropy.fill(&mut dice);
            let at = now.plus(gap(row.attempts, u16::from_be_bytes(dice)));
            Fate::Later(at.min(row.expires_at), reason.clone())
        }
    }
}

/// How long a letter rests after it failed for the time after `attempts` others: doubled each time, and up to a fifth
/// longer or shorter, so that what failed together does not come back together.
fn gap(attempts: u32, dice: u16) -> Duration {
    let gap = FIRST_GAP.saturating_mul(1 << attempts.min(16)).min(LONGEST_GAP);
    gap.mul_f64(0.8 + 0.4 * f64::from(dice) / f64::from(u16::MAX))
}

/// One line and one figure. Neither the address nor what the letter says is in them.
fn tell(row: &LetterRow, outcome: &Outcome, fate: &Fate) {
    let (kind, letter) = (row.kind.as_str(), row.id);
    match (outcome, fate) {
        (Outcome::Accepted { server }, _) => {
            metrics::letter(kind, "sent");
            tracing::info!(%letter, kind, outcome = "sent", server, attempts = row.attempts + 1, "a letter was sent");
        }
        (Outcome::Refused { server, reason }, _) => {
            metrics::letter(kind, "refused");
            tracing::warn!(%letter, kind, outcome = "refused", server, reason, "a letter was refused for good");
        }
        (Outcome::Later { reason }, _) => {
            metrics::letter(kind, "retried");
            tracing::info!(
                %letter, kind, outcome = "retried", reason, attempts = row.attempts + 1,
                "a letter was not sent and is tried again"
            );
        }
    }
}

/// Writes down what became of a letter. Where that fails to the end, its claim ends by itself and it is sent again.
async fn write_down(app: &App, row: &Arc<LetterRow>, fate: Fate) {
    let mut pause = TRY_AGAIN;
    for attempt in 1..=TRIES {
        let data = (Arc::clone(row), fate.clone(), call(app, "post"));
        let job = app.deps.store.write(data, |tx, (row, fate, call)| {
            Box::pin(async move {
                match fate {
                    Fate::Sent => letter::sent(tx, row.id, call.now).await.map(drop),
                    Fate::Later(at, reason) => letter::retry(tx, row.id, *at, reason).await.map(drop),
                    Fate::Refused(reason) => {
                        let state = LetterState::Refused;
                        if letter::give_up(tx, row.id, state, reason, call.now).await? {
                            outbox::note_given_up(tx, call, row, state).await?;
                        }
                        Ok(())
                    }
                }
            })
        });
        let Err(error) = job.await else { return };
        if attempt == TRIES || !matches!(error, StoreError::Unavailable(_)) {
            tracing::error!(letter = %row.id, %error, "what became of a letter was not written down; it may be sent again");
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

#[cfg(test)]
mod tests {
    use countersign_core::email::EmailAddress;
    use countersign_core::id::LetterId;
    use countersign_core::letter::LetterKind;
    use countersign_core::testing::CountingEntropy;

    use super::*;

    #[test]
    fn gaps_double_up_to_five_minutes_and_differ_by_a_fifth() {
        let seconds = |attempts, dice| gap(attempts, dice).as_millis();
        assert_eq!([0, 1, 2, 3].map(|n| seconds(n, 0)), [800, 1_600, 3_200, 6_400]);
        assert_eq!([0, 1, 2, 3].map(|n| seconds(n, u16::MAX)), [1_200, 2_400, 4_800, 9_600]);
        assert_eq!((seconds(9, 0), seconds(u32::MAX, u16::MAX)), (240_000, 360_000));
    }

    #[test]
    fn a_refusal_ends_a_letter_and_nothing_is_put_off_beyond_its_end() {
        let now = Timestamp::from_millis(1_795_296_247_000);
        let mut row = LetterRow {
            id: LetterId::from_bytes([7; 16]),
            account_id: None,
            challenge_id: None,
            kind: LetterKind::Code,
            recipient: EmailAddress::parse("ada@example.org").unwrap(),
            language: "en".to_owned(),
            count: 1,
            created_at: now,
            send_at: now,
            expires_at: now.plus(LetterKind::Code.life()),
            attempts: 0,
            last_error: None,
            state: LetterState::Waiting,
            ended_at: None,
        };
        let entropy = CountingEntropy::new(1);
        let reason = "the recipient: 550".to_owned();
        let refused = Outcome::Refused { server: "mail.example.org:587".to_owned(), reason: reason.clone() };
        assert_eq!(fate(&row, &refused, now, &entropy), Fate::Refused(reason.clone()));
        let later = Outcome::Later { reason };
        assert!(
            matches!(fate(&row, &later, now, &entropy), Fate::Later(at, _) if at < now.plus(FIRST_GAP * 2))
        );
        row.attempts = 12;
        let late = row.expires_at.minus(Duration::from_secs(5));
        assert!(matches!(fate(&row, &later, late, &entropy), Fate::Later(at, _) if at == row.expires_at));
    }
}
