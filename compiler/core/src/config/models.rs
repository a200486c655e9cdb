//! `[models]`: names for model files, read and parsed once however many nodes use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::{Blob, BlobError, Tensor};
use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_model::{Description, Family, ModelError, Shaves};
use oakc_runtime_schema::messages::{StorageOrder, TensorDataType, TensorInfo};
use oakc_runtime_schema::nodes::detection_parser::{Decoding, DetectionNetworkType};
use oakc_runtime_schema::reflect::{Either, Model, Reflect, Value};

use super::language::{DeskModel, ModelFile};
use super::reader::Reader;
use super::rules;
use super::suggest::Suggestion;
use crate::digest;
use crate::syntax::{Language, Node, NodeValue};

/// The models of an application.
#[derive(Debug, Default)]
pub(super) struct Models {
    named: BTreeMap<String, Named>,
    /// `None` where the model was reported.
    loaded: BTreeMap<String, Option<Loaded>>,
    /// How many SHAVEs models run on that do not say so, if that is known.
    shaves: Option<u32>,
    has_open_shaves: bool,
}

/// A model that was read.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// What setters take.
    pub(super) model: Arc<Model>,
    /// What checks want to know.
    pub(super) blob: Arc<Blob>,
    pub(super) description: Option<Arc<Description>>,
    /// The file with the description, or else with the model; and where it is named in `[models]`.
    pub(super) described_in: String,
    pub(super) described_at: Option<Span>,
}

#[derive(Clone, Debug)]
struct Named {
    file: ModelFile,
    span: Span,
    /// Where the path stands.
    path: Span,
    pin: Option<Span>,
    shaves: Option<Span>,
    config: Option<Span>,
    desk: Option<Span>,
}

/// The keys of a model.
const KEYS: [&str; 5] = ["path", "sha256", "shaves", "config", "desk"];

impl Models {
    /// Reads the section. `shaves` are for models that do not say theirs.
    pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>, shaves: Option<u32>) -> Self {
        let mut models = Self {
            shaves,
            ..Self::default()
        };
        let Some(table) = node.and_then(|node| reader.table(node)) else {
            return models;
        };
        for entry in &table.entries {
            let file = match &entry.value.value {
                NodeValue::Str(path) => Some(ModelFile {
                    path: path.clone(),
                    ..ModelFile::default()
                }),
                _ => reader.within("models", |r| r.typed(entry)),
            };
            let Some(file) = file else { continue };
            if file.path.is_empty() {
                reader.missing_path(entry, &KEYS);
                models.loaded.insert(entry.key.clone(), None);
                continue;
            }
            let place = |key| match &entry.value.value {
                NodeValue::Table(table) => table.get(key).map(|node| node.span),
                _ => None,
            };
            let named = Named {
                file,
                span: entry.key_span,
                path: place("path").unwrap_or(entry.value.span),
                pin: place("sha256"),
                shaves: place("shaves"),
                config: place("config"),
                desk: place("desk"),
            };
            models.named.insert(entry.key.clone(), named);
        }
        models
    }

    /// Where each model is named.
    pub(super) fn spans(&self) -> BTreeMap<String, Span> {
        let spans = self.named.iter().map(|(name, n)| (name.clone(), n.span));
        spans.collect()
    }

    /// The model that a node calls `name`: one of `[models]`, else a path.
    pub(super) fn find(
        &mut self,
        reader: &mut Reader<'_>,
        name: &str,
        span: Span,
    ) -> Option<Loaded> {
        let key = if self.named.contains_key(name) {
            name.to_owned()
        } else {
            reader.resolved(name, span)
        };
        if let Some(loaded) = self.loaded.get(&key) {
            return loaded.clone();
        }
        let loaded = self.load(reader, name, span);
        self.loaded.insert(key, loaded.clone());
        loaded
    }

    /// What runs in place of a model on the desk, with its path relative to the application, and where that is said.
    pub(super) fn desk(&self, reader: &Reader<'_>, name: &str) -> Option<(DeskModel, Span)> {
        let named = self.named.get(name)?;
        let span = named.desk?;
        let mut model = match named.file.desk.clone()? {
            Either::A(path) => DeskModel {
                path,
                ..DeskModel::default()
            },
            Either::B(model) => model,
        };
        model.path = reader.resolved(&model.path, span);
        Some((model, span))
    }

    fn load(&mut self, reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Loaded> {
        let named = self.named.get(name).cloned();
        let named = named.as_ref();
        if named.is_none() && !looks_like_path(name) {
            let unknown = self.unknown(reader.language, name, span, reader.found());
            reader.report(unknown);
            return None;
        }
        let (path, place) = named.map_or((name, span), |n| (n.file.path.as_str(), n.path));
        let bytes = reader.bytes_of(path, place)?;
        if let Some(diagnostic) = named.and_then(|named| pin_mismatch(named, &bytes)) {
            reader.report(diagnostic);
        }
        let file = named.map(|named| &named.file);
        let model = match oakc_model::Model::read(path, &bytes) {
            Ok(model) => model,
            Err(error) => {
                reader.report(invalid(path, place, &error));
                return None;
            }
        };
        let (model, described_in) = match file.and_then(|file| file.config.as_deref()) {
            Some(config) => {
                let place = named.and_then(|named| named.config).unwrap_or(place);
                let text = reader.bytes_of(config, place)?;
                match model.with_description(config, &text) {
                    Ok(model) => (model, config),
                    Err(error) => {
                        reader.report(invalid_description(config, place, &error));
                        return None;
                    }
                }
            }
            None => (model, path),
        };
        let blob = match self.choose(&model, file.and_then(|file| file.shaves)) {
            Ok(blob) => blob,
            Err(error) => {
                let place = named.and_then(|named| named.shaves).unwrap_or(place);
                reader.report(invalid(path, place, &error));
                return None;
            }
        };
        let described_at = named.map(|named| named.config.unwrap_or(named.path));
        match loaded(&blob, model.description()) {
            Ok((model, blob, description)) => Some(Loaded {
                model,
                blob,
                description,
                described_in: described_in.to_owned(),
                described_at,
            }),
            Err(error) => {
                reader.report(invalid(path, place, &error.into()));
                None
            }
        }
    }

    /// The blob for as many SHAVEs as are asked for, or else are left by the other nodes.
    fn choose(
        &mut self,
        model: &oakc_model::Model,
        asked: Option<u32>,
    ) -> Result<Arc<[u8]>, ModelError> {
        match (asked, model.shaves(), self.shaves) {
            (Some(shaves), ..) | (None, Shaves::Any, Some(shaves)) => model.blob(shaves),
            (None, Shaves::Fixed(_), _) => Ok(model.base()),
            (None, Shaves::Any, None) => {
                self.has_open_shaves = true;
                Ok(model.base())
            }
        }
    }

    /// Whether the number of SHAVEs of a model was left open and is not known.
    pub(super) fn has_open_shaves(&self) -> bool {
        self.has_open_shaves
    }

    /// The names of the models of `[models]`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    fn unknown(
        &self,
        language: Language,
        name: &str,
        span: Span,
        found: &Diagnostics,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_MODEL, format!("unknown model `{name}`"))
            .label(span, "unknown model");
        let known = self.named.keys().map(String::as_str);
        Suggestion::sparing(found, name, known).or_help(diagnostic, || {
            format!(
                "add {} with {}, or write the path of a `.blob` here",
                language.table(&["models", name]),
                language.setting("path", "….blob")
            )
        })
    }
}

