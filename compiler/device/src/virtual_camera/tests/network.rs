//! The camera on real sockets. Each test has addresses of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream, UdpSocket};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{STREAM, WATCHDOG_STREAM};

use super::super::{Config, Start, StartError, Storage, Timing, VirtualCamera};
use super::package;
use crate::xlink::datagram::{DeviceState, Reply, Request};
use crate::xlink::{DISCOVERY_PORT, HEADER_SIZE, Header, Kind, StreamName, TCP_PORT};

const SOON: Duration = Duration::from_secs(10);

fn config(address: Ipv4Addr) -> Config {
    let mut config = Config::new(address);
    config.timing = Timing {
        boot: Duration::from_millis(20),
        window: Duration::from_millis(100),
        watchdog: Duration::from_millis(300),
    };
    config
}

fn camera(address: Ipv4Addr, faults: &[&str]) -> VirtualCamera {
    let mut config = config(address);
    config.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    VirtualCamera::start(config).unwrap()
}

/// One question by datagram.
fn ask(address: Ipv4Addr, request: &[u8]) -> Option<Reply> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    socket.send_to(request, (address, DISCOVERY_PORT)).unwrap();
    let mut reply = [0; 64];
    let (size, from) = socket.recv_from(&mut reply).ok()?;
    assert_eq!(from.ip(), address);
    Some(Reply::decode(&reply[..size]).unwrap())
}

fn state(address: Ipv4Addr) -> Option<DeviceState> {
    match ask(address, &Request::Discover.encode())? {
        Reply::Discovered { state, .. } => Some(state),
        reply => panic!("{reply:?}"),
    }
}

/// Tries until it works.
#[track_caller]
fn eventually<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + SOON;
    loop {
        if let Some(value) = attempt() {
            return value;
        }
        assert!(Instant::now() < end, "it did not happen in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn connect(address: Ipv4Addr) -> TcpStream {
    let stream = eventually(|| TcpStream::connect((address, TCP_PORT)).ok());
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

/// A connection that has begun. Where the camera has not yet noticed that the host before is
/// gone, another attempt is needed.
fn greet(address: Ipv4Addr) -> TcpStream {
    eventually(|| {
        let mut stream = connect(address);
        let ping = Header::new(1, Kind::PingRequest).encode();
        let mut answer = [0; HEADER_SIZE];
        stream.write_all(&ping).ok()?;
        stream.read_exact(&mut answer).ok()?;
        assert_eq!(Header::decode(&answer).unwrap().kind, Kind::PingResponse);
        Some(stream)
    })
}

fn send(stream: &mut TcpStream, header: Header, payload: &[u8]) {
    let bytes = [&header.encode()[..], payload].concat();
    stream.write_all(&bytes).unwrap();
}

fn receive(stream: &mut TcpStream) -> Header {
    let mut header = [0; HEADER_SIZE];
    stream.read_exact(&mut header).unwrap();
    Header::decode(&header).unwrap()
}

/// Whether the camera ends the connection, be it politely or not.
fn ends(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted
        ),
    }
}

#[test]
fn several_cameras_have_addresses_names_and_files_of_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let first = Ipv4Addr::new(127, 1, 40, 254);
    let mut config = config(first);
    config.start = Start::Bootloader;
    config.flash.file = Some(directory.path().join("nor.img"));
    let count = NonZeroU32::new(3).unwrap();
    let cameras = VirtualCamera::start_several(&config, count).unwrap();
    let last = Ipv4Addr::new(127, 1, 41, 0);
    assert_eq!(cameras[2].address(), last);
    assert_ne!(cameras[1].mxid(), cameras[2].mxid());
    assert_eq!(state(last), Some(DeviceState::Bootloader));
    let file = directory.path().join(format!("nor-{last}.img"));
    assert!(file.exists());
    config.address = Ipv4Addr::BROADCAST;
    let none = VirtualCamera::start_several(&config, count);
    assert!(matches!(none, Err(StartError::TooFewAddresses { .. })));
}

