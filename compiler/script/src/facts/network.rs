//! Whether a script may open a connection.
//!
//! In: a program. Out: whether it uses a module that opens connections. An import alone does nothing;
//! a module that is not known, and code that is made at run time, may do anything. Never: a
//! connection.

use ruff_python_ast::{Alias, Expr, Stmt};

use crate::modules::{Availability, availability, needs_network};
use crate::program::{Call, Program};

pub(super) fn is_used(program: &Program<'_>) -> bool {
    const MAKERS: &[&str] = &["exec", "eval", "__import__"];
    let makes_code = |call: &Call<'_>| matches!(&*call.expr.func, Expr::Name(name) if MAKERS.contains(&name.id.as_str()));
    let mut imports = program.imports.iter();
    imports.any(|import| connects(program, import.stmt)) || program.calls.iter().any(makes_code)
}

fn connects(program: &Program<'_>, import: &Stmt) -> bool {
    let is_own = |level, module: &str| program.around.begins_with_own(level, module);
    match import {
        Stmt::Import(import) => import.names.iter().any(|alias| {
            let module = alias.name.as_str();
            !is_own(0, module) && may_connect(module) && is_read(program, alias, module)
        }),
        Stmt::ImportFrom(import) => {
            let module = import.module.as_deref().unwrap_or_default();
            if is_own(import.level, module) {
                return false;
            }
            import.level > 0
                || import.names.iter().any(|alias| {
                    let inner = format!("{module}.{}", alias.name);
                    let connects = match module {
                        // The packages themselves open nothing.
                        "http" | "oakc" => {
                            may_connect(&inner) && availability(&inner) != Availability::Unknown
                        }
                        _ => may_connect(module),
                    };
                    connects && (alias.name == *"*" || is_read(program, alias, &alias.name))
                })
        }
        _ => false,
    }
}

fn may_connect(module: &str) -> bool {
    needs_network(module) || availability(module) == Availability::Unknown && module != "__future__"
}

/// Whether the name that an import binds is used. `import a.b` binds `a`.
fn is_read(program: &Program<'_>, alias: &Alias, name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    let bound = alias.asname.as_ref().map_or(first, |name| name.as_str());
    program.reads.contains_key(bound)
}
