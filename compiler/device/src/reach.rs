//! A camera somewhere, in some state, in; its bootloader, listening, out; and back to a camera that
//! runs its application. In the network and on USB alike. No wait is without a limit.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::address::Address;
use crate::bootloader::Bootloader;
use crate::cancel::Cancel;
use crate::discovery::{self, Camera, LISTEN};
use crate::error::{Error, Result};
use crate::session::{GREETING, Session};
use crate::timeouts::Timeouts;
use crate::transport::{Tcp, Transport, Usb};
use crate::usb::{self, SystemUsb, UsbHost};
use crate::xlink::datagram::DeviceState;
use crate::xlink::{Mxid, TCP_PORT};

/// How long one look at an address waits for its answer.
const LOOK: Duration = Duration::from_millis(600);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// Looks without an answer after which the camera may have got another address.
const MOVED: u32 = 4;
/// A reset without an effect after this time was lost.
const RESET_AGAIN: Duration = Duration::from_secs(5);
/// A camera that is still in its bootloader this long after its application was started does not
/// run it.
const BACK_AGAIN: Duration = Duration::from_secs(10);
/// For this long a camera that appears on USB may seem to have no bootloader, or not to be for this
/// user.
const SETTLING: Duration = Duration::from_secs(2);
/// Connections on which nothing has answered, after which whatever takes them is not a camera.
const MOST_MUTE: u32 = 2;
/// Pause between two looks at an application that has just started: its bootloader may be there for a
/// moment only.
const GLANCE: Duration = Duration::from_millis(50);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Which camera is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it was last.
    pub address: Address,
    /// Its name, once known. From then on no other camera at the address is taken for it, and it is
    /// found again where it gets another one.
    pub mxid: Option<Mxid>,
}

impl From<&Camera> for Target {
    fn from(camera: &Camera) -> Self {
        Self {
            address: camera.address,
            mxid: camera.mxid.clone(),
        }
    }
}

/// A way to cameras.
#[derive(Debug, Clone)]
pub struct Reach {
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The wish to stop.
    pub cancel: Cancel,
    /// The USB that cameras may be on.
    pub usb: Arc<dyn UsbHost>,
}

