//! What runs while time passes.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{BootloaderType, Config, Memory, UserBootloader, Version};
use oakc_runtime_schema::sbr;

use super::super::BOOTLOADER_VERSION;
use super::super::board::{Board, Boot, Memories, Start, Timing};
use super::super::image::{Image, SharedBlocks};
use super::super::stored_config;
use super::{LAYOUT, MIB, board, bootloader, memories, package};
use crate::xlink::datagram::DeviceState;

const BOOT: Duration = Duration::from_millis(300);
const WINDOW: Duration = Duration::from_secs(1);

fn with_application() -> Memories {
    let mut memories = memories();
    put_application(&mut memories.flash);
    memories
}

fn put_application(image: &mut Image) {
    let package = package(b"MA2x", "runs");
    image.write(LAYOUT.application.into(), &package).unwrap();
}

fn configure(memories: &mut Memories, change: impl FnOnce(&mut Config)) {
    let mut config = Config::default();
    change(&mut config);
    let document = config.to_bson().unwrap();
    let area = LAYOUT.config;
    stored_config::write(
        &mut memories.flash,
        area.offset.into(),
        area.size,
        &document,
    )
    .unwrap();
}

/// What a camera says of itself after each of these times.
fn states(board: &mut Board, mut now: Instant, steps: &[Duration]) -> Vec<Option<DeviceState>> {
    let mut states = Vec::new();
    for step in steps {
        now += *step;
        board.advance(now);
        states.push(board.state());
    }
    states
}

#[test]
fn a_camera_without_application_stays_in_the_bootloader() {
    let now = Instant::now();
    let mut board = board(memories(), BOOTLOADER_VERSION, now);
    assert_eq!(board.state(), Some(DeviceState::Bootloader));
    board.reset(Boot::Usual, now);
    assert_eq!(board.state(), None);
    let states = states(&mut board, now, &[BOOT / 2, BOOT, WINDOW * 100]);
    let bootloader = Some(DeviceState::Bootloader);
    assert_eq!(states, [None, bootloader, bootloader]);
    assert_eq!(board.deadline(), None);
}

#[test]
fn a_camera_with_one_runs_it_and_is_in_the_bootloader_for_a_second_after_a_reset() {
    let now = Instant::now();
    let mut board = board(with_application(), BOOTLOADER_VERSION, now);
    assert_eq!(board.state(), Some(DeviceState::FlashBooted));
    board.reset(Boot::Usual, now);
    assert_eq!(board.deadline(), Some(now + BOOT));
    let states = states(&mut board, now, &[BOOT, WINDOW / 2, WINDOW / 2]);
    let bootloader = Some(DeviceState::Bootloader);
    assert_eq!(
        states,
        [bootloader, bootloader, Some(DeviceState::FlashBooted)]
    );
}

#[test]
fn a_host_that_connects_keeps_the_bootloader() {
    let now = Instant::now();
    let mut board = board(with_application(), BOOTLOADER_VERSION, now);
    board.reset(Boot::Usual, now);
    board.advance(now + BOOT);
    board.connected();
    board.advance(now + WINDOW * 100);
    assert_eq!(board.state(), Some(DeviceState::Bootloader));
}

#[test]
fn a_bootloader_that_was_called_waits_as_long_as_its_configuration_says() {
    for (timeout, waits) in [
        (None, Some(30_000)),
        (Some(500), Some(500)),
        (Some(-1), None),
    ] {
        let now = Instant::now();
        let mut memories = with_application();
        configure(&mut memories, |config| {
            if let Some(timeout) = timeout {
                config.set_network_timeout_ms(timeout);
            }
        });
        let mut board = board(memories, BOOTLOADER_VERSION, now);
        board.reset(Boot::Called, now);
        board.advance(now + BOOT);
        assert_eq!(board.state(), Some(DeviceState::Bootloader));
        let until = waits.map(|waits| now + BOOT + Duration::from_millis(waits));
        assert_eq!(board.deadline(), until);
    }
}

#[test]
fn an_application_that_a_host_wants_started_starts_without_waiting() {
    let now = Instant::now();
    let mut board = board(with_application(), BOOTLOADER_VERSION, now);
    board.reset(Boot::Application, now);
    board.advance(now + BOOT);
    assert_eq!(board.state(), Some(DeviceState::FlashBooted));
}

