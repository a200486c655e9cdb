//! The command lines in the documentation.

use super::*;

/// The pages with command lines, from the root of the repository.
const PAGES: [&str; 12] = [
    "README.md",
    "docs/bundle.md",
    "docs/ci.md",
    "docs/configuration.md",
    "docs/diff.md",
    "docs/emulation.md",
    "docs/flashing.md",
    "docs/graph.md",
    "docs/import.md",
    "docs/logging.md",
    "docs/models.md",
    "docs/shell.md",
];

/// The words after `oakc` in each command line of a code block, without what the shell handles.
fn command_lines(page: &str) -> Vec<Vec<&str>> {
    let line = |line| {
        let command = str::strip_prefix(line, "    ").or(line.strip_prefix("$ "))?;
        let command = command.strip_prefix("oakc ")?;
        let words = command.split_whitespace();
        let words = words.take_while(|word| !["#", "|", "&"].contains(word));
        Some(words.map(|word| word.trim_matches('\'')).collect())
    };
    page.lines().filter_map(line).collect()
}

#[test]
fn every_command_line_of_the_documentation_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut tried = 0;
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).unwrap();
        for words in command_lines(&text) {
            // The arguments are parsed, and nothing is done.
            let ran = Command::new(oakc())
                .args(&words)
                .arg("--help")
                .output()
                .unwrap();
            assert!(ran.status.success(), "{page}: {words:?}: {ran:?}");
            tried += 1;
        }
    }
    assert!(tried >= 15, "only {tried} were found");
}
