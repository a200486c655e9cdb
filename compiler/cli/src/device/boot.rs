//! `oakc device boot`: starts the application.

use std::time::Duration;

use oakc_device::flash::OBSERVE;

use super::{Camera, Selection};
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Start the application, wait until the camera reports that it runs, and watch that it keeps running.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// Seconds for which it has to keep running.
    #[arg(long, value_name = "SECONDS", default_value_t = OBSERVE.as_secs(), value_parser = clap::value_parser!(u64).range(..=86_400))]
    observe: u64,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    camera.bootloader(terminal)?.boot_application()?;
    camera.reach.running(&mut camera.target)?;
    let time = Duration::from_secs(args.observe);
    camera.reach.keeps_running(&mut camera.target, time)?;
    result(format!("{}: the application runs", camera.name))
}
