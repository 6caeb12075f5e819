//! The command line, as the program that operators run, beside a server that runs.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
const PASSWORD: &str = "a long walk by the quiet river";

/// An installation in a folder of its own, with a server on it.
struct Installation {
    folder: tempfile::TempDir,
    server: Option<Child>,
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Installation {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut installation = Self { folder, server: None };
        installation.start();
        installation
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn start(&mut self) {
        let data = self.data();
        let mut child = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).any(|line| line.contains("Countersign is at"));
        assert!(ready, "the server did not start");
        self.server = Some(child);
    }

    /// Asks the server to stop and waits until it has.
    fn stop(&mut self) {
        let Some(mut child) = self.server.take() else { return };
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        assert!(child.wait().unwrap().success());
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let data = self.data();
        let mut command = program(arguments);
        let mut child = command.args(["--data", &data]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a command that has to succeed, and returns what it printed.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", told(&output));
        told(&output)
    }

    fn add(&self, email: &str) {
        let output = self.run_with(&["account", "add", email, "--name", "Ada", "--password-stdin"], PASSWORD);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(mut child) = self.server.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn all_6_accounts_are_managed_beside_a_running_server() {
    let here = Installation::new();
    here.add("ada@example.org");
    let list = here.json(&["account", "list", "--json"]);
    assert_eq!(list[0]["email"], "ada@example.org");
    assert_eq!(list[0]["state"], "active");
    assert!(here.done(&["account", "list", "--search", "ADA"]).contains("ada@example.org"));
    let detail = here.json(&["account", "show", "ada@example.org", "--json"]);
    assert_eq!(detail["authenticators"], serde_json::json!([]));
    assert_eq!(detail["suspension"], Value::Null);

    here.done(&["account", "disable", "ada@example.org"]);
    assert!(here.refused(&["account", "disable", "ada@example.org"], 1).contains(' '));
    assert!(here.refused(&["account", "reset-link", "ada@example.org"], 1).contains(' '));
    here.done(&["account", "enable", "ada@example.org"]);
    assert!(here.done(&["account", "end-sessions", "ada@example.org"]).contains("0 sessions"));
    let link = here.json(&["account", "reset-link", "ada@example.org", "--json"]);
    assert!(link["link"].as_str().unwrap().contains("/link/"));

    let invitation = here.json(&["account", "add", "new@example.org", "--json"]);
    assert!(invitation["link"].as_str().unwrap().starts_with("http://localhost"));
    here.refused(&["account", "show", "nobody@example.org"], 3);
    here.refused(&["account", "show", "nonsense"], 2);
    let taken = here.run_with(&["account", "add", "ada@example.org", "--password-stdin"], PASSWORD);
    assert_eq!(taken.status.code(), Some(2));
    let short = here.run_with(&["account", "add", "b@example.org", "--password-stdin"], "short");
    assert_eq!(short.status.code(), Some(2));
    assert!(!told(&short).contains("password-fault"), "a bare key: {}", told(&short));
}

#[test]
fn app_9_a_suspension_says_in_words_why_it_is_refused() {
    let here = Installation::new();
    here.add("ada@example.org");
    let suspend = |rest: &[&str], code| {
        let all: Vec<&str> =
            ["account", "suspend-second-step", "ada@example.org"].iter().chain(rest).copied().collect();
        here.refused(&all, code)
    };
    for (rest, code) in [
        (&["--reason", "lost phone"][..], 1),
        (&["--reason", "lost phone", "--for", "15d"], 1),
        (&["--reason", ""], 1),
        (&["--for", "2h"], 2),
        (&["--reason", "lost phone", "--for", "soon"], 2),
    ] {
        let told = suspend(rest, code);
        assert!(told.contains(' ') && !told.contains("suspension-"), "a bare key: {told}");
    }
    here.refused(&["account", "end-suspension", "ada@example.org"], 3);
}

#[test]
fn policies_are_shown_and_changed() {
    let here = Installation::new();
    assert!(here.done(&["policy", "show"]).contains("preset: recommended"), "REC: what one starts with");
    let mut messenger = vec!["policy", "set-preset", "messenger", "--reason", "a trial"];
    for risk in ["email-codes", "telegram", "phone-calls", "sms", "phone-in-new-browsers"] {
        messenger.extend(["--accept-risk", risk]);
    }
    here.done(&messenger);
    here.done(&["policy", "set-sign-up", "open"]);
    let shown = here.json(&["policy", "show", "--json"]);
    assert_eq!((&shown["version"], &shown["policy"]["preset"]), (&3.into(), &"messenger".into()));
    assert_eq!(shown["policy"]["sign_up"], "open");
    assert_eq!(here.json(&["policy", "presets", "--json"]).as_array().unwrap().len(), 5);
    here.refused(&["policy", "set-preset", "strict"], 2);
    here.refused(&["policy", "show", "--organisation", "none"], 3);
}

#[test]
fn rec_1_a_risk_is_accepted_by_its_name_or_nothing_changes() {
    let here = Installation::new();
    let refused = here.refused(&["policy", "set-preset", "email-or-authenticator"], 2);
    assert!(refused.contains("--accept-risk email-codes"), "{refused}");
    assert!(refused.contains("whoever can read the mailbox"), "{refused}");
    let preset = |more: &[&str]| {
        let all: Vec<&str> =
            ["policy", "set-preset", "email-or-authenticator"].iter().chain(more).copied().collect();
        here.done(&all)
    };
    let told = preset(&["--dry-run"]);
    assert!(told.contains("exclusive: [] -> [[\"authenticator\",\"email\"]]"), "{told}");
    assert!(told.contains("WEAKER"), "{told}");
    assert_eq!(here.json(&["policy", "show", "--json"])["version"], 1);
    assert!(preset(&["--accept-risk", "email-codes"]).contains("is in force"));
    assert!(preset(&[]).contains("Nothing changes"), "what was accepted once need not be again");
    here.refused(&["policy", "set-preset", "recommended", "--accept-risk", "none"], 2);
}

#[test]
fn a_policy_goes_out_as_a_file_and_comes_back_in() {
    let here = Installation::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let file = path.to_str().unwrap();
    let mut shown = here.json(&["policy", "show", "--json"]);
    shown["policy"]["sessions"]["idle_minutes"] = 30.into();
    std::fs::write(&path, shown.to_string()).unwrap();
    let diff = here.json(&["policy", "diff", file, "--json"]);
    assert_eq!(diff["changes"][0]["setting"], "sessions.idle_minutes");
    here.done(&["policy", "set", file, "--reason", "ticket 118"]);
    here.refused(&["policy", "set", file], 1);
    shown["policy"]["surprise"] = 1.into();
    std::fs::write(&path, shown["policy"].to_string()).unwrap();
    assert!(here.refused(&["policy", "set", file], 2).contains("surprise"));
    shown["policy"].as_object_mut().unwrap().remove("surprise");
    shown["policy"]["methods"] = serde_json::json!(["recovery-key"]);
    std::fs::write(&path, shown["policy"].to_string()).unwrap();
    let told = here.refused(&["policy", "set", file], 2);
    assert!(told.contains("fallback_only: The recovery key: counts only beside another method"), "{told}");
    here.done(&["policy", "restore", "1", "--reason", "too short"]);
    here.refused(&["policy", "restore", "9"], 3);
    let history = here.json(&["policy", "history", "--json"]);
    let told: Vec<_> = history.as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(told, ["too short", "ticket 118", ""]);
    assert_eq!(history[0]["policy"], history[2]["policy"]);
    assert_eq!(history[0]["changes"][0]["after"], 60);
    let schema = here.json(&["policy", "schema"]);
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["$defs"]["SessionLivesDocument"].is_object());
    assert!(!schema.to_string().contains("#/components/"), "{schema}");
}

#[test]
fn the_audit_log_is_listed_and_its_chain_verified() {
    let here = Installation::new();
    here.add("ada@example.org");
    let rows = here.json(&["audit", "list", "--account", "ada@example.org", "--json"]);
    assert_eq!(rows[0]["event"], "account.added");
    assert_eq!(rows[0]["actor"], "command-line");
    assert!(
        here.done(&["audit", "list", "--event", "account.added", "--since", "1h"])
            .contains("ada@example.org")
    );
    assert_eq!(here.json(&["audit", "list", "--until", "1h", "--json"]), serde_json::json!([]));
    here.refused(&["audit", "list", "--event", "nonsense"], 2);
    let verified = here.json(&["audit", "verify", "--json"]);
    assert_eq!(verified["ok"], true);
    let head = verified["head"].as_str().unwrap().to_owned();
    here.done(&["audit", "verify", "--expect", &head]);
    here.refused(&["audit", "verify", "--expect", &"0".repeat(64)], 5);
}

#[test]
fn all_7_keys_are_changed_in_an_order_that_loses_nothing() {
    let mut here = Installation::new();
    here.add("ada@example.org");
    let state = |number: usize| here.json(&["keys", "list", "--json"])["keys"][number].clone();
    assert_eq!((&state(0)["state"], &state(0)["passwords"]), (&"active".into(), &1.into()));
    here.done(&["keys", "add", "--standby"]);
    // The server that runs has never heard of k2.
    assert!(here.refused(&["keys", "activate", "k2"], 1).contains("Restart"));
    here.stop();
    here.start();
    here.done(&["keys", "activate", "k2"]);
    assert!(here.refused(&["keys", "retire", "k2"], 1).contains("active"));
    assert!(here.refused(&["keys", "retire", "k1"], 1).contains("still seals with k1"));
    here.stop();
    here.start();
    here.done(&["keys", "re-seal"]);
    let refused = here.refused(&["keys", "retire", "k1"], 1);
    assert!(refused.contains("1 password still rest") && refused.contains("--reset-passwords"), "{refused}");
    here.done(&["keys", "retire", "k1", "--reset-passwords"]);
    let keys = here.json(&["keys", "list", "--json"]);
    assert_eq!((&keys["keys"][0]["state"], &keys["keys"][0]["passwords"]), (&"retired".into(), &0.into()));
    assert_eq!(here.json(&["account", "show", "ada@example.org", "--json"])["has_password"], false);
    here.refused(&["keys", "retire", "k9"], 3);
    here.stop();
    here.start();
}

#[test]
fn the_doctor_finds_a_running_installation_sound_and_says_what_is_wrong_with_another() {
    let here = Installation::new();
    let report = here.json(&["doctor", "--json"]);
    assert_eq!(report["ok"], true, "{report}");
    let names: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
    for name in ["data folder", "key file", "database", "durability", "clock", "keys", "servers", "audit log"]
    {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let keys = Path::new(&here.data()).join("keys.toml");
    std::fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let told = here.refused(&["doctor"], 5);
    assert!(told.contains("FAIL  key file") && told.contains("chmod 600"), "{told}");
}

#[test]
fn a_folder_without_an_installation_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    let shown = data.display().to_string();
    for arguments in [&["account", "list"][..], &["audit", "verify"], &["keys", "list"], &["policy", "show"]]
    {
        let output = program(arguments).args(["--data", &shown]).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {}", told(&output));
    }
    assert!(!data.exists());
}

#[test]
fn every_help_shows_the_exit_codes() {
    for command in ["serve", "demo", "account", "policy", "keys", "audit", "doctor"] {
        let help = program(&[command, "--help"]).output().unwrap();
        assert!(help.status.success());
        assert!(told(&help).contains("Exit codes:"), "{command}");
    }
    assert_eq!(program(&["account", "fly"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn the_demo_starts_on_its_own_prints_ready_accounts_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&["demo", "--listen", "127.0.0.1:0"]);
    let mut child = command.env("TMPDIR", folder.path()).spawn().unwrap();
    let mut printed = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        printed.push_str(&line);
        printed.push('\n');
        if line.contains("Countersign is at") {
            break;
        }
    }
    assert!(printed.contains("/demo/tray") && printed.contains("robin@northwind.example"), "{printed}");
    let data =
        std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path().display().to_string();
    let serve = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(serve.status.code(), Some(4), "{}", told(&serve));
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(program(&["demo", "--listen", "0.0.0.0:0"]).output().unwrap().status.code(), Some(2));
    for flag in ["--data", "--config", "--database-url"] {
        let refused = program(&["demo", flag, "somewhere"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{flag}: {}", told(&refused));
    }
}
