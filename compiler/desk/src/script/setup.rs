//! What a script's process is started with: the Python side, the table of the device's API, the script, the seed.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use oakc_runtime_schema::processor::ProcessorType;
use oakc_script::api;
use oakc_script::modules::{Availability, listed};
use oakc_subprocess::LIFELINE;
use serde_json::Value as Json;

use super::marshal::Writer;
use crate::choices::Random;
use crate::scenario::CAMERA;

/// Modules of the Python side in virtual time, in the order in which they are loaded.
const VIRTUAL: &[(&str, &str)] = &[
    ("asks", include_str!("../python/asks.py")),
    ("wire", include_str!("../python/wire.py")),
    ("clock", include_str!("../python/clock.py")),
    ("limits", include_str!("../python/limits.py")),
    ("threads", include_str!("../python/threads.py")),
    ("names", include_str!("../python/names.py")),
    ("net", include_str!("../python/net.py")),
    ("interface", include_str!("../python/interface.py")),
    ("world", include_str!("../python/world.py")),
    ("values", include_str!("../python/values.py")),
    ("messages", include_str!("../python/messages.py")),
    ("table", include_str!("../python/table.py")),
    ("methods", include_str!("../python/methods.py")),
    ("finder", include_str!("../python/finder.py")),
    ("ports", include_str!("../python/ports.py")),
    ("main", include_str!("../python/main.py")),
];

/// The same in real time.
const LIVE: &[(&str, &str)] = &[
    ("asks", include_str!("../python/asks.py")),
    ("wire", include_str!("../python/live/wire.py")),
    ("clock", include_str!("../python/live/clock.py")),
    ("limits", include_str!("../python/limits.py")),
    ("threads", include_str!("../python/live/threads.py")),
    ("names", include_str!("../python/names.py")),
    ("net", include_str!("../python/live/net.py")),
    ("interface", include_str!("../python/interface.py")),
    ("world", include_str!("../python/live/world.py")),
    ("values", include_str!("../python/values.py")),
    ("messages", include_str!("../python/messages.py")),
    ("table", include_str!("../python/table.py")),
    ("methods", include_str!("../python/methods.py")),
    ("finder", include_str!("../python/finder.py")),
    ("ports", include_str!("../python/ports.py")),
    ("main", include_str!("../python/main.py")),
];

const START: &str = include_str!("../python/start.py");

/// What the fields of messages start with, and the numbers of enumerators: by the real library.
static DEFAULTS: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../python/defaults.json")).unwrap_or(Json::Null)
});

/// Modules by interpreter and whether time is real.
type Compiled = BTreeMap<(PathBuf, bool), Arc<[u8]>>;

/// Compiled modules of the Python side, by interpreter and whether time is real: compiling them takes longer than all
/// else at a start.
static COMPILED: Mutex<Compiled> = Mutex::new(BTreeMap::new());

/// What a script may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may compute without asking for anything. It is the time of its own process that counts.
    pub computing: Duration,
    /// Address space, in bytes.
    pub memory: u64,
    /// The largest file that it may write, in bytes.
    pub file: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            computing: Duration::from_secs(10),
            memory: 2 << 30,
            file: 256 << 20,
        }
    }
}

/// Where the servers of scripts are in real time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address of this machine that stands for the camera's.
    pub address: Ipv4Addr,
    /// Ports of this machine that stand for others, by the port that a script asks for.
    pub ports: BTreeMap<u16, u16>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST,
            ports: BTreeMap::new(),
        }
    }
}

/// What is different from script to script.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) source: Vec<u8>,
    pub(crate) processor: ProcessorType,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) clocks: Clocks,
    pub(crate) limits: Limits,
    /// Where its servers are; only in real time.
    pub(crate) place: Option<Place>,
}

/// What the clocks of a camera say when its pipeline starts, and where its random numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clocks {
    pub(crate) seed: u64,
    /// Nanoseconds since 1970, for `time.time`.
    pub(crate) epoch: u64,
    /// Nanoseconds since the camera got power, for `time.monotonic` and timestamps.
    pub(crate) boot: u64,
}

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400;

/// The first of January 2026, in days since 1970.
const FIRST_DAY: u64 = 20_454;

/// Days whose midnight is special, counted from [`FIRST_DAY`]: the end of 2026, of February, which has a 29th in 2028, of
/// a month with 30 days and one with 31, of 2027, and of 2028, which has 366 days.
const LAST_DAYS: [u64; 8] = [364, 58, 788, 789, 119, 211, 729, 1_095];

impl Clocks {
    /// The clocks of a seed. Without one it is noon of a day in 2026; every fourth seed starts shortly before midnight, and
    /// every eighth shortly before that at the end of a month or a year.
    pub(crate) fn of_seed(seed: u64) -> Self {
        if seed == 0 {
            return Self {
                seed,
                epoch: (FIRST_DAY * DAY + DAY / 2) * SECOND,
                boot: 10 * SECOND,
            };
        }
        let mut random = Random::new(seed ^ 0x0AC0_C10C);
        let any_day = random.draw() % 730;
        let last_day = usize::try_from(seed / 8 % 8).unwrap_or(0);
        let day = match seed % 8 {
            0 => LAST_DAYS.get(last_day).copied().unwrap_or(any_day),
            _ => any_day,
        };
        let second = match seed % 4 {
            // Half of them so shortly that it comes while things have just begun.
            0 if random.draw().is_multiple_of(2) => DAY - 1 - random.draw() % 10,
            0 => DAY - 1 - random.draw() % 120,
            _ => random.draw() % DAY,
        };
        Self {
            seed,
            epoch: ((FIRST_DAY + day) * DAY + second) * SECOND + random.draw() % SECOND,
            boot: 2 * SECOND + random.draw() % (600 * SECOND),
        }
    }

