//! Links that break and cameras that fail, as a number decides: success always means that the camera
//! holds exactly the package, a failure is repaired by the next run, what a report says about the
//! camera is true, and no run takes longer than its timeouts allow.

use std::time::{Duration, Instant};

use oakc_device::flash::{Event, Options, Package, Report, State};
use oakc_device::virtual_camera::Start;
use oakc_device::{Cancel, Timeouts};
use oakc_runtime_schema::bootloader::{BootloaderType, Layout, Memory};

use crate::bench::{Bench, options, stored_in};
use crate::schedule::{Before, Schedule};
use crate::seeds::{play, seeds};
use crate::usb::{Nature, plug_in};

const SCHEDULES: u64 = 1000;
/// How many of the schedules are played over USB as well.
const ON_USB: u64 = 150;
/// Most of a schedule is waiting.
const AT_ONCE: usize = 64;
/// What a machine with other things to do may add to a run.
const BUSY: Duration = Duration::from_secs(10);

#[test]
fn success_means_the_package_is_there_and_after_failure_the_next_run_succeeds() {
    play_schedules(SCHEDULES, &|_| ());
}

#[test]
fn so_it_is_over_usb() {
    play_schedules(ON_USB, &|bench| {
        plug_in(bench, Nature::default());
    });
}

fn play_schedules(count: u64, prepare: &(dyn Fn(&mut Bench) + Sync)) {
    let seeds = seeds(count);
    let begun = Instant::now();
    let runs = play(&seeds, AT_ONCE, |seed| {
        let schedule = Schedule::of(seed);
        survives(&schedule, bench(&schedule, prepare)).map_err(|why| format!("{why}; {schedule:?}"))
    });
    let succeeded = runs.iter().filter(|run| run.succeeded).count();
    let longest = runs.iter().map(|run| run.took).max();
    let (all, took) = (seeds.len(), begun.elapsed());
    println!(
        "{succeeded} of {all} runs succeeded at once; the longest took {longest:?}, all {took:?}"
    );
    // Most of the faults pass, and then a run of several attempts gets through by itself.
    assert!(
        all == 1 || succeeded > all / 2,
        "{succeeded} of {all} succeeded"
    );
}

fn bench(schedule: &Schedule, prepare: &dyn Fn(&mut Bench)) -> Bench {
    let mut bench = Bench::new();
    if schedule.has_emmc {
        bench = bench.with_emmc();
    }
    bench.config.timing.watchdog = Duration::from_millis(1700);
    bench.reach.timeouts.silence = Duration::from_millis(1600);
    if schedule.crash.is_some() {
        bench.config.timing.window = Duration::from_secs(1);
    }
    prepare(&mut bench);
    bench
}

/// What became of a first run.
struct Run {
    succeeded: bool,
    took: Duration,
}

/// Plays one schedule.
fn survives(schedule: &Schedule, mut bench: Bench) -> Result<Run, String> {
    let package = schedule.package();
    let previous = schedule.previous();
    let memory = memory_of(schedule, bench.config.kind);
    if let Some(previous) = &previous {
        let camera = bench.start();
        let whole = Options {
            memory: schedule.options.memory,
            ..options()
        };
        let report = bench.flash(previous, whole);
        ensure(report.failure.is_none(), "the first flash fails", &report)?;
        drop(camera);
    }
    if schedule.before == Before::Running {
        bench.config.start = Start::Stored;
    }
    let faults: Vec<_> = schedule.faults.iter().map(String::as_str).collect();
    bench = bench.with_faults(&faults);
    let camera = bench.start();
    let begun = Instant::now();
    let report = run(&bench, &package, schedule);
    let took = begun.elapsed();
    drop(camera);

    let limit = limit(&bench.reach.timeouts, schedule.options, package.bytes());
    ensure(took < limit, &format!("it takes {took:?}"), &report)?;
    let holds = |package: &Package| holds(&bench, memory, package);
    judge(schedule, &report, &holds, previous.as_ref())?;
    if report.failure.is_some() {
        let _camera = bench.restart_without_faults();
        bench.reach.cancel = Cancel::default();
        let report = bench.flash(&package, schedule.options);
        ensure(report.failure.is_none(), "the next run fails", &report)?;
        let repaired = self::holds(&bench, memory, &package);
        ensure(repaired, "the next run claims success", &report)?;
    }
    Ok(Run {
        succeeded: report.failure.is_none(),
        took,
    })
}

/// Whether everything that a report says is true.
fn judge(
    schedule: &Schedule,
    report: &Report,
    holds: &dyn Fn(&Package) -> bool,
    previous: Option<&Package>,
) -> Result<(), String> {
    let options = schedule.options;
    let holds_package = holds(&schedule.package());
    if report.failure.is_none() {
        // What changes on its way is found by reading it back, and not otherwise.
        let promised = options.verify || !schedule.corrupts();
        ensure(!promised || holds_package, "it claims success", report)?;
        let crashes = schedule.crash.is_some_and(|after| after < options.observe);
        let silent = !options.boot || !crashes;
        ensure(silent, "it does not notice that it crashes", report)?;
    }
    if report.state >= State::Verified && options.verify {
        ensure(holds_package, "it claims to have verified it", report)?;
    }
    if report.state == State::Untouched
        && let Some(previous) = previous
    {
        let as_before = holds(previous);
        ensure(as_before, "it claims to have changed nothing", report)?;
    }
    Ok(())
}

fn ensure(good: bool, what: &str, report: &Report) -> Result<(), String> {
    if good {
        return Ok(());
    }
    Err(format!("{what}: {report:?}"))
}

fn run(bench: &Bench, package: &Package, schedule: &Schedule) -> Report {
    let cancel = bench.reach.cancel.clone();
    bench.flash_telling(package, schedule.options, &mut |event| {
        if let (Event::Writing(done, _) | Event::Verifying(done, _), Some(stop)) =
            (event, schedule.stop_after)
            && done >= stop
        {
            cancel.cancel();
        }
    })
}

/// Where a bootloader of this type writes.
fn memory_of(schedule: &Schedule, kind: BootloaderType) -> Memory {
    let knows_emmc = kind.memories().contains(&Memory::Emmc);
    match schedule.options.memory {
        Memory::Auto if schedule.has_emmc && knows_emmc => Memory::Emmc,
        Memory::Auto => Memory::Flash,
        chosen => chosen,
    }
}

fn holds(bench: &Bench, memory: Memory, package: &Package) -> bool {
    let file = match memory {
        Memory::Emmc => bench.emmc_file(),
        _ => bench.flash_file(),
    };
    let place = Layout::of(bench.config.kind).application;
    stored_in(&file, place, package.bytes().len()) == package.bytes()
}

/// The longest that a run may take: all of its waits, each as long as it can be, in every attempt.
fn limit(timeouts: &Timeouts, options: Options, bytes: &[u8]) -> Duration {
    let size = bytes.len() as u64;
    let transfer = timeouts.progress + Duration::from_secs(size / u64::from(timeouts.slowest));
    let connecting = timeouts.connect + timeouts.greeting + timeouts.silence * 2;
    // Version, commit, type, two memories, where to read twice, and the configuration.
    let questions = timeouts.answer * 8;
    // A measurement, the write, reading back, and the configuration.
    let transfers = transfer * 3 + timeouts.progress;
    let after = timeouts.boot + timeouts.absent + options.observe;
    let attempt = timeouts.bootloader + connecting + questions + transfers + after;
    attempt * options.attempts + timeouts.retry * 16 * options.attempts + BUSY
}
