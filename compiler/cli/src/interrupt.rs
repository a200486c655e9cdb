//! Signals: a wish to stop out. A command that has to end in order takes it; any other ends at once, without
//! leaving anything unfinished behind.

use std::sync::OnceLock;
use std::thread::{self, Thread};
use std::time::Duration;

use oakc_device::{Cancel, Reach, Timeouts};

use crate::failure::Failure;

/// The wish of a command that ends in order.
static WISH: OnceLock<Cancel> = OnceLock::new();

/// The thread that does nothing but wait for it.
static WAITING: OnceLock<Thread> = OnceLock::new();

/// Takes care of signals from now on. The first one ends a command in order where it asked for that; the
/// second, or the first to any other command, ends it at once.
pub(crate) fn watch() -> Result<(), Failure> {
    on_signal(|signal| match WISH.get() {
        Some(wish) if !wish.is_cancelled() => {
            wish.cancel();
            if let Some(waiting) = WAITING.get() {
                waiting.unpark();
            }
        }
        wish => {
            oakc_scratch::remove_all();
            if wish.is_none() {
                die_of(signal);
            }
            #[expect(clippy::exit, reason = "the user asked twice")]
            std::process::exit(3);
        }
    })
}

/// A wish to stop that a signal expresses.
pub(crate) fn cancel_on_interrupt() -> Cancel {
    WISH.get_or_init(Cancel::default).clone()
}

/// Waits until the wish is there.
pub(crate) fn wait_for(wish: &Cancel) {
    let waiting = WAITING.get_or_init(thread::current);
    while !wish.is_cancelled() && waiting.id() == thread::current().id() {
        thread::park();
    }
}

/// Seconds to wait for cameras that do not answer: as long as a restart takes.
pub(crate) const WAIT: u64 = 5;

/// The same as a duration.
pub(crate) fn wait(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A way to cameras that a signal ends. `absent` is how long one is waited for that does not answer; one
/// that does is not given up sooner either.
pub(crate) fn reach_until_interrupt(absent: Duration) -> Reach {
    let usual = Timeouts::default();
    Reach {
        cancel: cancel_on_interrupt(),
        timeouts: Timeouts {
            absent,
            bootloader: usual.bootloader.max(absent),
            ..usual
        },
        ..Reach::default()
    }
}

/// Calls `act` for each signal that asks the process to end, in a thread of its own.
#[cfg(unix)]
fn on_signal(act: impl Fn(i32) + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM};
    // A job in the background ignores SIGINT, and `nohup` makes a program ignore SIGHUP.
    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter();
    let wanted = wanted.filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = signal_hook::iterator::Signals::new(wanted).map_err(Failure::world)?;
    let builder = thread::Builder::new().name("signals".to_owned());
    let started = builder.spawn(move || signals.forever().for_each(act));
    started.map(drop).map_err(Failure::world)
}

#[cfg(not(unix))]
fn on_signal(act: impl Fn(i32) + Send + 'static) -> Result<(), Failure> {
    ctrlc::set_handler(move || act(0)).map_err(Failure::world)
}

/// The signals that whoever started this process made it ignore: bit 0 is signal 1. None where the system
/// does not tell.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or_default()
}

/// Ends the process as if nobody had taken care of the signal, so that a shell knows why it ended.
#[cfg(unix)]
fn die_of(signal: i32) {
    // If that fails, the caller exits.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

#[cfg(not(unix))]
fn die_of(_: i32) {}
