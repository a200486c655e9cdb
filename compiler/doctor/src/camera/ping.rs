//! Pings: an address in; how many come back, how fast, and how large they may be out. By a socket of this process
//! where the system allows one, else by the program `ping`.

use std::io::{ErrorKind, Read as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use crate::observations::{Echoes, System};
use crate::programs::{Said, ask};

/// Pings that are sent to learn what gets lost.
const COUNT: u16 = 30;
/// Pause between two of them.
const PAUSE: Duration = Duration::from_millis(20);
/// How long the last one is waited for.
const LAST: Duration = Duration::from_secs(1);
/// Pings of one size before it counts as one that does not come back.
const TRIES: u16 = 3;
/// How long one of them is waited for.
const TRY: Duration = Duration::from_millis(500);
/// Bytes of the headers of IP and ICMP.
const HEADERS: u32 = 28;
const ICMP_HEADER: usize = 8;
/// The largest packet of Ethernet, and the smallest that every link carries.
const ETHERNET: u32 = 1500;
const SMALLEST: u32 = 576;
const REQUEST: u8 = 8;
const REPLY: u8 = 0;

/// Sends small pings; `None` where this machine cannot.
pub(super) fn small(address: Ipv4Addr) -> Option<Echoes> {
    match Pinger::open(address) {
        Some(mut pinger) => Some(pinger.several()),
        None => with_program(address, None),
    }
}

/// The size of the largest packet that comes back whole, up to that of Ethernet, or of this interface if that
/// is smaller. `None` if none does, or this machine cannot ping.
pub(super) fn largest_packet(address: Ipv4Addr, mtu: Option<u32>) -> Option<u32> {
    let mut comes_back: Box<dyn FnMut(u32) -> bool> = match Pinger::open(address) {
        Some(mut pinger) => Box::new(move |size| pinger.comes_back(size)),
        None => Box::new(move |size| {
            let echoes = with_program(address, Some(size));
            echoes.is_some_and(|echoes| echoes.received > 0)
        }),
    };
    let most = mtu.unwrap_or(ETHERNET).clamp(SMALLEST, ETHERNET);
    if comes_back(most) {
        return Some(most);
    }
    if !comes_back(SMALLEST) {
        return None;
    }
    let (mut whole, mut lost) = (SMALLEST, most);
    // Links differ by more than a few bytes.
    while lost.saturating_sub(whole) > 4 {
        let middle = whole.midpoint(lost);
        if comes_back(middle) {
            whole = middle;
        } else {
            lost = middle;
        }
    }
    Some(whole)
}

/// A socket for pings.
struct Pinger {
    socket: Socket,
    /// Whether the system puts its own identifier into each, and gives only answers to these.
    is_own: bool,
    identifier: u16,
    sequence: u16,
}

impl Pinger {
    fn open(address: Ipv4Addr) -> Option<Self> {
        // On Windows neither is for everybody, and the program is always there.
        let kinds = if cfg!(unix) {
            &[Type::DGRAM, Type::RAW][..]
        } else {
            &[]
        };
        let open = |kind: &Type| {
            let socket = Socket::new(Domain::IPV4, *kind, Some(Protocol::ICMPV4)).ok()?;
            socket
                .connect(&SocketAddr::from((address, 0)).into())
                .ok()?;
            let [.., high, low] = std::process::id().to_be_bytes();
            Some(Self {
                socket,
                is_own: *kind == Type::DGRAM,
                identifier: u16::from_be_bytes([high, low]),
                sequence: 0,
            })
        };
        kinds.iter().find_map(open)
    }

    /// Sends a ping; its number.
    fn send(&mut self, payload: usize) -> Option<u16> {
        self.sequence = self.sequence.wrapping_add(1);
        let packet = request(self.identifier, self.sequence, payload);
        self.socket.send(&packet).ok()?;
        Some(self.sequence)
    }

    /// The number of an answer that comes until then.
    fn receive(&mut self, until: Instant) -> Option<u16> {
        let mut buffer = [0; 2048];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            self.socket.set_read_timeout(Some(left)).ok()?;
            match self.socket.read(&mut buffer) {
                Ok(size) => {
                    let bytes = buffer.get(..size).unwrap_or_default();
                    let Some((identifier, sequence)) = reply(bytes) else {
                        continue;
                    };
                    if self.is_own || identifier == self.identifier {
                        return Some(sequence);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == ErrorKind::TimedOut => return None,
                // What a router says about an earlier one.
                Err(_) => {}
            }
        }
    }

    fn several(&mut self) -> Echoes {
        let mut sent_at = Vec::new();
        let mut times: Vec<(u16, Duration)> = Vec::new();
        for _ in 0..COUNT {
            let now = Instant::now();
            sent_at.push((self.send(48), now));
            self.gather(now + PAUSE, &sent_at, &mut times);
        }
        self.gather(Instant::now() + LAST, &sent_at, &mut times);
        let mut times: Vec<_> = times.into_iter().map(|(_, time)| time).collect();
        times.sort_unstable();
        Echoes {
            sent: COUNT.into(),
            received: u32::try_from(times.len()).unwrap_or(u32::MAX),
            fastest: times.first().copied().unwrap_or_default(),
            median: times.get(times.len() / 2).copied().unwrap_or_default(),
        }
    }

    fn gather(
        &mut self,
        until: Instant,
        sent_at: &[(Option<u16>, Instant)],
        times: &mut Vec<(u16, Duration)>,
    ) {
        while times.len() < COUNT.into()
            && let Some(number) = self.receive(until)
        {
            let sent = sent_at.iter().find(|(sent, _)| *sent == Some(number));
            let is_new = !times.iter().any(|(known, _)| *known == number);
            if let (Some((_, at)), true) = (sent, is_new) {
                times.push((number, at.elapsed()));
            }
        }
        // Where all have come back, the pause is kept nevertheless.
        if sent_at.len() < COUNT.into() {
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
        }
    }

    /// Whether a packet of this size comes back. The system forbids routers to cut it in pieces, as it does
    /// with everything that fits the interface.
    fn comes_back(&mut self, size: u32) -> bool {
        let payload = usize::try_from(size.saturating_sub(HEADERS)).unwrap_or(0);
        (0..TRIES).any(|_| {
            let Some(number) = self.send(payload) else {
                return false;
            };
            let until = Instant::now() + TRY;
            while let Some(answered) = self.receive(until) {
                if answered == number {
                    return true;
                }
            }
            false
        })
    }
}

fn request(identifier: u16, sequence: u16, payload: usize) -> Vec<u8> {
    let mut packet = vec![REQUEST, 0, 0, 0];
    packet.extend(identifier.to_be_bytes());
    packet.extend(sequence.to_be_bytes());
    packet.resize(ICMP_HEADER.saturating_add(payload), 0xA5);
    let sum = checksum(&packet).to_be_bytes();
    for (byte, sum) in packet.iter_mut().skip(2).zip(sum) {
        *byte = sum;
    }
    packet
}

/// The checksum of RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match *pair {
        [high, low] => u32::from(u16::from_be_bytes([high, low])),
        [high] => u32::from(high) << 8,
        _ => 0,
    });
    let mut sum = words.fold(0_u32, u32::wrapping_add);
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

