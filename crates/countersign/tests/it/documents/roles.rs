//! `docs/roles.md`: who may do what, from the matrix that runs. `COUNTERSIGN_UPDATE=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use countersign::language::Language;
use countersign::words::Words;
use countersign_core::action::{Action, StepUp};
use countersign_core::role::Role;

const HEAD: &str = "\
# Roles

This file is generated from the matrix that runs (`COUNTERSIGN_UPDATE=1 cargo test -p countersign --test it roles`); a
test fails when the two differ.

Every account has one role in its one organisation. A role includes what the weaker ones may do.

- **Member**: everything of the own account, and nothing of anybody else's.
- **Support** and **administrator** (the staff): what the table says, in their own organisation only; whatever belongs to
  another does not exist for them. Staff always have a strong second step, sessions that end sooner, and never sign in by
  password alone.
- **Operator**: whoever has the server's command line. No account, no session, every organisation. What the operator does
  stands in the audit log as well.

Nobody of the staff acts on the own account by the rights of the role, nor on that of an equal or of a higher role: two
administrators who have to help each other go to the operator. Every refusal stands in the audit log.

\"Recent\" is a second step under five minutes old. \"Its own\" uses that second step up: the next such deed asks again.

| what | name in the audit log | member | support | administrator | operator | second step |
|---|---|---|---|---|---|---|
| Everything of the own account | | yes | yes | yes | | as the policy says |
";

fn document() -> String {
    let words = Words::new(Language::En);
    let mut out = HEAD.to_owned();
    for &action in Action::ALL {
        let may = |role: Role| if action.allowed(role) { "yes" } else { "–" };
        let step_up = match action.step_up() {
            _ if action.least().is_none() => "–",
            StepUp::No => "of the sign-in",
            StepUp::Recent => "recent",
            StepUp::Single => "its own",
        };
        let _ = writeln!(
            out,
            "| {} | `{}` | {} | {} | {} | yes | {step_up} |",
            words.t(action.text_key()),
            action.as_str(),
            may(Role::Member),
            may(Role::Support),
            may(Role::Administrator),
        );
    }
    out
}

#[test]
fn c_8_the_roles_document_says_what_runs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/roles.md");
    let fresh = document();
    if std::env::var_os("COUNTERSIGN_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == fresh, "docs/roles.md is stale: run this test with COUNTERSIGN_UPDATE=1");
}

#[test]
fn c_8_every_action_has_words_in_every_language() {
    for language in Language::ALL {
        for action in Action::ALL {
            let text = Words::new(language).t(action.text_key());
            assert_ne!(text, action.text_key(), "{language:?}");
        }
    }
}
