//! Programs in which texts from elsewhere stand.
//!
//! In: a program, and the texts that take places in it. Out: the texts that do more there than to stand in their place: they
//! end the literal or the comment around them, or keep the program from being parsed. Never: a judgement about a program that
//! cannot be parsed with any text.

use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use crate::margin::Dedented;
use crate::script::on_a_large_stack;
use crate::syntax;

/// A text that takes a place in a program.
#[derive(Clone, Debug)]
pub struct Filling<'a> {
    /// What it replaces, in bytes of the program.
    pub place: Range<usize>,
    /// A text in its stead that can stand anywhere.
    pub neutral: &'a str,
    /// The text.
    pub value: &'a str,
}

/// What a text does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It ends the string that it stands in, or begins something else in it.
    Literal,
    /// It ends the comment that it stands in.
    Comment,
    /// The program cannot be parsed with it.
    Program,
}

impl Broken {
    /// What is wrong, as the end of a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::Literal => "does not fit into the string that it stands in",
            Self::Comment => "ends the comment that it stands in",
            Self::Program => "makes the script invalid Python",
        }
    }
}

/// How many texts are tried alone when a program cannot be parsed with all of them.
const MAX_TRIED: usize = 32;

/// Which of the fillings do more than to stand in their place, by their indices.
pub fn broken(program: &str, fillings: &[Filling<'_>]) -> Vec<(usize, Broken)> {
    let (neutral, places) = filled(program, fillings, |_| false);
    let Some(before) = Lexed::new(&neutral).filter(|lexed| lexed.parses) else {
        return Vec::new();
    };
    let (text, ends) = filled(program, fillings, |_| true);
    let Some(after) = Lexed::new(&text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, (place, end)) in places.iter().zip(&ends).enumerate() {
        match before.around(place) {
            Some(kind) if after.around(end) == Some(kind) => {}
            Some(TokenKind::Comment) => found.push((index, Broken::Comment)),
            Some(_) => found.push((index, Broken::Literal)),
            None => {}
        }
    }
    if found.is_empty() && !after.parses {
        let what = |index: usize| match places.get(index).and_then(|it| before.around(it)) {
            Some(TokenKind::Comment) => Broken::Comment,
            Some(_) => Broken::Literal,
            None => Broken::Program,
        };
        let unparsable = unparsable(program, fillings).into_iter();
        found.extend(unparsable.map(|index| (index, what(index))));
    }
    found
}

/// Whether some bytes of a program are part of the program itself: in no string, and in no comment.
pub fn is_code(program: &str, place: &Range<usize>) -> bool {
    Lexed::new(program).is_some_and(|lexed| lexed.around(place).is_none())
}

/// The fillings with which alone the program cannot be parsed; the first if it is only all of them together.
fn unparsable(program: &str, fillings: &[Filling<'_>]) -> Vec<usize> {
    let breaks = |tried: &usize| {
        let (text, _) = filled(program, fillings, |index| index == *tried);
        Lexed::new(&text).is_some_and(|lexed| !lexed.parses)
    };
    let tried = 0..fillings.len().min(MAX_TRIED);
    let mut found: Vec<_> = tried.filter(breaks).collect();
    if found.is_empty() {
        found.push(0);
    }
    found
}

/// The program with texts in their places, and where they stand in it.
fn filled(
    program: &str,
    fillings: &[Filling<'_>],
    is_value: impl Fn(usize) -> bool,
) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(program.len());
    let mut places = Vec::new();
    let mut cursor = 0;
    for (index, filling) in fillings.iter().enumerate() {
        text.push_str(program.get(cursor..filling.place.start).unwrap_or_default());
        let start = text.len();
        text.push_str(if is_value(index) {
            filling.value
        } else {
            filling.neutral
        });
        places.push(start..text.len());
        cursor = filling.place.end;
    }
    text.push_str(program.get(cursor..).unwrap_or_default());
    (text, places)
}

/// The strings and comments of a program.
struct Lexed {
    /// Whether it can be parsed.
    parses: bool,
    /// In order: the inside of each, and what it is.
    enclosing: Vec<(Range<usize>, TokenKind)>,
}

impl Lexed {
    /// Nothing if the program is unreasonably long or deep.
    fn new(program: &str) -> Option<Self> {
        let dedented = Dedented::new(program);
        let lexed = on_a_large_stack(dedented.text(), || Self::read(&dedented));
        lexed.flatten()
    }

    fn read(program: &Dedented<'_>) -> Option<Self> {
        let parsed = syntax::parse(program.text())?;
        let enclosing = parsed.tokens().iter().filter_map(|token| {
            let range = program.original(token.range());
            let inside = match token.kind() {
                // Between quotes, of which there is one at least.
                TokenKind::String => range.start.saturating_add(1)..range.end.saturating_sub(1),
                TokenKind::FStringMiddle | TokenKind::Comment => range,
                _ => return None,
            };
            Some((inside, token.kind()))
        });
        Some(Self {
            parses: parsed.errors().is_empty(),
            enclosing: enclosing.collect(),
        })
    }

    /// What a place is enclosed in.
    fn around(&self, place: &Range<usize>) -> Option<TokenKind> {
        let starts_before = |(range, _): &(Range<usize>, TokenKind)| range.start <= place.start;
        let after = self.enclosing.partition_point(starts_before);
        let (range, kind) = self.enclosing.get(after.checked_sub(1)?)?;
        (place.end <= range.end).then_some(*kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(program: &str, value: &str) -> Option<Broken> {
        let start = program.find("${v}").unwrap();
        let filling = Filling {
            place: start..start + 4,
            neutral: "x",
            value,
        };
        broken(program, &[filling]).first().map(|(_, it)| *it)
    }

    #[test]
    fn what_stands_in_its_place_is_fine() {
        for (program, value) in [
            ("a = \"${v}\"", "10.0.0.7"),
            ("a = '''${v}'''", "it's \\n two\nlines"),
            ("a = f'{b}${v}'", "text"),
            ("a = ${v}", "[1, 2]"),
            ("# ${v}\nb", "a \"comment\""),
            ("    a = '${v}'\n    b = 1", "x"),
            ("a = ${v} +", "not judged: it is wrong in any case ("),
        ] {
            assert_eq!(one(program, value), None, "{program} {value}");
        }
    }

    #[test]
    fn what_ends_its_literal_is_told() {
        for (program, value) in [
            ("a = \"${v}\"", "10\" + \"7"),
            ("a = \"${v}\"", "end\\"),
            ("a = \"${v}\"", "two\nlines"),
            ("a = '''${v}'''", "three ''' quotes"),
            ("a = f'{b}${v}'", "{c}"),
            ("a = '${v}'; b = 'c'", "'; import os; d = '"),
        ] {
            let found = one(program, value);
            assert_eq!(found, Some(Broken::Literal), "{program} {value}");
        }
        let found = one("# ${v}\nb", "a\nimport os");
        assert_eq!(found, Some(Broken::Comment));
    }

    #[test]
    fn what_cannot_be_parsed_is_told() {
        for (program, value) in [
            ("a = ${v}", "10.0.0.7"),
            ("a = ${v}", ""),
            ("a = (${v})", ")"),
        ] {
            let found = one(program, value);
            assert_eq!(found, Some(Broken::Program), "{program} {value}");
        }
    }
}
