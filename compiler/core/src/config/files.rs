//! The files that a configuration names: scripts, models, assets.
//!
//! In: their paths. Out: their bytes, or a diagnostic that they cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::{Diagnostic, Span};
use oakc_runtime_schema::reflect::{Asset, File, Value};

use super::language::AssetFile;
use super::reader::Reader;
use super::suggest::misspelt;
use super::{FileUse, ModelUse, rules};
use crate::syntax::{Entry, Node, NodeValue};
use crate::world::ReadError;

impl Reader<'_> {
    /// Reads a file once, whatever the number of its mentions.
    pub(super) fn bytes_of(&mut self, path: &str, span: Span) -> Option<Arc<[u8]>> {
        if let Some(bytes) = self.files.get(path) {
            return Some(Arc::clone(bytes));
        }
        match self.world.read(path) {
            Ok(bytes) => {
                self.files.insert(path.to_owned(), Arc::clone(&bytes));
                Some(bytes)
            }
            Err(error) => {
                self.report(unreadable(path, span, &error));
                None
            }
        }
    }

    pub(super) fn file(&mut self, path: &str, span: Span) -> Option<Value> {
        let bytes = self.bytes_of(path, span)?;
        let path = path.to_owned();
        self.used_files.push(FileUse {
            path: path.clone(),
            span,
        });
        Some(Value::File(Arc::new(File { path, bytes })))
    }

    pub(super) fn model(&mut self, name: &str, span: Span) -> Option<Value> {
        let mut models = std::mem::take(&mut self.models);
        let found = models.find(self, name, span);
        self.models = models;
        let (model, blob) = found?;
        let name = name.to_owned();
        self.used_model = Some(ModelUse { name, blob, span });
        Some(Value::Model(model))
    }

    /// `KEY = "path"` or `KEY = { path, alignment }` for each entry.
    pub(super) fn assets(&mut self, node: &Node) -> BTreeMap<String, Asset> {
        let mut assets = BTreeMap::new();
        let Some(table) = self.table(node) else {
            return assets;
        };
        for entry in &table.entries {
            if let Some(asset) = self.asset(entry) {
                assets.insert(entry.key.clone(), asset);
            }
        }
        assets
    }

    fn asset(&mut self, entry: &Entry) -> Option<Asset> {
        let file = match &entry.value.value {
            NodeValue::Str(path) => AssetFile {
                path: path.clone(),
                ..AssetFile::default()
            },
            _ => self.typed(entry)?,
        };
        if file.path.is_empty() {
            self.missing_path(entry, &["path", "alignment"]);
            return None;
        }
        let alignment = file.alignment;
        let place = match &entry.value.value {
            NodeValue::Table(table) => table.get("path").map(|node| node.span),
            _ => None,
        };
        let bytes = self.bytes_of(&file.path, place.unwrap_or(entry.value.span))?;
        Some(Asset { bytes, alignment })
    }

    /// An entry that is there to name a file names none. `known` are the keys that it may have; one
    /// that was meant to be `path` was reported when it was read.
    pub(super) fn missing_path(&mut self, entry: &Entry, known: &[&str]) {
        if let NodeValue::Table(table) = &entry.value.value
            && misspelt(table, "path", known).is_some()
        {
            return;
        }
        self.report(
            Diagnostic::new(
                &rules::MISSING_KEY,
                format!("`{}` has no `path`", entry.key),
            )
            .label(entry.key_span, "the path of the file is missing")
            .help("add `path`, relative to the directory of the configuration"),
        );
    }
}

pub(crate) fn unreadable(path: &str, span: Span, error: &ReadError) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &rules::UNREADABLE_FILE,
        format!("`{path}` cannot be read: {error}"),
    );
    let diagnostic = diagnostic.label(span, "named here");
    match error {
        ReadError::Outside { advice, .. } => {
            let rule =
                "a configuration can name the files below its repository's root, links resolved";
            let diagnostic = diagnostic.help(rule);
            match advice {
                Some(advice) => diagnostic.help(advice.as_str()),
                None => diagnostic,
            }
        }
        _ => diagnostic.help("paths are relative to the directory of the configuration"),
    }
}
