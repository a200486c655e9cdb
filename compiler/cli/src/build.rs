//! `oakc build`: checks an application and writes its package.

mod fleet;
mod naming;
mod several;

use std::path::{Path, PathBuf};

use oakc_check::budget::Budget;
use oakc_core::CheckedGraph;
use oakc_diag::render::json::Report;
use oakc_pack::{LockUse, Package, Request};
use oakc_project::{AllowedFolders, Findings, make_directory, matching_files};
use serde::Serialize;
use serde_json::Value;

use crate::application::{Access, Packaging, Variation};
use crate::failure::Failure;
use crate::firmware::store;
use crate::model::Tools;
use crate::summary;
use crate::terminal::{Format, Terminal, json, result};
use naming::Naming;

/// Check an application, then write its package.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml); `*`, `?`, `[…]` and `**` work in quotes, too, and a folder means every
    /// app.toml, app.yaml and app.yml in and below it. Of several, none is built unless all can be.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,

    /// Where to write the package; default: next to FILE, with the extension .dap. A folder (`dist/`) means
    /// `dist/{name}.dap`; `{name}`, `{version}` and `{profile}` are those of the application, `{file}` is the name of
    /// FILE without its extension. With --fleet, the folder for all packages.
    #[arg(long, short, value_name = "OUT.dap|DIR")]
    output: Option<PathBuf>,

    /// Build a package for each camera of this fleet, with its parameters: DIR/NAME.dap.
    #[arg(long, value_name = "FLEET.toml", requires = "output")]
    fleet: Option<PathBuf>,

    #[command(flatten)]
    packaging: Packaging,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    tools: Tools,

    /// Fail if the configuration, the firmware, the files or the options for packaging differ from those
    /// pinned in oakc.lock. Values of --set may differ.
    #[arg(long)]
    locked: bool,

    /// Neither read nor write oakc.lock, e.g. where the application is read-only.
    #[arg(long, conflicts_with = "locked")]
    no_lock: bool,

    /// Also write OUT.dap.manifest.json: what the package was made from.
    #[arg(long)]
    manifest: bool,

    /// How to print the findings; json adds the package, or why there is none.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Built {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Value>,
    /// With a fleet: those that were built, each with the name of its camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    packages: Option<Vec<Value>>,
    /// Why there is no package, where no diagnostic says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let files = matching_files(&args.files)?;
    let file = match files.as_slice() {
        [file] if args.files.len() == 1 && *file == Path::new(&args.files[0]) => file,
        _ if args.fleet.is_some() => {
            let reason = "--fleet builds one application for many cameras; name one file";
            return Err(Failure::Usage(reason.to_owned()));
        }
        files => return several::run(args, files, terminal),
    };
    if let Some(fleet) = &args.fleet {
        return fleet::run(args, file, fleet, terminal);
    }
    let mut findings = Findings::default();
    let built = build(args, file, &mut findings, terminal);
    match args.format {
        Format::Json => tell(&findings, built.as_ref())?,
        Format::Human => {
            if let Ok((package, budget)) = &built {
                result(summary::page(package, budget))?;
            }
        }
        Format::Sarif | Format::Github => {}
    }
    built.map(drop)
}

fn build(
    args: &Args,
    file: &Path,
    findings: &mut Findings,
    terminal: &Terminal,
) -> Result<(Package, Budget), Failure> {
    let naming = Naming::of(args.output.as_deref(), false)?;
    let allowed = args.allowed(terminal)?;
    let checked = findings.load(file, args.variation.settings(&allowed)?)?;
    args.tell_findings(findings, terminal)?;
    let checked = checked.ok_or(Failure::Reported)?;
    let app = &checked.graph().config().app;
    let output = naming.path(file, app, args.variation.profile());
    if let (Naming::Template(_), Some(folder)) = (&naming, output.parent()) {
        make_directory(folder)?;
    }
    let package = write(args, file, &checked, &output, terminal)?;
    Ok((package, Budget::of_checked(&checked)))
}

/// Writes the package of an application without errors.
fn write(
    args: &Args,
    file: &Path,
    checked: &CheckedGraph,
    output: &Path,
    terminal: &Terminal,
) -> Result<Package, Failure> {
    let request = Request {
        config: file,
        output,
        options: &args.packaging.options(),
        lock: args.lock_use(),
        manifest: args.manifest,
    };
    let progress = &mut |event| terminal.progress(event);
    Ok(oakc_pack::build(checked, &request, &store()?, progress)?)
}

/// Prints everything in one object.
fn tell(findings: &Findings, built: Result<&(Package, Budget), &Failure>) -> Result<(), Failure> {
    let error = built.err().map(Failure::text);
    let built = Built {
        report: Report::new(&findings.diagnostics, &findings.sources),
        package: built.ok().map(|(package, _)| package.json()),
        packages: None,
        error: error.filter(|text| !text.is_empty()),
    };
    json(&built)
}

impl Args {
    /// What may be read, and what models are compiled with.
    fn allowed(&self, terminal: &Terminal) -> Result<AllowedFolders, Failure> {
        self.access.compiling(terminal, self.tools.setup())
    }

    /// Shows the findings, except where they are part of one object of JSON.
    fn tell_findings(&self, findings: &Findings, terminal: &Terminal) -> Result<(), Failure> {
        match self.format {
            Format::Json => Ok(()),
            format => terminal.diagnostics(format, findings),
        }
    }

    fn lock_use(&self) -> LockUse {
        match (self.locked, self.no_lock) {
            (true, _) => LockUse::Compare,
            (false, true) => LockUse::Ignore,
            (false, false) => LockUse::Update,
        }
    }
}
