//! `oakc device clear`: takes the application away.

use oakc_device::maintenance::clear_application;

use super::{Camera, MemoryName, Selection};
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Take the application away; the camera stays in its bootloader.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// From which memory; auto means from all.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let what = format!("this takes the application off {}", camera.name);
    args.camera.confirm_danger(terminal, &what, "clear")?;
    let mut bootloader = camera.bootloader(terminal)?;
    let cleared = clear_application(&mut bootloader, args.memory.into()).map_err(Failure::world)?;
    bootloader.close();
    let cleared: Vec<_> = cleared.iter().map(ToString::to_string).collect();
    result(&format!(
        "{}: cleared {}",
        camera.name,
        cleared.join(" and ")
    ))
}
