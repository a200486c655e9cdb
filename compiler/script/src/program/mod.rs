//! A syntax tree in, what its names may stand for and what happens where out.
//!
//! One walk over the tree ([`walk`]) fills a [`Program`]: scopes with everything that is bound in
//! them, and lists of calls, subscripts, loops… Questions are answered from there, without walking
//! again: what an expression may stand for ([`candidates`]), which constants it may be ([`constant`]).
//!
//! Nothing is run and no order of events is known. A name that is bound twice may stand for either,
//! and an answer says whether it is complete. Effort is bounded, whatever the text.

mod candidates;
mod constant;
mod walk;

use std::cell::Cell;
use std::collections::HashMap;

use ruff_python_ast::{Expr, ExprAttribute, ExprCall, ExprSubscript, Parameters, Stmt};
use ruff_text_size::TextRange;

pub(crate) use candidates::Term;
pub(crate) use constant::{Constant, is_address, without_port};

/// Index of a scope; the module's is 0.
pub(crate) type ScopeId = usize;

/// Index of a function.
pub(crate) type FunctionId = usize;

/// How many steps all questions about one program may take together.
const EFFORT: u32 = 200_000;

/// What is known of a script.
pub(crate) struct Program<'a> {
    scopes: Vec<Scope<'a>>,
    functions: Vec<Function<'a>>,
    /// What is assigned to attributes of this name, of whatever object: `self.host = …`.
    attributes: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Calls by the last word of what is called.
    calls_by_name: HashMap<&'a str, Vec<usize>>,
    /// How often a name or attribute is read, calls included.
    reads: HashMap<&'a str, usize>,
    pub(crate) calls: Vec<Call<'a>>,
    pub(crate) subscripts: Vec<(&'a ExprSubscript, ScopeId)>,
    pub(crate) attribute_reads: Vec<(&'a ExprAttribute, ScopeId)>,
    pub(crate) loops: Vec<(&'a Stmt, ScopeId)>,
    pub(crate) imports: Vec<ImportStmt<'a>>,
    pub(crate) strings: Vec<(&'a str, TextRange)>,
    /// Attributes that are given another name: `io = node.io`.
    pub(crate) aliases: Vec<TextRange>,
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

/// An import and where it stands.
pub(crate) struct ImportStmt<'a> {
    pub(crate) stmt: &'a Stmt,
    /// In a `try` that catches its failure.
    pub(crate) guarded: bool,
}

/// A `def` or `lambda`.
pub(crate) struct Function<'a> {
    /// Empty for a `lambda`.
    name: &'a str,
    parameters: Option<&'a Parameters>,
    pub(crate) body: &'a [Stmt],
    pub(crate) scope: ScopeId,
    /// The first parameter is given by the call of a method.
    is_method: bool,
    /// The class it makes instances of, where it is an `__init__`.
    initializes: Option<&'a str>,
    is_decorated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScopeKind {
    Module,
    Class,
    Function,
    Comprehension,
}

struct Scope<'a> {
    kind: ScopeKind,
    parent: ScopeId,
    names: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Names whose home is elsewhere: `global`, `nonlocal`.
    elsewhere: Vec<(&'a str, ScopeId)>,
}

/// Something that a name is made to stand for.
#[derive(Clone, Copy)]
struct Binding<'a> {
    source: Source<'a>,
    /// Where the source's expressions are evaluated.
    scope: ScopeId,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Value(&'a Expr),
    /// Each element of an iterable; of each of these a part, where they are taken apart.
    Element {
        of: &'a Expr,
        part: Option<usize>,
    },
    Parameter {
        function: FunctionId,
        index: usize,
    },
    /// A `def` or `class`, which stands for itself.
    Definition,
    /// A module, or something out of one.
    Import {
        module: &'a str,
        name: Option<&'a str>,
    },
    Opaque,
}

impl<'a> Program<'a> {
    /// Walks a module.
    pub(crate) fn new(body: &'a [Stmt]) -> Self {
        walk::program(body)
    }

    /// What is bound to a name, seen from a scope; none for what is built in.
    fn lookup(&self, name: &str, from: ScopeId) -> Option<&[Binding<'a>]> {
        let mut id = from;
        loop {
            let scope = self.scopes.get(id)?;
            if let Some((_, home)) = scope.elsewhere.iter().find(|(known, _)| *known == name) {
                let home = self.scopes.get(*home)?;
                return home.names.get(name).map(Vec::as_slice);
            }
            // What a class binds is seen in its own body only.
            if (scope.kind != ScopeKind::Class || id == from)
                && let Some(bindings) = scope.names.get(name)
            {
                return Some(bindings);
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
        self.functions
            .iter()
            .filter(move |function| function.name == name || function.initializes == Some(name))
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
