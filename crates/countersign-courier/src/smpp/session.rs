//! One session: messages out as far as the window allows, answers and receipts in.

use std::collections::BTreeMap;
use std::time::Duration;

use rusmpp::pdus::{DeliverSmResp, SubmitSm};
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::driver::{Reading, Writing};
use super::wire::{Frame, written};
use super::{SmppSettings, answer, receipt};
use crate::sms::{Attempt, Receipt, SmsOutcome};
use crate::smtp::reason::of_io;

/// The highest sequence number (SMPP 3.4 section 3.2); 1 follows it.
const LAST: u32 = 0x7fff_ffff;
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A message that wants to go out.
pub(super) struct Job {
    pub(super) submit: SubmitSm,
    pub(super) answer: oneshot::Sender<Attempt>,
    /// When it is too late to begin.
    pub(super) until: Instant,
}

impl Job {
    pub(super) fn answer(self, attempt: Attempt) {
        // Nobody waits any more: then nobody is told.
        let _ = self.answer.send(attempt);
    }
}

/// Why a session ended.
pub(super) enum End {
    /// It broke, or the centre wanted it to.
    Closed(String),
    /// No more messages will come.
    Finished,
}

/// Who wanted to part.
enum Parting {
    Centre,
    Us,
}

/// A message without an answer yet.
struct Open {
    answer: oneshot::Sender<Attempt>,
    until: Instant,
}

pub(super) struct Session<'s> {
    settings: &'s SmppSettings,
    reading: Reading,
    writing: Writing,
    receipts: &'s mpsc::Sender<Receipt>,
    sequence: u32,
    /// By sequence number, and so by age.
    open: BTreeMap<u32, Open>,
    /// Until when the centre has to say that it is there, once it was asked.
    asked: Option<Instant>,
    parting: Option<Parting>,
}

enum Step {
    Read(std::io::Result<Option<Frame>>),
    Overdue,
    Ask,
    Job(Option<Job>),
}

impl<'s> Session<'s> {
    pub(super) const fn new(
        settings: &'s SmppSettings,
        reading: Reading,
        writing: Writing,
        receipts: &'s mpsc::Sender<Receipt>,
        sequence: u32,
    ) -> Self {
        let open = BTreeMap::new();
        Self { settings, reading, writing, receipts, sequence, open, asked: None, parting: None }
    }

    /// Runs until the connection breaks, the centre ends it, or no more messages come. What is open then is unknown.
    pub(super) async fn serve(&mut self, jobs: &mut mpsc::Receiver<Job>) -> End {
        let every = self.settings.enquire_link;
        let mut questions = tokio::time::interval_at(Instant::now() + every, every);
        questions.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = loop {
            if self.open.is_empty() {
                match self.parting {
                    Some(Parting::Us) => break self.say_goodbye().await,
                    Some(Parting::Centre) => break End::Closed("ended the session".to_owned()),
                    None => {}
                }
            }
            let step = self.next_step(jobs, &mut questions).await;
            if let Err(end) = self.take(step).await {
                break end;
            }
        };
        for open in std::mem::take(&mut self.open).into_values() {
            let _ = open.answer.send(Attempt::of(SmsOutcome::Unknown));
        }
        end
    }

