//! The SBR container: a table of named sections at the start of an application package.
//!
//! In: 512 bytes. Out: a [`Header`], and back: `"BR"`, then 17 entries of 30 bytes (name, size,
//! offset, checksum, type, flags; all little-endian), of which any may be unused. The bootloader on
//! the camera reads this table to find the firmware and the pipeline in flash memory, so a header
//! that could point it elsewhere (outside the file, into the table, into another section) is
//! refused. Sections may be in any order, have gaps between them and have unknown names.
//!
//! Never: reading the contents of a section, except by [`checksum()`]; a panic, whatever the bytes
//! are; more than 17 entries allocated. Layout and rules are those of depthai 2.33
//! (depthai-bootloader-shared, and the package writer in DeviceBootloader).
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

mod checksum;

use std::fmt;

pub use checksum::{INITIAL_CHECKSUM, LinearChecksum, checksum, checksum_from};

/// Size of the table in bytes, and offset of the first section.
pub const HEADER_SIZE: usize = 512;
/// Number of entries in the table.
pub const MAX_SECTIONS: usize = 17;
/// Maximum length of a section's name in bytes. A name of this length has no NUL after it.
pub const MAX_NAME_SIZE: usize = 16;
/// The first two bytes of a container.
pub const IDENTIFIER: [u8; 2] = *b"BR";
/// The second section of a package starts at a multiple of this many bytes (1 MiB), so that the
/// firmware before it can grow without everything having to be flashed again.
pub const PIPELINE_ALIGNMENT: u64 = 1024 * 1024;
/// Later sections start at multiples of this many bytes (64 KiB, an erase block of NOR flash).
pub const SECTION_ALIGNMENT: u64 = 64 * 1024;

/// Section with the preboot header and the device firmware. The only section that may be
/// compressed.
pub const FIRMWARE: &str = "__firmware";
/// Section with the pipeline schema.
pub const PIPELINE: &str = "pipeline";
/// Section with the asset map.
pub const ASSETS: &str = "assets";
/// Section with the assets' bytes.
pub const ASSET_STORAGE: &str = "asset_storage";
/// Section with the commit of the firmware, 40 hexadecimal digits.
pub const FIRMWARE_VERSION: &str = "__fw_version";
/// Section with the name of the application; may be empty.
pub const APP_NAME: &str = "app_name";
/// The sections of a package in the order in which depthai 2.33 writes them.
pub const PACKAGE_SECTIONS: [&str; 6] = [
    FIRMWARE,
    PIPELINE,
    ASSETS,
    ASSET_STORAGE,
    FIRMWARE_VERSION,
    APP_NAME,
];

/// Size of an entry in bytes.
const ENTRY_SIZE: usize = 30;

/// Why bytes are not an SBR container, or sections cannot form one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SbrError {
    /// Fewer bytes than the table needs.
    #[error(
        "not an application package: the table of sections takes 512 bytes, but there are only {actual}"
    )]
    TooShort {
        /// Bytes given.
        actual: usize,
    },
    /// The first two bytes are not `BR`.
    #[error("not an application package: it starts with {found:02x?} instead of `BR`")]
    WrongIdentifier {
        /// The first two bytes.
        found: [u8; 2],
    },
    /// A name is empty, too long, not printable ASCII, or has bytes after its end.
    #[error(
        "bad section name `{name}`: it must be 1 to 16 printable ASCII characters, padded with zeros"
    )]
    BadName {
        /// The name, with escapes for characters that cannot be displayed.
        name: String,
    },
    /// The flags name a compression that the bootloader does not know.
    #[error(
        "section `{section}` is compressed with unknown method {code}: the bootloader could not \
              decompress it"
    )]
    UnknownCompression {
        /// Name of the section.
        section: SectionName,
        /// The three bits from the flags, 4 to 7.
        code: u8,
    },
    /// More sections than the table has entries.
    #[error("{count} sections: the table of a package has room for 17")]
    TooManySections {
        /// The number of sections.
        count: usize,
    },
    /// A section starts before the end of the table.
    #[error("section `{section}` starts at byte {offset}, inside the table of sections")]
    InsideHeader {
        /// Name of the section.
        section: SectionName,
        /// Where it starts.
        offset: u32,
    },
    /// A section ends after the end of the file.
    #[error(
        "section `{section}` ends at byte {end}, but the file ends at {total}: the file is truncated"
    )]
    PastEnd {
        /// Name of the section.
        section: SectionName,
        /// Where it ends.
        end: u64,
        /// Size of the file in bytes.
        total: u64,
    },
    /// Two sections share bytes.
    #[error("sections `{first}` and `{second}` overlap from byte {from}")]
    Overlap {
        /// Name of the section that starts first.
        first: SectionName,
        /// Name of the other.
        second: SectionName,
        /// Offset of the first byte in both.
        from: u32,
    },
    /// Offsets and sizes are 32-bit numbers.
    #[error("the package would be larger than 4 GiB, the limit of its 32-bit offsets")]
    TooLarge,
}

