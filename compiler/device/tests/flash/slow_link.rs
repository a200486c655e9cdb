//! A link through half the world, made here: 10 Mbit/s, 200 ms each way, and a pause now and then
//! such as a lost packet makes. It needs no rights, unlike those that the kernel makes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use oakc_device::Target;
use oakc_device::flash::{self, State};
use oakc_device::xlink::{DISCOVERY_PORT, TCP_PORT};

use crate::bench::{Bench, dense_package, next_address, options};

const BYTES_A_SECOND: f64 = 1.25e6;
const DELAY: Duration = Duration::from_millis(200);
/// What the link carries at once.
const PIECE: usize = 1400;
/// One of this many pieces is lost, and is sent a second time.
const ONE_LOST_OF: usize = 50;
const SECOND_TIME: Duration = Duration::from_millis(30);

/// Signs of life that stand behind data are late each time; on a machine that has other things to do
/// now and then.
const TRIES: u32 = 3;

#[test]
fn signs_of_life_come_in_time_however_long_the_link() {
    assert!((0..TRIES).any(|_| attempts_over_the_link() == 1));
}

fn attempts_over_the_link() -> u32 {
    let mut bench = Bench::new();
    // It restarts when it hears nothing for that long, which would cost an attempt.
    bench.config.timing.watchdog = Duration::from_millis(1500);
    bench.reach.timeouts.silence = Duration::from_secs(5);
    bench.reach.timeouts.answer = Duration::from_secs(10);
    bench.reach.timeouts.progress = Duration::from_secs(30);
    let _camera = bench.start();
    let link = Link::to(bench.config.address);
    let package = dense_package(3_000_000, b"x");
    let mut target = Target {
        address: link.address.into(),
        mxid: None,
    };
    let options = options();
    let report = flash::flash(&bench.reach, &mut target, &package, options, &mut |event| {
        if let flash::Event::Retrying { error, .. } = event {
            println!("{error}");
        }
    });
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!(report.state, State::Running);
    assert!(bench.holds(&package));
    // Time enough for a watchdog that is not fed.
    assert!(
        report.write_time > Duration::from_secs(2),
        "{:?}",
        report.write_time
    );
    report.attempts
}

/// The near end of a link to a camera.
struct Link {
    address: Ipv4Addr,
    over: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Link {
    fn to(camera: Ipv4Addr) -> Self {
        let address = next_address();
        let over = Arc::new(AtomicBool::new(false));
        let listener = TcpListener::bind((address, TCP_PORT)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let socket = UdpSocket::bind((address, DISCOVERY_PORT)).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let (of_tcp, of_udp) = (Arc::clone(&over), Arc::clone(&over));
        let threads = vec![
            thread::spawn(move || carry_connections(&listener, camera, &of_tcp)),
            thread::spawn(move || carry_datagrams(&socket, camera, &of_udp)),
        ];
        Self {
            address,
            over,
            threads,
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn carry_datagrams(near: &UdpSocket, camera: Ipv4Addr, over: &AtomicBool) {
    let far = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    far.set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let mut buffer = [0; 256];
    while !over.load(Ordering::Relaxed) {
        if let Ok((size, host)) = near.recv_from(&mut buffer) {
            far.send_to(&buffer[..size], (camera, DISCOVERY_PORT))
                .unwrap();
            if let Ok(size) = far.recv(&mut buffer) {
                thread::sleep(DELAY);
                near.send_to(&buffer[..size], host).unwrap();
            }
        }
    }
}

fn carry_connections(near: &TcpListener, camera: Ipv4Addr, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        match near.accept() {
            Ok((host, _)) => {
                host.set_nonblocking(false).unwrap();
                // Where the camera takes no connection, neither does the link.
                if let Ok(device) = TcpStream::connect((camera, TCP_PORT)) {
                    carry(&host, &device);
                }
            }
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

fn carry(host: &TcpStream, device: &TcpStream) {
    thread::scope(|scope| {
        scope.spawn(|| one_way(host, device));
        one_way(device, host);
    });
}

/// Takes as much as the link carries, and delivers it later.
fn one_way(mut from: &TcpStream, mut to: &TcpStream) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::scope(move |scope| {
        scope.spawn(move || {
            for (due, piece) in receiver {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                if to.write_all(&piece).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Both);
        });
        let mut due = Instant::now();
        for number in 0_usize.. {
            let mut piece = vec![0; PIECE];
            let count = match from.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            piece.truncate(count);
            #[expect(clippy::cast_precision_loss, reason = "a piece is small")]
            let takes = Duration::from_secs_f64(count as f64 / BYTES_A_SECOND);
            due = due.max(Instant::now()) + takes;
            if number % ONE_LOST_OF == ONE_LOST_OF - 1 {
                due += SECOND_TIME;
            }
            // The link takes no more than it carries.
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if sender.send((due + DELAY, piece)).is_err() {
                break;
            }
        }
        // The other half waits for more otherwise.
        drop(sender);
        let _ = from.shutdown(Shutdown::Both);
    });
}
