//! Statements and expressions where Python does not allow them: `return` outside a function,
//! `break` outside a loop, `await` outside `async def`…
//!
//! In: a syntax tree. Out: what is misplaced. Never: `global` and `nonlocal`:
//! [`super::declarations`] sees names in the order in which CPython does.
//!
//! The rules are those of ruff's checker; here is the walk it needs, and the answers to what it
//! asks about its surroundings.

use std::cell::RefCell;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Comprehension, Expr, PythonVersion, Stmt};
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
    SemanticSyntaxErrorKind,
};
use ruff_text_size::TextRange;

use super::{Refusal, VERSION, later, phrase};

/// The misplaced parts of a module.
pub(crate) fn refusals(text: &str, body: &[Stmt]) -> Vec<Refusal> {
    let mut walk = Walk {
        checker: SemanticSyntaxChecker::new(),
        context: Context {
            text,
            scopes: vec![Scope::Module],
            loops: 0,
            future_annotations: future_annotations(body),
            found: RefCell::new(Vec::new()),
        },
    };
    walk.visit_body(body);
    walk.context.found.into_inner()
}

/// Whether annotations are not evaluated: `from __future__ import annotations`.
fn future_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| {
        matches!(stmt, Stmt::ImportFrom(import)
            if import.module.as_deref() == Some("__future__")
                && import.names.iter().any(|name| &name.name == "annotations"))
    })
}

/// What a name is local to, and what a `return` or `yield` belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Module,
    Class,
    Function { is_async: bool },
    Lambda,
    Comprehension { is_async: bool },
    Generator,
}

impl Scope {
    fn is_comprehension(self) -> bool {
        matches!(self, Self::Comprehension { .. } | Self::Generator)
    }
}

struct Context<'a> {
    text: &'a str,
    scopes: Vec<Scope>,
    /// The number of loops around the current position, within its function.
    loops: u32,
    future_annotations: bool,
    found: RefCell<Vec<Refusal>>,
}

impl Context<'_> {
    fn inner_to_outer(&self) -> impl Iterator<Item = Scope> {
        self.scopes.iter().rev().copied()
    }

    /// The comprehensions and generators around the current position, within its function.
    fn comprehensions_around(&self) -> impl Iterator<Item = Scope> {
        self.inner_to_outer()
            .take_while(|scope| scope.is_comprehension())
    }

    fn innermost(&self) -> Scope {
        self.inner_to_outer().next().unwrap_or(Scope::Module)
    }
}

impl SemanticSyntaxContext for Context<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.future_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None // no lazy imports in 3.9
    }

    fn python_version(&self) -> PythonVersion {
        VERSION
    }

    fn source(&self) -> &str {
        self.text
    }

    fn global(&self, _: &str) -> Option<TextRange> {
        None // declarations
    }

    fn has_nonlocal_binding(&self, _: &str) -> bool {
        true // declarations
    }

    fn in_async_context(&self) -> bool {
        self.inner_to_outer()
            .find_map(|scope| match scope {
                Scope::Function { is_async } => Some(is_async),
                Scope::Class | Scope::Lambda => Some(false),
                _ => None,
            })
            .unwrap_or(false)
    }

    fn in_await_allowed_context(&self) -> bool {
        self.inner_to_outer()
            .find_map(|scope| match scope {
                Scope::Function { .. } | Scope::Lambda => Some(true),
                Scope::Class => Some(false),
                _ => None,
            })
            .unwrap_or(false)
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.innermost(), Scope::Function { .. } | Scope::Lambda)
    }

    fn in_sync_comprehension(&self) -> bool {
        self.comprehensions_around()
            .any(|scope| scope == Scope::Comprehension { is_async: false })
    }

    fn in_class_body_comprehension(&self) -> bool {
        let mut outside = self
            .inner_to_outer()
            .skip_while(|scope| scope.is_comprehension());
        outside.next() == Some(Scope::Class)
    }

    fn in_module_scope(&self) -> bool {
        self.innermost() == Scope::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.innermost(), Scope::Function { .. })
    }

    fn in_generator_context(&self) -> bool {
        self.comprehensions_around()
            .any(|scope| scope == Scope::Generator)
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        if let Some(refusal) = in_words(&error) {
            self.found.borrow_mut().push((refusal, error.range));
        }
    }

    fn in_loop_context(&self) -> bool {
        self.loops > 0
    }

    fn is_bound_parameter(&self, _: &str) -> bool {
        false // declarations
    }
}