/// The name of a section: 1 to 16 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionName(String);

impl SectionName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`SbrError::BadName`]
    pub fn new(name: &str) -> Result<Self, SbrError> {
        let sized = (1..=MAX_NAME_SIZE).contains(&name.len());
        if sized && name.bytes().all(is_printable) {
            Ok(Self(name.to_owned()))
        } else {
            Err(SbrError::BadName {
                name: name.escape_debug().to_string(),
            })
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a name that is padded with zeros.
    fn parse(padded: &[u8]) -> Result<Self, SbrError> {
        let bad = || SbrError::BadName {
            name: padded.escape_ascii().to_string(),
        };
        let end = padded
            .iter()
            .position(|&byte| byte == 0)
            .unwrap_or(padded.len());
        let (name, padding) = padded.split_at_checked(end).ok_or_else(bad)?;
        let name = str::from_utf8(name).map_err(|_| bad())?;
        if padding.iter().any(|&byte| byte != 0) {
            return Err(bad());
        }
        Self::new(name).map_err(|_| bad())
    }

    fn to_bytes(&self) -> [u8; MAX_NAME_SIZE] {
        let mut padded = [0; MAX_NAME_SIZE];
        for (to, from) in padded.iter_mut().zip(self.0.bytes()) {
            *to = from;
        }
        padded
    }
}

impl fmt::Display for SectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_printable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

/// How a section is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Not compressed.
    #[default]
    None,
    /// A zlib stream: what depthai 2.33 writes.
    Zlib,
    /// A gzip file.
    Gz,
    /// An xz file.
    Xz,
}

impl Compression {
    /// Its name: `none`, `zlib`, `gz` or `xz`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Zlib => "zlib",
            Self::Gz => "gz",
            Self::Xz => "xz",
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Zlib => 1,
            Self::Gz => 2,
            Self::Xz => 3,
        }
    }
}

/// The flags of a section. Bits that have no meaning yet are kept as they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    const BOOTABLE: u8 = 1;
    const IGNORE_CHECKSUM: u8 = 1 << 1;
    const COMPRESSION_SHIFT: u8 = 2;
    const COMPRESSION_MASK: u8 = 0b1_1100;

    /// No flag set.
    pub const NONE: Self = Self(0);

    /// The flags from a header; `None` where they name an unknown compression.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (Self::compression_code(bits) <= Compression::Xz.code()).then_some(Self(bits))
    }

    /// The byte for a header.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether the bootloader starts this section.
    pub fn is_bootable(self) -> bool {
        self.0 & Self::BOOTABLE != 0
    }

    /// Whether the bootloader starts it without verifying its checksum, which is faster.
    pub fn ignores_checksum(self) -> bool {
        self.0 & Self::IGNORE_CHECKSUM != 0
    }

    /// How the section is compressed.
    pub fn compression(self) -> Compression {
        match Self::compression_code(self.0) {
            1 => Compression::Zlib,
            2 => Compression::Gz,
            3 => Compression::Xz,
            _ => Compression::None,
        }
    }

    /// The same flags with the bootable flag set to `bootable`.
    #[must_use]
    pub fn with_bootable(self, bootable: bool) -> Self {
        self.with(Self::BOOTABLE, bootable)
    }

    /// The same flags with the ignore-checksum flag set to `ignore`.
    #[must_use]
    pub fn with_ignore_checksum(self, ignore: bool) -> Self {
        self.with(Self::IGNORE_CHECKSUM, ignore)
    }

    /// The same flags with this compression.
    #[must_use]
    pub fn with_compression(self, compression: Compression) -> Self {
        let code = compression.code() << Self::COMPRESSION_SHIFT;
        Self((self.0 & !Self::COMPRESSION_MASK) | code)
    }

    fn with(self, bit: u8, set: bool) -> Self {
        Self(if set { self.0 | bit } else { self.0 & !bit })
    }

    fn compression_code(bits: u8) -> u8 {
        (bits & Self::COMPRESSION_MASK) >> Self::COMPRESSION_SHIFT
    }
}

