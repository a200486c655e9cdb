//! The book: every page of docs/ is in it once, and every link in a page leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use xtask::book::in_repository;

/// What a page links to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
}

/// The pages in a folder of docs/, relative to docs/.
fn pages(docs: &Path, folder: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(docs.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|it| it == "md") && name != "SUMMARY.md" {
            pages.push(format!("{folder}{name}"));
        }
    }
    pages
}

#[test]
fn every_page_is_in_the_book_once() {
    let docs = xtask::root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let mut listed: Vec<&str> = links(&summary).collect();
    listed.sort_unstable();
    let mut pages = [pages(&docs, ""), pages(&docs, "book/")].concat();
    pages.sort();
    assert_eq!(listed, pages);
}

/// The headings of a page, as GitHub and mdBook name them in links.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let root = xtask::root();
    let docs = root.join("docs");
    let mut wrong = Vec::new();
    for page in [pages(&docs, ""), pages(&docs, "book/")].concat() {
        let text = fs::read_to_string(docs.join(&page)).unwrap();
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = match file {
                "" => docs.join(&page),
                file => root.join(in_repository(Path::new(&page), file)),
            };
            if !path.exists() {
                wrong.push(format!("{page}: {link}"));
            } else if !anchor.is_empty() && path.extension().is_some_and(|it| it == "md") {
                let found = anchors(&fs::read_to_string(path).unwrap());
                if !found.contains(anchor) {
                    wrong.push(format!("{page}: {link}: there is no such heading"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
