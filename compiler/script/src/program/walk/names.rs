//! Names that statements bind: which scope each belongs to, and what it stands for.
//!
//! In: the parts of a statement that bind. Out: bindings in the scopes of the [`Program`](super::Program)
//! that is filled. Never: a look at what a name turns out to be.

use ruff_python_ast::{Expr, Identifier, Parameters, Stmt};
use ruff_text_size::Ranged;

use ruff_text_size::TextSize;

use super::super::{Binding, Entry, FunctionId, ImportStmt, ScopeId, ScopeKind, Source};
use super::{Walk, elements};

impl<'a> Walk<'a> {
    /// The nearest enclosing scope that is not a comprehension: where `:=` binds.
    pub(super) fn statement_scope(&self) -> ScopeId {
        let mut id = self.scope;
        while let Some(scope) = self.program.scopes.get(id)
            && scope.kind == ScopeKind::Comprehension
        {
            id = scope.parent;
        }
        id
    }

    pub(super) fn bind(&mut self, name: &'a str, source: Source<'a>) {
        self.bind_in(self.scope, name, source);
    }

    pub(super) fn bind_in(&mut self, scope: ScopeId, name: &'a str, source: Source<'a>) {
        let binding = self.binding(source);
        let Some(owner) = self.program.scopes.get(scope) else {
            return;
        };
        let home = owner.elsewhere.get(name).copied().unwrap_or(scope);
        if let Some(home) = self.program.scopes.get_mut(home) {
            home.names.entry(name).or_default().push(binding);
        }
    }

    pub(super) fn binding(&self, source: Source<'a>) -> Binding<'a> {
        Binding {
            source,
            scope: self.scope,
            at: self.at,
        }
    }

    /// Binds what stands on the left of `=`, after `for`…
    pub(in crate::program) fn bind_target(&mut self, target: &'a Expr, source: Source<'a>) {
        match target {
            Expr::Name(name) => self.bind(&name.id, source),
            Expr::Attribute(attribute) => {
                let binding = self.binding(source);
                let known = self.program.attributes.entry(attribute.attr.as_str());
                known.or_default().push(binding);
            }
            Expr::Tuple(tuple) => self.bind_parts(&tuple.elts, source),
            Expr::List(list) => self.bind_parts(&list.elts, source),
            Expr::Starred(starred) => self.bind_target(&starred.value, Source::Opaque),
            Expr::Subscript(subscript) => {
                let entry = !subscript.slice.is_slice_expr();
                let stored = self.binding(if entry { source } else { Source::Opaque });
                self.program.stored.push(stored);
                self.program.entries.push(Entry {
                    target: subscript,
                    value: match source {
                        Source::Value(value) => Some(value),
                        _ => None,
                    },
                    scope: self.scope,
                    place: self.place,
                });
            }
            _ => {}
        }
    }

    pub(super) fn bind_parts(&mut self, targets: &'a [Expr], source: Source<'a>) {
        let starred = targets.iter().any(Expr::is_starred_expr);
        for (index, target) in targets.iter().enumerate() {
            let part = match source {
                _ if starred => Source::Opaque,
                Source::Value(value) => match elements(value) {
                    Some(values) if values.len() == targets.len() => {
                        values.get(index).map_or(Source::Opaque, Source::Value)
                    }
                    Some(_) => Source::Opaque,
                    None => Source::Part { of: value, index },
                },
                Source::Element { of, part: None } => Source::Element {
                    of,
                    part: Some(index),
                },
                _ => Source::Opaque,
            };
            self.bind_target(target, part);
        }
    }

    pub(super) fn bind_parameters(&mut self, function: FunctionId, parameters: &'a Parameters) {
        self.at = parameters.start();
        for (index, parameter) in parameters.iter_non_variadic_params().enumerate() {
            let source = Source::Parameter { function, index };
            self.bind(parameter.name().as_str(), source);
            if self.program.around.is_module {
                // Who knows what others call it with.
                self.bind(parameter.name().as_str(), Source::Opaque);
            }
        }
        let variadic = [&parameters.vararg, &parameters.kwarg];
        for parameter in variadic.into_iter().flatten() {
            self.bind(parameter.name().as_str(), Source::Opaque);
        }
    }

    pub(super) fn import(&mut self, stmt: &'a Stmt) {
        self.program.imports.push(ImportStmt {
            stmt,
            guarded: self.guards > 0,
        });
        self.at = stmt.end();
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    // `import a.b` binds `a`.
                    let first = module.split('.').next().unwrap_or(module);
                    let (name, module) = match &alias.asname {
                        Some(name) => (name.as_str(), module),
                        None => (first, first),
                    };
                    let is_own = self.program.around.begins_with_own(0, module);
                    let module = Source::Import { module, name: None };
                    self.bind(name, if is_own { Source::Opaque } else { module });
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_deref().unwrap_or_default();
                let is_own = self.program.around.begins_with_own(import.level, module);
                for alias in &import.names {
                    self.program.imports_everything |= alias.name.as_str() == "*";
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let imported = Some(alias.name.as_str());
                    let import = Source::Import {
                        module,
                        name: imported,
                    };
                    self.bind(name, if is_own { Source::Opaque } else { import });
                }
            }
            _ => {}
        }
    }

    /// What other texts of the script assign to names of this module, or to attributes, may be anything.
    pub(super) fn add_what_others_assign(&mut self) {
        let unknown = Binding {
            source: Source::Opaque,
            scope: 0,
            at: TextSize::default(),
        };
        let program = &mut self.program;
        let module = program.scopes.first_mut().map(|scope| &mut scope.names);
        let names = module.into_iter().flatten();
        for (name, bindings) in names.chain(&mut program.attributes) {
            if program.around.is_assigned_elsewhere(name) {
                bindings.push(unknown);
            }
        }
    }

    pub(super) fn declare(&mut self, names: &'a [Identifier], home: ScopeId) {
        if let Some(scope) = self.scope() {
            for name in names {
                scope.elsewhere.entry(name.as_str()).or_insert(home);
            }
        }
    }

    /// Where a `nonlocal` name of this scope lives, as far as that is known yet.
    pub(super) fn enclosing(&self, name: &str) -> ScopeId {
        let parent = |id: ScopeId| self.program.scopes.get(id).map_or(0, |scope| scope.parent);
        let first = parent(self.scope);
        let mut id = first;
        while id != 0 {
            let scope = self.program.scopes.get(id);
            if scope.is_some_and(|scope| scope.names.contains_key(name)) {
                return id;
            }
            id = parent(id);
        }
        first
    }
}
