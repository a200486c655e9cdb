//! Frames and datagrams against bytes seen on the wire, each other, and bytes that mean nothing.

use std::time::Duration;

use proptest::prelude::*;

use super::datagram::{DatagramError, DeviceState, Reply, Request};
use super::*;

/// The first event of a session of depthai 2.33.
fn captured_ping() -> [u8; HEADER_SIZE] {
    let mut bytes = [0; HEADER_SIZE];
    bytes[..8].copy_from_slice(&[0x0b, 0, 0, 0, 5, 0, 0, 0]);
    bytes[60..68].copy_from_slice(&[0xbb, 0xf9, 0x6c, 0x0f, 0x31, 0x0e, 0, 0]);
    bytes[80] = 1;
    bytes
}

#[test]
fn a_ping_of_the_library_is_understood_and_written_alike() {
    let header = Header::decode(&captured_ping()).unwrap();
    let expected = Header {
        timestamp: Duration::new(0xe31, 0x0f6c_f9bb),
        ..Header::new(11, Kind::PingRequest)
    };
    assert_eq!(header, expected);
    assert_eq!(header.encode(), captured_ping());
}

#[test]
fn each_kind_of_request_has_its_response_eight_further() {
    let code = |kind: Kind| Header::new(0, kind).encode()[4];
    let requests = [0, 2, 3, 4, 5, 6];
    for request in requests {
        let mut bytes = [0; HEADER_SIZE];
        bytes[4] = request;
        let kind = Header::decode(&bytes).unwrap().kind;
        let response = kind.response().unwrap();
        assert_eq!((code(kind), code(response)), (request, request + 8));
        assert_eq!(response.response(), None);
    }
    for unknown in [1, 7, 9, 15, 24, 255] {
        let mut bytes = [0; HEADER_SIZE];
        bytes[4] = unknown;
        let error = FrameError::UnknownKind(u32::from(unknown));
        assert_eq!(Header::decode(&bytes), Err(error));
    }
}

#[test]
fn a_stream_name_is_at_most_51_bytes() {
    let name = "n".repeat(MAX_STREAM_NAME);
    let mut header = Header::new(1, Kind::CreateStreamRequest);
    header.stream_name = StreamName::new(&name).unwrap();
    let bytes = header.encode();
    assert_eq!((bytes[8 + 50], bytes[8 + 51]), (b'n', 0));
    assert_eq!(Header::decode(&bytes), Ok(header));
    assert!(StreamName::new(&"n".repeat(52)).is_err());
    assert!(StreamName::new("a\0b").is_err());
    // Leftovers without a NUL, and behind one.
    let mut full = bytes;
    full[8..60].fill(0xFF);
    assert_eq!(
        Header::decode(&full).unwrap().stream_name.as_bytes(),
        [0xFF; 51]
    );
    full[8..12].copy_from_slice(b"ab\0c");
    assert_eq!(
        Header::decode(&full).unwrap().stream_name,
        StreamName::new("ab").unwrap()
    );
}

#[test]
fn a_payload_above_the_limit_is_refused_before_it_comes() {
    let mut header = Header::new(1, Kind::WriteRequest);
    header.size = 65;
    let mut decoder = Decoder::new(64);
    decoder.space().copy_from_slice(&header.encode());
    let error = FrameError::TooLarge {
        size: 65,
        limit: 64,
    };
    assert_eq!(decoder.advance(HEADER_SIZE), Err(error));
}

#[test]
fn a_size_in_an_event_without_payload_announces_none() {
    let mut header = Header::new(1, Kind::CreateStreamRequest);
    header.size = u32::MAX;
    let events = decode_all(&header.encode(), &[84]);
    assert_eq!(events.len(), 1);
    assert!(events[0].payload.is_empty());
}

#[test]
fn a_connection_cut_inside_an_event_can_be_told() {
    let mut decoder = Decoder::new(64);
    assert!(!decoder.is_inside_event());
    decoder.advance(1).unwrap();
    assert!(decoder.is_inside_event());
}

/// Feeds a decoder in pieces of these lengths, over and over.
fn decode_all(mut stream: &[u8], pieces: &[usize]) -> Vec<Event> {
    let mut decoder = Decoder::new(1024);
    let mut events = Vec::new();
    let mut pieces = pieces.iter().cycle();
    while !stream.is_empty() {
        let space = decoder.space();
        assert!(!space.is_empty());
        let count = space.len().min(stream.len()).min(*pieces.next().unwrap());
        space[..count].copy_from_slice(&stream[..count]);
        stream = &stream[count..];
        events.extend(decoder.advance(count).unwrap());
    }
    assert!(!decoder.is_inside_event());
    events
}

