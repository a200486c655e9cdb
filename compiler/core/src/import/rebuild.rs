//! An application that was imported, built in memory: its text and files in, what the compiler makes
//! of them out.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};

use crate::check::rules;
use crate::check::{CheckedGraph, Examined};
use crate::config::Levels;
use crate::syntax::Language;
use crate::world::{ReadError, World};
use crate::{Source, compile as compile_source, examine as examine_source};

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
    let levels = Levels {
        allow: rules::all().map(|rule| rule.name.to_owned()).collect(),
        ..Levels::default()
    };
    let source = Source {
        name: "app",
        text,
        language,
        overrides: &[],
        levels: &levels,
    };
    let checked = compile_source(&source, &InMemory(files), &mut sources, &mut diagnostics);
    checked.ok_or_else(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Compiles an application with all rules, and goes on whatever they find.
pub(super) fn examine(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Examined> {
    let source = Source {
        name: "app",
        text,
        language,
        overrides: &[],
        levels: &Levels::default(),
    };
    examine_source(&source, &InMemory(files), sources, diagnostics)
}
