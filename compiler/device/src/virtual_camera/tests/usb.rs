//! A camera whose bootloader is one for USB.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{
    BootloaderType, Config, Memory, Payload, Request, Response, Storage,
};

use super::super::BOOTLOADER_VERSION;
use super::super::board::Boot;
use super::super::image::{Image, SharedBlocks};
use super::host::Host;
use super::{MIB, board, bootloader, memories_of, package};
use crate::xlink::datagram::DeviceState;

const APPLICATION: u64 = MIB;

fn host() -> Host {
    let mut memories = memories_of(BootloaderType::Usb);
    memories.emmc = Some(Image::in_ram(64 * MIB, SharedBlocks::default()));
    Host::new(board(memories, BOOTLOADER_VERSION, Instant::now()), &[])
}

/// Sends data after a request, and returns what comes of it.
fn outcome(host: &mut Host, request: Request, data: &[u8]) -> Result<(), String> {
    match host.ask(request, [data]).pop() {
        Some(Response::FlashComplete(outcome)) => outcome,
        other => panic!("{other:?}"),
    }
}

fn update(storage: Storage, bytes: &[u8]) -> Request {
    let total_size = u32::try_from(bytes.len()).unwrap();
    Request::UpdateFlash {
        storage,
        data: Payload {
            total_size,
            packets: 1,
        },
    }
}

#[test]
fn it_says_so_and_knows_no_emmc() {
    let mut host = host();
    let kind = host.ask_one(Request::GetType);
    assert_eq!(kind, Response::Type(BootloaderType::Usb));
    let memory = Memory::Emmc;
    let details = host.ask_one(Request::GetMemoryDetails { memory });
    assert_eq!(details, Response::MemoryDetails(None));
}

#[test]
fn an_application_goes_where_such_bootloaders_look_for_it_and_runs() {
    let mut host = host();
    let package = package(b"MA2x", "on usb");
    let flash = update(Storage::Application, &package);
    assert_eq!(outcome(&mut host, flash, &package), Ok(()));
    let stored = host.board.memories.flash.read(APPLICATION, package.len());
    assert_eq!(stored.unwrap(), package);
    let memory = Memory::Flash;
    match host.ask_one(Request::GetApplicationDetails { memory }) {
        Response::ApplicationDetails(details) => {
            assert_eq!(details.application_name.as_deref(), Some("on usb"));
        }
        other => panic!("{other:?}"),
    }
    host.ask(Request::BootApplication, []);
    assert_eq!(host.boot, Some(Boot::Application));
}

#[test]
fn a_bootloader_of_the_other_type_is_not_taken() {
    let mut host = host();
    let other = bootloader("0.0.28");
    let request = update(Storage::Bootloader, &other);
    let refused = outcome(&mut host, request, &other);
    assert_eq!(refused, Err("this is not a USB bootloader".to_owned()));
    let own = String::from_utf8(other).unwrap().replace("-eth", "-usb");
    let own = own.into_bytes();
    let request = update(Storage::Bootloader, &own);
    assert_eq!(outcome(&mut host, request, &own), Ok(()));
}

#[test]
fn once_called_it_waits_as_long_as_its_configuration_says_for_usb() {
    for (configured, seconds) in [(None, 3), (Some(9000), 9)] {
        let mut memories = memories_of(BootloaderType::Usb);
        let package = package(b"MA2x", "runs");
        memories.flash.write(APPLICATION, &package).unwrap();
        let now = Instant::now();
        let mut board = board(memories, BOOTLOADER_VERSION, now);
        if let Some(milliseconds) = configured {
            let json = serde_json::json!({"usb": {"timeoutMs": milliseconds}});
            let document = Config::from_json(json).unwrap().to_bson().unwrap();
            let area = board.memories.layout().config;
            let flash = &mut board.memories.flash;
            super::super::stored_config::write(flash, area.offset.into(), area.size, &document)
                .unwrap();
        }
        board.reset(Boot::Called, now);
        let up = now + Duration::from_secs(1);
        board.advance(up);
        assert_eq!(board.state(), Some(DeviceState::Bootloader));
        board.advance(up + Duration::from_millis(1000 * seconds - 1));
        assert_eq!(board.state(), Some(DeviceState::Bootloader));
        board.advance(up + Duration::from_secs(seconds));
        assert_eq!(board.state(), Some(DeviceState::FlashBooted));
    }
}
