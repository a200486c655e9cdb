//! Graphs for the tests of what comes after: a configuration without errors in, its graph out. It can
//! name `detector.blob` (300 x 300) and `script.py`.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use oakc_blob::synthetic::BlobBuilder;
use oakc_diag::{Diagnostics, SourceMap};

use super::Graph;
use crate::compose::Composed;
use crate::config::{Config, Outside, Resolved};
use crate::syntax::{Language, parse};
use crate::world::MemoryWorld;

/// The graph of a configuration in TOML.
///
/// # Panics
/// Where the configuration has an error.
pub fn graph(text: &str) -> Graph {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add("app.toml", text);
    let tree = parse(file, text, Language::Toml, &mut found).unwrap();
    let files = MemoryWorld::from_iter([
        ("detector.blob", BlobBuilder::detector(300, 300).build()),
        ("script.py", b"pass\n".to_vec()),
    ]);
    let composed = Composed::alone(tree, "app.toml", Language::Toml);
    let resolved = Resolved::of(
        composed,
        Language::Toml,
        &files,
        Outside::default(),
        &mut found,
    );
    let config = Config::read(resolved, &files, &mut found);
    let graph = Graph::build(config, &mut found);
    assert!(!found.has_errors(), "{found:?}");
    graph
}
