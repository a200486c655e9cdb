//! Bootloaders onto cameras: an image and a camera in, the bootloader that runs afterwards out.
//!
//! Nothing else here can leave a camera unable to start, so the order is that of the host library:
//! the new bootloader is first run from memory, and then writes itself.
//!
//! What was written is read back before the camera restarts. Where it differs, it is written again
//! in the same session, as the camera might not start from it.

use std::fmt;

use oakc_runtime_schema::bootloader::{
    BootloaderType, Layout, Memory, Region, RequestKind, UserBootloader, Version,
};
use oakc_runtime_schema::sbr;

use crate::address::Address;
use crate::bootloader::{Bootloader, LARGE_PACKETS};
use crate::error::{Error, Result};
use crate::reach::{Reach, Target};

/// How often to write what reads back wrong.
const WRITES: u32 = 3;
/// What erased memory holds.
const ERASED: u8 = 0xFF;

/// What is done right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The camera is taken into its bootloader.
    Reaching,
    /// The new bootloader is started from memory.
    Starting,
    /// Bytes were written, of how many.
    Writing(u64, u64),
    /// What was written is read back.
    Verifying,
    /// The camera restarts, and is asked for its version.
    Restarting,
}

/// Why a bootloader was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// A bootloader for another type of camera.
    #[error("the camera has a {running} bootloader, and a {image} one would leave it unreachable")]
    TypeMismatch {
        /// What runs.
        running: BootloaderType,
        /// What was to be written.
        image: BootloaderType,
    },
    /// Bytes that are not the image of a bootloader.
    #[error(
        "this is not a bootloader: a bootloader begins with `MA2x` and names itself `depthai-bootloader-…`"
    )]
    NotABootloader,
    /// A camera that only USB leads to cannot be given a bootloader for the network.
    #[error("{0} waits on USB, where only a USB bootloader can be started")]
    NetworkOverUsb(Address),
    /// A camera without a bootloader cannot be asked which one it needs.
    #[error("{0} has no bootloader yet that could say which type it needs")]
    UnknownType(Address),
    /// There is nothing to write it to.
    #[error("the camera has no flash memory: it cannot keep a bootloader")]
    NoFlash,
    /// More bytes than there is room for.
    #[error("the bootloader has {size} bytes, but there is room for only {room}")]
    TooLarge {
        /// Bytes of the image.
        size: usize,
        /// Bytes that fit.
        room: u32,
    },
    /// No user bootloader here.
    #[error(
        "a user bootloader needs a NETWORK factory bootloader, {needed} or newer; this is {kind} \
         {version}{user}",
        needed = RequestKind::IsUserBootloader.first_version(),
        user = if *.user { ", itself a user bootloader" } else { "" }
    )]
    NoUserBootloader {
        /// The type that runs.
        kind: BootloaderType,
        /// The version that runs.
        version: Version,
        /// Whether it is a user bootloader already.
        user: bool,
    },
    /// The camera runs something else afterwards.
    #[error(
        "the camera says it runs bootloader {running}, not {expected}; it was written and compared, \
         but does not start"
    )]
    OtherVersion {
        /// What runs.
        running: Running,
        /// What was written.
        expected: Version,
    },
    /// Something with the camera did not work.
    #[error(transparent)]
    Camera(#[from] Error),
}

/// An image of a bootloader.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Which cameras it is for.
    pub kind: BootloaderType,
    /// Its version, where it is known.
    pub version: Option<Version>,
}

/// The bootloader that a camera runs. As text `0.0.29`, or `0.0.29 (user)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// Its version.
    pub version: Version,
    /// Whether it is the user bootloader, which the factory bootloader starts instead of going on itself.
    pub user: bool,
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.version,
            if self.user { " (user)" } else { "" }
        )
    }
}

