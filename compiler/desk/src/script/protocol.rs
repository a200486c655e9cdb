//! What a script asks, as its process says it, and answers, as the process reads them.
//!
//! The numbers and the order of values are those of `compiler/desk/src/python/wire.py`, `messages.py` and `net.py`.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use super::marshal::{Item, Writer, decode, into_fields};
use crate::network::{Direction, Readiness, SocketCall, SocketId, SocketReply, Transport};
use crate::observation::{Ending, Place, Server};
use crate::time::Time;

/// A message up to this size travels with its bytes; those of a larger one are fetched when the script asks for them.
pub(crate) const SMALL: usize = 4_096;

/// What a thread asked since it got its turn.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) thread: u32,
    pub(crate) asked: Vec<Asked>,
}

/// One thing that was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    /// How long after the thread got its turn.
    pub(crate) after: Duration,
    pub(crate) what: Ask,
}

/// What can be asked. Some have an answer, and the thread waits for it; they are the last of a frame.
#[derive(Debug)]
pub(crate) enum Ask {
    Get(String),
    TryGet(String),
    Has(String),
    Send(String, Outgoing),
    TrySend(String, Outgoing),
    /// Wait, forever without a time.
    Sleep(Option<Duration>),
    /// Wait until a lock is free, or until a time.
    Park(i64, Time),
    /// A lock is free.
    Wake(i64),
    /// A thread was started.
    Start(u32),
    /// The thread has ended.
    Exit,
    /// Let others go first; for a while, if the seed says so.
    Pass(bool),
    /// A line for the log: the level counts from trace on.
    Log(usize, String),
    /// Code that was compiled, for the next process of that kind.
    Compiled(Vec<u8>),
    /// The script holds these messages no longer.
    Drop(Vec<i64>),
    /// The bytes of a message.
    Data(i64),
    Net(SocketCall),
    /// How a connect ended.
    ConnectError(SocketId),
    /// Wait until one of these sockets is ready, or until a time.
    Poll(Vec<(SocketId, u8)>, Time),
    /// Something was done to a pin.
    Pin(String),
    /// There is a server, or there is none.
    Serves(Server),
    /// The script has ended.
    End(Ending),
}

/// A message that a script sends.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// One that it got, as it was.
    Held(i64),
    /// One that it made or changed.
    Made(Box<Made>),
}

/// A message that a script made or changed.
#[derive(Debug)]
pub(crate) struct Made {
    /// The number of the one that it was.
    pub(crate) held: i64,
    pub(crate) datatype: String,
    pub(crate) sequence: i64,
    /// Never, if it has none.
    pub(crate) timestamp: Time,
    pub(crate) fields: serde_json::Map<String, serde_json::Value>,
    pub(crate) data: Vec<u8>,
    pub(crate) members: Vec<(String, Outgoing)>,
}

impl Frame {
    /// Whether it says of a thread that it never waits.
    pub(crate) fn never_waits(&self) -> bool {
        let last = self.asked.last().map(|asked| &asked.what);
        matches!(last, Some(Ask::End(Ending::NeverWaits { .. })))
    }

    /// The frame that these bytes are.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let Item::List(items) = decode(bytes)? else {
            return None;
        };
        let [thread, Item::List(asked)] = <[Item; 2]>::try_from(items).ok()? else {
            return None;
        };
        Some(Self {
            thread: u32::try_from(thread.int()?).ok()?,
            asked: asked.into_iter().map(asked_of).collect::<Option<_>>()?,
        })
    }
}

fn asked_of(item: Item) -> Option<Asked> {
    let Item::List(items) = item else { return None };
    let mut items = items.into_iter();
    let (code, after) = (items.next()?.int()?, items.next()?.int()?);
    Some(Asked {
        after: Duration::from_nanos(u64::try_from(after).unwrap_or(0)),
        what: ask(code, &mut items)?,
    })
}

type Rest = std::vec::IntoIter<Item>;

