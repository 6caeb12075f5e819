//! What calls go to: telephones (baresip), trunks (kamailio) and trunks that answer oddly (sipp). Each runs on free ports
//! of loopback, and ends with its value, and with the test's process whatever becomes of that.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long anything of a peer may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Between two looks at something that cannot be waited for otherwise.
const LOOK: Duration = Duration::from_millis(10);

pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(crate) const HERE6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
/// What the trunk's login is, and its domain.
pub(crate) const USER: &str = "office";
pub(crate) const PASSWORD: &str = "s3cret";
pub(crate) const DOMAIN: &str = "trunk.test";

/// A program that ends with this value.
pub(crate) struct Peer {
    command: Vec<String>,
    child: Child,
    folder: TempDir,
}

impl Peer {
    /// Starts a program in a folder of its own, which gets this signal when it is to end.
    pub(crate) fn start(signal: &str, folder: TempDir, program: &str, arguments: &[&str]) -> Self {
        let command = [signal, program].iter().chain(arguments).map(ToString::to_string).collect::<Vec<_>>();
        let child = run(&command, folder.path());
        Self { command, child, folder }
    }

    fn stop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("its end");
    }

    fn start_again(&mut self) {
        self.child = run(&self.command, self.folder.path());
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.path().join("log")).expect("its log")).into_owned()
    }

    pub(crate) async fn until_log_says(&self, words: &str) {
        self.until_log_says_any(&[words]).await;
    }

    /// Waits until the log says one of these, and tells which.
    async fn until_log_says_any(&self, words: &[&str]) -> usize {
        let looking = async {
            loop {
                let log = self.log();
                if let Some(place) = words.iter().position(|words| log.contains(words)) {
                    return place;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let found = tokio::time::timeout(LIMIT, looking).await;
        found.unwrap_or_else(|_| panic!("{words:?} is not in the log:\n{}", self.log()))
    }

    /// Ends it, and keeps its folder.
    fn into_folder(mut self) -> TempDir {
        self.stop();
        std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn run(command: &[String], folder: &Path) -> Child {
    let log = fs::File::create(folder.join("log")).expect("a log");
    Command::new(root().join("tests/peers/until-input-ends"))
        .args(command)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("the same log"))
        .stderr(log)
        .spawn()
        .expect("a running peer; run scripts/install-test-tools")
}

/// How a telephone is set up.
#[derive(Clone, Copy)]
pub(crate) struct PhoneSettings<'a> {
    pub(crate) number: &'a str,
    /// Where it registers; without it, it is called directly.
    pub(crate) trunk: Option<&'a Trunk>,
    pub(crate) address: IpAddr,
    /// Answers by itself.
    pub(crate) answers: bool,
}

impl Default for PhoneSettings<'_> {
    fn default() -> Self {
        Self { number: "+79161234567", trunk: None, address: HERE, answers: false }
    }
}

/// A telephone.
pub(crate) struct Phone {
    _peer: Peer,
    control: TcpStream,
    heard: Vec<u8>,
    pub(crate) port: u16,
}

impl Phone {
    /// A telephone that is called directly.
    pub(crate) async fn start() -> Self {
        Self::start_as(PhoneSettings::default()).await
    }

    pub(crate) async fn start_as(settings: PhoneSettings<'_>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let host = match settings.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let answers = if settings.answers { ";answermode=auto" } else { "" };
        let account = match settings.trunk {
            Some(trunk) => format!(
                "<sip:{}@{DOMAIN}>;outbound=\"sip:127.0.0.1:{}\";regint=600;auth_pass=none{answers}\n",
                settings.number, trunk.port
            ),
            None => format!("<sip:{}@{host}>;regint=0;catchall=yes{answers}\n", settings.number),
        };
        fs::write(folder.path().join("accounts"), account).expect("an account");
        fs::write(folder.path().join("contacts"), "").expect("no contacts");
        let (peer, port, control) = Self::on_free_ports(folder, settings.address, &host).await;
        if settings.trunk.is_some() {
            peer.until_log_says("200 OK").await;
        }
        let control = connected(control, &peer).await;
        Self { _peer: peer, control, heard: Vec::new(), port }
    }

    /// It takes the port after its own too, which somebody may have.
    async fn on_free_ports(mut folder: TempDir, address: IpAddr, host: &str) -> (Peer, u16, u16) {
        loop {
            let (port, control) = (free_port(address), free_port(HERE));
            fill(
                "phone.config",
                &folder.path().join("config"),
                &[
                    ("HOST", host),
                    ("PORT", &port.to_string()),
                    ("INTERFACE", &address.to_string()),
                    ("CONTROL", &control.to_string()),
                    ("MODULES", "/usr/lib/baresip/modules"),
                ],
            );
            let family = if address.is_ipv6() { "-6" } else { "-4" };
            let path = folder.path().to_string_lossy().into_owned();
            // Told to end, it would unregister first, for up to half a minute.
            let peer = Peer::start("KILL", folder, "baresip", &[family, "-f", &path]);
            let said = peer.until_log_says_any(&["baresip is ready", "Address already in use"]).await;
            if said == 0 {
                return (peer, port, control);
            }
            folder = peer.into_folder();
        }
    }

    /// The next event of this type, whatever comes before it.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        let found = tokio::time::timeout(LIMIT, async {
            loop {
                let message = self.message().await;
                if message["type"] == kind {
                    return message;
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("the phone told of no {kind}"))
    }

    /// The number that it shows for the next call.
    pub(crate) async fn shows(&mut self) -> String {
        let event = self.event("CALL_INCOMING").await;
        let peer = event["peeruri"].as_str().expect("who calls").to_owned();
        peer.trim_start_matches("sip:").split('@').next().expect("a number").to_owned()
    }

    /// Waits until this many calls came in and as many are over.
    pub(crate) async fn until_all_closed(&mut self, calls: usize) {
        let counted = tokio::time::timeout(LIMIT, async {
            let (mut came, mut closed) = (0, 0);
            while (came, closed) != (calls, calls) {
                match self.message().await["type"].as_str() {
                    Some("CALL_INCOMING") => came += 1,
                    Some("CALL_CLOSED") => closed += 1,
                    _ => {}
                }
                assert!(came <= calls, "the phone rang too often");
            }
        });
        counted.await.expect("every call to be over");
    }

    pub(crate) async fn accept(&mut self) {
        self.command("accept").await;
    }

    pub(crate) async fn decline(&mut self) {
        self.command("hangup").await;
    }

    /// How many calls it has.
    pub(crate) async fn calls(&mut self) -> usize {
        self.command("listcalls").await;
        let listed = tokio::time::timeout(LIMIT, async {
            loop {
                let message = self.message().await;
                if message["response"] == true && message["token"] == "listcalls" {
                    return message["data"].as_str().unwrap_or_default().to_owned();
                }
            }
        });
        let listed = listed.await.expect("a list of calls");
        listed.lines().filter(|line| line.contains("sip:")).count()
    }

    async fn command(&mut self, name: &str) {
        let message = json!({ "command": name, "token": name }).to_string();
        let message = format!("{}:{message},", message.len());
        self.control.write_all(message.as_bytes()).await.expect("a phone that listens");
    }

    /// The next netstring (`LENGTH:TEXT,`). Nothing is lost when this is dropped.
    async fn message(&mut self) -> Value {
        loop {
            if let Some(colon) = self.heard.iter().position(|byte| *byte == b':') {
                let length: usize =
                    std::str::from_utf8(&self.heard[..colon]).expect("a length").parse().expect("a length");
                if self.heard.len() > colon + 1 + length {
                    let text: Vec<u8> = self.heard.drain(..colon + length + 2).collect();
                    return serde_json::from_slice(&text[colon + 1..=colon + length]).expect("JSON");
                }
            }
            let mut part = [0; 4096];
            let count = self.control.read(&mut part).await.expect("a phone that talks");
            assert!(count > 0, "the phone is gone");
            self.heard.extend_from_slice(&part[..count]);
        }
    }
}

/// How a trunk is set up.
#[derive(Clone, Copy)]
pub(crate) struct TrunkPeerSettings<'a> {
    /// `MD5`, `SHA-256` or nothing.
    pub(crate) algorithm: &'a str,
    /// How long it waits with every call, in milliseconds.
    pub(crate) delay_ms: u32,
    /// The address in its certificate.
    pub(crate) certified: &'a str,
}

