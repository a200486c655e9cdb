//! The host in a scenario: a work and an address in, from the environment; how it ended and the memory
//! that it needed out, as a line.

use std::time::Duration;

use oakc_device::flash::{self, Options, Package};
use oakc_device::maintenance::{
    Info, application_extent, application_memory, clear_application, recover,
};
use oakc_device::{Error, Reach, Target, Timeouts};
use oakc_runtime_schema::bootloader::Memory;

use crate::bench::{dense_package, options};
use crate::seeds::Random;

/// The test that is the host.
pub(super) const HOST: &str = "scenarios::host::does_its_work";
/// Names the work.
pub(super) const WORK: &str = "OAKC_HOST_WORK";
/// Names the address.
pub(super) const ADDRESS: &str = "OAKC_HOST_ADDRESS";
/// Begins the line that says how it ended.
const ENDED: &str = "ended: ";

/// What a host wants of the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Flash,
    /// Into the memory of choice, without starting it: only reading it back tells what is there.
    FlashThere,
    FlashDelta,
    FlashUnverified,
    Rehearse,
    Inform,
    Read,
    Clear,
    Configure,
    Recover,
}

const ALL: &[Work] = &[
    Work::Flash,
    Work::FlashThere,
    Work::FlashDelta,
    Work::FlashUnverified,
    Work::Rehearse,
    Work::Inform,
    Work::Read,
    Work::Clear,
    Work::Configure,
    Work::Recover,
];

impl Work {
    /// Flashing most of the time.
    pub(super) fn draw(random: &mut Random) -> Self {
        if random.below(5) < 3 {
            return random.pick(&[Self::Flash, Self::FlashThere]);
        }
        random.pick(ALL)
    }

    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }

    /// Whether success means that the camera holds the package.
    pub(super) fn proves(self) -> bool {
        matches!(self, Self::Flash | Self::FlashThere | Self::FlashDelta)
    }
}

/// How a host has ended.
pub(super) struct Outcome {
    pub(super) succeeded: bool,
    /// Bytes that it had at most, where the system says it.
    pub(super) memory: Option<u64>,
    /// Where it has put a package, or why it has failed.
    pub(super) words: String,
}

impl Outcome {
    /// Finds it in what a host has printed.
    pub(super) fn read(said: &str) -> Option<Self> {
        let line = said.lines().find_map(|line| line.strip_prefix(ENDED))?;
        let mut parts = line.splitn(3, ' ');
        let succeeded = parts.next()? == "true";
        let memory: u64 = parts.next()?.parse().ok()?;
        Some(Self {
            succeeded,
            memory: (memory > 0).then_some(memory),
            words: parts.next().unwrap_or_default().to_owned(),
        })
    }
}

/// What hosts flash.
pub(super) fn new_package() -> Package {
    dense_package(150_000, b"print('new')")
}

#[test]
#[ignore = "it is the host of a scenario, in a process of its own"]
fn does_its_work() {
    let (Ok(work), Ok(address)) = (std::env::var(WORK), std::env::var(ADDRESS)) else {
        return;
    };
    let work = ALL.iter().find(|known| known.name() == work).unwrap();
    let target = Target {
        address: address.parse().unwrap(),
        mxid: None,
    };
    let outcome = work_on(target, *work);
    let (Ok(words) | Err(words)) = &outcome;
    let words = words.escape_debug();
    println!(
        "\n{ENDED}{} {} {words}",
        outcome.is_ok(),
        most_memory().unwrap_or(0)
    );
}

/// Bytes of memory that this process has had at most.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn reach() -> Reach {
    Reach {
        timeouts: Timeouts {
            absent: Duration::from_secs(1),
            connect: Duration::from_secs(1),
            greeting: Duration::from_secs(1),
            silence: Duration::from_secs(1),
            answer: Duration::from_secs(1),
            progress: Duration::from_secs(2),
            slowest: 64 * 1024,
            bootloader: Duration::from_secs(4),
            boot: Duration::from_secs(3),
            retry: Duration::from_millis(20),
        },
        ..Reach::default()
    }
}

/// Where it has put a package, or why it has failed.
fn work_on(mut target: Target, work: Work) -> Result<String, String> {
    let reach = reach();
    let target = &mut target;
    let options = Options {
        delta: work == Work::FlashDelta,
        verify: work != Work::FlashUnverified,
        memory: match work {
            Work::FlashThere => Memory::Flash,
            _ => Memory::Auto,
        },
        boot: work != Work::FlashThere,
        attempts: 2,
        ..options()
    };
    let ended = match work {
        Work::Flash | Work::FlashThere | Work::FlashDelta | Work::FlashUnverified => {
            let report = flash::flash(&reach, target, &new_package(), options, &mut |_| ());
            let place = report.plan.map(|plan| plan.offset.to_string());
            let place = place.unwrap_or_default();
            return report.failure.map_or(Ok(place), |why| Err(why.to_string()));
        }
        Work::Rehearse => {
            let report = flash::rehearse(&reach, target, &new_package(), options);
            let place = String::new();
            return report.failure.map_or(Ok(place), |why| Err(why.to_string()));
        }
        Work::Inform => Info::of_camera(&reach, target).map(|info| drop(info.lines(target))),
        Work::Read => read(&reach, target),
        Work::Clear => clear(&reach, target),
        Work::Configure => configure(&reach, target),
        Work::Recover => recover(&reach, target, Duration::from_secs(4), &mut |_| ()).map(|_| ()),
    };
    ended
        .map(|()| String::new())
        .map_err(|error| error.to_string())
}

fn read(reach: &Reach, target: &mut Target) -> Result<(), Error> {
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    let memory = application_memory(&mut bootloader)?;
    let (offset, size) = application_extent(&mut bootloader, memory)?;
    bootloader.read((memory, offset), size, &mut |_| Ok(()))
}

fn clear(reach: &Reach, target: &mut Target) -> Result<(), Error> {
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    clear_application(&mut bootloader, Memory::Auto)?;
    bootloader.close();
    Ok(())
}

fn configure(reach: &Reach, target: &mut Target) -> Result<(), Error> {
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    let mut config = bootloader.config()?.unwrap_or_default();
    config.set_app_memory(Memory::Flash);
    bootloader.set_config(&config)?;
    bootloader.close();
    Ok(())
}
