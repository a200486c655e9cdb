//! A camera whose application crashes over and over in, one that stays in its bootloader out: the
//! bootloader listens for about a second after each start, and is caught then. Nothing but the
//! application is ever removed.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::Memory;

use super::clear_application;
use crate::error::{Error, Result};
use crate::reach::{Reach, Target};
use crate::xlink::datagram::DeviceState;

/// How long one look waits, and the time between two; short, as the time to catch the camera is.
const GLANCE: Duration = Duration::from_millis(50);
/// Between two resets of a camera that says it runs.
const RESET_AGAIN: Duration = Duration::from_secs(3);

/// Keeps trying for `patience` to catch the bootloader, and takes the application away. `told`
/// gets the number of tries to connect now and then. Returns the memories that were cleared; the
/// camera then stays in its bootloader.
///
/// # Errors
/// Where the camera could not be caught, or not be cleared.
pub fn recover(
    reach: &Reach,
    target: &mut Target,
    patience: Duration,
    told: &mut dyn FnMut(u32),
) -> Result<Vec<Memory>> {
    let until = Instant::now() + patience;
    let mut reset_at: Option<Instant> = None;
    let mut tries = 0;
    let mut why_not = Error::NotFound(target.address);
    while Instant::now() < until {
        let begun = Instant::now();
        let seen = reach.look_while_restarting(target, GLANCE, false)?;
        match seen.map(|camera| camera.state) {
            Some(DeviceState::Bootloader) => {
                tries += 1;
                told(tries);
                match catch(reach, target) {
                    Err(error) if error.is_transient() => why_not = error,
                    caught => return caught,
                }
            }
            // There is nothing to catch, unless it restarts.
            Some(DeviceState::Unbooted) => why_not = Error::Unbooted(target.address),
            Some(_) if reset_at.is_none_or(|at| at.elapsed() > RESET_AGAIN) => {
                reach.call_bootloader(target)?;
                reset_at = Some(Instant::now());
            }
            _ => {}
        }
        reach.cancel.sleep(GLANCE.saturating_sub(begun.elapsed()))?;
    }
    Err(why_not)
}

fn catch(reach: &Reach, target: &mut Target) -> Result<Vec<Memory>> {
    let mut bootloader = reach.connect(target)?;
    let cleared = clear_application(&mut bootloader, Memory::Auto)?;
    bootloader.close();
    Ok(cleared)
}
