//! What a configuration says, as one number: its tree before parameters are substituted in, a SHA-256 out.
//!
//! Comments, layout and the order of keys do not change it, nor does `[lint]`: packages do not depend on
//! them. The order of the nodes does, because it numbers them.

use std::collections::BTreeMap;

use oakc_digest::Sha256;

use crate::syntax::{Entry, Node, NodeValue};

/// The digest of a whole configuration.
pub(crate) fn digest(root: &Node) -> String {
    let mut hash = Sha256::new();
    match &root.value {
        NodeValue::Table(table) => {
            let counts = |entry: &&Entry| entry.key != "lint";
            let entries = sorted(table.entries.iter().filter(counts));
            length(&mut hash, 't', entries.len());
            for entry in entries {
                text(&mut hash, &entry.key);
                match &entry.value.value {
                    NodeValue::Table(nodes) if entry.key == "nodes" => {
                        of_entries(&mut hash, nodes.entries.iter().collect());
                    }
                    _ => of_value(&mut hash, &entry.value.value),
                }
            }
        }
        _ => of_value(&mut hash, &root.value),
    }
    hash.finish()
}

/// The digest of a configuration together with the values of its parameters, also those from outside.
pub(super) fn digest_with(written: &str, params: &BTreeMap<String, NodeValue>) -> String {
    let mut hash = Sha256::new();
    text(&mut hash, written);
    length(&mut hash, 't', params.len());
    for (name, value) in params {
        text(&mut hash, name);
        of_value(&mut hash, value);
    }
    hash.finish()
}

fn sorted<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

fn of_entries(hash: &mut Sha256, entries: Vec<&Entry>) {
    length(hash, 't', entries.len());
    for entry in entries {
        text(hash, &entry.key);
        of_value(hash, &entry.value.value);
    }
}

/// Each value begins with a letter for its kind, so no two of them are told alike. The parser bounds the
/// depth.
fn of_value(hash: &mut Sha256, value: &NodeValue) {
    match value {
        NodeValue::Null | NodeValue::Reported => hash.update("0"),
        NodeValue::Bool(value) => hash.update(if *value { "T" } else { "F" }),
        NodeValue::Int(value) => {
            hash.update("i");
            hash.update(value.to_le_bytes());
        }
        NodeValue::Float(value) => {
            hash.update("f");
            hash.update(value.to_bits().to_le_bytes());
        }
        NodeValue::Str(value) => text(hash, value),
        NodeValue::List(items) => {
            length(hash, 'l', items.len());
            for item in items {
                of_value(hash, &item.value);
            }
        }
        NodeValue::Table(table) => of_entries(hash, sorted(table.entries.iter())),
    }
}

fn text(hash: &mut Sha256, text: &str) {
    length(hash, 's', text.len());
    hash.update(text);
}

fn length(hash: &mut Sha256, kind: char, length: usize) {
    let mut buffer = [0; 4];
    hash.update(kind.encode_utf8(&mut buffer));
    hash.update((length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use oakc_diag::{Diagnostics, SourceMap};

    use super::*;
    use crate::syntax::{Language, parse};

    fn of(text: &str, language: Language) -> String {
        let mut sources = SourceMap::new();
        let file = sources.add("app", text);
        let mut found = Diagnostics::new();
        digest(&parse(file, text, language, &mut found).unwrap())
    }

    const APP: &str = "[params]\nfps = 10\n[nodes.a]\ntype = \"Script\"\ncode = \"pass\"\n\
                       [nodes.b]\ntype = \"ColorCamera\"\n";

    #[test]
    fn comments_layout_lint_levels_and_the_order_of_keys_do_not_count() {
        let same = "# A comment.\n[lint]\nallow = [\"unused-node\"]\n[nodes.a]\ncode = 'pass'\n\
                    type = \"Script\"\n[nodes.b]\ntype = \"ColorCamera\"\n[params]\nfps   = 10\n";
        assert_eq!(of(APP, Language::Toml), of(same, Language::Toml));
        let yaml =
            "params: {fps: 10}\nnodes: {a: {type: Script, code: pass}, b: {type: ColorCamera}}\n";
        assert_eq!(of(APP, Language::Toml), of(yaml, Language::Yaml));
    }

    #[test]
    fn every_value_and_the_order_of_nodes_count() {
        let swapped = "[params]\nfps = 10\n[nodes.b]\ntype = \"ColorCamera\"\n[nodes.a]\n\
                       type = \"Script\"\ncode = \"pass\"\n";
        for other in [
            APP.replace("10", "11"),
            APP.replace("10", "10.0"),
            APP.replace("10", "\"10\""),
            APP.replace("pass", "pass "),
            APP.replace("nodes.b", "nodes.c"),
            swapped.to_owned(),
        ] {
            assert_ne!(
                of(APP, Language::Toml),
                of(&other, Language::Toml),
                "{other}"
            );
        }
    }
}