/// Identifier and number of an answer. Some systems put the header of IP before it.
fn reply(bytes: &[u8]) -> Option<(u16, u16)> {
    let bytes = match bytes.first()? >> 4 {
        4 => bytes.get(usize::from(bytes.first()? & 15) * 4..)?,
        _ => bytes,
    };
    match *bytes {
        [REPLY, 0, _, _, a, b, c, d, ..] => {
            Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
        }
        _ => None,
    }
}

/// The same with the program; with a size, few of that size which routers must not cut in pieces.
fn with_program(address: Ipv4Addr, size: Option<u32>) -> Option<Echoes> {
    let count = if size.is_some() { "2" } else { "10" };
    let payload = size.map(|size| size.saturating_sub(HEADERS).to_string());
    let address = address.to_string();
    let mut arguments = match System::HERE {
        System::Windows => vec!["-n", count, "-w", "1000"],
        System::MacOs => vec!["-n", "-c", count, "-i", "0.2", "-W", "1000"],
        System::Linux | System::Other => vec!["-n", "-c", count, "-i", "0.2", "-W", "1"],
    };
    if let Some(payload) = &payload {
        arguments.extend(match System::HERE {
            System::Windows => vec!["-f", "-l", payload],
            System::MacOs => vec!["-D", "-s", payload],
            System::Linux | System::Other => vec!["-M", "do", "-s", payload],
        });
    }
    arguments.push(&address);
    match ask("ping", &arguments, Duration::from_secs(15)) {
        // It fails if nothing comes back.
        Said::Done(text) | Said::Failed(text) => printed(&text),
        Said::Absent => None,
    }
}

