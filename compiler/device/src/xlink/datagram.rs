//! The datagrams by which cameras are found: UDP payloads in, values out, and back.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

use std::fmt;

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

/// What a host asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Who is there, and in which state?
    Discover,
    /// How are you connected?
    Info,
    /// Reboot into the bootloader. No answer.
    Reset,
}

impl Request {
    /// Reads a datagram; bytes after the command are ignored.
    ///
    /// # Errors
    /// Where it is too short or of an unknown command (a camera answers [`Reply::Unknown`]).
    pub fn decode(datagram: &[u8]) -> Result<Self, DatagramError> {
        match command(datagram)?.0 {
            1 => Ok(Self::Discover),
            2 => Ok(Self::Info),
            3 => Ok(Self::Reset),
            command => Err(DatagramError::UnknownCommand(command)),
        }
    }

    /// The datagram.
    pub fn encode(self) -> [u8; 4] {
        let command: u32 = match self {
            Self::Discover => 1,
            Self::Info => 2,
            Self::Reset => 3,
        };
        command.to_le_bytes()
    }
}

/// What a camera is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceState {
    /// It runs an application that a host has sent.
    Booted,
    /// It waits for firmware.
    Unbooted,
    /// It is in the bootloader.
    Bootloader,
    /// It runs the application in its flash memory.
    FlashBooted,
    /// A state of other generations of cameras.
    Other(u32),
}

impl DeviceState {
    fn from_code(code: u32) -> Self {
        let known = [
            Self::Booted,
            Self::Unbooted,
            Self::Bootloader,
            Self::FlashBooted,
        ];
        let found = known.into_iter().find(|state| state.code() == code);
        found.unwrap_or(Self::Other(code))
    }

    fn code(self) -> u32 {
        match self {
            Self::Booted => 1,
            Self::Unbooted => 2,
            Self::Bootloader => 3,
            Self::FlashBooted => 4,
            Self::Other(code) => code,
        }
    }
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

impl Reply {
    /// Reads a datagram; more bytes than a reply has are ignored.
    ///
    /// # Errors
    /// Where it is too short, of an unknown command, or without a proper name.
    pub fn decode(datagram: &[u8]) -> Result<Self, DatagramError> {
        let (command, rest) = command(datagram)?;
        let mut words = Words {
            rest,
            size: datagram.len(),
        };
        match command {
            0 => Ok(Self::Unknown),
            1 => Ok(Self::Discovered {
                mxid: words.mxid()?,
                state: DeviceState::from_code(words.next()?),
            }),
            2 => Ok(Self::Info {
                mxid: words.mxid()?,
                link_speed: words.next()?.cast_signed(),
                full_duplex: words.next()? != 0,
                gpio_boot_mode: words.next()?.cast_signed(),
            }),
            4 => {
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
            command => Err(DatagramError::UnknownCommand(command)),
        }
    }

    /// The datagram.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Discovered { mxid, state } => datagram(1, mxid, &[state.code()]),
            // Before and after the platform stand the protocol and two ports.
            Self::Extended {
                mxid,
                state,
                platform,
            } => datagram(4, mxid, &[state.code(), 0, *platform, 0]),
            Self::Info {
                mxid,
                link_speed,
                full_duplex,
                gpio_boot_mode,
            } => datagram(
                2,
                mxid,
                &[
                    link_speed.cast_unsigned(),
                    u32::from(*full_duplex),
                    gpio_boot_mode.cast_unsigned(),
                ],
            ),
            Self::Unknown => 0_u32.to_le_bytes().into(),
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

fn datagram(command: u32, mxid: &Mxid, numbers: &[u32]) -> Vec<u8> {
    let mut datagram: Vec<u8> = command.to_le_bytes().into();
    datagram.extend(mxid.to_field());
    datagram.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    datagram
}
