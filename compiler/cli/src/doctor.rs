//! `oakc doctor`: why a camera is not found, not reached or slow. Prints what was found, the worst first.

use std::path::{Path, PathBuf};
use std::time::Duration;

use oakc_check::budget::{Account, Budget, Resource};
use oakc_device::Locator;
use oakc_diag::render::Page;
use oakc_doctor::observations::{CAMERA_MTU, Demands, Echoes, Sight};
use oakc_doctor::tools::{self, Tool};
use oakc_doctor::{Examination, Extent, Finding, examine};
use oakc_firmware::cache_dir;
use oakc_project::Findings;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::reflect::Reflect as _;

use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::interrupt::{WAIT, reach_until_interrupt, wait};
use crate::terminal::{self, Format, ResultFormat, Terminal, result};

/// Find out why a camera is not found, not reached or slow.
///
/// Looks at this machine and the way to the cameras, and says what is wrong, why it matters, and how to
/// mend it, the worst first. Changes nothing. Exit code: 0 nothing is wrong, 1 something is, 3 it
/// could not look.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The cameras, by IP or MXID; default: all that answer.
    #[arg(value_name = "IP|MXID")]
    cameras: Vec<Locator>,

    /// Also connect to the cameras, to query their bootloaders and to measure how fast they can be read. They
    /// restart. Asks first on a terminal.
    #[arg(long)]
    probe: bool,

    /// Do not ask for confirmation.
    #[arg(long, short, requires = "probe")]
    yes: bool,

    /// An application (.toml, .yaml), to compare what it sends with what the way to the camera carries.
    #[arg(long, value_name = "FILE")]
    app: Option<PathBuf>,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,

    /// Seconds to watch each camera.
    #[arg(long, value_name = "SECONDS", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=3600))]
    watch: u64,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    if let Some(usb) = args.cameras.iter().find(|camera| is_on_usb(camera)) {
        return Err(Failure::Usage(format!(
            "{usb} is on USB, and this command is about the network; `oakc devices` lists cameras on USB"
        )));
    }
    let demands = args.app.as_deref().map(|path| args.demands(path, terminal));
    let extent = Extent {
        named: &args.cameras,
        demands: demands.transpose()?,
        watch: Duration::from_secs(args.watch),
        probe: args.probe,
    };
    terminal.progress("looking at this machine and the way to the cameras");
    let reach = reach_until_interrupt(wait(WAIT));
    let examined = examine(&reach, &extent, &|cameras| args.consents(cameras, terminal));
    // No advice to look for the cause with this very command.
    let mut examination = examined.map_err(Failure::world)?;
    if let Ok(directory) = cache_dir(|name| std::env::var_os(name)) {
        examination.tools.push(tools::cache(&directory));
    }
    match args.format {
        ResultFormat::Human => result(page(&examination))?,
        ResultFormat::Json => terminal::json(&examination.json())?,
    }
    if examination.is_well() {
        return Ok(());
    }
    Err(Failure::Reported)
}

fn is_on_usb(camera: &Locator) -> bool {
    matches!(camera, Locator::Address(address) if address.usb_path().is_some())
}

impl Args {
    /// What an application asks of the network.
    fn demands(&self, path: &Path, terminal: &Terminal) -> Result<Demands, Failure> {
        let allowed = self.access.looking(terminal)?;
        let mut findings = Findings::default();
        let checked = findings.load(path, self.variation.settings(&allowed)?)?;
        let Some(checked) = checked else {
            terminal.diagnostics(Format::Human, &findings)?;
            return Err(Failure::Reported);
        };
        let budget = Budget::of_checked(&checked);
        let mut accounts = budget.accounts();
        let sent = accounts.find(|account| account.resource == Resource::Link);
        let megabits = sent.map_or(0, Account::total) / 1_000_000;
        let board = BoardConfig::from_value(&checked.graph().config().board).unwrap_or_default();
        Ok(Demands {
            // 0 stands for the device's own.
            mtu: match board.network.mtu {
                0 => CAMERA_MTU,
                mtu => mtu.into(),
            },
            megabits: u32::try_from(megabits).unwrap_or(u32::MAX),
        })
    }