/// The type of bootloader that a camera needs: that of its own. `wanted` has to agree, and is all
/// there is where a camera waits on USB for its first.
///
/// # Errors
/// [`UpdateError`] where another one would leave the camera unreachable, or nobody knows the type.
pub fn bootloader_type(
    reach: &Reach,
    target: &mut Target,
    wanted: Option<BootloaderType>,
    restarting: &mut dyn FnMut(),
) -> Result<BootloaderType, UpdateError> {
    if reach.is_unbooted(target)? {
        return match wanted {
            Some(BootloaderType::Usb) => Ok(BootloaderType::Usb),
            Some(BootloaderType::Network) => Err(UpdateError::NetworkOverUsb(target.address)),
            None => Err(UpdateError::UnknownType(target.address)),
        };
    }
    let bootloader = reach.bootloader(target, restarting)?;
    let running = bootloader.kind();
    bootloader.close();
    match wanted {
        Some(image) if image != running => Err(UpdateError::TypeMismatch { running, image }),
        _ => Ok(running),
    }
}

/// Replaces the factory bootloader of a camera, and returns the one that runs afterwards: where
/// there is a user bootloader, that one. A camera that waits on USB for its host gets its first.
///
/// # Errors
/// [`UpdateError`]. After [`Error::Differs`] or a cut connection while it was written, the camera
/// may not start again by itself; doing the same once more is the way out.
pub fn update_bootloader(
    reach: &Reach,
    target: &mut Target,
    image: &Image<'_>,
    tell: &mut dyn FnMut(Step),
) -> Result<Running, UpdateError> {
    let room = Layout::of(image.kind).bootloader;
    check_size(image.bytes, room)?;
    write_from_memory(reach, target, image, image.bytes, tell)?;
    let running = running_afterwards(reach, target, tell)?;
    // A user bootloader stays, and says nothing about the one that started it.
    if running.user {
        return Ok(running);
    }
    expect(running, image.version, false)
}

/// Puts a camera back to how it left the factory, as the library's device manager does: the
/// bootloader anew, and everything behind it erased up to the application, whose table of sections
/// goes as well. Returns the bootloader that runs afterwards.
///
/// # Errors
/// As [`update_bootloader`].
pub fn factory_reset(
    reach: &Reach,
    target: &mut Target,
    image: &Image<'_>,
    tell: &mut dyn FnMut(Step),
) -> Result<Running, UpdateError> {
    let layout = Layout::of(image.kind);
    check_size(image.bytes, layout.bootloader)?;
    let mut everything = image.bytes.to_vec();
    everything.resize(bytes(layout.application)? + sbr::HEADER_SIZE, ERASED);
    write_from_memory(reach, target, image, &everything, tell)?;
    expect(
        running_afterwards(reach, target, tell)?,
        image.version,
        false,
    )
}

/// Stores a user bootloader, which the factory bootloader starts instead of going on itself, and returns the one that runs
/// afterwards.
///
/// # Errors
/// As [`update_bootloader`], but the factory bootloader stays whatever happens.
pub fn update_user_bootloader(
    reach: &Reach,
    target: &mut Target,
    image: &Image<'_>,
    tell: &mut dyn FnMut(Step),
) -> Result<Running, UpdateError> {
    tell(Step::Reaching);
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    let (kind, version) = (bootloader.kind(), bootloader.version());
    let user = bootloader.is_user_bootloader()?;
    let region = bootloader.layout().user_bootloader;
    let region = region.filter(|_| !user && bootloader.knows(RequestKind::IsUserBootloader));
    let region = region.ok_or(UpdateError::NoUserBootloader {
        kind,
        version,
        user,
    })?;
    check_type(kind, image)?;
    check_size(image.bytes, region)?;
    let place = (Memory::Flash, region.offset);
    write_compared(
        &mut bootloader,
        place,
        image.bytes,
        tell,
        |bootloader, tell| {
            let total = image.bytes.len() as u64;
            let progress = &mut |done| tell(Step::Writing(done, total));
            bootloader.write_at(place, image.bytes, LARGE_PACKETS, progress)
        },
    )?;
    let mut config = bootloader.config()?.unwrap_or_default();
    config.set_user_bootloader(UserBootloader {
        size: u32::try_from(image.bytes.len()).unwrap_or(u32::MAX),
        checksum: sbr::checksum(image.bytes),
    });
    bootloader.set_config(&config)?;
    bootloader.close();
    expect(
        running_afterwards(reach, target, tell)?,
        image.version,
        true,
    )
}

