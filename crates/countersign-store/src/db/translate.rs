//! Turns the portable text of a statement into PostgreSQL's: `?1` becomes `$1`.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

static TRANSLATED: LazyLock<RwLock<HashMap<&'static str, &'static str>>> = LazyLock::new(RwLock::default);

/// The translation of a statement, made once.
pub(crate) fn cached(sql: &'static str) -> &'static str {
    if let Some(done) = TRANSLATED.read().unwrap_or_else(PoisonError::into_inner).get(sql) {
        return done;
    }
    let mut all = TRANSLATED.write().unwrap_or_else(PoisonError::into_inner);
    // Leaked at most once a statement, of which the program has a fixed number.
    all.entry(sql).or_insert_with(|| Box::leak(translate(sql).into_boxed_str()))
}

/// Replaces every `?` that stands before a digit, outside strings, quoted names and comments.
pub(crate) fn translate(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => {
                rest.get(2..).and_then(|r| r.find("*/")).map_or(rest.len(), |at| at + 4)
            }
            '?' if rest.get(1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())) => {
                out.push('$');
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            other => other.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        out.push_str(piece);
        rest = after;
    }
    out
}

/// The length of a quoted piece. A doubled quote inside reads as the end of one piece and the start of the next.
fn quoted(text: &str, quote: char) -> usize {
    text.get(1..).and_then(|rest| rest.find(quote)).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[track_caller]
    fn check(from: &str, to: &str) {
        assert_eq!(translate(from), to);
    }

    #[test]
    fn only_parameters_change() {
        check("SELECT a FROM b WHERE c = ?1 AND d = ?12", "SELECT a FROM b WHERE c = $1 AND d = $12");
        check("UPDATE a SET b=?2 WHERE c=?1", "UPDATE a SET b=$2 WHERE c=$1");
        check("VALUES (?1,?2),(?3,?1)", "VALUES ($1,$2),($3,$1)");
        check("SELECT ?", "SELECT ?");
        check("", "");
    }

    #[test]
    fn strings_names_and_comments_stay() {
        check("SELECT '?1', ?1", "SELECT '?1', $1");
        check("SELECT 'it''s ?1', ?2", "SELECT 'it''s ?1', $2");
        check(r#"SELECT "a?1" = ?1"#, r#"SELECT "a?1" = $1"#);
        check("SELECT 1 -- ?1 it's\n, ?1", "SELECT 1 -- ?1 it's\n, $1");
        check("SELECT /* ?1 ' */ ?1", "SELECT /* ?1 ' */ $1");
        check("SELECT '—?1' || ?1", "SELECT '—?1' || $1");
        check(r"LIKE ?1 ESCAPE '\' AND b = ?2", r"LIKE $1 ESCAPE '\' AND b = $2");
    }

    #[test]
    fn what_is_not_closed_stays() {
        check("SELECT 'a ?1", "SELECT 'a ?1");
        check("SELECT /* ?1", "SELECT /* ?1");
        check("SELECT 1 -- ?1", "SELECT 1 -- ?1");
        check("/*", "/*");
    }
}
