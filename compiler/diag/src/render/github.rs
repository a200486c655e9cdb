//! Annotations for GitHub's workflow log.
//!
//! In: diagnostics. Out: one workflow command per line, which the runner turns into an annotation of the
//! changed file. Never: text that ends a command early.

use std::fmt::Write as _;

use super::{locate, printable};
use crate::{Diagnostic, Diagnostics, Severity, SourceMap};

/// Workflow commands for all diagnostics, each on its own line.
pub fn github(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let sorted = diagnostics.sorted();
    sorted.iter().map(|d| command(d, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let title = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    let location = location(diagnostic, sources);
    let title = property(&title);
    format!(
        "::{kind} {location}title={title}::{}\n",
        data(&body(diagnostic))
    )
}

/// `file=…,line=…,…,` or nothing. Columns are given only within one line: GitHub refuses an
/// annotation with columns over several.
fn location(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let span = diagnostic.place();
    let Some(at) = span.and_then(|span| locate(sources, span)) else {
        return String::new();
    };
    let (start, end) = (at.start, at.end);
    let mut location = format!("file={},line={},", property(at.file), start.line);
    // Writing into a `String` cannot fail.
    let _ = if start.line == end.line {
        let (column, end_column) = (start.column, end.column);
        write!(
            location,
            "col={column},endLine={},endColumn={end_column},",
            end.line
        )
    } else {
        write!(location, "endLine={},", end.line)
    };
    location
}

fn body(diagnostic: &Diagnostic) -> String {
    let mut body = diagnostic.message.clone();
    let marked = diagnostic.labels.iter().find(|label| label.primary);
    let remark = marked.map(|label| label.message.as_str());
    let parts = [remark, diagnostic.help.as_deref()];
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        body.push('\n');
        body.push_str(part);
    }
    body
}

/// Escapes the text after the second `::`.
fn data(text: &str) -> String {
    let parts = text.split('\r').map(|part| {
        let shown = printable::text(part).replace('%', "%25");
        shown.replace('\n', "%0A")
    });
    parts.collect::<Vec<_>>().join("%0D")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
