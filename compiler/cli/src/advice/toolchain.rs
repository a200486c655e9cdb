//! Models: why one is not compiled, and the way out.

use std::path::Path;

use oakc_toolchain::fetch::FetchError;
use oakc_toolchain::onnx::Doubt;
use oakc_toolchain::prepare::PrepareError;
use oakc_toolchain::{Error, NoPython, PipFailure, SourceError, TOOL};

use super::{Advice, Fault};

impl Advice for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Fetch(FetchError::Download { .. }) => Fault::World,
            Self::Source(_)
            | Self::Refused { .. }
            | Self::Fetch(_)
            | Self::Prepare(PrepareError::Setting(_)) => Fault::Input,
            _ => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::NoPython(NoPython::None) => PYTHON.to_owned(),
            Self::NoPython(NoPython::Unsuitable { .. }) => {
                "name another one with OAKC_MODEL_PYTHON, or with `--python` of `oakc build` and `oakc model`; or none, and oakc looks \
                 for one"
                    .to_owned()
            }
            Self::Machine(_) => {
                "compile the model on x86-64 Linux, macOS or Windows with `oakc model compile`, and use the blob here; \
                 it is the same for every camera"
                    .to_owned()
            }
            Self::Pip(failure) => pip(failure),
            Self::Source(error) => return source(error),
            Self::Refused { refusal, .. } => refusal.advice(),
            Self::Fetch(error) => fetch(error),
            Self::Prepare(PrepareError::NoOutput { output, .. })
                if Path::new(output).extension().is_some_and(|it| it == "bin") =>
            {
                "OpenVINO IR is two files, the .xml and its weights: write both, as `openvino.save_model` does".to_owned()
            }
            Self::Prepare(PrepareError::NoPython(version)) => format!("`uv python install {version}` or `pyenv install {version}` gets one"),
            Self::Prepare(PrepareError::Packages { reason, .. }) => pip(reason),
            Self::TooSlow { .. } => "cut the model at an earlier layer with `outputs` to find the layer that takes so long".to_owned(),
            Self::Crashed { .. } => {
                "`oakc cache clean environments` removes the compiler, and the next use installs it again; if it crashes \
                 again, the model is too much for it"
                    .to_owned()
            }
            Self::Cache { .. } => {
                "make the cache directory readable and writable, or choose another one with OAKC_CACHE".to_owned()
            }
            _ => return None,
        })
    }
}

/// How to get a Python that fits.
const PYTHON: &str = "get one, and run this again:\n    \
    uv python install 3.9\n    \
    pyenv install 3.9\n  \
    or name one with OAKC_MODEL_PYTHON, or with `--python` of `oakc build` and `oakc model`; or compile in a container with \
    Python 3.9, and use the blob here";

fn pip(failure: &PipFailure) -> String {
    match failure {
        PipFailure::NoPip(_) => "install pip, for any Python: `python3 -m ensurepip`".to_owned(),
        _ => format!(
            "where there is a network, run\n    \
             python3 -m pip download --only-binary=:all: --python-version=3.9 {TOOL}\n  \
             and here, `oakc model fetch --wheel openvino-….whl --wheel numpy-….whl`, which installs the compiler for \
             builds as well; pip's own settings (an index, a proxy, `find-links`) count, too"
        ),
    }
}

fn fetch(error: &FetchError) -> String {
    match error {
        FetchError::Download { .. } => {
            "it is needed once, and kept from then on; pip's and npm's own settings (an index, a proxy) count".to_owned()
        }
        FetchError::Archive { .. } => "`file` is the path of the model in the package".to_owned(),
        FetchError::Digest { found, .. } => {
            format!("if it is the right file, pin it: sha256 = \"{found}\"; else somebody changed it")
        }
        _ => "`range` is the first byte of the model and the one after its last".to_owned(),
    }
}

fn source(error: &SourceError) -> Option<String> {
    Some(match error {
        SourceError::Unknown(_) => "export the model as ONNX with opset 11 to 13".to_owned(),
        SourceError::Malformed { .. } | SourceError::NotIr { .. } => "export it again".to_owned(),
        SourceError::NoWeights { name, weights } => {
            format!("OpenVINO IR is two files: put `{weights}` beside `{name}`")
        }
        SourceError::NewerIr { .. } => {
            "compile the ONNX file instead; or convert that with `mo` of openvino-dev 2021.4.2"
                .to_owned()
        }
        SourceError::Doubted { doubt, .. } => match doubt {
            Doubt::ReducesAllAxes { .. } => "export it with opset 11 to 13".to_owned(),
            _ => "save it as one file: `onnx.save(model, path, save_as_external_data=False)`"
                .to_owned(),
        },
        _ => return None,
    })
}
