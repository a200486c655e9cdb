//! Packages, plans and deltas without a camera.

use oakc_runtime_schema::bootloader::{BootloaderType, Memory, Version};
use oakc_runtime_schema::sbr::{self, Flags, Header, Section, SectionName};
use proptest::prelude::*;

use super::*;

/// A package with a firmware and a pipeline, and other sections of these names and sizes, each at
/// the next multiple of 64 KiB.
fn package_of(seed: u8, firmware: usize, others: &[(String, usize)]) -> Package {
    let mut contents = vec![(sbr::FIRMWARE.to_owned(), vec![0xA5; firmware])];
    contents.push((sbr::PIPELINE.to_owned(), vec![seed; 20]));
    let filled = |(name, size): &(String, usize)| (name.clone(), vec![seed; *size]);
    contents.extend(others.iter().map(filled));
    let sizes: Vec<_> = contents
        .iter()
        .map(|(_, bytes)| bytes.len() as u64)
        .collect();
    let offsets = sbr::layout(&sizes).unwrap();
    let section = |((name, bytes), offset): (&(String, Vec<u8>), &u32)| Section {
        name: SectionName::new(name).unwrap(),
        size: u32::try_from(bytes.len()).unwrap(),
        offset: *offset,
        checksum: sbr::checksum(bytes),
        kind: 0,
        flags: Flags::NONE.with_bootable(name == sbr::FIRMWARE),
    };
    let header = Header::new(contents.iter().zip(&offsets).map(section).collect()).unwrap();
    let mut file = vec![0; usize::try_from(header.file_size()).unwrap()];
    file[..sbr::HEADER_SIZE].copy_from_slice(&header.to_bytes());
    for ((_, bytes), offset) in contents.iter().zip(offsets) {
        file[offset as usize..][..bytes.len()].copy_from_slice(bytes);
    }
    Package::new(file).unwrap()
}

fn package() -> Package {
    package_of(1, 1000, &[])
}

fn facts() -> Facts {
    Facts {
        version: Version::new(0, 0, 28),
        kind: BootloaderType::Network,
        flash: Some(128 << 20),
        emmc: None,
    }
}

#[test]
fn a_package_without_what_a_camera_starts_is_refused() {
    let whole = package().bytes().to_vec();
    let mut not_bootable = whole.clone();
    not_bootable[2 + 29] = 0;
    let error = Package::new(not_bootable).unwrap_err();
    assert_eq!(error, PackageError::NotBootable);
    let mut damaged = whole.clone();
    damaged[600] ^= 1;
    let error = Package::new(damaged).unwrap_err();
    assert_eq!(error, PackageError::Damaged("__firmware".to_owned()));
    let mut other = whole.clone();
    other[2] = b'x';
    assert_eq!(
        Package::new(other).unwrap_err(),
        PackageError::Missing(sbr::FIRMWARE)
    );
    assert!(Package::new(whole[..700].to_vec()).is_err());
    assert!(Package::new(Vec::new()).is_err());
}

#[test]
fn the_memory_is_what_the_library_would_take() {
    for (emmc, wanted, expected) in [
        (None, Memory::Auto, Memory::Flash),
        (Some(1 << 34), Memory::Auto, Memory::Emmc),
        (Some(1 << 34), Memory::Flash, Memory::Flash),
    ] {
        let facts = Facts { emmc, ..facts() };
        let options = Options {
            memory: wanted,
            ..Options::default()
        };
        let plan = plan(&facts, &package(), options).unwrap();
        assert_eq!(plan.memory, expected);
    }
}

#[test]
fn an_application_goes_behind_what_the_type_of_bootloader_needs() {
    for (kind, offset) in [
        (BootloaderType::Network, 8 << 20),
        (BootloaderType::Usb, 1 << 20),
    ] {
        let facts = Facts { kind, ..facts() };
        let plan = plan(&facts, &package(), Options::default()).unwrap();
        let room = (128 << 20) - u64::from(offset);
        assert_eq!((plan.offset, plan.room), (offset, Some(room)), "{kind}");
    }
}

