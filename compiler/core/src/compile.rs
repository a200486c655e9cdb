//! The stages in a row, from text to a checked graph.

use oakc_diag::{Diagnostics, SourceMap};

use crate::check::{self, CheckedGraph, Examined, Scripts};
use crate::config::{Config, Levels};
use crate::graph::Graph;
use crate::syntax::{self, Language};
use crate::world::World;

/// A configuration to compile.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name to show in diagnostics.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// TOML or YAML.
    pub language: Language,
    /// Parameters given from outside, in order; a later one wins.
    pub overrides: &'a [(String, String)],
    /// Levels of rules given from outside; they win over those in the text.
    pub levels: &'a Levels,
}

/// Reads and checks an application. `None` means that `diagnostics` has at least one error.
pub fn compile(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<CheckedGraph> {
    let (graph, scripts) = read(source, world, sources, diagnostics)?;
    check::check(graph, scripts, source.levels, diagnostics)
}

/// Reads an application and runs the checks, but goes on with what there is whatever they find.
/// `None` means that its text cannot be parsed.
pub fn examine(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Examined> {
    let (graph, scripts) = read(source, world, sources, diagnostics)?;
    Some(check::examine(graph, scripts, source.levels, diagnostics))
}

fn read(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<(Graph, Scripts)> {
    let file = sources.add(source.name, source.text);
    let tree = syntax::parse(file, source.text, source.language, diagnostics)?;
    let config = Config::read(tree, world, source.overrides, diagnostics);
    let graph = Graph::build(config, diagnostics);
    let scripts = Scripts::collect(&graph, source.name, sources);
    Some((graph, scripts))
}
