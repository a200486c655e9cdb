//! What errors of the libraries mean on the command line: an error in; its cause (input, command
//! line, environment or oakc itself), and what to do about it with the options of this program,
//! out.
//!
//! Libraries report what happened and never name an option. Every error that a command can return
//! is listed here once; its own message is never repeated.

mod deploy;
mod desk;
mod device;
mod import;
mod logs;
mod toolchain;

use std::error::Error;

use oakc_core::lower::LowerError;
use oakc_core::package::PackageError;
use oakc_firmware::{Error as FirmwareError, FetchFailure};
use oakc_pack::inspect::ExtractError;
use oakc_pack::{Doubt, LockError};
use oakc_picture::TooLarge;
use oakc_project::{
    DamagedPackage, FileError, FileKind, FixError, InvalidPackage, LoadError, PatternError,
    TemplateError,
};
use oakc_python::NoInterpreter;
use oakc_runtime_schema::sbr::SbrError;

use crate::inspect::NotInspectable;
use crate::lost::Lost;
pub(crate) use device::warning_text;

/// What to do where a configuration needs a file outside of its repository.
pub(crate) const ALLOW_OUTSIDE: &str =
    "if you trust it with that file, allow the folder with `--allow-outside DIR`";

/// The cause of a command's failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The input is wrong.
    Input,
    /// The command line is wrong.
    Usage,
    /// A file, the network or a device failed.
    World,
    /// oakc itself has a bug.
    Bug,
}

/// An error of a library, as seen from the command line.
pub(crate) trait Advice: Error + Send + 'static {
    /// Its cause.
    fn fault(&self) -> Fault;

    /// What to do about it; `None` if the error says enough.
    fn advice(&self) -> Option<String> {
        None
    }

    /// The camera that was not found or cannot be connected to, if that is what happened.
    fn lost(&self) -> Option<Lost> {
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

impl Advice for NoInterpreter {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::System => "run this command on one of them".to_owned(),
            Self::None | Self::Unsuitable { .. } => {
                "install CPython 3.9 to 3.13, or name one with OAKC_PYTHON".to_owned()
            }
        })
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
                        "install pip (`{python} -m ensurepip`); or {}",
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
        "on a machine with a network, run\n    \
         python3 -m pip download --no-deps --only-binary=:all: --python-version=3.11 \
         --platform=manylinux_2_28_x86_64 depthai=={version}\n  \
         and here, with the wheel that it downloads, `oakc firmware install --from WHEEL`"
    )
}

impl Advice for FileError {
    fn fault(&self) -> Fault {
        match self {
            Self::Refused { .. } => Fault::World,
            Self::TooLarge { .. } | Self::Outside { .. } | Self::NotEmpty(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::NotEmpty(_) => Some("use --force to write into it anyway".to_owned()),
            Self::Outside { .. } => Some(ALLOW_OUTSIDE.to_owned()),
            Self::Refused { .. } | Self::TooLarge { .. } => None,
        }
    }
}

impl Advice for TemplateError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::Exists(_) => Fault::Input,
        }
    }
}

impl Advice for PatternError {
    fn fault(&self) -> Fault {
        match self {
            Self::Invalid { .. } => Fault::Input,
            Self::NoMatch(_) | Self::NoApplication(_) => Fault::World,
            Self::File(error) => error.fault(),
        }
    }
}

impl Advice for LoadError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::UnknownLanguage(_) | Self::NotAnApplication { .. } | Self::Settings(_) => {
                Fault::Input
            }
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::NotAnApplication { found, .. } => Some(in_place_of_application(*found)),
            Self::File(error) => error.advice(),
            Self::Settings(_) => {
                Some("they are checked with each application below their folder".to_owned())
            }
            Self::UnknownLanguage(_) => None,
        }
    }
}

/// What to do with a file that was passed in place of an application.
fn in_place_of_application(found: FileKind) -> String {
    let text = match found {
        FileKind::Package => {
            "it is built already: `oakc inspect` shows what is inside, `oakc flash` writes it to cameras, and \
             `oakc import` makes an application of it"
        }
        FileKind::Model => {
            "`oakc inspect` shows it; an application uses it with the key `model` of a node, and \
             `oakc init` creates one"
        }
        FileKind::Application => "rename it to end in .toml or .yaml",
        FileKind::Other(_) => "pass an application; `oakc init` creates one",
    };
    text.to_owned()
}

/// What to do with a file that was passed in place of a package.
fn in_place_of_package(found: FileKind) -> String {
    let text = match found {
        FileKind::Application => "`oakc build` makes a package of it",
        FileKind::Model => "`oakc inspect` shows it",
        FileKind::Package | FileKind::Other(_) => {
            "pass a package; `oakc build` makes one of an application"
        }
    };
    text.to_owned()
}

impl Advice for NotInspectable {
    fn fault(&self) -> Fault {
        Fault::Input
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::Model(invalid) => invalid.reason.help().to_owned(),
            Self::Other {
                found: FileKind::Other(found),
                ..
            } => found.help().to_owned(),
            Self::Other { .. } => {
                "`oakc lint` checks it, `oakc graph` draws it, and `oakc build` makes a package of it"
                    .to_owned()
            }
        })
    }
}

impl Advice for FixError {
    fn fault(&self) -> Fault {
        match self {
            Self::Load(error) => error.fault(),
            Self::Name(_) | Self::Harmful(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.advice(),
            Self::Name(_) | Self::Harmful(_) => None,
        }
    }
}

impl Advice for oakc_pack::Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Lower(error) => error.fault(),
            Self::Package(error) => error.fault(),
            Self::Firmware(error) => error.fault(),
            Self::File(error) => error.fault(),
            Self::Lock(error) => error.fault(),
            Self::ReplacesInput(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Lower(error) => error.advice(),
            Self::Package(error) => error.advice(),
            Self::Firmware(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Lock(error) => error.advice(),
            Self::ReplacesInput(_) => None,
        }
    }
}

impl Advice for LockError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotPinned(_) | Self::Differs { .. } | Self::Broken { .. } => Fault::Input,
            Self::File(error) | Self::Unwritable(error) => error.fault(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::NotPinned(_) => "build once without --locked",
            Self::Differs { .. } => "build without --locked to accept the change",
            Self::Broken { .. } => "delete it, and the next build creates it again",
            Self::Unwritable(_) => "`--no-lock` builds without a lock file",
            Self::File(_) => return None,
        };
        Some(text.to_owned())
    }
}

impl Advice for ExtractError {
    fn fault(&self) -> Fault {
        match self {
            Self::LostAsset(_) => Fault::Input,
            Self::File(error) => error.fault(),
        }
    }
}

impl Advice for InvalidPackage {
    fn fault(&self) -> Fault {
        Fault::Input
    }

    fn advice(&self) -> Option<String> {
        self.found.map(in_place_of_package)
    }
}

impl Advice for DamagedPackage {
    fn fault(&self) -> Fault {
        Fault::Input
    }

    fn advice(&self) -> Option<String> {
        let text = "get it again from where it was built; `--ignore-checksums` reads it as it is";
        Some(text.to_owned())
    }
}

impl Advice for TooLarge {
    fn fault(&self) -> Fault {
        Fault::Input
    }

    fn advice(&self) -> Option<String> {
        Some("`--format dot` has no limit".to_owned())
    }
}

/// A warning about a package, and what to do about it.
pub(crate) fn of_doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::UnknownRelease(_) => doubt.to_string(),
        Doubt::NeedsHost(_) => format!(
            "{doubt}; `oakc import --serve tcp` creates an application from it that serves its \
             streams itself"
        ),
    }
}
