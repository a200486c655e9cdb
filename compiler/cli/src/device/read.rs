//! `oakc device read`: copies what is in a memory into a file.

use std::io::{self, Write as _};
use std::path::PathBuf;

use oakc_device::maintenance::{application_extent, application_memory};
use oakc_device::{Bootloader, Error};
use oakc_project::Output;
use oakc_runtime_schema::bootloader::Memory;

use super::{Camera, MemoryName, Selection};
use crate::failure::Failure;
use crate::flash::progress::Meter;
use crate::summary::grouped;
use crate::terminal::{Terminal, result};

/// Copy the application, or any part of a memory, into a file.
///
/// Restarts the camera into its bootloader; it restarts again afterwards.
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
    let mut bootloader = camera.bootloader_to("read its memory", &args.camera, terminal)?;
    let memory = match args.memory {
        MemoryName::Auto => application_memory(&mut bootloader)?,
        chosen => chosen.into(),
    };
    let (offset, size) = match args.offset.zip(args.size) {
        Some(chosen) => chosen,
        None => application_extent(&mut bootloader, memory)?,
    };
    let mut meter = Meter::new(terminal, &camera.name, "read");
    let mut output = Output::create(&args.output)?;
    let progress = &mut |done| meter.at(done, u64::from(size));
    copy(
        &mut bootloader,
        (memory, offset),
        size,
        &mut output,
        progress,
    )?;
    bootloader.close();
    output.publish()?;
    let size = grouped(u64::from(size));
    result(format!("{}: {size} bytes", args.output.display()))
}

/// Copies a part of a memory piece by piece. `progress` gets the bytes that were copied so far.
fn copy(
    bootloader: &mut Bootloader,
    place: (Memory, u32),
    size: u32,
    output: &mut Output,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Failure> {
    let mut done = 0;
    let mut written: io::Result<()> = Ok(());
    let read = bootloader.read(place, size, &mut |piece| {
        written = output.file().write_all(piece);
        if written.is_err() {
            return Err(Error::Cancelled);
        }
        done += piece.len() as u64;
        progress(done);
        Ok(())
    });
    written.map_err(|error| output.failed(error))?;
    Ok(read?)
}
