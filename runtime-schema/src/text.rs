//! Text that may not be text.
//!
//! In: the bytes of a string of the device, for which C++ asks no questions. Out: text that holds every one
//! of them, and the bytes again. Never: bytes that come back as others.
//!
//! A byte that is not UTF-8 becomes a character of private use: `U+10FE80` to `U+10FEFF` stand for the bytes
//! `80` to `FF`. A string that has such a character itself is spelt with those of its four bytes.

use std::borrow::Cow;

/// The character of byte 0, which is never used: only bytes from `80` on can be wrong.
const FIRST: u32 = 0x0010_FE00;

/// The text for the bytes of a string.
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match byte_of(c) {
                Some(_) => text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(char_of)),
                None => text.push(c),
            }
        }
        text.extend(chunk.invalid().iter().copied().map(char_of));
    }
    text
}

/// The bytes of a text.
pub fn to_bytes(text: &str) -> Cow<'_, [u8]> {
    if !text.chars().any(is_byte) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// Whether a character stands for a byte that is not UTF-8.
pub fn is_byte(c: char) -> bool {
    byte_of(c).is_some()
}

fn byte_of(c: char) -> Option<u8> {
    let byte = u8::try_from(u32::from(c).checked_sub(FIRST)?).ok()?;
    (byte >= 0x80).then_some(byte)
}

fn char_of(byte: u8) -> char {
    // All of these are characters.
    char::from_u32(FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stays_as_it_is() {
        for text in ["", "größe", "a\0b", "\u{10FFFF}\u{10FE7F}"] {
            assert_eq!(from_bytes(text.as_bytes()), text);
            assert_eq!(*to_bytes(text), *text.as_bytes());
        }
    }

    #[test]
    fn a_wrong_byte_has_its_own_character() {
        assert_eq!(from_bytes(b"a\xFFb"), "a\u{10FEFF}b");
        assert_eq!(*to_bytes("a\u{10FEFF}b"), *b"a\xFFb");
    }

    #[test]
    fn the_characters_of_bytes_are_spelt_by_their_bytes() {
        let text = from_bytes("\u{10FEFF}".as_bytes());
        assert_eq!(text.chars().count(), 4);
        assert_eq!(*to_bytes(&text), *"\u{10FEFF}".as_bytes());
    }

    proptest! {
        #[test]
        fn all_bytes_come_back(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0xF4_u8..=0xF4, 0xB8_u8..=0xBF], 0..24)) {
            let text = from_bytes(&bytes);
            prop_assert_eq!(&*to_bytes(&text), &bytes[..]);
        }
    }
}
