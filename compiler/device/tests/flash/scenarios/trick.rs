//! What a hostile camera does instead of what it should: numbers in, tricks out, and what a trick makes of
//! an event. Nothing here sends anything.

use oakc_device::xlink::datagram::DeviceState;
use oakc_device::xlink::{Event, Flags, HEADER_SIZE, Header, Kind, StreamName};
use oakc_runtime_schema::bootloader::MAX_PACKET_SIZE;

use crate::seeds::Random;

/// Events of a whole run, roughly.
const EVENTS: usize = 60;
/// Streams that a host lets a camera open besides its own.
const STREAMS: usize = 6;
/// Numbers that are often the wrong ones.
const NUMBERS: &[u32] = &[
    0,
    1,
    2,
    7,
    84,
    255,
    65_536,
    MAX_PACKET_SIZE,
    MAX_PACKET_SIZE + 1,
    i32::MAX as u32,
    0xDEAD_DEAD,
    u32::MAX,
];

/// All tricks of a camera.
#[derive(Debug, Clone)]
pub(super) struct Tricks {
    pub(super) link: Vec<Trick>,
    pub(super) discovery: Option<Discovery>,
    /// The byte of each connection that is stored differently, and every write is said to be fine.
    pub(super) spoilt: Option<usize>,
}

/// A trick with what the camera says on a connection.
#[derive(Debug, Clone)]
pub(super) struct Trick {
    /// The first event of a connection with which it is played.
    pub(super) from: usize,
    /// With how many events.
    pub(super) times: u32,
    pub(super) what: What,
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// Nothing is sent any more.
    Hang,
    /// The connection is closed, within the event.
    Cut,
    /// It is not sent.
    Drop,
    /// It comes after the one that follows it.
    Late,
    /// It comes that many times.
    Repeat(usize),
    /// It comes byte by byte.
    Drip,
    /// Bytes that mean nothing come before it.
    Garbage(usize),
    /// Bytes that mean nothing come forever.
    EndlessGarbage,
    /// One field of its header is another.
    Field(Field, u32),
    /// Its payload has another size, and its header says so.
    Resize(usize),
    /// Its header announces another size than its payload has.
    Announce(u32),
    /// That many requests of that kind come before it.
    Flood(Kind, usize),
    /// They come forever.
    EndlessFlood(Kind),
    /// It opens as many streams as it may, and fills all of them with packets that nobody takes out.
    Hoard,
    /// Its answer says something else. It is played with packets only.
    Lie,
}

/// A field of a header.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    Id,
    Stream,
    Size,
    Flags,
    Kind,
    Name,
}

/// A trick with answers to discovery.
#[derive(Debug, Clone, Copy)]
pub(super) enum Discovery {
    /// It answers no more after that many.
    Silent(usize),
    /// Each answer comes that many times.
    Flood(usize),
    /// Each answer has another name.
    Names,
    /// Bytes that mean nothing.
    Garbage(usize),
    /// It always says that it does this.
    State(DeviceState),
    /// It claims to be of this generation.
    Platform(u32),
}

impl Tricks {
    /// Few cameras play no trick on the link.
    pub(super) fn draw(random: &mut Random) -> Self {
        let discovery = random.one_in(6).then(|| Discovery::draw(random));
        // Nearly all of what a host sends is the package.
        let spoilt = random.one_in(4).then(|| 2_000 + random.below(140_000));
        let least = usize::from(discovery.is_none() && spoilt.is_none());
        let link = (0..least + random.below(3)).map(|_| Trick::draw(random));
        Self {
            link: link.collect(),
            discovery,
            spoilt,
        }
    }
}

impl Trick {
    fn draw(random: &mut Random) -> Self {
        Self {
            // More often early than late, as not everything takes that long.
            from: random.below(1 + random.clone().below(EVENTS)),
            times: random.pick(&[1, 1, 2, 5, u32::MAX]),
            what: What::draw(random),
        }
    }

    /// Whether it is played with the event that is the `number`-th of its connection.
    pub(super) fn applies(&self, number: usize, event: &Event) -> bool {
        let fits = !matches!(self.what, What::Lie) || event.header.kind == Kind::WriteRequest;
        self.times > 0 && number >= self.from && fits
    }
}

