//! Findings and their positions. A case is a file in `lint/RULE/` that lists the expected findings in
//! comments:
//!
//! ```text
//! # error[unknown-key] 1-14: ColorCamera `cam` has no key
//! preview_widht = 300
//! ```
//!
//! The columns are those of the label, from its first character to just after its last one; the text is
//! part of the message or the help. A comment on its own line is about the next line that is not a
//! comment; one at the end of a line is about that line; `3:1-14` names a line. `# set NAME=VALUE` sets
//! a parameter as `--set` does. There may be no other findings. A case `fires*` has a finding of its
//! rule, `silent*` has none at all.
//!
//! Cases are fragments of applications. Rules that only make sense for complete applications
//! ([`OF_WHOLE_APPLICATIONS`]) are only on in their own cases.
//!
//! A case can name files in its directory. Programs with the name of the case (`fires.py`,
//! `fires.other.py`) list their own expected findings in the same form.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use oakc_check::compile;
use oakc_check::rules;
use oakc_core::config::Levels;
use oakc_core::rules::internal_error::INTERNAL_ERROR;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_core::{Override, Profile, Source};
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};
use oakc_tests::models::model;
use oakc_tests::snapshot::Snapshots;
use oakc_tests::world::TestWorld;

/// Files that cases can name besides those in their own directory.
static FILES: LazyLock<MemoryWorld> = LazyLock::new(|| {
    let mut detector = model("detector.blob").unwrap();
    detector.truncate(100);
    MemoryWorld::from_iter([
        ("script.py", b"pass\n".to_vec()),
        ("cut.blob", detector),
        ("table.bin", vec![7; 100]),
        ("large.bin", vec![7; 20 << 20]),
        ("directory/file", Vec::new()),
    ])
});

/// Rules about what a fragment of an application may lack.
const OF_WHOLE_APPLICATIONS: &[&str] = &[
    "unused-node",
    "unfed-input",
    "unused-script-port",
    "flash-size",
    "no-application-flash",
];

/// The levels for a case in `directory`.
fn levels(directory: &Path) -> Levels {
    let own = |rule: &&&str| directory.ends_with(rule);
    let others = OF_WHOLE_APPLICATIONS.iter().filter(|rule| !own(rule));
    Levels {
        allow: others.map(|rule| (*rule).to_owned()).collect(),
        ..Levels::default()
    }
}

/// Checks a text as if it were the file `name` in `directory`.
pub(crate) fn check(directory: &Path, name: &str, text: &str) -> (SourceMap, Diagnostics) {
    let set = text.lines().filter_map(|line| line.strip_prefix("# set "));
    let set = set.filter_map(|line| line.split_once('='));
    let overrides = set.map(|(name, value)| Override {
        name: name.to_owned(),
        value: value.to_owned(),
        written: None,
    });
    let overrides: Vec<_> = overrides.collect();
    let profile = text
        .lines()
        .find_map(|line| line.strip_prefix("# profile "));
    let source = Source {
        name,
        text,
        language: Language::of_path(name).unwrap(),
        profile: profile.map(Profile::named),
        params: &[],
        overrides: &overrides,
        levels: &levels(directory),
    };
    let world = TestWorld::new(directory, FILES.clone());
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let checked = compile(&source, &world, &mut sources, &mut found);
    assert_eq!(checked.is_none(), found.has_errors(), "{name}");
    (sources, found)
}

/// A finding, expected or real.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    severity: String,
    rule: String,
    file: String,
    line: usize,
    columns: String,
    text: String,
}

impl Finding {
    /// Reads `error[rule] 1-2: text` or `error[rule] 3:1-2: text`.
    fn parse(comment: &str, file: &str, line: usize) -> Option<Self> {
        let (severity, rest) = comment.split_once('[')?;
        let (rule, rest) = rest.split_once("] ")?;
        let (place, text) = rest.split_once(": ")?;
        let (line, columns) = match place.split_once(':') {
            Some((line, columns)) => (line.parse().ok()?, columns),
            None => (line, place),
        };
        ["error", "warning", "info"]
            .contains(&severity)
            .then(|| Self {
                severity: severity.to_owned(),
                rule: rule.to_owned(),
                file: file.to_owned(),
                line,
                columns: columns.to_owned(),
                text: text.trim().to_owned(),
            })
    }

