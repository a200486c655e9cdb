//! What a text has to do with the other texts of its program.
//!
//! In: the names of its own modules, and what the other texts assign. Out: [`Surroundings`], without which nothing could be
//! concluded about a text that is not alone. Never: the other texts themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The other texts of a program, as far as they matter to one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Surroundings {
    /// The dotted names of the program's own modules.
    pub own: Arc<BTreeSet<String>>,
    /// The names of those modules, as far as they cannot be others.
    pub names: Arc<BTreeMap<String, BTreeSet<String>>>,
    /// The package to which relative imports refer; none for a text that is in no package.
    pub package: Option<String>,
    /// Whether the text is a module, whose functions and names others use.
    pub is_module: bool,
    /// The attributes that texts of the program assign, and how many of them: `settings.host = …` may set a name of
    /// another module.
    pub assigned: Arc<BTreeMap<String, usize>>,
    /// Those that this text assigns.
    pub assigned_here: BTreeSet<String>,
}

impl Surroundings {
    /// The absolute name of what an import names; none where no package is that far up.
    pub fn resolve(&self, level: u32, module: &str) -> Option<String> {
        resolve(self.package.as_deref(), level, module)
    }

    /// Whether what an import names is one of the program's own modules.
    pub fn has(&self, level: u32, module: &str) -> bool {
        !self.own.is_empty()
            && self
                .resolve(level, module)
                .is_some_and(|name| self.own.contains(&name))
    }

    /// The names in one of the program's own modules, if it surely has none called `name`.
    pub(crate) fn names_without(&self, module: &str, name: &str) -> Option<&BTreeSet<String>> {
        let names = self.names.get(module)?;
        let is_there = names.contains(name)
            || self.own.contains(&format!("{module}.{name}"))
            || self.assigned.contains_key(name);
        (!is_there).then_some(names)
    }

    /// Whether another text assigns an attribute of this name.
    pub(crate) fn is_assigned_elsewhere(&self, name: &str) -> bool {
        let texts = self.assigned.get(name).copied().unwrap_or(0);
        texts > usize::from(self.assigned_here.contains(name))
    }

    /// Whether the first part of what an import names is one of the program's own modules.
    pub(crate) fn begins_with_own(&self, level: u32, module: &str) -> bool {
        if level > 0 {
            return self.has(level, "");
        }
        let first = module.split('.').next().unwrap_or(module);
        self.own.contains(first)
    }
}

/// The absolute name of `module` behind `level` dots, seen from a package; none where no package is that far up.
pub fn resolve(package: Option<&str>, level: u32, module: &str) -> Option<String> {
    if level == 0 {
        return Some(module.to_owned());
    }
    let mut base = package.filter(|package| !package.is_empty())?;
    for _ in 1..level {
        base = base.rsplit_once('.')?.0;
    }
    Some(match module {
        "" => base.to_owned(),
        _ => format!("{base}.{module}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_lead_up_from_the_package_and_not_beyond_the_outermost() {
        let package = Some("a.b");
        assert_eq!(resolve(package, 0, "c").as_deref(), Some("c"));
        assert_eq!(resolve(package, 1, "c").as_deref(), Some("a.b.c"));
        assert_eq!(resolve(package, 1, "").as_deref(), Some("a.b"));
        assert_eq!(resolve(package, 2, "c").as_deref(), Some("a.c"));
        assert_eq!(resolve(package, 3, "c"), None);
        assert_eq!(resolve(None, 1, "c"), None);
    }
}
