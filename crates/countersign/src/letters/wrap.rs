//! Lines of the plain part.

/// Columns of a line (RFC 3676 section 4.2 advises 78 at most; quoted once or twice it still fits then).
const WIDTH: usize = 72;

/// Breaks a paragraph at its spaces. A word longer than a line, as an address is, stays whole.
pub(super) fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_long_words_stay_whole() {
        let address = format!("https://account.example.org/link/{}", "A".repeat(43));
        let text = wrap(&format!("{} {address} end", "word ".repeat(40).trim_end()));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH || line == address), "{text}");
        assert_eq!(text.replace('\n', " ").matches(&*address).count(), 1);
        assert_eq!(wrap("short"), "short");
    }
}
