//! Random pipelines, built by the real library and by oakc from one description.
//!
//! `OAKC_RANDOM_SEED` and `OAKC_RANDOM_COUNT` choose others.

use oakc_tests::blob_file;
use oakc_tests::comparison::{Comparison, LANGUAGES, assert_none};
use oakc_tests::reference::{Reference, generate, python, target};

#[test]
fn random_pipelines_are_packaged_as_the_library_packages_them() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let seed = std::env::var("OAKC_RANDOM_SEED").unwrap_or_else(|_| "20331".to_owned());
    let count = std::env::var("OAKC_RANDOM_COUNT").unwrap_or_else(|_| "300".to_owned());
    let arguments = ["--blob", &blob, "--seed", &seed, "--count", &count];
    let descriptions = generate(&python, "random_pipelines.py", &arguments);
    assert_eq!(descriptions.len(), count.parse::<usize>().unwrap());
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let languages = LANGUAGES.into_iter().cycle();
    for (number, (description, language)) in descriptions.iter().zip(languages).enumerate() {
        let problems = Comparison::of(&mut reference, description, language).problems();
        if !problems.is_empty() {
            let problems = problems.join("\n  ");
            failed.push(format!("pipeline {number} of seed {seed}:\n  {problems}"));
        }
    }
    assert_none(&failed, descriptions.len());
}
