//! `oakc graph`: draws the pipeline of an application or a package.

use std::path::PathBuf;

use oakc_capture::Stored;
use oakc_core::Application;
use oakc_core::config::Levels;
use oakc_diag::render::Page;
use oakc_import::application;
use oakc_picture::{Format, Picture};
use oakc_project::{Findings, is_application, write};

use crate::application::{Access, Reading, Variation};
use crate::failure::Failure;
use crate::terminal::{self, Terminal, result};

/// Draw the pipeline of an application or a package.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml) or the package.
    file: PathBuf,

    /// The format of the picture; default: from the extension of OUT, or dot if it has none.
    #[arg(long, value_enum)]
    format: Option<FormatName>,

    /// Where to write it; default: stdout.
    #[arg(long, short, value_name = "OUT")]
    output: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    variation: Variation,
}

/// A language of pictures, as the command line names it.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormatName {
    /// For Graphviz.
    Dot,
    /// For Markdown pages.
    Mermaid,
    /// An image that needs nothing else.
    Svg,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Dot => Self::Dot,
            FormatName::Mermaid => Self::Mermaid,
            FormatName::Svg => Self::Svg,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let format = language(args)?;
    let mut findings = Findings::default();
    let Some(examined) = read(args, &mut findings, terminal)? else {
        terminal.diagnostics(terminal::Format::Human, &findings)?;
        return Err(Failure::Reported);
    };
    let picture = Picture::of(&examined, &findings.diagnostics);
    let text = picture.render(format)?;
    match &args.output {
        Some(path) => write(path, text.as_bytes())?,
        None => {
            let mut page = Page::new();
            page.lines(&text);
            result(page)?;
        }
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

fn read(
    args: &Args,
    findings: &mut Findings,
    terminal: &Terminal,
) -> Result<Option<Application>, Failure> {
    if is_application(&args.file) {
        let allowed = args.access.allowed(terminal)?;
        return Ok(findings.examine(&args.file, args.variation.settings(&allowed)?)?);
    }
    let original = Stored::read(&args.file, args.reading.checksums())?.original;
    let (sources, found) = (&mut findings.sources, &mut findings.diagnostics);
    let application = application(&original, sources, found);
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
        (Some(name), _) => Ok(name.into()),
        (None, None) => Ok(Format::Dot),
        (None, Some(path)) => Format::of_path(path).ok_or_else(|| {
            Failure::Usage(format!(
                "{}: this extension does not determine the format, as .svg, .dot, .gv, .mmd and .mermaid do; choose one with --format",
                path.display()
            ))
        }),
    }
}
