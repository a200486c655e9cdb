//! What errors of the camera on the desk mean: the part of the list for `oakc test` and `oakc simulate`.

use oakc_simulate::{FootageError, RecordError, SourceError, SubjectError, ViewError};
use oakc_suite::{FindError, SetupError};

use super::{Advice, Fault};

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