/// Runs the image from memory and lets it write `everything` where the bootloader belongs.
fn write_from_memory(
    reach: &Reach,
    target: &mut Target,
    image: &Image<'_>,
    everything: &[u8],
    tell: &mut dyn FnMut(Step),
) -> Result<(), UpdateError> {
    tell(Step::Reaching);
    if reach.is_unbooted(target)? {
        check_type(BootloaderType::Usb, image)?;
        tell(Step::Starting);
        reach.start_bootloader(target, image.bytes)?;
    } else {
        let bootloader = reach.bootloader(target, &mut || ())?;
        check_type(bootloader.kind(), image)?;
        tell(Step::Starting);
        bootloader.boot_memory(image.bytes)?;
    }
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    if bootloader.memory(Memory::Flash)?.is_none() {
        bootloader.close();
        return Err(UpdateError::NoFlash);
    }
    let place = (Memory::Flash, bootloader.layout().bootloader.offset);
    // Half a bootloader starts no camera.
    bootloader.disregard_cancel();
    write_compared(
        &mut bootloader,
        place,
        everything,
        tell,
        |bootloader, tell| {
            let total = everything.len() as u64;
            let progress = &mut |done| tell(Step::Writing(done, total));
            bootloader.write_bootloader(everything, progress)
        },
    )?;
    bootloader.close();
    Ok(())
}

/// Writes until what is read back from `place` is `expected`.
fn write_compared(
    bootloader: &mut Bootloader,
    place: (Memory, u32),
    expected: &[u8],
    tell: &mut dyn FnMut(Step),
    mut write: impl FnMut(&mut Bootloader, &mut dyn FnMut(Step)) -> Result<()>,
) -> Result<()> {
    let mut writes = 0;
    loop {
        writes += 1;
        write(bootloader, tell)?;
        tell(Step::Verifying);
        match bootloader.compare(place, expected, &mut |_| ()) {
            Err(Error::Differs { .. }) if writes < WRITES => {}
            compared => return compared,
        }
    }
}

/// Whatever the caller believes, the image says for which cameras it is.
fn check_type(running: BootloaderType, image: &Image<'_>) -> Result<(), UpdateError> {
    let named = BootloaderType::of_image(image.bytes).ok_or(UpdateError::NotABootloader)?;
    match [image.kind, named]
        .into_iter()
        .find(|kind| *kind != running)
    {
        Some(image) => Err(UpdateError::TypeMismatch { running, image }),
        None => Ok(()),
    }
}

fn check_size(image: &[u8], region: Region) -> Result<(), UpdateError> {
    let room = region.size;
    if image.len() <= bytes(room)? {
        return Ok(());
    }
    Err(UpdateError::TooLarge {
        size: image.len(),
        room,
    })
}

fn bytes(number: u32) -> Result<usize> {
    usize::try_from(number).map_err(|_| Error::Protocol("a region above memory".to_owned()))
}

/// Asks the camera, after its restart, what it runs.
fn running_afterwards(
    reach: &Reach,
    target: &mut Target,
    tell: &mut dyn FnMut(Step),
) -> Result<Running> {
    tell(Step::Restarting);
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    let running = Running {
        version: bootloader.version(),
        user: bootloader.is_user_bootloader()?,
    };
    bootloader.close();
    Ok(running)
}

/// What runs has to be what was written; of an image without a version only its part is known.
fn expect(running: Running, expected: Option<Version>, user: bool) -> Result<Running, UpdateError> {
    match expected {
        Some(version) if running != (Running { version, user }) => Err(UpdateError::OtherVersion {
            running,
            expected: version,
        }),
        _ => Ok(running),
    }
}
