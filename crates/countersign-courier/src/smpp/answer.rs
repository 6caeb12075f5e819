//! What a centre's answer to a message means (SMPP 3.4 section 5.1.3).

use rusmpp::{CommandId, CommandStatus, Pdu};

use super::wire::Frame;
use crate::sms::{Attempt, SmsOutcome, canonical};

/// A login that will be refused again: with this password, for this name, or for a reason not told.
pub(super) const LOGIN_REFUSED: [CommandStatus; 3] =
    [CommandStatus::EsmeRbindfail, CommandStatus::EsmeRinvpaswd, CommandStatus::EsmeRinvsysid];

/// What became of a message that was answered with this.
pub(super) fn read(frame: &Frame) -> Attempt {
    match (frame.id, frame.status) {
        // It says that something was not understood, and not what.
        (CommandId::GenericNack, 0) => Attempt::of(SmsOutcome::Unknown),
        (_, 0) => Attempt::of(SmsOutcome::Accepted { message_id: message_id(frame) }),
        (_, code) => refusal(code),
    }
}

/// A status that is not 0 says that the message was not taken.
fn refusal(code: u32) -> Attempt {
    use CommandStatus as Status;
    let status = Status::from(code);
    if matches!(status, Status::EsmeRthrottled | Status::EsmeRmsgqful) {
        return Attempt::of(SmsOutcome::Throttled { retry_after: None });
    }
    let is_about_the_message = matches!(
        status,
        Status::EsmeRinvmsglen | Status::EsmeRinvdstadr | Status::EsmeRinvdstton | Status::EsmeRinvdstnpi
    );
    // What a centre names by a number of its own may be anything.
    let may_pass = matches!(
        status,
        Status::EsmeRsyserr
            | Status::EsmeRsubmitfail
            | Status::EsmeRxTAppn
            | Status::EsmeRinvbndsts
            | Status::Other(_)
    );
    Attempt {
        outcome: SmsOutcome::Refused { code, permanent: !may_pass },
        is_the_routes: !is_about_the_message,
    }
}

fn message_id(frame: &Frame) -> Option<String> {
    match &frame.pdu {
        Some(Pdu::SubmitSmResp(answer)) => canonical(answer.message_id().as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(id: CommandId, status: u32) -> (SmsOutcome, bool) {
        let attempt = read(&Frame { id, status, sequence: 1, pdu: None });
        (attempt.outcome, attempt.is_the_routes)
    }

    #[test]
    fn every_status_has_its_meaning() {
        let refused = |code, permanent| SmsOutcome::Refused { code, permanent };
        for (status, outcome, is_the_routes) in [
            // An answer whose body can't be read is an answer.
            (0, SmsOutcome::Accepted { message_id: None }, false),
            (0x58, SmsOutcome::Throttled { retry_after: None }, false),
            (0x14, SmsOutcome::Throttled { retry_after: None }, false),
            // The message's.
            (0x01, refused(0x01, true), false),
            (0x0b, refused(0x0b, true), false),
            (0x50, refused(0x50, true), false),
            (0x51, refused(0x51, true), false),
            // The route's.
            (0x0a, refused(0x0a, true), true),
            (0x0e, refused(0x0e, true), true),
            (0x48, refused(0x48, true), true),
            (0x08, refused(0x08, false), true),
            (0x45, refused(0x45, false), true),
            (0x400, refused(0x400, false), true),
        ] {
            assert_eq!(told(CommandId::SubmitSmResp, status), (outcome, is_the_routes), "{status:#x}");
        }
        assert_eq!(told(CommandId::GenericNack, 0x58).0, SmsOutcome::Throttled { retry_after: None });
        assert_eq!(told(CommandId::GenericNack, 0).0, SmsOutcome::Unknown);
    }
}
