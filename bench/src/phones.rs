//! The phones that are called: sipp, which plays `tests/peers/sip/many.xml` and says when each rang and was hung up on.

use std::collections::HashMap;
use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign::time_source::Stopwatch;
use countersign_core::time::Timestamp;

use crate::Fault;
use crate::options::Options;

/// How long its start may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const OFTEN: Duration = Duration::from_millis(10);

/// Running phones. Dropped, they are ended and what they wrote is removed.
pub(crate) struct Phones {
    child: Child,
    folder: PathBuf,
    /// Where they listen, on the loopback address.
    pub(crate) port: u16,
}

/// What the phones saw.
pub(crate) struct Seen {
    /// When each rang first, by its number.
    pub(crate) rang: HashMap<String, Timestamp>,
    /// How many rang.
    pub(crate) calls: usize,
    /// How many of these were hung up on: a CANCEL, and the end of it acknowledged.
    pub(crate) ended: usize,
}

impl Phones {
    /// Starts them.
    pub(crate) fn start(options: &Options) -> Result<Self, Fault> {
        let folder = options.folder.join(format!("phones-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let scene = fs::canonicalize(&options.sip_scene)
            .map_err(|error| format!("{}: {error}", options.sip_scene.display()))?;
        let port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let child = Command::new("sipp")
            .arg("-sf")
            .arg(scene)
            .args(["-i", "127.0.0.1", "-t", "u1", "-nostdin", "-nd", "-trace_logs", "-log_file", "log"])
            .args(["-p", &port.to_string()])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("sipp: {error}; run scripts/install-test-tools"))?;
        let mut phones = Self { child, folder, port };
        // Whoever listens stands in this list (proc(5)).
        let entry = format!("0100007F:{port:04X} ");
        let clock = Stopwatch::start();
        while !fs::read_to_string("/proc/net/udp")?.contains(&entry) {
            if phones.child.try_wait()?.is_some() || clock.elapsed() > PATIENCE {
                return Err("sipp did not start; run scripts/install-test-tools".into());
            }
            std::thread::sleep(OFTEN);
        }
        Ok(phones)
    }

    /// Waits until so many calls have ended, or `patience` is over, and tells what was seen.
    pub(crate) fn seen(&self, calls: usize, patience: Duration) -> Result<Seen, Fault> {
        let clock = Stopwatch::start();
        loop {
            let seen = read(&fs::read_to_string(self.folder.join("log"))?);
            if seen.ended >= calls || clock.elapsed() >= patience {
                return Ok(seen);
            }
            std::thread::sleep(OFTEN);
        }
    }
}

/// What stands in the log.
fn read(log: &str) -> Seen {
    let mut seen = Seen { rang: HashMap::new(), calls: 0, ended: 0 };
    for line in log.lines() {
        if line.starts_with("ENDS ") {
            seen.ended += 1;
        }
        let Some((at, number)) = line.strip_prefix("RINGS ").and_then(rang) else { continue };
        seen.calls += 1;
        seen.rang.entry(number).or_insert(at);
    }
    seen
}

impl Drop for Phones {
    fn drop(&mut self) {
        // It may have ended already, and what is left behind lies in the folder of the measurement.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `2026-01-31 <tab> 12:00:00.123456 <tab> 1769860800.123456 <sip:+491…@host>`: when, and which number.
fn rang(line: &str) -> Option<(Timestamp, String)> {
    let (seconds, rest) = line.split('\t').nth(2)?.split_once(' ')?;
    let (whole, fraction) = seconds.split_once('.')?;
    let at = whole.parse::<i64>().ok()? * 1000 + fraction.get(..3)?.parse::<i64>().ok()?;
    let number = rest.split_once("sip:")?.1.split('@').next()?;
    Some((Timestamp::from_millis(at), number.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_which_phone_rang() {
        let line = "2026-11-22\t10:54:54.227822\t1795344894.227822  <sip:+4917010000567@127.0.0.1>";
        let (at, number) = rang(line).unwrap();
        assert_eq!((at.as_millis(), number.as_str()), (1_795_344_894_227, "+4917010000567"));
    }
}