impl What {
    fn draw(random: &mut Random) -> Self {
        match random.below(22) {
            0 => Self::Hang,
            1 => Self::Cut,
            2 => Self::Drop,
            3 => Self::Late,
            4 => Self::Repeat(random.pick(&[2, 3, 1000])),
            5 => Self::Drip,
            6 => Self::Garbage(1 + random.below(10_000)),
            7 => Self::EndlessGarbage,
            8 | 9 => Self::Field(Field::draw(random), random.pick(NUMBERS)),
            10 => Self::Resize(random.pick(&[0, 1, 3, 100, 5_000, 1 << 20, 5 << 20])),
            11 => Self::Announce(random.pick(NUMBERS)),
            12 => Self::Flood(kind(random), random.pick(&[10, 300, 20_000])),
            13 => Self::EndlessFlood(kind(random)),
            14 => Self::Hoard,
            _ => Self::Lie,
        }
    }

    /// An event with another header.
    pub(super) fn with_field(mut event: Event, field: Field, number: u32) -> Event {
        let header = &mut event.header;
        match field {
            Field::Id => header.id = number.cast_signed(),
            Field::Stream => header.stream = number,
            // The payload stays as it is announced; otherwise it is another trick.
            Field::Size if header.kind == Kind::WriteRequest => header.stream = number,
            Field::Size => header.size = number,
            Field::Flags => header.flags = Flags::from_bits(number),
            Field::Kind => {
                let kinds = KINDS.iter().filter(|kind| **kind != Kind::WriteRequest);
                let kinds: Vec<_> = kinds.collect();
                header.kind = *kinds[number as usize % kinds.len()];
                event.payload.clear();
            }
            Field::Name => {
                header.stream_name = StreamName::new(&format!("\x1b]0;{number}\x07")).unwrap();
            }
        }
        event
    }
}

impl Field {
    fn draw(random: &mut Random) -> Self {
        random.pick(&[
            Self::Id,
            Self::Stream,
            Self::Size,
            Self::Flags,
            Self::Kind,
            Self::Name,
        ])
    }
}

impl Discovery {
    fn draw(random: &mut Random) -> Self {
        match random.below(6) {
            0 => Self::Silent(random.below(10)),
            1 => Self::Flood(random.pick(&[2, 100, 2000])),
            2 => Self::Names,
            3 => Self::Garbage(random.below(300)),
            4 => Self::State(random.pick(&[
                DeviceState::Booted,
                DeviceState::Unbooted,
                DeviceState::Bootloader,
                DeviceState::FlashBooted,
            ])),
            _ => Self::Platform(random.pick(&[0, 1, 2, 3, 4, u32::MAX])),
        }
    }
}

const KINDS: &[Kind] = &[
    Kind::WriteRequest,
    Kind::ReadReleaseRequest,
    Kind::CreateStreamRequest,
    Kind::CloseStreamRequest,
    Kind::PingRequest,
    Kind::ResetRequest,
    Kind::WriteResponse,
    Kind::ReadReleaseResponse,
    Kind::CreateStreamResponse,
    Kind::PingResponse,
];

fn kind(random: &mut Random) -> Kind {
    random.pick(KINDS)
}

/// The `number`-th event of a flood, with a payload where it can have one.
pub(super) fn flooding(kind: Kind, number: usize) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let payload = match kind {
        // Every other one is as large as it may be.
        Kind::WriteRequest if number % 2 == 1 => vec![0xA5; 1 << 20],
        _ => Vec::new(),
    };
    let header = Header {
        stream: number % 2,
        size: u32::try_from(payload.len()).unwrap(),
        stream_name: StreamName::new(&format!("stream{}", number % 8)).unwrap(),
        ..Header::new(number.cast_signed(), kind)
    };
    [&header.encode()[..], &payload].concat()
}

/// The `number`-th event of a camera that fills the memory of its host.
pub(super) fn hoarding(number: usize) -> Vec<u8> {
    let (round, stream) = (number / STREAMS, number % STREAMS);
    let stream = u32::try_from(stream).unwrap();
    let payload = vec![0xA5; if round == 0 { 0 } else { 1 << 20 }];
    let kind = match round {
        0 => Kind::CreateStreamRequest,
        _ => Kind::WriteRequest,
    };
    let header = Header {
        // The host has opened two, and numbers the others in turn.
        stream: stream + 2,
        size: u32::try_from(payload.len()).unwrap(),
        stream_name: StreamName::new(&format!("hoard{stream}")).unwrap(),
        ..Header::new(1000, kind)
    };
    [&header.encode()[..], &payload].concat()
}

/// Bytes that mean nothing.
pub(super) fn garbage(random: &mut Random, size: usize) -> Vec<u8> {
    (0..size)
        .map(|_| random.below(256).to_le_bytes()[0])
        .collect()
}

/// The bytes of an event.
pub(super) fn bytes(event: &Event) -> Vec<u8> {
    let head: [u8; HEADER_SIZE] = event.header.encode();
    [&head[..], &event.payload].concat()
}
