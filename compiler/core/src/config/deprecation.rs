//! Keys that are to go.
//!
//! In: the keys that are written. Out: those of them that are deprecated, for the rule `deprecated-key`. Never: another
//! meaning. Until it goes, a deprecated key does what it always did.

use oakc_diag::Span;
use oakc_runtime_schema::reflect::{StructShape, unqualified};

use super::reader::Reader;
use crate::syntax::Table;

/// A key that has a better name.
#[derive(Debug, PartialEq, Eq)]
pub struct Deprecated {
    /// The table that it belongs to, as the device's schema or the language calls it.
    owner: &'static str,
    /// The key.
    pub key: &'static str,
    /// The key that takes the same values and means the same.
    pub instead: &'static str,
    /// The first version of oakc that says so.
    pub since: &'static str,
    /// Why it is to go.
    pub why: &'static str,
}

/// All of them.
static DEPRECATED: &[Deprecated] = &[
    Deprecated {
        owner: "ColorCameraProperties",
        key: "cam_id",
        instead: "board_socket",
        since: "0.1",
        why: "the library deprecates `setCamId`",
    },
    Deprecated {
        owner: "MonoCameraProperties",
        key: "cam_id",
        instead: "board_socket",
        since: "0.1",
        why: "the library deprecates `setCamId`",
    },
];

/// A deprecated key in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeprecatedKey {
    /// What is known about it.
    pub what: &'static Deprecated,
    /// Where it stands.
    pub span: Span,
    /// Where the other key stands, if that is written as well.
    pub beside: Option<Span>,
}

impl Reader<'_> {
    /// Notes the deprecated keys of a table of `shape`.
    pub(super) fn note_deprecated(&mut self, shape: &StructShape, table: &Table) {
        let owner = unqualified(shape.name);
        for what in DEPRECATED.iter().filter(|it| it.owner == owner) {
            if let Some(entry) = table.entry(what.key) {
                self.deprecated.push(DeprecatedKey {
                    what,
                    span: entry.key_span,
                    beside: table.entry(what.instead).map(|it| it.key_span),
                });
            }
        }
    }
}
