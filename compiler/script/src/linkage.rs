//! What ties a program to its other modules: the imports that may run, and the place where something can be put that
//! runs before all of them.
//!
//! In: the text of a program or a module. Out: [`Linkage`]. Never: a change of lines: what is put at the [`Entrance`] shares
//! a line with what is there.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Decorator, ExceptHandler, Expr, Stmt, StmtClassDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::exports::Exports;
use crate::infer::is_main_guard;
use crate::margin::Dedented;
use crate::script::on_a_large_stack;
use crate::syntax;

/// The ties of a text to modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linkage {
    /// What it may import when it runs. Imports for type checkers, and those of a program that is started as the main
    /// one, are left out: on the camera they never run.
    pub imports: Vec<Reference>,
    /// The names in its `__all__`.
    pub exported: BTreeSet<String>,
    /// The names that it may have as a module; none where these could be any.
    pub names: Option<BTreeSet<String>>,
    /// Whether it may bind names in other modules, other than by an assignment.
    pub binds_elsewhere: bool,
    /// The attributes that it assigns, of whatever object.
    pub assigned: BTreeSet<String>,
    /// Where to put what has to run before the imports.
    pub entrance: Entrance,
}

/// A module that a text imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// How many dots it begins with.
    pub level: u32,
    /// The dotted name behind the dots; empty in `from . import name`.
    pub module: String,
    /// Where it is written.
    pub range: Range<usize>,
    /// What is imported from it, `*` included: each may be a module. Empty for `import MODULE`.
    pub names: Vec<(String, Range<usize>)>,
    /// Whether a `try` catches its failure.
    pub guarded: bool,
}

/// A place before all that runs: offsets in the text, and what has to stand around what is put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// Before a statement, whose line it shares.
    Before(usize),
    /// Behind a statement that has to be the first: a docstring, or an import from `__future__`.
    Behind(usize),
    /// On a line that holds nothing but blanks or a comment: its start, and where the margin of the text can be seen.
    OnLine(usize, (usize, usize)),
    /// In front of an expression that is evaluated once: its start and its end.
    Around(usize, usize),
    /// The same, but it is evaluated over and over.
    AroundRepeated(usize, usize),
    /// Among the arguments of a `class`, which has none yet.
    ClassWithout(usize),
    /// Among the arguments of a `class`, in front of the others.
    ClassWith(usize),
    /// On a line of its own at the end, for nothing in the text runs: and where the margin of the text can be seen.
    AtEnd(usize, (usize, usize)),
}

impl Default for Entrance {
    fn default() -> Self {
        Self::AtEnd(0, (0, 0))
    }
}

impl Linkage {
    /// Reads a text; none if it does not parse or is unreasonably nested, so that nothing of it runs.
    pub fn read(text: &str) -> Option<Self> {
        Self::read_as(text, false)
    }

    /// Reads a text that Python on a computer runs as the main program.
    pub fn read_main(text: &str) -> Option<Self> {
        Self::read_as(text, true)
    }

    fn read_as(text: &str, is_main: bool) -> Option<Self> {
        let dedented = Dedented::new(text);
        on_a_large_stack(dedented.text(), || Self::of(&dedented, text, is_main))?
    }

    fn of(text: &Dedented<'_>, original: &str, is_main: bool) -> Option<Self> {
        let parsed = syntax::parse(text.text())?;
        if !parsed.errors().is_empty() {
            return None;
        }
        let mut finder = Finder {
            text,
            imports: Vec::new(),
            exported: BTreeSet::new(),
            assigned: BTreeSet::new(),
            attempts: 0,
            is_main,
        };
        finder.visit_body(parsed.suite());
        let exports = Exports::of(parsed.suite());
        Some(Self {
            imports: finder.imports,
            exported: finder.exported,
            names: exports.names,
            binds_elsewhere: exports.binds_elsewhere,
            assigned: finder.assigned,
            entrance: entrance(parsed.suite(), text, original),
        })
    }
}

struct Finder<'a> {
    text: &'a Dedented<'a>,
    imports: Vec<Reference>,
    exported: BTreeSet<String>,
    assigned: BTreeSet<String>,
    /// How many `try` around here catch a failing import.
    attempts: u32,
    /// Whether the text is started as the main program.
    is_main: bool,
}

impl Finder<'_> {
    fn add(
        &mut self,
        level: u32,
        module: &str,
        range: TextRange,
        names: Vec<(String, Range<usize>)>,
    ) {
        self.imports.push(Reference {
            level,
            module: module.to_owned(),
            range: self.text.original(range),
            names,
            guarded: self.attempts > 0,
        });
    }
}

