//! `remove = ["nodes.preview", "nodes.cam.fps"]`: the tree below and a list of dotted paths in, the tree
//! without what they name out; a path that names nothing is reported.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostic, Diagnostics, Span};

use crate::config::{Document, Suggestion, rules};
use crate::syntax::{Language, Node, NodeValue, Table};

/// The key of the list.
pub(super) const KEY: &str = "remove";

/// What is removed of a table, by key.
#[derive(Default)]
struct Removals<'a> {
    /// The path that ends here, and where it is written.
    whole: Option<(&'a str, Span)>,
    below: BTreeMap<String, Removals<'a>>,
}

/// Takes everything that `list` names out of `tree`.
pub(super) fn remove(
    tree: &mut Table,
    list: &Node,
    language: Language,
    diagnostics: &mut Diagnostics,
) {
    let mut document = Document::new(language, diagnostics);
    let Some(paths) = document.value::<Vec<String>>(list) else {
        return;
    };
    let NodeValue::List(items) = &list.value else {
        return;
    };
    let mut removals = Removals::default();
    for (path, item) in paths.iter().zip(items) {
        let mut place = &mut removals;
        for part in split(path) {
            place = place.below.entry(part).or_default();
        }
        place.whole = Some((path, item.span));
    }
    let mut removing = Removing {
        language,
        diagnostics,
    };
    removing.apply(tree, &removals, "");
}

struct Removing<'d> {
    language: Language,
    diagnostics: &'d mut Diagnostics,
}

impl Removing<'_> {
    /// Applies the removals to a table; `way` is the path to it, with a dot behind.
    fn apply(&mut self, table: &mut Table, removals: &Removals<'_>, way: &str) {
        let keys = table.entries.iter().map(|entry| entry.key.clone());
        let keys: BTreeSet<String> = keys.collect();
        table.entries.retain_mut(|entry| {
            let Some(removal) = removals.below.get(&entry.key) else {
                return true;
            };
            if removal.whole.is_some() {
                return false;
            }
            let way = format!("{way}{}.", Language::Toml.key(&entry.key));
            match &mut entry.value.value {
                NodeValue::Table(inner) => self.apply(inner, removal, &way),
                _ => self.report_all(removal, &BTreeSet::new(), &way),
            }
            true
        });
        let unknown = removals.below.iter();
        for (_, removal) in unknown.filter(|(key, _)| !keys.contains(*key)) {
            self.report_all(removal, &keys, way);
        }
    }

    /// Reports that these paths name nothing; `keys` are there where they end, `way` leads to them.
    fn report_all(&mut self, removals: &Removals<'_>, keys: &BTreeSet<String>, way: &str) {
        if let Some((path, place)) = removals.whole {
            self.report(path, place, keys, way);
        }
        for removal in removals.below.values() {
            self.report_all(removal, keys, way);
        }
    }

    fn report(&mut self, path: &str, place: Span, keys: &BTreeSet<String>, way: &str) {
        let message = format!("`{path}` is not in what this file builds on");
        let diagnostic =
            Diagnostic::new(&rules::UNKNOWN_KEY, message).label(place, "removes nothing");
        let wanted = path.strip_prefix(way).unwrap_or(path);
        let known = keys.iter().map(String::as_str);
        let near = Suggestion::sparing(self.diagnostics, wanted, known).near();
        let help = near.map_or_else(
            || {
                let setting = self.language.setting(KEY, ["nodes.NAME"]);
                format!("write the way to a key of a base, e.g. {setting}, or leave it out")
            },
            |near| format!("did you mean `{way}{}`?", Language::Toml.key(near)),
        );
        self.diagnostics.push(diagnostic.help(help));
    }
}

/// The parts of a dotted path; a part in quotes may have dots in it.
fn split(path: &str) -> Vec<String> {
    let (mut parts, mut part, mut quote) = (Vec::new(), String::new(), None);
    for c in path.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('.', None) => parts.push(std::mem::take(&mut part)),
            (c, _) => part.push(c),
        }
    }
    parts.push(part);
    parts
}
