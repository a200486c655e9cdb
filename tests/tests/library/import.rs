//! Packages of the real library that are imported and built again.

use oakc_core::package::inspect::Package;
use oakc_import::{Original, import};
use oakc_tests::blob_file;
use oakc_tests::compare::differences;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{files, losses, options};
use oakc_tests::package::build_unchecked;
use oakc_tests::reference::{Reference, generate, python, target};
use serde_json::{Value, json};

#[test]
fn random_pipelines_survive_the_round_trip() {
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
        let (_, lost) = losses(&package, language);
        if !lost.is_empty() {
            let lost = lost.join("\n  ");
            failed.push(format!("pipeline {number} of seed {seed}:\n  {lost}"));
        }
    }
    assert_none(&failed, descriptions.len());
}

#[test]
fn every_setter_survives_the_round_trip_in_few_lines() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let lines = generate(&python, "setters.py", &["--blob", &blob]);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let (mut built, mut said) = (0, 0);
    let is_kept = |line: &&Value| !line["target"].as_str().unwrap().starts_with("XLink");
    let kept = lines.iter().filter(is_kept);
    for (line, language) in kept.zip(LANGUAGES.into_iter().cycle()) {
        // The library refuses some arguments.
        let Ok(package) = reference.build(&line["description"], "fake") else {
            continue;
        };
        let (text, lost) = losses(&package, language);
        if !lost.is_empty() {
            let name = format!("{} {}", line["target"], line["method"]);
            failed.push(format!("{name}:\n  {}", lost.join("\n  ")));
        }
        built += 1;
        said += values_in(&text);
    }
    assert_none(&failed, lines.len());
    assert!(built > 1400, "only {built} setters");
    let few = built * 5 / 4;
    assert!(said < few, "{said} values for {built} setters");
}

/// The number of values in an application, not counting its name and the types of its nodes.
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
fn a_dump_and_a_package_give_the_same_application() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let random = ["--blob", &blob, "--seed", "dump", "--count", "60"];
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let descriptions = generate(&python, "random_pipelines.py", &random);
    for (mut description, language) in descriptions.into_iter().zip(LANGUAGES.into_iter().cycle()) {
        // A dump has neither.
        description["board"] = json!({});
        description["app_name"] = json!("");
        let (package, dump) = reference.build_and_dump(&description);
        let (original, notes) = Original::from_json(dump.to_string().as_bytes()).unwrap();
        assert!(notes.is_empty(), "{notes:?}");
        let imported = import(original, options(language));
        let again = build_unchecked(&imported.text, language, &files(&imported)).unwrap();
        failed.extend(differences(&package, &again));
        failed.extend(imported.differences());
    }
    assert_none(&failed, 60);
}

#[test]
fn the_schema_in_a_log_is_the_pipeline_without_its_assets() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let random = ["--blob", &blob, "--seed", "log", "--count", "60"];
    let mut reference = Reference::start(&python);
    for description in generate(&python, "random_pipelines.py", &random) {
        let (package, dump) = reference.build_and_dump(&description);
        // The library logs what the device gets: the properties are bytes.
        let sent = Package::parse(&package).unwrap().pipeline.unwrap().schema;
        let mut schema = dump["pipeline"].clone();
        for pair in schema["nodes"].as_array_mut().unwrap() {
            let id = pair[0].as_i64().unwrap();
            pair[1]["properties"] = json!(sent.nodes[&id].properties.0);
        }
        let line = "[192.0.2.1] [4.2] [host] [debug] Schema dump: ";
        let log = format!(
            "{line}{{}}\n{line}{schema}\n[host] [debug] Asset map dump: {{\"map\":{{}}}}\n"
        );
        let whole = oakc_tests::import::original(&package).unwrap();
        for text in [schema.to_string(), log] {
            let (original, notes) = Original::from_json(text.as_bytes()).unwrap();
            for (id, node) in &whole.nodes {
                let read = &original.nodes[id];
                assert!(read.properties.same(&node.properties), "{read:?}");
                assert_eq!(read.ports, node.ports);
                let lost = node.assets.keys().filter(|key| key.as_str() == "__script");
                for key in lost {
                    let lack = format!("the asset `{key}` of node {id}");
                    assert!(
                        notes.iter().any(|note| note.text.contains(&lack)),
                        "{notes:?}"
                    );
                }
            }
            assert_eq!(original.links.len(), whole.links.len());
        }
    }
}
