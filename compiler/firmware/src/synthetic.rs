//! Made-up releases for tests: small images, packaged like the real ones.
//!
//! In: nothing. Out: a release, its wheel, its shared library. Never: bytes of the vendor.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use lzma_rust2::{XzOptions, XzWriter};
use oakc_digest::sha256;
use oakc_runtime_schema::bootloader::Version;
use oakc_runtime_schema::release::{Files, Patched, Pin, Release, Supported, Variant};
use oakc_runtime_schema::sbr::LinearChecksum;
use qbsdiff::Bsdiff;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::store::Store;
use crate::wheel::wanted;

/// A tar with these members, compressed as in the real shared library. Names are written as they
/// are, even those that a tar program would refuse.
pub(crate) fn tar_xz(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    let tar = builder.into_inner().unwrap();
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(&tar).unwrap();
    writer.finish().unwrap()
}

/// Something like a shared library with an archive of each of these lists of members.
pub(crate) fn library(archives: &[&[(&str, &[u8])]]) -> Vec<u8> {
    let mut bytes = b"\x7fELF".to_vec();
    for members in archives {
        bytes.extend([0xfd; 333]);
        bytes.extend(tar_xz(members));
    }
    bytes.extend([0xfd; 100]);
    bytes
}

/// A wheel with that shared library.
pub(crate) fn wheel(library: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("depthai/__init__.pyi", b"class Pipeline: ...".as_slice()),
        ("depthai.cpython-311-x86_64-linux-gnu.so", library),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn pin(bytes: &[u8]) -> Pin {
    Pin {
        size: bytes.len() as u64,
        sha256: Box::leak(sha256(bytes).into_boxed_str()),
        sum: LinearChecksum::of(bytes).sum,
    }
}

/// A release, its files, and a directory for its cache.
pub(crate) struct Fixture {
    pub(crate) directory: TempDir,
    pub(crate) release: Supported,
    pub(crate) universal: Vec<u8>,
    pub(crate) patched: Vec<u8>,
    patch: Vec<u8>,
}

const USB: &[u8] = b"MA2x usb bootloader";
const NETWORK: &[u8] = b"MA2x network bootloader";

impl Fixture {
    /// A release with one patched image.
    pub(crate) fn new() -> Self {
        let universal = [b"MA2x".as_slice(), &b"firmware ".repeat(3000)].concat();
        let patched = [universal.as_slice(), b"for an old OpenVINO"].concat();
        let mut patch = Vec::new();
        Bsdiff::new(&universal, &patched)
            .compare(&mut patch)
            .unwrap();
        let files = Files {
            bootloader: Version::new(0, 0, 1),
            universal: pin(&universal),
            patched: Box::leak(Box::new([Patched {
                variant: Variant::OpenVino2021_3,
                patch: pin(&patch),
                image: pin(&patched),
            }])),
            bootloader_usb: pin(USB),
            bootloader_network: pin(NETWORK),
        };
        let release: &Release = Box::leak(Box::new(Release {
            version: "9.9.9.9",
            commit: "00112233445566778899aabbccddeeff00112233",
            absent: &[],
            files: Some(Box::leak(Box::new(files))),
        }));
        Self {
            directory: tempfile::tempdir().unwrap(),
            release: release.supported().unwrap(),
            universal,
            patched,
            patch,
        }
    }

    pub(crate) fn store(&self) -> Store {
        Store::with_releases(self.cache(), std::slice::from_ref(self.release.release()))
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    pub(crate) fn library(&self) -> Vec<u8> {
        let wanted = wanted(self.release);
        let names: Vec<&str> = wanted.iter().map(|file| file.member.as_str()).collect();
        library(&[
            &[(names[0], &self.universal), (names[1], &self.patch)],
            &[(names[2], USB), (names[3], NETWORK)],
        ])
    }

    pub(crate) fn wheel(&self) -> Vec<u8> {
        wheel(&self.library())
    }

    /// Writes a file outside the cache.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn installed(&self, file: &str) -> PathBuf {
        self.store().directory(self.release).join(Path::new(file))
    }
}
