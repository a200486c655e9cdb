//! Applications with a mistake that shows only sometimes: seeds find each of them, and none once it is mended.

use oakc_tests::interpreter::interpreter;

use super::*;

/// How many seeds the mended applications are played with. All of 200 take minutes: set `OAKC_SEEDS`.
const SEEDS: &str = "20";

fn folder() -> PathBuf {
    xtask::root().join("tests/planted")
}

/// Plays all scenarios of one version of the applications; none without a CPython.
fn play(version: &str, seeds: &str) -> Option<Vec<Value>> {
    played(version, &["--no-shrink", "--seeds", seeds])
}

fn played(version: &str, more: &[&str]) -> Option<Vec<Value>> {
    let python = interpreter()?;
    let mut command = Command::new(oakc());
    command.env("OAKC_PYTHON", python.path());
    command.current_dir(folder());
    command.args(["test", "--format", "json"]).args(more);
    command.args(["--set", &format!("version={version}")]);
    let ran = Ran::from(command.output().unwrap());
    let report = serde_json::from_str::<Value>(&ran.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    Some(report["scenarios"].as_array().unwrap().clone())
}

fn failed(scenarios: &[Value]) -> BTreeSet<String> {
    let failed = scenarios.iter().filter(|it| it["passed"] != true);
    failed.map(|it| it["file"].to_string()).collect()
}

#[test]
fn seeds_find_every_mistake() {
    let Some(scenarios) = play("faulty", "200") else {
        return;
    };
    assert!(scenarios.len() >= 30);
    let missed: Vec<_> = (scenarios.iter())
        .filter(|it| it["passed"] == true || it["failure"].is_null())
        .map(|it| &it["file"])
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

/// Most of them do no harm while everything takes its usual time: a test on a desk where nothing is ever late misses them.
#[test]
fn thirty_mistakes_show_in_no_usual_run() {
    let Some(scenarios) = played("faulty", &[]) else {
        return;
    };
    let shown = failed(&scenarios);
    assert!(scenarios.len() - shown.len() >= 30, "{shown:?}");
}

#[test]
fn seeds_find_nothing_once_a_mistake_is_mended() {
    let seeds = std::env::var("OAKC_SEEDS").unwrap_or_else(|_| SEEDS.to_owned());
    let Some(scenarios) = play("corrected", &seeds) else {
        return;
    };
    assert_eq!(failed(&scenarios), BTreeSet::new());
}

/// Each mistake is a line or a few: whoever reads the two versions sees what it was.
#[test]
fn a_mended_application_differs_from_the_faulty_one_by_little() {
    for entry in fs::read_dir(folder()).unwrap() {
        let folder = entry.unwrap().path();
        let [faulty, corrected] = ["faulty.py", "corrected.py"]
            .map(|name| fs::read_to_string(folder.join(name)).unwrap());
        let lines: BTreeSet<_> = faulty.lines().collect();
        let new = corrected.lines().filter(|line| !lines.contains(line));
        let new = new.count();
        // Where the mend is only an order, no line is new.
        assert_ne!(faulty, corrected, "{}", folder.display());
        assert!(new <= 20, "{}: {new}", folder.display());
    }
}
