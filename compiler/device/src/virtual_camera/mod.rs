//! A simulated camera: a description in, a camera on the network of this machine out.
//!
//! A [`VirtualCamera`] answers discovery, and serves XLink with the bootloader behind it. The
//! `depthai` library flashes it as it would a real one. It shares bytes and records with the
//! client side of this crate, but never its logic, so that the two can disagree.
//!
//! | module | does |
//! |---|---|
//! | `server` | sockets and time: the only place with either |
//! | `conversation` | the same without either, for callers that have the bytes at hand |
//! | `session` | one connection: events in, bytes out, and in the end a reset |
//! | `link` | XLink: streams, windows, answers |
//! | `bootloader` | requests in, answers out |
//! | `transfer` | data that follow a request, on their way into a memory |
//! | `board` | the hardware: memories, and what runs while time passes |
//! | `image`, `application`, `stored_config`, `bootloader_image` | what lies in a memory |
//! | `fault`, `size` | what goes wrong on request |
//!
//! What is not known of real cameras is decided the simplest way; docs/emulation.md says what.

mod application;
mod board;
mod bootloader;
mod bootloader_image;
mod conversation;
mod fault;
mod image;
mod link;
mod server;
mod session;
mod size;
mod stored_config;
mod transfer;

use std::io;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::Instant;

use mio::{Poll, Waker};
use oakc_runtime_schema::bootloader::{BootloaderType, Version};

use crate::xlink::Mxid;
use board::{Board, Memories};
use fault::Faults;
use image::Image;
use server::{Server, WAKER};

pub use board::{Start, Timing};
pub use conversation::Conversation;
pub use fault::{Fault, FaultError};
pub use image::SharedBlocks;
pub use size::{SizeError, parse_size};

/// Bytes of NOR flash that a camera has unless said otherwise: 128 MiB.
pub const FLASH_SIZE: u64 = 128 * 1024 * 1024;
/// Bytes of eMMC: 16 GiB.
pub const EMMC_SIZE: u64 = 16 * 1024 * 1024 * 1024;
/// The version of its bootloader unless said otherwise.
pub const BOOTLOADER_VERSION: Version = Version::new(0, 0, 28);

/// What a camera is.
#[derive(Debug, Clone)]
pub struct Config {
    /// An address of this machine. The ports are always the real ones.
    pub address: Ipv4Addr,
    /// The camera's name.
    pub mxid: Mxid,
    /// The type of its bootloader. Cameras with one for USB are reached over the network all the
    /// same, as this machine has no cable to itself.
    pub kind: BootloaderType,
    /// The version of the bootloader that it left the factory with. One that is flashed later
    /// replaces it.
    pub version: Version,
    /// The NOR flash.
    pub flash: Storage,
    /// The eMMC, if it has one.
    pub emmc: Option<Storage>,
    /// What it is doing at first.
    pub start: Start,
    /// How long things take.
    pub timing: Timing,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// What its memories in RAM have in common with those of other cameras.
    pub shared: SharedBlocks,
    /// Who wants to know what runs on the camera with this address. The camera itself runs nothing.
    pub observer: Option<Sender<(Ipv4Addr, ApplicationEvent)>>,
}

/// Something that happens to the application in a camera's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationEvent {
    /// The camera has started it: the package as it lies in the memory.
    Started(Vec<u8>),
    /// The camera has been reset.
    Stopped,
}

/// A memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// The file that holds its bytes, from the first on; it grows with what is written. In RAM
    /// without one, and gone with the camera.
    pub file: Option<PathBuf>,
    /// Bytes that fit.
    pub size: u64,
}

impl Config {
    /// A camera with a NOR flash of 128 MiB in RAM, named after its address.
    pub fn new(address: Ipv4Addr) -> Self {
        Self {
            address,
            mxid: Mxid::of_address(address),
            kind: BootloaderType::Network,
            version: BOOTLOADER_VERSION,
            flash: Storage {
                file: None,
                size: FLASH_SIZE,
            },
            emmc: None,
            start: Start::default(),
            timing: Timing::default(),
            faults: Vec::new(),
            shared: SharedBlocks::default(),
            observer: None,
        }
    }
}

