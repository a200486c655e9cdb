//! `oakc config`: shows an application with everything that it builds on, and where each value is from.

use std::path::PathBuf;

use oakc_core::syntax::Language;
use oakc_diag::render::Page;
use oakc_project::{Findings, Shown};

use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::terminal::{self, Terminal, json_text, result};

/// Show an application with all that it builds on, and the origin of each value.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml).
    file: PathBuf,

    /// How to print it; default: the language of FILE. toml and yaml have the origins as comments.
    #[arg(long, value_enum)]
    format: Option<FormatName>,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,
}

/// A form of applications, as the command line names it.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormatName {
    /// An application in TOML.
    Toml,
    /// An application in YAML.
    Yaml,
    /// One JSON object: the application, and the origin of each value by its path.
    Json,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let allowed = args.access.allowed(terminal)?;
    let mut findings = Findings::default();
    let resolved = findings.resolve(&args.file, args.variation.settings(&allowed)?)?;
    terminal.diagnostics(terminal::Format::Human, &findings)?;
    let resolved = resolved.ok_or(Failure::Reported)?;
    let shown = Shown::new(&resolved, &findings.sources);
    let text = match args.format {
        Some(FormatName::Json) => {
            return finish(&findings, json_text(&format!("{:#}", shown.json())));
        }
        Some(FormatName::Toml) => shown.text(Language::Toml),
        Some(FormatName::Yaml) => shown.text(Language::Yaml),
        None => shown.text(resolved.language),
    };
    let mut page = Page::new();
    page.lines(&text);
    finish(&findings, result(page))
}

/// What is shown in spite of errors is not what a build would take.
fn finish(findings: &Findings, printed: Result<(), Failure>) -> Result<(), Failure> {
    printed?;
    if findings.diagnostics.has_errors() {
        return Err(Failure::Reported);
    }
    Ok(())
}
