//! An application as far as it is understood before any rule looks at it: its text and files in, its
//! graph, what flows over the links and the programs of its scripts out.
//!
//! Whether it can run is not decided here: the rules of `oakc-check` do that, and a
//! [`CheckedGraph`] exists only where they found no error.

use std::str::FromStr;
use std::sync::Arc;

use oakc_blob::OpenVinoVersion;
use oakc_diag::{Diagnostics, SourceMap, Span};

use crate::config::{Config, Levels, Resolved};
use crate::graph::Graph;
use crate::hardware::{self, Camera};
use crate::infer::Facts;
use crate::openvino;
use crate::processors::Remaining;
use crate::scripts::Scripts;
use crate::syntax::Language;
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
    /// The profile to apply.
    pub profile: Option<Profile<'a>>,
    /// Files with values of parameters, in order; a later one wins.
    pub params: &'a [ParamsFile],
    /// Single values of parameters, in order; a later one wins, and all of them win over files.
    pub overrides: &'a [Override],
    /// Levels of rules given from outside; they win over those in the text.
    pub levels: &'a Levels,
}

/// A file with values of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamsFile {
    /// The name to show in diagnostics.
    pub name: String,
    /// The folder that files which it names are looked for in.
    pub folder: String,
    /// Its text: a key for each parameter.
    pub text: Arc<str>,
    /// TOML or YAML.
    pub language: Language,
}

/// A profile that is asked for from outside of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is asked for, if that is a file of the source map.
    pub written: Option<Span>,
}

impl<'a> Profile<'a> {
    /// A profile that the command line names.
    pub fn named(name: &'a str) -> Self {
        Self {
            name,
            written: None,
        }
    }
}

/// A value for a parameter, given from outside of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The parameter.
    pub name: String,
    /// Its value as text; it takes the type of the one that it replaces.
    pub value: String,
    /// Where it is written, if that is a file of the source map.
    pub written: Option<Span>,
}

impl FromStr for Override {
    type Err = NotAnOverride;

    /// Reads `NAME=VALUE`.
    fn from_str(text: &str) -> Result<Self, NotAnOverride> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
                written: None,
            }),
            _ => Err(NotAnOverride),
        }
    }
}

/// A text does not give a value to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected NAME=VALUE")]
pub struct NotAnOverride;

/// An application with everything that is known about it.
#[derive(Debug)]
pub struct Application {
    graph: Graph,
    facts: Facts,
    scripts: Scripts,
}

impl Application {
    /// Reads an application and infers what flows over its links. What is wrong goes into
    /// `diagnostics`, and is left out here. `None` means that the text, or that of a base, cannot be had or
    /// parsed.
    pub fn read(
        source: &Source<'_>,
        world: &dyn World,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let resolved = Resolved::read(source, world, sources, diagnostics)?;
        let graph = read_graph(resolved, world, diagnostics);
        let scripts = Scripts::collect(&graph, source.name, sources, diagnostics);
        let facts = Facts::infer(&graph, product(&graph));
        Some(Self {
            graph,
            facts,
            scripts,
        })
    }

    /// Its nodes and links.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// What flows over its links.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The programs of its Script nodes.
    pub fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// The product that it is for, if it names one that oakc knows.
    pub fn camera(&self) -> Option<&'static Camera> {
        product(&self.graph)
    }

    /// The graph, if nothing that was found in the application is an error.
    pub fn into_checked(self, found: &Diagnostics) -> Option<CheckedGraph> {
        (!found.has_errors()).then_some(CheckedGraph {
            graph: self.graph,
            facts: self.facts,
            scripts: self.scripts,
        })
    }
}

/// A graph in which no error was found. It lowers without failing and without panicking: whatever
/// goes wrong later is a bug in oakc.
#[derive(Debug)]
pub struct CheckedGraph {
    graph: Graph,
    facts: Facts,
    scripts: Scripts,
}

impl CheckedGraph {
    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// What flows over its links.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The programs of its Script nodes.
    pub fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// The product that it is for, if it names one that oakc knows.
    pub fn camera(&self) -> Option<&'static Camera> {
        product(&self.graph)
    }

    /// The OpenVINO version of the pipeline: the forced one, else that of its networks, else none.
    pub fn openvino(&self) -> Option<OpenVinoVersion> {
        openvino::pipeline_version(&self.graph)
    }
}

/// Reads and connects the nodes. Where models can be had for several numbers of SHAVEs, that is done again with the one that
/// the other nodes leave, which does not depend on the models.
fn read_graph(resolved: Resolved, world: &dyn World, diagnostics: &mut Diagnostics) -> Graph {
    let mut found = Diagnostics::new();
    let again = resolved.clone();
    let config = Config::read(resolved, world, &mut found);
    let graph = Graph::build(config, &mut found);
    if graph.config().has_open_shaves {
        let facts = Facts::infer(&graph, product(&graph));
        let shaves = Remaining::in_graph(&graph, &facts).for_each_inference(&graph);
        let config = Config::read(again.with_shaves(shaves), world, diagnostics);
        return Graph::build(config, diagnostics);
    }
    diagnostics.extend(found);
    graph
}

fn product(graph: &Graph) -> Option<&'static Camera> {
    let model = graph.config().device.model.as_deref();
    model.and_then(hardware::find)
}
