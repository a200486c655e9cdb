//! SARIF for code scanning services.
//!
//! In: diagnostics. Out: a SARIF 2.1.0 log with one run. Never: columns that count anything but
//! characters (`unicodeCodePoints`), as everywhere in oakc.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{locate, printable};
use crate::{Diagnostic, Diagnostics, Fix, Rule, Severity, SourceMap, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = "https://github.com/oakc/oakc";

/// What is encoded in file names: all but `/` and the unreserved characters of URIs.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The SARIF log, indented, ending in a line break. It lists the rules that fired.
pub fn sarif(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let sorted = diagnostics.sorted();
    let mut rules: Vec<&'static Rule> = sorted.iter().map(|d| d.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup();
    let results = sorted.iter().map(|d| result(d, &rules, sources));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "oakc",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": HOME,
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    printable::json(&format!("{log:#}\n"))
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.docs, "markdown": rule.docs},
        "helpUri": rule.url(),
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

fn result(diagnostic: &Diagnostic, rules: &[&'static Rule], sources: &SourceMap) -> Value {
    let index = rules.iter().position(|rule| *rule == diagnostic.rule);
    let text = match &diagnostic.help {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let labels = |primary| {
        let labels = diagnostic.labels.iter().enumerate();
        let labels = labels.filter(move |(_, label)| label.primary == primary);
        let located = labels.filter_map(|(id, label)| {
            let physical = physical_location(sources, label.span)?;
            let message = json!({"text": label.message});
            Some(json!({"id": id, "physicalLocation": physical, "message": message}))
        });
        located.collect::<Vec<_>>()
    };
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": index,
        "level": level(diagnostic.severity),
        "message": {"text": text},
        "locations": labels(true),
        "relatedLocations": labels(false),
    });
    if let (Some(fix), Some(members)) = (&diagnostic.fix, result.as_object_mut()) {
        members.insert("fixes".to_owned(), json!([sarif_fix(fix, sources)]));
    }
    result
}

fn sarif_fix(fix: &Fix, sources: &SourceMap) -> Value {
    let changes = fix.edits.iter().filter_map(|edit| {
        let file = sources.get(edit.span.file)?.name();
        Some(json!({
            "artifactLocation": {"uri": uri(file)},
            "replacements": [{
                "deletedRegion": region(sources, edit.span)?,
                "insertedContent": {"text": edit.text},
            }],
        }))
    });
    json!({
        "description": {"text": fix.title},
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn physical_location(sources: &SourceMap, span: Span) -> Option<Value> {
    let file = sources.get(span.file)?.name();
    Some(json!({
        "artifactLocation": {"uri": uri(file)},
        "region": region(sources, span)?,
    }))
}

fn region(sources: &SourceMap, span: Span) -> Option<Value> {
    let at = locate(sources, span)?;
    Some(json!({
        "startLine": at.start.line,
        "startColumn": at.start.column,
        "endLine": at.end.line,
        "endColumn": at.end.column,
        "byteOffset": at.start.offset,
        "byteLength": at.end.offset.saturating_sub(at.start.offset),
    }))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A file name as a URI reference.
fn uri(name: &str) -> String {
    utf8_percent_encode(&name.replace('\\', "/"), ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn file_names_become_uri_references() {
        assert_eq!(uri("dir/A-b_c.9~"), "dir/A-b_c.9~");
        assert_eq!(uri("a\\b c.toml"), "a/b%20c.toml");
        assert_eq!(uri("100%:#?/ü\n"), "100%25%3A%23%3F/%C3%BC%0A");
    }
}
