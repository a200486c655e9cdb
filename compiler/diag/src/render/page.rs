//! A text of lines for people.
//!
//! In: lines, which may hold names from files, packages and cameras. Out: a text that is safe to show.
//! Never: a name that begins a line of its own.

use std::fmt::{self, Display};

use super::printable;

/// What a piece of a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// As everything else.
    None,
    /// Less visible.
    Faint,
    /// More visible.
    Bold,
    /// Something is wrong.
    Red,
    /// Something may be wrong.
    Yellow,
    /// All is well.
    Green,
    /// A name.
    Cyan,
}

impl Paint {
    /// The sequence that begins it.
    fn sequence(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Faint => "\x1b[2m",
            Self::Bold => "\x1b[1m",
            Self::Red => "\x1b[31;1m",
            Self::Yellow => "\x1b[33m",
            Self::Green => "\x1b[32m",
            Self::Cyan => "\x1b[36m",
        }
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it looks like, where there are colours.
    pub paint: Paint,
    /// What it says.
    pub text: String,
}

impl Piece {
    /// A piece that looks like this.
    pub fn new(paint: Paint, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { paint, text }
    }
}

/// Lines that may be shown; a line break in what a line holds is shown as a character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    text: String,
}

impl Page {
    /// A page without lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line.
    pub fn line(&mut self, line: impl Display) {
        self.text.push_str(&printable::line(&line.to_string()));
        self.text.push('\n');
    }

    /// Adds a line of several pieces. Whatever is in them, the only colours are those of the pieces, and these
    /// only where `has_colors`.
    pub fn painted(&mut self, pieces: &[Piece], has_colors: bool) {
        if !has_colors {
            let texts = pieces.iter().map(|piece| piece.text.as_str());
            return self.line(texts.collect::<String>());
        }
        for Piece { paint, text } in pieces {
            let text = printable::line(text);
            if *paint == Paint::None || text.trim().is_empty() {
                self.text.push_str(&text);
            } else {
                self.text.extend([paint.sequence(), &text, "\x1b[0m"]);
            }
        }
        self.text.push('\n');
    }

    /// Adds an empty line and a heading.
    pub fn heading(&mut self, heading: &str) {
        self.line("");
        self.line(heading);
    }

    /// Adds lines of a text whose line breaks are meant: a document in a language of its own, or a
    /// text that holds nothing from elsewhere.
    pub fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// Adds the lines of another page.
    pub fn append(&mut self, page: &Self) {
        self.text.push_str(&page.text);
    }

    /// The lines, each with a line end.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A page of this one line.
impl From<&str> for Page {
    fn from(line: &str) -> Self {
        let mut page = Self::new();
        page.line(line);
        page
    }
}

/// A page of this one line.
impl From<String> for Page {
    fn from(line: String) -> Self {
        Self::from(line.as_str())
    }
}

impl<T: Display> Extend<T> for Page {
    fn extend<I: IntoIterator<Item = T>>(&mut self, lines: I) {
        for line in lines {
            self.line(line);
        }
    }
}

impl<T: Display> FromIterator<T> for Page {
    fn from_iter<I: IntoIterator<Item = T>>(lines: I) -> Self {
        let mut page = Self::new();
        page.extend(lines);
        page
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end_matches('\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, Paint, Piece};

    #[test]
    fn colours_are_only_those_of_the_pieces() {
        let pieces = [
            Piece::new(Paint::Cyan, "do\x1b[31mor"),
            Piece::new(Paint::None, " ::error::\n"),
        ];
        let mut page = Page::new();
        page.painted(&pieces, true);
        page.painted(&pieces, false);
        assert_eq!(
            page.as_str(),
            "\x1b[36mdo␛[31mor\x1b[0m \\::error::␊\ndo␛[31mor ::error::␊\n"
        );
    }

    #[test]
    fn a_name_cannot_begin_a_line() {
        let mut page = Page::new();
        page.line(format_args!("{}  door", "a\n::error ::b"));
        page.lines("c\n::d");
        assert_eq!(page.as_str(), "a␊::error ::b  door\nc\n\\::d\n");
    }
}
