//! What a script takes from `oakc.params`.
//!
//! In: the statements of a script. Out: the names of parameters that it takes, and where. Never: a name of
//! something else that is called as the module is: where the script binds that name itself, nothing is said.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_parameter, walk_stmt};
use ruff_python_ast::{Expr, ExprContext, Parameter, Stmt};
use ruff_text_size::Ranged;

use crate::margin::Dedented;

/// The package of what oakc provides, and its module of parameters.
const PACKAGE: &str = "oakc";
const MODULE: &str = "params";

/// The names of parameters that the statements take, and where.
pub(crate) fn uses(suite: &[Stmt], text: &Dedented<'_>) -> Vec<(String, Range<usize>)> {
    let mut found = Found::default();
    found.visit_body(suite);
    let Found {
        modules,
        bound,
        taken,
        named,
        stored,
    } = found;
    let taken = taken.into_iter().filter(|(module, ..)| {
        let is_module = modules.contains(module) || *module == format!("{PACKAGE}.{MODULE}");
        is_module && !bound.contains(module)
    });
    let taken = taken.map(|(_, name, range)| (name, range));
    let all = taken
        .chain(named)
        .filter(|(name, _)| !stored.contains(name));
    all.map(|(name, range)| (name, text.original(range)))
        .collect()
}

#[derive(Default)]
struct Found {
    /// What the module is called here.
    modules: BTreeSet<String>,
    /// Names that the script binds itself.
    bound: BTreeSet<String>,
    /// What is taken from something that is called so.
    taken: Vec<(String, String, ruff_text_size::TextRange)>,
    /// What is imported from the module by name.
    named: Vec<(String, ruff_text_size::TextRange)>,
    /// Attributes that the script sets itself.
    stored: BTreeSet<String>,
}

impl<'a> Visitor<'a> for Found {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import
                    .module
                    .as_ref()
                    .map(ruff_python_ast::Identifier::as_str);
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    let is_params = module == Some(PACKAGE) && alias.name.as_str() == MODULE;
                    if is_params {
                        self.modules.insert(name);
                    } else if module == Some("oakc.params") && alias.name.as_str() != "*" {
                        self.named
                            .push((alias.name.to_string(), alias.name.range()));
                    } else {
                        self.bound.insert(name);
                    }
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let is_params = alias.name.as_str() == "oakc.params";
                    match &alias.asname {
                        Some(name) if is_params => drop(self.modules.insert(name.to_string())),
                        Some(name) => drop(self.bound.insert(name.to_string())),
                        None => {}
                    }
                }
            }
            Stmt::FunctionDef(function) => drop(self.bound.insert(function.name.to_string())),
            Stmt::ClassDef(class) => drop(self.bound.insert(class.name.to_string())),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bound.insert(parameter.name.to_string());
        walk_parameter(self, parameter);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx != ExprContext::Load => {
                self.bound.insert(name.id.to_string());
            }
            Expr::Attribute(attribute) => {
                let attr = attribute.attr.to_string();
                if attribute.ctx != ExprContext::Load {
                    self.stored.insert(attr);
                } else if let Some(module) = dotted(&attribute.value)
                    && !attr.starts_with("__")
                {
                    self.taken.push((module, attr, attribute.attr.range()));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// `params` or `oakc.params`.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(name) => Some(format!("{}.{}", name.id, attribute.attr)),
            _ => None,
        },
        _ => None,
    }
}
