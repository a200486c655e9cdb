//! Files generated from the source: the same source gives the same bytes.

pub mod constraints;
mod diagnostics;
mod doctor;
mod example;
mod messages;
mod nodes;
mod picture;
mod rules;
pub mod setters;
mod simulation;
mod stubs;

use std::io;
use std::path::Path;

use oakc_schema::{json_schema, settings_schema};
use serde_json::Value as Json;

/// Each generated file by its path in the checkout, with its content.
///
/// # Errors
/// If the catalogue of the reference library cannot be read or has a setter without a key, or if an
/// example cannot be read.
pub fn files(root: &Path) -> io::Result<Vec<(&'static str, String)>> {
    let mut files = vec![
        ("schemas/oakc-config.schema.json", pretty(&json_schema())),
        (
            "schemas/oakc-settings.schema.json",
            pretty(&settings_schema()),
        ),
        (
            "schemas/diagnostics.schema.json",
            pretty(&diagnostics::json_schema()),
        ),
        (
            "schemas/scenario.schema.json",
            pretty(&oakc_desk::scenario::json_schema()),
        ),
        (
            "schemas/fleet.schema.json",
            pretty(&oakc_deploy::fleet::json_schema()),
        ),
        ("schemas/doctor.schema.json", pretty(&doctor::json_schema())),
        ("schemas/log.schema.json", pretty(&oakc_logs::json_schema())),
        ("docs/constraints.md", constraints::page()),
        ("docs/doctor.md", doctor::page()),
        ("docs/messages.md", messages::page()),
        ("docs/nodes.md", nodes::page()),
        ("docs/rules.md", rules::page()),
        ("docs/simulation.md", simulation::page(root)?),
        (
            "docs/pictures/http-mjpeg.svg",
            picture::svg(root, "http-mjpeg")?,
        ),
        (
            "docs/pictures/stereo-guard.svg",
            picture::svg(root, "stereo-guard")?,
        ),
        (
            "docs/pictures/fall-alarm.svg",
            picture::svg(root, "fall-alarm")?,
        ),
        (
            "docs/pictures/hand-detector.svg",
            picture::svg(root, "hand-detector")?,
        ),
        (
            "docs/pictures/licence-plates.svg",
            picture::svg(root, "licence-plates")?,
        ),
        (
            "docs/pictures/people-counting.svg",
            picture::svg(root, "people-counting")?,
        ),
        ("docs/setters.md", setters::page(&setters::read(root)?)?),
    ];
    files.extend(stubs::files());
    Ok(files)
}

/// Writes the stale files and returns their paths.
///
/// # Errors
/// Like [`files`], and if a file cannot be written.
pub fn write(root: &Path) -> io::Result<Vec<&'static str>> {
    let mut written = Vec::new();
    for (path, content) in files(root)? {
        if is_stale(root, path, &content) {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(root))?;
            std::fs::write(file, content)?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The paths of the files that differ from what would be generated now.
///
/// # Errors
/// Like [`files`].
pub fn stale(root: &Path) -> io::Result<Vec<&'static str>> {
    let files = files(root)?;
    let stale = files
        .iter()
        .filter(|(path, content)| is_stale(root, path, content));
    Ok(stale.map(|(path, _)| *path).collect())
}

/// Line ends do not count: those of a checkout may differ from those of the repository.
fn is_stale(root: &Path, path: &str, content: &str) -> bool {
    let found = std::fs::read_to_string(root.join(path));
    found.map_or(true, |found| found.replace("\r\n", "\n") != content)
}

fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}

/// A doc comment as a table cell.
fn cell(text: &str) -> String {
    let text = text
        .replace("[`", "`")
        .replace("`]", "`")
        .replace('|', "\\|");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
