//! A model that can be compiled: its name and bytes in, checked as far as that goes without the compiler.

use std::path::Path;
use std::sync::Arc;

use oakc_digest::Sha256;

use crate::ir::NotIr;
use crate::onnx::{Doubt, Malformed, Onnx};
use crate::{Error, Refusal, Settings};

/// A model in a form that the compiler reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the user calls it.
    pub(crate) name: String,
    pub(crate) format: Format,
}

/// The forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Onnx(Arc<[u8]>),
    /// OpenVINO IR: the network and its weights.
    Ir(Arc<[u8]>, Arc<[u8]>),
}

/// Why a file cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Its name ends otherwise.
    #[error("{0}: only ONNX (.onnx) and OpenVINO IR (.xml, with its .bin) can be compiled")]
    Unknown(String),
    /// It is not what its name says.
    #[error("{name}: {reason}")]
    Malformed {
        /// The file.
        name: String,
        /// Why.
        reason: Malformed,
    },
    /// It is not what its name says.
    #[error("{name}: {reason}")]
    NotIr {
        /// The file.
        name: String,
        /// Why.
        reason: NotIr,
    },
    /// It is one of the two files of IR.
    #[error("{name}: its weights, `{weights}`, are not there")]
    NoWeights {
        /// The file.
        name: String,
        /// The other file.
        weights: String,
    },
    /// It is IR of a later OpenVINO.
    #[error("{name}: it is OpenVINO IR of version {version}; the compiler reads up to 10")]
    NewerIr {
        /// The file.
        name: String,
        /// Its version.
        version: u32,
    },
    /// The compiler would make something else of it.
    #[error("{name}: {}", explain(.doubt))]
    Doubted {
        /// The file.
        name: String,
        /// What.
        doubt: Doubt,
    },
}

/// The newest version of IR that OpenVINO 2021.4 reads.
const NEWEST_IR: u32 = 10;

impl Source {
    /// The model that is called `name`; with `weights`, it is OpenVINO IR, and these are the bytes of its second file.
    ///
    /// # Errors
    /// Where it is not such a model, or the compiler would make something else of it without a word.
    pub fn new(
        name: &str,
        model: Arc<[u8]>,
        weights: Option<Arc<[u8]>>,
    ) -> Result<Self, SourceError> {
        let called = || name.to_owned();
        let format = match weights {
            Some(weights) => {
                match ir_version(&model) {
                    None => {
                        return Err(SourceError::NotIr {
                            name: called(),
                            reason: NotIr::NoNet,
                        });
                    }
                    Some(version) if version > NEWEST_IR => {
                        return Err(SourceError::NewerIr {
                            name: called(),
                            version,
                        });
                    }
                    Some(_) => {}
                }
                Format::Ir(model, weights)
            }
            None if Path::new(name).extension().is_some_and(|it| it == "onnx") => {
                check_onnx(name, &model)?;
                Format::Onnx(model)
            }
            None => return Err(SourceError::Unknown(called())),
        };
        Ok(Self {
            name: called(),
            format,
        })
    }

    /// Fails where the compiler is known to refuse it, with what it would say.
    ///
    /// # Errors
    /// With what it refuses.
    pub fn check(&self, settings: &Settings) -> Result<(), Error> {
        let Format::Onnx(bytes) = &self.format else {
            return Ok(());
        };
        let model = Onnx::parse(bytes).ok();
        let expected = model.and_then(|it| Refusal::expected(&it, !settings.outputs.is_empty()));
        match expected {
            Some(refusal) => Err(Error::Refused {
                model: self.name.clone().into(),
                refusal,
            }),
            None => Ok(()),
        }
    }

    /// As the user calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of its files.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        let files = match &self.format {
            Format::Onnx(model) => vec![model],
            Format::Ir(net, weights) => vec![net, weights],
        };
        for file in files {
            hash.update((file.len() as u64).to_le_bytes());
            hash.update(file);
        }
        hash.finish()
    }
}

fn check_onnx(name: &str, bytes: &[u8]) -> Result<(), SourceError> {
    let model = Onnx::parse(bytes).map_err(|reason| SourceError::Malformed {
        name: name.to_owned(),
        reason,
    })?;
    match model.doubts().into_iter().next() {
        Some(doubt) => Err(SourceError::Doubted {
            name: name.to_owned(),
            doubt,
        }),
        None => Ok(()),
    }
}

/// The version in `<net … version="10">`, near the beginning of IR.
fn ir_version(bytes: &[u8]) -> Option<u32> {
    let start = bytes.get(..bytes.len().min(4096))?;
    let start = String::from_utf8_lossy(start);
    let net = start.split_once("<net")?.1.split_once('>')?.0;
    let version = net.split_once("version=\"")?.1.split_once('"')?.0;
    version.parse().ok()
}

fn explain(doubt: &Doubt) -> String {
    match doubt {
        Doubt::ReducesAllAxes { operators, opset } => {
            let (kind, called) = operators.first().cloned().unwrap_or_default();
            let others = match operators.len() {
                0 | 1 => String::new(),
                2 => " and one other operator".to_owned(),
                count => format!(" and {} other operators", count - 1),
            };
            format!(
                "{kind} `{called}`{others} would reduce over all axes on the camera, not over those in the model: \
                 since opset 18 (the model has {opset}) axes are an input, which the compiler ignores"
            )
        }
        Doubt::ExternalWeights => "its weights are in other files, which are not read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ir(text: &str) -> Result<Source, SourceError> {
        Source::new("n.xml", text.as_bytes().into(), Some([].as_slice().into()))
    }

    #[test]
    fn ir_of_a_later_openvino_is_refused_by_its_version() {
        assert!(
            ir("<?xml version=\"1.0\"?>\n<net name=\"a\" version=\"10\"><layers/></net>").is_ok()
        );
        let newer = ir("<?xml version=\"1.0\"?><net name=\"a\" version=\"11\">").unwrap_err();
        assert_eq!(
            newer.to_string(),
            "n.xml: it is OpenVINO IR of version 11; the compiler reads up to 10"
        );
        assert_eq!(
            ir("<html>").unwrap_err().to_string(),
            "n.xml: this is not OpenVINO IR: it has no `<net>`"
        );
    }

    #[test]
    fn models_of_other_forms_are_not_compiled() {
        let other = Source::new("n.tflite", [1].as_slice().into(), None).unwrap_err();
        assert!(
            other.to_string().starts_with("n.tflite: only ONNX"),
            "{other}"
        );
    }
}
