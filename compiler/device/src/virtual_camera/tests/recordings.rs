//! Sessions of the real library (tests/recordings): each event is decoded and written alike, and
//! the camera answers today as it did then.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::BootloaderType;

use super::super::board::Memories;
use super::super::fault::Faults;
use super::super::image::{Image, SharedBlocks};
use super::super::session::Session;
use super::super::{BOOTLOADER_VERSION, FLASH_SIZE};
use super::board;
use crate::xlink::{Decoder, Event, HEADER_SIZE, Header};

const SESSIONS: [&str; 4] = ["questions", "flash", "configuration", "user-bootloader"];

/// Lines of a recording: whether the host sent it, and the bytes.
fn recording(name: &str) -> Vec<(bool, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings");
    let text = std::fs::read_to_string(folder.join(format!("{name}.events"))).unwrap();
    let line = |line: &str| {
        let (direction, hexadecimal) = line.split_at(1);
        let digits: Vec<_> = hexadecimal.bytes().filter(|byte| *byte != b' ').collect();
        let pairs = digits.chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        let bytes = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap());
        (direction == ">", bytes.collect())
    };
    text.lines().map(line).collect()
}

fn decode(bytes: &[u8]) -> Event {
    let mut decoder = Decoder::new(5 << 20);
    let (header, payload) = bytes.split_at(HEADER_SIZE);
    decoder.space().copy_from_slice(header);
    match decoder.advance(HEADER_SIZE).unwrap() {
        Some(event) => event,
        None => {
            decoder.space().copy_from_slice(payload);
            decoder.advance(payload.len()).unwrap().expect("an event")
        }
    }
}

#[test]
fn every_event_of_the_library_is_understood_and_written_alike() {
    for name in SESSIONS {
        for (_, bytes) in recording(name) {
            let event = decode(&bytes);
            let mut expected = bytes;
            // Names that end with a NUL have leftovers behind it.
            let name = &mut expected[8..60];
            let end = name.iter().position(|byte| *byte == 0).unwrap();
            name[end..].fill(0);
            let written = [&event.header.encode()[..], &event.payload].concat();
            assert_eq!(written, expected, "{event:?}");
        }
    }
}

#[test]
fn the_camera_answers_the_library_as_it_did_when_it_was_recorded() {
    for name in SESSIONS {
        let recorded = recording(name);
        let then: Vec<_> = recorded
            .iter()
            .filter(|(host, _)| !host)
            .map(|(_, bytes)| decode(bytes))
            .collect();
        let sent = recorded.iter().filter(|(host, _)| *host);
        let now = answers(sent.map(|(_, bytes)| decode(bytes)));
        let (now, then) = (sorted(&now), sorted(&then));
        assert!(now.keys().eq(then.keys()), "{name}");
        for (key, events) in now {
            assert_eq!(events, then[&key], "{name}: kind and stream {key:?}");
        }
    }
}

fn answers(events: impl Iterator<Item = Event>) -> Vec<Event> {
    let memories = Memories {
        kind: BootloaderType::Network,
        flash: Image::in_ram(FLASH_SIZE, SharedBlocks::default()),
        emmc: None,
    };
    let mut board = board(memories, BOOTLOADER_VERSION, Instant::now());
    let mut faults = Faults::default();
    let running = board.running().unwrap();
    let mut session = Session::new(running, Duration::from_secs(10), Instant::now());
    let mut answers = Vec::new();
    for event in events {
        let memories = &mut board.memories;
        let now = Instant::now();
        session.event(event, memories, &mut faults, now).unwrap();
        while let Some(bytes) = session.next_bytes(memories).unwrap() {
            answers.push(decode(&bytes.concat()));
        }
    }
    answers
}

/// Number of a kind, and of a stream.
type Group = (u32, u32);

/// Events by kind and stream, in order. Between kinds the order, and so the numbers of the
/// camera's own requests, depend on how fast both sides were.
fn sorted(events: &[Event]) -> BTreeMap<Group, Vec<(Header, &[u8])>> {
    let mut sorted = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        let mut header = event.header;
        if header.kind.response().is_some() {
            header.id = 0;
        }
        header.timestamp = Duration::ZERO;
        let kind = u32::from(header.encode()[4]);
        let key = (kind, header.stream);
        sorted
            .entry(key)
            .or_default()
            .push((header, &event.payload[..]));
    }
    sorted
}
