//! What a rule can inspect.
//!
//! In: an application. Out: [`Context`]: the application with everything that is known about it.
//! Never: a change to the application.

use std::collections::BTreeSet;

use oakc_blob::OpenVinoVersion;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::reflect::Reflect;

use oakc_core::config::{Config, ModelUse};
use oakc_core::graph::{Graph, NodeRef};
use oakc_core::hardware::Camera;
use oakc_core::infer::Facts;
use oakc_core::scripts::Scripts;
use oakc_core::syntax::Language;

/// An application with everything that is known about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Nodes and links.
    pub(crate) graph: &'a Graph,
    /// The OpenVINO releases whose models cannot be in the package, which is reported; no rule looks further at these.
    pub(crate) refused: &'a [OpenVinoVersion],
    /// What flows over the links.
    pub(crate) facts: &'a Facts,
    /// The target product, if the configuration names one that oakc knows.
    pub(crate) camera: Option<&'static Camera>,
    /// The programs of the Script nodes.
    pub(crate) scripts: &'a Scripts,
}

impl<'a> Context<'a> {
    /// The configuration as written.
    pub(crate) fn config(&self) -> &'a Config {
        self.graph.config()
    }

    /// What the configuration is written in, and so what advice about it is written in.
    pub(crate) fn language(&self) -> Language {
        self.config().language
    }

    /// The board configuration.
    pub(crate) fn board(&self) -> BoardConfig {
        // The reader guarantees this shape.
        BoardConfig::from_value(&self.config().board).unwrap_or_default()
    }

    /// All nodes that could be read completely.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        self.graph.node_refs().filter(|node| node.config.sound)
    }

    /// The nodes whose properties are a `T`, with those properties.
    pub(crate) fn each<T: Reflect>(&self) -> impl Iterator<Item = (NodeRef<'a>, T)> + use<'a, T> {
        self.nodes()
            .filter_map(|node| Some((node, node.properties()?)))
    }

    /// The model of a node, unless that cannot be in the package.
    pub(crate) fn model(&self, node: &NodeRef<'a>) -> Option<&'a ModelUse> {
        model_of(node, self.refused)
    }

    /// The models of these nodes, each once.
    pub(crate) fn models(&self) -> impl Iterator<Item = &'a ModelUse> + use<'a> {
        let mut seen = BTreeSet::new();
        let refused = self.refused;
        let models = self
            .nodes()
            .filter_map(move |node| model_of(&node, refused));
        models.filter(move |model| seen.insert(&model.name))
    }
}

fn model_of<'a>(node: &NodeRef<'a>, refused: &[OpenVinoVersion]) -> Option<&'a ModelUse> {
    let model = node.config.model.as_ref();
    model.filter(|model| !refused.contains(&model.blob.openvino))
}
