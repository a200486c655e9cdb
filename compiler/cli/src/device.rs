//! `oakc device`: manages one camera.

mod boot;
pub(crate) mod bootloader;
mod clear;
mod config;
mod factory_reset;
pub(crate) mod info;
mod read;
mod recover;

use std::fmt::Display;

use oakc_device::selection::{self, SelectionError};
use oakc_device::usb::SystemUsb;
use oakc_device::{Error, Locator, Reach, Target};
use oakc_runtime_schema::bootloader::Memory;

use crate::failure::Failure;
use crate::interrupt::{WAIT, reach_until_interrupt, wait};
use crate::terminal::Terminal;

/// Manage a camera.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Info(info::Args),
    /// Remove the application; the camera stays in its bootloader.
    Clear(clear::Args),
    /// Read and change the settings of the bootloader.
    Config(config::Args),
    /// Update the bootloader.
    Bootloader(bootloader::Args),
    /// Start the application.
    Boot(boot::Args),
    Read(read::Args),
    Recover(recover::Args),
    FactoryReset(factory_reset::Args),
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    match &args.command {
        Command::Info(args) => info::run(args, terminal),
        Command::Clear(args) => clear::run(args, terminal),
        Command::Config(args) => config::run(args, terminal),
        Command::Bootloader(args) => bootloader::run(args, terminal),
        Command::Boot(args) => boot::run(args, terminal),
        Command::Read(args) => read::run(args, terminal),
        Command::Recover(args) => recover::run(args, terminal),
        Command::FactoryReset(args) => factory_reset::run(args, terminal),
    }
}

/// Which camera a command is for, which may be named without an option.
#[derive(clap::Args)]
pub(crate) struct Selection {
    /// The camera, by IP, USB path (usb:1.2.3) or MXID; default: the only camera found.
    #[arg(value_name = "IP|USB|MXID", conflicts_with = "device")]
    camera: Option<Locator>,

    #[command(flatten)]
    options: SelectionOptions,
}

/// Which camera a command is for, and what the user has said about it.
#[derive(Clone, clap::Args)]
struct SelectionOptions {
    /// The same.
    #[arg(long, short, value_name = "IP|USB|MXID")]
    device: Option<Locator>,

    /// Seconds to wait for a camera that does not answer; where none is named, for others that may be
    /// restarting.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,
}

impl Selection {
    fn locator(&self) -> Option<&Locator> {
        self.camera.as_ref().or(self.options.device.as_ref())
    }

    /// Asks whether to continue. Without a terminal there is nobody to ask, and naming the camera
    /// counts as consent.
    pub(crate) fn confirm(&self, terminal: &Terminal, question: &str) -> Result<(), Failure> {
        if self.options.yes || !terminal.can_ask() || terminal.confirm(question)? {
            return Ok(());
        }
        Err(Failure::world("nothing was done"))
    }

    /// Asks whether to do something that cannot be undone: it needs --yes or a typed word.
    pub(crate) fn confirm_danger(
        &self,
        terminal: &Terminal,
        what: &str,
        word: &str,
    ) -> Result<(), Failure> {
        if self.options.yes {
            return Ok(());
        }
        if !terminal.can_ask() {
            return Err(Failure::Usage(format!("{what}; pass --yes to do it")));
        }
        if terminal.confirm_by_word(what, word)? {
            return Ok(());
        }
        Err(Failure::world("nothing was done"))
    }
}

/// The camera that a command is for.
pub(crate) struct Camera {
    pub(crate) name: String,
    pub(crate) seen: Option<oakc_device::discovery::Camera>,
    pub(crate) target: Target,
    pub(crate) reach: Reach,
}

impl Camera {
    /// The camera that is meant, which has to answer.
    pub(crate) fn find(selection: &Selection) -> Result<Self, Failure> {
        let camera = Self::named(selection)?;
        if camera.seen.is_none() {
            return Err(camera.reach.unreachable(camera.target.address).into());
        }
        Ok(camera)
    }

    /// The camera that is meant, whether it answers or not.
    pub(crate) fn named(selection: &Selection) -> Result<Self, Failure> {
        let wait = wait(selection.options.timeout);
        let chosen = selection::only(&SystemUsb, selection.locator(), wait)?;
        let name = match &chosen.seen {
            Some(seen) => format!("{} ({})", seen.address, seen.name()),
            None => chosen.name,
        };
        Ok(Self {
            name,
            seen: chosen.seen,
            target: chosen.target.map_err(SelectionError::from)?,
            reach: reach_until_interrupt(wait),
        })
    }

    /// Connects to its bootloader.
    pub(crate) fn bootloader(
        &mut self,
        terminal: &Terminal,
    ) -> Result<oakc_device::Bootloader, Failure> {
        let restarting = &mut restarting(&self.name, terminal);
        Ok(self.reach.bootloader(&mut self.target, restarting)?)
    }

    /// The same for a command that only reads: asks before it ends an application that runs. The question is whether
    /// to restart the camera to `purpose`.
    pub(crate) fn bootloader_to(
        &mut self,
        purpose: &str,
        selection: &Selection,
        terminal: &Terminal,
    ) -> Result<oakc_device::Bootloader, Failure> {
        match self.reach.idle_bootloader(&mut self.target) {
            Err(Error::Running) => {
                selection.confirm(terminal, &format!("Restart {} to {purpose}?", self.name))?;
                self.bootloader(terminal)
            }
            reached => Ok(reached?),
        }
    }

    /// A line about its progress.
    pub(crate) fn progress(&self, terminal: &Terminal, text: impl Display) {
        terminal.progress(format!("{}: {text}", self.name));
    }
}

/// Reports that a camera is restarting into its bootloader.
pub(crate) fn restarting(name: &str, terminal: &Terminal) -> impl FnMut() {
    move || terminal.progress(format!("{name}: restarting into the bootloader"))
}

/// A memory, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MemoryName {
    /// Where the camera has its application.
    Auto,
    /// NOR flash.
    Flash,
    /// eMMC.
    Emmc,
}

impl From<MemoryName> for Memory {
    fn from(name: MemoryName) -> Self {
        match name {
            MemoryName::Auto => Self::Auto,
            MemoryName::Flash => Self::Flash,
            MemoryName::Emmc => Self::Emmc,
        }
    }
}
