//! `[models]`: names for model files, read and parsed once however many nodes use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::{Blob, BlobError, Tensor};
use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_runtime_schema::messages::{StorageOrder, TensorDataType, TensorInfo};
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
}

/// What setters take, and what checks want to know.
type Loaded = (Arc<Model>, Arc<Blob>);

#[derive(Debug)]
struct Named {
    file: ModelFile,
    span: Span,
    /// Where the path stands.
    path: Span,
    pin: Option<Span>,
    desk: Option<Span>,
}

impl Models {
    pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Self {
        let mut models = Self::default();
        let Some(table) = node.and_then(|node| reader.table(node)) else {
            return models;
        };
        for entry in &table.entries {
            let file = match &entry.value.value {
                NodeValue::Str(path) => Some(ModelFile {
                    path: path.clone(),
                    sha256: None,
                    desk: None,
                }),
                _ => reader.within("models", |r| r.typed(entry)),
            };
            let Some(file) = file else { continue };
            if file.path.is_empty() {
                reader.missing_path(entry, &["path", "sha256", "desk"]);
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

    fn load(&self, reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Loaded> {
        let named = self.named.get(name);
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
        match model_of(&bytes) {
            Ok(loaded) => Some(loaded),
            Err(error) => {
                let error = error.of_file(path);
                reader.report(
                    Diagnostic::new(
                        &rules::INVALID_MODEL,
                        format!("`{path}` is not a model this camera can run: {error}"),
                    )
                    .label(place, "named here")
                    .help(error.help()),
                );
                None
            }
        }
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
    let blob = Blob::parse(bytes)?;
    let outputs = blob.outputs.iter().map(tensor_info).collect();
    let bytes = Arc::clone(bytes);
    Ok((Arc::new(Model { bytes, outputs }), Arc::new(blob)))
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
