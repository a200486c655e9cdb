//! The modules that oakc itself provides, in the package `oakc`.
//!
//! In: names and texts. Out: modules, which are bundled only where a script imports them. Those with a fixed text lie in
//! `python/oakc/`, as the wheel brings them to editors.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::Module;

/// The package of all modules that oakc provides.
const PACKAGE: &str = "oakc";

/// Modules by the name behind `oakc.`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library(BTreeMap<String, Arc<str>>);

/// The module that sends log messages.
pub(crate) const LOG: &str = include_str!("../../../../python/oakc/log.py");

/// The module that looks up names.
pub(crate) const DNS: &str = include_str!("../../../../python/oakc/dns.py");

/// Modules whose text is the same in every application.
const FIXED: [(&str, &str); 6] = [
    ("clock", include_str!("../../../../python/oakc/clock.py")),
    ("dns", DNS),
    ("http", include_str!("../../../../python/oakc/http.py")),
    ("log", LOG),
    ("mqtt", include_str!("../../../../python/oakc/mqtt.py")),
    ("rtsp", include_str!("../../../../python/oakc/rtsp.py")),
];

impl Library {
    /// The modules whose text does not depend on the application.
    pub fn fixed() -> Self {
        let texts = FIXED.iter();
        Self(
            texts
                .map(|(name, text)| ((*name).to_owned(), Arc::from(*text)))
                .collect(),
        )
    }

    /// Whether a module of this name is in the package of those that oakc provides.
    pub(super) fn could_be(name: &str) -> bool {
        name.split('.').next() == Some(PACKAGE)
    }

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
