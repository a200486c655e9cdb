//! What a hostile camera says instead of the truth: a packet in, the packets that it sends instead out.

use oakc_runtime_schema::bootloader::{
    BootloaderType, MAX_PACKET_SIZE, Memory, MemoryDetails, Payload, Response, Version,
};

use crate::seeds::Random;

/// Text that would do something to a terminal or a log.
const TEXT: &str = "\x1b]0;owned\x07\x1b[2J\n::error ::\u{202e}%s%n{}\r\\";

/// What is expected of the packets that come.
#[derive(Debug, Default)]
pub(super) struct Liar {
    /// Packets of data that follow the last answer.
    data: u32,
}

impl Liar {
    /// Takes note of a packet as it should be. Returns whether it is data.
    pub(super) fn notice(&mut self, packet: &[u8]) -> bool {
        if self.data > 0 {
            self.data -= 1;
            return true;
        }
        if let Ok(Response::ReadFlash(Ok(payload)) | Response::Config(Ok(payload))) =
            Response::decode(packet)
        {
            self.data = payload.packets;
        }
        false
    }
}

/// The packet, or that all is well where it says that a write has failed.
pub(super) fn approving(packet: Vec<u8>) -> Vec<u8> {
    match Response::decode(&packet) {
        Ok(Response::FlashComplete(Err(_))) => Response::FlashComplete(Ok(())).encode(),
        _ => packet,
    }
}

/// What comes instead of a packet.
pub(super) fn lie(random: &mut Random, packet: &[u8], is_data: bool) -> Vec<Vec<u8>> {
    match Response::decode(packet) {
        Ok(response) if !is_data && !random.one_in(4) => answers(random, &response),
        _ => spoil(random, packet),
    }
}

/// Bytes that are nearly the ones of the packet.
fn spoil(random: &mut Random, packet: &[u8]) -> Vec<Vec<u8>> {
    let mut bytes = packet.to_vec();
    let place = random.below(bytes.len().max(1));
    match random.below(7) {
        0 | 1 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
        2 => bytes.truncate(place),
        3 => bytes.extend(vec![0; 1 + random.below(5_000)]),
        4 => bytes.clear(),
        5 => {
            let pieces = bytes.chunks(1 + random.below(500));
            return pieces.map(<[u8]>::to_vec).collect();
        }
        _ => return vec![bytes.clone(), bytes],
    }
    vec![bytes]
}

/// Answers that can be read, and are not true.
fn answers(random: &mut Random, truth: &Response) -> Vec<Vec<u8>> {
    let lies = match truth {
        Response::Version(_) => vec![Response::Version(version(random))],
        Response::Type(_) => vec![Response::Type(BootloaderType::Usb)],
        Response::Commit(_) => vec![Response::Commit(TEXT.repeat(20))],
        Response::MemoryDetails(_) => vec![Response::MemoryDetails(memory(random))],
        Response::Config(_) => vec![Response::Config(payload(random, 100))],
        Response::ReadFlash(Ok(payload)) => {
            vec![Response::ReadFlash(self::payload(
                random,
                payload.total_size,
            ))]
        }
        Response::FlashComplete(_) if random.one_in(3) => creeping(),
        Response::FlashComplete(Ok(())) => vec![Response::FlashComplete(Err(TEXT.repeat(9)))],
        Response::FlashStatus(_) if random.one_in(2) => vec![Response::FlashComplete(Ok(()))],
        Response::FlashStatus(_) => progress(),
        _ => vec![Response::NoOp {
            invalid: random.one_in(2),
        }],
    };
    lies.iter().map(Response::encode).collect()
}

fn version(random: &mut Random) -> Version {
    let patch = random.pick(&[0, 2, 13, 14, 18, 19, 20, 21, 24, 28, 999, u32::MAX]);
    let major = random.pick(&[0, 0, 0, 1, u32::MAX]);
    Version::new(major, 0, patch)
}

fn memory(random: &mut Random) -> Option<MemoryDetails> {
    let size = random.pick(&[0, -1, 1, 8 << 20, (8 << 20) + 512, i64::MIN, i64::MAX]);
    (!random.one_in(4)).then(|| MemoryDetails {
        memory: random.pick(&[Memory::Flash, Memory::Emmc, Memory::Auto]),
        size,
        info: TEXT.repeat(9),
    })
}

fn payload(random: &mut Random, size: u32) -> Result<Payload, String> {
    let packets = random.pick(&[0, 1, 2, 1000, u32::MAX]);
    match random.below(4) {
        0 => Err(TEXT.repeat(9)),
        1 => Ok(Payload {
            total_size: size,
            packets,
        }),
        2 => Ok(Payload {
            total_size: random.pick(&[0, 1, size + 1, MAX_PACKET_SIZE, u32::MAX]),
            packets,
        }),
        _ => Ok(Payload {
            total_size: size.saturating_sub(1),
            packets: 1,
        }),
    }
}

/// Progress in numbers that cannot be right.
fn progress() -> Vec<Response> {
    [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 1e30, 0.0]
        .map(Response::FlashStatus)
        .to_vec()
}

/// Progress that goes on for longer than any write.
fn creeping() -> Vec<Response> {
    let step = |step: u16| Response::FlashStatus(f32::from(step) / 60_000.0);
    (0..2000).map(step).collect()
}
