//! `oakc model fetch`: the models of applications that are published elsewhere, and those that have to be compiled, made now
//! instead of at the first build.

use std::path::PathBuf;

use oakc_project::{Findings, Needed};

use super::Making;
use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::terminal::{Format, Terminal, result};

/// Fetch and compile the models of an application, so that it can be built without a network.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml).
    #[arg(default_value = "app.toml")]
    file: PathBuf,

    #[command(flatten)]
    making: Making,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let allowed = (args.access).agreeing(terminal, &args.making, Needed::default())?;
    let mut findings = Findings::default();
    let checked = findings.load(&args.file, args.variation.settings(&allowed)?)?;
    let Some(checked) = checked else {
        terminal.diagnostics(Format::Human, &findings)?;
        return Err(Failure::Reported);
    };
    let made = &checked.graph().config().made;
    if made.is_empty() {
        return result("no node uses a model that has to be fetched or compiled");
    }
    let lines = made.iter().map(|(name, model)| {
        let with = model
            .tool
            .as_ref()
            .map_or(String::new(), |tool| format!(", {tool}"));
        format!("{name}  {}{with}, sha256 {}", model.from, model.sha256)
    });
    result(lines.collect::<oakc_diag::render::Page>())
}