impl Default for TrunkPeerSettings<'_> {
    fn default() -> Self {
        Self { algorithm: "", delay_ms: 0, certified: "127.0.0.1" }
    }
}

/// A trunk that wants a login, with telephones behind it.
pub(crate) struct Trunk {
    peer: Peer,
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
}

impl Trunk {
    pub(crate) async fn start() -> Self {
        Self::start_as(TrunkPeerSettings::default()).await
    }

    pub(crate) async fn start_as(settings: TrunkPeerSettings<'_>) -> Self {
        let (port, tls_port) = (free_port(HERE), free_port(HERE));
        let folder = tempfile::tempdir().expect("a folder");
        certify(folder.path(), settings.certified);
        let delay = match settings.delay_ms {
            0 => String::new(),
            delay => format!("usleep(\"{}\");", delay * 1000),
        };
        let path = folder.path().to_string_lossy().into_owned();
        fill(
            "trunk.cfg",
            &folder.path().join("trunk.cfg"),
            &[
                ("PORT", &port.to_string()),
                ("TLS_PORT", &tls_port.to_string()),
                ("MODULES", &modules_of_kamailio()),
                ("ALGORITHM", settings.algorithm),
                ("FOLDER", &path),
                ("PASSWORD", PASSWORD),
                ("DELAY", &delay),
            ],
        );
        fs::create_dir(folder.path().join("run")).expect("a folder");
        let arguments = ["-DD", "-E", "-f", "trunk.cfg", "-Y", "run"];
        let peer = Peer::start("TERM", folder, "kamailio", &arguments);
        let trunk = Self { peer, port, tls_port };
        trunk.until_it_listens().await;
        trunk
    }

