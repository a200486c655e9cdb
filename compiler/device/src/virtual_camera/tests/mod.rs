//! The camera without a network: recordings of the real library, a host that is a function call
//! away, time that passes when told to; and with one, on addresses of the loopback.

mod board;
mod faults;
mod host;
mod memory;
mod network;
mod recordings;
mod session;
mod transfer;
mod usb;

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{BootloaderType, Layout, Version};
use oakc_runtime_schema::sbr::{self, Flags, Header, Section, SectionName};

use super::BOOTLOADER_VERSION;
use super::board::{Board, Memories, Start, Timing};
use super::image::{Image, SharedBlocks};

const MIB: u64 = 1024 * 1024;
/// Where things lie in the memories of most cameras here.
const LAYOUT: Layout = Layout::of(BootloaderType::Network);

fn memories() -> Memories {
    memories_of(BootloaderType::Network)
}

fn memories_of(kind: BootloaderType) -> Memories {
    Memories {
        kind,
        flash: Image::in_ram(32 * MIB, SharedBlocks::default()),
        emmc: None,
    }
}

fn board(memories: Memories, version: Version, now: Instant) -> Board {
    let timing = Timing {
        boot: Duration::from_millis(300),
        window: Duration::from_secs(1),
        watchdog: Duration::from_secs(10),
    };
    Board::new(memories, timing, version, None, Start::Stored, now)
}

fn fresh_board() -> Board {
    board(memories(), BOOTLOADER_VERSION, Instant::now())
}

/// A package with a firmware of these bytes, whose checksum counts, and a name.
fn package(firmware: &[u8], name: &str) -> Vec<u8> {
    let contents = [
        (sbr::FIRMWARE, firmware, Flags::NONE.with_bootable(true)),
        (sbr::FIRMWARE_VERSION, b"0123abcd", Flags::NONE),
        (sbr::APP_NAME, name.as_bytes(), Flags::NONE),
    ];
    let mut body = Vec::new();
    let sections = contents.map(|(name, bytes, flags)| {
        let offset = sbr::HEADER_SIZE + body.len();
        body.extend(bytes);
        Section {
            name: SectionName::new(name).unwrap(),
            size: u32::try_from(bytes.len()).unwrap(),
            offset: u32::try_from(offset).unwrap(),
            checksum: sbr::checksum(bytes),
            kind: 0,
            flags,
        }
    });
    let header = Header::new(sections.into()).unwrap();
    [&header.to_bytes()[..], &body].concat()
}

/// An image that says that it is this version of the bootloader.
fn bootloader(version: &str) -> Vec<u8> {
    format!("MA2x code depthai-bootloader-eth.elf data\0{version}\0 more").into_bytes()
}
