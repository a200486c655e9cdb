//! Conversations: versions, windows, streams, signs of life, and events that make no sense.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{
    BootHeader, BootHeaderKind, BootloaderType, Config, MAX_PACKET_SIZE, Memory, Payload, Request,
    Response, Version,
};
use proptest::prelude::*;

use super::super::BOOTLOADER_VERSION;
use super::super::board::{Boot, Memories};
use super::super::fault::Faults;
use super::super::image::{Image, SharedBlocks};
use super::super::link::LinkError;
use super::host::{BOOTLOADER, Host, WATCHDOG};
use super::{board, bootloader, fresh_board, memories, package};
use crate::xlink::{Flags, Header, Kind, StreamName};

fn host_of(version: u32) -> Host {
    let version = Version::new(0, 0, version);
    Host::new(board(memories(), version, Instant::now()), &[])
}

#[test]
fn a_bootloader_knows_the_requests_of_its_version_only() {
    let memory = Memory::Flash;
    let requests = [
        Request::GetVersion,
        Request::GetType,
        Request::GetMemory,
        Request::GetCommit,
        Request::GetMemoryDetails { memory },
        Request::GetApplicationDetails { memory },
        Request::NoOp,
        Request::IsUserBootloader,
    ];
    for version in [2, 11, 12, 13, 14, 17, 18, 19, 20, 21, 28] {
        let mut host = host_of(version);
        for request in requests {
            let answers = host.ask(request, []);
            let is_known = request.kind().first_version() <= Version::new(0, 0, version);
            let unknown = [Response::NoOp { invalid: true }];
            match answers.first() {
                Some(answer) if is_known => assert_ne!(*answer, unknown[0], "{request:?}"),
                _ if version >= 21 => assert_eq!(answers, unknown, "{request:?}"),
                first => assert_eq!((first, is_known), (None, false), "{request:?}"),
            }
        }
    }
}

#[test]
fn a_request_of_a_later_version_is_answered_that_it_is_unknown() {
    let mut host = host_of(28);
    host.packet(BOOTLOADER, vec![99, 0, 0, 0]);
    let answer = Response::NoOp { invalid: true }.encode();
    assert_eq!(host.take_all(), [answer]);
}

#[test]
fn a_boot_header_is_taken() {
    let header = BootHeader {
        kind: BootHeaderKind::Normal,
        offset: -1,
        location: -1,
        dummy_cycles: -1,
        frequency: -1,
        gpio_mode: 7,
    };
    let answer = host_of(28).ask_one(Request::UpdateBootHeader(header));
    assert_eq!(answer, Response::FlashComplete(Ok(())));
}

#[test]
fn what_is_read_never_overruns_the_hosts_window() {
    let mut host = host_of(28);
    let total_size = 3 * MAX_PACKET_SIZE + 5;
    let request = Request::ReadFlash {
        memory: Memory::Flash,
        offset: 1,
        total_size,
    };
    host.packet(BOOTLOADER, request.encode());
    let mut unread = std::collections::VecDeque::new();
    let mut read = 0;
    loop {
        match host.take() {
            Some(event) if event.header.kind == Kind::WriteRequest => {
                read += event.header.size;
                unread.push_back(event);
                let sizes = unread.iter().map(|event| event.header.size);
                assert!(sizes.sum::<u32>() <= MAX_PACKET_SIZE);
            }
            Some(_) => {}
            None => match unread.pop_front() {
                Some(event) => host.release(&event),
                None => break,
            },
        }
    }
    assert_eq!(read, total_size + 80);
}

#[test]
fn a_read_of_gigabytes_waits_in_the_memory_and_not_in_ram() {
    let memories = Memories {
        kind: BootloaderType::Network,
        flash: Image::in_ram(4 << 30, SharedBlocks::default()),
        emmc: None,
    };
    let mut host = Host::new(board(memories, BOOTLOADER_VERSION, Instant::now()), &[]);
    let request = Request::ReadFlash {
        memory: Memory::Flash,
        offset: 0,
        total_size: u32::MAX,
    };
    host.packet(BOOTLOADER, request.encode());
    assert!(host.session.backlog() < 10);
    assert!(!host.session.is_idle());
}

