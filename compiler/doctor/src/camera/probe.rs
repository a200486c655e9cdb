//! A camera, connected to: how it takes the connection, what its bootloader tells, and how fast its memory is
//! read. It restarts afterwards, and before if it runs its application; nothing on it changes.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use oakc_device::maintenance::Info;
use oakc_device::xlink::TCP_PORT;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Bootloader, Error, Reach, Result, Target, Timeouts};
use oakc_runtime_schema::bootloader::{BootloaderType, Memory, RequestKind};

use crate::observations::{Connection, Reading, Sight, Told};

/// How long a connection may take. A camera takes none for a moment after one has ended.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a camera may take into its bootloader.
const BOOTLOADER: Duration = Duration::from_secs(10);
/// What is read at once, and at most.
const PIECE: u32 = 512 * 1024;
const MOST: u64 = 8 * 1024 * 1024;
/// After this time no more is read.
const LONG_ENOUGH: Duration = Duration::from_secs(2);
/// How long a camera may take to be back.
const BACK: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);

/// Connects to a camera, and adds what comes of it.
///
/// # Errors
/// Where the user asks to stop.
pub fn probe(reach: &Reach, sight: &mut Sight) -> Result<()> {
    let Some(address) = sight.address else {
        return Ok(());
    };
    if !sight.is_discovered() || sight.state() == Some(DeviceState::Booted) {
        // There is no bootloader to be had; only whether something listens.
        sight.connection = Some(port(address));
        return Ok(());
    }
    let usual = Timeouts::default();
    let reach = Reach {
        timeouts: Timeouts {
            connect: CONNECT,
            bootloader: BOOTLOADER,
            ..usual
        },
        ..reach.clone()
    };
    let mxid = sight.answers.first().and_then(|camera| camera.mxid.clone());
    let mut target = Target {
        address: address.into(),
        mxid,
    };
    sight.connection = Some(match reach.bootloader(&mut target, &mut || ()) {
        Ok(mut bootloader) => {
            let told = converse(&mut bootloader, sight);
            bootloader.close();
            wait_until_back(&reach, &mut target)?;
            match told {
                Ok(()) => Connection::Bootloader,
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(error) => Connection::Failed(error.to_string()),
            }
        }
        Err(Error::Cancelled) => return Err(Error::Cancelled),
        Err(error) => connection(error),
    });
    Ok(())
}

fn converse(bootloader: &mut Bootloader, sight: &mut Sight) -> Result<()> {
    let info = Info::ask(bootloader)?;
    sight.told = Some(Told {
        running: info.version,
        flashed: info.flashed(),
        is_network: info.kind == BootloaderType::Network,
        has_application: info.application().is_some(),
        config: info.config.as_ref().ok().cloned(),
    });
    if bootloader.knows(RequestKind::ReadFlash) {
        sight.reading = Some(read(bootloader)?);
    }
    Ok(())
}

/// Reads the memory from its start, piece by piece.
fn read(bootloader: &mut Bootloader) -> Result<Reading> {
    let begun = Instant::now();
    let mut bytes = 0_u64;
    while bytes < MOST && begun.elapsed() < LONG_ENOUGH {
        let offset = u32::try_from(bytes).unwrap_or(u32::MAX);
        bootloader.read((Memory::Flash, offset), PIECE, &mut |_| Ok(()))?;
        bytes = bytes.saturating_add(PIECE.into());
    }
    let time = begun.elapsed();
    Ok(Reading { bytes, time })
}

fn wait_until_back(reach: &Reach, target: &mut Target) -> Result<()> {
    let until = Instant::now() + BACK;
    while matches!(reach.look(target, false), Ok(None)) && Instant::now() < until {
        reach.cancel.sleep(PAUSE)?;
    }
    Ok(())
}

fn connection(error: Error) -> Connection {
    match error {
        Error::Connect { source, .. } => of_kind(source.kind(), &source.to_string()),
        Error::NotACamera { reason, .. } => Connection::Strange(reason),
        Error::Silent { .. } => Connection::Silent,
        error => Connection::Failed(error.to_string()),
    }
}

/// Whether something listens. Nothing is said to it.
fn port(address: Ipv4Addr) -> Connection {
    let address = SocketAddr::from((address, TCP_PORT));
    match TcpStream::connect_timeout(&address, CONNECT) {
        Ok(_) => Connection::Strange("it does not answer on UDP port 11491".to_owned()),
        Err(error) => of_kind(error.kind(), &error.to_string()),
    }
}

fn of_kind(kind: ErrorKind, text: &str) -> Connection {
    match kind {
        ErrorKind::ConnectionRefused => Connection::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Connection::Silent,
        _ => Connection::Failed(text.to_owned()),
    }
}
