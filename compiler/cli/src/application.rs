//! The command-line options for packaging.

use std::path::PathBuf;

use oakc_pack::Options;

/// Options for packaging.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Packaging {
    /// Compress the firmware: 10.7 MB instead of 28.5 MB, at the cost of a slower boot.
    #[arg(long)]
    compress: bool,

    /// Let the bootloader check the firmware's checksum at every boot.
    #[arg(long)]
    checksum: bool,

    /// Package this firmware image instead of the release's own.
    #[arg(long, value_name = "FILE.cmd")]
    firmware: Option<PathBuf>,
}

impl Packaging {
    /// The same for the library.
    pub(crate) fn options(&self) -> Options {
        Options {
            compress: self.compress,
            check_checksum: self.checksum,
            firmware: self.firmware.clone(),
        }
    }
}
