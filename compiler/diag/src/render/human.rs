//! Text for people.
//!
//! In: diagnostics, and the width and colours of the terminal. Out: for each diagnostic its rule,
//! headline, marked source lines and help, drawn by miette; in the end a line that counts them. Never: a
//! control sequence from the source, or more of a long line than what surrounds its marks.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::Excerpt;
use super::printable;
use crate::{Counts, Diagnostic, Diagnostics, Rule, Severity, SourceMap};

/// The narrowest and the widest output in columns; less would not be readable.
const WIDTHS: (usize, usize) = (40, 400);

/// The width of text that does not go to a terminal.
const PAGE_WIDTH: usize = 100;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HumanOptions {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// The columns of the terminal, at which text is wrapped. Without a terminal text is wrapped at
    /// 100 columns, but a web address is shown whatever its length.
    pub columns: Option<usize>,
}

/// All diagnostics and a summary line; an empty string if there are none.
pub fn human(diagnostics: &Diagnostics, sources: &SourceMap, options: HumanOptions) -> String {
    let columns = options
        .columns
        .map(|columns| columns.clamp(WIDTHS.0, WIDTHS.1));
    let width = columns.unwrap_or(PAGE_WIDTH);
    let handler = handler(options.color, width);
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        let shown = Shown::new(diagnostic, sources, columns);
        if handler.render_report(&mut text, &shown).is_err() {
            // If miette cannot draw the snippet, the message must still be shown.
            text.push_str(&shown.plain());
        }
        text.push('\n');
    }
    if !diagnostics.is_empty() {
        text.push_str(&summary(diagnostics.counts()));
        text.push('\n');
    }
    // Wrapping can put any word at the start of a line.
    let lines = text.split('\n').map(printable::disarmed);
    lines.collect::<Vec<_>>().join("\n")
}

/// `2 errors, 1 warning`; severities that do not occur are left out.
pub fn summary(counts: Counts) -> String {
    let parts = [
        (counts.errors, "error", "errors"),
        (counts.warnings, "warning", "warnings"),
        (counts.infos, "note", "notes"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, one, many)| {
        let word = if count == 1 { one } else { many };
        format!("{count} {word}")
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn handler(color: bool, width: usize) -> GraphicalReportHandler {
    let theme = if color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .without_syntax_highlighting()
}

/// A diagnostic the way miette wants it.
#[derive(Debug)]
struct Shown {
    code: String,
    /// Where the rule is explained.
    explained: Option<String>,
    severity: Severity,
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
}

impl Shown {
    fn new(diagnostic: &Diagnostic, sources: &SourceMap, columns: Option<usize>) -> Self {
        let rule = diagnostic.rule;
        let severity = diagnostic.severity;
        let code = format!("{}[{}] {}", severity.as_str(), rule.code, rule.name);
        Self {
            explained: explained(rule, &code, columns),
            code,
            severity,
            message: printable::text(&diagnostic.message),
            help: help(diagnostic).map(|help| printable::text(&help)),
            excerpt: Excerpt::new(&diagnostic.labels, sources, columns.unwrap_or(PAGE_WIDTH)),
        }
    }

    fn plain(&self) -> String {
        format!("{}\n  {}\n", self.code, self.message)
    }
}

/// Where the rule is explained, as far as it fits on the line of the code: the address of a page, or
/// the command that shows it.
fn explained(rule: &Rule, code: &str, columns: Option<usize>) -> Option<String> {
    let room = columns.map(|columns| columns.saturating_sub(code.len() + " ()".len()));
    let ways = [rule.url(), format!("oakc explain {}", rule.name)];
    let fits = |way: &String| room.is_none_or(|room| way.len() <= room);
    ways.into_iter().find(fits)
}

/// The help, and the fix if it is safe. The title of any other fix repeats the help.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let safe = diagnostic.fix.as_ref().filter(|fix| fix.safe);
    let fix = safe.map(|fix| format!("{} (`oakc lint --fix` does it)", fix.title));
    let parts = [diagnostic.help.clone(), fix];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<_>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let explained = self.explained.as_ref()?;
        Some(Box::new(explained))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.is_empty()).then_some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}
