//! Of programs that die in CPython 3.9, how many are found on the desk, and at the right line.
//!
//! `tests/reference/script_mutants.py` breaks programs that run, runs them beside the real library's
//! classes, and writes down which die and where.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what it is for"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use oakc_script::{Ports, Script};

/// One broken program.
struct Mutant {
    name: String,
    way: String,
    exception: String,
    line: usize,
    script: String,
    message: String,
    text: String,
}

#[test]
fn nine_of_ten_programs_that_die_are_found_at_the_right_line() {
    let Some(folder) = mutants() else {
        return;
    };
    let mutants = read(&folder);
    assert!(mutants.len() > 500, "{} mutants die", mutants.len());
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for mutant in &mutants {
        let found = is_found(mutant);
        let (found_of_way, all) = table.entry(&mutant.way).or_default();
        *all += 1;
        if found {
            *found_of_way += 1;
        } else {
            missed.push(format!(
                "{} {}:{} {}: {} ({})",
                mutant.name,
                mutant.script,
                mutant.line,
                mutant.exception,
                mutant.message,
                mutant.way
            ));
        }
    }
    let found = mutants.len() - missed.len();
    for (way, (found, all)) in &table {
        println!("{way:32} {found:4} of {all:4}");
    }
    println!("{:32} {found:4} of {:4}", "all", mutants.len());
    let report = missed.join("\n");
    println!("{report}");
    assert!(
        found * 10 >= mutants.len() * 9,
        "{found} of {} are found\n{report}",
        mutants.len()
    );
}

#[test]
fn the_unbroken_programs_raise_nothing() {
    for path in scripts() {
        let text = fs::read_to_string(&path).unwrap();
        let faults = Script::faults(&text, &ports(&text));
        assert_eq!(faults, [], "{}", path.display());
    }
}

fn is_found(mutant: &Mutant) -> bool {
    let faults = Script::faults(&mutant.text, &ports(&mutant.text));
    let script = Script::parse(&mutant.text);
    let sends_none = script.facts.into_iter().flat_map(|facts| facts.ports);
    let sends_none = sends_none
        .filter(|port| port.sends_none)
        .map(|port| port.range);
    let ranges = faults
        .into_iter()
        .map(|fault| fault.range)
        .chain(sends_none);
    let line = |offset: usize| mutant.text[..offset].matches('\n').count() + 1;
    let mut lines = ranges.map(|range| line(range.start)..=line(range.end));
    lines.any(|lines| lines.contains(&mutant.line))
}

/// The ports that the comments at the head of a script describe.
fn ports(text: &str) -> Ports {
    let mut ports = Ports::default();
    // The examples describe their ports in files of their own.
    let text = if text.contains("io[\"tensors\"]") {
        "# in: tensors=NNData"
    } else {
        text
    };
    let described = |head: &str| -> Vec<(String, String)> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(head));
        let words = lines.flat_map(str::split_whitespace);
        words
            .filter_map(|word| word.split_once('='))
            .map(|(name, class)| (name.to_owned(), class.to_owned()))
            .collect()
    };
    for (name, class) in described("# in: ") {
        ports.inputs.insert(name, vec![class]);
    }
    for (name, class) in described("# out: ") {
        ports.outputs.insert(name, vec![vec![class]]);
    }
    ports
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts() -> Vec<PathBuf> {
    let folder = root().join("tests/reference/scripts");
    let mut scripts: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    scripts.sort();
    scripts.push(root().join("examples/hand-detector/hands.py"));
    scripts
}

/// The folder with the mutants. None, aloud, where CPython 3.9 with the library is not at hand:
/// `OAKC_SCRIPT_PYTHON` names it.
fn mutants() -> Option<PathBuf> {
    let Some(python) = std::env::var_os("OAKC_SCRIPT_PYTHON") else {
        eprintln!(
            "SKIPPED: recall is not measured (OAKC_SCRIPT_PYTHON names no CPython 3.9 with depthai and numpy)"
        );
        return None;
    };
    let folder = root().join("target/script-mutants");
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(root().join("tests/reference/script_mutants.py"));
    let output = command.arg(&folder).args(scripts()).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(folder)
}

fn read(folder: &Path) -> Vec<Mutant> {
    let index = fs::read_to_string(folder.join("index.tsv")).unwrap();
    let mutants = index.lines().map(|line| {
        let mut words = line.split('\t').map(str::to_owned);
        let name = words.next().unwrap();
        Mutant {
            text: fs::read_to_string(folder.join(&name)).unwrap(),
            name,
            way: words.next().unwrap(),
            exception: words.next().unwrap(),
            line: words.next().unwrap().parse().unwrap(),
            script: words.next().unwrap(),
            message: words.next().unwrap_or_default(),
        }
    });
    mutants.collect()
}
