//! Pictures of applications.
//!
//! In: an [`Application`] and what the checks found. Out: a [`Picture`], and from it text in DOT or
//! Mermaid, or an SVG. Never: text of the application that is not escaped, or two different
//! pictures of one application.
//!
//! A [`Picture`] is what all three formats draw: nodes by family, the ports that are linked, the
//! faults, and for every link what flows over it, as far as that is known, and how its queue
//! behaves.

mod dot;
mod family;
mod faults;
mod format;
mod labels;
mod layout;
mod mermaid;
mod ports;
mod svg;
mod text;

use std::collections::BTreeMap;

use oakc_diag::{Diagnostics, Severity};
use oakc_runtime_schema::nodes::Kind;

pub use family::Family;
pub use format::Format;
pub use labels::LinkLabel;
use oakc_core::Application;
use oakc_core::config::NodeConfig;
pub use svg::{MAX_NODES, TooLarge};

use faults::Faults;
use ports::LinkedPorts;

/// An application as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The application's name; may be empty.
    pub title: String,
    /// The nodes in the order of their ids.
    pub nodes: Vec<Node>,
    /// The links in the order of the configuration.
    pub links: Vec<Link>,
    /// What the checks found; nodes and links refer to them by index.
    pub faults: Vec<Fault>,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its id on the device.
    pub id: i64,
    /// What the classes of its model are called; empty where that is not known.
    pub labels: Vec<String>,
    /// The inputs that are linked.
    pub inputs: Vec<String>,
    /// The outputs that are linked.
    pub outputs: Vec<String>,
    /// Indices into [`Picture::faults`].
    pub faults: Vec<usize>,
}

impl Node {
    /// The labels of its model, shortened.
    pub fn labels(&self) -> Option<String> {
        const MOST: usize = 4;
        let shown = self.labels.get(..MOST).unwrap_or(&self.labels).join(", ");
        match self.labels.len().checked_sub(MOST) {
            _ if self.labels.is_empty() => None,
            Some(more) if more > 0 => Some(format!("{shown} and {more} more")),
            _ => Some(shown),
        }
    }

    /// The family of its kind.
    pub fn family(&self) -> Family {
        Family::of(self.kind)
    }
}

/// A link. Nodes are given by their index in [`Picture::nodes`], ports by their index in the node.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The sending node and its output.
    pub from: (usize, usize),
    /// The receiving node and its input.
    pub to: (usize, usize),
    /// What flows over it.
    pub label: LinkLabel,
    /// Indices into [`Picture::faults`].
    pub faults: Vec<usize>,
}

/// Something that the checks found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// The code of the rule.
    pub code: &'static str,
    /// The name of the rule.
    pub rule: &'static str,
    /// What was found.
    pub message: String,
}

fn labels(config: &NodeConfig) -> Vec<String> {
    let description = config
        .model
        .as_ref()
        .and_then(|model| model.description.as_ref());
    description
        .map(|found| found.labels.clone())
        .unwrap_or_default()
}

impl Picture {
    /// The picture of an application. `diagnostics` are those of its checks.
    pub fn of(application: &Application, diagnostics: &Diagnostics) -> Self {
        let graph = application.graph();
        let faults = Faults::locate(application, diagnostics);
        let mut nodes: Vec<_> = graph.nodes().collect();
        nodes.sort_by_key(|(node, _)| node.id);
        let (inputs, outputs) = LinkedPorts::of(graph.links());
        let drawn = nodes.iter().map(|(node, config)| Node {
            name: config.name.clone(),
            kind: config.kind,
            id: node.id,
            labels: labels(config),
            inputs: inputs.names(node),
            outputs: outputs.names(node),
            faults: faults.of_node(node),
        });
        let indices = nodes.iter().enumerate();
        let indices: BTreeMap<_, _> = indices
            .map(|(index, (node, _))| (node.config, index))
            .collect();
        let links = graph.links().filter_map(|link| {
            let output = outputs.index(link.from, link.link.output)?;
            let input = inputs.index(link.to, link.link.input)?;
            Some(Link {
                from: (*indices.get(&link.from.config)?, output),
                to: (*indices.get(&link.to.config)?, input),
                label: LinkLabel::of(&link, application.facts()),
                faults: faults.of_link(link.span),
            })
        });
        Self {
            title: graph.config().app.name.clone(),
            nodes: drawn.collect(),
            links: links.collect(),
            faults: faults.all,
        }
    }

    /// The picture in DOT, the language of Graphviz.
    pub fn dot(&self) -> String {
        dot::dot(self)
    }

    /// The picture in Mermaid.
    pub fn mermaid(&self) -> String {
        mermaid::mermaid(self)
    }

    /// The picture as a self-contained SVG.
    ///
    /// # Errors
    /// If it has too many nodes or links to be readable.
    pub fn svg(&self) -> Result<String, TooLarge> {
        svg::svg(self)
    }

    /// The severity of the worst of some faults.
    fn worst(&self, faults: &[usize]) -> Option<Severity> {
        let severities = faults.iter().filter_map(|index| self.faults.get(*index));
        // Severities are ordered from the worst down.
        severities.map(|fault| fault.severity).min()
    }
}
