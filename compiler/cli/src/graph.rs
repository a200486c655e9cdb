//! `oakc graph`: draws the pipeline of an application or a package.

use std::path::{Path, PathBuf};

use oakc_core::config::Levels;
use oakc_core::package::inspect::Package;
use oakc_core::{Application, Override};
use oakc_import::{self as import, Firmware, Original};
use oakc_picture::Picture;
use oakc_project::{self as project, Findings, Limit, Settings, is_application, write};

use crate::failure::Failure;
use crate::terminal::{self, Terminal, result};

/// Draw the pipeline of an application or a package.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml) or the package.
    file: PathBuf,

    /// The language of the picture; default: what OUT ends in, dot where it has no ending.
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Where to write it; default: stdout.
    #[arg(long, short, value_name = "OUT")]
    output: Option<PathBuf>,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,
}

/// Languages of pictures.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For Graphviz.
    Dot,
    /// For Markdown pages.
    Mermaid,
    /// An image that needs nothing else.
    Svg,
}

impl Format {
    /// The language that files of this name are in.
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "svg" => Some(Self::Svg),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "dot" | "gv" => Some(Self::Dot),
            _ => None,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let format = language(args)?;
    let mut findings = Findings::default();
    let Some(examined) = read(args, &mut findings)? else {
        terminal.diagnostics(terminal::Format::Human, &findings)?;
        return Err(Failure::Reported);
    };
    let picture = Picture::of(&examined, &findings.diagnostics);
    let text = text(args, format, &picture)?;
    match &args.output {
        Some(path) => write(path, text.as_bytes())?,
        None => result(text.trim_end())?,
    }
    if !picture.faults.is_empty() {
        let faults = match picture.faults.len() {
            1 => "a problem, which is".to_owned(),
            count => format!("{count} problems, which are"),
        };
        terminal.progress(format_args!(
            "the checks found {faults} marked in the picture; run `oakc lint` for details"
        ));
    }
    Ok(())
}

fn read(args: &Args, findings: &mut Findings) -> Result<Option<Application>, Failure> {
    if is_application(&args.file) {
        return Ok(findings.examine(&args.file, Settings::of(&args.overrides))?);
    }
    let fail = |error: &dyn std::fmt::Display| Failure::input(&args.file, error);
    let file = project::read(&args.file, Limit::PACKAGE)?;
    let package = Package::parse(&file).map_err(|error| fail(&error))?;
    // Which firmware it is changes nothing about the picture.
    let original = Original::from_package(&package, None, Firmware::None);
    let original = original.map_err(|error| fail(&error))?;
    let (sources, found) = (&mut findings.sources, &mut findings.diagnostics);
    let application = import::application(&original, sources, found);
    if let Some(application) = &application {
        oakc_check::check(application, &Levels::default(), found);
    }
    Ok(application)
}

/// The language that was asked for. DOT in a file called `app.png` would be no image to anybody.
fn language(args: &Args) -> Result<Format, Failure> {
    let named = args
        .output
        .as_deref()
        .filter(|path| path.extension().is_some());
    match (args.format, named) {
        (Some(format), _) => Ok(format),
        (None, None) => Ok(Format::Dot),
        (None, Some(path)) => Format::of(path).ok_or_else(|| {
            Failure::Usage(format!(
                "{}: no picture is made for this ending, but for .svg, .dot, .gv, .mmd and .mermaid; \
                 --format says which one another name gets",
                path.display()
            ))
        }),
    }
}

fn text(args: &Args, format: Format, picture: &Picture) -> Result<String, Failure> {
    match format {
        Format::Dot => Ok(picture.dot()),
        Format::Mermaid => Ok(picture.mermaid()),
        Format::Svg => picture.svg().map_err(|error| {
            let help = "; `--format dot` has no limit";
            Failure::input(&args.file, format!("{error}{help}"))
        }),
    }
}
