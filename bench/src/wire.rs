//! A lean HTTP/1.1 client: one kept-alive connection, one request at a time. It shares the cores with the server that it
//! measures, so it does as little as possible.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::TcpStream;

/// Longest answer that is read; the longest page has some 30 KiB.
const LONGEST: usize = 256 * 1024;

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    filled: usize,
}

/// What was answered.
pub(crate) struct Answer<'a> {
    /// The status.
    pub(crate) status: u16,
    /// The head, status line included.
    pub(crate) head: &'a str,
}

impl Answer<'_> {
    /// Whether a line of the head begins like this. Names are in lower case, as hyper writes them.
    pub(crate) fn says(&self, start: &str) -> bool {
        self.head.lines().any(|line| line.starts_with(start))
    }

    /// The value of a cookie that is set. `start` is `set-cookie: NAME=`.
    pub(crate) fn cookie(&self, start: &str) -> Option<&str> {
        let rest = self.head.lines().find_map(|line| line.strip_prefix(start))?;
        rest.split(';').next()
    }
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: vec![0; 16 * 1024], filled: 0 })
    }

    /// This one, or a new one where there is none.
    pub(crate) async fn free_or_new(free: Option<Self>, server: SocketAddr) -> io::Result<Self> {
        match free {
            Some(connection) => Ok(connection),
            None => Self::open(server).await,
        }
    }

    /// Sends a request and reads its whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.send(request).await?;
        self.filled = 0;
        loop {
            self.receive().await?;
            if let Some((head, whole)) = measure(&self.received[..self.filled])? {
                if whole > LONGEST {
                    return Err(odd("an answer is too long"));
                }
                while self.filled < whole {
                    self.receive().await?;
                }
                let head =
                    std::str::from_utf8(&self.received[..head]).map_err(|_| odd("the head is not text"))?;
                let status = head.get(9..12).and_then(|code| code.parse().ok());
                let status = status.ok_or_else(|| odd("no status"))?;
                return Ok(Answer { status, head });
            }
        }
    }

    async fn send(&self, mut request: &[u8]) -> io::Result<()> {
        while !request.is_empty() {
            match self.stream.try_write(request) {
                Ok(sent) => request = &request[sent..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn receive(&mut self) -> io::Result<()> {
        if self.filled == self.received.len() {
            self.received.resize(self.filled * 2, 0);
        }
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.received[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(more) => {
                    self.filled += more;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The length of the head and of the whole answer, once the head is there.
fn measure(received: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&received[..end]).map_err(|_| odd("the head is not text"))?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    // Everything that is asked for here has a length; a chunked answer would be a change worth noticing.
    let length: usize = length.and_then(|text| text.parse().ok()).ok_or_else(|| odd("no content-length"))?;
    Ok(Some((end, end + 4 + length)))
}

fn odd(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_measured_once_its_head_is_there() {
        assert_eq!(measure(b"HTTP/1.1 200 OK\r\ncontent-len").unwrap(), None);
        assert_eq!(measure(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n").unwrap(), Some((34, 41)));
        assert!(measure(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