fn ask(code: i64, rest: &mut Rest) -> Option<Ask> {
    Some(match code {
        0 => Ask::Get(text(rest)?),
        1 => Ask::TryGet(text(rest)?),
        2 => Ask::Has(text(rest)?),
        3 => Ask::Send(text(rest)?, outgoing(rest.next()?)?),
        4 => Ask::TrySend(text(rest)?, outgoing(rest.next()?)?),
        5 => Ask::Sleep(u64::try_from(int(rest)?).ok().map(Duration::from_nanos)),
        6 => Ask::Park(int(rest)?, time(rest)?),
        7 => Ask::Wake(int(rest)?),
        8 => Ask::Start(u32::try_from(int(rest)?).ok()?),
        9 => Ask::Exit,
        10 => Ask::Pass(int(rest)? != 0),
        11 => match (int(rest)?, rest.next()?) {
            (_, Item::Bytes(code)) => Ask::Compiled(code),
            (level, Item::Text(text)) => Ask::Log(usize::try_from(level).ok()?, text),
            _ => return None,
        },
        12 => Ask::Drop(rest.next()?.list()?.iter().filter_map(Item::int).collect()),
        13 => Ask::Data(int(rest)?),
        14 => socket_call(rest)?,
        15 => Ask::Poll(wanted(&rest.next()?)?, time(rest)?),
        16 => Ask::Pin(text(rest)?),
        17 => Ask::End(ending(&rest.next()?)?),
        18 => Ask::End(Ending::NeverWaits {
            place: place(&rest.next()?),
            traceback: text(rest)?,
        }),
        19 => Ask::Serves(Server {
            address: address(rest)?,
            transport: transport(int(rest)? != 0),
            problem: match rest.next()? {
                Item::Text(name) => Some(name),
                _ => None,
            },
        }),
        _ => return None,
    })
}

fn transport(is_udp: bool) -> Transport {
    if is_udp {
        Transport::Udp
    } else {
        Transport::Tcp
    }
}

