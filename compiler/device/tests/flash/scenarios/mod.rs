//! Hostile cameras that a number makes up: whatever they do, the host ends in time, without a panic, in
//! bounded memory, and never claims a success.
//!
//! A real (virtual) camera stands behind an imposter, which passes on what both say and plays tricks on
//! the host (`trick`, `imposter`). So what the camera holds afterwards says whether a success is one.
//! Each host is a process of its own (`host`): its memory can be measured, and it can be ended.

mod host;
mod imposter;
mod lie;
mod trick;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench::Bench;
use crate::seeds::{Random, play, seeds};
use host::{HOST, Outcome, Work};
use imposter::Imposter;
use trick::Tricks;

const SCENARIOS: u64 = 300;
/// Most of a scenario is waiting.
const AT_ONCE: usize = 32;
/// The longest that any of the hosts may take.
const LIMIT: Duration = Duration::from_mins(1);
/// What a host may need: itself, a package, and what a camera may have sent that was not yet looked at.
const MEMORY: u64 = 32 << 20;
/// Pause between two looks at a host.
const GLANCE: Duration = Duration::from_millis(20);

/// What a seed stands for.
#[derive(Debug)]
struct Scenario {
    seed: u64,
    work: Work,
    tricks: Tricks,
}

impl Scenario {
    fn of(seed: u64) -> Self {
        let mut random = Random(seed);
        Self {
            seed,
            work: Work::draw(&mut random),
            tricks: Tricks::draw(&mut random),
        }
    }
}

/// What became of a host.
struct End {
    outcome: Outcome,
    took: Duration,
}

#[test]
fn a_hostile_camera_costs_neither_time_nor_memory_and_never_looks_like_success() {
    let begun = Instant::now();
    let seeds = seeds(SCENARIOS);
    let ends = play(&seeds, AT_ONCE, |seed| {
        let scenario = Scenario::of(seed);
        face(&scenario).map_err(|why| format!("{why}; {scenario:?}"))
    });
    let succeeded = ends.iter().filter(|end| end.outcome.succeeded).count();
    let longest = ends.iter().map(|end| end.took).max();
    let most = ends.iter().filter_map(|end| end.outcome.memory).max();
    let (all, took) = (seeds.len(), begun.elapsed());
    println!(
        "{succeeded} of {all} succeeded; the longest took {longest:?}, all {took:?}; the largest had {most:?} bytes"
    );
    // Some tricks are harmless; where all were, nothing would be shown.
    assert!(
        all == 1 || succeeded < all / 2,
        "{succeeded} of {all} succeeded"
    );
}

/// Lets a host meet the camera.
fn face(scenario: &Scenario) -> Result<End, String> {
    let bench = Bench::new();
    let _camera = bench.start();
    let imposter = Imposter::before(bench.config.address, &scenario.tricks, scenario.seed);
    let begun = Instant::now();
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", HOST, "--ignored", "--nocapture"])
        .env(host::WORK, scenario.work.name())
        .env(host::ADDRESS, imposter.address().to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while process.try_wait().unwrap().is_none() {
        if begun.elapsed() > LIMIT {
            process.kill().unwrap();
            process.wait().unwrap();
            return Err(format!("it has not ended after {LIMIT:?}"));
        }
        std::thread::sleep(GLANCE);
    }
    let took = begun.elapsed();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let panic = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the host ends with {}: {panic}", output.status));
    }
    let outcome = Outcome::read(&said).ok_or_else(|| format!("the host says {said:?}"))?;
    if scenario.work.proves() && outcome.succeeded && !is_true(&outcome, &bench) {
        return Err(format!("it claims success: {}", outcome.words));
    }
    match outcome.memory {
        Some(memory) if memory > MEMORY => Err(format!(
            "it needs {memory} bytes of memory: {}",
            outcome.words
        )),
        _ => Ok(End { outcome, took }),
    }
}

/// Whether the camera holds the package where the host says. That depends on the type of the bootloader,
/// about which a camera can lie.
fn is_true(success: &Outcome, bench: &Bench) -> bool {
    let package = host::new_package();
    let place: Option<u32> = success.words.parse().ok();
    place.is_some_and(|place| bench.stored(place, package.bytes().len()) == package.bytes())
}
