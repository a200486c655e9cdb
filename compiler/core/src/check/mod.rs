//! Checks: a [`Graph`] in, a [`CheckedGraph`] out, or the reasons why there is none.
//!
//! Each rule is a file in [`rules`] and a line in its list. A `CheckedGraph` lowers without
//! failing and without panicking: whatever goes wrong after this stage is a bug in oakc.

mod context;
mod embedded;
mod levels;
mod openvino;
pub mod rules;
mod scripts;

use oakc_blob::OpenVinoVersion;
use oakc_diag::{Diagnostics, Rule};

use crate::budget::Budget;
use crate::config::Levels;
use crate::graph::Graph;
use crate::hardware::{self, Camera};
use crate::infer::Facts;
pub use context::Context;
pub use scripts::{ScriptSource, Scripts};

/// A rule that looks at the whole application.
#[derive(Clone, Copy)]
pub struct Check {
    /// The rule.
    pub rule: &'static Rule,
    /// Whether `[lint]` can change its level. A rule without which the package would be refused
    /// or broken stays as it is.
    pub adjustable: bool,
    /// Pushes what it finds.
    pub check: fn(&Context<'_>, &mut Diagnostics),
}

/// A graph in which no rule found an error.
#[derive(Debug)]
pub struct CheckedGraph {
    graph: Graph,
    facts: Facts,
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

    /// What it will probably need of the device.
    pub fn budget(&self) -> Budget {
        Budget::of(&self.graph, &self.facts, product(&self.graph))
    }

    /// The OpenVINO version of the pipeline: the forced one, else that of its networks, else none.
    pub fn openvino(&self) -> Option<OpenVinoVersion> {
        openvino::pipeline_version(&self.graph)
    }
}

/// A graph at which all rules looked, whatever they found.
#[derive(Debug)]
pub struct Examined {
    graph: Graph,
    facts: Facts,
    scripts: Scripts,
}

impl Examined {
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
}

/// Runs all rules, at the levels that `[lint]` and then `levels` say.
pub fn examine(
    graph: Graph,
    scripts: Scripts,
    levels: &Levels,
    diagnostics: &mut Diagnostics,
) -> Examined {
    let camera = product(&graph);
    let facts = Facts::infer(&graph, camera);
    let context = Context {
        graph: &graph,
        facts: &facts,
        camera,
        scripts: &scripts,
    };
    levels::check_comments(&scripts, diagnostics);
    let levels = levels::Adjustments::read(&graph, levels, diagnostics);
    for check in rules::checks() {
        let mut found = Diagnostics::new();
        (check.check)(&context, &mut found);
        for diagnostic in found {
            diagnostics.extend(if check.adjustable {
                levels.adjust(diagnostic)
            } else {
                Some(diagnostic)
            });
        }
    }
    Examined {
        graph,
        facts,
        scripts,
    }
}

/// Runs all rules as [`examine`] does. `None` means that `diagnostics` has at least one error.
pub fn check(
    graph: Graph,
    scripts: Scripts,
    levels: &Levels,
    diagnostics: &mut Diagnostics,
) -> Option<CheckedGraph> {
    let Examined { graph, facts, .. } = examine(graph, scripts, levels, diagnostics);
    (!diagnostics.has_errors()).then_some(CheckedGraph { graph, facts })
}

/// The product that the application is for, if it names one that oakc knows.
fn product(graph: &Graph) -> Option<&'static Camera> {
    let model = graph.config().device.model.as_deref();
    model.and_then(hardware::find)
}
