//! The target that reads the file of a fleet.

use std::collections::BTreeSet;

use oakc_deploy::Fleet;
use oakc_diag::render::{self, HumanOptions};
use oakc_diag::{Diagnostics, SourceMap};

use crate::Outcome;
use crate::bytes::words;

/// Reads the file of a fleet.
///
/// # Panics
/// When it has nobody in it, two cameras of one name, or a label beside its text.
pub fn fleet(input: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else {
        return "not text".to_owned();
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let fleet = Fleet::read("fleet.toml", text, &mut sources, &mut found);
    assert_eq!(fleet.is_none(), found.has_errors(), "errors, or a fleet");
    for label in found.iter().flat_map(|diagnostic| &diagnostic.labels) {
        assert!(sources.slice(label.span).is_some(), "{label:?}");
    }
    if found.len() < 20 {
        let _ = render::human(&found, &sources, HumanOptions::default());
    }
    let Some(fleet) = fleet else {
        let kinds: BTreeSet<_> = found.iter().map(|d| words(&d.message)).collect();
        return kinds.into_iter().collect::<Vec<_>>().join("; ");
    };
    let names: BTreeSet<_> = fleet.members.iter().map(|member| &member.name).collect();
    assert_eq!(names.len(), fleet.members.len(), "a name twice");
    assert!(!names.is_empty(), "nobody");
    format!("{} cameras", names.len().min(3))
}
