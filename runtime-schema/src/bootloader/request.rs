//! What a host asks of a bootloader: packets in, [`Request`]s out, and back. Data that follow a
//! request are never part of it.

use super::record::{codes, fields, records};
use super::{Memory, Payload, Section};

records! {
    /// What the host asks.
    ///
    /// Data that belong to a request follow in packets of their own on the same stream.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Request;

    /// The kind of a request, without its contents.
    pub enum RequestKind;

    /// Start the USB boot loader in the chip's ROM. No answer; the link drops.
    0 since 2: UsbRomBoot;

    /// Start the application. Answered only if that fails.
    1 since 2: BootApplication;

    /// Write an application or a bootloader to its place. Data follow; answered by progress reports
    /// and an end.
    2 since 2: UpdateFlash {
        /// What is written.
        storage: Storage,
        /// The data that follow.
        data: Payload,
    };

    /// Ask for the version.
    3 since 2: GetVersion;

    /// Start a bootloader or firmware that follows as data. No answer; the link drops.
    4 since 12: BootMemory {
        /// The data that follow.
        data: Payload,
    };

    /// As [`Request::UpdateFlash`], to a section.
    5 since 12: UpdateFlashSection {
        /// Which memory.
        memory: Memory,
        /// Which section of it.
        section: Section,
        /// The data that follow.
        data: Payload,
    };

    /// As [`Request::UpdateFlash`], to an offset.
    6 since 12: UpdateFlashAt {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start.
        offset: u32,
        /// The data that follow.
        data: Payload,
    };

    /// Do nothing except answer.
    7 since 21: NoOp;

    /// Ask for the type of the bootloader.
    8 since 12: GetType;

    /// Store the configuration, which follows as one packet of BSON, or clear it.
    9 since 14: SetConfig {
        /// Which memory; the bootloader chooses if it is [`Memory::Auto`].
        memory: Memory,
        /// Bytes from its start; the default place of the configuration if negative.
        offset: i64,
        /// Nothing follows; the configuration is removed.
        clear: bool,
        /// The data that follow.
        data: Payload,
    };

    /// Ask for the configuration.
    10 since 14: GetConfig {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start; the default place of the configuration if negative.
        offset: i64,
        /// Longest answer in bytes; 0 for any.
        max_size: u32,
    };

    /// Ask which memory the bootloader was started from.
    11 since 14: GetMemory;

    /// Ask for the commit that the bootloader was built from.
    12 since 18: GetCommit;

    /// Write a boot header.
    13 since 19: UpdateBootHeader(header: BootHeader);

    /// Ask for bytes of a memory. Answered by a response and data.
    14 since 19: ReadFlash {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start.
        offset: u32,
        /// Bytes in total.
        total_size: u32,
    };

    /// Ask about the application in a memory.
    15 since 19: GetApplicationDetails {
        /// Which memory.
        memory: Memory,
    };

    /// Ask about a memory.
    16 since 19: GetMemoryDetails {
        /// Which memory.
        memory: Memory,
    };

    /// Ask whether the running bootloader is the user bootloader.
    17 since 21: IsUserBootloader;
}

codes! {
    /// What [`Request::UpdateFlash`] writes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Storage, "storage" {
        /// An application package.
        Application = 0,
        /// A factory bootloader.
        Bootloader = 1,
    }
}

codes! {
    /// Which boot header is written.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum BootHeaderKind, "boot header" {
        /// One that sets the pins that select where the chip boots from.
        GpioMode = 0,
        /// One that makes the chip boot from USB.
        UsbRecovery = 1,
        /// The usual one.
        Normal = 2,
        /// The usual one with a faster read.
        Fast = 3,
    }
}

fields! {
    /// A boot header: what the chip's ROM reads first. Negative numbers leave the choice to the
    /// bootloader.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct BootHeader {
        /// Which kind.
        pub kind: BootHeaderKind,
        /// Where the header goes, in bytes from the start of the memory.
        pub offset: i64,
        /// Where the bootloader is, in bytes from the start of the memory.
        pub location: i64,
        /// Dummy cycles of a fast read.
        pub dummy_cycles: i32,
        /// Clock of the memory.
        pub frequency: i32,
        /// Pins that select where the chip boots from.
        pub gpio_mode: i32,
    }
}
