//! Models: bytes of a file in, what runs on the camera and what is known about it out.

use std::fmt;
use std::sync::Arc;

use oakc_blob::{Blob, Lookalike};

use crate::archive::{Members, check_path, plain};
use crate::description::{Description, model_path};
use crate::error::{Foreign, ModelError};
use crate::json::{self, Item};
use crate::superblob::SuperBlob;

/// A model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    format: Format,
    compiled: Compiled,
    description: Option<Description>,
}

/// What a model is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Nothing: it is a `.blob`.
    Blob,
    /// A `.superblob`.
    SuperBlob,
    /// An NN archive with a blob.
    ArchivedBlob,
    /// An NN archive with a superblob.
    ArchivedSuperBlob,
    /// The zip file of the YOLO tools.
    ToolsZip,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blob => "compiled model",
            Self::SuperBlob => "superblob",
            Self::ArchivedBlob => "NN archive with a blob",
            Self::ArchivedSuperBlob => "NN archive with a superblob",
            Self::ToolsZip => "zip file of the YOLO tools",
        })
    }
}

/// Numbers of SHAVEs that a model can be had for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shaves {
    /// The one that it is compiled for.
    Fixed(u32),
    /// Any of 1 to 16.
    Any,
}

/// What runs on the camera.
#[derive(Clone, Debug, PartialEq)]
enum Compiled {
    Blob { bytes: Arc<[u8]>, shaves: u32 },
    SuperBlob(SuperBlob),
}

impl Model {
    /// Reads a model from the bytes of a whole file with this name.
    ///
    /// # Errors
    /// Where there is none in it that the camera can run.
    pub fn read(name: &str, bytes: &Arc<[u8]>) -> Result<Self, ModelError> {
        if Blob::is_marked(bytes) {
            return Self::of_blob(bytes);
        }
        match Lookalike::recognise_file(name, bytes) {
            Some(Lookalike::SuperBlob) => Self::of_superblob(bytes),
            Some(Lookalike::Tar | Lookalike::CompressedTar) => Self::of_nn_archive(bytes),
            Some(Lookalike::Zip) => Self::of_zip(bytes),
            _ => Self::of_blob(bytes).map_err(|error| error.of_file(name)),
        }
    }

    fn of_blob(bytes: &Arc<[u8]>) -> Result<Self, ModelError> {
        Ok(Self {
            format: Format::Blob,
            compiled: Compiled::of_blob(bytes)?,
            description: None,
        })
    }

    fn of_superblob(bytes: &Arc<[u8]>) -> Result<Self, ModelError> {
        Ok(Self {
            format: Format::SuperBlob,
            compiled: Compiled::of_superblob(bytes)?,
            description: None,
        })
    }

    fn of_nn_archive(bytes: &[u8]) -> Result<Self, ModelError> {
        const CONFIG: &str = "config.json";
        let members = Members::of_tar(bytes)?;
        let config = members.at(CONFIG).ok_or_else(|| {
            let mut nested = members.ending(&["json"]).map(|member| &member.path);
            let found = nested.find(|path| path.ends_with("/config.json"));
            let found = found.cloned();
            ModelError::NoConfig { found }
        })?;
        let value = json::parse(CONFIG, &config.bytes)?;
        let path = model_path(&Item::root(CONFIG, &value))?;
        check_path(&path)?;
        let foreign = |what| ModelError::Foreign {
            path: path.clone(),
            what,
        };
        let member = members.at(&path);
        let member = member.ok_or_else(|| ModelError::NoSuchMember { path: path.clone() })?;
        let (_, ending) = path.rsplit_once('.').unwrap_or_default();
        let inside = |reason: ModelError| match reason.lookalike() {
            Some(Lookalike::Vpux) => foreign(Foreign::Rvc3),
            _ => ModelError::Inside {
                path: plain(&path),
                reason: Box::new(reason),
            },
        };
        let bytes = || Arc::from(member.bytes.as_slice());
        let (format, compiled) = match ending.to_ascii_lowercase().as_str() {
            "blob" => (
                Format::ArchivedBlob,
                Compiled::of_blob(&bytes()).map_err(inside)?,
            ),
            "superblob" => (
                Format::ArchivedSuperBlob,
                Compiled::of_superblob(&bytes()).map_err(inside)?,
            ),
            "dlc" => return Err(foreign(Foreign::Rvc4)),
            "onnx" | "xml" | "bin" | "pt" | "tflite" => return Err(foreign(Foreign::Source)),
            _ => return Err(foreign(Foreign::Other)),
        };
        Ok(Self {
            format,
            compiled,
            description: Some(Description::read(CONFIG, &config.bytes)?),
        })
    }

