//! The wording of everything a person reads: files in, the places that use a phrase no careful writer
//! of English would use out. Names count as text (`_` separates words), and a phrase is found across
//! line ends and comment markers. It judges phrases, not meaning: people read the rest.

mod phrases;
mod tokens;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use phrases::PHRASES;
use tokens::{Token, tokens};

/// The folders and files that are free of banned phrases and stay so.
pub const CHECKED: [&str; 13] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "action.yml",
    "compiler",
    "docs",
    "examples",
    "fuzz",
    "python",
    "runtime-schema",
    "schemas",
    "tests",
    "xtask",
];

/// Endings of the files that people read.
const ENDINGS: [&str; 9] = [
    "html", "json", "md", "py", "rs", "sh", "toml", "txt", "yaml",
];

/// Files that are not our own words, or quote what is banned.
const EXCLUDED: [&str; 3] = [
    // Lists the phrases.
    "xtask/src/words/phrases.rs",
    // Describes the real library in its own words.
    "tests/reference/catalog.json",
    // Inputs that were generated or once failed.
    "fuzz/corpus",
];

/// The banned phrases in the files at `path` or below it, each as `FILE:LINE: PHRASE: ADVICE`. Paths are
/// relative to `root`.
///
/// # Errors
/// If a folder or file cannot be read.
pub fn findings(root: &Path, path: &str) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    collect(root, Path::new(path), &mut files)?;
    files.sort();
    let mut found = Vec::new();
    for file in files {
        // What is not text has no words.
        let Ok(text) = String::from_utf8(fs::read(root.join(&file))?) else {
            continue;
        };
        let name = file.display();
        let advice = |(line, phrase, instead)| format!("{name}:{line}: \"{phrase}\": {instead}");
        found.extend(in_text(&text).into_iter().map(advice));
    }
    Ok(found)
}

/// The banned phrases in a text, with the numbers of their lines and what to write instead.
pub fn in_text(text: &str) -> Vec<(usize, String, &'static str)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for start in 0..tokens.len() {
        for phrase in PHRASES {
            if let Some(length) = phrase.length_at(&tokens, start) {
                let words = &tokens[start..start + length];
                found.push((words[0].line, joined(words), phrase.instead));
            }
        }
    }
    found
}

fn joined(words: &[Token<'_>]) -> String {
    let words: Vec<_> = words.iter().map(|token| token.text).collect();
    words.join(" ")
}

fn collect(root: &Path, path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if EXCLUDED.iter().any(|excluded| path == Path::new(excluded)) {
        return Ok(());
    }
    let place = root.join(path);
    if place.is_dir() {
        for entry in fs::read_dir(place)? {
            let name = entry?.file_name();
            let is_ours = name != "target" && !name.to_string_lossy().starts_with('.');
            if is_ours {
                collect(root, &path.join(name), files)?;
            }
        }
    } else if path
        .extension()
        .is_some_and(|ending| ENDINGS.iter().any(|one| ending == *one))
    {
        files.push(path.to_owned());
    }
    Ok(())
}
