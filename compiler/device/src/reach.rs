//! From a camera that is somewhere, in some state, to one whose bootloader listens; and back to
//! one that runs its application.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::bootloader::Bootloader;
use crate::cancel::Cancel;
use crate::discovery::{self, Camera, LISTEN};
use crate::error::{Error, Result};
use crate::timeouts::Timeouts;
use crate::transport::Tcp;
use crate::xlink::datagram::DeviceState;
use crate::xlink::{Mxid, TCP_PORT};

/// How long one look at an address waits for its answer.
const LOOK: Duration = Duration::from_millis(600);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// Looks without an answer after which the camera may have got another address.
const MOVED: u32 = 4;
/// A reset that shows nothing for so long was lost.
const RESET_AGAIN: Duration = Duration::from_secs(5);
/// A camera that sits in its bootloader for so long after its application was started does not
/// run it.
const BACK_AGAIN: Duration = Duration::from_secs(10);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Which camera is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it was last.
    pub address: Ipv4Addr,
    /// Its name, once known. From then on no other camera at the address is taken for it, and it
    /// is found again where it gets another address.
    pub mxid: Option<Mxid>,
}

impl From<&Camera> for Target {
    fn from(camera: &Camera) -> Self {
        Self {
            address: camera.address,
            mxid: Some(camera.mxid.clone()),
        }
    }
}

/// A way to cameras.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The wish to stop.
    pub cancel: Cancel,
}

impl Reach {
    /// Connects to the bootloader of a camera, and takes the camera into it first where its
    /// application runs; `restarting` is called before that. Waits while the camera is not there
    /// or its one connection is taken.
    ///
    /// # Errors
    /// Where the camera cannot be got into its bootloader in time, or is another one.
    pub fn bootloader(
        &self,
        target: &mut Target,
        restarting: &mut dyn FnMut(),
    ) -> Result<Bootloader> {
        let until = Instant::now() + self.timeouts.bootloader;
        let mut backoff = FIRST_BACKOFF;
        let mut unanswered = 0;
        let mut reset_at: Option<Instant> = None;
        loop {
            let why_not = match self.look(target, unanswered >= MOVED)? {
                None => {
                    unanswered += 1;
                    Error::NotFound(target.address.to_string())
                }
                Some(camera) => {
                    unanswered = 0;
                    match camera.state {
                        DeviceState::Bootloader => match self.connect(target) {
                            Err(error) if error.is_transient() => {
                                self.cancel.sleep(backoff)?;
                                backoff = (backoff * 2).min(LONGEST_BACKOFF);
                                error
                            }
                            connected => return connected,
                        },
                        DeviceState::FlashBooted => {
                            if reset_at.is_none_or(|at| at.elapsed() > RESET_AGAIN) {
                                restarting();
                                discovery::reset(target.address)?;
                                reset_at = Some(Instant::now());
                            }
                            let what = "the bootloader after a reset";
                            self.silent(what)
                        }
                        _ => Error::InUse,
                    }
                }
            };
            if Instant::now() > until {
                return Err(why_not);
            }
            self.cancel.sleep(PAUSE)?;
        }
    }

    /// Waits until a camera says that it runs the application in its memory.
    ///
    /// # Errors
    /// [`Error::NotBooted`] where it does not say so in time, or is back in its bootloader.
    pub fn running(&self, target: &mut Target) -> Result<()> {
        let begun = Instant::now();
        let mut unanswered = 0;
        let mut idle_since: Option<Instant> = None;
        while begun.elapsed() < self.timeouts.boot {
            let camera = self.look(target, unanswered >= MOVED)?;
            let state = camera.map(|camera| camera.state);
            unanswered = if state.is_none() { unanswered + 1 } else { 0 };
            match state {
                Some(DeviceState::FlashBooted) => return Ok(()),
                Some(DeviceState::Bootloader) => {
                    let since = *idle_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > BACK_AGAIN.min(self.timeouts.boot / 2) {
                        let reason = "the camera is back in its bootloader".to_owned();
                        return Err(Error::NotBooted(reason));
                    }
                }
                _ => idle_since = None,
            }
            self.cancel.sleep(PAUSE)?;
        }
        let seconds = self.timeouts.boot.as_secs();
        let reason = format!("the camera has not said so for {seconds} s");
        Err(Error::NotBooted(reason))
    }

    /// One look at the camera, if it answers.
    ///
    /// # Errors
    /// Where another camera answers in its place, or one that packages do not fit.
    pub fn look(&self, target: &mut Target, everywhere: bool) -> Result<Option<Camera>> {
        self.cancel.check()?;
        let mut cameras = discovery::at(&[target.address], LOOK)?;
        if cameras.is_empty() && everywhere && target.mxid.is_some() {
            let everybody = discovery::everybody(&[], LISTEN)?.into_iter();
            cameras = everybody
                .filter(|camera| Some(&camera.mxid) == target.mxid.as_ref())
                .collect();
        }
        let Some(camera) = cameras.into_iter().next() else {
            return Ok(None);
        };
        if !camera.supported {
            return Err(Error::OtherGeneration);
        }
        let expected = target.mxid.get_or_insert_with(|| camera.mxid.clone());
        if *expected != camera.mxid {
            return Err(Error::OtherCamera {
                address: target.address,
                found: camera.mxid,
                expected: expected.clone(),
            });
        }
        target.address = camera.address;
        Ok(Some(camera))
    }

    /// Connects to a camera that is in its bootloader.
    ///
    /// # Errors
    /// Where it does not take the connection, or does not answer as a bootloader.
    pub fn connect(&self, target: &Target) -> Result<Bootloader> {
        let address = target.address;
        let tcp = Tcp::connect(address, TCP_PORT, self.timeouts.connect);
        let tcp = tcp.map_err(|source| Error::Connect { address, source })?;
        Bootloader::connect(Box::new(tcp), &self.timeouts, &self.cancel)
    }

    fn silent(&self, waiting_for: &'static str) -> Error {
        Error::Silent {
            after: self.timeouts.bootloader,
            waiting_for,
        }
    }
}
