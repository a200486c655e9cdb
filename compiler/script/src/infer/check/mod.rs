//! The statements of a program.
//!
//! In: the program. Out: what is raised, and where.

mod calls;
mod values;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Alias, CmpOp, Expr, ExprContext, Operator, Parameters, Stmt, StmtFunctionDef, StmtIf,
    StmtImportFrom, StmtTry, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use super::faults::{Fault, FaultKind};
use super::names::first_name;
use super::suggestion::nearest;
use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::API;
use crate::margin::Dedented;
use crate::modules::{Availability, availability};
use crate::program::{ScopeId, last_word};

/// More faults than that are not told.
const MOST: usize = 200;

/// More calls of a function are not looked at one by one.
const MOST_CALLS: usize = 8;

/// All faults, in the order of the text.
pub(super) fn faults(inference: &Inference<'_, '_>, text: &Dedented<'_>) -> Vec<Fault> {
    let mut check = Check {
        inference,
        text,
        scope: 0,
        caught: Vec::new(),
        uncalled: false,
        found: Vec::new(),
    };
    let body = inference.program.body;
    check.block(body);
    let mut found = check.found;
    found.sort_by_key(|fault| (fault.range.start, fault.range.end));
    found.dedup_by(|second, first| first.range == second.range);
    found
}

struct Check<'c, 'p, 'a> {
    inference: &'c Inference<'p, 'a>,
    text: &'c Dedented<'c>,
    scope: ScopeId,
    /// What the `try` statements around catch.
    caught: Vec<Caught>,
    /// The function around is never called.
    uncalled: bool,
    found: Vec<Fault>,
}

/// What a `try` catches.
#[derive(Clone, Default)]
struct Caught {
    /// By name.
    names: Vec<String>,
    /// Everything.
    all: bool,
}

impl FaultKind {
    /// The exceptions that are raised, from the narrowest.
    fn exceptions(&self) -> &'static [&'static str] {
        match self {
            Self::UndefinedName { .. } => &["NameError"],
            Self::UnboundName { .. } => &["UnboundLocalError", "NameError"],
            Self::UnknownAttribute { .. }
            | Self::UncheckedNone { .. }
            | Self::PortsOfVersion3 { .. } => &["AttributeError"],
            Self::UnknownImport { .. } => &["ImportError"],
            Self::WrongArguments { .. } | Self::WrongOperation { .. } => &["TypeError"],
            Self::WrongMessage { .. } | Self::MainGuard => &[],
        }
    }
}

impl<'a> Check<'_, '_, 'a> {
    fn report(&mut self, range: TextRange, kind: FaultKind) {
        let exceptions = kind.exceptions();
        let named = |caught: &Caught| {
            let mut names = caught.names.iter();
            names.any(|name| exceptions.contains(&name.as_str()))
        };
        // Who expects just this exception means it.
        if self.is_full() || self.caught.iter().any(named) {
            return;
        }
        let caught = !exceptions.is_empty() && self.caught.iter().any(|caught| caught.all);
        // Who asks for the platform has code for others, too.
        let elsewhere = self.inference.program.reads.contains_key("platform");
        self.found.push(Fault {
            kind,
            range: self.text.original(range),
            certain: !caught && !self.uncalled && !elsewhere,
        });
    }

    /// Whether nothing more is told, so that nothing more has to be found.
    fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// A name that is read.
    fn name(&mut self, name: &'a str, range: TextRange) {
        let expects = |caught: &Caught| caught.names.iter().any(|name| name == "NameError");
        if self.caught.iter().any(expects) {
            return;
        }
        if let Some(kind) = self.inference.nameless(name, range, self.scope) {
            self.report(range, kind);
        }
    }

