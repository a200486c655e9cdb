//! What answers as a camera does and is none, and cameras that keep a host busy for as long as it lets
//! them. Every one of them ends in a moment, with a sentence.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use oakc_device::flash::{self, Failure};
use oakc_device::xlink::datagram::{DeviceState, Reply, Request};
use oakc_device::xlink::{
    DISCOVERY_PORT, Decoder, Event, Flags, HEADER_SIZE, Header, Kind, TCP_PORT,
};
use oakc_device::{Error, Reach, Target, Timeouts};
use oakc_runtime_schema::bootloader::{
    BootloaderType, MAX_PACKET_SIZE, Memory, MemoryDetails, Payload, Request as Question, Response,
    Version,
};

use crate::bench::{Bench, next_address, options, package};

/// Somebody at an address: answers discovery if it likes to, and does what it wants on TCP.
struct Somebody {
    address: Ipv4Addr,
    over: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Somebody {
    fn new(discovered: bool, serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let address = next_address();
        let over = Arc::new(AtomicBool::new(false));
        let listener = TcpListener::bind((address, TCP_PORT)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let (of_tcp, of_udp) = (Arc::clone(&over), Arc::clone(&over));
        let mut threads = vec![thread::spawn(move || {
            while !of_tcp.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((host, _)) => {
                        host.set_nonblocking(false).unwrap();
                        let timeout = Some(Duration::from_millis(50));
                        host.set_read_timeout(timeout).unwrap();
                        serve(host);
                    }
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            }
        })];
        if discovered {
            threads.push(thread::spawn(move || answer_discovery(address, &of_udp)));
        }
        Self {
            address,
            over,
            threads,
        }
    }

    fn target(&self) -> Target {
        Target {
            address: self.address.into(),
            mxid: None,
        }
    }
}

impl Drop for Somebody {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

fn answer_discovery(address: Ipv4Addr, over: &AtomicBool) {
    let socket = UdpSocket::bind((address, DISCOVERY_PORT)).unwrap();
    let timeout = Some(Duration::from_millis(50));
    socket.set_read_timeout(timeout).unwrap();
    let reply = Reply::Discovered {
        mxid: "SOMEBODY".parse().unwrap(),
        state: DeviceState::Bootloader,
    };
    let mut question = [0; 64];
    while !over.load(Ordering::Relaxed) {
        if let Ok((size, host)) = socket.recv_from(&mut question)
            && Request::decode(&question[..size]) == Ok(Request::Discover)
        {
            socket.send_to(&reply.encode(), host).unwrap();
        }
    }
}

/// Reads until the host is gone.
fn listen(mut host: &TcpStream) {
    let mut bytes = [0; 4096];
    loop {
        match host.read(&mut bytes) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

fn quick() -> Reach {
    Reach {
        timeouts: Timeouts {
            progress: Duration::from_secs(1),
            slowest: 128 * 1024,
            ..Bench::new().reach.timeouts
        },
        ..Reach::default()
    }
}

#[test]
fn a_web_server_is_said_to_be_no_camera_within_seconds() {
    let refusing = |mut host: TcpStream| {
        let _ = host.read(&mut [0; HEADER_SIZE]);
        let page =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<h1>Bad request</h1>";
        let _ = host.write_all(page.as_bytes());
    };
    // Some wait for the end of a line, which never comes.
    let waiting = |host: TcpStream| listen(&host);
    // Some greet.
    let greeting = |mut host: TcpStream| {
        let _ = host.write_all(b"SSH-2.0-OpenSSH_9.6\r\n");
        listen(&host);
    };
    for somebody in [
        Somebody::new(true, refusing),
        Somebody::new(true, waiting),
        Somebody::new(true, greeting),
    ] {
        let begun = Instant::now();
        let reached = quick().bootloader(&mut somebody.target(), &mut || ());
        let error = reached.err().unwrap();
        assert!(matches!(error, Error::NotACamera { .. }), "{error}");
        assert!(error.to_string().contains("is not a camera"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(9), "{error}");
        let report = flash::flash(
            &quick(),
            &mut somebody.target(),
            &package(100, b"x"),
            options(),
            &mut |_| (),
        );
        assert_eq!(report.attempts, 1, "{:?}", report.failure);
    }
}

#[test]
fn what_only_has_the_port_is_said_to_be_no_camera_as_well() {
    let somebody = Somebody::new(false, |host| listen(&host));
    let error = quick().find(&mut somebody.target()).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("is not a camera") && said.contains("11491"),
        "{said}"
    );
    let nobody = Target {
        address: next_address().into(),
        mxid: None,
    };
    let error = quick().find(&mut nobody.clone()).unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

/// A camera that keeps to the protocol, and answers requests as `answer` says: with packets, and pauses
/// before them.
fn polite(mut host: TcpStream, answer: impl Fn(&Question) -> Vec<(Duration, Vec<u8>)>) {
    let mut decoder = Decoder::new(MAX_PACKET_SIZE);
    let mut due: Vec<(Instant, Vec<u8>)> = Vec::new();
    let mut writing = 0;
    loop {
        if let Some(place) = due.iter().position(|(at, _)| *at <= Instant::now()) {
            let (_, packet) = due.remove(place);
            let header = Header {
                stream: 1,
                size: u32::try_from(packet.len()).unwrap(),
                ..Header::new(900, Kind::WriteRequest)
            };
            if host
                .write_all(&[&header.encode()[..], &packet].concat())
                .is_err()
            {
                return;
            }
        }
        let count = match host.read(decoder.space()) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        let Some(event) = decoder.advance(count).unwrap() else {
            continue;
        };
        if acknowledge(&mut host, &event).is_none() {
            return;
        }
        if event.header.kind != Kind::WriteRequest || event.header.stream != 1 {
            continue;
        }
        if writing > 0 {
            writing -= 1;
            continue;
        }
        let question = Question::decode(&event.payload).unwrap();
        if let Question::UpdateFlash { data, .. } = &question {
            writing = data.packets;
        }
        let mut at = Instant::now();
        for (pause, packet) in answer(&question) {
            at += pause;
            due.push((at, packet));
        }
    }
}

/// Answers an event, and takes a packet out.
fn acknowledge(host: &mut TcpStream, event: &Event) -> Option<()> {
    let header = event.header;
    let Some(kind) = header.kind.response() else {
        return Some(());
    };
    let answer = Header {
        kind,
        flags: Flags::ACK,
        ..header
    };
    host.write_all(&answer.encode()).ok()?;
    if header.kind == Kind::WriteRequest {
        let release = Header {
            stream: header.stream,
            size: header.size,
            ..Header::new(901, Kind::ReadReleaseRequest)
        };
        host.write_all(&release.encode()).ok()?;
    }
    Some(())
}

/// What a camera with a NOR flash says about itself.
fn facts(question: &Question) -> Option<Response> {
    Some(match question {
        Question::GetVersion => Response::Version(Version::new(0, 0, 28)),
        Question::GetCommit => Response::Commit(String::new()),
        Question::GetType => Response::Type(BootloaderType::Network),
        Question::GetMemoryDetails {
            memory: Memory::Flash,
        } => Response::MemoryDetails(Some(MemoryDetails {
            memory: Memory::Flash,
            size: 128 << 20,
            info: String::new(),
        })),
        Question::GetMemoryDetails { .. } => Response::MemoryDetails(None),
        Question::GetConfig { .. } => Response::Config(Err("none".to_owned())),
        Question::SetConfig { .. } => Response::FlashComplete(Ok(())),
        _ => return None,
    })
}

fn hostile(
    more: impl Fn(&Question) -> Vec<(Duration, Vec<u8>)> + Send + Copy + 'static,
) -> Somebody {
    Somebody::new(true, move |host| {
        polite(host, |question| match facts(question) {
            Some(response) => vec![(Duration::ZERO, response.encode())],
            None => more(question),
        });
    })
}

/// How a camera ends that is flashed, and when.
#[track_caller]
fn too_slow(somebody: &Somebody) {
    let begun = Instant::now();
    let report = flash::flash(
        &quick(),
        &mut somebody.target(),
        &package(200_000, b"x"),
        options(),
        &mut |_| (),
    );
    let took = begun.elapsed();
    let failure = report.failure.unwrap();
    let slow = matches!(failure, Failure::Camera(Error::TooSlow { .. }));
    assert!(slow, "{failure}");
    // 300 KB at the slowest rate, a second more, and what comes before.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn progress_that_creeps_has_an_end() {
    // Each step is progress enough, and there are hundreds of them.
    let creeping = |question: &Question| match question {
        Question::UpdateFlash { .. } => (1_u16..=600)
            .map(|step| {
                let done = Response::FlashStatus(f32::from(step) * 0.0015);
                (Duration::from_millis(600), done.encode())
            })
            .collect(),
        _ => Vec::new(),
    };
    too_slow(&hostile(creeping));
}

#[test]
fn reading_back_byte_by_byte_has_an_end() {
    let dripping = |question: &Question| match question {
        Question::UpdateFlash { .. } => {
            vec![(Duration::ZERO, Response::FlashComplete(Ok(())).encode())]
        }
        Question::ReadFlash { total_size, .. } => {
            let payload = Payload {
                total_size: *total_size,
                packets: *total_size,
            };
            let announced = Response::ReadFlash(Ok(payload)).encode();
            let bytes = std::iter::repeat_n((Duration::from_millis(200), vec![0xA5]), 1000);
            std::iter::once((Duration::ZERO, announced))
                .chain(bytes)
                .collect()
        }
        _ => Vec::new(),
    };
    too_slow(&hostile(dripping));
}
