//! SHA-256 in hexadecimal: how files are pinned and packages are named.
//!
//! In: bytes, at once or piece by piece. Out: 64 lower-case hex digits. Never: any other spelling of
//! a digest.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::Digest as _;

/// The SHA-256 of some bytes: 64 lower-case hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

/// The SHA-256 of bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// The digest of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// The digest of all bytes taken: 64 lower-case hex digits.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

impl Write for Sha256 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_the_published_one() {
        let published = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), published);
        assert_eq!(Sha256::new().finish(), published);
    }

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let mut pieces = Sha256::new();
        pieces.update("a");
        pieces.write_all(b"bc").unwrap();
        assert_eq!(pieces.finish(), sha256(b"abc"));
    }
}
