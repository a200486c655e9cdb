//! `oakc device boot`: starts the application.

use super::{Camera, Selection};
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Start the application, and wait until the camera reports that it is running.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    camera.bootloader(terminal)?.boot_application()?;
    camera.reach.running(&mut camera.target)?;
    result(format!("{}: the application runs", camera.name))
}