    /// The clocks of this machine, when the pipeline starts now.
    pub(crate) fn of_machine() -> Self {
        Self {
            seed: 0,
            epoch: 0,
            boot: monotonic(),
        }
    }

    /// For `PYTHONHASHSEED`.
    pub(crate) fn hash_seed(self) -> String {
        (self.seed % 4_294_967_295).to_string()
    }
}

/// The argument of `python -c`.
pub(crate) fn program() -> String {
    format!("{LIFELINE}\n{START}")
}

/// What `time.monotonic` says, in nanoseconds.
#[cfg(unix)]
fn monotonic() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * SECOND + u64::try_from(now.tv_nsec).unwrap_or(0)
}

#[cfg(not(unix))]
fn monotonic() -> u64 {
    0
}

impl Setup {
    /// The compiled modules for an interpreter, if a process of it has compiled them.
    fn compiled(&self, interpreter: &Path) -> Option<Arc<[u8]>> {
        let known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&self.code_of(interpreter)).cloned()
    }

    /// Keeps what a process has compiled.
    pub(crate) fn keep_compiled(&self, interpreter: &Path, code: Vec<u8>) {
        let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(self.code_of(interpreter), code.into());
    }

    fn code_of(&self, interpreter: &Path) -> (PathBuf, bool) {
        (interpreter.to_owned(), self.place.is_some())
    }

    /// What the process reads first.
    pub(crate) fn encode(&self, interpreter: &Path) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.map();
        match self.compiled(interpreter) {
            Some(code) => writer.text("code").bytes(&code),
            None => writer.text("code").none(),
        };
        let parts = if self.place.is_some() { LIVE } else { VIRTUAL };
        writer.text("parts").list(parts.len());
        for (name, text) in parts {
            writer.tuple(2).text(name).text(text);
        }
        writer.text("api").text(api::DEVICE);
        writer.text("defaults").json(&DEFAULTS);
        writer.text("name").text(&self.name);
        writer.text("source").bytes(&self.source);
        texts(writer.text("inputs"), &self.inputs);
        texts(writer.text("outputs"), &self.outputs);
        texts(writer.text("modules"), &modules(self.processor));
        let folders: Vec<_> = self.folders.iter().map(|f| f.to_string_lossy()).collect();
        texts(writer.text("paths"), &folders);
        let int = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        writer.text("seed").int(int(self.clocks.seed >> 1));
        // In the usual order nobody is interrupted.
        writer.text("by_instruction").bool(self.clocks.seed != 0);
        writer.text("epoch").int(int(self.clocks.epoch));
        writer.text("boot").int(int(self.clocks.boot));
        let place = self.place.as_ref();
        let address = place.map_or(CAMERA, |place| place.address);
        writer.text("ip").text(&address.to_string());
        if let Some(place) = place {
            writer.text("ports").list(place.ports.len());
            for (wanted, given) in &place.ports {
                writer.tuple(2).int((*wanted).into()).int((*given).into());
            }
        }
        writer.text("memory").int(int(self.limits.memory));
        writer.text("file_size").int(int(self.limits.file));
        let computing = self.limits.computing.as_secs_f64();
        writer.text("computing").float(computing);
        writer.end_map();
        writer.0
    }
}

fn texts(writer: &mut Writer, texts: &[impl AsRef<str>]) {
    writer.list(texts.len());
    for text in texts {
        writer.text(text.as_ref());
    }
}

/// The modules that a processor has; `email.*` means all of that package.
fn modules(processor: ProcessorType) -> Vec<&'static str> {
    let has = |availability| match availability {
        Availability::Both => true,
        Availability::CssOnly => processor == ProcessorType::LEON_CSS,
        Availability::Absent | Availability::Unknown => false,
    };
    let listed = listed().filter(|(_, availability)| has(*availability));
    listed.map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_follow_the_seed_and_some_start_before_midnight() {
        let all: Vec<_> = (0..40).map(Clocks::of_seed).collect();
        assert_eq!(all, (0..40).map(Clocks::of_seed).collect::<Vec<_>>());
        let second = |clocks: &Clocks| clocks.epoch / SECOND % DAY;
        assert!(
            all.iter()
                .filter(|clocks| second(clocks) > DAY - 130)
                .count()
                >= 9
        );
        assert_eq!(second(&all[0]), DAY / 2);
        let day = |seed| Clocks::of_seed(seed).epoch / SECOND / DAY;
        // By `date -u -d 2026-12-31 +%s`, divided by a day; 64 begins the list of days anew.
        assert_eq!((day(64), day(24)), (20_818, 21_243));
    }

    #[test]
    fn the_defaults_of_messages_are_there() {
        assert!(DEFAULTS.get("enums").is_some_and(Json::is_object));
    }
}
