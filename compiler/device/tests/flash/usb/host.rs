//! A machine to whose USB the virtual camera is plugged: the cable ends at the camera's own session.
//!
//! The camera is reached as ever, but everything between host and camera goes through the cable,
//! which fails where a transfer is not one header, or not the payload that belongs to it. As real
//! ones do, the camera comes back at another port after a restart, and is pulled out when it goes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use oakc_device::discovery::{self, Camera};
use oakc_device::transport::Pipes;
use oakc_device::usb::UsbHost;
use oakc_device::xlink::datagram::{DeviceState, Request};
use oakc_device::xlink::{DISCOVERY_PORT, HEADER_SIZE, Header, TCP_PORT};
use oakc_device::{Address, Target, UsbPath};
use oakc_runtime_schema::bootloader::BootloaderType;

use super::cable::{Device, Gave, Nature, Took, plug};
use crate::bench::Bench;

/// Bytes of a transfer at most, as in the library.
const CHUNK: usize = 1 << 20;

/// Lets a bench have its camera on USB, seen there in its bootloader.
pub(crate) fn plug_in(bench: &mut Bench, nature: Nature) -> Arc<Machine> {
    bench.config.kind = BootloaderType::Usb;
    let machine = Arc::new(Machine::new(bench.config.address, nature));
    bench.reach.usb = Arc::<Machine>::clone(&machine);
    bench.target = Target {
        address: Machine::port(DeviceState::Bootloader).into(),
        mxid: Some(bench.config.mxid.clone()),
    };
    machine
}

/// USB with one camera.
#[derive(Debug)]
pub(crate) struct Machine {
    camera: Ipv4Addr,
    nature: Nature,
    claim: Arc<()>,
    opened: AtomicU32,
    /// How often it may still not be opened.
    pub(crate) denials: AtomicU32,
    /// Whether the camera waits for a bootloader.
    pub(crate) unbooted: Arc<AtomicBool>,
    /// How often the camera was called into its bootloader.
    pub(crate) calls: AtomicU32,
}

impl Machine {
    pub(crate) fn new(camera: Ipv4Addr, nature: Nature) -> Self {
        Self {
            camera,
            nature,
            claim: Arc::default(),
            opened: AtomicU32::new(0),
            denials: AtomicU32::new(0),
            unbooted: Arc::default(),
            calls: AtomicU32::new(0),
        }
    }

    /// Where the camera is while it does this: USB 2 and USB 3 have ports of their own.
    pub(crate) fn port(state: DeviceState) -> UsbPath {
        let bus = match state {
            DeviceState::FlashBooted => 2,
            DeviceState::Unbooted => 3,
            _ => 1,
        };
        UsbPath::new(bus, &[4, 2]).unwrap()
    }

    /// Whether the camera is there, and the user may.
    fn look(&self, path: UsbPath) -> io::Result<DeviceState> {
        let cameras = self.cameras();
        let camera = cameras.iter().find(|camera| camera.is_at(path));
        let camera = camera.ok_or(ErrorKind::NotFound)?;
        let denied = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if self.denials.fetch_update(order, order, denied).is_ok() {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(camera.state)
    }
}

impl UsbHost for Machine {
    fn cameras(&self) -> Vec<Camera> {
        let address = Address::Network(self.camera);
        let seen = discovery::at(self, &[address], Duration::from_millis(20)).unwrap();
        let on_usb = |camera: Camera| {
            let (mxid, state) = if self.unbooted.load(Ordering::Relaxed) {
                (None, DeviceState::Unbooted)
            } else {
                (camera.mxid, camera.state)
            };
            Camera {
                mxid,
                address: Self::port(state).into(),
                state,
                supported: true,
            }
        };
        seen.into_iter().map(on_usb).collect()
    }

    fn open(&self, path: UsbPath) -> io::Result<Pipes> {
        let state = self.look(path)?;
        if state == DeviceState::Unbooted {
            let rom = Rom {
                image: Vec::new(),
                unbooted: Arc::clone(&self.unbooted),
            };
            return Ok(plug(rom, self.nature, &self.claim));
        }
        assert_eq!(
            state,
            DeviceState::Bootloader,
            "it is not in its bootloader"
        );
        if Arc::strong_count(&self.claim) > 1 {
            return Err(ErrorKind::ResourceBusy.into());
        }
        let stream = TcpStream::connect((self.camera, TCP_PORT))?;
        stream.set_nodelay(true)?;
        let mut nature = self.nature;
        // Once is enough.
        if self.opened.fetch_add(1, Ordering::Relaxed) > 0 {
            nature.halt_at = None;
        }
        Ok(plug(Wire::new(stream), nature, &self.claim))
    }