fn text(rest: &mut Rest) -> Option<String> {
    match rest.next()? {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

fn int(rest: &mut Rest) -> Option<i64> {
    rest.next()?.int()
}

fn bytes(rest: &mut Rest) -> Option<Vec<u8>> {
    match rest.next()? {
        Item::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// Nanoseconds since the start; negative for never.
fn time(rest: &mut Rest) -> Option<Time> {
    let nanos = u64::try_from(int(rest)?);
    Some(nanos.map_or(Time::NEVER, Time::from_nanos))
}

fn outgoing(item: Item) -> Option<Outgoing> {
    let items = match item {
        Item::Int(held) => return Some(Outgoing::Held(held)),
        Item::List(items) => items,
        _ => return None,
    };
    let mut rest = items.into_iter();
    let (held, datatype, sequence) = (int(&mut rest)?, text(&mut rest)?, int(&mut rest)?);
    let timestamp = time(&mut rest)?;
    let Item::Map(fields) = rest.next()? else {
        return None;
    };
    let data = bytes(&mut rest)?;
    let Item::List(members) = rest.next()? else {
        return None;
    };
    let members = members.into_iter().map(|member| {
        let [name, member] = match member {
            Item::List(pair) => <[Item; 2]>::try_from(pair).ok()?,
            _ => return None,
        };
        Some((name.text()?.to_owned(), outgoing(member)?))
    });
    Some(Outgoing::Made(Box::new(Made {
        held,
        datatype,
        sequence,
        timestamp,
        fields: into_fields(fields),
        data,
        members: members.collect::<Option<_>>()?,
    })))
}

fn wanted(item: &Item) -> Option<Vec<(SocketId, u8)>> {
    let pairs = item.list()?.iter().map(|pair| {
        let [number, mask] = pair.list()? else {
            return None;
        };
        let number = u32::try_from(number.int()?).ok()?;
        Some((SocketId(number), u8::try_from(mask.int()?).ok()?))
    });
    pairs.collect()
}

fn ending(item: &Item) -> Option<Ending> {
    let Some([class, message, traceback, at]) = item.list() else {
        return Some(Ending::Returned);
    };
    Some(Ending::Raised {
        class: class.text()?.to_owned(),
        message: message.text()?.to_owned(),
        traceback: traceback.text()?.to_owned(),
        place: place(at),
    })
}

fn place(item: &Item) -> Option<Place> {
    let [file, line] = item.list()? else {
        return None;
    };
    Some(Place {
        file: file.text()?.to_owned(),
        line: u32::try_from(line.int()?).ok()?,
    })
}

fn socket_call(rest: &mut Rest) -> Option<Ask> {
    let name = text(rest)?;
    if name == "open" {
        let transport = transport(int(rest)? != 0);
        return Some(Ask::Net(SocketCall::Open(transport)));
    }
    if name == "resolve" {
        return Some(Ask::Net(SocketCall::Resolve(text(rest)?)));
    }
    let socket = SocketId(u32::try_from(int(rest)?).ok()?);
    if name == "error" {
        return Some(Ask::ConnectError(socket));
    }
    Some(Ask::Net(match name.as_str() {
        "bind" => SocketCall::Bind(socket, address(rest)?),
        "listen" => SocketCall::Listen(socket, u32::try_from(int(rest)?).unwrap_or(u32::MAX)),
        "connect" => SocketCall::Connect(socket, address(rest)?),
        "accept" => SocketCall::Accept(socket),
        "send" => SocketCall::Send {
            socket,
            data: bytes(rest)?,
            to: match rest.as_slice().first()? {
                Item::None => None,
                _ => Some(address(rest)?),
            },
        },
        "receive" => SocketCall::Receive {
            socket,
            limit: usize::try_from(int(rest)?).ok()?,
            peek: int(rest)? != 0,
        },
        "shutdown" => SocketCall::Shutdown(
            socket,
            match int(rest)? {
                0 => Direction::Receive,
                1 => Direction::Send,
                _ => Direction::Both,
            },
        ),
        "close" => SocketCall::Close(socket),
        "option" => SocketCall::SetOption {
            socket,
            option: text(rest)?,
            value: int(rest)?,
        },
        "local" => SocketCall::LocalAddress(socket),
        "peer" => SocketCall::PeerAddress(socket),
        _ => return None,
    }))
}

fn address(rest: &mut Rest) -> Option<SocketAddrV4> {
    let host: Ipv4Addr = text(rest)?.parse().ok()?;
    Some(SocketAddrV4::new(host, u16::try_from(int(rest)?).ok()?))
}

/// The answer to a socket call: whether it worked, and what came of it.
pub(crate) fn socket_answer(reply: &SocketReply) -> Vec<u8> {
    let mut writer = Writer::default();
    let failed = matches!(reply, SocketReply::Failed(_));
    writer.tuple(2).bool(!failed);
    match reply {
        SocketReply::Done => writer.none(),
        SocketReply::Opened(socket) => writer.int(socket.0.into()),
        SocketReply::Accepted(socket, from) => {
            writer.tuple(2).int(socket.0.into());
            write_address(&mut writer, *from)
        }
        SocketReply::Sent(count) => writer.int(i64::try_from(*count).unwrap_or(i64::MAX)),
        SocketReply::Received(data, from) => writer
            .tuple(3)
            .bytes(data)
            .text(&from.ip().to_string())
            .int(from.port().into()),
        SocketReply::Address(address) => write_address(&mut writer, *address),
        SocketReply::Host(host) => writer.text(&host.to_string()),
        SocketReply::Failed(error) => writer.text(error.errno()),
    };
    writer.0
}

fn write_address(writer: &mut Writer, address: SocketAddrV4) -> &mut Writer {
    let host = address.ip().to_string();
    writer.tuple(2).text(&host).int(address.port().into())
}

/// The numbers of sockets and what they are ready for.
pub(crate) fn ready_answer(ready: &[(SocketId, u8)]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.list(ready.len());
    for (socket, mask) in ready {
        writer.tuple(2).int(socket.0.into()).int((*mask).into());
    }
    writer.0
}

/// What a socket is ready for, of what is wanted.
pub(crate) fn mask(readiness: Readiness, wanted: u8) -> u8 {
    let mask = u8::from(readiness.readable)
        | u8::from(readiness.writable) << 1
        | u8::from(readiness.failed) << 2;
    mask & wanted
}

/// An answer that is a single value.
pub(crate) fn answer(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Vec<u8> {
    let mut writer = Writer::default();
    write(&mut writer);
    writer.0
}

/// A thread's turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) thread: u32,
    pub(crate) now: Time,
    /// After so many points it lets others go first.
    pub(crate) points: Option<u32>,
    /// Until then nothing happens that it does not do itself.
    pub(crate) quiet: Time,
    /// How much has happened so far: it is the same as before if nothing has.
    pub(crate) happened: u64,
}

impl Turn {
    /// With the answer to what the thread asked: a value that was written.
    pub(crate) fn encode(self, answer: &[u8]) -> Vec<u8> {
        let nanos = |time: Time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
        let mut writer = Writer::default();
        writer.tuple(6).int(self.thread.into());
        writer.int(nanos(self.now));
        writer.int(self.points.map_or(-1, i64::from));
        writer.int(nanos(self.quiet));
        writer.int(i64::try_from(self.happened).unwrap_or(i64::MAX));
        writer.0.extend(answer);
        writer.0
    }
}
