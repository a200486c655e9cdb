//! Records as the firmware's compiler lays them out: bytes in, fields out, and back.
//!
//! Numbers are little-endian and naturally aligned, text is stored in an array and ends with a NUL,
//! and a record is padded to the alignment of its widest number; the contents of padding are
//! ignored.
//!
//! [`records!`] makes an enumeration of records from one table, with everything derived from it;
//! [`fields!`] does so for a group of fields, [`codes!`] for numbers that stand for values. Nothing
//! here trusts the bytes: too few bytes are an error, and text loses its control characters.

/// Why bytes are not a valid record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Fewer bytes than the record needs.
    #[error("the record ends after {actual} bytes, but {needed} are needed")]
    TooShort {
        /// Bytes given.
        actual: usize,
        /// Bytes up to the end of the first field that is missing.
        needed: usize,
    },
    /// A command from another version.
    #[error("unknown command {0}")]
    UnknownCommand(u32),
    /// A number without a meaning.
    #[error("unknown {field} {code}")]
    UnknownCode {
        /// The field that holds it.
        field: &'static str,
        /// The number.
        code: i32,
    },
}

/// Part of a record.
pub(super) trait Field: Sized {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError>;
    fn write(&self, to: &mut Writer);
}

/// Bytes of the array for a text that is a separate field.
const TEXT: usize = 64;

/// Takes a record apart, field by field.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next field.
    pub(super) fn field<F: Field>(&mut self) -> Result<F, RecordError> {
        F::read(self)
    }

    /// Text up to its NUL or the end of its array. Bytes that are not UTF-8, and characters that
    /// would move the cursor of a terminal, become replacement characters.
    pub(super) fn text(&mut self, size: usize) -> Result<String, RecordError> {
        let array = self.slice(size)?;
        let text = array.split(|byte| *byte == 0).next().unwrap_or_default();
        let printable = |c: char| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        let text = String::from_utf8_lossy(text);
        Ok(text.chars().map(printable).collect())
    }

    /// The bytes of a number of this size.
    fn number<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], RecordError> {
        self.position = self.position.next_multiple_of(SIZE);
        let needed = self.position.saturating_add(SIZE);
        let actual = self.bytes.len();
        let too_short = RecordError::TooShort { actual, needed };
        self.slice(SIZE)?.try_into().map_err(|_| too_short)
    }

    fn slice(&mut self, size: usize) -> Result<&'a [u8], RecordError> {
        let end = self.position.saturating_add(size);
        let too_short = RecordError::TooShort {
            actual: self.bytes.len(),
            needed: end,
        };
        let slice = self.bytes.get(self.position..end).ok_or(too_short)?;
        self.position = end;
        Ok(slice)
    }
}

/// A record that is being written, field by field. Padding is zero.
pub(super) struct Writer {
    bytes: Vec<u8>,
    alignment: usize,
}

impl Writer {
    pub(super) fn new(command: u32) -> Self {
        let mut writer = Self {
            bytes: Vec::new(),
            alignment: 1,
        };
        writer.field(&command);
        writer
    }

    pub(super) fn field(&mut self, field: &impl Field) {
        field.write(self);
    }

    /// Text in an array of `size` bytes; cut so that it ends with a complete character and a NUL.
    pub(super) fn text(&mut self, text: &str, size: usize) {
        let end = self.bytes.len().saturating_add(size);
        let text = text.split('\0').next().unwrap_or_default();
        let kept = text.floor_char_boundary(size.saturating_sub(1));
        self.bytes.extend(text.bytes().take(kept));
        self.bytes.resize(end, 0);
    }

    /// The whole record.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align(self.alignment);
        self.bytes
    }

    fn number<const SIZE: usize>(&mut self, bytes: [u8; SIZE]) {
        self.align(SIZE);
        self.alignment = self.alignment.max(SIZE);
        self.bytes.extend(bytes);
    }

    fn align(&mut self, alignment: usize) {
        let aligned = self.bytes.len().next_multiple_of(alignment);
        self.bytes.resize(aligned, 0);
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Field for $number {
            fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
                from.number().map(Self::from_le_bytes)
            }

            fn write(&self, to: &mut Writer) {
                to.number(self.to_le_bytes());
            }
        })+
    };
}

numbers!(u32, i32, i64, f32);

impl Field for bool {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        Ok(from.field::<u32>()? != 0)
    }

    fn write(&self, to: &mut Writer) {
        to.field(&u32::from(*self));
    }
}

