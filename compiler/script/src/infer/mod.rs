//! What the interpreter of the camera will raise, found without running anything.
//!
//! In: a program, and the types of the messages at its ports. Out: [`Fault`]s. Never: a program
//! that runs, or more effort than a limit allows, whatever the text.
//!
//! Every name stands for the union of everything that is ever bound to it; the order of events
//! plays no part. So an answer is an upper bound: a fault is reported only where *everything* that
//! an expression may be has it. What is not understood is unknown, and nothing is reported about
//! what is unknown.

mod arguments;
mod attributes;
mod bindings;
mod calls;
mod check;
mod containers;
mod expressions;
mod faults;
mod formats;
mod names;
mod operators;
mod suggestion;
mod types;
mod version_3;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(crate) use check::is_main_guard;
pub use faults::{Fault, FaultKind, NameHint};

use self::attributes::Extending;
use self::types::{Builtins, Types};
use crate::margin::Dedented;
use crate::program::{Binding, FunctionId, Program, ScopeId};

/// How many steps all questions about one program may take together: an expression that is evaluated is one,
/// and so is a call that is looked at for what it gives, each of its arguments, and a binding.
const EFFORT: u32 = 600_000;

/// How deep expressions are evaluated.
const DEEPEST: u32 = 60;

/// How many evaluations may wait for each other: one that asks for a base of a class asks for that of another,
/// and so on. It is a bound of the stack that they need.
const MOST_NESTED: u32 = 96;

/// What is known of the ports of a script's node.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ports {
    /// Names of the classes of the messages that arrive at an input. An input that is not here may
    /// get anything.
    pub inputs: BTreeMap<String, Vec<String>>,
    /// For each receiver of an output, the classes of messages that it takes, with those that extend
    /// them.
    pub outputs: BTreeMap<String, Vec<Vec<String>>>,
}

/// What a variable of the inference is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Name(ScopeId, &'a str),
    /// An attribute of this name, of whatever object.
    Attribute(&'a str),
    /// What a function returns.
    Result(FunctionId),
    /// What is put into containers after they were made.
    Stored,
}

struct Inference<'p, 'a> {
    program: &'p Program<'a>,
    ports: &'p Ports,
    builtins: Builtins,
    numbers: HashMap<Key<'a>, usize>,
    variables: Vec<(Key<'a>, &'p [Binding<'a>])>,
    values: Vec<Types>,
    effort: Cell<u32>,
    /// Evaluations that have begun and not ended.
    nested: Cell<u32>,
    extending: Extending<'a>,
    /// Packages of which the program imports what the table does not have.
    imported_below: HashSet<&'a str>,
    /// The texts of a program that asks for attributes by their names.
    asked_for: HashSet<&'a str>,
    /// Parameters that are one thing for a while, as a single call gives them.
    given: RefCell<HashMap<(ScopeId, &'a str), Types>>,
}

/// What the interpreter will raise, in the order of the text.
pub(crate) fn faults(program: &Program<'_>, ports: &Ports, text: &Dedented<'_>) -> Vec<Fault> {
    let Some(builtins) = Builtins::find() else {
        return Vec::new();
    };
    let mut inference = Inference {
        program,
        ports,
        builtins,
        numbers: HashMap::new(),
        variables: Vec::new(),
        values: Vec::new(),
        effort: Cell::new(EFFORT),
        nested: Cell::new(0),
        extending: Extending::of(program),
        imported_below: attributes::imported_below(program),
        asked_for: attributes::asked_for(program),
        given: RefCell::default(),
    };
    inference.solve();
    check::faults(&inference, text)
}