impl Finder<'_> {
    fn export(&mut self, names: &Expr) {
        let names = match names {
            Expr::List(list) => &list.elts[..],
            Expr::Tuple(tuple) => &tuple.elts[..],
            _ => &[],
        };
        for name in names {
            if let Expr::StringLiteral(name) = name {
                self.exported.insert(name.value.to_str().to_owned());
            }
        }
    }
}

impl Finder<'_> {
    /// Whether a condition is for type checkers, or for a program that is started as the main one and this is none.
    fn never_holds(&self, test: &Expr) -> bool {
        match test {
            Expr::Name(name) => name.id == "TYPE_CHECKING",
            Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
            _ => !self.is_main && is_main_guard(test),
        }
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.add(0, &alias.name, alias.name.range(), Vec::new());
                }
            }
            Stmt::ImportFrom(import) => {
                let range = import.module.as_ref().map_or(import.range, Ranged::range);
                let names = import.names.iter();
                let names = names.map(|alias| {
                    (
                        alias.name.to_string(),
                        self.text.original(alias.name.range()),
                    )
                });
                let names = names.collect();
                let module = import.module.as_deref().unwrap_or_default();
                self.add(import.level, module, range, names);
            }
            Stmt::If(choice) if self.never_holds(&choice.test) => {
                for clause in &choice.elif_else_clauses {
                    self.visit_elif_else_clause(clause);
                }
            }
            Stmt::Try(attempt) => {
                let catches = attempt.handlers.iter().any(catches_import_errors);
                self.attempts += u32::from(catches);
                self.visit_body(&attempt.body);
                self.attempts -= u32::from(catches);
                for handler in &attempt.handlers {
                    self.visit_except_handler(handler);
                }
                self.visit_body(&attempt.orelse);
                self.visit_body(&attempt.finalbody);
            }
            Stmt::Assign(assign) => {
                let names_it =
                    |target: &Expr| matches!(target, Expr::Name(name) if name.id == "__all__");
                if assign.targets.iter().any(names_it) {
                    self.export(&assign.value);
                }
                walk_stmt(self, stmt);
            }
            Stmt::AugAssign(assign) => {
                if matches!(&*assign.target, Expr::Name(name) if name.id == "__all__") {
                    self.export(&assign.value);
                }
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && attribute.ctx.is_store()
        {
            self.assigned.insert(attribute.attr.to_string());
        }
        if let Expr::Call(call) = expr
            && let Expr::Name(name) = &*call.func
            && name.id == "__import__"
            && let Some(Expr::StringLiteral(module)) = call.arguments.args.first()
        {
            self.add(0, module.value.to_str(), module.range(), Vec::new());
        }
        walk_expr(self, expr);
    }
}

fn catches_import_errors(handler: &ExceptHandler) -> bool {
    const CAUGHT: &[&str] = &[
        "ImportError",
        "ModuleNotFoundError",
        "Exception",
        "BaseException",
    ];
    let named =
        |expr: &Expr| matches!(expr, Expr::Name(name) if CAUGHT.contains(&name.id.as_str()));
    let ExceptHandler::ExceptHandler(handler) = handler;
    match handler.type_.as_deref() {
        None => true,
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().any(named),
        Some(other) => named(other),
    }
}

fn entrance(body: &[Stmt], text: &Dedented<'_>, original: &str) -> Entrance {
    let at = |offset: TextSize| text.original(TextRange::empty(offset)).start;
    let first = body
        .iter()
        .enumerate()
        .take_while(|(index, stmt)| comes_first(*index, stmt));
    let first = first.count();
    let (before, rest) = body.split_at_checked(first).unwrap_or_default();
    let margin = body
        .first()
        .map_or((0, 0), |stmt| margin(original, at(stmt.start())));
    let at_end = Entrance::AtEnd(original.len(), margin);
    let Some(next) = rest.first() else {
        return before
            .last()
            .map_or(at_end, |last| Entrance::Behind(at(last.end())));
    };
    if is_simple(next) {
        return Entrance::Before(at(next.start()));
    }
    if let Some(last) = before.last() {
        return Entrance::Behind(at(last.end()));
    }
    if let Some(place) = line_before(original, margin.0) {
        return Entrance::OnLine(place, margin);
    }
    let Some(inside) = inside(rest) else {
        return at_end;
    };
    match inside {
        Inner::Before(offset) => Entrance::Before(at(offset)),
        Inner::Around(range) => Entrance::Around(at(range.start()), at(range.end())),
        Inner::AroundRepeated(range) => {
            Entrance::AroundRepeated(at(range.start()), at(range.end()))
        }
        Inner::ClassWithout(offset) => Entrance::ClassWithout(at(offset)),
        Inner::ClassWith(offset) => Entrance::ClassWith(at(offset)),
    }
}

