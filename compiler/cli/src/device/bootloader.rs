//! `oakc device bootloader`: another bootloader onto a camera.

use std::path::PathBuf;

use oakc_device::maintenance::{
    Image, Step, UpdateError, update_bootloader, update_user_bootloader,
};
use oakc_device::xlink::datagram::DeviceState;
use oakc_runtime_schema::bootloader::{BootloaderType, Version};
use oakc_runtime_schema::release::latest;

use super::{Camera, Selection};
use crate::failure::Failure;
use crate::files::read_bounded;
use crate::firmware::store;
use crate::flash::progress::Meter;
use crate::terminal::{Terminal, result};

/// Largest file that is read; the largest place for a bootloader is 4 MiB.
const LARGEST: u64 = 8 << 20;

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

    /// The type, which has to be that of the camera's own; default: that one. For a camera without
    /// any (`unbooted`) it has to be said.
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    kind: Option<TypeName>,

    /// Store it as user bootloader: the factory's stays, and starts this one.
    #[arg(long)]
    user: bool,

    /// An image of your own instead of the one that belongs to the newest supported release.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A type of bootloader, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TypeName {
    /// For PoE cameras.
    Network,
    /// For cameras with USB only.
    Usb,
}

impl From<TypeName> for BootloaderType {
    fn from(name: TypeName) -> Self {
        match name {
            TypeName::Network => Self::Network,
            TypeName::Usb => Self::Usb,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let Command::Flash(args) = &args.command;
    let mut camera = Camera::find(&args.camera)?;
    let part = if args.user { "user" } else { "factory" };
    let what = format!(
        "this replaces the {part} bootloader of {}; cut power and it may be dead",
        camera.name
    );
    args.camera.confirm_danger(terminal, &what, "bootloader")?;
    let kind = kind_of(&mut camera, args.kind, terminal)?;
    let (bytes, version) = match &args.file {
        None => released(kind, terminal)?,
        Some(path) => {
            let bytes = read_bounded(path, LARGEST);
            (
                bytes.map_err(|error| Failure::file("read", path, error))?,
                None,
            )
        }
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
    let running = running.map_err(failure)?;
    let written = if running.user && !args.user {
        "the factory bootloader is replaced; still "
    } else {
        ""
    };
    result(&format!(
        "{}: {written}runs bootloader {running}",
        camera.name
    ))
}

/// What is wrong with the image is wrong input; everything else is the camera.
pub(crate) fn failure(error: UpdateError) -> Failure {
    match error {
        UpdateError::TypeMismatch { .. }
        | UpdateError::NoBootloader
        | UpdateError::TooLarge { .. } => Failure::Input(error.to_string()),
        _ => Failure::world(error),
    }
}

/// The type of the camera's own bootloader; another one is refused before anything is written.
pub(crate) fn kind_of(
    camera: &mut Camera,
    wanted: Option<TypeName>,
    terminal: &Terminal,
) -> Result<BootloaderType, Failure> {
    let seen = camera.seen.as_ref().map(|seen| seen.state);
    if seen == Some(DeviceState::Unbooted) {
        return kind_of_first(&camera.name, wanted);
    }
    let bootloader = camera.bootloader(terminal)?;
    let running = bootloader.kind();
    bootloader.close();
    match wanted.map(BootloaderType::from) {
        Some(wanted) if wanted != running => Err(Failure::Input(format!(
            "{} has a {running} bootloader; a {wanted} one would leave it unreachable",
            camera.name
        ))),
        _ => Ok(running),
    }
}

/// The type of the first bootloader of a camera, which has none to ask.
fn kind_of_first(camera: &str, wanted: Option<TypeName>) -> Result<BootloaderType, Failure> {
    match wanted {
        Some(TypeName::Usb) => Ok(BootloaderType::Usb),
        Some(TypeName::Network) => Err(Failure::Input(format!(
            "{camera} waits on USB, where only a USB bootloader can be started; the library's device \
             manager writes one for the network from there"
        ))),
        None => Err(Failure::Usage(format!(
            "{camera} has no bootloader that could say of which type it is to be: pass --type usb if \
             it is a camera without Ethernet"
        ))),
    }
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

/// Says what is done to a camera.
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
            Step::Restarting => "restarting, to ask for the version",
            _ => "taking it into its bootloader",
        };
        self.terminal.progress(format!("{}: {text}", self.name));
    }
}
