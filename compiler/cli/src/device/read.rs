//! `oakc device read`: copies what is in a memory into a file.

use std::path::PathBuf;

use oakc_device::maintenance::{application_memory, read_application, read_memory};

use super::{Camera, MemoryName, Selection};
use crate::failure::Failure;
use crate::flash::progress::Meter;
use crate::summary::grouped;
use crate::terminal::{Terminal, result};

/// Copy the application, or any part of a memory, into a file.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// Where to write it.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// From which memory.
    #[arg(long, value_enum, default_value_t = MemoryName::Auto)]
    memory: MemoryName,

    /// First byte, instead of the application's.
    #[arg(long, value_name = "BYTES", requires = "size")]
    offset: Option<u32>,

    /// How many bytes.
    #[arg(long, value_name = "BYTES", requires = "offset")]
    size: Option<u32>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let mut bootloader = camera.bootloader(terminal)?;
    let memory = match args.memory {
        MemoryName::Auto => application_memory(&mut bootloader)?,
        chosen => chosen.into(),
    };
    let mut meter = Meter::new(terminal, &camera.name, "read");
    let progress = &mut |done, total| meter.at(done, total);
    let read = match args.offset.zip(args.size) {
        Some((offset, size)) => read_memory(&mut bootloader, (memory, offset), size, progress),
        None => read_application(&mut bootloader, memory, progress),
    };
    let bytes = read?;
    bootloader.close();
    oakc_project::write(&args.output, &bytes)?;
    let size = grouped(bytes.len() as u64);
    result(format!("{}: {size} bytes", args.output.display()))
}
