//! The names that a module has.
//!
//! In: the statements of a module. Out: all names that it may bind, whatever runs; none where that cannot be told. And whether
//! it may bind names in other modules, other than by an assignment.
//! Never: a name left out that the module could have.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{
    Visitor, walk_except_handler, walk_expr, walk_parameters, walk_pattern, walk_stmt,
};
use ruff_python_ast::{ExceptHandler, Expr, Pattern, Stmt};

/// Who uses one of these may bind any name.
const BINDS_ANYTHING: &[&str] = &[
    "__dict__",
    "__getattr__",
    "eval",
    "exec",
    "globals",
    "locals",
    "modules",
    "setattr",
    "vars",
];

/// Who uses one of these may bind any name in another module.
const BINDS_ELSEWHERE: &[&str] = &["__dict__", "__setattr__", "eval", "exec", "setattr", "vars"];

/// The names of a module.
#[derive(Debug)]
pub(crate) struct Exports {
    /// Those that it may bind; none if these may be any.
    pub(crate) names: Option<BTreeSet<String>>,
    /// It may bind names in other modules.
    pub(crate) binds_elsewhere: bool,
}

impl Exports {
    /// Those of a module with these statements.
    pub(crate) fn of(suite: &[Stmt]) -> Self {
        let mut found = Found::default();
        found.visit_body(suite);
        Self {
            names: (!found.anything).then_some(found.names),
            binds_elsewhere: found.elsewhere,
        }
    }
}

#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    anything: bool,
    elsewhere: bool,
    /// How many functions and classes are around here, whose names are not the module's.
    inside: u32,
}

impl Found {
    fn bind(&mut self, name: &str) {
        self.anything |= BINDS_ANYTHING.contains(&name);
        if self.inside == 0 {
            self.names.insert(name.to_owned());
        }
    }

    fn used(&mut self, name: &str) {
        self.anything |= BINDS_ANYTHING.contains(&name);
        self.elsewhere |= BINDS_ELSEWHERE.contains(&name);
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.inside = self.inside.saturating_add(1);
        visit(self);
        self.inside = self.inside.saturating_sub(1);
    }
}

impl<'a> Visitor<'a> for Found {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.bind(&function.name);
                function
                    .decorator_list
                    .iter()
                    .for_each(|it| self.visit_decorator(it));
                walk_parameters(self, &function.parameters);
                return self.within(|found| found.visit_body(&function.body));
            }
            Stmt::ClassDef(class) => {
                self.bind(&class.name);
                class
                    .decorator_list
                    .iter()
                    .for_each(|it| self.visit_decorator(it));
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                return self.within(|found| found.visit_body(&class.body));
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.bind(alias.asname.as_deref().unwrap_or(first));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.anything |= alias.name.as_str() == "*";
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::Global(global) => {
                let names = global.names.iter().map(ToString::to_string);
                self.names.extend(names);
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx.is_load() => {
                self.used(&name.id);
            }
            Expr::Name(name) => self.bind(&name.id),
            Expr::Attribute(attribute) => {
                self.used(&attribute.attr);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(except) = handler;
        if let Some(name) = &except.name {
            self.bind(name);
        }
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        // Nothing on the camera runs `match`.
        self.anything = true;
        walk_pattern(self, pattern);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn names(text: &str) -> Option<Vec<String>> {
        let parsed = syntax::parse(text).unwrap();
        let names = Exports::of(parsed.suite()).names;
        names.map(|names| names.into_iter().collect())
    }

    #[test]
    fn whatever_may_be_bound_counts() {
        let text = "import a.b, c as d\nfrom e import f, g as h\nif x:\n    i = 1\nelse:\n    j: int = 2\n\
                    for k, [*l] in m:\n    pass\nwith n as o:\n    pass\ntry:\n    p = q = 1\nexcept E as r:\n    s += 1\n\
                    def t(u):\n    global v\n    w = 1\nclass Y:\n    z = 1\n(aa := 1)\n";
        let expected = [
            "Y", "a", "aa", "d", "f", "h", "i", "j", "k", "l", "o", "p", "q", "r", "s", "t", "v",
        ];
        assert_eq!(names(text).unwrap(), expected);
    }

    #[test]
    fn nothing_is_known_of_a_module_that_could_bind_anything() {
        for text in [
            "from a import *\n",
            "def __getattr__(name):\n    return 1\n",
            "globals()['a'] = 1\n",
            "def f():\n    exec('a = 1')\n",
            "import sys\nsys.modules[__name__].a = 1\n",
            "self.__dict__.update(a=1)\n",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
