//! Which passwords are too common, or too close to the person and the place, to be accepted.
//!
//! The list is a sorted text file inside the program (`data/README.md` names its sources and licences). It is searched
//! where it lies: nothing is unpacked at start, and only the pages that a search touches come into memory.
//!
//! A password is refused when it is made of little more than one or two words of the list: as they are, with digits
//! or signs around them, in leet spelling, backwards, or filled up with runs such as `1234`, `aaaa` or `qwerty`; or
//! when it is one short piece over and over. Three words that do not belong together are accepted.

use crate::clean::fold;

/// Distinct common passwords and words, lower-cased NFKC, one a line, sorted by their bytes.
static LIST: &str = include_str!("../data/common-passwords.txt");

/// Shortest word of the list that counts as a building block, in code points.
const SHORTEST_WORD: usize = 4;
/// Shortest number of the list that counts as a building block: of those with six digits so many stand on it that
/// random numbers would be refused.
const SHORTEST_NUMBER: usize = 8;
/// Shortest context word that counts as a building block, in code points: "Ada" is a name, "a" is a letter.
const SHORTEST_CONTEXT: usize = 3;
/// Longest entry of the list, in code points. (The script that makes the list has the same limit.)
const LONGEST_WORD: usize = 32;
/// Shortest run (`123`, `aaa`, `qwe`) that counts as a building block.
const SHORTEST_RUN: usize = 3;
/// Words in a simple password. Three random words of this list are 52 bits, two are 35.
const MOST_WORDS: usize = 2;
/// Other characters that may stand around and between so many words: digits and signs (a date has eight) count one …
const MOST_FILL: [usize; MOST_WORDS + 1] = [8, 8, 4];
/// … and a letter counts three: a first or last one changes little, two or three of them are a third word.
const FILL_OF_LETTER: usize = 3;
/// No way to build the text so far.
const NO_WAY: usize = usize::MAX;

/// Paths that fingers take over a keyboard: the alphabet, the digits, rows and columns of QWERTY, QWERTZ and AZERTY
/// keyboards, and rows in zigzag. A run follows one of them in either direction.
static PATHS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü+",
    "asdfghjklöä#",
    "yxcvbnm,.-",
    "!@#$%^&*()_+",
    "!\"§$%&/()=?",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1qay2wsx3edc4rfv5tgb6zhn7ujm8ik,9ol.0pö-",
    "1q2w3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6z7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "q1w2e3r4t5z6u7i8o9p0",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2s3d4f5g6h7j8k9l",
    "a1s2d3f4g5h6j7k8l9",
];

/// How many entries the list has.
pub fn len() -> usize {
    LIST.lines().count()
}

/// Whether this very word, lower-cased NFKC, stands on the list.
pub fn contains(word: &str) -> bool {
    look_up(word) == Found::Word
}

/// Whether `password` (NFKC) is a word of the list or a simple variant of one. `floor` is the shortest length that is
/// accepted: a shorter piece is no better for being repeated.
pub fn is_common(password: &str, floor: usize) -> bool {
    is_simple(password, Words { list: true, extra: &[] }, floor)
}

/// Whether `password` (NFKC) is made of `words` (from [`context_words`]) and words of the list, or of a simple variant.
pub fn is_near(password: &str, words: &[String]) -> bool {
    is_simple(password, Words { list: true, extra: words }, 0)
}

/// Whether `password` (NFKC) is made of `words` (from [`context_words`]) alone, or of a simple variant.
pub fn is_made_of(password: &str, words: &[String]) -> bool {
    is_simple(password, Words { list: false, extra: words }, 0)
}

/// The forms under which a word of the context is looked for: as a whole and in parts, without blanks and signs.
pub fn context_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = vec![squeezed(&folded)];
    words.extend(folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    words.retain(|word| word.chars().count() >= SHORTEST_CONTEXT);
    words.sort_unstable();
    words.dedup();
    words
}

/// The words a password may be built of.
#[derive(Clone, Copy)]
struct Words<'a> {
    /// Whether the words of the list count.
    list: bool,
    /// Words of the context.
    extra: &'a [String],
}

