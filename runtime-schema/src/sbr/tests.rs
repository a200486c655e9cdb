//! Tests of the container: round trips, hostile tables, and the layout of the library.

use proptest::prelude::*;

use super::*;

fn section(name: &str, offset: u32, size: u32) -> Section {
    Section {
        name: SectionName::new(name).unwrap(),
        size,
        offset,
        checksum: 0xDEAD_BEEF,
        kind: 0,
        flags: Flags::NONE,
    }
}

/// A table with these entries as raw bytes.
fn table(entries: &[[u8; ENTRY_SIZE]]) -> Vec<u8> {
    let mut bytes = IDENTIFIER.to_vec();
    bytes.extend(entries.concat());
    bytes.resize(HEADER_SIZE, 0);
    bytes
}

fn entry(section: &Section) -> [u8; ENTRY_SIZE] {
    section.to_bytes().collect::<Vec<_>>().try_into().unwrap()
}

/// The first two entries of a package that depthai 2.33 wrote.
const LIBRARY_ENTRIES: [[u8; ENTRY_SIZE]; 2] = [
    *b"__firmware\0\0\0\0\0\0\x63\x48\xac\x01\x00\x02\x00\x00\xcd\x26\xfb\x40\x00\x03",
    *b"pipeline\0\0\0\0\0\0\0\0\x54\x00\x00\x00\x00\x00\xb0\x01\x44\xde\x17\x29\x00\x00",
];

#[test]
fn a_table_of_the_library_is_read_and_written_identically() {
    let bytes = table(&LIBRARY_ENTRIES);
    let header = Header::parse(&bytes).unwrap();
    let firmware = header.find(FIRMWARE).unwrap();
    assert_eq!((firmware.size, firmware.offset), (28_067_939, 512));
    assert_eq!(firmware.checksum, 0x40fb_26cd);
    assert!(firmware.flags.is_bootable() && firmware.flags.ignores_checksum());
    assert_eq!(firmware.flags.compression(), Compression::None);
    assert_eq!(header.find(PIPELINE).unwrap().offset, 28_311_552);
    assert_eq!(header.file_size(), 28_311_552 + 84);
    assert_eq!(header.to_bytes().as_slice(), bytes);
}

#[test]
fn flags_combine_as_in_the_library() {
    let flags = Flags::NONE
        .with_bootable(true)
        .with_ignore_checksum(true)
        .with_compression(Compression::Zlib);
    assert_eq!(flags.bits(), 7);
    assert_eq!(flags.with_ignore_checksum(false).bits(), 5);
    assert_eq!(flags.with_compression(Compression::Xz).bits(), 3 + (3 << 2));
    for compression in [Compression::None, Compression::Gz, Compression::Xz] {
        assert_eq!(
            flags.with_compression(compression).compression(),
            compression
        );
    }
}

#[test]
fn sections_are_placed_as_in_the_library() {
    // Sizes and offsets of a package of depthai 2.33 without a name, then a compressed one.
    let plain = [28_067_939, 84, 27, 3, 40, 0];
    assert_eq!(
        layout(&plain).unwrap(),
        [
            512, 28_311_552, 28_377_088, 28_442_624, 28_508_160, 28_573_696
        ]
    );
    let compressed = [9_714_810, 84, 27, 3, 40, 2];
    assert_eq!(
        layout(&compressed).unwrap(),
        [
            512, 10_485_760, 10_551_296, 10_616_832, 10_682_368, 10_747_904
        ]
    );
}

#[test]
fn an_empty_section_shares_the_offset_of_the_next() {
    let offsets = layout(&[100, 10, 4, 0, 40, 3]).unwrap();
    assert_eq!(offsets[3], offsets[4]);
    let sections = PACKAGE_SECTIONS
        .iter()
        .zip(offsets)
        .zip([100, 10, 4, 0, 40, 3]);
    let sections = sections.map(|((name, offset), size)| section(name, offset, size));
    assert!(Header::new(sections.collect()).is_ok());
}

#[test]
fn a_package_beyond_32_bits_is_refused_before_it_is_written() {
    assert_eq!(layout(&[1, u64::from(u32::MAX)]), Err(SbrError::TooLarge));
    assert_eq!(layout(&[u64::MAX]), Err(SbrError::TooLarge));
    assert_eq!(align_up(u64::MAX, 64), None);
}

