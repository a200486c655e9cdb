//! `oakc diff`: what differs between two packages or applications.

use std::path::{Path, PathBuf};

use oakc_core::CheckedGraph;
use oakc_core::lower::{Lowered, lower};
use oakc_core::package::inspect::Package;
use oakc_diff::{Content, Difference, Firmware};
use oakc_pack::PackagedFirmware;
use oakc_project::{Findings, Limit, Settings, is_application, read};
use oakc_runtime_schema::release::{Variant, find, latest};
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::{self, ResultFormat, Terminal, result};

/// Say what differs between two packages or applications.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What was: an application (.toml, .yaml) or a package.
    #[arg(value_name = "A")]
    before: PathBuf,

    /// What is.
    #[arg(value_name = "B")]
    after: PathBuf,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// Exit with code 1 if anything differs.
    #[arg(long)]
    exit_code: bool,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let before = Side::read(&args.before, terminal);
    let after = Side::read(&args.after, terminal);
    let (before, after) = (before?, after?);
    let difference = Difference::between(&before.content()?, &after.content()?);
    match args.format {
        ResultFormat::Human => result(difference.text().trim_end())?,
        ResultFormat::Json => result(&json_text(args, &difference)?)?,
    }
    if args.exit_code && !difference.is_empty() {
        return Err(Failure::Reported);
    }
    Ok(())
}

/// A difference with what was compared.
#[derive(Serialize)]
struct Report<'a> {
    before: String,
    after: String,
    /// How many things differ.
    count: usize,
    #[serde(flatten)]
    difference: &'a Difference,
}

fn json_text(args: &Args, difference: &Difference) -> Result<String, Failure> {
    let report = Report {
        before: args.before.display().to_string(),
        after: args.after.display().to_string(),
        count: difference.count(),
        difference,
    };
    serde_json::to_string_pretty(&report).map_err(Failure::world)
}

/// One side, read.
enum Side {
    Package { path: PathBuf, file: Vec<u8> },
    Application(Box<(CheckedGraph, Lowered)>),
}

impl Side {
    /// Reads a package, or compiles an application.
    fn read(path: &Path, terminal: &Terminal) -> Result<Self, Failure> {
        if is_application(path) {
            return Self::compile(path, terminal);
        }
        let file = read(path, Limit::PACKAGE)?;
        let path = path.to_owned();
        Ok(Self::Package { path, file })
    }

    fn compile(path: &Path, terminal: &Terminal) -> Result<Self, Failure> {
        let mut findings = Findings::default();
        let Some(checked) = findings.load(path, Settings::default())? else {
            terminal.diagnostics(terminal::Format::Human, &findings)?;
            return Err(Failure::Reported);
        };
        let lowered = lower(&checked)?;
        Ok(Self::Application(Box::new((checked, lowered))))
    }

    fn content(&self) -> Result<Content<'_>, Failure> {
        match self {
            Self::Package { path, file } => {
                let package = Package::parse(file).map_err(|e| Failure::input(path, e))?;
                Ok(Content::of_package(&package, packaged_firmware(&package)))
            }
            Self::Application(application) => {
                let (checked, lowered) = &**application;
                let firmware = wanted_firmware(checked, lowered);
                Ok(Content::of_application(checked, lowered, firmware))
            }
        }
    }
}

/// The firmware that a build would package; how it would store it, its command line decides.
fn wanted_firmware(checked: &CheckedGraph, lowered: &Lowered) -> Firmware {
    let release = checked.graph().config().app.depthai.as_deref();
    let release = release.and_then(find).unwrap_or(latest());
    let variant = Variant::for_openvino(lowered.openvino().name());
    Firmware {
        release: Some(release.version().to_owned()),
        variant: Some(variant.name().to_owned()),
        image_sha256: release
            .files()
            .image(variant)
            .map(|pin| pin.sha256.to_owned()),
        ..Firmware::default()
    }
}

/// The firmware in a package.
fn packaged_firmware(package: &Package<'_>) -> Firmware {
    let found = PackagedFirmware::of(package);
    let release = found.release.map(|release| release.version.to_owned());
    Firmware {
        release: Some(release.unwrap_or(found.commit)),
        variant: found.variant.map(|variant| variant.name().to_owned()),
        image_sha256: found.image_sha256,
        compression: found.stored.map(|(how, _)| how.name().to_owned()),
        check_checksum: found.stored.map(|(_, is_checked)| is_checked),
    }
}
