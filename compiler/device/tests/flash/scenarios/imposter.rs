//! Stands before a camera and plays tricks: the camera's address and tricks in, an address with a hostile
//! camera out, until it is dropped.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use oakc_device::xlink::datagram::Reply;
use oakc_device::xlink::{DISCOVERY_PORT, Decoder, Event, HEADER_SIZE, Header, Kind, TCP_PORT};

use super::lie::{Liar, approving, lie};
use super::trick::{Discovery, Trick, Tricks, What, bytes, flooding, garbage, hoarding};
use crate::bench::next_address;
use crate::seeds::Random;

/// How long a read waits before it looks whether all is over.
const REACTION: Duration = Duration::from_millis(50);
/// Pause between two bytes that drip.
const DRIP: Duration = Duration::from_millis(20);
/// Larger than what a camera sends.
const LARGEST: u32 = 64 << 20;

pub(super) struct Imposter {
    address: Ipv4Addr,
    over: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Imposter {
    pub(super) fn before(camera: Ipv4Addr, tricks: &Tricks, seed: u64) -> Self {
        let address = next_address();
        let over = Arc::new(AtomicBool::new(false));
        let listener = TcpListener::bind((address, TCP_PORT)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let socket = UdpSocket::bind((address, DISCOVERY_PORT)).unwrap();
        socket.set_read_timeout(Some(REACTION)).unwrap();
        let (of_tcp, of_udp) = (Arc::clone(&over), Arc::clone(&over));
        let discovery = tricks.discovery;
        let mut link = Link {
            tricks: tricks.link.clone(),
            random: Random(seed),
            spoilt: tricks.spoilt,
        };
        let threads = vec![
            thread::spawn(move || link.accept(&listener, camera, &of_tcp)),
            thread::spawn(move || answer(&socket, camera, discovery, &of_udp)),
        ];
        Self {
            address,
            over,
            threads,
        }
    }

    pub(super) fn address(&self) -> Ipv4Addr {
        self.address
    }
}

impl Drop for Imposter {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

/// Passes on datagrams, after a trick.
fn answer(near: &UdpSocket, camera: Ipv4Addr, trick: Option<Discovery>, over: &AtomicBool) {
    let far = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    far.set_read_timeout(Some(REACTION * 2)).unwrap();
    let mut random = Random(0);
    let mut buffer = [0; 256];
    let mut answers = 0;
    while !over.load(Ordering::Relaxed) {
        let Ok((size, host)) = near.recv_from(&mut buffer) else {
            continue;
        };
        let _ = far.send_to(&buffer[..size], (camera, DISCOVERY_PORT));
        let Ok(size) = far.recv(&mut buffer) else {
            continue;
        };
        answers += 1;
        let (reply, times) = match trick {
            None => (buffer[..size].to_vec(), 1),
            Some(trick) => tricked(&mut random, trick, &buffer[..size], answers),
        };
        for _ in 0..times {
            let _ = near.send_to(&reply, host);
        }
    }
}

/// An answer to discovery, and how often it comes.
fn tricked(random: &mut Random, trick: Discovery, truth: &[u8], number: usize) -> (Vec<u8>, usize) {
    let Ok(Reply::Discovered { mxid, state }) = Reply::decode(truth) else {
        return (truth.to_vec(), 1);
    };
    let reply = match trick {
        Discovery::Silent(after) => return (truth.to_vec(), usize::from(number <= after)),
        Discovery::Flood(times) => return (truth.to_vec(), times),
        Discovery::Garbage(size) => return (garbage(random, size), 1),
        Discovery::Names => Reply::Discovered {
            mxid: format!("NAME{number}").parse().unwrap(),
            state,
        },
        Discovery::State(state) => Reply::Discovered { mxid, state },
        Discovery::Platform(platform) => Reply::Extended {
            mxid,
            state,
            platform,
        },
    };
    (reply.encode(), 1)
}

/// The connections.
struct Link {
    tricks: Vec<Trick>,
    random: Random,
    spoilt: Option<usize>,
}

impl Link {
    fn accept(&mut self, near: &TcpListener, camera: Ipv4Addr, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            let Ok((host, _)) = near.accept() else {
                thread::sleep(REACTION / 10);
                continue;
            };
            host.set_nonblocking(false).unwrap();
            // Where the camera takes no connection, neither does the imposter.
            let Ok(device) = TcpStream::connect((camera, TCP_PORT)) else {
                continue;
            };
            for end in [&host, &device] {
                end.set_read_timeout(Some(REACTION)).unwrap();
                end.set_write_timeout(Some(REACTION)).unwrap();
                end.set_nodelay(true).unwrap();
            }
            let spoilt = self.spoilt;
            thread::scope(|scope| {
                scope.spawn(|| {
                    pass_on(&host, &device, spoilt, over);
                    close(&host, &device);
                });
                // However it ends, it ends.
                let _ = self.trick(&device, &host, over);
                close(&host, &device);
            });
        }
    }

    /// Passes on what the camera says, with tricks; until either end is gone.
    fn trick(
        &mut self,
        device: &TcpStream,
        host: &TcpStream,
        over: &AtomicBool,
    ) -> Result<(), Gone> {
        let mut decoder = Decoder::new(LARGEST);
        let mut liar = Liar::default();
        let mut late = Vec::new();
        for number in 0.. {
            let mut event = next_event(device, &mut decoder, over)?;
            let is_packet = event.header.kind == Kind::WriteRequest;
            let is_data = is_packet && liar.notice(&event.payload);
            if self.spoilt.is_some() && is_packet && !is_data {
                event.payload = approving(event.payload);
            }
            let mut tricks = self.tricks.iter_mut();
            let Some(trick) = tricks.find(|trick| trick.applies(number, &event)) else {
                deliver(host, &bytes(&event), over)?;
                deliver(host, &std::mem::take(&mut late), over)?;
                continue;
            };
            trick.times = trick.times.saturating_sub(1);
            let what = trick.what;
            if let What::Late = what {
                late.extend(bytes(&event));
                continue;
            }
            for packet in self.instead(what, event, is_data, host, over)? {
                deliver(host, &packet, over)?;
            }
        }
        Ok(())
    }

    /// What comes instead of an event, as far as it was not sent already.
    fn instead(
        &mut self,
        what: What,
        event: Event,
        is_data: bool,
        host: &TcpStream,
        over: &AtomicBool,
    ) -> Result<Vec<Vec<u8>>, Gone> {
        Ok(match what {
            What::Hang => loop {
                wait(host, over, REACTION)?;
            },
            What::Cut => {
                deliver(host, &bytes(&event)[..HEADER_SIZE / 2], over)?;
                return Err(Gone);
            }
            What::Drop | What::Late => Vec::new(),
            What::Repeat(times) => {
                for _ in 0..times {
                    deliver(host, &bytes(&event), over)?;
                }
                Vec::new()
            }
            What::Drip => {
                for byte in bytes(&event) {
                    deliver(host, &[byte], over)?;
                    wait(host, over, DRIP)?;
                }
                Vec::new()
            }
            What::Garbage(size) => vec![garbage(&mut self.random, size), bytes(&event)],
            What::EndlessGarbage => {
                let garbage = garbage(&mut self.random, 4096);
                loop {
                    deliver(host, &garbage, over)?;
                }
            }
            What::Field(field, number) => vec![bytes(&What::with_field(event, field, number))],
            What::Resize(size) => {
                let mut event = event;
                if event.header.kind == Kind::WriteRequest {
                    event.payload.resize(size, 0xA5);
                    event.header.size = u32::try_from(size).unwrap();
                }
                vec![bytes(&event)]
            }
            What::Announce(size) => {
                let header = Header {
                    size,
                    kind: Kind::WriteRequest,
                    ..event.header
                };
                vec![header.encode().to_vec(), event.payload]
            }
            What::Flood(kind, times) => {
                for number in 0..times {
                    deliver(host, &flooding(kind, number), over)?;
                }
                vec![bytes(&event)]
            }
            What::EndlessFlood(kind) => {
                for number in 0.. {
                    deliver(host, &flooding(kind, number), over)?;
                }
                Vec::new()
            }
            What::Hoard => {
                for number in 0.. {
                    deliver(host, &hoarding(number), over)?;
                }
                Vec::new()
            }
            What::Lie => {
                let lies = lie(&mut self.random, &event.payload, is_data);
                let packet = |payload: Vec<u8>| {
                    let size = u32::try_from(payload.len()).unwrap();
                    let header = Header {
                        size,
                        ..event.header
                    };
                    bytes(&Event { header, payload })
                };
                lies.into_iter().map(packet).collect()
            }
        })
    }
}

/// One of the ends is gone, or all is over.
struct Gone;

fn close(host: &TcpStream, device: &TcpStream) {
    let _ = host.shutdown(Shutdown::Both);
    let _ = device.shutdown(Shutdown::Both);
}

/// Reads again later where nothing has come.
fn read(mut from: &TcpStream, buffer: &mut [u8], over: &AtomicBool) -> Result<usize, Gone> {
    while !over.load(Ordering::Relaxed) {
        match from.read(buffer) {
            Ok(0) => return Err(Gone),
            Ok(count) => return Ok(count),
            Err(error) if is_pause(error.kind()) => {}
            Err(_) => return Err(Gone),
        }
    }
    Err(Gone)
}

fn next_event(device: &TcpStream, decoder: &mut Decoder, over: &AtomicBool) -> Result<Event, Gone> {
    loop {
        let count = read(device, decoder.space(), over)?;
        if let Some(event) = decoder.advance(count).map_err(|_| Gone)? {
            return Ok(event);
        }
    }
}

/// Sends bytes, however slowly they are taken.
fn deliver(mut to: &TcpStream, mut bytes: &[u8], over: &AtomicBool) -> Result<(), Gone> {
    while !bytes.is_empty() {
        if over.load(Ordering::Relaxed) {
            return Err(Gone);
        }
        match to.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if is_pause(error.kind()) => {}
            Err(_) => return Err(Gone),
        }
    }
    Ok(())
}

fn is_pause(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

/// Waits, if the host is still there.
fn wait(host: &TcpStream, over: &AtomicBool, time: Duration) -> Result<(), Gone> {
    thread::sleep(time);
    if over.load(Ordering::Relaxed) {
        return Err(Gone);
    }
    // What has come stays there for the thread that passes it on.
    match host.peek(&mut [0]) {
        Ok(0) => Err(Gone),
        _ => Ok(()),
    }
}

/// Passes on what the host says, but for the byte that is `spoilt`.
fn pass_on(host: &TcpStream, device: &TcpStream, spoilt: Option<usize>, over: &AtomicBool) {
    let mut buffer = vec![0; 64 << 10];
    let mut passed = 0;
    while let Ok(count) = read(host, &mut buffer, over) {
        let place = spoilt.and_then(|place| place.checked_sub(passed));
        if let Some(byte) = place.and_then(|place| buffer[..count].get_mut(place)) {
            *byte ^= 1;
        }
        passed += count;
        if deliver(device, &buffer[..count], over).is_err() {
            break;
        }
    }
}