/// Whether a statement has to stay in front of all others.
fn comes_first(index: usize, stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(expr) => index == 0 && matches!(&*expr.value, Expr::StringLiteral(_)),
        Stmt::ImportFrom(import) => {
            import.level == 0 && import.module.as_deref() == Some("__future__")
        }
        _ => false,
    }
}

fn is_simple(stmt: &Stmt) -> bool {
    !matches!(
        stmt,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::If(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_)
    )
}

/// The blanks in front of a statement that begins its line: their start and their end.
fn margin(text: &str, statement: usize) -> (usize, usize) {
    let before = text.get(..statement).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
    (start, statement)
}

/// The start of the line before the one that starts here.
fn line_before(text: &str, line: usize) -> Option<usize> {
    let end = line.checked_sub(1)?;
    let start = text.get(..end)?.rfind('\n');
    Some(start.map_or(0, |end| end.saturating_add(1)))
}

enum Inner {
    Before(TextSize),
    Around(TextRange),
    AroundRepeated(TextRange),
    ClassWithout(TextSize),
    ClassWith(TextSize),
}

/// The first place in statements that begin with a compound one. What a function does, it does not do yet.
fn inside(body: &[Stmt]) -> Option<Inner> {
    body.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef(def) => decorated(&def.decorator_list),
        Stmt::ClassDef(class) => decorated(&class.decorator_list).or_else(|| Some(of_class(class))),
        Stmt::If(choice) => Some(Inner::Around(choice.test.range())),
        Stmt::While(repeat) => Some(Inner::AroundRepeated(repeat.test.range())),
        Stmt::For(each) => Some(Inner::Around(each.iter.range())),
        Stmt::With(with) => {
            let first = with.items.first()?;
            Some(Inner::Around(first.context_expr.range()))
        }
        Stmt::Try(attempt) => inside(&attempt.body),
        Stmt::Match(choice) => Some(Inner::Around(choice.subject.range())),
        simple => Some(Inner::Before(simple.start())),
    })
}

fn decorated(decorators: &[Decorator]) -> Option<Inner> {
    let first = decorators.first()?;
    Some(Inner::Around(first.expression.range()))
}

fn of_class(class: &StmtClassDef) -> Inner {
    match &class.arguments {
        None => Inner::ClassWithout(class.name.end()),
        Some(arguments) => {
            let open = arguments.start().checked_add(TextSize::from(1));
            Inner::ClassWith(open.unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<String> {
        let linkage = Linkage::read(text).unwrap();
        let imports = linkage.imports.iter().map(|import| {
            assert!(text.get(import.range.clone()).is_some());
            let names: Vec<_> = import.names.iter().map(|(name, _)| name.as_str()).collect();
            let dots = ".".repeat(import.level as usize);
            format!("{dots}{} {}", import.module, names.join(","))
        });
        imports.map(|import| import.trim().to_owned()).collect()
    }

    #[test]
    fn every_import_that_may_run_is_found_wherever_it_stands() {
        let text = "import a.b, c as d\nfrom e import f, g as h\ndef i():\n    from . import j\n    class K:\n        \
                    import k\ntry:\n    import l\nexcept ImportError:\n    from ..m.n import *\nfor x in y:\n    \
                    __import__('o.p')\nif z:\n    import q\nelse:\n    import r\nlambda: __import__('s')\n";
        let expected = [
            "a.b", "c", "e f,g", ". j", "k", "l", "..m.n *", "o.p", "q", "r", "s",
        ];
        assert_eq!(imports(text), expected);
        let linkage = Linkage::read(text).unwrap();
        let guarded = linkage.imports.iter().filter(|import| import.guarded);
        assert_eq!(
            guarded.map(|import| &*import.module).collect::<Vec<_>>(),
            ["l"]
        );
    }

    #[test]
    fn imports_that_never_run_on_the_camera_are_not() {
        let text = "if TYPE_CHECKING:\n    import a\nelse:\n    import b\nif typing.TYPE_CHECKING:\n    import c\n\
                    if __name__ == '__main__':\n    import d\nelif e:\n    import f\n";
        assert_eq!(imports(text), ["b", "f"]);
    }

    #[test]
    fn what_does_not_parse_has_none() {
        assert_eq!(Linkage::read("import (\n"), None);
        assert_eq!(Linkage::read(&"(".repeat(5000)), None);
    }
}