    fn call_bootloader(&self, path: UsbPath) -> io::Result<()> {
        assert_eq!(self.look(path)?, DeviceState::FlashBooted);
        self.calls.fetch_add(1, Ordering::Relaxed);
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.send_to(&Request::Reset.encode(), (self.camera, DISCOVERY_PORT))?;
        Ok(())
    }
}

/// The camera's end: transfers to its session and back.
struct Wire {
    stream: TcpStream,
    /// Bytes of a payload that the host still owes.
    owed: usize,
    from_camera: Vec<u8>,
    /// Bytes of a payload that the camera still owes.
    promised: usize,
}

impl Wire {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            owed: 0,
            from_camera: Vec::new(),
            promised: 0,
        }
    }

    /// A transfer of the host, before a byte of it is taken.
    fn check(&mut self, transfer: &[u8]) {
        if self.owed > 0 {
            let expected = self.owed.min(CHUNK);
            assert_eq!(transfer.len(), expected, "a payload, in the largest pieces");
            self.owed -= transfer.len();
        } else {
            assert_eq!(transfer.len(), HEADER_SIZE, "a header alone");
            self.owed = payload_size(transfer);
        }
    }

    /// Reads until there are this many bytes; `None` where they do not come in time.
    fn read(&mut self, count: usize, timeout: Duration) -> io::Result<Option<Vec<u8>>> {
        let until = Instant::now() + timeout;
        while self.from_camera.len() < count {
            let left = until.saturating_duration_since(Instant::now());
            let wait = left.max(Duration::from_millis(1));
            self.stream.set_read_timeout(Some(wait))?;
            let mut buffer = vec![0; count - self.from_camera.len()];
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(came) => self.from_camera.extend(&buffer[..came]),
                Err(error) if is_timeout(&error) && left.is_zero() => return Ok(None),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let rest = self.from_camera.split_off(count);
        Ok(Some(std::mem::replace(&mut self.from_camera, rest)))
    }
}

impl Device for Wire {
    fn take(&mut self, rest: &[u8], is_new: bool, timeout: Duration) -> Took {
        if is_new {
            self.check(rest);
        }
        let wait = timeout.max(Duration::from_millis(1));
        self.stream.set_write_timeout(Some(wait)).unwrap();
        match self.stream.write(rest) {
            Ok(count) => Took::Bytes(count),
            Err(error) if is_timeout(&error) => Took::Bytes(0),
            Err(_) => Took::Gone,
        }
    }

    fn give(&mut self, timeout: Duration) -> Gave {
        let is_header = self.promised == 0;
        let count = if is_header {
            HEADER_SIZE
        } else {
            self.promised
        };
        match self.read(count, timeout) {
            Ok(Some(transfer)) => {
                self.promised = if is_header {
                    payload_size(&transfer)
                } else {
                    0
                };
                Gave::Transfer(transfer)
            }
            Ok(None) => Gave::Nothing,
            Err(_) => Gave::Gone,
        }
    }
}

/// The camera's ROM: takes an image up to a packet that is not full, and starts it.
struct Rom {
    image: Vec<u8>,
    unbooted: Arc<AtomicBool>,
}

impl Device for Rom {
    fn take(&mut self, transfer: &[u8], _: bool, _: Duration) -> Took {
        assert!(transfer.len() <= CHUNK, "a transfer of {}", transfer.len());
        self.image.extend(transfer);
        if transfer.is_empty() || !transfer.len().is_multiple_of(512) {
            let whole = self.image.starts_with(b"MA2x");
            self.unbooted.store(!whole, Ordering::Relaxed);
        }
        Took::Bytes(transfer.len())
    }

    fn give(&mut self, _: Duration) -> Gave {
        Gave::Nothing
    }
}

fn payload_size(header: &[u8]) -> usize {
    let header = header.try_into().unwrap();
    let size = Header::decode(header).unwrap().payload_size();
    usize::try_from(size).unwrap()
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