#[test]
fn a_read_beyond_the_memory_is_refused() {
    let request = |offset, memory| Request::ReadFlash {
        memory,
        offset,
        total_size: 2,
    };
    let mut host = host_of(28);
    for request in [
        request(32 * 1024 * 1024 - 1, Memory::Flash),
        request(u32::MAX, Memory::Auto),
        request(0, Memory::Emmc),
    ] {
        let answer = host.ask_one(request);
        assert!(matches!(answer, Response::ReadFlash(Err(_))), "{answer:?}");
    }
}

#[test]
fn an_application_is_started_when_there_is_one() {
    let mut host = host_of(28);
    let answer = host.ask_one(Request::BootApplication);
    assert!(matches!(answer, Response::BootApplication(Err(_))));
    let package = package(b"MA2x", "a");
    let data = Payload::of(u32::try_from(package.len()).unwrap());
    let request = Request::UpdateFlash {
        storage: oakc_runtime_schema::bootloader::Storage::Application,
        data,
    };
    host.ask(request, [&package[..]]);
    assert_eq!(host.ask(Request::BootApplication, []), []);
    assert_eq!(host.boot, Some(Boot::Application));
}

#[test]
fn an_image_that_a_host_sends_is_started_as_what_it_is() {
    let usb = String::from_utf8(bootloader("0.0.29")).unwrap();
    let usb = usb.replace("eth", "usb").into_bytes();
    for (image, expected) in [
        (
            bootloader("0.0.29"),
            Some(Boot::Sent(Version::new(0, 0, 29))),
        ),
        (usb, Some(Boot::UsbRom)),
        (b"MA2x firmware".to_vec(), Some(Boot::HostApplication)),
        (b"something".to_vec(), None),
    ] {
        let mut host = host_of(28);
        let data = Payload::of(u32::try_from(image.len()).unwrap());
        assert_eq!(host.ask(Request::BootMemory { data }, [&image[..]]), []);
        assert_eq!(host.boot, expected);
    }
}

#[test]
fn an_invalid_configuration_leaves_the_one_before() {
    let mut host = host_of(28);
    let set = |size: usize| Request::SetConfig {
        memory: Memory::Auto,
        offset: -1,
        clear: false,
        data: Payload::of(u32::try_from(size).unwrap()),
    };
    let get = Request::GetConfig {
        memory: Memory::Auto,
        offset: -1,
        max_size: 0,
    };
    let mut config = Config::default();
    config.set_static_ipv4(true);
    let good = config.to_bson().unwrap();
    let done = host.ask(set(good.len()), [&good[..]]);
    assert_eq!(done, [Response::FlashComplete(Ok(()))]);
    for bad in [&b"nonsense"[..], &vec![0; 20_000]] {
        let done = host.ask(set(bad.len()), [bad]);
        assert!(matches!(done[..], [Response::FlashComplete(Err(_))]));
    }
    host.packet(BOOTLOADER, get.encode());
    assert_eq!(host.take_all().last(), Some(&good));
}

#[test]
fn something_before_the_ping_ends_the_connection() {
    let mut session = super::super::session::Session::new(
        fresh_board().running().unwrap(),
        Duration::from_secs(1),
        Instant::now(),
    );
    let mut memories = memories();
    let event = crate::xlink::Event {
        header: Header::new(1, Kind::ResetRequest),
        payload: Vec::new(),
    };
    let result = session.event(event, &mut memories, &mut Faults::default(), Instant::now());
    assert_eq!(result, Err(LinkError::NoPing));
    assert!(!session.has_pinged());
}

#[test]
fn a_packet_for_a_stream_that_is_not_open_ends_the_connection() {
    let mut host = host_of(28);
    let mut header = Header::new(1, Kind::WriteRequest);
    header.stream = 77;
    assert_eq!(host.send(header, Vec::new()), Err(LinkError::NoStream));
}

