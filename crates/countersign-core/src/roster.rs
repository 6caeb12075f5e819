//! A list of people to be invited, as it was pasted or uploaded: an address a line, and a role where it is not a member's.

use std::collections::BTreeMap;

use crate::csv::{self, OpenQuote, Record};
use crate::email::EmailAddress;
use crate::role::Role;
use crate::text::Text;

/// Longest list in bytes.
pub const LONGEST: usize = 1024 * 1024;
/// Most people of one list.
pub const MOST: usize = 5_000;

/// Why a list cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterFault {
    /// Nobody stands in it.
    #[error("nobody stands in the list")]
    Empty,
    /// It has more than [`LONGEST`] bytes.
    #[error("the list is longer than {LONGEST} bytes")]
    TooLong,
    /// It has more than [`MOST`] lines.
    #[error("the list has more than {MOST} lines")]
    TooMany,
    /// A quotation mark is never closed.
    #[error(transparent)]
    Quote(#[from] OpenQuote),
    /// Its first line names columns, and none of them holds addresses.
    #[error("no column holds addresses")]
    NoAddresses,
}

impl RosterFault {
    /// What to tell the person.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::new("roster-empty"),
            Self::TooLong => Text::new("roster-too-long"),
            Self::TooMany => Text::new("roster-too-many").with("most", MOST),
            Self::Quote(OpenQuote(line)) => Text::new("roster-quote").with("line", line),
            Self::NoAddresses => Text::new("roster-no-addresses"),
        }
    }
}

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// The address.
    pub email: EmailAddress,
    /// What the account may do.
    pub role: Role,
}

/// One line that has something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The address as it was written, or what stands in its place.
    pub written: String,
    /// Who is meant, or what is wrong with the line.
    pub invitee: Result<Invitee, Text>,
}

/// Which cell holds what.
#[derive(Clone, Copy)]
struct Columns {
    email: usize,
    role: Option<usize>,
    /// Whether the list named its columns; further ones are nobody's mistake then.
    named: bool,
}

/// Reads a list. Its first line may name the columns (`email`, `role`); others are left alone then. An address that
/// stood in the list before is refused, so that no line goes by in silence.
///
/// # Errors
///
/// When nothing of it can be used.
pub fn parse(text: &str) -> Result<Vec<Line>, RosterFault> {
    if text.len() > LONGEST {
        return Err(RosterFault::TooLong);
    }
    let mut records = csv::read(text)?;
    let columns = match records.first().map(columns) {
        Some(Some(named)) => {
            records.remove(0);
            named
        }
        Some(None) => Columns { email: 0, role: Some(1), named: false },
        None => return Err(RosterFault::Empty),
    };
    if columns.email == usize::MAX {
        return Err(RosterFault::NoAddresses);
    }
    match records.len() {
        0 => return Err(RosterFault::Empty),
        count if count > MOST => return Err(RosterFault::TooMany),
        _ => {}
    }
    let mut seen = BTreeMap::new();
    Ok(records.iter().map(|record| line(record, columns, &mut seen)).collect())
}

/// The columns that a first line names; `None` when it names none.
fn columns(first: &Record) -> Option<Columns> {
    let names: Vec<String> = first.cells.iter().map(|cell| cell.to_lowercase()).collect();
    let at = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&&**name));
    let email = at(&["email", "e-mail", "mail", "e-mail-adresse", "address", "adresse"]);
    let role = at(&["role", "rolle"]);
    if email.is_none() && role.is_none() && names.iter().any(|name| name.contains('@')) {
        return None;
    }
    match (email, role) {
        (None, None) if names.len() < 2 => None,
        (email, role) => Some(Columns { email: email.unwrap_or(usize::MAX), role, named: true }),
    }
}

fn line(record: &Record, columns: Columns, seen: &mut BTreeMap<String, u32>) -> Line {
    let cell = |at: usize| record.cells.get(at).map_or("", String::as_str);
    let written = cell(columns.email).to_owned();
    let invitee = invitee(record, columns, &written).and_then(|invitee| {
        match seen.insert(invitee.email.key(), record.line) {
            None => Ok(invitee),
            Some(before) => {
                seen.insert(invitee.email.key(), before);
                Err(Text::new("roster-twice").with("line", before))
            }
        }
    });
    Line { number: record.line, written, invitee }
}

fn invitee(record: &Record, columns: Columns, written: &str) -> Result<Invitee, Text> {
    if !columns.named && record.cells.iter().skip(2).any(|cell| !cell.is_empty()) {
        return Err(Text::new("roster-too-many-cells"));
    }
    let email = EmailAddress::parse(written).map_err(super::email::EmailFault::text)?;
    let word = columns.role.and_then(|at| record.cells.get(at)).map_or("", String::as_str);
    let role = match word.to_lowercase().as_str() {
        "" => Role::Member,
        word => Role::parse(word).ok_or_else(|| Text::new("roster-role"))?,
    };
    Ok(Invitee { email, role })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = Result<(String, Role), &'static str>;

    fn told(text: &str) -> Vec<(u32, Told)> {
        let lines = parse(text).unwrap().into_iter();
        lines
            .map(|line| {
                let person = line.invitee.map(|one| (one.email.as_str().to_owned(), one.role));
                (line.number, person.map_err(|text| text.key))
            })
            .collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what was told of a line")]
    fn member(email: &str) -> Told {
        Ok((email.to_owned(), Role::Member))
    }

    #[test]
    fn a_line_is_an_address_and_perhaps_a_role() {
        assert_eq!(told("ada@example.org"), [(1, member("ada@example.org"))]);
        assert_eq!(
            told("ada@example.org,Support\n\nbob@example.org;"),
            [(1, Ok(("ada@example.org".to_owned(), Role::Support))), (3, Err("email-fault-character")),]
        );
        assert_eq!(
            told("Name;E-Mail;Role\nAda;ada@example.org;\nBob;bob@example.org;king"),
            [(2, member("ada@example.org")), (3, Err("roster-role"))]
        );
    }

    #[test]
    fn an_address_stands_in_a_list_once() {
        let list = "ada@example.org\nADA@example.org\nada@EXAMPLE.org";
        let lines = told(list);
        assert_eq!(lines[0].1, member("ada@example.org"));
        assert_eq!((&lines[1].1, &lines[2].1), (&Err("roster-twice"), &Err("roster-twice")));
    }

    #[test]
    fn a_list_that_cannot_be_used_says_why() {
        for (list, fault) in [
            ("", RosterFault::Empty),
            ("\n , \n", RosterFault::Empty),
            ("email,role\n", RosterFault::Empty),
            ("name,phone\nAda,1\n", RosterFault::NoAddresses),
            ("\"ada@example.org", RosterFault::Quote(OpenQuote(1))),
        ] {
            assert_eq!(parse(list), Err(fault), "{list:?}");
        }
        assert_eq!(parse(&"a".repeat(LONGEST + 1)), Err(RosterFault::TooLong));
        let many = (0..=MOST).map(|n| format!("a{n}@example.org")).collect::<Vec<_>>().join("\n");
        assert_eq!(parse(&many), Err(RosterFault::TooMany));
    }
}