/// An entry of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The name of the section.
    pub name: SectionName,
    /// Size in bytes as stored, that is, after compression. May be 0.
    pub size: u32,
    /// Bytes from the start of the file.
    pub offset: u32,
    /// [`checksum()`] of the bytes as stored.
    pub checksum: u32,
    /// The library's `type`; it always writes 0.
    pub kind: u8,
    /// Whether and how to boot it.
    pub flags: Flags,
}

impl Section {
    /// Offset of the first byte after the section.
    pub fn end(&self) -> u64 {
        u64::from(self.offset).saturating_add(u64::from(self.size))
    }

    /// The section's bytes in a whole file; `None` if the file ends too early.
    pub fn bytes<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        let start = usize::try_from(self.offset).ok()?;
        let end = usize::try_from(self.end()).ok()?;
        file.get(start..end)
    }

    /// Reads an entry; `None` for an unused one.
    fn parse(entry: &[u8]) -> Result<Option<Self>, SbrError> {
        let Some((name, rest)) = entry.split_first_chunk::<MAX_NAME_SIZE>() else {
            return Ok(None);
        };
        let &[s0, s1, s2, s3, o0, o1, o2, o3, c0, c1, c2, c3, kind, bits] = rest else {
            return Ok(None);
        };
        // Never written (zero), or erased flash.
        if matches!(name.first(), Some(0 | 0xFF)) {
            return Ok(None);
        }
        let name = SectionName::parse(name)?;
        let flags = Flags::from_bits(bits).ok_or_else(|| SbrError::UnknownCompression {
            section: name.clone(),
            code: Flags::compression_code(bits),
        })?;
        Ok(Some(Self {
            name,
            size: u32::from_le_bytes([s0, s1, s2, s3]),
            offset: u32::from_le_bytes([o0, o1, o2, o3]),
            checksum: u32::from_le_bytes([c0, c1, c2, c3]),
            kind,
            flags,
        }))
    }

    fn to_bytes(&self) -> impl Iterator<Item = u8> {
        let numbers = [self.size, self.offset, self.checksum].map(u32::to_le_bytes);
        self.name
            .to_bytes()
            .into_iter()
            .chain(numbers.into_iter().flatten())
            .chain([self.kind, self.flags.bits()])
    }
}

/// The table of a container: up to 17 sections that do not overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    sections: Vec<Section>,
}

impl Header {
    /// Makes a table of `sections`, in their order.
    ///
    /// # Errors
    /// Too many sections, one inside the table, or two that overlap. Empty sections may be
    /// anywhere, since they are never read.
    pub fn new(sections: Vec<Section>) -> Result<Self, SbrError> {
        if sections.len() > MAX_SECTIONS {
            return Err(SbrError::TooManySections {
                count: sections.len(),
            });
        }
        refuse_overlaps(&sections)?;
        Ok(Self { sections })
    }

    /// Reads the table from the first 512 bytes of `bytes`; more bytes may follow.
    ///
    /// Whether the sections are inside the file is checked by [`check_extent`](Self::check_extent).
    ///
    /// # Errors
    /// [`SbrError`] for anything that is not a table or is refused by [`new`](Self::new).
    pub fn parse(bytes: &[u8]) -> Result<Self, SbrError> {
        let table = bytes.get(..HEADER_SIZE).ok_or(SbrError::TooShort {
            actual: bytes.len(),
        })?;
        let (&found, entries) = table.split_first_chunk().ok_or(SbrError::TooShort {
            actual: bytes.len(),
        })?;
        if found != IDENTIFIER {
            return Err(SbrError::WrongIdentifier { found });
        }
        let sections = entries.chunks_exact(ENTRY_SIZE).map(Section::parse);
        Self::new(
            sections
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?,
        )
    }

