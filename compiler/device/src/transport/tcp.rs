//! TCP: what PoE cameras speak.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Transport;

/// Shortest timeout that every system understands; none at all would mean to wait forever.
const SHORTEST: Duration = Duration::from_millis(1);

/// A TCP connection. Closed when dropped.
#[derive(Debug)]
pub struct Tcp {
    stream: TcpStream,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Tcp {
    /// Connects to a camera.
    ///
    /// # Errors
    /// Where the connection is not accepted within `timeout`.
    pub fn connect(address: Ipv4Addr, port: u16, timeout: Duration) -> io::Result<Self> {
        let address = SocketAddr::from((address, port));
        let stream = TcpStream::connect_timeout(&address, timeout.max(SHORTEST))?;
        // Headers are small, and the other side waits for each of them.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read_timeout: None,
            write_timeout: None,
        })
    }
}

impl Transport for Tcp {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<Option<usize>> {
        let timeout = Some(timeout.max(SHORTEST));
        if self.read_timeout != timeout {
            self.stream.set_read_timeout(timeout)?;
            self.read_timeout = timeout;
        }
        match self.stream.read(buffer) {
            Err(error) if is_timeout(&error) => Ok(None),
            read => read.map(Some),
        }
    }

    fn write(&mut self, head: &[u8], body: &[u8], timeout: Duration) -> io::Result<usize> {
        let timeout = Some(timeout.max(SHORTEST));
        if self.write_timeout != timeout {
            self.stream.set_write_timeout(timeout)?;
            self.write_timeout = timeout;
        }
        let parts = [IoSlice::new(head), IoSlice::new(body)];
        match self.stream.write_vectored(&parts) {
            Err(error) if is_timeout(&error) => Ok(0),
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            written => written,
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