/// What `ping` prints: on Windows a line with `TTL=` for each answer, elsewhere a summary.
fn printed(text: &str) -> Option<Echoes> {
    let answers = text.lines().filter(|line| line.contains("TTL="));
    let received = u32::try_from(answers.count()).unwrap_or(u32::MAX);
    if received > 0 {
        return Some(Echoes {
            sent: received,
            received,
            ..Echoes::default()
        });
    }
    let summary = text
        .lines()
        .find(|line| line.contains("packets transmitted"))?;
    let first_number = |part: &str| part.split_whitespace().next()?.parse().ok();
    let mut numbers = summary.split(',').map(first_number);
    let (sent, received) = (numbers.next()??, numbers.next()??);
    let times = text.lines().find(|line| line.contains("min/avg/max"));
    let times = times
        .and_then(|line| line.split_once(" = "))
        .map(|(_, times)| times);
    let time = |index| {
        let time: Option<f64> = times?.split('/').nth(index)?.parse().ok();
        // Anything else is not a time.
        let time = time.filter(|time| (0.0..60_000.0).contains(time))?;
        Some(Duration::from_secs_f64(time / 1000.0))
    };
    Some(Echoes {
        sent,
        received,
        fastest: time(0).unwrap_or_default(),
        median: time(1).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_checksum_that_makes_its_sum_zero() {
        for payload in [0, 1, 48, 1472] {
            assert_eq!(checksum(&request(7, 9, payload)), 0);
        }
    }

    #[test]
    fn an_answer_is_read_with_and_without_the_header_of_ip() {
        let answer = [0, 0, 1, 2, 0, 7, 0, 9, 5, 5];
        assert_eq!(reply(&answer), Some((7, 9)));
        let mut whole = vec![0x45; 20];
        whole.extend(answer);
        assert_eq!(reply(&whole), Some((7, 9)));
        assert_eq!(reply(&request(7, 9, 0)), None);
        for length in 0..answer.len().min(8) {
            assert_eq!(reply(&answer[..length]), None);
        }
    }

    #[test]
    fn what_the_program_prints_is_read() {
        let linux = "10 packets transmitted, 8 received, 20% packet loss, time 9ms\n\
                     rtt min/avg/max/mdev = 0.1/42.5/80.0/1.0 ms\n";
        let expected = Echoes {
            sent: 10,
            received: 8,
            fastest: Duration::from_micros(100),
            median: Duration::from_micros(42_500),
        };
        assert_eq!(printed(linux), Some(expected));
        let silent = "2 packets transmitted, 0 received, 100% packet loss, time 9ms\n";
        assert_eq!(printed(silent).unwrap().received, 0);
        let windows = "Reply from 192.168.7.50: bytes=32 time<1ms TTL=64\n".repeat(3);
        assert_eq!(printed(&windows).unwrap().received, 3);
        assert_eq!(printed("ping: unknown host"), None);
    }

    #[test]
    fn this_machine_answers_itself() {
        // Where no socket is allowed and no program is there, nothing can be said.
        if let Some(echoes) = small(Ipv4Addr::LOCALHOST) {
            assert!(echoes.received > 0, "{echoes:?}");
            assert_eq!(largest_packet(Ipv4Addr::LOCALHOST, None), Some(ETHERNET));
        }
    }
}
