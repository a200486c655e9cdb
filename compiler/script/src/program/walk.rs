//! The walk that fills a [`Program`].
//!
//! In: a syntax tree. Out: the [`Program`]. Never: a question; those are answered later.
//!
//! It recurses as deep as the tree, which [`crate::nesting`] bounds before a text is parsed.

mod names;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    CmpOp, Comprehension, ExceptHandler, Expr, ExprCall, ExprContext, ExprLambda,
    InterpolatedStringElement, Stmt, StmtClassDef, StmtFor, StmtFunctionDef, StmtIf, StmtTry,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{
    Call, Class, ClassId, Decoration, EFFORT, Function, FunctionId, PlaceId, PlaceKind, Program,
    Scope, ScopeId, ScopeKind, Source,
};
use crate::surroundings::Surroundings;

/// Walks a module.
pub(super) fn program<'a>(body: &'a [Stmt], around: &'a Surroundings) -> Program<'a> {
    let module = Scope {
        kind: ScopeKind::Module,
        parent: 0,
        function: None,
        names: HashMap::new(),
        elsewhere: HashMap::new(),
    };
    let mut walk = Walk {
        program: Program {
            body,
            scopes: vec![module],
            functions: Vec::new(),
            functions_by_name: HashMap::new(),
            classes: Vec::new(),
            classes_by_scope: HashMap::new(),
            scopes_by_range: HashMap::new(),
            attributes: HashMap::new(),
            calls_by_name: HashMap::new(),
            reads: HashMap::new(),
            calls: Vec::new(),
            places: Vec::new(),
            call_places: Vec::new(),
            discarded: HashSet::new(),
            entries: Vec::new(),
            deleted: HashSet::new(),
            left: HashSet::new(),
            subscripts: Vec::new(),
            attribute_reads: Vec::new(),
            loops: Vec::new(),
            choices: Vec::new(),
            imports: Vec::new(),
            strings: Vec::new(),
            aliases: Vec::new(),
            stored: Vec::new(),
            tested: HashSet::new(),
            inspected: HashSet::new(),
            imports_everything: false,
            around,
            effort: Cell::new(EFFORT),
        },
        scope: 0,
        class: None,
        function: None,
        place: None,
        loops: 0,
        guards: 0,
        at: TextSize::default(),
    };
    walk.visit_body(body);
    walk.add_what_others_assign();
    walk.program
}

pub(super) struct Walk<'a> {
    pub(super) program: Program<'a>,
    pub(super) scope: ScopeId,
    /// The class whose body this is.
    class: Option<(&'a str, ClassId)>,
    /// The function whose body this is.
    function: Option<FunctionId>,
    /// The block around, in the function.
    pub(super) place: Option<PlaceId>,
    loops: u32,
    /// `try` statements around that catch a failed import.
    guards: u32,
    /// Where what is bound now begins to be so.
    pub(super) at: TextSize,
}