fn kind() -> impl Strategy<Value = Kind> {
    let requests = [
        Kind::WriteRequest,
        Kind::ReadReleaseRequest,
        Kind::CreateStreamRequest,
        Kind::CloseStreamRequest,
        Kind::PingRequest,
        Kind::ResetRequest,
    ];
    let responses = requests.map(|kind| kind.response().unwrap());
    prop::sample::select([requests, responses].concat())
}

prop_compose! {
    fn event()(
        kind in kind(),
        id: i32,
        name in "[a-z_]{0,51}",
        timestamp: (u64, u32),
        stream: u32,
        size: u32,
        flags: u32,
        payload in prop::collection::vec(any::<u8>(), 0..300),
    ) -> Event {
        let is_packet = kind == Kind::WriteRequest;
        let header = Header {
            id,
            kind,
            stream_name: StreamName::new(&name).unwrap(),
            timestamp: Duration::new(timestamp.0, timestamp.1 % 1_000_000_000),
            stream,
            size: if is_packet { u32::try_from(payload.len()).unwrap() } else { size },
            flags: Flags::from_bits(flags),
        };
        Event { header, payload: if is_packet { payload } else { Vec::new() } }
    }
}

proptest! {
    #[test]
    fn events_come_out_as_they_went_in_however_the_stream_is_cut(
        events in prop::collection::vec(event(), 0..6),
        pieces in prop::collection::vec(1_usize..200, 1..8),
    ) {
        let bytes = events.iter().map(|event| [&event.header.encode()[..], &event.payload].concat());
        let stream: Vec<u8> = bytes.flatten().collect();
        prop_assert_eq!(decode_all(&stream, &pieces), events);
    }

    #[test]
    fn no_bytes_make_the_decoders_panic(bytes: Vec<u8>, command in 0_u32..5) {
        let mut decoder = Decoder::new(64);
        for byte in &bytes {
            decoder.space()[0] = *byte;
            if decoder.advance(1).is_err() {
                break;
            }
        }
        let datagram = [&command.to_le_bytes()[..], &bytes].concat();
        let _ = Request::decode(&datagram);
        let _ = Reply::decode(&datagram);
    }

    #[test]
    fn replies_come_out_as_they_went_in(name in "[!-~]{1,32}", state: u32, speed: i32, mode: i32) {
        let mxid: Mxid = name.parse().unwrap();
        let states = [1, 2, 3, 4, state].map(|code| {
            let mut bytes = Reply::Discovered { mxid: mxid.clone(), state: DeviceState::Booted }.encode();
            bytes[36..].copy_from_slice(&u32::to_le_bytes(code));
            bytes
        });
        for bytes in states {
            prop_assert_eq!(bytes.len(), 40);
            prop_assert_eq!(Reply::decode(&bytes).unwrap().encode(), bytes);
        }
        let info = Reply::Info {
            mxid,
            link_speed: speed,
            full_duplex: true,
            gpio_boot_mode: mode,
        };
        prop_assert_eq!(info.encode().len(), 48);
        prop_assert_eq!(Reply::decode(&info.encode()), Ok(info.clone()));
        prop_assert!(Reply::decode(&info.encode()[..47]).is_err());
    }
}

#[test]
fn requests_of_the_discovery_are_the_three_known_ones() {
    for (number, request) in [
        (1, Request::Discover),
        (2, Request::Info),
        (3, Request::Reset),
    ] {
        assert_eq!(request.encode(), [number, 0, 0, 0]);
        assert_eq!(Request::decode(&[number, 0, 0, 0, 9]), Ok(request));
    }
    let unknown = Request::decode(&[7, 0, 0, 0]);
    assert_eq!(unknown, Err(DatagramError::UnknownCommand(7)));
    assert_eq!(Reply::decode(&[0; 4]), Ok(Reply::Unknown));
    assert_eq!(Reply::Unknown.encode(), [0; 4]);
}

#[test]
fn a_camera_of_a_later_generation_is_told_apart() {
    let reply = Reply::Extended {
        mxid: "18443010".parse().unwrap(),
        state: DeviceState::Other(5),
        platform: 4,
    };
    assert_eq!(reply.encode().len(), 52);
    assert_eq!(Reply::decode(&reply.encode()), Ok(reply));
}

#[test]
fn a_camera_without_a_valid_name_is_ignored() {
    for name in [&b"\0"[..], b"a b\0", b"\x1b[2J\0", b"\xff\0"] {
        let mut bytes = vec![0; 40];
        bytes[0] = 1;
        bytes[4..4 + name.len()].copy_from_slice(name);
        assert!(matches!(Reply::decode(&bytes), Err(DatagramError::Mxid(_))));
    }
}