    async fn until_it_listens(&self) {
        drop(connected(self.port, &self.peer).await);
        drop(connected(self.tls_port, &self.peer).await);
    }

    pub(crate) fn goes_down(&mut self) {
        self.peer.stop();
    }

    /// With its certificate, on its ports, and knowing no telephone.
    pub(crate) async fn comes_back(&mut self) {
        self.peer.start_again();
        self.until_it_listens().await;
    }

    /// The authority that signed its certificate.
    pub(crate) fn authority(&self) -> Vec<u8> {
        fs::read(self.peer.folder.path().join("client.pem")).expect("its authority")
    }

    /// What it wrote down of the requests with a right login.
    pub(crate) fn seen(&self) -> Vec<String> {
        let log = self.peer.log();
        let seen = log.lines().filter_map(|line| line.split_once("SEEN ").map(|(_, seen)| seen.to_owned()));
        seen.collect()
    }

    pub(crate) async fn until_seen(&self, words: &str) {
        self.peer.until_log_says(&format!("SEEN {words}")).await;
    }
}

/// A trunk that answers one call as a scene of `tests/peers/sip/odd` says.
pub(crate) struct OddTrunk {
    peer: Peer,
    pub(crate) port: u16,
}

impl OddTrunk {
    /// Plays a scene over UDP, with its places filled in.
    pub(crate) async fn start(scene: &str, values: &[(&str, &str)]) -> Self {
        Self::start_over("u1", scene, values).await
    }

