//! What a seed stands for: a number in, a package, faults and options out. It always stands for the same.

use std::time::Duration;

use oakc_device::flash::{Options, Package};
use oakc_runtime_schema::bootloader::Memory;

use crate::bench::{dense_package, options};
use crate::seeds::Random;

/// Questions and answers before and after the data take some 10 kB.
const TALK: usize = 10_000;

/// One run with everything that goes wrong in it.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) faults: Vec<String>,
    pub(crate) options: Options,
    /// Bytes of the firmware, which are most of the package.
    firmware: usize,
    seed: u64,
    /// Bytes written or read back after which the user stops the run.
    pub(crate) stop_after: Option<u64>,
    pub(crate) has_emmc: bool,
    /// What the camera is doing before.
    pub(crate) before: Before,
    /// For how long an application runs before it crashes, over and over.
    pub(crate) crash: Option<Duration>,
}

/// What a camera is doing before it is flashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// It is in its bootloader and has no application.
    Empty,
    /// It is in its bootloader and has another application.
    Waiting,
    /// It runs another application.
    Running,
}

impl Schedule {
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random(seed);
        let firmware = random.below(200_000);
        let size = dense_package(firmware, b"").bytes().len();
        let mut faults: Vec<_> = (0..=random.below(4))
            .map(|_| passing(&mut random, size))
            .collect();
        let crash = random.one_in(12).then(|| 20 + random.below(400) as u64);
        faults.extend(crash.map(|time| format!("crash:{time}")));
        if random.one_in(12) {
            // The slowest of them are below the rate that a transfer has to reach.
            let rate = 8_000 << random.below(8);
            faults.push(format!("slow:{rate}"));
        }
        if random.one_in(24) {
            faults.push("full".to_owned());
        }
        let delta = random.one_in(4);
        let mut options = Options {
            delta,
            verify: !random.one_in(8),
            boot: !random.one_in(8),
            memory: random.pick(&[Memory::Auto, Memory::Auto, Memory::Flash]),
            attempts: 4,
            ..options()
        };
        if crash.is_some() {
            // Longer than the bootloader is there between two crashes.
            options.observe = Duration::from_secs(2);
        }
        let before = match random.below(4) {
            0 => Before::Running,
            1 => Before::Waiting,
            _ if delta => Before::Waiting,
            _ => Before::Empty,
        };
        Self {
            faults,
            options,
            firmware,
            seed,
            stop_after: random.one_in(8).then(|| random.below(size) as u64),
            has_emmc: random.one_in(6),
            before,
            crash: crash.map(Duration::from_millis),
        }
    }

    /// What is flashed.
    pub(crate) fn package(&self) -> Package {
        dense_package(self.firmware, format!("print({})", self.seed).as_bytes())
    }

    /// What the camera has before, if anything.
    pub(crate) fn previous(&self) -> Option<Package> {
        (self.before != Before::Empty).then(|| dense_package(self.firmware, b"before"))
    }

    /// Whether bytes change on their way into the memory.
    pub(crate) fn corrupts(&self) -> bool {
        self.faults.iter().any(|fault| fault.starts_with("corrupt"))
    }
}

/// A fault that happens a few times and then no more.
fn passing(random: &mut Random, size: usize) -> String {
    let place = random.below(size + TALK);
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
