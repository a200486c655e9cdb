//! Drives the fuzz targets on stable Rust: `smoke` mutates the corpus for a number of seconds, `run`
//! passes one file to one target, `seed` writes the seeds.
//!
//! A finding is written to `fuzz/artifacts/`, with the command that reproduces it. An input that
//! crashes the whole process is kept as `TARGET-SEED-under-way`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use oakc_fuzz::mutate::{Random, mutate};
use oakc_fuzz::{TARGETS, Target, find, seeds};

/// An input that takes longer is a finding: no input of this size should.
const SLOW: Duration = Duration::from_secs(5);

/// Fuzz oakc.
#[derive(Parser)]
enum Cli {
    /// Mutate the corpus of each target.
    Smoke {
        /// Seconds, for all targets together.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// The seed of the random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only these targets.
        targets: Vec<String>,
    },
    /// Pass one file to a target.
    Run {
        /// The target.
        target: String,
        /// The input.
        file: PathBuf,
    },
    /// Write the seeds into the corpus.
    Seed,
}

fn main() -> ExitCode {
    let done = match Cli::parse() {
        Cli::Smoke {
            seconds,
            seed,
            targets,
        } => smoke(seconds, seed, &targets),
        Cli::Run { target, file } => reproduce(&target, &file),
        Cli::Seed => write_seeds().map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn smoke(seconds: u64, seed: u64, only: &[String]) -> io::Result<bool> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|other| other == name);
    let targets: Vec<_> = TARGETS.iter().filter(|(name, _)| wanted(name)).collect();
    let share = Duration::from_secs(seconds) / u32::try_from(targets.len().max(1)).unwrap_or(1);
    let mut sound = true;
    for (name, target) in targets {
        let mut fuzzer = Fuzzer::new(name, *target, seed)?;
        sound &= fuzzer.run(share)?;
    }
    Ok(sound)
}

fn reproduce(target: &str, file: &Path) -> io::Result<bool> {
    let target = find(target).ok_or_else(|| io::Error::other("there is no such target"))?;
    println!("{}", target(&fs::read(file)?));
    Ok(true)
}

fn write_seeds() -> io::Result<()> {
    for (target, _) in TARGETS {
        let directory = here().join("corpus").join(target);
        fs::create_dir_all(&directory)?;
        for (name, bytes) in seeds::of(target) {
            fs::write(directory.join(name), bytes)?;
        }
    }
    Ok(())
}

/// A target with its corpus.
struct Fuzzer {
    name: &'static str,
    target: Target,
    random: Random,
    corpus: Vec<Vec<u8>>,
    outcomes: BTreeSet<String>,
    artifacts: PathBuf,
    /// Contains the input that is being tried, in case it crashes the process.
    under_way: File,
    under_way_path: PathBuf,
}

impl Fuzzer {
    fn new(name: &'static str, target: Target, seed: u64) -> io::Result<Self> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(here().join("corpus").join(name))? {
            paths.push(entry?.path());
        }
        paths.sort();
        let corpus = paths.iter().map(fs::read).collect::<io::Result<_>>()?;
        let artifacts = here().join("artifacts");
        fs::create_dir_all(&artifacts)?;
        // The seed is part of the name, so that two runs at the same time do not overwrite each other.
        let under_way_path = artifacts.join(format!("{name}-{seed}-under-way"));
        let under_way = File::create(&under_way_path)?;
        Ok(Self {
            name,
            target,
            random: Random::new(seed),
            corpus,
            outcomes: BTreeSet::new(),
            artifacts,
            under_way,
            under_way_path,
        })
    }

    /// Runs until the time is over or something is found.
    fn run(&mut self, time: Duration) -> io::Result<bool> {
        let start = Instant::now();
        let mut count = 0u64;
        for input in self.corpus.clone() {
            count += 1;
            if !self.keep_if_new(&input)? {
                return Ok(false);
            }
        }
        while start.elapsed() < time {
            count += 1;
            let input = self.next_input();
            if !self.keep_if_new(&input)? {
                return Ok(false);
            }
        }
        fs::remove_file(&self.under_way_path)?;
        println!(
            "{:<8} {count:>9} executions, {} kinds of outcome, nothing found",
            self.name,
            self.outcomes.len()
        );
        Ok(true)
    }

    fn next_input(&mut self) -> Vec<u8> {
        let one = self.random.below(self.corpus.len());
        let other = self.random.below(self.corpus.len());
        let (one, other) = (self.corpus.get(one), self.corpus.get(other));
        let empty = Vec::new();
        mutate(
            &mut self.random,
            one.unwrap_or(&empty),
            other.unwrap_or(&empty),
        )
    }

    /// Says whether the input was harmless.
    fn keep_if_new(&mut self, input: &[u8]) -> io::Result<bool> {
        self.under_way.rewind()?;
        self.under_way.write_all(input)?;
        self.under_way.set_len(input.len() as u64)?;
        let start = Instant::now();
        let target = self.target;
        let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
        let slow = start.elapsed() > SLOW;
        let Ok(outcome) = outcome else {
            return self.report(input, "panics");
        };
        if slow {
            return self.report(input, "takes too long");
        }
        if self.outcomes.insert(outcome) {
            self.corpus.push(input.to_vec());
        }
        Ok(true)
    }

    fn report(&self, input: &[u8], what: &str) -> io::Result<bool> {
        let file = self.artifacts.join(format!("{}-finding", self.name));
        fs::write(&file, input)?;
        eprintln!("{}: this input {what}: {}", self.name, file.display());
        eprintln!(
            "reproduce: cargo run -p oakc-fuzz --release -- run {} {}",
            self.name,
            file.display()
        );
        Ok(false)
    }
}
