//! `oakc flash`: writes an application to cameras, reads it back and starts it.

mod outcome;
pub(crate) mod progress;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use oakc_core::Override;
use oakc_deploy::{AT_ONCE, Deployment, Fleet, Member, OpenError, Parameters, Selection, Supply};
use oakc_device::Locator;
use oakc_device::flash::{Options, Package};
use oakc_device::selection::Chosen;
use oakc_device::usb::SystemUsb;
use oakc_pack::Doubt;
use oakc_project::{Findings, is_application};

use crate::advice;
use crate::application::Packaging;
use crate::device::MemoryName;
use crate::failure::Failure;
use crate::firmware::store;
use crate::interrupt::reach_until_interrupt;
use crate::terminal::{Format, ResultFormat, Terminal};
use progress::{Progress, Style};

/// Flash an application to cameras.
///
/// Writes it, reads it back, starts it, and waits until the camera reports that it is running.
/// Failures are retried. Cameras that run an application are restarted into their bootloader first.
///
/// Without --device, --all and --fleet there must be exactly one camera.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// A package (.dap), or an application (.toml, .yaml) that is checked and built first.
    file: PathBuf,

    /// A camera, by IP, USB path (usb:1.2.3) or MXID; with --fleet also by its name there. Can be
    /// repeated.
    #[arg(long, short, value_name = "IP|USB|MXID")]
    device: Vec<String>,

    /// All cameras found.
    #[arg(long, conflicts_with_all = ["device", "fleet"])]
    all: bool,

    /// The cameras of a fleet file, each with its own parameters.
    #[arg(long, value_name = "FLEET.toml")]
    fleet: Option<PathBuf>,

    /// Only the cameras in this group of the fleet. Can be repeated.
    #[arg(long, value_name = "GROUP", requires = "fleet")]
    group: Vec<String>,

    /// How many cameras to flash at once; default: the value in the fleet file, otherwise 32.
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,

    /// Which memory to write to; auto uses eMMC if there is one.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,

    /// Show what would happen to each camera without doing it. Cameras that run an application are
    /// not queried, because they would have to restart.
    #[arg(long)]
    dry_run: bool,

    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,

    /// Do not read back the written data.
    #[arg(long)]
    no_verify: bool,

    /// Do not start the application and wait until it runs.
    #[arg(long)]
    no_boot: bool,

    /// Write only the parts that changed since the camera was last flashed. Not yet tried on real
    /// cameras; reading back shows whether it worked.
    #[arg(long)]
    delta: bool,

    /// Maximum number of attempts.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,

    /// A value for a parameter of the application; it overrides those of a fleet.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,

    #[command(flatten)]
    packaging: Packaging,

    /// Fail before any camera is touched if the application differs from what oakc.lock pins; see `oakc
    /// build --locked`.
    #[arg(long)]
    locked: bool,

    /// How to print the results.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// How to show progress on stderr: bars on a terminal, otherwise lines.
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    progress: Style,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let fleet = args.fleet.as_deref();
    let fleet = fleet.map(|path| open_fleet(path, terminal)).transpose()?;
    let members = fleet.as_ref();
    let members = members.map(|fleet| fleet.choose(&args.device, &args.group));
    let members = members.transpose()?;
    let mut supply = open(args, fleet.as_ref(), members.as_deref(), terminal)?;
    if args.locked {
        compare_lock(args, &supply, terminal)?;
    }
    let cameras = choose(args, members.as_deref())?;
    supply.expect(cameras.len());
    warn_of_calibration(&supply, terminal);
    if !args.dry_run {
        confirm(args, &cameras, terminal)?;
    }
    let at_once = args
        .concurrency
        .or(fleet.and_then(|fleet| fleet.concurrency));
    let deployment = Deployment {
        reach: reach_until_interrupt(),
        supply: &supply,
        store: &store()?,
        options: args.options(),
        rehearse: args.dry_run,
        at_once: at_once.map_or(AT_ONCE, NonZeroUsize::get),
    };
    let names: Vec<_> = cameras.iter().map(|camera| camera.name.clone()).collect();
    let progress = Progress::new(terminal, args.progress, names);
    let outcome = deployment.run(cameras, &progress);
    progress.finish();
    outcome::tell(&outcome, args.format, terminal)
}

impl Args {
    fn options(&self) -> Options {
        Options {
            memory: self.memory.into(),
            verify: !self.no_verify,
            boot: !self.no_boot,
            delta: self.delta,
            attempts: self.attempts,
        }
    }
}

