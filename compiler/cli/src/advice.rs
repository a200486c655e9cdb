//! What the errors of the libraries mean to whoever runs a command: an error in; whose fault it is, and
//! what can be done about it with the options of this program, out.
//!
//! Libraries say what happened and never name an option. An error that a command can return is listed
//! here, once; what it says of itself is never repeated.

use std::error::Error;

use oakc_core::lower::LowerError;
use oakc_core::package::PackageError;
use oakc_firmware::{Error as FirmwareError, FetchFailure};
use oakc_runtime_schema::sbr::SbrError;

/// Whose fault it is that a command did not do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The input is wrong.
    Input,
    /// The command line is wrong.
    Usage,
    /// A file, the network or a device failed.
    World,
    /// oakc itself is wrong.
    Bug,
}

/// An error of a library, seen from the command line.
pub(crate) trait Advice: Error + Send + 'static {
    /// Whose fault it is.
    fn fault(&self) -> Fault;

    /// What to do about it; nothing where the error itself says enough.
    fn advice(&self) -> Option<String> {
        None
    }
}

impl Advice for LowerError {
    fn fault(&self) -> Fault {
        match self {
            Self::TooLarge(_) => Fault::Input,
            Self::Internal(_) => Fault::Bug,
        }
    }
}

impl Advice for PackageError {
    fn fault(&self) -> Fault {
        match self {
            Self::Container(SbrError::TooLarge) => Fault::Input,
            Self::Container(_) | Self::Internal(_) => Fault::Bug,
        }
    }
}

impl Advice for FirmwareError {
    fn fault(&self) -> Fault {
        match self {
            Self::UnknownRelease { .. } => Fault::Input,
            _ => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::NoCacheDirectory => "set OAKC_CACHE to a directory that oakc can write to",
            Self::Cache { .. } => {
                "make the cache directory readable and writable, or choose another one with OAKC_CACHE"
            }
            Self::Damaged { .. } => "`oakc firmware install` replaces it",
            Self::UnknownRelease { .. } => {
                "name one of these, or package your own image with `--firmware FILE.cmd`"
            }
            Self::NoSuchVariant { .. } => {
                "convert the model for OpenVINO 2022.1, or name another release"
            }
            Self::UnknownSource { .. } => "pass one of these to `oakc firmware install --from`",
            Self::Wheel { .. } => {
                "download it again, or pass another one to `oakc firmware install --from`"
            }
            Self::NotInSource { .. } => {
                "pass the wheel of exactly that version to `oakc firmware install --from`"
            }
            Self::WrongDigest { .. } => "download the wheel again, from a source that you trust",
            Self::NotInstalled { version, .. } => {
                return Some(install_from_wheel(version));
            }
            Self::Fetch { version, reason } => {
                return Some(match reason {
                    FetchFailure::NoPip { python } => format!(
                        "install pip (`{python} -m ensurepip`), or {}",
                        install_from_wheel(version)
                    ),
                    _ => install_from_wheel(version),
                });
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

fn install_from_wheel(version: &str) -> String {
    format!(
        "download the wheel of depthai {version} on any machine and run `oakc firmware install --from \
         WHEEL`"
    )
}
