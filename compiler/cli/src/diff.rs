//! `oakc diff`: shows the differences between two packages or applications.

use std::path::{Path, PathBuf};

use oakc_core::CheckedGraph;
use oakc_core::lower::{Lowered, lower};
use oakc_core::package::PackagedFirmware;
use oakc_diff::{Content, Difference, Firmware};
use oakc_project::{Checksums, Findings, PackageFile, Settings, is_application};

use crate::application::{Access, Reading, Variation};
use crate::failure::Failure;
use crate::terminal::{self, ResultFormat, Terminal, json_text, result};

/// Show the differences between two packages or applications.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The old version: an application (.toml, .yaml) or a package.
    #[arg(value_name = "A")]
    before: PathBuf,

    /// The new version.
    #[arg(value_name = "B")]
    after: PathBuf,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    variation: Variation,

    /// Exit with code 1 if anything differs.
    #[arg(long)]
    exit_code: bool,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let allowed = args.access.allowed(terminal)?;
    let settings = args.variation.settings(&allowed)?;
    let before = Side::read(&args.before, settings, terminal);
    let after = Side::read(&args.after, settings, terminal);
    let (before, after) = (before?, after?);
    let checksums = args.reading.checksums();
    let (before, after) = (before.content(checksums)?, after.content(checksums)?);
    let difference = Difference::between(&before, &after);
    match args.format {
        ResultFormat::Human => result(difference.page())?,
        ResultFormat::Json => {
            let names = [&args.before, &args.after].map(|path| path.display().to_string());
            let [before, after] = names;
            let text = difference.json_text(&before, &after);
            json_text(&text.map_err(Failure::world)?)?;
        }
    }
    if args.exit_code && !difference.is_empty() {
        return Err(Failure::Reported);
    }
    Ok(())
}

/// One side, read.
enum Side {
    Package(PackageFile),
    Application(Box<(CheckedGraph, Lowered)>),
}

impl Side {
    /// Reads a package, or compiles an application.
    fn read(path: &Path, settings: Settings<'_>, terminal: &Terminal) -> Result<Self, Failure> {
        if is_application(path) {
            return Self::compile(path, settings, terminal);
        }
        Ok(Self::Package(PackageFile::read(path)?))
    }

    fn compile(path: &Path, settings: Settings<'_>, terminal: &Terminal) -> Result<Self, Failure> {
        let mut findings = Findings::default();
        let Some(checked) = findings.load(path, settings)? else {
            terminal.diagnostics(terminal::Format::Human, &findings)?;
            return Err(Failure::Reported);
        };
        let lowered = lower(&checked)?;
        Ok(Self::Application(Box::new((checked, lowered))))
    }

    fn content(&self, checksums: Checksums) -> Result<Content<'_>, Failure> {
        match self {
            Self::Package(file) => {
                let package = file.package()?;
                file.verify(&package, checksums)?;
                let firmware = PackagedFirmware::of(&package).into();
                Ok(Content::of_package(&package, firmware))
            }
            Self::Application(application) => {
                let (checked, lowered) = &**application;
                let firmware = Firmware::of_build(checked, lowered);
                Ok(Content::of_application(checked, lowered, firmware))
            }
        }
    }
}
