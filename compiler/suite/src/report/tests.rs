use std::fs;
use std::path::PathBuf;

use oakc_project::{AllowedFolders, Settings};
use oakc_python::NoInterpreter;

use super::*;
use crate::Suite;

const APPLICATION: &str = "[app]\nname = \"a\"\n[nodes.cam]\ntype = \"ColorCamera\"\nfps = 10\n[nodes.encoder]\ntype = \"VideoEncoder\"\ninputs.in = \"cam.video\"\nframe_rate = 10\n";

/// Scenarios by their names, each played.
fn play(scenarios: &[(&str, &str)]) -> (tempfile::TempDir, Vec<Case>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("app.toml"), APPLICATION).unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    let paths: Vec<PathBuf> = (scenarios.iter())
        .map(|(name, text)| {
            let path = folder.path().join("tests").join(name);
            fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let allowed = AllowedFolders::default();
    // No scenario here has a script.
    let python = Err(NoInterpreter::None);
    let suite = Suite {
        seed: None,
        seeds: 1,
        replay: None,
        update: false,
        patience: std::time::Duration::from_mins(10),
        shrinks: true,
        settings: Settings::of(&[], &allowed),
        allowed: &allowed,
        looking: &allowed,
        python: &python,
        before_scripts: &|| (),
    };
    let cases = suite.play(&paths, &|| false);
    (folder, cases)
}

fn three() -> (tempfile::TempDir, Vec<Case>) {
    play(&[
        (
            "good.toml",
            "description = \"pictures come\"\n[[step]]\nexpect = { output = \"cam.video\" }\n",
        ),
        (
            "bad.toml",
            "[[step]]\nwait = \"1s\"\n[[step]]\nexpect = { output = \"cam.video\", count = 100, within = \"1s\" }\n",
        ),
        (
            "wrong.toml",
            "[[step]]\nexpct = { output = \"cam.<video\" }\n",
        ),
    ])
}

#[test]
fn people_get_a_line_for_each_and_a_sum() {
    let (folder, cases) = three();
    let text = page(&cases)
        .as_str()
        .replace(&folder.path().display().to_string(), "app");
    assert_eq!(
        text,
        "ok     app/tests/good.toml (100 ms of virtual time)
FAILED app/tests/bad.toml (2 s of virtual time, step 2)
wrong  app/tests/wrong.toml
1 passed, 2 failed
"
    );
}

#[test]
fn programs_get_diagnostics_with_places_and_the_state_of_the_camera() {
    let (_folder, cases) = three();
    let value = json(&cases);
    assert_eq!(
        value["summary"],
        serde_json::json!({ "passed": 1, "failed": 2 })
    );
    let [good, bad, wrong] = value["scenarios"].as_array().unwrap().as_slice() else {
        panic!("{value}");
    };
    assert_eq!(
        (&good["passed"], &good["description"]),
        (&true.into(), &"pictures come".into())
    );
    let failure = &bad["failure"];
    assert_eq!(failure["step"], 2);
    assert!(
        failure["message"]
            .as_str()
            .unwrap()
            .starts_with("seen 20 times, not 100"),
        "{failure}"
    );
    assert_eq!(failure["queues"][0]["input"], "encoder.in");
    let diagnostic = &bad["diagnostics"][0];
    assert_eq!(diagnostic["rule"], "failed-scenario");
    assert_eq!(diagnostic["labels"][0]["start"]["line"], 4);
    assert_eq!(wrong["diagnostics"][0]["rule"], "unknown-key");
    assert!(wrong.get("failure").is_none());
}

#[test]
fn build_servers_get_xml_that_can_be_read_whatever_is_in_it() {
    let (_folder, cases) = three();
    let xml = junit(&cases);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let all = |name: &str| {
        document
            .descendants()
            .filter(|it| it.has_tag_name(name))
            .collect::<Vec<_>>()
    };
    let suites = all("testsuites");
    assert_eq!(
        (
            suites[0].attribute("tests"),
            suites[0].attribute("failures")
        ),
        (Some("3"), Some("2"))
    );
    let names: Vec<_> = all("testcase")
        .iter()
        .map(|it| it.attribute("name").unwrap())
        .collect();
    assert_eq!(names, ["good", "bad", "wrong"]);
    let failures = all("failure");
    assert!(
        failures[0].text().unwrap().contains("queue encoder.in"),
        "{xml}"
    );
    assert!(failures[1].text().unwrap().contains("cam.<video"), "{xml}");
}

#[test]
fn deviations_are_read_as_they_are_written() {
    let deviations = Deviations::from([(12, 1), (30, 2)]);
    let text = replay_text(&deviations);
    assert_eq!(
        (text.as_str(), replay_of(&text)),
        ("12=1,30=2", Some(deviations))
    );
    assert_eq!(replay_of("12"), None);
}
