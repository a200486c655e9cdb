//! A host that speaks with a session without a network, and takes every packet at once.

use std::time::Instant;

use oakc_runtime_schema::bootloader::{
    MAX_PACKET_SIZE, Request, Response, STREAM, WATCHDOG_STREAM,
};

use super::super::board::{Board, Boot};
use super::super::fault::{Fault, Faults};
use super::super::link::LinkError;
use super::super::session::Session;
use crate::xlink::{Decoder, Event, Header, Kind, StreamName};

pub(super) const BOOTLOADER: u32 = 0;
pub(super) const WATCHDOG: u32 = 1;

pub(super) struct Host {
    pub(super) session: Session,
    pub(super) board: Board,
    pub(super) faults: Faults,
    pub(super) now: Instant,
    /// What the camera starts in the end.
    pub(super) boot: Option<Boot>,
}

impl Host {
    /// Connects, with both streams open.
    pub(super) fn new(board: Board, faults: &[&str]) -> Self {
        let mut host = Self::without_streams(board, faults);
        for (stream, name) in [(BOOTLOADER, STREAM), (WATCHDOG, WATCHDOG_STREAM)] {
            for kind in [Kind::CreateStreamRequest, Kind::CreateStreamResponse] {
                let mut header = Header::new(1, kind);
                header.stream_name = StreamName::new(name).unwrap();
                header.stream = stream;
                header.size = MAX_PACKET_SIZE;
                host.send(header, Vec::new()).unwrap();
            }
        }
        host.take_all();
        host
    }

    /// Connects and pings.
    pub(super) fn without_streams(mut board: Board, faults: &[&str]) -> Self {
        let now = Instant::now();
        board.connected();
        let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let running = board.running().expect("a bootloader");
        let mut host = Self {
            session: Session::new(running, std::time::Duration::from_secs(10), now),
            board,
            faults: Faults::new(&faults),
            now,
            boot: None,
        };
        host.send(Header::new(1, Kind::PingRequest), Vec::new())
            .unwrap();
        host
    }

    pub(super) fn send(&mut self, header: Header, payload: Vec<u8>) -> Result<(), LinkError> {
        let event = Event { header, payload };
        let (memories, faults) = (&mut self.board.memories, &mut self.faults);
        self.boot = self.session.event(event, memories, faults, self.now)?;
        Ok(())
    }

    pub(super) fn packet(&mut self, stream: u32, payload: Vec<u8>) {
        let mut header = Header::new(7, Kind::WriteRequest);
        header.stream = stream;
        header.size = u32::try_from(payload.len()).unwrap();
        self.send(header, payload).unwrap();
    }

    /// The next event of the camera, if there is room for it.
    pub(super) fn take(&mut self) -> Option<Event> {
        let next = self.session.next_bytes(&mut self.board.memories).unwrap();
        let bytes = next?.concat();
        let mut decoder = Decoder::new(MAX_PACKET_SIZE);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let space = decoder.space();
            let (now, later) = rest.split_at(space.len());
            space.copy_from_slice(now);
            rest = later;
            if let Some(event) = decoder.advance(now.len()).unwrap() {
                assert!(rest.is_empty());
                return Some(event);
            }
        }
        panic!("half an event");
    }

    pub(super) fn release(&mut self, packet: &Event) {
        let mut header = Header::new(8, Kind::ReadReleaseRequest);
        header.stream = packet.header.stream;
        header.size = packet.header.size;
        self.send(header, Vec::new()).unwrap();
    }

    /// All packets that the camera has for the host.
    pub(super) fn take_all(&mut self) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        while let Some(event) = self.take() {
            if event.header.kind == Kind::WriteRequest {
                self.release(&event);
                packets.push(event.payload);
            }
        }
        packets
    }

    /// Sends a request and its data, and decodes all answers.
    pub(super) fn ask<'a>(
        &mut self,
        request: Request,
        data: impl IntoIterator<Item = &'a [u8]>,
    ) -> Vec<Response> {
        self.packet(BOOTLOADER, request.encode());
        for packet in data {
            self.packet(BOOTLOADER, packet.to_vec());
        }
        let answers = self.take_all();
        answers
            .iter()
            .map(|answer| Response::decode(answer).unwrap())
            .collect()
    }

    /// As [`Host::ask`], where there is one answer.
    pub(super) fn ask_one(&mut self, request: Request) -> Response {
        let mut answers = self.ask(request, []);
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers.remove(0)
    }
}
