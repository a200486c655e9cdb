//! The SHA-256 of packages.
//!
//! Hashing 28 MB takes longer than writing them, and nearly always they are the same 28 MB. A
//! package is a function of its parts, so the digest of a package is remembered under the digest
//! of its parts (the firmware by its own, known SHA-256). Losing the memory only costs time.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use oakc_core::package::Sections;
use oakc_digest::Sha256;
use oakc_firmware::Store;
use oakc_project::write;

/// How many digests are remembered.
const REMEMBERED: usize = 256;

/// The SHA-256 of the parts of a package.
#[derive(Debug)]
pub(crate) struct PackageKey(String);

impl PackageKey {
    pub(crate) fn of(sections: &Sections, preboot: &[u8], image_sha256: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(sections.header().to_bytes());
        hash.update(image_sha256);
        let parts = sections.others().map(|(_, bytes)| bytes);
        for part in std::iter::once(preboot).chain(parts) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finish())
    }
}

/// The memory: a small file in the cache, one line a package, the latest last.
#[derive(Debug)]
pub(crate) struct Digests(PathBuf);

impl Digests {
    pub(crate) fn of(store: &Store) -> Self {
        Self(store.root().join("package-digests"))
    }

    pub(crate) fn recall(&self, key: &PackageKey) -> Option<String> {
        let memory = fs::read_to_string(&self.0).ok()?;
        let entry = memory.lines().filter_map(|line| line.split_once(' '));
        let mut entry = entry.filter(|(parts, digest)| *parts == key.0 && digest.len() == 64);
        entry.next_back().map(|(_, digest)| digest.to_owned())
    }

    /// A digest that cannot be stored is not an error.
    pub(crate) fn remember(&self, key: &PackageKey, digest: &str) {
        if self.recall(key).is_some() {
            return;
        }
        let memory = fs::read_to_string(&self.0).unwrap_or_default();
        let lines: Vec<_> = memory.lines().collect();
        let recent = lines.len().saturating_sub(REMEMBERED - 1);
        let mut text = String::new();
        for line in lines.into_iter().skip(recent) {
            text.push_str(line);
            text.push('\n');
        }
        let _ = writeln!(text, "{} {digest}", key.0);
        // The rename makes two builds at once harmless: one of them is forgotten.
        let _ = write(&self.0, text.as_bytes());
    }
}

/// Hashes the whole package; `firmware` writes the firmware section.
pub(crate) fn of_package<E>(
    sections: &Sections,
    firmware: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<String, E> {
    let mut hash = Hashing {
        hash: Sha256::new(),
        position: 0,
    };
    hash.update(&sections.header().to_bytes());
    firmware(&mut hash)?;
    for (section, bytes) in sections.others() {
        hash.zeros_to(u64::from(section.offset));
        hash.update(bytes);
    }
    hash.zeros_to(sections.file_size());
    Ok(hash.hash.finish())
}

/// The SHA-256 of what `write` writes.
pub(crate) fn of_written<E>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<String, E> {
    let mut hash = Hashing {
        hash: Sha256::new(),
        position: 0,
    };
    write(&mut hash)?;
    Ok(hash.hash.finish())
}

struct Hashing {
    hash: Sha256,
    position: u64,
}

impl Hashing {
    fn update(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.position += bytes.len() as u64;
    }

    fn zeros_to(&mut self, position: u64) {
        const ZEROS: [u8; 4096] = [0; 4096];
        while let Some(gap) = position.checked_sub(self.position).filter(|gap| *gap > 0) {
            let length = usize::try_from(gap).unwrap_or(usize::MAX).min(ZEROS.len());
            self.update(ZEROS.get(..length).unwrap_or_default());
        }
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
