//! Links made here: 10 Mbit/s, through a room or through half the world, and a pause now and then such
//! as a lost packet makes. They need no rights, unlike those that the kernel makes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use oakc_device::flash::{self, State};
use oakc_device::xlink::{DISCOVERY_PORT, TCP_PORT};
use oakc_device::{LARGE_PACKETS, PacketSize, SMALL_PACKETS, Target};
use oakc_runtime_schema::bootloader::Memory;

use crate::bench::{APPLICATION, Bench, dense_package, next_address, options};

const BYTES_A_SECOND: f64 = 1.25e6;
/// From end to end, half the world apart.
const FAR: Duration = Duration::from_millis(200);
/// The same in one room.
const NEAR: Duration = Duration::from_millis(1);
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

#[test]
fn a_local_network_is_not_measured() {
    // A machine that has other things to do is farther away.
    assert!((0..TRIES).any(|_| {
        let (packets, heard) = packets_over_a_link(NEAR);
        packets == LARGE_PACKETS && heard < 10_000
    }));
}

#[test]
fn a_long_way_is_measured_by_reading() {
    let (packets, heard) = packets_over_a_link(FAR);
    assert_eq!(packets, SMALL_PACKETS);
    assert!(heard > 256 * 1024, "{heard}");
}

/// Which packets are chosen, and how many bytes the camera has sent by then.
fn packets_over_a_link(delay: Duration) -> (PacketSize, usize) {
    let mut bench = Bench::new();
    bench.reach.timeouts.silence = Duration::from_secs(5);
    bench.reach.timeouts.answer = Duration::from_secs(10);
    let _camera = bench.start();
    let link = Link::to(bench.config.address, delay);
    let mut bootloader = bench
        .reach
        .bootloader(&mut link.target(), &mut || ())
        .unwrap();
    let packets = bootloader
        .suitable_packets((Memory::Flash, APPLICATION))
        .unwrap();
    drop(bootloader);
    (packets, link.heard.load(Ordering::Relaxed))
}

fn attempts_over_the_link() -> u32 {
    let mut bench = Bench::new();
    // It restarts when it hears nothing for that long, which would cost an attempt.
    bench.config.timing.watchdog = Duration::from_millis(1500);
    bench.reach.timeouts.silence = Duration::from_secs(5);
    bench.reach.timeouts.answer = Duration::from_secs(10);
    bench.reach.timeouts.progress = Duration::from_secs(30);
    let _camera = bench.start();
    let link = Link::to(bench.config.address, FAR);
    let package = dense_package(3_000_000, b"x");
    let mut target = link.target();
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
    /// Bytes that the camera has sent.
    heard: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Link {
    fn to(camera: Ipv4Addr, delay: Duration) -> Self {
        let address = next_address();
        let over = Arc::new(AtomicBool::new(false));
        let listener = TcpListener::bind((address, TCP_PORT)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let socket = UdpSocket::bind((address, DISCOVERY_PORT)).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let (of_tcp, of_udp) = (Arc::clone(&over), Arc::clone(&over));
        let heard = Arc::new(AtomicUsize::new(0));
        let way = Way {
            camera,
            delay,
            heard: Arc::clone(&heard),
        };
        let threads = vec![
            thread::spawn(move || way.carry_connections(&listener, &of_tcp)),
            thread::spawn(move || carry_datagrams(&socket, camera, delay, &of_udp)),
        ];
        Self {
            address,
            heard,
            over,
            threads,
        }
    }

    /// The camera, as it is known from here.
    fn target(&self) -> Target {
        Target {
            address: self.address.into(),
            mxid: None,
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

fn carry_datagrams(near: &UdpSocket, camera: Ipv4Addr, delay: Duration, over: &AtomicBool) {
    let far = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    far.set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let mut buffer = [0; 256];
    while !over.load(Ordering::Relaxed) {
        if let Ok((size, host)) = near.recv_from(&mut buffer) {
            far.send_to(&buffer[..size], (camera, DISCOVERY_PORT))
                .unwrap();
            if let Ok(size) = far.recv(&mut buffer) {
                thread::sleep(delay);
                near.send_to(&buffer[..size], host).unwrap();
            }
        }
    }
}

/// What connections go through.
struct Way {
    camera: Ipv4Addr,
    delay: Duration,
    heard: Arc<AtomicUsize>,
}

impl Way {
    fn carry_connections(&self, near: &TcpListener, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            match near.accept() {
                Ok((host, _)) => {
                    host.set_nonblocking(false).unwrap();
                    // Where the camera takes no connection, neither does the link.
                    if let Ok(device) = TcpStream::connect((self.camera, TCP_PORT)) {
                        self.carry(&host, &device);
                    }
                }
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    fn carry(&self, host: &TcpStream, device: &TcpStream) {
        host.set_nodelay(true).unwrap();
        device.set_nodelay(true).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| one_way(host, device, self.delay, &AtomicUsize::new(0)));
            one_way(device, host, self.delay, &self.heard);
        });
    }
}

/// Takes as much as the link carries, and delivers it later.
fn one_way(mut from: &TcpStream, mut to: &TcpStream, delay: Duration, carried: &AtomicUsize) {
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
            carried.fetch_add(count, Ordering::Relaxed);
            #[expect(clippy::cast_precision_loss, reason = "a piece is small")]
            let takes = Duration::from_secs_f64(count as f64 / BYTES_A_SECOND);
            due = due.max(Instant::now()) + takes;
            if number % ONE_LOST_OF == ONE_LOST_OF - 1 {
                due += SECOND_TIME;
            }
            // The link takes no more than it carries.
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if sender.send((due + delay, piece)).is_err() {
                break;
            }
        }
        // The other half waits for more otherwise.
        drop(sender);
        let _ = from.shutdown(Shutdown::Both);
    });
}
