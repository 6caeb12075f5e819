//! Reads `application/x-www-form-urlencoded`, strictly: a broken escape or broken UTF-8 is refused, never replaced.

use super::strict::{Fault, Located};

/// Name and value pairs in the order in which they were sent.
pub(super) type Fields = Vec<(String, String)>;

/// Takes the pairs apart. An empty text has none.
pub(super) fn parse(text: &[u8]) -> Result<Fields, Located> {
    let mut fields = Vec::new();
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = decode(&pair[..equals]).ok_or(Located::new("", Fault::Wrong))?;
        let value = decode(pair.get(equals + 1..).unwrap_or_default());
        let value = value.ok_or_else(|| Located::new(name.clone(), Fault::Wrong))?;
        fields.push((name, value));
    }
    Ok(fields)
}

fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_once_and_strictly() {
        let good = |text: &str, pairs: &[(&str, &str)]| {
            let expected: Fields = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(parse(text.as_bytes()), Ok(expected), "{text}");
        };
        good("", &[]);
        good("a=1&b=two+words&c=%C3%A9", &[("a", "1"), ("b", "two words"), ("c", "é")]);
        good("a=%2561", &[("a", "%61")]);
        good("a&b=&=c", &[("a", ""), ("b", ""), ("", "c")]);
        good("a=1=2", &[("a", "1=2")]);
        good("&&a=1&", &[("a", "1")]);
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "%ff=a", "a=%C3"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"a=\xff").is_err());
    }
}
