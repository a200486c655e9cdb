//! Targets for XLink connections: a host that receives from a camera, a camera that receives from a host.
//! The first byte of an input is the number of bytes that arrive at once.

use std::io;
use std::time::Duration;

use oakc_device::session::Session;
use oakc_device::transport::Transport;
use oakc_device::virtual_camera::Conversation;
use oakc_device::xlink::{Decoder, Kind};
use oakc_device::{Cancel, Error, Timeouts};
use oakc_runtime_schema::bootloader::{MAX_PACKET_SIZE, Request, Response, STREAM};

use crate::Outcome;
use crate::bytes::words;

/// Bytes of the camera's flash: room for its bootloaders and a configuration.
const FLASH: u64 = 16 << 20;

/// A camera that sends prepared bytes, whatever it receives, and then closes the connection.
struct Recording {
    said: Vec<u8>,
    heard: usize,
    piece: usize,
}

impl Transport for Recording {
    fn read(&mut self, buffer: &mut [u8], _: Duration) -> io::Result<Option<usize>> {
        let rest = self.said.get(self.heard..).unwrap_or_default();
        let rest = rest.get(..self.piece).unwrap_or(rest);
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.heard = self.heard.saturating_add(count);
        Ok(Some(count))
    }

    fn write(&mut self, head: &[u8], body: &[u8], _: Duration) -> io::Result<usize> {
        Ok(head.len().saturating_add(body.len()).min(self.piece))
    }
}

/// A host connected to a camera that sends arbitrary bytes.
pub fn host(input: &[u8]) -> Outcome {
    let (piece, said) = pieces(input);
    let camera = Recording {
        said: said.to_vec(),
        heard: 0,
        piece,
    };
    let mut responses = 0u32;
    let end = converse(camera, &mut responses);
    format!("{} {}", responses.min(3), words(&end.to_string()))
}

/// Asks for the version and counts `responses` until the camera closes the connection or sends nonsense.
fn converse(camera: Recording, responses: &mut u32) -> Error {
    let begun = Session::begin(Box::new(camera), &Timeouts::default(), &Cancel::default());
    let opened = begun.and_then(|mut session| {
        let stream = session.open(STREAM, MAX_PACKET_SIZE)?;
        session.try_send(stream, &Request::GetVersion.encode())?;
        Ok((session, stream))
    });
    let (mut session, stream) = match opened {
        Ok(opened) => opened,
        Err(error) => return error,
    };
    loop {
        match session.try_receive(stream) {
            Ok(Some(packet)) => {
                *responses = responses.saturating_add(Response::decode(&packet).is_ok().into());
            }
            Ok(None) => {
                if let Err(error) = session.pump() {
                    return error;
                }
            }
            Err(error) => return error,
        }
    }
}

/// A camera connected to a host that sends arbitrary bytes.
///
/// # Panics
/// If the camera sends something that is not XLink.
pub fn camera(input: &[u8]) -> Outcome {
    let (piece, said) = pieces(input);
    let mut camera = Conversation::new(FLASH);
    let mut decoder = Decoder::new(MAX_PACKET_SIZE);
    let mut kinds: Vec<Kind> = Vec::new();
    for heard in said.chunks(piece) {
        let answer = camera.hear(heard);
        let mut rest = answer.as_slice();
        while !rest.is_empty() {
            let space = decoder.space();
            let count = space.len().min(rest.len());
            let (now, later) = rest.split_at(count);
            for (to, from) in space.iter_mut().zip(now) {
                *to = *from;
            }
            rest = later;
            let event = decoder.advance(count);
            assert!(event.is_ok(), "the camera says {event:?}");
            let kind = event.ok().flatten().map(|event| event.header.kind);
            // Only what is new counts, and not how often.
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
        }
    }
    format!("{kinds:?} {}", camera.is_over())
}

/// The number of bytes that arrive at once, and all bytes.
fn pieces(input: &[u8]) -> (usize, &[u8]) {
    match input.split_first() {
        Some((piece, said)) => (usize::from(*piece).max(1), said),
        None => (1, &[]),
    }
}
