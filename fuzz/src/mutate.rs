//! Mutations: inputs and random numbers in, a slightly wrong input out. The numbers come from a
//! seed, so a run can be repeated.

use oakc_runtime_schema::nodes::Kind;

/// Largest input that grows out of mutations, in bytes.
const MAX_SIZE: usize = 1 << 16;

/// Pieces with a meaning in one of the formats.
const WORDS: &[&str] = &[
    "type = ",
    "inputs.",
    "[nodes.a]\n",
    "\"a.out\"",
    "\"${p}\"",
    "${",
    "$${",
    "}",
    "[params]\n",
    "p = ",
    "id = ",
    "assets.",
    "path = ",
    "\"m.blob\"",
    "\"old.blob\"",
    "\"s.py\"",
    "\"t.bin\"",
    "model = ",
    "source = ",
    "code = ",
    Kind::Script.name(),
    Kind::ColorCamera.name(),
    Kind::NeuralNetwork.name(),
    Kind::MobileNetDetectionNetwork.name(),
    Kind::StereoDepth.name(),
    Kind::ImageManip.name(),
    Kind::Sync.name(),
    Kind::MessageDemux.name(),
    Kind::VideoEncoder.name(),
    Kind::MonoCamera.name(),
    Kind::SpatialLocationCalculator.name(),
    Kind::ObjectTracker.name(),
    Kind::SPIOut.name(),
    Kind::Warp.name(),
    "[board]\n",
    "network.mtu = ",
    "[pipeline]\n",
    "openvino = ",
    "\"2021.4\"",
    "[lint]\n",
    "allow = ",
    "[device]\n",
    "processor = \"LEON_CSS\"\n",
    "fps = ",
    "queue_size = ",
    "initial_control.",
    "initial_config.",
    "from = ",
    "io[x]",
    "nan",
    "inf",
    "-0",
    "1e309",
    "0x7fffffffffffffff",
    "-9223372036854775809",
    "18446744073709551616",
    "4294967296",
    "true",
    "null",
    "~",
    "[]",
    "{}",
    "''",
    "\"\"\"",
    "'''",
    "|\n  ",
    ">-\n  ",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!x ",
    "---\n",
    "...\n",
    "? ",
    ": ",
    "- ",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{85}",
    "ä",
    "🎥",
    "\u{202e}",
    "\\u0000",
    "\0",
    "2020-01-01",
    "__firmware",
    "pipeline",
    "asset_storage",
    "BR",
    "MA2x",
    "/pipeline/",
    "/node/0/__script",
    "\"none\"",
];

/// A sequence of numbers that is the same for the same seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let below = self.next().checked_rem(bound as u64).unwrap_or(0);
        usize::try_from(below).unwrap_or(0)
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> Option<&'a T> {
        from.get(self.below(from.len())).copied()
    }

    /// A range within `length`, mostly short.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length.saturating_add(1));
        let longest = if self.below(4) == 0 { length } else { 16 };
        let end = start.saturating_add(self.below(longest.saturating_add(1)));
        start..end.min(length)
    }
}

/// A mutation of `input`; pieces of `other` may end up in it.
pub fn mutate(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        step(random, &mut bytes, other);
    }
    bytes.truncate(MAX_SIZE);
    bytes
}

fn step(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let length = bytes.len();
    match random.below(10) {
        0 => {
            let place = random.below(length);
            let bit = 1 << random.below(8);
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= bit;
            }
        }
        1 => overwrite(random, bytes),
        2 => bytes.truncate(random.below(length.saturating_add(1))),
        3 => drop(bytes.drain(random.range(length))),
        4 => {
            let piece = bytes.get(random.range(length)).unwrap_or_default().to_vec();
            insert(random, bytes, &piece);
        }
        5 => {
            let piece = other.get(random.range(other.len())).unwrap_or_default();
            insert(random, bytes, piece);
        }
        6 => {
            let end = random.below(length.saturating_add(1));
            bytes.truncate(end);
            let rest = random.below(other.len().saturating_add(1));
            bytes.extend(other.get(rest..).unwrap_or_default());
        }
        7 => move_line(random, bytes, other),
        _ => {
            let word = random.pick(WORDS).unwrap_or_default();
            if random.below(3) == 0 {
                let place = random.range(length);
                bytes.splice(place, word.bytes());
            } else {
                insert(random, bytes, word.as_bytes());
            }
        }
    }
}

fn insert(random: &mut Random, bytes: &mut Vec<u8>, piece: &[u8]) {
    let place = random.below(bytes.len().saturating_add(1));
    bytes.splice(place..place, piece.iter().copied());
}

/// A number of 1, 2, 4 or 8 bytes that is often a limit of a type.
fn overwrite(random: &mut Random, bytes: &mut [u8]) {
    let border = [
        0,
        1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0xFFFF,
        0x7FFF_FFFF,
        0xFFFF_FFFF,
        u64::MAX,
    ];
    let number = match random.below(3) {
        0 => random.next(),
        _ => border.get(random.below(border.len())).copied().unwrap_or(0),
    };
    let size = 1 << random.below(4);
    let place = random.below(bytes.len());
    let target = bytes.iter_mut().skip(place).take(size);
    for (byte, new) in target.zip(number.to_le_bytes()) {
        *byte = new;
    }
}

/// A line of either input to another place: texts are made of lines.
fn move_line(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let source = if random.below(2) == 0 {
        bytes.clone()
    } else {
        other.to_vec()
    };
    let lines: Vec<_> = source.split_inclusive(|byte| *byte == b'\n').collect();
    let line = random.pick(&lines).unwrap_or_default().to_vec();
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let starts: Vec<_> = starts.map(|(index, _)| index + 1).collect();
    let place = starts.get(random.below(starts.len())).copied().unwrap_or(0);
    bytes.splice(place..place, line);
}
