//! `oakc device clear`: removes the application.

use oakc_device::maintenance::clear_application;
use oakc_runtime_schema::bootloader::Memory;

use super::{Camera, MemoryName, Selection};
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Remove the application; the camera stays in its bootloader.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// From which memory; auto means all memories.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let what = format!("this removes the application from {}", camera.name);
    args.camera.confirm_danger(terminal, &what, "clear")?;
    let mut bootloader = camera.bootloader(terminal)?;
    let cleared = clear_application(&mut bootloader, args.memory.into())?;
    bootloader.close();
    // An old bootloader chooses the memory and does not report which.
    let memories: Vec<_> = cleared
        .iter()
        .map(|memory| match memory {
            Memory::Auto => "memory".to_owned(),
            known => known.to_string(),
        })
        .collect();
    result(format!(
        "{}: there is no longer an application in its {}",
        camera.name,
        memories.join(" and ")
    ))
}
