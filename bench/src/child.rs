//! The server: the real program as a process of its own.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign::time_source::Stopwatch;
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;

use crate::Fault;
use crate::called::SOLD;

/// A server that does not answer within this time will not.
const PATIENCE: Duration = Duration::from_secs(30);
/// The kernel counts processor time in hundredths of a second.
const TICKS: f64 = 100.0;

/// How a server is started.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its data folder.
    pub(crate) data: PathBuf,
    /// The PostgreSQL database; SQLite in the data folder otherwise.
    pub(crate) postgres: Option<String>,
    /// Whether writes that wait share a commit.
    pub(crate) grouping: bool,
    /// The port of the mail server; without one no letters are sent.
    pub(crate) mail: Option<u16>,
    /// The port of the phones; without one nobody is called.
    pub(crate) calls: Option<u16>,
}

/// A running server. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From its start to its first answer.
    pub(crate) first_answer: Duration,
}

/// What a process keeps in memory, in MiB.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) resident: f64,
    /// At most so far.
    pub(crate) peak: f64,
}

impl Plan {
    /// Starts the server and waits until it says that it is ready, its database included.
    pub(crate) fn start(&self) -> Result<Server, Fault> {
        let address = free_address()?;
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = self.command("serve");
        command
            .env("COUNTERSIGN_LISTEN", address.to_string())
            .env("COUNTERSIGN_TRUSTED_PROXIES", "127.0.0.1/32")
            .env("COUNTERSIGN_STORE_GROUP_COMMITS", self.grouping.to_string())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(port) = self.mail {
            command
                .env("COUNTERSIGN_MAIL_SERVERS", format!("smtp+plain://127.0.0.1:{port}"))
                .env("COUNTERSIGN_MAIL_FROM", "Countersign <codes@example.org>");
        }
        if let Some(port) = self.calls {
            let trunk = format!(
                "[{{ name = \"sipp\", host = \"127.0.0.1:{port}\", transport = \"udp\", ring_seconds = 1, \
                 calls_per_second = {SOLD} }}]"
            );
            command
                .env("COUNTERSIGN_CALLS_POOL", "+493023125000-+493023125999")
                .env("COUNTERSIGN_CALLS_TRUNKS", trunk)
                .env("COUNTERSIGN_PHONE_HOME", "DE")
                .env("COUNTERSIGN_PHONE_DAILY_BUDGET", "none");
        }
        let clock = Stopwatch::start();
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let mut server = Server { child, address, first_answer: Duration::ZERO };
        while !is_ready(address) {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the server ended ({status}); see {}", self.log().display()).into());
            }
            if clock.elapsed() > PATIENCE {
                return Err(format!("the server does not answer; see {}", self.log().display()).into());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        server.first_answer = clock.elapsed();
        Ok(server)
    }

    /// A command of the program on these data, its output thrown away.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(name)
            .env("COUNTERSIGN_DATA_DIR", &self.data)
            .env_remove("DATABASE_URL")
            .env_remove("COUNTERSIGN_DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(url) = &self.postgres {
            command.env("COUNTERSIGN_DATABASE_URL", url);
        }
        command
    }

    fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }
}

impl Server {
    /// What it keeps in memory.
    pub(crate) fn memory(&self) -> Result<Memory, Fault> {
        memory_of(self.child.id())
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn cpu(&self) -> f64 {
        cpu(format!("/proc/{}/stat", self.child.id()))
    }

    /// Asks it to stop and waits for it.
    pub(crate) fn stop(mut self) -> Result<(), Fault> {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).ok_or("no process id")?;
        kill_process(id, Signal::TERM)?;
        let clock = Stopwatch::start();
        while self.child.try_wait()?.is_none() {
            if clock.elapsed() > PATIENCE {
                return Err("the server does not stop".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process keeps in memory.
pub(crate) fn memory_of(process: u32) -> Result<Memory, Fault> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let mebibytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u32>().ok());
        kib.map(|kib| f64::from(kib) / 1024.0).ok_or("no such line in /proc")
    };
    Ok(Memory { resident: mebibytes("VmRSS:")?, peak: mebibytes("VmHWM:")? })
}

/// Seconds of processor time that this program has used.
pub(crate) fn own_cpu() -> f64 {
    cpu("/proc/self/stat")
}

fn cpu(path: impl AsRef<Path>) -> f64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    // After the name in brackets, which may hold spaces: user and system time are fields 14 and 15 of the line.
    let fields = text.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS
}

fn free_address() -> Result<SocketAddr, Fault> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer.starts_with("HTTP/1.1 200 "))
    };
    ask().unwrap_or(false)
}
