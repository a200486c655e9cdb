//! The pages of the book, played: their files are written, their commands run one after the other, and what these print
//! is what the page shows. In expected output, a line `…` stands for any lines, and `…` in a line for any text.
//!
//! Each page has a folder and a network of its own; `python3` is one with the real library. What runs in the background
//! (`&`) ends with the page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use oakc_tests::namespace::in_own_network;
use oakc_tests::process::oakc;
use oakc_tests::reference::python;
use tempfile::TempDir;

use super::packages::cache;

/// Something that a page lets its reader do.
#[derive(Debug)]
enum Step<'a> {
    /// A file, from a block whose first line is `# PATH`.
    File { path: &'a str, text: String },
    /// A command, and what it prints.
    Command { line: &'a str, prints: Vec<&'a str> },
}

/// The steps of a page, in order. Every block has to be one.
fn steps(page: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            steps.extend(commands(&block));
        } else {
            let (name, text) = block.split_first().unwrap();
            let path = name.strip_prefix("# ");
            let path = path.unwrap_or_else(|| panic!("{name} does not say which file it begins"));
            let text = text.join("\n") + "\n";
            steps.push(Step::File { path, text });
        }
    }
    steps
}

fn commands<'a>(block: &[&'a str]) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    for shown in block {
        if let Some(line) = shown.strip_prefix("$ ") {
            let prints = Vec::new();
            steps.push(Step::Command { line, prints });
        } else if let Some(Step::Command { prints, .. }) = steps.last_mut() {
            prints.push(shown);
        }
    }
    steps
}

/// A shell script that plays the steps; what the command at a place prints goes into the file `out/PLACE`.
fn script(steps: &[Step<'_>]) -> String {
    let mut script =
        String::from("ip link set lo up\nmkdir out\nstarted=\ntrap 'kill $started; wait' EXIT\n");
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::File { path, text } => {
                let folder = Path::new(path).parent().unwrap().display();
                write!(
                    script,
                    "mkdir -p './{folder}'\ncat >'{path}' <<'END OF FILE'\n{text}END OF FILE\n"
                )
                .unwrap();
            }
            Step::Command { line, prints } => match line.strip_suffix(" &") {
                Some(line) => {
                    let mut parts = prints.iter().flat_map(|line| line.split('…'));
                    let last = parts.rfind(|part| !part.is_empty()).unwrap();
                    let last = last.replace('\'', "'\\''");
                    write!(
                        script,
                        "{line} >out/{place} 2>&1 &\nstarted=\"$started $!\"\nfor _ in $(seq 600); do\n  \
                         grep -qF '{last}' out/{place} && break\n  sleep 0.1\ndone\n"
                    )
                    .unwrap();
                }
                None => writeln!(script, "{{ {line}\n}} >out/{place} 2>&1").unwrap(),
            },
        }
    }
    script
}

/// Whether these lines are what is expected.
fn is_as_expected(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&"…", rest)) => {
            (0..=lines.len()).any(|skipped| is_as_expected(rest, &lines[skipped..]))
        }
        Some((first, rest)) => match lines.split_first() {
            Some((line, lines)) => is_like(first, line) && is_as_expected(rest, lines),
            None => false,
        },
    }
}

fn is_like(expected: &str, line: &str) -> bool {
    match expected.split_once('…') {
        None => expected.trim_end() == line.trim_end(),
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            let mut ends = ends;
            ends.any(|at| is_like(after, &rest[at..]))
        }),
    }
}

/// Plays a page of `docs/book`.
fn play(name: &str) {
    let Some(python) = python() else { return };
    let Some(mut shell) = in_own_network(Path::new("sh")) else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/book").join(name)).unwrap();
    let steps = steps(&page);
    let place = TempDir::new().unwrap();
    let programs = [oakc(), &python].map(|program| program.parent().unwrap().to_owned());
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = programs
        .into_iter()
        .chain(std::env::split_paths(&inherited));
    shell
        .arg("-c")
        .arg(script(&steps))
        .current_dir(place.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("OAKC_CACHE", cache(&python));
    let ran = shell.output().unwrap();
    for (number, step) in steps.iter().enumerate() {
        let Step::Command { line, prints } = step else {
            continue;
        };
        let printed = fs::read_to_string(place.path().join("out").join(number.to_string()));
        let printed = printed.unwrap_or_else(|_| panic!("{name}: `{line}` did not run: {ran:?}"));
        let lines: Vec<&str> = printed.lines().collect();
        let is_background = line.ends_with(" &");
        let mut expected = prints.clone();
        if is_background {
            // What it prints later, of what others did to it, is not shown.
            expected.push("…");
        }
        assert!(
            is_as_expected(&expected, &lines),
            "{name}: `{line}` printed\n{printed}\nand not\n{}",
            prints.join("\n")
        );
    }
}

#[test]
fn a_first_hour() {
    play("first-hour.md");
}

#[test]
fn convert_a_program() {
    play("convert.md");
}

#[test]
fn flash_thirty_cameras() {
    play("thirty-cameras.md");
}

#[test]
fn a_dark_camera() {
    play("dark.md");
}

#[test]
fn what_standalone_means() {
    play("standalone.md");
}

#[test]
fn how_messages_flow() {
    play("messages-flow.md");
}

#[test]
fn every_page_is_played() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/book");
    let source = include_str!("book.rs");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(source.contains(&format!("play(\"{name}\");")), "{name}");
    }
}

#[test]
fn output_is_compared_line_by_line() {
    let lines = ["a", "b 12 c", "d"];
    for expected in [
        &["a", "b 12 c", "d"][..],
        &["…", "d"],
        &["a", "b … c", "…"],
        &["…"],
    ] {
        assert!(is_as_expected(expected, &lines), "{expected:?}");
    }
    for expected in [
        &["a", "b 12 c"][..],
        &["a", "…", "e"],
        &["a", "b … d", "…"],
        &[],
    ] {
        assert!(!is_as_expected(expected, &lines), "{expected:?}");
    }
}
