//! One problem, as every renderer understands it.
//!
//! In: a rule and what was found. Out: a [`Diagnostic`]. Never: text of the source; it has spans only.

use crate::{FileId, Rule, Severity, Span};

/// A marked range of source with a short remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What is marked.
    pub span: Span,
    /// The remark; may be empty.
    pub message: String,
    /// Whether this is where the problem is, or only something related to it.
    pub primary: bool,
}

/// One replacement of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// Edits that together make the problem go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an imperative: "write `ColorCamera`".
    pub title: String,
    /// Whether it may be applied without asking: it says what the author meant for certain.
    pub safe: bool,
    /// The replacements; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that `oakc lint --fix` applies.
    pub fn safe(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            safe: true,
            edits: Vec::new(),
        }
    }

    /// A fix that a person should look at first.
    pub fn suggested(title: impl Into<String>) -> Self {
        Self {
            safe: false,
            ..Self::safe(title)
        }
    }

    /// Adds a replacement.
    #[must_use]
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit {
            span,
            text: text.into(),
        });
        self
    }
}

/// One problem: what, where, why it matters, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The rule's level, or what the user made of it.
    pub severity: Severity,
    /// Headline: a lower-case phrase that stands alone.
    pub message: String,
    /// Marked places, possibly in several files; none if the problem has no place.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// How to repair it mechanically.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A problem of the rule's own severity, without a place yet.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.level,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Marks where the problem is, if that is anywhere.
    #[must_use]
    pub fn label(self, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        self.mark(span.into(), message.into(), true)
    }

    /// Marks something the problem has to do with, if that is anywhere.
    #[must_use]
    pub fn secondary(self, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        self.mark(span.into(), message.into(), false)
    }

    /// Says what to do. A second call adds a line.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        let help = help.into();
        self.help = Some(match self.help {
            Some(before) => format!("{before}\n{help}"),
            None => help,
        });
        self
    }

    /// Attaches a mechanical repair.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Replaces the rule's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same, after [`SourceMap::merge`](crate::SourceMap::merge) moved its files.
    #[must_use]
    pub fn moved(mut self, to: &[FileId]) -> Self {
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        let spans = edits.map(|edit| &mut edit.span);
        for span in spans.chain(self.labels.iter_mut().map(|label| &mut label.span)) {
            span.file = span.file.moved(to);
        }
        self
    }

    /// Where the problem is: the first primary label, else the first label.
    pub fn place(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or(self.labels.first()).map(|label| label.span)
    }

    fn mark(mut self, span: Option<Span>, message: String, primary: bool) -> Self {
        self.labels.extend(span.map(|span| Label {
            span,
            message,
            primary,
        }));
        self
    }
}
