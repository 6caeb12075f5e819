//! Lines and records, and that none of them fills the memory.

use super::*;

fn source(bytes: impl Into<Vec<u8>>) -> Source {
    of(Box::new(io::Cursor::new(bytes.into())), None, None)
}

type Read = Vec<(u64, Result<String, Reason>)>;

fn read(lines: Lines<String>) -> (Read, Option<String>) {
    let (mut all, mut end) = (Vec::new(), None);
    for line in lines {
        match line {
            Ok(line) => all
                .extend(line.items.into_iter().map(|item| (line.number, item.map_err(|fault| fault.reason)))),
            Err(failure) => end = Some(failure.message),
        }
    }
    (all, end)
}

fn lines(bytes: impl Into<Vec<u8>>) -> Read {
    let (all, end) = read(source(bytes).lines(|line| vec![Ok(line.to_owned())]));
    assert_eq!(end, None);
    all
}

fn records(bytes: impl Into<Vec<u8>>) -> (Read, Option<String>) {
    let head = |names: &[&str]| Ok(names.join("|"));
    let lines = source(bytes).records(head, |head, row| vec![Ok(format!("{head}: {}", row.join("|")))]);
    read(lines.unwrap())
}

#[test]
fn rec_3_lines_are_counted_as_an_editor_counts_them() {
    let text = "\u{feff}first\r\n\n  \nfourth\nlast";
    let all = [(1, "first"), (4, "fourth"), (5, "last")].map(|(line, text)| (line, Ok(text.to_owned())));
    assert_eq!(lines(text), all);
    assert_eq!(lines(""), []);
    assert_eq!(lines("\n\n"), []);
}

#[test]
fn rec_3_a_line_that_is_too_long_or_no_text_is_refused_alone() {
    let long = "x".repeat(LINE_MOST + 1);
    let bytes = [long.as_bytes(), b"\n\xff\nok\n", &long.as_bytes()[1..]].concat();
    let all = lines(bytes);
    assert_eq!(all[..2], [(1, Err(Reason::LineTooLong)), (2, Err(Reason::NotText))]);
    assert_eq!(all[2], (3, Ok("ok".into())));
    assert_eq!((all[3].0, all[3].1.as_ref().map(String::len)), (4, Ok(LINE_MOST)));
}

#[test]
fn rec_3_records_bear_the_number_of_the_line_they_begin_on() {
    let (all, end) = records("\u{feff}a,b\r\n1,\"two\nlines\"\n\n\"x, y\",3\n\u{fffd},\n");
    let wanted = [(2, "a|b: 1|two\nlines"), (5, "a|b: x, y|3"), (6, "a|b: \u{fffd}|")];
    assert_eq!(all, wanted.map(|(line, text)| (line, Ok(text.to_owned()))));
    assert_eq!(end, None);
    // The same wherever the pieces end in which the file is read, with and without a last line feed.
    let long = "x".repeat(5_000);
    let (all, _) = records(format!("a\r\n\r\n{}\"{long}\n\"", format!("\"{long}\n\"\r\n\n").repeat(9)));
    assert_eq!(
        all.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        (0..10).map(|at| 3 + 3 * at).collect::<Vec<_>>()
    );
    let (all, _) = records(&b"a\n\xff\nb\n"[..]);
    assert_eq!(all, [(2, Err(Reason::NotText)), (3, Ok("a: b".into()))]);
}

#[test]
fn rec_3_a_quotation_mark_that_is_never_closed_ends_the_file_and_not_the_server() {
    let text = format!("a\nfine\n\"open\n{}", "line\n".repeat(100_000));
    let (all, end) = records(text);
    assert_eq!(all, [(2, Ok("a: fine".into()))]);
    assert!(end.unwrap().starts_with("line 3: "));
    let (_, end) = records(format!("a\r\nfine\r\n\"open\r\n{}", "line\r\n".repeat(100_000)));
    assert!(end.unwrap().starts_with("line 3: "));
    let many = format!("a\n{}", "1234567890\n".repeat(100_000));
    let (all, end) = records(many);
    assert_eq!((all.len(), end), (100_000, None), "the fence is for one record at a time");
}

#[test]
fn rec_3_a_document_has_a_largest_size() {
    assert_eq!(*source("\u{feff}{}").document().ok().unwrap(), "{}");
    let large = vec![b' '; usize::try_from(DOCUMENT_MOST).unwrap() + 1];
    assert!(source(large).document().is_err());
}
