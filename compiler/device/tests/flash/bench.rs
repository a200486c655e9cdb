//! A workbench: cameras with memories in files that can be looked at, packages made up.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use oakc_device::flash::{self, Event, Options, Package, Report};
use oakc_device::virtual_camera::{Config, Fault, Start, StartError, Timing, VirtualCamera};
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Reach, Target, Timeouts};
use oakc_runtime_schema::bootloader::{BootloaderType, Layout};
use oakc_runtime_schema::sbr::{self, Flags, Header, Section, SectionName};
use tempfile::TempDir;

/// For how long at most a process that another test starts has the sockets of a camera that has just
/// gone: until it is the other program.
const INHERITED: Duration = Duration::from_secs(5);

/// A camera whose flash memory can be looked at.
pub(crate) struct Bench {
    pub(crate) config: Config,
    pub(crate) reach: Reach,
    /// How the camera is known.
    pub(crate) target: Target,
    directory: TempDir,
}

/// Addresses that no other test uses: 127.64.0.0 and above.
pub(crate) fn next_address() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // Processes of tests that run at the same time keep apart.
    let first = Ipv4Addr::new(127, 64, 0, 0).to_bits();
    let process = (std::process::id() % 512) << 12;
    Ipv4Addr::from_bits(first + process + NEXT.fetch_add(1, Ordering::Relaxed) % 0x1000)
}

impl Bench {
    /// A camera in its bootloader, with an empty flash memory of 32 MiB.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::new(next_address());
        config.flash.file = Some(directory.path().join("nor.img"));
        config.flash.size = 32 << 20;
        config.start = Start::Bootloader;
        config.timing = Timing {
            boot: Duration::from_millis(20),
            window: Duration::from_millis(100),
            watchdog: Duration::from_secs(2),
        };
        let reach = Reach {
            timeouts: quick(),
            ..Reach::default()
        };
        let target = Target {
            address: config.address.into(),
            mxid: None,
        };
        Self {
            config,
            reach,
            target,
            directory,
        }
    }

    pub(crate) fn with_faults(mut self, faults: &[&str]) -> Self {
        let fault = |text: &&str| text.parse::<Fault>().unwrap();
        self.config.faults = faults.iter().map(fault).collect();
        self
    }

    /// Lets the camera have an eMMC, too.
    pub(crate) fn with_emmc(mut self) -> Self {
        self.config.emmc = Some(oakc_device::virtual_camera::Storage {
            file: Some(self.emmc_file()),
            size: 64 << 20,
        });
        self
    }

    pub(crate) fn start(&self) -> VirtualCamera {
        let until = Instant::now() + INHERITED;
        loop {
            match VirtualCamera::start(self.config.clone()) {
                Err(StartError::Network { source, .. })
                    if source.kind() == ErrorKind::AddrInUse && Instant::now() < until =>
                {
                    thread::sleep(Duration::from_millis(5));
                }
                started => return started.unwrap(),
            }
        }
    }

    /// The same camera, with the same memories, as it comes back after a night without power.
    pub(crate) fn restart_without_faults(&mut self) -> VirtualCamera {
        self.config.faults.clear();
        self.config.start = Start::Stored;
        self.start()
    }

    pub(crate) fn target(&self) -> Target {
        self.target.clone()
    }

    /// What the camera says it is doing.
    pub(crate) fn state(&self) -> Option<DeviceState> {
        let seen = self.reach.look(&mut self.target(), false).unwrap();
        seen.map(|camera| camera.state)
    }

    pub(crate) fn flash(&self, package: &Package, options: Options) -> Report {
        self.flash_telling(package, options, &mut |_| ())
    }

    pub(crate) fn flash_telling(
        &self,
        package: &Package,
        options: Options,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Report {
        flash::flash(&self.reach, &mut self.target(), package, options, tell)
    }

    pub(crate) fn flash_file(&self) -> PathBuf {
        self.directory.path().join("nor.img")
    }

    pub(crate) fn emmc_file(&self) -> PathBuf {
        self.directory.path().join("emmc.img")
    }

    /// Bytes of the NOR flash from an offset on; erased where nothing was ever written.
    pub(crate) fn stored(&self, offset: u32, size: usize) -> Vec<u8> {
        stored_in(&self.flash_file(), offset, size)
    }

    /// Whether the camera holds exactly the package.
    pub(crate) fn holds(&self, package: &Package) -> bool {
        let bytes = package.bytes();
        let place = Layout::of(self.config.kind).application;
        self.stored(place, bytes.len()) == bytes
    }
}

