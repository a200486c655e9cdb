//! `oakc init`: starts an application from one of the examples.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};
use oakc_core::syntax::Language;
use oakc_diag::render::Page;
use oakc_project::{TEMPLATES, Template};

use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Create an application from a template.
///
/// Writes the configuration, the programs and the scenarios of a template into DIR and builds nothing. An existing
/// file is never replaced.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The directory, created if it does not exist. The application gets its name.
    #[arg(default_value = ".")]
    dir: PathBuf,

    /// The template.
    #[arg(long, short, value_name = "NAME", default_value = TEMPLATES[0].name, value_parser = names())]
    template: String,

    /// Write app.toml; by default the template's own language decides.
    #[arg(long, conflicts_with = "yaml")]
    toml: bool,

    /// Write app.yaml.
    #[arg(long)]
    yaml: bool,

    /// List the templates and what they need; write nothing.
    #[arg(long, conflicts_with_all = ["dir", "template", "toml", "yaml"])]
    list: bool,
}

fn names() -> PossibleValuesParser {
    let names = TEMPLATES.iter();
    PossibleValuesParser::new(
        names.map(|it| {
            PossibleValue::new(it.name).help(format!("{}; needs {}", it.about, it.needs))
        }),
    )
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    if args.list {
        return result(list());
    }
    // The parser of the command line lets no other name through.
    let template = Template::named(&args.template).unwrap_or(&TEMPLATES[0]);
    let language = match (args.toml, args.yaml) {
        (true, _) => Language::Toml,
        (_, true) => Language::Yaml,
        _ => template.language,
    };
    let written = template.write(language, &args.dir)?;
    for path in &written {
        terminal.progress(format_args!("wrote {}", path.display()));
    }
    terminal.progress(format_args!("needs {}", template.needs));
    result(next_steps(&written))
}

/// The templates, one a line, and below each what it needs.
fn list() -> Page {
    let lines = TEMPLATES.iter().flat_map(|it| {
        let language = it.language.as_str();
        [
            format!("{:15} {} ({language})", it.name, it.about),
            format!("{:15} needs {}", "", it.needs),
        ]
    });
    lines.collect()
}

/// The commands that make a package of it.
fn next_steps(written: &[PathBuf]) -> Page {
    let is_application = |path: &Path| path.file_stem().is_some_and(|name| name == "app");
    let steps = written.iter().filter_map(|path| {
        let name = path.display();
        match path.extension()?.to_str()? {
            "toml" | "yaml" if is_application(path) => Some(format!("oakc build {name}")),
            "sh" => Some(format!("sh {name}")),
            _ => None,
        }
    });
    // What fetches a model comes before the build, and after it in the list of files.
    let steps: Vec<_> = steps.collect();
    steps.into_iter().rev().collect()
}
