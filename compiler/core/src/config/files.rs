//! The files that a configuration names: scripts, models, assets.
//!
//! In: their paths. Out: their bytes, or a diagnostic that they cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::{Diagnostic, Span};
use oakc_runtime_schema::reflect::{Asset, File, Value};

use super::language::AssetFile;
use super::reader::Reader;
use super::suggest::{Suggestion, misspelt};
use super::{FileUse, ModelUse, rules};
use crate::compose::beside;
use crate::syntax::{Entry, Node, NodeValue};
use crate::world::ReadError;

impl Reader<'_> {
    /// Reads a file once, whatever the number of its mentions.
    pub(super) fn bytes_of(&mut self, path: &str, span: Span) -> Option<Arc<[u8]>> {
        self.bytes_or(path, span, |unreadable| unreadable)
    }

    /// The same, with more said about it if it cannot be read.
    pub(super) fn bytes_or(
        &mut self,
        path: &str,
        span: Span,
        explain: impl FnOnce(Diagnostic) -> Diagnostic,
    ) -> Option<Arc<[u8]>> {
        let resolved = self.resolved(path, span);
        if let Some(bytes) = self.files.get(&resolved) {
            return Some(Arc::clone(bytes));
        }
        match self.world.read(&resolved) {
            Ok(bytes) => {
                self.files.insert(resolved, Arc::clone(&bytes));
                Some(bytes)
            }
            Err(error) => {
                let shared = resolved != path;
                let found = explain(unreadable(path, span, &error, shared));
                let found = match self.meant(&resolved, &error) {
                    Some(name) => found.help(format!("did you mean `{name}`?")),
                    None => found,
                };
                self.report(found);
                None
            }
        }
    }

    /// The name of the file beside one that is not there that was probably meant.
    fn meant(&self, path: &str, error: &ReadError) -> Option<String> {
        if *error != ReadError::NotFound {
            return None;
        }
        let names = self.world.siblings(path);
        let wanted = path.rsplit('/').next()?;
        let known = names.iter().map(String::as_str);
        let near = Suggestion::sparing(self.found(), wanted, known).near();
        near.map(str::to_owned)
    }

    /// A path that is used at a place, as seen from the application: it is relative to the file in which
    /// it is written, or in which the parameter that stands for it is. A value from outside of these
    /// files is relative to the application.
    pub(super) fn resolved(&self, path: &str, used: Span) -> String {
        let written = self.origins.written_at(used);
        match written.and_then(|place| self.parts.file(place)) {
            Some(file) => beside(&file.path, path),
            None => path.to_owned(),
        }
    }

    pub(super) fn file(&mut self, path: &str, span: Span) -> Option<Value> {
        let bytes = self.bytes_of(path, span)?;
        self.used_files.push(FileUse {
            path: self.resolved(path, span),
            span,
        });
        let path = path.to_owned();
        Some(Value::File(Arc::new(File { path, bytes })))
    }

    pub(super) fn model(&mut self, name: &str, span: Span) -> Option<Value> {
        let mut models = std::mem::take(&mut self.models);
        let found = models.find(self, name, span);
        self.models = models;
        let Some(found) = found else {
            self.missing_models += 1;
            return None;
        };
        let desk = self.models.desk(self, name);
        let name = name.to_owned();
        self.used_model = Some(ModelUse {
            name,
            blob: found.blob,
            description: found.description,
            described_in: found.described_in,
            described_at: found.described_at.unwrap_or(span),
            desk,
            network: found.network,
            shaves: found.shaves,
            span,
        });
        Some(Value::Model(found.model))
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

/// A file that is named at a place cannot be read. One that is `shared` by applications may lie elsewhere
/// than these.
pub(crate) fn unreadable(path: &str, span: Span, error: &ReadError, shared: bool) -> Diagnostic {
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
        _ if shared => diagnostic.help("paths are relative to the file that they are written in"),
        _ => diagnostic.help("paths are relative to the directory of the configuration"),
    }
}
