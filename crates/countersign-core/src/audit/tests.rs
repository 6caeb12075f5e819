use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn row() -> AuditRow {
    AuditRow {
        id: AuditId::from_bytes([1; 16]),
        at: Timestamp::from_millis(1_800_000_000_123),
        organisation: Some(OrganisationId::from_bytes([2; 16])),
        account: Some(AccountId::from_bytes([3; 16])),
        actor: Actor::CommandLine,
        event: Event::SuspensionStarted,
        detail: BTreeMap::from([("reason".into(), "lost phone".into())]),
        address: Some("192.0.2.7".into()),
        device: None,
        request_id: Some("r1".into()),
    }
}

/// The row with one thing changed, for every thing there is.
fn changed() -> Vec<(&'static str, AuditRow)> {
    let detail = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    let two = BTreeMap::from([("reason".into(), "lost phone".into()), ("x".into(), String::new())]);
    vec![
        ("id", AuditRow { id: AuditId::from_bytes([9; 16]), ..row() }),
        ("time", AuditRow { at: Timestamp::from_millis(1_800_000_000_124), ..row() }),
        ("organisation", AuditRow { organisation: None, ..row() }),
        ("account", AuditRow { account: Some(AccountId::from_bytes([9; 16])), ..row() }),
        ("actor", AuditRow { actor: Actor::System, ..row() }),
        ("actor's account", AuditRow { actor: Actor::Account(AccountId::from_bytes([9; 16])), ..row() }),
        ("event", AuditRow { event: Event::SuspensionLifted, ..row() }),
        ("name of a detail", AuditRow { detail: detail("reasonl", "ost phone"), ..row() }),
        ("value of a detail", AuditRow { detail: detail("reason", "lost phonf"), ..row() }),
        ("no detail", AuditRow { detail: BTreeMap::new(), ..row() }),
        ("one more detail", AuditRow { detail: two, ..row() }),
        ("address", AuditRow { address: Some("192.0.2.8".into()), ..row() }),
        ("device empty, not absent", AuditRow { device: Some(String::new()), ..row() }),
        ("device for address", AuditRow { address: None, device: row().address, ..row() }),
        ("request", AuditRow { request_id: None, ..row() }),
    ]
}

fn seal(rows: &[AuditRow]) -> [u8; 32] {
    seal_digest([5; 32], 7, Timestamp::from_millis(9), rows)
}

#[test]
fn the_seal_changes_with_every_field_of_a_row() {
    let digests: BTreeSet<_> = changed().iter().map(|(_, row)| seal(std::slice::from_ref(row))).collect();
    assert_eq!(digests.len(), changed().len());
    for (what, row) in changed() {
        assert_ne!(seal(std::slice::from_ref(&row)), seal(&[self::row()]), "{what}");
    }
}

#[test]
fn the_seal_changes_with_its_own_place_and_the_order_of_rows() {
    let (one, two) = (row(), changed().remove(0).1);
    let at = Timestamp::from_millis(9);
    let rows = [one.clone(), two.clone()];
    let digests: BTreeSet<_> = [
        seal(&rows),
        seal(&[two.clone(), one.clone()]),
        seal(std::slice::from_ref(&one)),
        seal(&[two]),
        seal(&[]),
        seal(&[one.clone(), one]),
        seal_digest([6; 32], 7, at, &rows),
        seal_digest([5; 32], 8, at, &rows),
        seal_digest([5; 32], 7, Timestamp::from_millis(10), &rows),
    ]
    .into();
    assert_eq!(digests.len(), 9);
}

#[test]
fn the_canonical_form_never_changes() {
    // Written out by hand: what was sealed once has to verify for years.
    let mut expected = vec![1];
    let mut put = |prefix: &[u8], part: &[u8]| {
        expected.extend_from_slice(prefix);
        expected.extend_from_slice(&u64::try_from(part.len()).unwrap().to_be_bytes());
        expected.extend_from_slice(part);
    };
    put(&[], &[1; 16]);
    put(&[], &1_800_000_000_123_i64.to_be_bytes());
    put(&[1], &[2; 16]);
    put(&[1], &[3; 16]);
    put(&[], b"command-line");
    put(&[0], b"suspension.started");
    put(&1_u64.to_be_bytes(), b"reason");
    put(&[], b"lost phone");
    put(&[1], b"192.0.2.7");
    put(&[0, 1], b"r1");
    assert_eq!(canonical(&row()), expected);
}

#[test]
fn all_3_every_event_has_a_name_of_its_own_that_is_read_back() {
    let names: BTreeSet<_> = Event::ALL.iter().map(|event| event.as_str()).collect();
    assert_eq!(names.len(), Event::ALL.len());
    for &event in Event::ALL {
        assert_eq!(Event::parse(event.as_str()), Some(event));
        assert_eq!(event.text_key(), format!("event-{}", event.as_str().replace('.', "-")));
        assert!(
            event.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || b"-.".contains(&byte)),
            "{event:?}"
        );
    }
    assert_eq!(Event::parse("sign-in"), None);
}

#[test]
fn actors_are_read_back_and_never_guessed() {
    let id = AccountId::from_bytes([3; 16]);
    for actor in [Actor::Account(id), Actor::CommandLine, Actor::System, Actor::Stranger] {
        assert_eq!(Actor::from_parts(actor.kind(), actor.account()), Some(actor));
    }
    assert_eq!(Actor::from_parts("account", None), None);
    assert_eq!(Actor::from_parts("system", Some(id)), None);
    assert_eq!(Actor::from_parts("somebody", None), None);
}

fn any_row() -> impl Strategy<Value = AuditRow> {
    // Few and short values, so that equal rows and moved borders come up.
    let text = || proptest::option::of("[ab\u{0}\u{1}]{0,3}");
    let id = || proptest::option::of((0..2u8).prop_map(|byte| [byte; 16]));
    let detail = proptest::collection::btree_map("[ab]{0,2}", "[ab]{0,2}", 0..3);
    (0..2i64, id(), id(), id(), 0..2usize, detail, text(), text(), text()).prop_map(
        |(at, organisation, account, actor, event, detail, address, device, request_id)| AuditRow {
            at: Timestamp::from_millis(at),
            organisation: organisation.map(OrganisationId::from_bytes),
            account: account.map(AccountId::from_bytes),
            actor: actor.map_or(Actor::Stranger, |id| Actor::Account(AccountId::from_bytes(id))),
            event: Event::ALL[event],
            detail,
            address,
            device,
            request_id,
            ..row()
        },
    )
}

proptest! {
    #[test]
    fn rows_are_equal_exactly_when_their_canonical_forms_are(left in any_row(), right in any_row()) {
        prop_assert_eq!(left == right, canonical(&left) == canonical(&right));
        prop_assert_eq!(canonical(&left), canonical(&left.clone()));
    }

    #[test]
    fn no_canonical_form_begins_another(left in any_row(), right in any_row()) {
        prop_assert_eq!(canonical(&left).starts_with(&canonical(&right)), left == right);
    }
}
