//! `oakc devices`: the cameras that are there, and what they tell of themselves.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::discovery::{self, Camera};
use oakc_device::maintenance::Info;
use oakc_device::usb::SystemUsb;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Reach, Result, Target};
use oakc_project::on_each;
use serde_json::{Value, json};

use crate::device::info;
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::terminal::{ResultFormat, Terminal, result};

/// Find cameras, in the network and on USB.
///
/// Cameras in their bootloader are asked for more, and restart afterwards. Cameras that run an
/// application are left alone unless --restart is given.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ask these addresses as well, in other networks too.
    #[arg(value_name = "IP")]
    addresses: Vec<Ipv4Addr>,

    /// Ask cameras that run an application, too: they restart for that.
    #[arg(long)]
    restart: bool,

    /// Connect to none of them.
    #[arg(long, conflicts_with = "restart")]
    quick: bool,

    /// Seconds to listen for answers.
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    wait: u64,

    /// How to print the cameras.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

/// A camera, and what its bootloader tells if it was asked.
struct Found {
    camera: Camera,
    told: Option<Result<Info>>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let reach = Reach {
        cancel: cancel_on_interrupt()?,
        ..Reach::default()
    };
    let wait = Duration::from_secs(args.wait);
    let cameras =
        discovery::everybody(&SystemUsb, &args.addresses, wait).map_err(Failure::world)?;
    let found = ask_all(args, &reach, &cameras);
    for camera in &found {
        for warning in warnings(camera) {
            terminal.warning(&format!("{}: {warning}", camera.camera.place));
        }
    }
    let silent = |address: &&Ipv4Addr| !found.iter().any(|found| found.camera.is_at(**address));
    let silent: Vec<_> = args.addresses.iter().filter(silent).collect();
    for address in &silent {
        terminal.warning(&format!("no camera answers at {address}"));
    }
    match args.format {
        ResultFormat::Human if found.is_empty() => terminal.progress("no camera answers"),
        ResultFormat::Human => result(table(&found).trim_end())?,
        ResultFormat::Json => {
            let cameras: Vec<_> = found.iter().map(json_of).collect();
            result(&json!({ "cameras": cameras }).to_string())?;
        }
    }
    if silent.is_empty() {
        return Ok(());
    }
    Err(Failure::ReportedWorld)
}

/// Asks the cameras that may be asked.
fn ask_all(args: &Args, reach: &Reach, cameras: &[Camera]) -> Vec<Found> {
    let asked = |camera: &Camera| {
        let in_bootloader = camera.state == DeviceState::Bootloader && !args.quick;
        let running = camera.state == DeviceState::FlashBooted && args.restart;
        camera.supported && (in_bootloader || running)
    };
    on_each(cameras, AT_ONCE, |_, camera| Found {
        camera: camera.clone(),
        told: asked(camera).then(|| info::ask(reach, &mut Target::from(camera))),
    })
}

fn warnings(found: &Found) -> Vec<String> {
    match &found.told {
        Some(Ok(info)) => info.warning().iter().map(ToString::to_string).collect(),
        Some(Err(error)) => vec![error.to_string()],
        None if !found.camera.supported => {
            vec!["of a later generation (RVC3 or RVC4): no package fits it".to_owned()]
        }
        None => Vec::new(),
    }
}

/// Cameras that are asked at once.
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

fn table(found: &[Found]) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(found.iter().map(row));
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn row(found: &Found) -> [String; HEADINGS.len()] {
    let camera = &found.camera;
    let info = found.told.as_ref().and_then(|told| told.as_ref().ok());
    let told = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let application = info.and_then(Info::application);
    [
        camera.place.to_string(),
        camera.name().to_owned(),
        camera.state.to_string(),
        told(info.map(info::bootloader)),
        told(info.map(info::memories)),
        told(
            application
                .and_then(|found| found.firmware.as_deref())
                .map(short),
        ),
        told(application.map(|found| found.name.clone().unwrap_or_else(|| "(no name)".to_owned()))),
    ]
}

/// A commit as people quote it.
fn short(commit: &str) -> String {
    commit.chars().take(8).collect()
}

fn json_of(found: &Found) -> Value {
    let mut value = info::camera_json(&found.camera);
    match &found.told {
        Some(Ok(info)) => info::merge(&mut value, info::json_of(info)),
        Some(Err(error)) => value["error"] = json!(error.to_string()),
        None => {}
    }
    value["warnings"] = json!(warnings(found));
    value
}