    /// What there is to do next. Reading comes first: a message is not handed to a connection that is known to have ended.
    async fn next_step(&mut self, jobs: &mut mpsc::Receiver<Job>, questions: &mut Interval) -> Step {
        let has_room = self.parting.is_none() && self.open.len() < self.settings.window;
        let oldest = self.open.first_key_value().map(|(_, open)| open.until);
        let due = [oldest, self.asked].into_iter().flatten().min();
        tokio::select! {
            biased;
            read = self.reading.next() => Step::Read(read),
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Step::Overdue,
            _ = questions.tick() => Step::Ask,
            job = jobs.recv(), if has_room => Step::Job(job),
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), End> {
        match step {
            Step::Read(Ok(Some(frame))) => self.hear(frame).await,
            Step::Read(Ok(None)) => Err(End::Closed("closed the connection".to_owned())),
            Step::Read(Err(error)) => Err(End::Closed(of_io(&error))),
            Step::Overdue => self.overdue(),
            Step::Ask if self.asked.is_some() => Ok(()),
            Step::Ask => {
                self.asked = Some(Instant::now() + self.settings.response_timeout);
                let sequence = self.next_sequence();
                self.say(CommandStatus::EsmeRok, sequence, Pdu::EnquireLink).await
            }
            Step::Job(Some(job)) => self.submit(job).await,
            Step::Job(None) => {
                self.parting = Some(Parting::Us);
                Ok(())
            }
        }
    }

    /// Hands one message over.
    async fn submit(&mut self, job: Job) -> Result<(), End> {
        // Whoever gave up waiting was not told that it is on its way, and is not surprised by it.
        if job.answer.is_closed() {
            return Ok(());
        }
        if Instant::now() > job.until {
            job.answer(Attempt::of(SmsOutcome::NotSent));
            return Ok(());
        }
        let sequence = self.next_sequence();
        let octets = written(&Command::new(CommandStatus::EsmeRok, sequence, job.submit));
        let limit = self.settings.response_timeout;
        let handed = tokio::time::timeout(limit, self.writing.write_all(&octets)).await;
        let (outcome, reason) = match handed {
            Ok(Ok(())) => {
                let until = Instant::now() + limit;
                self.open.insert(sequence, Open { answer: job.answer, until });
                return self.flush().await;
            }
            // The connection did not take all of it, and a part of a PDU is no message.
            Ok(Err(error)) => (SmsOutcome::NotSent, of_io(&error)),
            Err(_) => (SmsOutcome::Unknown, slow(limit)),
        };
        let _ = job.answer.send(Attempt::of(outcome));
        Err(End::Closed(reason))
    }

    async fn hear(&mut self, frame: Frame) -> Result<(), End> {
        let sequence = frame.sequence;
        match frame.id {
            CommandId::SubmitSmResp | CommandId::GenericNack => {
                // One that nobody waits for any more came too late.
                if let Some(open) = self.open.remove(&sequence) {
                    let _ = open.answer.send(answer::read(&frame));
                }
                Ok(())
            }
            CommandId::EnquireLinkResp => {
                self.asked = None;
                Ok(())
            }
            CommandId::EnquireLink => self.say(CommandStatus::EsmeRok, sequence, Pdu::EnquireLinkResp).await,
            CommandId::DeliverSm => {
                let status = self.deliver(frame.pdu);
                self.say(status, sequence, DeliverSmResp::default()).await
            }
            CommandId::Unbind => {
                self.parting = Some(Parting::Centre);
                self.say(CommandStatus::EsmeRok, sequence, Pdu::UnbindResp).await
            }
            id if u32::from(id) & 0x8000_0000 != 0 => Ok(()),
            _ => self.say(CommandStatus::EsmeRinvcmdid, sequence, Pdu::GenericNack).await,
        }
    }

    /// Takes in what the centre delivers, and says what it is to be told. What phones write is not for us.
    fn deliver(&self, pdu: Option<Pdu>) -> CommandStatus {
        let Some(Pdu::DeliverSm(deliver)) = pdu else { return CommandStatus::EsmeRxRAppn };
        let receipt = receipt::read(&self.settings.name, &deliver);
        match receipt.map(|receipt| self.receipts.try_send(receipt)) {
            // The centre keeps it, and tries again.
            Some(Err(_)) => CommandStatus::EsmeRxTAppn,
            Some(Ok(())) | None => CommandStatus::EsmeRok,
        }
    }

    fn overdue(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let late: Vec<u32> =
            self.open.iter().take_while(|(_, open)| open.until <= now).map(|(number, _)| *number).collect();
        for number in late {
            if let Some(open) = self.open.remove(&number) {
                let _ = open.answer.send(Attempt::of(SmsOutcome::Unknown));
            }
        }
        if self.asked.is_some_and(|until| until <= now) {
            return Err(End::Closed(slow(self.settings.response_timeout)));
        }
        Ok(())
    }

    async fn say(&mut self, status: CommandStatus, sequence: u32, pdu: impl Into<Pdu>) -> Result<(), End> {
        let octets = written(&Command::new(status, sequence, pdu));
        let limit = self.settings.response_timeout;
        let said = async {
            self.writing.write_all(&octets).await?;
            self.writing.flush().await
        };
        match tokio::time::timeout(limit, said).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Closed(of_io(&error))),
            Err(_) => Err(End::Closed(slow(limit))),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        let limit = self.settings.response_timeout;
        match tokio::time::timeout(limit, self.writing.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Closed(of_io(&error))),
            Err(_) => Err(End::Closed(slow(limit))),
        }
    }

    async fn say_goodbye(&mut self) -> End {
        let goodbye = async {
            let sequence = self.next_sequence();
            if self.say(CommandStatus::EsmeRok, sequence, Pdu::Unbind).await.is_err() {
                return;
            }
            while let Ok(Some(frame)) = self.reading.next().await {
                if frame.id == CommandId::UnbindResp {
                    break;
                }
            }
            let _ = self.writing.shutdown().await;
        };
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
        End::Finished
    }

    const fn next_sequence(&mut self) -> u32 {
        let sequence = self.sequence;
        self.sequence = if sequence == LAST { 1 } else { sequence + 1 };
        sequence
    }
}

fn slow(limit: Duration) -> String {
    format!("no answer within {} ms", limit.as_millis())
}