#[test]
fn the_configuration_picks_the_memory_that_the_application_runs_from() {
    let emmc = || Memories {
        kind: BootloaderType::Network,
        flash: Image::in_ram(32 * MIB, SharedBlocks::default()),
        emmc: Some(Image::in_ram(64 * MIB, SharedBlocks::default())),
    };
    // Where it says nothing, the eMMC counts.
    let mut memories = emmc();
    put_application(&mut memories.flash);
    assert!(memories.check_application().is_err());
    configure(&mut memories, |config| config.set_app_memory(Memory::Flash));
    assert_eq!(memories.check_application(), Ok(()));
    let mut memories = emmc();
    put_application(memories.emmc.as_mut().unwrap());
    assert_eq!(memories.check_application(), Ok(()));
}

#[test]
fn a_flashed_bootloader_counts_from_the_next_reset_on() {
    let now = Instant::now();
    let mut board = board(memories(), Version::new(0, 0, 20), now);
    board
        .memories
        .flash
        .write(512, &bootloader("0.0.29"))
        .unwrap();
    assert_eq!(board.running().unwrap().version, Version::new(0, 0, 20));
    board.reset(Boot::Usual, now);
    board.advance(now + BOOT);
    let running = board.running().unwrap();
    assert_eq!(
        (running.version, running.is_user),
        (Version::new(0, 0, 29), false)
    );
}

#[test]
fn a_user_bootloader_runs_when_the_configuration_agrees_with_it() {
    let image = bootloader("0.0.27");
    let size = u32::try_from(image.len()).unwrap();
    let checksum = sbr::checksum(&image);
    for (checksum, is_user) in [(checksum, true), (checksum ^ 1, false)] {
        let mut memories = memories();
        memories.flash.write(0x0040_0000, &image).unwrap();
        configure(&mut memories, |config| {
            config.set_user_bootloader(UserBootloader { size, checksum });
        });
        let board = board(memories, BOOTLOADER_VERSION, Instant::now());
        let running = board.running().unwrap();
        assert_eq!(running.is_user, is_user);
        let expected = if is_user {
            Version::new(0, 0, 27)
        } else {
            BOOTLOADER_VERSION
        };
        assert_eq!(running.version, expected);
    }
}

#[test]
fn an_application_that_crashes_gives_the_bootloader_its_second_each_time() {
    let now = Instant::now();
    let crash = Duration::from_secs(3);
    let timing = Timing {
        boot: BOOT,
        window: WINDOW,
        watchdog: WINDOW,
    };
    let mut board = Board::new(
        with_application(),
        timing,
        BOOTLOADER_VERSION,
        Some(crash),
        Start::Stored,
        now,
    );
    let round = [crash, BOOT, WINDOW];
    let expected = [
        None,
        Some(DeviceState::Bootloader),
        Some(DeviceState::FlashBooted),
    ];
    let states = states(&mut board, now, &[round, round].concat());
    assert_eq!(states, [expected, expected].concat());
}

#[test]
fn a_camera_in_the_chips_own_loader_is_gone() {
    let now = Instant::now();
    let mut board = board(memories(), BOOTLOADER_VERSION, now);
    board.reset(Boot::UsbRom, now);
    board.advance(now + BOOT);
    assert_eq!((board.state(), board.deadline()), (None, None));
}

#[test]
fn a_camera_starts_in_the_state_that_is_asked_for() {
    let start = |start, memories| {
        let timing = Timing::default();
        let version = BOOTLOADER_VERSION;
        Board::new(memories, timing, version, None, start, Instant::now()).state()
    };
    let bootloader = start(Start::Bootloader, with_application());
    assert_eq!(bootloader, Some(DeviceState::Bootloader));
    let booted = start(Start::FlashBooted, memories());
    assert_eq!(booted, Some(DeviceState::FlashBooted));
}

#[test]
fn a_time_that_no_clock_reaches_is_waited_for() {
    let now = Instant::now();
    let timing = Timing {
        boot: Duration::MAX,
        window: Duration::MAX,
        watchdog: Duration::MAX,
    };
    let version = BOOTLOADER_VERSION;
    let mut board = Board::new(memories(), timing, version, None, Start::Bootloader, now);
    board.reset(Boot::Usual, now);
    assert!(board.deadline() > Some(now + WINDOW));
}
