//! `oakc flash`: an application onto cameras, read back and seen running.

mod outcome;
pub(crate) mod progress;
pub(crate) mod source;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use oakc_device::flash::{self, Failure as FlashFailure, Options, Report};
use oakc_device::fleet::{Fleet, Locator, Member};
use oakc_device::selection::{self, Chosen, SelectionError};
use oakc_device::usb::SystemUsb;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Reach, Target};
use oakc_project::{Limit, on_each, read};

use crate::device::MemoryName;
use crate::failure::Failure;
use crate::interrupt::reach_until_interrupt;
use crate::terminal::{ResultFormat, Terminal};
use outcome::Outcome;
use progress::{Progress, Style};
use source::{BuildOptions, Parameters, Source};

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

    #[command(flatten)]
    build: BuildOptions,

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
    /// Which of the source's sets of parameters.
    set: usize,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let fleet = args.fleet.as_deref().map(read_fleet).transpose()?;
    let members = fleet
        .as_ref()
        .map(|fleet| members(args, fleet))
        .transpose()?;
    let source = Source::open(
        &args.file,
        &args.build,
        &parameters(args, members.as_deref()),
        terminal,
    )?;
    let cameras = choose(args, members.as_deref())?;
    let jobs = cameras.into_iter().enumerate().map(|(index, camera)| Job {
        camera,
        set: index.min(source.count().saturating_sub(1)),
    });
    let jobs: Vec<_> = jobs.collect();
    if !args.dry_run {
        confirm(args, &jobs, &source, terminal)?;
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
        source: &source,
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
    source: &'a Source,
    progress: &'a Progress<'a>,
}

impl Flasher<'_> {
    fn work(&self, index: usize, job: &Job) -> Report {
        let report = match &job.camera.target {
            Ok(_) if self.reach.cancel.is_cancelled() => {
                Report::untouched(Some(oakc_device::Error::Cancelled.into()))
            }
            Ok(target) => self.on(index, job, target.clone()),
            Err(unknown) => Report::untouched(Some(FlashFailure::Package(unknown.to_string()))),
        };
        self.progress.ended(index, &report);
        report
    }

    fn on(&self, index: usize, job: &Job, mut target: Target) -> Report {
        let package = match self.source.package(job.set) {
            Ok(package) => package,
            Err(reason) => return Report::untouched(Some(FlashFailure::Package(reason))),
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

fn read_fleet(path: &Path) -> Result<Fleet, Failure> {
    let bytes = read(path, Limit::FLEET)?;
    let text = String::from_utf8(bytes).map_err(|error| Failure::input(path, error))?;
    Fleet::parse(&text).map_err(|error| Failure::input(path, error))
}

/// The members of the fleet that were chosen.
fn members(args: &Args, fleet: &Fleet) -> Result<Vec<Member>, Failure> {
    let in_group = |member: &Member| {
        args.group.is_empty() || args.group.iter().any(|group| member.groups.contains(group))
    };
    let named = |member: &Member| {
        let is = |name: &String| *name == member.name || *name == member.locator.to_string();
        args.device.is_empty() || args.device.iter().any(is)
    };
    for name in &args.device {
        let known = |member: &Member| *name == member.name || *name == member.locator.to_string();
        if !fleet.members.iter().any(known) {
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

/// The parameters of each package to build: one for each member of a fleet, or one for all.
fn parameters(args: &Args, members: Option<&[Member]>) -> Vec<Parameters> {
    let file = args.fleet.as_deref().unwrap_or(Path::new("")).display();
    let of_member = |member: &Member| Parameters {
        whose: Some(format!("camera `{}` of {file}", member.name)),
        values: member.params.clone().into_iter().collect(),
    };
    match members {
        Some(members) => members.iter().map(of_member).collect(),
        None => vec![Parameters::default()],
    }
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
fn confirm(args: &Args, jobs: &[Job], source: &Source, terminal: &Terminal) -> Result<(), Failure> {
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
    let question = format!("Flash {} onto {cameras}?", source.title());
    if terminal.confirm(&question)? {
        return Ok(());
    }
    Err(Failure::world("nothing was done"))
}
