//! libnop, the binary encoding of everything the device reads: shapes and values in, bytes out,
//! and back.
//!
//! The encoder writes exactly what the C++ library writes for the same types (smallest integer form
//! of the right signedness, integer vectors as binary, structures with their member count). The
//! decoder accepts exactly these forms, consumes the input to its last byte, never panics, and
//! never allocates more than a constant times the input's length. Source: bytes of real packages
//! written by 2.33.0.0 and libnop's `Encoding` templates.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub use decode::{DecodeError, decode, decode_of, decode_prefix};
pub use encode::encode;

use crate::reflect::{Mismatch, Reflect};

/// The prefix bytes of the encoding.
mod prefix {
    pub(super) const U8: u8 = 0x80;
    pub(super) const U16: u8 = 0x81;
    pub(super) const U32: u8 = 0x82;
    pub(super) const U64: u8 = 0x83;
    pub(super) const I8: u8 = 0x84;
    pub(super) const I16: u8 = 0x85;
    pub(super) const I32: u8 = 0x86;
    pub(super) const I64: u8 = 0x87;
    pub(super) const F32: u8 = 0x88;
    pub(super) const F64: u8 = 0x89;
    pub(super) const STRUCTURE: u8 = 0xB9;
    pub(super) const ARRAY: u8 = 0xBA;
    pub(super) const MAP: u8 = 0xBB;
    pub(super) const BINARY: u8 = 0xBC;
    pub(super) const STRING: u8 = 0xBD;
    pub(super) const NIL: u8 = 0xBE;
}

/// Encodes a Rust value.
///
/// # Errors
/// Never for a type that derives `Reflect`; the error names the part whose value does not have its
/// shape.
pub fn to_bytes<T: Reflect>(value: &T) -> Result<Vec<u8>, Mismatch> {
    encode(&T::SHAPE, &value.to_value())
}

/// Decodes a Rust value from the whole of `bytes`.
///
/// # Errors
/// If the bytes are not an encoding of a `T`.
pub fn from_bytes<T: Reflect>(bytes: &[u8]) -> Result<T, DecodeError> {
    let value = decode(&T::SHAPE, bytes)?;
    T::from_value(&value).map_err(|mismatch| DecodeError::new(0, &mismatch.to_string()))
}