impl<'a> Walk<'a> {
    fn scope(&mut self) -> Option<&mut Scope<'a>> {
        self.program.scopes.get_mut(self.scope)
    }

    /// Names in a condition that may tell whether there is something.
    fn test(&mut self, condition: &'a Expr) {
        match condition {
            Expr::Name(_) | Expr::Attribute(_) => self.program.tested.extend(last_word(condition)),
            Expr::UnaryOp(not) => self.test(&not.operand),
            Expr::Named(named) => {
                self.test(&named.target);
                self.test(&named.value);
            }
            Expr::BoolOp(either) => either.values.iter().for_each(|value| self.test(value)),
            Expr::Compare(compare) => {
                let orders = [CmpOp::Lt, CmpOp::LtE, CmpOp::Gt, CmpOp::GtE];
                if !compare.ops.iter().any(|op| orders.contains(op)) {
                    self.test(&compare.left);
                    compare.comparators.iter().for_each(|side| self.test(side));
                }
            }
            _ => {}
        }
    }

    fn function_here(&mut self) -> Option<&mut Function<'a>> {
        self.program.functions.get_mut(self.function?)
    }

    fn within(&mut self, kind: ScopeKind, range: TextRange, walk: impl FnOnce(&mut Self)) {
        let parent = self.scope;
        self.scope = self.program.scopes.len();
        self.program.scopes_by_range.insert(range, self.scope);
        self.program.scopes.push(Scope {
            kind,
            parent,
            function: None,
            names: HashMap::new(),
            elsewhere: HashMap::new(),
        });
        walk(self);
        self.scope = parent;
    }

    fn function(&mut self, function: Function<'a>, range: TextRange, walk: impl FnOnce(&mut Self)) {
        let id = self.program.functions.len();
        let parameters = function.parameters;
        let class = function.initializes.filter(|class| *class != function.name);
        for name in std::iter::once(function.name).chain(class) {
            let known = self.program.functions_by_name.entry(name);
            known.or_default().push(id);
        }
        self.program.functions.push(function);
        let (class, loops) = (self.class.take(), std::mem::take(&mut self.loops));
        let place = self.place.take();
        let outer = self.function.replace(id);
        self.within(ScopeKind::Function, range, |inner| {
            if let Some(function) = inner.program.functions.get_mut(id) {
                function.scope = inner.scope;
            }
            if let Some(scope) = inner.scope() {
                scope.function = Some(id);
            }
            if let Some(parameters) = parameters {
                inner.bind_parameters(id, parameters);
            }
            walk(inner);
        });
        (self.class, self.loops) = (class, loops);
        self.place = place;
        self.function = outer;
    }

    fn define(&mut self, def: &'a StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        self.visit_parameters(&def.parameters);
        let name = def.name.as_str();
        self.at = def.start();
        self.bind(name, Source::Function(self.program.functions.len()));
        let decoration = decoration(def);
        let is_static = decoration.is_none();
        let function = Function {
            name,
            parameters: Some(&def.parameters),
            body: &def.body,
            scope: 0,
            is_method: self.class.is_some() && !is_static,
            initializes: self
                .class
                .filter(|_| name == "__init__")
                .map(|(name, _)| name),
            decoration: decoration.unwrap_or(Decoration::None),
            def: Some(def),
            class: self.class.map(|(_, class)| class),
            returns: Vec::new(),
            is_generator: def.is_async,
        };
        self.function(function, def.range, |walk| walk.visit_body(&def.body));
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.at = class.start();
        let id = self.program.classes.len();
        self.bind(class.name.as_str(), Source::Class(id));
        let scope = self.program.scopes.len();
        self.program.classes_by_scope.insert(scope, id);
        self.program.classes.push(Class {
            def: class,
            scope,
            home: self.scope,
        });
        let outer = self.class.replace((class.name.as_str(), id));
        self.within(ScopeKind::Class, class.range, |walk| {
            walk.visit_body(&class.body);
        });
        self.class = outer;
    }

    pub(super) fn tests(&mut self, choice: &'a StmtIf) {
        self.test(&choice.test);
        let clauses = choice.elif_else_clauses.iter();
        for test in clauses.filter_map(|clause| clause.test.as_ref()) {
            self.test(test);
        }
    }

    fn each(&mut self, stmt: &'a Stmt, each: &'a StmtFor) {
        let source = Source::Element {
            of: &each.iter,
            part: None,
        };
        self.visit_expr(&each.iter);
        self.visit_expr(&each.target);
        self.at = each.iter.end();
        self.bind_target(&each.target, source);
        self.looped(stmt, &each.body, &each.orelse);
    }

    fn lambda(&mut self, lambda: &'a ExprLambda) {
        let function = Function {
            name: "",
            parameters: lambda.parameters.as_deref(),
            body: &[],
            scope: 0,
            is_method: false,
            initializes: None,
            decoration: Decoration::None,
            def: None,
            class: None,
            returns: vec![Some(&lambda.body)],
            is_generator: false,
        };
        if let Some(parameters) = &lambda.parameters {
            self.visit_parameters(parameters);
        }
        self.function(function, lambda.range, |walk| walk.visit_expr(&lambda.body));
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        parts: &[&'a Expr],
        generators: &'a [Comprehension],
    ) {
        self.within(ScopeKind::Comprehension, range, |walk| {
            for generator in generators {
                walk.visit_expr(&generator.iter);
                walk.at = generator.iter.end();
                let source = Source::Element {
                    of: &generator.iter,
                    part: None,
                };
                walk.bind_target(&generator.target, source);
                for condition in &generator.ifs {
                    walk.test(condition);
                    walk.visit_expr(condition);
                }
            }
            for part in parts {
                walk.visit_expr(part);
            }
        });
    }

    fn looped(&mut self, stmt: &'a Stmt, body: &'a [Stmt], orelse: &'a [Stmt]) {
        self.program.loops.push((stmt, self.scope));
        self.loops = self.loops.saturating_add(1);
        self.inside(PlaceKind::Loop(stmt), |walk| walk.visit_body(body));
        self.loops = self.loops.saturating_sub(1);
        self.visit_body(orelse);
    }

    fn attempt(&mut self, attempt: &'a StmtTry) {
        let guarded = u32::from(attempt.handlers.iter().any(catches_failed_import));
        self.guards = self.guards.saturating_add(guarded);
        self.inside(PlaceKind::Attempt(attempt), |walk| {
            walk.visit_body(&attempt.body);
        });
        self.guards = self.guards.saturating_sub(guarded);
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(except) = handler;
            if let Some(name) = &except.name {
                self.at = except.start();
                self.bind(name.as_str(), Source::Caught(except.type_.as_deref()));
            }
            self.visit_except_handler(handler);
        }
        self.visit_body(&attempt.orelse);
        self.visit_body(&attempt.finalbody);
    }

    fn call(&mut self, call: &'a ExprCall) {
        let looks = [
            "isinstance",
            "issubclass",
            "type",
            "callable",
            "hasattr",
            "getattr",
        ];
        if last_word(&call.func).is_some_and(|name| looks.contains(&name))
            && let Some(looked_at) = call.arguments.args.first()
        {
            self.program.inspected.extend(last_word(looked_at));
        }
        let index = self.program.calls.len();
        self.program.call_places.push(self.place);
        self.program.calls.push(Call {
            expr: call,
            scope: self.scope,
            in_loop: self.loops > 0,
        });
        if let Some(name) = last_word(&call.func) {
            let calls = self.program.calls_by_name.entry(name);
            calls.or_default().push(index);
        }
    }

    fn read(&mut self, name: &'a str) {
        let count = self.program.reads.entry(name).or_default();
        *count = count.saturating_add(1);
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => self.define(def),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Global(global) => self.declare(&global.names, 0),
            Stmt::Nonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    let home = self.enclosing(name);
                    self.declare(std::slice::from_ref(name), home);
                }
            }
            Stmt::Assign(assign) => {
                if assign.value.is_attribute_expr() {
                    self.program.aliases.push(assign.value.range());
                }
                // First, as `:=` may stand in the value.
                walk_stmt(self, stmt);
                self.at = assign.end();
                for target in &assign.targets {
                    self.bind_target(target, Source::Value(&assign.value));
                }
            }
            Stmt::AnnAssign(assign) => {
                walk_stmt(self, stmt);
                self.at = assign.end();
                if let Some(value) = &assign.value {
                    self.bind_target(&assign.target, Source::Value(value));
                }
            }
            Stmt::AugAssign(assign) => {
                walk_stmt(self, stmt);
                self.at = assign.end();
                self.bind_target(&assign.target, Source::Augmented(assign));
            }
            Stmt::For(each) => self.each(stmt, each),
            Stmt::If(choice) => {
                self.program.choices.push((choice, self.scope));
                self.choice(choice);
            }
            Stmt::Assert(assert) => {
                self.test(&assert.test);
                walk_stmt(self, stmt);
            }
            Stmt::While(repeat) => {
                self.test(&repeat.test);
                self.visit_expr(&repeat.test);
                self.looped(stmt, &repeat.body, &repeat.orelse);
            }
            Stmt::With(with) => self.with(with),
            Stmt::Delete(delete) => {
                self.delete(delete);
                walk_stmt(self, stmt);
            }
            Stmt::Break(_) => self.leave(1),
            Stmt::Expr(alone) => {
                if alone.value.is_call_expr() {
                    self.program.discarded.insert(alone.value.range());
                }
                walk_stmt(self, stmt);
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Import(_) | Stmt::ImportFrom(_) => self.import(stmt),
            Stmt::Return(returned) => {
                if let Some(function) = self.function_here() {
                    function.returns.push(returned.value.as_deref());
                }
                self.leave(usize::MAX);
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => self.read(&name.id),
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                self.read(attribute.attr.as_str());
                self.program.attribute_reads.push((attribute, self.scope));
            }
            Expr::Subscript(subscript) if subscript.ctx == ExprContext::Load => {
                self.program.subscripts.push((subscript, self.scope));
            }
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(string) => {
                let text = string.value.to_str();
                self.program.strings.push((text, string.range));
            }
            Expr::FString(string) => {
                let first = string.value.elements().next();
                if let Some(InterpolatedStringElement::Literal(literal)) = first {
                    self.program.strings.push((&literal.value, string.range));
                }
            }
            Expr::Named(named) => {
                let source = Source::Value(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.at = named.end();
                    self.bind_in(self.statement_scope(), &name.id, source);
                }
            }
            Expr::Lambda(lambda) => return self.lambda(lambda),
            Expr::If(choice) => self.test(&choice.test),
            Expr::BoolOp(_) => self.test(expr),
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                if let Some(function) = self.function_here() {
                    function.is_generator = true;
                }
            }
            Expr::ListComp(list) => {
                return self.comprehension(list.range, &[&list.elt], &list.generators);
            }
            Expr::SetComp(set) => {
                return self.comprehension(set.range, &[&set.elt], &set.generators);
            }
            Expr::Generator(generator) => {
                return self.comprehension(
                    generator.range,
                    &[&generator.elt],
                    &generator.generators,
                );
            }
            Expr::DictComp(dict) => {
                let key = dict.key.as_deref().into_iter();
                let parts: Vec<&Expr> = key.chain([&*dict.value]).collect();
                return self.comprehension(dict.range, &parts, &dict.generators);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// What the decorators of a function make of it; none where it becomes a static method.
fn decoration(def: &StmtFunctionDef) -> Option<Decoration> {
    let names = def
        .decorator_list
        .iter()
        .map(|decorator| match &decorator.expression {
            Expr::Name(name) => name.id.as_str(),
            _ => "",
        });
    let names: Vec<&str> = names.collect();
    match names[..] {
        [] => Some(Decoration::None),
        ["property"] => Some(Decoration::Property),
        ["classmethod"] => Some(Decoration::ClassMethod),
        _ if names.contains(&"staticmethod") => None,
        _ => Some(Decoration::Other),
    }
}

/// The elements of a literal tuple, list or set.
pub(super) fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        Expr::Set(set) => Some(&set.elts),
        _ => None,
    }
}

/// `c` of `a.b.c`.
pub(crate) fn last_word(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

fn catches_failed_import(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(except) = handler;
    let Some(caught) = except.type_.as_deref() else {
        return true;
    };
    let caught = elements(caught).unwrap_or(std::slice::from_ref(caught));
    caught.iter().any(|class| {
        let known = [
            "ImportError",
            "ModuleNotFoundError",
            "Exception",
            "BaseException",
        ];
        last_word(class).is_some_and(|name| known.contains(&name))
    })
}
