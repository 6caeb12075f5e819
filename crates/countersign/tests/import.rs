//! `countersign import`, as operators run it: files in, a report and an exit code out.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
const HASH: &str = "$2b$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i";
const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// An installation whose server was started once and is gone.
struct Installation(tempfile::TempDir);

impl Installation {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let mut child = this.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("Countersign is at")));
        child.kill().unwrap();
        child.wait().unwrap();
        this
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--data").arg(self.0.path().join("data")).env_clear();
        command.current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", told(&output));
        output
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat(), code);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)))
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.0.path().join("data/countersign.sqlite3")).unwrap()
    }

    fn number(&self, sql: &str) -> u64 {
        self.database().query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap().into()
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn rec_3_a_table_of_accounts_is_tried_taken_over_and_not_taken_over_twice() {
    let here = Installation::new();
    let table = format!(
        "email,display_name,password_hash,external_id\nada@example.org,\"Byron, Ada\",{HASH},u1\n\
         not an address,X,,u2\nbob@example.org,Bob,hunter2-is-no-hash,u3\ncy@example.org,Cy\nADA@example.org,Again,,u4\n\
         dora@example.org,,,u5\n"
    );
    here.file("members.csv", &table);
    let import = ["import", "accounts", "members.csv", "--report", "refused.csv"];
    let dry = here.json(&[&import[..], &["--dry-run"]].concat(), 5);
    assert_eq!((&dry["accepted"], &dry["refused"], &dry["dry_run"]), (&2.into(), &4.into(), &true.into()));
    assert_eq!(here.number("SELECT COUNT(*) FROM account"), 0);
    let dry_report = here.read("refused.csv");

    let done = here.json(&import, 5);
    assert_eq!((&done["accepted"], &done["refused"], &done["last_line"]), (&2.into(), &4.into(), &7.into()));
    let report = here.read("refused.csv");
    assert_eq!(report, dry_report);
    let starts: Vec<String> =
        report.lines().map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(starts, ["line,field", "3,email", "4,password_hash", "5,line", "6,email"]);
    assert!(!report.contains("hunter2"), "no hash is quoted");

    let again = here.json(&import, 5);
    assert_eq!((&again["accepted"], &again["refused"]), (&2.into(), &4.into()));
    assert!(again["finished_before"].is_string());
    assert_eq!(here.read("refused.csv"), report, "a file that is done leaves its report alone");
    let restarted = here.json(&[&import[..], &["--restart"]].concat(), 5);
    assert_eq!((&restarted["accepted"], &restarted["refused"]), (&0.into(), &6.into()));
    assert_eq!(here.number("SELECT COUNT(*) FROM account"), 2);

    let found = here.run(&["import", "find", "u5"], 0);
    assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), "dora@example.org");
    here.run(&["import", "find", "u2"], 3);
    let list = here.json(&["import", "list"], 0);
    assert_eq!((list.as_array().map(Vec::len), &list[0]["kind"]), (Some(1), &"accounts".into()));
    here.run(&["audit", "verify"], 0);
}

