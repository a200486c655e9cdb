//! A camera in real time: the same runtime, driven by the clock of the machine.
//!
//! What is due happens when its time has come; scripts run by themselves, and ask when they like. A machine that is too
//! slow loses pictures: a camera that is further behind than the time between two of them takes none. Never: more than
//! one thing at a time in the camera itself, so nothing of it needs a lock.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::camera::{Camera, Options};
use crate::network::Unconnected;
use crate::program::Program;
use crate::script::process::Arrival;
use crate::time::Time;

/// So many things happen before whoever drives the camera is asked whether to go on.
const AT_ONCE: u32 = 200;

/// A camera that follows the clock.
#[derive(Debug)]
pub struct Live {
    camera: Camera<Unconnected>,
    arrivals: Receiver<Arrival>,
    start: Instant,
}

impl Live {
    /// A camera that gets power now.
    pub fn start(program: &Program, options: &Options) -> Self {
        let start = Instant::now();
        let (camera, arrivals) = Camera::live(program, options, Unconnected);
        Self {
            camera,
            arrivals,
            start,
        }
    }

    /// The camera.
    pub fn camera(&self) -> &Camera<Unconnected> {
        &self.camera
    }

    /// The camera, to feed and to watch it.
    pub fn camera_mut(&mut self) -> &mut Camera<Unconnected> {
        &mut self.camera
    }

    /// The time since it got power.
    pub fn now(&self) -> Time {
        Time::START + self.start.elapsed()
    }

    /// Lets happen what happens in this time, or until something can be seen; it may be a little longer.
    pub fn run_for(&mut self, duration: Duration) {
        let end = self.now() + duration;
        loop {
            let is_all = self.camera.follow(self.now(), AT_ONCE);
            for arrival in self
                .arrivals
                .try_iter()
                .take(usize::try_from(AT_ONCE).unwrap_or(0))
            {
                self.camera.arrive(arrival);
            }
            let now = self.now();
            if now >= end || self.camera.has_observations() {
                return;
            }
            if is_all {
                let next = self.camera.next_event().unwrap_or(Time::NEVER).min(end);
                match self.arrivals.recv_timeout(next.since(now)) {
                    Ok(arrival) => {
                        self.camera.follow(self.now(), AT_ONCE);
                        self.camera.arrive(arrival);
                    }
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                }
            }
        }
    }
}
