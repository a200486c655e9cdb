//! The modules that oakc itself provides, in the package `oakc`.
//!
//! In: names and texts. Out: modules, which are bundled only where a script imports them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::Module;

/// The package of all modules that oakc provides.
const PACKAGE: &str = "oakc";

/// Modules by the name behind `oakc.`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library(BTreeMap<String, Arc<str>>);

impl Library {
    /// Adds `oakc.NAME` with this text; it replaces another one of the name.
    pub fn insert(&mut self, name: &str, text: impl Into<Arc<str>>) {
        self.0.insert(name.to_owned(), text.into());
    }

    /// The module of a dotted name.
    pub(super) fn module(&self, name: &str) -> Option<Module> {
        if name == PACKAGE && !self.0.is_empty() {
            return Some(Module {
                file: format!("{PACKAGE}/__init__.py"),
                is_package: true,
                text: "".into(),
            });
        }
        let inner = name.strip_prefix(PACKAGE)?.strip_prefix('.')?;
        let text = self.0.get(inner)?;
        Some(Module {
            file: format!("{PACKAGE}/{}.py", inner.replace('.', "/")),
            is_package: false,
            text: Arc::clone(text),
        })
    }
}