/// The model in the bytes of a blob: what setters take, and what checks want to know.
///
/// # Errors
/// When they are not a blob.
pub fn model_of(bytes: &Arc<[u8]>) -> Result<(Arc<Model>, Arc<Blob>), BlobError> {
    let (model, blob, _) = loaded(bytes, None)?;
    Ok((model, blob))
}

/// A blob and what is known about it: the same in the words of each who wants to know.
type Described = (Arc<Model>, Arc<Blob>, Option<Arc<Description>>);

fn loaded(bytes: &Arc<[u8]>, description: Option<&Description>) -> Result<Described, BlobError> {
    let blob = Blob::parse(bytes)?;
    let model = Model {
        bytes: Arc::clone(bytes),
        outputs: blob.outputs.iter().map(tensor_info).collect(),
        decoding: description
            .map(|it| decoding(it.decoding(&blob)))
            .unwrap_or_default(),
    };
    let description = description.cloned().map(Arc::new);
    Ok((Arc::new(model), Arc::new(blob), description))
}

/// How detections are decoded, in the words of the device.
fn decoding(known: oakc_model::Decoding) -> Decoding {
    let whole = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    Decoding {
        nn_family: known.family.map(|family| match family {
            Family::Yolo => DetectionNetworkType::YOLO,
            Family::MobileNet => DetectionNetworkType::MOBILENET,
        }),
        confidence_threshold: known.confidence_threshold,
        classes: whole(known.classes),
        coordinates: whole(known.coordinates),
        anchors: known.anchors,
        anchor_masks: known.anchor_masks,
        iou_threshold: known.iou_threshold,
    }
}

fn invalid(path: &str, place: Span, error: &ModelError) -> Diagnostic {
    let message = format!("`{path}` is not a model this camera can run: {error}");
    Diagnostic::new(&rules::INVALID_MODEL, message)
        .label(place, "named here")
        .help(error.help())
}

fn invalid_description(path: &str, place: Span, error: &ModelError) -> Diagnostic {
    let message = format!("`{path}` does not describe a model: {error}");
    Diagnostic::new(&rules::INVALID_MODEL, message)
        .label(place, "named here")
        .help(error.help())
}

fn looks_like_path(name: &str) -> bool {
    name.contains(['/', '\\', '.'])
}

fn pin_mismatch(named: &Named, bytes: &[u8]) -> Option<Diagnostic> {
    let wanted = named.file.sha256.as_deref()?;
    let found = digest::sha256(bytes);
    if wanted.eq_ignore_ascii_case(&found) {
        return None;
    }
    let path = &named.file.path;
    Some(
        Diagnostic::new(
            &rules::MODEL_MISMATCH,
            format!("`{path}` is not the model that the configuration pins"),
        )
        .label(named.pin.unwrap_or(named.span), "pinned here")
        .help(format!("the file's SHA-256 is {found}"))
        .help("get the right file, or update the pin if the change is meant"),
    )
}

/// A tensor as the device's schema has it. The library leaves the strides out, too.
fn tensor_info(tensor: &Tensor) -> TensorInfo {
    let order = Value::Int(i128::from(tensor.order.0));
    let data_type = Value::Int(i128::from(tensor.data_type.code()));
    TensorInfo {
        order: StorageOrder::from_value(&order).unwrap_or_default(),
        data_type: TensorDataType::from_value(&data_type).unwrap_or_default(),
        num_dimensions: u32::try_from(tensor.dims.len()).unwrap_or(u32::MAX),
        dims: tensor.dims.clone(),
        strides: Vec::new(),
        name: tensor.name.clone(),
        offset: tensor.offset,
    }
}
