//! The camera's hardware: its memories, and what runs on it while time passes.
//!
//! What happens goes in with the time at which it does: a reset, a host that connects, a deadline
//! that is over. What runs comes out. Nothing here waits or looks at a clock, and nothing talks to
//! a host.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{BootloaderType, Config, Layout, Memory, Version};
use oakc_runtime_schema::sbr;

use super::application::Application;
use super::bootloader_image::{self, BootloaderImage};
use super::image::Image;
use super::stored_config;
use crate::xlink::datagram::DeviceState;

/// For how long a bootloader waits for a host after a host has called it, unless its
/// configuration says otherwise.
const NETWORK_TIMEOUT_MS: i64 = 30_000;
const USB_TIMEOUT_MS: i64 = 3_000;

/// A time longer than any wait.
const NEVER: Duration = Duration::from_hours(24 * 365);

/// The moment `time` later. What was asked for may be later than a clock goes.
pub(super) fn after(now: Instant, time: Duration) -> Instant {
    now + time.min(NEVER)
}

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// From a reset until the bootloader or the application runs. The camera is not there.
    pub boot: Duration,
    /// From the start of the bootloader until it starts the application, if there is one and no
    /// host has connected.
    pub window: Duration,
    /// From the last sign of life of a connected host until the camera resets itself.
    pub watchdog: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            boot: Duration::from_millis(300),
            window: Duration::from_secs(1),
            watchdog: Duration::from_secs(10),
        }
    }
}

/// What a camera is found doing at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// What its memories lead to: it runs its application if there is a good one, else it is in
    /// the bootloader.
    #[default]
    Stored,
    /// It is in the bootloader, and stays there until a host has come and gone.
    Bootloader,
    /// It seems to run an application, even without one.
    FlashBooted,
}

/// The memories.
#[derive(Debug)]
pub(super) struct Memories {
    /// The type of the bootloader, which decides where things lie in them.
    pub(super) kind: BootloaderType,
    pub(super) flash: Image,
    pub(super) emmc: Option<Image>,
}

impl Memories {
    /// Where things lie.
    pub(super) fn layout(&self) -> Layout {
        Layout::of(self.kind)
    }

    /// The memory; the eMMC where the bootloader may choose, knows eMMC, and there is one.
    pub(super) fn get(&mut self, memory: Memory) -> Option<(Memory, &mut Image)> {
        let knows_emmc = self.kind.memories().contains(&Memory::Emmc);
        match (memory, self.emmc.as_mut().filter(|_| knows_emmc)) {
            (Memory::Flash, _) | (Memory::Auto, None) => Some((Memory::Flash, &mut self.flash)),
            (_, emmc) => emmc.map(|image| (Memory::Emmc, image)),
        }
    }

    /// The configuration, if one is stored.
    fn config(&mut self) -> Config {
        let area = self.layout().config;
        let document = stored_config::read(&mut self.flash, area.offset.into(), area.size);
        let config = document
            .ok()
            .and_then(|document| Config::from_bson(&document).ok());
        config.unwrap_or_default()
    }

    /// Whether there is an application that starts, in the memory that the configuration says.
    pub(super) fn check_application(&mut self) -> Result<(), String> {
        let memory = self.config().app_memory().unwrap_or(Memory::Auto);
        let offset = self.layout().application;
        let (_, image) = self.get(memory).ok_or("no such memory")?;
        Application::find(image, offset.into())?.check(image)
    }

    /// The package in the memory that the configuration says.
    fn package(&mut self) -> Result<Vec<u8>, String> {
        let memory = self.config().app_memory().unwrap_or(Memory::Auto);
        let offset = self.layout().application;
        let (_, image) = self.get(memory).ok_or("no such memory")?;
        Application::find(image, offset.into())?.package(image)
    }

    /// The user bootloader, if the configuration agrees with what is stored.
    fn user_bootloader(&mut self) -> Option<Version> {
        let user = self.config().user_bootloader()?;
        let region = self.layout().user_bootloader?;
        let image = self.bootloader(region.offset, user.size.min(region.size))?;
        (sbr::checksum(&image) == user.checksum).then_some(())?;
        BootloaderImage::read(&image).map(|image| image.version)
    }

    /// The bootloader that was flashed; `None` while there is only the factory's.
    fn flashed_bootloader(&mut self) -> Option<Version> {
        let region = self.layout().bootloader;
        let image = self.bootloader(region.offset, region.size)?;
        BootloaderImage::read(&image).map(|image| image.version)
    }

    fn bootloader(&mut self, offset: u32, size: u32) -> Option<Vec<u8>> {
        let (offset, size) = (offset.into(), usize::try_from(size).ok()?);
        if !self.flash.holds(offset, size as u64) {
            return None;
        }
        // Most often nothing is there, and that is seen at once.
        let start = self.flash.read(offset, size.min(512)).ok()?;
        bootloader_image::is_image(&start).then_some(())?;
        self.flash.read(offset, size).ok()
    }
}

/// A bootloader that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) version: Version,
    /// It is the user bootloader.
    pub(super) is_user: bool,
}

