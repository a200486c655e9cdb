//! What a script imports.
//!
//! In: a program. Out: its imports, with the modules they load. Never: a module that is loaded.

use std::ops::Range;

use ruff_python_ast::{Alias, Stmt};
use ruff_text_size::Ranged;

use crate::margin::Dedented;
use crate::modules::{Availability, availability};
use crate::program::Program;

/// `import MODULE`, or `from MODULE import NAME, …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The dotted name; empty in `from . import name`.
    pub module: String,
    /// Where it is written.
    pub range: Range<usize>,
    /// What is imported from the module; empty for `import MODULE`.
    pub names: Vec<ImportedName>,
    /// How many dots it begins with. With any it fails in a script, which is not part of a package.
    pub level: u32,
    /// Whether the first part of it is one of the program's own modules.
    pub own: bool,
    /// Whether it is inside a `try` that catches its failure.
    pub guarded: bool,
}

/// A name imported from a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// The name there, or `*`.
    pub name: String,
    /// Where it is written.
    pub range: Range<usize>,
}

impl Import {
    /// The modules that it loads, and where they are written: `from http import client` loads `http.client`.
    pub fn modules(&self) -> Vec<(String, Range<usize>)> {
        let mut modules = vec![(self.module.clone(), self.range.clone())];
        for name in &self.names {
            let inner = format!("{}.{}", self.module, name.name);
            // Most names are not modules; only known modules count.
            if availability(&inner) != Availability::Unknown && !self.is_package_of_wildcards() {
                modules.push((inner, name.range.clone()));
            }
        }
        modules
    }

    /// Whether every name in the package is as available as the package itself.
    fn is_package_of_wildcards(&self) -> bool {
        availability(&format!("{}.", self.module)) != Availability::Unknown
    }
}

pub(super) fn all(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Import> {
    let each = program.imports.iter().flat_map(|import| match import.stmt {
        Stmt::Import(stmt) => {
            let plain = |alias: &Alias| Import {
                module: alias.name.to_string(),
                range: text.original(alias.name.range()),
                names: Vec::new(),
                level: 0,
                own: program.around.begins_with_own(0, &alias.name),
                guarded: import.guarded,
            };
            stmt.names.iter().map(plain).collect()
        }
        Stmt::ImportFrom(stmt) => {
            let range = stmt.module.as_ref().map_or(stmt.range, Ranged::range);
            let names = stmt.names.iter().map(|alias| ImportedName {
                name: alias.name.to_string(),
                range: text.original(alias.name.range()),
            });
            vec![Import {
                module: stmt.module.as_deref().unwrap_or_default().to_owned(),
                range: text.original(range),
                names: names.collect(),
                level: stmt.level,
                own: (program.around)
                    .begins_with_own(stmt.level, stmt.module.as_deref().unwrap_or_default()),
                guarded: import.guarded,
            }]
        }
        _ => Vec::new(),
    });
    each.collect()
}
