//! What errors of programs that make pipelines mean: the part of the list for `oakc import`, and for whatever
//! takes a stored pipeline in place of an application.

use oakc_capture::{Candidate, CaptureError, StoredError};
use oakc_import::Unparsable;

use super::{Advice, Fault};

impl Advice for Unparsable {
    fn fault(&self) -> Fault {
        Fault::Bug
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

/// What pip is to install for a module that makes pipelines: the releases that work with depthai 2.33.
fn requirement(module: &str) -> &str {
    match module {
        "depthai_sdk" => "depthai-sdk>=1.14,<1.16",
        other => other,
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