/// What a reset ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boot {
    /// The bootloader, and after its window the application.
    Usual,
    /// The bootloader, which waits for the host that called for it.
    Called,
    /// The application at once.
    Application,
    /// A bootloader that a host has sent.
    Sent(Version),
    /// Firmware that a host has sent.
    HostApplication,
    /// The boot loader in the chip's ROM, which knows USB only.
    UsbRom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Down {
        until: Instant,
        boot: Boot,
    },
    Bootloader {
        running: Running,
        /// When the application is started.
        leave: Option<Instant>,
    },
    Application {
        /// When it crashes.
        crash: Option<Instant>,
    },
    HostApplication,
    UsbRom,
}

/// A camera's hardware.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) memories: Memories,
    timing: Timing,
    factory: Version,
    /// For how long applications run before they crash; `None` for those that do not.
    crash_after: Option<Duration>,
    phase: Phase,
    /// How often an application was started.
    starts: u64,
}

impl Board {
    /// A camera that got power long ago. `factory` is the version of its bootloader as long as no
    /// other is flashed.
    pub(super) fn new(
        memories: Memories,
        timing: Timing,
        factory: Version,
        crash_after: Option<Duration>,
        start: Start,
        now: Instant,
    ) -> Self {
        let mut board = Self {
            memories,
            timing,
            factory,
            crash_after,
            phase: Phase::Application { crash: None },
            starts: 0,
        };
        match start {
            Start::FlashBooted => {}
            Start::Bootloader => board.start_bootloader(None),
            Start::Stored => board.start_application(now),
        }
        board
    }

    /// What the camera says of itself; `None` while it cannot answer.
    pub(super) fn state(&self) -> Option<DeviceState> {
        match self.phase {
            Phase::Down { .. } | Phase::UsbRom => None,
            Phase::Bootloader { .. } => Some(DeviceState::Bootloader),
            Phase::Application { .. } => Some(DeviceState::FlashBooted),
            Phase::HostApplication => Some(DeviceState::Booted),
        }
    }

    /// The bootloader, while one runs.
    pub(super) fn running(&self) -> Option<Running> {
        match self.phase {
            Phase::Bootloader { running, .. } => Some(running),
            _ => None,
        }
    }

    /// The number of the start of the application that runs.
    pub(super) fn application(&self) -> Option<u64> {
        match self.phase {
            Phase::Application { .. } => Some(self.starts),
            _ => None,
        }
    }

    /// The package that it was started from, as far as it can be read.
    pub(super) fn package(&mut self) -> Option<Vec<u8>> {
        self.memories.package().ok()
    }

    /// A host has connected: the bootloader stays.
    pub(super) fn connected(&mut self) {
        if let Phase::Bootloader { leave, .. } = &mut self.phase {
            *leave = None;
        }
    }

    /// The camera resets itself.
    pub(super) fn reset(&mut self, boot: Boot, now: Instant) {
        let until = after(now, self.timing.boot);
        self.phase = Phase::Down { until, boot };
    }

    /// When [`Board::advance`] is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Down { until, .. } => Some(until),
            Phase::Bootloader { leave, .. } => leave,
            Phase::Application { crash } => crash,
            Phase::HostApplication | Phase::UsbRom => None,
        }
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        match self.phase {
            Phase::Down { boot, .. } => self.start(boot, now),
            Phase::Bootloader { .. } => self.start_application(now),
            Phase::Application { .. } => self.reset(Boot::Usual, now),
            Phase::HostApplication | Phase::UsbRom => {}
        }
    }

    fn start(&mut self, boot: Boot, now: Instant) {
        match boot {
            Boot::Usual => {
                let leave = self.memories.check_application().is_ok();
                self.start_bootloader(leave.then(|| after(now, self.timing.window)));
            }
            Boot::Called => {
                let config = self.memories.config();
                let wait = match self.memories.kind {
                    BootloaderType::Network => {
                        config.network_timeout_ms().unwrap_or(NETWORK_TIMEOUT_MS)
                    }
                    BootloaderType::Usb => config.usb_timeout_ms().unwrap_or(USB_TIMEOUT_MS),
                };
                let wait = u64::try_from(wait).ok().map(Duration::from_millis);
                self.start_bootloader(wait.map(|wait| after(now, wait)));
            }
            Boot::Application => self.start_application(now),
            Boot::Sent(version) => {
                self.phase = Phase::Bootloader {
                    running: Running {
                        version,
                        is_user: false,
                    },
                    leave: None,
                };
            }
            Boot::HostApplication => self.phase = Phase::HostApplication,
            Boot::UsbRom => self.phase = Phase::UsbRom,
        }
    }

    fn start_bootloader(&mut self, leave: Option<Instant>) {
        let factory = self.memories.flashed_bootloader().unwrap_or(self.factory);
        let user = self.memories.user_bootloader();
        let running = Running {
            version: user.unwrap_or(factory),
            is_user: user.is_some(),
        };
        self.phase = Phase::Bootloader { running, leave };
    }

    /// Starts the application, or the bootloader where that fails.
    fn start_application(&mut self, now: Instant) {
        match self.memories.check_application() {
            Ok(()) => {
                let crash = self.crash_after.map(|time| after(now, time));
                self.phase = Phase::Application { crash };
                self.starts += 1;
            }
            Err(_) => self.start_bootloader(None),
        }
    }
}