    fn of_zip(bytes: &[u8]) -> Result<Self, ModelError> {
        let members = Members::of_zip(bytes)?;
        let blobs: Vec<_> = members.ending(&["blob"]).collect();
        let several = |what, names: Vec<String>| ModelError::Several { what, names };
        let blob = match blobs.as_slice() {
            [blob] => *blob,
            [] => {
                let has_source = members.ending(&["onnx", "xml"]).next().is_some();
                return Err(ModelError::NoBlob { has_source });
            }
            blobs => {
                let names = blobs.iter().map(|blob| blob.path.clone());
                return Err(several("blobs", names.collect()));
            }
        };
        let mut descriptions = Vec::new();
        for member in members.ending(&["json"]) {
            // Trainers leave other texts beside it.
            let value = json::parse(&member.path, &member.bytes)?;
            let root = Item::root(&member.path, &value);
            if root.get("nn_config").is_some() {
                descriptions.push(Description::read(&member.path, &member.bytes)?);
            }
        }
        if descriptions.len() > 1 {
            let names = descriptions.into_iter().map(|it| it.file).collect();
            return Err(several("descriptions", names));
        }
        let compiled = Compiled::of_blob(&Arc::from(blob.bytes.as_slice())).map_err(|reason| {
            ModelError::Inside {
                path: blob.path.clone(),
                reason: Box::new(reason),
            }
        })?;
        Ok(Self {
            format: Format::ToolsZip,
            compiled,
            description: descriptions.pop(),
        })
    }

    /// The same model with the description in another file, which takes the place of that in its own.
    ///
    /// # Errors
    /// Where the file is not a description.
    pub fn with_description(mut self, name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        self.description = Some(Description::read(name, bytes)?);
        Ok(self)
    }

    /// What the model is in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What is known about it beside its tensors.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The numbers of SHAVEs that it can be had for.
    pub fn shaves(&self) -> Shaves {
        match &self.compiled {
            Compiled::Blob { shaves, .. } => Shaves::Fixed(*shaves),
            Compiled::SuperBlob(_) => Shaves::Any,
        }
    }

    /// The blob for a number of SHAVEs.
    ///
    /// # Errors
    /// Where the model cannot be had for this number.
    pub fn blob(&self, wanted: u32) -> Result<Arc<[u8]>, ModelError> {
        match &self.compiled {
            Compiled::Blob { bytes, shaves } if *shaves == wanted => Ok(Arc::clone(bytes)),
            Compiled::Blob { shaves, .. } => Err(ModelError::Fixed {
                compiled: *shaves,
                wanted,
            }),
            Compiled::SuperBlob(superblob) => Ok(superblob.blob(wanted)?),
        }
    }

    /// The blob that it is; for a superblob, the one that its patches change.
    pub fn base(&self) -> Arc<[u8]> {
        match &self.compiled {
            Compiled::Blob { bytes, .. } => Arc::clone(bytes),
            Compiled::SuperBlob(superblob) => superblob.base().into(),
        }
    }
}

impl Compiled {
    fn of_blob(bytes: &Arc<[u8]>) -> Result<Self, ModelError> {
        let shaves = Blob::parse(bytes)?.shaves;
        let bytes = Arc::clone(bytes);
        Ok(Self::Blob { bytes, shaves })
    }

    fn of_superblob(bytes: &Arc<[u8]>) -> Result<Self, ModelError> {
        let superblob = SuperBlob::read(Arc::clone(bytes))?;
        Blob::parse(superblob.base())?;
        Ok(Self::SuperBlob(superblob))
    }
}
