//! Packages of earlier releases, built by their real libraries. They have to decode to what the same
//! library writes, by name, in its JSON.

use oakc_import::{Original, import};
use oakc_runtime_schema::release::{Release, all};
use oakc_tests::blob_file;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{import_package, options};
use oakc_tests::reference::{Reference, earlier_python, generate, python, target};
use serde_json::{Value, json};

/// Random pipelines, and one call of each of some setters. Whatever an earlier library refuses because
/// it lacks a setter is passed over.
fn descriptions() -> Option<Vec<Value>> {
    let python = python()?;
    let blob = blob_file(&target());
    let random = ["--blob", &blob, "--seed", "earlier", "--count", "60"];
    let mut all = generate(&python, "random_pipelines.py", &random);
    let setters = generate(&python, "setters.py", &["--blob", &blob]);
    let kinds = ["Sync", "MessageDemux", "ObjectTracker"];
    let changed = |line: &Value| {
        let whole = line["target"] == "StereoDepth" && line["method"] == "initialConfig.set";
        whole || kinds.iter().any(|kind| line["target"] == *kind)
    };
    let lines = setters.into_iter().filter(changed);
    all.extend(lines.map(|line| line["description"].clone()));
    for description in &mut all {
        // A dump has neither.
        description["board"] = json!({});
        description["app_name"] = json!("");
    }
    Some(all)
}

#[test]
fn packages_of_earlier_releases_are_read_as_their_library_reads_them() {
    let Some(descriptions) = descriptions() else {
        return;
    };
    let earlier = |release: &&Release| release.files.is_none();
    for release in all().iter().filter(earlier) {
        let Some(python) = earlier_python(release.version) else {
            continue;
        };
        let mut reference = Reference::start_of(&python, release.version);
        let mut failed = Vec::new();
        let mut built = 0;
        for (description, language) in descriptions.iter().zip(LANGUAGES.into_iter().cycle()) {
            let Ok((package, dump)) = reference.try_build_and_dump(description) else {
                continue;
            };
            built += 1;
            let imported = import_package(&package, language).unwrap();
            let (named, _) = Original::from_json(dump.to_string().as_bytes()).unwrap();
            let named = import(named, options(language));
            failed.extend(imported.differences());
            failed.extend(named.differences());
            if imported.text != named.text {
                failed.push(format!("{}\n---\n{}", imported.text, named.text));
            }
        }
        assert!(built > 20, "{} built only {built}", release.version);
        assert_none(&failed, built);
    }
}
