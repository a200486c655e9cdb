//! Images in files and in RAM, the configuration's area, and what images of bootloaders say.

use std::sync::Arc;

use oakc_runtime_schema::bootloader::{BootloaderType, Config, Version};
use proptest::prelude::*;

use super::super::bootloader_image::BootloaderImage;
use super::super::image::{BLOCK, Image, SharedBlocks};
use super::super::stored_config;
use super::bootloader;

const SIZE: u64 = 300_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]
    #[test]
    fn a_memory_is_the_same_in_a_file_and_in_ram(
        writes in prop::collection::vec((0_u64..SIZE, prop::collection::vec(any::<u8>(), 0..70_000)), 0..6),
        reads in prop::collection::vec((0_u64..SIZE, 0_u64..SIZE), 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nor.img");
        let mut file = Image::in_file(&path, SIZE).unwrap();
        let mut ram = Image::in_ram(SIZE, SharedBlocks::default());
        let mut plain = vec![0xFF; usize::try_from(SIZE).unwrap()];
        for (offset, bytes) in writes {
            if !ram.holds(offset, bytes.len() as u64) {
                continue;
            }
            file.write(offset, &bytes).unwrap();
            ram.write(offset, &bytes).unwrap();
            let offset = usize::try_from(offset).unwrap();
            plain[offset..offset + bytes.len()].copy_from_slice(&bytes);
        }
        // Another camera with the same file.
        let mut again = Image::in_file(&path, SIZE).unwrap();
        for (offset, size) in reads {
            let size = usize::try_from(size.min(SIZE - offset)).unwrap();
            let start = usize::try_from(offset).unwrap();
            let expected = &plain[start..start + size];
            prop_assert!(ram.read(offset, size).unwrap() == expected);
            prop_assert!(file.read(offset, size).unwrap() == expected);
            prop_assert!(again.read(offset, size).unwrap() == expected);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_write_far_behind_the_end_takes_no_room_for_what_lies_between() {
    use std::os::unix::fs::MetadataExt as _;
    const FAR: u64 = 2 << 30;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emmc.img");
    let mut image = Image::in_file(&path, 4 << 30).unwrap();
    image.write(10, b"near").unwrap();
    image.write(FAR + 100, b"far").unwrap();
    // In the middle of the hole, too.
    image.write((1 << 30) + 5, b"middle").unwrap();
    let on_disk = std::fs::metadata(&path).unwrap().blocks() * 512;
    assert!(on_disk < 8 << 20, "{on_disk}");
    let mut again = Image::in_file(&path, 4 << 30).unwrap();
    for image in [&mut image, &mut again] {
        for (offset, expected) in [
            (0, &b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFnear\xFF"[..]),
            (FAR + 98, b"\xFF\xFFfar\xFF"),
            ((1 << 30) + 3, b"\xFF\xFFmiddle\xFF\xFF"),
        ] {
            assert_eq!(image.read(offset, expected.len()).unwrap(), expected);
        }
        // A stretch with both ends of the hole in it.
        let whole = image.read((1 << 30) - 100_000, 300_000).unwrap();
        let written = whole.iter().filter(|byte| **byte != 0xFF).count();
        assert_eq!(written, b"middle".len());
    }
}

#[test]
fn a_file_larger_than_the_memory_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(101).unwrap();
    assert!(Image::in_file(file.path(), 100).is_err());
    assert!(Image::in_file(file.path(), 101).is_ok());
}

#[test]
fn a_memory_holds_what_lies_inside() {
    let image = Image::in_ram(100, SharedBlocks::default());
    assert!(image.holds(0, 100) && image.holds(100, 0));
    assert!(!image.holds(1, 100) && !image.holds(u64::MAX, 2));
}

#[test]
fn a_configuration_that_was_damaged_is_none() {
    let mut image = Image::in_ram(20_000, SharedBlocks::default());
    let mut config = Config::default();
    config.set_static_ipv4(true);
    let document = config.to_bson().unwrap();
    assert!(stored_config::read(&mut image, 0, 16_384).is_err());
    stored_config::write(&mut image, 0, 16_384, &document).unwrap();
    assert_eq!(stored_config::read(&mut image, 0, 16_384), Ok(document));
    image.write(12, &[0xAA]).unwrap();
    let damaged = stored_config::read(&mut image, 0, 16_384).unwrap_err();
    assert_eq!(damaged, "the configuration's checksum is wrong");
    // Where the memory ends before the area does.
    assert!(stored_config::read(&mut image, 10_000, 16_384).is_err());
    assert!(stored_config::clear(&mut image, 10_000, 16_384).is_err());
}

#[test]
fn an_image_says_which_bootloader_it_is() {
    let read = |image: &[u8]| BootloaderImage::read(image);
    let expected = BootloaderImage {
        kind: BootloaderType::Network,
        version: Version::new(0, 0, 29),
    };
    assert_eq!(read(&bootloader("0.0.29")), Some(expected));
    // Numbers of other things look alike.
    let mut other = b"MA2x depthai-bootloader-eth \x000.0.0.0\x001.2.11\0 0.0.9 ".to_vec();
    assert_eq!(read(&other), None);
    other.extend(b"\x000.0.29\0");
    assert_eq!(read(&other), Some(expected));
    assert_eq!(read(b"MA2x"), None);
    assert_eq!(read(&bootloader("0.0.29")[1..]), None);
}

#[test]
fn memories_share_what_is_the_same_and_nothing_else() {
    let shared = SharedBlocks::default();
    let size = 2 * BLOCK as u64;
    let same = vec![7; BLOCK];
    let mut first = Image::in_ram(size, shared.clone());
    let mut second = Image::in_ram(size, shared.clone());
    first.write(0, &same).unwrap();
    second.write(0, &same).unwrap();
    assert!(Arc::ptr_eq(
        &shared.block(0, &same),
        &shared.block(0, &same)
    ));
    assert!(!Arc::ptr_eq(
        &shared.block(0, &same),
        &shared.block(1, &same)
    ));
    second.write(1, &[8, 9]).unwrap();
    assert_eq!(first.read(0, BLOCK).unwrap(), same);
    assert_eq!(second.read(0, 4).unwrap(), [7, 8, 9, 7]);
    second.write(0, &vec![3; BLOCK]).unwrap();
    assert_eq!(first.read(0, BLOCK).unwrap(), same);
}
