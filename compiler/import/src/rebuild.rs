//! An application that was imported, built in memory: its text and files in, what the compiler makes
//! of them out.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::{ReadError, World};
use oakc_core::{Application, CheckedGraph, Source};
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};

/// The files of an application that is not on any disk.
struct InMemory<'a>([&'a BTreeMap<String, Arc<[u8]>>; 2]);

impl World for InMemory<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let found = self.0.iter().find_map(|files| files.get(path));
        found.cloned().ok_or(ReadError::NotFound)
    }
}

/// Compiles an application without the rules that say whether it is a good one: here only counts
/// what it is.
pub(super) fn compile(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
) -> Result<CheckedGraph, String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let application = read(text, language, files, &mut sources, &mut diagnostics);
    let checked = application.and_then(|application| application.into_checked(&diagnostics));
    checked.ok_or_else(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Reads an application, whatever is wrong with it.
pub(super) fn read(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Application> {
    let source = Source {
        name: "app",
        text,
        language,
        overrides: &[],
        levels: &Levels::default(),
    };
    Application::read(&source, &InMemory(files), sources, diagnostics)
}
