//! The imported application, built again.
//!
//! In: the text and files of an imported application. Out: what the compiler makes of them. Never:
//! a file on disk; all of it is in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_core::config::Levels;
use oakc_core::syntax::{self, Language};
use oakc_core::world::MemoryWorld;
use oakc_core::{Application, CheckedGraph, Override, Source};
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};

/// Compiles an application without the rules that say whether it is a good one: here only counts
/// what it is.
pub(super) fn compile(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
    overrides: &[Override],
) -> Result<CheckedGraph, String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let application = read(
        text,
        language,
        files,
        overrides,
        &mut sources,
        &mut diagnostics,
    );
    let checked = application.and_then(|application| application.into_checked(&diagnostics));
    checked.ok_or_else(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Why a text is none of its language; nothing where it is.
pub(super) fn unparsable(text: &str, language: Language) -> Option<String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let file = sources.add("app", text);
    let tree = syntax::parse(file, text, language, &mut diagnostics);
    let is_broken = tree.is_none() || diagnostics.has_errors();
    is_broken.then(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Reads an application, whatever is wrong with it.
pub(super) fn read(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
    overrides: &[Override],
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Application> {
    let source = Source {
        name: "app",
        text,
        language,
        profile: None,
        params: &[],
        overrides,
        levels: &Levels::default(),
    };
    let mut world = MemoryWorld::default();
    for (path, bytes) in files.into_iter().rev().flatten() {
        world.insert(path, Arc::clone(bytes));
    }
    Application::read(&source, &world, sources, diagnostics)
}
