//! The datagrams by which cameras are found: UDP payloads in, values out, and back.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

use std::fmt;

use super::codes::codes;
use super::mxid::{Mxid, MxidError};

/// Why bytes are not a discovery datagram.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DatagramError {
    /// Fewer bytes than the command needs.
    #[error("a discovery datagram of {actual} bytes is too short")]
    TooShort {
        /// Bytes given.
        actual: usize,
    },
    /// An unknown command.
    #[error("unknown discovery command {0}")]
    UnknownCommand(u32),
    /// The camera's name is not an MXID.
    #[error(transparent)]
    Mxid(#[from] MxidError),
}

codes! {
    /// What a host asks.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Request {
        /// Who is there, and in which state?
        Discover = 1,
        /// How are you connected?
        Info = 2,
        /// Reboot into the bootloader. No answer.
        Reset = 3,
    }
}

impl Request {
    /// Reads a datagram; bytes after the command are ignored.
    ///
    /// # Errors
    /// Where it is too short or of an unknown command (a camera answers [`Reply::Unknown`]).
    pub fn decode(datagram: &[u8]) -> Result<Self, DatagramError> {
        let command = command(datagram)?.0;
        Self::from_code(command).ok_or(DatagramError::UnknownCommand(command))
    }

    /// The datagram.
    pub fn encode(self) -> [u8; 4] {
        self.code().to_le_bytes()
    }
}

codes! {
    /// What a camera is doing.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum DeviceState {
        /// It runs an application that a host has sent.
        Booted = 1,
        /// It waits for firmware.
        Unbooted = 2,
        /// It is in the bootloader.
        Bootloader = 3,
        /// It runs the application in its flash memory.
        FlashBooted = 4,
    }
    /// A state of other generations of cameras.
    else Other
}

impl fmt::Display for DeviceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Booted => f.write_str("booted"),
            Self::Unbooted => f.write_str("unbooted"),
            Self::Bootloader => f.write_str("bootloader"),
            Self::FlashBooted => f.write_str("flash_booted"),
            Self::Other(code) => write!(f, "state {code}"),
        }
    }
}

/// The generation of chips that packages are for, as a platform's number.
pub const MYRIAD_X: u32 = 2;

/// What a camera answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Here.
    Discovered {
        /// The camera's name.
        mxid: Mxid,
        /// What it is doing.
        state: DeviceState,
    },
    /// Here, as cameras of later generations say it; packages are for [`MYRIAD_X`] only.
    Extended {
        /// The camera's name.
        mxid: Mxid,
        /// What it is doing.
        state: DeviceState,
        /// The generation of its chip.
        platform: u32,
    },
    /// How it is connected.
    Info {
        /// The camera's name.
        mxid: Mxid,
        /// Speed of the link in Mbit/s.
        link_speed: i32,
        /// Whether both directions work at once.
        full_duplex: bool,
        /// Pins which choose where the chip boots from.
        gpio_boot_mode: i32,
    },
    /// The request was unknown.
    Unknown,
}

codes! {
    /// The replies, by the command that begins them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum ReplyKind {
        /// [`Reply::Unknown`].
        Unknown = 0,
        /// [`Reply::Discovered`].
        Discovered = 1,
        /// [`Reply::Info`].
        Info = 2,
        /// [`Reply::Extended`].
        Extended = 4,
    }
}

impl Reply {
    /// Reads a datagram; more bytes than a reply has are ignored.
    ///
    /// # Errors
    /// Where it is too short, of an unknown command, or without a proper name.
    pub fn decode(datagram: &[u8]) -> Result<Self, DatagramError> {
        let (command, rest) = command(datagram)?;
        let kind = ReplyKind::from_code(command);
        let mut words = Words {
            rest,
            size: datagram.len(),
        };
        match kind.ok_or(DatagramError::UnknownCommand(command))? {
            ReplyKind::Unknown => Ok(Self::Unknown),
            ReplyKind::Discovered => Ok(Self::Discovered {
                mxid: words.mxid()?,
                state: DeviceState::from_code(words.next()?),
            }),
            ReplyKind::Info => Ok(Self::Info {
                mxid: words.mxid()?,
                link_speed: words.next()?.cast_signed(),
                full_duplex: words.next()? != 0,
                gpio_boot_mode: words.next()?.cast_signed(),
            }),
            ReplyKind::Extended => {
                let mxid = words.mxid()?;
                let state = DeviceState::from_code(words.next()?);
                let _protocol = words.next()?;
                let platform = words.next()?;
                Ok(Self::Extended {
                    mxid,
                    state,
                    platform,
                })
            }
        }
    }

    /// The datagram.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Discovered { mxid, state } => {
                datagram(ReplyKind::Discovered, mxid, &[state.code()])
            }
            // Before and after the platform stand the protocol and two ports.
            Self::Extended {
                mxid,
                state,
                platform,
            } => datagram(ReplyKind::Extended, mxid, &[state.code(), 0, *platform, 0]),
            Self::Info {
                mxid,
                link_speed,
                full_duplex,
                gpio_boot_mode,
            } => datagram(
                ReplyKind::Info,
                mxid,
                &[
                    link_speed.cast_unsigned(),
                    u32::from(*full_duplex),
                    gpio_boot_mode.cast_unsigned(),
                ],
            ),
            Self::Unknown => ReplyKind::Unknown.code().to_le_bytes().into(),
        }
    }
}

fn command(datagram: &[u8]) -> Result<(u32, &[u8]), DatagramError> {
    let (command, rest) = datagram
        .split_first_chunk()
        .ok_or(DatagramError::TooShort {
            actual: datagram.len(),
        })?;
    Ok((u32::from_le_bytes(*command), rest))
}

/// Takes a reply apart from its front.
struct Words<'a> {
    rest: &'a [u8],
    /// Bytes of the whole datagram.
    size: usize,
}

impl Words<'_> {
    fn mxid(&mut self) -> Result<Mxid, DatagramError> {
        Ok(Mxid::from_field(&self.array()?)?)
    }

    fn next(&mut self) -> Result<u32, DatagramError> {
        self.array().map(u32::from_le_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DatagramError> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(DatagramError::TooShort { actual: self.size })?;
        self.rest = rest;
        Ok(*array)
    }
}

fn datagram(command: ReplyKind, mxid: &Mxid, numbers: &[u32]) -> Vec<u8> {
    let mut datagram: Vec<u8> = command.code().to_le_bytes().into();
    datagram.extend(mxid.to_field());
    datagram.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    datagram
}