/// The checker's error in our words, or nothing where `declarations` reports it.
fn in_words(error: &SemanticSyntaxError) -> Option<String> {
    match &error.kind {
        SemanticSyntaxErrorKind::NonlocalDeclarationAtModuleLevel
        | SemanticSyntaxErrorKind::NonlocalAndGlobal(_)
        | SemanticSyntaxErrorKind::AnnotatedGlobal(_)
        | SemanticSyntaxErrorKind::AnnotatedNonlocal(_) => None,
        _ => Some(phrase(&error.to_string())),
    }
}

struct Walk<'a> {
    checker: SemanticSyntaxChecker,
    context: Context<'a>,
}

impl<'a> Walk<'a> {
    fn within(&mut self, scope: Scope, walk: impl FnOnce(&mut Self)) {
        self.context.scopes.push(scope);
        let loops = std::mem::take(&mut self.context.loops);
        walk(self);
        self.context.loops = loops;
        self.context.scopes.pop();
    }

    fn in_loop(&mut self, body: &'a [Stmt], orelse: &'a [Stmt]) {
        self.context.loops = self.context.loops.saturating_add(1);
        self.visit_body(body);
        self.context.loops = self.context.loops.saturating_sub(1);
        self.visit_body(orelse);
    }

    /// The first iterable is evaluated outside, everything else inside.
    fn comprehension(&mut self, parts: &[&'a Expr], generators: &'a [Comprehension], scope: Scope) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.within(scope, |walk| {
            for (index, generator) in generators.iter().enumerate() {
                if index > 0 {
                    walk.visit_expr(&generator.iter);
                }
                walk.visit_expr(&generator.target);
                for condition in &generator.ifs {
                    walk.visit_expr(condition);
                }
            }
            for part in parts {
                walk.visit_expr(part);
            }
        });
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.checker.visit_stmt(stmt, &self.context);
        match stmt {
            Stmt::FunctionDef(function) => {
                for decorator in &function.decorator_list {
                    self.visit_decorator(decorator);
                }
                self.visit_parameters(&function.parameters);
                if let Some(returns) = &function.returns {
                    self.visit_annotation(returns);
                }
                let is_async = function.is_async;
                self.within(Scope::Function { is_async }, |walk| {
                    walk.visit_body(&function.body);
                });
            }
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.within(Scope::Class, |walk| walk.visit_body(&class.body));
            }
            Stmt::While(repeat) => {
                self.visit_expr(&repeat.test);
                self.in_loop(&repeat.body, &repeat.orelse);
            }
            Stmt::For(each) => {
                self.visit_expr(&each.iter);
                self.visit_expr(&each.target);
                self.in_loop(&each.body, &each.orelse);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.checker.visit_expr(expr, &self.context);
        let later = later::refusals(self.context.text, expr);
        self.context.found.get_mut().extend(later);
        match expr {
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.within(Scope::Lambda, |walk| walk.visit_expr(&lambda.body));
            }
            Expr::ListComp(list) => {
                let scope = comprehension_scope(&list.generators);
                self.comprehension(&[&list.elt], &list.generators, scope);
            }
            Expr::SetComp(set) => {
                let scope = comprehension_scope(&set.generators);
                self.comprehension(&[&set.elt], &set.generators, scope);
            }
            Expr::DictComp(dict) => {
                let scope = comprehension_scope(&dict.generators);
                let key = dict.key.as_deref().into_iter();
                let parts: Vec<&Expr> = key.chain([&*dict.value]).collect();
                self.comprehension(&parts, &dict.generators, scope);
            }
            Expr::Generator(generator) => {
                let parts = [&*generator.elt];
                self.comprehension(&parts, &generator.generators, Scope::Generator);
            }
            _ => walk_expr(self, expr),
        }
    }
}

fn comprehension_scope(generators: &[Comprehension]) -> Scope {
    Scope::Comprehension {
        is_async: generators.iter().any(|generator| generator.is_async),
    }
}