impl Config {
    /// The same camera somewhere else, with a name and files of its own.
    fn at(&self, address: Ipv4Addr) -> Self {
        let storage = |storage: &Storage| Storage {
            file: storage
                .file
                .as_deref()
                .map(|file| with_address(file, address)),
            size: storage.size,
        };
        Self {
            address,
            mxid: Mxid::of_address(address),
            flash: storage(&self.flash),
            emmc: self.emmc.as_ref().map(storage),
            ..self.clone()
        }
    }
}

/// `nor.img` with the address before the dot.
fn with_address(file: &Path, address: Ipv4Addr) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{address}"));
    if let Some(extension) = file.extension() {
        name.push(".");
        name.push(extension);
    }
    file.with_file_name(name)
}

/// A camera that runs in a thread of its own until it is dropped.
#[derive(Debug)]
pub struct VirtualCamera {
    address: Ipv4Addr,
    mxid: Mxid,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

/// Why a camera cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The file of a memory cannot be used.
    #[error("cannot use {path} as a memory: {source}", path = path.display())]
    Memory {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// IPv4 has too few addresses.
    #[error("there are fewer than {count} addresses from {first} on")]
    TooFewAddresses {
        /// The first camera's.
        first: Ipv4Addr,
        /// Cameras.
        count: NonZeroU32,
    },
    /// The ports cannot be opened.
    #[error("cannot emulate a camera at {address} (UDP port 11491, TCP port 11490): {source}")]
    Network {
        /// The camera's address.
        address: Ipv4Addr,
        /// Why.
        source: io::Error,
    },
}

impl VirtualCamera {
    /// Starts a camera. When this returns, it answers.
    ///
    /// # Errors
    /// Where the address is not one of this machine's, or another program has its ports, or a
    /// memory's file cannot be opened.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let Config { address, mxid, .. } = config.clone();
        let faults = Faults::new(&config.faults);
        let memories = Memories {
            kind: config.kind,
            flash: open(config.flash, &config.shared)?,
            emmc: match config.emmc {
                Some(emmc) => Some(open(emmc, &config.shared)?),
                None => None,
            },
        };
        let board = Board::new(
            memories,
            config.timing,
            config.version,
            faults.crash_after(),
            config.start,
            Instant::now(),
        );
        let started = || {
            let poll = Poll::new()?;
            let waker = Waker::new(poll.registry(), WAKER)?;
            let watchdog = config.timing.watchdog;
            let server = Server::new(
                poll,
                address,
                config.mxid,
                board,
                faults,
                watchdog,
                config.observer,
            )?;
            let stop = Arc::new(AtomicBool::new(false));
            let thread = {
                let stop = Arc::clone(&stop);
                let builder = std::thread::Builder::new().name(format!("camera {address}"));
                builder.spawn(move || server.run(&stop))?
            };
            Ok(Self {
                address,
                mxid,
                stop,
                waker,
                thread: Some(thread),
            })
        };
        started().map_err(|source| StartError::Network { address, source })
    }

    /// Starts `count` cameras like `first`, at its address and the ones after it. Where there are
    /// several, each is named after its address, which also goes into the names of its files:
    /// `nor.img` becomes `nor-127.0.0.1.img` and so on.
    ///
    /// # Errors
    /// As [`VirtualCamera::start`]; also where there are too few addresses.
    pub fn start_several(first: &Config, count: NonZeroU32) -> Result<Vec<Self>, StartError> {
        if count == NonZeroU32::MIN {
            return Ok(vec![Self::start(first.clone())?]);
        }
        let too_few = StartError::TooFewAddresses {
            first: first.address,
            count,
        };
        let bits = first.address.to_bits();
        let last = bits.checked_add(count.get() - 1).ok_or(too_few)?;
        let addresses = (bits..=last).map(Ipv4Addr::from_bits);
        addresses
            .map(|address| Self::start(first.at(address)))
            .collect()
    }

    /// Where it is.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Its name.
    pub fn mxid(&self) -> &Mxid {
        &self.mxid
    }
}

impl Drop for VirtualCamera {
    /// Ends the thread, as if the camera lost its power.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Neither can fail in a way that could be mended here.
        let _ = self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn open(storage: Storage, shared: &SharedBlocks) -> Result<Image, StartError> {
    match storage.file {
        None => Ok(Image::in_ram(storage.size, shared.clone())),
        Some(path) => Image::in_file(&path, storage.size)
            .map_err(|source| StartError::Memory { path, source }),
    }
}

#[cfg(test)]
mod tests;
