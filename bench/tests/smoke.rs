//! The whole measurement with tiny numbers: everything is written, asked and verified, nothing is measured well.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The server's program beside ours; a test of the whole workspace has built it already.
fn server() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_countersign-bench")).with_file_name("countersign");
    if !program.exists() {
        let built =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "countersign"]).status();
        assert!(built.expect("cargo runs").success(), "the server builds");
    }
    program
}

fn measure(phases: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let json = folder.path().join("report.json");
    let mut bench = Command::new(env!("CARGO_BIN_EXE_countersign-bench"));
    bench.args(["--quick", "--accounts", "600", "--seconds", "0.1", "--clients", "1,8"]);
    bench.args(phases.iter().flat_map(|phase| ["--only", phase]));
    bench.arg("--folder").arg(folder.path()).arg("--json").arg(&json).arg("--program").arg(server());
    bench.arg("--smtp-peer").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/smtp-peer"));
    bench.arg("--sip-scene").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers/sip/many.xml"));
    let output = bench.output().expect("the bench runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stdout));
    let text = std::fs::read_to_string(json).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn rate(database: &Value, what: &str, mode: &str) -> f64 {
    rate_of(database, what, mode, 8)
}

fn rate_of(database: &Value, what: &str, mode: &str, clients: u32) -> f64 {
    let lines = database["lines"].as_array().expect("lines");
    let line =
        lines.iter().find(|line| line["what"] == what && line["mode"] == mode && line["clients"] == clients);
    line.and_then(|line| line["rate"].as_f64()).unwrap_or_else(|| panic!("{what}, {mode}: not measured"))
}

/// On SQLite always, on PostgreSQL where the tests have one.
#[test]
fn every_answer_is_the_expected_one() {
    let report = measure(&[]);
    let databases = report["databases"].as_array().expect("databases");
    assert_eq!(databases[0]["name"], "SQLite");
    for database in databases {
        for (what, mode) in [
            ("second step", "http"),
            ("second step", "in-process"),
            ("wrong code", "http"),
            ("wrong code", "in-process"),
            ("sign-in", "http"),
            ("sign-in with a mailed code", "http"),
            ("raw Argon2id", "raw"),
            ("/healthz", "http"),
        ] {
            assert!(rate(database, what, mode) > 0.0, "{what}, {mode}");
        }
        assert!(rate_of(database, "letter, 50/s", "steady", 0) > 0.0);
        let calls = &database["calls"];
        assert_eq!((&calls["at_once"]["calls"], &calls["left_ringing"]), (&20.into(), &0.into()));
        assert!(calls["alone"]["p50_ms"].as_f64().is_some_and(|ms| ms > 0.0));
        let imports = database["imports"].as_array().expect("imports");
        assert_eq!([&imports[0]["accounts"], &imports[1]["accounts"]], [2_500, 5_000]);
        assert!(imports.iter().all(|import| import["peak"].as_f64().is_some_and(|mib| mib > 1.0)));
        assert!(database["rest"]["idle"]["resident"].as_f64().is_some_and(|mib| mib > 1.0));
        assert!(database["rest"]["start_ms"].as_f64().is_some_and(|ms| ms > 1.0));
    }
    assert!(rate(&databases[0], "second step", "ungrouped") > 0.0);
    assert!(report["aims"].as_array().is_some_and(|aims| !aims.is_empty()));
}
