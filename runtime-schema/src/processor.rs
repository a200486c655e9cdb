//! The device's processors, log levels and USB speeds.

use crate::reflect::Reflect;

/// The processor core that a node runs on.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum ProcessorType {
    /// The core with network and USB; scripts that use sockets need it. It also runs the camera
    /// control loops, so it is the busier one.
    #[default]
    LEON_CSS = 0,
    /// The core beside the media hardware; it has no network.
    LEON_MSS = 1,
}

/// How much the device logs; each level includes those after it.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum LogLevel {
    /// Every step.
    #[default]
    TRACE = 0,
    /// What helps to find a fault.
    DEBUG = 1,
    /// What happens in normal work.
    INFO = 2,
    /// What may be wrong.
    WARN = 3,
    /// What is wrong.
    ERR = 4,
    /// What ends the work.
    CRITICAL = 5,
    /// Nothing.
    OFF = 6,
}

/// Speed classes of USB.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum UsbSpeed {
    /// Not known.
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
