//! Something that can be explained.

use oakc_diag::render::Page;
use serde::Serialize;

/// What there is to say about one name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Topic {
    /// What it is: `rule`, `node`, `key`, `port`, `message`, `product` or `sensor`.
    pub(super) kind: &'static str,
    /// Its whole name.
    pub(super) name: String,
    /// What to read first.
    pub(super) title: String,
    /// The rest.
    pub(super) text: String,
}

/// Topics one after the other.
pub(super) fn page(topics: &[Topic]) -> Page {
    let texts = topics
        .iter()
        .map(|topic| format!("{}\n\n{}", topic.title, topic.text.trim_end()));
    let mut page = Page::new();
    page.lines(&texts.collect::<Vec<_>>().join("\n\n"));
    page
}

/// Documentation without the marks of links in source code, indented by so much.
pub(super) fn paragraph(doc: &str) -> String {
    doc.replace("[`", "`").replace("`]", "`").trim().to_owned()
}

/// Rows of two columns.
pub(super) fn table(title: &str, rows: &[(String, String)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default();
    let lines = rows
        .iter()
        .map(|(name, text)| format!("  {name:<width$}  {text}").trim_end().to_owned());
    format!("\n\n{title}\n{}", lines.collect::<Vec<_>>().join("\n"))
}