    fn of(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let file = diagnostic
            .place()
            .map(|span| sources.get(span.file).unwrap());
        let place = diagnostic
            .place()
            .zip(file)
            .map(|(span, file)| (file.position(span.start), file.position(span.end)));
        let help = diagnostic.help.as_deref().unwrap_or_default();
        let (line, columns) = match place {
            Some((start, end)) if start.line == end.line => {
                (start.line, format!("{}-{}", start.column, end.column))
            }
            Some((start, end)) => (
                start.line,
                format!("{}-{}:{}", start.column, end.line, end.column),
            ),
            None => (0, "nowhere".to_owned()),
        };
        Self {
            severity: diagnostic.severity.as_str().to_owned(),
            rule: diagnostic.rule.name.to_owned(),
            file: file.map_or_else(String::new, |file| file.name().to_owned()),
            line,
            columns,
            text: format!("{} {help}", diagnostic.message).replace('\n', " "),
        }
    }

    fn is_met_by(&self, found: &Self) -> bool {
        let same = |f: &Self| {
            (
                f.severity.clone(),
                f.rule.clone(),
                f.file.clone(),
                f.line,
                f.columns.clone(),
            )
        };
        same(self) == same(found) && found.text.contains(&self.text)
    }
}

/// The findings that the comments of a file expect.
fn expected(file: &str, text: &str) -> Vec<Finding> {
    let mut expected = Vec::new();
    let mut waiting = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((before, comment)) = line.split_once("# ") else {
            expected.extend(waiting.drain(..).map(|comment| (comment, number)));
            continue;
        };
        if before.trim().is_empty() && Finding::parse(comment, file, 0).is_some() {
            waiting.push(comment);
            continue;
        }
        expected.extend(waiting.drain(..).map(|comment| (comment, number)));
        expected.push((comment, number));
    }
    expected.extend(waiting.drain(..).map(|comment| (comment, 0)));
    let read = expected.into_iter();
    read.filter_map(|(comment, line)| Finding::parse(comment, file, line))
        .collect()
}

/// The findings that a case and its programs expect.
fn all_expected(directory: &Path, name: &str, text: &str) -> Vec<Finding> {
    let mut all = expected(name, text);
    for program in programs(directory, name) {
        let text = fs::read_to_string(directory.join(&program)).unwrap();
        all.extend(expected(&program, &text));
    }
    for base in bases(directory, name, text) {
        let text = fs::read_to_string(directory.join(&base)).unwrap();
        all.extend(expected(&base, &text));
    }
    all
}

/// The files that a case extends, as they are called in findings: in a folder of their own, where
/// nothing is taken for a case.
fn bases(directory: &Path, name: &str, text: &str) -> Vec<String> {
    let (mut found, mut text) = (Vec::new(), text.to_owned());
    let mut folder = Path::new(name).parent().unwrap().to_owned();
    while let Some(path) = (text.lines())
        .find_map(|line| line.strip_prefix("extends = \"")?.split('"').next())
        .map(|path| folder.join(path))
    {
        let Ok(base) = fs::read_to_string(directory.join(&path)) else {
            break;
        };
        let name = path.display().to_string();
        if found.contains(&name) {
            break;
        }
        path.parent().unwrap().clone_into(&mut folder);
        found.push(name);
        text = base;
    }
    found
}

/// The programs that have the name of a case.
fn programs(directory: &Path, case: &str) -> Vec<String> {
    let (stem, _) = case.split_once('.').unwrap();
    let names = fs::read_dir(directory).into_iter().flatten();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let belongs = |name: &String| {
        let stems = name
            .strip_suffix(".py")
            .and_then(|name| name.split('.').next());
        stems == Some(stem)
    };
    names.filter(belongs).collect()
}