impl Field for String {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        from.text(TEXT)
    }

    fn write(&self, to: &mut Writer) {
        to.text(self, TEXT);
    }
}

/// Whether something succeeded, and a message that is valid if it failed.
impl Field for Result<(), String> {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        let succeeded: bool = from.field()?;
        let message = from.field()?;
        Ok(if succeeded { Ok(()) } else { Err(message) })
    }

    fn write(&self, to: &mut Writer) {
        to.field(&self.is_ok());
        let message = self.as_ref().err().map_or("", String::as_str);
        to.text(message, TEXT);
    }
}

/// Enumerations whose values are sent as 32-bit numbers: the enumeration and both conversions.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident, $what:literal {
            $($(#[$doc:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$meta])*
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// The value that a number stands for.
            pub(super) fn from_code(code: i32) -> Result<Self, $crate::bootloader::RecordError> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    code => Err($crate::bootloader::RecordError::UnknownCode {
                        field: $what,
                        code,
                    }),
                }
            }

            /// The number on the wire.
            pub(super) fn code(self) -> i32 {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }

        impl $crate::bootloader::record::Field for $name {
            fn read(
                from: &mut $crate::bootloader::record::Reader<'_>,
            ) -> Result<Self, $crate::bootloader::RecordError> {
                from.field().and_then(Self::from_code)
            }

            fn write(&self, to: &mut $crate::bootloader::record::Writer) {
                to.field(&self.code());
            }
        }
    };
}

/// Structures that are fields, one after the other, of records.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$doc:meta])* pub $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl $crate::bootloader::record::Field for $name {
            fn read(
                from: &mut $crate::bootloader::record::Reader<'_>,
            ) -> Result<Self, $crate::bootloader::RecordError> {
                Ok(Self {
                    $($field: from.field()?,)+
                })
            }

            fn write(&self, to: &mut $crate::bootloader::record::Writer) {
                $(to.field(&self.$field);)+
            }
        }
    };
}

/// A table of records: number, the last part of the first version of the bootloader that has it
/// (all so far are 0.0.x), name, fields. Out come two enumerations, of the records and of their
/// names, and what is known of each.
macro_rules! records {
    (
        $(#[$meta:meta])*
        pub enum $records:ident;

        $(#[$kind_meta:meta])*
        pub enum $kind:ident;

        $(
            $(#[$doc:meta])*
            $number:literal since $patch:literal: $name:ident
                $({ $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ })?
                $(($value:ident: $inner:ty))?;
        )+
    ) => {
        $(#[$meta])*
        pub enum $records {
            $(
                $(#[$doc])*
                $name $({ $($(#[$field_doc])* $field: $type,)+ })? $(($inner))?,
            )+
        }

        $(#[$kind_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$doc])* $name,)+
        }

        impl $records {
            /// Reads a packet. More bytes than the record has are ignored.
            ///
            /// # Errors
            /// If it is too short, the command is unknown, or a number in it has no meaning.
            pub fn decode(packet: &[u8]) -> Result<Self, $crate::bootloader::RecordError> {
                let mut fields = $crate::bootloader::record::Reader::new(packet);
                Ok(match fields.field::<u32>()? {
                    $($number => Self::$name {
                        $($($field: fields.field()?,)+)?
                        $(0: fields.field::<$inner>()?)?
                    },)+
                    command => {
                        return Err($crate::bootloader::RecordError::UnknownCommand(command));
                    }
                })
            }

            /// The packet. Text is cut to what fits.
            pub fn encode(&self) -> Vec<u8> {
                let mut record = $crate::bootloader::record::Writer::new(self.kind().number());
                match self {
                    $(Self::$name { $($($field,)+)? $(0: $value)? } => {
                        $($(record.field($field);)+)?
                        $(record.field($value);)?
                    })+
                }
                record.finish()
            }

            /// Which record it is.
            pub fn kind(&self) -> $kind {
                match self {
                    $(Self::$name { .. } => $kind::$name,)+
                }
            }
        }

        impl $kind {
            /// The first bootloader that knows the record.
            pub const fn first_version(self) -> $crate::bootloader::Version {
                let patch = match self {
                    $(Self::$name => $patch,)+
                };
                $crate::bootloader::Version::new(0, 0, patch)
            }

            /// The command that the record begins with.
            fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)+
                }
            }
        }
    };
}

pub(super) use {codes, fields, records};