#[test]
fn a_stream_that_is_opened_twice_keeps_its_number_and_there_are_not_too_many() {
    let mut host = Host::without_streams(fresh_board(), &[]);
    host.take_all();
    let mut create = |name: &str, stream: u32| {
        let mut header = Header::new(1, Kind::CreateStreamRequest);
        header.stream_name = StreamName::new(name).unwrap();
        header.stream = stream;
        host.send(header, Vec::new()).unwrap();
        let answer = host.take().unwrap().header;
        let done = answer.flags.contains(Flags::ACK);
        done.then_some(answer.stream)
    };
    assert_eq!(create("a", 3), Some(3));
    assert_eq!(create("a", 4), Some(3));
    assert_eq!(create("b", 3), None, "the number is taken");
    for stream in 10..17 {
        assert_eq!(create(&format!("s{stream}"), stream), Some(stream));
    }
    assert_eq!(create("one more", 20), None);
}

#[test]
fn a_host_is_given_up_when_its_signs_of_life_end() {
    let mut host = host_of(28);
    let given_up_after = |host: &Host| host.session.deadline() - host.now;
    let watchdog = Duration::from_secs(10);
    assert_eq!(given_up_after(&host), watchdog, "whatever it sends");
    host.now += Duration::from_secs(3);
    host.packet(BOOTLOADER, Request::GetVersion.encode());
    assert_eq!(given_up_after(&host), watchdog);
    host.packet(WATCHDOG, vec![0; 4]);
    assert_eq!(given_up_after(&host), watchdog);
    host.now += Duration::from_secs(3);
    host.packet(BOOTLOADER, Request::GetVersion.encode());
    let left = Duration::from_secs(7);
    assert_eq!(given_up_after(&host), left, "now only its watchdog counts");
    assert_eq!(host.boot, None);
    host.packet(WATCHDOG, vec![1, 0, 0, 0]);
    assert_eq!(host.boot, Some(Boot::Usual));
}

#[test]
fn a_good_bye_resets_the_camera_after_the_answer() {
    let mut host = host_of(28);
    host.send(Header::new(5, Kind::ResetRequest), Vec::new())
        .unwrap();
    assert_eq!(host.boot, Some(Boot::Usual));
    let answer = host.take().unwrap().header;
    assert_eq!((answer.kind, answer.id), (Kind::ResetResponse, 5));
}

fn any_packet() -> impl Strategy<Value = Vec<u8>> {
    let command = prop_oneof![0_u32..19, any::<u32>()];
    let fields = prop::collection::vec(
        prop_oneof![Just(0), Just(1), 0_u32..2000, any::<u32>()],
        0..9,
    );
    let records = (command, fields).prop_map(|(command, fields)| {
        let words = [command].into_iter().chain(fields);
        words.flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
    });
    prop_oneof![4 => records, 1 => any::<Vec<u8>>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn no_packets_make_the_camera_panic(packets in prop::collection::vec(any_packet(), 0..40)) {
        let mut host = host_of(28);
        for packet in packets {
            host.packet(BOOTLOADER, packet);
            // A few at a time: a host may ask for gigabytes.
            for _ in 0..4 {
                if let Some(event) = host.take() {
                    host.release(&event);
                }
            }
        }
    }

    #[test]
    fn no_events_make_the_camera_panic(
        events in prop::collection::vec((0_u8..15, 0_u32..4, any::<u32>(), "[a-z_]{0,4}"), 0..60),
    ) {
        let mut host = Host::new(fresh_board(), &[]);
        for (kind, stream, size, name) in events {
            let mut bytes = Header::new(1, Kind::PingRequest).encode();
            bytes[4] = kind;
            let Ok(mut header) = Header::decode(&bytes) else { continue };
            header.stream = stream;
            header.size = size;
            header.stream_name = StreamName::new(&name).unwrap();
            if host.send(header, Vec::new()).is_err() {
                break;
            }
            let _ = host.take();
        }
    }
}
