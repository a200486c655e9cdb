//! `global` and `nonlocal` declarations that CPython 3.9 refuses.
//!
//! In: a syntax tree. Out: the refused declarations. Never: the order of the text where that of
//! CPython's symbol table differs: an `else` of a `try` comes before the handlers, a decorator
//! after the name it decorates.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_stmt};
use ruff_python_ast::{
    Alias, Comprehension, ExceptHandler, Expr, ExprContext, Identifier, Parameters, Stmt, StmtTry,
};
use ruff_text_size::TextRange;

use super::Refusal;

/// The refused declarations of a module.
pub(crate) fn refusals(text: &str, body: &[Stmt]) -> Vec<Refusal> {
    // Most scripts declare nothing, and nothing else is looked at here.
    if !text.contains("global") && !text.contains("nonlocal") {
        return Vec::new();
    }
    let mut walk = Walk {
        blocks: vec![Block::new(Kind::Module)],
        found: Vec::new(),
    };
    walk.visit_body(body);
    walk.found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    Function,
    Comprehension,
}

/// How a block has used a name so far.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    Read,
    Assigned,
    Annotated,
    Parameter,
    Global,
    Nonlocal,
}

struct Block<'a> {
    kind: Kind,
    names: HashMap<&'a str, Usage>,
    /// Names declared `nonlocal` here or further inside that nobody has bound yet.
    unbound: Vec<(&'a str, TextRange)>,
}

impl Block<'_> {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            names: HashMap::new(),
            unbound: Vec::new(),
        }
    }
}

struct Walk<'a> {
    blocks: Vec<Block<'a>>,
    found: Vec<Refusal>,
}

impl<'a> Walk<'a> {
    fn refuse(&mut self, message: String, range: TextRange) {
        self.found.push((message, range));
    }

    fn used(&mut self, name: &'a str, usage: Usage) {
        if let Some(block) = self.blocks.last_mut() {
            let known = block.names.entry(name).or_insert(usage);
            *known = (*known).max(usage);
        }
    }

    fn within(&mut self, kind: Kind, walk: impl FnOnce(&mut Self)) {
        self.blocks.push(Block::new(kind));
        walk(self);
        let Some(left) = self.blocks.pop() else {
            return;
        };
        let binds = |name: &str| match left.kind {
            Kind::Function => left.names.get(name).is_some_and(|usage| {
                matches!(usage, Usage::Assigned | Usage::Annotated | Usage::Parameter)
            }),
            Kind::Class => name == "__class__", // what `super()` finds its class with
            Kind::Module | Kind::Comprehension => false,
        };
        let mut unbound = left.unbound.clone();
        unbound.retain(|(name, _)| !binds(name));
        let Some(outer) = self.blocks.last_mut() else {
            return;
        };
        if outer.kind != Kind::Module {
            outer.unbound.append(&mut unbound);
            return;
        }
        for (name, range) in unbound {
            self.refuse(format!("no binding for nonlocal '{name}' found"), range);
        }
    }

    fn declare(&mut self, name: &'a Identifier, declared: Usage) {
        let kind = if declared == Usage::Global {
            "global"
        } else {
            "nonlocal"
        };
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        let before = block.names.insert(name.as_str(), declared);
        if declared == Usage::Nonlocal {
            block.unbound.push((name.as_str(), name.range));
        }
        let why = match before {
            Some(Usage::Parameter) => format!("name '{name}' is parameter and {kind}"),
            Some(Usage::Read) => format!("name '{name}' is used prior to {kind} declaration"),
            Some(Usage::Annotated) => format!("annotated name '{name}' can't be {kind}"),
            Some(Usage::Assigned) => {
                format!("name '{name}' is assigned to before {kind} declaration")
            }
            Some(other) if other != declared => {
                format!("name '{name}' is nonlocal and global")
            }
            _ => return,
        };
        self.refuse(why, name.range);
    }

