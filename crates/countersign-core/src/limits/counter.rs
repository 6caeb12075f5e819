//! What happened so far under one limit, as exact instants.

use std::time::Duration;

use crate::time::Timestamp;

use super::{Limit, Wait, Window};

/// First byte of the stored form.
const FORMAT: u8 = 1;
/// Format, clearing and count in a row.
const HEAD: usize = 1 + 8 + 4;

/// The failures under one limit. Pure: the same calls with the same times give the same counter.
///
/// Several servers with slightly different clocks may write one counter in turn, so time never runs backwards in
/// it: an earlier instant counts as the latest one that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counter {
    /// Oldest first, never decreasing.
    hits: Vec<Timestamp>,
    in_a_row: u32,
    /// Failures up to here count only in windows that a success does not clear.
    cleared_at: Option<Timestamp>,
}

/// A limit is reached. The verdict on the attempt must not be told, nor even formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Name of the limit.
    pub limit: &'static str,
    /// When the next attempt is let through; `None` if no time alone opens it.
    pub until: Option<Timestamp>,
}

impl Counter {
    /// Whether another attempt may be judged now.
    ///
    /// # Errors
    ///
    /// The limit is reached; `until` satisfies every part of it.
    pub fn check(&self, limit: &Limit, now: Timestamp) -> Result<(), Refused> {
        let row = self.row(limit, now);
        if limit.in_a_row.is_some_and(|most| row >= most) {
            return Err(Refused { limit: limit.name, until: None });
        }
        let windows = limit.windows.iter().filter_map(|window| self.full_until(*window));
        let wait = limit.wait.and_then(|wait| self.waits_until(wait, row));
        match windows.chain(wait).max() {
            Some(until) if now < until => Err(Refused { limit: limit.name, until: Some(until) }),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn fail(&mut self, limit: &Limit, now: Timestamp) {
        let row = self.row(limit, now);
        self.in_a_row = row.saturating_add(1);
        // Strictly after the clearing, or a failure in the same millisecond would be forgiven unseen.
        let after_clearing = self.cleared_at.map(|at| at.plus(Duration::from_millis(1)));
        let at = [Some(now), after_clearing, self.hits.last().copied()].into_iter().flatten().max();
        self.hits.push(at.unwrap_or(now));
        let surplus = self.hits.len().saturating_sub(limit.remembered());
        self.hits.drain(..surplus);
    }

    /// Counts a success: clears the count in a row, the waits and every window that is not kept.
    pub fn succeed(&mut self, limit: &Limit, now: Timestamp) {
        self.in_a_row = 0;
        let keeps = limit.windows.iter().any(|window| window.kept_by_success);
        if keeps && !self.hits.is_empty() {
            self.cleared_at =
                [Some(now), self.cleared_at, self.hits.last().copied()].into_iter().flatten().max();
        } else {
            self.hits.clear();
            self.cleared_at = None;
        }
    }

    /// Forgets everything, as after a change of the password: what was guessed at no longer exists.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Failures since the last success.
    pub fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// The instants of the failures that are remembered, oldest first.
    pub fn hits(&self) -> &[Timestamp] {
        &self.hits
    }

    /// When the owner last succeeded, where the limit still remembers failures from before.
    pub fn cleared_at(&self) -> Option<Timestamp> {
        self.cleared_at
    }

    /// From here on an empty counter answers alike, so that the row may be purged.
    pub fn expires_at(&self, limit: &Limit) -> Timestamp {
        let Some(&last) = self.hits.last() else {
            return Timestamp::from_millis(0);
        };
        let longest = limit.windows.iter().map(|window| window.span).max().unwrap_or(Duration::ZERO);
        let row = if self.in_a_row > 0 { limit.row_kept } else { Duration::ZERO };
        last.plus(longest.max(row))
    }

    /// The stored form: format, clearing, count in a row, then eight bytes for each failure, all big-endian.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 8 * self.hits.len());
        bytes.push(FORMAT);
        // No real clearing happens at the very first instant that can be written, so it stands for none.
        bytes.extend(self.cleared_at.map_or(i64::MIN, Timestamp::as_millis).to_be_bytes());
        bytes.extend(self.in_a_row.to_be_bytes());
        for hit in &self.hits {
            bytes.extend(hit.as_millis().to_be_bytes());
        }
        bytes
    }

    /// Reads [`Self::encode`] back. `None` for another format, a length that does not fit or instants out of order:
    /// a counter that cannot be read must refuse, not start afresh.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (&format, rest) = bytes.split_first()?;
        let (cleared_at, rest) = rest.split_first_chunk::<8>()?;
        let (in_a_row, rest) = rest.split_first_chunk::<4>()?;
        let (chunks, []) = rest.as_chunks::<8>() else { return None };
        let hits: Vec<_> =
            chunks.iter().map(|chunk| Timestamp::from_millis(i64::from_be_bytes(*chunk))).collect();
        if format != FORMAT || !hits.is_sorted() {
            return None;
        }
        let cleared_at = i64::from_be_bytes(*cleared_at);
        Some(Self {
            hits,
            in_a_row: u32::from_be_bytes(*in_a_row),
            cleared_at: (cleared_at != i64::MIN).then_some(Timestamp::from_millis(cleared_at)),
        })
    }

    /// The count in a row, as long as the limit remembers it.
    fn row(&self, limit: &Limit, now: Timestamp) -> u32 {
        match self.hits.last() {
            Some(last) if now.since(*last) < limit.row_kept => self.in_a_row,
            _ => 0,
        }
    }

    /// When a window that is full has room again: as soon as the failure leaves it that is `most` from the end.
    fn full_until(&self, window: Window) -> Option<Timestamp> {
        let counted = if window.kept_by_success {
            &self.hits[..]
        } else {
            let from = self.cleared_at.map_or(0, |at| self.hits.partition_point(|hit| *hit <= at));
            &self.hits[from..]
        };
        let most = usize::try_from(window.most).ok()?;
        let deciding = counted.len().checked_sub(most)?;
        counted.get(deciding).map(|hit| hit.plus(window.span))
    }

    fn waits_until(&self, wait: Wait, row: u32) -> Option<Timestamp> {
        if row == 0 {
            return None;
        }
        self.hits.last().map(|last| last.plus(wait.after(row)))
    }
}