#[test]
fn a_camera_tells_who_it_is() {
    let address = Ipv4Addr::new(127, 77, 0, 1);
    let camera = camera(address, &[]);
    let mxid = camera.mxid().clone();
    let found = Reply::Discovered {
        mxid: mxid.clone(),
        state: DeviceState::Bootloader,
    };
    assert_eq!(ask(address, &Request::Discover.encode()), Some(found));
    let info = ask(address, &Request::Info.encode());
    assert!(matches!(info, Some(Reply::Info { mxid: name, .. }) if name == mxid));
    assert_eq!(ask(address, &[9, 0, 0, 0]), Some(Reply::Unknown));
    assert_eq!(ask(address, &[1]), None);
}

#[test]
fn the_port_is_closed_while_a_host_is_connected_and_open_again_after_it() {
    let address = Ipv4Addr::new(127, 77, 0, 2);
    let _camera = camera(address, &[]);
    let mut host = greet(address);
    let second = TcpStream::connect((address, TCP_PORT));
    assert_eq!(second.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    send(&mut host, Header::new(2, Kind::ResetRequest), &[]);
    assert!(ends(&mut host));
    greet(address);
}

#[test]
fn looking_whether_the_port_is_open_does_not_reset_the_camera() {
    let address = Ipv4Addr::new(127, 77, 0, 3);
    let mut config = config(address);
    config.timing.boot = Duration::from_mins(1);
    let _camera = VirtualCamera::start(config).unwrap();
    for _ in 0..3 {
        drop(connect(address));
    }
    greet(address);
}

#[test]
fn a_connection_is_cut_at_the_byte() {
    let address = Ipv4Addr::new(127, 77, 0, 4);
    let _camera = camera(address, &["cut@168"]);
    let mut host = greet(address);
    let kinds = [receive(&mut host).kind, receive(&mut host).kind];
    assert_eq!(kinds, [Kind::CreateStreamRequest; 2]);
    // One byte less than it takes.
    let ping_again = Header::new(2, Kind::PingRequest).encode();
    host.write_all(&ping_again[..83]).unwrap();
    host.set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    assert!(!ends(&mut host));
    host.write_all(&ping_again[83..]).unwrap();
    host.set_read_timeout(Some(SOON)).unwrap();
    assert!(ends(&mut host));
    greet(address);
}

#[test]
fn refused_and_deaf_pass_by() {
    let address = Ipv4Addr::new(127, 77, 0, 5);
    let _camera = camera(address, &["refuse*2", "deaf"]);
    assert_eq!(state(address), None);
    assert_eq!(state(address), Some(DeviceState::Bootloader));
    for _ in 0..2 {
        assert!(ends(&mut connect(address)));
    }
    greet(address);
}

#[test]
fn a_host_whose_signs_of_life_end_is_given_up() {
    let address = Ipv4Addr::new(127, 77, 0, 6);
    let _camera = camera(address, &[]);
    let mut host = greet(address);
    for (stream, name) in [(0, STREAM), (1, WATCHDOG_STREAM)] {
        let mut header = Header::new(2, Kind::CreateStreamRequest);
        header.stream = stream;
        header.stream_name = StreamName::new(name).unwrap();
        send(&mut host, header, &[]);
    }
    let mut alive = Header::new(4, Kind::WriteRequest);
    alive.stream = 1;
    alive.size = 4;
    send(&mut host, alive, &[0; 4]);
    let start = Instant::now();
    assert!(ends(&mut host));
    let waited = start.elapsed();
    assert!(
        waited > Duration::from_millis(200) && waited < SOON,
        "{waited:?}"
    );
}

#[test]
fn a_connection_on_which_nothing_comes_is_free_again_after_the_watchdogs_time() {
    let address = Ipv4Addr::new(127, 77, 0, 11);
    let _camera = camera(address, &[]);
    for greeted in [false, true] {
        let mut idle = if greeted {
            greet(address)
        } else {
            connect(address)
        };
        let start = Instant::now();
        assert!(ends(&mut idle));
        let waited = start.elapsed();
        assert!(waited > Duration::from_millis(200), "{waited:?}");
    }
    greet(address);
}

#[test]
fn a_flood_of_datagrams_leaves_no_camera_deaf_or_its_host_waiting() {
    let address = Ipv4Addr::new(127, 77, 0, 12);
    let _camera = camera(address, &[]);
    let flood = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for _ in 0..10_000 {
        flood
            .send_to(&[9, 0, 0, 0], (address, DISCOVERY_PORT))
            .unwrap();
    }
    // What the camera has had no room for is lost; the rest it has read by then without being asked again.
    std::thread::sleep(SOON / 20);
    assert_eq!(state(address), Some(DeviceState::Bootloader));
    greet(address);
}

#[test]
fn a_camera_that_hangs_is_reset_by_its_watchdog() {
    let address = Ipv4Addr::new(127, 77, 0, 7);
    let _camera = camera(address, &["hang@84"]);
    let mut host = connect(address);
    send(&mut host, Header::new(1, Kind::PingRequest), &[]);
    assert!(ends(&mut host));
    greet(address);
}

#[test]
fn a_running_application_is_left_for_the_bootloader_when_a_host_calls() {
    let address = Ipv4Addr::new(127, 77, 0, 8);
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut image = vec![0xFF; 0x0080_0000];
    image.extend(package(b"MA2x", "runs"));
    std::fs::write(file.path(), image).unwrap();
    let mut config = config(address);
    config.flash = Storage {
        file: Some(file.path().to_owned()),
        size: 16 << 20,
    };
    let camera = VirtualCamera::start(config.clone()).unwrap();
    assert_eq!(state(address), Some(DeviceState::FlashBooted));
    assert!(TcpStream::connect((address, TCP_PORT)).is_err());
    assert_eq!(ask(address, &Request::Reset.encode()), None);
    eventually(|| (state(address) == Some(DeviceState::Bootloader)).then_some(()));
    let host = greet(address);
    drop(host);
    // Nobody calls any more: after its window the application runs again.
    eventually(|| (state(address) == Some(DeviceState::FlashBooted)).then_some(()));
    drop(camera);
    config.start = Start::Bootloader;
    let _camera = VirtualCamera::start(config).unwrap();
    assert_eq!(state(address), Some(DeviceState::Bootloader));
}

#[test]
fn an_address_has_one_camera_and_is_free_when_it_is_gone() {
    let address = Ipv4Addr::new(127, 77, 0, 9);
    let first = camera(address, &[]);
    let second = VirtualCamera::start(config(address));
    assert!(matches!(second, Err(StartError::Network { .. })));
    drop(first);
    let _third = camera(address, &[]);
}

#[test]
fn slow_is_as_slow_as_asked() {
    let address = Ipv4Addr::new(127, 77, 0, 10);
    let _camera = camera(address, &["slow:1K"]);
    let mut host = connect(address);
    let start = Instant::now();
    for _ in 0..6 {
        send(&mut host, Header::new(1, Kind::PingRequest), &[]);
    }
    let mut answers = 0;
    while answers < 6 {
        answers += usize::from(receive(&mut host).kind == Kind::PingResponse);
    }
    // 504 bytes at 1024 a second.
    assert!(start.elapsed() > Duration::from_millis(450));
}

#[test]
fn sixty_four_cameras_come_and_go_in_no_time() {
    let addresses: Vec<_> = (1..=64)
        .map(|host| Ipv4Addr::new(127, 77, 1, host))
        .collect();
    let start = Instant::now();
    let cameras: Vec<_> = addresses.iter().map(|at| camera(*at, &[])).collect();
    for address in &addresses {
        assert_eq!(state(*address), Some(DeviceState::Bootloader));
    }
    drop(cameras);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}
