//! `oakc lint --budget`: the device resources that applications will probably need, for people and
//! tools.

use std::path::Path;

use oakc_check::budget::Budget;
use oakc_core::CheckedGraph;
use oakc_diag::render::Page;
use oakc_diag::render::json::Report;
use oakc_project::Findings;
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::{self, Format, Terminal, result};

/// What one application needs; unknown as long as it has errors.
#[derive(Serialize)]
pub(crate) struct Estimate {
    file: String,
    /// Item by item; they are estimates.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Budget>,
}

/// The report of diagnostics, with the estimates.
#[derive(Serialize)]
struct Estimated<'a> {
    #[serde(flatten)]
    report: Report,
    budget: &'a [Estimate],
}

impl Estimate {
    pub(crate) fn of(file: &Path, checked: Option<&CheckedGraph>) -> Self {
        Self {
            file: file.display().to_string(),
            resources: checked.map(Budget::of_checked),
        }
    }
}

/// Prints what was found, and the estimates: in one object as JSON, else as text after it.
pub(crate) fn print(
    format: Format,
    findings: &Findings,
    estimates: &[Estimate],
    terminal: &Terminal,
) -> Result<(), Failure> {
    if format == Format::Json {
        let report = Report::new(&findings.diagnostics, &findings.sources);
        let budget = estimates;
        return terminal::json(&Estimated { report, budget });
    }
    terminal.diagnostics(format, findings)?;
    let page = page(estimates);
    if format == Format::Human {
        return result(page);
    }
    // Their formats have no place for it.
    terminal.progress_page(&page);
    Ok(())
}

fn page(estimates: &[Estimate]) -> Page {
    let mut page = Page::new();
    for Estimate { file, resources } in estimates {
        let Some(budget) = resources else {
            page.line(format_args!("{file}: no estimate because there are errors"));
            continue;
        };
        page.line(format_args!("{file}, estimated:"));
        page.append(&budget.page());
        page.line("");
    }
    page
}
