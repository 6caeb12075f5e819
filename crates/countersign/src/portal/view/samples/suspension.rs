//! Samples of suspending a second step.

use super::*;

/// A page of somebody whose session rests on a suspension.
pub(super) fn paused(words: Words) -> Page {
    Page { suspension: Some(SuspensionBanner { until: after(DAY), set_up: true }), ..signed_in(words) }
}

pub(super) fn facts(state: SuspensionState) -> SuspensionFacts {
    SuspensionFacts {
        kind: "suspension-kind-support-code",
        state,
        reason: format!("Phone lost on a journey {HOSTILE}"),
        ticket: "HD-4711".to_owned(),
        identity_proof: "Called back on the number in the contract".to_owned(),
        asked_by: Some("Kim Desk".to_owned()),
        created: before(5 * MINUTE),
        until: after(55 * MINUTE),
    }
}

pub(super) fn pages(book: &mut Book, words: Words) {
    second_step(book, words);
    suspend(book, words);
    account(book, words);
    decide(book, words);
    let must_enrol = SetUpStartPage {
        page: Page { must_enrol: true, ..paused(words) },
        ends_email: false,
        or_email: false,
        another: true,
        other_sessions: 0,
    };
    book.add("set-up-suspended", &must_enrol);
    let act = LinkActPage {
        page: plain(words),
        act: LinkAct::StopSuspension,
        mark: "0123456789abcdef".to_owned(),
        account: Some("m•••@e•••.org".to_owned()),
        address: None,
        errors: FormErrors::default(),
    };
    book.add("link-stop", &act);
    for (name, disabled) in [("link-stopped", false), ("link-stopped-disabled", true)] {
        book.add(name, &LinkDonePage { page: plain(words), outcome: LinkOutcome::stopped(disabled) });
    }
}

fn second_step(book: &mut Book, words: Words) {
    let view = |problem| SecondStepPage {
        page: plain(words),
        purpose: SecondStepPurpose::SignIn,
        account: "m•••@e•••.org".to_owned(),
        asked: Asked::SupportCode,
        problem,
        started_at: before(2 * MINUTE),
        expires_at: after(8 * MINUTE),
        return_to: None,
    };
    book.add("second-step-support", &view(None));
    book.add("second-step-support-wrong", &view(Some(CodeProblem::WrongSupportCode(3))));
    book.add("second-step-support-late", &view(Some(CodeProblem::LateSupportCode)));
}

fn suspend(book: &mut Book, words: Words) {
    let kind = |value, name, checked| KindChoice { value, name, about: kind_about(value), checked };
    let view = |errors, needs_approval| SuspendPage {
        page: signed_in(words),
        account: "019a".to_owned(),
        person: HOSTILE.to_owned(),
        email: "m•••@e•••.org".to_owned(),
        kinds: vec![
            kind("support-code", "suspension-kind-support-code", true),
            kind("password-alone", "suspension-kind-password-alone", false),
        ],
        hours: "1".to_owned(),
        longest: 24,
        reason: String::new(),
        ticket: String::new(),
        identity_proof: String::new(),
        needs_approval,
        replaces: needs_approval,
        mail_reset_until: needs_approval.then(|| after(20 * MINUTE)),
        errors,
    };
    book.add("suspend", &view(FormErrors::default(), false));
    let faults = FormErrors::default()
        .with("kind", words.t("suspension-kind-missing"))
        .with("hours", words.t1("suspension-too-long", "hours", 24))
        .with("reason", words.t("suspension-reason"))
        .with("ticket", words.t("suspension-ticket"))
        .with("identity_proof", words.t("suspension-proof"));
    book.add("suspend-errors", &view(faults, true));
    for (name, held) in [("suspend-never", false), ("suspend-held", true)] {
        let page = view(FormErrors::default(), false);
        let mail_reset_until = held.then(|| after(20 * MINUTE));
        book.add(name, &SuspendPage { kinds: Vec::new(), mail_reset_until, ..page });
    }
}

fn account(book: &mut Book, words: Words) {
    let view = |present: Option<SuspensionState>, code_until| SuspensionPage {
        page: signed_in(words),
        account: "019a".to_owned(),
        person: "Mia Sørensen".to_owned(),
        email: "m•••@e•••.org".to_owned(),
        may_act: true,
        takes_code: present == Some(SuspensionState::Running),
        present: present.map(facts),
        code_until,
        past: vec![
            facts(SuspensionState::Over),
            SuspensionFacts { asked_by: None, ..facts(SuspensionState::Refused) },
        ],
    };
    book.add("suspension-none", &view(None, None));
    book.add("suspension-running", &view(Some(SuspensionState::Running), Some(after(20 * MINUTE))));
    book.add("suspension-waiting", &view(Some(SuspensionState::Waiting), None));
    book.add("suspension-look-only", &SuspensionPage { may_act: false, ..view(None, None) });
    let code = SupportCodePage {
        page: signed_in(words),
        account: "019a".to_owned(),
        groups: vec!["7K2M".to_owned(), "Q9XA".to_owned()],
        expires_at: after(30 * MINUTE),
    };
    book.add("support-code", &code);
}

fn decide(book: &mut Book, words: Words) {
    let row = |may_decide| WaitingRow {
        id: "019b".to_owned(),
        person: "Kim Desk".to_owned(),
        email: "k•••@e•••.org".to_owned(),
        facts: facts(SuspensionState::Waiting),
        length: words.duration(std::time::Duration::from_hours(1)).into_owned(),
        waits_until: after(50 * MINUTE),
        may_decide,
    };
    book.add("suspensions", &WaitingPage { page: signed_in(words), rows: vec![row(true), row(false)] });
    book.add("suspensions-empty", &WaitingPage { page: signed_in(words), rows: Vec::new() });
    let view = |errors| DecidePage { page: signed_in(words), row: row(true), reason: String::new(), errors };
    book.add("suspension-decide", &view(FormErrors::default()));
    let fault = FormErrors::default().with("reason", words.t("suspension-reason"));
    book.add("suspension-decide-errors", &view(fault));
}
