//! Files that models are in, for tests: content in, the bytes of a file out. The model in it is as synthetic as its blob.
#![allow(clippy::expect_used, reason = "helpers of tests fail loudly")]

use std::io::{Cursor, Write as _};

use lzma_rust2::{XzOptions, XzWriter};
use qbsdiff::Bsdiff;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A superblob whose blob for `shaves` is `blobs[shaves - 1]`, and whose base is the one for 8.
///
/// # Panics
/// Unless there are 16 blobs.
pub fn superblob(blobs: &[Vec<u8>]) -> Vec<u8> {
    assert_eq!(blobs.len(), 16, "one blob for each number of SHAVEs");
    let base = blobs.get(7).expect("16 blobs");
    let patch = |blob: &Vec<u8>| {
        let mut patch = Vec::new();
        if blob != base {
            let written = Bsdiff::new(base, blob).compare(Cursor::new(&mut patch));
            written.expect("memory can be written to");
        }
        patch
    };
    let patches: Vec<_> = blobs.iter().map(patch).collect();
    let sizes = std::iter::once(base).chain(&patches);
    let header: Vec<u8> = sizes
        .flat_map(|part| (part.len() as u64).to_be_bytes())
        .collect();
    let parts = [vec![header, base.clone()], patches].concat();
    parts.concat()
}

/// A tar file with these members.
///
/// # Panics
/// Where a path is too long for a tar file.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in members {
        let mut header = tar::Header::new_ustar();
        // `set_path` refuses what leads out of an archive, and tests want that as well.
        let name = header.as_ustar_mut().expect("it is one");
        let room = name.name.get_mut(..path.len()).expect("a short path");
        room.copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *content).expect("memory");
    }
    archive.into_inner().expect("memory can be written to")
}

/// The same bytes as `.xz`.
///
/// # Panics
/// Never.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::default()).expect("memory");
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory can be written to")
}

/// The same bytes as `.gz`.
///
/// # Panics
/// Never.
pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory can be written to")
}

/// The same bytes as `.bz2`.
///
/// # Panics
/// Never.
pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory can be written to")
}

/// A zip file with these members.
///
/// # Panics
/// Never.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in members {
        let started = writer.start_file(*path, SimpleFileOptions::default());
        started.expect("memory can be written to");
        writer.write_all(content).expect("memory");
    }
    let cursor = writer.finish().expect("memory can be written to");
    cursor.into_inner()
}
