//! `oakc devices`: finds cameras, and shows information about them.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::discovery::{self, Camera};
use oakc_device::maintenance::{Depth, Info, Remark, Surveyed, survey};
use oakc_device::usb::SystemUsb;
use oakc_diag::render::Page;
use oakc_workers::on_each;
use serde_json::json;

use crate::advice::{Advice, warning_text};
use crate::failure::Failure;
use crate::interrupt::{WAIT, reach_until_interrupt};
use crate::lost::Lost;
use crate::terminal::{self, ResultFormat, Terminal, result};

/// Find cameras.
///
/// Cameras in their bootloader are queried for details, and restart afterwards. Cameras that run an
/// application are not queried unless --restart is given: then all of them are, or, where addresses
/// are given, only those at these addresses.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also ask these addresses, which may be in other networks.
    #[arg(value_name = "IP")]
    addresses: Vec<Ipv4Addr>,

    /// Also query cameras that run an application, which restarts them; with addresses, only those.
    #[arg(long)]
    restart: bool,

    /// Do not connect to any camera.
    #[arg(long, conflicts_with = "restart")]
    quick: bool,

    /// Seconds to listen for answers.
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    wait: u64,

    /// How to print the cameras.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let reach = reach_until_interrupt(Duration::from_secs(WAIT));
    let wait = Duration::from_secs(args.wait);
    let cameras = discovery::everybody(&SystemUsb, &args.addresses, wait)?;
    let asked = on_each(&cameras, AT_ONCE, |_, camera| {
        survey(&reach, camera, args.depth(camera))
    });
    let found = cameras.iter().zip(asked).map(|(camera, asked)| {
        asked.unwrap_or_else(|panicked| {
            terminal.warning(&format!("{}: {panicked}", camera.address));
            Surveyed::unasked(camera)
        })
    });
    let found: Vec<_> = found.collect();
    for camera in &found {
        if let Some(remark) = camera.remark() {
            terminal.warning(&format!("{}: {}", camera.camera.address, text(&remark)));
        }
    }
    let silent = |address: &&Ipv4Addr| !cameras.iter().any(|camera| camera.is_at(**address));
    let silent: Vec<_> = args.addresses.iter().filter(silent).collect();
    for address in &silent {
        terminal.warning(&reach.unreachable((**address).into()).to_string());
    }
    match args.format {
        ResultFormat::Human if found.is_empty() => {
            terminal.progress("no camera answers");
            if silent.is_empty() {
                terminal.progress(format_args!("  help: {}", Lost::Anybody.help()));
            }
        }
        ResultFormat::Human => result(table(&found))?,
        ResultFormat::Json => {
            let cameras: Vec<_> = found.iter().map(Surveyed::json).collect();
            terminal::json(&json!({ "cameras": cameras }))?;
        }
    }
    discovery::refuse_twins(&cameras)?;
    let Some(address) = silent.first() else {
        return Ok(());
    };
    terminal.help(&Lost::At(**address).help());
    Err(Failure::ReportedWorld)
}

impl Args {
    /// How closely a camera is looked at. Whoever names one does not mean to restart the others.
    fn depth(&self, camera: &Camera) -> Depth {
        let is_meant = self.addresses.is_empty()
            || self.addresses.iter().any(|address| camera.is_at(*address));
        if self.quick {
            Depth::Discovered
        } else if self.restart && is_meant {
            Depth::Running
        } else {
            Depth::InBootloader
        }
    }
}

/// A note, and what to do about it.
fn text(remark: &Remark<'_>) -> String {
    match remark {
        Remark::Bootloader(warning) => warning_text(warning),
        Remark::NotAsked(error) => match error.advice() {
            Some(advice) => format!("{error}; {advice}"),
            None => error.to_string(),
        },
        Remark::OtherGeneration => remark.to_string(),
    }
}

/// Number of cameras that are queried at once.
const AT_ONCE: usize = 64;

const HEADINGS: [&str; 7] = [
    "ADDRESS",
    "MXID",
    "STATE",
    "BOOTLOADER",
    "MEMORIES",
    "FIRMWARE",
    "APPLICATION",
];

fn table(found: &[Surveyed]) -> Page {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(found.iter().map(row));
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut page = Page::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        page.line(line.trim_end());
    }
    page
}

fn row(found: &Surveyed) -> [String; HEADINGS.len()] {
    let camera = &found.camera;
    let info = found.info();
    let told = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let application = info.and_then(Info::application);
    let firmware = application.and_then(|found| found.firmware.as_deref());
    [
        camera.address.to_string(),
        camera.name().to_owned(),
        camera.state.to_string(),
        told(info.map(Info::bootloader)),
        told(info.map(Info::memories)),
        told(firmware.map(short)),
        told(application.map(|found| found.title().to_owned())),
    ]
}

/// A commit, abbreviated.
fn short(commit: &str) -> String {
    commit.chars().take(8).collect()
}
