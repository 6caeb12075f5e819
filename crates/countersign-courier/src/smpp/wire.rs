//! PDUs over a stream (SMPP 3.4 section 3.2).

use std::io;

use bytes::BytesMut;
use rusmpp::decode::DecodeWithLength as _;
use rusmpp::encode::{Encode as _, Length as _};
use rusmpp::{Command, CommandId, Pdu};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The length of a header.
const HEADER: usize = 16;
/// The longest PDU that is read. A receipt has a few hundred octets.
const LONGEST: usize = 64 * 1024;

/// A PDU that came in. What stands in its header is known even where the rest makes no sense.
pub(super) struct Frame {
    pub(super) id: CommandId,
    pub(super) status: u32,
    pub(super) sequence: u32,
    /// Nothing, where there is none, or none that can be read.
    pub(super) pdu: Option<Pdu>,
}

/// The reading half.
pub(super) struct Incoming<R> {
    stream: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, buffer: BytesMut::new() }
    }

    /// The next PDU; nothing at the end. Can be dropped and called again without losing a part of one.
    pub(super) async fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = take(&mut self.buffer)? {
                return Ok(Some(frame));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

fn take(buffer: &mut BytesMut) -> io::Result<Option<Frame>> {
    let word = |place: usize| {
        let octets = buffer.get(place..place + 4)?;
        octets.try_into().ok().map(u32::from_be_bytes)
    };
    let (Some(length), Some(id), Some(status), Some(sequence)) = (word(0), word(4), word(8), word(12)) else {
        return Ok(None);
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(HEADER..=LONGEST).contains(&length) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if buffer.len() < length {
        return Ok(None);
    }
    let mut whole = buffer.split_to(length);
    let mut rest = whole.split_off(4);
    // The PDU stands alone in its buffer, so one that can't be read spoils none that follows.
    let read = Command::decode(&mut rest, length - 4).ok();
    let pdu = read.and_then(|(command, _)| command.pdu().cloned());
    Ok(Some(Frame { id: CommandId::from(id), status, sequence, pdu }))
}

/// A PDU as it is written.
pub(super) fn written(command: &Command) -> Vec<u8> {
    let length = 4 + command.length();
    let mut octets = vec![0; length];
    octets[..4].copy_from_slice(&u32::try_from(length).unwrap_or_default().to_be_bytes());
    command.encode(&mut octets[4..]);
    octets
}

#[cfg(test)]
mod tests {
    use rusmpp::CommandStatus;
    use rusmpp::pdus::SubmitSmResp;
    use rusmpp::types::COctetString;

    use super::*;

    fn answer(sequence: u32, id: &str) -> Vec<u8> {
        let id = COctetString::from_string(id.to_owned()).unwrap();
        let pdu = SubmitSmResp::builder().message_id(id).build();
        written(&Command::new(CommandStatus::EsmeRok, sequence, pdu))
    }

    /// Reads octets that arrive in pieces of this size.
    async fn read(octets: &[u8], piece: usize) -> Vec<io::Result<Frame>> {
        let (mut far, near) = tokio::io::duplex(piece);
        let mut incoming = Incoming::new(near);
        let octets = octets.to_vec();
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut far, &octets).await });
        let mut frames = Vec::new();
        loop {
            match incoming.next().await {
                Ok(Some(frame)) => frames.push(Ok(frame)),
                Ok(None) => return frames,
                Err(error) => {
                    frames.push(Err(error));
                    return frames;
                }
            }
        }
    }

    #[tokio::test]
    async fn pdus_are_put_together_from_pieces() {
        let octets = [answer(1, "m1"), answer(2, "m2")].concat();
        for piece in [1, 3, 16, 1000] {
            let frames = read(&octets, piece).await;
            let sequences: Vec<_> = frames.iter().map(|frame| frame.as_ref().unwrap().sequence).collect();
            assert_eq!(sequences, [1, 2]);
            let Some(Pdu::SubmitSmResp(first)) = &frames[0].as_ref().unwrap().pdu else {
                panic!("an answer")
            };
            assert_eq!(first.message_id().as_str(), "m1");
        }
    }

    #[tokio::test]
    async fn one_that_makes_no_sense_spoils_none_that_follows() {
        // An answer to a message whose id has no end.
        let mut broken = answer(7, "m7");
        let last = broken.len() - 1;
        broken[last] = b'x';
        let frames = read(&[broken, answer(8, "m8")].concat(), 64).await;
        let first = frames[0].as_ref().unwrap();
        assert!(first.pdu.is_none() && first.id == CommandId::SubmitSmResp && first.sequence == 7);
        assert!(frames[1].as_ref().unwrap().pdu.is_some());
    }

    #[test]
    fn no_octets_are_too_odd() {
        let mut deliver = rusmpp::pdus::DeliverSm::default();
        deliver.esm_class = rusmpp::values::EsmClass::from(4);
        deliver.set_short_message(
            rusmpp::types::OctetString::from_slice(b"id:m1 stat:DELIVRD err:000").unwrap(),
        );
        let id = COctetString::from_slice(b"m1\0").unwrap();
        deliver.push_tlv(rusmpp::tlvs::MessageDeliveryRequestTlvValue::ReceiptedMessageId(id));
        let deliver = written(&Command::new(CommandStatus::EsmeRok, 3, deliver));
        // xorshift64: dice that fall the same way each time.
        let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
        let mut roll = |sides: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice % sides as u64).unwrap()
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let mut octets = if roll(2) == 0 { deliver.clone() } else { answer(1, "m1") };
            for _ in 0..=roll(4) {
                let place = 4 + roll(octets.len() - 4);
                octets[place] = u8::try_from(roll(256)).unwrap();
            }
            let mut buffer = BytesMut::from(&octets[..]);
            let frame = take(&mut buffer).unwrap().unwrap();
            if let Some(Pdu::DeliverSm(deliver)) = &frame.pdu {
                read += usize::from(super::super::receipt::read("main", deliver).is_some());
            }
        }
        assert!(read > 1000, "{read}");
    }

    #[tokio::test]
    async fn impossible_lengths_end_the_reading() {
        for length in [0_u32, 15, 65_537, u32::MAX] {
            let frames = read(&[&length.to_be_bytes()[..], &[0; 12]].concat(), 64).await;
            assert!(frames.len() == 1 && frames[0].is_err(), "{length}");
        }
        assert!(read(&answer(1, "m1")[..18], 64).await.is_empty());
    }
}
