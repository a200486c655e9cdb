//! `oakc flash`: writes an application to cameras, reads it back and starts it.

mod log;
pub(crate) mod outcome;
pub(crate) mod progress;
mod question;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oakc_deploy::{
    AT_ONCE, Deployment, Fleet, Member, OpenError, Parameters, Roster, Selection, Supply,
};
use oakc_device::flash::{OBSERVE, Options, Package};
use oakc_device::selection::Chosen;
use oakc_device::usb::SystemUsb;
use oakc_device::{LARGE_PACKETS, Locator, MEDIUM_PACKETS, PacketSize, SMALL_PACKETS};
use oakc_pack::Doubt;
use oakc_project::{Findings, Settings, is_application};

use crate::advice;
use crate::application::{Access, Packaging, Variation};
use crate::device::MemoryName;
use crate::failure::Failure;
use crate::firmware::{cache, store};
use crate::interrupt::{WAIT, reach_until_interrupt, wait};
use crate::terminal::{Format, ResultFormat, Terminal};
use log::{Log, Logged};
use progress::{Progress, Style};

/// The file in the cache directory that holds who was there.
pub(crate) const ROSTER: &str = "cameras.json";

/// Flash an application to cameras.
///
/// Writes it, reads it back, restarts the camera, waits until it reports that the application runs, and
/// watches that it keeps running. Failures are retried. Cameras that run an application are restarted into their bootloader first.
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

    /// All cameras found, and those that were found the last time: one of them that does not answer
    /// counts as failed.
    #[arg(long, conflicts_with_all = ["device", "fleet"])]
    all: bool,

    /// How many cameras there have to be; nothing is done if more or fewer answer.
    #[arg(long, value_name = "N", requires = "all")]
    expect: Option<NonZeroUsize>,

    /// Seconds to wait for cameras that do not answer; where none is named, for others that may be
    /// restarting.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// The cameras of a fleet file, each with its own parameters.
    #[arg(long, value_name = "FLEET.toml")]
    fleet: Option<PathBuf>,

    /// Only the cameras in this group of the fleet. Can be repeated.
    #[arg(long, value_name = "GROUP", requires = "fleet")]
    group: Vec<String>,

    /// How many cameras to flash at once; default: the value in the fleet file, otherwise 32.
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,

    /// Show what would happen to each camera without doing it. Cameras that run an application are
    /// not queried, because they would have to restart.
    #[arg(long)]
    dry_run: bool,

    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,

    /// Do not wait until the application runs.
    #[arg(long, conflicts_with = "observe")]
    no_boot: bool,

    /// Write only the parts that changed since the camera was last flashed. Not yet tried on real
    /// cameras; reading back shows whether it worked.
    #[arg(long)]
    delta: bool,

    #[command(flatten)]
    writing: Writing,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    packaging: Packaging,

    /// Fail before any camera is touched if the application differs from what oakc.lock pins; see `oakc
    /// build --locked`.
    #[arg(long)]
    locked: bool,

    /// How to print the results.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// Add what happens to each camera to FILE, with the time: one JSON object per line. What the file
    /// holds already stays.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// How to show progress on stderr: bars on a terminal, otherwise lines.
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    progress: Style,
}

/// How a camera is written to and watched.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Writing {
    /// Which memory to write to; auto uses eMMC if there is one.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,

    /// Do not read back the written data.
    #[arg(long)]
    no_verify: bool,

    /// Seconds for which the application has to keep running once the camera has reported it; one that
    /// crashes is a failure.
    #[arg(long, value_name = "SECONDS", default_value_t = OBSERVE.as_secs(), value_parser = clap::value_parser!(u64).range(..=86_400))]
    observe: u64,

    /// Size of the packets that data travel in.
    #[arg(long, value_enum, default_value_t = Packets::Auto)]
    packets: Packets,

    /// Maximum number of attempts.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
}

impl Writing {
    /// The same for the library.
    pub(crate) fn options(&self, boot: bool, delta: bool) -> Options {
        Options {
            memory: self.memory.into(),
            verify: !self.no_verify,
            boot,
            observe: Duration::from_secs(self.observe),
            delta,
            packets: self.packets.size(),
            attempts: self.attempts,
        }
    }

    /// How often the bytes of a package are gone over: written, and read back.
    pub(crate) fn passes(&self) -> u64 {
        if self.no_verify { 1 } else { 2 }
    }
}

/// Size of the packets that data travel in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Packets {
    /// Large, unless the link is measured to be too slow for them.
    Auto,
    /// 5 MiB, as the depthai library has it.
    Large,
    /// 128 KiB, for slow links. Not yet tried on real cameras.
    Medium,
    /// 16 KiB, for slow links with a long round trip. Not yet tried on real cameras.
    Small,
}

