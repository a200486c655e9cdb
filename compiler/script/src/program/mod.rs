//! What the names of a program may stand for, and what happens where.
//!
//! In: a syntax tree. Out: a [`Program`], which answers questions about it. Never: an order of
//! events, more effort than a limit allows, or an answer that hides that it is incomplete.
//!
//! One walk over the tree ([`walk`]) fills a [`Program`]: scopes with everything that is bound in
//! them, and lists of calls, subscripts, loops… Questions are answered from there, without walking
//! again: what an expression may stand for ([`candidates`]), which constants it may be
//! ([`constant`]). A name that is bound twice may stand for either.

mod candidates;
mod constant;
mod enclosures;
mod places;
mod unreached;
mod walk;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use ruff_python_ast::{
    Expr, ExprAttribute, ExprCall, ExprSubscript, Parameters, Stmt, StmtAugAssign, StmtClassDef,
    StmtFunctionDef, StmtIf,
};
use ruff_text_size::{TextRange, TextSize};

pub(crate) use candidates::Term;
pub(crate) use constant::{Constant, is_address, without_port};
use places::PlaceId;
pub(crate) use places::{Place, PlaceKind};
pub(crate) use walk::last_word;

use crate::surroundings::Surroundings;

/// Index of a scope; the module's is 0.
pub(crate) type ScopeId = usize;

/// Index of a function.
pub(crate) type FunctionId = usize;

/// Index of a class.
pub(crate) type ClassId = usize;

/// How many steps all questions about one program may take together.
const EFFORT: u32 = 200_000;

/// What is known of a script.
pub(crate) struct Program<'a> {
    pub(crate) body: &'a [Stmt],
    pub(crate) scopes: Vec<Scope<'a>>,
    pub(crate) functions: Vec<Function<'a>>,
    /// Functions by their name; an `__init__` also by that of its class.
    functions_by_name: HashMap<&'a str, Vec<FunctionId>>,
    pub(crate) classes: Vec<Class<'a>>,
    pub(crate) classes_by_scope: HashMap<ScopeId, ClassId>,
    /// The scopes of functions, classes, lambdas and comprehensions, by where they stand.
    pub(crate) scopes_by_range: HashMap<TextRange, ScopeId>,
    /// What is assigned to attributes of this name, of whatever object: `self.host = …`.
    pub(crate) attributes: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Calls by the last word of what is called.
    pub(crate) calls_by_name: HashMap<&'a str, Vec<usize>>,
    /// How often a name or attribute is read, calls included.
    pub(crate) reads: HashMap<&'a str, usize>,
    pub(crate) calls: Vec<Call<'a>>,
    places: Vec<Place<'a>>,
    /// The place of each call.
    call_places: Vec<Option<PlaceId>>,
    /// Calls that are a statement of their own.
    discarded: HashSet<TextRange>,
    /// Assignments to entries: `kept[key] = value`.
    pub(crate) entries: Vec<Entry<'a>>,
    /// Names and attributes of which something is deleted: `del kept[0]`.
    pub(crate) deleted: HashSet<&'a str>,
    /// Loops that a `break` or `return` in them leaves.
    pub(crate) left: HashSet<TextRange>,
    pub(crate) subscripts: Vec<(&'a ExprSubscript, ScopeId)>,
    pub(crate) attribute_reads: Vec<(&'a ExprAttribute, ScopeId)>,
    pub(crate) loops: Vec<(&'a Stmt, ScopeId)>,
    pub(crate) choices: Vec<(&'a StmtIf, ScopeId)>,
    pub(crate) imports: Vec<ImportStmt<'a>>,
    pub(crate) strings: Vec<(&'a str, TextRange)>,
    /// Attributes that are given another name: `io = node.io`.
    pub(crate) aliases: Vec<TextRange>,
    /// What is put into entries of whatever container.
    pub(crate) stored: Vec<Binding<'a>>,
    /// Names and attributes that a condition looks at.
    pub(crate) tested: HashSet<&'a str>,
    /// Names and attributes whose type the program looks at.
    pub(crate) inspected: HashSet<&'a str>,
    /// `from … import *`: any name may be bound.
    pub(crate) imports_everything: bool,
    /// The other texts of the script.
    pub(crate) around: &'a Surroundings,
    effort: Cell<u32>,
}

/// A call and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) expr: &'a ExprCall,
    pub(crate) scope: ScopeId,
    /// In a loop of its function.
    pub(crate) in_loop: bool,
}

/// An assignment to an entry of a container, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) target: &'a ExprSubscript,
    /// None where the value is taken apart.
    pub(crate) value: Option<&'a Expr>,
    pub(crate) scope: ScopeId,
    place: Option<PlaceId>,
}

/// An import and where it stands.
pub(crate) struct ImportStmt<'a> {
    pub(crate) stmt: &'a Stmt,
    /// In a `try` that catches its failure.
    pub(crate) guarded: bool,
}

/// A `def` or `lambda`.
pub(crate) struct Function<'a> {
    /// Empty for a `lambda`.
    pub(crate) name: &'a str,
    pub(crate) parameters: Option<&'a Parameters>,
    pub(crate) body: &'a [Stmt],
    pub(crate) scope: ScopeId,
    /// The first parameter is given by the call of a method.
    pub(crate) is_method: bool,
    /// The class it makes instances of, where it is an `__init__`.
    pub(crate) initializes: Option<&'a str>,
    pub(crate) decoration: Decoration,
    /// None for a `lambda`.
    pub(crate) def: Option<&'a StmtFunctionDef>,
    /// The class in whose body it stands.
    pub(crate) class: Option<ClassId>,
    /// What its `return` statements return.
    pub(crate) returns: Vec<Option<&'a Expr>>,
    /// It yields.
    pub(crate) is_generator: bool,
}

