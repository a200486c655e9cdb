//! `oakc device info`: all information about a camera.

use oakc_device::maintenance::{Info, camera_json};
use oakc_diag::render::Page;

use super::{Camera, Selection};
use crate::advice::warning_text;
use crate::failure::Failure;
use crate::terminal::{ResultFormat, Terminal, json, result};

/// Show information about a camera.
///
/// Restarts it into its bootloader; it restarts again afterwards.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: Selection,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let bootloader = camera.bootloader_to("query it", &args.camera, terminal)?;
    let info = Info::ask_and_leave(&camera.reach, &mut camera.target, bootloader)?;
    if let Some(warning) = info.warning() {
        terminal.warning(&warning_text(&warning));
    }
    match args.format {
        ResultFormat::Human => result(info.lines(&camera.target).into_iter().collect::<Page>()),
        ResultFormat::Json => json(&camera_json(camera.seen.as_ref(), Some(&info))),
    }
}
