//! No seed and no input that once failed makes a target panic, and neither do a few thousand mutations
//! of them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests fail loudly"
)]

use std::fs;
use std::path::Path;

use oakc_fuzz::mutate::{Random, mutate};
use oakc_fuzz::{TARGETS, seeds};

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let entries = fs::read_dir(&directory).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_of_the_corpus_passes() {
    for (name, target) in TARGETS {
        for (file, bytes) in corpus(name) {
            println!("{name}/{file}");
            target(&bytes);
        }
    }
}

#[test]
fn the_committed_seeds_are_those_that_the_code_makes() {
    for (name, _) in TARGETS {
        let committed = corpus(name);
        for seed in seeds::of(name) {
            assert!(
                committed.contains(&seed),
                "{name}/{}: `cargo run -p oakc-fuzz -- seed`",
                seed.0
            );
        }
    }
}

#[test]
fn valid_seeds_are_valid() {
    let outcome =
        |target: &str, seed: usize| oakc_fuzz::find(target).unwrap()(&seeds::of(target)[seed].1);
    assert_eq!(outcome("toml", 0), "checked");
    assert_eq!(outcome("yaml", 0), "checked");
    assert_eq!(outcome("params", 0), "checked");
    assert_eq!(outcome("package", 0), "assets");
    assert_eq!(outcome("fleet", 0), "2 cameras");
    assert_eq!(
        outcome("log", 0),
        "exception heartbeat log lost restarted silent start"
    );
    assert!(outcome("host", 0).starts_with("1 "), "the camera's version");
    assert!(outcome("camera", 0).ends_with("ResetResponse] true"));
    assert!(
        seeds::of("nop")
            .iter()
            .all(|(_, seed)| oakc_fuzz::nop(seed) == "decoded")
    );
}

#[test]
fn some_mutations_of_each_seed_pass() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        let mut random = Random::new(7);
        for _ in 0..300 {
            let one = &corpus[random.below(corpus.len())].1;
            let other = &corpus[random.below(corpus.len())].1;
            target(&mutate(&mut random, one, other));
        }
    }
}