    /// Whether cameras may be restarted. Without a terminal there is nobody to ask, and the option counts as
    /// consent.
    fn consents(&self, cameras: &[Sight], terminal: &Terminal) -> bool {
        if self.yes || !terminal.can_ask() || cameras.is_empty() {
            return true;
        }
        let names: Vec<_> = cameras.iter().map(|sight| sight.name.as_str()).collect();
        let question = format!("connect to {}? They restart afterwards.", names.join(", "));
        terminal.confirm(&question).unwrap_or(false)
    }
}

fn page(examination: &Examination) -> Page {
    let mut page = Page::new();
    let findings = &examination.findings;
    for finding in findings {
        add(&mut page, finding);
    }
    if findings.is_empty() {
        page.line("nothing is wrong");
    }
    let cameras = &examination.seen.cameras;
    if !cameras.is_empty() {
        page.heading("cameras");
        for sight in cameras {
            page.line(format_args!("  {}", of_camera(sight)));
        }
    }
    if !examination.seen.unseen.is_empty() {
        page.heading("not looked at");
        for unseen in &examination.seen.unseen {
            page.line(format_args!("  {unseen}"));
        }
    }
    page.heading("tools");
    for tool in &examination.tools {
        page.line(format_args!("  {}", of_tool(tool)));
    }
    page
}

fn add(page: &mut Page, finding: &Finding) {
    let camera = finding.camera.as_ref().map(|camera| format!("{camera}: "));
    let camera = camera.unwrap_or_default();
    page.line(format_args!(
        "{}: {camera}{} [{}]",
        finding.severity.name(),
        finding.seen,
        finding.check
    ));
    page.line(format_args!("  why:  {}", finding.why));
    for (index, mend) in finding.mend.iter().enumerate() {
        let word = if index == 0 { "mend:" } else { "     " };
        page.line(format_args!("  {word} {mend}"));
    }
}

/// What was seen of a camera, on one line.
fn of_camera(sight: &Sight) -> String {
    let mut parts = vec![sight.name.clone()];
    for camera in &sight.answers {
        parts.push(camera.name().to_owned());
    }
    if let Some(state) = sight.state() {
        parts.push(state.to_string());
    }
    if let Some(interface) = sight.way.as_ref().and_then(|way| way.interface.as_ref()) {
        parts.push(format!("by {interface}"));
    }
    let echoes = |what: &str, echoes: Echoes| {
        let time = echoes.median.as_secs_f64() * 1000.0;
        format!("{what} {}/{} in {time:.1} ms", echoes.received, echoes.sent)
    };
    parts.extend(sight.ping.map(|it| echoes("ping", it)));
    parts.extend(sight.questions.map(|it| echoes("discovery", it)));
    if let Some(link) = sight.link {
        let half = if link.full_duplex {
            ""
        } else {
            ", half duplex"
        };
        parts.push(format!("link {} Mbit/s{half}", link.megabits));
    }
    if let Some(told) = &sight.told {
        let which = if told.flashed.is_none() {
            "user bootloader"
        } else {
            "bootloader"
        };
        parts.push(format!("{which} {}", told.running));
        let is_static = told.has_static_address();
        let address = if is_static { "static address" } else { "DHCP" };
        parts.push(address.to_owned());
    }
    if let Some(reading) = sight.reading {
        parts.push(format!("read at {:.0} Mbit/s", reading.megabits()));
    }
    parts.join(", ")
}

fn of_tool(tool: &Tool) -> String {
    let what = format!(
        "{} (oakc {}: {})",
        tool.name,
        tool.commands.join(", "),
        tool.purpose
    );
    match (&tool.found, tool.get) {
        (Some(found), _) => format!("found    {what}: {found}"),
        (None, "") => format!("missing  {what}"),
        (None, get) => format!("missing  {what}: {get}"),
    }
}
