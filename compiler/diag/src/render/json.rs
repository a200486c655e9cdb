//! JSON for programs.
//!
//! In: diagnostics. Out: one JSON object on one line, in the documented form. Never: `null`; help and
//! fixes that do not exist are left out.

use serde::{Deserialize, Serialize};

use super::{locate, printable};
use crate::{Diagnostic, Diagnostics, Position, Severity, SourceMap};

/// The whole output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// All diagnostics, sorted, without repetitions.
    pub diagnostics: Vec<ReportedDiagnostic>,
    /// Their number.
    pub summary: Summary,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedDiagnostic {
    /// Stable code of the rule, `OAK012`.
    pub code: String,
    /// Stable name of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The headline.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where the rule is explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Marked places, possibly in several files.
    pub labels: Vec<ReportedLabel>,
    /// A mechanical repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<ReportedFix>,
}

/// A marked range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedLabel {
    /// Display name of the file.
    pub file: String,
    /// First character.
    pub start: ReportedPosition,
    /// One past the last character.
    pub end: ReportedPosition,
    /// The remark; may be empty.
    pub message: String,
    /// Whether this is where the problem is.
    pub primary: bool,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedPosition {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes from the start of the file.
    pub offset: usize,
}

/// Edits that together repair the problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedFix {
    /// What the fix does.
    pub title: String,
    /// Whether it may be applied without asking.
    pub safe: bool,
    /// The replacements.
    pub edits: Vec<ReportedEdit>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedEdit {
    /// Display name of the file.
    pub file: String,
    /// First byte replaced.
    pub start: usize,
    /// One past the last byte replaced.
    pub end: usize,
    /// What comes instead.
    pub text: String,
}

/// Numbers of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
}

impl Report {
    /// The report of these diagnostics. Labels and edits in files that `sources` does not have
    /// are left out.
    pub fn new(diagnostics: &Diagnostics, sources: &SourceMap) -> Self {
        let counts = diagnostics.counts();
        let sorted = diagnostics.sorted();
        Self {
            diagnostics: sorted.iter().map(|d| reported(d, sources)).collect(),
            summary: Summary {
                errors: counts.errors,
                warnings: counts.warnings,
            },
        }
    }
}

/// The JSON form, ending in a line break.
pub fn json(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let report = Report::new(diagnostics, sources);
    // Serializing strings, numbers and lists into memory has no way to fail.
    let text = serde_json::to_string(&report).unwrap_or_default();
    printable::json(&text) + "\n"
}

fn reported(diagnostic: &Diagnostic, sources: &SourceMap) -> ReportedDiagnostic {
    ReportedDiagnostic {
        code: diagnostic.rule.code.to_owned(),
        rule: diagnostic.rule.name.to_owned(),
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        url: Some(diagnostic.rule.url()),
        labels: labels(diagnostic, sources),
        fix: fix(diagnostic, sources),
    }
}

fn labels(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<ReportedLabel> {
    let placed = diagnostic.labels.iter().filter_map(|label| {
        let at = locate(sources, label.span)?;
        Some(ReportedLabel {
            file: at.file.to_owned(),
            start: at.start.into(),
            end: at.end.into(),
            message: label.message.clone(),
            primary: label.primary,
        })
    });
    placed.collect()
}

fn fix(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<ReportedFix> {
    let fix = diagnostic.fix.as_ref()?;
    let edits = fix.edits.iter().filter_map(|edit| {
        Some(ReportedEdit {
            file: sources.get(edit.span.file)?.name().to_owned(),
            start: edit.span.start,
            end: edit.span.end,
            text: edit.text.clone(),
        })
    });
    Some(ReportedFix {
        title: fix.title.clone(),
        safe: fix.safe,
        edits: edits.collect(),
    })
}

impl From<Position> for ReportedPosition {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
            offset: position.offset,
        }
    }
}
