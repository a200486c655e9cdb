//! For build servers: JUnit XML. The time of a test case is its virtual time, so the report of the same run is the
//! same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use oakc_diag::render::{HumanOptions, human};

use super::counts;
use crate::Case;

/// What became of scenarios; a test suite is an application's folder.
pub fn junit(cases: &[Case]) -> String {
    let mut suites: BTreeMap<String, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let tests = case.path.parent().unwrap_or(Path::new(""));
        let folder = tests.parent().unwrap_or(tests);
        suites
            .entry(folder.display().to_string())
            .or_default()
            .push(case);
    }
    let all = counts(cases);
    let total = all.passed.saturating_add(all.failed);
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    // Writing to a string cannot fail.
    let _ = writeln!(
        xml,
        "<testsuites name=\"oakc test\" tests=\"{total}\" failures=\"{}\">",
        all.failed
    );
    for (folder, cases) in suites {
        let failed = cases.iter().filter(|case| !case.has_passed()).count();
        let (name, count) = (escaped(&folder), cases.len());
        let name = if name.is_empty() { "." } else { &name };
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failed}\">"
        );
        for case in cases {
            test_case(&mut xml, name, case);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn test_case(xml: &mut String, suite: &str, case: &Case) {
    let name = case.path.file_stem().unwrap_or_default().to_string_lossy();
    let (name, file) = (escaped(&name), escaped(&case.path.display().to_string()));
    let seconds = case
        .played
        .as_ref()
        .map_or(0.0, |played| played.took.as_secs_f64());
    let _ = write!(
        xml,
        "    <testcase name=\"{name}\" classname=\"{suite}\" file=\"{file}\" time=\"{seconds:.6}\""
    );
    if case.has_passed() {
        xml.push_str("/>\n");
        return;
    }
    let failure = case
        .played
        .as_ref()
        .and_then(|played| played.failure.as_ref());
    let message = failure.map_or("the scenario cannot be played", |failure| &failure.message);
    let text = match &case.broken {
        Some(broken) => broken.to_string(),
        None => human(
            &case.findings.diagnostics,
            &case.findings.sources,
            HumanOptions {
                color: false,
                columns: None,
            },
        ),
    };
    let (message, text) = (escaped(message), escaped(&text));
    let _ = writeln!(
        xml,
        ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>"
    );
}

/// Text as XML has it; what XML cannot have is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            character if character.is_control() => out.push('\u{fffd}'),
            character => out.push(character),
        }
    }
    out
}