    /// Statements, up to the one after which nothing is reached.
    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.visit_stmt(stmt);
            if self.ends(stmt) {
                return;
            }
        }
    }

    fn ends(&self, stmt: &'a Stmt) -> bool {
        match stmt {
            Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
            Stmt::While(repeat) => {
                self.constant(&repeat.test) == Some(true) && !breaks(&repeat.body)
            }
            _ => false,
        }
    }

    /// Whether a condition is always true, or never.
    fn constant(&self, test: &'a Expr) -> Option<bool> {
        if is_main_guard(test) {
            return Some(false);
        }
        if let Expr::UnaryOp(not) = test
            && not.op == UnaryOp::Not
        {
            return self.constant(&not.operand).map(|value| !value);
        }
        self.inference.program.truth(test, self.scope)
    }

    /// What an expression may be where it stands. What the program asks about may be something else
    /// there than elsewhere.
    fn types(&self, expr: &'a Expr) -> Types {
        let program = self.inference.program;
        let types = self.inference.types(expr, self.scope);
        let Some(name) = last_word(expr) else {
            return types;
        };
        let is_none = types.known() == Some(&[Type::None]);
        if is_none && program.tested.contains(name) {
            return Types::unknown();
        }
        types
    }

    fn within(&mut self, range: TextRange, walk: impl FnOnce(&mut Self)) {
        let Some(scope) = self.inference.program.scopes_by_range.get(&range) else {
            return;
        };
        let outer = std::mem::replace(&mut self.scope, *scope);
        walk(self);
        self.scope = outer;
    }

    fn function(&mut self, def: &'a StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        self.defaults(&def.parameters);
        let read = |name: &str| self.inference.program.reads.contains_key(name);
        let special = def.name.starts_with("__") || !def.decorator_list.is_empty();
        let overrides = self.is_in_foreign_class();
        let uncalled = !special && !overrides && !read(def.name.as_str());
        let caught = std::mem::take(&mut self.caught);
        let outer = self.uncalled;
        self.uncalled |= uncalled;
        self.within(def.range, |check| check.block(&def.body));
        self.each_call(def);
        self.uncalled = outer;
        self.caught = caught;
    }

    /// Whether this is the body of a class that extends something.
    fn is_in_foreign_class(&self) -> bool {
        let program = self.inference.program;
        let class = program.classes_by_scope.get(&self.scope);
        let class = class.and_then(|class| program.classes.get(*class));
        class.is_some_and(|class| class.def.arguments.is_some())
    }

    fn defaults(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
        }
    }

    fn choice(&mut self, choice: &'a StmtIf) {
        self.visit_expr(&choice.test);
        if is_main_guard(&choice.test) {
            self.report(choice.test.range(), FaultKind::MainGuard);
        }
        let mut verdict = self.constant(&choice.test);
        if verdict != Some(false) {
            self.block(&choice.body);
        }
        for clause in &choice.elif_else_clauses {
            if verdict == Some(true) {
                return;
            }
            if let Some(test) = &clause.test {
                self.visit_expr(test);
                verdict = self.constant(test);
            } else {
                verdict = None;
            }
            if verdict != Some(false) {
                self.block(&clause.body);
            }
        }
    }

    fn attempt(&mut self, attempt: &'a StmtTry) {
        let mut caught = Caught::default();
        for handler in &attempt.handlers {
            let ruff_python_ast::ExceptHandler::ExceptHandler(except) = handler;
            let Some(class) = except.type_.as_deref() else {
                caught.all = true;
                continue;
            };
            let classes = match class {
                Expr::Tuple(tuple) => tuple.elts.as_slice(),
                other => std::slice::from_ref(other),
            };
            for class in classes {
                match class {
                    Expr::Name(name)
                        if ["Exception", "BaseException"].contains(&name.id.as_str()) =>
                    {
                        caught.all = true;
                    }
                    Expr::Name(name) if name.id == "ModuleNotFoundError" => {}
                    Expr::Name(name) => caught.names.push(name.id.to_string()),
                    _ => {}
                }
            }
        }
        self.caught.push(caught);
        self.block(&attempt.body);
        self.caught.pop();
        for handler in &attempt.handlers {
            let ruff_python_ast::ExceptHandler::ExceptHandler(except) = handler;
            if let Some(class) = &except.type_ {
                self.visit_expr(class);
            }
            self.block(&except.body);
        }
        self.block(&attempt.orelse);
        self.block(&attempt.finalbody);
    }

    fn imported(&mut self, import: &'a StmtImportFrom) {
        let around = self.inference.program.around;
        let module = import.module.as_deref().unwrap_or_default();
        if around.begins_with_own(import.level, module) {
            return self.imported_from_own(import, module);
        }
        if import.level > 0 {
            return;
        }
        let Some(members) = API.module(module) else {
            return;
        };
        for Alias { name, .. } in &import.names {
            let name = name.as_str();
            let inner = format!("{module}.{name}");
            let known = name == "*"
                || members.contains_key(name)
                || API.module(&inner).is_some()
                || availability(&inner) != Availability::Unknown
                || name.starts_with('_')
                || name.bytes().all(|byte| !byte.is_ascii_lowercase());
            if known {
                continue;
            }
            let range = import
                .names
                .iter()
                .find(|alias| alias.name.as_str() == name);
            let range = range.map_or(import.range, |alias| alias.name.range());
            self.report(
                range,
                FaultKind::UnknownImport {
                    module: module.to_owned(),
                    name: name.to_owned(),
                    near: nearest(name, members.keys().copied()),
                },
            );
        }
    }

    /// An import from one of the program's own modules.
    fn imported_from_own(&mut self, import: &'a StmtImportFrom, module: &str) {
        let around = self.inference.program.around;
        let Some(module) = around.resolve(import.level, module) else {
            return;
        };
        for Alias { name, .. } in &import.names {
            let is_given = name == "*" || name.starts_with("__") || API.is_device_name(name);
            let Some(names) = around.names_without(&module, name).filter(|_| !is_given) else {
                continue;
            };
            self.report(
                name.range(),
                FaultKind::UnknownImport {
                    module: module.clone(),
                    name: name.to_string(),
                    near: nearest(name, names.iter().map(String::as_str)),
                },
            );
        }
    }

    fn comprehended(&mut self, expr: &'a Expr) {
        match expr {
            Expr::ListComp(list) => {
                self.comprehension(list.range, &[&list.elt], &list.generators);
            }
            Expr::SetComp(set) => {
                self.comprehension(set.range, &[&set.elt], &set.generators);
            }
            Expr::Generator(each) => {
                self.comprehension(each.range, &[&each.elt], &each.generators);
            }
            Expr::DictComp(dict) => {
                let parts: Vec<&Expr> = dict
                    .key
                    .as_deref()
                    .into_iter()
                    .chain([&*dict.value])
                    .collect();
                self.comprehension(dict.range, &parts, &dict.generators);
            }
            _ => {}
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        parts: &[&'a Expr],
        generators: &'a [ruff_python_ast::Comprehension],
    ) {
        let mut rest = generators.iter();
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
            self.iterated(&first.iter);
        }
        self.within(range, |check| {
            let mut is_first = true;
            for generator in rest.by_ref() {
                if !is_first {
                    check.visit_expr(&generator.iter);
                    check.iterated(&generator.iter);
                }
                is_first = false;
                for condition in &generator.ifs {
                    check.visit_expr(condition);
                }
            }
            for part in parts {
                check.visit_expr(part);
            }
        });
    }
}

