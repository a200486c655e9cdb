//! `oakc device factory-reset`: resets bootloader and settings to their factory state.

use oakc_device::maintenance::{Image, factory_reset};
use oakc_runtime_schema::bootloader::BootloaderType;

use super::bootloader::{Steps, kind_of, released, types};
use super::{Camera, Selection};
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Reset bootloader and settings to their factory state.
///
/// Writes the newest bootloader, and erases settings, user bootloader and the application's table.
/// Do not cut the power while it runs.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// The type of the bootloader, which must match the camera's own; default: the camera's own.
    #[arg(long = "type", value_parser = types(), value_name = "TYPE")]
    kind: Option<BootloaderType>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let what = format!(
        "this erases the settings and the application of {}, and replaces its bootloader; if the \
         power fails, it may never start again",
        camera.name
    );
    args.camera
        .confirm_danger(terminal, &what, "factory-reset")?;
    let kind = kind_of(&mut camera, args.kind, terminal)?;
    let (bytes, version) = released(kind, terminal)?;
    let image = Image {
        bytes: &bytes,
        kind,
        version,
    };
    let mut steps = Steps::new(terminal, &camera.name);
    let running = factory_reset(&camera.reach, &mut camera.target, &image, &mut |step| {
        steps.tell(step);
    });
    let running = running?;
    result(format!("{}: reset, runs bootloader {running}", camera.name))
}