pub(crate) fn stored_in(file: &Path, offset: u32, size: usize) -> Vec<u8> {
    let mut stored = Vec::new();
    if let Ok(mut file) = File::open(file) {
        file.seek(SeekFrom::Start(offset.into())).unwrap();
        file.take(size as u64).read_to_end(&mut stored).unwrap();
    }
    stored.resize(size, 0xFF);
    stored
}

pub(crate) const APPLICATION: u32 = Layout::of(BootloaderType::Network).application;

/// Short enough for tests, long enough for a busy machine.
fn quick() -> Timeouts {
    Timeouts {
        absent: Duration::from_secs(1),
        connect: Duration::from_secs(2),
        greeting: Duration::from_secs(1),
        silence: Duration::from_secs(1),
        answer: Duration::from_secs(2),
        progress: Duration::from_secs(4),
        slowest: 16 * 1024,
        bootloader: Duration::from_secs(10),
        boot: Duration::from_secs(10),
        retry: Duration::from_millis(20),
    }
}

/// As usual, but an application is watched for a moment only.
pub(crate) fn options() -> Options {
    Options {
        observe: Duration::from_millis(200),
        ..Options::default()
    }
}

/// A package with a firmware of `firmware` bytes and a script of `script`.
pub(crate) fn package(firmware: usize, script: &[u8]) -> Package {
    Package::new(package_bytes(firmware, script)).unwrap()
}

pub(crate) fn package_bytes(firmware: usize, script: &[u8]) -> Vec<u8> {
    pack(firmware, script, |sizes| sbr::layout(sizes).unwrap())
}

/// The same without the gaps that real packages have, so that much of it goes through in a moment.
pub(crate) fn dense_package(firmware: usize, script: &[u8]) -> Package {
    let one_by_one = |sizes: &[u64]| {
        let mut end = sbr::HEADER_SIZE as u64;
        let offset = |size: &u64| {
            let offset = end;
            end += size;
            u32::try_from(offset).unwrap()
        };
        sizes.iter().map(offset).collect()
    };
    Package::new(pack(firmware, script, one_by_one)).unwrap()
}

fn pack(firmware: usize, script: &[u8], layout: impl FnOnce(&[u64]) -> Vec<u32>) -> Vec<u8> {
    let mut image = b"MA2x".to_vec();
    image.extend((0..firmware).map(|index| (index * 7 + index / 251).to_le_bytes()[0]));
    let contents: [(&str, &[u8]); 6] = [
        (sbr::FIRMWARE, &image),
        (sbr::PIPELINE, b"pipeline"),
        (sbr::ASSETS, b"assets"),
        (sbr::ASSET_STORAGE, script),
        (
            sbr::FIRMWARE_VERSION,
            b"0123456789012345678901234567890123456789",
        ),
        (sbr::APP_NAME, b"made up"),
    ];
    let offsets = layout(&contents.map(|(_, bytes)| bytes.len() as u64));
    let section = |((name, bytes), offset): ((&str, &[u8]), u32)| Section {
        name: SectionName::new(name).unwrap(),
        size: u32::try_from(bytes.len()).unwrap(),
        offset,
        checksum: sbr::checksum(bytes),
        kind: 0,
        flags: Flags::NONE.with_bootable(name == sbr::FIRMWARE),
    };
    let sections = contents.into_iter().zip(offsets.iter().copied());
    let header = Header::new(sections.map(section).collect()).unwrap();
    let mut file = vec![0; usize::try_from(header.file_size()).unwrap()];
    file[..sbr::HEADER_SIZE].copy_from_slice(&header.to_bytes());
    for ((_, bytes), offset) in contents.into_iter().zip(offsets) {
        file[offset as usize..][..bytes.len()].copy_from_slice(bytes);
    }
    file
}
