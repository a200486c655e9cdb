//! Tests of the registry against the source files, and of the documentation of every rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{REGISTRY, all};

/// The headings of a rule's documentation, in this order.
const HEADINGS: [&str; 5] = [
    "# What",
    "# Why on the device",
    "# Example",
    "# Use instead",
    "# Source",
];

/// Every file below the folders of rules.
fn files() -> Vec<PathBuf> {
    let check = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        "src/rules",
        "../core/src/syntax/rules",
        "../core/src/config/rules",
        "../core/src/compose/rules",
        "../core/src/graph/rules",
        "../core/src/rules",
    ];
    let mut found = Vec::new();
    let mut pending: Vec<_> = folders.map(|folder| check.join(folder)).into();
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let list = if path.is_dir() {
                &mut pending
            } else {
                &mut found
            };
            list.push(path);
        }
    }
    found
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// The rule that a file is named after.
fn rule_name(path: &Path) -> String {
    path.file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .replace('_', "-")
}

#[test]
fn every_rule_has_a_page_of_its_name_and_every_page_a_rule() {
    let pages = files().into_iter().filter(|path| is(path, "md"));
    let pages: Vec<_> = pages.map(|path| rule_name(&path)).collect();
    let named: BTreeSet<_> = pages.iter().map(String::as_str).collect();
    assert_eq!(pages.len(), named.len(), "two pages have the same name");
    assert_eq!(named, all().map(|rule| rule.name).collect());
}

#[test]
fn a_rule_is_in_the_file_of_its_name_next_to_its_page() {
    for file in files().into_iter().filter(|path| is(path, "rs")) {
        let source = fs::read_to_string(&file).unwrap();
        let page = file.with_extension("md");
        let has_rule = source.contains(": Rule = Rule {\n    code:");
        assert_eq!(has_rule, page.exists(), "{}", file.display());
        if has_rule {
            let name = format!("    name: \"{}\",\n", rule_name(&file));
            assert!(source.contains(&name), "{}", file.display());
        }
    }
}

#[test]
fn a_rule_has_the_page_next_to_it() {
    for page in files().into_iter().filter(|path| is(path, "md")) {
        let text = fs::read_to_string(&page).unwrap().replace("\r\n", "\n");
        let rule = super::find(&rule_name(&page)).unwrap();
        assert_eq!(rule.docs.replace("\r\n", "\n"), text, "{}", rule.name);
    }
}

#[test]
fn rules_are_sorted_by_code_and_have_unique_codes_and_names() {
    let codes: Vec<_> = all().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let names: BTreeSet<_> = all().map(|rule| rule.name).collect();
    assert_eq!(names.len(), REGISTRY.len());
}

#[test]
fn every_rule_documents_what_why_the_alternative_and_its_source() {
    for rule in all() {
        let mut fenced = false;
        let lines: Vec<_> = rule.docs.lines().collect();
        let mut headings = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            fenced ^= line.starts_with("```");
            if !fenced && line.starts_with("# ") {
                headings.push(*line);
                let next = lines.get(number + 1).copied().unwrap_or_default();
                assert!(!next.is_empty(), "{}: nothing below {line}", rule.name);
            }
        }
        assert_eq!(headings, HEADINGS, "{}", rule.name);
        assert!(!fenced, "{}", rule.name);
        let name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.name.chars().all(name), "{}", rule.name);
        assert!(rule.summary.ends_with('.'), "{}", rule.name);
    }
}
