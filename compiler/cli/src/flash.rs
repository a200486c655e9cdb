//! `oakc flash`: an application onto cameras, read back and seen running.

mod outcome;
pub(crate) mod progress;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use oakc_core::Override;
use oakc_deploy::{Claim, Fleet, Member, OpenError, Parameters, Supply};
use oakc_device::flash::{self, Failure as FlashFailure, Options, Package, Report};
use oakc_device::selection::{self, Chosen, SelectionError};
use oakc_device::usb::SystemUsb;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Locator, Reach, Target};
use oakc_firmware::Store;
use oakc_pack::Doubt;
use oakc_project::{Findings, Limit, on_each, read};

use crate::advice;
use crate::application::Packaging;
use crate::device::MemoryName;
use crate::failure::Failure;
use crate::firmware::store;
use crate::interrupt::reach_until_interrupt;
use crate::terminal::{Format, ResultFormat, Terminal};
use outcome::Outcome;
use progress::{Progress, Style};

/// Cameras at once unless said otherwise. Each has its package in memory while it is flashed.
const AT_ONCE: usize = 32;

/// Bring an application onto cameras.
///
/// Writes it, reads it back, starts it, and waits until the camera says that it runs. What fails
/// is tried again. Cameras that run an application are restarted into their bootloader first.
///
/// Without --device, --all and --fleet there has to be exactly one camera.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// A package (.dap), or an application (.toml, .yaml) that is checked and built first.
    file: PathBuf,

    /// A camera, by IP, USB path (usb:1.2.3) or MXID; with --fleet also by its name there. May be
    /// given several times.
    #[arg(long, short, value_name = "IP|USB|MXID")]
    device: Vec<String>,

    /// All cameras that are found.
    #[arg(long, conflicts_with_all = ["device", "fleet"])]
    all: bool,

    /// The cameras of a fleet file, each with its own parameters.
    #[arg(long, value_name = "FLEET.toml")]
    fleet: Option<PathBuf>,

    /// Only the cameras of this group of the fleet. May be given several times.
    #[arg(long, value_name = "GROUP", requires = "fleet")]
    group: Vec<String>,

    /// How many cameras at once; default: what the fleet file says, else 32.
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,

    /// Which memory; auto takes eMMC where there is one.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,

    /// Say what would happen to which camera, and do nothing. Cameras that run an application are
    /// not asked for more, as they would have to restart.
    #[arg(long)]
    dry_run: bool,

    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,

    /// Do not read back what was written.
    #[arg(long)]
    no_verify: bool,

    /// Do not start the application and wait until it runs.
    #[arg(long)]
    no_boot: bool,

    /// Write only the parts that changed since the camera was last flashed. Not yet proven on
    /// cameras of all kinds; what is read back decides.
    #[arg(long)]
    delta: bool,

    /// How often to try at most.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,

    /// A value for a parameter of the application; it counts before those of a fleet.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,

    #[command(flatten)]
    packaging: Packaging,

    /// How to print the results.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// How to tell on stderr what is going on: bars on a terminal, else lines.
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    progress: Style,
}

/// A camera and what is to be written to it.
pub(crate) struct Job {
    pub(crate) camera: Chosen,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let fleet = args.fleet.as_deref();
    let fleet = fleet.map(|path| read_fleet(path, terminal)).transpose()?;
    let members = fleet
        .as_ref()
        .map(|fleet| members(args, fleet))
        .transpose()?;
    let mut supply = open(args, fleet.as_ref(), members.as_deref(), terminal)?;
    let cameras = choose(args, members.as_deref())?.into_iter();
    let jobs: Vec<_> = cameras.map(|camera| Job { camera }).collect();
    supply.expect(jobs.len());
    if !args.dry_run {
        confirm(args, &jobs, terminal)?;
    }
    let reach = reach_until_interrupt()?;
    let names: Vec<_> = jobs.iter().map(|job| job.camera.name.clone()).collect();
    let progress = Progress::new(terminal, args.progress, names);
    let concurrency = fleet.and_then(|fleet| fleet.concurrency);
    let concurrency = args
        .concurrency
        .or(concurrency)
        .map_or(AT_ONCE, NonZeroUsize::get);
    let flasher = Flasher {
        args,
        reach,
        supply: &supply,
        store: store()?,
        terminal,
        progress: &progress,
    };
    let reports = on_each(&jobs, concurrency, |index, job| flasher.work(index, job));
    progress.finish();
    Outcome::new(&jobs, &reports, args.dry_run).tell(args.format, terminal)
}

/// Flashes cameras, or finds out what that would do.
struct Flasher<'a> {
    args: &'a Args,
    reach: Reach,
    supply: &'a Supply,
    store: Store,
    terminal: &'a Terminal,
    progress: &'a Progress<'a>,
}