impl<'a> Visitor<'a> for Check<'_, '_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.is_full() {
            return;
        }
        match stmt {
            Stmt::FunctionDef(def) => return self.function(def),
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                return self.within(class.range, |check| check.block(&class.body));
            }
            Stmt::If(choice) => return self.choice(choice),
            Stmt::While(repeat) => {
                self.visit_expr(&repeat.test);
                if self.constant(&repeat.test) != Some(false) {
                    self.block(&repeat.body);
                }
                return self.block(&repeat.orelse);
            }
            Stmt::For(each) => {
                self.visit_expr(&each.iter);
                self.iterated(&each.iter);
                self.visit_expr(&each.target);
                self.block(&each.body);
                return self.block(&each.orelse);
            }
            Stmt::With(with) => {
                for item in &with.items {
                    let context = self.types(&item.context_expr);
                    if self.inference.refuses_sign(&context) {
                        let problem =
                            format!("{} cannot be used with `with`", self.first(&context));
                        self.report(
                            item.context_expr.range(),
                            FaultKind::WrongOperation { problem },
                        );
                    }
                    self.visit_with_item(item);
                }
                return self.block(&with.body);
            }
            Stmt::Try(attempt) => return self.attempt(attempt),
            Stmt::ImportFrom(import) => return self.imported(import),
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.set(target, &assign.value);
                }
                let apart = assign
                    .targets
                    .iter()
                    .any(|target| target.is_tuple_expr() || target.is_list_expr());
                if apart {
                    let types = self.types(&assign.value);
                    self.taken_apart(&assign.value, &types, "cannot be unpacked");
                }
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    self.name(&name.id, name.range);
                }
                if let Expr::Attribute(attribute) = &*assign.target {
                    self.attribute(attribute, false);
                }
                let left = self.types(&assign.target);
                let right = self.types(&assign.value);
                self.operation(stmt.range(), assign.op, &left, &right);
            }
            // The annotations of variables are evaluated, those of a function's are not.
            Stmt::AnnAssign(assign) if self.scope != 0 => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                return self.visit_expr(&assign.target);
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.is_full() {
            return;
        }
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                self.name(&name.id, name.range);
            }
            Expr::Attribute(attribute) => {
                self.attribute(attribute, attribute.ctx != ExprContext::Load);
            }
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::BinOp(operation)
                if operation.op == Operator::Mod && operation.left.is_string_literal_expr() =>
            {
                if let Some(problem) = self.inference.misformatted(operation, self.scope) {
                    self.report(operation.range, FaultKind::WrongOperation { problem });
                }
            }
            Expr::BinOp(operation) => {
                let left = self.types(&operation.left);
                let right = self.types(&operation.right);
                self.operation(operation.range, operation.op, &left, &right);
            }
            Expr::UnaryOp(operation) if operation.op != UnaryOp::Not => {
                let operand = self.types(&operation.operand);
                if self.inference.refuses_sign(&operand) {
                    let first = operand.known().and_then(<[Type]>::first);
                    let what = first.map_or_else(String::new, |kind| self.inference.describe(kind));
                    let problem = format!("{what} cannot have a sign");
                    self.report(operation.range, FaultKind::WrongOperation { problem });
                }
            }
            Expr::Compare(compare) => self.compared(compare),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                let caught = std::mem::take(&mut self.caught);
                self.within(lambda.range, |check| check.visit_expr(&lambda.body));
                self.caught = caught;
                return;
            }
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::Generator(_) | Expr::DictComp(_) => {
                return self.comprehended(expr);
            }
            Expr::If(choice) => {
                self.visit_expr(&choice.test);
                let verdict = self.constant(&choice.test);
                if verdict != Some(false) {
                    self.visit_expr(&choice.body);
                }
                if verdict != Some(true) {
                    self.visit_expr(&choice.orelse);
                }
                return;
            }
            Expr::BoolOp(either) => {
                for value in &either.values {
                    self.visit_expr(value);
                    // What follows a constant is perhaps never evaluated.
                    if self.constant(value).is_some() {
                        return;
                    }
                }
                return;
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// `__name__ == "__main__"`: the firmware runs a script as `lpb`.
pub(crate) fn is_main_guard(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else {
        return false;
    };
    let is_name = |expr: &Expr| first_name(expr) == Some("__name__");
    let is_main = |expr: &Expr| matches!(expr, Expr::StringLiteral(literal) if literal.value.to_str() == "__main__");
    let ([op], [right]) = (&compare.ops[..], &compare.comparators[..]) else {
        return false;
    };
    *op == CmpOp::Eq
        && (is_name(&compare.left) && is_main(right) || is_main(&compare.left) && is_name(right))
}

/// Whether a loop is left from within.
fn breaks(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break(_) | Stmt::Match(_) => true,
        Stmt::If(choice) => {
            let clauses = choice.elif_else_clauses.iter();
            breaks(&choice.body) || clauses.map(|clause| &clause.body).any(|body| breaks(body))
        }
        Stmt::With(with) => breaks(&with.body),
        Stmt::For(each) => breaks(&each.orelse),
        Stmt::While(repeat) => breaks(&repeat.orelse),
        Stmt::Try(attempt) => {
            let handlers = attempt.handlers.iter().any(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(except) = handler;
                breaks(&except.body)
            });
            handlers
                || breaks(&attempt.body)
                || breaks(&attempt.orelse)
                || breaks(&attempt.finalbody)
        }
        _ => false,
    })
}