#[test]
fn unused_entries_gaps_and_any_order_are_legal() {
    let (a, b) = (
        section("late", 9000, 10),
        section("sixteen_letters_", 512, 100),
    );
    let erased = [0xFF; ENTRY_SIZE];
    let header = Header::parse(&table(&[erased, entry(&a), [0; ENTRY_SIZE], entry(&b)]));
    assert_eq!(header.unwrap().sections(), [a, b]);
    let full: Vec<_> = (0..17)
        .map(|i| section(&format!("s{i}"), 512 + 64 * i, 64))
        .collect();
    let header = Header::new(full).unwrap();
    assert_eq!(Header::parse(&header.to_bytes()).unwrap(), header);
}

#[test]
fn unknown_flag_bits_and_kinds_survive() {
    let mut odd = section("odd", 512, 1);
    odd.kind = 200;
    odd.flags = Flags::from_bits(0b1110_0001).unwrap();
    let header = Header::new(vec![odd.clone()]).unwrap();
    assert_eq!(Header::parse(&header.to_bytes()).unwrap().sections(), [odd]);
}

#[test]
fn each_defect_of_a_table_has_its_own_error() {
    let good = entry(&section("good", 1000, 10));
    let message = |bytes: &[u8]| Header::parse(bytes).unwrap_err().to_string();
    assert!(message(b"BR").contains("there are only 2"));
    assert!(message(&[b'P'; 512]).contains("[50, 50]"));
    assert!(message(&table(&[entry(&section("a", 511, 1))])).contains("inside the table"));
    let overlapping = [good, entry(&section("early", 512, 489))];
    assert!(message(&table(&overlapping)).contains("`early` and `good` overlap from byte 1000"));
    let mut behind_end = good;
    behind_end[10] = b'x';
    assert!(message(&table(&[behind_end])).contains("bad section name"));
    let mut unprintable = good;
    unprintable[0] = 0x80;
    assert!(message(&table(&[unprintable])).contains(r"\x80"));
    let mut packed = good;
    packed[29] = 4 << 2;
    assert!(message(&table(&[packed])).contains("unknown method 4"));
}

#[test]
fn a_truncated_file_is_refused_with_the_section_that_is_cut_off() {
    let header = Header::new(vec![section("a", 512, 100)]).unwrap();
    let mut file = header.to_bytes().to_vec();
    file.resize(612, 7);
    assert_eq!(
        Header::parse_file(&file).unwrap().sections()[0].bytes(&file),
        Some(&file[512..])
    );
    file.pop();
    let error = Header::parse_file(&file).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`a` ends at byte 612, but the file ends at 611")
    );
}

#[test]
fn names_that_the_bootloader_cannot_find_are_refused() {
    for name in ["", "seventeen_letters", "tab\there", "größe"] {
        assert!(SectionName::new(name).is_err(), "{name}");
    }
}

#[test]
fn more_sections_than_entries_are_refused() {
    let sections = (0..18).map(|i| section("s", 512 + i, 1)).collect();
    assert_eq!(
        Header::new(sections),
        Err(SbrError::TooManySections { count: 18 })
    );
}

proptest! {
    #[test]
    fn tables_read_from_random_bytes_survive_a_round_trip(
        mut bytes in prop::collection::vec(any::<u8>(), 500..600),
        sparse in any::<bool>(),
    ) {
        if let Some(start) = bytes.first_chunk_mut() {
            *start = IDENTIFIER;
        }
        if sparse {
            for entry in bytes[2..].chunks_mut(ENTRY_SIZE).skip(1) {
                entry[0] = 0;
            }
            bytes[2..18].copy_from_slice(b"name\0\0\0\0\0\0\0\0\0\0\0\0");
        }
        if let Ok(header) = Header::parse(&bytes) {
            prop_assert_eq!(Header::parse(&header.to_bytes()), Ok(header));
        }
    }

    #[test]
    fn laid_out_sections_never_overlap(sizes in prop::collection::vec(0..3_000_000_u64, 0..17)) {
        let offsets = layout(&sizes).unwrap();
        let sections = offsets.iter().zip(&sizes);
        let sections = sections.map(|(&at, &size)| section("s", at, u32::try_from(size).unwrap()));
        let header = Header::new(sections.collect()).unwrap();
        prop_assert_eq!(Header::parse(&header.to_bytes()), Ok(header));
    }
}