impl Flasher<'_> {
    fn work(&self, index: usize, job: &Job) -> Report {
        // Dropped in the end, whatever becomes of the camera: it says that nobody waits for its package.
        let claim = self.supply.claim(index);
        let report = match &job.camera.target {
            Ok(_) if self.reach.cancel.is_cancelled() => {
                Report::untouched(Some(oakc_device::Error::Cancelled.into()))
            }
            Ok(target) => self.on(index, job, target.clone(), &claim),
            Err(unknown) => Report::untouched(Some(FlashFailure::Package(unknown.to_string()))),
        };
        self.progress.ended(index, &report);
        report
    }

    fn on(&self, index: usize, job: &Job, mut target: Target, claim: &Claim<'_>) -> Report {
        let progress = &mut |event| self.terminal.progress(event);
        let package = match claim.package(&self.store, progress) {
            Ok(package) => package,
            Err(error) => {
                let reason = FlashFailure::Package(error.to_string());
                return Report::untouched(Some(reason));
            }
        };
        let options = self.options();
        if !self.args.dry_run {
            return flash::flash(&self.reach, &mut target, &package, options, &mut |event| {
                self.progress.tell(index, &event);
            });
        }
        let seen = job.camera.seen.as_ref().map(|camera| camera.state);
        match seen {
            Some(DeviceState::FlashBooted) => Report::untouched(None),
            _ => flash::rehearse(&self.reach, &mut target, &package, options),
        }
    }

    fn options(&self) -> Options {
        Options {
            memory: self.args.memory.into(),
            verify: !self.args.no_verify,
            boot: !self.args.no_boot,
            delta: self.args.delta,
            attempts: self.args.attempts,
        }
    }
}

fn read_fleet(path: &Path, terminal: &Terminal) -> Result<Fleet, Failure> {
    let bytes = read(path, Limit::FLEET)?;
    let text = String::from_utf8(bytes).map_err(|error| Failure::input(path, error))?;
    let mut found = Findings::default();
    let (sources, diagnostics) = (&mut found.sources, &mut found.diagnostics);
    let fleet = Fleet::read(&path.display().to_string(), &text, sources, diagnostics);
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
    let of_members = fleet.zip(members).map(|(fleet, members)| {
        let members = members.iter();
        members
            .map(|member| Parameters::Of(fleet, member))
            .collect()
    });
    let parameters = of_members.unwrap_or_else(|| vec![Parameters::ForAll]);
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

/// The members of the fleet that were chosen.
fn members(args: &Args, fleet: &Fleet) -> Result<Vec<Member>, Failure> {
    let in_group = |member: &Member| {
        args.group.is_empty() || args.group.iter().any(|group| member.groups.contains(group))
    };
    let named = |member: &Member| {
        args.device.is_empty() || args.device.iter().any(|name| member.is_called(name))
    };
    for name in &args.device {
        if !fleet.members.iter().any(|member| member.is_called(name)) {
            return Err(Failure::Usage(format!("the fleet has no camera `{name}`")));
        }
    }
    for group in &args.group {
        if !fleet
            .members
            .iter()
            .any(|member| member.groups.contains(group))
        {
            return Err(Failure::Usage(format!(
                "no camera of the fleet is in group `{group}`"
            )));
        }
    }
    let members = fleet.members.iter();
    let members: Vec<_> = members
        .filter(|member| in_group(member) && named(member))
        .cloned()
        .collect();
    if members.is_empty() {
        return Err(Failure::Usage(
            "no camera of the fleet was chosen".to_owned(),
        ));
    }
    Ok(members)
}

fn choose(args: &Args, members: Option<&[Member]>) -> Result<Vec<Chosen>, Failure> {
    if let Some(members) = members {
        let locators: Vec<_> = members
            .iter()
            .map(|member| member.locator.clone())
            .collect();
        let mut chosen = selection::named(&SystemUsb, &locators)?;
        for (camera, member) in chosen.iter_mut().zip(members) {
            camera.name.clone_from(&member.name);
        }
        selection::refuse_duplicates(&chosen)?;
        return Ok(chosen);
    }
    if args.all {
        let found = selection::everybody(&SystemUsb)?;
        if found.is_empty() {
            return Err(SelectionError::Nobody.into());
        }
        return Ok(found.iter().map(Chosen::from).collect());
    }
    if args.device.is_empty() {
        return Ok(vec![selection::unique(&SystemUsb)?]);
    }
    let locators = args.device.iter().map(|text| text.parse::<Locator>());
    let mut locators: Vec<_> = locators
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    locators.sort();
    locators.dedup();
    let chosen = selection::named(&SystemUsb, &locators)?;
    selection::refuse_duplicates(&chosen)?;
    Ok(chosen)
}

/// Asks whether to go on. Without a terminal nobody can be asked: cameras that were named, or the
/// only one there is, are flashed, but not whatever happens to be there.
fn confirm(args: &Args, jobs: &[Job], terminal: &Terminal) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !terminal.can_ask() {
        if args.all {
            let reason = "--all without a terminal to ask on needs --yes";
            return Err(Failure::Usage(reason.to_owned()));
        }
        return Ok(());
    }
    for job in jobs {
        let seen = job.camera.seen.as_ref();
        let seen = seen.map_or("does not answer".to_owned(), |camera| {
            format!("{}  {}", camera.name(), camera.state)
        });
        terminal.progress(format!("  {:<15} {seen}", job.camera.name));
    }
    let cameras = match jobs.len() {
        1 => "this camera".to_owned(),
        count => format!("these {count} cameras"),
    };
    let question = format!("Flash {} onto {cameras}?", args.file.display());
    if terminal.confirm(&question)? {
        return Ok(());
    }
    Err(Failure::world("nothing was done"))
}