/// What decorators make of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoration {
    /// Nothing; `staticmethod` only takes its object away.
    None,
    /// It is read like an attribute.
    Property,
    /// Its first parameter is the class.
    ClassMethod,
    /// Who knows.
    Other,
}

/// A `class`.
pub(crate) struct Class<'a> {
    pub(crate) def: &'a StmtClassDef,
    /// The scope of its body.
    pub(crate) scope: ScopeId,
    /// Where it stands.
    pub(crate) home: ScopeId,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Comprehension,
}

pub(crate) struct Scope<'a> {
    pub(crate) kind: ScopeKind,
    pub(crate) parent: ScopeId,
    /// The function whose scope it is.
    pub(crate) function: Option<FunctionId>,
    pub(crate) names: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Names whose home is elsewhere: `global`, `nonlocal`.
    pub(crate) elsewhere: HashMap<&'a str, ScopeId>,
}

/// Something that a name is made to stand for.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) source: Source<'a>,
    /// Where the source's expressions are evaluated.
    pub(crate) scope: ScopeId,
    /// Where in the text the name begins to stand for it.
    pub(crate) at: TextSize,
}

#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Value(&'a Expr),
    /// A part of a value that is taken apart.
    Part {
        of: &'a Expr,
        index: usize,
    },
    /// Each element of an iterable; of each of these a part, where they are taken apart.
    Element {
        of: &'a Expr,
        part: Option<usize>,
    },
    Parameter {
        function: FunctionId,
        index: usize,
    },
    /// A `def`, which stands for itself.
    Function(FunctionId),
    /// A `class`, which stands for itself.
    Class(ClassId),
    /// What a `with` gives.
    With(&'a Expr),
    /// What an `except` catches.
    Caught(Option<&'a Expr>),
    /// `+=` and its like.
    Augmented(&'a StmtAugAssign),
    /// A module, or something out of one.
    Import {
        module: &'a str,
        name: Option<&'a str>,
    },
    Opaque,
}

impl<'a> Program<'a> {
    /// Walks a module.
    pub(crate) fn new(body: &'a [Stmt], around: &'a Surroundings) -> Self {
        walk::program(body, around)
    }

    /// What is bound to a name, seen from a scope; none for what is built in.
    pub(crate) fn lookup(&self, name: &str, from: ScopeId) -> Option<&[Binding<'a>]> {
        let home = self.home(name, from)?;
        self.scopes.get(home)?.names.get(name).map(Vec::as_slice)
    }

    /// The scope in which a name that is seen from another is bound.
    pub(crate) fn home(&self, name: &str, from: ScopeId) -> Option<ScopeId> {
        let mut id = from;
        loop {
            let scope = self.scopes.get(id)?;
            if let Some(home) = scope.elsewhere.get(name) {
                let bound = self.scopes.get(*home)?.names.contains_key(name);
                return bound.then_some(*home);
            }
            // What a class binds is seen in its own body only.
            if (scope.kind != ScopeKind::Class || id == from) && scope.names.contains_key(name) {
                return Some(id);
            }
            if scope.kind == ScopeKind::Module {
                return None;
            }
            id = scope.parent;
        }
    }

    /// Whether nothing in the script gives this name another meaning.
    pub(crate) fn is_builtin(&self, name: &str, scope: ScopeId) -> bool {
        self.lookup(name, scope).is_none()
    }

    /// The functions and methods of this name, wherever they are.
    pub(crate) fn functions_named(&self, name: &str) -> impl Iterator<Item = &Function<'a>> {
        self.ids_named(name).filter_map(|id| self.functions.get(id))
    }

    /// The same by number.
    pub(crate) fn ids_named(&self, name: &str) -> impl Iterator<Item = FunctionId> {
        let ids = self.functions_by_name.get(name).into_iter().flatten();
        ids.copied()
    }

    /// The function whose body a scope is.
    pub(crate) fn with_body(&self, scope: ScopeId) -> Option<&Function<'a>> {
        self.functions.get(self.scopes.get(scope)?.function?)
    }

    /// The dotted path, beginning with a module or a built-in name, that an expression is.
    ///
    /// `create_connection` after `from socket import create_connection` is
    /// `socket.create_connection`; `GPIO.setup` is itself.
    pub(crate) fn path(&self, expr: &Expr, scope: ScopeId) -> Option<String> {
        self.path_within(expr, scope, 0)
    }

    fn path_within(&self, expr: &Expr, scope: ScopeId, depth: u32) -> Option<String> {
        if depth > 8 || !self.spend() {
            return None;
        }
        match expr {
            Expr::Attribute(attribute) => {
                let base = self.path_within(&attribute.value, scope, depth.saturating_add(1))?;
                Some(format!("{base}.{}", attribute.attr))
            }
            Expr::Name(name) => match self.lookup(&name.id, scope) {
                None => Some(name.id.to_string()),
                Some([binding]) => match binding.source {
                    Source::Import { module, name: None } => Some(module.to_owned()),
                    Source::Import {
                        module,
                        name: Some(name),
                    } => Some(format!("{module}.{name}")),
                    Source::Value(value) => {
                        self.path_within(value, binding.scope, depth.saturating_add(1))
                    }
                    _ => None,
                },
                // `import http.client` and `import http.server` bind one name to one thing.
                Some(several) => {
                    let module = |binding: &Binding<'a>| match binding.source {
                        Source::Import { module, name: None } => Some(module),
                        _ => None,
                    };
                    let first = several.first().and_then(module)?;
                    let same = several.iter().all(|binding| module(binding) == Some(first));
                    same.then(|| first.to_owned())
                }
            },
            _ => None,
        }
    }

    /// Counts a step. Whether there is effort left.
    fn spend(&self) -> bool {
        let left = self.effort.get();
        self.effort.set(left.saturating_sub(1));
        left > 0
    }
}
