//! What a user of the tree relies on, in both languages.

mod hostile;
mod languages;
mod slips;
mod spans;

use oakc_diag::{Diagnostics, SourceMap, Span};

use super::*;

/// Code and headline of an error, marked texts and where they start.
type Shown<'a> = (&'a str, &'a str, Vec<(&'a str, usize)>);

/// A parsed text with its errors.
struct Parsed {
    text: String,
    root: Option<Node>,
    found: Diagnostics,
}

fn parsed(language: Language, text: &str) -> Parsed {
    let mut sources = SourceMap::new();
    let file = sources.add("app", text);
    let mut found = Diagnostics::new();
    let root = parse(file, text, language, &mut found);
    assert_eq!(root.is_none(), found.has_errors());
    Parsed {
        text: text.to_owned(),
        root,
        found,
    }
}

fn toml(text: &str) -> Parsed {
    parsed(Language::Toml, text)
}

fn yaml(text: &str) -> Parsed {
    parsed(Language::Yaml, text)
}

impl Parsed {
    /// The value at a path of keys and list indices joined by dots.
    fn at(&self, path: &str) -> &Node {
        let root = self.root.as_ref();
        let root = root.unwrap_or_else(|| panic!("no tree: {:?}", self.found));
        path.split('.').fold(root, |node, step| match &node.value {
            NodeValue::Table(table) => table.get(step).unwrap(),
            NodeValue::List(nodes) => &nodes[step.parse::<usize>().unwrap()],
            other => panic!("{step} in {other:?}"),
        })
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    fn text_at(&self, path: &str) -> &str {
        self.slice(self.at(path).span)
    }

    fn key_at(&self, path: &str) -> &str {
        let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
        let table = if table.is_empty() {
            self.root.as_ref().unwrap()
        } else {
            self.at(table)
        };
        let NodeValue::Table(table) = &table.value else {
            panic!("{path} is not a table");
        };
        self.slice(table.entry(key).unwrap().key_span)
    }

    fn keys(&self) -> Vec<&str> {
        let Some(NodeValue::Table(table)) = self.root.as_ref().map(|root| &root.value) else {
            panic!("no table");
        };
        table
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect()
    }

    /// Code, headline and marked text of every error.
    fn errors(&self) -> Vec<Shown<'_>> {
        let errors = self.found.sorted().into_iter().map(|error| {
            let labels = error.labels.iter();
            let labels = labels.map(|label| (self.slice(label.span), label.span.start));
            (error.rule.code, error.message.as_str(), labels.collect())
        });
        errors.collect()
    }
}

/// A tree without its spans.
fn plain(node: &Node) -> String {
    match &node.value {
        NodeValue::Null => "null".to_owned(),
        NodeValue::Bool(value) => format!("bool {value}"),
        NodeValue::Int(value) => format!("int {value}"),
        NodeValue::Float(value) => format!("float {value:?}"),
        NodeValue::Str(value) => format!("str {value:?}"),
        NodeValue::Reported => unreachable!("no parser makes one"),
        NodeValue::List(nodes) => {
            let nodes: Vec<String> = nodes.iter().map(plain).collect();
            format!("[{}]", nodes.join(", "))
        }
        NodeValue::Table(table) => {
            let mut entries: Vec<String> = table
                .entries
                .iter()
                .map(|entry| format!("{:?}: {}", entry.key, plain(&entry.value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Calls `check` with every span of the tree.
fn each_span(node: &Node, check: &mut impl FnMut(Span)) {
    check(node.span);
    match &node.value {
        NodeValue::List(nodes) => nodes.iter().for_each(|node| each_span(node, check)),
        NodeValue::Table(table) => {
            for entry in &table.entries {
                check(entry.key_span);
                each_span(&entry.value, check);
            }
        }
        _ => {}
    }
}
