//! The rules: an [`Application`] in, what is wrong with it out; and a [`CheckedGraph`] where no error
//! was found.
//!
//! Each rule is a file in [`rules`] and a line in its list. Nothing here changes the application.

pub mod budget;
mod context;
mod levels;
pub mod rules;

use oakc_core::config::Levels;
use oakc_core::world::World;
use oakc_core::{Application, CheckedGraph, Source};
use oakc_diag::{Diagnostics, Rule, SourceMap};

pub use context::Context;

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

/// Reads and checks an application. `None` means that `diagnostics` has at least one error.
pub fn compile(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<CheckedGraph> {
    examine(source, world, sources, diagnostics)?.into_checked(diagnostics)
}

/// Reads and checks an application, and returns what there is of it whatever was found. `None` means
/// that its text cannot be parsed.
pub fn examine(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Application> {
    let application = Application::read(source, world, sources, diagnostics)?;
    check(&application, source.levels, diagnostics);
    Some(application)
}

/// Runs all rules, at the levels that `[lint]` and then `levels` say.
pub fn check(application: &Application, levels: &Levels, diagnostics: &mut Diagnostics) {
    let context = Context {
        graph: application.graph(),
        facts: application.facts(),
        camera: application.camera(),
        scripts: application.scripts(),
    };
    levels::check_comments(context.scripts, diagnostics);
    let levels = levels::Adjustments::read(context.graph, levels, diagnostics);
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
}