#[test]
fn rec_3_json_lines_come_through_a_pipe() {
    let here = Installation::new();
    let lines = "{\"email\":\"ada@example.org\",\"language\":\"de\"}\n\n{\"email\":\"bob@example.org\",\"admin\":true}\n";
    let mut child = here
        .command(&["import", "accounts", "-", "--format", "jsonl", "--json"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 3, line: The field “admin” is not known"));
    assert_eq!(here.number("SELECT COUNT(*) FROM account WHERE language = 'de'"), 1);
    assert_eq!(here.number("SELECT COUNT(*) FROM import_run"), 0);
}

#[test]
fn rec_3_what_is_no_such_file_is_told_by_the_exit_code() {
    let here = Installation::new();
    here.run(&["import", "accounts", "missing.csv"], 2);
    here.run(&["import", "accounts", "."], 2);
    here.file("head.csv", "email,shoe_size\na@example.org,44\n");
    assert!(told(&here.run(&["import", "accounts", "head.csv"], 2)).contains("shoe_size"));
    here.file("empty.csv", "");
    here.run(&["import", "accounts", "empty.csv"], 2);
    here.file("good.csv", "email\na@example.org\n");
    here.run(&["import", "accounts", "good.csv", "--organisation", "nobody"], 3);
    here.run(&["import", "accounts", "good.csv", "--report", "no/such/folder.csv"], 2);
    here.file("open.csv", &format!("email\na@example.org\n\"b\n{}", "x\n".repeat(70_000)));
    assert!(told(&here.run(&["import", "accounts", "open.csv"], 1)).contains("line 3"));
    assert_eq!(here.number("SELECT COUNT(*) FROM account"), 1, "what stood before it is there");
    here.file("vault.json", "{\"version\":1,\"db\":\"c2VjcmV0\"}");
    let encrypted = told(&here.run(&["import", "authenticators", "vault.json", "--format", "aegis"], 2));
    assert!(encrypted.contains("encrypted"));
    here.run(&["import", "authenticators", "vault.json", "--format", "andotp"], 2);
}

#[test]
fn rec_3_keys_come_from_every_format() {
    let here = Installation::new();
    here.file("members.csv", "email\nada@example.org\nbob@example.org\ncy@example.org\ndora@example.org\n");
    here.run(&["import", "accounts", "members.csv"], 0);
    here.file(
        "keys.txt",
        &format!(
            "# from the old server\notpauth://totp/Acme:ada@example.org?secret={KEY}&issuer=Acme\n\n\
             otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC\n\
             otpauth://totp/ada@example.org?secret={KEY}&digits=8\n"
        ),
    );
    let import = ["import", "authenticators", "keys.txt", "--report", "refused.csv"];
    let dry = here.json(&[&import[..], &["--dry-run"]].concat(), 5);
    assert_eq!((&dry["accepted"], &dry["refused"]), (&1.into(), &2.into()));
    assert_eq!(here.number("SELECT COUNT(*) FROM authenticator"), 0);
    let done = here.json(&import, 5);
    assert_eq!((&done["accepted"], &done["refused"]), (&1.into(), &2.into()));
    let report = here.read("refused.csv");
    assert!(report.contains("4,secret,") && report.contains("80 bits") && report.contains("5,digits,"));
    assert!(!report.contains(KEY));

    here.file(
        "keys.csv",
        &format!("account,name,uri\nbob@example.org,Bob's token,otpauth://totp/x?secret={KEY}\n"),
    );
    here.run(&["import", "authenticators", "keys.csv", "--format", "csv"], 0);
    assert_eq!(here.number("SELECT COUNT(*) FROM authenticator WHERE name = 'Bob''s token'"), 1);

    let entry = |issuer: &str, email: &str| {
        format!(
            r#"{{"type":"totp","name":"{email}","issuer":"{issuer}","info":{{"secret":"{KEY}","algo":"SHA1","digits":6,"period":30}}}}"#
        )
    };
    let both = [entry("Acme", "cy@example.org"), entry("Bank", "cy@example.org")].join(",");
    here.file(
        "vault.json",
        &format!(r#"{{"version":1,"header":{{"slots":null}},"db":{{"version":3,"entries":[{both}]}}}}"#),
    );
    let aegis = ["import", "authenticators", "vault.json", "--format", "aegis", "--issuer", "acme"];
    let done = here.json(&aegis, 5);
    assert_eq!((&done["accepted"], &done["refused"]), (&1.into(), &1.into()));

    here.file(
        "otp.json",
        &format!(r#"[{{"secret":"{KEY}","label":"whoever","digits":6,"type":"TOTP","period":30}}]"#),
    );
    let andotp =
        ["import", "authenticators", "otp.json", "--format", "andotp", "--account", "dora@example.org"];
    here.run(&andotp, 0);
    assert_eq!(here.number("SELECT COUNT(DISTINCT account_id) FROM authenticator"), 4);
    assert_eq!(here.number("SELECT COUNT(*) FROM audit WHERE event = 'authenticator.imported'"), 4);
    here.run(&["doctor"], 0);
}

/// Waits until some lines were dealt with and not all of them; panics when the import is over before.
fn in_the_middle(here: &Installation, child: &mut Child) {
    loop {
        let database = here.database();
        let done = database.query_row("SELECT lines_done FROM import_run", [], |row| row.get::<_, u32>(0));
        if done.is_ok_and(|done| done > 0) {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "it was over before it could be stopped");
        std::thread::yield_now();
    }
}

#[test]
fn rec_3_after_a_kill_in_the_middle_the_same_command_goes_on() {
    const LINES: u64 = 20_000;
    let here = Installation::new();
    let mut file = String::from("email,password_hash\n");
    for number in 0..LINES {
        let hash = if number % 10 == 0 { "nonsense" } else { HASH };
        writeln!(file, "person{number}@example.org,{hash}").unwrap();
    }
    here.file("members.csv", &file);
    let import = ["import", "accounts", "members.csv", "--report", "refused.csv"];
    let mut child = here.command(&import).spawn().unwrap();
    in_the_middle(&here, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    let (accounts, done) =
        (here.number("SELECT COUNT(*) FROM account"), here.number("SELECT lines_done FROM import_run"));
    assert!(accounts > 0 && accounts < LINES * 9 / 10, "{accounts} at line {done}");
    assert_eq!(accounts, here.number("SELECT accepted FROM import_run"), "a batch is whole or not there");

    let outcome = here.json(&import, 5);
    assert!(outcome["resumed_after_line"].as_u64().unwrap() >= done);
    assert_eq!((&outcome["accepted"], &outcome["refused"]), (&(LINES * 9 / 10).into(), &(LINES / 10).into()));
    assert_eq!(here.number("SELECT COUNT(*) FROM account"), LINES * 9 / 10);
    let report = here.read("refused.csv");
    let lines: Vec<u64> =
        report.lines().skip(1).map(|row| row.split(',').next().unwrap().parse().unwrap()).collect();
    let wanted: Vec<u64> = (0..LINES).step_by(10).map(|number| number + 2).collect();
    assert_eq!(lines, wanted, "every refused line once");
    here.run(&["audit", "verify"], 0);
}