#[test]
fn sizes_that_cannot_be_are_a_warning_and_not_a_number() {
    for size in [0, -1, i64::MIN] {
        let facts = Facts {
            flash: Some(size),
            ..facts()
        };
        let plan = plan(&facts, &package(), Options::default()).unwrap();
        assert_eq!(
            (plan.room, plan.warnings),
            (None, vec![Warning::UnknownSize])
        );
    }
}

#[test]
fn what_would_harm_a_camera_is_refused() {
    let with = |version, memory, verify| {
        let facts = Facts {
            version: Version::new(0, 0, version),
            ..facts()
        };
        let options = Options {
            memory,
            verify,
            ..Options::default()
        };
        plan(&facts, &package(), options).map(|_| ())
    };
    let version = |patch| Version::new(0, 0, patch);
    assert_eq!(
        with(13, Memory::Auto, false),
        Err(Refusal::DangerousBootloader(version(13)))
    );
    assert_eq!(
        with(18, Memory::Auto, true),
        Err(Refusal::CannotVerify(version(18)))
    );
    assert_eq!(with(18, Memory::Auto, false), Ok(()));
    assert_eq!(with(28, Memory::Emmc, true), Err(Refusal::NoMemory("eMMC")));
    let usb = Facts {
        kind: BootloaderType::Usb,
        emmc: Some(1 << 34),
        ..facts()
    };
    let emmc = Options {
        memory: Memory::Emmc,
        ..Options::default()
    };
    assert_eq!(plan(&usb, &package(), emmc), Err(Refusal::NoEmmcOverUsb));
}

/// What a memory holds after a delta was written over `before`.
fn written(before: &Package, delta: &Delta, package: &Package) -> Vec<u8> {
    let mut memory = before.bytes().to_vec();
    // What was never written is erased, or holds what was there long ago.
    memory.resize(memory.len().max(package.bytes().len()), 0x77);
    for range in delta.stretches.iter().chain([&delta.first_block]) {
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        memory[range.clone()].copy_from_slice(&package.bytes()[range]);
    }
    memory.truncate(package.bytes().len());
    memory
}

fn sections() -> impl Strategy<Value = Vec<(String, usize)>> {
    let names = prop::sample::subsequence(vec!["assets", "asset_storage", "app_name"], 0..=3);
    (names, prop::collection::vec(0_usize..200_000, 3)).prop_map(|(names, sizes)| {
        let pairs = names.into_iter().zip(sizes);
        pairs.map(|(name, size)| (name.to_owned(), size)).collect()
    })
}

proptest! {
    #[test]
    fn a_delta_leaves_exactly_the_package_and_starts_and_ends_at_blocks(
        before in sections(),
        after in sections(),
        seeds: (u8, u8),
    ) {
        let before = package_of(seeds.0, 2 << 20, &before);
        let after = package_of(seeds.1, 2 << 20, &after);
        let delta = Delta::between(before.bytes(), &after).unwrap();
        prop_assert!(written(&before, &delta, &after) == after.bytes());
        let size = after.bytes().len() as u64;
        for range in &delta.stretches {
            prop_assert!(range.start % BLOCK_SIZE == 0 && range.start >= BLOCK_SIZE);
            prop_assert!(range.end % BLOCK_SIZE == 0 || range.end == size);
        }
    }
}

#[test]
fn without_a_sound_table_or_with_another_firmware_everything_is_written() {
    let package = package_of(1, 3 << 20, &[]);
    assert!(Delta::between(&[0xFF; 512], &package).is_err());
    assert!(Delta::between(&[], &package).is_err());
    let other = package_of(1, (3 << 20) - 1, &[]);
    assert!(Delta::between(other.bytes(), &package).is_err());
}