impl Packets {
    fn size(self) -> Option<PacketSize> {
        match self {
            Self::Auto => None,
            Self::Large => Some(LARGE_PACKETS),
            Self::Medium => Some(MEDIUM_PACKETS),
            Self::Small => Some(SMALL_PACKETS),
        }
    }
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
    let log = args.log.as_deref().map(Log::open).transpose()?;
    let mut roster = Roster::open(cache()?.join(ROSTER));
    let cameras = choose(args, members.as_deref(), &roster)?;
    supply.expect(cameras.len());
    warn_of_calibration(&supply, terminal);
    warn_of_missing(args, &cameras, terminal);
    if !args.dry_run {
        confirm(args, &cameras, &supply, terminal)?;
        if args.all {
            roster.remember(&cameras, args.expect.is_some())?;
        }
    }
    if let Some(log) = &log {
        log.begin(&args.file, &cameras);
    }
    let at_once = args
        .concurrency
        .or(fleet.and_then(|fleet| fleet.concurrency));
    let deployment = Deployment {
        reach: reach_until_interrupt(wait(args.timeout)),
        supply: &supply,
        store: &store()?,
        options: args.writing.options(!args.no_boot, args.delta),
        rehearse: args.dry_run,
        at_once: at_once.map_or(AT_ONCE, NonZeroUsize::get),
    };
    let names: Vec<_> = cameras.iter().map(|camera| camera.name.clone()).collect();
    let progress = Progress::new(terminal, args.progress, names, args.writing.passes());
    let watch = Logged::new(&progress, log.as_ref(), cameras.len(), args.dry_run);
    let outcome = deployment.run(cameras, &watch);
    progress.finish();
    if let Some(log) = &log {
        log.end(&outcome);
        if let Some(problem) = log.problem() {
            terminal.warning(&problem);
        }
    }
    outcome::tell(&outcome, args.format, terminal)
}

/// Reads the file of a fleet, and says what is wrong with it.
pub(crate) fn open_fleet(path: &Path, terminal: &Terminal) -> Result<Fleet, Failure> {
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
    let allowed = args.access.allowed(terminal)?;
    let settings = args.variation.settings(&allowed)?;
    open_with(&args.file, options, settings, &parameters, terminal)
}

/// Opens what is flashed with these settings, and says what was found in it.
pub(crate) fn open_with(
    file: &Path,
    options: oakc_pack::Options,
    settings: Settings<'_>,
    parameters: &[Parameters<'_>],
    terminal: &Terminal,
) -> Result<Supply, Failure> {
    match Supply::open(file, options, settings, parameters) {
        Ok(supply) => {
            terminal.diagnostics(Format::Human, &supply.findings)?;
            warn(file, &supply.doubts, terminal);
            Ok(supply)
        }
        Err(OpenError::Rejected(findings)) => {
            terminal.diagnostics(Format::Human, &findings)?;
            terminal.error("nothing was flashed");
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
pub(crate) fn warn_of_calibration(supply: &Supply, terminal: &Terminal) {
    let sharing = supply.sharing_a_calibration();
    if sharing > 1 {
        terminal.warning(&format!(
            "{sharing} cameras get the calibration of one unit, and lose their own: depth will be wrong on the \
             others; remove `calibration`, or give each camera its file by a parameter in a fleet file"
        ));
    }
}

fn choose(
    args: &Args,
    members: Option<&[Member]>,
    roster: &Roster,
) -> Result<Vec<Chosen>, Failure> {
    let wait = wait(args.timeout);
    if let Some(members) = members {
        return Ok(Selection::Members(members).find(&SystemUsb, wait)?);
    }
    if args.all {
        let count = args.expect.map(NonZeroUsize::get);
        return Ok(Selection::All(roster, count).find(&SystemUsb, wait)?);
    }
    choose_named(&args.device, wait)
}

/// The cameras of these names, or else the only one there is.
pub(crate) fn choose_named(names: &[String], wait: Duration) -> Result<Vec<Chosen>, Failure> {
    if names.is_empty() {
        return Ok(Selection::Only.find(&SystemUsb, wait)?);
    }
    let locators = names.iter().map(|text| text.parse::<Locator>());
    let locators: Vec<_> = locators
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Selection::Named(&locators).find(&SystemUsb, wait)?)
}

/// Says which of all cameras do not answer.
fn warn_of_missing(args: &Args, cameras: &[Chosen], terminal: &Terminal) {
    if !args.all {
        return;
    }
    let missing = cameras.iter().filter(|camera| camera.seen.is_none());
    let missing: Vec<_> = missing.map(|camera| camera.name.as_str()).collect();
    if missing.is_empty() {
        return;
    }
    let there = cameras.len() - missing.len();
    terminal.warning(&format!(
        "{} of {} cameras that there were the last time do not answer: {}; if they are gone for good, \
         pass --expect {there}",
        missing.len(),
        cameras.len(),
        missing.join(", ")
    ));
}

/// Asks whether to go on. Without a terminal nobody can be asked: cameras that were named, or the
/// only one there is, are flashed, but not whatever happens to be there.
fn confirm(
    args: &Args,
    cameras: &[Chosen],
    supply: &Supply,
    terminal: &Terminal,
) -> Result<(), Failure> {
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
    let wait = wait(args.timeout);
    ask(&args.file, cameras, supply, wait, terminal)
}

/// Asks whether to flash these cameras; an error if the user declines.
pub(crate) fn ask(
    file: &Path,
    cameras: &[Chosen],
    supply: &Supply,
    wait: Duration,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let reach = reach_until_interrupt(wait);
    let lines = question::lines(cameras, supply, &store()?, &reach, terminal)?;
    terminal.notice_page(&lines);
    let cameras = match cameras.len() {
        1 => "this camera".to_owned(),
        count => format!("these {count} cameras"),
    };
    let question = format!("Flash {} onto {cameras}?", file.display());
    if terminal.confirm(&question)? {
        return Ok(());
    }
    Err(Failure::world("nothing was done"))
}
