//! The device's processors, log levels and USB speeds.

use crate::reflect::Reflect;

/// The processor core that a node runs on.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum ProcessorType {
    /// The core with network and USB; scripts that use sockets need it. It also runs the camera
    /// control loops, so it has the higher load.
    #[default]
    LEON_CSS = 0,
    /// The core for the media hardware; it has no network access.
    LEON_MSS = 1,
}

/// How much the device logs; each level includes the ones after it.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum LogLevel {
    /// Very detailed messages.
    #[default]
    TRACE = 0,
    /// Messages for debugging.
    DEBUG = 1,
    /// Messages about normal operation.
    INFO = 2,
    /// Possible problems.
    WARN = 3,
    /// Errors.
    ERR = 4,
    /// Errors after which the device cannot continue.
    CRITICAL = 5,
    /// No messages.
    OFF = 6,
}

/// USB speeds.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum UsbSpeed {
    /// Unknown.
    #[default]
    UNKNOWN = 0,
    /// 1.5 Mbit/s.
    LOW = 1,
    /// 12 Mbit/s.
    FULL = 2,
    /// 480 Mbit/s (USB 2).
    HIGH = 3,
    /// 5 Gbit/s (USB 3).
    SUPER = 4,
    /// 10 Gbit/s (USB 3.1).
    SUPER_PLUS = 5,
}
