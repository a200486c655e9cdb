//! Applications in TOML in, cameras that run them out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::collections::BTreeMap;

use oakc_blob::synthetic::BlobBuilder;
use oakc_core::lower::lower;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_core::{Application, Source};
use oakc_desk::Program;
use oakc_diag::{Diagnostics, SourceMap};

/// The program of an application that may name `detector.blob`. No rule is applied to it: a test needs what a camera
/// has to cope with.
pub(crate) fn program(text: &str) -> Program {
    let files = [("detector.blob", BlobBuilder::detector(300, 300).build())];
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let source = Source {
        name: "app.toml",
        text,
        language: Language::Toml,
        overrides: &[],
        levels: &oakc_core::config::Levels::default(),
    };
    let files = MemoryWorld::from_iter(files);
    let application = Application::read(&source, &files, &mut sources, &mut found).unwrap();
    let checked = application.into_checked(&found);
    let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
    let graph = checked.graph();
    let names = graph
        .nodes()
        .map(|(node, config)| (node.id, config.name.clone()));
    let names: BTreeMap<_, _> = names.collect();
    Program::of_application(&lower(&checked).unwrap(), &names).unwrap()
}