fn is_simple(password: &str, from: Words<'_>, floor: usize) -> bool {
    let plain = fold(password);
    let backwards: String = plain.chars().rev().collect();
    // Blanks, dashes and dots between words are nothing; many signs among letters are something.
    let joined = squeezed(&plain);
    let dropped = plain.chars().count() - joined.chars().count();
    let joined = if dropped * 4 <= plain.chars().count() { joined } else { String::new() };
    [joined, backwards, plain].iter().any(|form| {
        let text: Vec<char> = form.chars().collect();
        let piece = repeated_piece(&text);
        (piece.len() < text.len().min(floor)) || is_built(piece, from)
    })
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The shortest piece that makes up the whole text when it is written twice or more (the last time perhaps in part);
/// the text itself where there is none.
fn repeated_piece(text: &[char]) -> &[char] {
    let period = (1..=text.len() / 2).find(|&period| text[period..] == text[..text.len() - period]);
    &text[..period.unwrap_or(text.len())]
}

/// Whether the text can be built of at most [`MOST_WORDS`] words, any number of runs, and little else: at
/// most two thirds of it beside a word, at most half beside runs alone.
fn is_built(text: &[char], from: Words<'_>) -> bool {
    // ways[end][words] = the least fill with which the text up to here can be built with so many words.
    let mut ways = vec![[NO_WAY; MOST_WORDS + 1]; text.len() + 1];
    ways[0][0] = 0;
    for start in 0..text.len() {
        let here = ways[start];
        if here == [NO_WAY; MOST_WORDS + 1] {
            continue;
        }
        let words = word_ends(text, start, from);
        let run = run_length(&text[start..]);
        for (used, &fill) in here.iter().enumerate().filter(|(_, fill)| **fill != NO_WAY) {
            let mut reach = |end: usize, used: usize, fill: usize| {
                if used <= MOST_WORDS && fill <= MOST_FILL[used] {
                    ways[end][used] = ways[end][used].min(fill);
                }
            };
            for &end in &words {
                reach(end, used + 1, fill);
            }
            for length in SHORTEST_RUN..=run {
                reach(start + length, used, fill);
            }
            let cost = if text[start].is_alphabetic() { FILL_OF_LETTER } else { 1 };
            reach(start + 1, used, fill + cost);
        }
    }
    let [no_word, one, two] = ways[text.len()].map(|fill| fill.checked_mul(6));
    let within = |fill: Option<usize>, most| fill.is_some_and(|fill| fill <= most);
    let length = text.len();
    length > 0 && (within(no_word, length * 3) || within(one, length * 4) || within(two, length * 4))
}

/// Where words of the list and of the context that begin at `start` end, in any spelling.
fn word_ends(text: &[char], start: usize, from: Words<'_>) -> Vec<usize> {
    let mut ends = Vec::new();
    for spelling in [|c| c, plain_i, plain_l] as [fn(char) -> char; 3] {
        if from.list {
            listed_ends(text, start, spelling, &mut ends);
        }
        let rest: String = text[start..].iter().copied().map(spelling).collect();
        let near = from.extra.iter().filter(|word| rest.starts_with(word.as_str()));
        ends.extend(near.map(|word| start + word.chars().count()));
    }
    ends
}

/// Adds where words of the list end that begin at `start` in this spelling.
fn listed_ends(text: &[char], start: usize, spelling: fn(char) -> char, ends: &mut Vec<usize>) {
    let (mut word, mut has_letter, mut is_respelt) = (String::new(), false, false);
    for (length, &character) in (1..=LONGEST_WORD).zip(&text[start..]) {
        word.push(spelling(character));
        has_letter |= character.is_alphabetic();
        is_respelt |= spelling(character) != character;
        match look_up(&word) {
            Found::Nothing => break,
            Found::Word if has_letter && length >= SHORTEST_WORD => ends.push(start + length),
            // Digits and signs alone are what they are, and not leet for some word.
            Found::Word if !has_letter && !is_respelt && length >= SHORTEST_NUMBER => {
                ends.push(start + length);
            }
            Found::Word | Found::Beginning => {}
        }
    }
}

/// How far the text follows one path, or one character over and over.
fn run_length(text: &[char]) -> usize {
    let same = text.iter().take_while(|&&c| c == text[0]).count();
    let along = PATHS.iter().flat_map(|path| {
        let forwards: Vec<char> = path.chars().collect();
        let backwards = forwards.iter().rev().copied().collect();
        [forwards, backwards]
    });
    along.map(|path| longest_common(&path, text)).fold(same, usize::max)
}

fn longest_common(path: &[char], text: &[char]) -> usize {
    let common = |at: usize| path[at..].iter().zip(text).take_while(|(left, right)| left == right).count();
    (0..path.len()).map(common).max().unwrap_or(0)
}

/// Leet spelling undone, with `1` and `!` for i.
fn plain_i(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

/// Leet spelling undone, with `1` and `!` for l.
fn plain_l(character: char) -> char {
    if matches!(character, '1' | '!' | '|') { 'l' } else { plain_i(character) }
}

#[derive(PartialEq, Eq)]
enum Found {
    Word,
    Beginning,
    Nothing,
}

/// Looks a word up by halving the file: `Beginning` when longer entries begin with it, but it is none itself.
fn look_up(word: &str) -> Found {
    let list = LIST.as_bytes();
    let word = word.as_bytes();
    // The first line that is not smaller than the word starts in `low..=high`; both are starts of lines.
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = list[..middle].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1).max(low);
        let line = line_at(list, start);
        if line < word {
            low = start + line.len() + 1;
        } else {
            high = start;
        }
    }
    let line = line_at(list, low);
    match line.strip_prefix(word) {
        Some([]) if !word.is_empty() => Found::Word,
        Some(_) => Found::Beginning,
        None => Found::Nothing,
    }
}

fn line_at(list: &[u8], start: usize) -> &[u8] {
    list[start..].split(|&byte| byte == b'\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