    /// Plays a scene over `u1` (UDP) or `t1` (TCP), with its places filled in.
    pub(crate) async fn start_over(transport: &str, scene: &str, values: &[(&str, &str)]) -> Self {
        let port = free_port(HERE);
        let folder = tempfile::tempdir().expect("a folder");
        fill(&format!("odd/{scene}.xml"), &folder.path().join("scene.xml"), values);
        let port_text = port.to_string();
        let mut arguments = vec!["-sf", "scene.xml", "-i", "127.0.0.1", "-p", &port_text, "-t", transport];
        arguments.extend([
            "-m",
            "1",
            "-nostdin",
            "-nd",
            "-trace_err",
            "-error_file",
            "errors",
            "-trace_msg",
            "-message_file",
            "messages",
        ]);
        let peer = Peer::start("KILL", folder, "sipp", &arguments);
        let trunk = Self { peer, port };
        trunk.until_it_listens(transport).await;
        trunk
    }

    async fn until_it_listens(&self, transport: &str) {
        // Connecting would be a call for a TCP scene; what listens stands in these lists (proc(5)).
        let list = if transport == "u1" { "/proc/net/udp" } else { "/proc/net/tcp" };
        let entry = format!("0100007F:{:04X} ", self.port);
        let looking = async {
            while !fs::read_to_string(list).expect("the list of sockets").contains(&entry) {
                tokio::time::sleep(LOOK).await;
            }
        };
        assert!(tokio::time::timeout(LIMIT, looking).await.is_ok(), "{}", self.peer.log());
    }

    /// Waits until the scene was played to its end, and every request in it came.
    pub(crate) async fn until_played(self) {
        let looking = async {
            while !self.peer.log().contains("Successful call") {
                tokio::time::sleep(LOOK).await;
            }
        };
        let is_over = tokio::time::timeout(LIMIT, looking).await.is_ok();
        let log = self.peer.log();
        let successful = log.lines().find(|line| line.contains("Successful call")).unwrap_or_default();
        let is_whole = successful.split('|').next_back().is_some_and(|count| count.trim() == "1");
        assert!(is_over && is_whole, "the scene was not played to its end:\n{}", self.messages());
    }

    /// Everything that went over the wire, and what was wrong with it.
    pub(crate) fn messages(&self) -> String {
        let read = |name: &str| fs::read(self.peer.folder.path().join(name)).unwrap_or_default();
        ["messages", "errors"].map(|name| String::from_utf8_lossy(&read(name)).into_owned()).join("\n")
    }
}

async fn connected(port: u16, peer: &Peer) -> TcpStream {
    let trying = async {
        loop {
            if let Ok(stream) = TcpStream::connect((HERE, port)).await {
                return stream;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let connected = tokio::time::timeout(LIMIT, trying).await;
    connected.unwrap_or_else(|_| panic!("nobody listens on port {port}:\n{}", peer.log()))
}

/// A port that is free for UDP and TCP.
pub(crate) fn free_port(address: IpAddr) -> u16 {
    loop {
        let listener = TcpListener::bind((address, 0)).expect("a port");
        let port = listener.local_addr().expect("its address").port();
        if UdpSocket::bind(SocketAddr::new(address, port)).is_ok() {
            return port;
        }
    }
}

/// Copies a file of `tests/peers/sip` with the places between at-signs filled in.
fn fill(template: &str, target: &Path, values: &[(&str, &str)]) {
    let mut text = fs::read_to_string(root().join("tests/peers/sip").join(template)).expect("a template");
    for (name, value) in values {
        text = text.replace(&format!("@{name}@"), value);
    }
    fs::write(target, text).expect("a configuration");
}

/// A key, a certificate for this address and the authority that signed it, as trustme makes them.
fn certify(folder: &Path, address: &str) {
    let python = root().join(".venv/bin/python");
    let made = Command::new(python)
        .args(["-m", "trustme", "--quiet", "-i", address, "-d"])
        .arg(folder)
        .status()
        .expect("trustme; run scripts/install-test-tools");
    assert!(made.success());
}

fn modules_of_kamailio() -> String {
    let libraries = fs::read_dir("/usr/lib").expect("libraries");
    let mut places = libraries.filter_map(Result::ok).map(|place| place.path().join("kamailio/modules"));
    let place = places.find(|place| place.is_dir()).expect("kamailio; run scripts/install-test-tools");
    format!("{}/", place.display())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
