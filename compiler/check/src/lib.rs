//! The rules.
//!
//! In: an [`Application`]. Out: what is wrong with it, and a [`CheckedGraph`] where no error was
//! found. Never: a change to the application.
//!
//! Each rule is a file in [`rules`] and a line in its registry.

pub mod budget;
mod context;
mod levels;
pub mod rules;

use oakc_core::config::Levels;
use oakc_core::world::World;
use oakc_core::{Application, CheckedGraph, Source, openvino};
use oakc_diag::{Diagnostics, SourceMap};

use context::Context;
use rules::Check;

/// Reads and checks an application. `None` means that `diagnostics` has at least one error.
pub fn compile(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<CheckedGraph> {
    examine(source, world, sources, diagnostics)?.into_checked(diagnostics)
}

/// Reads and checks an application, and returns as much of it as could be read, whatever was found.
/// `None` means that its text cannot be parsed.
pub fn examine(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Application> {
    let application = Application::read(source, world, sources, diagnostics)?;
    check(&application, source.levels, diagnostics);
    diagnostics.mask(sources);
    Some(application)
}

/// Runs all rules at the levels set by `[lint]` and then by `levels`.
pub fn check(application: &Application, levels: &Levels, diagnostics: &mut Diagnostics) {
    let refused = openvino::refused(application.graph());
    let context = Context {
        graph: application.graph(),
        refused: &refused,
        facts: application.facts(),
        camera: application.camera(),
        scripts: application.scripts(),
    };
    levels::check_comments(context.language(), context.scripts, diagnostics);
    let levels = levels::Adjustments::read(context.graph, levels, diagnostics);
    for check in rules::REGISTRY {
        let mut found = Diagnostics::new();
        check.run(&context, &mut found);
        let found = found.into_iter().filter_map(|it| levels.adjust(it));
        diagnostics.extend(found.map(|it| context.config().explain(it)));
    }
}