    /// Reads the table of a whole file and checks that all sections are inside it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse) and [`check_extent`](Self::check_extent).
    pub fn parse_file(file: &[u8]) -> Result<Self, SbrError> {
        let header = Self::parse(file)?;
        header.check_extent(file.len() as u64)?;
        Ok(header)
    }

    /// Checks that all sections, empty ones too, end within a file of `total` bytes.
    ///
    /// # Errors
    /// [`SbrError::PastEnd`] for the first section that does not.
    pub fn check_extent(&self, total: u64) -> Result<(), SbrError> {
        match self.sections.iter().find(|section| section.end() > total) {
            Some(cut) => Err(SbrError::PastEnd {
                section: cut.name.clone(),
                end: cut.end(),
                total,
            }),
            None => Ok(()),
        }
    }

    /// The sections in the order of the table.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The first section called `name`.
    pub fn find(&self, name: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.name.as_str() == name)
    }

    /// Size in bytes of the smallest file that holds the table and all sections.
    pub fn file_size(&self) -> u64 {
        let ends = self.sections.iter().map(Section::end);
        ends.fold(HEADER_SIZE as u64, u64::max)
    }

    /// The table as stored; unused entries are zero.
    pub fn to_bytes(&self) -> [u8; HEADER_SIZE] {
        let mut table = [0; HEADER_SIZE];
        let bytes = IDENTIFIER
            .into_iter()
            .chain(self.sections.iter().flat_map(Section::to_bytes));
        for (to, from) in table.iter_mut().zip(bytes) {
            *to = from;
        }
        table
    }
}

fn refuse_overlaps(sections: &[Section]) -> Result<(), SbrError> {
    let mut by_offset: Vec<&Section> = sections.iter().filter(|found| found.size > 0).collect();
    by_offset.sort_by_key(|section| section.offset);
    if let Some(first) = by_offset.first()
        && u64::from(first.offset) < HEADER_SIZE as u64
    {
        return Err(SbrError::InsideHeader {
            section: first.name.clone(),
            offset: first.offset,
        });
    }
    for (first, second) in by_offset.iter().zip(by_offset.iter().skip(1)) {
        if first.end() > u64::from(second.offset) {
            return Err(SbrError::Overlap {
                first: first.name.clone(),
                second: second.name.clone(),
                from: second.offset,
            });
        }
    }
    Ok(())
}

/// Where depthai 2.33 puts sections of these sizes (in bytes, in the order of
/// [`PACKAGE_SECTIONS`]): the first directly after the table, the second at the next
/// [`PIPELINE_ALIGNMENT`], the others at the next [`SECTION_ALIGNMENT`].
///
/// An empty section gets an offset like any other, which is also that of the next one.
///
/// # Errors
/// [`SbrError::TooLarge`] if a section would end beyond 4 GiB.
pub fn layout(sizes: &[u64]) -> Result<Vec<u32>, SbrError> {
    let alignments = [1, PIPELINE_ALIGNMENT]
        .into_iter()
        .chain(std::iter::repeat(SECTION_ALIGNMENT));
    let mut end = HEADER_SIZE as u64;
    let mut offsets = Vec::with_capacity(sizes.len());
    for (&size, alignment) in sizes.iter().zip(alignments) {
        let offset = align_up(end, alignment).ok_or(SbrError::TooLarge)?;
        end = offset.checked_add(size).ok_or(SbrError::TooLarge)?;
        if end > u64::from(u32::MAX) {
            return Err(SbrError::TooLarge);
        }
        offsets.push(u32::try_from(offset).map_err(|_| SbrError::TooLarge)?);
    }
    Ok(offsets)
}

/// The next multiple of `alignment` (in bytes) from `offset` on; `None` beyond 64 bits and for an
/// alignment of 0.
pub fn align_up(offset: u64, alignment: u64) -> Option<u64> {
    offset.checked_next_multiple_of(alignment)
}

#[cfg(test)]
mod tests;
