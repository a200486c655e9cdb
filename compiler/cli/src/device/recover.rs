//! `oakc device recover`: recovers a camera that can only be reached for a moment at a time.

use std::path::PathBuf;
use std::time::Duration;

use oakc_device::flash::{Options, Package, State};
use oakc_device::maintenance;

use super::{Camera, Selection};
use crate::failure::Failure;
use crate::flash::progress::{Progress, Style};
use crate::flash::read_package;
use crate::terminal::{Terminal, result};

/// Recover a camera whose application keeps crashing.
///
/// Its bootloader listens for about a second after each start. This command keeps trying to connect
/// to it, removes the application, and flashes another one if FILE is given.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A package (.dap) to flash afterwards.
    file: Option<PathBuf>,

    #[command(flatten)]
    camera: Selection,

    /// How many seconds to keep trying.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let package = args
        .file
        .as_deref()
        .map(|path| read_package(path, terminal))
        .transpose()?;
    let mut camera = Camera::named(&args.camera)?;
    let what = format!("this removes the application from {}", camera.name);
    args.camera.confirm_danger(terminal, &what, "recover")?;
    let name = camera.name.clone();
    let told = &mut |tries| {
        terminal.progress(format!(
            "{name}: seen in its bootloader, connecting (attempt {tries})"
        ));
    };
    let patience = Duration::from_secs(args.patience);
    maintenance::recover(&camera.reach, &mut camera.target, patience, told)?;
    camera.progress(terminal, "connected; application removed");
    match package {
        Some(package) => flash(&mut camera, &package, terminal),
        None => result(format!("{}: waiting in its bootloader", camera.name)),
    }
}

fn flash(camera: &mut Camera, package: &Package, terminal: &Terminal) -> Result<(), Failure> {
    let progress = Progress::new(terminal, Style::Auto, vec![camera.name.clone()]);
    let options = Options::default();
    let report = oakc_device::flash::flash(
        &camera.reach,
        &mut camera.target,
        package,
        options,
        &mut |event| progress.tell(0, &event),
    );
    progress.finish();
    match report.failure {
        Some(error) => Err(error.into()),
        None if report.state == State::Running => {
            result(format!("{}: the application runs", camera.name))
        }
        None => result(format!("{}: flashed", camera.name)),
    }
}
