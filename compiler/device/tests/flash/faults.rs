//! Links that break and cameras that fail, at random places that a number decides: whatever
//! happens, success means that the camera holds exactly the package, and failure that the next run
//! repairs it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use oakc_device::flash::{Event, Options, Package};

use crate::bench::{Bench, dense_package, options};
use crate::usb::{Nature, plug_in};

const SCHEDULES: u64 = 1000;
/// Most of a schedule is waiting.
const AT_ONCE: usize = 64;

/// How many of the schedules are played over USB as well.
const ON_USB: u64 = 150;

#[test]
fn success_means_the_package_is_there_and_after_failure_the_next_run_succeeds() {
    play(SCHEDULES, &bench);
}

#[test]
fn so_it_is_over_usb() {
    play(ON_USB, &|| {
        let mut bench = bench();
        plug_in(&mut bench, Nature::default());
        bench
    });
}

/// Plays that many schedules on benches of this kind.
fn play(schedules: u64, bench: &(dyn Fn() -> Bench + Sync)) {
    let next = AtomicU64::new(0);
    let succeeded = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= schedules {
                        return;
                    }
                    let survived = survives(seed, bench());
                    succeeded.fetch_add(u64::from(survived), Ordering::Relaxed);
                }
            });
        }
    });
    // Most of the faults pass, and then a run of several attempts gets through by itself.
    let succeeded = succeeded.into_inner();
    println!("{succeeded} of {schedules} runs succeeded at once");
    assert!(succeeded > schedules / 2, "{succeeded} of {schedules}");
}

/// Plays one schedule; whether the first run succeeded.
fn survives(seed: u64, mut bench: Bench) -> bool {
    let mut random = Random(seed);
    let firmware = random.below(200_000);
    let package = dense_package(firmware, format!("print({seed})").as_bytes());
    let size = package.bytes().len();
    let faults: Vec<String> = (0..=random.below(4))
        .map(|_| fault(&mut random, size))
        .collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let options = Options {
        delta: random.below(4) == 0,
        attempts: 4,
        ..options()
    };
    let stop_after = (random.below(8) == 0).then(|| random.below(size) as u64);

    let camera = bench.start();
    if options.delta {
        let before = dense_package(firmware, b"before");
        assert!(
            bench
                .flash(&before, crate::bench::options())
                .failure
                .is_none()
        );
    }
    drop(camera);
    bench = bench.with_faults(&faults);
    let camera = bench.start();
    let succeeded = run(&bench, &package, options, stop_after);
    drop(camera);
    let what = format!("seed {seed}: {faults:?}");
    if succeeded {
        assert!(bench.holds(&package), "{what}: it claims success");
    } else {
        let _camera = bench.restart_without_faults();
        bench.reach.cancel = oakc_device::Cancel::default();
        let report = bench.flash(&package, options);
        assert!(report.failure.is_none(), "{what}: {:?}", report.failure);
        assert!(
            bench.holds(&package),
            "{what}: the second run claims success"
        );
    }
    succeeded
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.config.timing.watchdog = Duration::from_millis(1700);
    bench.reach.timeouts.silence = Duration::from_millis(1600);
    bench
}

fn run(bench: &Bench, package: &Package, options: Options, stop_after: Option<u64>) -> bool {
    let cancel = bench.reach.cancel.clone();
    let report = bench.flash_telling(package, options, &mut |event| {
        if let (Event::Writing(done, _) | Event::Verifying(done, _), Some(stop)) =
            (event, stop_after)
            && done >= stop
        {
            cancel.cancel();
        }
    });
    report.failure.is_none()
}

fn fault(random: &mut Random, size: usize) -> String {
    // Questions and answers before and after the data take some 10 kB.
    let place = random.below(size + 10_000);
    match random.below(8) {
        0 | 1 => format!("cut@{place}"),
        2 => format!("restart@{place}"),
        3 => format!("hang@{place}"),
        4 => format!("corrupt@{place}"),
        5 => format!("refuse*{}", 1 + random.below(3)),
        6 => format!("deaf*{}", 1 + random.below(3)),
        _ => format!("delay:{}", random.below(20)),
    }
}

/// SplitMix64: the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}