    fn annotated(&mut self, target: &'a Expr) {
        let Expr::Name(name) = target else { return };
        let Some(block) = self.blocks.last() else {
            return;
        };
        let declared = match block.names.get(name.id.as_str()) {
            Some(Usage::Global) => "global",
            Some(Usage::Nonlocal) => "nonlocal",
            _ => return self.used(&name.id, Usage::Annotated),
        };
        if block.kind != Kind::Module {
            let message = format!("annotated name '{}' can't be {declared}", name.id);
            self.refuse(message, name.range);
        }
    }

    fn parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            self.used(parameter.name().as_str(), Usage::Parameter);
        }
    }

    fn comprehension(&mut self, parts: &[&'a Expr], generators: &'a [Comprehension]) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.within(Kind::Comprehension, |walk| {
            for (index, generator) in generators.iter().enumerate() {
                walk.visit_expr(&generator.target);
                if index > 0 {
                    walk.visit_expr(&generator.iter);
                }
                for condition in &generator.ifs {
                    walk.visit_expr(condition);
                }
            }
            for part in parts {
                walk.visit_expr(part);
            }
        });
    }

    /// `:=` in a comprehension binds in the block around it.
    fn walrus(&mut self, target: &'a Expr) {
        let Expr::Name(name) = target else {
            return self.visit_expr(target);
        };
        let blocks = self.blocks.iter_mut().rev();
        let mut around = blocks.skip_while(|block| block.kind == Kind::Comprehension);
        if let Some(block) = around.next() {
            let usage = block.names.entry(&name.id).or_insert(Usage::Assigned);
            *usage = (*usage).max(Usage::Assigned);
        }
    }

    fn attempt(&mut self, attempt: &'a StmtTry) {
        self.visit_body(&attempt.body);
        self.visit_body(&attempt.orelse);
        for handler in &attempt.handlers {
            self.visit_except_handler(handler);
        }
        self.visit_body(&attempt.finalbody);
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.used(function.name.as_str(), Usage::Assigned);
                self.visit_parameters(&function.parameters);
                if let Some(returns) = &function.returns {
                    self.visit_annotation(returns);
                }
                for decorator in &function.decorator_list {
                    self.visit_decorator(decorator);
                }
                self.within(Kind::Function, |walk| {
                    walk.parameters(&function.parameters);
                    walk.visit_body(&function.body);
                });
            }
            Stmt::ClassDef(class) => {
                self.used(class.name.as_str(), Usage::Assigned);
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                self.within(Kind::Class, |walk| walk.visit_body(&class.body));
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    self.declare(name, Usage::Global);
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                if self
                    .blocks
                    .last()
                    .is_some_and(|block| block.kind == Kind::Module)
                {
                    let message = "nonlocal declaration not allowed at module level";
                    return self.refuse(message.to_owned(), nonlocal.range);
                }
                for name in &nonlocal.names {
                    self.declare(name, Usage::Nonlocal);
                }
            }
            Stmt::AnnAssign(assign) if assign.simple => {
                self.annotated(&assign.target);
                self.visit_annotation(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => {
                let usage = match name.ctx {
                    ExprContext::Load => Usage::Read,
                    _ => Usage::Assigned,
                };
                self.used(&name.id, usage);
            }
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.walrus(&named.target);
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.within(Kind::Function, |walk| {
                    if let Some(parameters) = &lambda.parameters {
                        walk.parameters(parameters);
                    }
                    walk.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(list) => self.comprehension(&[&list.elt], &list.generators),
            Expr::SetComp(set) => self.comprehension(&[&set.elt], &set.generators),
            Expr::Generator(generator) => {
                self.comprehension(&[&generator.elt], &generator.generators);
            }
            Expr::DictComp(dict) => {
                let key = dict.key.as_deref().into_iter();
                let parts: Vec<&Expr> = key.chain([&*dict.value]).collect();
                self.comprehension(&parts, &dict.generators);
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(except) = handler;
        if let Some(name) = &except.name {
            self.used(name.as_str(), Usage::Assigned);
        }
        walk_except_handler(self, handler);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        let first = bound.split('.').next().unwrap_or(bound);
        self.used(first, Usage::Assigned);
    }
}
