//! Packages of the real library, imported and built again.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::Path;

use oakc_core::syntax::Language;
use oakc_tests::blob_file;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{import_package, losses};
use oakc_tests::package::{Files, build};
use oakc_tests::reference::{Reference, generate, python, target};

#[test]
fn random_pipelines_survive_the_way_back_and_forth() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let count = std::env::var("OAKC_RANDOM_COUNT").unwrap_or_else(|_| "300".to_owned());
    let seed = std::env::var("OAKC_RANDOM_SEED").unwrap_or_else(|_| "import".to_owned());
    let arguments = ["--blob", &blob, "--seed", &seed, "--count", &count];
    let descriptions = generate(&python, "random_pipelines.py", &arguments);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let languages = LANGUAGES.into_iter().cycle();
    for (number, (description, language)) in descriptions.iter().zip(languages).enumerate() {
        let package = reference.build(description, "fake").unwrap();
        let lost = losses(&package, language);
        if !lost.is_empty() {
            let lost = lost.join("\n  ");
            failed.push(format!("pipeline {number} of seed {seed}:\n  {lost}"));
        }
    }
    assert_none(&failed, descriptions.len());
}

#[test]
fn every_setter_survives_the_way_back_and_is_said_in_few_lines() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let lines = generate(&python, "setters.py", &["--blob", &blob]);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let (mut built, mut said) = (0, 0);
    for (line, language) in lines.iter().zip(LANGUAGES.into_iter().cycle()) {
        // The library refuses some arguments.
        let Ok(package) = reference.build(&line["description"], "fake") else {
            continue;
        };
        let lost = losses(&package, language);
        if !lost.is_empty() {
            let name = format!("{} {}", line["target"], line["method"]);
            failed.push(format!("{name}:\n  {}", lost.join("\n  ")));
        }
        built += 1;
        said += values_in(&import_package(&package, language).unwrap().text);
    }
    assert_none(&failed, lines.len());
    assert!(built > 1400, "only {built} setters");
    let few = built * 5 / 4;
    assert!(said < few, "{said} values for {built} setters");
}

/// How many values an application has beside its name and the types of its nodes.
fn values_in(text: &str) -> usize {
    let is_value = |line: &str| {
        let (key, value) = line.split_once([':', '=']).unwrap_or((line, ""));
        !line.starts_with('#') && !value.is_empty() && !["name", "type"].contains(&key.trim())
    };
    text.lines()
        .map(str::trim)
        .filter(|line| is_value(line))
        .count()
}

#[test]
fn an_import_reads_as_if_a_person_had_written_it() {
    for (example, language) in [
        ("stereo-guard", Language::Yaml),
        ("http-mjpeg", Language::Toml),
    ] {
        let ending = language.as_str().to_lowercase();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(example);
        let text = fs::read_to_string(folder.join(format!("app.{ending}"))).unwrap();
        let files = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let scripts = files.filter(|path| path.extension().is_some_and(|ending| ending == "py"));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let scripts = scripts.map(|path| (name(&path), fs::read(&path).unwrap()));
        let package = build(&text, language, &Files(scripts.collect())).unwrap();
        let imported = import_package(&package, language).unwrap();
        let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/import");
        let expected = fs::read_to_string(expected.join(format!("{example}.{ending}"))).unwrap();
        assert_eq!(imported.text, expected, "{example}");
    }
}

#[test]
fn an_output_that_nothing_reads_is_kept_because_a_script_may_send_to_it() {
    let text = "[nodes.relay]\ntype = \"Script\"\ncode = \"\"\noutputs = [\"spare\", \"a.b[c]\"]\n";
    let package = build(text, Language::Toml, &Files::default()).unwrap();
    for language in LANGUAGES {
        assert_none(&losses(&package, language), 1);
        let text = import_package(&package, language).unwrap().text;
        assert!(text.contains("spare"), "{text}");
    }
}