impl Default for Reach {
    /// From this machine.
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            cancel: Cancel::default(),
            usb: Arc::new(SystemUsb),
        }
    }
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
        self.wait_for_bootloader(target, Some(restarting))
    }

    /// As [`Reach::bootloader`], but leaves a camera alone that runs its application, even if it has only
    /// just started it: a bootloader that nobody talks to is there for a second.
    ///
    /// # Errors
    /// [`Error::Running`] for such a camera; else as [`Reach::bootloader`].
    pub fn idle_bootloader(&self, target: &mut Target) -> Result<Bootloader> {
        self.wait_for_bootloader(target, None)
    }

    /// A camera that runs its application is restarted if something wants to hear of that.
    fn wait_for_bootloader(
        &self,
        target: &mut Target,
        mut restarting: Option<&mut dyn FnMut()>,
    ) -> Result<Bootloader> {
        let until = Instant::now() + self.timeouts.bootloader;
        let mut backoff = FIRST_BACKOFF;
        let mut unanswered = 0;
        let mut reset_at: Option<Instant> = None;
        let mut unbooted_since: Option<Instant> = None;
        let mut mute = 0;
        loop {
            let seen = self.look_while_restarting(target, LOOK, unanswered >= MOVED)?;
            unanswered = if seen.is_none() { unanswered + 1 } else { 0 };
            let why_not = match seen.map(|camera| camera.state) {
                None => Error::NotFound(target.address),
                Some(DeviceState::Bootloader) => match self.connect(target) {
                    Err(error) if error.is_transient() => {
                        mute += u32::from(is_mute(&error));
                        if mute >= MOST_MUTE {
                            return Err(strange(target.address, error));
                        }
                        self.cancel.sleep(backoff)?;
                        backoff = (backoff * 2).min(LONGEST_BACKOFF);
                        error
                    }
                    connected => return connected,
                },
                Some(DeviceState::FlashBooted) => {
                    let Some(restarting) = &mut restarting else {
                        return Err(Error::Running);
                    };
                    if reset_at.is_none_or(|at| at.elapsed() > RESET_AGAIN) {
                        restarting();
                        self.call_bootloader(target)?;
                        reset_at = Some(Instant::now());
                    }
                    self.silent("the bootloader after a reset")
                }
                Some(DeviceState::Unbooted) => {
                    let since = *unbooted_since.get_or_insert_with(Instant::now);
                    let error = Error::Unbooted(target.address);
                    if since.elapsed() > SETTLING {
                        return Err(error);
                    }
                    error
                }
                Some(_) => Error::InUse,
            };
            if Instant::now() > until {
                return Err(why_not);
            }
            self.cancel.sleep(PAUSE)?;
        }
    }

    /// Tells a camera that runs its application to restart into its bootloader. It does not
    /// answer.
    ///
    /// # Errors
    /// Where it cannot be told.
    pub(crate) fn call_bootloader(&self, target: &Target) -> Result<()> {
        match target.address {
            Address::Network(address) => discovery::reset(address),
            Address::Usb(path) => {
                let called = self.permitted(|| self.usb.call_bootloader(path));
                match called.map_err(|source| connecting(target.address, source)) {
                    // It may be gone before it has said yes.
                    Err(Error::Connect { .. }) => Ok(()),
                    called => called,
                }
            }
        }
    }

    /// Whether a camera waits on USB for its host to start it.
    ///
    /// # Errors
    /// As [`Reach::look`].
    pub(crate) fn is_unbooted(&self, target: &mut Target) -> Result<bool> {
        if target.address.usb_path().is_none() {
            return Ok(false);
        }
        let seen = self.look(target, false)?;
        Ok(seen.is_some_and(|camera| camera.state == DeviceState::Unbooted))
    }

    /// Starts a bootloader on a camera that waits on USB for its host, and learns its name.
    ///
    /// # Errors
    /// Where it does not take the image, or no bootloader shows up.
    pub(crate) fn start_bootloader(&self, target: &mut Target, image: &[u8]) -> Result<()> {
        let before = self.usb.cameras();
        let path = target.address.usb_path();
        let path = path.ok_or(Error::NotFound(target.address))?;
        let sent = self.permitted(|| self.usb.open(path));
        let sent = sent.and_then(|mut pipes| usb::boot(&mut *pipes.output, image));
        sent.map_err(|source| connecting(target.address, source))?;
        let until = Instant::now() + self.timeouts.bootloader;
        while Instant::now() < until {
            if let Some(camera) = usb::started(path, &before, &self.usb.cameras()) {
                target.address = camera.address;
                return identify(target, camera);
            }
            self.cancel.sleep(PAUSE)?;
        }
        Err(self.silent("the bootloader that was sent to it"))
    }

    /// Waits for the first sign of a camera, for [`Timeouts::absent`] at most.
    ///
    /// # Errors
    /// Where there is none, another camera has its address, or one that packages do not fit.
    pub fn find(&self, target: &mut Target) -> Result<Camera> {
        let until = Instant::now() + self.timeouts.absent;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let seen = self.look_while_restarting(target, left.min(LOOK), false)?;
            match seen {
                Some(camera) => return Ok(camera),
                None if left.is_zero() => return Err(self.unreachable(target.address)),
                None => self.cancel.sleep(PAUSE.min(left))?,
            }
        }
    }

    /// Why a camera that does not answer is not there, as far as that can be told.
    pub fn unreachable(&self, address: Address) -> Error {
        let listens = |ipv4| {
            // Nothing is sent, so no camera would mind.
            Tcp::connect(ipv4, TCP_PORT, LOOK).is_ok()
        };
        if address.ipv4().is_some_and(listens) {
            let reason = "and nothing answers on UDP port 11491".to_owned();
            return Error::NotACamera { address, reason };
        }
        Error::NotFound(address)
    }

    /// Watches for `time` whether a camera that has said it runs its application keeps running it.
    /// Returns how long it was watched.
    ///
    /// # Errors
    /// [`Error::Crashed`] where it is in its bootloader again, or does not answer any more.
    pub fn keeps_running(&self, target: &mut Target, time: Duration) -> Result<Duration> {
        let begun = Instant::now();
        let mut answered = begun;
        loop {
            let state = self
                .look_while_restarting(target, LOOK, false)?
                .map(|camera| camera.state);
            let after = begun.elapsed();
            match state {
                Some(DeviceState::FlashBooted) if after >= time => return Ok(after),
                Some(DeviceState::FlashBooted) => answered = Instant::now(),
                Some(_) => {
                    let what = "the camera was back in its bootloader";
                    return Err(Error::Crashed { what, after });
                }
                None if after >= time && answered.elapsed() > self.timeouts.absent => {
                    let what = "the camera did not answer any more";
                    let after = answered.saturating_duration_since(begun);
                    return Err(Error::Crashed { what, after });
                }
                None => {}
            }
            self.cancel.sleep(GLANCE)?;
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
            let camera = self.look_while_restarting(target, LOOK, unanswered >= MOVED)?;
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
        let reason = format!("the camera has not reported it within {seconds} s");
        Err(Error::NotBooted(reason))
    }

    /// One look at the camera, if it answers.
    ///
    /// # Errors
    /// Where another camera has its address, or one that packages do not fit.
    pub fn look(&self, target: &mut Target, everywhere: bool) -> Result<Option<Camera>> {
        self.look_for(target, LOOK, everywhere)
    }

    /// As [`Reach::look`], where the camera may take `wait` to answer, and may take the network down
    /// while it restarts, as with a cable between it and this machine.
    pub(crate) fn look_while_restarting(
        &self,
        target: &mut Target,
        wait: Duration,
        everywhere: bool,
    ) -> Result<Option<Camera>> {
        match self.look_for(target, wait, everywhere) {
            Err(Error::Network(_)) => {
                self.cancel.sleep(wait)?;
                Ok(None)
            }
            seen => seen,
        }
    }

    fn look_for(
        &self,
        target: &mut Target,
        wait: Duration,
        everywhere: bool,
    ) -> Result<Option<Camera>> {
        self.cancel.check()?;
        let mut cameras = discovery::at(&*self.usb, &[target.address], wait)?;
        if cameras.is_empty() && target.mxid.is_some() {
            cameras = if everywhere {
                discovery::everybody(&*self.usb, &[], LISTEN)?
            } else {
                // A restart moves a camera between the ports of USB 2 and USB 3.
                self.usb.cameras()
            };
            cameras.retain(|camera| camera.mxid == target.mxid);
        }
        discovery::refuse_twins(&cameras)?;
        let Some(camera) = cameras.into_iter().next() else {
            return Ok(None);
        };
        if !camera.supported {
            return Err(Error::OtherGeneration);
        }
        identify(target, &camera)?;
        target.address = camera.address;
        Ok(Some(camera))
    }

    /// Connects to a camera that is in its bootloader.
    ///
    /// # Errors
    /// Where it does not take the connection, or does not answer as a bootloader.
    pub fn connect(&self, target: &Target) -> Result<Bootloader> {
        let address = target.address;
        let failed = |source| connecting(address, source);
        let transport: Box<dyn Transport> = match address {
            Address::Network(ipv4) => {
                let tcp = Tcp::connect(ipv4, TCP_PORT, self.timeouts.connect);
                Box::new(tcp.map_err(failed)?)
            }
            Address::Usb(path) => {
                self.check_listening(address)?;
                let pipes = self.permitted(|| self.usb.open(path));
                Box::new(Usb::new(pipes.map_err(failed)?))
            }
        };
        let session = Session::begin(transport, &self.timeouts, &self.cancel);
        let session = session.map_err(|error| match error {
            Error::Frame(_) | Error::Protocol(_) => strange(address, error),
            error => error,
        })?;
        Bootloader::introduce(session, &self.timeouts)
    }

    /// What a bootloader is told on USB, anything else would take for something else.
    fn check_listening(&self, address: Address) -> Result<()> {
        let cameras = self.usb.cameras();
        let camera = cameras.iter().find(|camera| camera.is_at(address));
        match camera.map(|camera| camera.state) {
            Some(DeviceState::Bootloader) => Ok(()),
            Some(DeviceState::Unbooted) => Err(Error::Unbooted(address)),
            Some(_) => Err(Error::InUse),
            None => Err(Error::NotFound(address)),
        }
    }

    /// Does something that the system may permit only in a moment, as a camera that has just come
    /// to USB has no owner yet.
    fn permitted<T>(&self, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        let until = Instant::now() + SETTLING;
        loop {
            match attempt() {
                Err(error)
                    if error.kind() == ErrorKind::PermissionDenied
                        && Instant::now() < until
                        && self.cancel.sleep(PAUSE).is_ok() => {}
                done => return done,
            }
        }
    }

    fn silent(&self, waiting_for: &'static str) -> Error {
        Error::Silent {
            after: self.timeouts.bootloader,
            waiting_for,
        }
    }
}

/// Whether something took a connection and said nothing at all.
fn is_mute(error: &Error) -> bool {
    matches!(error, Error::Silent { waiting_for, .. } if *waiting_for == GREETING)
}

/// Something that took a connection and did not behave as a camera.
fn strange(address: Address, error: Error) -> Error {
    match address {
        Address::Network(_) => Error::NotACamera {
            address,
            reason: error.to_string(),
        },
        Address::Usb(_) => error,
    }
}

/// Learns the name of the camera that is meant from the one that was found, if they can be the same.
fn identify(target: &mut Target, camera: &Camera) -> Result<()> {
    let Some(found) = &camera.mxid else {
        return Ok(());
    };
    let expected = target.mxid.get_or_insert_with(|| found.clone());
    if expected == found {
        return Ok(());
    }
    Err(Error::OtherCamera {
        address: camera.address,
        found: found.clone(),
        expected: expected.clone(),
    })
}

/// Why a camera cannot be connected to.
fn connecting(address: Address, source: io::Error) -> Error {
    match address {
        Address::Usb(_) if source.kind() == ErrorKind::PermissionDenied => Error::Denied(address),
        _ => Error::Connect { address, source },
    }
}
