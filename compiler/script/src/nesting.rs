//! How deeply a text nests.
//!
//! In: a text, or its tokens. Out: an upper bound of the depth of its syntax tree, and the first
//! bracket or block that is one too many for CPython. Never: a tree: it is walked, and freed, by
//! recursion, so its depth has to be known before there is one.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::{Mode, lexer};
use ruff_text_size::{Ranged, TextRange};

/// A text whose tree could be deeper is not examined. CPython gives up a little later.
const MAX_DEPTH: u32 = 1000;

/// How many brackets may be open at once in CPython 3.9 (`MAXLEVEL` of its tokenizer).
const MAX_BRACKETS: u32 = 200;

/// How many blocks may be nested there (`MAXINDENT`, which counts the module).
const MAX_INDENTS: u32 = 99;

/// An upper bound of the depth of the text's tree; none if that is more than is examined.
pub(crate) fn depth(text: &str) -> Option<u32> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut depth = Depth::default();
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return Some(depth.deepest);
        }
        depth.step(kind);
        if depth.deepest > MAX_DEPTH {
            return None;
        }
    }
}

/// The first bracket or indentation that is one too many for CPython.
pub(crate) fn excess(tokens: &Tokens) -> Option<(&'static str, TextRange)> {
    let (mut brackets, mut indents) = (0u32, 0u32);
    for token in tokens {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                brackets = brackets.saturating_add(1);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::Indent => indents = indents.saturating_add(1),
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            _ => {}
        }
        if brackets > MAX_BRACKETS {
            return Some(("too many nested parentheses", token.range()));
        }
        if indents > MAX_INDENTS {
            return Some(("too many levels of indentation", token.range()));
        }
    }
    None
}

/// What can nest at one level of brackets.
#[derive(Default)]
struct Level {
    /// Operators, dots, calls… since the last comma.
    operators: u32,
    /// Lambdas: the commas between their parameters separate nothing.
    lambdas: u32,
}

#[derive(Default)]
struct Depth {
    open: Vec<Level>,
    outermost: Level,
    indents: u32,
    now: u32,
    deepest: u32,
}

impl Depth {
    fn step(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.open.push(Level::default());
                self.now = self.now.saturating_add(1);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if let Some(closed) = self.open.pop() {
                    let closed = closed.operators.saturating_add(closed.lambdas);
                    self.now = self.now.saturating_sub(closed.saturating_add(1));
                }
                self.add_operator(); // a call of a call of a call…
            }
            TokenKind::Comma => self.separate(false),
            TokenKind::Newline | TokenKind::Semi => self.separate(true),
            TokenKind::Indent => self.indents = self.indents.saturating_add(1),
            TokenKind::Dedent => self.indents = self.indents.saturating_sub(1),
            TokenKind::Lambda => {
                let level = self.open.last_mut().unwrap_or(&mut self.outermost);
                level.lambdas = level.lambdas.saturating_add(1);
                self.now = self.now.saturating_add(1);
            }
            _ if is_flat(kind) => {}
            _ => self.add_operator(),
        }
        self.deepest = self.deepest.max(self.now.saturating_add(self.indents));
    }

    fn add_operator(&mut self) {
        let level = self.open.last_mut().unwrap_or(&mut self.outermost);
        level.operators = level.operators.saturating_add(1);
        self.now = self.now.saturating_add(1);
    }

    /// What follows does not belong to what came before.
    fn separate(&mut self, lambdas_too: bool) {
        let level = self.open.last_mut().unwrap_or(&mut self.outermost);
        let mut ended = std::mem::take(&mut level.operators);
        if lambdas_too {
            ended = ended.saturating_add(std::mem::take(&mut level.lambdas));
        }
        self.now = self.now.saturating_sub(ended);
    }
}

/// Tokens that are leaves of the tree, or no part of it.
fn is_flat(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_shallow_no_matter_how_long() {
        let text = "x = f(a, b)[1].c\nif x:\n    y = [i for i in range(3)]\n".repeat(500);
        assert!(matches!(depth(&text), Some(1..30)));
        let table = format!("x = [{}]", "-1, 'a' 'b', ".repeat(5000));
        assert!(matches!(depth(&table), Some(1..10)));
    }

    #[test]
    fn everything_that_nests_is_counted() {
        let parts = [
            "-",
            "not ",
            "~",
            "a.",
            "a+",
            "a if b else ",
            "lambda a, b: ",
            "await ",
            "f() (x)",
            "a**",
            "[0]",
            "(",
            "{a:",
            "f'{",
        ];
        for part in parts {
            let text = format!("x = a{}a", part.repeat(2000));
            assert_eq!(depth(&text), None, "{part}");
        }
    }
}
