//! Outside text made fit for a line of a letter.

use countersign_core::clean::is_hidden;

/// The text on one line and at most `most` characters long: hidden characters (control, direction, zero width) and line
/// breaks become spaces. `None` where nothing is left.
pub(super) fn line(text: &str, most: usize) -> Option<String> {
    let mut line = String::new();
    let mut length = 0;
    let mut gap = false;
    for character in text.chars() {
        if is_hidden(character) || character.is_whitespace() {
            gap = length > 0;
            continue;
        }
        let wanted = if gap { 2 } else { 1 };
        if length + wanted > most {
            line.push('…');
            break;
        }
        if gap {
            line.push(' ');
        }
        line.push(character);
        length += wanted;
        gap = false;
    }
    (length > 0).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_short_line() {
        for (name, shown) in [
            ("Philipp iPhone", Some("Philipp iPhone")),
            ("  a \r\n Bcc: x@example.org  ", Some("a Bcc: x@example.org")),
            ("\u{202e}gnp.exe\u{2066}", Some("gnp.exe")),
            ("a\u{200b}b\u{0}c", Some("a b c")),
            ("0123456789abcdefghijklm", Some("0123456789abcdefghij…")),
            ("0123456789abcdefghi  tail", Some("0123456789abcdefghi…")),
            ("\u{200b} \n", None),
            ("", None),
        ] {
            assert_eq!(line(name, 20).as_deref(), shown, "{name:?}");
        }
        assert_eq!(line(&"x".repeat(10_000), 80).map(|name| name.chars().count()), Some(81));
    }
}
