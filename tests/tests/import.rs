//! Packages of the real library, imported and built again.

use oakc_tests::blob_file;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::losses;
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
    for (number, description) in descriptions.iter().enumerate() {
        let package = reference.build(description, "fake").unwrap();
        for language in LANGUAGES {
            let lost = losses(&package, language);
            if !lost.is_empty() {
                let lost = lost.join("\n  ");
                failed.push(format!("pipeline {number} of seed {seed}:\n  {lost}"));
            }
        }
    }
    assert_none(&failed, descriptions.len());
}
