//! `oakc device bootloader`: writes a bootloader onto a camera.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use oakc_device::maintenance::{
    Image, Step, bootloader_type, update_bootloader, update_user_bootloader,
};
use oakc_project::{Limit, read};
use oakc_runtime_schema::bootloader::{BootloaderType, Version};
use oakc_runtime_schema::release::latest;

use super::{Camera, Selection, restarting};
use crate::failure::Failure;
use crate::firmware::store;
use crate::flash::progress::Meter;
use crate::terminal::{Terminal, result};

/// Update the bootloader.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write a bootloader. Do not cut the power while it is written.
    Flash(FlashArgs),
}

/// Write a bootloader. Do not cut the power while it is written.
#[derive(clap::Args)]
struct FlashArgs {
    #[command(flatten)]
    camera: Selection,

    /// The type, which must match the camera's own; default: the camera's own. Required for a
    /// camera without a bootloader (`unbooted`).
    #[arg(long = "type", value_parser = types(), value_name = "TYPE")]
    kind: Option<BootloaderType>,

    /// Store it as user bootloader: the factory bootloader stays, and starts this one.
    #[arg(long)]
    user: bool,

    /// A custom image instead of that of the newest supported release.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// The types of bootloaders, as the command line names them.
pub(crate) fn types() -> impl TypedValueParser<Value = BootloaderType> {
    let names = PossibleValuesParser::new([
        PossibleValue::new(NETWORK).help("For PoE cameras"),
        PossibleValue::new("usb").help("For cameras with only USB"),
    ]);
    names.map(|name| match name.as_str() {
        NETWORK => BootloaderType::Network,
        _ => BootloaderType::Usb,
    })
}

/// The name of the type that most cameras here have.
pub(crate) const NETWORK: &str = "network";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let Command::Flash(args) = &args.command;
    let mut camera = Camera::find(&args.camera)?;
    let part = if args.user { "user" } else { "factory" };
    let what = format!(
        "this replaces the {part} bootloader of {}; if the power fails, it may never start again",
        camera.name
    );
    args.camera.confirm_danger(terminal, &what, "bootloader")?;
    let kind = kind_of(&mut camera, args.kind, terminal)?;
    let (bytes, version) = match &args.file {
        None => released(kind, terminal)?,
        Some(path) => (read(path, Limit::BOOTLOADER)?, None),
    };
    let image = Image {
        bytes: &bytes,
        kind,
        version,
    };
    let update = if args.user {
        update_user_bootloader
    } else {
        update_bootloader
    };
    let mut steps = Steps::new(terminal, &camera.name);
    let running = update(&camera.reach, &mut camera.target, &image, &mut |step| {
        steps.tell(step);
    });
    let running = running?;
    let written = if running.user && !args.user {
        "the factory bootloader was replaced; still "
    } else {
        ""
    };
    result(format!(
        "{}: {written}runs bootloader {running}",
        camera.name
    ))
}

/// The type of the camera's own bootloader; another one is refused before anything is written.
pub(crate) fn kind_of(
    camera: &mut Camera,
    wanted: Option<BootloaderType>,
    terminal: &Terminal,
) -> Result<BootloaderType, Failure> {
    let restarting = &mut restarting(&camera.name, terminal);
    let kind = bootloader_type(&camera.reach, &mut camera.target, wanted, restarting)?;
    Ok(kind)
}

/// The bootloader of the newest supported release, from the cache.
pub(crate) fn released(
    kind: BootloaderType,
    terminal: &Terminal,
) -> Result<(Vec<u8>, Option<Version>), Failure> {
    let progress = &mut |event| terminal.progress(event);
    let image = store()?.bootloader(latest().version(), kind, progress)?;
    Ok((image.read()?, Some(image.version())))
}

/// Reports what is done to a camera.
pub(crate) struct Steps<'a> {
    terminal: &'a Terminal,
    name: String,
    meter: Meter<'a>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(terminal: &'a Terminal, name: &str) -> Self {
        Self {
            terminal,
            name: name.to_owned(),
            meter: Meter::new(terminal, name, "written"),
        }
    }

    pub(crate) fn tell(&mut self, step: Step) {
        let text = match step {
            Step::Writing(done, total) => return self.meter.at(done, total),
            Step::Starting => "starting the new bootloader from memory",
            Step::Verifying => "reading it back",
            Step::Restarting => "restarting to check the version",
            _ => "restarting into its bootloader",
        };
        self.terminal.progress(format!("{}: {text}", self.name));
    }
}
