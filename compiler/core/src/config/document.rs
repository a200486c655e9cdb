//! Files that people write beside configurations, such as fleets: parts of a spanned tree in, values out,
//! or the same diagnostics that a configuration would get. Nothing here knows what the keys mean, and no
//! other file is ever read.

use std::sync::Arc;

use oakc_diag::{Diagnostic, Diagnostics};
use oakc_runtime_schema::reflect::Reflect;

use super::reader::Reader;
use crate::syntax::{Language, Node, Table};
use crate::world::{ReadError, World};

/// Reads the parts of a file by what they should be.
pub struct Document<'a>(Reader<'a>);

struct NoFiles;

impl World for NoFiles {
    fn read(&self, _: &str) -> Result<Arc<[u8]>, ReadError> {
        Err(ReadError::NotFound)
    }
}

impl<'a> Document<'a> {
    /// Begins to read what was parsed as `language`; problems go to `diagnostics`.
    pub fn new(language: Language, diagnostics: &'a mut Diagnostics) -> Self {
        Self(Reader::new(language, &NoFiles, diagnostics))
    }

    /// The table in `node`, or a report that there should be one.
    pub fn table<'n>(&mut self, node: &'n Node) -> Option<&'n Table> {
        self.0.table(node)
    }

    /// The value in `node`, or a report of what it should be.
    pub fn value<T: Reflect>(&mut self, node: &Node) -> Option<T> {
        let value = self.0.value(&T::SHAPE, node)?;
        T::from_value(&value).ok()
    }

    /// What the file is written in, and so what advice about it is written in.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// Reports that `node` should be `expected`, with its article.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        self.0.wrong_type(node, expected);
    }

    /// Reports every key that is not among the `known`; `what` says what each of those is, with its
    /// article.
    pub fn check_keys(&mut self, table: &Table, known: &[&str], what: &str) {
        for entry in &table.entries {
            if !known.contains(&entry.key.as_str()) {
                self.0.unknown_key(entry, known, what);
            }
        }
    }

    /// Reports a problem of another kind.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.0.report(diagnostic);
    }
}