fn open_fleet(path: &Path, terminal: &Terminal) -> Result<Fleet, Failure> {
    let mut found = Findings::default();
    let fleet = Fleet::open(path, &mut found)?;
    terminal.diagnostics(Format::Human, &found)?;
    fleet.ok_or(Failure::Reported)
}

/// Opens what is flashed, and says what was found in it.
fn open(
    args: &Args,
    fleet: Option<&Fleet>,
    members: Option<&[Member]>,
    terminal: &Terminal,
) -> Result<Supply, Failure> {
    let parameters = match fleet.zip(members) {
        Some((fleet, members)) => Parameters::of_each(fleet, members),
        None => vec![Parameters::ForAll],
    };
    let options = args.packaging.options();
    match Supply::open(&args.file, options, &args.overrides, &parameters) {
        Ok(supply) => {
            terminal.diagnostics(Format::Human, &supply.findings)?;
            warn(&args.file, &supply.doubts, terminal);
            Ok(supply)
        }
        Err(OpenError::Rejected { findings, whose }) => {
            terminal.diagnostics(Format::Human, &findings)?;
            if let Some(whose) = whose {
                let with = format!("checked with the parameters of {whose}; nothing was flashed");
                terminal.error(&with);
            }
            Err(Failure::Reported)
        }
        Err(error) => Err(error.into()),
    }
}

fn compare_lock(args: &Args, supply: &Supply, terminal: &Terminal) -> Result<(), Failure> {
    if !is_application(&args.file) {
        let reason = "--locked is for applications; a package is already built";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let progress = &mut |event| terminal.progress(event);
    Ok(supply.compare_lock(&args.file, &store()?, progress)?)
}

/// Reads a package that is there already, and says what is doubtful about it.
pub(crate) fn read_package(path: &Path, terminal: &Terminal) -> Result<Package, Failure> {
    let (package, doubts) = oakc_deploy::read_package(path)?;
    warn(path, &doubts, terminal);
    Ok(package)
}

fn warn(path: &Path, doubts: &[Doubt], terminal: &Terminal) {
    for doubt in doubts {
        let text = advice::of_doubt(doubt);
        terminal.warning(&format!("{}: {text}", path.display()));
    }
}

/// A calibration is measured for one unit.
fn warn_of_calibration(supply: &Supply, terminal: &Terminal) {
    let sharing = supply.sharing_a_calibration();
    if sharing > 1 {
        terminal.warning(&format!(
            "{sharing} cameras get the calibration of one unit, and lose their own: depth will be wrong on the \
             others; remove `calibration`, or give each camera its file by a parameter in a fleet file"
        ));
    }
}

fn choose(args: &Args, members: Option<&[Member]>) -> Result<Vec<Chosen>, Failure> {
    if let Some(members) = members {
        return Ok(Selection::Members(members).find(&SystemUsb)?);
    }
    if args.all {
        return Ok(Selection::All.find(&SystemUsb)?);
    }
    if args.device.is_empty() {
        return Ok(Selection::Only.find(&SystemUsb)?);
    }
    let locators = args.device.iter().map(|text| text.parse::<Locator>());
    let locators: Vec<_> = locators
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Selection::Named(&locators).find(&SystemUsb)?)
}

/// Asks whether to go on. Without a terminal nobody can be asked: cameras that were named, or the
/// only one there is, are flashed, but not whatever happens to be there.
fn confirm(args: &Args, cameras: &[Chosen], terminal: &Terminal) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !terminal.can_ask() {
        if args.all {
            let reason = "--all needs --yes when there is no terminal to ask for confirmation";
            return Err(Failure::Usage(reason.to_owned()));
        }
        return Ok(());
    }
    for camera in cameras {
        let seen = camera.seen.as_ref();
        let seen = seen.map_or("does not answer".to_owned(), |camera| {
            format!("{}  {}", camera.name(), camera.state)
        });
        terminal.progress(format!("  {:<15} {seen}", camera.name));
    }
    let cameras = match cameras.len() {
        1 => "this camera".to_owned(),
        count => format!("these {count} cameras"),
    };
    let question = format!("Flash {} onto {cameras}?", args.file.display());
    if terminal.confirm(&question)? {
        return Ok(());
    }
    Err(Failure::world("nothing was done"))
}