/// The differences between the expected and the real findings of a case.
fn differences(directory: &Path, name: &str, text: &str) -> String {
    let (sources, found) = check(directory, name, text);
    let mut found: Vec<_> = found
        .sorted()
        .iter()
        .map(|d| Finding::of(d, &sources))
        .collect();
    let mut told = String::new();
    for finding in all_expected(directory, name, text) {
        match found.iter().position(|other| finding.is_met_by(other)) {
            Some(index) => drop(found.remove(index)),
            None => drop(writeln!(
                told,
                "{name}: expected, but not found: {finding:?}"
            )),
        }
    }
    for f in found {
        let _ = writeln!(
            told,
            "{name}: not expected, but found in {} on line {}: # {}[{}] {}: {}",
            f.file, f.line, f.severity, f.rule, f.columns, f.text
        );
    }
    told
}

/// The same, with the name of the case in front of each line.
fn differences_in(rule: &str, file: &str, text: &str) -> String {
    let told = differences(&cases().join(rule), file, text);
    let lines = told.lines().map(|line| format!("{rule}/{line}\n"));
    lines.collect()
}

pub(crate) fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lint")
}

/// Every case: its rule (and directory), its file name, its text.
pub(crate) fn all_cases() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for directory in fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        for file in fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            if Language::of_path(&name(&file)).is_none() {
                continue;
            }
            found.push((
                name(&directory),
                name(&file),
                fs::read_to_string(&file).unwrap(),
            ));
        }
    }
    found.sort();
    found
}

#[test]
fn each_case_has_the_findings_it_announces_and_no_others() {
    let told: String = all_cases()
        .iter()
        .map(|(rule, file, text)| differences_in(rule, file, text))
        .collect();
    assert!(told.is_empty(), "{told}");
}

#[test]
fn every_rule_has_a_case_that_fires_and_one_that_is_silent() {
    let mut fires = BTreeSet::new();
    let mut silent = BTreeSet::new();
    for (rule, file, text) in all_cases() {
        assert!(rules::find(&rule).is_some(), "there is no rule {rule}");
        let expected = all_expected(&cases().join(&rule), &file, &text);
        if file.starts_with("fires") {
            assert!(
                expected.iter().any(|f| f.rule == rule),
                "{rule}/{file} does not fire"
            );
            fires.insert(rule);
        } else {
            assert!(file.starts_with("silent"), "{rule}/{file}");
            assert!(expected.is_empty(), "{rule}/{file} is not silent");
            silent.insert(rule);
        }
    }
    // No case can make oakc fail; `core::scripts` and `project::many` test what comes of it.
    let rules = rules::all().filter(|rule| rule.name != INTERNAL_ERROR.name);
    let all: BTreeSet<_> = rules.map(|rule| rule.name.to_owned()).collect();
    assert_eq!(
        all.difference(&fires).collect::<Vec<_>>(),
        [""; 0],
        "no case fires"
    );
    assert_eq!(
        all.difference(&silent).collect::<Vec<_>>(),
        [""; 0],
        "no case is silent"
    );
}

#[test]
fn a_case_that_expects_too_much_or_too_little_fails() {
    let text = "[nodes.c]\ntype = \"ColorCamera\"\nfpss = 1\n";
    let told = differences(Path::new(""), "a.toml", text);
    assert!(
        told.contains("in a.toml on line 3: # error[unknown-key] 1-5: "),
        "{told}"
    );
    let right = text.replace("fpss", "# error[unknown-key] 1-5: `fpss`\nfpss");
    assert_eq!(differences(Path::new(""), "a.toml", &right), "");
    for wrong in [
        ("1-5", "1-6"),
        ("`fpss`", "`fpsss`"),
        ("error", "warning"),
        ("unknown-key", "wrong-type"),
    ] {
        let wrong = right.replacen(wrong.0, wrong.1, 1);
        assert!(
            differences(Path::new(""), "a.toml", &wrong).contains("expected, but not found"),
            "{wrong}"
        );
    }
}

/// Messages as a person sees them, word for word.
#[test]
fn messages_match_their_snapshots() {
    let mut snapshots = Snapshots::of("lint");
    let folder = snapshots.folder().to_owned();
    for name in snapshots.inputs(|name| Language::of_path(name).is_some()) {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        let (sources, found) = check(&folder, &name, &text);
        let shown = human(&found, &sources, HumanOptions::default());
        snapshots.check(&format!("{name}.txt"), &shown);
    }
    snapshots.finish();
}
