//! Descriptions as programmers write them: paragraphs, `code` and **strong** words, and nothing else of Markdown.

/// A stretch of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Plain(String),
    /// Words that stand out.
    Strong(String),
    /// Names and values of programs.
    Code(String),
}

/// A description.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(Vec<Vec<Piece>>);

impl Prose {
    /// Reads a description. Marks that are not closed are words.
    pub fn parse(text: &str) -> Self {
        let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        Self(paragraphs.filter(|part| !part.is_empty()).map(|part| pieces(&part)).collect())
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its paragraphs.
    pub fn paragraphs(&self) -> &[Vec<Piece>] {
        &self.0
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, piece, after)) = first_marked(rest) {
        if !before.is_empty() {
            found.push(Piece::Plain(before.to_owned()));
        }
        found.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest.to_owned()));
    }
    found
}

/// What a marked stretch of text becomes.
type Mark = fn(String) -> Piece;

/// What stands before the first marked stretch, the stretch itself, and what stands after it.
fn first_marked(text: &str) -> Option<(&str, Piece, &str)> {
    let marks: [(&str, Mark); 2] = [("`", Piece::Code), ("**", Piece::Strong)];
    let found = marks.into_iter().filter_map(|(mark, make)| {
        let (before, rest) = text.split_once(mark)?;
        let (inside, after) = rest.split_once(mark)?;
        Some((before, make(inside.to_owned()), after))
    });
    found.min_by_key(|(before, ..)| before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Piece {
        Piece::Plain(text.to_owned())
    }

    #[test]
    fn paragraphs_code_and_strong_words_are_told_apart() {
        let prose = Prose::parse("**Values.** Ids are\n`UUID`s.\n\nSecond.\n");
        let first = vec![
            Piece::Strong("Values.".to_owned()),
            plain(" Ids are "),
            Piece::Code("UUID".to_owned()),
            plain("s."),
        ];
        assert_eq!(prose.paragraphs(), [first, vec![plain("Second.")]]);
    }

    #[test]
    fn marks_inside_code_and_open_marks_stay_as_they_are() {
        assert_eq!(Prose::parse("`a**b`").paragraphs(), [vec![Piece::Code("a**b".to_owned())]]);
        assert_eq!(Prose::parse("5 ** 2 ` 3").paragraphs(), [vec![plain("5 ** 2 ` 3")]]);
        assert!(Prose::parse(" \n\n ").is_empty());
    }
}
