//! Everything that is known about a script.
//!
//! In: its text. Out: [`Script`]. Never: facts about a text that does not parse: its tree is in
//! part a guess.

use std::ops::Range;
use std::slice;

use crate::facts::{Facts, params};
use crate::infer::{Fault, Ports};
use crate::margin::Dedented;
use crate::program::Program;
use crate::suppressions::{self, Suppression};
use crate::surroundings::Surroundings;
use crate::{infer, nesting, syntax};

/// A longer script is not examined: positions are 32-bit numbers, and trees are many times larger
/// than their text.
const MAX_LENGTH: usize = 16 << 20;

/// A deeper tree is walked on a stack of its own: where calls are followed, it is walked several times at once.
const SMALL_STACK_DEPTH: u32 = 32;

/// Room for the deepest tree that is examined.
const STACK_SIZE: usize = 64 << 20;

/// What is known about a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// What keeps it from running at all, in the order of the text.
    pub syntax_errors: Vec<SyntaxError>,
    /// What it does. None if it could not be read, or is unreasonably long or deeply nested.
    pub facts: Option<Facts>,
    /// What comments allow, by place.
    pub suppressions: Vec<Suppression>,
}

/// A place where CPython 3.9 refuses a script, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong: a phrase that begins with a lower-case letter.
    pub message: String,
    /// Where, in bytes of the script.
    pub range: Range<usize>,
}

/// Examines a text with room for the depth of its tree; not at all if it is unreasonably deep or long.
pub(crate) fn on_a_large_stack<T>(text: &str, examine: impl FnOnce() -> T) -> Option<T> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    match nesting::depth(text) {
        None => None,
        Some(depth) if depth > SMALL_STACK_DEPTH => Some(stacker::grow(STACK_SIZE, examine)),
        Some(_) => Some(examine()),
    }
}

impl Script {
    /// Reads a script. There is a result for every text.
    pub fn parse(text: &str) -> Self {
        Self::examine(text, &[], &Surroundings::default()).0
    }

    /// What the interpreter will raise, given the messages at the ports of the script's node. Nothing is
    /// said about a script that has syntax errors.
    pub fn faults(text: &str, ports: &Ports) -> Vec<Fault> {
        let (_, mut faults) = Self::examine(text, slice::from_ref(ports), &Surroundings::default());
        faults.pop().unwrap_or_default()
    }

    /// Both at once, which takes less time; the faults for each of the `ports`. `around` are the other texts of the script.
    pub fn examine(text: &str, ports: &[Ports], around: &Surroundings) -> (Self, Vec<Vec<Fault>>) {
        let nothing = || (Self::default(), vec![Vec::new(); ports.len()]);
        let dedented = Dedented::new(text);
        let found = on_a_large_stack(dedented.text(), || {
            Self::read(&dedented, text.len(), ports, around)
        });
        found.flatten().unwrap_or_else(nothing)
    }

    fn read(
        text: &Dedented<'_>,
        length: usize,
        ports: &[Ports],
        around: &Surroundings,
    ) -> Option<(Self, Vec<Vec<Fault>>)> {
        let parsed = syntax::parse(text.text())?;
        let refusals = syntax::refusals(text.text(), &parsed);
        let errors = refusals.into_iter().map(|(message, range)| SyntaxError {
            message,
            range: text.original(range),
        });
        // The tree of a text that does not parse is in part a guess: nothing is concluded from it.
        let is_whole = parsed.errors().is_empty();
        let program = is_whole.then(|| Program::new(parsed.suite(), around));
        let script = Self {
            syntax_errors: errors.collect(),
            facts: program.as_ref().map(|program| Facts {
                params: params::uses(parsed.suite(), text),
                ..Facts::new(program, text)
            }),
            suppressions: suppressions::all(parsed.tokens(), text, length),
        };
        let faults = |ports| match &program {
            Some(program) => infer::faults(program, ports, text),
            None => Vec::new(),
        };
        Some((script, ports.iter().map(faults).collect()))
    }

    /// Whether a comment allows a rule for findings that begin at `offset`; it may be written by any of `names`,
    /// and those in capitals also in small letters.
    pub fn allows(&self, offset: usize, names: &[&str]) -> bool {
        suppressions::allow(&self.suppressions, offset, names)
    }
}
